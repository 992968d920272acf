#pragma once
/* Every domain "no" of fees, and what it is on the wire. A section for each file of rules. */

#include "common/base/refusal.h"

/* X(name, canonical code, field, text for people). One line above each that needs it says when. */
#define FEES_COMMON_REFUSALS(X)                                                                              \
    /* nothing is refused */                                                                                 \
    X(NONE, OK, "", "")                                                                                      \
    X(ENUM_UNKNOWN, INVALID_ARGUMENT, "", "this is none of the values there are")                            \
    X(TOO_MANY, RESOURCE_EXHAUSTED, "", "more than one request holds")                                       \
    X(TEXT_LONG, INVALID_ARGUMENT, "", "a text has at most 4,096 bytes")                                     \
    X(REASON_MISSING, INVALID_ARGUMENT, "reason", "say why")

/* rules_cycle: rule F1 */
#define FEES_CYCLE_REFUSALS(X)                                                                               \
    X(CYCLE_NONE_OPEN, FAILED_PRECONDITION, "cycle_id", "no fee cycle is open; the host opens one")          \
    X(CYCLE_UNKNOWN, NOT_FOUND, "cycle_id", "there is no such fee cycle")                                    \
    X(CYCLE_CLOSED, FAILED_PRECONDITION, "cycle_id", "this fee cycle is closed")                             \
    X(CYCLE_OPEN, FAILED_PRECONDITION, "cycle.id", "close the fee cycle that is open first")                 \
    X(CYCLE_KNOWN, ALREADY_EXISTS, "cycle.id", "there is a fee cycle of that name")                          \
    X(CYCLE_ID_WRONG, INVALID_ARGUMENT, "cycle.id",                                                          \
      "a fee cycle is called by up to 16 letters, digits and hyphens: 2027-28")                              \
    X(CYCLE_DATES_WRONG, INVALID_ARGUMENT, "cycle.last_on",                                                  \
      "a fee cycle's dates are written YYYY-MM-DD, and it lasts from 1 month to 2 years")                    \
    X(CYCLE_OVERLAPS, FAILED_PRECONDITION, "cycle.first_on", "it begins before the cycle before it ends")    \
    X(CYCLE_SETTING_WRONG, INVALID_ARGUMENT, "cycle",                                                        \
      "a short report has at most 60 sections, a reminder goes out at most 90 days before")                  \
    X(TASK_KIND_WRONG, INVALID_ARGUMENT, "cycle.tasks",                                                      \
      "each task is one of those there are, and there once")                                                 \
    X(TASK_DATE_WRONG, INVALID_ARGUMENT, "cycle.tasks", "a task's day is written YYYY-MM-DD")                \
    X(TASK_DATE_FAR, INVALID_ARGUMENT, "cycle.tasks",                                                        \
      "a task is due within the cycle, or within a year before or after it")                                 \
    X(TASKS_ORDER, INVALID_ARGUMENT, "cycle.tasks",                                                          \
      "application, beginning of consultation, report and decision are due in that order")

/* rules_threshold, rules_index: rule F4 */
#define FEES_THRESHOLD_REFUSALS(X)                                                                           \
    X(THRESHOLD_WRONG, INVALID_ARGUMENT, "expression", "this is no threshold")                               \
    X(THRESHOLD_INDEX_UNKNOWN, INVALID_ARGUMENT, "expression", "there is no such index")                     \
    X(THRESHOLD_NO_VALUE, FAILED_PRECONDITION, "expression", "an index has no value known by that day")      \
    X(THRESHOLD_NONE, FAILED_PRECONDITION, "cycle_id", "the host has not set this cycle's threshold yet")    \
    X(THRESHOLD_FROM_WRONG, INVALID_ARGUMENT, "threshold.from",                                              \
      "its first day is written YYYY-MM-DD, and lies within the cycle or the year before it")                \
    X(THRESHOLD_FROM_USED, FAILED_PRECONDITION, "threshold.from",                                            \
      "applications of that day or later were held against another threshold: choose a later day")           \
    X(THRESHOLDS_MANY, RESOURCE_EXHAUSTED, "threshold", "a cycle has at most 32 thresholds")                 \
    X(INDEX_UNKNOWN, NOT_FOUND, "index.id", "there is no such index")                                        \
    X(INDEX_ID_WRONG, INVALID_ARGUMENT, "index.id",                                                          \
      "an index is called by a capital letter, then capital letters, digits and hyphens, 16 at most: CPI")   \
    X(INDEX_ID_TAKEN, INVALID_ARGUMENT, "index.id", "this is a word of the thresholds' language")            \
    X(INDEX_TITLE_WRONG, INVALID_ARGUMENT, "index.title", "an index has a title of at most 200 bytes")       \
    X(INDEX_FROM_WRONG, INVALID_ARGUMENT, "index.values",                                                    \
      "each value has a first day, written YYYY-MM-DD, and no two have the same")                            \
    X(INDEX_PERCENT_WRONG, INVALID_ARGUMENT, "index.values",                                                 \
      "a value is per cent, with at most four places: 3.25")                                                 \
    X(INDEX_SOURCE_LONG, INVALID_ARGUMENT, "index.values", "a source has at most 300 bytes")                 \
    X(INDEX_VALUES_MANY, RESOURCE_EXHAUSTED, "index.values", "an index has at most 240 values")

