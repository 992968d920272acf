/* Accounts and sessions (rules S1, S6). In: sign-ins and changes of accounts. Out: claims, sessions, records,
 * or a refusal that says no more than it must. */

#define SERVICE_TYPE Pb__PeopleService_Service

#include "services/registry/handlers/accounts.h"

#include "common/base/limits.h"
#include "services/registry/rules_people.h"

enum { TOKEN_BYTES = 32, DIGEST_BYTES = 32 };

static struct manager manager_of(const struct command *command)
{
    const Pb__Claim *claim = command->caller.claim;
    bool administers = caller_has_role(&command->caller, PB__ROLE__ROLE_AUTHORITY_ADMINISTRATOR);
    return (struct manager){
        .host = caller_is_host(&command->caller),
        .person_id = claim ? claim->person_id : "",
        .authority = claim && administers ? claim->authority : "",
        .provider_id = claim ? claim->provider_id : "",
    };
}

static bool is_self(const struct command *command, const char *person_id)
{
    return command->caller.claim && strcmp(command->caller.claim->person_id, person_id) == 0;
}

/* --- sessions ---------------------------------------------------------------------------------------- */

/* The key of a session: the token's digest, so that the store holds nothing to sign in with. */
static const char *session_id(struct span token, struct arena *arena)
{
    uint8_t digest[DIGEST_BYTES];
    char *text = arena_alloc(arena, 2 * DIGEST_BYTES + 1);
    if (!text || token.size != TOKEN_BYTES)
        return "";
    crypto_generichash(digest, sizeof digest, token.data, token.size, NULL, 0);
    return sodium_bin2hex(text, 2 * DIGEST_BYTES + 1, digest, sizeof digest);
}

/* Sessions of a person, found before anything is written. */
static enum code find_sessions(struct command *command, const char *person_id, struct collected *ret_sessions)
{
    const struct walk by_person = {
        .table = &table_sessions,
        .index = "person",
        .value = index_uuid(person_id, command->arena),
    };
    return collect(command, &by_person, NULL, NULL, ret_sessions);
}

static enum code end_sessions(struct command *command, const struct collected *sessions)
{
    for (size_t i = 0; i < sessions->count; i++) {
        const char *id = ((const Pb__Session *)sessions->items[i])->id;
        TRY(record_delete(command->txn, &table_sessions, key_of_text(id)));
    }
    return CODE_OK;
}

/* May the person act now, and under which claim? */
static enum code claim_for(struct command *command, const Pb__Person *person, Pb__SignedClaim **ret_claim)
{
    enum code code;
    const Pb__Authority *authority = load_if_any(command, &table_authorities, person->authority_id, &code);
    TRY(code);
    TRY(check(command, person_sign_in_check(person, authority)));
    Pb__Claim claim = person_claim(person, command->now_ms);
    claim.issuer = REGISTRY_NAME;
    *ret_claim = service_sign_claim(command->service, &claim, command->arena);
    return *ret_claim ? CODE_OK
                      : refuse(command, CODE_FAILED_PRECONDITION, "",
                               "this registry has no key to sign claims with");
}

/* --- signing in -------------------------------------------------------------------------------------- */

struct sign_in_state {
    struct hashing hashing; /* first: the slow work's own */
    const Pb__LoginRequest *in;
};

