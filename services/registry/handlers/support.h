#pragma once
/* What every handler of the registry needs besides common/service/handling.h: refusals, provisions, who
 * edits. */

#include "common/service/handling.h"
#include "services/registry/records.h"
#include "services/registry/refusal.h"
#include "services/registry/registry.h"
#include "services/registry/rules_provision.h"

#include "ccrag/v1/handlers.h"

/* CODE_OK for REFUSAL_NONE; otherwise the request is refused as registry_refusal_facts says. */
static inline enum code check(struct command *command, enum registry_refusal refusal)
{
    return refuse_with(command, registry_refusal_facts(refusal), NULL);
}
/* The same, of another field. */
static inline enum code check_field(struct command *command, enum registry_refusal refusal, const char *field)
{
    return refuse_with(command, registry_refusal_facts(refusal), field);
}

/* A provision by its UUID or any of its URNs, as load. */
static inline Pb__Provision *load_provision(struct command *command, const char *id_or_urn)
{
    return load_by_urn(command, &table_provisions, id_or_urn);
}
/* The region, or the presets while it has no record, as load_if_any; NULL: `ret_code` says why. */
Pb__Region *load_region(struct command *command, enum code *ret_code);

/* Where the provision stands in another area than it did (`stored`; NULL: it is new), those who have children
 * there owe that LA a notice (rule R6): the timer of registry_tell_local sees to it. */
enum code area_note(struct command *command, const Pb__Provision *stored, const Pb__Provision *provision);

/* May the caller read what members share (rule R1): the host, an auditor, a provider, a program of the
 * region's own, or an LA that is an active member? READER_NOT_MEMBER. */
enum code check_reader(struct command *command);
/* Is it a provider's person, but not of this provider ("": none's)? It sees no fees and finances of theirs.
 */
bool reads_as_rival(const struct command *command, const char *provider_id);

/* Who edits, for the rules. */
struct editor editor_of(const struct command *command);
