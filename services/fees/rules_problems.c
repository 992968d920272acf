/* What stands between an application and its submission (rule F3). In: an application, its form, its cycle.
 * Out: problems with the paths of their fields, what stands there, and what would be right. */

#include "services/fees/rules_submission.h"

#include "services/fees/rules_cycle.h"
#include "services/fees/rules_service.h"
#include "services/fees/rules_text.h"

#include <stdarg.h>
#include <stdio.h>

/* --- collected --------------------------------------------------------------------------------------- */

static void push(struct fee_problems *problems, Pb__FeeProblem *problem)
{
    /* Full at every power of two. */
    if ((problems->count & (problems->count - 1)) == 0) {
        size_t room = problems->count ? 2 * problems->count : 1;
        Pb__FeeProblem **grown = arena_array(problems->arena, Pb__FeeProblem *, room);
        if (!grown)
            return;
        if (problems->count)
            memcpy(grown, problems->items, problems->count * sizeof *grown);
        problems->items = grown;
    }
    problems->items[problems->count++] = problem;
}

/* A copy in the arena, cut, and made UTF-8: what is quoted may be any bytes. NULL past its limit. */
static const char *quoted(struct arena *arena, const char *text)
{
    enum { QUOTED_BYTES = 160 };
    char *copy = arena_format(arena, "%.*s", QUOTED_BYTES, text);
    if (copy)
        text_mend(copy);
    return copy;
}

static void __attribute__((format(printf, 3, 0)))
add(struct fee_problems *problems, Pb__FeeProblem problem, const char *reason, va_list arguments)
{
    char text[FAULT_REASON_BYTES];
    if (problems->count >= FEE_PROBLEMS_MAX) {
        problems->left_out++;
        return;
    }
    vsnprintf(text, sizeof text, reason, arguments);
    Pb__FeeProblem *kept = arena_new(problems->arena, Pb__FeeProblem);
    if (!kept)
        return;
    *kept = problem;
    kept->field = quoted(problems->arena, problem.field);
    kept->value = quoted(problems->arena, problem.value);
    kept->column = quoted(problems->arena, problem.column);
    text_mend(text);
    kept->reason = arena_text(problems->arena, text);
    if (!problems->arena->exhausted)
        push(problems, kept);
}

void fee_problem(struct fee_problems *problems, const char *field, const char *value, const char *reason, ...)
{
    Pb__FeeProblem problem;
    va_list arguments;
    pb__fee_problem__init(&problem);
    problem.field = field;
    problem.value = value;
    va_start(arguments, reason);
    add(problems, problem, reason, arguments);
    va_end(arguments);
}

void fee_problem_in_cell(struct fee_problems *problems, const struct fee_cell *cell, const char *reason, ...)
{
    Pb__FeeProblem problem;
    va_list arguments;
    pb__fee_problem__init(&problem);
    problem.row = cell->row;
    problem.column = cell->column;
    problem.field = cell->field;
    problem.value = cell->value;
    va_start(arguments, reason);
    add(problems, problem, reason, arguments);
    va_end(arguments);
}

enum code fee_problems_end(struct fee_problems *problems)
{
    if (problems->left_out) {
        Pb__FeeProblem *rest = arena_new(problems->arena, Pb__FeeProblem);
        if (!rest)
            return CODE_RESOURCE_EXHAUSTED;
        pb__fee_problem__init(rest);
        rest->reason = arena_format(problems->arena, "and %zu more", problems->left_out);
        push(problems, rest);
        problems->left_out = 0;
    }
    return problems->arena->exhausted ? CODE_RESOURCE_EXHAUSTED : CODE_OK;
}

/* --- services ---------------------------------------------------------------------------------------- */

/* What social care, education and health come to; false where that is more than can be counted. */
static bool sum_of(Pb__FeeSplit *split, struct money *ret_sum)
{
    struct money sum = money_pence(0);
    for (unsigned part = FEE_SOCIAL_CARE; part < FEE_TOTAL; part++)
        if (money_add(sum, money_pence(*fee_part_of(split, part)), &sum) != CODE_OK)
            return false;
    *ret_sum = sum;
    return true;
}

/* One amount: nothing below nothing, nothing absurd. */
static bool check_amount(struct fee_problems *problems, const char *field, int64_t pence)
{
    char value[MONEY_TEXT_BYTES];
    money_print(money_pence(pence), value);
    if (pence < 0)
        fee_problem(problems, field, value, "a fee is not below nothing");
    else if (pence > FEE_WEEKLY_PENCE_MAX)
        fee_problem(problems, field, value, "a weekly fee is at most £%d", FEE_WEEKLY_PENCE_MAX / 100);
    return pence >= 0 && pence <= FEE_WEEKLY_PENCE_MAX;
}

/* Social care, education and health are the total, to the penny. */
static void check_split(struct fee_problems *problems, const Pb__FeeService *service, bool proposed)
{
    Pb__FeeSplit *split = proposed ? service->proposed : service->current;
    char field[FAULT_FIELD_BYTES], value[MONEY_TEXT_BYTES], sum_text[MONEY_TEXT_BYTES],
        off_text[MONEY_TEXT_BYTES];
    struct money sum, off;
    bool right = true;
    for (unsigned part = FEE_SOCIAL_CARE; part < FEE_PARTS; part++) {
        fee_service_field(service->id, proposed, part, field);
        right = check_amount(problems, field, *fee_part_of(split, part)) && right;
    }
    struct money total = money_pence(split->total_pence);
    if (!right || !sum_of(split, &sum) || money_compare(total, sum) == 0)
        return;
    bool above = money_compare(total, sum) > 0;
    off = money_pence(above ? total.pence - sum.pence : sum.pence - total.pence);
    money_print(total, value);
    money_print(sum, sum_text);
    money_print(off, off_text);
    fee_service_field(service->id, proposed, FEE_TOTAL, field);
    fee_problem(problems, field, value,
                "social care, education and health come to %s: the total is %s too %s", sum_text, off_text,
                above ? "much" : "little");
}

