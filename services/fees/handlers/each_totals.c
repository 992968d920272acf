/* Totals of a cycle, one by one. In: a cycle. Out: each LA's totals at each provision, with what that
 * provision is; it is looked up once for all of its LAs, which come one after the other. */

#include "services/fees/handlers/each_totals.h"

struct walking {
    struct command command; /* the request's, but for the arena: of what is known of the present provision */
    const struct fees_totals_walk *walk;
    const char *provision_id; /* NULL: none yet */
    struct fees_totals_of of;
};

static enum code look_up(struct walking *walking, const Pb__FeeLineTotals *totals)
{
    enum code code;
    struct command *command = &walking->command;
    arena_reset(command->arena);
    walking->provision_id = arena_text(command->arena, totals->provision_id);
    const char *id = fees_consultation_id(totals->cycle_id, totals->provision_id, command->arena);
    if (!walking->provision_id || !id)
        return no_memory(command);
    const Pb__Consultation *consultation = load_if_any(command, &fees_consultations, id, &code);
    TRY(code);
    const Pb__Provision *provision = load_if_any(command, &fees_provisions, totals->provision_id, &code);
    TRY(code);
    struct fees_totals_of of = {.name = "", .provider_id = "", .provider_name = "", .owner = ""};
    of.local_authority_id = provision ? provision->local_authority : "";
    if (consultation)
        of.name = consultation->name, of.provider_id = consultation->provider_id,
        of.kind = consultation->kind;
    else if (provision)
        of.name = provision->name, of.provider_id = provision->provider_id, of.kind = provision->kind;
    const Pb__Provider *provider = load_if_any(command, &fees_providers, of.provider_id, &code);
    TRY(code);
    if (provider)
        of.provider_name = provider->name, of.owner = provider->ultimate_owner;
    walking->of = of;
    return CODE_OK;
}

static enum code take_one(void *context, const ProtobufCMessage *record)
{
    struct walking *walking = context;
    const Pb__FeeLineTotals *totals = (const Pb__FeeLineTotals *)record;
    if (!walking->provision_id || strcmp(walking->provision_id, totals->provision_id) != 0)
        TRY(look_up(walking, totals));
    return walking->walk->each(walking->walk->context, totals, &walking->of);
}

enum code fees_each_totals(struct command *command, const struct fees_totals_walk *each)
{
    struct arena scratch;
    struct walking walking = {.command = *command, .walk = each};
    const struct walk of_cycle = {
        .table = &fees_line_totals, .index = INDEX_CYCLE, .value = span_of_text(each->cycle_id)};
    arena_init(&scratch, REQUEST_ARENA_BYTES);
    walking.command.arena = &scratch;
    enum code code = walk(command, &of_cycle, take_one, &walking);
    if (code != CODE_OK && command->fault.code == CODE_OK)
        command->fault = walking.command.fault;
    arena_finish(&scratch);
    return code;
}
