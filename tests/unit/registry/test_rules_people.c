/* Accounts, passwords and waits as tables of cases (rules S1, S6). */

#include "services/registry/rules_people.h"

#include "common/base/limits.h"

#include <criterion/criterion.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ROLE(name)   PB__ROLE__ROLE_##name

enum { ROLES_MOST = 3 };

static Pb__Person person(const char *authority, const char *provider, const Pb__Role roles[ROLES_MOST])
{
    static Pb__Role kept[ROLES_MOST];
    Pb__Person made = PB__PERSON__INIT;
    made.id = "someone", made.name = "A. Person", made.email = "a.person@example.gov.uk";
    made.authority_id = authority, made.provider_id = provider, made.roles = kept;
    for (made.n_roles = 0; made.n_roles < ROLES_MOST && roles[made.n_roles]; made.n_roles++)
        kept[made.n_roles] = roles[made.n_roles];
    return made;
}

Test(rules_people, roles_that_go_together)
{
    const struct {
        const char *authority, *provider;
        Pb__Role roles[ROLES_MOST];
        enum registry_refusal refusal;
    } cases[] = {
        {"E10000015", "", {ROLE(PLACEMENT_OFFICER), ROLE(QUALITY_OFFICER)}, REFUSAL_NONE},
        {"E10000015", "", {ROLE(HOST_ADMINISTRATOR), ROLE(AUTHORITY_ADMINISTRATOR)}, REFUSAL_NONE},
        {"", "", {ROLE(HOST_ADMINISTRATOR)}, REFUSAL_NONE},
        {"", "", {ROLE(AUDITOR)}, REFUSAL_NONE},
        {"", "p", {ROLE(PROVIDER_USER)}, REFUSAL_NONE},
        {"", "", {0}, REFUSAL_ROLES_WRONG},
        {"", "", {(Pb__Role)99}, REFUSAL_ROLES_WRONG},
        {"E10000015", "", {ROLE(FEES_OFFICER), ROLE(FEES_OFFICER)}, REFUSAL_ROLES_WRONG},
        {"", "p", {ROLE(PROVIDER_USER), ROLE(AUDITOR)}, REFUSAL_ROLES_WRONG},
        {"E10000015", "p", {ROLE(PLACEMENT_OFFICER)}, REFUSAL_ROLES_WRONG},
        {"", "", {ROLE(PLACEMENT_OFFICER)}, REFUSAL_ROLES_AUTHORITY},
        {"Herts", "", {ROLE(PLACEMENT_OFFICER)}, REFUSAL_ROLES_AUTHORITY},
        {"", "", {ROLE(PROVIDER_USER)}, REFUSAL_ROLES_PROVIDER},
        {"E10000015", "p", {ROLE(PROVIDER_USER)}, REFUSAL_ROLES_PROVIDER},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Person made = person(cases[i].authority, cases[i].provider, cases[i].roles);
        cr_assert(person_check(&made) == cases[i].refusal, "case %zu", i);
    }
    Pb__Person made = person("E10000015", "", (Pb__Role[ROLES_MOST]){ROLE(FEES_OFFICER)});
    made.email = "a.person";
    cr_assert(person_check(&made) == REFUSAL_EMAIL_WRONG);
}

