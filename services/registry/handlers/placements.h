#pragma once
/* What recording one placement and importing many share. */

#include "services/registry/handlers/support.h"
#include "services/registry/rules_placement.h"

/* The LA that is meant: as named, or the person's or node's own. */
const char *authority_meant(const struct command *command, const char *named);

/* The LA's placement of that reference; NULL and CODE_OK: none. */
enum code placement_find(struct command *command, const char *authority_id, const char *reference,
                         Pb__Placement **ret_placement);

/* REFERENCE_ERASED: the LA's placement of that reference was erased, and is not made again by the file that
 * still has it (rule S2). */
enum code placement_not_erased(struct command *command, const char *authority_id, const char *reference);

/* Loads what the placement is judged against. NOT_FOUND: no such provision or group. */
enum code placement_load_facts(struct command *command, const Pb__Placement *placement,
                               struct placement_facts *ret_facts);

/* May the caller place for that LA, and is it an active member? */
enum code placing_authority_check(struct command *command, const char *authority_id);

/* Writes the placement, the fact that it exists, and the notice to the local LA where one is due (rule R6).
 */
enum code placement_put(struct command *command, Pb__Placement *placement, const Pb__Provision *provision);

/* The other stays in the placement's group, or, where no group is named, at the provision. */
struct stays {
    struct stay *items;
    size_t count;
    uint32_t places; /* of the group, or registered; UINT32_MAX: not known */
};
/* Reads them, but for the placement `but_id`. Before the command's first write. */
enum code stays_load(struct command *command, const struct placement_facts *facts, const char *but_id,
                     struct stays *ret_stays);
