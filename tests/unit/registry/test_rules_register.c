/* Published registers as tables of cases: newer, older, the same, joined, gone (rules R4, R10, A1's kinds).
 */

#include "services/registry/rules_register.h"

#include <criterion/criterion.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KIND(name)   PB__PROVISION_KIND__PROVISION_KIND_##name
#define STATUS(name) PB__REGISTRATION_STATUS__REGISTRATION_STATUS_##name

static struct arena arena;

static void begin(void)
{
    arena_init(&arena, 1 << 22);
}

static void end(void)
{
    arena_finish(&arena);
}

TestSuite(rules_register, .init = begin, .fini = end);

static struct publication publication(const char *name, const char *as_of)
{
    struct publication made;
    struct date today;
    cr_assert(date_parse("2026-06-01", &today, NULL) == CODE_OK);
    cr_assert(publication_read(name, as_of, today, &made) == REFUSAL_NONE);
    return made;
}

static Pb__Provision row(const char *urn, Pb__ProvisionKind kind)
{
    Pb__Provision made = PB__PROVISION__INIT;
    const char **urns = arena_array(&arena, const char *, 1);
    urns[0] = urn;
    made.name = "The Willows", made.kind = kind, made.urns = urns, made.n_urns = 1,
    made.postcode = "SG13 8DQ";
    made.status = STATUS(ACTIVE), made.capacity = 4;
    return made;
}

static Pb__Provision take(const Pb__Provision *stored, const Pb__Provision *given, const char *name,
                          const char *as_of, const char *digest, enum register_outcome expected)
{
    Pb__Provision taken;
    enum register_outcome outcome;
    struct publication from = publication(name, as_of);
    cr_assert(register_take(stored, given, &from, span_of_text(digest), &arena, &outcome, &taken) == CODE_OK);
    cr_assert(outcome == expected, "%s of %s: outcome %d", name, as_of, (int)outcome);
    return taken;
}

Test(rules_register, publications)
{
    struct publication made;
    struct date today;
    cr_assert(date_parse("2026-06-01", &today, NULL) == CODE_OK);
    cr_assert(publication_read("ofsted", "2025-03-31", today, &made) == REFUSAL_NONE &&
              made.regulator == REGULATOR_OFSTED);
    cr_assert(publication_read("gias", "2026-06-01", today, &made) == REFUSAL_NONE &&
              made.regulator == REGULATOR_DFE);
    cr_assert(publication_read("ofsted", "2026-06-02", today, &made) == REFUSAL_AS_OF_WRONG,
              "not from the future");
    cr_assert(publication_read("ofsted", "", today, &made) == REFUSAL_AS_OF_WRONG);
    cr_assert(publication_read("estyn", "2025-03-31", today, &made) == REFUSAL_REGISTER_UNKNOWN);
}

Test(rules_register, a_row_carries_a_urn_of_its_register)
{
    struct publication ofsted = publication("ofsted", "2025-03-31");
    Pb__Provision home = row("ofsted:SC012345", KIND(CHILDRENS_HOME)),
                  school = row("dfe:117671", KIND(OTHER));
    cr_assert(register_row_check(&home, &ofsted) == REFUSAL_NONE);
    cr_assert(register_row_check(&school, &ofsted) == REFUSAL_URN_MISSING);
    home.name = "", home.redacted = true;
    cr_assert_str_eq(register_row(&home).name, "Name withheld");
    home.redacted = false;
    Pb__Provision nameless = register_row(&home);
    cr_assert(register_row_check(&nameless, &ofsted) == REFUSAL_NAME_MISSING);
}

