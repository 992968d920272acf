/* Quality of a provision, for searches. In: what a command is about to change. Out: the one record that is
 * made from all of it, in the same command, so that a search never sees one without the other. */

#include "services/monitoring/handlers/quality.h"

#include "services/monitoring/rules_concern.h"

enum code quality_load(struct command *command, const char *provision_id, struct quality_facts *ret_facts)
{
    enum code code;
    struct quality_facts facts = {.provision_id = provision_id};
    const struct walk concerns = {.table = &monitoring_concerns,
                                  .index = INDEX_PROVISION,
                                  .value = key_of_uuid(provision_id, command->arena)};
    TRY(collect(command, &concerns, NULL, NULL, &facts.concerns));
    TRY(reports_there(command, provision_id, &facts.reports));
    facts.stored = load_if_any(command, &monitoring_quality, provision_id, &code);
    TRY(code);
    *ret_facts = facts;
    return CODE_OK;
}

/* The records, with `now` in the place of the one of that identifier, or at the end. */
static bool with(struct arena *arena, const struct collected *stored, const char *id, const void *now,
                 struct collected *ret_all)
{
    ProtobufCMessage **items = arena_array(arena, ProtobufCMessage *, stored->count + 1);
    size_t count = 0;
    if (!items)
        return false;
    for (size_t i = 0; i < stored->count; i++)
        if (strcmp(wire_field_text(stored->items[i], "id"), id) != 0)
            items[count++] = stored->items[i];
    if (now)
        items[count++] = (ProtobufCMessage *)(uintptr_t)now;
    *ret_all = (struct collected){items, count};
    return true;
}

enum code quality_put(struct command *command, const struct quality_facts *facts, const Pb__Concern *concern,
                      const Pb__Report *report)
{
    struct collected concerns, reports;
    Pb__ProvisionQuality quality = PB__PROVISION_QUALITY__INIT;
    const Pb__RecordMeta *of = concern ? concern->meta : report->meta;
    if (!with(command->arena, &facts->concerns, concern ? concern->id : "", concern, &concerns) ||
        !with(command->arena, &facts->reports, report ? report->id : "", report, &reports))
        return no_memory(command);
    provision_quality_of(facts->provision_id, (Pb__Concern **)concerns.items, concerns.count,
                         (Pb__Report **)reports.items, reports.count, &quality);
    quality.meta = meta_again(command, facts->stored ? facts->stored->meta : NULL, of && of->generated);
    return quality.meta ? put(command, &monitoring_quality, &quality) : no_memory(command);
}
