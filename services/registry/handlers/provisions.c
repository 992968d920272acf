/* Provisions, claims on them and their place groups (rules R3, R4, R7, X1a). In: requests whose role is
 * allowed. Out: records written, or a refusal. What is free is vacancies.c's, registers are imports.c's. */

#define SERVICE_TYPE Pb__ProvisionsService_Service

#include "services/registry/handlers/vacancies.h"

#include "common/base/limits.h"
#include "common/domain/postcode.h"
#include "services/registry/rules_placement.h"
#include "services/registry/rules_position.h"
#include "services/registry/rules_urns.h"
#include "services/registry/rules_vacancy.h"

/* Does what the provision names exist, and has nobody else its URNs? */
static enum code check_references(struct command *command, const Pb__Provision *provision)
{
    enum code code;
    if (provision->provider_id[0] &&
        !load(command, &table_providers, "provision.provider_id", provision->provider_id))
        return command->fault.code;
    for (size_t i = 0; i < provision->n_contracts; i++) {
        const Pb__SignedContract *signed_one = provision->contracts[i];
        const Pb__Contract *contract = load_if_any(command, &table_contracts, signed_one->contract_id, &code);
        TRY(code);
        TRY(check(command, contract_version_check(contract, signed_one->contract_version)));
    }
    for (size_t i = 0; i < provision->n_urns; i++) {
        ProtobufCMessage *holder;
        code = record_find(command->txn, &table_provisions, "urn", span_of_text(provision->urns[i]),
                           command->arena, &holder);
        if (code == CODE_OK && strcmp(((const Pb__Provision *)holder)->id, provision->id) != 0)
            return check(command, REFUSAL_URN_HELD);
        TRY(code == CODE_NOT_FOUND ? CODE_OK : code);
    }
    return CODE_OK;
}

/* A postcode as everybody writes it. */
static enum code tidy_postcode(struct command *command, Pb__Provision *provision)
{
    struct postcode postcode;
    char *text = arena_alloc(command->arena, POSTCODE_TEXT_BYTES);
    if (!text)
        return no_memory(command);
    if (provision->postcode[0] && postcode_parse(provision->postcode, &postcode, NULL) == CODE_OK) {
        postcode_print(postcode, text);
        provision->postcode = text;
    }
    return CODE_OK;
}

HANDLE(UpdateProvision, update_provision)
{
    enum code code;
    struct editor editor = editor_of(command);
    TRY(check_record(command, in->provision ? &in->provision->base : NULL));
    TRY(check(command, provision_check(in->provision)));
    TRY(check(command, provision_judged_check(in->provision, command->today)));
    const char *id = new_id(command, in->provision->id);
    if (!id)
        return command->fault.code;
    const Pb__Provision *stored = load_if_any(command, &table_provisions, id, &code);
    TRY(code);
    if (stored)
        TRY(check(command, provision_editor_check(stored, &editor)));
    bool find = false;
    Pb__Provision edited = provision_edited(stored, in->provision, &editor, &find);
    Pb__Provision *provision = out->provision = COPY(command, &edited);
    if (!provision)
        return no_memory(command);
    provision->id = command->subject = id;
    TRY(check_references(command, provision));
    TRY(tidy_postcode(command, provision));
    urns_order(provision);
    if (find)
        provision_place(postcodes_of(command), provision, command->arena);
    provision->meta = meta_of(command, in->provision->meta, stored ? stored->meta : NULL);
    TRY(put(command, &table_provisions, provision));
    return area_note(command, stored, provision);
}

/* The groups whose vacancy is stale (rule R5). */
static enum code list_stale(struct command *command, const struct collected *vacancies,
                            Pb__GetProvisionResponse *out)
{
    enum code code;
    const Pb__Region *region = load_region(command, &code);
    TRY(code);
    out->stale_groups = arena_array(command->arena, const char *, vacancies->count + 1);
    if (!out->stale_groups)
        return no_memory(command);
    for (size_t i = 0; i < vacancies->count; i++) {
        const Pb__Vacancy *vacancy = (const Pb__Vacancy *)vacancies->items[i];
        if (vacancy_is_stale(vacancy->confirmed_at_ms, command->now_ms, region->vacancy_stale_days))
            out->stale_groups[out->n_stale_groups++] = vacancy->id;
    }
    return CODE_OK;
}

