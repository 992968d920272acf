/* The demonstration's consultations (rules F1, F6): what leads tell the region, letters, the log, reports,
 * each LA's decision. In: provisions that were applied for. Out: commands of the API. */

#include "services/cli/demo/fees_inside.h"

#include "services/cli/demo/answers.h"

static const char *const WORDS[] = {
    "Generated: as the application says; the figures were held against the accounts.",
    "Generated: in line with like provisions of the region.",
    "Generated: the provider answered within a week, and in full.",
    NULL,
};

enum code fees_tell_level(struct fees_telling *telling, const struct fee_tale *tale, Pb__FeeLevel level)
{
    const ProtobufCMessage *response;
    Pb__TellLevelRequest request;
    pb__tell_level_request__init(&request);
    request.provision_id = tale->provision->id;
    request.level = level;
    request.reason = "Generated: as the provider has told us.";
    return fees_call(telling, "FeeConsultationsService/TellLevel", &request.base, &response);
}

/* --- letters ----------------------------------------------------------------------------------------- */

static enum code send_letter(struct fees_telling *telling, const struct fee_tale *tale, const char *authority,
                             Pb__FeeLetterKind kind, int32_t days_ago)
{
    const ProtobufCMessage *response;
    Pb__RecordLetterRequest request;
    pb__record_letter_request__init(&request);
    request.provision_id = tale->provision->id;
    request.authority_id = authority;
    request.kind = kind;
    request.sent_on = demo_date(&telling->demo, (struct date){telling->demo.options.today.day - days_ago});
    return fees_call(telling, "FeeConsultationsService/RecordLetter", &request.base, &response);
}

enum code fees_send_letters(struct fees_telling *telling, const struct fee_tale *tale, Pb__FeeLetterKind kind,
                            int32_t days_ago)
{
    enum code code = CODE_OK;
    bool others = kind == PB__FEE_LETTER_KIND__FEE_LETTER_KIND_NOT_LEADING;
    if (!*tale->lead)
        return CODE_OK;
    if (!others)
        return send_letter(telling, tale, tale->lead, kind, days_ago);
    for (size_t i = 0; i < tale->placing_count && code == CODE_OK; i++)
        if (strcmp(tale->placing[i], tale->lead) != 0)
            code = send_letter(telling, tale, tale->placing[i], kind, days_ago);
    return code;
}

/* --- consultation ------------------------------------------------------------------------------------ */

/* So many basis points above the fee now, of each service. In cli->arena; NULL past its limit. */
static Pb__FeeFigure **figures_of(struct fees_telling *telling, const struct fee_tale *tale,
                                  int32_t basis_points)
{
    struct arena *arena = &telling->cli->arena;
    Pb__FeeFigure *figures = arena_array(arena, Pb__FeeFigure, FEES_SERVICES);
    Pb__FeeFigure **items = arena_array(arena, Pb__FeeFigure *, FEES_SERVICES);
    for (size_t i = 0; figures && items && i < FEES_SERVICES; i++) {
        pb__fee_figure__init(&figures[i]);
        figures[i].service_id = fees_service_id(tale, i);
        figures[i].weekly_pence = fees_raised(tale->weekly_pence[i], basis_points);
        items[i] = &figures[i];
    }
    return figures ? items : NULL;
}

static enum code add_entry(struct fees_telling *telling, const struct fee_tale *tale, Pb__FeeLogKind kind,
                           int32_t days_ago, int32_t basis_points, const char *text)
{
    const ProtobufCMessage *response;
    Pb__FeeLogEntry entry;
    Pb__AddLogEntryRequest request;
    pb__fee_log_entry__init(&entry);
    pb__add_log_entry_request__init(&request);
    entry.kind = kind;
    entry.authority_id = tale->lead;
    entry.on = demo_date(&telling->demo, (struct date){telling->demo.options.today.day - days_ago});
    entry.text = text;
    if (basis_points) {
        entry.figures = figures_of(telling, tale, basis_points);
        entry.n_figures = fees_services(tale);
        if (!entry.figures)
            return CODE_RESOURCE_EXHAUSTED;
    }
    request.provision_id = tale->provision->id;
    request.entry = &entry;
    return fees_call(telling, "FeeConsultationsService/AddLogEntry", &request.base, &response);
}

enum code fees_consult(struct fees_telling *telling, const struct fee_tale *tale, int32_t offered,
                       int32_t countered)
{
    const ProtobufCMessage *response;
    Pb__BeginConsultationRequest request;
    pb__begin_consultation_request__init(&request);
    request.provision_id = tale->provision->id;
    enum code code =
        fees_call(telling, "FeeConsultationsService/BeginConsultation", &request.base, &response);
    if (code == CODE_OK)
        code = fees_send_letters(telling, tale, PB__FEE_LETTER_KIND__FEE_LETTER_KIND_CONSULTATION, 3);
    if (code == CODE_OK)
        code = add_entry(telling, tale, PB__FEE_LOG_KIND__FEE_LOG_KIND_MEETING, 4, 0,
                         "Generated: met the provider; it explained its staffing costs.");
    if (code == CODE_OK)
        code = add_entry(telling, tale, PB__FEE_LOG_KIND__FEE_LOG_KIND_OFFER, 2, offered,
                         "Generated: the provider would take less, if it is settled this month.");
    return code == CODE_OK ? add_entry(telling, tale, PB__FEE_LOG_KIND__FEE_LOG_KIND_COUNTER_OFFER, 1,
                                       countered, "Generated: what the authorities would recommend.")
                           : code;
}