static void check_service(struct fee_problems *problems, const Pb__FeeService *service)
{
    char field[FAULT_FIELD_BYTES];
    snprintf(field, sizeof field, "services[%.*s].title", FEE_SERVICE_ID_BYTES_MAX, service->id);
    if (text_is_blank(service->title) || strlen(service->title) > FEE_TITLE_BYTES_MAX)
        fee_problem(problems, field, service->title,
                    "a service has a name that people read, %d bytes at most", FEE_TITLE_BYTES_MAX);
    snprintf(field, sizeof field, "services[%.*s].attendance", FEE_SERVICE_ID_BYTES_MAX, service->id);
    if ((unsigned)service->attendance - 1 >= PB__ATTENDANCE__ATTENDANCE_WEEKS_52)
        fee_problem(problems, field, "",
                    "say for how much of the year it is charged: day, 38 weeks or 52 weeks");
    check_split(problems, service, false);
    check_split(problems, service, true);
    fee_service_field(service->id, true, FEE_TOTAL, field);
    if (service->proposed->total_pence == 0)
        fee_problem(problems, field, "£0.00", "say what is asked for; leave the service out if it is ended");
}

static enum code check_services(const Pb__FeeApplication *application, struct fee_problems *problems)
{
    struct fault fault;
    Pb__FeeService **services =
        fee_services_whole(application->services, application->n_services, problems->arena);
    if (!services)
        return CODE_RESOURCE_EXHAUSTED;
    if (application->n_services == 0)
        fee_problem(problems, "services", "", "an application is for one service at least");
    if (fee_services_check(services, application->n_services, &fault) != REFUSAL_NONE)
        fee_problem(problems, "services", "", "%s", fault.reason);
    for (size_t i = 0; i < application->n_services; i++)
        check_service(problems, services[i]);
    return CODE_OK;
}

/* --- the first day, and the form --------------------------------------------------------------------- */

static void check_effective(const Pb__FeeApplication *application, const Pb__FeeCycle *cycle,
                            struct fee_problems *problems)
{
    struct date date;
    if (!fee_cycle_effective(cycle, application->effective_on, &date))
        fee_problem(problems, "effective_on", application->effective_on,
                    "the new fee begins on a day of the cycle, from %s to %s", cycle->first_on,
                    cycle->last_on);
}

/* What an answer says, or one of its amounts. */
static const char *answer_value(const Pb__FormTemplate *form, const struct form_answers *answers,
                                const Pb__FormProblem *problem, struct arena *arena)
{
    const Pb__FormQuestion *question = form_question(form, problem->question_id);
    const Pb__FormAnswer *answer = form_answer_of(answers, problem->question_id);
    char money[MONEY_TEXT_BYTES];
    if (!question || !answer)
        return "";
    if (!*problem->option_id)
        return form_answer_text(form, question, answer, arena);
    for (size_t i = 0; i < answer->n_numbers; i++) {
        if (strcmp(answer->numbers[i]->option_id, problem->option_id) != 0)
            continue;
        if (question->kind != PB__ANSWER_KIND__ANSWER_KIND_MONEY)
            return arena_format(arena, "%lld", (long long)answer->numbers[i]->value);
        money_print(money_pence(answer->numbers[i]->value), money);
        return arena_text(arena, money);
    }
    return "";
}

enum code fee_form_problems(const Pb__FormTemplate *form, const struct form_answers *answers,
                            const struct form_files *files, struct date day, struct fee_problems *problems)
{
    static const struct form_files no_files = {0};
    const struct form_setting setting = {.day = day};
    struct form_answers beside;
    struct form_problems found;
    const struct form_files *with = files ? files : &no_files;
    if (evidence_beside(form, answers, with, problems->arena, &beside) != CODE_OK ||
        form_complete_with_files(form, &beside, with, &setting, problems->arena, &found) != CODE_OK)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < found.count; i++) {
        char field[FAULT_FIELD_BYTES];
        const char *value = answer_value(form, &beside, found.items[i], problems->arena);
        fee_answer_field(found.items[i]->question_id, found.items[i]->option_id, field);
        if (!value)
            return CODE_RESOURCE_EXHAUSTED;
        fee_problem(problems, field, value, "%s", found.items[i]->reason);
    }
    return problems->arena->exhausted ? CODE_RESOURCE_EXHAUSTED : CODE_OK;
}

enum code fee_application_problems(const Pb__FeeApplication *application, const struct fee_setting *setting,
                                   struct arena *arena, struct fee_problems *ret_problems)
{
    struct fee_problems problems = {.arena = arena};
    struct form_answers answers;
    check_effective(application, setting->cycle, &problems);
    if (check_services(application, &problems) != CODE_OK ||
        !fee_application_answers(application, arena, &answers) ||
        fee_form_problems(setting->form, &answers, setting->files, setting->day, &problems) != CODE_OK ||
        fee_problems_end(&problems) != CODE_OK)
        return CODE_RESOURCE_EXHAUSTED;
    *ret_problems = problems;
    return CODE_OK;
}
