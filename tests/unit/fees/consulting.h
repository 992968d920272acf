#pragma once
/* A small form of the report, and the steps of a consultation, for tests of it. */

#include "fixture.h"

static const char report_form[] = "form: small-report\n"
                                  "title: A small report\n"
                                  "purpose: fee report\n"
                                  "\n"
                                  "section: first: First\n"
                                  "\n"
                                  "question: asked: What is asked for?\n"
                                  "  answer: text\n"
                                  "  required\n"
                                  "\n"
                                  "section: second: Second\n"
                                  "\n"
                                  "question: views: What do the others say?\n"
                                  "  answer: text\n"
                                  "  required\n";

/* The small form, whose first section is the short report. */
static inline struct fixture *consulting_create(void)
{
    struct fixture *fixture = fixture_create();
    Pb__ImportFormRequest import = PB__IMPORT_FORM_REQUEST__INIT;
    Pb__PublishFormRequest publish = PB__PUBLISH_FORM_REQUEST__INIT;
    Pb__UpdateFeeCycleRequest update = PB__UPDATE_FEE_CYCLE_REQUEST__INIT;
    Pb__FeeCycle cycle = *(const Pb__FeeCycle *)stored(fixture, &fees_cycles, CYCLE);
    import.source = report_form;
    const Pb__ImportFormResponse *form =
        call(fixture, "ccrag.v1.FormsService/ImportForm", &import.base, CODE_OK);
    cr_assert(form->form, "%s", form->n_problems ? form->problems[0]->reason : "");
    publish.form_id = "small-report";
    pass_ms(fixture, 10);
    call(fixture, "ccrag.v1.FormsService/PublishForm", &publish.base, CODE_OK);
    update.cycle = &cycle, cycle.short_report_sections = 1;
    call(fixture, CYCLES("UpdateFeeCycle"), &update.base, CODE_OK);
    return fixture;
}

static inline const Pb__Consultation *tell(struct fixture *fixture, unsigned home, Pb__FeeLevel level,
                                           const char *reason, enum code expected)
{
    Pb__TellLevelRequest request = PB__TELL_LEVEL_REQUEST__INIT;
    request.provision_id = home_id(fixture, home), request.level = level, request.reason = reason;
    const Pb__TellLevelResponse *response =
        call(fixture, CONSULTATIONS("TellLevel"), &request.base, expected);
    return response ? response->consultation : NULL;
}

static inline const Pb__Consultation *begin(struct fixture *fixture, unsigned home, enum code expected)
{
    Pb__BeginConsultationRequest request = PB__BEGIN_CONSULTATION_REQUEST__INIT;
    request.provision_id = home_id(fixture, home);
    const Pb__BeginConsultationResponse *response =
        call(fixture, CONSULTATIONS("BeginConsultation"), &request.base, expected);
    return response ? response->consultation : NULL;
}

static inline const Pb__Consultation *reopen(struct fixture *fixture, unsigned home, const char *reason,
                                             enum code expected)
{
    Pb__ReopenConsultationRequest request = PB__REOPEN_CONSULTATION_REQUEST__INIT;
    request.provision_id = home_id(fixture, home), request.reason = reason;
    const Pb__ReopenConsultationResponse *response =
        call(fixture, CONSULTATIONS("ReopenConsultation"), &request.base, expected);
    return response ? response->consultation : NULL;
}

static inline const Pb__GetConsultationResponse *get(struct fixture *fixture, unsigned home,
                                                     enum code expected)
{
    Pb__GetConsultationRequest request = PB__GET_CONSULTATION_REQUEST__INIT;
    request.provision_id = home_id(fixture, home);
    return call(fixture, CONSULTATIONS("GetConsultation"), &request.base, expected);
}

/* A note, or with `pence` an offer of the one service. */
static inline const Pb__FeeLogEntry *add(struct fixture *fixture, unsigned home, const char *gss,
                                         const char *text, int64_t pence, enum code expected)
{
    Pb__AddLogEntryRequest request = PB__ADD_LOG_ENTRY_REQUEST__INIT;
    Pb__FeeLogEntry entry = PB__FEE_LOG_ENTRY__INIT;
    Pb__FeeFigure figure = PB__FEE_FIGURE__INIT, *figures[] = {&figure};
    request.provision_id = home_id(fixture, home), request.entry = &entry;
    figure.service_id = "residential", figure.weekly_pence = pence;
    entry.kind = pence ? PB__FEE_LOG_KIND__FEE_LOG_KIND_OFFER : PB__FEE_LOG_KIND__FEE_LOG_KIND_NOTE;
    entry.authority_id = gss, entry.text = text, entry.figures = figures, entry.n_figures = pence != 0;
    const Pb__AddLogEntryResponse *response =
        call(fixture, CONSULTATIONS("AddLogEntry"), &request.base, expected);
    return response ? response->entry : NULL;
}

