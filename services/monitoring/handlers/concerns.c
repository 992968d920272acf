/* Concerns (rule M5). In: what an LA or the host raises and finds. Out: the concern and what searches are
 * told of its provision, in one command; the feed takes both to every member and to matching at once. */

#define SERVICE_TYPE Pb__ConcernsService_Service

#include "services/monitoring/rules_concern.h"

#include "services/monitoring/handlers/quality.h"
#include "services/monitoring/handlers/support.h"

/* The host raises for itself where no LA is named. */
static const char *raiser(const struct command *command, const char *named)
{
    return !named[0] && caller_is_host(&command->caller) ? "" : authority_meant(command, named);
}

/* For the LA named: the host for itself or for any member, others for their own. */
static enum code check_may_raise(struct command *command, const char *authority_id)
{
    struct monitoring_actor actor;
    enum code code;
    TRY(load_actor(command, &actor));
    TRY(check(command, concern_may_raise(&actor, authority_id)));
    const Pb__Authority *named =
        authority_id[0] ? load_if_any(command, &monitoring_authorities, authority_id, &code) : NULL;
    if (!authority_id[0])
        return CODE_OK;
    TRY(code);
    bool active = named && named->state == PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
    return check(command, active ? REFUSAL_NONE : REFUSAL_CONCERN_NOT_MEMBER);
}

HANDLE(RaiseConcern, raise_concern)
{
    struct quality_facts quality;
    Pb__Concern *concern = arena_new(command->arena, Pb__Concern);
    if (!concern)
        return no_memory(command);
    TRY(check_record(command, &in->base));
    TRY(check_may_raise(command, raiser(command, in->authority_id)));
    const Pb__Provision *provision = known_provision(command, in->provision_id);
    if (!provision)
        return command->fault.code;
    TRY(check(command, concern_raise(in, concern)));
    TRY(quality_load(command, provision->id, &quality));
    concern->id = command_new_id(command);
    concern->meta = meta_like(command, provision->meta);
    concern->provision_id = provision->id;
    concern->name = provision->name;
    concern->raised_by = raiser(command, in->authority_id);
    concern->raised_at_ms = command->now_ms;
    if (!concern->id || !concern->meta)
        return no_memory(command);
    command->subject = concern->id;
    TRY(put(command, &monitoring_concerns, concern));
    TRY(quality_put(command, &quality, concern, NULL));
    out->concern = concern;
    return CODE_OK;
}

HANDLE(UpdateConcern, update_concern)
{
    struct quality_facts quality;
    struct monitoring_actor actor;
    enum code code;
    Pb__Concern *concern = arena_new(command->arena, Pb__Concern);
    if (!concern)
        return no_memory(command);
    TRY(check_record(command, &in->base));
    const Pb__Concern *stored =
        load_known(command, &monitoring_concerns, in->concern_id, REFUSAL_CONCERN_UNKNOWN);
    if (!stored)
        return command->fault.code;
    const Pb__Allocation *allocation =
        load_if_any(command, &monitoring_allocations, stored->provision_id, &code);
    TRY(code);
    TRY(load_actor(command, &actor));
    TRY(check(command, concern_may_update(&actor, stored, allocation, in->state)));
    TRY(check(command, concern_update(in, stored, concern)));
    TRY(quality_load(command, stored->provision_id, &quality));
    expect_version(concern->meta, in->version);
    command->subject = concern->id;
    TRY(put(command, &monitoring_concerns, concern));
    TRY(quality_put(command, &quality, concern, NULL));
    out->concern = concern;
    return CODE_OK;
}

static bool is_wanted(void *context, const ProtobufCMessage *record)
{
    const Pb__ListConcernsRequest *in = context;
    return in->with_resolved || concern_is_open((const Pb__Concern *)record);
}

HANDLE(ListConcerns, list_concerns)
{
    struct page page;
    struct walk asked = {.table = &monitoring_concerns};
    TRY(check_reader(command));
    if (in->provision_id[0]) {
        const Pb__Provision *provision = known_provision(command, in->provision_id);
        if (!provision)
            return command->fault.code;
        asked.index = INDEX_PROVISION;
        asked.value = key_of_uuid(provision->id, command->arena);
    } else if (!in->with_resolved) {
        asked.index = INDEX_OPEN;
        asked.value = INDEX_OPEN_VALUE;
    }
    TRY(read_page(command, &asked, in->page, is_wanted, (void *)(uintptr_t)in, &page, &out->page));
    out->concerns = (Pb__Concern **)page.records;
    out->n_concerns = page.count;
    return CODE_OK;
}