/* A newer year updates, the same says nothing, an older one is history alone (rule R10). */
Test(rules_register, newer_older_and_the_same)
{
    Pb__Provision given = row("ofsted:SC012345", KIND(CHILDRENS_HOME));
    given.judgement = PB__JUDGEMENT__JUDGEMENT_GOOD, given.judged_on = "2022-05-05";
    Pb__Provision stored = take(NULL, &given, "ofsted", "2023-03-31", "a", REGISTER_ADDED);
    stored.id = "kept";
    take(&stored, &given, "ofsted", "2023-03-31", "a", REGISTER_UNCHANGED);
    Pb__Provision confirmed = take(&stored, &given, "ofsted", "2025-03-31", "a", REGISTER_CONFIRMED);
    cr_assert_str_eq(confirmed.registers[0]->as_of, "2025-03-31");

    Pb__Provision newer = given;
    newer.name = "The Oaks", newer.capacity = 6;
    newer.judgement = PB__JUDGEMENT__JUDGEMENT_INADEQUATE,
    newer.judged_on = "2021-01-01"; /* an older judgement */
    Pb__Provision changed = take(&stored, &newer, "ofsted", "2025-03-31", "b", REGISTER_CHANGED);
    cr_assert_str_eq(changed.id, "kept");
    cr_assert_str_eq(changed.name, "The Oaks");
    cr_assert(changed.capacity == 6 && changed.judgement == PB__JUDGEMENT__JUDGEMENT_GOOD);

    Pb__Provision past = take(&changed, &given, "ofsted", "2020-03-31", "c", REGISTER_HISTORY);
    cr_assert_str_eq(past.id, "kept");
    cr_assert_str_eq(past.name, "The Willows");
    take(&changed, &given, "ofsted", "2025-03-31", "d", REGISTER_CHANGED); /* a correction of the same day */
}

/* rule R4: what a provider states itself is not overwritten, but for status, judgement, capacity and URNs. */
Test(rules_register, a_providers_own_words_stay)
{
    Pb__Provision given = row("ofsted:SC012345", KIND(CHILDRENS_HOME)), newer;
    Pb__Provision stored = take(NULL, &given, "ofsted", "2023-03-31", "a", REGISTER_ADDED);
    stored.claim_state = PB__CLAIM_STATE__CLAIM_STATE_APPROVED;
    stored.provider_id = "ours", stored.name = "Willow House", stored.age_min = 8, stored.age_max = 12;
    newer = given;
    newer.name = "SC012345", newer.age_min = 0, newer.age_max = 18, newer.capacity = 5,
    newer.status = STATUS(SUSPENDED);
    newer.judgement = PB__JUDGEMENT__JUDGEMENT_OUTSTANDING, newer.judged_on = "2024-01-01";
    newer.published_owner = "Big Group";
    Pb__Provision changed = take(&stored, &newer, "ofsted", "2025-03-31", "b", REGISTER_CHANGED);
    cr_assert_str_eq(changed.name, "Willow House");
    cr_assert_str_eq(changed.provider_id, "ours");
    cr_assert_str_eq(changed.published_owner, "Big Group");
    cr_assert(changed.age_max == 12 && changed.capacity == 5 && changed.status == STATUS(SUSPENDED));
    cr_assert(changed.judgement == PB__JUDGEMENT__JUDGEMENT_OUTSTANDING);
}

Test(rules_register, kinds_join)
{
    const struct {
        Pb__ProvisionKind a, b, joined;
    } cases[] = {
        {KIND(INDEPENDENT_SPECIAL_SCHOOL), KIND(CHILDRENS_HOME), KIND(DUAL_REGISTERED)},
        {KIND(NON_MAINTAINED_SPECIAL_SCHOOL), KIND(CHILDRENS_HOME), KIND(DUAL_REGISTERED)},
        {KIND(DUAL_REGISTERED), KIND(CHILDRENS_HOME), KIND(DUAL_REGISTERED)},
        {KIND(DUAL_REGISTERED), KIND(OTHER), KIND(DUAL_REGISTERED)},
        {KIND(INDEPENDENT_SPECIAL_SCHOOL), KIND(OTHER),
         KIND(INDEPENDENT_SPECIAL_SCHOOL)}, /* residential school */
        {KIND(OTHER), KIND(CHILDRENS_HOME), KIND(CHILDRENS_HOME)},
        {KIND(OTHER), KIND(OTHER), KIND(OTHER)},
        {KIND(UNSPECIFIED), KIND(SUPPORTED_ACCOMMODATION), KIND(SUPPORTED_ACCOMMODATION)},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_assert(kinds_joined(cases[i].a, cases[i].b) == cases[i].joined, "case %zu", i);
        cr_assert(kinds_joined(cases[i].b, cases[i].a) == cases[i].joined, "case %zu, the other way", i);
    }
}

