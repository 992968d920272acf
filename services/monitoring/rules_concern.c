/* Concerns (rule M5). In: who asks, what is asked, what is stored. Out: the concern as it shall be, or a
 * refusal; and of all concerns and reports of a provision, what searches are told. */

#include "services/monitoring/rules_concern.h"

#include "services/monitoring/rules_text.h"

enum { STATES = PB__CONCERN_STATE__CONCERN_STATE_RESOLVED + 1 };

#define NONE          PB__CONCERN_STATE__CONCERN_STATE_UNSPECIFIED
#define RAISED        PB__CONCERN_STATE__CONCERN_STATE_RAISED
#define INVESTIGATING PB__CONCERN_STATE__CONCERN_STATE_INVESTIGATING
#define SUSPENDED     PB__CONCERN_STATE__CONCERN_STATE_SUSPENDED
#define RESOLVED      PB__CONCERN_STATE__CONCERN_STATE_RESOLVED

#define OK                REFUSAL_NONE
#define CONCERN(refusal)  REFUSAL_CONCERN_##refusal
#define SEVERITY_NOT_SAID PB__CONCERN_SEVERITY__CONCERN_SEVERITY_UNSPECIFIED

/* From, then to. What stays where it is has something newly found. */
static const enum monitoring_refusal steps[STATES][STATES] = {
    /*  to   - raised investigating suspended resolved */
    [NONE] = {CONCERN(STATE_WRONG), OK, CONCERN(STATE_WRONG), OK, CONCERN(STATE_WRONG)},
    [RAISED] = {REFUSAL_ENUM_UNKNOWN, OK, OK, OK, OK},
    [INVESTIGATING] = {REFUSAL_ENUM_UNKNOWN, CONCERN(STEP_WRONG), OK, OK, OK},
    [SUSPENDED] = {REFUSAL_ENUM_UNKNOWN, CONCERN(STEP_WRONG), OK, OK, OK},
    [RESOLVED] = {CONCERN(RESOLVED), CONCERN(RESOLVED), CONCERN(RESOLVED), CONCERN(RESOLVED),
                  CONCERN(RESOLVED)},
};

enum monitoring_refusal concern_step(Pb__ConcernState from, Pb__ConcernState to)
{
    if ((unsigned)from >= STATES || (unsigned)to >= STATES)
        return REFUSAL_ENUM_UNKNOWN;
    return steps[from][to];
}

/* --- who may ----------------------------------------------------------------------------------------- */

static bool is_active(const struct monitoring_actor *actor)
{
    return actor->is_active_member && actor->authority_id && actor->authority_id[0];
}

bool concern_may_read(const struct monitoring_actor *actor)
{
    return actor->is_host || actor->reads_all || is_active(actor);
}

enum monitoring_refusal concern_may_raise(const struct monitoring_actor *actor, const char *authority_id)
{
    bool own = is_active(actor) && strcmp(actor->authority_id, authority_id) == 0;
    return actor->is_host || own ? REFUSAL_NONE : REFUSAL_CONCERN_NOT_MEMBER;
}

enum monitoring_refusal concern_may_update(const struct monitoring_actor *actor, const Pb__Concern *stored,
                                           const Pb__Allocation *allocation, Pb__ConcernState to)
{
    if (actor->is_host)
        return REFUSAL_NONE;
    if (!concern_may_read(actor))
        return REFUSAL_CONCERN_UNKNOWN;
    if (!is_active(actor))
        return REFUSAL_CONCERN_NOT_YOURS;
    if (strcmp(actor->authority_id, stored->raised_by) == 0)
        return REFUSAL_NONE;
    if (!allocation || strcmp(actor->authority_id, allocation->authority_id) != 0)
        return REFUSAL_CONCERN_NOT_YOURS;
    bool ends = to == RESOLVED || (stored->state == SUSPENDED && to != SUSPENDED);
    return ends ? REFUSAL_CONCERN_NOT_YOURS_TO_END : REFUSAL_NONE;
}

