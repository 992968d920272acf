/* What was typed, laid over what is stored (rules F3, R10). In: an application, what was typed and the
 * version that was read. Out: the application as it is to be kept, or the first thing in the way of that.
 * What is missing or does not add up is rules_submission's. */

#include "services/fees/rules_application.h"

#include "common/domain/money.h"
#include "services/fees/rules_service.h"
#include "services/fees/rules_text.h"

/* One save under way. */
struct save {
    const Pb__FeeApplication *stored;
    const Pb__SaveFeeApplicationRequest *request;
    const Pb__FormTemplate *form;
    struct arena *arena;
    struct fault *ret_fault;
    uint64_t next; /* the version that it makes */
    Pb__FeeApplication *application;
    bool changed;
};

static uint64_t version_of(const Pb__FeeApplication *application)
{
    return application->meta ? application->meta->version : 0;
}

static enum fees_refusal no_room(const struct save *save)
{
    return fees_refuse(save->ret_fault, REFUSAL_TOO_MANY, NULL, NULL);
}

/* Somebody changed it since, to something else. */
static enum fees_refusal conflict(const struct save *save, const char *field, const char *stored,
                                  const char *given)
{
    if (!stored || !given)
        return no_room(save);
    return fees_refuse(save->ret_fault, REFUSAL_APPLICATION_CONFLICT, field,
                       "somebody has changed it since you read it, to %s%.90s%s; you wrote %s%.90s%s",
                       *stored ? "\"" : "", *stored ? stored : "nothing", *stored ? "\"" : "",
                       *given ? "\"" : "", *given ? given : "nothing", *given ? "\"" : "");
}

/* --- answers ----------------------------------------------------------------------------------------- */

static bool is_empty(const Pb__FormAnswer *answer)
{
    return text_is_blank(answer->text) && answer->n_option_ids == 0 &&
           answer->scale_case == PB__FORM_ANSWER__SCALE__NOT_SET &&
           answer->yes_no == PB__YES_NO__YES_NO_UNSPECIFIED && answer->n_numbers == 0 && !*answer->date;
}

static bool same_lists(const Pb__FormAnswer *a, const Pb__FormAnswer *b)
{
    if (a->n_option_ids != b->n_option_ids || a->n_numbers != b->n_numbers)
        return false;
    for (size_t i = 0; i < a->n_option_ids; i++)
        if (strcmp(a->option_ids[i], b->option_ids[i]) != 0)
            return false;
    for (size_t i = 0; i < a->n_numbers; i++)
        if (strcmp(a->numbers[i]->option_id, b->numbers[i]->option_id) != 0 ||
            a->numbers[i]->value != b->numbers[i]->value)
            return false;
    return true;
}

/* Files, and whether it was carried over, make no difference. */
static bool same_answer(const Pb__FormAnswer *a, const Pb__FormAnswer *b)
{
    if (is_empty(a) || is_empty(b))
        return is_empty(a) == is_empty(b);
    return strcmp(a->text, b->text) == 0 && same_lists(a, b) && a->scale_case == b->scale_case &&
           (a->scale_case == PB__FORM_ANSWER__SCALE__NOT_SET || a->number == b->number) &&
           a->yes_no == b->yes_no && strcmp(a->date, b->date) == 0;
}

bool fee_application_answers(const Pb__FeeApplication *application, struct arena *arena,
                             struct form_answers *ret_answers)
{
    Pb__FormAnswer **items = arena_array(arena, Pb__FormAnswer *, application->n_answers + 1);
    size_t count = 0;
    for (size_t i = 0; items && i < application->n_answers; i++)
        if (!is_empty(application->answers[i]))
            items[count++] = application->answers[i];
    if (items)
        *ret_answers = (struct form_answers){items, count};
    return items != NULL;
}

/* Room for what is stored and what is new, with their versions: of an application whose lists do not go
 * together, an answer without a version is as old as it. */
