/* A program that follows the registry through the frame and keeps what it is sent, entry by entry: the least
 * that an LA's node or another service does.
 *
 * In: entries. Out: a table of copies, one for each record. At the end of a schedule its copy is what it is
 * entitled to, no more and no less. What is asked of a follower is asked of fees (fees.c). */

#include "tests/sim/copies.h"
#include "tests/sim/parts.h"
#include "tests/sim/programs.h"

#include "common/service/region.h"

#include "common/wire/wire.h"
#include "services/registry/records.h"
#include "tests/sim/region.h"
#include "tests/sim/watch.h"

#include "ccrag/v1/feed.pb-c.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { DROPPED_AT_ONCE = 100 };

struct follower {
    struct node *node;
    struct follow follows[2];
};

/* A copy is the entry itself, under the record's type and key. */
static struct span copy_key(const char *record_type, struct span key, struct arena *arena)
{
    size_t type_size = strlen(record_type) + 1;
    uint8_t *bytes = arena_alloc(arena, type_size + key.size);
    assert(bytes);
    memcpy(bytes, record_type, type_size);
    memcpy(bytes + type_size, key.data, key.size);
    return span_of(bytes, type_size + key.size);
}

static struct span entry_key(const ProtobufCMessage *record, struct arena *arena)
{
    const Pb__JournalEntry *entry = (const Pb__JournalEntry *)record;
    return copy_key(entry->record_type, span_of(entry->key.data, entry->key.len), arena);
}

static const struct table table_copies = {
    .name = "copies", .type = &pb__journal_entry__descriptor, .key = entry_key};
static const struct table *const follower_tables[] = {&table_copies, NULL};

/* --- following --------------------------------------------------------------------------------------- */

static enum code apply(struct command *command, const Pb__JournalEntry *entry)
{
    struct follower *follower = command->context;
    struct sim *sim = follower->node->world.sim;
    struct span key = entry_key(&entry->base, command->arena);
    sim_count(sim, SIM_ENTRIES_APPLIED);
    if (sim->plant == PLANT_STUCK && sim->settling)
        return CODE_RESOURCE_EXHAUSTED;
    if (sim->plant == PLANT_LOST_ENTRY && entry->sequence % 31 == 0)
        return CODE_OK;
    if (entry->change_case == PB__JOURNAL_ENTRY__CHANGE_CONTENT)
        return record_put(command->txn, &table_copies, (ProtobufCMessage *)(uintptr_t)&entry->base);
    enum code code = record_delete(command->txn, &table_copies, key);
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

static enum code start_over(struct command *command)
{
    struct follower *follower = command->context;
    struct record_scan scan = {.txn = command->txn, .table = &table_copies};
    struct span keys[DROPPED_AT_ONCE];
    size_t count = 0;
    enum code code = CODE_OK;
    sim_count(follower->node->world.sim, SIM_STARTS_OVER);
    if (follower->node->world.sim->plant == PLANT_KEEPS)
        return CODE_OK;
    while (count < DROPPED_AT_ONCE && (code = record_scan_next(&scan, command->arena, NULL)) == CODE_OK)
        keys[count++] = scan.key;
    record_scan_finish(&scan);
    command->again = count == DROPPED_AT_ONCE;
    for (size_t i = 0; i < count && (code == CODE_OK || code == CODE_NOT_FOUND); i++)
        code = record_delete(command->txn, &table_copies, keys[i]);
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

static const struct api nothing[] = {{.descriptor = NULL}};

static void prepare(struct node *node)
{
    struct follower *follower = calloc(1, sizeof *follower);
    assert(follower);
    follower->node = node;
    node->is_follower = true;
    follower->follows[0] = (struct follow){.service = "registry", .apply = apply, .start_over = start_over};
    node->context = follower;
    node->options = (struct service_options){
        .name = node->name,
        .apis = nothing,
        .tables = follower_tables,
        .follows = follower->follows,
        .schema = 1,
        .context = follower,
    };
}

/* --- compared at the end ----------------------------------------------------------------------------- */

struct comparison {
    struct node *node;
    struct store_txn *source, *copies;
    struct entitlement entitlement;
    struct arena arena;
    uint64_t expected;
};

/* One record of the registry: it is in the copy as it stands, or not at all. */
static void compare_record(struct comparison *comparison, const struct table *table, struct span key,
                           const ProtobufCMessage *record)
{
    struct sim *sim = comparison->node->world.sim;
    struct arena *arena = &comparison->arena;
    struct audience audience = {0};
    ProtobufCMessage *copy;
    table->audience(record, &audience);
    if (!audience_admits(&audience, &comparison->entitlement))
        return;
    comparison->expected++;
    sim_count(sim, SIM_COPIES);
    if (record_get(comparison->copies, &table_copies, copy_key(table->type->name, key, arena), arena,
                   &copy)) {
        sim_fail(sim, "copies-equal", "%s has no copy of a %s", comparison->node->name, table->name);
        return;
    }
    const ProtobufCBinaryData *content = &((Pb__JournalEntry *)copy)->content;
    /* Packed anew: the order of fields in a store is its own. */
    ProtobufCMessage *held;
    if (wire_unpack(table->type, span_of(content->data, content->len), arena, &held, NULL) ||
        !span_equal(wire_pack(record, arena), wire_pack(held, arena)))
        sim_fail(sim, "copies-equal", "%s has another state of a %s", comparison->node->name, table->name);
}

static void compare_table(struct comparison *comparison, const struct table *table)
{
    struct record_scan scan = {.txn = comparison->source, .table = table};
    ProtobufCMessage *record;
    while (record_scan_next(&scan, &comparison->arena, &record) == CODE_OK) {
        compare_record(comparison, table, scan.key, record);
        arena_reset(&comparison->arena);
    }
    record_scan_finish(&scan);
}

static void check_one(struct node *node)
{
    struct sim *sim = node->world.sim;
    struct comparison comparison = {.node = node};
    struct entitlement entitlement;
    unsigned principal = sim_principal_named(sim->region, node->principal);
    if (!watch_entitlement(sim, principal, &entitlement))
        return; /* it keeps what it had; what it was sent meanwhile was watched */
    comparison.entitlement = entitlement;
    arena_init(&comparison.arena, 8 * 1024 * 1024);
    sim->quiet = true;
    if (store_read_begin(service_store(sim->registry->service), &comparison.source) ||
        store_read_begin(service_store(node->service), &comparison.copies))
        sim_fail(sim, "copies-equal", "a store cannot be read");
    else
        for (const struct table *const *table = registry_tables; *table; table++)
            if ((*table)->flags & TABLE_JOURNAL)
                compare_table(&comparison, *table);
    uint64_t held = comparison.copies ? record_count(comparison.copies, &table_copies) : 0;
    if (held != comparison.expected)
        sim_fail(sim, "copies-equal", "%s holds %llu records and is entitled to %llu", node->name,
                 (unsigned long long)held, (unsigned long long)comparison.expected);
    store_end(comparison.source);
    store_end(comparison.copies);
    sim->quiet = false;
    arena_finish(&comparison.arena);
}

static void build(struct sim *sim)
{
    static const char *const names[] = {"follower", "node-a", "node-b"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        prepare(sim_add_node(sim, names[i], names[i]));
}

static void check(struct sim *sim)
{
    for (unsigned i = 0; i < sim->node_count; i++)
        if (sim->nodes[i].is_follower)
            check_one(&sim->nodes[i]);
    copies_check(sim);
}

const struct part followers_part = {.service = "follower", .build = build, .check = check};
