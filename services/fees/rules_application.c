/* An application's way (rule F3). In: a state and what happens, or the stored application and what is asked
 * of it. Out: the next state, the application as it stands then, or a refusal. */

#include "services/fees/rules_application.h"

#include "services/fees/rules_text.h"

enum { STATES = PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_WITHDRAWN + 1 };

#define NONE       PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_UNSPECIFIED
#define DRAFT      PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_DRAFT
#define SUBMITTED  PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_SUBMITTED
#define RETURNED   PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_RETURNED
#define CORRECTING PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_CORRECTING
#define WITHDRAWN  PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_WITHDRAWN

/* --- states ------------------------------------------------------------------------------------------ */

static const struct {
    enum fees_refusal refusal;
    Pb__FeeApplicationState next;
} steps[STATES][FEE_APPLICATION_EVENTS] = {
    [NONE] =
        {
            [FEE_APPLICATION_BEGIN] = TO(DRAFT),
            [FEE_APPLICATION_SAVE] = NO(APPLICATION_UNKNOWN),
            [FEE_APPLICATION_SUBMIT] = NO(APPLICATION_UNKNOWN),
            [FEE_APPLICATION_CORRECT] = NO(APPLICATION_UNKNOWN),
            [FEE_APPLICATION_RETURN] = NO(APPLICATION_UNKNOWN),
            [FEE_APPLICATION_WITHDRAW] = NO(APPLICATION_UNKNOWN),
        },
    [DRAFT] =
        {
            [FEE_APPLICATION_BEGIN] = NO(APPLICATION_KNOWN),
            [FEE_APPLICATION_SAVE] = TO(DRAFT),
            [FEE_APPLICATION_SUBMIT] = TO(SUBMITTED),
            [FEE_APPLICATION_CORRECT] = NO(APPLICATION_OPEN),
            [FEE_APPLICATION_RETURN] = NO(APPLICATION_NEVER_SUBMITTED),
            [FEE_APPLICATION_WITHDRAW] = TO(WITHDRAWN),
        },
    [SUBMITTED] =
        {
            [FEE_APPLICATION_BEGIN] = NO(APPLICATION_KNOWN),
            [FEE_APPLICATION_SAVE] = NO(APPLICATION_SUBMITTED),
            [FEE_APPLICATION_SUBMIT] = NO(APPLICATION_SUBMITTED),
            [FEE_APPLICATION_CORRECT] = TO(CORRECTING),
            [FEE_APPLICATION_RETURN] = TO(RETURNED),
            [FEE_APPLICATION_WITHDRAW] = TO(WITHDRAWN),
        },
    [RETURNED] =
        {
            [FEE_APPLICATION_BEGIN] = NO(APPLICATION_KNOWN),
            [FEE_APPLICATION_SAVE] = TO(RETURNED),
            [FEE_APPLICATION_SUBMIT] = TO(SUBMITTED),
            [FEE_APPLICATION_CORRECT] = NO(APPLICATION_OPEN),
            [FEE_APPLICATION_RETURN] = NO(APPLICATION_RETURNED),
            [FEE_APPLICATION_WITHDRAW] = TO(WITHDRAWN),
        },
    [CORRECTING] =
        {
            [FEE_APPLICATION_BEGIN] = NO(APPLICATION_KNOWN),
            [FEE_APPLICATION_SAVE] = TO(CORRECTING),
            [FEE_APPLICATION_SUBMIT] = TO(SUBMITTED),
            [FEE_APPLICATION_CORRECT] = NO(APPLICATION_OPEN),
            [FEE_APPLICATION_RETURN] = TO(RETURNED),
            [FEE_APPLICATION_WITHDRAW] = TO(WITHDRAWN),
        },
    [WITHDRAWN] =
        {
            /* another one, with an identifier of its own */
            [FEE_APPLICATION_BEGIN] = TO(DRAFT),
            [FEE_APPLICATION_SAVE] = NO(APPLICATION_WITHDRAWN),
            [FEE_APPLICATION_SUBMIT] = NO(APPLICATION_WITHDRAWN),
            [FEE_APPLICATION_CORRECT] = NO(APPLICATION_WITHDRAWN),
            [FEE_APPLICATION_RETURN] = NO(APPLICATION_WITHDRAWN),
            [FEE_APPLICATION_WITHDRAW] = NO(APPLICATION_WITHDRAWN),
        },
};

enum fees_refusal fee_application_step(Pb__FeeApplicationState state, enum fee_application_event event,
                                       Pb__FeeApplicationState *ret_state)
{
    if ((unsigned)state >= STATES || event >= FEE_APPLICATION_EVENTS)
        return REFUSAL_ENUM_UNKNOWN;
    if (steps[state][event].refusal == REFUSAL_NONE)
        *ret_state = steps[state][event].next;
    return steps[state][event].refusal;
}

enum fees_refusal fee_application_step_beside(Pb__FeeApplicationState state, Pb__ConsultationState beside,
                                              enum fee_application_event event,
                                              Pb__FeeApplicationState *ret_state)
{
    Pb__FeeApplicationState next;
    enum fees_refusal refusal = fee_application_step(state, event, &next);
    bool changes_it = event != FEE_APPLICATION_BEGIN && event != FEE_APPLICATION_SAVE;
    if (refusal == REFUSAL_NONE && changes_it &&
        beside == PB__CONSULTATION_STATE__CONSULTATION_STATE_REPORTED)
        refusal = REFUSAL_APPLICATION_REPORTED;
    if (refusal == REFUSAL_NONE)
        *ret_state = next;
    return refusal;
}

/* --- begun ------------------------------------------------------------------------------------------- */

