/* rules F3, R10: what was typed is laid over what is stored; two who answer different things are never in
 * each other's way, and of the same thing the second is told both. */

#include "tests/unit/fees/application_kit.h"

TestSuite(rules_save, .init = begin_arena, .fini = end_arena);

static const struct date TODAY = {20878}; /* 2027-03-01 */

static enum fees_refusal save(const Pb__FeeApplication *stored, const Pb__SaveFeeApplicationRequest *request,
                              Pb__FeeApplication *ret_application, bool *ret_changed, struct fault *ret_fault)
{
    return fee_application_save(stored, request, kit_form(), TODAY, &arena, ret_application, ret_changed,
                                ret_fault);
}

static Pb__SaveFeeApplicationRequest typed_at(uint64_t version)
{
    Pb__SaveFeeApplicationRequest request = PB__SAVE_FEE_APPLICATION_REQUEST__INIT;
    request.version = version;
    return request;
}

static void put_typed(Pb__SaveFeeApplicationRequest *request, Pb__FormAnswer *answer)
{
    request->answers = arena_array(&arena, Pb__FormAnswer *, 1);
    request->answers[0] = answer, request->n_answers = 1;
}

static const Pb__FormAnswer *kept_answer(const Pb__FeeApplication *application, const char *question,
                                         uint64_t *ret_version)
{
    for (size_t i = 0; i < application->n_answers; i++)
        if (strcmp(application->answers[i]->question_id, question) == 0) {
            *ret_version = application->answer_versions[i];
            return application->answers[i];
        }
    return NULL;
}

Test(rules_save, the_day_is_as_the_tests_say)
{
    cr_assert_eq(TODAY.day, day("2027-03-01").day);
}

Test(rules_save, only_where_an_application_is_open)
{
    Pb__SaveFeeApplicationRequest request = typed_at(5);
    static const struct {
        Pb__FeeApplicationState state;
        enum fees_refusal refusal;
    } cases[] = {
        {PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_DRAFT, REFUSAL_NONE},
        {PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_RETURNED, REFUSAL_NONE},
        {PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_CORRECTING, REFUSAL_NONE},
        {PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_SUBMITTED, REFUSAL_APPLICATION_SUBMITTED},
        {PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_WITHDRAWN, REFUSAL_APPLICATION_WITHDRAWN},
    };
    put_typed(&request, in_words("why", "Otherwise."));
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeApplication stored = complete_application(), application;
        bool changed = false;
        stored.state = cases[i].state;
        cr_assert_eq(save(&stored, &request, &application, &changed, NULL), cases[i].refusal);
        cr_assert(cases[i].refusal || (changed && application.state == cases[i].state));
    }
}

/* Each thing has the version at which it was last changed itself; what is the same as stored changes nothing.
 */
Test(rules_save, each_answer_has_a_version_of_its_own)
{
    Pb__FeeApplication stored = complete_application(), application;
    Pb__SaveFeeApplicationRequest request = typed_at(5);
    bool changed = true;
    uint64_t version;
    put_typed(&request, in_words("why", "Pay rises."));
    cr_assert_eq(save(&stored, &request, &application, &changed, NULL), REFUSAL_NONE);
    cr_assert_not(changed, "as it was");
    put_typed(&request, in_words("why", "Pay rises, and rent."));
    cr_assert_eq(save(&stored, &request, &application, &changed, NULL), REFUSAL_NONE);
    cr_assert(changed);
    cr_assert_str_eq(kept_answer(&application, "why", &version)->text, "Pay rises, and rent.");
    cr_assert_eq(version, 6);
    kept_answer(&application, "staffing", &version);
    cr_assert_eq(version, 3);
    put_typed(&request, in_words("accounts", "Of 2026."));
    cr_assert_eq(save(&stored, &request, &application, &changed, NULL), REFUSAL_NONE);
    cr_assert_eq(application.n_answers, stored.n_answers + 1);
    cr_assert_eq(application.n_answer_versions, application.n_answers);
    kept_answer(&application, "accounts", &version);
    cr_assert_eq(version, 6);
    cr_assert_eq(stored.n_answers, 5, "the stored one is as it was");
}

