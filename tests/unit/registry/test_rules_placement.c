/* Placements (rules R6, R7, S2) as tables of cases. */

#include "services/registry/rules_placement.h"

#include <criterion/criterion.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static Pb__Provision provision = PB__PROVISION__INIT;
static Pb__PlaceGroup group = PB__PLACE_GROUP__INIT, other_group = PB__PLACE_GROUP__INIT;
static Pb__Contract contract = PB__CONTRACT__INIT;

static struct placement_facts facts(void)
{
    provision.id = "prov", provision.local_authority = "E06000055";
    group.id = "group", group.provision_id = "prov", other_group.provision_id = "elsewhere";
    contract.id = "contract", contract.contract_version = 3;
    return (struct placement_facts){.provision = &provision, .group = &group, .contract = &contract};
}

static Pb__Placement placement(void)
{
    Pb__Placement good = PB__PLACEMENT__INIT;
    good.id = "id", good.authority_id = "E10000015", good.provision_id = "prov", good.reference = "H-0042";
    good.start_on = "2026-01-05", good.weekly_fee_pence = 512345, good.placement_code = "K2";
    return good;
}

/* rule S2: a pseudonymous reference, never a name. */
Test(rules_placement, a_reference_is_never_a_name)
{
    const struct {
        const char *reference;
        enum registry_refusal refusal;
    } cases[] = {
        {"H-0042", REFUSAL_NONE},
        {"2024/11.7_b", REFUSAL_NONE},
        {"7", REFUSAL_NONE},
        {"", REFUSAL_REFERENCE_WRONG},
        {"Smith", REFUSAL_REFERENCE_WRONG},
        {"John Smith 2", REFUSAL_REFERENCE_WRONG},
        {"Zo\xc3\xab"
         "1",
         REFUSAL_REFERENCE_WRONG},
        {"a@b1", REFUSAL_REFERENCE_WRONG},
        {"1234567890123456789012345678901234567890123456789012345678901234", REFUSAL_NONE},
        {"12345678901234567890123456789012345678901234567890123456789012345", REFUSAL_REFERENCE_WRONG},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_assert(reference_check(cases[i].reference) == cases[i].refusal, "%s", cases[i].reference);
}

/* rule R6: what is refused; never a lack of places. */
Test(rules_placement, what_is_refused)
{
    struct placement_facts good_facts = facts();
    Pb__Placement good = placement(), moved = placement();
    moved.provision_id = "another";
    const struct {
        const char *start, *end, *code, *contract;
        int64_t fee;
        uint32_t version;
        const Pb__PlaceGroup *group;
        const Pb__Placement *stored;
        enum registry_refusal refusal;
    } cases[] = {
        {"2026-01-05", "", "K2", "", 0, 0, &group, NULL, REFUSAL_NONE},
        {"2026-01-05", "2026-01-05", "", "contract", 1, 3, NULL, &good, REFUSAL_NONE},
        {"", "", "", "", 0, 0, NULL, NULL, REFUSAL_START_MISSING},
        {"05/01/2026", "", "", "", 0, 0, NULL, NULL, REFUSAL_START_MISSING},
        {"2026-01-05", "soon", "", "", 0, 0, NULL, NULL, REFUSAL_END_WRONG},
        {"2026-01-05", "2026-01-04", "", "", 0, 0, NULL, NULL, REFUSAL_END_BEFORE_START},
        {"2026-01-05", "", "", "", -1, 0, NULL, NULL, REFUSAL_PLACEMENT_FEE_WRONG},
        {"2026-01-05", "", "", "", 10000000, 0, NULL, NULL, REFUSAL_NONE},
        {"2026-01-05", "", "", "", 10000001, 0, NULL, NULL, REFUSAL_PLACEMENT_FEE_WRONG},
        {"2026-01-05", "", "", "", 0, 0, &other_group, NULL, REFUSAL_GROUP_ELSEWHERE},
        {"2026-01-05", "", "", "contract", 0, 4, NULL, NULL,
         REFUSAL_CONTRACT_UNKNOWN}, /* rule R7: not yet published */
        {"2026-01-05", "", "", "contract", 0, 0, NULL, NULL, REFUSAL_CONTRACT_UNKNOWN},
        {"2026-01-05", "", "XX9", "", 0, 0, NULL, NULL, REFUSAL_CODE_WRONG},
        {"2026-01-05", "", "", "", 0, 0, NULL, &moved, REFUSAL_PLACEMENT_MOVED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Placement each = placement();
        struct placement_facts each_facts = good_facts;
        each.start_on = cases[i].start, each.end_on = cases[i].end, each.placement_code = cases[i].code;
        each.contract_id = cases[i].contract, each.contract_version = cases[i].version;
        each.weekly_fee_pence = cases[i].fee;
        each_facts.group = cases[i].group, each_facts.stored = cases[i].stored;
        cr_assert(placement_check(&each, &each_facts) == cases[i].refusal, "case %zu: %s", i,
                  registry_refusal_facts(placement_check(&each, &each_facts))->name);
    }
}

/* rule R6: one placement more than places is flagged. */
Test(rules_placement, too_many_at_once_are_flagged)
{
    const struct stay stays[] = {{{10}, {20}}, {{15}, DATE_NONE}, {{30}, {40}}};
    const struct {
        struct stay stay;
        uint32_t places;
        bool exceeds;
    } cases[] = {
        {{{1}, {9}}, 1, false},        {{{1}, {10}}, 1, true},
        {{{16}, {16}}, 2, true},       {{{16}, {16}}, 3, false},
        {{{21}, {29}}, 2, false},      {{{21}, DATE_NONE}, 2, true}, /* from 30 on three */
        {{{41}, DATE_NONE}, 2, false}, {{{1}, {5}}, 0, true},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_assert(stay_exceeds(cases[i].stay, stays, COUNT(stays), cases[i].places) == cases[i].exceeds,
                  "case %zu", i);
}

Test(rules_placement, ending_twice_on_one_day_is_the_same_answer)
{
    const struct {
        const char *ended, *end;
        bool any_version;
        enum registry_refusal refusal;
        bool same;
    } cases[] = {
        {"", "2026-02-01", true, REFUSAL_NONE, false},
        {"", "2026-01-05", true, REFUSAL_NONE, false},
        {"", "2026-01-04", true, REFUSAL_END_BEFORE_START, false},
        {"", "", true, REFUSAL_END_WRONG, false},
        {"2026-02-01", "2026-02-01", true, REFUSAL_NONE, true},
        {"2026-02-01", "2026-02-02", true, REFUSAL_ENDED_ALREADY, false},
        {"2026-02-01", "2026-02-02", false, REFUSAL_NONE,
         false}, /* a correction names the version it read: rule R10 */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Placement each = placement();
        bool same = false;
        each.end_on = cases[i].ended;
        cr_assert(placement_end(&each, cases[i].end, "", cases[i].any_version, &same) == cases[i].refusal,
                  "case %zu", i);
        cr_assert(same == cases[i].same, "case %zu", i);
    }
}

/* rule R6: the local LA is told, and learns no child's reference (rule S2). */
Test(rules_placement, the_local_authority_is_told_when_it_is_another)
{
    facts();
    Pb__Placement each = placement();
    cr_assert(local_notice_is_due(&each, &provision));
    each.authority_id = "E06000055";
    cr_assert(!local_notice_is_due(&each, &provision), "it is its own");
    provision.local_authority = "";
    cr_assert(!local_notice_is_due(&each, &provision), "it is not known");
    provision.local_authority = "E06000055";

    each = placement();
    Pb__LocalNotice notice = local_notice_of(&each, &provision);
    cr_assert_str_eq(notice.local_authority, "E06000055");
    cr_assert_str_eq(notice.authority_id, "E10000015");
    const ProtobufCMessageDescriptor *child_free[] = {&pb__local_notice__descriptor,
                                                      &pb__placement_fact__descriptor};
    for (size_t i = 0; i < COUNT(child_free); i++) {
        cr_assert_null(protobuf_c_message_descriptor_get_field_by_name(child_free[i], "reference"));
        cr_assert_null(protobuf_c_message_descriptor_get_field_by_name(child_free[i], "weekly_fee_pence"));
    }
}

Test(rules_placement, live_until_its_last_day)
{
    struct date today, tomorrow;
    Pb__Placement each = placement();
    cr_assert(date_parse("2026-02-01", &today, NULL) == CODE_OK);
    cr_assert(date_parse("2026-02-02", &tomorrow, NULL) == CODE_OK);
    cr_assert(placement_is_live(&each, today));
    each.end_on = "2026-02-01";
    cr_assert(placement_is_live(&each, today) && !placement_is_live(&each, tomorrow));
}
