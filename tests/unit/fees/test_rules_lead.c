/* Who leads, and whom a fee concerns (rule F2). */

#include "services/fees/rules_lead.h"
#include "tests/unit/fees/rules_sums_kit.h"

#define SCHOOL    PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_SPECIAL_SCHOOL
#define NMSS      PB__PROVISION_KIND__PROVISION_KIND_NON_MAINTAINED_SPECIAL_SCHOOL
#define CHILDRENS PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME
#define DUAL      PB__PROVISION_KIND__PROVISION_KIND_DUAL_REGISTERED
#define IFA       PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY
#define SUPPORTED PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION
#define SECURE    PB__PROVISION_KIND__PROVISION_KIND_SECURE_CHILDRENS_HOME
#define ELSE      PB__PROVISION_KIND__PROVISION_KIND_OTHER

#define LED       PB__FEE_SCOPE__FEE_SCOPE_LED
#define ALONE     PB__FEE_SCOPE__FEE_SCOPE_ALONE
#define SHARED    PB__FEE_SCOPE__FEE_SCOPE_SHARED
#define FORM_ONLY PB__FEE_SCOPE__FEE_SCOPE_FORM_ONLY
#define NONE      PB__FEE_SCOPE__FEE_SCOPE_NONE

#define NOBODY          PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_UNSPECIFIED
#define ALLOCATED       PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_ALLOCATION
#define MOST            PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_MOST_PLACEMENTS
#define NOMINATED       PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_NOMINATED
#define BASIS_ALONE     PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_ALONE
#define STATUS_OPEN     PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE
#define STATUS_CLOSED   PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED
#define STATUS_HELD     PB__REGISTRATION_STATUS__REGISTRATION_STATUS_SUSPENDED
#define STATUS_PROPOSED PB__REGISTRATION_STATUS__REGISTRATION_STATUS_PROPOSED

enum { PLACEMENTS_MAX = 400 };

/* What is so of one home: its placements, one after another. */
struct world {
    struct arena arena;
    Pb__Provision provision;
    Pb__Authority members[3];
    Pb__PlacementFact placements[PLACEMENTS_MAX];
    size_t count;
    struct fee_placings placings;
    struct fee_lead_facts facts;
};

static const char *const codes[] = {ESSEX, HERTS, KENT};

static struct world *begin(Pb__ProvisionKind kind)
{
    static struct world world;
    memset(&world, 0, sizeof world);
    arena_init(&world.arena, TEST_ARENA_BYTES);
    pb__provision__init(&world.provision);
    world.provision.id = HOME, world.provision.name = "Oak House", world.provision.kind = kind;
    world.provision.provider_id = "provider", world.provision.status = STATUS_OPEN;
    for (size_t i = 0; i < COUNT(codes); i++) {
        pb__authority__init(&world.members[i]);
        world.members[i].id = codes[i];
        world.members[i].state = PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
    }
    world.facts = (struct fee_lead_facts){&world.provision, &world.placings, "", ""};
    return &world;
}

static void place(struct world *world, const char *authority_id, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        Pb__PlacementFact *placement = &world->placements[world->count++];
        pb__placement_fact__init(placement);
        placement->authority_id = authority_id, placement->provision_id = HOME;
        placement->start_on = "2026-01-01";
    }
}

static const Pb__Authority *member(const struct world *world, const char *id)
{
    for (size_t i = 0; i < COUNT(codes); i++)
        if (strcmp(world->members[i].id, id) == 0)
            return &world->members[i];
    return NULL;
}

/* Tells all placements anew. */
static void tell(struct world *world, const char *today)
{
    fee_placings_init(&world->placings, &world->arena);
    for (size_t i = 0; i < world->count; i++)
        cr_assert(fee_placings_add(&world->placings, &world->placements[i],
                                   member(world, world->placements[i].authority_id), day(today)));
}

