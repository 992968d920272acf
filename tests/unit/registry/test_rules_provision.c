/* Providers, provisions, claims, groups and contracts (rules R3, R4, R7, R8, X1a) as tables of cases. */

#include "services/registry/rules_provision.h"

#include "common/base/limits.h"
#include "common/domain/urn.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define COUNT(array)   (sizeof(array) / sizeof((array)[0]))
#define PROVIDER(name) PB__PROVIDER_STATE__PROVIDER_STATE_##name
#define CLAIM(name)    PB__CLAIM_STATE__CLAIM_STATE_##name
#define STATUS(name)   PB__REGISTRATION_STATUS__REGISTRATION_STATUS_##name
#define KIND(name)     PB__PROVISION_KIND__PROVISION_KIND_##name

static const struct editor host = {.host = true, .provider_id = ""}, ours = {.provider_id = "ours"},
                           theirs = {.provider_id = "theirs"}, an_la = {.provider_id = ""};

/* rule R4: a provider's people edit only their own provisions. */
Test(rules_provision, only_their_own)
{
    const struct {
        const char *provider_id;
        Pb__ClaimState claim;
        const struct editor *editor;
        enum registry_refusal refusal;
    } cases[] = {
        {"ours", CLAIM(APPROVED), &ours, REFUSAL_NONE},
        {"ours", CLAIM(APPROVED), &theirs, REFUSAL_NOT_OWN_PROVISION},
        {"ours", CLAIM(APPROVED), &an_la, REFUSAL_NOT_OWN_PROVISION},
        {"ours", CLAIM(APPROVED), &host, REFUSAL_NONE},
        {"ours", CLAIM(WAITING), &ours, REFUSAL_NOT_OWN_PROVISION}, /* rule R3: not before approval */
        {"", CLAIM(WAITING), &ours, REFUSAL_NOT_OWN_PROVISION},
        {"", CLAIM(UNSPECIFIED), &an_la, REFUSAL_NOT_OWN_PROVISION},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Provision provision = PB__PROVISION__INIT;
        provision.provider_id = cases[i].provider_id, provision.claim_state = cases[i].claim;
        cr_assert(provision_editor_check(&provision, cases[i].editor) == cases[i].refusal, "case %zu", i);
    }
}

static Pb__Provision good(void)
{
    static const char *urns[] = {"ofsted:SC012345"};
    Pb__Provision provision = PB__PROVISION__INIT;
    provision.id = "id", provision.name = "The Willows", provision.kind = KIND(CHILDRENS_HOME);
    provision.urns = urns, provision.n_urns = 1, provision.postcode = "SG13 8DQ",
    provision.local_authority = "E10000015";
    provision.age_min = 8, provision.age_max = 17, provision.capacity = 4;
    return provision;
}

