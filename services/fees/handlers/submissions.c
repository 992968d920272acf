/* An application's steps (rules F3, F4): submitted, returned, taken up again, given up. In: who does what.
 * Out: the application; with it, in one command, what was submitted, its consultation, and everybody's lines
 * as they come to now. */

#define SERVICE_TYPE Pb__FeeApplicationsService_Service

#include "services/fees/handlers/applications.h"
#include "services/fees/handlers/totals.h"

/* --- submitted --------------------------------------------------------------------------------------- */

/* The same identifier: the one before it is in its history. */
static enum code put_submission(struct command *command, const struct applying *applying,
                                Pb__FeeSubmission *submission)
{
    enum code code;
    const Pb__FeeSubmission *before = load_if_any(command, &fees_submissions, submission->id, &code);
    TRY(code);
    submission->meta =
        before ? meta_again(command, before->meta, false) : meta_like(command, applying->consultation->meta);
    return submission->meta ? put(command, &fees_submissions, submission) : no_memory(command);
}

struct numbering {
    const char *cycle_id;
    uint32_t last;
};

static enum code find_last_number(void *context, const ProtobufCMessage *record)
{
    struct numbering *numbering = context;
    const Pb__FeeSubmission *submission = (const Pb__FeeSubmission *)record;
    if (strcmp(submission->cycle_id, numbering->cycle_id) == 0 && submission->number > numbering->last)
        numbering->last = submission->number;
    return CODE_OK;
}

/* An application after one that was given up goes on with its numbers: a decision names a number, and must
 * never be taken for one about another application. */
static enum code go_on_numbering(struct command *command, Pb__FeeApplication *stored)
{
    struct numbering numbering = {.cycle_id = stored->cycle_id};
    const struct walk there = {.table = &fees_submissions,
                               .index = INDEX_PROVISION,
                               .value = key_of_uuid(stored->provision_id, command->arena)};
    TRY(walk(command, &there, find_last_number, &numbering));
    if (numbering.last > stored->submission)
        stored->submission = numbering.last;
    return CODE_OK;
}

/* Nothing is submitted where the consultation is not as the application's step has it. */
static enum code submit(struct command *command, const struct applying *applying,
                        Pb__FeeApplication *ret_application, Pb__FeeSubmission *ret_submission,
                        Pb__Consultation *ret_consultation)
{
    struct collected indices;
    const Pb__Consultation *consultation = applying->consultation;
    TRY(check(command, consultation ? REFUSAL_NONE : REFUSAL_CONSULTATION_UNKNOWN));
    TRY(fees_all_indices(command, &indices));
    const struct threshold_indices known = {(Pb__FeeIndex **)indices.items, indices.count};
    const struct fee_concerned concerned = {(const char *const *)consultation->concerned_ids,
                                            consultation->n_concerned_ids};
    TRY(decided(command, fee_application_submit(applying->stored, fees_state_beside(applying),
                                                &applying->setting, &known, &concerned, command->arena,
                                                ret_application, ret_submission, &command->fault)));
    return check(command, fee_consultation_submit(consultation, ret_submission, ret_consultation));
}

HANDLE(SubmitFeeApplication, submit_fee_application)
{
    struct applying applying;
    struct fees_recount recount;
    Pb__Consultation consultation, *stored;
    Pb__FeeSubmission submission;
    Pb__FeeApplication *application = arena_new(command->arena, Pb__FeeApplication);
    if (!application)
        return no_memory(command);
    TRY(fees_load_applying_to(command, in->application_id, FEE_ACT_WRITE, &applying));
    TRY(fees_load_setting(command, &applying));
    TRY(go_on_numbering(command, applying.stored));
    TRY(submit(command, &applying, application, &submission, &consultation));
    allow_memory(command, FEES_ARENA_BYTES);
    TRY(fees_recount_load(command, application->cycle_id, application->provision_id, "", &recount));
    expect_version(application->meta, in->version);
    TRY(put(command, &fees_applications, application));
    TRY(put_submission(command, &applying, &submission));
    TRY(fees_put_consultation(command, &consultation, &stored));
    recount.submission = &submission;
    TRY(fees_recount_put(command, &recount));
    out->application = application;
    return CODE_OK;
}