/* A number on a scale, an option, yes or no, a day: each is something that changes. */
Test(rules_save, every_kind_of_answer_changes)
{
    static const char *const charity[] = {"charity"}, *const company[] = {"company"};
    Pb__FormAnswer *before[] = {answer_of("full"), answer_of("owner"), answer_of("rent"), answer_of("since")};
    Pb__FormAnswer *after[] = {answer_of("full"), answer_of("owner"), answer_of("rent"), answer_of("since")};
    before[0]->scale_case = after[0]->scale_case = PB__FORM_ANSWER__SCALE_NUMBER;
    before[0]->number = 5, after[0]->number = 6;
    before[1]->option_ids = (const char **)(uintptr_t)charity, before[1]->n_option_ids = 1;
    after[1]->option_ids = (const char **)(uintptr_t)company, after[1]->n_option_ids = 1;
    before[2]->yes_no = PB__YES_NO__YES_NO_YES, after[2]->yes_no = PB__YES_NO__YES_NO_NO;
    before[3]->date = "2020-02-29", after[3]->date = "2024-02-29";
    for (size_t i = 0; i < COUNT(before); i++) {
        Pb__FeeApplication stored = complete_application(), application;
        Pb__SaveFeeApplicationRequest request = typed_at(5);
        bool changed = true;
        put_answers(&stored, &before[i], 1, 3);
        put_typed(&request, before[i]);
        cr_assert_eq(save(&stored, &request, &application, &changed, NULL), REFUSAL_NONE, "%zu", i);
        cr_assert_not(changed, "%zu", i);
        put_typed(&request, after[i]);
        cr_assert_eq(save(&stored, &request, &application, &changed, NULL), REFUSAL_NONE, "%zu", i);
        cr_assert(changed, "%zu", i);
    }
}

Test(rules_save, who_answers_something_else_is_not_in_the_way)
{
    Pb__FeeApplication stored = complete_application(), application;
    Pb__SaveFeeApplicationRequest request = typed_at(2);
    bool changed;
    struct fault fault = {0};
    stored.answer_versions[0] = 5; /* staffing, since */
    stored.answer_versions[4] = 2;
    put_typed(&request, in_words("why", "Rent."));
    cr_assert_eq(save(&stored, &request, &application, &changed, &fault), REFUSAL_NONE, "%s", fault.reason);
    put_typed(&request, costs("staffing", 60000000, 64000000));
    cr_assert_eq(save(&stored, &request, &application, &changed, &fault), REFUSAL_APPLICATION_CONFLICT);
    cr_assert_eq(fault.code, CODE_ABORTED);
    cr_assert_str_eq(fault.field, "answers[staffing]");
    cr_assert(strstr(fault.reason, "£630,000.00") && strstr(fault.reason, "you wrote \"") &&
                  strstr(fault.reason, "£640,000.00"),
              "%s", fault.reason);
    /* The same as the other one wrote is no conflict. */
    put_typed(&request, costs("staffing", 60000000, 63000000));
    cr_assert_eq(save(&stored, &request, &application, &changed, &fault), REFUSAL_NONE);
    cr_assert_not(changed);
    /* Who has read it may change it. */
    request.version = 5;
    put_typed(&request, costs("staffing", 60000000, 64000000));
    cr_assert_eq(save(&stored, &request, &application, &changed, &fault), REFUSAL_NONE);
    request.version = 6;
    cr_assert_eq(save(&stored, &request, &application, &changed, &fault), REFUSAL_APPLICATION_CONFLICT);
    cr_assert_str_eq(fault.field, "version");
}

