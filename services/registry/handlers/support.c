/* Shared by the registry's handlers: the region, and who edits. No rule is here. */

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
