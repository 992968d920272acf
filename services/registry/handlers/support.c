/* Shared by the registry's handlers: the region, who edits and reads, and what moved. No rule is here. */

#include "services/registry/handlers/support.h"

Pb__Region *load_region(struct command *command, enum code *ret_code)
{
    Pb__Region *region = load_if_any(command, &table_regions, REGION_ID, ret_code);
    if (region || *ret_code)
        return region;
    region = arena_new(command->arena, Pb__Region);
    if (!region) {
        *ret_code = no_memory(command);
        return NULL;
    }
    pb__region__init(region);
    region->id = REGION_ID;
    region->name = "";
    return region;
}

struct editor editor_of(const struct command *command)
{
    const Pb__Claim *claim = command->caller.claim;
    return (struct editor){
        .host = caller_is_host(&command->caller),
        .provider_id = claim ? claim->provider_id : "",
    };
}

enum code area_note(struct command *command, const Pb__Provision *stored, const Pb__Provision *provision)
{
    Pb__MovedArea mark = PB__MOVED_AREA__INIT;
    if (!stored || strcmp(stored->local_authority, provision->local_authority) == 0)
        return CODE_OK;
    mark.provision_id = provision->id;
    return put(command, &table_moved_areas, &mark);
}

enum code check_reader(struct command *command)
{
    enum code code;
    const char *gss = caller_reads_for(&command->caller);
    if (!gss[0])
        return CODE_OK;
    const Pb__Authority *authority = load_if_any(command, &table_authorities, gss, &code);
    TRY(code);
    bool member = authority && authority->state == PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
    return check(command, member ? REFUSAL_NONE : REFUSAL_READER_NOT_MEMBER);
}

bool reads_as_rival(const struct command *command, const char *provider_id)
{
    const Pb__Claim *claim = command->caller.claim;
    return claim && claim->provider_id[0] && strcmp(claim->provider_id, provider_id) != 0;
}
