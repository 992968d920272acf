/* The region, its members, their sub-regions and subscriptions (rules R1, R2). In: requests whose role is
 * allowed. Out: records written, or a refusal. */

#define SERVICE_TYPE Pb__AuthoritiesService_Service

#include "services/registry/handlers/support.h"

#include "common/base/limits.h"
#include "services/registry/handlers/tally.h"
#include "services/registry/rules_membership.h"
#include "services/registry/rules_position.h"

HANDLE(GetRegion, get_region)
{
    (void)in;
    enum code code;
    out->region = load_region(command, &code);
    return code;
}

HANDLE(UpdateRegion, update_region)
{
    enum code code;
    TRY(check_record(command, in->region ? &in->region->base : NULL));
    TRY(check(command, region_check(in->region)));
    const Pb__Region *stored = load_if_any(command, &table_regions, REGION_ID, &code);
    TRY(code);
    if (in->region->host[0]) {
        const Pb__Authority *host = load_if_any(command, &table_authorities, in->region->host, &code);
        TRY(code);
        TRY(check(command, host ? REFUSAL_NONE : REFUSAL_HOST_UNKNOWN));
    }
    Pb__Region *region = out->region = COPY(command, in->region);
    if (!region)
        return no_memory(command);
    region->id = command->subject = REGION_ID;
    region->meta = meta_of(command, in->region->meta, stored ? stored->meta : NULL);
    return put(command, &table_regions, region);
}

/* Puts the event into the authority's state. */
static enum code step(struct command *command, Pb__Authority *authority, enum membership_event event,
                      const char *reason, uint64_t version)
{
    TRY(check(command, membership_step(authority->state, event, &authority->state)));
    authority->state_reason = reason;
    authority->meta = meta_again(command, authority->meta, false);
    if (!authority->meta)
        return no_memory(command);
    authority->meta->version = version;
    command->subject = authority->id;
    return put(command, &table_authorities, authority);
}

HANDLE(ApplyForMembership, apply_for_membership)
{
    enum code code;
    TRY(check_record(command, &in->base));
    TRY(check(command, application_check(in)));
    Pb__Authority *authority = load_if_any(command, &table_authorities, in->authority_id, &code);
    TRY(code);
    if (!authority) {
        TRY(check(command, in->name[0] ? REFUSAL_NONE : REFUSAL_NAME_MISSING));
        authority = arena_new(command->arena, Pb__Authority);
        if (!authority)
            return no_memory(command);
        pb__authority__init(authority);
        authority->id = in->authority_id;
        authority->name = in->name;
    }
    char *today = arena_alloc(command->arena, DATE_TEXT_BYTES);
    if (!today)
        return no_memory(command);
    date_print(command->today, today);
    authority->protocol_accepted_by = in->protocol_accepted_by;
    authority->protocol_accepted_on = today;
    if (in->placement_team_email[0])
        authority->placement_team_email = in->placement_team_email;
    if (in->head_office_postcode[0])
        authority->head_office_postcode = in->head_office_postcode;
    authority_place(postcodes_of(command), authority, command->arena);
    out->authority = authority;
    return step(command, authority, MEMBERSHIP_APPLIES, "", authority->meta ? authority->meta->version : 0);
}

HANDLE(DecideMembership, decide_membership)
{
    Pb__Authority *authority = load(command, &table_authorities, "authority_id", in->authority_id);
    if (!authority)
        return command->fault.code;
    TRY(check_record(command, &in->base));
    TRY(check(command, in->version ? REFUSAL_NONE : REFUSAL_VERSION_MISSING));
    TRY(check(command, in->approve || in->reason[0] ? REFUSAL_NONE : REFUSAL_REASON_MISSING));
    out->authority = authority;
    return step(command, authority, in->approve ? MEMBERSHIP_APPROVED : MEMBERSHIP_DECLINED, in->reason,
                in->version);
}

HANDLE(LeaveRegion, leave_region)
{
    Pb__Authority *authority = load(command, &table_authorities, "authority_id", in->authority_id);
    if (!authority)
        return command->fault.code;
    TRY(check_record(command, &in->base));
    TRY(check(command, in->version ? REFUSAL_NONE : REFUSAL_VERSION_MISSING));
    bool own = caller_acts_for_authority(&command->caller, authority->id);
    TRY(check(command, own ? REFUSAL_NONE : REFUSAL_NOT_OWN_AUTHORITY));
    out->authority = authority;
    return step(command, authority, MEMBERSHIP_LEAVES, in->reason, in->version);
}

/* Where its head office stands: as stated when it is another point than was stored, else from the postcode. A
 * point that was stated of another postcode is not kept. */