/* An answer that has no version of its own is as old as the application. */
Test(rules_save, answers_without_versions_are_as_old_as_all)
{
    Pb__FeeApplication stored = complete_application(), application;
    Pb__SaveFeeApplicationRequest request = typed_at(stored.meta->version - 1);
    bool changed;
    uint64_t version;
    struct fault fault = {0};
    size_t why = 0;
    while (strcmp(stored.answers[why]->question_id, "why") != 0)
        why++;
    stored.n_answer_versions = why;
    put_typed(&request, in_words("why", "Rent."));
    cr_assert_eq(save(&stored, &request, &application, &changed, &fault), REFUSAL_APPLICATION_CONFLICT);
    cr_assert_str_eq(fault.field, "answers[why]");
    request.version = stored.meta->version;
    cr_assert_eq(save(&stored, &request, &application, &changed, &fault), REFUSAL_NONE, "%s", fault.reason);
    kept_answer(&application, "why", &version);
    cr_assert_eq(version, stored.meta->version + 1);
    cr_assert_eq(application.n_answer_versions, application.n_answers);
}

/* An answer without content is taken away; who still saw it is told when he changes it. */
Test(rules_save, what_is_taken_away_is_remembered)
{
    Pb__FeeApplication stored = complete_application(), taken, application;
    Pb__SaveFeeApplicationRequest request = typed_at(5);
    bool changed;
    uint64_t version;
    struct form_answers answers;
    struct fault fault = {0};
    put_typed(&request, in_words("why", "  "));
    cr_assert_eq(save(&stored, &request, &taken, &changed, NULL), REFUSAL_NONE);
    cr_assert_str_eq(kept_answer(&taken, "why", &version)->text, "");
    cr_assert_eq(version, 6);
    cr_assert(fee_application_answers(&taken, &arena, &answers));
    cr_assert_eq(answers.count, 4);
    taken.meta->version = 6;
    put_typed(&request, in_words("why", "Rent."));
    cr_assert_eq(save(&taken, &request, &application, &changed, &fault), REFUSAL_APPLICATION_CONFLICT);
    cr_assert_str_eq(fault.reason,
                     "somebody has changed it since you read it, to nothing; you wrote \"Rent.\"");
    /* Nothing over nothing is nothing. */
    put_typed(&request, in_words("why", ""));
    cr_assert_eq(save(&taken, &request, &application, &changed, &fault), REFUSAL_NONE);
    cr_assert_not(changed);
    put_typed(&request, in_words("accounts", ""));
    cr_assert_eq(save(&taken, &request, &application, &changed, &fault), REFUSAL_NONE);
    cr_assert(!changed && application.n_answers == taken.n_answers);
}

/* Files are kept with themselves, and what was carried over is so until somebody changes it. */
Test(rules_save, files_and_marks_are_not_the_answers)
{
    Pb__FeeApplication stored = complete_application(), application;
    Pb__SaveFeeApplicationRequest request = typed_at(5);
    const char *files[] = {"01979df0-0000-7000-8000-000000000002"};
    bool changed;
    uint64_t version;
    Pb__FormAnswer *accounts = in_words("accounts", "Of 2026.");
    accounts->evidence_ids = files, accounts->n_evidence_ids = 1, accounts->carried_over = true;
    put_typed(&request, accounts);
    cr_assert_eq(save(&stored, &request, &application, &changed, NULL), REFUSAL_NONE);
    const Pb__FormAnswer *kept = kept_answer(&application, "accounts", &version);
    cr_assert(kept->n_evidence_ids == 0 && !kept->carried_over);
}

