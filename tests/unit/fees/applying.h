#pragma once
/* A small form of the application, and what providers and LAs do with applications and lines, for tests of
 * it. */

#include "fixture.h"

static const char application_form[] = "form: small-application\n"
                                       "title: A small application\n"
                                       "purpose: fee application\n"
                                       "\n"
                                       "section: costs: Costs\n"
                                       "\n"
                                       "question: reasons: Why?\n"
                                       "  answer: text\n"
                                       "  required\n"
                                       "  evidence: welcome\n"
                                       "\n"
                                       "question: savings: What was saved?\n"
                                       "  answer: text\n"
                                       "\n"
                                       "question: staffing: Staffing\n"
                                       "  answer: money\n"
                                       "  option: current: Current\n"
                                       "  option: forecast: Forecast\n";

static inline struct fixture *applying_create(void)
{
    struct fixture *fixture = fixture_create();
    Pb__ImportFormRequest import = PB__IMPORT_FORM_REQUEST__INIT;
    Pb__PublishFormRequest publish = PB__PUBLISH_FORM_REQUEST__INIT;
    import.source = application_form;
    const Pb__ImportFormResponse *form =
        call(fixture, "ccrag.v1.FormsService/ImportForm", &import.base, CODE_OK);
    cr_assert(form->form, "%s", form->n_problems ? form->problems[0]->reason : "");
    publish.form_id = "small-application";
    pass_ms(fixture, 10);
    call(fixture, "ccrag.v1.FormsService/PublishForm", &publish.base, CODE_OK);
    return fixture;
}

/* --- applications ------------------------------------------------------------------------------------ */

static inline const Pb__FeeApplication *apply_begin(struct fixture *fixture, unsigned home,
                                                    enum code expected)
{
    Pb__BeginFeeApplicationRequest request = PB__BEGIN_FEE_APPLICATION_REQUEST__INIT;
    request.provision_id = home_id(fixture, home);
    const Pb__BeginFeeApplicationResponse *response =
        call(fixture, APPLICATIONS("BeginFeeApplication"), &request.base, expected);
    return response ? response->application : NULL;
}

static inline Pb__FeeSplit *split_of(struct fixture *fixture, int64_t social_care, int64_t education,
                                     int64_t total)
{
    Pb__FeeSplit *split = arena_new(&fixture->arena, Pb__FeeSplit);
    pb__fee_split__init(split);
    split->social_care_pence = social_care, split->education_pence = education, split->total_pence = total;
    return split;
}

/* A service for 52 weeks, 1,000.00 of whose fee is education's. */
static inline Pb__FeeService *service_of(struct fixture *fixture, const char *id, int64_t current,
                                         int64_t proposed)
{
    Pb__FeeService *service = arena_new(&fixture->arena, Pb__FeeService);
    pb__fee_service__init(service);
    service->id = id, service->title = arena_format(&fixture->arena, "Service %s", id);
    service->attendance = PB__ATTENDANCE__ATTENDANCE_WEEKS_52;
    service->current = split_of(fixture, current - 100000, 100000, current);
    service->proposed = split_of(fixture, proposed - 100000, 100000, proposed);
    return service;
}

static inline const Pb__SaveFeeApplicationResponse *apply_save(struct fixture *fixture,
                                                               const Pb__SaveFeeApplicationRequest *request,
                                                               enum code expected)
{
    return call(fixture, APPLICATIONS("SaveFeeApplication"), &request->base, expected);
}

/* One answer in words. */
static inline const Pb__SaveFeeApplicationResponse *apply_answer(struct fixture *fixture, const char *id,
                                                                 uint64_t version, const char *question,
                                                                 const char *text, enum code expected)
{
    Pb__SaveFeeApplicationRequest request = PB__SAVE_FEE_APPLICATION_REQUEST__INIT;
    Pb__FormAnswer answer = PB__FORM_ANSWER__INIT, *answers[] = {&answer};
    answer.question_id = question, answer.text = text;
    request.application_id = id, request.version = version;
    request.answers = answers, request.n_answers = 1;
    return apply_save(fixture, &request, expected);
}

/* One service, in pence. */
static inline const Pb__SaveFeeApplicationResponse *apply_fee(struct fixture *fixture, const char *id,
                                                              uint64_t version, int64_t current,
                                                              int64_t proposed, enum code expected)
{
    Pb__SaveFeeApplicationRequest request = PB__SAVE_FEE_APPLICATION_REQUEST__INIT;
    Pb__FeeService *services[] = {service_of(fixture, "residential", current, proposed)};
    request.application_id = id, request.version = version;
    request.services = services, request.n_services = 1, request.services_given = true;
    return apply_save(fixture, &request, expected);
}

static inline const Pb__FeeApplication *apply_submit(struct fixture *fixture, const char *id,
                                                     uint64_t version, enum code expected)
{
    Pb__SubmitFeeApplicationRequest request = PB__SUBMIT_FEE_APPLICATION_REQUEST__INIT;
    request.application_id = id, request.version = version;
    const Pb__SubmitFeeApplicationResponse *response =
        call(fixture, APPLICATIONS("SubmitFeeApplication"), &request.base, expected);
    return response ? response->application : NULL;
}

