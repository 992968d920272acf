/* Applications as they are written (rule F3). In: what a provider's people begin and type. Out: the
 * application, with what is missing before it can be submitted; nothing that was typed is lost. */

#define SERVICE_TYPE Pb__FeeApplicationsService_Service

#include "services/fees/handlers/applications.h"

#include "common/base/uuid.h"
#include "common/service/evidence_keeping.h"
#include "services/fees/rules_lead.h"

#include <stdio.h>

/* --- loaded ------------------------------------------------------------------------------------------ */

/* Whoever asks. */
static enum code load_any(struct command *command, const char *id, struct applying *ret_applying)
{
    enum code code;
    struct applying applying = {.stored = load_or_refuse(command, &fees_applications, id,
                                                         fees_refusal_facts(REFUSAL_APPLICATION_UNKNOWN))};
    if (!applying.stored)
        return command->fault.code;
    const char *place =
        fees_consultation_id(applying.stored->cycle_id, applying.stored->provision_id, command->arena);
    if (!place)
        return no_memory(command);
    applying.consultation = load_if_any(command, &fees_consultations, place, &code);
    TRY(code);
    TRY(fees_load_actor(command, &applying.actor));
    applying.cycle = fees_cycle_to_read(command, applying.stored->cycle_id);
    if (!applying.cycle)
        return command->fault.code;
    command->subject = applying.stored->id;
    *ret_applying = applying;
    return CODE_OK;
}

static enum fees_refusal may(const struct applying *applying, enum fee_act act)
{
    return fee_application_may(&applying->actor, act, applying->stored, applying->consultation);
}

enum code fees_load_applying(struct command *command, const char *id, enum fee_act act,
                             struct applying *ret_applying)
{
    struct applying applying;
    TRY(load_any(command, id, &applying));
    TRY(check(command, may(&applying, act)));
    *ret_applying = applying;
    return CODE_OK;
}

enum code fees_load_applying_to(struct command *command, const char *id, enum fee_act act,
                                struct applying *ret_applying)
{
    Pb__FeeCycleState state;
    TRY(fees_load_applying(command, id, act, ret_applying));
    return check(command, fee_cycle_step(ret_applying->cycle->state, FEE_CYCLE_WORK, &state));
}

enum code fees_load_setting(struct command *command, struct applying *applying)
{
    const Pb__FormTemplate *form = load_form_of(command, applying->stored->form_id);
    if (!form)
        return command->fault.code;
    TRY(collect_evidence(command, applying->stored->id, &applying->files));
    applying->beside =
        (struct form_files){(Pb__Evidence *const *)applying->files.items, applying->files.count};
    applying->setting = (struct fee_setting){
        .cycle = applying->cycle, .form = form, .files = &applying->beside, .day = command->today};
    return CODE_OK;
}

enum code fees_list_problems(struct command *command, const struct applying *applying,
                             const Pb__FeeApplication *application, Pb__FeeProblem ***ret_problems,
                             size_t *ret_count)
{
    struct fee_problems problems;
    if (fee_application_problems(application, &applying->setting, command->arena, &problems) != CODE_OK)
        return no_memory(command);
    *ret_problems = problems.items;
    *ret_count = problems.count;
    return CODE_OK;
}

Pb__ConsultationState fees_state_beside(const struct applying *applying)
{
    return applying->consultation ? applying->consultation->state
                                  : PB__CONSULTATION_STATE__CONSULTATION_STATE_UNSPECIFIED;
}

enum code fees_standing_application(struct command *command, const char *consultation_id,
                                    Pb__FeeApplication **ret_application)
{
    ProtobufCMessage *record = NULL;
    enum code code = record_find(command->txn, &fees_applications, INDEX_STANDING,
                                 span_of_text(consultation_id), command->arena, &record);
    if (code != CODE_OK && code != CODE_NOT_FOUND)
        return code;
    *ret_application = code == CODE_OK ? (Pb__FeeApplication *)record : NULL;
    return CODE_OK;
}

/* --- begun ------------------------------------------------------------------------------------------- */

