/* Who may read and change what on a report: the table of rights over records (rules M4, S1). In: who asks,
 * the report. Out: yes, or a refusal. What a role may call at all is the service frame's table; whether the
 * state allows it is report_step's. */

#include "services/monitoring/rules_report.h"

#include "services/monitoring/rules_text.h"

enum { REPORT_STATES = PB__REPORT_STATE__REPORT_STATE_DISCARDED + 1 };
enum { R = 1 << REPORT_ACT_READ, W = 1 << REPORT_ACT_WRITE, C = 1 << REPORT_ACT_COMMENT };

/* By relation, then state. A draft is its authors' and the host's; what was sent, the provider's too; what
 * is published, every active member's. A draft that was taken back is a draft. */
static const unsigned char rights[REPORT_RELATIONS][REPORT_STATES] = {
    /*                   -  draft  sent       commented  notice     published  discarded */
    [REPORT_STRANGER] = {0, 0, 0, 0, 0, 0, 0},
    [REPORT_MEMBER] = {0, 0, 0, 0, 0, R, 0},
    [REPORT_PROVIDER] = {0, 0, R | C, R | C, R | C, R | C, 0},
    [REPORT_AUTHOR] = {0, R | W, R | W, R | W, R | W, R | W, R | W},
    [REPORT_HOST] = {0, R | W | C, R | W | C, R | W | C, R | W | C, R | W | C, R | W | C},
};

static bool is_said(const char *text)
{
    return text && text[0];
}

enum report_relation report_relation(const struct monitoring_actor *actor, const Pb__Report *report)
{
    bool active = actor->is_active_member && is_said(actor->authority_id);
    if (actor->is_host)
        return REPORT_HOST;
    if (active && strcmp(actor->authority_id, report->authority_id) == 0)
        return REPORT_AUTHOR;
    if (is_said(actor->provider_id) && strcmp(actor->provider_id, report->provider_id) == 0)
        return REPORT_PROVIDER;
    if (is_said(actor->runs_id) && strcmp(actor->runs_id, report->provision_id) == 0)
        return REPORT_PROVIDER;
    return active || actor->reads_all ? REPORT_MEMBER : REPORT_STRANGER;
}

bool report_right(enum report_relation relation, Pb__ReportState state, enum report_act act)
{
    return relation < REPORT_RELATIONS && (unsigned)state < REPORT_STATES && act < REPORT_ACTS &&
           (rights[relation][state] & 1 << act);
}

enum monitoring_refusal report_may(const struct monitoring_actor *actor, enum report_act act,
                                   const Pb__Report *report)
{
    enum report_relation relation = report_relation(actor, report);
    if (!report_right(relation, report->state, REPORT_ACT_READ))
        return REFUSAL_REPORT_UNKNOWN;
    if (report_right(relation, report->state, act))
        return REFUSAL_NONE;
    return act == REPORT_ACT_COMMENT ? REFUSAL_REPORT_NOT_PROVIDER : REFUSAL_REPORT_NOT_YOURS;
}
