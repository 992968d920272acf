#pragma once
/* Looks at what passes over the network. */

#include "tests/sim/sim.h"

/* A request leaves its dialler; returns the envelope to send (the same, unless one is tampered with on
 * purpose). */
struct span watch_request(struct sim *sim, struct connection *connection, struct span envelope,
                          struct arena *arena);
/* An answer leaves a service. */
void watch_answer(struct sim *sim, const struct node *node, const struct connection *connection,
                  struct span envelope, struct span body, struct arena *arena);

/* What the holder of that key is entitled to of the registry's feed at this moment, found apart from the
 * registry's own code (rule R1): false: nothing. */
bool watch_entitlement(struct sim *sim, unsigned principal, struct entitlement *ret_entitlement);

/* The registry's table of that record type; NULL: none that is in its feed. */
const struct table *watch_table(const char *record_type);

/* Has the registry that LA as an active member now? */
bool watch_is_member(struct sim *sim, const char *authority_id, bool *ret_host);
