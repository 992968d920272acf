/* Looks at what has changed between publications (rules A6, A7): at the provisions that follow.c marked, and
 * at all of them where a change concerns many, or a day has begun (placements begin and end by date).
 *
 * In: marks, the store. Out, in slices, each a command of its own: tasks raised and settled, provisions that
 * are new in mid-cycle allocated, holds ended whose holder places there no more. While nothing is published
 * there is nothing to compare with: marks are taken away, and publishing asks for a look at all. */

#include "services/allocation/allocation.h"

#include "common/base/limits.h"
#include "services/allocation/assign.h"

/* Named numbers of the store: how often a look at all was asked for, how many of these are done, the day of
 * the last (days since 1970), and the slices of the present one that are on disk. */
#define LOOK_WANTED "look_wanted"
#define LOOK_DONE   "look_done"
#define LOOK_DAY    "look_day"
#define LOOK_SLICES "look_slices"

enum code look_at_all(struct command *command)
{
    uint64_t wanted = 0, done = 0;
    TRY(store_meta_get_u64(command->txn, LOOK_WANTED, &wanted));
    TRY(store_meta_get_u64(command->txn, LOOK_DONE, &done));
    /* One that is wanted and not begun serves both. */
    const struct look_walk *walk = &allocation_of(command)->walk;
    if (wanted != done && !(walk->under_way && walk->wanted == wanted))
        return CODE_OK;
    return store_meta_put_u64(command->txn, LOOK_WANTED, wanted + 1);
}

/* --- one provision ----------------------------------------------------------------------------------- */

static enum code raise_task(struct command *command, const struct picture *picture,
                            const struct subject *subject, Pb__AllocationTaskKind kind)
{
    bool raised;
    const Pb__Publication *published = picture->present.cycle->published;
    struct causes causes =
        change_causes(subject->allocation, subject->row, published, &picture->facts, subject->provision,
                      PB__ALLOCATION_METHOD__ALLOCATION_METHOD_CLOSEST_OFFICE);
    const struct raise raise = {subject->id, kind, subject, subject->row, &causes};
    TRY(task_raise(command, &raise, &raised));
    if (raised)
        command->subject = subject->id;
    return CODE_OK;
}

/* Rule A7: a provision new in mid-cycle is allocated at once. */
static enum code allocate(struct command *command, const struct picture *picture,
                          const struct subject *subject)
{
    Pb__Allocation *allocation;
    const struct assignment assignment = assignment_of(subject, 0);
    command->subject = subject->id;
    return assign(command, &picture->present, &assignment, &allocation);
}

/* What an allocation tells of its provision is kept up; that moves nothing. */
static enum code refresh(struct command *command, const struct subject *subject)
{
    Pb__Allocation *allocation = subject->allocation;
    const Pb__Provision *provision = subject->provision;
    if (!allocation || !provision)
        return CODE_OK;
    allocation->name = provision->name;
    allocation->kind = provision->kind;
    allocation->provider_id = provision->provider_id;
    uint64_t version = allocation->meta->version;
    TRY(put(command, &allocation_allocations, allocation)); /* equal: nothing is written */
    if (allocation->meta->version != version)
        command->subject = subject->id;
    return CODE_OK;
}

/* Rule A6: a hold lasts until its holder stops placing. */
static enum code check_hold(struct command *command, const struct picture *picture,
                            const struct subject *subject)
{
    Pb__Allocation *allocation = subject->allocation;
    if (!allocation || !allocation->transfer_id[0])
        return CODE_OK;
    uint16_t holder = office_of(&picture->facts, allocation->authority_id);
    if (subject->site && holder != OFFICE_NONE && places_at(&picture->facts, subject->site, holder))
        return CODE_OK;
    command->subject = subject->id;
    return hold_end(command, &picture->present, allocation, "its holder places there no more");
}

static enum code look_at(struct command *command, const struct picture *picture,
                         const struct subject *subject)
{
    Pb__AllocationTaskKind due = task_due(subject->allocation, subject->row);
    TRY(refresh(command, subject));
    TRY(check_hold(command, picture, subject));
    if (due != PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_UNSPECIFIED)
        return raise_task(command, picture, subject, due);
    if (!subject->allocation && row_gives(subject->row))
        TRY(allocate(command, picture, subject));
    bool settled;
    TRY(task_settle(command, subject->id, "the facts no longer ask for it", &settled));
    if (settled)
        command->subject = subject->id;
    return CODE_OK;
}

/* --- a slice ----------------------------------------------------------------------------------------- */

/* Identifiers of records, in the arena; those of tasks about transfers are no provision's, and nothing is
 * kept of them. */
struct slice {
    const char *ids[LOOK_SLICE];
    size_t count;
};

static const char *id_of_key(struct span key, struct arena *arena)
{
    struct uuid id;
    char *text = arena_alloc(arena, UUID_TEXT_BYTES);
    if (!text || key.size != UUID_BYTES)
        return NULL;
    memcpy(id.bytes, key.data, UUID_BYTES);
    uuid_print(&id, text);
    return text;
}