/* rules_application: rule F3. Not to be seen is not to be there. */
#define FEES_APPLICATION_REFUSALS(X)                                                                         \
    X(APPLICATION_UNKNOWN, NOT_FOUND, "application_id",                                                      \
      "there is no such application, or none that you may read")                                             \
    X(APPLICATION_KNOWN, ALREADY_EXISTS, "provision_id", "this provision has an application in this cycle")  \
    X(APPLICATION_NOT_YOURS, PERMISSION_DENIED, "application_id", "only its provider writes an application") \
    X(APPLICATION_NOT_LEAD, PERMISSION_DENIED, "application_id",                                             \
      "only the lead returns an application; the host, where nobody leads")                                  \
    X(APPLICATION_NEVER_SUBMITTED, FAILED_PRECONDITION, "application_id",                                    \
      "this application was not submitted yet")                                                              \
    X(APPLICATION_SUBMITTED, FAILED_PRECONDITION, "application_id",                                          \
      "this application is submitted: take it up again to correct it")                                       \
    X(APPLICATION_RETURNED, FAILED_PRECONDITION, "application_id",                                           \
      "this application was returned to its provider already")                                               \
    X(APPLICATION_OPEN, FAILED_PRECONDITION, "application_id", "this application can be changed as it is")   \
    X(APPLICATION_WITHDRAWN, FAILED_PRECONDITION, "application_id",                                          \
      "this application was given up: begin another one")                                                    \
    X(APPLICATION_REPORTED, FAILED_PRECONDITION, "application_id",                                           \
      "its report is published: the lead has to open the consultation again first")                          \
    X(APPLICATION_HANDED_OVER, FAILED_PRECONDITION, "application_id",                                        \
      "another provider runs it now, and applies for it")                                                    \
    X(APPLICATION_KIND, FAILED_PRECONDITION, "provision_id", "no application is taken for such a provision") \
    /* the problems are listed beside it */                                                                  \
    X(APPLICATION_INCOMPLETE, FAILED_PRECONDITION, "application_id", "the application is not complete")      \
    X(APPLICATION_LARGE, RESOURCE_EXHAUSTED, "answers", "an application holds at most 1 MiB of answers")     \
    X(APPLICATION_ANSWER_WRONG, INVALID_ARGUMENT, "answers", "an answer is not what its question asks for")  \
    X(APPLICATION_EFFECTIVE_WRONG, INVALID_ARGUMENT, "effective_on",                                         \
      "the first day of the new fee is written YYYY-MM-DD")                                                  \
    X(APPLICATION_SERVICES_WRONG, INVALID_ARGUMENT, "services",                                              \
      "a service has an identifier of its own: small letters, digits and hyphens, 40 at most")               \
    X(APPLICATION_SERVICES_MANY, INVALID_ARGUMENT, "services", "an application has at most 40 services")     \
    /* somebody else changed the same since it was read */                                                   \
    X(APPLICATION_CONFLICT, ABORTED, "answers", "somebody else has changed this since you read it")          \
    /* another submission has come since the one that was read */                                            \
    X(SUBMISSION_OTHER, ABORTED, "submission", "the provider has submitted again since: read that first")

