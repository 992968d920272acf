#pragma once
/* How far a cycle has come (rule F7): a row for each LA, provider or provision, and the total. Pure:
 * provisions are told one by one, once each, and are not kept; rows are.
 *
 * Of LAs: provisions, applications and reports where each leads; its own letters, decisions and tasks. The
 * total counts each provision once, also those that nobody leads for. A decision is pending where an
 * application stands and an LA that places there has not decided on it. */

#include "services/fees/rules_tasks.h"

#include "common/base/error.h"

#include "ccrag/v1/fees.pb-c.h"

struct fee_progress;

/* `authority_id`: only provisions that concern that LA, and of letters, decisions and tasks only its own; ""
 * everything. Everything is kept in `arena`. NULL past its limit. */
struct fee_progress *fee_progress_create(Pb__FeeProgressOf of, const char *authority_id, struct date today,
                                         struct arena *arena);
/* Borrowed for the call; `scratch` may be reset afterwards (it may be the arena as well). `provider_name`: ""
 * where it is not known. False past a limit. */
bool fee_progress_add(struct fee_progress *progress, const struct fee_matter *matter,
                      const char *provider_name, struct arena *scratch);
/* Rows by name, then identifier. RESOURCE_EXHAUSTED past the arena's limit. */
enum code fee_progress_build(struct fee_progress *progress, Pb__FeeProgress ***ret_rows, size_t *ret_count,
                             Pb__FeeProgress *ret_total);
