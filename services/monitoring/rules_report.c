/* Reports (rules M3, M4). In: what is stored, what happens, the day, who asks. Out: the report as it shall
 * be, or a refusal. Days are England's working days. What the form lacks is found by common/forms; the
 * published record and its amendments are in rules_amendment.c. */

#include "services/monitoring/rules_report.h"

#include "common/domain/working_days.h"
#include "services/monitoring/rules_text.h"

enum { REPORT_STATES = PB__REPORT_STATE__REPORT_STATE_DISCARDED + 1 };

#define NONE      PB__REPORT_STATE__REPORT_STATE_UNSPECIFIED
#define DRAFT     PB__REPORT_STATE__REPORT_STATE_DRAFT
#define SENT      PB__REPORT_STATE__REPORT_STATE_SENT
#define COMMENTED PB__REPORT_STATE__REPORT_STATE_COMMENTED
#define NOTICE    PB__REPORT_STATE__REPORT_STATE_NOTICE_GIVEN
#define PUBLISHED PB__REPORT_STATE__REPORT_STATE_PUBLISHED
#define DISCARDED PB__REPORT_STATE__REPORT_STATE_DISCARDED

/* Rule M3, every state by every event. */
static const struct {
    enum monitoring_refusal refusal;
    Pb__ReportState next;
} steps[REPORT_STATES][REPORT_EVENTS] = {
    [NONE] =
        {
            [REPORT_SAVE] = NO(REPORT_UNKNOWN),
            [REPORT_SEND] = NO(REPORT_UNKNOWN),
            [REPORT_REVISE] = NO(REPORT_UNKNOWN),
            [REPORT_COMMENT] = NO(REPORT_UNKNOWN),
            [REPORT_GIVE_NOTICE] = NO(REPORT_UNKNOWN),
            [REPORT_PUBLISH] = NO(REPORT_UNKNOWN),
            [REPORT_DISCARD] = NO(REPORT_UNKNOWN),
            [REPORT_AMEND] = NO(REPORT_UNKNOWN),
        },
    [DRAFT] =
        {
            [REPORT_SAVE] = TO(DRAFT),
            [REPORT_SEND] = TO(SENT),
            [REPORT_REVISE] = NO(REPORT_IN_DRAFT),
            [REPORT_COMMENT] = NO(REPORT_NOT_SENT),
            [REPORT_GIVE_NOTICE] = NO(REPORT_NOT_SENT),
            [REPORT_PUBLISH] = NO(REPORT_NOT_SENT),
            [REPORT_DISCARD] = TO(DISCARDED),
            [REPORT_AMEND] = NO(REPORT_NOT_PUBLISHED),
        },
    [SENT] =
        {
            [REPORT_SAVE] = NO(REPORT_SENT),
            [REPORT_SEND] = NO(REPORT_SENT),
            [REPORT_REVISE] = TO(DRAFT),
            [REPORT_COMMENT] = TO(COMMENTED),
            [REPORT_GIVE_NOTICE] = TO(NOTICE),
            [REPORT_PUBLISH] = NO(REPORT_NO_NOTICE),
            [REPORT_DISCARD] = NO(REPORT_SENT),
            [REPORT_AMEND] = NO(REPORT_NOT_PUBLISHED),
        },
    [COMMENTED] =
        {
            [REPORT_SAVE] = NO(REPORT_SENT),
            [REPORT_SEND] = NO(REPORT_SENT),
            [REPORT_REVISE] = TO(DRAFT),
            [REPORT_COMMENT] = TO(COMMENTED),
            [REPORT_GIVE_NOTICE] = NO(REPORT_HAS_COMMENT),
            [REPORT_PUBLISH] = TO(PUBLISHED),
            [REPORT_DISCARD] = NO(REPORT_SENT),
            [REPORT_AMEND] = NO(REPORT_NOT_PUBLISHED),
        },
    [NOTICE] =
        {
            [REPORT_SAVE] = NO(REPORT_SENT),
            [REPORT_SEND] = NO(REPORT_SENT),
            [REPORT_REVISE] = TO(DRAFT),
            [REPORT_COMMENT] = TO(COMMENTED),
            [REPORT_GIVE_NOTICE] = NO(REPORT_HAS_NOTICE),
            [REPORT_PUBLISH] = TO(PUBLISHED),
            [REPORT_DISCARD] = NO(REPORT_SENT),
            [REPORT_AMEND] = NO(REPORT_NOT_PUBLISHED),
        },
    [PUBLISHED] =
        {
            [REPORT_SAVE] = NO(REPORT_PUBLISHED),
            [REPORT_SEND] = NO(REPORT_PUBLISHED),
            [REPORT_REVISE] = NO(REPORT_PUBLISHED),
            [REPORT_COMMENT] = NO(COMMENT_TOO_LATE),
            [REPORT_GIVE_NOTICE] = NO(REPORT_PUBLISHED),
            [REPORT_PUBLISH] = NO(REPORT_PUBLISHED),
            [REPORT_DISCARD] = NO(REPORT_PUBLISHED),
            [REPORT_AMEND] = TO(PUBLISHED),
        },
    [DISCARDED] =
        {
            [REPORT_SAVE] = NO(REPORT_DISCARDED),
            [REPORT_SEND] = NO(REPORT_DISCARDED),
            [REPORT_REVISE] = NO(REPORT_DISCARDED),
            [REPORT_COMMENT] = NO(REPORT_DISCARDED),
            [REPORT_GIVE_NOTICE] = NO(REPORT_DISCARDED),
            [REPORT_PUBLISH] = NO(REPORT_DISCARDED),
            [REPORT_DISCARD] = NO(REPORT_DISCARDED),
            [REPORT_AMEND] = NO(REPORT_DISCARDED),
        },
};