Test(rules_provision, form_a_is_checked)
{
    static const char *twice[] = {"dfe:117671", "dfe:117671"}, *bare[] = {"117671"}, *none[] = {"ofsted:1"};
    Pb__GeoPoint outside = PB__GEO_POINT__INIT;
    outside.latitude_e7 = 910000000;
    static char texts[PROVISION_URNS_MAX + 1][URN_TEXT_BYTES];
    static const char *many[PROVISION_URNS_MAX + 1];
    for (size_t i = 0; i < COUNT(many); i++) {
        snprintf(texts[i], sizeof texts[i], "dfe:%zu", 100000 + i);
        many[i] = texts[i];
    }
    Pb__Provision cases[17];
    enum registry_refusal refusals[17] = {REFUSAL_NONE};
    for (size_t i = 0; i < COUNT(cases); i++)
        cases[i] = good();
    cases[1].name = "", refusals[1] = REFUSAL_NAME_MISSING;
    cases[2].kind = KIND(UNSPECIFIED), refusals[2] = REFUSAL_KIND_MISSING;
    cases[3].urns = twice, cases[3].n_urns = 2, refusals[3] = REFUSAL_URN_WRONG;
    cases[4].urns = bare, refusals[4] = REFUSAL_URN_WRONG;
    cases[5].urns = none, refusals[5] = REFUSAL_URN_WRONG;
    cases[6].postcode = "SG13", refusals[6] = REFUSAL_POSTCODE_WRONG;
    cases[7].local_authority = "Herts", refusals[7] = REFUSAL_GSS_WRONG;
    cases[8].age_min = 18, refusals[8] = REFUSAL_AGES_WRONG;
    cases[9].age_max = 26, refusals[9] = REFUSAL_AGES_WRONG;
    cases[10].capacity = 10001, refusals[10] = REFUSAL_CAPACITY_WRONG;
    cases[11].standard_weekly_fee_pence = -1, refusals[11] = REFUSAL_FEE_WRONG;
    cases[12].opened_on = "2020-02-02", cases[12].closed_on = "2020-02-01",
    refusals[12] = REFUSAL_CLOSED_BEFORE_OPENED;
    cases[13].judged_on = "last year", refusals[13] = REFUSAL_DATE_WRONG;
    cases[14].position = &outside, refusals[14] = REFUSAL_POSITION_WRONG;
    cases[15].urns = many, cases[15].n_urns = PROVISION_URNS_MAX;
    cases[16].urns = many, cases[16].n_urns = PROVISION_URNS_MAX + 1, refusals[16] = REFUSAL_URNS_TOO_MANY;
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_assert(provision_check(&cases[i]) == refusals[i], "case %zu: %s", i,
                  registry_refusal_facts(provision_check(&cases[i]))->name);
    cases[12].closed_on = cases[12].opened_on; /* on one day */
    cr_assert(provision_check(&cases[12]) == REFUSAL_NONE);
}

/* rule R4: Form A is the provider's; status, URNs, area and who runs it are not. */
Test(rules_provision, what_a_provider_may_change)
{
    static const char *more[] = {"ofsted:SC012345", "ofsted:SC999999"};
    Pb__RegisterFact fact = PB__REGISTER_FACT__INIT;
    Pb__RegisterFact *registers[] = {&fact};
    Pb__Provision stored = good(), edit = good();
    stored.provider_id = "ours", stored.claim_state = CLAIM(APPROVED), stored.status = STATUS(SUSPENDED);
    stored.registers = registers, stored.n_registers = 1, stored.published_owner = "Big Group";
    edit.provider_id = "theirs", edit.claim_state = CLAIM(UNSPECIFIED), edit.status = STATUS(ACTIVE);
    edit.urns = more, edit.n_urns = 2, edit.services = "Therapy", edit.capacity = 6;
    edit.kind = KIND(SUPPORTED_ACCOMMODATION), edit.local_authority = "E06000055", edit.published_owner = "";
    bool find = false;

    Pb__Provision by_provider = provision_edited(&stored, &edit, &ours, &find);
    cr_assert_str_eq(by_provider.services, "Therapy");
    cr_assert(by_provider.capacity == 6 && by_provider.status == STATUS(SUSPENDED));
    cr_assert(by_provider.n_urns == 1 && by_provider.kind == KIND(CHILDRENS_HOME));
    cr_assert_str_eq(by_provider.provider_id, "ours");
    cr_assert_str_eq(by_provider.local_authority, "E10000015");
    cr_assert(by_provider.claim_state == CLAIM(APPROVED) && by_provider.n_registers == 1 && find);
    cr_assert_str_eq(by_provider.published_owner, "Big Group");

    Pb__Provision by_host = provision_edited(&stored, &edit, &host, &find);
    cr_assert(by_host.n_urns == 2 && by_host.status == STATUS(ACTIVE) && by_host.n_registers == 1);
    cr_assert_str_eq(by_host.provider_id, "theirs");
    cr_assert(by_host.claim_state == CLAIM(APPROVED));

    edit.provider_id = "";
    cr_assert(provision_edited(&stored, &edit, &host, &find).claim_state == CLAIM(UNSPECIFIED));
    Pb__Provision made = provision_edited(NULL, &edit, &ours, &find);
    cr_assert_str_eq(made.provider_id, "ours");
    cr_assert(made.claim_state == CLAIM(APPROVED) && made.n_registers == 0 && made.status == STATUS(ACTIVE));
}