Test(rules_save, an_answer_is_right_by_itself)
{
    static const char *const unknown[] = {"nothing"};
    Pb__FormAnswer *owner = answer_of("owner"), *both = in_words("staffing", "much");
    owner->option_ids = (const char **)(uintptr_t)unknown, owner->n_option_ids = 1;
    both->yes_no = PB__YES_NO__YES_NO_YES;
    const struct {
        Pb__FormAnswer *answer;
        const char *field, *reason;
    } cases[] = {
        {in_words("whence", "x"), "answers[whence]", "there is no question \"whence\" in this form"},
        {costs("staffing", -1, 5), "answers[staffing].current", "Current: -£0.01 is below nothing"},
        {amounts("staffing", "next", 5, NULL, 0), "answers[staffing]",
         "\"next\" is none of its names: current, forecast"},
        {owner, "answers[owner]", "\"nothing\" is none of its answers: charity, company"},
        {both, "answers[staffing]", "is answered by money, and by nothing else"},
        /* this is right, if not enough */
        {amounts("staffing", "current", 5, NULL, 0), NULL, NULL},
        {costs("surplus", -1, -5), NULL, NULL},
        {costs("total", 1, 1), NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeApplication stored = complete_application(), application;
        Pb__SaveFeeApplicationRequest request = typed_at(5);
        struct fault fault = {0};
        bool changed;
        put_typed(&request, cases[i].answer);
        cr_assert_eq(save(&stored, &request, &application, &changed, &fault),
                     cases[i].field ? REFUSAL_APPLICATION_ANSWER_WRONG : REFUSAL_NONE, "case %zu: %s", i,
                     fault.reason);
        cr_assert_str_eq(fault.field, cases[i].field ? cases[i].field : "");
        cr_assert_str_eq(fault.reason, cases[i].reason ? cases[i].reason : "");
    }
}

Test(rules_save, services_are_given_all_together)
{
    Pb__FeeApplication stored = complete_application(), application;
    Pb__SaveFeeApplicationRequest request = typed_at(5);
    Pb__FeeService *list[] = {plain_service("day", 100000, 103000)};
    bool changed;
    struct fault fault = {0};
    request.services = list, request.n_services = 1;
    cr_assert_eq(save(&stored, &request, &application, &changed, NULL), REFUSAL_NONE);
    cr_assert(changed && application.n_services == 1 && application.services_version == 6);
    /* none given is none changed, unless that is what is given */
    request.n_services = 0;
    cr_assert_eq(save(&stored, &request, &application, &changed, NULL), REFUSAL_NONE);
    cr_assert(!changed && application.n_services == 2);
    request.services_given = true;
    cr_assert_eq(save(&stored, &request, &application, &changed, NULL), REFUSAL_NONE);
    cr_assert(changed && application.n_services == 0);
    /* what somebody else has done since is told beside */
    request.version = 2, request.n_services = 1;
    cr_assert_eq(save(&stored, &request, &application, &changed, &fault), REFUSAL_APPLICATION_CONFLICT);
    cr_assert_str_eq(fault.field, "services");
    cr_assert_str_eq(fault.reason,
                     "somebody has changed it since you read it, to \"residential-52 £3,000.00 to "
                     "£3,060.00, day £1,000.00 to £1,000.00\"; you wrote \"day £1,000.00 to "
                     "£1,030.00\"");
    /* a split that is missing is one of nothing */
    request.version = 5;
    list[0]->current = NULL;
    cr_assert_eq(save(&stored, &request, &application, &changed, NULL), REFUSAL_NONE);
    cr_assert_eq(application.services[0]->current->total_pence, 0);
}

Test(rules_save, a_service_has_an_identifier_of_its_own)
{
    static const struct {
        const char *first, *second, *reason;
    } cases[] = {
        {"day", "res", ""},
        {"day", "day", "there are two services called day"},
        {"Day", "res",
         "\"Day\" is no identifier of a service: small letters, digits and hyphens, a letter first, 40 at "
         "most"},
        {"", "res",
         "\"\" is no identifier of a service: small letters, digits and hyphens, a letter first, 40 at most"},
        {"52-weeks", "res",
         "\"52-weeks\" is no identifier of a service: small letters, digits and hyphens, a letter first, 40 "
         "at most"},
        {"day]", "res",
         "\"day]\" is no identifier of a service: small letters, digits and hyphens, a letter first, 40 at "
         "most"},
        {"aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd", "res", ""},
        {"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddE", "res",
         "\"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddE\" is no identifier of a service: small letters, digits "
         "and "
         "hyphens, a letter first, 40 at most"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeApplication stored = complete_application(), application;
        Pb__SaveFeeApplicationRequest request = typed_at(5);
        Pb__FeeService *list[] = {plain_service(cases[i].first, 1, 2), plain_service(cases[i].second, 1, 2)};
        struct fault fault = {0};
        bool changed;
        request.services = list, request.n_services = 2;
        cr_assert_eq(save(&stored, &request, &application, &changed, &fault),
                     *cases[i].reason ? REFUSAL_APPLICATION_SERVICES_WRONG : REFUSAL_NONE);
        cr_assert_str_eq(fault.reason, cases[i].reason);
    }
    Pb__FeeApplication stored = complete_application(), application;
    Pb__SaveFeeApplicationRequest request = typed_at(5);
    Pb__FeeService *many[FEE_SERVICES_MAX + 1];
    bool changed;
    for (int i = 0; i <= FEE_SERVICES_MAX; i++)
        many[i] = plain_service(arena_format(&arena, "s%d", i), 1, 2);
    request.services = many, request.n_services = FEE_SERVICES_MAX;
    cr_assert_eq(save(&stored, &request, &application, &changed, NULL), REFUSAL_NONE);
    request.n_services++;
    cr_assert_eq(save(&stored, &request, &application, &changed, NULL), REFUSAL_APPLICATION_SERVICES_MANY);
}

Test(rules_save, the_first_day)
{
    Pb__FeeApplication stored = complete_application(), application;
    Pb__SaveFeeApplicationRequest request = typed_at(5);
    struct fault fault = {0};
    bool changed;
    request.effective_on = "2027-09-01";
    cr_assert_eq(save(&stored, &request, &application, &changed, NULL), REFUSAL_NONE);
    cr_assert(changed && application.effective_version == 6);
    /* outside the cycle: kept, and told before it is submitted */
    request.effective_on = "2029-09-01";
    cr_assert_eq(save(&stored, &request, &application, &changed, NULL), REFUSAL_NONE);
    request.effective_on = "September";
    cr_assert_eq(save(&stored, &request, &application, &changed, &fault),
                 REFUSAL_APPLICATION_EFFECTIVE_WRONG);
    stored.effective_on = "2027-06-01";
    request.effective_on = "2027-09-01", request.version = 2;
    cr_assert_eq(save(&stored, &request, &application, &changed, &fault), REFUSAL_APPLICATION_CONFLICT);
    cr_assert_str_eq(fault.reason, "somebody has changed it since you read it, to \"2027-06-01\"; you wrote "
                                   "\"2027-09-01\"");
}

Test(rules_save, answers_together_are_bounded)
{
    Pb__FeeApplication stored = complete_application(), application;
    Pb__SaveFeeApplicationRequest request = typed_at(5);
    char *long_text = arena_alloc(&arena, RECORD_TEXT_BYTES_MAX + 1);
    size_t count = FEE_APPLICATION_BYTES_MAX / RECORD_TEXT_BYTES_MAX + 2;
    bool changed;
    memset(long_text, 'x', RECORD_TEXT_BYTES_MAX);
    stored.answers = arena_array(&arena, Pb__FormAnswer *, count);
    stored.answer_versions = arena_array(&arena, uint64_t, count);
    for (size_t i = 0; i < count; i++)
        stored.answers[i] = in_words(arena_format(&arena, "q%zu", i), long_text);
    stored.n_answers = stored.n_answer_versions = count;
    put_typed(&request, in_words("why", "one more"));
    cr_assert_eq(save(&stored, &request, &application, &changed, NULL), REFUSAL_APPLICATION_LARGE);
}

/* Without room nothing is given back. */
Test(rules_save, without_room)
{
    Pb__FeeApplication stored = complete_application(), application = {.id = "untouched"};
    const Pb__FormTemplate *form = kit_form();
    Pb__SaveFeeApplicationRequest request = typed_at(5);
    bool changed;
    put_typed(&request, in_words("why", "Rent."));
    for (size_t bytes = 0; bytes < 40000; bytes += 512) {
        struct arena small;
        arena_init(&small, bytes);
        enum fees_refusal refusal =
            fee_application_save(&stored, &request, form, TODAY, &small, &application, &changed, NULL);
        arena_finish(&small);
        if (refusal == REFUSAL_NONE)
            return;
        cr_assert_eq(refusal, REFUSAL_TOO_MANY);
        cr_assert_str_eq(application.id, "untouched");
    }
    cr_assert_fail("it never had room");
}