enum monitoring_refusal report_step(Pb__ReportState state, enum report_event event,
                                    Pb__ReportState *ret_state)
{
    if ((unsigned)state >= REPORT_STATES || event >= REPORT_EVENTS)
        return REFUSAL_ENUM_UNKNOWN;
    if (steps[state][event].refusal == REFUSAL_NONE)
        *ret_state = steps[state][event].next;
    return steps[state][event].refusal;
}

/* --- the steps, with their dates --------------------------------------------------------------------- */

void report_begin(const Pb__Visit *visit, const char *form_id, Pb__Report *ret_report)
{
    Pb__Report report;
    pb__report__init(&report);
    report.visit_id = visit->id;
    report.provision_id = visit->provision_id;
    report.name = visit->name;
    report.provider_id = visit->provider_id;
    report.authority_id = visit->authority_id;
    report.form_id = form_id;
    report.purpose = visit->purpose;
    report.mode = visit->mode;
    report.visited_on = visit->made_on;
    report.cycle_id = visit->cycle_id;
    report.state = DRAFT;
    *ret_report = report;
}

/* The day by which the provider should comment. */
static enum monitoring_refusal comment_day(const char *asked, struct date today, struct date *ret_day)
{
    struct date day;
    if (!date_field(asked, &day))
        return REFUSAL_COMMENT_BY_WRONG;
    if (date_is_none(day))
        return add_working_days(today, REPORT_COMMENT_WORKING_DAYS, ret_day) == CODE_OK
                   ? REFUSAL_NONE
                   : REFUSAL_DATE_UNKNOWABLE;
    if (date_compare(day, today) <= 0)
        return REFUSAL_COMMENT_BY_SOON;
    if (day.day > today.day + REPORT_COMMENT_DAYS_MAX)
        return REFUSAL_COMMENT_BY_FAR;
    *ret_day = day;
    return REFUSAL_NONE;
}

enum monitoring_refusal report_send(const Pb__Report *stored, const char *comment_by, size_t problems,
                                    struct date today, struct arena *arena, Pb__Report *ret_report)
{
    Pb__Report report = *stored;
    struct date day;
    enum monitoring_refusal refusal = report_step(stored->state, REPORT_SEND, &report.state);
    if (refusal == REFUSAL_NONE && problems > 0)
        refusal = REFUSAL_REPORT_INCOMPLETE;
    if (refusal == REFUSAL_NONE)
        refusal = comment_day(comment_by, today, &day);
    if (refusal != REFUSAL_NONE)
        return refusal;
    report.sent_on = date_text(today, arena);
    report.comment_by = date_text(day, arena);
    if (!report.sent_on || !report.comment_by)
        return REFUSAL_TOO_MANY;
    *ret_report = report;
    return REFUSAL_NONE;
}