static inline const Pb__ListLogEntriesResponse *read_log(struct fixture *fixture, unsigned home,
                                                         enum code expected)
{
    Pb__ListLogEntriesRequest request = PB__LIST_LOG_ENTRIES_REQUEST__INIT;
    request.provision_id = home_id(fixture, home);
    return call(fixture, CONSULTATIONS("ListLogEntries"), &request.base, expected);
}

/* Negotiated figures of the one service, with answers to one question; "": none. */
static inline const Pb__SaveFeeReportResponse *write_report(struct fixture *fixture, unsigned home,
                                                            int64_t pence, const char *question,
                                                            const char *text, enum code expected)
{
    Pb__SaveFeeReportRequest request = PB__SAVE_FEE_REPORT_REQUEST__INIT;
    Pb__FeeFigure figure = PB__FEE_FIGURE__INIT, *figures[] = {&figure};
    Pb__FormAnswer answer = PB__FORM_ANSWER__INIT, *answers[] = {&answer};
    request.provision_id = home_id(fixture, home);
    request.recommendation = PB__FEE_RECOMMENDATION__FEE_RECOMMENDATION_NEGOTIATED;
    figure.service_id = "residential", figure.weekly_pence = pence;
    request.figures = figures, request.n_figures = pence != 0;
    request.rationale = "costs have risen, though less";
    answer.question_id = question, answer.text = text;
    request.answers = answers, request.n_answers = question[0] != 0;
    return call(fixture, CONSULTATIONS("SaveFeeReport"), &request.base, expected);
}

static inline const Pb__FeeReport *publish(struct fixture *fixture, unsigned home, uint32_t submission,
                                           enum code expected)
{
    Pb__PublishFeeReportRequest request = PB__PUBLISH_FEE_REPORT_REQUEST__INIT;
    request.provision_id = home_id(fixture, home), request.submission = submission;
    const Pb__PublishFeeReportResponse *response =
        call(fixture, CONSULTATIONS("PublishFeeReport"), &request.base, expected);
    return response ? response->report : NULL;
}

static inline const Pb__GetFeeReportResponse *get_report(struct fixture *fixture, unsigned home,
                                                         enum code expected)
{
    Pb__GetFeeReportRequest request = PB__GET_FEE_REPORT_REQUEST__INIT;
    request.provision_id = home_id(fixture, home);
    return call(fixture, CONSULTATIONS("GetFeeReport"), &request.base, expected);
}

/* Of home 1, by its lead, a short report. */
static inline void report_short(struct fixture *fixture, int64_t pence)
{
    as_officer(fixture, HERTS);
    write_report(fixture, 1, pence, "asked", "2% for pay", CODE_OK);
    publish(fixture, 1, 0, CODE_OK);
}

#define DECIDE(kind) PB__FEE_DECISION_KIND__FEE_DECISION_KIND_##kind

static inline const Pb__FeeDecision *decide(struct fixture *fixture, unsigned home, const char *gss,
                                            uint32_t submission, Pb__FeeDecisionKind kind, int64_t pence,
                                            const char *reason, enum code expected)
{
    Pb__DecideFeeRequest request = PB__DECIDE_FEE_REQUEST__INIT;
    Pb__FeeFigure figure = PB__FEE_FIGURE__INIT, *figures[] = {&figure};
    request.provision_id = home_id(fixture, home), request.authority_id = gss;
    request.submission = submission, request.kind = kind, request.reason = reason;
    figure.service_id = "residential", figure.weekly_pence = pence;
    request.figures = figures, request.n_figures = pence != 0;
    const Pb__DecideFeeResponse *response =
        call(fixture, CONSULTATIONS("DecideFee"), &request.base, expected);
    return response ? response->decision : NULL;
}

static inline const Pb__ListDecisionsResponse *decisions(struct fixture *fixture)
{
    Pb__ListDecisionsRequest request = PB__LIST_DECISIONS_REQUEST__INIT;
    return call(fixture, CONSULTATIONS("ListDecisions"), &request.base, CODE_OK);
}
