/* Providers, their owners and contracts (rules R3, R7, R8). In: requests whose role is allowed. Out: records
 * written, or a refusal. Registering a provider makes an account too: its password is hashed in the slow
 * pool. */

#define SERVICE_TYPE Pb__ProvidersService_Service

#include "services/registry/handlers/support.h"

#include "common/base/limits.h"
#include "services/registry/handlers/accounts.h"
#include "services/registry/rules_exposure.h"
#include "services/registry/rules_people.h"

#include <sodium.h>

enum { INVITATION_CODE_BYTES = 16, DIGEST_BYTES = 32 };

/* --- registering (rule R3) --------------------------------------------------------------------------- */

struct registration {
    struct hashing hashing; /* first: the slow work's own */
    const Pb__RegisterProviderRequest *in;
    Pb__Provider *provider;
    Pb__Person *person;
};

/* The invitation of a code; NULL and CODE_OK without a code. */
static enum code invitation_of(struct command *command, const char *code_text,
                               Pb__Invitation **ret_invitation)
{
    uint8_t digest[DIGEST_BYTES];
    ProtobufCMessage *record = NULL;
    *ret_invitation = NULL;
    if (code_text[0] == '\0')
        return CODE_OK;
    crypto_generichash(digest, sizeof digest, (const uint8_t *)code_text, strlen(code_text), NULL, 0);
    enum code code = record_find(command->txn, &table_invitations, "code", span_of(digest, sizeof digest),
                                 command->arena, &record);
    Pb__Invitation *invitation = (Pb__Invitation *)record;
    if (code == CODE_NOT_FOUND ||
        (invitation && (invitation->provider_id[0] || invitation->expires_at_ms <= command->now_ms)))
        return check(command, REFUSAL_INVITATION_WRONG);
    *ret_invitation = invitation;
    return code;
}

static enum code finish_registration(struct command *command, void *state, ProtobufCMessage *message)
{
    struct registration *registration = state;
    Pb__RegisterProviderResponse *out = (Pb__RegisterProviderResponse *)message;
    Pb__Invitation *invitation;
    TRY(hashing_check(command, &registration->hashing));
    TRY(invitation_of(command, registration->in->invitation_code, &invitation));
    TRY(email_is_free(command, registration->person->email, registration->person->id));
    TRY(put(command, &table_providers, registration->provider));
    TRY(put(command, &table_people, registration->person));
    TRY(secret_put(command, registration->person->id, registration->hashing.hash));
    if (invitation) {
        invitation->provider_id = registration->provider->id;
        TRY(put(command, &table_invitations, invitation));
    }
    command->subject = registration->provider->id;
    out->provider = registration->provider;
    out->person_id = registration->person->id;
    return CODE_OK;
}

HANDLE(RegisterProvider, register_provider)
{
    enum code code;
    static Pb__Role roles[] = {PB__ROLE__ROLE_PROVIDER_USER};
    Pb__Invitation *invitation;
    (void)out;
    TRY(check_record(command, &in->base));
    TRY(check_record(command, in->provider ? &in->provider->base : NULL));
    TRY(check(command, provider_check(in->provider)));
    const Pb__Region *region = load_region(command, &code);
    TRY(code);
    TRY(check(command, password_check(in->password, in->email, region->name)));
    TRY(invitation_of(command, in->invitation_code, &invitation));
    struct registration *registration = arena_new(command->arena, struct registration);
    Pb__Person *person = arena_new(command->arena, Pb__Person);
    struct editor nobody = {.provider_id = ""};
    Pb__Provider edited = provider_edited(NULL, in->provider, &nobody);
    Pb__Provider *provider = COPY(command, &edited);
    if (!registration || !person || !provider)
        return no_memory(command);
    if (!(provider->id = new_id(command, in->provider->id)))
        return command->fault.code;
    provider->meta = NULL;
    pb__person__init(person);
    person->id = command_new_id(command);
    person->name = in->person_name;
    person->email = in->email;
    person->provider_id = provider->id;
    person->roles = roles;
    person->n_roles = 1;
    TRY(check(command, person_check(person)));
    TRY(email_is_free(command, person->email, person->id));
    *registration = (struct registration){.in = in, .provider = provider, .person = person};
    hashing_begin(command, in->password, &registration->hashing);
    return defer(command, JOB_POOL_SLOW, hashing_work, finish_registration, registration);
}

