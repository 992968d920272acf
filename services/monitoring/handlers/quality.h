#pragma once
/* What searches are told of a provision, kept beside what it is made from (rule M5). */

#include "services/monitoring/handlers/support.h"

/* Everything it is made from, read before the command's first write. */
struct quality_facts {
    const char *provision_id;
    struct collected concerns, reports;
    const Pb__ProvisionQuality *stored; /* NULL: none yet */
};
enum code quality_load(struct command *command, const char *provision_id, struct quality_facts *ret_facts);
/* Writes it as it is with that concern or report (either may be NULL) as they now stand, in place of the
 * stored ones. */
enum code quality_put(struct command *command, const struct quality_facts *facts, const Pb__Concern *concern,
                      const Pb__Report *report);