Test(rules_provision, a_position_is_stated_or_found)
{
    Pb__GeoPoint here = PB__GEO_POINT__INIT, there = PB__GEO_POINT__INIT;
    here.latitude_e7 = 518000000, there.latitude_e7 = 519000000;
    const struct {
        Pb__GeoPoint *stored, *given;
        bool was_stated, stated, find;
    } cases[] = {
        {NULL, NULL, false, false, true},   {NULL, &here, false, true, false},
        {&here, &here, false, false, true}, /* sent back as read: still the postcode's */
        {&here, &here, true, true, false},  {&here, &there, false, true, false},
        {&here, NULL, true, false, true}, /* withdrawn */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Provision stored = good(), edit = good();
        stored.position = cases[i].stored, stored.position_stated = cases[i].was_stated;
        edit.position = cases[i].given;
        bool find = !cases[i].find;
        Pb__Provision edited = provision_edited(&stored, &edit, &host, &find);
        cr_assert(find == cases[i].find && edited.position_stated == cases[i].stated, "case %zu", i);
    }
}

/* It was stated of the address before: of another postcode it is not kept unless it is stated anew, so that
 * nobody is placed by the distance to where a home was. */
Test(rules_provision, a_home_that_moves_takes_its_stated_position_not_along)
{
    Pb__GeoPoint here = PB__GEO_POINT__INIT, there = PB__GEO_POINT__INIT;
    here.latitude_e7 = 518000000, there.latitude_e7 = 519000000;
    const struct {
        const char *postcode;
        Pb__GeoPoint *given;
        bool stated, find;
    } cases[] = {
        {"SG13 8DQ", &here, true, false}, {"sg138dq", &here, true, false}, /* the same one */
        {"MK42 9AP", &here, false, true}, {"MK42 9AP", &there, true, false},
        {"MK42 9AP", NULL, false, true},  {"", &here, true, false}, /* none names no other address */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Provision stored = good(), edit = good();
        stored.postcode = "SG13 8DQ", stored.position = &here, stored.position_stated = true;
        edit.postcode = cases[i].postcode, edit.position = cases[i].given;
        bool find = !cases[i].find;
        Pb__Provision edited = provision_edited(&stored, &edit, &host, &find);
        cr_assert(find == cases[i].find && edited.position_stated == cases[i].stated, "case %zu", i);
    }
}

/* rule X1: what is never a result is never taken, and nobody stays beyond the day on which it closes. */
Test(rules_provision, where_and_when_a_place_may_be_taken)
{
    static const struct {
        Pb__RegistrationStatus status;
        Pb__ProviderState provider;
        const char *opened, *closed, *from, *until;
        enum registry_refusal refusal;
    } cases[] = {
        {STATUS(ACTIVE), PROVIDER(APPROVED), "", "", "2026-06-01", "", REFUSAL_NONE},
        {STATUS(UNSPECIFIED), PROVIDER(UNVERIFIED), "", "", "2026-06-01", "", REFUSAL_NONE},
        {STATUS(SUSPENDED), PROVIDER(APPROVED), "", "", "2026-06-01", "", REFUSAL_NOT_OFFERED},
        {STATUS(PROPOSED), PROVIDER(APPROVED), "", "", "2026-06-01", "", REFUSAL_NOT_OFFERED},
        {STATUS(ACTIVE), PROVIDER(SUSPENDED), "", "", "2026-06-01", "", REFUSAL_NOT_OFFERED},
        {STATUS(CLOSED), PROVIDER(APPROVED), "", "", "2026-06-01", "", REFUSAL_PROVISION_CLOSED},
        {STATUS(ACTIVE), PROVIDER(APPROVED), "2026-06-01", "2026-08-31", "2026-06-01", "2026-08-31",
         REFUSAL_NONE},
        {STATUS(ACTIVE), PROVIDER(APPROVED), "2026-06-01", "", "2026-05-31", "", REFUSAL_NOT_OFFERED},
        {STATUS(ACTIVE), PROVIDER(APPROVED), "", "2026-08-31", "2026-06-01", "2026-09-01",
         REFUSAL_PROVISION_CLOSES},
        {STATUS(ACTIVE), PROVIDER(APPROVED), "", "2026-08-31", "2026-06-01", "", REFUSAL_PROVISION_CLOSES},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Provision home = good();
        Pb__Provider provider = PB__PROVIDER__INIT;
        struct date from = DATE_NONE, until = DATE_NONE;
        home.status = cases[i].status, provider.state = cases[i].provider;
        home.opened_on = cases[i].opened, home.closed_on = cases[i].closed;
        cr_assert(date_field(cases[i].from, &from) && date_field(cases[i].until, &until));
        cr_assert_eq(provision_takes_check(&home, &provider, from, until), cases[i].refusal, "case %zu", i);
    }
}

