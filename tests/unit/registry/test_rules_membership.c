/* Membership and subscriptions as tables of cases (rules R1, R2). */

#include "services/registry/rules_membership.h"

#include <criterion/criterion.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define STATE(name)  PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_##name

/* rule R1: every state by every event, legal and not. */
Test(rules_membership, every_state_by_every_event)
{
    const struct {
        Pb__MembershipState state;
        enum membership_event event;
        enum registry_refusal refusal;
        Pb__MembershipState next;
    } cases[] = {
        {STATE(UNSPECIFIED), MEMBERSHIP_APPLIES, REFUSAL_NONE, STATE(APPLIED)},
        {STATE(UNSPECIFIED), MEMBERSHIP_APPROVED, REFUSAL_NOT_APPLIED, 0},
        {STATE(UNSPECIFIED), MEMBERSHIP_DECLINED, REFUSAL_NOT_APPLIED, 0},
        {STATE(UNSPECIFIED), MEMBERSHIP_LEAVES, REFUSAL_NOT_MEMBER, 0},
        {STATE(UNSPECIFIED), MEMBERSHIP_LISTED, REFUSAL_NONE, STATE(ACTIVE)},
        {STATE(APPLIED), MEMBERSHIP_APPLIES, REFUSAL_ALREADY_APPLIED, 0},
        {STATE(APPLIED), MEMBERSHIP_APPROVED, REFUSAL_NONE, STATE(ACTIVE)},
        {STATE(APPLIED), MEMBERSHIP_DECLINED, REFUSAL_NONE, STATE(DECLINED)},
        {STATE(APPLIED), MEMBERSHIP_LEAVES, REFUSAL_NOT_MEMBER, 0},
        {STATE(APPLIED), MEMBERSHIP_LISTED, REFUSAL_NONE, STATE(APPLIED)},
        {STATE(ACTIVE), MEMBERSHIP_APPLIES, REFUSAL_ALREADY_MEMBER, 0},
        {STATE(ACTIVE), MEMBERSHIP_APPROVED, REFUSAL_NOT_APPLIED, 0},
        {STATE(ACTIVE), MEMBERSHIP_DECLINED, REFUSAL_NOT_APPLIED, 0},
        {STATE(ACTIVE), MEMBERSHIP_LEAVES, REFUSAL_NONE, STATE(LEFT)},
        {STATE(ACTIVE), MEMBERSHIP_LISTED, REFUSAL_NONE, STATE(ACTIVE)},
        {STATE(DECLINED), MEMBERSHIP_APPLIES, REFUSAL_NONE, STATE(APPLIED)},
        {STATE(DECLINED), MEMBERSHIP_APPROVED, REFUSAL_NOT_APPLIED, 0},
        {STATE(DECLINED), MEMBERSHIP_DECLINED, REFUSAL_NOT_APPLIED, 0},
        {STATE(DECLINED), MEMBERSHIP_LEAVES, REFUSAL_NOT_MEMBER, 0},
        {STATE(DECLINED), MEMBERSHIP_LISTED, REFUSAL_NONE, STATE(DECLINED)},
        {STATE(LEFT), MEMBERSHIP_APPLIES, REFUSAL_NONE, STATE(APPLIED)},
        {STATE(LEFT), MEMBERSHIP_APPROVED, REFUSAL_NOT_APPLIED, 0},
        {STATE(LEFT), MEMBERSHIP_DECLINED, REFUSAL_NOT_APPLIED, 0},
        {STATE(LEFT), MEMBERSHIP_LEAVES, REFUSAL_NOT_MEMBER, 0},
        {STATE(LEFT), MEMBERSHIP_LISTED, REFUSAL_NONE, STATE(LEFT)},
    };
    cr_assert(COUNT(cases) == 5 * MEMBERSHIP_EVENTS, "the table is whole");
    for (size_t i = 0; i < COUNT(cases); i++) {
        const Pb__MembershipState untouched = (Pb__MembershipState)77;
        Pb__MembershipState next = untouched;
        cr_assert(membership_step(cases[i].state, cases[i].event, &next) == cases[i].refusal, "case %zu", i);
        cr_assert(next == (cases[i].refusal ? untouched : cases[i].next), "case %zu", i);
    }
    Pb__MembershipState next;
    cr_assert(membership_step((Pb__MembershipState)9, MEMBERSHIP_APPLIES, &next) == REFUSAL_ENUM_UNKNOWN);
}

