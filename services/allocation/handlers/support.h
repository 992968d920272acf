#pragma once
/* What every handler of allocation needs besides common/service/handling.h. */

#include "common/base/limits.h"
#include "common/domain/urn.h"
#include "common/service/slow_read.h"
#include "services/allocation/allocation.h"
#include "services/allocation/assign.h"
#include "services/allocation/refusal.h"
#include "services/allocation/rules_cycle.h"
#include "services/allocation/rules_report.h"
#include "services/allocation/rules_transfer.h"

#include "ccrag/v1/handlers.h"

/* CODE_OK for REFUSAL_NONE; otherwise the request is refused as allocation_refusal_facts says. */
static inline enum code check(struct command *command, enum allocation_refusal refusal)
{
    return refuse_with(command, allocation_refusal_facts(refusal), NULL);
}

/* What members share is for the host, auditors, services and active members (rule R1): READER_NOT_MEMBER.
 * What a provider sees is its handler's to say. */
enum code check_reader(struct command *command);

/* A provision by its UUID or any of its URNs; NULL: refused. */
static inline Pb__Provision *known_provision(struct command *command, const char *id_or_urn)
{
    return load_by_urn(command, &allocation_provisions, id_or_urn);
}

/* The cycle of that name; "": the one that is not closed, else the last. NULL: refused (CYCLE_UNKNOWN;
 * without any, NO_CYCLE). */
Pb__AllocationCycle *load_cycle(struct command *command, const char *id);
/* Every cycle, by identifier. */
enum code all_cycles(struct command *command, struct collected *ret_cycles);
/* The latest by its dates; NULL: there is none. `but` is passed over (NULL: none is). */
Pb__AllocationCycle *latest_cycle(const struct collected *cycles, const Pb__AllocationCycle *but);

/* The proposal of that cycle and number; 0: its last. NULL: refused. */
Pb__AllocationProposal *load_proposal(struct command *command, const Pb__AllocationCycle *cycle,
                                      uint32_t number);
/* All its provisions, by identifier, in the command's arena. DATA_LOSS: a page is missing. */
struct rows {
    Pb__ProposedAllocation **items;
    size_t count;
};
enum code load_rows(struct command *command, const Pb__AllocationProposal *proposal, struct rows *ret_rows);

/* Is something published in the cycle that is open? NO_CYCLE, NOT_PUBLISHED. */
enum code check_published(struct command *command, const struct present *present);

/* --- slow work: a request that needs everything ------------------------------------------------------ */

struct whole {
    struct slow_read read; /* first */
    struct date as_of;
    struct picture picture;
    Pb__Position *made_from;                /* how far the registry had been read */
    enum code (*work)(struct whole *whole); /* after the picture is loaded */
};
/* `whole` is the first member of the handler's own state, in the request's arena. */
enum code defer_whole(struct command *command, struct whole *whole, slow_finish finish);
/* In `finish`: what went wrong before it, or CODE_OK. */
enum code whole_result(struct command *command, const struct whole *whole);
