/* Shared by the registry's handlers: refusals as rules give them, provisions and the region, who edits. No
 * rule is here. */

#include "services/registry/handlers/support.h"

enum code check_field(struct command *command, enum registry_refusal refusal, const char *field)
{
    const struct refusal_facts *facts = refusal_facts(refusal);
    return facts->code == CODE_OK ? CODE_OK : refuse(command, facts->code, field, "%s", facts->text);
}

enum code check(struct command *command, enum registry_refusal refusal)
{
    return check_field(command, refusal, refusal_facts(refusal)->field);
}

Pb__Provision *load_provision(struct command *command, const char *id_or_urn)
{
    struct urn urn;
    char text[URN_TEXT_BYTES];
    if (urn_parse(id_or_urn, &urn, NULL) != CODE_OK)
        return load(command, &table_provisions, "provision_id", id_or_urn);
    urn_print(&urn, text);
    ProtobufCMessage *record = NULL;
    enum code code =
        record_find(command->txn, &table_provisions, "urn", span_of_text(text), command->arena, &record);
    if (code)
        refuse(command, code, "provision_id", "no provision has the URN %s", text);
    return (Pb__Provision *)record;
}

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
