/* What must hold of what allocation has published, once all is at rest (rules A2 to A7): one-link,
 * link-right. */

#include "tests/sim/allocation_inside.h"

#include "tests/sim/promises_check.h"

#include "services/allocation/allocation.h"
#include "services/allocation/assign.h"
#include "services/allocation/picture.h"

#include <assert.h>
#include <stdlib.h>

/* --- what must hold of what is published ------------------------------------------------------------- */

struct resting {
    struct sim *sim;
    struct command command; /* to read with */
    struct present present;
    struct collected authorities, placements, allocations;
};

static bool lasts_today(const struct resting *resting, const Pb__PlacementFact *fact)
{
    return placement_lasts_on(fact, resting->command.today);
}

static const Pb__Authority *member_of(const struct resting *resting, const char *gss)
{
    for (size_t i = 0; i < resting->authorities.count; i++) {
        const Pb__Authority *authority = (const Pb__Authority *)resting->authorities.items[i];
        if (strcmp(authority->id, gss) == 0 &&
            authority->state == PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE)
            return authority;
    }
    return NULL;
}

static struct position_e7 point_of(const Pb__GeoPoint *point)
{
    return (struct position_e7){point->latitude_e7, point->longitude_e7};
}

/* By comparing each with each (rule A2): how far the nearest member that places there is, and how far this
 * one; false: it does not place there. */
static bool compare_offices(const struct resting *resting, const Pb__Provision *home, const char *gss,
                            uint32_t *ret_nearest, uint32_t *ret_own)
{
    bool places = false;
    *ret_nearest = *ret_own = UINT32_MAX;
    for (size_t i = 0; i < resting->placements.count; i++) {
        const Pb__PlacementFact *fact = (const Pb__PlacementFact *)resting->placements.items[i];
        const Pb__Authority *member = member_of(resting, fact->authority_id);
        if (!member || !lasts_today(resting, fact) || strcmp(fact->provision_id, home->id) != 0)
            continue;
        bool own = strcmp(fact->authority_id, gss) == 0;
        places |= own;
        if (!member->head_office || !home->position)
            continue;
        uint32_t metres = distance_between(point_of(member->head_office), point_of(home->position)).value;
        if (metres < *ret_nearest)
            *ret_nearest = metres;
        if (own)
            *ret_own = metres;
    }
    return places;
}

static bool task_waits(struct resting *resting, const char *provision_id)
{
    enum code code;
    const Pb__AllocationTask *task = load_if_any(&resting->command, &allocation_tasks, provision_id, &code);
    return task && task->state != PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_SETTLED;
}

/* Is the departure one that somebody agreed to or chose? */
static bool is_held(const struct resting *resting, const Pb__Allocation *allocation)
{
    return allocation->basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_BALANCED ||
           hold_lasts(allocation, resting->present.cycle, resting->present.transfers,
                      resting->present.transfer_count);
}

/* Each departure from the rule has an open task, a held transfer or the host's choice. */
static void check_allocation(struct resting *resting, const Pb__Allocation *allocation)
{
    enum code code;
    uint32_t nearest = 0, own = 0;
    const Pb__Provision *home =
        load_if_any(&resting->command, &allocation_provisions, allocation->provision_id, &code);
    bool places = home && compare_offices(resting, home, allocation->authority_id, &nearest, &own);
    sim_count(resting->sim, SIM_LINKS);
    if (task_waits(resting, allocation->provision_id) || (places && own == nearest) ||
        (places && is_held(resting, allocation)))
        return;
    sim_fail(resting->sim, "link-right", "%s has %s, %s, and nothing waits", allocation->authority_id,
             allocation->provision_id, places ? "another is closer" : "places there no more");
}

/* Nobody is left without one: where a member places, there is an allocation, or a task that says why not. */
static void check_placement(struct resting *resting, const Pb__PlacementFact *fact)
{
    enum code code;
    const Pb__Provision *home =
        load_if_any(&resting->command, &allocation_provisions, fact->provision_id, &code);
    if (!home || !provision_is_in_scope(home) || !lasts_today(resting, fact) ||
        !member_of(resting, fact->authority_id))
        return;
    if (!load_if_any(&resting->command, &allocation_allocations, fact->provision_id, &code) &&
        !task_waits(resting, fact->provision_id))
        sim_fail(resting->sim, "link-right", "%s places at %s, and nobody has it", fact->authority_id,
                 fact->provision_id);
}

/* One term is open of each allocation, its own, and of nothing else. */
static void check_terms(struct resting *resting)
{
    struct collected terms;
    const struct walk all = {.table = &allocation_terms};
    size_t open = 0;
    enum code code = collect(&resting->command, &all, NULL, NULL, &terms);
    for (size_t i = 0; code == CODE_OK && i < terms.count; i++) {
        const Pb__AllocationTerm *term = (const Pb__AllocationTerm *)terms.items[i];
        if (term->until[0])
            continue;
        open++;
        const Pb__Allocation *allocation =
            load_if_any(&resting->command, &allocation_allocations, term->provision_id, &code);
        if (!allocation || strcmp(allocation->term_id, term->id) != 0 ||
            strcmp(allocation->authority_id, term->authority_id) != 0)
            sim_fail(resting->sim, "one-link", "a term of %s at %s goes on, and the allocation is another",
                     term->authority_id, term->provision_id);
    }
    if (open != resting->allocations.count)
        sim_fail(resting->sim, "one-link", "%zu terms go on, of %zu allocations", open,
                 resting->allocations.count);
}

