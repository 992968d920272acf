/* How far a cycle has come, and what is due or late (rule F7), read on a thread of the pool. In: a cycle.
 * Out: counts for all members to see; a provider sees those of its own provisions. Nothing is written: what
 * is due is so by the day, not by a record. */

#define SERVICE_TYPE Pb__FeesService_Service

#include "common/base/uuid.h"
#include "common/service/slow_read.h"
#include "services/fees/handlers/matters.h"
#include "services/fees/handlers/rows.h"
#include "services/fees/rules_progress.h"
#include "services/fees/rules_reminders.h"

#include <stdio.h>

struct looking {
    struct slow_read read; /* first */
    const Pb__ReportFeeProgressRequest *progress_in;
    const Pb__ListFeeRemindersRequest *reminders_in;
    const char *provider_id; /* only its provisions; "": all */
    Pb__FeeCycle *cycle;
    struct fee_progress *progress;
    struct fee_reminders *reminders;
    Pb__FeeProgress total;
    struct row_page page;
    Pb__PageInfo *info;
    struct last_provider {
        char id[UUID_TEXT_BYTES];
        const char *name;
    } last;
};

static bool is_wanted(void *context, const Pb__Consultation *consultation)
{
    const struct looking *looking = context;
    return !looking->provider_id[0] || strcmp(looking->provider_id, consultation->provider_id) == 0;
}

/* Provisions of one provider often follow each other. */
static enum code name_provider(struct looking *looking, const char *provider_id)
{
    enum code code;
    struct command *command = &looking->read.reading;
    struct last_provider *last = &looking->last;
    if (last->name && strcmp(last->id, provider_id) == 0)
        return CODE_OK;
    struct arena_mark mark = arena_mark(command->arena);
    const Pb__Provider *provider = load_if_any(command, &fees_providers, provider_id, &code);
    TRY(code);
    char name[RECORD_TEXT_BYTES_MAX + 1];
    snprintf(name, sizeof name, "%s", provider ? provider->name : "");
    arena_release(command->arena, mark);
    snprintf(last->id, sizeof last->id, "%s", provider_id);
    last->name = arena_text(command->arena, name);
    return last->name ? CODE_OK : no_memory(command);
}

/* --- progress ---------------------------------------------------------------------------------------- */

static enum code take_progress(void *context, const struct fee_matter *matter, struct arena *scratch)
{
    struct looking *looking = context;
    TRY(name_provider(looking, matter->consultation->provider_id));
    return fee_progress_add(looking->progress, matter, looking->last.name, scratch)
               ? CODE_OK
               : no_memory(&looking->read.reading);
}

static const char *place_of_progress(const void *row, struct arena *arena)
{
    const Pb__FeeProgress *progress = row;
    return fees_name_place(progress->name, progress->id, arena);
}

static enum code work_progress(struct slow_read *read)
{
    struct looking *looking = (struct looking *)(void *)read;
    struct command *command = &read->reading;
    const Pb__ReportFeeProgressRequest *in = looking->progress_in;
    Pb__FeeProgress **rows;
    size_t count;
    looking->cycle = fees_cycle_to_read(command, in->cycle_id);
    if (!looking->cycle)
        return command->fault.code;
    looking->progress = fee_progress_create(in->of, in->authority_id, command->today, command->arena);
    if (!looking->progress)
        return no_memory(command);
    const struct fee_matters matters = {looking->cycle, is_wanted, take_progress, looking};
    TRY(fees_each_matter(command, &matters));
    if (fee_progress_build(looking->progress, &rows, &count, &looking->total) != CODE_OK)
        return no_memory(command);
    return fees_page_rows(command, in->page, (void *const *)rows, count, place_of_progress, &looking->page,
                          &looking->info);
}