/* rule R1: an authority joins by accepting the protocol. */
Test(rules_membership, an_application_is_whole)
{
    const struct {
        const char *gss, *by, *email, *postcode;
        bool accepted;
        enum registry_refusal refusal;
    } cases[] = {
        {"E10000015", "A. Director", "placements@example.gov.uk", "SG13 8DQ", true, REFUSAL_NONE},
        {"E10000015", "A. Director", "", "", true, REFUSAL_NONE},
        {"e10000015", "A. Director", "", "", true, REFUSAL_GSS_WRONG},
        {"Hertfordshire", "A. Director", "", "", true, REFUSAL_GSS_WRONG},
        {"E10000015", "A. Director", "", "", false, REFUSAL_PROTOCOL_NOT_ACCEPTED},
        {"E10000015", "", "", "", true, REFUSAL_PROTOCOL_NOT_ACCEPTED},
        {"E10000015", "A. Director", "placements", "", true, REFUSAL_EMAIL_WRONG},
        {"E10000015", "A. Director", "a@", "", true, REFUSAL_EMAIL_WRONG},
        {"E10000015", "A. Director", "", "SG13", true, REFUSAL_POSTCODE_WRONG},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__ApplyForMembershipRequest application = PB__APPLY_FOR_MEMBERSHIP_REQUEST__INIT;
        application.authority_id = cases[i].gss;
        application.protocol_accepted_by = cases[i].by;
        application.placement_team_email = cases[i].email;
        application.head_office_postcode = cases[i].postcode;
        application.protocol_accepted = cases[i].accepted;
        cr_assert(application_check(&application) == cases[i].refusal, "case %zu", i);
    }
}

Test(rules_membership, an_la_changes_its_address_but_neither_its_name_nor_its_membership)
{
    Pb__Authority stored = PB__AUTHORITY__INIT, edit = PB__AUTHORITY__INIT;
    stored.id = "E10000015", stored.name = "Hertfordshire", stored.state = STATE(ACTIVE);
    edit.id = "E10000015", edit.name = "Herts", edit.partner = "Free riders",
    edit.head_office_postcode = "SG13 8DE";
    edit.state = STATE(LEFT);
    Pb__Authority by_la = authority_edited(&stored, &edit, false),
                  by_host = authority_edited(&stored, &edit, true);
    cr_assert_str_eq(by_la.name, "Hertfordshire");
    cr_assert_str_eq(by_la.partner, "");
    cr_assert_str_eq(by_la.head_office_postcode, "SG13 8DE");
    cr_assert(by_la.state == STATE(ACTIVE) && by_host.state == STATE(ACTIVE));
    cr_assert_str_eq(by_host.name, "Herts");
    cr_assert_str_eq(by_host.partner, "Free riders");
}

/* The bounds of what is owed and paid (rule R2), both ends of each. */
Test(rules_membership, money_is_bounded)
{
    static const struct {
        int64_t pence;
        bool right;
    } cases[] = {{-1, false}, {0, true}, {1000000000, true}, {1000000001, false}};
    Pb__SubscriptionPayment payment = PB__SUBSCRIPTION_PAYMENT__INIT;
    Pb__Region region = PB__REGION__INIT;
    payment.payer = "E10000015", payment.year = 2026, payment.paid_on = "2026-05-01";
    region.name = "Test";
    for (size_t i = 0; i < COUNT(cases); i++) {
        payment.amount_pence = cases[i].pence;
        cr_assert(payment_check(&payment) == (cases[i].right ? REFUSAL_NONE : REFUSAL_AMOUNT_WRONG));
        region.partner_subscription_pence = cases[i].pence, region.provider_subscription_pence = 0;
        cr_assert(region_check(&region) == (cases[i].right ? REFUSAL_NONE : REFUSAL_REGION_WRONG));
        region.partner_subscription_pence = 0, region.provider_subscription_pence = cases[i].pence;
        cr_assert(region_check(&region) == (cases[i].right ? REFUSAL_NONE : REFUSAL_REGION_WRONG));
    }
    region.provider_subscription_pence = 0, region.vacancy_stale_days = 3660;
    cr_assert(region_check(&region) == REFUSAL_NONE);
    region.vacancy_stale_days = 3661;
    cr_assert(region_check(&region) == REFUSAL_REGION_WRONG);
}

