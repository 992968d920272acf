/* Who leads (rule F2). In: a provision, who places there, the published allocation, whom the host nominated.
 * Out: how it is dealt with, by whom and why. What a consultation becomes of it is rules_lead_settle.c's. */

#include "services/fees/rules_lead.h"

#include "services/fees/rules_text.h"

#define LED       PB__FEE_SCOPE__FEE_SCOPE_LED
#define ALONE     PB__FEE_SCOPE__FEE_SCOPE_ALONE
#define SHARED    PB__FEE_SCOPE__FEE_SCOPE_SHARED
#define FORM_ONLY PB__FEE_SCOPE__FEE_SCOPE_FORM_ONLY
#define NONE      PB__FEE_SCOPE__FEE_SCOPE_NONE

enum { PLACINGS_FIRST = 8 };

/* --- who places -------------------------------------------------------------------------------------- */

void fee_placings_init(struct fee_placings *placings, struct arena *arena)
{
    *placings = (struct fee_placings){.arena = arena};
}

static bool counts_today(const Pb__PlacementFact *placement, const Pb__Authority *member, struct date today)
{
    struct date from, until;
    return member && member->state == PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE &&
           date_field(placement->start_on, &from) && date_field(placement->end_on, &until) &&
           date_is_within(today, from, until);
}

/* Where the LA stands, or would. */
static size_t place_of(const struct fee_placings *placings, const char *authority_id)
{
    size_t from = 0, until = placings->count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (strcmp(placings->items[middle].authority_id, authority_id) < 0)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

static const struct fee_placing *placing_of(const struct fee_placings *placings, const char *authority_id)
{
    size_t at = place_of(placings, authority_id);
    return at < placings->count && strcmp(placings->items[at].authority_id, authority_id) == 0
               ? &placings->items[at]
               : NULL;
}

static bool make_room(struct fee_placings *placings)
{
    size_t capacity = placings->capacity ? 2 * placings->capacity : PLACINGS_FIRST;
    if (placings->count < placings->capacity)
        return true;
    struct fee_placing *items = arena_array(placings->arena, struct fee_placing, capacity);
    if (!items)
        return false;
    if (placings->count > 0)
        memcpy(items, placings->items, placings->count * sizeof *items);
    placings->items = items;
    placings->capacity = capacity;
    return true;
}

bool fee_placings_add(struct fee_placings *placings, const Pb__PlacementFact *placement,
                      const Pb__Authority *member, struct date today)
{
    const char *authority_id = placement->authority_id;
    if (!counts_today(placement, member, today))
        return true;
    size_t at = place_of(placings, authority_id);
    if (at == placings->count || strcmp(placings->items[at].authority_id, authority_id) != 0) {
        const char *kept = arena_text(placings->arena, authority_id);
        if (!kept || !make_room(placings))
            return false;
        memmove(&placings->items[at + 1], &placings->items[at],
                (placings->count - at) * sizeof *placings->items);
        placings->items[at] = (struct fee_placing){kept, 0};
        placings->count++;
    }
    placings->items[at].placements++;
    return true;
}

/* --- who leads --------------------------------------------------------------------------------------- */

Pb__FeeScope fee_scope_of_kind(Pb__ProvisionKind kind)
{
    switch (kind) {
    case PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_SPECIAL_SCHOOL:
    case PB__PROVISION_KIND__PROVISION_KIND_NON_MAINTAINED_SPECIAL_SCHOOL:
    case PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME:
    case PB__PROVISION_KIND__PROVISION_KIND_DUAL_REGISTERED:
        return LED;
    case PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY:
        return SHARED;
    case PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION:
        return FORM_ONLY;
    case PB__PROVISION_KIND__PROVISION_KIND_UNSPECIFIED:
    case PB__PROVISION_KIND__PROVISION_KIND_SECURE_CHILDRENS_HOME:
    case PB__PROVISION_KIND__PROVISION_KIND_OTHER:
    case _PB__PROVISION_KIND_IS_INT_SIZE:
        break;
    }
    return NONE;
}

bool fee_scope_is_led(Pb__FeeScope scope)
{
    return scope == LED || scope == ALONE;
}

/* A suspended registration is open: children may live there, and are paid for. */
static bool is_dealt_with(const Pb__Provision *provision)
{
    return provision && provision->status != PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED &&
           provision->status != PB__REGISTRATION_STATUS__REGISTRATION_STATUS_PROPOSED;
}

static const struct fee_placing *most_placements(const struct fee_placings *placings)
{
    const struct fee_placing *most = &placings->items[0];
    for (size_t i = 1; i < placings->count; i++)
        if (placings->items[i].placements > most->placements)
            most = &placings->items[i];
    return most;
}

struct fee_lead fee_lead_of(const struct fee_lead_facts *facts)
{
    const struct fee_placings *placings = facts->placings;
    struct fee_lead lead = {NONE, "", PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_UNSPECIFIED};
    const struct fee_placing *nominated = placing_of(placings, facts->nominated_id),
                             *allocated = placing_of(placings, facts->allocated_id);
    if (!is_dealt_with(facts->provision) || placings->count == 0)
        return lead;
    lead.scope = fee_scope_of_kind(facts->provision->kind);
    if (lead.scope != LED)
        return lead;
    lead.scope = placings->count > 1 ? LED : ALONE;
    if (nominated) {
        lead.authority_id = nominated->authority_id;
        lead.basis = PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_NOMINATED;
    } else if (lead.scope == ALONE) {
        lead.authority_id = placings->items[0].authority_id;
        lead.basis = PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_ALONE;
    } else if (allocated) {
        lead.authority_id = allocated->authority_id;
        lead.basis = PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_ALLOCATION;
    } else {
        lead.authority_id = most_placements(placings)->authority_id;
        lead.basis = PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_MOST_PLACEMENTS;
    }
    return lead;
}
