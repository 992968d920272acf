/* Files beside applications (rules F3, S3, S4): whose they are. In: an application, or a file of it. Out:
 * yes, or why not. How a file arrives and is read is the frame's (common/service/evidence_keeping.h). */

#include "services/fees/handlers/support.h"
#include "services/fees/rules_application.h"

/* An application, with who may see it. NULL: refused. */
static Pb__FeeApplication *load_application(struct command *command, const char *id,
                                            struct fees_actor *ret_actor, Pb__Consultation **ret_consultation)
{
    Pb__FeeApplication *application =
        load_or_refuse(command, &fees_applications, id, fees_refusal_facts(REFUSAL_APPLICATION_UNKNOWN));
    if (!application)
        return NULL;
    const char *place =
        fees_consultation_id(application->cycle_id, application->provision_id, command->arena);
    enum code code = place ? CODE_OK : no_memory(command);
    if (code == CODE_OK)
        *ret_consultation = load_if_any(command, &fees_consultations, place, &code);
    if (code == CODE_OK)
        code = fees_load_actor(command, ret_actor);
    return code == CODE_OK ? application : refused(command, code);
}

static enum code load_owner(struct command *command, const char *of_id, struct evidence_owner *ret_owner)
{
    struct fees_actor actor;
    Pb__FeeApplicationState state;
    Pb__Consultation *consultation;
    const Pb__FeeApplication *application = load_application(command, of_id, &actor, &consultation);
    if (!application)
        return command->fault.code;
    TRY(check(command, fee_application_may(&actor, FEE_ACT_WRITE, application, consultation)));
    if (!fees_cycle_to(command, application->cycle_id, FEE_CYCLE_WORK))
        return command->fault.code;
    TRY(check(command, fee_application_step(application->state, FEE_APPLICATION_SAVE, &state)));
    *ret_owner = (struct evidence_owner){.id = application->id,
                                         .meta = application->meta,
                                         .form_id = application->form_id,
                                         .authority_id = "",
                                         .provider_id = application->provider_id};
    return CODE_OK;
}

/* Is the file among those that were submitted, and does that stand? */
static enum code is_submitted(struct command *command, const Pb__Evidence *file, bool *ret_is)
{
    enum code code;
    const Pb__FeeSubmission *submission = load_if_any(command, &fees_submissions, file->of_id, &code);
    TRY(code);
    *ret_is = false;
    for (size_t i = 0; submission && submission->stands && i < submission->n_answers; i++)
        for (size_t k = 0; k < submission->answers[i]->n_evidence_ids; k++)
            *ret_is |= strcmp(submission->answers[i]->evidence_ids[k], file->id) == 0;
    return CODE_OK;
}

/* Who reads an application as it is being written reads all of its files; others those that were submitted.
 */
static enum code check_reader(struct command *command, const Pb__Evidence *file)
{
    bool submitted;
    struct fees_actor actor;
    Pb__Consultation *consultation;
    const Pb__FeeApplication *application = load_application(command, file->of_id, &actor, &consultation);
    if (!application)
        return command->fault.code;
    if (fee_application_may(&actor, FEE_ACT_READ, application, consultation) == REFUSAL_NONE)
        return CODE_OK;
    TRY(check(command, fee_application_may(&actor, FEE_ACT_READ_SUBMITTED, application, consultation)));
    TRY(is_submitted(command, file, &submitted));
    return check(command, submitted ? REFUSAL_NONE : REFUSAL_APPLICATION_UNKNOWN);
}

/* What was submitted stands until it is submitted anew, its files too. */
static enum code check_removal(struct command *command, const Pb__Evidence *file)
{
    bool submitted;
    TRY(is_submitted(command, file, &submitted));
    return check(command, submitted ? REFUSAL_FILE_SUBMITTED : REFUSAL_NONE);
}

const struct evidence_keeping fees_evidence_keeping = {
    .files = &fees_evidence,
    .parts = &fees_evidence_parts,
    .load_owner = load_owner,
    .check_reader = check_reader,
    .check_removal = check_removal,
};
