/* Which provisions are settled when (rule F2): those that follow.c marked, and all of them where a cycle was
 * opened, a change concerns many, or a day has begun (placements begin and end by date).
 *
 * In: marks, the store. Out: slices of provisions, each a command of its own, for settle.c. While no cycle is
 * open there is nothing to settle: marks are taken away, and opening one asks for everything. */

#include "services/fees/settle.h"

#include "common/base/limits.h"

/* Named numbers of the store: how often settling everything was asked for, how many of these are done, the
 * day of the last (days since 1970), and the slices of the present one that are on disk. */
#define SETTLE_WANTED "settle_wanted"
#define SETTLE_DONE   "settle_done"
#define SETTLE_DAY    "settle_day"
#define SETTLE_SLICES "settle_slices"

enum code fees_settle_all(struct command *command)
{
    uint64_t wanted = 0, done = 0;
    TRY(store_meta_get_u64(command->txn, SETTLE_WANTED, &wanted));
    TRY(store_meta_get_u64(command->txn, SETTLE_DONE, &done));
    /* One that is wanted and not begun serves both. */
    const struct settle_walk *walk = &fees_of(command)->walk;
    if (wanted != done && !(walk->under_way && walk->wanted == wanted))
        return CODE_OK;
    return store_meta_put_u64(command->txn, SETTLE_WANTED, wanted + 1);
}

enum code fees_settle_one(struct command *command, const char *provision_id)
{
    Pb__ConsultationCheck mark = PB__CONSULTATION_CHECK__INIT;
    struct uuid id;
    if (!uuid_parse(provision_id, &id))
        return CODE_OK;
    mark.provision_id = provision_id;
    return put(command, &fees_checks, &mark);
}

/* --- a slice ----------------------------------------------------------------------------------------- */

/* Which provision a record of these tables is about. */
static const char *provision_of(const struct table *table, const ProtobufCMessage *record,
                                struct arena *arena)
{
    return arena_text(arena, wire_field_text(record, table == &fees_provisions ? "id" : "provision_id"));
}

/* The next records of a table, of keys that begin so, after the key `after`: which provisions they are about;
 * `ret_last`: the last of their keys, `ret_end`: there are no more. */