/* A school that Ofsted registers as a home: one establishment, both URNs, the school's name and address. */
Test(rules_register, a_school_that_is_a_home_too)
{
    Pb__Provision school = row("dfe:117671", KIND(INDEPENDENT_SPECIAL_SCHOOL)), home;
    school.name = "Willow School", school.capacity = 40;
    Pb__Provision stored = take(NULL, &school, "dfe-schools", "2018-09-01", "a", REGISTER_ADDED);
    home = row("ofsted:SC012345", KIND(CHILDRENS_HOME));
    home.judgement = PB__JUDGEMENT__JUDGEMENT_GOOD, home.judged_on = "2022-05-05";
    Pb__Provision both = take(&stored, &home, "ofsted", "2023-03-31", "b", REGISTER_CHANGED);
    cr_assert(both.kind == KIND(DUAL_REGISTERED) && both.n_urns == 2 && both.n_registers == 2);
    cr_assert_str_eq(both.name, "Willow School");
    cr_assert(both.capacity == 40 && both.judgement == PB__JUDGEMENT__JUDGEMENT_GOOD);
    cr_assert_str_eq(both.urns[0], "ofsted:SC012345");

    struct publication next = publication("ofsted", "2025-03-31");
    Pb__Provision school_again;
    cr_assert(register_close(&both, &next, &arena, &school_again) == CODE_OK);
    cr_assert(school_again.kind == KIND(INDEPENDENT_SPECIAL_SCHOOL) && school_again.status == STATUS(ACTIVE));
    cr_assert_str_eq(school_again.closed_on, "");
}

/* What a newer publication names no more is closed as of its day, and opens again when it is named again. */
Test(rules_register, gone_and_back)
{
    Pb__Provision given = row("ofsted:SC012345", KIND(CHILDRENS_HOME)), closed;
    Pb__Provision stored = take(NULL, &given, "ofsted", "2023-03-31", "a", REGISTER_ADDED);
    struct publication next = publication("ofsted", "2025-03-31"), same = publication("ofsted", "2023-03-31"),
                       other = publication("gias", "2025-03-31");
    bool named = true;
    cr_assert(register_holds_open(&stored, &next, &named) && !named);
    cr_assert(register_holds_open(&stored, &same, &named) && named);
    cr_assert(!register_holds_open(&stored, &other, &named));
    cr_assert(register_close(&stored, &next, &arena, &closed) == CODE_OK);
    cr_assert(closed.status == STATUS(CLOSED));
    cr_assert_str_eq(closed.closed_on, "2025-03-31");
    cr_assert(!register_holds_open(&closed, &next, &named));
    Pb__Provision back = take(&closed, &given, "ofsted", "2026-03-31", "a", REGISTER_CHANGED);
    cr_assert(back.status == STATUS(ACTIVE));
    cr_assert_str_eq(back.closed_on, "");
    take(&closed, &given, "ofsted", "2023-03-31", "a", REGISTER_HISTORY); /* the old year again */
}

/* The newest list of a regulator counts: a school that GIAS says is closed is closed, whatever an older list
 * said. */
Test(rules_register, the_newest_list_of_a_regulator_counts)
{
    Pb__Provision given = row("dfe:117671", KIND(INDEPENDENT_SPECIAL_SCHOOL)), shut = given;
    Pb__Provision stored = take(NULL, &given, "dfe-schools", "2018-09-01", "a", REGISTER_ADDED);
    shut.status = STATUS(CLOSED), shut.closed_on = "2021-08-31";
    Pb__Provision closed = take(&stored, &shut, "gias", "2025-04-22", "b", REGISTER_CHANGED);
    cr_assert(closed.status == STATUS(CLOSED));
    cr_assert_str_eq(closed.closed_on, "2021-08-31");
    Pb__Provision older = given;
    older.name = "An old name";
    Pb__Provision after = take(&closed, &older, "dfe-schools", "2019-09-01", "c", REGISTER_CHANGED);
    cr_assert(after.status == STATUS(CLOSED));
}

Test(rules_register, half_a_file_closes_nothing)
{
    const struct {
        uint32_t rows, open, named;
        enum registry_refusal refusal;
    } cases[] = {
        {100, 100, 100, REFUSAL_NONE},
        {50, 100, 50, REFUSAL_NONE},
        {49, 100, 60, REFUSAL_REGISTER_TOO_SMALL},
        {60, 100, 49, REFUSAL_REGISTER_TOO_SMALL},
        {1, 3, 1, REFUSAL_REGISTER_TOO_SMALL},
        {2, 3, 2, REFUSAL_NONE},
        {0, 0, 0, REFUSAL_NONE},
        {0, 1, 0, REFUSAL_REGISTER_TOO_SMALL},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_assert(register_finish_check(cases[i].rows, cases[i].open, cases[i].named) == cases[i].refusal,
                  "case %zu", i);
}
