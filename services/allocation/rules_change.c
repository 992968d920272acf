/* What changes and why (rule A7). In: what is published of one provision, what the facts give now. Out:
 * whether they differ, and the causes that mattered: where the LA that has it places there no more, that is
 * why; only where it still does are positions, ties and the method looked at. It moves nothing. */

#include "services/allocation/rules_change.h"

/* What is compared, with what both sides leave out made plain. */
struct change {
    const Pb__Allocation *allocation;  /* NULL: none */
    const Pb__ProposedAllocation *row; /* NULL: none */
    const Pb__Publication *published;  /* NULL: none */
    const struct facts *facts;
    const char *from, *to; /* GSS codes; empty for none */
    Pb__AllocationStanding from_standing, to_standing;
    struct causes causes;
};

static struct change change_of(const Pb__Allocation *allocation, const Pb__ProposedAllocation *row)
{
    struct change change = {.allocation = allocation, .row = row, .from = "", .to = ""};
    if (allocation) {
        change.from = allocation->authority_id;
        change.from_standing = allocation->standing;
    }
    if (row && row->authority_id[0]) {
        change.to = row->authority_id;
        change.to_standing = row->standing;
    }
    return change;
}

static bool differs(const struct change *change)
{
    return strcmp(change->from, change->to) != 0 || change->from_standing != change->to_standing;
}

bool allocation_differs(const Pb__Allocation *allocation, const Pb__ProposedAllocation *row)
{
    struct change change = change_of(allocation, row);
    return differs(&change);
}

static void add(struct change *change, Pb__AllocationCause cause)
{
    struct causes *causes = &change->causes;
    for (unsigned i = 0; i < causes->count; i++)
        if (causes->items[i] == cause)
            return;
    if (causes->count < CAUSES_MAX)
        causes->items[causes->count++] = cause;
}

static bool placed_then(const Pb__Allocation *allocation, const char *authority)
{
    for (size_t i = 0; i < allocation->n_placing; i++)
        if (strcmp(allocation->placing[i], authority) == 0)
            return true;
    return false;
}

static bool places_now(const Pb__ProposedAllocation *row, const char *authority)
{
    for (size_t i = 0; row && i < row->n_placing; i++)
        if (strcmp(row->placing[i]->authority_id, authority) == 0)
            return true;
    return false;
}

static const Pb__MemberOffice *office_then(const Pb__Publication *published, const char *authority)
{
    for (size_t i = 0; published && i < published->n_offices; i++)
        if (strcmp(published->offices[i]->authority_id, authority) == 0)
            return published->offices[i];
    return NULL;
}

/* Somebody who placed there does no longer: left, or the last placement ended. */
static void add_gone(struct change *change, const char *authority)
{
    add(change, office_of(change->facts, authority) == OFFICE_NONE
                    ? PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_MEMBER_LEFT
                    : PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_PLACEMENT_ENDED);
}

/* Somebody places there who did not: joined, or a placement began. */
static void add_came(struct change *change, const char *authority)
{
    add(change, change->published && !office_then(change->published, authority)
                    ? PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_MEMBER_JOINED
                    : PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_PLACEMENT_BEGAN);
}

/* Everybody who came or went, where that made a link of a sole or a sole of a link, or left nobody. */
static void add_standing(struct change *change)
{
    const Pb__Allocation *allocation = change->allocation;
    const Pb__ProposedAllocation *row = change->row;
    for (size_t i = 0; i < allocation->n_placing; i++)
        if (!places_now(row, allocation->placing[i]))
            add_gone(change, allocation->placing[i]);
    for (size_t i = 0; row && i < row->n_placing; i++)
        if (!placed_then(allocation, row->placing[i]->authority_id))
            add_came(change, row->placing[i]->authority_id);
}

static bool points_differ(const Pb__GeoPoint *a, const Pb__GeoPoint *b)
{
    if (!a || !b)
        return a != b;
    return a->latitude_e7 != b->latitude_e7 || a->longitude_e7 != b->longitude_e7;
}

static bool office_moved(const struct change *change, const char *authority)
{
    const Pb__MemberOffice *then = office_then(change->published, authority);
    uint16_t number = office_of(change->facts, authority);
    if (!then || number == OFFICE_NONE)
        return false;
    const struct office *now = &change->facts->offices[number];
    Pb__GeoPoint point = PB__GEO_POINT__INIT;
    point.latitude_e7 = now->position.latitude;
    point.longitude_e7 = now->position.longitude;
    return points_differ(then->position, now->placed ? &point : NULL);
}