static bool copy_answers(struct save *save)
{
    const Pb__FeeApplication *stored = save->stored;
    size_t room = stored->n_answers + save->request->n_answers + 1;
    Pb__FormAnswer **answers = arena_array(save->arena, Pb__FormAnswer *, room);
    uint64_t *versions = arena_array(save->arena, uint64_t, room);
    if (!answers || !versions)
        return false;
    for (size_t i = 0; i < stored->n_answers; i++) {
        answers[i] = stored->answers[i];
        versions[i] = i < stored->n_answer_versions ? stored->answer_versions[i] : version_of(stored);
    }
    save->application->answers = answers;
    save->application->answer_versions = versions;
    save->application->n_answer_versions = stored->n_answers;
    return true;
}

/* As it is kept: of an answer that is taken away its place alone. */
static Pb__FormAnswer *answer_to_keep(const struct save *save, const Pb__FormAnswer *typed)
{
    Pb__FormAnswer *kept = arena_new(save->arena, Pb__FormAnswer);
    if (!kept)
        return NULL;
    pb__form_answer__init(kept);
    if (!is_empty(typed))
        *kept = *typed;
    kept->question_id = typed->question_id;
    kept->evidence_ids = NULL;
    kept->n_evidence_ids = 0;
    kept->carried_over = false;
    return kept;
}

static enum fees_refusal answer_conflict(const struct save *save, const Pb__FormAnswer *stored,
                                         const Pb__FormAnswer *typed)
{
    const Pb__FormQuestion *question = form_question(save->form, typed->question_id);
    return conflict(save, arena_format(save->arena, "answers[%.64s]", typed->question_id),
                    form_answer_text(save->form, question, stored, save->arena),
                    form_answer_text(save->form, question, typed, save->arena));
}

static enum fees_refusal save_answer(struct save *save, const Pb__FormAnswer *typed)
{
    Pb__FeeApplication *application = save->application;
    size_t at = 0;
    while (at < application->n_answers &&
           strcmp(application->answers[at]->question_id, typed->question_id) != 0)
        at++;
    bool is_new = at == application->n_answers;
    if (is_new ? is_empty(typed) : same_answer(application->answers[at], typed))
        return REFUSAL_NONE;
    if (!is_new && application->answer_versions[at] > save->request->version)
        return answer_conflict(save, application->answers[at], typed);
    if (!(application->answers[at] = answer_to_keep(save, typed)))
        return no_room(save);
    application->answer_versions[at] = save->next;
    application->n_answers += is_new;
    application->n_answer_versions += is_new;
    save->changed = true;
    return REFUSAL_NONE;
}

/* Each by itself, as it would be kept. */
static enum fees_refusal check_typed(const struct save *save, struct date today)
{
    const struct form_setting setting = {.day = today};
    struct form_problems problems;
    size_t count = save->request->n_answers;
    Pb__FormAnswer **typed = arena_array(save->arena, Pb__FormAnswer *, count + 1);
    for (size_t i = 0; typed && i < count; i++)
        if (!(typed[i] = answer_to_keep(save, save->request->answers[i])))
            return no_room(save);
    const struct form_answers answers = {typed, count};
    if (!typed || form_check(save->form, &answers, &setting, save->arena, &problems) != CODE_OK)
        return no_room(save);
    if (problems.count == 0)
        return REFUSAL_NONE;
    char field[FAULT_FIELD_BYTES];
    fee_answer_field(problems.items[0]->question_id, problems.items[0]->option_id, field);
    return fees_refuse(save->ret_fault, REFUSAL_APPLICATION_ANSWER_WRONG, field, "%s%s",
                       problems.items[0]->reason, problems.count > 1 ? "; other answers are wrong too" : "");
}

