/* What an allocation is made from (rules A1, A2): what counts, what is passed over, what holds. */

#include "tests/unit/allocation/made_up_facts.h"

#define KIND(name)   PB__PROVISION_KIND__PROVISION_KIND_##name
#define STATUS(name) PB__REGISTRATION_STATUS__REGISTRATION_STATUS_##name

/* A1. */
Test(facts, scope)
{
    static const struct {
        Pb__ProvisionKind kind;
        Pb__RegistrationStatus status;
        bool in;
    } cases[] = {
        {KIND(INDEPENDENT_SPECIAL_SCHOOL), STATUS(ACTIVE), true},
        {KIND(NON_MAINTAINED_SPECIAL_SCHOOL), STATUS(ACTIVE), true},
        {KIND(CHILDRENS_HOME), STATUS(ACTIVE), true},
        {KIND(DUAL_REGISTERED), STATUS(ACTIVE), true},
        {KIND(SECURE_CHILDRENS_HOME), STATUS(ACTIVE), true},
        {KIND(INDEPENDENT_FOSTERING_AGENCY), STATUS(ACTIVE), false},
        {KIND(SUPPORTED_ACCOMMODATION), STATUS(ACTIVE), false},
        {KIND(OTHER), STATUS(ACTIVE), false},
        {KIND(UNSPECIFIED), STATUS(ACTIVE), false},
        {KIND(CHILDRENS_HOME), STATUS(UNSPECIFIED), true},
        {KIND(CHILDRENS_HOME), STATUS(SUSPENDED), true},
        {KIND(CHILDRENS_HOME), STATUS(CLOSED), false},
        {KIND(CHILDRENS_HOME), STATUS(PROPOSED), false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Pb__Provision provision = PB__PROVISION__INIT;
        provision.kind = cases[i].kind;
        provision.status = cases[i].status;
        cr_assert_eq(provision_is_in_scope(&provision), cases[i].in, "case %zu", i);
    }
}

/* A2: a placement counts from its first day to its last. */
Test(facts, placements_last)
{
    static const struct {
        const char *start_on, *end_on;
        bool lasts;
    } cases[] = {
        {"2025-04-01", "", true},
        {"2026-03-01", "", true},
        {"2026-03-02", "", false},
        {"2025-04-01", "2026-03-01", true},
        {"2025-04-01", "2026-02-28", false},
        {"2026-03-01", "2026-03-01", true},
        {"", "", true},
        {"soon", "", false},
        {"2025-04-01", "never", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Pb__PlacementFact placement = PB__PLACEMENT_FACT__INIT;
        placement.start_on = cases[i].start_on;
        placement.end_on = cases[i].end_on;
        cr_assert_eq(placement_lasts_on(&placement, (struct date){MADE_UP_TODAY}), cases[i].lasts, "case %zu",
                     i);
    }
}

static const struct made_up_shape plain = {3, 2, 0, 0, 0, 0, 0, 0, 1000000};

static Pb__PlacementFact *place(struct made_up_facts *made, size_t authority, size_t provision)
{
    Pb__PlacementFact *fact = &made->placements[made->placement_count++];
    pb__placement_fact__init(fact);
    fact->id = draw_id(&made->draw);
    fact->authority_id = made->authorities[authority].id;
    fact->provision_id = made->provisions[provision].id;
    fact->start_on = "2025-04-01";
    return fact;
}

static struct made_up_facts small_region(struct arena *arena)
{
    struct made_up_facts made = draw_facts(&plain, 1, arena);
    made.placements = arena_array(arena, Pb__PlacementFact, 16);
    return made;
}

static const struct site *site_named(const struct facts *facts, const struct made_up_facts *made,
                                     size_t provision)
{
    struct uuid id;
    cr_assert(uuid_parse(made->provisions[provision].id, &id));
    return site_of(facts, &id);
}

/* Several placements of one LA count together; one told twice counts once. */
Test(facts, counts_placements)
{
    struct arena arena;
    arena_init(&arena, MADE_UP_ARENA_BYTES);
    struct made_up_facts made = small_region(&arena);
    place(&made, 2, 0);
    place(&made, 0, 0);
    made.placements[made.placement_count++] = *place(&made, 2, 0);
    struct facts facts = told_facts(&made, 0);
    const struct site *site = site_named(&facts, &made, 0);
    cr_assert_eq(facts.office_count, 3);
    cr_assert_eq(facts.site_count, 1);
    cr_assert_null(site_named(&facts, &made, 1));
    cr_assert_eq(site->count, 2);
    const struct placing *placings = facts.placings + site->first;
    cr_assert(placings[0].office == 0 && placings[0].placements == 1);
    cr_assert(placings[1].office == 2 && placings[1].placements == 2);
    cr_assert_eq(office_of(&facts, "E06000002"), 1);
    cr_assert_eq(office_of(&facts, "E06000009"), OFFICE_NONE);
    cr_assert_eq(office_of(&facts, "a code that is too long"), OFFICE_NONE);
    arena_finish(&arena);
}

/* Only active members count, and what has no position has none. */
Test(facts, passes_over_strangers)
{
    struct arena arena;
    arena_init(&arena, MADE_UP_ARENA_BYTES);
    struct made_up_facts made = small_region(&arena);
    for (size_t i = 0; i < 3; i++)
        place(&made, i, 0);
    made.authorities[0].state = PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_APPLIED;
    made.authorities[1].head_office = NULL;
    made.provisions[0].position_quality = PB__POSITION_QUALITY__POSITION_QUALITY_UNSPECIFIED;
    struct facts facts = told_facts(&made, 0);
    const struct site *site = site_named(&facts, &made, 0);
    cr_assert_eq(facts.office_count, 2);
    cr_assert_eq(site->count, 2);
    cr_assert_not(site->placed);
    cr_assert_not(facts.offices[0].placed);
    cr_assert(facts.offices[1].placed);
    arena_finish(&arena);
}

#define BASIS(name) PB__ALLOCATION_BASIS__ALLOCATION_BASIS_##name

/* A6: what holds is a transfer, a swap or the host's choice, of this cycle, whose holder places there. */
Test(facts, holds)
{
    static const struct {
        Pb__AllocationBasis basis;
        const char *cycle;
        size_t holder;
        bool holds;
    } cases[] = {
        {BASIS(TRANSFER), "2025-26", 1, true},    {BASIS(SWAP), "2025-26", 1, true},
        {BASIS(HOST_CHOICE), "2025-26", 1, true}, {BASIS(CLOSEST), "2025-26", 1, false},
        {BASIS(SOLE), "2025-26", 1, false},       {BASIS(BALANCED), "2025-26", 1, false},
        {BASIS(TRANSFER), "2024-25", 1, false},   {BASIS(TRANSFER), "2025-26", 2, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena;
        Pb__Allocation allocation = PB__ALLOCATION__INIT;
        arena_init(&arena, MADE_UP_ARENA_BYTES);
        struct made_up_facts made = small_region(&arena);
        place(&made, 0, 0);
        place(&made, 1, 0);
        allocation.provision_id = made.provisions[0].id;
        allocation.authority_id = made.authorities[cases[i].holder].id;
        allocation.basis = cases[i].basis;
        allocation.cycle_id = cases[i].cycle;
        made.allocations = &allocation;
        made.allocation_count = 1;
        struct facts facts = told_facts(&made, 0);
        const struct site *site = site_named(&facts, &made, 0);
        cr_assert_eq(site->held_by, cases[i].holds ? 1 : OFFICE_NONE, "case %zu", i);
        if (cases[i].holds)
            cr_assert_eq(site->held_as, cases[i].basis);
        arena_finish(&arena);
    }
}

/* Past the arena's limit it says so. */
Test(facts, says_when_there_is_no_room)
{
    struct arena arena, small;
    struct facts facts;
    enum code code = CODE_RESOURCE_EXHAUSTED;
    arena_init(&arena, MADE_UP_ARENA_BYTES);
    struct made_up_facts made = draw_facts(&made_up_awkward, 3, &arena);
    for (size_t limit = 8 * 1024; code != CODE_OK; limit += 8 * 1024) {
        arena_init(&small, limit);
        struct facts_builder *builder = facts_builder_create((struct date){MADE_UP_TODAY}, &small);
        bool told = builder != NULL;
        for (size_t i = 0; told && i < made.authority_count; i++)
            told = facts_add_authority(builder, &made.authorities[i]);
        for (size_t i = 0; told && i < made.provision_count; i++)
            told = facts_add_provision(builder, &made.provisions[i]);
        for (size_t i = 0; told && i < made.placement_count; i++)
            told = facts_add_placement(builder, &made.placements[i]);
        code = told ? facts_build(builder, &facts) : CODE_RESOURCE_EXHAUSTED;
        cr_assert(code == CODE_OK || (code == CODE_RESOURCE_EXHAUSTED && small.exhausted));
        arena_finish(&small);
    }
    arena_finish(&arena);
}

Test(facts, members_are_bounded)
{
    struct arena arena;
    struct facts facts;
    arena_init(&arena, MADE_UP_ARENA_BYTES);
    for (uint32_t members = OFFICES_MAX; members <= OFFICES_MAX + 1; members++) {
        struct made_up_shape shape = {members, 1, 0, 0, 0, 0, 0, 0, 1};
        struct made_up_facts made = draw_facts(&shape, 3, &arena);
        struct facts_builder *builder = facts_builder_create((struct date){MADE_UP_TODAY}, &arena);
        for (size_t i = 0; i < members; i++)
            cr_assert(facts_add_authority(builder, &made.authorities[i]));
        cr_assert_eq(facts_build(builder, &facts), members > OFFICES_MAX ? CODE_RESOURCE_EXHAUSTED : CODE_OK);
    }
    arena_finish(&arena);
}