Test(rules_membership, an_authority_has_an_address_that_mail_reaches)
{
    Pb__Authority authority = PB__AUTHORITY__INIT;
    authority.id = "E10000015", authority.name = "Hertfordshire";
    cr_assert(authority_check(&authority) == REFUSAL_NONE);
    authority.placement_team_email = "placements";
    cr_assert(authority_check(&authority) == REFUSAL_EMAIL_WRONG);
    authority.placement_team_email = "placements@example.org";
    cr_assert(authority_check(&authority) == REFUSAL_NONE);
}

/* rule R2: LAs that share a partner owe one subscription together; providers choose; payments count for their
 * year. */
Test(rules_membership, partners_owe_one_subscription_together)
{
    Pb__Authority kingston = PB__AUTHORITY__INIT, richmond = PB__AUTHORITY__INIT,
                  bedford = PB__AUTHORITY__INIT, gone = PB__AUTHORITY__INIT;
    kingston.id = "E09000021", kingston.name = "Kingston", kingston.partner = "Achieving",
    kingston.state = STATE(ACTIVE);
    richmond.id = "E09000027", richmond.name = "Richmond", richmond.partner = "Achieving",
    richmond.state = STATE(ACTIVE);
    bedford.id = "E06000055", bedford.name = "Bedford", bedford.state = STATE(ACTIVE);
    gone.id = "E06000032", gone.name = "Luton", gone.state = STATE(LEFT);
    Pb__Authority *authorities[] = {&kingston, &bedford, &richmond, &gone};
    Pb__Provider provider = PB__PROVIDER__INIT;
    provider.id = "p1", provider.name = "Willows", provider.subscribes = true;
    Pb__Provider *providers[] = {&provider};
    Pb__SubscriptionPayment first = PB__SUBSCRIPTION_PAYMENT__INIT, second = first, other_year = first;
    first.payer = second.payer = other_year.payer = "Achieving";
    first.year = second.year = 2026, other_year.year = 2025;
    first.amount_pence = 100000, second.amount_pence = 50000, other_year.amount_pence = 7;
    Pb__SubscriptionPayment *payments[] = {&first, &other_year, &second};
    Pb__Region region = PB__REGION__INIT;
    region.provider_subscription_pence = 5000;
    const struct subscription_facts facts = {&region, authorities, 4, providers, 1, payments, 3, 2026};

    struct arena arena;
    size_t count = 0;
    arena_init(&arena, 1 << 20);
    Pb__SubscriptionDue **dues = subscriptions_due(&facts, &arena, &count);
    cr_assert(dues && count == 3);
    cr_assert_str_eq(dues[0]->payer_name, "Achieving");
    cr_assert(dues[0]->n_authorities == 2 && dues[0]->due_pence == PARTNER_SUBSCRIPTION_PENCE);
    cr_assert(dues[0]->paid_pence == 150000);
    cr_assert_str_eq(dues[1]->payer, "E06000055");
    cr_assert(dues[1]->due_pence == PARTNER_SUBSCRIPTION_PENCE && dues[1]->paid_pence == 0);
    cr_assert_str_eq(dues[2]->payer_name, "Willows");
    cr_assert(dues[2]->due_pence == 5000 && dues[2]->n_authorities == 0);
    arena_finish(&arena);
}
