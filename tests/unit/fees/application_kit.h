#pragma once
/* An application on a small form, for tests of what is typed, submitted and written as a sheet. */

#include "services/fees/rules_submission.h"
#include "tests/unit/fees/rules_kit.h"

static struct arena arena;

static inline void begin_arena(void)
{
    arena_init(&arena, TEST_ARENA_BYTES);
}
static inline void end_arena(void)
{
    arena_finish(&arena);
}

/* A question of every kind. */
static const char kit_form_text[] =
    "form: small\ntitle: Small\npurpose: fee application\n"
    "grading: how\n  grade: well: Well done\n  grade: badly: Badly done\n"
    "section: costs: Costs\n"
    "question: staffing: Staffing\nanswer: money\noption: current: Current\noption: forecast: "
    "Forecast\nrequired\n"
    "question: premises: Premises\nanswer: money\noption: current: Current\noption: forecast: "
    "Forecast\nrequired\n"
    "question: surplus: Surplus\nanswer: money\noption: current: Current\noption: forecast: Forecast\n"
    "may be negative\n"
    "question: total: Total\nanswer: money\noption: current: Current\noption: forecast: Forecast\n"
    "sum of: staffing, premises, surplus\n"
    "question: claims: Claims\nanswer: money\noption: claimed: Claimed\noption: accepted: Accepted\n"
    "question: places: Places\nanswer: numbers\noption: registered: Registered\noption: filled: Filled\n"
    "section: words: Words\n"
    "question: why: Why?\nanswer: text\nrequired\n"
    "question: accounts: Accounts\nanswer: text\nevidence: needed\n"
    "question: owner: Owner\nanswer: one of\noption: charity: A charity\noption: company: A company\n"
    "question: papers: Papers\nanswer: any of\noption: accounts: Accounts\noption: rent: Rent, lease\n"
    "question: rent: Is rent paid?\nanswer: yes or no\n"
    "question: rent-to: To whom?\nanswer: text\nrequired\nonly if: rent is yes\n"
    "question: full: How full?\nanswer: scale 1 to 10\n"
    "question: managed: Managed?\nanswer: grade how\n"
    "question: since: Since when?\nanswer: past date\n";

static inline Pb__FormTemplate *kit_form(void)
{
    Pb__FormTemplate *form = NULL;
    struct form_problems problems = {0};
    enum code code = form_read(span_of_text(kit_form_text), &arena, &form, &problems);
    cr_assert_eq(code, CODE_OK, "%u: %s", problems.count ? problems.items[0]->line : 0,
                 problems.count ? problems.items[0]->reason : "");
    form->id = "small/1";
    return form;
}

static inline Pb__FormAnswer *answer_of(const char *question)
{
    Pb__FormAnswer *answer = arena_new(&arena, Pb__FormAnswer);
    pb__form_answer__init(answer);
    answer->question_id = question;
    return answer;
}

static inline Pb__FormAnswer *in_words(const char *question, const char *text)
{
    Pb__FormAnswer *answer = answer_of(question);
    answer->text = text;
    return answer;
}

/* Two amounts; `second` may be NULL. */
static inline Pb__FormAnswer *amounts(const char *question, const char *first, int64_t one,
                                      const char *second, int64_t two)
{
    Pb__FormAnswer *answer = answer_of(question);
    Pb__NamedNumber *numbers = arena_array(&arena, Pb__NamedNumber, 2);
    answer->numbers = arena_array(&arena, Pb__NamedNumber *, 2);
    pb__named_number__init(&numbers[0]);
    pb__named_number__init(&numbers[1]);
    numbers[0].option_id = first, numbers[0].value = one;
    numbers[1].option_id = second, numbers[1].value = two;
    answer->numbers[0] = &numbers[0], answer->numbers[1] = &numbers[1];
    answer->n_numbers = second ? 2 : 1;
    return answer;
}

static inline Pb__FormAnswer *costs(const char *question, int64_t current, int64_t forecast)
{
    return amounts(question, "current", current, "forecast", forecast);
}

static inline Pb__FeeSplit *split(int64_t social_care, int64_t education, int64_t health, int64_t total)
{
    Pb__FeeSplit *made = arena_new(&arena, Pb__FeeSplit);
    pb__fee_split__init(made);
    made->social_care_pence = social_care, made->education_pence = education;
    made->health_pence = health, made->total_pence = total;
    return made;
}

