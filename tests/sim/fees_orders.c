/* What clients do with fees (rules F2 to F6): applications, consultations, decisions and lines, by the
 * operator for anybody, and by an LA's program for its own. Each step is now and then asked of what is in
 * another state, or of a submission that is not the last any more. */

#include "tests/sim/fees_inside.h"

#include "tests/sim/load_inside.h"
#include "tests/sim/region.h"

#include "services/fees/fees.h"
#include "services/fees/records.h"

#include <stdio.h>

#define CYCLES(m)     "ccrag.v1.FeeCyclesService/" m
#define APPLYING(m)   "ccrag.v1.FeeApplicationsService/" m
#define CONSULTING(m) "ccrag.v1.FeeConsultationsService/" m
#define LINES(m)      "ccrag.v1.FeeLinesService/" m
#define FORMS(m)      "ccrag.v1.FormsService/" m

#define APPLICATION_STATE(s)  PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_##s
#define CONSULTATION_STATE(s) PB__CONSULTATION_STATE__CONSULTATION_STATE_##s

/* --- what a client has read -------------------------------------------------------------------------- */

static bool can_be_written(const ProtobufCMessage *record, const void *of)
{
    (void)of;
    Pb__FeeApplicationState state = ((const Pb__FeeApplication *)record)->state;
    return state == APPLICATION_STATE(DRAFT) || state == APPLICATION_STATE(RETURNED) ||
           state == APPLICATION_STATE(CORRECTING);
}

static bool is_complete(const ProtobufCMessage *record, const void *of)
{
    const Pb__FeeApplication *application = (const Pb__FeeApplication *)record;
    return can_be_written(record, of) && application->n_services && application->n_answers;
}

static bool is_submitted(const ProtobufCMessage *record, const void *of)
{
    (void)of;
    return ((const Pb__FeeApplication *)record)->state == APPLICATION_STATE(SUBMITTED);
}

static const Pb__FeeApplication *pick_application(struct load *load,
                                                  bool (*in_state)(const ProtobufCMessage *record,
                                                                   const void *of))
{
    return order_pick(load, &fees_applications, order_chance(load, 85) ? in_state : NULL, NULL);
}

static bool is_in_state(const ProtobufCMessage *record, const void *of)
{
    return ((const Pb__Consultation *)record)->state == *(const Pb__ConsultationState *)of;
}

static bool has_submission(const ProtobufCMessage *record, const void *of)
{
    (void)of;
    return ((const Pb__Consultation *)record)->submission > 0;
}

static const Pb__Consultation *pick_consultation(struct load *load, Pb__ConsultationState state)
{
    return order_pick(load, &fees_consultations, order_chance(load, 85) ? is_in_state : NULL, &state);
}

/* --- forms and the cycle ----------------------------------------------------------------------------- */

static bool order_form(struct load *load, struct order *order, const char *name, const char *purpose)
{
    Pb__ImportFormRequest request = PB__IMPORT_FORM_REQUEST__INIT;
    request.source = arena_format(&load->arena,
                                  "form: %s\ntitle: A small form\npurpose: %s\n\nsection: all: Everything\n\n"
                                  "question: why: Why?\n  answer: text\n  required\n",
                                  name, purpose);
    order_give(load, order, FORMS("ImportForm"), &request.base);
    return true;
}

static bool order_use(struct load *load, struct order *order, const char *name)
{
    Pb__PublishFormRequest request = PB__PUBLISH_FORM_REQUEST__INIT;
    request.form_id = name;
    order_give(load, order, FORMS("PublishForm"), &request.base);
    return true;
}

static bool order_open(struct load *load, struct order *order)
{
    Pb__OpenFeeCycleRequest request = PB__OPEN_FEE_CYCLE_REQUEST__INIT;
    Pb__FeeCycle cycle = PB__FEE_CYCLE__INIT;
    cycle.id = FEES_CYCLE;
    request.cycle = &cycle;
    request.threshold = "3%";
    order_give(load, order, CYCLES("OpenFeeCycle"), &request.base);
    return true;
}