HANDLE(InviteProvider, invite_provider)
{
    TRY(check_record(command, &in->base));
    TRY(check(command, email_is_good(in->email) ? REFUSAL_NONE : REFUSAL_EMAIL_WRONG));
    TRY(check_field(command, in->provider_name[0] ? REFUSAL_NONE : REFUSAL_NAME_MISSING, "provider_name"));
    uint8_t random[INVITATION_CODE_BYTES];
    char *code = arena_alloc(command->arena, 2 * sizeof random + 1);
    uint8_t *digest = arena_alloc(command->arena, DIGEST_BYTES);
    Pb__Invitation *invitation = out->invitation = arena_new(command->arena, Pb__Invitation);
    if (!code || !digest || !invitation)
        return no_memory(command);
    world_random(service_world(command->service), random, sizeof random);
    sodium_bin2hex(code, 2 * sizeof random + 1, random, sizeof random);
    crypto_generichash(digest, DIGEST_BYTES, (const uint8_t *)code, strlen(code), NULL, 0);
    pb__invitation__init(invitation);
    invitation->id = command->subject = command_new_id(command);
    invitation->email = in->email;
    invitation->provider_name = in->provider_name;
    invitation->invited_by = command->caller.claim ? command->caller.claim->authority : "";
    invitation->code_digest = (ProtobufCBinaryData){DIGEST_BYTES, digest};
    invitation->expires_at_ms = command->now_ms + (int64_t)INVITATION_DAYS * 24 * 60 * 60 * 1000;
    out->code = code;
    command->secret = true;
    return put(command, &table_invitations, invitation);
}

/* --- particulars (rules R3, R8) ---------------------------------------------------------------------- */

HANDLE(DecideProvider, decide_provider)
{
    Pb__Provider *provider = out->provider = load(command, &table_providers, "provider_id", in->provider_id);
    if (!provider)
        return command->fault.code;
    TRY(check(command, in->version ? REFUSAL_NONE : REFUSAL_VERSION_MISSING));
    TRY(check(command, provider_decide(provider->state, in->state, caller_is_host(&command->caller))));
    provider->state = in->state;
    provider->meta->version = in->version;
    command->subject = provider->id;
    return put(command, &table_providers, provider);
}

HANDLE(UpdateProvider, update_provider)
{
    enum code code;
    TRY(check_record(command, in->provider ? &in->provider->base : NULL));
    TRY(check(command, provider_check(in->provider)));
    const char *id = new_id(command, in->provider->id);
    if (!id)
        return command->fault.code;
    const Pb__Provider *stored = load_if_any(command, &table_providers, id, &code);
    TRY(code);
    bool own = caller_acts_for_provider(&command->caller, id);
    TRY(check(command, own ? REFUSAL_NONE : REFUSAL_NOT_OWN_PROVIDER));
    struct editor editor = editor_of(command);
    Pb__Provider edited = provider_edited(stored, in->provider, &editor);
    Pb__Provider *provider = out->provider = COPY(command, &edited);
    if (!provider)
        return no_memory(command);
    provider->id = command->subject = id;
    provider->meta = meta_of(command, in->provider->meta, stored ? stored->meta : NULL);
    return put(command, &table_providers, provider);
}

HANDLE(GetProvider, get_provider)
{
    TRY(check_reader(command));
    out->provider = load(command, &table_providers, "provider_id", in->provider_id);
    if (!out->provider)
        return command->fault.code;
    if (reads_as_rival(command, out->provider->id))
        provider_as_rival(out->provider);
    return CODE_OK;
}

HANDLE(ListProviders, list_providers)
{
    struct page page;
    const struct walk by_name = {
        .table = &table_providers,
        .index = "name",
        .value = index_name(in->name_prefix, command->arena),
        .prefix = true,
    };
    TRY(check_reader(command));
    TRY(read_page(command, &by_name, in->page, NULL, NULL, &page, &out->page));
    out->providers = (Pb__Provider **)page.records;
    out->n_providers = page.count;
    for (size_t i = 0; i < page.count; i++)
        if (reads_as_rival(command, out->providers[i]->id))
            provider_as_rival(out->providers[i]);
    return CODE_OK;
}

/* --- exposure (rule R8) ------------------------------------------------------------------------------ */

struct reporting {
    struct exposure *exposure;
    struct date today;
};