/* One that opens again has no closing day any more, unless another one is named. */
Test(rules_provision, opening_again_takes_the_closing_day_away)
{
    bool find;
    Pb__Provision stored = good(), edit = good();
    stored.status = STATUS(CLOSED), stored.closed_on = edit.closed_on = "2026-03-20";
    edit.status = STATUS(CLOSED);
    cr_assert_str_eq(provision_edited(&stored, &edit, &host, &find).closed_on, "2026-03-20");
    edit.status = STATUS(ACTIVE);
    cr_assert_str_eq(provision_edited(&stored, &edit, &host, &find).closed_on, "");
    edit.closed_on = "2026-12-31";
    cr_assert_str_eq(provision_edited(&stored, &edit, &host, &find).closed_on, "2026-12-31");
}

/* rule R3: approval by the host or a member LA; suspension is the host's. */
Test(rules_provision, deciding_on_a_provider)
{
    const struct {
        Pb__ProviderState now, wanted;
        bool host;
        enum registry_refusal refusal;
    } cases[] = {
        {PROVIDER(UNVERIFIED), PROVIDER(APPROVED), false, REFUSAL_NONE},
        {PROVIDER(UNVERIFIED), PROVIDER(APPROVED), true, REFUSAL_NONE},
        {PROVIDER(UNSPECIFIED), PROVIDER(APPROVED), false, REFUSAL_NONE},
        {PROVIDER(APPROVED), PROVIDER(APPROVED), true, REFUSAL_DECISION_SAME},
        {PROVIDER(APPROVED), PROVIDER(SUSPENDED), false, REFUSAL_SUSPENDED_BY_HOST},
        {PROVIDER(APPROVED), PROVIDER(SUSPENDED), true, REFUSAL_NONE},
        {PROVIDER(SUSPENDED), PROVIDER(APPROVED), false, REFUSAL_SUSPENDED_BY_HOST},
        {PROVIDER(SUSPENDED), PROVIDER(APPROVED), true, REFUSAL_NONE},
        {PROVIDER(APPROVED), PROVIDER(UNVERIFIED), true, REFUSAL_DECISION_WRONG},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_assert(provider_decide(cases[i].now, cases[i].wanted, cases[i].host) == cases[i].refusal,
                  "case %zu", i);
    Pb__Provider edit = PB__PROVIDER__INIT;
    edit.state = PROVIDER(APPROVED);
    cr_assert(provider_edited(NULL, &edit, &ours).state == PROVIDER(UNVERIFIED));
}

/* rule R3: what shows as unverified. */
Test(rules_provision, unverified_until_approved)
{
    Pb__Provider approved = PB__PROVIDER__INIT, new_one = PB__PROVIDER__INIT;
    approved.state = PROVIDER(APPROVED), new_one.state = PROVIDER(UNVERIFIED);
    const struct {
        Pb__ClaimState claim;
        const Pb__Provider *provider;
        bool unverified;
    } cases[] = {
        {CLAIM(APPROVED), &approved, false}, {CLAIM(APPROVED), &new_one, true}, {CLAIM(WAITING), NULL, true},
        {CLAIM(UNSPECIFIED), NULL, false},   {CLAIM(DECLINED), NULL, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Provision provision = good();
        provision.claim_state = cases[i].claim;
        cr_assert(provision_is_unverified(&provision, cases[i].provider) == cases[i].unverified, "case %zu",
                  i);
    }
}

/* rule R8: a financial risk names its source and date, and is not the provider's own to clear. */
Test(rules_provision, ownership)
{
    Pb__Provider stored = PB__PROVIDER__INIT, edit = PB__PROVIDER__INIT;
    stored.name = edit.name = "Willows Ltd";
    stored.financial_risk = true, stored.financial_risk_source = "Ofsted",
    stored.financial_risk_on = "2026-01-01";
    cr_assert(provider_check(&stored) == REFUSAL_NONE);
    cr_assert(provider_edited(&stored, &edit, &ours).financial_risk);
    cr_assert(!provider_edited(&stored, &edit, &host).financial_risk);
    edit.financial_risk = true;
    cr_assert(provider_check(&edit) == REFUSAL_RISK_UNFOUNDED);
    edit.financial_risk = false, edit.owner_country = "uk";
    cr_assert(provider_check(&edit) == REFUSAL_COUNTRY_WRONG);
    edit.owner_country = "GB", edit.email = "nobody";
    cr_assert(provider_check(&edit) == REFUSAL_EMAIL_WRONG);
}

/* rule R3: claiming what is known waits; what another runs is not claimed. */
Test(rules_provision, claims)
{
    Pb__Provision free_one = good(), run = good();
    run.provider_id = "theirs";
    cr_assert(claim_check(&free_one, "ours", false, "our registration certificate") == REFUSAL_NONE);
    cr_assert(claim_check(&free_one, "ours", true, "again") == REFUSAL_CLAIMED_ALREADY);
    cr_assert(claim_check(&free_one, "ours", false, "") == REFUSAL_EVIDENCE_MISSING);
    cr_assert(claim_check(&run, "ours", false, "bought") == REFUSAL_CLAIMED_BY_OTHER);
    cr_assert(claim_check(&run, "theirs", false, "mine") == REFUSAL_CLAIMED_ALREADY);

    Pb__ProvisionClaim claim = PB__PROVISION_CLAIM__INIT;
    Pb__ClaimState state = CLAIM(UNSPECIFIED);
    claim.state = CLAIM(WAITING);
    cr_assert(claim_decide(&claim, false, "", &state) == REFUSAL_REASON_MISSING &&
              state == CLAIM(UNSPECIFIED));
    cr_assert(claim_decide(&claim, true, "", &state) == REFUSAL_NONE && state == CLAIM(APPROVED));
    cr_assert(claim_decide(&claim, false, "not theirs", &state) == REFUSAL_NONE && state == CLAIM(DECLINED));
    claim.state = CLAIM(APPROVED);
    cr_assert(claim_decide(&claim, true, "", &state) == REFUSAL_CLAIM_DECIDED);
}

/* rules X1a, R7. */
Test(rules_provision, groups_and_contracts)
{
    Pb__Provision provision = good(), closed = good();
    closed.status = STATUS(CLOSED);
    Pb__PlaceGroup group = PB__PLACE_GROUP__INIT, stored = PB__PLACE_GROUP__INIT;
    group.provision_id = stored.provision_id = "id", group.places = 3, group.age_min = 8, group.age_max = 12;
    cr_assert(group_check(&group, NULL, &provision) == REFUSAL_NONE);
    cr_assert(group_check(&group, NULL, &closed) == REFUSAL_PROVISION_CLOSED);
    cr_assert(group_check(&group, &stored, &closed) == REFUSAL_NONE);
    stored.provision_id = "other";
    cr_assert(group_check(&group, &stored, &provision) == REFUSAL_GROUP_MOVED);
    group.places = 0;
    cr_assert(group_check(&group, NULL, &provision) == REFUSAL_PLACES_WRONG);
    group.places = 1, group.age_min = 13;
    cr_assert(group_check(&group, NULL, &provision) == REFUSAL_AGES_WRONG);

    Pb__Contract first = PB__CONTRACT__INIT, next = PB__CONTRACT__INIT;
    first.name = next.name = "National Schools Contract", first.contract_version = 2,
    next.contract_version = 1;
    first.in_force_from = next.in_force_from = "2026-04-01";
    cr_assert(contract_check(&first, NULL) == REFUSAL_NONE);
    cr_assert(contract_check(&next, &first) == REFUSAL_CONTRACT_WRONG);
    cr_assert(contract_version_check(&first, 1) == REFUSAL_NONE, "an old one may be signed still: rule R7");
    cr_assert(contract_version_check(&first, 3) == REFUSAL_CONTRACT_UNKNOWN);
    cr_assert(contract_version_check(NULL, 1) == REFUSAL_CONTRACT_UNKNOWN);
}