/* rules_letter: rule F1 */
#define FEES_LETTER_REFUSALS(X)                                                                              \
    X(LETTER_UNKNOWN, NOT_FOUND, "text.id", "there is no such letter")                                       \
    X(LETTER_KIND_WRONG, INVALID_ARGUMENT, "kind", "say which letter")                                       \
    X(LETTER_TITLE_WRONG, INVALID_ARGUMENT, "text.title",                                                    \
      "a letter has a heading of one line, 200 bytes at most")                                               \
    X(LETTER_TEXT_WRONG, INVALID_ARGUMENT, "text.text", "the text of a letter cannot be filled in")

/* rules_lead: rule F2 */
#define FEES_LEAD_REFUSALS(X)                                                                                \
    X(LEAD_NOT_LED, FAILED_PRECONDITION, "provision_id",                                                     \
      "a lead is nominated only where two or more authorities place")                                        \
    X(LEAD_NOT_PLACING, FAILED_PRECONDITION, "authority_id",                                                 \
      "only an authority that places there now can be nominated")

/* rules_consultation: rules F1, F2, F4 */
#define FEES_CONSULTATION_REFUSALS(X)                                                                        \
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
    X(LEVEL_WRONG, INVALID_ARGUMENT, "level", "an increase is within the threshold, or exceptional")

/* rules_log: rule F6 */
#define FEES_LOG_REFUSALS(X)                                                                                 \
    X(LOG_KIND_WRONG, INVALID_ARGUMENT, "entry.kind",                                                        \
      "an entry is a meeting, an offer, a counter-offer or a note")                                          \
    X(LOG_DAY_WRONG, INVALID_ARGUMENT, "entry.on", "the date is written YYYY-MM-DD")                         \
    X(LOG_DAY_LATER, INVALID_ARGUMENT, "entry.on", "an entry is about something that has been")              \
    X(LOG_DAY_LONG_AGO, INVALID_ARGUMENT, "entry.on", "that was more than a year before the cycle")          \
    X(LOG_TEXT_MISSING, INVALID_ARGUMENT, "entry.text", "say what was said")                                 \
    X(LOG_FIGURES_NOT_ASKED, INVALID_ARGUMENT, "entry.figures",                                              \
      "only an offer or a counter-offer has figures")

/* rules_figures: of an offer, a report, a decision (rule F6) */
#define FEES_FIGURES_REFUSALS(X)                                                                             \
    X(FIGURE_SERVICE_UNKNOWN, INVALID_ARGUMENT, "figures", "name services of the application that stands")   \
    X(FIGURE_TWICE, INVALID_ARGUMENT, "figures", "a service has one figure")                                 \
    X(FIGURE_WRONG, INVALID_ARGUMENT, "figures", "a weekly fee is from 0 to 1 million pounds")               \
    X(FIGURES_TOO_EARLY, FAILED_PRECONDITION, "figures", "no application stands that they could be about")

/* rules_report: rule F6 */
#define FEES_REPORT_REFUSALS(X)                                                                              \
    X(REPORT_UNKNOWN, NOT_FOUND, "provision_id", "there is no such report, or none that you may read")       \
    X(RECOMMENDATION_WRONG, INVALID_ARGUMENT, "recommendation",                                              \
      "a report recommends what was asked for, negotiated figures, or no increase")                          \
    X(REPORT_FIGURES_NOT_ASKED, INVALID_ARGUMENT, "figures",                                                 \
      "figures are given where negotiated figures are recommended")                                          \
    /* the problems are listed beside it */                                                                  \
    X(REPORT_INCOMPLETE, FAILED_PRECONDITION, "provision_id", "the report is not complete")                  \
    X(REPORT_ANSWER_WRONG, INVALID_ARGUMENT, "answers", "an answer is not what its question asks for")       \
    X(REPORT_LONG, RESOURCE_EXHAUSTED, "answers", "the answers of a report have at most 1 MiB together")

/* rules_decision: rule F6 */
#define FEES_DECISION_REFUSALS(X)                                                                            \
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
    X(DECISION_FIGURES_NOT_ASKED, INVALID_ARGUMENT, "figures", "figures are given for another figure alone")

/* lines: rules F5, S2. Not to be seen is not to be there. */
#define FEES_LINE_REFUSALS(X)                                                                                \
    X(LINE_UNKNOWN, NOT_FOUND, "line_id", "there is no such line, or none of your authority's")              \
    /* of one line; of many rows each problem is listed */                                                   \
    X(LINE_WRONG, INVALID_ARGUMENT, "line", "this line is not right")                                        \
    X(LINES_MANY, RESOURCE_EXHAUSTED, "rows", "at most 1,000 rows at once")                                  \
    X(LINE_ERASED, FAILED_PRECONDITION, "line.placement_id",                                                 \
      "this placement was erased: no line of it can be made again")