/* --- report ------------------------------------------------------------------------------------------ */

static enum code save_report(struct fees_telling *telling, Pb__SaveFeeReportRequest *request)
{
    const ProtobufCMessage *response;
    return fees_call(telling, "FeeConsultationsService/SaveFeeReport", &request->base, &response);
}

/* What the report says of its level, as it is; its days are of today. */
static void put_right(struct fees_telling *telling, const struct fee_tale *tale, Pb__FormAnswer **answers,
                      size_t count)
{
    static const char *const DAYS[] = {"complete-on", "begun-on"};
    for (size_t i = 0; i < count; i++) {
        for (size_t d = 0; d < sizeof DAYS / sizeof *DAYS; d++)
            if (strcmp(answers[i]->question_id, DAYS[d]) == 0)
                answers[i]->date = demo_date(&telling->demo, telling->demo.options.today);
        if (strcmp(answers[i]->question_id, "level-found") == 0 && answers[i]->n_option_ids)
            answers[i]->option_ids[0] = tale->basis_points > 600   ? "review"
                                        : tale->basis_points > 260 ? "exceptional"
                                                                   : "within";
    }
}

static enum code answer_report(struct fees_telling *telling, const struct fee_tale *tale)
{
    const struct demo_visited said = {
        .day = telling->demo.options.today, .percent_good = 60, .expires = DATE_NONE, .words = WORDS};
    const ProtobufCMessage *response;
    Pb__GetFeeReportRequest read;
    Pb__SaveFeeReportRequest request;
    pb__get_fee_report_request__init(&read);
    pb__save_fee_report_request__init(&request);
    read.provision_id = request.provision_id = tale->provision->id;
    enum code code = fees_call(telling, "FeeConsultationsService/GetFeeReport", &read.base, &response);
    if (code != CODE_OK)
        return code;
    const Pb__GetFeeReportResponse *got = (const Pb__GetFeeReportResponse *)(const void *)response;
    if (!got->form || !got->report)
        return CODE_INTERNAL;
    request.version = got->report->meta ? got->report->meta->version : 0;
    request.answers =
        demo_answers(got->form, &said, &telling->demo.random, &telling->cli->arena, &request.n_answers);
    if (!request.answers)
        return CODE_RESOURCE_EXHAUSTED;
    put_right(telling, tale, request.answers, request.n_answers);
    return save_report(telling, &request);
}

enum code fees_report(struct fees_telling *telling, const struct fee_tale *tale,
                      Pb__FeeRecommendation recommendation, int32_t basis_points)
{
    const ProtobufCMessage *response;
    Pb__SaveFeeReportRequest request;
    Pb__PublishFeeReportRequest publish;
    pb__save_fee_report_request__init(&request);
    pb__publish_fee_report_request__init(&publish);
    request.provision_id = publish.provision_id = tale->provision->id;
    request.recommendation = recommendation;
    request.rationale =
        "Generated: pay follows the national award; the rest is not borne out by the accounts.";
    if (recommendation == PB__FEE_RECOMMENDATION__FEE_RECOMMENDATION_NEGOTIATED) {
        request.figures = figures_of(telling, tale, basis_points);
        request.n_figures = fees_services(tale);
        if (!request.figures)
            return CODE_RESOURCE_EXHAUSTED;
    }
    enum code code = save_report(telling, &request);
    if (code == CODE_OK)
        code = answer_report(telling, tale);
    return code == CODE_OK
               ? fees_call(telling, "FeeConsultationsService/PublishFeeReport", &publish.base, &response)
               : code;
}

enum code fees_decide(struct fees_telling *telling, const struct fee_tale *tale, const char *authority,
                      Pb__FeeDecisionKind kind, int32_t basis_points)
{
    const ProtobufCMessage *response;
    Pb__DecideFeeRequest request;
    pb__decide_fee_request__init(&request);
    request.provision_id = tale->provision->id;
    request.authority_id = authority;
    request.submission = tale->submission;
    request.kind = kind;
    if (kind != PB__FEE_DECISION_KIND__FEE_DECISION_KIND_ACCEPT)
        request.reason = "Generated: our own contract with the provider says so.";
    if (kind == PB__FEE_DECISION_KIND__FEE_DECISION_KIND_OTHER) {
        request.figures = figures_of(telling, tale, basis_points);
        request.n_figures = fees_services(tale);
        if (!request.figures)
            return CODE_RESOURCE_EXHAUSTED;
    }
    return fees_call(telling, "FeeConsultationsService/DecideFee", &request.base, &response);
}
