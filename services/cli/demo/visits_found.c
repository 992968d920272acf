/* What the demonstration's visits find: concerns, and what placements achieve. In: provisions that were
 * visited. Out: commands of the API. */

#include "services/cli/demo/visits_inside.h"

#include "ccrag/v1/concerns.pb-c.h"

static enum code raise(struct telling *telling, const Pb__Allocation *where, Pb__ConcernSeverity severity,
                       const char *text, const char **ret_id)
{
    const ProtobufCMessage *response;
    Pb__RaiseConcernRequest request;
    pb__raise_concern_request__init(&request);
    request.provision_id = where->provision_id;
    request.authority_id = where->authority_id;
    request.severity = severity;
    request.text = text;
    enum code code = visits_call(telling, "ConcernsService/RaiseConcern", &request.base, &response);
    if (code == CODE_OK)
        *ret_id = ((const Pb__RaiseConcernResponse *)(const void *)response)->concern->id;
    return code;
}

static enum code update(struct telling *telling, const char *id, Pb__ConcernState state, const char *finding)
{
    const ProtobufCMessage *response;
    Pb__UpdateConcernRequest request;
    pb__update_concern_request__init(&request);
    request.concern_id = id;
    request.state = state;
    request.finding = finding;
    return visits_call(telling, "ConcernsService/UpdateConcern", &request.base, &response);
}

enum code visits_tell_concerns(struct telling *telling, const Pb__Allocation *open,
                               const Pb__Allocation *resolved)
{
    const char *id = NULL;
    enum code code = raise(telling, open, PB__CONCERN_SEVERITY__CONCERN_SEVERITY_MEDIUM,
                           "Generated: too few staff at night.", &id);
    if (code == CODE_OK)
        code = update(telling, id, PB__CONCERN_STATE__CONCERN_STATE_INVESTIGATING,
                      "Generated: the rota was asked for.");
    if (code == CODE_OK)
        code = raise(telling, resolved, PB__CONCERN_SEVERITY__CONCERN_SEVERITY_HIGH,
                     "Generated: medicines were not recorded.", &id);
    if (code == CODE_OK)
        code = update(telling, id, PB__CONCERN_STATE__CONCERN_STATE_RESOLVED,
                      "Generated: recorded and counted daily since; seen at a visit.");
    return code;
}

static enum code tell_outcome(struct telling *telling, const char *placement, const char *visit)
{
    static const Pb__OutcomeArea PAIRS[][2] = {
        {PB__OUTCOME_AREA__OUTCOME_AREA_SAFETY, PB__OUTCOME_AREA__OUTCOME_AREA_EDUCATION},
        {PB__OUTCOME_AREA__OUTCOME_AREA_SAFETY, PB__OUTCOME_AREA__OUTCOME_AREA_EMOTIONAL},
    };
    const ProtobufCMessage *response;
    Pb__OutcomeAt at[2], *outcomes[2] = {&at[0], &at[1]};
    Pb__SetIntendedOutcomesRequest intend;
    Pb__RecordOutcomesRequest record;
    Pb__OutcomeArea areas[2];
    memcpy(areas, PAIRS[random_below(&telling->demo.random, 2)], sizeof areas);
    pb__set_intended_outcomes_request__init(&intend);
    pb__record_outcomes_request__init(&record);
    intend.placement_id = record.placement_id = placement;
    intend.intended = areas;
    intend.n_intended = 2;
    record.visit_id = visit;
    for (int i = 0; i < 2; i++) {
        pb__outcome_at__init(&at[i]);
        at[i].area = areas[i];
        at[i].progress = (Pb__OutcomeProgress)random_between(&telling->demo.random,
                                                             PB__OUTCOME_PROGRESS__OUTCOME_PROGRESS_BETTER,
                                                             PB__OUTCOME_PROGRESS__OUTCOME_PROGRESS_LESS);
    }
    record.outcomes = outcomes;
    record.n_outcomes = 2;
    enum code code = visits_call(telling, "OutcomesService/SetIntendedOutcomes", &intend.base, &response);
    return code == CODE_OK ? visits_call(telling, "OutcomesService/RecordOutcomes", &record.base, &response)
                           : code;
}

/* Of every placement there, those that ended since among them. */
enum code visits_tell_outcomes(struct telling *telling, const struct visiting *visiting)
{
    const struct demo *demo = &telling->demo;
    enum code code = CODE_OK;
    for (size_t i = 0; i < demo->placement_count && code == CODE_OK; i++)
        if (visits_placed_there(demo->placements[i], visiting->link->provision_id))
            code = tell_outcome(telling, demo->placements[i]->id, visiting->visit_id);
    return code;
}