static enum fees_refusal check_size(const struct save *save)
{
    size_t bytes = 0;
    for (size_t i = 0; i < save->application->n_answers; i++)
        bytes += protobuf_c_message_get_packed_size(&save->application->answers[i]->base);
    return bytes > FEE_APPLICATION_BYTES_MAX
               ? fees_refuse(save->ret_fault, REFUSAL_APPLICATION_LARGE, NULL, NULL)
               : REFUSAL_NONE;
}

static enum fees_refusal save_answers(struct save *save, struct date today)
{
    enum fees_refusal refusal = check_typed(save, today);
    if (refusal == REFUSAL_NONE && !copy_answers(save))
        refusal = no_room(save);
    for (size_t i = 0; refusal == REFUSAL_NONE && i < save->request->n_answers; i++)
        refusal = save_answer(save, save->request->answers[i]);
    return refusal == REFUSAL_NONE ? check_size(save) : refusal;
}

/* --- services and the first day ---------------------------------------------------------------------- */

static enum fees_refusal save_services(struct save *save)
{
    const Pb__SaveFeeApplicationRequest *request = save->request;
    Pb__FeeApplication *application = save->application;
    Pb__FeeService **services;
    if (!request->services_given && request->n_services == 0)
        return REFUSAL_NONE;
    enum fees_refusal refusal = fee_services_check(request->services, request->n_services, save->ret_fault);
    if (refusal != REFUSAL_NONE)
        return refusal;
    if (!(services = fee_services_whole(request->services, request->n_services, save->arena)))
        return no_room(save);
    if (fee_services_same(application->services, application->n_services, services, request->n_services))
        return REFUSAL_NONE;
    if (application->services_version > request->version)
        return conflict(save, "services",
                        fee_services_text(application->services, application->n_services, save->arena),
                        fee_services_text(services, request->n_services, save->arena));
    application->services = services;
    application->n_services = request->n_services;
    application->services_version = save->next;
    save->changed = true;
    return REFUSAL_NONE;
}

static enum fees_refusal save_effective(struct save *save)
{
    const char *typed = save->request->effective_on;
    Pb__FeeApplication *application = save->application;
    struct date date;
    if (!*typed || strcmp(typed, application->effective_on) == 0)
        return REFUSAL_NONE;
    if (!date_field(typed, &date))
        return fees_refuse(save->ret_fault, REFUSAL_APPLICATION_EFFECTIVE_WRONG, NULL,
                           "\"%.40s\" is no date: write the year, month and day as 2027-04-01", typed);
    if (application->effective_version > save->request->version)
        return conflict(save, "effective_on", application->effective_on, typed);
    application->effective_on = typed;
    application->effective_version = save->next;
    save->changed = true;
    return REFUSAL_NONE;
}

enum fees_refusal fee_application_save(const Pb__FeeApplication *stored,
                                       const Pb__SaveFeeApplicationRequest *request,
                                       const Pb__FormTemplate *form, struct date today, struct arena *arena,
                                       Pb__FeeApplication *ret_application, bool *ret_changed,
                                       struct fault *ret_fault)
{
    Pb__FeeApplication application = *stored;
    struct save save = {.stored = stored,
                        .request = request,
                        .form = form,
                        .arena = arena,
                        .ret_fault = ret_fault,
                        .next = version_of(stored) + 1,
                        .application = &application};
    enum fees_refusal refusal = fee_application_step(stored->state, FEE_APPLICATION_SAVE, &application.state);
    if (refusal != REFUSAL_NONE)
        return fees_refuse(ret_fault, refusal, NULL, NULL);
    if (request->version > version_of(stored))
        return fees_refuse(ret_fault, REFUSAL_APPLICATION_CONFLICT, "version",
                           "there is no such version yet");
    refusal = save_effective(&save);
    if (refusal == REFUSAL_NONE)
        refusal = save_services(&save);
    if (refusal == REFUSAL_NONE)
        refusal = save_answers(&save, today);
    if (refusal != REFUSAL_NONE)
        return refusal;
    *ret_application = application;
    *ret_changed = save.changed;
    return REFUSAL_NONE;
}
