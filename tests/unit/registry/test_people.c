/* Accounts and signing in through the real handlers (rules S1, S6; RFC 6238). */

#include "fixture.h"

#include <liboath/oath.h>

static const char good_password[] = "tangerine harbour 52 kites", other_password[] = "vexing-quokka-paddock";

static Pb__Person *add_person(struct fixture *fixture, const char *email, const char *authority,
                              Pb__Role role, const char *password, enum code expected)
{
    Pb__Role roles[] = {role};
    Pb__Person person = PB__PERSON__INIT;
    person.name = "A. Person", person.email = email, person.authority_id = authority;
    person.roles = roles, person.n_roles = 1;
    Pb__UpdatePersonRequest request = PB__UPDATE_PERSON_REQUEST__INIT;
    request.person = &person, request.password = password;
    Pb__UpdatePersonResponse *response = call(fixture, PEOPLE("UpdatePerson"), &request.base, expected);
    return response ? response->person : NULL;
}

static Pb__LoginResponse *login(struct fixture *fixture, const char *email, const char *password,
                                const char *code_text, enum code expected)
{
    Pb__LoginRequest request = PB__LOGIN_REQUEST__INIT;
    request.email = email, request.password = password, request.one_time_code = code_text;
    return call(fixture, PEOPLE("Login"), &request.base, expected);
}

Test(people, signing_in_gives_a_claim_that_works)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    Pb__Person *person = add_person(fixture, "Jo@Example.gov.uk", HERTS, PB__ROLE__ROLE_PLACEMENT_OFFICER,
                                    good_password, CODE_OK);
    Pb__LoginResponse *signed_in = login(fixture, "jo@example.gov.uk", good_password, "", CODE_OK);
    cr_assert_str_eq(signed_in->person->id, person->id);
    fixture->claim = signed_in->claim;
    Pb__GetPersonRequest self = PB__GET_PERSON_REQUEST__INIT;
    self.person_id = person->id;
    call(fixture, PEOPLE("GetPerson"), &self.base, CODE_OK);
    pass_ms(fixture, 7 * 60 * 1000);
    call(fixture, PEOPLE("GetPerson"), &self.base, CODE_UNAUTHENTICATED); /* five minutes are over */
    fixture->claim = NULL;

    Pb__RenewClaimRequest renew = PB__RENEW_CLAIM_REQUEST__INIT;
    renew.session_token = signed_in->session_token;
    Pb__RenewClaimResponse *renewed = call(fixture, PEOPLE("RenewClaim"), &renew.base, CODE_OK);
    fixture->claim = renewed->claim;
    call(fixture, PEOPLE("GetPerson"), &self.base, CODE_OK);
    fixture->claim = NULL;
    Pb__LogoutRequest leave = PB__LOGOUT_REQUEST__INIT;
    leave.session_token = signed_in->session_token;
    call(fixture, PEOPLE("Logout"), &leave.base, CODE_OK);
    call(fixture, PEOPLE("Logout"), &leave.base, CODE_OK);
    call(fixture, PEOPLE("RenewClaim"), &renew.base, CODE_UNAUTHENTICATED);
    said(fixture, REFUSAL_SESSION_OVER);
    fixture_destroy(fixture);
}

/* rule S6: delay, never denial; and nothing is learned of who has an account. */
Test(people, failures_wait_and_known_and_unknown_are_told_alike)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    add_person(fixture, "jo@example.gov.uk", HERTS, PB__ROLE__ROLE_PLACEMENT_OFFICER, good_password, CODE_OK);
    const char *mailboxes[] = {"jo@example.gov.uk", "nobody@example.gov.uk"};
    for (size_t i = 0; i < COUNT(mailboxes); i++) {
        for (int64_t wait_ms = 1000; wait_ms <= 8000; wait_ms *= 2) {
            login(fixture, mailboxes[i], other_password, "", CODE_UNAUTHENTICATED);
            said(fixture, REFUSAL_SIGN_IN_WRONG);
            pass_ms(fixture, wait_ms - 1);
            login(fixture, mailboxes[i], good_password, "",
                  CODE_RESOURCE_EXHAUSTED); /* even with the right one */
            pass_ms(fixture, 1);
        }
    }
    login(fixture, mailboxes[0], good_password, "", CODE_OK);
    login(fixture, mailboxes[0], good_password, "", CODE_OK); /* success forgets the failures */
    fixture_destroy(fixture);
}

static uint64_t sessions_held(struct fixture *fixture)
{
    struct store_txn *txn;
    cr_assert(store_read_begin(service_store(fixture->service), &txn) == CODE_OK);
    uint64_t count = record_count(txn, &table_sessions);
    store_end(txn);
    return count;
}

/* A repeat soon after is answered alike; the secret that it was answered with lies nowhere for as long as its
 * key is good. */