static bool is_named(const ProtobufCMessage *record, const void *of)
{
    return strcmp(((const Pb__FormTemplate *)record)->name, of) == 0;
}

/* Whatever is still missing before anybody can apply; false: nothing is. */
static bool order_ready(struct load *load, struct order *order)
{
    static const char *const forms[][2] = {{"small-application", "fee application"},
                                           {"small-report", "fee report"}};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const Pb__FormTemplate *form = order_pick(load, &fees_forms, is_named, forms[i][0]);
        if (!form)
            return order_form(load, order, forms[i][0], forms[i][1]);
        if (form->state == PB__FORM_STATE__FORM_STATE_DRAFT)
            return order_use(load, order, forms[i][0]);
    }
    return !order_pick(load, &fees_cycles, NULL, NULL) && order_open(load, order);
}

/* --- applications ------------------------------------------------------------------------------------ */

static bool order_begin(struct load *load, struct order *order)
{
    const Pb__Consultation *consultation = pick_consultation(load, CONSULTATION_STATE(AWAITED));
    Pb__BeginFeeApplicationRequest request = PB__BEGIN_FEE_APPLICATION_REQUEST__INIT;
    if (!consultation)
        return false;
    request.provision_id = consultation->provision_id;
    order_give(load, order, APPLYING("BeginFeeApplication"), &request.base);
    return true;
}

static bool order_save(struct load *load, struct order *order)
{
    const Pb__FeeApplication *application = pick_application(load, can_be_written);
    Pb__SaveFeeApplicationRequest request = PB__SAVE_FEE_APPLICATION_REQUEST__INIT;
    Pb__FeeService service = PB__FEE_SERVICE__INIT, *services[] = {&service};
    Pb__FeeSplit current = PB__FEE_SPLIT__INIT, proposed = PB__FEE_SPLIT__INIT;
    Pb__FormAnswer answer = PB__FORM_ANSWER__INIT, *answers[] = {&answer};
    if (!application)
        return false;
    current.social_care_pence = current.total_pence = 400000;
    proposed.social_care_pence = proposed.total_pence = 400000 + 100 * (int64_t)(order->number % 200);
    service.id = service.title = "residential";
    service.attendance = PB__ATTENDANCE__ATTENDANCE_WEEKS_52;
    service.current = &current, service.proposed = &proposed;
    answer.question_id = "why", answer.text = order->tag;
    request.application_id = application->id;
    request.version = application->meta->version;
    request.services = services, request.n_services = 1;
    request.answers = answers, request.n_answers = 1;
    order_give(load, order, APPLYING("SaveFeeApplication"), &request.base);
    return true;
}

static bool order_submit(struct load *load, struct order *order)
{
    const Pb__FeeApplication *application = pick_application(load, is_complete);
    Pb__SubmitFeeApplicationRequest request = PB__SUBMIT_FEE_APPLICATION_REQUEST__INIT;
    if (!application)
        return false;
    request.application_id = application->id;
    order_give(load, order, APPLYING("SubmitFeeApplication"), &request.base);
    return true;
}

static bool order_correct(struct load *load, struct order *order)
{
    const Pb__FeeApplication *application = pick_application(load, is_submitted);
    Pb__CorrectFeeApplicationRequest request = PB__CORRECT_FEE_APPLICATION_REQUEST__INIT;
    if (!application)
        return false;
    request.application_id = application->id;
    order_give(load, order, APPLYING("CorrectFeeApplication"), &request.base);
    return true;
}

static bool order_return(struct load *load, struct order *order)
{
    const Pb__FeeApplication *application = pick_application(load, is_submitted);
    Pb__ReturnFeeApplicationRequest request = PB__RETURN_FEE_APPLICATION_REQUEST__INIT;
    if (!application)
        return false;
    request.application_id = application->id;
    request.submission = application->submission;
    request.reason = order->tag;
    order_give(load, order, APPLYING("ReturnFeeApplication"), &request.base);
    return true;
}