static void place(struct command *command, const Pb__Authority *stored, Pb__Authority *authority)
{
    const Pb__GeoPoint *before = stored ? stored->head_office : NULL, *point = authority->head_office;
    bool same = point && before && point->latitude_e7 == before->latitude_e7 &&
                point->longitude_e7 == before->longitude_e7;
    if (point && !same) {
        authority->head_office_stated = true;
        authority->head_office_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
        return;
    }
    authority->head_office_stated =
        stored && stored->head_office_stated && point &&
        !postcodes_differ(stored->head_office_postcode, authority->head_office_postcode);
    if (!authority->head_office_stated)
        authority_place(postcodes_of(command), authority, command->arena);
}

HANDLE(UpdateAuthority, update_authority)
{
    TRY(check_record(command, in->authority ? &in->authority->base : NULL));
    TRY(check(command, authority_check(in->authority)));
    const Pb__Authority *stored = load(command, &table_authorities, "authority.id", in->authority->id);
    if (!stored)
        return command->fault.code;
    bool own = caller_acts_for_authority(&command->caller, stored->id);
    TRY(check(command, own ? REFUSAL_NONE : REFUSAL_NOT_OWN_AUTHORITY));
    bool by_host = caller_is_host(&command->caller);
    if (by_host && in->authority->sub_region_id[0] &&
        !load(command, &table_sub_regions, "authority.sub_region_id", in->authority->sub_region_id))
        return command->fault.code;
    Pb__Authority edited = authority_edited(stored, in->authority, by_host);
    Pb__Authority *authority = out->authority = COPY(command, &edited);
    if (!authority)
        return no_memory(command);
    place(command, stored, authority);
    authority->meta = meta_of(command, in->authority->meta, stored->meta);
    command->subject = authority->id;
    return put(command, &table_authorities, authority);
}

/* A row of a list over what is known: what the list leaves out stays. */
static Pb__Authority listed(const Pb__Authority *stored, const Pb__Authority *row)
{
    Pb__Authority edit = *row;
    if (!edit.dfe_code[0])
        edit.dfe_code = stored->dfe_code;
    if (!edit.sub_region_id[0])
        edit.sub_region_id = stored->sub_region_id;
    if (!edit.partner[0])
        edit.partner = stored->partner;
    if (!edit.placement_team_email[0])
        edit.placement_team_email = stored->placement_team_email;
    if (!edit.head_office_address[0])
        edit.head_office_address = stored->head_office_address;
    if (!edit.head_office_postcode[0])
        edit.head_office_postcode = stored->head_office_postcode;
    if (!edit.head_office)
        edit.head_office = stored->head_office;
    return authority_edited(stored, &edit, true);
}

static enum code import_one(struct command *command, const Pb__Authority *row, size_t number,
                            struct tally *tally)
{
    enum code code;
    TRY(check_record(command, &row->base));
    TRY(check(command, authority_check(row)));
    const Pb__Authority *stored = load_if_any(command, &table_authorities, row->id, &code);
    TRY(code);
    Pb__Authority known = {0};
    pb__authority__init(&known);
    known.id = row->id;
    Pb__Authority taken = listed(stored ? stored : &known, row);
    Pb__Authority *authority = COPY(command, &taken);
    if (!authority || !(authority->meta = meta_again(command, stored ? stored->meta : NULL,
                                                     row->meta && row->meta->generated)))
        return no_memory(command);
    uint64_t before = authority->meta->version;
    place(command, stored, authority);
    TRY(check(command, membership_step(authority->state, MEMBERSHIP_LISTED, &authority->state)));
    TRY(put(command, &table_authorities, authority));
    if (authority->head_office_quality == PB__POSITION_QUALITY__POSITION_QUALITY_UNSPECIFIED)
        tally_remark(command, tally, number, "head_office_postcode",
                     "no position of its head office is known");
    tally_count(tally, !stored                              ? TALLY_ADDED
                       : authority->meta->version == before ? TALLY_UNCHANGED
                                                            : TALLY_CHANGED);
    return CODE_OK;
}

HANDLE(ImportAuthorities, import_authorities)
{
    TRY(tally_check_rows(command, in->n_authorities));
    struct tally *tally = tally_create(command, in->n_authorities);
    if (!tally)
        return no_memory(command);
    for (size_t i = 0; i < in->n_authorities; i++)
        TRY(tally_reject(command, tally, i, import_one(command, in->authorities[i], i, tally),
                         &in->authorities[i]->base));
    command->subject = "authorities";
    out->result = tally_result(tally);
    return CODE_OK;
}

HANDLE(GetAuthority, get_authority)
{
    if (!caller_is_of_authority(&command->caller, in->authority_id)) /* of itself it reads what is kept */
        TRY(check_reader(command));
    out->authority = load(command, &table_authorities, "authority_id", in->authority_id);
    return out->authority ? CODE_OK : command->fault.code;
}

