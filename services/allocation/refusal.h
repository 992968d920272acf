#pragma once
/* Every domain "no" of allocation, and what it is on the wire. */

#include "common/base/refusal.h"

/* X(name, canonical code, field, text for people). One line above each says when. */
#define ALLOCATION_REFUSALS(X)                                                                               \
    /* nothing is refused */                                                                                 \
    X(NONE, OK, "", "")                                                                                      \
    /* --- cycles: rule A7 */                                                                                \
    X(CYCLE_ID_WRONG, INVALID_ARGUMENT, "cycle.id",                                                          \
      "a cycle is called by up to 16 letters, digits and dashes: 2026-27")                                   \
    X(CYCLE_DATES_WRONG, INVALID_ARGUMENT, "cycle.last_on",                                                  \
      "a cycle's dates are written YYYY-MM-DD, and it lasts from 1 month to 2 years")                        \
    X(CYCLE_OVERLAPS, FAILED_PRECONDITION, "cycle.first_on", "it begins before the cycle before it ends")    \
    X(CYCLE_KNOWN, ALREADY_EXISTS, "cycle.id", "there is a cycle of that name")                              \
    X(CYCLE_OPEN, FAILED_PRECONDITION, "cycle.id", "close the cycle that is open first")                     \
    X(CYCLE_CLOSED, FAILED_PRECONDITION, "cycle_id", "this cycle is closed")                                 \
    X(NO_CYCLE, FAILED_PRECONDITION, "cycle_id", "no cycle is open; the host opens one")                     \
    X(CYCLE_UNKNOWN, NOT_FOUND, "cycle_id", "there is no such cycle")                                        \
    X(SETTING_WRONG, INVALID_ARGUMENT, "cycle",                                                              \
      "an offer stands at most 365 days, a tolerance is at most 500 per cent")                               \
    X(COSTS_WRONG, INVALID_ARGUMENT, "costs",                                                                \
      "a salary is at most £1,000,000, a year has at most 366 working days, a journey at most 10,000 "      \
      "miles, "                                                                                              \
      "a mile costs at most £100 and is driven at no more than 100 miles an hour")                           \
    /* --- proposals: rules A2, A7, A8 */                                                                    \
    X(METHOD_WRONG, INVALID_ARGUMENT, "method", "a proposal is made by the closest office, or balanced")     \
    X(AS_OF_WRONG, INVALID_ARGUMENT, "as_of", "the day is written YYYY-MM-DD")                               \
    X(PROPOSAL_UNKNOWN, NOT_FOUND, "number", "this cycle has no proposal of that number")                    \
    X(PROPOSAL_NONE, FAILED_PRECONDITION, "number", "nothing has been proposed in this cycle yet")           \
    /* what the facts give now is not what it says any more */                                               \
    X(PROPOSAL_STALE, FAILED_PRECONDITION, "number",                                                         \
      "the facts have changed since it was made: propose again, and look at what differs")                   \
    /* made for a day to come */                                                                             \
    X(PROPOSAL_AHEAD, FAILED_PRECONDITION, "number",                                                         \
      "it is of a day to come, and shows what will be: propose again on that day")                           \
    X(TOO_MANY, RESOURCE_EXHAUSTED, "", "more provisions than one proposal holds")                           \
    /* the solver did not come to an end in its time */                                                      \
    X(SOLVER_TIME, RESOURCE_EXHAUSTED, "method", "balancing took too long and was stopped; nothing is kept") \
    X(SOLVER_FAILED, INTERNAL, "method", "the solver gave no answer")                                        \
    /* --- the published allocation: rules A7, A8 */                                                         \
    X(NOT_ALLOCATED, NOT_FOUND, "provision_id", "nobody has this provision")                                 \
    X(NOT_PUBLISHED, FAILED_PRECONDITION, "", "nothing is published in this cycle yet")                      \
    X(NOT_PLACING, FAILED_PRECONDITION, "authority_id", "this authority has no live placement there")        \
    /* rule R1: of who asks */                                                                               \
    X(READER_NOT_MEMBER, PERMISSION_DENIED, "", "only an active member sees what the region shares")         \
    X(NOT_MEMBER, FAILED_PRECONDITION, "authority_id", "it is not an active member")                         \
    X(OUT_OF_SCOPE, FAILED_PRECONDITION, "provision_id",                                                     \
      "only open special schools and children's homes are allocated")                                        \
    X(CHOICE_SAME, FAILED_PRECONDITION, "authority_id", "it has this provision already")                     \
    X(REASON_MISSING, INVALID_ARGUMENT, "reason", "say why")                                                 \
    X(TASK_SETTLED, FAILED_PRECONDITION, "task_id", "this task was settled already")                         \
    X(NOT_YOUR_PROVISION, PERMISSION_DENIED, "provision_id", "this provision is another provider's")         \
    /* what the host read is not what would be done */                                                       \
    X(TASK_OVERTAKEN, FAILED_PRECONDITION, "task_id",                                                        \
      "the facts have changed since the task was raised: look at it again")                                  \
    /* a task of attention proposes nothing that could be done */                                            \
    X(TASK_NOT_APPLICABLE, FAILED_PRECONDITION, "apply",                                                     \
      "nothing can be done by itself here: mend the position, or choose an authority")                       \
    X(NAME_ONE, INVALID_ARGUMENT, "authority_id", "name a provision or an authority, and not both")          \
    /* --- transfers and swaps: rule A6 */                                                                   \
    X(NOT_YOURS, PERMISSION_DENIED, "provision_id", "this provision is another authority's")                 \
    X(STILL_PLACES, FAILED_PRECONDITION, "provision_id",                                                     \
      "your authority still has a live placement there: only then can another be asked")                     \
    X(TO_ITSELF, INVALID_ARGUMENT, "to_authority_id", "it is the same authority")                            \
    X(TO_NOT_PLACING, FAILED_PRECONDITION, "to_authority_id",                                                \
      "that authority has no live placement there, or is no active member")                                  \
    X(RETURN_SAME, INVALID_ARGUMENT, "return_provision_id", "a swap is of two different provisions")         \
    X(RETURN_NOT_THEIRS, FAILED_PRECONDITION, "return_provision_id",                                         \
      "the provision wanted in return is not that authority's")                                              \
    X(RETURN_NOT_PLACING, FAILED_PRECONDITION, "return_provision_id",                                        \
      "your authority has no live placement at the provision wanted in return")                              \
    X(OFFER_WAITS, FAILED_PRECONDITION, "provision_id", "an offer of this provision waits already")          \
    X(NOT_ASKED, PERMISSION_DENIED, "transfer_id", "another authority was asked")                            \
    X(NOT_OFFERER, PERMISSION_DENIED, "transfer_id", "another authority offered it")                         \
    X(NOT_WAITING, FAILED_PRECONDITION, "transfer_id", "it does not wait for an answer any more")            \
    /* who has what, or who places where, changed since it was offered */                                    \
    X(OVERTAKEN, FAILED_PRECONDITION, "transfer_id", "what it was about has changed since: offer it anew")   \
    X(ANSWER_MISSING, INVALID_ARGUMENT, "answer", "say why it is declined")

enum allocation_refusal {
#define X(name, code, field, text) REFUSAL_##name,
    ALLOCATION_REFUSALS(X)
#undef X
};

/* What a refusal is on the wire. Never NULL. */
const struct refusal_facts *allocation_refusal_facts(enum allocation_refusal refusal);