static bool order_withdraw(struct load *load, struct order *order)
{
    const Pb__FeeApplication *application = pick_application(load, NULL);
    Pb__WithdrawFeeApplicationRequest request = PB__WITHDRAW_FEE_APPLICATION_REQUEST__INIT;
    if (!application)
        return false;
    request.application_id = application->id;
    request.reason = order->tag;
    order_give(load, order, APPLYING("WithdrawFeeApplication"), &request.base);
    return true;
}

/* --- consultations ----------------------------------------------------------------------------------- */

static bool order_nominate(struct load *load, struct order *order)
{
    const Pb__Consultation *consultation = order_pick(load, &fees_consultations, NULL, NULL);
    Pb__NominateLeadRequest request = PB__NOMINATE_LEAD_REQUEST__INIT;
    if (!consultation)
        return false;
    request.provision_id = consultation->provision_id;
    request.authority_id = any_authority(load);
    request.reason = order->tag;
    order_give(load, order, CONSULTING("NominateLead"), &request.base);
    return true;
}

static bool order_tell(struct load *load, struct order *order)
{
    const Pb__Consultation *consultation = pick_consultation(load, CONSULTATION_STATE(APPLIED));
    Pb__TellLevelRequest request = PB__TELL_LEVEL_REQUEST__INIT;
    if (!consultation)
        return false;
    request.provision_id = consultation->provision_id;
    request.level =
        order_chance(load, 70) ? PB__FEE_LEVEL__FEE_LEVEL_WITHIN : PB__FEE_LEVEL__FEE_LEVEL_EXCEPTIONAL;
    request.reason = order->tag;
    order_give(load, order, CONSULTING("TellLevel"), &request.base);
    return true;
}

static bool order_consult(struct load *load, struct order *order)
{
    const Pb__Consultation *consultation = pick_consultation(load, CONSULTATION_STATE(APPLIED));
    Pb__BeginConsultationRequest request = PB__BEGIN_CONSULTATION_REQUEST__INIT;
    if (!consultation)
        return false;
    request.provision_id = consultation->provision_id;
    order_give(load, order, CONSULTING("BeginConsultation"), &request.base);
    return true;
}

static bool order_log(struct load *load, struct order *order)
{
    const Pb__Consultation *consultation = order_pick(load, &fees_consultations, NULL, NULL);
    Pb__AddLogEntryRequest request = PB__ADD_LOG_ENTRY_REQUEST__INIT;
    Pb__FeeLogEntry entry = PB__FEE_LOG_ENTRY__INIT;
    if (!consultation || !consultation->n_concerned_ids)
        return false;
    entry.authority_id = consultation->concerned_ids[0];
    entry.kind = PB__FEE_LOG_KIND__FEE_LOG_KIND_NOTE;
    entry.text = order->tag;
    request.provision_id = consultation->provision_id;
    request.entry = &entry;
    order_give(load, order, CONSULTING("AddLogEntry"), &request.base);
    return true;
}

static bool order_report(struct load *load, struct order *order)
{
    const Pb__Consultation *consultation = pick_consultation(
        load, order_chance(load, 50) ? CONSULTATION_STATE(APPLIED) : CONSULTATION_STATE(CONSULTING));
    Pb__SaveFeeReportRequest request = PB__SAVE_FEE_REPORT_REQUEST__INIT;
    Pb__FormAnswer answer = PB__FORM_ANSWER__INIT, *answers[] = {&answer};
    if (!consultation)
        return false;
    answer.question_id = "why", answer.text = "as it is";
    request.provision_id = consultation->provision_id;
    request.recommendation = order_chance(load, 50) ? PB__FEE_RECOMMENDATION__FEE_RECOMMENDATION_ACCEPT
                                                    : PB__FEE_RECOMMENDATION__FEE_RECOMMENDATION_NO_INCREASE;
    request.rationale = order->tag;
    request.answers = answers, request.n_answers = 1;
    order_give(load, order, CONSULTING("SaveFeeReport"), &request.base);
    return true;
}