Test(people, secrets_are_told_again_for_a_while_only)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    Pb__Person *person = add_person(fixture, "jo@example.gov.uk", HERTS, PB__ROLE__ROLE_PLACEMENT_OFFICER,
                                    good_password, CODE_OK);
    Pb__LoginRequest sign_in = PB__LOGIN_REQUEST__INIT;
    sign_in.email = person->email, sign_in.password = good_password;
    Pb__EnrolOneTimeCodeRequest enrol = PB__ENROL_ONE_TIME_CODE_REQUEST__INIT;
    enrol.person_id = person->id;
    Pb__InviteProviderRequest invite = PB__INVITE_PROVIDER_REQUEST__INIT;
    invite.email = "home@example.com", invite.provider_name = "Willow Care";
    struct {
        const char *method;
        const ProtobufCMessage *request;
        struct uuid key;
        struct span said;
    } cases[] = {{.method = PEOPLE("Login"), .request = &sign_in.base},
                 {.method = PEOPLE("EnrolOneTimeCode"), .request = &enrol.base},
                 {.method = PROVIDERS("InviteProvider"), .request = &invite.base}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        cases[i].key = uuid_v7(fixture->wall_ms, (const uint8_t[10]){(uint8_t)i});
        fixture->key = &cases[i].key;
        call(fixture, cases[i].method, cases[i].request, CODE_OK);
        cases[i].said = fixture->out_body;
    }
    for (int minutes = 0; minutes < 2 * IDEMPOTENCY_SECRET_MINUTES; minutes += IDEMPOTENCY_SECRET_MINUTES - 1)
        for (size_t i = 0; i < COUNT(cases); i++) {
            bool kept = minutes < IDEMPOTENCY_SECRET_MINUTES;
            if (i == 0 && minutes > 0) {
                pass_ms(fixture, (int64_t)(IDEMPOTENCY_SECRET_MINUTES - 1) * 60 * 1000);
                fixture_stop(fixture); /* and a start anew changes nothing */
                fixture_start(fixture);
                pass_ms(fixture, 0);
            }
            fixture->key = &cases[i].key;
            call(fixture, cases[i].method, cases[i].request, kept ? CODE_OK : CODE_FAILED_PRECONDITION);
            cr_assert(kept ? span_equal(fixture->out_body, cases[i].said)
                           : strstr(fixture->status->message, "held a secret") != NULL);
        }
    cr_assert_eq(sessions_held(fixture), 1);
    fixture->key = NULL;
    fixture_destroy(fixture);
}

/* Those that have ended are dropped, and those alone. */
Test(people, sessions_end)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    add_person(fixture, "jo@example.gov.uk", HERTS, PB__ROLE__ROLE_PLACEMENT_OFFICER, good_password, CODE_OK);
    login(fixture, "jo@example.gov.uk", good_password, "", CODE_OK);
    pass_ms(fixture, (int64_t)(SESSION_HOURS - 1) * 3600 * 1000);
    login(fixture, "jo@example.gov.uk", good_password, "", CODE_OK);
    cr_assert_eq(sessions_held(fixture), 2);
    pass_ms(fixture, (int64_t)3600 * 1000 + 60 * 1000);
    run(fixture);
    cr_assert_eq(sessions_held(fixture), 1);
    fixture_destroy(fixture);
}

static const char *code_at(struct fixture *fixture, const char *uri, int64_t ms)
{
    char *secret = NULL, base32[64] = "", *text = arena_alloc(&fixture->arena, 8);
    size_t size = 0;
    const char *at = strstr(uri, "secret=");
    cr_assert(at && sscanf(at, "secret=%63[A-Z2-7]", base32) == 1);
    cr_assert(oath_base32_decode(base32, strlen(base32), &secret, &size) == OATH_OK);
    cr_assert(oath_totp_generate(secret, size, (time_t)(ms / 1000), 30, 0, 6, text) == OATH_OK);
    free(secret);
    return text;
}

/* RFC 6238: a code of this step or a neighbour, each once. */
Test(people, one_time_codes)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    Pb__Person *person =
        add_person(fixture, "jo@example.gov.uk", HERTS, PB__ROLE__ROLE_FEES_OFFICER, good_password, CODE_OK);
    Pb__EnrolOneTimeCodeRequest enrol = PB__ENROL_ONE_TIME_CODE_REQUEST__INIT;
    enrol.person_id = person->id;
    Pb__EnrolOneTimeCodeResponse *enrolled = call(fixture, PEOPLE("EnrolOneTimeCode"), &enrol.base, CODE_OK);
    cr_assert(strncmp(enrolled->uri, "otpauth://totp/", 15) == 0);
    const struct {
        const char *code; /* NULL: of the time that lies so far off */
        int64_t off_ms;
        enum code expected;
    } cases[] = {
        {"", 0, CODE_UNAUTHENTICATED},
        {"000000x", 0, CODE_UNAUTHENTICATED},
        {NULL, 90000, CODE_UNAUTHENTICATED},
        {NULL, -90000, CODE_UNAUTHENTICATED},
        {NULL, -30000, CODE_OK},
        {NULL, -30000, CODE_UNAUTHENTICATED}, /* used */
        {NULL, 30000, CODE_OK},
        {NULL, 0, CODE_UNAUTHENTICATED}, /* before the last one used */
    };
    const int64_t at_ms = fixture->wall_ms;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *code_text =
            cases[i].code ? cases[i].code : code_at(fixture, enrolled->uri, at_ms + cases[i].off_ms);
        ((struct registry *)fixture->program)->sign_ins =
            (struct sign_ins){0}; /* no waiting between the cases: the clock stands */
        login(fixture, "jo@example.gov.uk", good_password, code_text, cases[i].expected);
    }
    fixture_destroy(fixture);
}