/* rule S1: whom one may manage. */
Test(rules_people, whom_one_may_manage)
{
    const struct manager host = {true, "h", "", ""}, la = {false, "l", "E10000015", ""},
                         provider = {false, "p", "", "ours"}, officer = {false, "o", "", ""};
    const struct {
        const struct manager *manager;
        const char *authority, *provider;
        Pb__Role roles[ROLES_MOST];
        enum registry_refusal refusal;
    } cases[] = {
        {&host, "E06000055", "", {ROLE(HOST_ADMINISTRATOR)}, REFUSAL_NONE},
        {&host, "", "theirs", {ROLE(PROVIDER_USER)}, REFUSAL_NONE},
        {&la, "E10000015", "", {ROLE(PLACEMENT_OFFICER)}, REFUSAL_NONE},
        {&la, "E10000015", "", {ROLE(AUTHORITY_ADMINISTRATOR), ROLE(FEES_OFFICER)}, REFUSAL_NONE},
        {&la, "E10000015", "", {ROLE(HOST_ADMINISTRATOR)}, REFUSAL_ROLES_NOT_YOURS},
        {&la, "E10000015", "", {ROLE(FEES_OFFICER), ROLE(AUDITOR)}, REFUSAL_ROLES_NOT_YOURS},
        {&la, "E06000055", "", {ROLE(PLACEMENT_OFFICER)}, REFUSAL_NOT_YOUR_PEOPLE},
        {&la, "", "ours", {ROLE(PROVIDER_USER)}, REFUSAL_NOT_YOUR_PEOPLE},
        {&provider, "", "ours", {ROLE(PROVIDER_USER)}, REFUSAL_NONE},
        {&provider, "", "theirs", {ROLE(PROVIDER_USER)}, REFUSAL_NOT_YOUR_PEOPLE},
        {&provider, "E10000015", "", {ROLE(PLACEMENT_OFFICER)}, REFUSAL_NOT_YOUR_PEOPLE},
        {&la, "E10000015", "", {ROLE(PROVIDER_USER)}, REFUSAL_ROLES_NOT_YOURS},
        {&provider, "", "ours", {ROLE(PLACEMENT_OFFICER)}, REFUSAL_ROLES_NOT_YOURS},
        {&officer, "E10000015", "", {ROLE(PLACEMENT_OFFICER)}, REFUSAL_NOT_YOUR_PEOPLE},
        {&officer, "", "", {ROLE(AUDITOR)}, REFUSAL_NOT_YOUR_PEOPLE}, /* two empty texts are no match */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Person made = person(cases[i].authority, cases[i].provider, cases[i].roles);
        cr_assert(person_manager_check(&made, cases[i].manager) == cases[i].refusal, "case %zu", i);
    }
    Pb__Person self = person("E10000015", "", (Pb__Role[ROLES_MOST]){ROLE(FEES_OFFICER)});
    self.id = "o";
    cr_assert(person_is_visible(&self, &officer) && person_is_visible(&self, &la) &&
              !person_is_visible(&self, &provider));
    const struct manager other = {false, "q", "E06000055", ""};
    Pb__Person nobodys = person("", "", (Pb__Role[ROLES_MOST]){ROLE(AUDITOR)});
    cr_assert(!person_is_visible(&self, &other) && !person_is_visible(&nobodys, &other) &&
              !person_is_visible(&nobodys, &provider) && !person_is_visible(&nobodys, &officer));
}