static inline Pb__FeeService *service(const char *id, Pb__FeeSplit *current, Pb__FeeSplit *proposed)
{
    Pb__FeeService *made = arena_new(&arena, Pb__FeeService);
    pb__fee_service__init(made);
    made->id = id, made->title = arena_format(&arena, "Service %s", id);
    made->attendance = PB__ATTENDANCE__ATTENDANCE_WEEKS_52;
    made->current = current, made->proposed = proposed;
    return made;
}

/* One that is charged to social care alone. */
static inline Pb__FeeService *plain_service(const char *id, int64_t current, int64_t proposed)
{
    return service(id, split(current, 0, 0, current), split(proposed, 0, 0, proposed));
}

static inline void put_services(Pb__FeeApplication *application, Pb__FeeService *first,
                                Pb__FeeService *second)
{
    application->services = arena_array(&arena, Pb__FeeService *, 2);
    application->services[0] = first, application->services[1] = second;
    application->n_services = !first ? 0 : second ? 2 : 1;
}

static inline void put_answers(Pb__FeeApplication *application, Pb__FormAnswer *const *answers, size_t count,
                               uint64_t version)
{
    application->answers = arena_array(&arena, Pb__FormAnswer *, count + 1);
    application->answer_versions = arena_array(&arena, uint64_t, count + 1);
    for (size_t i = 0; i < count; i++) {
        application->answers[i] = answers[i];
        application->answer_versions[i] = version;
    }
    application->n_answers = application->n_answer_versions = count;
}

/* An application that lacks nothing, at version 5, all of it changed last at version 3. */
static inline Pb__FeeApplication complete_application(void)
{
    Pb__FeeApplication application;
    Pb__FormAnswer *const answers[] = {costs("staffing", 60000000, 63000000),
                                       costs("premises", 10000000, 10000001), costs("surplus", -500000, 0),
                                       costs("total", 69500000, 73000001), in_words("why", "Pay rises.")};
    pb__fee_application__init(&application);
    application.meta = arena_new(&arena, Pb__RecordMeta);
    pb__record_meta__init(application.meta);
    application.meta->version = 5;
    application.id = "01979df0-0000-7000-8000-000000000001", application.cycle_id = "2027-28";
    application.provision_id = "provision", application.name = "Oak House";
    application.provider_id = "provider", application.form_id = "small/1";
    application.state = PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_DRAFT;
    application.services_version = application.effective_version = 3;
    put_services(
        &application,
        service("residential-52", split(200000, 80000, 20000, 300000), split(205000, 81000, 20000, 306000)),
        plain_service("day", 100000, 100000));
    put_answers(&application, answers, COUNT(answers), 3);
    return application;
}

static inline Pb__FeeCycle *kit_cycle(const char *expression)
{
    Pb__FeeCycle *cycle = arena_new(&arena, Pb__FeeCycle);
    Pb__FeeThreshold *threshold = arena_new(&arena, Pb__FeeThreshold);
    pb__fee_cycle__init(cycle);
    pb__fee_threshold__init(threshold);
    cycle->id = "2027-28", cycle->first_on = "2027-04-01", cycle->last_on = "2028-03-31";
    cycle->state = PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_OPEN;
    threshold->from = "2027-04-01", threshold->expression = expression;
    cycle->thresholds = arena_array(&arena, Pb__FeeThreshold *, 1);
    cycle->thresholds[0] = threshold;
    cycle->n_thresholds = expression != NULL;
    return cycle;
}

static inline struct fee_setting kit_setting(const char *expression)
{
    return (struct fee_setting){.cycle = kit_cycle(expression), .form = kit_form(), .day = day("2027-03-01")};
}

/* "field = value: reason" of each, a line each; of a cell "row.column". */
static inline const char *problems_of(const struct fee_problems *problems)
{
    char *text = arena_text(&arena, "");
    for (size_t i = 0; i < problems->count; i++) {
        const Pb__FeeProblem *problem = problems->items[i];
        const char *place = problem->row ? arena_format(&arena, "%u.%s", problem->row, problem->column) : "";
        text =
            arena_format(&arena, "%s%s%s%s%s = %s: %s\n", text, place, *place && *problem->field ? " " : "",
                         problem->field, "", problem->value, problem->reason);
    }
    return text;
}
