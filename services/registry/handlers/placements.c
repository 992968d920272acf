/* Placements (rules R5, R6, X6, S2). In: requests of the placing LA. Out: the placement, the fact that it
 * exists, the notice to the local LA, and where a place was taken, the lowered vacancy: all in the command's
 * transaction. By itself, of a provision whose area was learned or changed, the notices that are due then. */

#define SERVICE_TYPE Pb__PlacementsService_Service

#include "services/registry/handlers/placements.h"

#include "services/registry/handlers/vacancies.h"

const char *authority_meant(const struct command *command, const char *named)
{
    if (named[0])
        return named;
    if (command->caller.claim)
        return command->caller.claim->authority;
    return command->caller.principal->authority;
}

/* Rule R6: its details are the placing LA's alone; being the host's administrator too opens no other LA's.
 * Without a person: the LA's node, the operator who keeps its deployment, and the service that finishes a
 * referral. */
static enum code check_own(struct command *command, const char *authority_id)
{
    const struct caller *caller = &command->caller;
    bool service = !caller->claim && caller->principal->role == PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE;
    bool own = service || caller_is_of_authority(caller, authority_id);
    return check(command, own ? REFUSAL_NONE : REFUSAL_NOT_OWN_AUTHORITY);
}

enum code placement_find(struct command *command, const char *authority_id, const char *reference,
                         Pb__Placement **ret_placement)
{
    ProtobufCMessage *record = NULL;
    enum code code =
        record_find(command->txn, &table_placements, "reference",
                    index_reference(authority_id, reference, command->arena), command->arena, &record);
    *ret_placement = (Pb__Placement *)record;
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

/* Under this name a reference is listed among what was erased: nobody knows it without the store's keys. */
static struct span erased_name(struct command *command, const char *authority_id, const char *reference)
{
    struct span plain = index_reference(authority_id, reference, command->arena);
    return plain.size ? record_hidden_key(command->txn, &table_placements, plain, command->arena) : plain;
}

enum code placement_not_erased(struct command *command, const char *authority_id, const char *reference)
{
    bool erased;
    struct span name = erased_name(command, authority_id, reference);
    if (!name.size)
        return no_memory(command);
    TRY(record_is_erased(command->txn, &table_placements, name, &erased));
    return check(command, erased ? REFUSAL_REFERENCE_ERASED : REFUSAL_NONE);
}

/* A placement by its UUID, or by the LA's reference. NULL: refused. One of another LA is not found. */
static Pb__Placement *load_placement(struct command *command, const char *id, const char *authority_named)
{
    enum code code;
    Pb__Placement *placement = load_if_any(command, &table_placements, id, &code);
    if (code == CODE_OK && !placement)
        code = placement_find(command, authority_meant(command, authority_named), id, &placement);
    if (code) {
        refuse(command, code, "", "%s", code_meaning(code));
        return NULL;
    }
    if (placement && check_own(command, placement->authority_id) == CODE_OK)
        return placement;
    refuse(command, CODE_NOT_FOUND, "placement_id", "your authority has no such placement");
    return NULL;
}

enum code placement_load_facts(struct command *command, const Pb__Placement *placement,
                               struct placement_facts *ret_facts)
{
    enum code code;
    struct placement_facts facts = {.provision = load_provision(command, placement->provision_id)};
    if (!facts.provision)
        return command->fault.code;
    if (placement->place_group_id[0]) {
        facts.group = load(command, &table_place_groups, "place_group_id", placement->place_group_id);
        if (!facts.group)
            return command->fault.code;
    }
    facts.contract = load_if_any(command, &table_contracts, placement->contract_id, &code);
    TRY(code);
    facts.stored = load_if_any(command, &table_placements, placement->id, &code);
    TRY(code);
    *ret_facts = facts;
    return CODE_OK;
}

enum code placing_authority_check(struct command *command, const char *authority_id)
{
    TRY(check_own(command, authority_id));
    const Pb__Authority *authority = load(command, &table_authorities, "authority_id", authority_id);
    if (!authority)
        return command->fault.code;
    bool member = authority->state == PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
    return check(command, member ? REFUSAL_NONE : REFUSAL_NOT_MEMBER);
}

/* Writes the notice to the local LA where one is due. */
static enum code put_notice(struct command *command, const Pb__Placement *placement,
                            const Pb__Provision *provision)
{
    enum code code;
    if (!local_notice_is_due(placement, provision))
        return CODE_OK;
    Pb__LocalNotice notice = local_notice_of(placement, provision);
    const Pb__LocalNotice *old_notice = load_if_any(command, &table_local_notices, placement->id, &code);
    TRY(code);
    notice.meta = meta_again(command, old_notice ? old_notice->meta : NULL, placement->meta->generated);
    if (!notice.meta)
        return no_memory(command);
    return put(command, &table_local_notices, &notice);
}

/* Writes what others may know of it: the fact that it exists, and the notice to the local LA where one is
 * due. */
static enum code put_beside(struct command *command, const Pb__Placement *placement,
                            const Pb__Provision *provision)
{
    enum code code;
    Pb__PlacementFact fact = placement_fact_of(placement);
    const Pb__PlacementFact *old_fact = load_if_any(command, &table_placement_facts, placement->id, &code);
    TRY(code);
    fact.meta = meta_again(command, old_fact ? old_fact->meta : NULL, placement->meta->generated);
    if (!fact.meta)
        return no_memory(command);
    TRY(put(command, &table_placement_facts, &fact));
    return put_notice(command, placement, provision);
}

enum code placement_put(struct command *command, Pb__Placement *placement, const Pb__Provision *provision)
{
    TRY(put(command, &table_placements, placement));
    return put_beside(command, placement, provision);
}

/* --- one by one -------------------------------------------------------------------------------------- */

/* What is checked of every placement that one request brings. */
static enum code prepare(struct command *command, const Pb__Placement *given,
                         struct placement_facts *ret_facts, Pb__Placement **ret_placement)
{
    TRY(check_record(command, given ? &given->base : NULL));
    const char *authority_id = authority_meant(command, given->authority_id);
    TRY(placing_authority_check(command, authority_id));
    TRY(placement_load_facts(command, given, ret_facts));
    Pb__Placement *placement = COPY(command, given);
    if (!placement || !(placement->id = new_id(command, given->id)))
        return placement ? command->fault.code : no_memory(command);
    const Pb__Placement *stored = ret_facts->stored;
    placement->authority_id = authority_id;
    placement->provision_id = ret_facts->provision->id;
    placement->taken = stored && stored->taken;
    placement->over_capacity = stored && stored->over_capacity;
    placement->meta = meta_of(command, given->meta, stored ? stored->meta : NULL);
    if (!placement->meta)
        return no_memory(command);
    TRY(check(command, placement_check(placement, ret_facts)));
    Pb__Placement *known;
    TRY(placement_find(command, authority_id, placement->reference, &known));
    bool other = known && strcmp(known->id, placement->id) != 0;
    TRY(check(command, other ? REFUSAL_REFERENCE_KNOWN : REFUSAL_NONE));
    if (!known)
        TRY(placement_not_erased(command, authority_id, placement->reference));
    command->subject = placement->id;
    *ret_placement = placement;
    return CODE_OK;
}

HANDLE(TakePlace, take_place)
{
    enum code code;
    struct placement_facts facts;
    Pb__Placement *placement;
    TRY(check_field(command,
                    in->placement && in->placement->place_group_id[0] ? REFUSAL_NONE : REFUSAL_GROUP_MISSING,
                    "placement.place_group_id"));
    TRY(prepare(command, in->placement, &facts, &placement));
    TRY(check(command, facts.stored ? REFUSAL_REFERENCE_KNOWN : REFUSAL_NONE));
    const Pb__Provider *provider =
        load_if_any(command, &table_providers, facts.provision->provider_id, &code);
    TRY(code);
    struct stay stay = placement_stay(placement);
    TRY(check(command, provision_takes_check(facts.provision, provider, stay.from, stay.until)));
    placement->taken = true;
    TRY(vacancy_take(command, facts.group->id, stay.from, stay.until, &out->still_free));
    TRY(placement_put(command, placement, facts.provision));
    out->placement = placement;
    return CODE_OK;
}

HANDLE(RecordPlacement, record_placement)
{
    struct placement_facts facts;
    struct stays stays;
    Pb__Placement *placement;
    TRY(prepare(command, in->placement, &facts, &placement));
    TRY(stays_load(command, &facts, placement->id, &stays));
    placement->over_capacity =
        stay_exceeds(placement_stay(placement), stays.items, stays.count, stays.places);
    TRY(placement_put(command, placement, facts.provision));
    out->placement = placement;
    return CODE_OK;
}

HANDLE(EndPlacement, end_placement)
{
    bool same;
    Pb__Placement *placement = out->placement = load_placement(command, in->placement_id, in->authority_id);
    if (!placement)
        return command->fault.code;
    TRY(check_record(command, &in->base));
    TRY(check(command, placement_end(placement, in->end_on, in->reason, in->version == 0, &same)));
    command->subject = placement->id;
    if (same)
        return CODE_OK;
    const Pb__Provision *provision = load_provision(command, placement->provision_id);
    if (!provision)
        return command->fault.code;
    placement->end_on = in->end_on;
    if (in->reason[0])
        placement->end_reason = in->reason;
    if (in->version)
        placement->meta->version = in->version;
    return placement_put(command, placement, provision);
}

/* Whoever keeps something of it hears that it was erased, and adds nothing. */
static enum code tell_erased(struct command *command, const Pb__Placement *placement)
{
    Pb__PlacementFact *fact = load(command, &table_placement_facts, "placement_id", placement->id);
    if (!fact)
        return command->fault.code;
    fact->erased = true;
    return put(command, &table_placement_facts, fact);
}

/* The LA's files may have it for long yet, and so may a store that is restored: it is listed where a restore
 * takes nothing away. */
static enum code list_reference(struct command *command, const Pb__Placement *placement)
{
    struct span name = erased_name(command, placement->authority_id, placement->reference);
    if (!name.size)
        return no_memory(command);
    enum code code = record_erase(command->txn, &table_placements, name);
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

HANDLE(ErasePlacement, erase_placement)
{
    (void)out;
    const Pb__Placement *placement = load_placement(command, in->placement_id, in->authority_id);
    if (!placement)
        return command->fault.code;
    TRY(check(command, placement_is_live(placement, command->today) ? REFUSAL_NOT_ENDED : REFUSAL_NONE));
    command->subject = placement->id;
    TRY(tell_erased(command, placement));
    TRY(list_reference(command, placement));
    return record_erase(command->txn, &table_placements, index_uuid(placement->id, command->arena));
}

HANDLE(GetPlacement, get_placement)
{
    out->placement = load_placement(command, in->placement_id, in->authority_id);
    if (!out->placement)
        return command->fault.code;
    command->subject = out->placement->id;
    return CODE_OK;
}

/* --- areas that are learned later -------------------------------------------------------------------- */

static bool is_live(void *context, const ProtobufCMessage *record)
{
    const struct date *today = context;
    return placement_is_live((const Pb__Placement *)record, *today);
}

enum code registry_tell_local(struct command *command)
{
    struct record_scan scan = {.txn = command->txn, .table = &table_moved_areas};
    struct collected there;
    ProtobufCMessage *mark;
    enum code code = record_scan_next(&scan, command->arena, &mark);
    record_scan_finish(&scan);
    if (code != CODE_OK)
        return code == CODE_NOT_FOUND ? CODE_OK : code;
    const char *id = ((const Pb__MovedArea *)mark)->provision_id;
    const struct walk of_it = {
        .table = &table_placements, .index = "provision", .value = index_uuid(id, command->arena)};
    TRY(collect(command, &of_it, is_live, &command->today, &there));
    const Pb__Provision *provision = load_if_any(command, &table_provisions, id, &code);
    TRY(code);
    for (size_t i = 0; provision && i < there.count; i++)
        TRY(put_notice(command, (const Pb__Placement *)there.items[i], provision));
    command->subject = id;
    command->again = true;
    return record_delete(command->txn, &table_moved_areas, index_uuid(id, command->arena));
}

/* --- lists ------------------------------------------------------------------------------------------- */

HANDLE(ListPlacements, list_placements)
{
    struct page page;
    const char *authority_id = authority_meant(command, in->authority_id);
    TRY(check_own(command, authority_id));
    const Pb__Provision *provision = in->provision_id[0] ? load_provision(command, in->provision_id) : NULL;
    if (in->provision_id[0] && !provision)
        return command->fault.code;
    const struct walk placing = {
        .table = &table_placements,
        .index = "placing",
        .value = index_placing(authority_id, provision ? provision->id : "", command->arena),
        .prefix = true,
    };
    TRY(read_page(command, &placing, in->page, in->with_ended ? NULL : is_live, &command->today, &page,
                  &out->page));
    command->subject = authority_id;
    out->placements = (Pb__Placement **)page.records;
    out->n_placements = page.count;
    return CODE_OK;
}

HANDLE(ListLocalNotices, list_local_notices)
{
    struct page page;
    const char *authority_id = authority_meant(command, in->authority_id);
    bool own = caller_acts_for_authority(&command->caller, authority_id);
    TRY(check(command, own ? REFUSAL_NONE : REFUSAL_NOT_OWN_AUTHORITY));
    const struct walk told = {
        .table = &table_local_notices,
        .index = "local_authority",
        .value = span_of_text(authority_id),
    };
    TRY(read_page(command, &told, in->page, NULL, NULL, &page, &out->page));
    out->notices = (Pb__LocalNotice **)page.records;
    out->n_notices = page.count;
    return CODE_OK;
}