/* rule S6. */
Test(rules_people, passwords)
{
    static char longest[PASSWORD_BYTES_MAX + 2];
    for (size_t i = 0; i <= PASSWORD_BYTES_MAX; i++)
        longest[i] = (char)('a' + i * 7 % 26);
    const struct {
        const char *password;
        enum registry_refusal refusal;
    } cases[] = {
        {"tangerine harbour 52 kites", REFUSAL_NONE},
        {"vexing-quokka-paddock", REFUSAL_NONE},
        {"X7!k2#pQ9&zL", REFUSAL_NONE},
        {"\xc3\xa9\xc3\xa8\xc3\xaa\xc3\xab-\xc3\xbc\xc3\xb6\xc3\xa4-xyzk", REFUSAL_NONE}, /* 12 characters */
        {"short", REFUSAL_PASSWORD_SHORT},
        {"X7!k2#pQ9&z", REFUSAL_PASSWORD_SHORT}, /* 11 */
        {"\xc3\xa9\xc3\xa8\xc3\xaa\xc3\xab\xc3\xbc\xc3\xb6",
         REFUSAL_PASSWORD_SHORT}, /* 12 bytes, 6 characters */
        {longest, REFUSAL_PASSWORD_LONG},
        {"Password1234", REFUSAL_PASSWORD_COMMON},
        {"passwordpassword", REFUSAL_PASSWORD_COMMON},
        {"P@ssw0rd2024!!", REFUSAL_PASSWORD_COMMON},
        {"qwertyuiop123", REFUSAL_PASSWORD_COMMON},
        {"123456789012", REFUSAL_PASSWORD_COMMON},
        {"aaaaaaaaaaaaaaaa", REFUSAL_PASSWORD_COMMON},
        {"Welcome-Summer-2026", REFUSAL_PASSWORD_COMMON},
        {"correcthorsebatterystaple", REFUSAL_PASSWORD_COMMON},
        {"xx-A.Person-9173", REFUSAL_PASSWORD_OWN_NAME},
        {"my Eastern Group 77", REFUSAL_PASSWORD_OWN_NAME},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        enum registry_refusal refusal =
            password_check(cases[i].password, "a.person@example.gov.uk", "Eastern Group");
        cr_assert(refusal == cases[i].refusal, "case %zu: %s", i, registry_refusal_facts(refusal)->name);
    }
    cr_assert(password_check("vexing-quokka-paddock", "ab@example.org", "") == REFUSAL_NONE,
              "two letters are no name");
    longest[PASSWORD_BYTES_MAX] = '\0';
    cr_assert(password_check(longest, "a.person@example.gov.uk", "Eastern Group") == REFUSAL_NONE);
}

/* rule S6: delay that grows to a minute and no further: never a denial. */
Test(rules_people, waits_grow_to_a_minute)
{
    const int64_t expected_s[] = {0, 1, 2, 4, 8, 16, 32, 60, 60};
    for (uint32_t i = 0; i < COUNT(expected_s); i++)
        cr_assert(sign_in_wait_ms(i) == 1000 * expected_s[i], "%u failures", i);
    cr_assert(sign_in_wait_ms(UINT32_MAX) == SIGN_IN_WAIT_MS_MAX);
}

/* RFC 6238, section 5.2: a code is good once. */
Test(rules_people, a_code_is_good_once)
{
    cr_assert(one_time_step_is_new(100, 99));
    cr_assert(!one_time_step_is_new(100, 100));
    cr_assert(!one_time_step_is_new(99, 100));
}

/* rule R1: only an active member sees shared information. */
Test(rules_people, who_may_sign_in)
{
    Pb__Authority member = PB__AUTHORITY__INIT, gone = PB__AUTHORITY__INIT;
    member.state = PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE,
    gone.state = PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT;
    Pb__Person officer = person("E10000015", "", (Pb__Role[ROLES_MOST]){ROLE(PLACEMENT_OFFICER)});
    cr_assert(person_sign_in_check(&officer, &member) == REFUSAL_NONE);
    cr_assert(person_sign_in_check(&officer, &gone) == REFUSAL_SIGN_IN_NOT_MEMBER);
    cr_assert(person_sign_in_check(&officer, NULL) == REFUSAL_SIGN_IN_NOT_MEMBER);
    officer.disabled = true;
    cr_assert(person_sign_in_check(&officer, &member) == REFUSAL_SIGN_IN_WRONG);
    Pb__Person host = person("E10000015", "", (Pb__Role[ROLES_MOST]){ROLE(HOST_ADMINISTRATOR)});
    cr_assert(person_sign_in_check(&host, &gone) == REFUSAL_NONE);
    Pb__Person provider = person("", "ours", (Pb__Role[ROLES_MOST]){ROLE(PROVIDER_USER)});
    cr_assert(person_sign_in_check(&provider, NULL) == REFUSAL_NONE);
    Pb__Claim claim = person_claim(&provider, 1000);
    cr_assert(claim.expires_at_ms == 1000 + 5 * 60 * 1000 && claim.n_roles == 1);
    cr_assert_str_eq(claim.provider_id, "ours");
}