static enum code person_by_email(struct command *command, const char *email, Pb__Person **ret_person)
{
    ProtobufCMessage *record = NULL;
    enum code code = record_find(command->txn, &table_people, "email", index_email(email, command->arena),
                                 command->arena, &record);
    *ret_person = (Pb__Person *)record;
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

/* Each code is good once: its step is kept (RFC 6238, section 5.2). */
static enum code use_one_time_code(struct command *command, const Pb__Person *person, const char *code_text)
{
    enum code code;
    if (!person->one_time_codes)
        return CODE_OK;
    TRY(check(command, code_text[0] ? REFUSAL_NONE : REFUSAL_SIGN_IN_CODE));
    Pb__PersonSecret *secret = load_if_any(command, &table_person_secrets, person->id, &code);
    TRY(code);
    struct span key =
        secret ? span_of(secret->one_time_secret.data, secret->one_time_secret.len) : (struct span){0};
    int64_t step = key.size ? one_time_step_of(code_text, key, command->now_ms) : -1;
    if (step < 0 || !one_time_step_is_new(step, secret->one_time_step))
        return check(command, REFUSAL_SIGN_IN_WRONG);
    secret->one_time_step = step;
    return put(command, &table_person_secrets, secret);
}

static enum code begin_session(struct command *command, const Pb__Person *person, Pb__LoginResponse *out)
{
    uint8_t *token = arena_alloc(command->arena, TOKEN_BYTES);
    Pb__Session *session = arena_new(command->arena, Pb__Session);
    if (!token || !session)
        return no_memory(command);
    world_random(service_world(command->service), token, TOKEN_BYTES);
    pb__session__init(session);
    session->id = session_id(span_of(token, TOKEN_BYTES), command->arena);
    session->person_id = person->id;
    command->secret = true;
    session->expires_at_ms = command->now_ms + (int64_t)SESSION_HOURS * 60 * 60 * 1000;
    out->session_token = (ProtobufCBinaryData){TOKEN_BYTES, token};
    out->session_expires_at_ms = session->expires_at_ms;
    return put(command, &table_sessions, session);
}

static enum code finish_login(struct command *command, void *state, ProtobufCMessage *message)
{
    struct sign_in_state *sign_in = state;
    Pb__LoginResponse *out = (Pb__LoginResponse *)message;
    Pb__Person *person;
    TRY(person_by_email(command, sign_in->in->email, &person));
    bool good = person && sign_in->hashing.verified;
    TRY(check(command, good ? REFUSAL_NONE : REFUSAL_SIGN_IN_WRONG));
    TRY(claim_for(command, person, &out->claim));
    TRY(use_one_time_code(command, person, sign_in->in->one_time_code));
    TRY(begin_session(command, person, out));
    sign_in_succeeded(&registry_of(command)->sign_ins, sign_in->in->email);
    command->subject = person->id;
    out->person = person;
    return CODE_OK;
}

/* Waits grow with failures; a try that comes too early is told how long (rule S6: delay, never denial). */
static enum code wait_turn(struct command *command, const char *email)
{
    uint8_t random[16];
    world_random(service_world(command->service), random, sizeof random);
    int64_t wait_ms = sign_in_begin(&registry_of(command)->sign_ins, email, command->now_ms, random);
    const struct refusal_facts *facts = registry_refusal_facts(REFUSAL_SIGN_IN_WAIT);
    return wait_ms == 0
               ? CODE_OK
               : refuse(command, facts->code, "", "too many failures: wait %lld seconds, then try again",
                        (long long)((wait_ms + 999) / 1000));
}

HANDLE(Login, login)
{
    enum code code;
    Pb__Person *person;
    (void)out;
    TRY(check_record(command, &in->base));
    TRY(wait_turn(command, in->email));
    TRY(person_by_email(command, in->email, &person));
    const Pb__PersonSecret *secret =
        load_if_any(command, &table_person_secrets, person ? person->id : "", &code);
    TRY(code);
    struct sign_in_state *sign_in = arena_new(command->arena, struct sign_in_state);
    if (!sign_in)
        return no_memory(command);
    sign_in->in = in;
    hashing_verify(in->password, secret ? secret->password_hash : NULL, &sign_in->hashing);
    return defer(command, JOB_POOL_SLOW, hashing_work, finish_login, sign_in);
}

HANDLE(RenewClaim, renew_claim)
{
    enum code code;
    const char *id = session_id(span_of(in->session_token.data, in->session_token.len), command->arena);
    const Pb__Session *session = load_if_any(command, &table_sessions, id, &code);
    TRY(code);
    bool good = session && session->expires_at_ms > command->now_ms;
    TRY(check(command, good ? REFUSAL_NONE : REFUSAL_SESSION_OVER));
    const Pb__Person *person = load_if_any(command, &table_people, session->person_id, &code);
    TRY(code);
    TRY(check(command, person && !person->disabled ? REFUSAL_NONE : REFUSAL_SESSION_OVER));
    command->subject = person->id;
    return claim_for(command, person, &out->claim);
}

HANDLE(Logout, logout)
{
    (void)out;
    const char *id = session_id(span_of(in->session_token.data, in->session_token.len), command->arena);
    if (id[0] == '\0')
        return CODE_OK;
    enum code code = record_delete(command->txn, &table_sessions, key_of_text(id));
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

/* --- accounts ---------------------------------------------------------------------------------------- */

struct account_state {
    struct hashing hashing; /* first: the slow work's own */
    Pb__Person *person;
    bool with_password;
};

static enum code write_person(struct command *command, void *state, ProtobufCMessage *message)
{
    struct account_state *account = state;
    struct collected sessions = {0};
    TRY(hashing_check(command, &account->hashing));
    TRY(email_is_free(command, account->person->email, account->person->id));
    if (account->person->meta->version > 0)
        TRY(find_sessions(command, account->person->id, &sessions));
    TRY(put(command, &table_people, account->person));
    if (account->with_password)
        TRY(secret_put(command, account->person->id, account->hashing.hash));
    TRY(end_sessions(command, &sessions)); /* what was changed holds from the next sign-in on */
    command->subject = account->person->id;
    ((Pb__UpdatePersonResponse *)message)->person = account->person;
    return CODE_OK;
}

/* Does what the account names exist? */
static enum code check_belonging(struct command *command, const Pb__Person *person)
{
    if (person->authority_id[0] &&
        !load(command, &table_authorities, "person.authority_id", person->authority_id))
        return command->fault.code;
    if (person->provider_id[0] && !load(command, &table_providers, "person.provider_id", person->provider_id))
        return command->fault.code;
    return CODE_OK;
}

HANDLE(UpdatePerson, update_person)
{
    enum code code;
    struct manager manager = manager_of(command);
    TRY(check_record(command, in->person ? &in->person->base : NULL));
    TRY(check(command, person_check(in->person)));
    TRY(check(command, person_manager_check(in->person, &manager)));
    const char *id = new_id(command, in->person->id);
    if (!id)
        return command->fault.code;
    const Pb__Person *stored = load_if_any(command, &table_people, id, &code);
    TRY(code);
    if (stored)
        TRY(check(command, person_manager_check(stored, &manager)));
    TRY(check_belonging(command, in->person));
    TRY(email_is_free(command, in->person->email, id));
    const Pb__Region *region = load_region(command, &code);
    TRY(code);
    struct account_state *account = arena_new(command->arena, struct account_state);
    Pb__Person *person = COPY(command, in->person);
    if (!account || !person ||
        !(person->meta = meta_of(command, in->person->meta, stored ? stored->meta : NULL)))
        return no_memory(command);
    person->id = id;
    person->one_time_codes = stored && stored->one_time_codes && in->person->one_time_codes;
    *account = (struct account_state){.person = person, .with_password = in->password[0] != '\0'};
    if (!account->with_password)
        return write_person(command, account, &out->base);
    TRY(check(command, password_check(in->password, person->email, region->name)));
    hashing_begin(command, in->password, &account->hashing);
    return defer(command, JOB_POOL_SLOW, hashing_work, write_person, account);
}

struct password_state {
    struct hashing hashing; /* first: the slow work's own */
    const Pb__Person *person;
    bool own;
};

static enum code write_password(struct command *command, void *state, ProtobufCMessage *message)
{
    struct password_state *change = state;
    struct collected sessions;
    (void)message;
    bool good = !change->own || change->hashing.verified;
    TRY(check_field(command, good ? REFUSAL_NONE : REFUSAL_SIGN_IN_WRONG, "old_password"));
    TRY(hashing_check(command, &change->hashing));
    TRY(find_sessions(command, change->person->id, &sessions));
    TRY(secret_put(command, change->person->id, change->hashing.hash));
    TRY(end_sessions(command, &sessions));
    if (change->own)
        sign_in_succeeded(&registry_of(command)->sign_ins, change->person->email);
    command->subject = change->person->id;
    return CODE_OK;
}

HANDLE(SetPassword, set_password)
{
    enum code code;
    (void)out;
    TRY(check_record(command, &in->base));
    const Pb__Person *person = load(command, &table_people, "person_id", in->person_id);
    if (!person)
        return command->fault.code;
    struct manager manager = manager_of(command);
    bool own = is_self(command, person->id);
    if (!own)
        TRY(check(command, person_manager_check(person, &manager)));
    const Pb__Region *region = load_region(command, &code);
    TRY(code);
    TRY(check_field(command, password_check(in->new_password, person->email, region->name), "new_password"));
    const Pb__PersonSecret *secret = load_if_any(command, &table_person_secrets, person->id, &code);
    TRY(code);
    struct password_state *change = arena_new(command->arena, struct password_state);
    if (!change)
        return no_memory(command);
    *change = (struct password_state){.person = person, .own = own};
    if (own) {
        TRY(wait_turn(command, person->email));
        hashing_verify(in->old_password, secret ? secret->password_hash : NULL, &change->hashing);
    }
    hashing_begin(command, in->new_password, &change->hashing);
    return defer(command, JOB_POOL_SLOW, hashing_work, write_password, change);
}

HANDLE(EnrolOneTimeCode, enrol_one_time_code)
{
    enum code code;
    struct manager manager = manager_of(command);
    Pb__Person *person = load(command, &table_people, "person_id", in->person_id);
    if (!person)
        return command->fault.code;
    if (!is_self(command, person->id))
        TRY(check(command, person_manager_check(person, &manager)));
    const Pb__Region *region = load_region(command, &code);
    TRY(code);
    Pb__PersonSecret *secret = load(command, &table_person_secrets, "person_id", person->id);
    uint8_t *key = arena_alloc(command->arena, ONE_TIME_SECRET_BYTES);
    if (!secret || !key)
        return secret ? no_memory(command) : command->fault.code;
    world_random(service_world(command->service), key, ONE_TIME_SECRET_BYTES);
    secret->one_time_secret = (ProtobufCBinaryData){ONE_TIME_SECRET_BYTES, key};
    secret->one_time_step = 0;
    person->one_time_codes = true;
    out->uri = one_time_uri(region->name, person->email, span_of(key, ONE_TIME_SECRET_BYTES), command->arena);
    if (!out->uri)
        return no_memory(command);
    command->subject = person->id;
    command->secret = true;
    TRY(put(command, &table_person_secrets, secret));
    return put(command, &table_people, person);
}

HANDLE(GetPerson, get_person)
{
    struct manager manager = manager_of(command);
    Pb__Person *person = load(command, &table_people, "person_id", in->person_id);
    if (!person)
        return command->fault.code;
    TRY(check(command, person_is_visible(person, &manager) ? REFUSAL_NONE : REFUSAL_NOT_YOUR_PEOPLE));
    out->person = person;
    return CODE_OK;
}

static bool is_visible(void *context, const ProtobufCMessage *record)
{
    return person_is_visible((const Pb__Person *)record, context);
}

HANDLE(ListPeople, list_people)
{
    struct page page;
    struct manager manager = manager_of(command);
    manager.host = manager.host || caller_has_role(&command->caller, PB__ROLE__ROLE_AUDITOR);
    TRY(read_page(command, &(struct walk){.table = &table_people}, in->page, is_visible, &manager, &page,
                  &out->page));
    out->people = (Pb__Person **)page.records;
    out->n_people = page.count;
    return CODE_OK;
}
