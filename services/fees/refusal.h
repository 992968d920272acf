#pragma once
/* Every domain "no" of fees, and what it is on the wire. */

#include "common/base/refusal.h"

/* X(name, canonical code, field, text for people). One line above each that needs it says when. */
#define FEES_REFUSALS(X)                                                                                     \
    /* nothing is refused */                                                                                 \
    X(NONE, OK, "", "")                                                                                      \
    X(ENUM_UNKNOWN, INVALID_ARGUMENT, "", "this is none of the values there are")                            \
    X(TOO_MANY, RESOURCE_EXHAUSTED, "", "more than one record holds")                                        \
    X(TEXT_LONG, INVALID_ARGUMENT, "", "a text has at most 4,096 bytes")                                     \
    X(REASON_MISSING, INVALID_ARGUMENT, "reason", "say why")                                                 \
    /* --- who leads: rule F2 */                                                                             \
    X(LEAD_NOT_LED, FAILED_PRECONDITION, "provision_id",                                                     \
      "a lead is nominated only where two or more authorities place")                                        \
    X(LEAD_NOT_PLACING, FAILED_PRECONDITION, "authority_id",                                                 \
      "only an authority that places there now can be nominated")                                            \
    /* --- consultations: rules F1, F2, F4 */                                                                \
    X(CONSULTATION_UNKNOWN, NOT_FOUND, "provision_id", "this provision is not dealt with in that cycle")     \
    X(CONSULTATION_NOT_LED, FAILED_PRECONDITION, "provision_id", "nobody leads for this provision")          \
    X(CONSULTATION_AWAITED, FAILED_PRECONDITION, "provision_id", "its application is still awaited")         \
    X(CONSULTATION_BEGUN, FAILED_PRECONDITION, "provision_id", "its consultation has begun already")         \
    X(CONSULTATION_NOT_EXCEPTIONAL, FAILED_PRECONDITION, "provision_id",                                     \
      "this increase is not exceptional: a short report is published without consultation")                  \
    X(CONSULTATION_NOT_BEGUN, FAILED_PRECONDITION, "provision_id",                                           \
      "this increase is exceptional: begin its consultation first")                                          \
    X(CONSULTATION_REPORTED, FAILED_PRECONDITION, "provision_id",                                            \
      "its report is published: the lead has to open the consultation again first")                          \
    X(CONSULTATION_NOT_REPORTED, FAILED_PRECONDITION, "provision_id", "its report is not published yet")     \
    X(LEVEL_WRONG, INVALID_ARGUMENT, "level", "an increase is within the threshold, or exceptional")         \
    /* --- the log */                                                                                        \
    X(LOG_KIND_WRONG, INVALID_ARGUMENT, "entry.kind",                                                        \
      "an entry is a meeting, an offer, a counter-offer or a note")                                          \
    X(LOG_DAY_WRONG, INVALID_ARGUMENT, "entry.on", "the date is written YYYY-MM-DD")                         \
    X(LOG_DAY_LATER, INVALID_ARGUMENT, "entry.on", "an entry is about something that has been")              \
    X(LOG_DAY_LONG_AGO, INVALID_ARGUMENT, "entry.on", "that was more than a year before the cycle")          \
    X(LOG_TEXT_MISSING, INVALID_ARGUMENT, "entry.text", "say what was said")                                 \
    X(LOG_FIGURES_NOT_ASKED, INVALID_ARGUMENT, "entry.figures",                                              \
      "only an offer or a counter-offer has figures")                                                        \
    /* --- figures of an offer, a report, a decision: rule F6 */                                             \
    X(FIGURE_SERVICE_UNKNOWN, INVALID_ARGUMENT, "figures", "name services of the application that stands")   \
    X(FIGURE_TWICE, INVALID_ARGUMENT, "figures", "a service has one figure")                                 \
    X(FIGURE_WRONG, INVALID_ARGUMENT, "figures", "a weekly fee is from 0 to 10 million pounds")              \
    X(FIGURES_TOO_EARLY, FAILED_PRECONDITION, "figures", "no application stands that they could be about")   \
    /* --- reports: rule F6 */                                                                               \
    X(REPORT_UNKNOWN, NOT_FOUND, "provision_id", "there is no such report, or none that you may read")       \
    X(RECOMMENDATION_WRONG, INVALID_ARGUMENT, "recommendation",                                              \
      "a report recommends what was asked for, negotiated figures, or no increase")                          \
    /* the problems are listed beside it */                                                                  \
    X(REPORT_INCOMPLETE, FAILED_PRECONDITION, "provision_id", "the report is not complete")                  \
    X(REPORT_LONG, RESOURCE_EXHAUSTED, "answers", "the answers of a report have at most 1 MiB together")     \
    /* --- decisions: rule F6 */                                                                             \
    X(DECISION_NOT_CONCERNED, PERMISSION_DENIED, "authority_id",                                             \
      "only an authority that places or placed there in the cycle decides")                                  \
    X(DECISION_NOT_ASKED, FAILED_PRECONDITION, "provision_id",                                               \
      "supported accommodation sends its form alone: nothing is decided here")                               \
    X(DECISION_NOTHING, FAILED_PRECONDITION, "provision_id", "no application stands that could be decided")  \
    X(DECISION_EARLY, FAILED_PRECONDITION, "provision_id",                                                   \
      "the lead's report is not published, and its day is not past")                                         \
    X(DECISION_KIND_WRONG, INVALID_ARGUMENT, "kind",                                                         \
      "a decision is pending, to accept, another figure, or to reject")                                      \
    X(DECISION_FIGURES_MISSING, INVALID_ARGUMENT, "figures", "give the figure of at least one service")      \
    X(DECISION_FIGURES_NOT_ASKED, INVALID_ARGUMENT, "figures", "figures are given for another figure alone") \
    /* --- an LA's own dates: rule F1 */                                                                     \
    X(DATE_KIND_WRONG, INVALID_ARGUMENT, "date.kind", "say which task")                                      \
    X(DATE_WRONG, INVALID_ARGUMENT, "date.due_on", "the date is written YYYY-MM-DD")                         \
    X(DATE_NOT_EARLIER, FAILED_PRECONDITION, "date.due_on", "an authority's own date is before the cycle's") \
    X(DATE_FAR, INVALID_ARGUMENT, "date.due_on", "it is at most a year before the cycle's first day")

enum fees_refusal {
#define X(name, code, field, text) REFUSAL_##name,
    FEES_REFUSALS(X)
#undef X
};

/* What a refusal is on the wire. Never NULL. */
const struct refusal_facts *fees_refusal_facts(enum fees_refusal refusal);