static inline const Pb__FeeApplication *apply_return(struct fixture *fixture, const char *id, uint32_t read,
                                                     const char *reason, enum code expected)
{
    Pb__ReturnFeeApplicationRequest request = PB__RETURN_FEE_APPLICATION_REQUEST__INIT;
    request.application_id = id, request.submission = read, request.reason = reason;
    const Pb__ReturnFeeApplicationResponse *response =
        call(fixture, APPLICATIONS("ReturnFeeApplication"), &request.base, expected);
    return response ? response->application : NULL;
}

static inline const Pb__FeeApplication *apply_correct(struct fixture *fixture, const char *id,
                                                      enum code expected)
{
    Pb__CorrectFeeApplicationRequest request = PB__CORRECT_FEE_APPLICATION_REQUEST__INIT;
    request.application_id = id;
    const Pb__CorrectFeeApplicationResponse *response =
        call(fixture, APPLICATIONS("CorrectFeeApplication"), &request.base, expected);
    return response ? response->application : NULL;
}

static inline const Pb__FeeApplication *apply_withdraw(struct fixture *fixture, const char *id,
                                                       const char *reason, enum code expected)
{
    Pb__WithdrawFeeApplicationRequest request = PB__WITHDRAW_FEE_APPLICATION_REQUEST__INIT;
    request.application_id = id, request.reason = reason;
    const Pb__WithdrawFeeApplicationResponse *response =
        call(fixture, APPLICATIONS("WithdrawFeeApplication"), &request.base, expected);
    return response ? response->application : NULL;
}

static inline const Pb__GetFeeApplicationResponse *apply_get(struct fixture *fixture, const char *id,
                                                             enum code expected)
{
    Pb__GetFeeApplicationRequest request = PB__GET_FEE_APPLICATION_REQUEST__INIT;
    request.application_id = id;
    return call(fixture, APPLICATIONS("GetFeeApplication"), &request.base, expected);
}

/* The provider of that home, which the fixture's rule gives it. */
static inline const char *provider_of(unsigned home)
{
    return home % 2 ? PROVIDER_ONE : PROVIDER_TWO;
}

/* A complete application, submitted by its provider; its identifier. */
static inline const char *apply_whole(struct fixture *fixture, unsigned home, int64_t current,
                                      int64_t proposed)
{
    as_provider(fixture, provider_of(home));
    const char *id = apply_begin(fixture, home, CODE_OK)->id;
    const Pb__FeeApplication *application =
        apply_fee(fixture, id, 1, current, proposed, CODE_OK)->application;
    apply_answer(fixture, id, application->meta->version, "reasons", "pay rises", CODE_OK);
    apply_submit(fixture, id, 0, CODE_OK);
    return id;
}

/* --- lines ------------------------------------------------------------------------------------------- */

/* A line of that stay, in pence, by the residential service, for the whole year. */
static inline Pb__FeeLine line_of(struct fixture *fixture, unsigned stay, int64_t current, int64_t proposed)
{
    Pb__FeeLine line = PB__FEE_LINE__INIT;
    line.placement_id = stay_id(fixture, stay);
    line.reference = arena_format(&fixture->arena, "R-%u", stay);
    line.attendance = PB__ATTENDANCE__ATTENDANCE_WEEKS_52;
    line.current_pence = current, line.proposed_pence = proposed;
    return line;
}

static inline const Pb__ImportFeeLinesResponse *import_lines(struct fixture *fixture, Pb__FeeLine *given,
                                                             size_t count, enum code expected)
{
    Pb__ImportFeeLinesRequest request = PB__IMPORT_FEE_LINES_REQUEST__INIT;
    Pb__FeeLineRow *rows = arena_array(&fixture->arena, Pb__FeeLineRow, count),
                   **list = arena_array(&fixture->arena, Pb__FeeLineRow *, count);
    for (size_t i = 0; i < count; i++) {
        pb__fee_line_row__init(&rows[i]);
        rows[i].row = (uint32_t)i + 2, rows[i].line = &given[i];
        list[i] = &rows[i];
    }
    request.rows = list, request.n_rows = count;
    return call(fixture, LINES("ImportFeeLines"), &request.base, expected);
}

/* One line of the caller's LA. */
static inline void import_line(struct fixture *fixture, unsigned stay, int64_t current, int64_t proposed)
{
    Pb__FeeLine line = line_of(fixture, stay, current, proposed);
    const Pb__ImportFeeLinesResponse *response = import_lines(fixture, &line, 1, CODE_OK);
    cr_assert(response->added + response->changed + response->unchanged == 1, "%s",
              response->n_problems ? response->problems[0]->reason : "");
}

static inline const char *line_id(struct fixture *fixture, unsigned stay)
{
    return fees_line_id(CYCLE, stay_id(fixture, stay), &fixture->arena);
}

static inline const Pb__FeeLineTotals *totals_of(struct fixture *fixture, unsigned home, const char *gss)
{
    return stored(fixture, &fees_line_totals,
                  fees_of_authority_id(CYCLE, home_id(fixture, home), gss, &fixture->arena));
}
