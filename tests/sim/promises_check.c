/* A store against the promises of its clients, once a schedule has settled.
 *
 * In: every version of every record, from the first on. Out: acknowledged-kept (each acknowledged record is
 * there as it was told, now or in its past), done-once (the mark of an acknowledged command appears once, of
 * a refused one never, of one whose fate is unknown at most once). What else must hold of a record is its
 * service's part's to say. */

#include "tests/sim/promises_check.h"

#include "common/store/audit.h"
#include "common/wire/wire.h"

#include <stdio.h>
#include <stdlib.h>

enum { VERSIONS_MAX = 2000 };

/* --- one record, through its versions ---------------------------------------------------------------- */

/* All states of a record, oldest first. */
static size_t read_versions(struct checking *checking, const struct table *table, struct span key,
                            ProtobufCMessage **ret_versions)
{
    Pb__JournalEntry **past = NULL;
    size_t past_count = 0, count = 0;
    ProtobufCMessage *present;
    if (table->flags & TABLE_HISTORY &&
        record_history(checking->txn, table, key, VERSIONS_MAX - 1, &checking->arena, &past, &past_count))
        sim_fail(checking->sim, "acknowledged-kept", "the past of a %s cannot be read", table->name);
    for (size_t i = past_count; i-- > 0;) {
        if (past[i]->change_case != PB__JOURNAL_ENTRY__CHANGE_CONTENT)
            continue;
        struct span content = span_of(past[i]->content.data, past[i]->content.len);
        if (wire_unpack(table->type, content, &checking->arena, &ret_versions[count], NULL) == CODE_OK)
            count++;
    }
    if (record_get(checking->txn, table, key, &checking->arena, &present) == CODE_OK)
        ret_versions[count++] = present;
    return count;
}

void checking_effect(struct checking *checking, uint64_t number)
{
    if (number < checking->sim->promises->order_count)
        checking->effects[number]++;
}

/* A mark that the version before did not have. */
static void note_texts(struct checking *checking, const ProtobufCMessage *before,
                       const ProtobufCMessage *after)
{
    for (unsigned i = 0; i < after->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &after->descriptor->fields[i];
        unsigned number;
        if (field->type != PROTOBUF_C_TYPE_STRING || field->label == PROTOBUF_C_LABEL_REPEATED)
            continue;
        const char *text = *(const char *const *)(const void *)((const uint8_t *)after + field->offset);
        const char *old =
            before ? *(const char *const *)(const void *)((const uint8_t *)before + field->offset) : "";
        if (strcmp(text, old) != 0 && sscanf(text, "t-%u", &number) == 1)
            checking_effect(checking, number);
    }
}

static void find_acknowledged(struct checking *checking, const struct table *table, const char *id,
                              ProtobufCMessage *const *versions, size_t count)
{
    const struct promises *promises = checking->sim->promises;
    for (unsigned i = 0; i < promises->order_count; i++) {
        const struct order *order = promises->orders[i];
        if (order->table != table || strcmp(order->id, id) != 0)
            continue;
        for (size_t v = 0; v < count && !checking->kept[i]; v++) {
            uint8_t digest[32];
            promises_digest(versions[v], digest);
            checking->kept[i] = memcmp(digest, order->digest, sizeof digest) == 0;
        }
    }
}

/* --- all records ------------------------------------------------------------------------------------- */

static void check_one(struct checking *checking, const struct table *table, const char *id)
{
    ProtobufCMessage *versions[VERSIONS_MAX];
    struct span key = table_key_of(table, id, &checking->arena);
    size_t count = read_versions(checking, table, key, versions);
    if (!checking->record || !checking->record(checking, table, versions, count))
        for (size_t i = 0; i < count; i++)
            note_texts(checking, i ? versions[i - 1] : NULL, versions[i]);
    find_acknowledged(checking, table, id, versions, count);
}

static const char *id_of(const ProtobufCMessage *record)
{
    return *(const char *const *)(const void *)((const uint8_t *)record +
                                                record->descriptor->fields[0].offset);
}

/* Clients have forgotten the record of this order, as a copy was made before they knew it, and no order
 * before this one is about it. (Its deletion may still have been on its way.) */
static bool is_forgotten(struct promises *promises, unsigned number)
{
    const struct order *order = promises->orders[number];
    if (promises_find(promises, order->table, order->id))
        return false;
    for (unsigned i = 0; i < number; i++)
        if (promises->orders[i]->table == order->table && strcmp(promises->orders[i]->id, order->id) == 0)
            return false;
    return true;
}

/* One that is there was found by the walk over the table. */
static void check_if_gone(struct checking *checking, const struct table *table, const char *id)
{
    struct arena arena;
    ProtobufCMessage *record;
    arena_init(&arena, 4 * 1024 * 1024);
    struct span key = table_key_of(table, id, &arena);
    if (key.size && record_get(checking->txn, table, key, &arena, &record) == CODE_NOT_FOUND)
        check_one(checking, table, id);
    arena_reset(&checking->arena);
    arena_finish(&arena);
}

/* Every record that is there, and those that the promises know of and are there no more. */
static void check_table(struct checking *checking, const struct table *table)
{
    struct arena arena;
    struct record_scan scan = {.txn = checking->txn, .table = table};
    ProtobufCMessage *record;
    arena_init(&arena, 4 * 1024 * 1024);
    while (record_scan_next(&scan, &arena, &record) == CODE_OK) {
        check_one(checking, table, id_of(record));
        arena_reset(&checking->arena);
        arena_reset(&arena);
    }
    record_scan_finish(&scan);
    arena_finish(&arena);
    struct promises *promises = checking->sim->promises;
    for (unsigned i = 0; i < promises->known_count; i++)
        if (promises->known[i].table == table)
            check_if_gone(checking, table, promises->known[i].id);
    for (unsigned i = 0; i < promises->order_count; i++)
        if (promises->orders[i]->table == table && is_forgotten(promises, i))
            check_if_gone(checking, table, promises->orders[i]->id);
}

