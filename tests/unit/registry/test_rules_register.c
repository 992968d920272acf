/* Published registers as tables of cases: newer, older, the same, joined, gone (rules R4, R10, A1's kinds).
 */

#include "services/registry/rules_register.h"

#include "common/base/limits.h"
#include "services/registry/rules_urns.h"

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

/* What the host wrote by hand stands while no register says anything new of it: a list of last month does not
 * offer a home again that was suspended, or closed, since (rules R10, X1). */
Test(rules_register, what_the_host_wrote_stands_until_a_register_says_something_new)
{
    static const Pb__RegistrationStatus by_hand[] = {STATUS(SUSPENDED), STATUS(CLOSED)};
    Pb__Provision given = row("ofsted:SC012345", KIND(CHILDRENS_HOME)), newer = given, closed = given;
    newer.capacity = 6;
    closed.status = STATUS(CLOSED), closed.closed_on = "2026-04-30";
    for (size_t i = 0; i < COUNT(by_hand); i++) {
        Pb__Provision stored = take(NULL, &given, "ofsted", "2026-02-28", "a", REGISTER_ADDED);
        stored.status = by_hand[i];
        stored.closed_on = by_hand[i] == STATUS(CLOSED) ? "2026-03-20" : "";
        Pb__Provision confirmed = take(&stored, &given, "ofsted", "2026-03-31", "a", REGISTER_CONFIRMED);
        cr_assert(confirmed.status == by_hand[i]);
        cr_assert_str_eq(confirmed.closed_on, stored.closed_on);
        Pb__Provision changed = take(&confirmed, &newer, "ofsted", "2026-04-30", "b", REGISTER_CHANGED);
        cr_assert(changed.capacity == 6 && changed.status == by_hand[i]);
        Pb__Provision gone = take(&changed, &closed, "ofsted", "2026-05-31", "c", REGISTER_CHANGED);
        cr_assert(gone.status == STATUS(CLOSED), "its own word counts");
        cr_assert_str_eq(gone.closed_on, "2026-04-30");
        Pb__Provision again = take(&gone, &given, "ofsted", "2026-06-01", "a", REGISTER_CHANGED);
        cr_assert(again.status == STATUS(ACTIVE) && again.closed_on[0] == '\0', "and so does the next");
    }
}