static const char *receiver_of(const Pb__Transfer *transfer, const char *provision_id)
{
    return strcmp(transfer->provision_id, provision_id) == 0 ? transfer->to_authority_id
                                                             : transfer->from_authority_id;
}

/* A held transfer gives at least one allocation, to whom it says; an offered one none, and alone of its kind.
 */
static void check_transfer(struct resting *resting, const Pb__Transfer *transfer)
{
    size_t gives = 0;
    for (size_t i = 0; i < resting->allocations.count; i++) {
        const Pb__Allocation *allocation = (const Pb__Allocation *)resting->allocations.items[i];
        if (strcmp(allocation->transfer_id, transfer->id) != 0)
            continue;
        gives++;
        if (strcmp(receiver_of(transfer, allocation->provision_id), allocation->authority_id) != 0)
            sim_fail(resting->sim, "one-link", "%s is not who got %s by its transfer",
                     allocation->authority_id, allocation->provision_id);
    }
    bool held = transfer->state == PB__TRANSFER_STATE__TRANSFER_STATE_HELD;
    sim_count(resting->sim, held ? SIM_TRANSFERS_HELD : SIM_TRANSFERS_OFFERED);
    if (held != (gives > 0))
        sim_fail(resting->sim, "one-link", "a transfer of %s is %s and gives %zu", transfer->provision_id,
                 held ? "held" : "offered", gives);
}

/* Every offer that was made and is not lost, as it ended. */
static void count_transfers(struct resting *resting)
{
    struct collected all;
    const struct walk transfers = {.table = &allocation_transfers};
    if (collect(&resting->command, &transfers, NULL, NULL, &all) != CODE_OK)
        return;
    for (size_t i = 0; i < all.count; i++) {
        const Pb__Transfer *transfer = (const Pb__Transfer *)all.items[i];
        bool accepted = transfer->state == PB__TRANSFER_STATE__TRANSFER_STATE_HELD ||
                        transfer->state == PB__TRANSFER_STATE__TRANSFER_STATE_ENDED;
        sim_count(resting->sim, SIM_OFFERS);
        if (accepted)
            sim_count(resting->sim, SIM_ACCEPTED);
        if (accepted && transfer->return_provision_id[0])
            sim_count(resting->sim, SIM_SWAPS);
        if (transfer->state == PB__TRANSFER_STATE__TRANSFER_STATE_EXPIRED)
            sim_count(resting->sim, SIM_EXPIRED);
    }
}

static bool rest_load(struct resting *resting, struct node *node)
{
    struct command *command = &resting->command;
    const struct walk authorities = {.table = &allocation_authorities},
                      placements = {.table = &allocation_placement_facts},
                      allocations = {.table = &allocation_allocations};
    command->now_ms = world_wall_ms(&node->world.base);
    command->today = date_from_unix_ms_london(command->now_ms);
    return !node->down && store_read_begin(service_store(node->service), &command->txn) == CODE_OK &&
           present_load(command, &resting->present) == CODE_OK &&
           collect(command, &authorities, NULL, NULL, &resting->authorities) == CODE_OK &&
           collect(command, &placements, NULL, NULL, &resting->placements) == CODE_OK &&
           collect(command, &allocations, NULL, NULL, &resting->allocations) == CODE_OK;
}

static void check_rest(struct resting *resting)
{
    const struct present *present = &resting->present;
    check_terms(resting);
    count_transfers(resting);
    for (size_t i = 0; i < present->transfer_count; i++)
        check_transfer(resting, present->transfers[i]);
    if (!present_is_published(present))
        return;
    for (size_t i = 0; i < resting->allocations.count; i++)
        check_allocation(resting, (const Pb__Allocation *)resting->allocations.items[i]);
    for (size_t i = 0; i < resting->placements.count; i++)
        check_placement(resting, (const Pb__PlacementFact *)resting->placements.items[i]);
}

void allocation_check(struct sim *sim)
{
    struct checking *checking = calloc(1, sizeof *checking);
    struct resting resting = {.sim = sim};
    struct arena arena;
    assert(checking);
    promises_check(sim, sim_node_named(sim, ALLOCATION_NAME), &allocation_part, checking);
    free(checking);
    arena_init(&arena, 64 * 1024 * 1024);
    resting.command.arena = &arena;
    sim->quiet = true;
    if (rest_load(&resting, sim_node_named(sim, ALLOCATION_NAME)))
        check_rest(&resting);
    else
        sim_fail(sim, "settles", "allocation's store cannot be read");
    store_end(resting.command.txn);
    sim->quiet = false;
    arena_finish(&arena);
}