/* Rule F2, case by case. */
Test(rules_lead, who_leads)
{
    const struct {
        Pb__ProvisionKind kind;
        Pb__RegistrationStatus status;
        uint32_t essex, herts, kent;
        const char *allocated, *nominated;
        Pb__FeeScope scope;
        const char *lead;
        Pb__FeeLeadBasis basis;
    } cases[] = {
        {CHILDRENS, STATUS_OPEN, 1, 2, 0, ESSEX, "", LED, ESSEX, ALLOCATED},
        {SCHOOL, STATUS_OPEN, 1, 2, 0, ESSEX, "", LED, ESSEX, ALLOCATED},
        {NMSS, STATUS_OPEN, 1, 2, 0, HERTS, "", LED, HERTS, ALLOCATED},
        {DUAL, STATUS_OPEN, 1, 2, 0, "", "", LED, HERTS, MOST},
        {CHILDRENS, STATUS_OPEN, 2, 2, 0, "", "", LED, ESSEX, MOST},   /* the lower code of equals */
        {CHILDRENS, STATUS_OPEN, 1, 2, 0, KENT, "", LED, HERTS, MOST}, /* the allocation's places nobody */
        {CHILDRENS, STATUS_OPEN, 1, 2, 0, ESSEX, HERTS, LED, HERTS, NOMINATED},
        {CHILDRENS, STATUS_OPEN, 1, 2, 0, ESSEX, KENT, LED, ESSEX, ALLOCATED}, /* a nominee that left */
        {CHILDRENS, STATUS_OPEN, 0, 2, 0, ESSEX, "", ALONE, HERTS, BASIS_ALONE},
        {CHILDRENS, STATUS_OPEN, 0, 2, 0, HERTS, "", ALONE, HERTS, BASIS_ALONE},
        {CHILDRENS, STATUS_OPEN, 0, 2, 0, "", HERTS, ALONE, HERTS, NOMINATED},
        {CHILDRENS, STATUS_OPEN, 0, 0, 0, HERTS, HERTS, NONE, "", NOBODY},
        {CHILDRENS, STATUS_HELD, 1, 2, 0, ESSEX, "", LED, ESSEX, ALLOCATED},
        {CHILDRENS, STATUS_CLOSED, 1, 2, 0, ESSEX, "", NONE, "", NOBODY},
        {CHILDRENS, STATUS_PROPOSED, 1, 2, 0, ESSEX, "", NONE, "", NOBODY},
        {IFA, STATUS_OPEN, 1, 2, 3, HERTS, HERTS, SHARED, "", NOBODY},
        {IFA, STATUS_OPEN, 1, 0, 0, HERTS, "", SHARED, "", NOBODY},
        {IFA, STATUS_OPEN, 0, 0, 0, HERTS, "", NONE, "", NOBODY},
        {SUPPORTED, STATUS_OPEN, 1, 2, 3, HERTS, "", FORM_ONLY, "", NOBODY},
        {SECURE, STATUS_OPEN, 1, 2, 3, HERTS, "", NONE, "", NOBODY},
        {ELSE, STATUS_OPEN, 1, 2, 3, HERTS, "", NONE, "", NOBODY},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world *world = begin(cases[i].kind);
        world->provision.status = cases[i].status;
        place(world, ESSEX, cases[i].essex);
        place(world, HERTS, cases[i].herts);
        place(world, KENT, cases[i].kent);
        tell(world, "2026-10-01");
        world->facts.allocated_id = cases[i].allocated, world->facts.nominated_id = cases[i].nominated;
        struct fee_lead lead = fee_lead_of(&world->facts);
        cr_assert(lead.scope == cases[i].scope && lead.basis == cases[i].basis, "case %zu", i);
        cr_assert_str_eq(lead.authority_id, cases[i].lead, "case %zu", i);
        arena_finish(&world->arena);
    }
}