static enum code finish_progress(struct command *command, void *state, ProtobufCMessage *message)
{
    struct looking *looking = state;
    Pb__ReportFeeProgressResponse *out = (Pb__ReportFeeProgressResponse *)message;
    TRY(slow_read_result(command, &looking->read));
    out->progress = (Pb__FeeProgress **)looking->page.rows;
    out->n_progress = looking->page.count;
    out->total = &looking->total;
    out->cycle = looking->cycle;
    out->page = looking->info;
    return CODE_OK;
}

/* --- reminders --------------------------------------------------------------------------------------- */

static enum code take_reminders(void *context, const struct fee_matter *matter, struct arena *scratch)
{
    struct looking *looking = context;
    return fee_reminders_add(looking->reminders, matter, scratch) ? CODE_OK
                                                                  : no_memory(&looking->read.reading);
}

static const char *place_of_reminder(const void *row, struct arena *arena)
{
    const Pb__FeeReminder *reminder = row;
    return arena_format(arena, "%s %s %d %s", reminder->due_on, reminder->provision_id, (int)reminder->kind,
                        reminder->authority_id);
}

/* Of the page alone: who is to be called. */
static enum code name_providers(struct looking *looking)
{
    for (size_t i = 0; i < looking->page.count; i++) {
        Pb__FeeReminder *reminder = looking->page.rows[i];
        TRY(name_provider(looking, reminder->provider_id));
        reminder->provider_name = looking->last.name;
    }
    return CODE_OK;
}

static enum code work_reminders(struct slow_read *read)
{
    struct looking *looking = (struct looking *)(void *)read;
    struct command *command = &read->reading;
    const Pb__ListFeeRemindersRequest *in = looking->reminders_in;
    Pb__FeeReminder **rows;
    size_t count;
    looking->cycle = fees_cycle_to_read(command, in->cycle_id);
    if (!looking->cycle)
        return command->fault.code;
    const char *provider_id = looking->provider_id[0] ? looking->provider_id : in->provider_id;
    looking->reminders = fee_reminders_create(in->authority_id, provider_id, command->arena);
    if (!looking->reminders)
        return no_memory(command);
    const struct fee_matters matters = {looking->cycle, is_wanted, take_reminders, looking};
    TRY(fees_each_matter(command, &matters));
    if (fee_reminders_build(looking->reminders, &rows, &count) != CODE_OK)
        return no_memory(command);
    TRY(fees_page_rows(command, in->page, (void *const *)rows, count, place_of_reminder, &looking->page,
                       &looking->info));
    return name_providers(looking);
}

static enum code finish_reminders(struct command *command, void *state, ProtobufCMessage *message)
{
    struct looking *looking = state;
    Pb__ListFeeRemindersResponse *out = (Pb__ListFeeRemindersResponse *)message;
    TRY(slow_read_result(command, &looking->read));
    out->reminders = (Pb__FeeReminder **)looking->page.rows;
    out->n_reminders = looking->page.count;
    out->page = looking->info;
    return CODE_OK;
}

/* --- asked ------------------------------------------------------------------------------------------- */

static enum code begin(struct command *command, enum code (*work)(struct slow_read *read),
                       struct looking **ret_looking)
{
    struct fees_actor actor;
    struct looking *looking = arena_new(command->arena, struct looking);
    TRY(fees_check_reader_or_provider(command, &actor));
    if (!looking)
        return no_memory(command);
    *looking = (struct looking){.read = {.work = work}};
    looking->provider_id = actor_is_said(actor.provider_id) ? actor.provider_id : "";
    allow_memory(command, FEES_ARENA_BYTES);
    *ret_looking = looking;
    return CODE_OK;
}

HANDLE(ReportFeeProgress, report_fee_progress)
{
    (void)out;
    struct looking *looking;
    TRY(begin(command, work_progress, &looking));
    looking->progress_in = in;
    return defer_read(command, &looking->read, finish_progress);
}

HANDLE(ListFeeReminders, list_fee_reminders)
{
    (void)out;
    struct looking *looking;
    TRY(begin(command, work_reminders, &looking));
    looking->reminders_in = in;
    return defer_read(command, &looking->read, finish_reminders);
}