static bool is_drafted(const ProtobufCMessage *record, const void *of)
{
    (void)of;
    return !((const Pb__FeeReport *)record)->published;
}

static bool order_publish(struct load *load, struct order *order)
{
    const Pb__FeeReport *report = order_pick(load, &fees_reports, is_drafted, NULL);
    Pb__PublishFeeReportRequest request = PB__PUBLISH_FEE_REPORT_REQUEST__INIT;
    if (!report)
        return false;
    request.provision_id = report->provision_id;
    order_give(load, order, CONSULTING("PublishFeeReport"), &request.base);
    return true;
}

static bool order_reopen(struct load *load, struct order *order)
{
    const Pb__Consultation *consultation = pick_consultation(load, CONSULTATION_STATE(REPORTED));
    Pb__ReopenConsultationRequest request = PB__REOPEN_CONSULTATION_REQUEST__INIT;
    if (!consultation)
        return false;
    request.provision_id = consultation->provision_id;
    request.reason = order->tag;
    order_give(load, order, CONSULTING("ReopenConsultation"), &request.base);
    return true;
}

/* --- decisions and lines ----------------------------------------------------------------------------- */

/* Its reason says what was read: the submission that stands, or now and then the one before it. */
static bool order_decide(struct load *load, struct order *order)
{
    const Pb__Consultation *consultation = order_pick(load, &fees_consultations, has_submission, NULL);
    Pb__DecideFeeRequest request = PB__DECIDE_FEE_REQUEST__INIT;
    if (!consultation)
        return false;
    request.provision_id = consultation->provision_id;
    request.authority_id = load->role == LOAD_NODE ? load->authority : any_authority(load);
    request.submission = consultation->submission;
    if (request.submission > 1 && order_chance(load, 20))
        request.submission--;
    request.kind = order_chance(load, 70) ? PB__FEE_DECISION_KIND__FEE_DECISION_KIND_ACCEPT
                                          : PB__FEE_DECISION_KIND__FEE_DECISION_KIND_REJECT;
    request.reason = arena_format(&load->arena, "%s read %u", order->tag, request.submission);
    order_give(load, order, CONSULTING("DecideFee"), &request.base);
    return true;
}

static bool is_own(const ProtobufCMessage *record, const void *of)
{
    return strcmp(((const Pb__PlacementFact *)record)->authority_id, of) == 0;
}

static bool order_line(struct load *load, struct order *order)
{
    bool own = load->role == LOAD_NODE;
    const Pb__PlacementFact *fact =
        order_pick(load, &fees_placement_facts, own ? is_own : NULL, own ? load->authority : NULL);
    Pb__UpdateFeeLineRequest request = PB__UPDATE_FEE_LINE_REQUEST__INIT;
    Pb__FeeLine line = PB__FEE_LINE__INIT;
    if (!fact)
        return false;
    line.authority_id = fact->authority_id;
    line.placement_id = fact->id;
    line.reference = order->tag;
    line.attendance =
        order_chance(load, 50) ? PB__ATTENDANCE__ATTENDANCE_WEEKS_52 : PB__ATTENDANCE__ATTENDANCE_WEEKS_38;
    line.current_pence = 300000 + 7 * (int64_t)order->number;
    line.proposed_pence = line.current_pence + 9100;
    request.line = &line;
    order_give(load, order, LINES("UpdateFeeLine"), &request.base);
    return true;
}

static bool is_line_of(const ProtobufCMessage *record, const void *of)
{
    return strcmp(((const Pb__FeeLine *)record)->authority_id, of) == 0;
}

static bool order_erase(struct load *load, struct order *order)
{
    bool own = load->role == LOAD_NODE;
    const Pb__FeeLine *line =
        order_pick(load, &fees_lines, own ? is_line_of : NULL, own ? load->authority : NULL);
    Pb__EraseFeeLinesRequest request = PB__ERASE_FEE_LINES_REQUEST__INIT;
    if (!line)
        return false;
    snprintf(order->id, sizeof order->id, "%s", line->id);
    request.placement_id = line->placement_id;
    order_give(load, order, LINES("EraseFeeLines"), &request.base);
    return true;
}