/* --- verdicts ---------------------------------------------------------------------------------------- */

static bool is_there(struct checking *checking, const struct table *table, const char *id)
{
    ProtobufCMessage *record;
    struct span key = table_key_of(table, id, &checking->arena);
    return record_get(checking->txn, table, key, &checking->arena, &record) == CODE_OK;
}

static bool has_past(struct checking *checking, const struct table *table, const char *id)
{
    Pb__JournalEntry **past;
    size_t count = 0;
    return record_history(checking->txn, table, table_key_of(table, id, &checking->arena), 1,
                          &checking->arena, &past, &count) == CODE_OK &&
           count > 0;
}

/* One that was refused did not; but where a restore has taken its first answer, and not what it erased, its
 * repeat finds nothing. */
static bool may_have_erased(const struct promises *promises, const struct order *order)
{
    return order->fate != FATE_REFUSED || (promises->epoch && order->code == CODE_NOT_FOUND);
}

/* Was the record that it made or changed erased since, or may it have been? Then nothing of it is left. */
static bool was_erased(struct checking *checking, const struct order *order)
{
    const struct promises *promises = checking->sim->promises;
    for (unsigned i = 0; i < promises->order_count; i++) {
        const struct order *other = promises->orders[i];
        if (other->kind->erases && other->kind->ends == order->table && strcmp(other->id, order->id) == 0 &&
            may_have_erased(promises, other))
            return !is_there(checking, order->table, order->id);
    }
    return false;
}

static void judge_end(struct checking *checking, const struct order *order)
{
    const struct table *table = order->kind->ends;
    if (order->fate != FATE_DONE)
        return;
    bool there = is_there(checking, table, order->id);
    if (order->kind->erases && (there || has_past(checking, table, order->id)))
        sim_fail(checking->sim, "erased-stays", "of %s %s, which was erased, %s", table->name, order->id,
                 there ? "the record is there" : "the past can be read");
    else if (there)
        sim_fail(checking->sim, "acknowledged-kept", "%s %s, which was deleted, is there again", table->name,
                 order->id);
}

static void judge(struct checking *checking, const struct order *order)
{
    struct sim *sim = checking->sim;
    unsigned effects = checking->effects[order->number];
    bool erased = order->table && was_erased(checking, order);
    if (order->kind->ends) {
        judge_end(checking, order);
        return;
    }
    if (order->fate == FATE_DONE && order->table && !checking->kept[order->number] && !erased)
        sim_fail(sim, "acknowledged-kept",
                 "command %u (%s) was acknowledged, version %llu of %s %s is not there", order->number,
                 order->kind->name, (unsigned long long)order->version, order->table->name, order->id);
    if (order->kind->unmarked)
        return;
    if (order->fate == FATE_DONE && effects == 0 && !erased)
        sim_fail(sim, "acknowledged-kept", "command %u (%s) was acknowledged and left nothing", order->number,
                 order->kind->name);
    if (effects > 1)
        sim_fail(sim, "done-once", "command %u (%s) was done %u times", order->number, order->kind->name,
                 effects);
    if (order->fate == FATE_REFUSED && effects > 0)
        sim_fail(sim, "done-once", "command %u (%s) was refused (%s) and done", order->number,
                 order->kind->name, code_name(order->code));
}

static void count_fates(struct sim *sim, const struct part *part, const struct checking *checking)
{
    for (unsigned i = 0; i < sim->promises->order_count; i++) {
        const struct order *order = sim->promises->orders[i];
        if (order->part != part)
            continue;
        if (order->fate == FATE_DONE)
            sim_count(sim, SIM_ACKNOWLEDGED);
        else if (order->fate == FATE_REFUSED && order->code != CODE_OK)
            sim_count(sim, SIM_REFUSED);
        else if (order->fate == FATE_UNKNOWN)
            sim_count(sim, SIM_UNKNOWN);
        if (order->fate == FATE_UNKNOWN && checking->effects[i])
            sim_count(sim, SIM_UNKNOWN_DONE);
    }
}

static void check_audit(struct checking *checking)
{
    uint64_t lines, bad = 0;
    uint8_t head[AUDIT_HASH_BYTES];
    if (audit_verify(checking->txn, &lines, head, &bad) != CODE_OK)
        sim_fail(checking->sim, "acknowledged-kept", "the audit log does not hold at line %llu",
                 (unsigned long long)bad);
}

void promises_check(struct sim *sim, struct node *node, const struct part *part, struct checking *checking)
{
    sim->quiet = true;
    if (node->down || store_read_begin(service_store(node->service), &checking->txn) != CODE_OK) {
        sim_fail(sim, "acknowledged-kept", "the store of %s cannot be read", node->name);
        sim->quiet = false;
        return;
    }
    checking->sim = sim;
    arena_init(&checking->arena, 64 * 1024 * 1024);
    for (const struct table *const *table = part->tables; *table; table++)
        check_table(checking, *table);
    for (unsigned i = 0; i < sim->promises->order_count; i++)
        if (sim->promises->orders[i]->part == part)
            judge(checking, sim->promises->orders[i]);
    count_fates(sim, part, checking);
    check_audit(checking);
    store_end(checking->txn);
    arena_finish(&checking->arena);
    sim->quiet = false;
}
