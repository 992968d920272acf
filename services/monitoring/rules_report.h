#pragma once
/* Reports: the way from draft to publication, its dates, and who may read and change what on it (rules M3,
 * M4). Pure. The functions that give a report back give a copy of the stored one with what changes: dates in
 * `arena`, other texts borrowed. A refusal leaves `ret_report` untouched. */

#include "services/monitoring/refusal.h"

#include "common/base/arena.h"
#include "common/domain/date.h"

#include "ccrag/v1/monitoring.pb-c.h"
#include "ccrag/v1/reports.pb-c.h"

/* What happens to a report, and to which state it leads: the one table. SAVE: an answer or a file changes. */
enum report_event {
    REPORT_SAVE,
    REPORT_SEND,
    REPORT_REVISE,
    REPORT_COMMENT,
    REPORT_GIVE_NOTICE,
    REPORT_PUBLISH,
    REPORT_DISCARD,
    REPORT_AMEND,
    REPORT_EVENTS,
};
enum monitoring_refusal report_step(Pb__ReportState state, enum report_event event,
                                    Pb__ReportState *ret_state);

/* --- the steps, with their dates (rule M3) ----------------------------------------------------------- */

/* The report that begins when a visit was made, on that form. Identifier and meta are the service's to set.
 */
void report_begin(const Pb__Visit *visit, const char *form_id, Pb__Report *ret_report);

/* To the provider, for comment by a day: "": REPORT_COMMENT_WORKING_DAYS from today; otherwise from tomorrow
 * to REPORT_COMMENT_DAYS_MAX on. `problems`: what form_complete found; any refuses it. */
enum monitoring_refusal report_send(const Pb__Report *stored, const char *comment_by, size_t problems,
                                    struct date today, struct arena *arena, Pb__Report *ret_report);
/* Back into draft: what was sent, its dates and its notice lapse. A comment that came stays with it: once
 * such a report is published `without_comment`, it was on an earlier draft. */
enum monitoring_refusal report_revise(const Pb__Report *stored, Pb__Report *ret_report);
/* Taken until it is published, after the notice too; a further one takes the place of the one before. */
enum monitoring_refusal report_comment(const Pb__Report *stored, const char *comment, struct date today,
                                       struct arena *arena, Pb__Report *ret_report);
/* Once the day for the comment is over. It may be published from the REPORT_NOTICE_WORKING_DAYS-th working
 * day of England after the notice. */
enum monitoring_refusal report_give_notice(const Pb__Report *stored, struct date today, struct arena *arena,
                                           Pb__Report *ret_report);
/* With its comment at once; without, from `may_publish_on`, and marked so. */
enum monitoring_refusal report_publish(const Pb__Report *stored, struct date today, struct arena *arena,
                                       Pb__Report *ret_report);
enum monitoring_refusal report_discard(const Pb__Report *stored, const char *reason, Pb__Report *ret_report);

/* Is `a` the later report of a provision: by the day of the visit, then of publication, then identifier? */
bool report_is_later(const Pb__Report *a, const Pb__Report *b);

/* --- who may (rule M4): the table of rights over reports --------------------------------------------- */

/* What somebody is to a report. */
enum report_relation {
    REPORT_STRANGER, /* nobody of these; an LA that is no active member too */
    REPORT_MEMBER,   /* another active member; the auditor */
    REPORT_PROVIDER, /* whom it was sent to, and who runs the provision now: what is owed goes with the home
                      */
    REPORT_AUTHOR,   /* its authority */
    REPORT_HOST,     /* acts for any authority and any provider */
    REPORT_RELATIONS,
};

/* What one may do. WRITE is every event but the comment; answers and files go with their report. */
enum report_act { REPORT_ACT_READ, REPORT_ACT_WRITE, REPORT_ACT_COMMENT, REPORT_ACTS };

/* Who asks; each text borrowed, "" (or NULL) where it is none. */
struct monitoring_actor {
    bool is_host;
    bool reads_all; /* an auditor: reads what every member reads, and changes nothing */
    const char *authority_id;
    bool is_active_member; /* that authority is */
    const char *provider_id;
    const char *runs_id; /* the provision that is asked about, where that provider runs it now */
};

enum report_relation report_relation(const struct monitoring_actor *actor, const Pb__Report *report);
/* One row of the table: also what the audience of a feed's entry is made from. */
bool report_right(enum report_relation relation, Pb__ReportState state, enum report_act act);
/* REPORT_UNKNOWN: may not even read it; REPORT_NOT_YOURS, REPORT_NOT_PROVIDER: may read it only. Says nothing
 * of whether the state allows it: that is report_step's. */
enum monitoring_refusal report_may(const struct monitoring_actor *actor, enum report_act act,
                                   const Pb__Report *report);