static enum code tell(void *context, const ProtobufCMessage *record)
{
    struct reporting *reporting = context;
    struct exposure *exposure = reporting->exposure;
    struct date end;
    bool told = true;
    if (record->descriptor == &pb__provider__descriptor)
        told = exposure_add_provider(exposure, (const Pb__Provider *)record);
    else if (record->descriptor == &pb__provision__descriptor)
        told = exposure_add_provision(exposure, (const Pb__Provision *)record);
    else if (date_field(((const Pb__PlacementFact *)record)->end_on, &end) &&
             (date_is_none(end) || date_compare(end, reporting->today) >= 0))
        told = exposure_add_placement(exposure, (const Pb__PlacementFact *)record);
    return told ? CODE_OK : CODE_RESOURCE_EXHAUSTED;
}

HANDLE(ReportOwnerExposure, report_owner_exposure)
{
    struct reporting reporting = {.exposure = exposure_create(command->arena), .today = command->today};
    if (!reporting.exposure)
        return no_memory(command);
    TRY(check_reader(command));
    TRY(walk(command, &(struct walk){.table = &table_providers}, tell, &reporting));
    TRY(walk(command, &(struct walk){.table = &table_provisions}, tell, &reporting));
    TRY(walk(command, &(struct walk){.table = &table_placement_facts}, tell, &reporting));
    out->owners =
        exposure_report(reporting.exposure, in->ultimate_owner, EXPOSURE_OWNERS_DEFAULT, &out->n_owners);
    return out->owners ? CODE_OK : no_memory(command);
}

/* --- contracts (rule R7) ----------------------------------------------------------------------------- */

HANDLE(PublishContract, publish_contract)
{
    enum code code;
    TRY(check_record(command, in->contract ? &in->contract->base : NULL));
    const char *id = new_id(command, in->contract->id);
    if (!id)
        return command->fault.code;
    const Pb__Contract *stored = load_if_any(command, &table_contracts, id, &code);
    TRY(code);
    TRY(check(command, contract_check(in->contract, stored)));
    Pb__Contract *contract = out->contract = COPY(command, in->contract);
    if (!contract)
        return no_memory(command);
    contract->id = command->subject = id;
    contract->n_used_by = stored ? stored->n_used_by : 0;
    contract->used_by = stored ? stored->used_by : NULL;
    contract->meta = meta_of(command, in->contract->meta, stored ? stored->meta : NULL);
    return put(command, &table_contracts, contract);
}

HANDLE(RecordContractUse, record_contract_use)
{
    bool own = caller_acts_for_authority(&command->caller, in->authority_id);
    TRY(check(command, own ? REFUSAL_NONE : REFUSAL_NOT_OWN_AUTHORITY));
    Pb__Contract *contract = out->contract = load(command, &table_contracts, "contract_id", in->contract_id);
    const Pb__Authority *authority = load(command, &table_authorities, "authority_id", in->authority_id);
    if (!contract || !authority)
        return command->fault.code;
    const char **used_by = arena_array(command->arena, const char *, contract->n_used_by + 1);
    if (!used_by)
        return no_memory(command);
    size_t count = 0;
    bool already = false;
    for (size_t i = 0; i < contract->n_used_by; i++) {
        bool same = strcmp(contract->used_by[i], authority->id) == 0;
        already = already || same;
        if (!same || in->used)
            used_by[count++] = contract->used_by[i];
    }
    if (in->used && !already)
        used_by[count++] = authority->id;
    contract->n_used_by = count;
    contract->used_by = used_by;
    command->subject = contract->id;
    return put(command, &table_contracts, contract);
}

static int compare_contracts(const void *left, const void *right)
{
    const Pb__Contract *a = *(Pb__Contract *const *)left, *b = *(Pb__Contract *const *)right;
    int order = strcmp(a->name, b->name);
    return order ? order : strcmp(a->id, b->id);
}

HANDLE(ListContracts, list_contracts)
{
    (void)in;
    struct collected all;
    TRY(check_reader(command));
    TRY(collect(command, &(struct walk){.table = &table_contracts}, NULL, NULL, &all));
    if (all.count)
        qsort(all.items, all.count, sizeof all.items[0], compare_contracts);
    out->contracts = (Pb__Contract **)all.items;
    out->n_contracts = all.count;
    return CODE_OK;
}
