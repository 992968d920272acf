/* rules F3, F4: what stands between an application and its submission, to the penny, and how its increase
 * stands to the threshold. */

#include "tests/unit/fees/application_kit.h"

TestSuite(rules_submission, .init = begin_arena, .fini = end_arena);

static const char *problems_in(const Pb__FeeApplication *application)
{
    const struct fee_setting setting = kit_setting("1.5%");
    struct fee_problems problems = {0};
    cr_assert_eq(fee_application_problems(application, &setting, &arena, &problems), CODE_OK);
    return problems_of(&problems);
}

/* rule F3: social care, education and health are the total, to the penny, now and as asked for. */
Test(rules_submission, splits_add_up_to_the_penny)
{
    static const struct {
        int64_t social_care, education, health, total;
        const char *problem; /* of the proposed one */
    } cases[] = {
        {200000, 80000, 20000, 300000, ""},
        {200000, 80000, 20000, 300001,
         "services[a].proposed.total = £3,000.01: social care, education and health come to £3,000.00: the "
         "total is "
         "£0.01 too much\n"},
        {200000, 80000, 20000, 299999,
         "services[a].proposed.total = £2,999.99: social care, education and health come to £3,000.00: the "
         "total is "
         "£0.01 too little\n"},
        {0, 0, 1, 1, ""},
        {-1, 0, 2, 1, "services[a].proposed.social_care = -£0.01: a fee is not below nothing\n"},
        {1, -1, 0, 0,
         "services[a].proposed.education = -£0.01: a fee is not below nothing\n"
         "services[a].proposed.total = £0.00: say what is asked for; leave the service out if it is ended\n"},
        {100000000, 0, 0, 100000000, ""},
        {100000001, 0, 0, 100000001,
         "services[a].proposed.social_care = £1,000,000.01: a weekly fee is at most £1000000\n"
         "services[a].proposed.total = £1,000,000.01: a weekly fee is at most £1000000\n"},
        {INT64_MAX, INT64_MAX, 0, INT64_MIN,
         "services[a].proposed.social_care = £92,233,720,368,547,758.07: a weekly fee is at most £1000000\n"
         "services[a].proposed.education = £92,233,720,368,547,758.07: a weekly fee is at most £1000000\n"
         "services[a].proposed.total = -£92,233,720,368,547,758.08: a fee is not below nothing\n"},
        {0, 0, 0, 0,
         "services[a].proposed.total = £0.00: say what is asked for; leave the service out if it is ended\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeApplication application = complete_application();
        put_services(
            &application,
            service("a", split(1, 2, 3, 6),
                    split(cases[i].social_care, cases[i].education, cases[i].health, cases[i].total)),
            NULL);
        cr_assert_str_eq(problems_in(&application), cases[i].problem, "case %zu: %s", i,
                         problems_in(&application));
    }
    Pb__FeeApplication application = complete_application();
    put_services(&application, service("a", split(1, 2, 3, 7), split(1, 2, 3, 6)), NULL);
    cr_assert_str_eq(
        problems_in(&application),
        "services[a].current.total = £0.07: social care, education and health come to £0.06: the total "
        "is £0.01 too much\n");
}

Test(rules_submission, what_a_service_needs)
{
    Pb__FeeApplication application = complete_application();
    put_services(&application, NULL, NULL);
    cr_assert_str_eq(problems_in(&application), "services = : an application is for one service at least\n");
    Pb__FeeService *bare = plain_service("a", 0, 100);
    bare->title = " ", bare->attendance = PB__ATTENDANCE__ATTENDANCE_UNSPECIFIED;
    bare->current = NULL; /* a new one: nothing is charged now */
    put_services(&application, bare, NULL);
    cr_assert_str_eq(
        problems_in(&application),
        "services[a].title =  : a service has a name that people read, 200 bytes at most\n"
        "services[a].attendance = : say for how much of the year it is charged: day, 38 weeks or 52 "
        "weeks\n");
    put_services(&application, plain_service("a", 1, 1), plain_service("a", 1, 1));
    cr_assert_str_eq(problems_in(&application), "services = : there are two services called a\n");
}

Test(rules_submission, the_first_day_lies_within_the_cycle)
{
    static const struct {
        const char *on, *problem;
    } cases[] = {
        {"", ""},
        {"2027-04-01", ""},
        {"2028-03-31", ""},
        {"2027-03-31",
         "effective_on = 2027-03-31: the new fee begins on a day of the cycle, from 2027-04-01 to "
         "2028-03-31\n"},
        {"2028-04-01",
         "effective_on = 2028-04-01: the new fee begins on a day of the cycle, from 2027-04-01 to "
         "2028-03-31\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeApplication application = complete_application();
        application.effective_on = cases[i].on;
        cr_assert_str_eq(problems_in(&application), cases[i].problem);
    }
}

/* The form's own problems, by the paths of their fields, with what is said there. */
Test(rules_submission, answers_by_their_paths)
{
    const struct {
        Pb__FormAnswer *answer; /* in place of the complete application's */
        const char *problems;
    } cases[] = {
        {costs("total", 69500001, 73000001), "answers[total].current = £695,000.01: Current: £695,000.01 is "
                                             "given, its parts come to £695,000.00: £0.01 "
                                             "too much\n"},
        {costs("total", 69500000, 73000000), "answers[total].forecast = £730,000.00: Forecast: £730,000.00 "
                                             "is given, its parts come to £730,000.01: "
                                             "£0.01 too little\n"},
        {amounts("staffing", "current", 60000000, NULL, 0),
         "answers[staffing].forecast = : Forecast is missing\n"
         "answers[total].forecast = £730,000.01: Forecast: £730,000.01 is given, its parts come to "
         "£100,000.01: "
         "£630,000.00 too much\n"},
        {in_words("why", " "), "answers[why] = : is not answered: Why?\n"},
        {in_words("accounts", "Of 2026."), "answers[accounts] = Of 2026.: needs a file that shows it\n"},
        {in_words("since", "never"), ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeApplication application = complete_application();
        size_t at = 0;
        while (at < application.n_answers &&
               strcmp(application.answers[at]->question_id, cases[i].answer->question_id) != 0)
            at++;
        Pb__FormAnswer *answers[6];
        memcpy(answers, application.answers, application.n_answers * sizeof *answers);
        answers[at] = cases[i].answer;
        put_answers(&application, answers, at == application.n_answers ? at + 1 : application.n_answers, 3);
        cr_assert_str_eq(problems_in(&application), cases[i].problems, "case %zu: %s", i,
                         problems_in(&application));
    }
}

Test(rules_submission, a_file_satisfies_who_wants_one)
{
    Pb__FeeApplication application = complete_application();
    Pb__Evidence file = PB__EVIDENCE__INIT, *list[] = {&file};
    const struct form_files files = {list, 1};
    struct fee_setting setting = kit_setting("1.5%");
    struct fee_problems problems;
    Pb__FormAnswer *answers[6];
    memcpy(answers, application.answers, 5 * sizeof *answers);
    answers[5] = in_words("accounts", "Of 2026.");
    put_answers(&application, answers, 6, 3);
    file.id = "01979df0-0000-7000-8000-000000000002", file.question_id = "accounts",
    file.name = "accounts.pdf";
    file.complete = true;
    setting.files = &files;
    cr_assert_eq(fee_application_problems(&application, &setting, &arena, &problems), CODE_OK);
    cr_assert_str_eq(problems_of(&problems), "");
    file.complete = false;
    cr_assert_eq(fee_application_problems(&application, &setting, &arena, &problems), CODE_OK);
    cr_assert(problems.count > 0 && strstr(problems_of(&problems), "accounts.pdf"), "%s",
              problems_of(&problems));
}

Test(rules_submission, problems_are_bounded_and_counted)
{
    struct fee_problems problems = {.arena = &arena};
    for (int i = 0; i < FEE_PROBLEMS_MAX + 7; i++)
        fee_problem(&problems, "field", "value", "number %d", i);
    cr_assert_eq(fee_problems_end(&problems), CODE_OK);
    cr_assert_eq(problems.count, FEE_PROBLEMS_MAX + 1);
    cr_assert_str_eq(problems.items[FEE_PROBLEMS_MAX]->reason, "and 7 more");
}

/* --- increases --------------------------------------------------------------------------------------- */

static struct threshold_value value_of(const char *expression)
{
    struct threshold threshold;
    struct threshold_value value;
    const struct threshold_indices none = {0};
    cr_assert_eq(threshold_parse(expression, &threshold, NULL), REFUSAL_NONE);
    cr_assert_eq(threshold_evaluate(&threshold, day("2027-03-01"), &none, &arena, &value, NULL),
                 REFUSAL_NONE);
    return value;
}

/* rule F4: of the largest increase; a new service has none, and a decrease is none. */
Test(rules_submission, the_largest_increase)
{
#define WITHIN      PB__FEE_LEVEL__FEE_LEVEL_WITHIN
#define EXCEPTIONAL PB__FEE_LEVEL__FEE_LEVEL_EXCEPTIONAL
#define REVIEW      PB__FEE_LEVEL__FEE_LEVEL_REVIEW
#define NOT_KNOWN   PB__FEE_LEVEL__FEE_LEVEL_UNSPECIFIED
    static const struct {
        int64_t a_now, a_then, b_now, b_then;
        Pb__FeeLevel level;
        const char *service, *percent;
    } cases[] = {
        {300000, 304500, 100000, 101000, WITHIN, "a", "1.5000"},
        {300000, 304500, 100000, 101501, EXCEPTIONAL, "b", "1.5010"},
        {300000, 309001, 100000, 101501, REVIEW, "a", "3.0003"},
        {300000, 303000, 100000, 101000, WITHIN, "a", "1.0000"}, /* of the same, the first */
        {300000, 299000, 100000, 98000, WITHIN, "a", "-0.3333"}, /* of decreases, the least */
        {300000, 300000, 100000, 100000, WITHIN, "a", "0.0000"},
        {0, 300000, 100000, 101000, WITHIN, "b", "1.0000"}, /* new: left out */
        {0, 300000, 0, 100000, NOT_KNOWN, "", ""},
        {2000000, 2030001, 1, 1, EXCEPTIONAL, "a", "1.5001"},   /* 1.50005: a half goes up */
        {2000001, 2030001, 1, 1, WITHIN, "a", "1.5000"},        /* 1.49999925 */
        {20000000, 20300001, 1, 1, EXCEPTIONAL, "a", "1.5000"}, /* shown alike, and not the same */
        {20000000, 20300000, 1, 1, WITHIN, "a", "1.5000"},
    };
    const struct threshold_value value = value_of("1.5%, review above 3%");
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeService *services[] = {plain_service("a", cases[i].a_now, cases[i].a_then),
                                      plain_service("b", cases[i].b_now, cases[i].b_then)};
        struct fee_increase increase;
        cr_assert(fee_increase_of(services, 2, &value, &arena, &increase));
        cr_assert_eq(increase.level, cases[i].level, "case %zu", i);
        cr_assert_str_eq(increase.service_id, cases[i].service, "case %zu", i);
        cr_assert_str_eq(increase.percent, cases[i].percent, "case %zu", i);
        cr_assert_eq(fee_service_is_new(services[0]), cases[i].a_now == 0);
    }
    Pb__FeeService *empty[] = {plain_service("a", 0, 0)};
    empty[0]->current = NULL, empty[0]->proposed = NULL;
    cr_assert(fee_service_is_new(empty[0]));
}

/* --- submitted --------------------------------------------------------------------------------------- */

static const char *concerned_ids[] = {ESSEX, HERTS};
static const struct fee_concerned concerned = {concerned_ids, 2};
static const struct threshold_indices no_indices = {0};

Test(rules_submission, what_is_submitted)
{
    Pb__FeeApplication stored = complete_application(), application;
    const struct fee_setting setting = kit_setting("lower of 1.5% and 62.5% plus 1%");
    Pb__FeeSubmission submission;
    struct fault fault = {0};
    stored.submission = 1, stored.reason = "Totals.";
    stored.state = PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_RETURNED;
    cr_assert_eq(fee_application_submit(&stored, 0, &setting, &no_indices, &concerned, &arena, &application,
                                        &submission, &fault),
                 REFUSAL_NONE, "%s: %s", fault.field, fault.reason);
    cr_assert_eq(application.state, PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_SUBMITTED);
    cr_assert(application.submission == 2 && submission.number == 2 && submission.stands);
    cr_assert_str_eq(application.reason, "");
    cr_assert_str_eq(submission.id, stored.id);
    cr_assert_str_eq(submission.submitted_on, "2027-03-01");
    cr_assert_str_eq(submission.effective_on, "2027-04-01", "not said: the cycle's first");
    cr_assert_eq(submission.level, EXCEPTIONAL);
    cr_assert_str_eq(submission.threshold, "lower of 1.5% and 62.5% plus 1%");
    cr_assert_str_eq(submission.threshold_percent, "1.5");
    cr_assert_str_eq(submission.increase_percent, "2.0000");
    cr_assert_str_eq(submission.increase_service_id, "residential-52");
    cr_assert(submission.n_services == 2 && submission.n_answers == 5 && submission.n_concerned_ids == 2);
    cr_assert_str_eq(submission.provider_id, "provider");
}

/* What was taken away is not submitted; files are named beside their answers. */
Test(rules_submission, answers_as_they_are_read)
{
    Pb__FeeApplication stored = complete_application(), application;
    struct fee_setting setting = kit_setting("1.5%");
    Pb__Evidence file = PB__EVIDENCE__INIT, *list[] = {&file};
    const struct form_files files = {list, 1};
    Pb__FeeSubmission submission;
    struct fault fault = {0};
    Pb__FormAnswer *answers[7];
    memcpy(answers, stored.answers, 5 * sizeof *answers);
    answers[5] = answer_of("owner"), answers[6] = in_words("accounts", "Of 2026.");
    put_answers(&stored, answers, 7, 3);
    file.id = "01979df0-0000-7000-8000-000000000002", file.question_id = "accounts", file.complete = true;
    setting.files = &files;
    cr_assert_eq(fee_application_submit(&stored, 0, &setting, &no_indices, &concerned, &arena, &application,
                                        &submission, &fault),
                 REFUSAL_NONE, "%s: %s", fault.field, fault.reason);
    const struct form_answers read = {submission.answers, submission.n_answers};
    cr_assert_null(form_answer_of(&read, "owner"));
    cr_assert_eq(form_answer_of(&read, "accounts")->n_evidence_ids, 1);
    cr_assert_eq(application.n_answers, 7, "its place is kept");
}

Test(rules_submission, what_is_not_submitted)
{
    Pb__FeeApplication stored = complete_application(), application = {.id = "untouched"};
    struct fee_setting setting = kit_setting("1.5%");
    Pb__FeeSubmission submission;
    struct fault fault = {0};
#define SUBMIT()                                                                                             \
    fee_application_submit(&stored, 0, &setting, &no_indices, &concerned, &arena, &application, &submission, \
                           &fault)
    /* The first problem, and how many there are. */
    stored.services[0]->proposed->total_pence++;
    cr_assert_eq(SUBMIT(), REFUSAL_APPLICATION_INCOMPLETE);
    cr_assert_eq(fault.code, CODE_FAILED_PRECONDITION);
    cr_assert_str_eq(fault.field, "services[residential-52].proposed.total");
    cr_assert_str_eq(fault.reason,
                     "social care, education and health come to £3,060.00: the total is £0.01 too much");
    put_answers(&stored, stored.answers, 3, 3);
    cr_assert_eq(SUBMIT(), REFUSAL_APPLICATION_INCOMPLETE);
    cr_assert(strstr(fault.reason, "too much; and 1 more"), "%s", fault.reason);
    stored = complete_application();
    setting.cycle = kit_cycle(NULL);
    cr_assert_eq(SUBMIT(), REFUSAL_THRESHOLD_NONE);
    setting.cycle = kit_cycle("CPI");
    cr_assert_eq(SUBMIT(), REFUSAL_THRESHOLD_INDEX_UNKNOWN);
    cr_assert_str_eq(fault.field, "cycle.thresholds");
    cr_assert_str_eq(fault.reason,
                     "this cycle's threshold cannot be reckoned, and the host has to mend that: "
                     "there is no index \"CPI\"; there are: none");
    setting.cycle = kit_cycle("1.5%");
    stored.state = PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_SUBMITTED;
    cr_assert_eq(SUBMIT(), REFUSAL_APPLICATION_SUBMITTED);
    stored.state = PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_CORRECTING;
    cr_assert_eq(fee_application_submit(&stored, PB__CONSULTATION_STATE__CONSULTATION_STATE_REPORTED,
                                        &setting, &no_indices, &concerned, &arena, &application, &submission,
                                        &fault),
                 REFUSAL_APPLICATION_REPORTED);
    cr_assert_str_eq(application.id, "untouched");
#undef SUBMIT
}