/* The next keys of a table after `after`; `ret_end`: there are no more. */
static enum code next_keys(struct command *command, const struct table *table, struct span after,
                           struct slice *slice, bool *ret_end)
{
    struct record_scan scan = {.txn = command->txn, .table = table, .first = after, .after = after.size > 0};
    struct arena arena;
    ProtobufCMessage *record;
    enum code code = CODE_OK;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    while (slice->count < LOOK_SLICE && (code = record_scan_next(&scan, &arena, &record)) == CODE_OK) {
        slice->ids[slice->count] = id_of_key(scan.key, command->arena);
        if (!slice->ids[slice->count]) {
            code = CODE_RESOURCE_EXHAUSTED;
            break;
        }
        slice->count++;
        arena_reset(&arena);
    }
    record_scan_finish(&scan);
    arena_finish(&arena);
    *ret_end = code == CODE_NOT_FOUND;
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

static enum code look_at_slice(struct command *command, const struct slice *slice)
{
    struct picture picture;
    TRY(picture_load_some(command, slice->ids, slice->count, &picture));
    for (size_t i = 0; i < picture.count; i++)
        TRY(look_at(command, &picture, &picture.subjects[i]));
    return CODE_OK;
}

static enum code unmark(struct command *command, const struct slice *slice)
{
    for (size_t i = 0; i < slice->count; i++)
        TRY(record_delete(command->txn, &allocation_checks, key_of_uuid(slice->ids[i], command->arena)));
    return CODE_OK;
}

/* --- all of them ------------------------------------------------------------------------------------- */

/* Everything that can be out of step is a record of one of these, under its provision's identifier. */
static const struct table *const looked_at[] = {&allocation_provisions, &allocation_allocations,
                                                &allocation_tasks};
enum { LOOKED_AT = sizeof looked_at / sizeof looked_at[0] };

/* Is there a walk to go on with, or to begin? */
static enum code walk_due(struct command *command, struct look_walk *walk, bool *ret_due)
{
    uint64_t wanted = 0, done = 0, day = 0, slices = 0;
    TRY(store_meta_get_u64(command->txn, LOOK_WANTED, &wanted));
    TRY(store_meta_get_u64(command->txn, LOOK_DONE, &done));
    TRY(store_meta_get_u64(command->txn, LOOK_DAY, &day));
    TRY(store_meta_get_u64(command->txn, LOOK_SLICES, &slices));
    *ret_due = wanted != done || (int32_t)(int64_t)day != command->today.day;
    bool goes_on = walk->under_way && walk->day == command->today.day && walk->slices == slices;
    if (!*ret_due)
        *walk = (struct look_walk){0};
    else if (!goes_on) /* a slice that was not committed counts for nothing */
        *walk = (struct look_walk){
            .under_way = true, .wanted = wanted, .day = command->today.day, .slices = slices};
    return CODE_OK;
}

static enum code walk_end(struct command *command, struct look_walk *walk)
{
    TRY(store_meta_put_u64(command->txn, LOOK_DONE, walk->wanted));
    TRY(store_meta_put_u64(command->txn, LOOK_DAY, (uint64_t)(int64_t)walk->day));
    *walk = (struct look_walk){0};
    return store_meta_put_u64(command->txn, LOOK_SLICES, 0);
}

static enum code walk_on(struct command *command, struct look_walk *walk)
{
    struct slice slice = {.count = 0};
    bool end;
    TRY(next_keys(command, looked_at[walk->table],
                  arena_copy(command->arena, span_of(walk->key, walk->key_size)), &slice, &end));
    TRY(look_at_slice(command, &slice));
    if (slice.count) {
        struct span last = key_of_uuid(slice.ids[slice.count - 1], command->arena);
        walk->key_size = last.size;
        memcpy(walk->key, last.data, last.size);
    }
    command->again = true;
    TRY(store_meta_put_u64(command->txn, LOOK_SLICES, ++walk->slices));
    if (!end)
        return CODE_OK;
    walk->key_size = 0;
    return ++walk->table == LOOKED_AT ? walk_end(command, walk) : CODE_OK;
}

/* --- the timer --------------------------------------------------------------------------------------- */

enum code allocation_look(struct command *command)
{
    struct look_walk *walk = &allocation_of(command)->walk;
    struct slice marked = {.count = 0};
    struct present present;
    bool end, due;
    TRY(present_load(command, &present));
    TRY(next_keys(command, &allocation_checks, (struct span){0}, &marked, &end));
    if (marked.count && present_is_published(&present))
        TRY(look_at_slice(command, &marked));
    if (marked.count) {
        command->again = true;
        return unmark(command, &marked);
    }
    if (!present_is_published(&present))
        return CODE_OK;
    TRY(walk_due(command, walk, &due));
    if (!due)
        return CODE_OK;
    enum code code = walk_on(command, walk);
    if (code != CODE_OK)
        *walk = (struct look_walk){0}; /* from the beginning: what is as it should be is not written again */
    return code;
}
