/* What each program keeps of the records of those it follows, held against these with everything at rest.
 *
 * In: the stores of all programs, and their tables. Out: invariant copies-equal. Looked at is a table whose
 * records are of a kind that the source has in its journal, and which has no journal of its own. */

#include "tests/sim/copies.h"

#include "common/wire/wire.h"
#include "tests/sim/region.h"
#include "tests/sim/watch.h"

#include <string.h>

struct kept {
    const struct node *source, *node;
    struct store_txn *theirs, *own;
    struct entitlement entitlement;
    struct arena arena;
};

/* Packed anew: the order of fields in a store is its own. */
static bool is_same(struct kept *kept, const ProtobufCMessage *record, const ProtobufCMessage *copy)
{
    return span_equal(wire_pack(record, &kept->arena), wire_pack(copy, &kept->arena));
}

static void compare(struct kept *kept, const struct table *theirs, const struct table *own)
{
    struct sim *sim = kept->node->world.sim;
    struct record_scan scan = {.txn = kept->theirs, .table = theirs};
    ProtobufCMessage *record, *copy;
    uint64_t expected = 0;
    while (record_scan_next(&scan, &kept->arena, &record) == CODE_OK) {
        struct audience audience = {0};
        theirs->audience(record, &audience);
        if (audience_admits(&audience, &kept->entitlement)) {
            expected++;
            sim_count(sim, SIM_COPIES);
            if (record_get(kept->own, own, scan.key, &kept->arena, &copy))
                sim_fail(sim, "copies-equal", "%s has no copy of one of %s's %s", kept->node->name,
                         kept->source->name, theirs->name);
            else if (!is_same(kept, record, copy))
                sim_fail(sim, "copies-equal", "%s has another state of one of %s's %s", kept->node->name,
                         kept->source->name, theirs->name);
        }
        arena_reset(&kept->arena);
    }
    record_scan_finish(&scan);
    uint64_t held = record_count(kept->own, own);
    if (held != expected)
        sim_fail(sim, "copies-equal", "%s has %llu of the %llu %s of %s", kept->node->name,
                 (unsigned long long)held, (unsigned long long)expected, theirs->name, kept->source->name);
}

static void compare_tables(struct kept *kept)
{
    for (const struct table *const *theirs = kept->source->options.tables; *theirs; theirs++)
        for (const struct table *const *own = kept->node->options.tables; *own; own++)
            if ((*theirs)->flags & TABLE_JOURNAL && !((*own)->flags & TABLE_JOURNAL) &&
                strcmp((*theirs)->type->name, (*own)->type->name) == 0)
                compare(kept, *theirs, *own);
}

static void check_pair(const struct node *source, const struct node *node)
{
    struct sim *sim = node->world.sim;
    struct kept kept = {.source = source, .node = node};
    if (!watch_entitlement(sim, sim_principal_named(sim->region, node->principal), &kept.entitlement))
        return;
    arena_init(&kept.arena, 8 * 1024 * 1024);
    if (store_read_begin(service_store(source->service), &kept.theirs) ||
        store_read_begin(service_store(node->service), &kept.own))
        sim_fail(sim, "copies-equal", "a store cannot be read");
    else
        compare_tables(&kept);
    store_end(kept.theirs);
    store_end(kept.own);
    arena_finish(&kept.arena);
}

void copies_check(struct sim *sim)
{
    sim->quiet = true;
    for (unsigned i = 0; i < sim->node_count; i++) {
        const struct node *node = &sim->nodes[i];
        const struct follow *follow = node->options.tables ? node->options.follows : NULL;
        for (; follow && follow->service; follow++)
            for (unsigned k = 0; k < sim->node_count; k++)
                if (sim->nodes[k].options.tables && strcmp(sim->nodes[k].name, follow->service) == 0)
                    check_pair(&sim->nodes[k], node);
    }
    sim->quiet = false;
}