/* rule S1: who gives which roles; what is changed holds from the next sign-in on. */
Test(people, administrators_keep_their_own)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    add_person(fixture, "short@example.gov.uk", HERTS, PB__ROLE__ROLE_FEES_OFFICER, "short",
               CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_PASSWORD_SHORT);
    add_person(fixture, "own@example.gov.uk", HERTS, PB__ROLE__ROLE_FEES_OFFICER, "own@example 2026!",
               CODE_OK);
    add_person(fixture, "nobody@example.gov.uk", "E06000032", PB__ROLE__ROLE_FEES_OFFICER, good_password,
               CODE_NOT_FOUND);
    fixture->claim = claim_of(fixture, HERTS, "", PB__ROLE__ROLE_AUTHORITY_ADMINISTRATOR);
    Pb__Person *officer = add_person(fixture, "jo@example.gov.uk", HERTS, PB__ROLE__ROLE_PLACEMENT_OFFICER,
                                     good_password, CODE_OK);
    add_person(fixture, "JO@example.gov.uk", HERTS, PB__ROLE__ROLE_PLACEMENT_OFFICER, good_password,
               CODE_ALREADY_EXISTS);
    add_person(fixture, "x@example.gov.uk", BEDFORD, PB__ROLE__ROLE_PLACEMENT_OFFICER, good_password,
               CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_NOT_YOUR_PEOPLE);
    add_person(fixture, "x@example.gov.uk", HERTS, PB__ROLE__ROLE_HOST_ADMINISTRATOR, good_password,
               CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_ROLES_NOT_YOURS);
    fixture->claim = NULL;

    Pb__LoginResponse *signed_in = login(fixture, "jo@example.gov.uk", good_password, "", CODE_OK);
    Pb__SetPasswordRequest change = PB__SET_PASSWORD_REQUEST__INIT;
    change.person_id = officer->id, change.old_password = other_password,
    change.new_password = other_password;
    fixture->claim = signed_in->claim;
    call(fixture, PEOPLE("SetPassword"), &change.base, CODE_UNAUTHENTICATED);
    cr_assert_str_eq(fixture->status->field, "old_password");
    pass_ms(fixture, 1000);
    change.old_password = good_password;
    call(fixture, PEOPLE("SetPassword"), &change.base, CODE_OK);
    fixture->claim = NULL;
    Pb__RenewClaimRequest renew = PB__RENEW_CLAIM_REQUEST__INIT;
    renew.session_token = signed_in->session_token;
    call(fixture, PEOPLE("RenewClaim"), &renew.base, CODE_UNAUTHENTICATED); /* its sessions have ended */
    signed_in = login(fixture, "jo@example.gov.uk", other_password, "", CODE_OK);

    Pb__UpdatePersonRequest disable = PB__UPDATE_PERSON_REQUEST__INIT;
    disable.person = officer, officer->disabled = true;
    call(fixture, PEOPLE("UpdatePerson"), &disable.base, CODE_OK);
    renew.session_token = signed_in->session_token;
    call(fixture, PEOPLE("RenewClaim"), &renew.base, CODE_UNAUTHENTICATED);
    login(fixture, "jo@example.gov.uk", other_password, "", CODE_UNAUTHENTICATED);
    call(fixture, PEOPLE("UpdatePerson"), &disable.base, CODE_ABORTED); /* rule R10 */
    fixture_destroy(fixture);
}

/* rule R1: an LA that has left sees nothing any more. */
Test(people, a_left_authoritys_people_do_not_sign_in)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    add_person(fixture, "jo@example.gov.uk", HERTS, PB__ROLE__ROLE_PLACEMENT_OFFICER, good_password, CODE_OK);
    Pb__LeaveRegionRequest leave = PB__LEAVE_REGION_REQUEST__INIT;
    leave.authority_id = HERTS, leave.version = 1, leave.reason = "budget";
    call(fixture, AUTHORITIES("LeaveRegion"), &leave.base, CODE_OK);
    login(fixture, "jo@example.gov.uk", good_password, "", CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_SIGN_IN_NOT_MEMBER);
    fixture_destroy(fixture);
}