enum monitoring_refusal report_revise(const Pb__Report *stored, Pb__Report *ret_report)
{
    Pb__Report report = *stored;
    enum monitoring_refusal refusal = report_step(stored->state, REPORT_REVISE, &report.state);
    if (refusal != REFUSAL_NONE)
        return refusal;
    report.sent_on = report.comment_by = report.notice_on = report.may_publish_on = "";
    *ret_report = report;
    return REFUSAL_NONE;
}

enum monitoring_refusal report_comment(const Pb__Report *stored, const char *comment, struct date today,
                                       struct arena *arena, Pb__Report *ret_report)
{
    Pb__Report report = *stored;
    enum monitoring_refusal refusal = report_step(stored->state, REPORT_COMMENT, &report.state);
    if (refusal == REFUSAL_NONE)
        refusal = text_check(comment, REFUSAL_COMMENT_MISSING);
    if (refusal != REFUSAL_NONE)
        return refusal;
    report.comment = comment;
    report.commented_on = date_text(today, arena);
    if (!report.commented_on)
        return REFUSAL_TOO_MANY;
    *ret_report = report;
    return REFUSAL_NONE;
}

enum monitoring_refusal report_give_notice(const Pb__Report *stored, struct date today, struct arena *arena,
                                           Pb__Report *ret_report)
{
    Pb__Report report = *stored;
    struct date may_publish;
    enum monitoring_refusal refusal = report_step(stored->state, REPORT_GIVE_NOTICE, &report.state);
    if (refusal != REFUSAL_NONE)
        return refusal;
    if (date_compare(today, stored_date(stored->comment_by)) <= 0)
        return REFUSAL_NOTICE_EARLY;
    if (add_working_days(today, REPORT_NOTICE_WORKING_DAYS, &may_publish) != CODE_OK)
        return REFUSAL_DATE_UNKNOWABLE;
    report.notice_on = date_text(today, arena);
    report.may_publish_on = date_text(may_publish, arena);
    if (!report.notice_on || !report.may_publish_on)
        return REFUSAL_TOO_MANY;
    *ret_report = report;
    return REFUSAL_NONE;
}

enum monitoring_refusal report_publish(const Pb__Report *stored, struct date today, struct arena *arena,
                                       Pb__Report *ret_report)
{
    Pb__Report report = *stored;
    struct date from = stored_date(stored->may_publish_on);
    enum monitoring_refusal refusal = report_step(stored->state, REPORT_PUBLISH, &report.state);
    if (refusal != REFUSAL_NONE)
        return refusal;
    report.without_comment = stored->state == NOTICE;
    if (report.without_comment && (date_is_none(from) || date_compare(today, from) < 0))
        return REFUSAL_PUBLISH_EARLY;
    report.published_on = date_text(today, arena);
    if (!report.published_on)
        return REFUSAL_TOO_MANY;
    *ret_report = report;
    return REFUSAL_NONE;
}

enum monitoring_refusal report_discard(const Pb__Report *stored, const char *reason, Pb__Report *ret_report)
{
    Pb__Report report = *stored;
    enum monitoring_refusal refusal = report_step(stored->state, REPORT_DISCARD, &report.state);
    if (refusal == REFUSAL_NONE)
        refusal = text_check(reason, REFUSAL_REASON_MISSING);
    if (refusal != REFUSAL_NONE)
        return refusal;
    report.discarded_because = reason;
    *ret_report = report;
    return REFUSAL_NONE;
}

bool report_is_later(const Pb__Report *a, const Pb__Report *b)
{
    int order = strcmp(a->visited_on, b->visited_on);
    if (order == 0)
        order = strcmp(a->published_on, b->published_on);
    return (order ? order : strcmp(a->id, b->id)) > 0;
}
