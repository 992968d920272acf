/* Transfers and swaps (rule A6): every state and event, every refusal. */

#include "services/allocation/rules_transfer.h"

#include "tests/unit/allocation/made_up_facts.h"

#define STATE(name) PB__TRANSFER_STATE__TRANSFER_STATE_##name

Test(transfer, steps)
{
    static const struct {
        Pb__TransferState state, next[5]; /* by enum transfer_event; UNSPECIFIED: refused */
    } cases[] = {
        {STATE(UNSPECIFIED), {0}},
        {STATE(OFFERED),
         {STATE(HELD), STATE(DECLINED), STATE(WITHDRAWN), STATE(EXPIRED), STATE(UNSPECIFIED)}},
        {STATE(HELD), {0, 0, 0, 0, STATE(ENDED)}},
        {STATE(DECLINED), {0}},
        {STATE(WITHDRAWN), {0}},
        {STATE(EXPIRED), {0}},
        {STATE(ENDED), {0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int event = TRANSFER_ACCEPT; event <= TRANSFER_END; event++) {
            Pb__TransferState next = STATE(UNSPECIFIED), want = cases[i].next[event];
            cr_assert_eq(transfer_step(cases[i].state, (enum transfer_event)event, &next),
                         want == STATE(UNSPECIFIED) ? REFUSAL_NOT_WAITING : REFUSAL_NONE);
            cr_assert_eq(next, want, "state %zu, event %d", i, event);
        }
    }
}

/* Who has each of two homes, and who places there: letters A, B, C. */
struct offer_case {
    const char *first_owner, *first_placing, *second_owner, *second_placing;
    char from, to;
    int swap; /* for the second; 2: for the first itself */
    bool waits;
    enum allocation_refusal offered;
};

static const struct offer_case offers[] = {
    {"A", "BC", "", "", 'A', 'B', 0, false, REFUSAL_NONE},
    {"A", "C", "B", "AB", 'A', 'C', 0, false, REFUSAL_NONE},
    {"", "BC", "", "", 'A', 'B', 0, false, REFUSAL_NOT_ALLOCATED},
    {"C", "BC", "", "", 'A', 'B', 0, false, REFUSAL_NOT_YOURS},
    {"A", "BC", "", "", 'A', 'A', 0, false, REFUSAL_TO_ITSELF},
    {"A", "ABC", "", "", 'A', 'B', 0, false, REFUSAL_STILL_PLACES},
    {"A", "C", "", "", 'A', 'B', 0, false, REFUSAL_TO_NOT_PLACING},
    {"A", "", "", "", 'A', 'B', 0, false, REFUSAL_TO_NOT_PLACING},
    {"A", "BC", "", "", 'A', 'B', 0, true, REFUSAL_OFFER_WAITS},
    {"A", "BC", "B", "A", 'A', 'B', 1, false, REFUSAL_NONE},
    {"A", "BC", "B", "AB", 'A', 'B', 1, false, REFUSAL_NONE},
    {"A", "BC", "B", "A", 'A', 'B', 2, false, REFUSAL_RETURN_SAME},
    {"A", "BC", "C", "A", 'A', 'B', 1, false, REFUSAL_RETURN_NOT_THEIRS},
    {"A", "BC", "", "A", 'A', 'B', 1, false, REFUSAL_RETURN_NOT_THEIRS},
    {"A", "BC", "B", "BC", 'A', 'B', 1, false, REFUSAL_RETURN_NOT_PLACING},
    {"A", "BC", "B", "A", 'A', 'B', 1, true, REFUSAL_OFFER_WAITS},
    /* no member D */
    {"A", "BC", "", "", 'A', 'D', 0, false, REFUSAL_TO_NOT_PLACING},
};

static const char *const codes[] = {"E06000001", "E06000002", "E06000003", "E06000004"};

static void place_all(struct made_up_facts *made, const char *placing, size_t provision)
{
    for (; *placing; placing++) {
        Pb__PlacementFact *fact = &made->placements[made->placement_count++];
        pb__placement_fact__init(fact);
        fact->id = draw_id(&made->draw);
        fact->authority_id = codes[*placing - 'A'];
        fact->provision_id = made->provisions[provision].id;
        fact->start_on = "2025-04-01";
    }
}

static const Pb__Allocation *owned(const char *owner, Pb__Allocation *allocation)
{
    pb__allocation__init(allocation);
    allocation->authority_id = owner[0] ? codes[owner[0] - 'A'] : "";
    return owner[0] ? allocation : NULL;
}

/* What may not be offered is, of an offer that was made, overtaken; but for other offers. */
Test(transfer, offers_and_answers)
{
    static const struct made_up_shape shape = {3, 2, 0, 0, 0, 0, 0, 0, 1};
    for (size_t i = 0; i < sizeof offers / sizeof offers[0]; i++) {
        const struct offer_case *offer = &offers[i];
        struct arena arena;
        Pb__Allocation first, second;
        Pb__Transfer transfer = PB__TRANSFER__INIT;
        arena_init(&arena, MADE_UP_ARENA_BYTES);
        struct made_up_facts made = draw_facts(&shape, i, &arena);
        made.placements = arena_array(&arena, Pb__PlacementFact, 8);
        place_all(&made, offer->first_placing, 0);
        place_all(&made, offer->second_placing, 1);
        struct facts facts = told_facts(&made, 0);
        transfer.provision_id = made.provisions[0].id;
        transfer.return_provision_id = offer->swap ? made.provisions[offer->swap % 2].id : "";
        transfer.from_authority_id = codes[offer->from - 'A'];
        transfer.to_authority_id = codes[offer->to - 'A'];
        struct transfer_facts judged = {.facts = &facts,
                                        .allocation = owned(offer->first_owner, &first),
                                        .returned = owned(offer->second_owner, &second),
                                        .swap = offer->swap != 0,
                                        .offer_waits = offer->waits};
        cr_assert_eq(transfer_offer_check(&transfer, &judged), offer->offered, "case %zu", i);
        cr_assert_eq(transfer_accept_check(&transfer, &judged),
                     offer->offered == REFUSAL_NONE || offer->offered == REFUSAL_OFFER_WAITS
                         ? REFUSAL_NONE
                         : REFUSAL_OVERTAKEN,
                     "case %zu", i);
        arena_finish(&arena);
    }
}

/* It can be answered on its last day. */
Test(transfer, is_late_after_its_last_day)
{
    Pb__Transfer transfer = PB__TRANSFER__INIT;
    cr_assert_not(transfer_is_late(&transfer, (struct date){MADE_UP_TODAY}));
    transfer.answer_by = "2026-03-01";
    cr_assert_not(transfer_is_late(&transfer, (struct date){MADE_UP_TODAY}));
    cr_assert(transfer_is_late(&transfer, (struct date){MADE_UP_TODAY + 1}));
}

/* Each refusal says something, under a code that is a refusal. */
Test(refusal, is_told)
{
    for (int i = REFUSAL_NONE + 1; i <= REFUSAL_ANSWER_MISSING; i++) {
        const struct refusal_facts *told = allocation_refusal_facts((enum allocation_refusal)i);
        cr_assert_neq(told->code, CODE_OK);
        cr_assert_gt(strlen(told->text), 5);
    }
    cr_assert_eq(allocation_refusal_facts(REFUSAL_NONE)->code, CODE_OK);
    cr_assert_str_eq(allocation_refusal_facts(REFUSAL_ANSWER_MISSING)->name, "ANSWER_MISSING");
}