/* --- taken back -------------------------------------------------------------------------------------- */

enum code fees_take_back(struct command *command, Pb__FeeApplication *application,
                         enum fee_consultation_event event, Pb__Consultation **consultation)
{
    enum code code;
    struct fees_recount recount;
    Pb__Consultation next;
    TRY(check(command, *consultation ? REFUSAL_NONE : REFUSAL_CONSULTATION_UNKNOWN));
    TRY(check(command, fee_consultation_take_back(*consultation, event, &next)));
    Pb__FeeSubmission *submission = load_if_any(command, &fees_submissions, application->id, &code);
    TRY(code);
    allow_memory(command, FEES_ARENA_BYTES);
    TRY(fees_recount_load(command, application->cycle_id, application->provision_id, "", &recount));
    TRY(put(command, &fees_applications, application));
    if (submission) {
        submission->stands = false;
        TRY(put(command, &fees_submissions, submission));
    }
    TRY(fees_put_consultation(command, &next, consultation));
    recount.submission = NULL;
    return fees_recount_put(command, &recount);
}

/* As it stands, for whom it was not submitted as it is being written (rule S4). NULL past the arena's limit.
 */
static Pb__FeeApplication *without_words(struct command *command, const Pb__FeeApplication *application)
{
    Pb__FeeApplication *head = COPY(command, application);
    if (!head)
        return NULL;
    head->effective_on = "";
    head->n_services = head->n_answers = head->n_answer_versions = 0;
    return head;
}

HANDLE(ReturnFeeApplication, return_fee_application)
{
    struct applying applying;
    Pb__FeeApplication *application = arena_new(command->arena, Pb__FeeApplication);
    TRY(check_record(command, &in->base));
    if (!application)
        return no_memory(command);
    TRY(fees_load_applying_to(command, in->application_id, FEE_ACT_RETURN, &applying));
    TRY(decided(command, fee_application_return(applying.stored, fees_state_beside(&applying), in,
                                                application, &command->fault)));
    TRY(fees_take_back(command, application, CONSULTATION_RETURN, &applying.consultation));
    out->application = fee_application_may(&applying.actor, FEE_ACT_READ, applying.stored,
                                           applying.consultation) == REFUSAL_NONE
                           ? application
                           : without_words(command, application);
    return out->application ? CODE_OK : no_memory(command);
}

HANDLE(WithdrawFeeApplication, withdraw_fee_application)
{
    struct applying applying;
    Pb__FeeApplication *application = arena_new(command->arena, Pb__FeeApplication);
    TRY(check_record(command, &in->base));
    if (!application)
        return no_memory(command);
    TRY(fees_load_applying_to(command, in->application_id, FEE_ACT_WRITE, &applying));
    TRY(check(command, fee_application_withdraw(applying.stored, fees_state_beside(&applying), in->reason,
                                                application)));
    expect_version(application->meta, in->version);
    TRY(fees_take_back(command, application, CONSULTATION_WITHDRAW, &applying.consultation));
    out->application = application;
    return CODE_OK;
}

HANDLE(CorrectFeeApplication, correct_fee_application)
{
    struct applying applying;
    Pb__FeeApplication *application = arena_new(command->arena, Pb__FeeApplication);
    if (!application)
        return no_memory(command);
    TRY(fees_load_applying_to(command, in->application_id, FEE_ACT_WRITE, &applying));
    TRY(check(command, fee_application_correct(applying.stored, fees_state_beside(&applying), application)));
    TRY(put(command, &fees_applications, application));
    out->application = application;
    return CODE_OK;
}
