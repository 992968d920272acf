#pragma once
/* The one place that writes who has a provision. Whatever changes it (publication, transfer, the host's
 * choice or task, a new provision) comes through here, so that allocation, term, transfers and task change in
 * one command, and a provision has one link at most. */

#include "services/allocation/picture.h"

struct assignment {
    const struct subject *subject;     /* with what it has now */
    const Pb__ProposedAllocation *row; /* what it gets; NULL, or given to nobody: it becomes nobody's */
    Pb__AllocationBasis basis;         /* why */
    uint32_t proposal_number;          /* 0: between publications */
    const char *transfer_id;           /* "" for none */
    const char *reason;                /* the host's; "" for none */
};

/* What its row gives it. A hold that goes on is the hold that it was: its transfer stays named, and the
 * host's reason. */
struct assignment assignment_of(const struct subject *subject, uint32_t proposal_number);

/* Writes it: the allocation, its term's end and beginning. Where it leaves its LA, offers about it that wait
 * expire, and a transfer that held it holds no more. Nothing is scanned. `ret_allocation`: as stored; NULL:
 * it is nobody's. */
enum code assign(struct command *command, const struct present *present, const struct assignment *assignment,
                 Pb__Allocation **ret_allocation);

/* A transfer that gave this allocation holds it no longer, as far as this half of it goes: the allocation
 * says so, and the transfer ends when no half is left. Nothing where none gave it. */
enum code hold_end(struct command *command, const struct present *present, Pb__Allocation *allocation,
                   const char *why);

/* Ends a transfer, or an offer that waits, as the table of states has it. */
enum code transfer_close(struct command *command, Pb__Transfer *transfer, Pb__TransferState state,
                         const char *why);

/* --- tasks ------------------------------------------------------------------------------------------- */

/* Settles the task about a provision, where one waits. `ret_settled` (may be NULL): whether one did. */
enum code task_settle(struct command *command, const char *id, const char *how, bool *ret_settled);

/* What a task is to say. */
struct raise {
    const char *id; /* of the provision, or the transfer */
    Pb__AllocationTaskKind kind;
    const struct subject *subject;
    const Pb__ProposedAllocation *row; /* NULL: nobody places there */
    const struct causes *causes;
};
/* Opens it, or leaves it as it stands where it says the same already. `ret_raised` (may be NULL). */
enum code task_raise(struct command *command, const struct raise *raise, bool *ret_raised);