HANDLE(GetProvision, get_provision)
{
    enum code code;
    struct collected groups, vacancies;
    TRY(check_reader(command));
    Pb__Provision *provision = out->provision = load_provision(command, in->provision_id);
    if (!provision)
        return command->fault.code;
    struct walk of_it = {.table = &table_place_groups,
                         .index = "provision",
                         .value = index_uuid(provision->id, command->arena)};
    TRY(collect(command, &of_it, NULL, NULL, &groups));
    of_it.table = &table_vacancies;
    TRY(collect(command, &of_it, NULL, NULL, &vacancies));
    out->provider = load_if_any(command, &table_providers, provision->provider_id, &code);
    TRY(code);
    out->unverified = provision_is_unverified(provision, out->provider);
    out->place_groups = (Pb__PlaceGroup **)groups.items;
    out->n_place_groups = groups.count;
    out->vacancies = (Pb__Vacancy **)vacancies.items;
    out->n_vacancies = vacancies.count;
    bool rival = reads_as_rival(command, provision->provider_id);
    for (size_t i = 0; rival && i < groups.count; i++)
        group_as_rival(out->place_groups[i]);
    if (rival)
        provision_as_rival(provision);
    if (rival && out->provider)
        provider_as_rival(out->provider);
    return list_stale(command, &vacancies, out);
}

/* --- lists ------------------------------------------------------------------------------------------- */

struct filter {
    const Pb__ListProvisionsRequest *in;
    const char *name; /* lower case */
    struct arena *arena;
};

static bool passes(void *context, const ProtobufCMessage *record)
{
    const struct filter *filter = context;
    const Pb__ListProvisionsRequest *in = filter->in;
    const Pb__Provision *provision = (const Pb__Provision *)record;
    bool kind = in->n_kinds == 0;
    for (size_t i = 0; i < in->n_kinds && !kind; i++)
        kind = in->kinds[i] == provision->kind;
    if (!kind || (!in->with_closed && !provision_is_open(provision)))
        return false;
    if (in->local_authority[0] && strcmp(in->local_authority, provision->local_authority) != 0)
        return false;
    if (in->provider_id[0] && strcmp(in->provider_id, provision->provider_id) != 0)
        return false;
    /* The lower-case copy goes with the record when that is passed over. */
    return filter->name[0] == '\0' ||
           strstr(lower_case(provision->name, RECORD_TEXT_BYTES_MAX, filter->arena), filter->name) != NULL;
}

HANDLE(ListProvisions, list_provisions)
{
    struct page page;
    struct filter filter = {
        .in = in,
        .name = lower_case(in->name_contains, RECORD_TEXT_BYTES_MAX, command->arena),
        .arena = command->arena,
    };
    TRY(check_reader(command));
    /* The narrowest index there is; each gives one area's or provider's in order of identifier. */
    struct walk through = {.table = &table_provisions};
    if (in->provider_id[0]) {
        through.index = "provider";
        through.value = index_uuid(in->provider_id, command->arena);
    } else if (in->local_authority[0]) {
        through.index = "local_authority";
        through.value = span_of_text(in->local_authority);
    }
    if (through.index && through.value.size == 0)
        return refuse(command, CODE_INVALID_ARGUMENT, "provider_id", "this is not an identifier");
    TRY(read_page(command, &through, in->page, passes, &filter, &page, &out->page));
    out->provisions = (Pb__Provision **)page.records;
    out->n_provisions = page.count;
    for (size_t i = 0; i < page.count; i++)
        if (reads_as_rival(command, out->provisions[i]->provider_id))
            provision_as_rival(out->provisions[i]);
    return CODE_OK;
}

/* --- claims (rule R3) -------------------------------------------------------------------------------- */

static bool waits(void *context, const ProtobufCMessage *record)
{
    const Pb__ProvisionClaim *claim = (const Pb__ProvisionClaim *)record;
    const char *provider_id = context;
    return claim->state == PB__CLAIM_STATE__CLAIM_STATE_WAITING &&
           (!provider_id || strcmp(claim->provider_id, provider_id) == 0);
}

HANDLE(ClaimProvision, claim_provision)
{
    struct collected waiting;
    const Pb__Claim *caller = command->caller.claim;
    const char *provider_id = caller ? caller->provider_id : "";
    TRY(check_record(command, &in->base));
    TRY(check(command, provider_id[0] ? REFUSAL_NONE : REFUSAL_NOT_OWN_PROVISION));
    Pb__Provision *provision = load_provision(command, in->provision_id);
    if (!provision)
        return command->fault.code;
    const struct walk of_it = {
        .table = &table_claims, .index = "provision", .value = index_uuid(provision->id, command->arena)};
    TRY(collect(command, &of_it, waits, (void *)(uintptr_t)provider_id, &waiting));
    TRY(check(command, claim_check(provision, provider_id, waiting.count > 0, in->evidence)));
    Pb__ProvisionClaim *claim = out->claim = arena_new(command->arena, Pb__ProvisionClaim);
    if (!claim)
        return no_memory(command);
    pb__provision_claim__init(claim);
    claim->id = command->subject = command_new_id(command);
    claim->provision_id = provision->id;
    claim->provider_id = provider_id;
    claim->state = provision->claim_state = PB__CLAIM_STATE__CLAIM_STATE_WAITING;
    claim->evidence = in->evidence;
    TRY(put(command, &table_provisions, provision));
    return put(command, &table_claims, claim);
}