/* The services of the one before, to be filled in anew: who charges what now is said again each year. */
static bool begin_services(const Pb__FeeApplication *before, struct arena *arena,
                           Pb__FeeApplication *application)
{
    Pb__FeeService **services = arena_array(arena, Pb__FeeService *, before->n_services + 1);
    for (size_t i = 0; services && i < before->n_services; i++) {
        Pb__FeeService *service = arena_new(arena, Pb__FeeService);
        Pb__FeeSplit *splits = arena_array(arena, Pb__FeeSplit, 2);
        if (!service || !splits)
            return false;
        *service = *before->services[i];
        pb__fee_split__init(&splits[0]);
        pb__fee_split__init(&splits[1]);
        service->current = &splits[0];
        service->proposed = &splits[1];
        services[i] = service;
    }
    application->services = services;
    application->n_services = before->n_services;
    return services != NULL;
}

static bool begin_answers(const Pb__FormTemplate *form, const Pb__FeeApplication *before,
                          const Pb__FormTemplate *before_form, struct date today, struct arena *arena,
                          Pb__FeeApplication *application)
{
    struct form_filled filled = {.template = before_form};
    struct form_answers answers;
    const struct form_setting setting = {.day = today};
    if (!fee_application_answers(before, arena, &filled.answers) ||
        form_begin(form, &filled, &setting, arena, &answers) != CODE_OK)
        return false;
    application->answers = arena_array(arena, Pb__FormAnswer *, answers.count + 1);
    application->answer_versions = arena_array(arena, uint64_t, answers.count + 1);
    if (!application->answers || !application->answer_versions)
        return false;
    for (size_t i = 0; i < answers.count; i++) {
        application->answers[i] = answers.items[i];
        application->answer_versions[i] = 1;
    }
    application->n_answers = application->n_answer_versions = answers.count;
    return true;
}

enum fees_refusal fee_application_begin(const Pb__FeeCycle *cycle, const Pb__FormTemplate *form,
                                        const Pb__FeeApplication *before, const Pb__FormTemplate *before_form,
                                        struct date today, struct arena *arena,
                                        Pb__FeeApplication *ret_application)
{
    Pb__FeeApplication application;
    pb__fee_application__init(&application);
    application.cycle_id = cycle->id;
    application.form_id = form->id;
    application.state = DRAFT;
    application.services_version = application.effective_version = 1;
    if (before && !begin_services(before, arena, &application))
        return REFUSAL_TOO_MANY;
    if (before && before_form && !begin_answers(form, before, before_form, today, arena, &application))
        return REFUSAL_TOO_MANY;
    *ret_application = application;
    return REFUSAL_NONE;
}

/* --- its steps --------------------------------------------------------------------------------------- */

enum fees_refusal fee_application_correct(const Pb__FeeApplication *stored, Pb__ConsultationState beside,
                                          Pb__FeeApplication *ret_application)
{
    Pb__FeeApplication application = *stored;
    enum fees_refusal refusal =
        fee_application_step_beside(stored->state, beside, FEE_APPLICATION_CORRECT, &application.state);
    if (refusal == REFUSAL_NONE)
        *ret_application = application;
    return refusal;
}

enum fees_refusal fee_application_return(const Pb__FeeApplication *stored, Pb__ConsultationState beside,
                                         const Pb__ReturnFeeApplicationRequest *request,
                                         Pb__FeeApplication *ret_application, struct fault *ret_fault)
{
    Pb__FeeApplication application = *stored;
    enum fees_refusal refusal =
        fee_application_step_beside(stored->state, beside, FEE_APPLICATION_RETURN, &application.state);
    if (refusal == REFUSAL_NONE)
        refusal = text_check(request->reason, REFUSAL_REASON_MISSING);
    if (refusal != REFUSAL_NONE)
        return fees_refuse(ret_fault, refusal, NULL, NULL);
    if (request->submission != stored->submission)
        return fees_refuse(ret_fault, REFUSAL_SUBMISSION_OTHER, NULL,
                           "you read submission %u; submission %u stands: read that first",
                           request->submission, stored->submission);
    application.reason = request->reason;
    *ret_application = application;
    return REFUSAL_NONE;
}

enum fees_refusal fee_application_withdraw(const Pb__FeeApplication *stored, Pb__ConsultationState beside,
                                           const char *reason, Pb__FeeApplication *ret_application)
{
    Pb__FeeApplication application = *stored;
    enum fees_refusal refusal =
        fee_application_step_beside(stored->state, beside, FEE_APPLICATION_WITHDRAW, &application.state);
    if (refusal == REFUSAL_NONE)
        refusal = text_check(reason, REFUSAL_REASON_MISSING);
    if (refusal != REFUSAL_NONE)
        return refusal;
    application.reason = reason;
    *ret_application = application;
    return REFUSAL_NONE;
}

enum fees_refusal fee_application_succeed(const Pb__FeeApplication *former, Pb__ConsultationState beside,
                                          Pb__FeeApplication *ret_application)
{
    return fee_application_withdraw(former, beside, "another provider runs it now, and applies anew",
                                    ret_application);
}

void fee_application_head(const Pb__FeeApplication *application, const Pb__FeeSubmission *submission,
                          Pb__FeeApplicationHead *ret_head)
{
    pb__fee_application_head__init(ret_head);
    ret_head->id = application->id;
    ret_head->provision_id = application->provision_id;
    ret_head->name = application->name;
    ret_head->kind = application->kind;
    ret_head->provider_id = application->provider_id;
    ret_head->cycle_id = application->cycle_id;
    ret_head->state = application->state;
    ret_head->submission = application->submission;
    if (submission) {
        ret_head->submitted_on = submission->submitted_on;
        ret_head->level = submission->level;
        ret_head->increase_percent = submission->increase_percent;
    }
}