/* rules_dates: rule F1 */
#define FEES_DATE_REFUSALS(X)                                                                                \
    X(DATE_KIND_WRONG, INVALID_ARGUMENT, "date.kind", "say which task")                                      \
    X(DATE_WRONG, INVALID_ARGUMENT, "date.due_on", "the date is written YYYY-MM-DD")                         \
    X(DATE_NOT_EARLIER, FAILED_PRECONDITION, "date.due_on", "an authority's own date is before the cycle's") \
    X(DATE_FAR, INVALID_ARGUMENT, "date.due_on", "it is at most a year before the cycle's first day")

/* rules_sharing, and what the handlers ask besides: rules S1, S4 */
#define FEES_SHARING_REFUSALS(X)                                                                             \
    X(NOT_MEMBER, PERMISSION_DENIED, "authority_id", "only an active member or the host does that")          \
    X(NOT_YOUR_AUTHORITY, PERMISSION_DENIED, "authority_id", "that is for this authority's own people")      \
    X(NOT_LEAD, PERMISSION_DENIED, "provision_id", "only the authority that leads there does that")          \
    X(NOT_CONCERNED, PERMISSION_DENIED, "provision_id",                                                      \
      "only an authority that places or placed there in the cycle, and the host, see that")                  \
    X(LOG_FULL, RESOURCE_EXHAUSTED, "entry", "a consultation has at most 1,000 entries")                     \
    X(PROVIDER_UNKNOWN, NOT_FOUND, "date.provider_id", "there is no such provider")                          \
    X(FORM_NONE, FAILED_PRECONDITION, "provision_id", "no form for this purpose is in use")                  \
    X(FILE_SUBMITTED, FAILED_PRECONDITION, "evidence_id",                                                    \
      "this file belongs to what was submitted: it can be taken away once that was returned or given up")    \
    X(LETTER_NOT_PLACING, FAILED_PRECONDITION, "authority_id", "this authority does not place there")        \
    X(LETTER_OF_OTHERS, FAILED_PRECONDITION, "kind", "this letter is for authorities that do not lead")      \
    X(LETTER_NOT_BEGUN, FAILED_PRECONDITION, "kind", "consultation has not begun")                           \
    X(LETTER_NOT_DECIDED, FAILED_PRECONDITION, "kind", "this authority has not decided")                     \
    X(LETTER_DAY_WRONG, INVALID_ARGUMENT, "sent_on", "the day is written YYYY-MM-DD, and is not to come")    \
    X(LETTER_LONG, INVALID_ARGUMENT, "text", "a letter has at most 32,768 bytes")

#define FEES_REFUSALS(X)                                                                                     \
    FEES_COMMON_REFUSALS(X)                                                                                  \
    FEES_CYCLE_REFUSALS(X)                                                                                   \
    FEES_THRESHOLD_REFUSALS(X)                                                                               \
    FEES_APPLICATION_REFUSALS(X)                                                                             \
    FEES_LETTER_REFUSALS(X)                                                                                  \
    FEES_LEAD_REFUSALS(X)                                                                                    \
    FEES_CONSULTATION_REFUSALS(X)                                                                            \
    FEES_LOG_REFUSALS(X)                                                                                     \
    FEES_FIGURES_REFUSALS(X)                                                                                 \
    FEES_REPORT_REFUSALS(X)                                                                                  \
    FEES_DECISION_REFUSALS(X)                                                                                \
    FEES_LINE_REFUSALS(X)                                                                                    \
    FEES_DATE_REFUSALS(X)                                                                                    \
    FEES_SHARING_REFUSALS(X)

enum fees_refusal {
#define X(name, code, field, text) REFUSAL_##name,
    FEES_REFUSALS(X)
#undef X
        FEES_REFUSAL_COUNT
};

/* What a refusal is on the wire. Never NULL. */
const struct refusal_facts *fees_refusal_facts(enum fees_refusal refusal);

/* Fills `ret_fault` (which may be NULL) as that refusal is on the wire, with another field or reason where
 * they are known more exactly (NULL: its own), and returns it: `return fees_refuse(…)`. */
enum fees_refusal fees_refuse(struct fault *ret_fault, enum fees_refusal refusal, const char *field,
                              const char *reason, ...) __attribute__((format(printf, 4, 5)));
