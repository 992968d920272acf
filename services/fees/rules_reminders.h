#pragma once
/* What is due or late, for whom (rule F7). Pure: provisions are told one by one and are not kept. */

#include "services/fees/rules_tasks.h"

#include "common/base/error.h"

#include "ccrag/v1/fees.pb-c.h"

struct fee_reminders;

/* `authority_id`: only that LA's own; `provider_id`: only what that provider has to do; "": not so bounded.
 * Everything is kept in `arena`. NULL past its limit. */
struct fee_reminders *fee_reminders_create(const char *authority_id, const char *provider_id,
                                           struct arena *arena);
/* Adds what is open there and late, or due within the cycle's `reminder_days` (0: 14). Borrowed for the call.
 * `scratch` may be reset afterwards; it may be the arena as well. False past a limit. */
bool fee_reminders_add(struct fee_reminders *reminders, const struct fee_matter *matter,
                       struct arena *scratch);
/* The earliest day first: what is latest. */
enum code fee_reminders_build(struct fee_reminders *reminders, Pb__FeeReminder ***ret_reminders,
                              size_t *ret_count);