static bool is_member(void *context, const ProtobufCMessage *record)
{
    (void)context;
    return ((const Pb__Authority *)record)->state == PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
}

HANDLE(ListAuthorities, list_authorities)
{
    struct page page;
    TRY(check_reader(command));
    TRY(read_page(command, &(struct walk){.table = &table_authorities}, in->page,
                  in->members_only ? is_member : NULL, NULL, &page, &out->page));
    out->authorities = (Pb__Authority **)page.records;
    out->n_authorities = page.count;
    return CODE_OK;
}

HANDLE(UpdateSubRegion, update_sub_region)
{
    enum code code;
    TRY(check_record(command, in->sub_region ? &in->sub_region->base : NULL));
    TRY(check(command, in->sub_region->name[0] ? REFUSAL_NONE : REFUSAL_NAME_MISSING));
    if (in->sub_region->representative[0] &&
        !load(command, &table_authorities, "sub_region.representative", in->sub_region->representative))
        return command->fault.code;
    Pb__SubRegion *sub_region = out->sub_region = COPY(command, in->sub_region);
    const char *id = new_id(command, in->sub_region->id);
    if (!sub_region || !id)
        return id ? no_memory(command) : command->fault.code;
    const Pb__SubRegion *stored = load_if_any(command, &table_sub_regions, id, &code);
    TRY(code);
    sub_region->id = command->subject = id;
    sub_region->meta = meta_of(command, in->sub_region->meta, stored ? stored->meta : NULL);
    return put(command, &table_sub_regions, sub_region);
}

/* --- subscriptions (rule R2) ------------------------------------------------------------------------- */

static bool subscribes(void *context, const ProtobufCMessage *record)
{
    (void)context;
    return ((const Pb__Provider *)record)->subscribes;
}

static enum code dues(struct command *command, uint32_t year, Pb__SubscriptionDue ***ret_dues,
                      size_t *ret_count)
{
    enum code code;
    struct collected authorities, providers, payments;
    const Pb__Region *region = load_region(command, &code);
    TRY(code);
    TRY(collect(command, &(struct walk){.table = &table_authorities}, NULL, NULL, &authorities));
    TRY(collect(command, &(struct walk){.table = &table_providers}, subscribes, NULL, &providers));
    TRY(collect(command, &(struct walk){.table = &table_payments}, NULL, NULL, &payments));
    const struct subscription_facts facts = {
        .region = region,
        .authorities = (Pb__Authority *const *)authorities.items,
        .authority_count = authorities.count,
        .providers = (Pb__Provider *const *)providers.items,
        .provider_count = providers.count,
        .payments = (Pb__SubscriptionPayment *const *)payments.items,
        .payment_count = payments.count,
        .year = year,
    };
    *ret_dues = subscriptions_due(&facts, command->arena, ret_count);
    return *ret_dues ? CODE_OK : no_memory(command);
}

HANDLE(ListSubscriptions, list_subscriptions)
{
    TRY(dues(command, in->year, &out->subscriptions, &out->n_subscriptions));
    if (caller_is_host(&command->caller) || caller_has_role(&command->caller, PB__ROLE__ROLE_AUDITOR))
        return CODE_OK;
    /* An LA sees what it owes itself, alone or with its partners. */
    size_t kept = 0;
    for (size_t i = 0; i < out->n_subscriptions; i++)
        for (size_t j = 0; j < out->subscriptions[i]->n_authorities; j++)
            if (caller_acts_for_authority(&command->caller, out->subscriptions[i]->authorities[j])) {
                out->subscriptions[kept++] = out->subscriptions[i];
                break;
            }
    out->n_subscriptions = kept;
    return CODE_OK;
}

HANDLE(RecordSubscriptionPayment, record_subscription_payment)
{
    TRY(check_record(command, in->payment ? &in->payment->base : NULL));
    TRY(check(command, payment_check(in->payment)));
    Pb__SubscriptionDue **all = NULL;
    size_t count = 0;
    TRY(dues(command, in->payment->year, &all, &count));
    bool known = false;
    for (size_t i = 0; i < count && !known; i++)
        known = strcmp(all[i]->payer, in->payment->payer) == 0;
    TRY(check(command, known ? REFUSAL_NONE : REFUSAL_PAYER_UNKNOWN));
    Pb__SubscriptionPayment *payment = out->payment = COPY(command, in->payment);
    const char *id = new_id(command, in->payment->id);
    if (!payment || !id)
        return id ? no_memory(command) : command->fault.code;
    payment->id = command->subject = id;
    payment->meta = meta_of(command, in->payment->meta, NULL);
    return put(command, &table_payments, payment);
}