/* Where nobody is given it, any of those who place there may have lost its position. */
static bool any_office_moved(const struct change *change)
{
    for (size_t i = 0; !change->to[0] && i < change->row->n_placing; i++)
        if (office_moved(change, change->row->placing[i]->authority_id))
            return true;
    return office_moved(change, change->from) || office_moved(change, change->to);
}

/* The LA that has it still places there, and another is given it. */
static void add_comparison(struct change *change, Pb__AllocationMethod method)
{
    bool was_balanced = change->allocation->basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_BALANCED;
    bool is_balanced = method == PB__ALLOCATION_METHOD__ALLOCATION_METHOD_BALANCED;
    if (!placed_then(change->allocation, change->to) && change->to[0])
        add_came(change, change->to);
    if (points_differ(change->allocation->position, change->row->position))
        add(change, PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_PROVISION_MOVED);
    if (any_office_moved(change))
        add(change, PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_OFFICE_MOVED);
    /* Of a sole or a hold it is not known how the others were given: they do not tell of the method. */
    if (was_balanced != is_balanced && !basis_is_hold(change->allocation->basis) &&
        change->from_standing == PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK &&
        !basis_is_hold(change->row->basis))
        add(change, PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_METHOD);
}

struct causes change_causes(const Pb__Allocation *allocation, const Pb__ProposedAllocation *row,
                            const Pb__Publication *published, const struct facts *facts,
                            const Pb__Provision *provision, Pb__AllocationMethod method)
{
    struct change change = change_of(allocation, row);
    change.published = published;
    change.facts = facts;
    if (!differs(&change))
        return change.causes;
    if (!allocation) {
        add(&change, PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_NEW);
        return change.causes;
    }
    if (!row && (!provision || !provision_is_in_scope(provision))) {
        add(&change, PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_PROVISION_CLOSED);
        return change.causes;
    }
    bool stays = places_now(row, change.from);
    if (!stays)
        add_gone(&change, change.from);
    bool held = row && basis_is_hold(row->basis);
    if (strcmp(change.from, change.to) != 0 && (basis_is_hold(allocation->basis) || held))
        add(&change, PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_HOLD);
    if (change.from_standing != change.to_standing)
        add_standing(&change);
    if (stays && strcmp(change.from, change.to) != 0)
        add_comparison(&change, method);
    if (change.causes.count == 0)
        add(&change, PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_TIE);
    return change.causes;
}

Pb__AllocationChange *allocation_change(const Pb__Allocation *allocation, const Pb__ProposedAllocation *row,
                                        const struct causes *causes, struct arena *arena)
{
    struct change change = change_of(allocation, row);
    Pb__AllocationChange *told = arena_new(arena, Pb__AllocationChange);
    Pb__AllocationCause *copy = arena_array(arena, Pb__AllocationCause, causes->count);
    if (!told || !copy)
        return NULL;
    pb__allocation_change__init(told);
    if (allocation) {
        told->provision_id = allocation->provision_id;
        told->name = allocation->name;
        told->kind = allocation->kind;
    }
    if (row) {
        told->provision_id = row->provision_id;
        told->name = row->name;
        told->kind = row->kind;
        told->distance_metres = row->measured ? row->distance_metres : 0;
    }
    told->from_authority_id = change.from;
    told->from_standing = change.from_standing;
    told->to_authority_id = change.to;
    told->to_standing = change.to_standing;
    memcpy(copy, causes->items, causes->count * sizeof *copy);
    told->causes = copy;
    told->n_causes = causes->count;
    return told;
}

bool rows_equal(const Pb__ProposedAllocation *a, const Pb__ProposedAllocation *b)
{
    if (!a || !b)
        return a == b;
    if (strcmp(a->provision_id, b->provision_id) != 0 || strcmp(a->authority_id, b->authority_id) != 0 ||
        a->standing != b->standing || a->attention != b->attention || a->n_placing != b->n_placing ||
        points_differ(a->position, b->position))
        return false;
    for (size_t i = 0; i < a->n_placing; i++) {
        const Pb__PlacingAuthority *left = a->placing[i], *right = b->placing[i];
        if (strcmp(left->authority_id, right->authority_id) != 0 || left->measured != right->measured ||
            (left->measured && left->distance_metres != right->distance_metres))
            return false;
    }
    return true;
}