static enum code next_provisions(struct command *command, const struct table *table, struct span prefix,
                                 struct span after, struct settle_slice *slice, struct span *ret_last,
                                 bool *ret_end)
{
    struct record_scan scan = {
        .txn = command->txn, .table = table, .prefix = prefix, .first = after, .after = after.size > 0};
    struct arena arena;
    ProtobufCMessage *record;
    enum code code = CODE_OK;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    *ret_last = after;
    while (slice->count < FEE_SETTLE_SLICE && (code = record_scan_next(&scan, &arena, &record)) == CODE_OK) {
        const char *id = provision_of(table, record, command->arena);
        *ret_last = arena_copy(command->arena, scan.key);
        if (!id || !ret_last->data) {
            code = CODE_RESOURCE_EXHAUSTED;
            break;
        }
        slice->ids[slice->count++] = id;
        arena_reset(&arena);
    }
    record_scan_finish(&scan);
    arena_finish(&arena);
    *ret_end = code == CODE_NOT_FOUND;
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

static enum code unmark(struct command *command, const struct settle_slice *slice)
{
    for (size_t i = 0; i < slice->count; i++)
        TRY(record_delete(command->txn, &fees_checks, key_of_uuid(slice->ids[i], command->arena)));
    return CODE_OK;
}

/* --- everything -------------------------------------------------------------------------------------- */

/* A provision that the registry has no more may still have a consultation. */
static const struct table *const settled[] = {&fees_provisions, &fees_consultations};
enum { SETTLED = sizeof settled / sizeof settled[0] };

/* Is there a walk to go on with, or to begin? */
static enum code walk_due(struct command *command, struct settle_walk *walk, bool *ret_due)
{
    uint64_t wanted = 0, done = 0, day = 0, slices = 0;
    TRY(store_meta_get_u64(command->txn, SETTLE_WANTED, &wanted));
    TRY(store_meta_get_u64(command->txn, SETTLE_DONE, &done));
    TRY(store_meta_get_u64(command->txn, SETTLE_DAY, &day));
    TRY(store_meta_get_u64(command->txn, SETTLE_SLICES, &slices));
    *ret_due = wanted != done || (int32_t)(int64_t)day != command->today.day;
    bool goes_on = walk->under_way && walk->day == command->today.day && walk->slices == slices;
    if (!*ret_due)
        *walk = (struct settle_walk){0};
    else if (!goes_on) /* a slice that was not committed counts for nothing */
        *walk = (struct settle_walk){
            .under_way = true, .wanted = wanted, .day = command->today.day, .slices = slices};
    return CODE_OK;
}

static enum code walk_end(struct command *command, struct settle_walk *walk)
{
    TRY(store_meta_put_u64(command->txn, SETTLE_DONE, walk->wanted));
    TRY(store_meta_put_u64(command->txn, SETTLE_DAY, (uint64_t)(int64_t)walk->day));
    *walk = (struct settle_walk){0};
    return store_meta_put_u64(command->txn, SETTLE_SLICES, 0);
}

static enum code walk_on(struct command *command, const Pb__FeeCycle *cycle, struct settle_walk *walk)
{
    struct settle_slice slice = {.count = 0};
    struct span last;
    bool end;
    const struct table *table = settled[walk->table];
    /* Of consultations those of this cycle, whose keys begin with it. */
    const char *of_cycle =
        table == &fees_consultations ? fees_consultation_id(cycle->id, "", command->arena) : "";
    const struct span after = arena_copy(command->arena, span_of(walk->key, walk->key_size));
    if (!of_cycle || (walk->key_size && !after.data))
        return no_memory(command);
    TRY(next_provisions(command, table, span_of_text(of_cycle), after, &slice, &last, &end));
    TRY(fees_settle_slice(command, cycle, &slice));
    if (last.size > sizeof walk->key)
        return CODE_DATA_LOSS;
    walk->key_size = last.size;
    if (last.size)
        memcpy(walk->key, last.data, last.size);
    command->again = true;
    TRY(store_meta_put_u64(command->txn, SETTLE_SLICES, ++walk->slices));
    if (!end)
        return CODE_OK;
    walk->key_size = 0;
    return ++walk->table == SETTLED ? walk_end(command, walk) : CODE_OK;
}

/* --- the timer --------------------------------------------------------------------------------------- */

static enum code open_cycle(struct command *command, const Pb__FeeCycle **ret_cycle)
{
    struct collected cycles;
    const struct walk open = {.table = &fees_cycles, .index = INDEX_OPEN, .value = INDEX_OPEN_VALUE};
    TRY(collect(command, &open, NULL, NULL, &cycles));
    *ret_cycle = cycles.count ? (const Pb__FeeCycle *)cycles.items[0] : NULL;
    return CODE_OK;
}

enum code fees_settle(struct command *command)
{
    struct settle_walk *walk = &fees_of(command)->walk;
    struct settle_slice marked = {.count = 0};
    const Pb__FeeCycle *cycle;
    struct span last;
    bool end, due;
    TRY(open_cycle(command, &cycle));
    TRY(next_provisions(command, &fees_checks, (struct span){0}, (struct span){0}, &marked, &last, &end));
    if (marked.count && cycle)
        TRY(fees_settle_slice(command, cycle, &marked));
    if (marked.count) {
        command->again = true;
        return unmark(command, &marked);
    }
    if (!cycle)
        return CODE_OK;
    TRY(walk_due(command, walk, &due));
    if (!due)
        return CODE_OK;
    enum code code = walk_on(command, cycle, walk);
    if (code != CODE_OK)
        *walk =
            (struct settle_walk){0}; /* from the beginning: what is as it should be is not written again */
    return code;
}