/* --- which ------------------------------------------------------------------------------------------- */

static void count_submission(struct sim *sim, const struct order *order)
{
    if (order->code == CODE_OK)
        sim_count(sim, SIM_SUBMISSIONS);
}

static void count_decision(struct sim *sim, const struct order *order)
{
    if (order->code == CODE_OK)
        sim_count(sim, SIM_DECISIONS);
    if (order->code == CODE_ABORTED)
        sim_count(sim, SIM_DECISIONS_UNREAD);
}

/* Whatever comes next: so that some consultations come to their end in the short life of a schedule. */
static bool order_step(struct load *load, struct order *order)
{
    if (order_ready(load, order))
        return true;
    if (order_pick(load, &fees_applications, is_complete, NULL) && order_chance(load, 60))
        return order_submit(load, order);
    if (order_pick(load, &fees_applications, can_be_written, NULL) && order_chance(load, 60))
        return order_save(load, order);
    if (order_pick(load, &fees_reports, is_drafted, NULL) && order_chance(load, 50))
        return order_publish(load, order);
    if (order_chance(load, 40) && order_report(load, order))
        return true;
    return order_begin(load, order);
}

/* By the operator, an LA's program and the visitor: anywhere, and where it is about fees. */
#define BY(operator, node, visitor, operator_there, node_there, visitor_there)                               \
    {                                                                                                        \
        {operator, node, 0, visitor}, {0},                                                                   \
        {                                                                                                    \
            operator_there, node_there, 0, visitor_there                                                     \
        }                                                                                                    \
    }

const struct order_kind fees_orders[] = {
    {"fee-step", order_step, BY(0, 0, 40, 60, 0, 120), NULL, false, NULL, true},
    {"fee-begin", order_begin, BY(0, 0, 2, 4, 0, 4), NULL, false, NULL, true},
    {"fee-save", order_save, BY(0, 0, 2, 6, 0, 6), NULL, false, NULL, true},
    {"fee-submit", order_submit, BY(0, 0, 4, 12, 0, 12), NULL, false, count_submission, true},
    {"fee-correct", order_correct, BY(0, 0, 2, 14, 0, 14), NULL, false, NULL, true},
    {"fee-return", order_return, BY(0, 0, 1, 3, 0, 3), NULL, false, NULL, false},
    {"fee-withdraw", order_withdraw, BY(0, 0, 1, 1, 0, 1), NULL, false, NULL, false},
    {"fee-nominate", order_nominate, BY(0, 0, 2, 6, 0, 6), NULL, false, NULL, false},
    {"fee-tell", order_tell, BY(0, 0, 2, 8, 0, 8), NULL, false, NULL, false},
    {"fee-consult", order_consult, BY(0, 0, 1, 6, 0, 6), NULL, false, NULL, true},
    {"fee-log", order_log, BY(0, 0, 1, 4, 0, 4), NULL, false, NULL, false},
    {"fee-report", order_report, BY(0, 0, 2, 6, 0, 6), NULL, false, NULL, false},
    {"fee-publish", order_publish, BY(0, 0, 2, 10, 0, 10), NULL, false, NULL, true},
    {"fee-reopen", order_reopen, BY(0, 0, 1, 3, 0, 3), NULL, false, NULL, false},
    {"fee-decide", order_decide, BY(0, 4, 4, 20, 40, 30), NULL, false, count_decision, false},
    {"fee-line", order_line, BY(0, 8, 4, 16, 40, 20), NULL, false, NULL, false},
    {"fee-erase", order_erase, BY(0, 1, 1, 3, 6, 3), &fees_lines, true, NULL, false},
    {NULL, NULL, {{0}}, NULL, false, NULL, false},
};
