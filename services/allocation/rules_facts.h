#pragma once
/* What an allocation is made from: active members' head offices, provisions in scope, and who places where
 * (rules A1, A2). Pure: records are told in any order and any number of times, and give the same facts. */

#include "common/base/arena.h"
#include "common/base/uuid.h"
#include "common/domain/date.h"
#include "common/domain/distance.h"
#include "common/domain/gss.h"

#include "ccrag/v1/allocation.pb-c.h"
#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/placements.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

enum { OFFICE_NONE = UINT16_MAX };

/* The head office of an active member. */
struct office {
    struct gss gss;
    bool placed; /* its position is known */
    struct position_e7 position;
    struct sphere_point point; /* of that position */
};

/* A member with live placements at a site. */
struct placing {
    uint16_t office; /* index of facts.offices */
    uint32_t placements;
};

/* A provision in scope (rule A1) at which at least one active member has a live placement. */
struct site {
    struct uuid id;
    const char *name; /* borrowed from the record, as told */
    Pb__ProvisionKind kind;
    bool placed, approximate; /* its position is known; and only as well as its local authority */
    struct position_e7 position;
    struct sphere_point point;
    uint32_t first, count; /* of facts.placings, by office */
    /* What holds beside the rule in this cycle (rule A6, and the host's choice): OFFICE_NONE, or the holder,
     * which places there, and why. */
    uint16_t held_by;
    Pb__AllocationBasis held_as;
};

struct facts {
    const struct office *offices; /* by GSS code */
    size_t office_count;
    const struct site *sites; /* by identifier */
    size_t site_count;
    const struct placing *placings;
    size_t placing_count;
};

struct facts_builder;

/* What counts is what is so on `as_of`. Everything is kept in `arena`. NULL past its limit. */
struct facts_builder *facts_builder_create(struct date as_of, struct arena *arena);

/* False past the arena's limit. Records are borrowed until the facts are no longer used; of each identifier
 * one version is told, however often. Authorities that are
 * not active members, provisions out of scope or closed, and placements that do not last on that day, are
 * passed over. */
bool facts_add_authority(struct facts_builder *builder, const Pb__Authority *authority);
bool facts_add_provision(struct facts_builder *builder, const Pb__Provision *provision);
bool facts_add_placement(struct facts_builder *builder, const Pb__PlacementFact *placement);
/* An allocation as published: holds only where its basis is a transfer, a swap or the host's choice, it is of
 * `cycle_id`, and its holder still places there. */
bool facts_add_allocation(struct facts_builder *builder, const Pb__Allocation *allocation,
                          const char *cycle_id);

/* CODE_RESOURCE_EXHAUSTED past the arena's limit, or with more than OFFICES_MAX members. */
enum code facts_build(struct facts_builder *builder, struct facts *ret_facts);

/* Is a provision of this kind and registration in scope (rule A1)? */
bool provision_is_in_scope(const Pb__Provision *provision);
/* Does the placement last on that day? */
bool placement_lasts_on(const Pb__PlacementFact *placement, struct date day);
/* Does such a basis hold beside the rule (rule A6: a transfer, a swap; A8: the host's choice)? */
bool basis_is_hold(Pb__AllocationBasis basis);
/* The office of that GSS code; OFFICE_NONE: no active member has it. */
uint16_t office_of(const struct facts *facts, const char *gss);
/* The site of that identifier; NULL: nobody places there, or it is out of scope. */
const struct site *site_of(const struct facts *facts, const struct uuid *id);
/* Does the member of that office have a live placement at the site? */
bool places_at(const struct facts *facts, const struct site *site, uint16_t office);
/* Placements that the office has at the site; 0: it does not place there. */
uint32_t placements_of(const struct facts *facts, const struct site *site, uint16_t office);