/* Who runs the provision applies for it; and it is of a kind that applications are taken for. */
static enum code check_begins(struct command *command, const struct fee_place *place)
{
    struct fees_actor actor;
    Pb__FeeApplication begun = PB__FEE_APPLICATION__INIT;
    const Pb__Provision *provision = place->provision;
    TRY(fees_load_actor(command, &actor));
    TRY(check(command, provision ? REFUSAL_NONE : REFUSAL_CONSULTATION_UNKNOWN));
    begun.provider_id = provision->provider_id;
    begun.state = PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_DRAFT;
    bool writes = fee_application_may(&actor, FEE_ACT_WRITE, &begun, NULL) == REFUSAL_NONE;
    TRY(check_field(command, writes ? REFUSAL_NONE : REFUSAL_APPLICATION_NOT_YOURS, "provision_id"));
    bool run = actor_is_said(provision->provider_id);
    TRY(check_field(command, run ? REFUSAL_NONE : REFUSAL_PROVIDER_UNKNOWN, "provision_id"));
    bool taken = fee_scope_of_kind(provision->kind) != PB__FEE_SCOPE__FEE_SCOPE_NONE;
    TRY(check(command, taken ? REFUSAL_NONE : REFUSAL_APPLICATION_KIND));
    return check(command, place->consultation ? REFUSAL_NONE : REFUSAL_CONSULTATION_UNKNOWN);
}

/* The provider's last one for that provision: identifiers are in the order of time. */
struct last {
    const char *provider_id;
    char id[UUID_TEXT_BYTES];
};

static enum code take_later(void *context, const ProtobufCMessage *record)
{
    struct last *last = context;
    const Pb__FeeApplication *application = (const Pb__FeeApplication *)record;
    if (strcmp(application->provider_id, last->provider_id) == 0 && strcmp(application->id, last->id) > 0)
        snprintf(last->id, sizeof last->id, "%s", application->id);
    return CODE_OK;
}

static enum code load_last(struct command *command, const Pb__Provision *provision,
                           Pb__FeeApplication **ret_last, const Pb__FormTemplate **ret_form)
{
    enum code code = CODE_OK;
    struct last last = {.provider_id = provision->provider_id};
    const struct walk there = {.table = &fees_applications,
                               .index = INDEX_PROVISION,
                               .value = key_of_uuid(provision->id, command->arena)};
    TRY(walk(command, &there, take_later, &last));
    *ret_last = last.id[0] ? load_if_any(command, &fees_applications, last.id, &code) : NULL;
    TRY(code);
    *ret_form = *ret_last ? load_form_of(command, (*ret_last)->form_id) : NULL;
    return *ret_last && !*ret_form ? command->fault.code : CODE_OK;
}

/* A new one, as it will be put. */
static enum code make(struct command *command, const struct fee_place *place, const Pb__FormTemplate *form,
                      Pb__FeeApplication **ret_application)
{
    const Pb__FormTemplate *last_form;
    Pb__FeeApplication *last, *application = arena_new(command->arena, Pb__FeeApplication);
    if (!application)
        return no_memory(command);
    TRY(load_last(command, place->provision, &last, &last_form));
    TRY(check(command, fee_application_begin(place->cycle, form, last, last_form, command->today,
                                             command->arena, application)));
    application->id = command_new_id(command);
    application->meta = meta_like(command, place->consultation->meta);
    if (!application->id || !application->meta)
        return no_memory(command);
    application->provision_id = place->provision_id;
    application->name = place->provision->name;
    application->kind = place->provision->kind;
    application->provider_id = place->provision->provider_id;
    *ret_application = application;
    return CODE_OK;
}

/* With the consultation that names it. */
static enum code put_begun(struct command *command, const struct fee_place *place,
                           Pb__FeeApplication *application)
{
    Pb__Consultation *consultation;
    command->subject = application->id;
    TRY(put(command, &fees_applications, application));
    place->consultation->application_id = application->id;
    return fees_put_consultation(command, place->consultation, &consultation);
}

/* Who runs the provision now applies anew; what the one before applied for stands no longer, and stays its
 * own to read (rule S4). */
static enum code succeed(struct command *command, struct fee_place *place, const Pb__FeeApplication *former)
{
    Pb__FeeApplication *given_up = arena_new(command->arena, Pb__FeeApplication);
    if (!given_up)
        return no_memory(command);
    TRY(check(command, fee_application_succeed(former, place->consultation->state, given_up)));
    return fees_take_back(command, given_up, CONSULTATION_WITHDRAW, &place->consultation);
}

/* `former`: another provider's, which stands; NULL: none does. */
static enum code begin(struct command *command, struct fee_place *place, const Pb__FeeApplication *former,
                       const Pb__FormTemplate **ret_form, Pb__FeeApplication **ret_application)
{
    TRY(form_in_use(command, PB__FORM_PURPOSE__FORM_PURPOSE_FEE_APPLICATION, ret_form));
    TRY(check(command, *ret_form ? REFUSAL_NONE : REFUSAL_FORM_NONE));
    TRY(make(command, place, *ret_form, ret_application));
    if (former)
        TRY(succeed(command, place, former));
    return put_begun(command, place, *ret_application);
}