/* --- what may be done -------------------------------------------------------------------------------- */

static bool severity_is_known(Pb__ConcernSeverity severity)
{
    return (unsigned)severity <= PB__CONCERN_SEVERITY__CONCERN_SEVERITY_HIGH;
}

enum monitoring_refusal concern_raise(const Pb__RaiseConcernRequest *request, Pb__Concern *ret_concern)
{
    Pb__Concern concern;
    Pb__ConcernState state = request->state == NONE ? RAISED : request->state;
    enum monitoring_refusal refusal = concern_step(NONE, state);
    if (refusal == REFUSAL_NONE && !severity_is_known(request->severity))
        refusal = REFUSAL_ENUM_UNKNOWN;
    if (refusal == REFUSAL_NONE && request->severity == SEVERITY_NOT_SAID)
        refusal = REFUSAL_CONCERN_SEVERITY_MISSING;
    if (refusal == REFUSAL_NONE)
        refusal = text_check(request->text, REFUSAL_CONCERN_TEXT_MISSING);
    if (refusal != REFUSAL_NONE)
        return refusal;
    pb__concern__init(&concern);
    concern.provision_id = request->provision_id;
    concern.raised_by = request->authority_id;
    concern.severity = request->severity;
    concern.state = state;
    concern.text = request->text;
    *ret_concern = concern;
    return REFUSAL_NONE;
}

enum monitoring_refusal concern_update(const Pb__UpdateConcernRequest *request, const Pb__Concern *stored,
                                       Pb__Concern *ret_concern)
{
    Pb__Concern concern = *stored;
    enum monitoring_refusal refusal = concern_step(stored->state, request->state);
    if (refusal == REFUSAL_NONE && !severity_is_known(request->severity))
        refusal = REFUSAL_ENUM_UNKNOWN;
    if (refusal == REFUSAL_NONE)
        refusal = text_check(request->finding, REFUSAL_CONCERN_FINDING_MISSING);
    /* Who read it before it suspended would lift that unseen (rule R10). */
    if (refusal == REFUSAL_NONE && stored->state == SUSPENDED && request->state != SUSPENDED &&
        request->version == 0)
        refusal = REFUSAL_CONCERN_VERSION_MISSING;
    if (refusal != REFUSAL_NONE)
        return refusal;
    concern.state = request->state;
    if (request->severity != SEVERITY_NOT_SAID)
        concern.severity = request->severity;
    concern.finding = request->finding;
    *ret_concern = concern;
    return REFUSAL_NONE;
}

/* --- what searches are told -------------------------------------------------------------------------- */

bool concern_is_open(const Pb__Concern *concern)
{
    return concern->state == RAISED || concern->state == INVESTIGATING || concern->state == SUSPENDED;
}

bool concern_suspends(const Pb__Concern *concern)
{
    return concern->state == SUSPENDED;
}

void provision_quality_of(const char *provision_id, Pb__Concern *const *concerns, size_t concern_count,
                          Pb__Report *const *reports, size_t report_count, Pb__ProvisionQuality *ret_quality)
{
    const Pb__Report *latest = NULL;
    Pb__ProvisionQuality quality;
    pb__provision_quality__init(&quality);
    quality.provision_id = provision_id;
    for (size_t i = 0; i < concern_count; i++) {
        quality.open_concerns += concern_is_open(concerns[i]);
        quality.suspensions += concern_suspends(concerns[i]);
        if (concern_is_open(concerns[i]) && concerns[i]->severity > quality.gravest)
            quality.gravest = concerns[i]->severity;
    }
    for (size_t i = 0; i < report_count; i++)
        if (reports[i]->state == PB__REPORT_STATE__REPORT_STATE_PUBLISHED &&
            (!latest || report_is_later(reports[i], latest)))
            latest = reports[i];
    if (latest) {
        quality.visited_on = latest->visited_on;
        quality.report_id = latest->id;
    }
    *ret_quality = quality;
}
