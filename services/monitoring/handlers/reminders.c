/* Reminders (rules M3, M6). In: a question of what is due or late. Out: a page of the answer, from everything
 * that is kept, read on a thread of the pool. */

#define SERVICE_TYPE Pb__MonitoringService_Service

#include "services/monitoring/handlers/looking.h"

/* Forms that reports were written on, each read once. */
struct seen_form {
    const Pb__FormTemplate *form;
    struct seen_form *next;
};

struct telling_published {
    struct command *command;
    struct looking *looking;
    struct seen_form *forms;
    struct command reading; /* into the scratch arena: of one report */
    struct arena scratch;
};

static enum code form_of(struct telling_published *telling, const char *id, const Pb__FormTemplate **ret_form)
{
    struct command *command = telling->command;
    struct seen_form *seen = telling->forms;
    enum code code;
    while (seen && strcmp(seen->form->id, id) != 0)
        seen = seen->next;
    if (!seen) {
        seen = arena_new(command->arena, struct seen_form);
        const Pb__FormTemplate *form = load_if_any(command, &monitoring_forms, id, &code);
        TRY(code);
        if (!seen)
            return no_memory(command);
        if (!form)
            return refuse(command, CODE_DATA_LOSS, "", "the form %.100s cannot be read", id);
        *seen = (struct seen_form){form, telling->forms};
        telling->forms = seen;
    }
    *ret_form = seen->form;
    return CODE_OK;
}

/* The latest report of a provision, whole, while what ends in it is looked for. */
static enum code tell_latest(void *context, const ProtobufCMessage *record)
{
    struct telling_published *telling = context;
    const char *id = ((const Pb__ProvisionQuality *)record)->report_id;
    const Pb__FormTemplate *form = NULL;
    enum code code;
    if (!id[0])
        return CODE_OK;
    arena_reset(&telling->scratch);
    const Pb__PublishedReport *published = load_if_any(&telling->reading, &monitoring_published, id, &code);
    TRY(code);
    if (telling->scratch.exhausted)
        return no_memory(telling->command);
    if (!published || !published->report)
        return refuse(telling->command, CODE_DATA_LOSS, "", "the published report %.64s is not whole", id);
    TRY(form_of(telling, published->report->form_id, &form));
    return progress_add_published(telling->looking->builder, published, form, &telling->scratch)
               ? CODE_OK
               : no_memory(telling->command);
}

/* What expires is told by the latest report of each provision. */
static enum code tell_published(struct command *command, struct looking *looking)
{
    struct telling_published telling = {.command = command, .looking = looking, .reading = *command};
    const struct walk all = {.table = &monitoring_quality};
    arena_init(&telling.scratch, REQUEST_ARENA_BYTES);
    telling.reading.arena = &telling.scratch;
    enum code code = walk(command, &all, tell_latest, &telling);
    arena_finish(&telling.scratch);
    return code;
}

static const ProtobufCMessage *bare_reminder(const ProtobufCMessage *row, struct arena *arena)
{
    return (const ProtobufCMessage *)reminder_bare((const Pb__Reminder *)row, arena);
}

static enum code work_reminders(struct slow_read *read)
{
    struct looking *looking = (struct looking *)(void *)read;
    struct command *command = &read->reading;
    Pb__Reminder **rows;
    size_t count;
    TRY(looking_tell(command, looking));
    TRY(tell_published(command, looking));
    if (progress_reminders(looking->builder, looking->authority_id, &rows, &count) != CODE_OK)
        return no_memory(command);
    looking->rows = (struct rows){(ProtobufCMessage **)rows, count, reminder_compare, bare_reminder};
    return CODE_OK;
}

static enum code finish_reminders(struct command *command, void *state, ProtobufCMessage *message)
{
    struct looking *looking = state;
    Pb__ListRemindersResponse *out = (Pb__ListRemindersResponse *)message;
    struct page page;
    TRY(slow_read_result(command, &looking->read));
    TRY(page_of_rows(command, &looking->rows, looking->page, &page, &out->page));
    out->reminders = (Pb__Reminder **)page.records;
    out->n_reminders = page.count;
    return CODE_OK;
}

HANDLE(ListReminders, list_reminders)
{
    (void)out;
    struct looking *looking;
    TRY(looking_begin(command, &looking));
    looking->authority_id = in->authority_id;
    looking->page = in->page;
    looking->reminders = true;
    looking->read.work = work_reminders;
    return defer_read(command, &looking->read, finish_reminders);
}