HANDLE(BeginFeeApplication, begin_fee_application)
{
    struct fee_place place;
    const Pb__FormTemplate *form;
    Pb__FeeApplication *application;
    Pb__FeeCycle *cycle = fees_cycle_to(command, in->cycle_id, FEE_CYCLE_WORK);
    if (!cycle)
        return command->fault.code;
    TRY(fees_load_place(command, cycle, in->provision_id, &place));
    TRY(check_begins(command, &place));
    TRY(fees_standing_application(command, place.id, &application));
    if (application && strcmp(application->provider_id, place.provision->provider_id) == 0) {
        if (!(form = load_form_of(command, application->form_id)))
            return command->fault.code;
    } else {
        TRY(begin(command, &place, application, &form, &application));
    }
    out->application = application;
    out->form = form_to_show(command, form);
    return out->form ? CODE_OK : no_memory(command);
}

/* --- typed ------------------------------------------------------------------------------------------- */

HANDLE(SaveFeeApplication, save_fee_application)
{
    bool changed;
    struct applying applying;
    Pb__FeeApplication *application = arena_new(command->arena, Pb__FeeApplication);
    TRY(check_record(command, &in->base));
    if (!application)
        return no_memory(command);
    TRY(fees_load_applying_to(command, in->application_id, FEE_ACT_WRITE, &applying));
    TRY(fees_load_setting(command, &applying));
    TRY(decided(command, fee_application_save(applying.stored, in, applying.setting.form, command->today,
                                              command->arena, application, &changed, &command->fault)));
    TRY(fees_list_problems(command, &applying, application, &out->problems, &out->n_problems));
    if (changed)
        TRY(put(command, &fees_applications, application));
    out->application = application;
    return CODE_OK;
}

/* --- read -------------------------------------------------------------------------------------------- */

static enum code find_application(struct command *command, const Pb__GetFeeApplicationRequest *in,
                                  const char **ret_id)
{
    struct fee_place place;
    Pb__FeeApplication *application;
    *ret_id = in->application_id;
    if (in->application_id[0])
        return CODE_OK;
    TRY(fees_place_to_read(command, in->provision_id, in->cycle_id, &place));
    TRY(fees_standing_application(command, place.id, &application));
    *ret_id = application ? application->id : "";
    return check(command, application ? REFUSAL_NONE : REFUSAL_APPLICATION_UNKNOWN);
}

/* Files that belong to what was submitted, of all. */
static size_t keep_submitted(const Pb__FeeSubmission *submission, struct collected *files)
{
    size_t kept = 0;
    for (size_t i = 0; i < files->count; i++) {
        bool submitted = false;
        for (size_t k = 0; submission && k < submission->n_answers; k++)
            for (size_t n = 0; n < submission->answers[k]->n_evidence_ids; n++)
                submitted |= strcmp(submission->answers[k]->evidence_ids[n],
                                    ((const Pb__Evidence *)files->items[i])->id) == 0;
        if (submitted)
            files->items[kept++] = files->items[i];
    }
    return kept;
}

/* Who reads what was submitted alone is not shown what is being written. */
HANDLE(GetFeeApplication, get_fee_application)
{
    enum code code;
    const char *id;
    struct applying applying;
    TRY(find_application(command, in, &id));
    TRY(load_any(command, id, &applying));
    bool reads = may(&applying, FEE_ACT_READ) == REFUSAL_NONE;
    TRY(check(command, reads ? REFUSAL_NONE : may(&applying, FEE_ACT_READ_SUBMITTED)));
    TRY(fees_load_setting(command, &applying));
    out->submission = load_if_any(command, &fees_submissions, applying.stored->id, &code);
    TRY(code);
    if (reads) {
        out->application = applying.stored;
        TRY(fees_list_problems(command, &applying, applying.stored, &out->problems, &out->n_problems));
    } else {
        applying.files.count = keep_submitted(out->submission, &applying.files);
    }
    out->evidence = (Pb__Evidence **)applying.files.items;
    out->n_evidence = applying.files.count;
    out->form = form_to_show(command, applying.setting.form);
    return out->form ? CODE_OK : no_memory(command);
}