/* A register that names another postcode says that it moved: a position stated of the old one goes. */
Test(rules_register, a_position_stated_of_another_postcode_goes)
{
    Pb__Provision given = row("ofsted:SC012345", KIND(CHILDRENS_HOME)), newer = given, moved = given;
    Pb__Provision stored = take(NULL, &given, "ofsted", "2026-02-28", "a", REGISTER_ADDED);
    stored.position_stated = true;
    newer.capacity = 6;
    cr_assert(take(&stored, &newer, "ofsted", "2026-03-31", "b", REGISTER_CHANGED).position_stated);
    moved.postcode = "MK42 9AP";
    cr_assert(!take(&stored, &moved, "ofsted", "2026-03-31", "c", REGISTER_CHANGED).position_stated);
    stored.claim_state = PB__CLAIM_STATE__CLAIM_STATE_APPROVED; /* its provider's address and position stay */
    cr_assert(take(&stored, &moved, "ofsted", "2026-03-31", "c", REGISTER_CHANGED).position_stated);
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
    cr_assert_str_eq(both.urns[0], "dfe:117671");

    struct publication next = publication("ofsted", "2025-03-31");
    Pb__Provision school_again;
    cr_assert(register_close(&both, &next, &arena, &school_again) == CODE_OK);
    cr_assert(school_again.n_urns == 2);
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

/* --- URNs in order (rule X4) ------------------------------------------------------------------------- */

/* "a b c" as a list. */
static size_t split(const char *text, const char ***ret_urns)
{
    char *copy = arena_text(&arena, text);
    size_t count = 0;
    *ret_urns = arena_array(&arena, const char *, PROVISION_URNS_MAX);
    for (char *urn = strtok(copy, " "); urn; urn = strtok(NULL, " "))
        (*ret_urns)[count++] = urn;
    return count;
}

static const char *joined(const Pb__Provision *provision)
{
    const char *text = "";
    for (size_t i = 0; i < provision->n_urns; i++)
        text = arena_format(&arena, "%s%s%s", text, i ? " " : "", provision->urns[i]);
    return text;
}

struct said {
    const char *register_name, *as_of, *urns;
    bool closed;
};

/* What the registry does with a row, as its handler does. */
static Pb__Provision hear(const Pb__Provision *stored, const struct said *said, size_t number)
{
    struct publication from = publication(said->register_name, said->as_of);
    Pb__Provision given = row("", KIND(CHILDRENS_HOME)), taken, remembered;
    enum register_outcome outcome;
    bool more;
    given.n_urns = split(said->urns, &given.urns);
    given.status = said->closed ? STATUS(CLOSED) : STATUS(ACTIVE);
    struct span digest = span_of_text(arena_format(&arena, "%zu", number));
    cr_assert(register_take(stored, &given, &from, digest, &arena, &outcome, &taken) == CODE_OK);
    if (outcome != REGISTER_HISTORY)
        return taken;
    cr_assert(register_remember(stored, &given, &arena, &more, &remembered) == CODE_OK);
    return more ? remembered : *stored;
}

/* Calls `see` with each order of 0 to count - 1. */
static void each_order(size_t order[], size_t at, size_t count,
                       void (*see)(const size_t order[], const void *context), const void *context)
{
    if (at == count)
        see(order, context);
    for (size_t i = at; i < count; i++) {
        size_t first = order[at];
        order[at] = order[i], order[i] = first;
        each_order(order, at + 1, count, see, context);
        order[i] = order[at], order[at] = first;
    }
}

enum { SAID_MOST = 4 };

struct urns_case {
    const char *why, *by_hand; /* what was there before any register spoke */
    struct said said[SAID_MOST];
    const char *expected;
};

static void see_order(const size_t order[], const void *context)
{
    const struct urns_case *wanted = context;
    Pb__Provision stored = row("", KIND(CHILDRENS_HOME));
    stored.n_urns = split(wanted->by_hand, &stored.urns);
    bool any = stored.n_urns > 0;
    for (size_t i = 0; i < SAID_MOST; i++)
        if (wanted->said[order[i]].register_name) {
            stored = hear(any ? &stored : NULL, &wanted->said[order[i]], order[i]);
            any = true;
        }
    cr_assert_str_eq(joined(&stored), wanted->expected, "%s, in the order %zu %zu %zu %zu: %s", wanted->why,
                     order[0], order[1], order[2], order[3], joined(&stored));
}

Test(rules_register, live_urns_come_first_in_whatever_order_files_came)
{
    static const struct urns_case cases[] = {
        {"one register, one row",
         "",
         {{"ofsted", "2025-03-31", "ofsted:SC000002", false}},
         "ofsted:SC000002"},
        {"live ones by regulator and number",
         "",
         {{"ofsted", "2025-03-31", "ofsted:SC000002 ofsted:1027077 dfe:117671", false},
          {"gias", "2025-04-22", "dfe:117671", false}},
         "dfe:117671 ofsted:1027077 ofsted:SC000002"},
        {"registered again: the former one is last, though it is lower",
         "ofsted:SC000001 ofsted:SC000009",
         {{"ofsted", "2023-03-31", "ofsted:SC000001", false},
          {"ofsted", "2025-03-31", "ofsted:SC000009", false}},
         "ofsted:SC000009 ofsted:SC000001"},
        {"an older row is known by its URNs too",
         "",
         {{"ofsted", "2020-03-31", "ofsted:SC000001 dfe:117671", false},
          {"ofsted", "2023-03-31", "ofsted:SC000005 dfe:117671", false},
          {"ofsted", "2025-03-31", "ofsted:SC000009 dfe:117671", false}},
         "dfe:117671 ofsted:SC000009 ofsted:SC000001 ofsted:SC000005"},
        {"the newest list of a regulator decides, not the newest file of all",
         "",
         {{"dfe-schools", "2018-09-01", "dfe:100001", false},
          {"gias", "2025-04-22", "dfe:150000 dfe:100001", false},
          {"dfe-schools", "2019-09-01", "dfe:100001 dfe:100002", false},
          {"ofsted", "2026-03-31", "ofsted:SC000001 dfe:100001", false}},
         "dfe:100001 dfe:150000 ofsted:SC000001 dfe:100002"},
        {"of two lists of one day GIAS's",
         "dfe:100001",
         {{"dfe-schools", "2025-04-22", "dfe:100001", false}, {"gias", "2025-04-22", "dfe:150000", false}},
         "dfe:150000 dfe:100001"},
        {"closed by its regulator, open by the other",
         "",
         {{"dfe-schools", "2018-09-01", "dfe:117671", false},
          {"ofsted", "2023-03-31", "ofsted:SC000001 dfe:117671", false},
          {"gias", "2025-04-22", "dfe:117671", true}},
         "ofsted:SC000001 dfe:117671"},
        {"closed by all: none is live",
         "",
         {{"gias", "2025-04-22", "dfe:117671", true},
          {"ofsted", "2025-03-31", "ofsted:SC000009 dfe:117671", true},
          {"ofsted", "2023-03-31", "ofsted:SC000001 dfe:117671", false}},
         "dfe:117671 ofsted:SC000001 ofsted:SC000009"},
        {"a link counts while the DfE has not spoken, the newest one",
         "",
         {{"ofsted", "2023-03-31", "ofsted:SC000001 dfe:100001", false},
          {"ofsted", "2025-03-31", "ofsted:SC000001 dfe:150000", false}},
         "dfe:150000 ofsted:SC000001 dfe:100001"},
        {"nobody speaks of the school but people: it is live",
         "ofsted:SC000001 dfe:150000",
         {{"ofsted", "2025-03-31", "ofsted:SC000001", false}},
         "dfe:150000 ofsted:SC000001"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t order[SAID_MOST] = {0, 1, 2, 3};
        each_order(order, 0, SAID_MOST, see_order, &cases[i]);
    }
}

/* Made by hand, without registers: by regulator and number, open or closed. */
Test(rules_register, urns_by_hand)
{
    Pb__Provision made = row("", KIND(CHILDRENS_HOME));
    made.n_urns = split("ofsted:SC000002 ofsted:1027077 dfe:150000 dfe:117671", &made.urns);
    for (int closed = 0; closed < 2; closed++) {
        made.status = closed ? STATUS(CLOSED) : STATUS(ACTIVE);
        urns_order(&made);
        cr_assert_str_eq(joined(&made), "dfe:117671 dfe:150000 ofsted:1027077 ofsted:SC000002");
    }
    made.n_urns = 0;
    urns_order(&made);
    cr_assert(made.n_urns == 0);
}

/* Named no more, its URN is a former one; named again, it is live again. */
Test(rules_register, a_closed_registration_has_no_live_urn)
{
    const struct said school = {"gias", "2025-04-22", "dfe:117671", false},
                      home = {"ofsted", "2025-03-31", "ofsted:SC000001 dfe:117671", false},
                      next = {"gias", "2026-05-01", "dfe:117671", false};
    struct publication later = publication("gias", "2026-04-22");
    Pb__Provision stored = hear(NULL, &school, 0), closed;
    stored = hear(&stored, &home, 1);
    cr_assert_str_eq(joined(&stored), "dfe:117671 ofsted:SC000001");
    cr_assert(register_close(&stored, &later, &arena, &closed) == CODE_OK);
    cr_assert_str_eq(joined(&closed), "ofsted:SC000001 dfe:117671");
    cr_assert_str_eq(joined(&stored), "dfe:117671 ofsted:SC000001", "what is stored stays as it is");
    stored = hear(&closed, &next, 2);
    cr_assert_str_eq(joined(&stored), "dfe:117671 ofsted:SC000001");
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
