/* Letters that are due and that were sent (rule F7), read on a thread of the pool. In: a cycle. Out: a page
 * of them, without their texts. What is due is so by the day, not by a record. */

#define SERVICE_TYPE Pb__FeeConsultationsService_Service

#include "common/service/slow_read.h"
#include "services/fees/handlers/matters.h"
#include "services/fees/handlers/rows.h"
#include "services/fees/rules_letter.h"
#include "services/fees/rules_text.h"

#include <stdlib.h>

struct looking {
    struct slow_read read; /* first */
    const Pb__ListLettersRequest *in;
    struct fees_actor actor;
    Pb__FeeLetter **letters;
    size_t count, room;
    struct row_page page;
    Pb__PageInfo *info;
};

/* --- one by one -------------------------------------------------------------------------------------- */

/* Of what was recorded; false: out of memory. */
static bool copy_meta(const Pb__RecordMeta *meta, struct arena *arena, Pb__RecordMeta **ret_meta)
{
    Pb__RecordMeta *copy = meta ? arena_new(arena, Pb__RecordMeta) : NULL;
    if (copy) {
        *copy = *meta;
        copy->changed_by = arena_text(arena, meta->changed_by);
    }
    *ret_meta = copy;
    return !meta || (copy && copy->changed_by);
}

static enum code keep(struct looking *looking, const Pb__FeeLetter *letter)
{
    struct arena *arena = looking->read.reading.arena;
    if (looking->count == looking->room) {
        size_t room = looking->room ? 2 * looking->room : 64;
        Pb__FeeLetter **larger = arena_array(arena, Pb__FeeLetter *, room);
        if (!larger)
            return no_memory(&looking->read.reading);
        if (looking->count)
            memcpy(larger, looking->letters, looking->count * sizeof(*larger));
        looking->letters = larger;
        looking->room = room;
    }
    Pb__FeeLetter *kept = arena_new(arena, Pb__FeeLetter);
    if (!kept)
        return no_memory(&looking->read.reading);
    *kept = *letter;
    if (!copy_meta(letter->meta, arena, &kept->meta))
        return no_memory(&looking->read.reading);
    const char **const texts[] = {&kept->id,     &kept->cycle_id,     &kept->provision_id,
                                  &kept->name,   &kept->authority_id, &kept->provider_id,
                                  &kept->due_on, &kept->sent_on,      &kept->title};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (!(*texts[i] = arena_text(arena, *texts[i])))
            return no_memory(&looking->read.reading);
    kept->text = "";
    looking->letters[looking->count++] = kept;
    return CODE_OK;
}

static bool is_same_or_any(const char *wanted, const char *text)
{
    return !wanted[0] || strcmp(wanted, text) == 0;
}

/* A provider sees what was sent to it. */
static bool is_wanted(const struct looking *looking, const Pb__FeeLetter *letter)
{
    const struct fee_whose whose = {.lead_id = "",
                                    .authority_id = letter->authority_id,
                                    .provider_id = letter->sent_on[0] ? letter->provider_id : ""};
    return sharing_may(&looking->actor, FEE_THING_LETTER, &whose, SHARING_READ) &&
           is_same_or_any(looking->in->authority_id, letter->authority_id) &&
           is_same_or_any(looking->in->provider_id, letter->provider_id) &&
           !(looking->in->due_only && letter->sent_on[0]);
}

static enum code take_due(struct looking *looking, const struct fee_matter *matter,
                          const struct fee_letter_due *due, struct arena *scratch)
{
    Pb__FeeLetter letter = PB__FEE_LETTER__INIT;
    const Pb__Consultation *consultation = matter->consultation;
    const struct fee_letter_facts *facts = fee_letter_of_kind(due->kind);
    if (due->sent)
        return CODE_OK; /* its record tells more */
    letter.id =
        fees_letter_id(matter->cycle->id, consultation->provision_id, due->authority_id, due->kind, scratch);
    letter.cycle_id = matter->cycle->id;
    letter.provision_id = consultation->provision_id;
    letter.name = consultation->name;
    letter.authority_id = due->authority_id;
    letter.provider_id = consultation->provider_id;
    letter.kind = due->kind;
    letter.title = facts ? facts->name : "";
    letter.due_on = date_text(due->due_on, scratch);
    letter.late = !date_is_none(due->due_on) && date_compare(due->due_on, matter->today) < 0;
    if (!letter.id || !letter.due_on)
        return no_memory(&looking->read.reading);
    return is_wanted(looking, &letter) ? keep(looking, &letter) : CODE_OK;
}

static enum code take_matter(void *context, const struct fee_matter *matter, struct arena *scratch)
{
    struct looking *looking = context;
    struct fee_letter_due *due;
    size_t count;
    if (!fee_letters_due(matter, scratch, &due, &count))
        return no_memory(&looking->read.reading);
    for (size_t i = 0; i < count; i++)
        TRY(take_due(looking, matter, &due[i], scratch));
    for (size_t i = 0; i < matter->letter_count; i++)
        if (matter->letters[i]->sent_on[0] && is_wanted(looking, matter->letters[i]))
            TRY(keep(looking, matter->letters[i]));
    return CODE_OK;
}

/* --- all of them ------------------------------------------------------------------------------------- */

static int by_id(const void *left, const void *right)
{
    return strcmp((*(Pb__FeeLetter *const *)left)->id, (*(Pb__FeeLetter *const *)right)->id);
}

static const char *place_of(const void *row, struct arena *arena)
{
    (void)arena;
    return ((const Pb__FeeLetter *)row)->id;
}

static enum code work(struct slow_read *read)
{
    struct looking *looking = (struct looking *)(void *)read;
    struct command *command = &read->reading;
    const Pb__FeeCycle *cycle = fees_cycle_to_read(command, looking->in->cycle_id);
    if (!cycle)
        return command->fault.code;
    const struct fee_matters matters = {.cycle = cycle, .each = take_matter, .context = looking};
    TRY(fees_each_matter(command, &matters));
    if (looking->count)
        qsort(looking->letters, looking->count, sizeof(*looking->letters), by_id);
    return fees_page_rows(command, looking->in->page, (void *const *)looking->letters, looking->count,
                          place_of, &looking->page, &looking->info);
}

static enum code finish(struct command *command, void *state, ProtobufCMessage *message)
{
    struct looking *looking = state;
    Pb__ListLettersResponse *out = (Pb__ListLettersResponse *)message;
    TRY(slow_read_result(command, &looking->read));
    out->letters = (Pb__FeeLetter **)looking->page.rows;
    out->n_letters = looking->page.count;
    out->page = looking->info;
    return CODE_OK;
}

HANDLE(ListLetters, list_letters)
{
    (void)out;
    struct looking *looking = arena_new(command->arena, struct looking);
    if (!looking)
        return no_memory(command);
    TRY(fees_check_reader_or_provider(command, &looking->actor));
    looking->in = in;
    looking->read.work = work;
    allow_memory(command, FEES_ARENA_BYTES);
    return defer_read(command, &looking->read, finish);
}
