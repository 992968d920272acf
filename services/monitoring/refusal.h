#pragma once
/* Every domain "no" of monitoring, and what it is on the wire; those of forms and files that any service
 * keeps are in common/forms/refusal.h. */

#include "common/base/refusal.h"

/* X(name, canonical code, field, text for people). One line above each that needs it says when. */
#define MONITORING_REFUSALS(X)                                                                               \
    /* nothing is refused */                                                                                 \
    X(NONE, OK, "", "")                                                                                      \
    X(ENUM_UNKNOWN, INVALID_ARGUMENT, "", "this is none of the values there are")                            \
    X(TOO_MANY, RESOURCE_EXHAUSTED, "", "more than one record holds")                                        \
    X(TEXT_LONG, INVALID_ARGUMENT, "", "a text has at most 4,096 bytes")                                     \
    X(REASON_MISSING, INVALID_ARGUMENT, "reason", "say why")                                                 \
    /* its working days are not known: before 2015, after 2035 */                                            \
    X(DATE_UNKNOWABLE, FAILED_PRECONDITION, "", "bank holidays are known for 2015 to 2035 only")             \
    /* --- forms: rule M2 */                                                                                 \
    X(FORM_NONE, FAILED_PRECONDITION, "visit.purpose", "no form for this purpose is in use")                 \
    /* --- visits: rules M1, A4 */                                                                           \
    X(VISIT_UNKNOWN, NOT_FOUND, "visit_id", "there is no such visit")                                        \
    X(VISIT_DATE_WRONG, INVALID_ARGUMENT, "intended_on", "the date is written YYYY-MM-DD")                   \
    X(VISIT_DATE_FAR, INVALID_ARGUMENT, "intended_on",                                                       \
      "a visit is planned at most 2 years ahead, and entered at most 3 years after it was made")             \
    X(VISIT_PURPOSE_WRONG, INVALID_ARGUMENT, "visit.purpose",                                                \
      "a visit is for contractual compliance, quality or quality assurance")                                 \
    /* compliance and quality assurance are the visit that one LA makes for all (rule M1) */                 \
    X(VISIT_PURPOSE_NOT_YOURS, FAILED_PRECONDITION, "visit.purpose",                                         \
      "only the authority that has this provision makes that visit; plan a quality visit")                   \
    X(VISIT_MODE_WRONG, INVALID_ARGUMENT, "mode", "say whether it is made on site or remotely")              \
    X(VISIT_OTHERS_NOT_SEEN, FAILED_PRECONDITION, "others_seen",                                             \
      "somebody visits or has visited there: see those visits first")                                        \
    X(VISIT_KNOWN, ALREADY_EXISTS, "intended_on",                                                            \
      "your authority has planned such a visit there for that day already")                                  \
    X(VISIT_CYCLE_UNKNOWN, NOT_FOUND, "visit.cycle_id", "there is no such cycle")                            \
    X(VISIT_NOT_YOURS, PERMISSION_DENIED, "visit_id", "this visit is another authority's")                   \
    X(VISIT_MADE, FAILED_PRECONDITION, "visit_id", "this visit was made already")                            \
    X(VISIT_CANCELLED, FAILED_PRECONDITION, "visit_id", "this visit was given up")                           \
    X(VISIT_NOT_PLANNED, FAILED_PRECONDITION, "visit_id", "it has to be planned first")                      \
    X(VISIT_EXISTS, ALREADY_EXISTS, "visit.id", "there is a visit of that identifier")                       \
    X(VISIT_MADE_ON_WRONG, INVALID_ARGUMENT, "made_on", "the date is written YYYY-MM-DD")                    \
    X(VISIT_MADE_LATER, INVALID_ARGUMENT, "made_on", "a visit cannot have been made after today")            \
    X(VISIT_MADE_LONG_AGO, INVALID_ARGUMENT, "made_on", "it is entered at most 3 years after it was made")   \
    X(VISIT_OFFICERS_MISSING, INVALID_ARGUMENT, "officers", "say who visited: from 1 to 20 names")           \
    /* --- reports: rules M3, M4. Not to be seen is not to be there. */                                      \
    X(REPORT_UNKNOWN, NOT_FOUND, "report_id", "there is no such report, or none that you may read")          \
    X(REPORT_NOT_YOURS, PERMISSION_DENIED, "report_id", "this report is another authority's")                \
    X(REPORT_NOT_PROVIDER, PERMISSION_DENIED, "report_id", "only its provider comments on a report")         \
    X(REPORT_IN_DRAFT, FAILED_PRECONDITION, "report_id", "this report is in draft")                          \
    X(REPORT_NOT_SENT, FAILED_PRECONDITION, "report_id",                                                     \
      "this report was not sent to the provider for comment yet")                                            \
    X(REPORT_SENT, FAILED_PRECONDITION, "report_id",                                                         \
      "this report is with the provider: take it back into draft first")                                     \
    X(REPORT_NO_NOTICE, FAILED_PRECONDITION, "report_id",                                                    \
      "the provider has not commented: give notice once the date for its comment is past")                   \
    X(REPORT_HAS_COMMENT, FAILED_PRECONDITION, "report_id", "the provider has commented: publish it")        \
    X(REPORT_HAS_NOTICE, FAILED_PRECONDITION, "report_id", "notice was given already")                       \
    X(REPORT_PUBLISHED, FAILED_PRECONDITION, "report_id",                                                    \
      "this report is published: it changes by amendments alone")                                            \
    X(REPORT_NOT_PUBLISHED, FAILED_PRECONDITION, "report_id", "this report is not published yet")            \
    X(REPORT_DISCARDED, FAILED_PRECONDITION, "report_id", "this report was given up")                        \
    /* the problems are listed beside it */                                                                  \
    X(REPORT_INCOMPLETE, FAILED_PRECONDITION, "report_id", "the form is not complete")                       \
    X(COMMENT_BY_WRONG, INVALID_ARGUMENT, "comment_by", "the date is written YYYY-MM-DD")                    \
    X(COMMENT_BY_SOON, INVALID_ARGUMENT, "comment_by", "the provider has until tomorrow at least")           \
    X(COMMENT_BY_FAR, INVALID_ARGUMENT, "comment_by", "the provider has 92 days at most")                    \
    X(COMMENT_MISSING, INVALID_ARGUMENT, "comment", "say what the provider says")                            \
    X(COMMENT_TOO_LATE, FAILED_PRECONDITION, "report_id",                                                    \
      "this report is published; a comment comes too late. Ask its authority for an amendment")              \
    X(NOTICE_EARLY, FAILED_PRECONDITION, "report_id", "the provider may still comment: its day is not over") \
    X(PUBLISH_EARLY, FAILED_PRECONDITION, "report_id",                                                       \
      "without comment it may be published from the fifth working day after the notice")                     \
    X(AMENDMENT_EMPTY, INVALID_ARGUMENT, "answers", "an amendment changes at least one answer")              \
    /* the problems are listed beside it */                                                                  \
    X(AMENDMENT_WRONG, INVALID_ARGUMENT, "answers", "as amended, the form would not be right or complete")   \
    X(AMENDMENTS_MANY, RESOURCE_EXHAUSTED, "answers", "this report holds no further amendment")              \
    /* --- evidence */                                                                                       \
    X(EVIDENCE_NOT_THERE, INVALID_ARGUMENT, "answers",                                                       \
      "an answer names only complete files of its report, put beside its question")                          \
    /* --- concerns: rule M5 */                                                                              \
    X(CONCERN_UNKNOWN, NOT_FOUND, "concern_id", "there is no such concern")                                  \
    X(CONCERN_NOT_MEMBER, PERMISSION_DENIED, "authority_id", "only an active member or the host does that")  \
    X(CONCERN_NOT_YOURS, PERMISSION_DENIED, "concern_id",                                                    \
      "only who raised it, the authority that has the provision, and the host carry it on")                  \
    /* the authority that has the provision may look into it and suspend; not lift or end what others raised \
     */                                                                                                      \
    X(CONCERN_NOT_YOURS_TO_END, PERMISSION_DENIED, "state",                                                  \
      "only who raised it, or the host, lifts a suspension or resolves it")                                  \
    X(CONCERN_STATE_WRONG, INVALID_ARGUMENT, "state", "a concern is raised, or suspends at once")            \
    X(CONCERN_STEP_WRONG, FAILED_PRECONDITION, "state", "what is being looked into is not raised again")     \
    X(CONCERN_VERSION_MISSING, INVALID_ARGUMENT, "version",                                                  \
      "it suspends: to end that, name the version that you read")                                            \
    X(CONCERN_RESOLVED, FAILED_PRECONDITION, "concern_id", "this concern is resolved: raise another")        \
    X(CONCERN_SEVERITY_MISSING, INVALID_ARGUMENT, "severity", "say how grave it is")                         \
    X(CONCERN_TEXT_MISSING, INVALID_ARGUMENT, "text", "say what it is about")                                \
    X(CONCERN_FINDING_MISSING, INVALID_ARGUMENT, "finding", "say what was found or done")                    \
    /* --- outcomes: rule M7 */                                                                              \
    X(OUTCOMES_UNKNOWN, NOT_FOUND, "placement_id", "nothing is held of such a placement")                    \
    X(OUTCOMES_ERASED, FAILED_PRECONDITION, "placement_id",                                                  \
      "this placement was erased: nothing is kept of it any more")                                           \
    X(OUTCOME_AREA_WRONG, INVALID_ARGUMENT, "intended", "name areas, each once, and at least one")           \
    X(OUTCOME_NOT_INTENDED, INVALID_ARGUMENT, "outcomes",                                                    \
      "name areas that the placement is for, each once, and at least one")                                   \
    X(OUTCOME_PROGRESS_MISSING, INVALID_ARGUMENT, "outcomes", "say of each area how far it has come")        \
    X(OUTCOME_VISIT_WRONG, FAILED_PRECONDITION, "visit_id",                                                  \
      "outcomes are recorded with a visit that was made at the placement's provision")

enum monitoring_refusal {
#define X(name, code, field, text) REFUSAL_##name,
    MONITORING_REFUSALS(X)
#undef X
};

/* What a refusal is on the wire. Never NULL. */
const struct refusal_facts *monitoring_refusal_facts(enum monitoring_refusal refusal);