/* Rule R1: who is no active member does not count; nor does what has not begun or is over. */
Test(rules_lead, what_counts_as_placing)
{
    const struct {
        const char *from, *until;
        Pb__MembershipState state;
        bool counts;
    } cases[] = {
        {"2026-01-01", "", PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE, true},
        {"2026-10-01", "2026-10-01", PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE, true},
        {"2026-10-02", "", PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE, false},
        {"2026-01-01", "2026-09-30", PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE, false},
        {"2026-01-01", "", PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT, false},
        {"2026-01-01", "", PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_APPLIED, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world *world = begin(CHILDRENS);
        place(world, HERTS, 1);
        world->placements[0].start_on = cases[i].from, world->placements[0].end_on = cases[i].until;
        world->members[1].state = cases[i].state;
        tell(world, "2026-10-01");
        cr_assert(world->placings.count == cases[i].counts, "case %zu", i);
        arena_finish(&world->arena);
    }
    struct world *world = begin(CHILDRENS);
    place(world, "E06000001", 1); /* nobody that is known */
    tell(world, "2026-10-01");
    cr_assert(world->placings.count == 0);
    arena_finish(&world->arena);
}

/* --- against another way to find it, in any order ---------------------------------------------------- */

/* Counts by looking at every placement for every LA. */
static const char *brute_lead(const struct world *world, Pb__FeeLeadBasis *ret_basis)
{
    uint32_t counts[COUNT(codes)] = {0}, placing = 0;
    int best = -1;
    for (size_t i = 0; i < COUNT(codes); i++) {
        for (size_t j = 0; j < world->count; j++)
            counts[i] += strcmp(world->placements[j].authority_id, codes[i]) == 0;
        placing += counts[i] > 0;
    }
    *ret_basis = NOBODY;
    if (placing == 0)
        return "";
    for (size_t i = 0; i < COUNT(codes); i++) /* codes[] is in the order of codes */
        if (counts[i] > 0 && (best < 0 || counts[i] > counts[best]))
            best = (int)i;
    *ret_basis = placing == 1 ? BASIS_ALONE : MOST;
    for (size_t i = 0; i < COUNT(codes) && placing > 1; i++)
        if (counts[i] > 0 && strcmp(world->facts.allocated_id, codes[i]) == 0)
            best = (int)i, *ret_basis = ALLOCATED;
    for (size_t i = 0; i < COUNT(codes); i++)
        if (counts[i] > 0 && strcmp(world->facts.nominated_id, codes[i]) == 0)
            best = (int)i, *ret_basis = NOMINATED;
    return codes[best];
}

static void shuffle(struct world *world, uint64_t *seed)
{
    for (size_t i = world->count; i > 1; i--) {
        size_t j = below(seed, (uint32_t)i);
        Pb__PlacementFact swapped = world->placements[i - 1];
        world->placements[i - 1] = world->placements[j], world->placements[j] = swapped;
    }
}

Test(rules_lead, the_same_whatever_the_order)
{
    uint64_t seed = 20270401;
    for (int round = 0; round < 3000; round++) {
        struct world *world = begin(CHILDRENS);
        Pb__FeeLeadBasis basis;
        for (size_t i = 0; i < COUNT(codes); i++)
            place(world, codes[i], below(&seed, 4));
        const char *const any[] = {"", ESSEX, HERTS, KENT, "E06000001"};
        world->facts.allocated_id = any[below(&seed, COUNT(any))];
        world->facts.nominated_id = any[below(&seed, COUNT(any))];
        const char *expected = brute_lead(world, &basis);
        for (int order = 0; order < 3; order++) {
            shuffle(world, &seed);
            tell(world, "2026-10-01");
            struct fee_lead lead = fee_lead_of(&world->facts);
            cr_assert(strcmp(lead.authority_id, expected) == 0 && lead.basis == basis, "round %d", round);
            for (size_t i = 1; i < world->placings.count; i++)
                cr_assert(strcmp(world->placings.items[i - 1].authority_id,
                                 world->placings.items[i].authority_id) < 0);
        }
        arena_finish(&world->arena);
    }
}

/* --- what a consultation becomes of it --------------------------------------------------------------- */

static struct fee_settled settle(struct world *world, const Pb__Consultation *stored, const char *today)
{
    struct fee_settled settled;
    tell(world, today);
    cr_assert(fee_lead_settle(stored, CYCLE, &world->facts, day(today), &world->arena, &settled) == CODE_OK);
    return settled;
}

/* A copy that outlives what it was made beside. */
static Pb__Consultation *keep(struct world *world, const struct fee_settled *settled)
{
    Pb__Consultation *kept = arena_new(&world->arena, Pb__Consultation);
    *kept = settled->consultation;
    return kept;
}

Test(rules_lead, a_consultation_from_its_first_placement_to_its_last)
{
    struct world *world = begin(CHILDRENS);
    struct fee_settled settled = settle(world, NULL, "2026-10-01");
    cr_assert(!settled.there, "nobody places there: none is made");

    place(world, HERTS, 2);
    settled = settle(world, NULL, "2026-10-01");
    Pb__Consultation *now = keep(world, &settled);
    cr_assert(settled.there && settled.changed && settled.concerned_grew && settled.lead_changed);
    cr_assert(now->scope == ALONE && now->state == PB__CONSULTATION_STATE__CONSULTATION_STATE_AWAITED);
    cr_assert_str_eq(now->lead_id, HERTS);
    cr_assert_str_eq(now->lead_since, "2026-10-01");
    cr_assert_str_eq(now->cycle_id, CYCLE);
    cr_assert_str_eq(now->provider_id, "provider");
    cr_assert(now->n_placing == 1 && now->n_concerned_ids == 1 && now->n_past_leads == 0);
    settled = settle(world, now, "2026-10-02");
    cr_assert(!settled.changed && !settled.concerned_grew && !settled.lead_changed, "nothing is new");

    place(world, ESSEX, 1); /* the allocation's */
    world->facts.allocated_id = ESSEX;
    settled = settle(world, now, "2026-10-03");
    now = keep(world, &settled);
    cr_assert(settled.lead_changed && now->scope == LED && now->lead_basis == ALLOCATED);
    cr_assert(now->n_past_leads == 1 && now->n_concerned_ids == 2);
    cr_assert_str_eq(now->past_leads[0]->authority_id, HERTS);
    cr_assert_str_eq(now->past_leads[0]->from, "2026-10-01");
    cr_assert_str_eq(now->past_leads[0]->until, "2026-10-03");
    cr_assert_str_eq(now->past_leads[0]->reason, "the published allocation gives the provision to another");

    world->placements[2].end_on = "2026-10-03"; /* it takes its child away: handed over at once */
    settled = settle(world, now, "2026-10-04");
    now = keep(world, &settled);
    cr_assert_str_eq(now->lead_id, HERTS);
    cr_assert(now->scope == ALONE && now->n_past_leads == 2 && now->past_leads[1]->basis == ALLOCATED);
    cr_assert_str_eq(now->past_leads[1]->reason, "it places nobody there any more");
    cr_assert(now->n_concerned_ids == 2, "who was concerned is");
    cr_assert(now->n_placing == 2 && now->placing[0]->placements == 0 && now->placing[1]->placements == 2);

    for (size_t i = 0; i < 2; i++)
        world->placements[i].end_on = "2026-10-04";
    settled = settle(world, now, "2026-10-05");
    now = keep(world, &settled);
    cr_assert(settled.there && now->scope == NONE && now->lead_basis == NOBODY);
    cr_assert_str_eq(now->lead_id, "");
    cr_assert_str_eq(now->lead_since, "");
    cr_assert(now->n_past_leads == 3 && now->n_concerned_ids == 2);
    settled = settle(world, now, "2026-10-06");
    cr_assert(!settled.changed);
    arena_finish(&world->arena);
}

/* Whoever places, however they come and go: who was concerned stays so, and who places is. */
Test(rules_lead, concerned_only_grows)
{
    uint64_t seed = 7;
    struct world *world = begin(CHILDRENS);
    Pb__Consultation *now = NULL;
    bool seen[COUNT(codes)] = {false};
    for (int round = 0; round < 200; round++) {
        world->count = 0;
        for (size_t i = 0; i < COUNT(codes); i++) {
            uint32_t count = below(&seed, 3);
            place(world, codes[i], count);
            seen[i] = seen[i] || count > 0;
        }
        struct fee_settled settled = settle(world, now, "2026-10-01");
        if (!settled.there)
            continue;
        now = keep(world, &settled);
        size_t expected = 0;
        for (size_t i = 0; i < COUNT(codes); i++)
            expected += seen[i];
        cr_assert(now->n_concerned_ids == expected && settled.left_out == 0);
        for (size_t i = 1; i < now->n_concerned_ids; i++)
            cr_assert(strcmp(now->concerned_ids[i - 1], now->concerned_ids[i]) < 0);
    }
    arena_finish(&world->arena);
}

/* More than a record names: further ones are left out and said, the lead is in. */
Test(rules_lead, more_concerned_than_a_record_names)
{
    enum { ALL = FEE_CONCERNED_MAX + 10 };
    struct world *world = begin(CHILDRENS);
    static char names[ALL][32];
    Pb__Authority active = PB__AUTHORITY__INIT;
    active.state = PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
    fee_placings_init(&world->placings, &world->arena);
    for (size_t i = 0; i < ALL; i++) {
        snprintf(names[i], sizeof names[i], "E%08zu", i);
        place(world, names[i], i == ALL - 1 ? 2 : 1);
    }
    for (size_t i = 0; i < world->count; i++)
        cr_assert(fee_placings_add(&world->placings, &world->placements[i], &active, day("2026-10-01")));
    struct fee_settled settled;
    cr_assert(fee_lead_settle(NULL, CYCLE, &world->facts, day("2026-10-01"), &world->arena, &settled) ==
              CODE_OK);
    cr_assert_str_eq(settled.consultation.lead_id, names[ALL - 1]);
    cr_assert(settled.consultation.n_concerned_ids == FEE_CONCERNED_MAX && settled.left_out == 10);
    cr_assert_str_eq(settled.consultation.concerned_ids[FEE_CONCERNED_MAX - 1], names[ALL - 1]);
    cr_assert(settled.consultation.n_placing == ALL);
    arena_finish(&world->arena);
}

/* A provision that turns into another kind goes on as that is dealt with. */
Test(rules_lead, another_kind_in_mid_cycle)
{
    struct world *world = begin(CHILDRENS);
    place(world, HERTS, 1);
    place(world, ESSEX, 1);
    struct fee_settled settled = settle(world, NULL, "2026-10-01");
    Pb__Consultation *now = keep(world, &settled);
    now->state = PB__CONSULTATION_STATE__CONSULTATION_STATE_CONSULTING;
    world->provision.kind = IFA;
    settled = settle(world, now, "2026-10-02");
    cr_assert(settled.consultation.scope == SHARED);
    cr_assert(settled.consultation.state == PB__CONSULTATION_STATE__CONSULTATION_STATE_APPLIED);
    cr_assert_str_eq(settled.consultation.lead_id, "");
    cr_assert_str_eq(settled.consultation.past_leads[0]->reason, "nobody leads for such a provision");
    arena_finish(&world->arena);
}

/* --- nominations ------------------------------------------------------------------------------------- */

Test(rules_lead, who_can_be_nominated)
{
    const struct {
        Pb__ProvisionKind kind;
        uint32_t essex, herts;
        const char *authority_id, *reason;
        enum fees_refusal refusal;
    } cases[] = {
        {CHILDRENS, 1, 2, ESSEX, "it knows the provider", REFUSAL_NONE},
        {CHILDRENS, 1, 2, HERTS, "it leads already", REFUSAL_NONE},
        {CHILDRENS, 1, 2, KENT, "it is near", REFUSAL_LEAD_NOT_PLACING},
        {CHILDRENS, 1, 2, ESSEX, " ", REFUSAL_REASON_MISSING},
        {CHILDRENS, 1, 2, "", "", REFUSAL_NONE},
        {CHILDRENS, 0, 2, HERTS, "it is alone", REFUSAL_LEAD_NOT_LED},
        {CHILDRENS, 0, 0, HERTS, "nobody is there", REFUSAL_LEAD_NOT_LED},
        {IFA, 1, 2, HERTS, "nobody leads for these", REFUSAL_LEAD_NOT_LED},
        {SUPPORTED, 1, 2, HERTS, "nobody leads for these", REFUSAL_LEAD_NOT_LED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world *world = begin(cases[i].kind);
        Pb__Consultation stored =
            *consultation(LED, PB__CONSULTATION_STATE__CONSULTATION_STATE_AWAITED, NULL, &world->arena);
        struct fee_settled settled = {0};
        place(world, ESSEX, cases[i].essex);
        place(world, HERTS, cases[i].herts);
        tell(world, "2026-10-01");
        cr_assert(fee_lead_nominate(&stored, &world->facts, cases[i].authority_id, cases[i].reason,
                                    day("2026-10-01"), &world->arena, &settled) == cases[i].refusal,
                  "case %zu", i);
        cr_assert(settled.there == (cases[i].refusal == REFUSAL_NONE));
        arena_finish(&world->arena);
    }
}

/* It holds while the nominee places there, whatever else changes; then the rule chooses again. */
Test(rules_lead, a_nomination_holds)
{
    struct world *world = begin(CHILDRENS);
    struct fee_settled settled;
    place(world, ESSEX, 1);
    place(world, HERTS, 3);
    world->facts.allocated_id = HERTS;
    settled = settle(world, NULL, "2026-10-01");
    Pb__Consultation *now = keep(world, &settled);
    cr_assert(fee_lead_nominate(now, &world->facts, ESSEX, "it knows the provider", day("2026-10-02"),
                                &world->arena, &settled) == REFUSAL_NONE);
    now = keep(world, &settled);
    cr_assert_str_eq(now->lead_id, ESSEX);
    cr_assert_str_eq(now->lead_reason, "it knows the provider");
    cr_assert_str_eq(now->past_leads[0]->reason, "the host nominated another: it knows the provider");
    place(world, KENT, 9);
    world->facts.allocated_id = KENT;
    settled = settle(world, now, "2026-10-03");
    now = keep(world, &settled);
    cr_assert(now->lead_basis == NOMINATED && !settled.lead_changed && settled.changed);

    Pb__Consultation *nominated = now;
    cr_assert(fee_lead_nominate(nominated, &world->facts, "", "", day("2026-10-04"), &world->arena,
                                &settled) == REFUSAL_NONE);
    cr_assert_str_eq(settled.consultation.lead_id, KENT);
    cr_assert_str_eq(settled.consultation.lead_reason, "");
    cr_assert_str_eq(settled.consultation.past_leads[1]->reason, "the host took its nomination back");

    world->placements[0].end_on = "2026-10-04"; /* the nominee's only child */
    settled = settle(world, nominated, "2026-10-05");
    now = keep(world, &settled);
    cr_assert_str_eq(now->lead_id, KENT);
    cr_assert(now->lead_basis == ALLOCATED);
    place(world, ESSEX, 1); /* it comes back: its nomination does not */
    settled = settle(world, now, "2026-10-06");
    cr_assert_str_eq(settled.consultation.lead_id, KENT);
    arena_finish(&world->arena);
}

/* Past the arena's limit nothing is changed, and it is said. */
Test(rules_lead, no_memory)
{
    for (size_t limit = 0; limit < 6000; limit += 64) {
        struct world *world = begin(CHILDRENS);
        struct arena small;
        struct fee_settled settled = {.left_out = 77};
        place(world, HERTS, 2);
        place(world, ESSEX, 1);
        tell(world, "2026-10-01");
        arena_init(&small, limit);
        enum code code = fee_lead_settle(NULL, CYCLE, &world->facts, day("2026-10-01"), &small, &settled);
        cr_assert(code == CODE_OK || code == CODE_RESOURCE_EXHAUSTED);
        cr_assert(code == CODE_OK ? settled.there : settled.left_out == 77);
        arena_finish(&small);
        arena_finish(&world->arena);
    }
}
