/* An application submitted, and held against the threshold (rule F4). In: an application without problems,
 * the cycle's threshold, the indices, the day. Out: what LAs read, with how its increase stands, exactly. */

#include "services/fees/rules_submission.h"

#include "services/fees/rules_cycle.h"
#include "services/fees/rules_service.h"
#include "services/fees/rules_text.h"

/* --- increases --------------------------------------------------------------------------------------- */

static struct growth growth_of(const Pb__FeeService *service)
{
    return (struct growth){money_pence(service->current ? service->current->total_pence : 0),
                           money_pence(service->proposed ? service->proposed->total_pence : 0)};
}

bool fee_service_is_new(const Pb__FeeService *service)
{
    return growth_of(service).from.pence <= 0;
}

bool fee_increase_of(Pb__FeeService *const *services, size_t count, const struct threshold_value *threshold,
                     struct arena *arena, struct fee_increase *ret_increase)
{
    const Pb__FeeService *largest = NULL;
    char percent[PERCENT_TEXT_BYTES] = "";
    for (size_t i = 0; i < count; i++)
        if (!fee_service_is_new(services[i]) &&
            (!largest || growth_compare(growth_of(services[i]), growth_of(largest)) > 0))
            largest = services[i];
    struct fee_increase increase = {.service_id = "", .percent = ""};
    if (largest) {
        increase.level = threshold_level(growth_of(largest), threshold);
        increase.service_id = largest->id;
        growth_print(growth_of(largest), PERCENT_PLACES_WRITTEN, percent);
        increase.percent = arena_text(arena, percent);
    }
    if (!increase.percent)
        return false;
    *ret_increase = increase;
    return true;
}

/* --- submission -------------------------------------------------------------------------------------- */

/* The first of the problems, and how many there are besides. */
static enum fees_refusal refuse_problems(const struct fee_problems *problems, struct fault *ret_fault)
{
    const Pb__FeeProblem *first = problems->items[0];
    size_t more = problems->count - 1;
    if (more == 0)
        return fees_refuse(ret_fault, REFUSAL_APPLICATION_INCOMPLETE, first->field, "%s", first->reason);
    return fees_refuse(ret_fault, REFUSAL_APPLICATION_INCOMPLETE, first->field, "%s; and %zu more",
                       first->reason, more);
}

static enum fees_refusal check_complete(const Pb__FeeApplication *stored, const struct fee_setting *setting,
                                        struct arena *arena, struct fault *ret_fault)
{
    struct fee_problems problems;
    if (fee_application_problems(stored, setting, arena, &problems) != CODE_OK)
        return fees_refuse(ret_fault, REFUSAL_TOO_MANY, NULL, NULL);
    return problems.count ? refuse_problems(&problems, ret_fault) : REFUSAL_NONE;
}

/* The threshold of the day, evaluated. */
static enum fees_refusal value_threshold(const Pb__FeeThreshold *in_force, struct date day,
                                         const struct threshold_indices *indices, struct arena *arena,
                                         struct threshold_value *ret_value, struct fault *ret_fault)
{
    struct threshold threshold;
    struct threshold_problem problem = {0};
    if (!in_force)
        return fees_refuse(ret_fault, REFUSAL_THRESHOLD_NONE, NULL, NULL);
    enum fees_refusal refusal = threshold_parse(in_force->expression, &threshold, &problem);
    if (refusal == REFUSAL_NONE)
        refusal = threshold_evaluate(&threshold, day, indices, arena, ret_value, &problem);
    if (refusal == REFUSAL_TOO_MANY)
        return fees_refuse(ret_fault, refusal, NULL, NULL);
    if (refusal != REFUSAL_NONE)
        return fees_refuse(ret_fault, refusal, "cycle.thresholds",
                           "this cycle's threshold cannot be reckoned, and the host has to mend that: %s",
                           problem.reason);
    return REFUSAL_NONE;
}

static bool hold(Pb__FeeSubmission *submission, const Pb__FeeThreshold *in_force,
                 const struct threshold_value *value, struct arena *arena)
{
    struct fee_increase increase;
    char percent[PERCENT_TEXT_BYTES];
    if (!fee_increase_of(submission->services, submission->n_services, value, arena, &increase))
        return false;
    percent_print(value->limit, percent);
    submission->level = increase.level;
    submission->threshold = in_force->expression;
    submission->threshold_percent = arena_text(arena, percent);
    submission->increase_percent = increase.percent;
    submission->increase_service_id = increase.service_id;
    return submission->threshold_percent != NULL;
}

static bool fill(Pb__FeeSubmission *submission, const Pb__FeeApplication *application,
                 const struct fee_setting *setting, const struct fee_concerned *concerned,
                 struct arena *arena)
{
    static const struct form_files no_files = {0};
    struct form_answers kept, beside;
    struct date effective;
    if (!fee_application_answers(application, arena, &kept) ||
        evidence_beside(setting->form, &kept, setting->files ? setting->files : &no_files, arena, &beside) !=
            CODE_OK ||
        !fee_cycle_effective(setting->cycle, application->effective_on, &effective))
        return false;
    pb__fee_submission__init(submission);
    submission->id = application->id;
    submission->number = application->submission;
    submission->cycle_id = application->cycle_id;
    submission->provision_id = application->provision_id;
    submission->name = application->name;
    submission->kind = application->kind;
    submission->provider_id = application->provider_id;
    submission->form_id = application->form_id;
    submission->stands = true;
    submission->submitted_on = date_text(setting->day, arena);
    submission->effective_on = date_text(effective, arena);
    submission->services = application->services;
    submission->n_services = application->n_services;
    submission->answers = (Pb__FormAnswer **)beside.items;
    submission->n_answers = beside.count;
    submission->concerned_ids = (const char **)(uintptr_t)concerned->ids;
    submission->n_concerned_ids = concerned->count;
    return submission->submitted_on && submission->effective_on;
}

enum fees_refusal fee_application_submit(const Pb__FeeApplication *stored, Pb__ConsultationState beside,
                                         const struct fee_setting *setting,
                                         const struct threshold_indices *indices,
                                         const struct fee_concerned *concerned, struct arena *arena,
                                         Pb__FeeApplication *ret_application,
                                         Pb__FeeSubmission *ret_submission, struct fault *ret_fault)
{
    Pb__FeeApplication application = *stored;
    Pb__FeeSubmission submission;
    struct threshold_value value;
    const Pb__FeeThreshold *in_force = threshold_in_force(setting->cycle, setting->day);
    enum fees_refusal refusal =
        fee_application_step_beside(stored->state, beside, FEE_APPLICATION_SUBMIT, &application.state);
    if (refusal != REFUSAL_NONE)
        return fees_refuse(ret_fault, refusal, NULL, NULL);
    refusal = check_complete(stored, setting, arena, ret_fault);
    if (refusal == REFUSAL_NONE)
        refusal = value_threshold(in_force, setting->day, indices, arena, &value, ret_fault);
    if (refusal != REFUSAL_NONE)
        return refusal;
    application.submission++;
    application.reason = "";
    if (!fill(&submission, &application, setting, concerned, arena) ||
        !hold(&submission, in_force, &value, arena))
        return fees_refuse(ret_fault, REFUSAL_TOO_MANY, NULL, NULL);
    *ret_application = application;
    *ret_submission = submission;
    return REFUSAL_NONE;
}