static bool waits_besides(void *context, const ProtobufCMessage *record)
{
    return waits(NULL, record) && strcmp(((const Pb__ProvisionClaim *)record)->id, context) != 0;
}

HANDLE(DecideProvisionClaim, decide_provision_claim)
{
    struct collected waiting;
    Pb__ProvisionClaim *claim = out->claim = load(command, &table_claims, "claim_id", in->claim_id);
    if (!claim)
        return command->fault.code;
    TRY(check_record(command, &in->base));
    TRY(check(command, in->version ? REFUSAL_NONE : REFUSAL_VERSION_MISSING));
    TRY(check(command, claim_decide(claim, in->approve, in->reason, &claim->state)));
    Pb__Provision *provision = load(command, &table_provisions, "claim.provision_id", claim->provision_id);
    if (!provision)
        return command->fault.code;
    const struct walk of_it = {
        .table = &table_claims, .index = "provision", .value = index_uuid(provision->id, command->arena)};
    TRY(collect(command, &of_it, waits_besides, (void *)(uintptr_t)claim->id, &waiting));
    bool taken = provision->provider_id[0] && strcmp(provision->provider_id, claim->provider_id) != 0;
    if (in->approve) {
        TRY(check(command, taken ? REFUSAL_CLAIMED_BY_OTHER : REFUSAL_NONE));
        provision->claim_state = claim->state;
        provision->provider_id = claim->provider_id;
        TRY(put(command, &table_provisions, provision));
    } else if (!provision->provider_id[0] && !waiting.count) { /* nobody runs it, and nobody else claims it */
        provision->claim_state = claim->state;
        TRY(put(command, &table_provisions, provision));
    }
    claim->reason = in->reason;
    claim->meta->version = in->version;
    command->subject = claim->id;
    return put(command, &table_claims, claim);
}

HANDLE(ListProvisionClaims, list_provision_claims)
{
    struct page page;
    const Pb__Claim *caller = command->caller.claim;
    struct walk through = {.table = &table_claims};
    TRY(check_reader(command));
    if (caller && caller->provider_id[0]) {
        through.index = "provider";
        through.value = index_uuid(caller->provider_id, command->arena);
    }
    TRY(read_page(command, &through, in->page, in->waiting_only ? waits : NULL, NULL, &page, &out->page));
    out->claims = (Pb__ProvisionClaim **)page.records;
    out->n_claims = page.count;
    return CODE_OK;
}

/* --- place groups (rule X1a) ------------------------------------------------------------------------- */

HANDLE(UpdatePlaceGroup, update_place_group)
{
    enum code code;
    struct editor editor = editor_of(command);
    TRY(check_record(command, in->place_group ? &in->place_group->base : NULL));
    const Pb__Provision *provision = load_provision(command, in->place_group->provision_id);
    const char *id = new_id(command, in->place_group->id);
    if (!provision || !id)
        return command->fault.code;
    TRY(check(command, provision_editor_check(provision, &editor)));
    const Pb__PlaceGroup *stored = load_if_any(command, &table_place_groups, id, &code);
    TRY(code);
    Pb__PlaceGroup *group = out->place_group = COPY(command, in->place_group);
    if (!group)
        return no_memory(command);
    group->id = command->subject = id;
    group->provision_id = provision->id;
    TRY(check(command, group_check(group, stored, provision)));
    group->meta = meta_of(command, in->place_group->meta, stored ? stored->meta : NULL);
    TRY(put(command, &table_place_groups, group));
    return stored ? vacancy_cap(command, group) : CODE_OK;
}

static bool is_live(void *context, const ProtobufCMessage *record)
{
    const struct date *today = context;
    return placement_is_live((const Pb__Placement *)record, *today);
}

HANDLE(DeletePlaceGroup, delete_place_group)
{
    struct collected live;
    struct editor editor = editor_of(command);
    (void)out;
    Pb__PlaceGroup *group = load(command, &table_place_groups, "place_group_id", in->place_group_id);
    const Pb__Provision *provision =
        group ? load(command, &table_provisions, "place_group.provision_id", group->provision_id) : NULL;
    if (!provision)
        return command->fault.code;
    TRY(check(command, provision_editor_check(provision, &editor)));
    struct span key = index_uuid(group->id, command->arena);
    const struct walk of_it = {.table = &table_placements, .index = "group", .value = key};
    TRY(collect(command, &of_it, is_live, &command->today, &live));
    TRY(check(command, live.count ? REFUSAL_GROUP_IN_USE : REFUSAL_NONE));
    if (group->meta->version != in->version) { /* stale: the store answers with both versions (rule R10) */
        group->meta->version = in->version;
        TRY(put(command, &table_place_groups, group));
    }
    command->subject = group->id;
    enum code code = record_delete(command->txn, &table_vacancies, key);
    TRY(code == CODE_NOT_FOUND ? CODE_OK : code);
    return record_delete(command->txn, &table_place_groups, key);
}
