/* The lead's report: kept as it is typed, complete, published (rules F4, F6). */

#include "services/fees/rules_report.h"
#include "tests/unit/fees/rules_sums_kit.h"

#define AWAITED    PB__CONSULTATION_STATE__CONSULTATION_STATE_AWAITED
#define APPLIED    PB__CONSULTATION_STATE__CONSULTATION_STATE_APPLIED
#define CONSULTING PB__CONSULTATION_STATE__CONSULTATION_STATE_CONSULTING
#define REPORTED   PB__CONSULTATION_STATE__CONSULTATION_STATE_REPORTED
#define LED        PB__FEE_SCOPE__FEE_SCOPE_LED

#define SAY_NOTHING PB__FEE_RECOMMENDATION__FEE_RECOMMENDATION_UNSPECIFIED
#define ACCEPT      PB__FEE_RECOMMENDATION__FEE_RECOMMENDATION_ACCEPT
#define NEGOTIATED  PB__FEE_RECOMMENDATION__FEE_RECOMMENDATION_NEGOTIATED
#define NO_INCREASE PB__FEE_RECOMMENDATION__FEE_RECOMMENDATION_NO_INCREASE

enum { SECTIONS = 6 };

static const struct charge charges[SERVICES] = {{"bed", 300000, 330000}, {"day", 90000, 95000}};

/* A form of six sections with one question in each: q1 … q6, all required. */
static Pb__FormTemplate *form(struct arena *arena)
{
    Pb__FormTemplate *made = arena_new(arena, Pb__FormTemplate);
    pb__form_template__init(made);
    made->id = "fee-report/1";
    made->sections = arena_array(arena, Pb__FormSection *, SECTIONS);
    for (int i = 0; i < SECTIONS; i++) {
        Pb__FormQuestion *question = arena_new(arena, Pb__FormQuestion);
        Pb__FormSection *section = made->sections[i] = arena_new(arena, Pb__FormSection);
        pb__form_question__init(question);
        question->id = question->title = arena_format(arena, "q%d", i + 1);
        question->kind = PB__ANSWER_KIND__ANSWER_KIND_TEXT, question->required = true;
        pb__form_section__init(section);
        section->id = section->title = arena_format(arena, "section-%d", i + 1);
        section->questions = arena_array(arena, Pb__FormQuestion *, 1);
        section->questions[0] = question, section->n_questions = 1;
    }
    made->n_sections = SECTIONS;
    return made;
}

static Pb__FormAnswer **answers(const char *const *texts, size_t count, struct arena *arena)
{
    Pb__FormAnswer **list = arena_array(arena, Pb__FormAnswer *, count + 1);
    for (size_t i = 0; i < count; i++) {
        list[i] = arena_new(arena, Pb__FormAnswer);
        pb__form_answer__init(list[i]);
        list[i]->question_id = arena_format(arena, "q%zu", i + 1);
        list[i]->text = texts[i];
    }
    return list;
}

/* What a report is about: an application of two services. */
struct about {
    struct arena arena;
    struct fee_report_facts facts;
    Pb__Consultation *consultation;
};

static struct about *begin(Pb__ConsultationState state, Pb__FeeLevel level)
{
    static struct about about;
    memset(&about, 0, sizeof about);
    arena_init(&about.arena, TEST_ARENA_BYTES);
    about.consultation = consultation(LED, state, NULL, &about.arena);
    about.consultation->level = level;
    bool stands = state != AWAITED;
    about.consultation->submission = stands;
    about.facts = (struct fee_report_facts){cycle_2027(&about.arena), about.consultation,
                                            stands ? submission(1, charges, &about.arena) : NULL,
                                            form(&about.arena), day("2027-04-10")};
    return &about;
}

static Pb__SaveFeeReportRequest request_of(Pb__FeeRecommendation recommendation, const char *rationale)
{
    Pb__SaveFeeReportRequest request;
    pb__save_fee_report_request__init(&request);
    request.recommendation = recommendation, request.rationale = rationale;
    return request;
}

static void give_figures(Pb__SaveFeeReportRequest *request, const struct figure *figures, struct arena *arena)
{
    struct fee_figures made = figures_of(figures, arena);
    request->figures = made.items, request->n_figures = made.count;
}

/* --- typed ------------------------------------------------------------------------------------------- */

Test(rules_report, what_is_typed)
{
    const struct {
        Pb__ConsultationState state;
        Pb__FeeRecommendation recommendation;
        const char *rationale;
        struct figure given[SERVICES];
        enum fees_refusal refusal;
        int64_t bed; /* 0: no figures */
    } cases[] = {
        {APPLIED, ACCEPT, "", {{0}}, REFUSAL_NONE, 330000},
        {APPLIED, NO_INCREASE, "", {{0}}, REFUSAL_NONE, 300000},
        {APPLIED, NEGOTIATED, "", {{"bed", 315000}}, REFUSAL_NONE, 315000},
        {CONSULTING, SAY_NOTHING, "Because.", {{"bed", 315000}, {"day", 1}}, REFUSAL_NONE, 315000},
        {APPLIED, SAY_NOTHING, "", {{0}}, REFUSAL_NONE, 0},
        {AWAITED, ACCEPT, "Early words.", {{0}}, REFUSAL_NONE, 0},
        {AWAITED, NEGOTIATED, "", {{"bed", 1}}, REFUSAL_FIGURES_TOO_EARLY, 0},
        {APPLIED, ACCEPT, "", {{"bed", 1}}, REFUSAL_REPORT_FIGURES_NOT_ASKED, 0},
        {APPLIED, NO_INCREASE, "", {{"bed", 1}}, REFUSAL_REPORT_FIGURES_NOT_ASKED, 0},
        {APPLIED, NEGOTIATED, "", {{"cot", 1}}, REFUSAL_FIGURE_SERVICE_UNKNOWN, 0},
        {APPLIED, NEGOTIATED, "", {{"bed", 1}, {"bed", 2}}, REFUSAL_FIGURE_TWICE, 0},
        {APPLIED, NEGOTIATED, "", {{"bed", -1}}, REFUSAL_FIGURE_WRONG, 0},
        {APPLIED, 9, "", {{0}}, REFUSAL_RECOMMENDATION_WRONG, 0},
        {REPORTED, ACCEPT, "", {{0}}, REFUSAL_CONSULTATION_REPORTED, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct about *about = begin(cases[i].state, PB__FEE_LEVEL__FEE_LEVEL_WITHIN);
        Pb__SaveFeeReportRequest request = request_of(cases[i].recommendation, cases[i].rationale);
        Pb__FeeReport report = {.form_id = NULL};
        struct fault fault = {.code = CODE_OK};
        give_figures(&request, cases[i].given, &about->arena);
        cr_assert(fee_report_save(NULL, &request, HERTS, &about->facts, &about->arena, &report, &fault) ==
                      cases[i].refusal,
                  "case %zu", i);
        if (cases[i].refusal) {
            cr_assert(!report.form_id && fault.code == fees_refusal_facts(cases[i].refusal)->code);
            arena_finish(&about->arena);
            continue;
        }
        int64_t pence = 0;
        const struct fee_figures figures = {report.figures, report.n_figures};
        fee_figure(&figures, "bed", &pence);
        cr_assert(pence == cases[i].bed, "case %zu", i);
        cr_assert_str_eq(report.form_id, "fee-report/1");
        cr_assert_str_eq(report.authority_id, HERTS);
        cr_assert_str_eq(report.rationale, cases[i].rationale);
        cr_assert_str_eq(report.provision_id, HOME);
        cr_assert(report.submission == (cases[i].state != AWAITED) && !report.published);
        cr_assert(report.n_services == (cases[i].state != AWAITED ? 2 : 0));
        arena_finish(&about->arena);
    }
}

/* What was typed before stays, what is typed again takes its place, what is emptied goes. */
Test(rules_report, answers_are_laid_over_those_before)
{
    struct about *about = begin(CONSULTING, PB__FEE_LEVEL__FEE_LEVEL_EXCEPTIONAL);
    const char *const first[] = {"one", "two", "three"}, *const then[] = {"ONE", " ", "three"};
    Pb__SaveFeeReportRequest request = request_of(NEGOTIATED, "Because.");
    Pb__FeeReport report, again;
    give_figures(&request, (const struct figure[SERVICES]){{"bed", 315000}}, &about->arena);
    request.answers = answers(first, 3, &about->arena), request.n_answers = 3;
    request.answers[0]->carried_over = true;
    cr_assert(fee_report_save(NULL, &request, HERTS, &about->facts, &about->arena, &report, NULL) == 0);
    cr_assert(report.n_answers == 3 && !report.answers[0]->carried_over);

    Pb__SaveFeeReportRequest more = request_of(SAY_NOTHING, "");
    more.answers = answers(then, 2, &about->arena), more.n_answers = 2;
    cr_assert(fee_report_save(&report, &more, ESSEX, &about->facts, &about->arena, &again, NULL) == 0);
    cr_assert(again.n_answers == 2 && again.recommendation == NEGOTIATED && again.n_figures == 1);
    cr_assert_str_eq(again.answers[0]->question_id, "q3");
    cr_assert_str_eq(again.answers[1]->text, "ONE");
    cr_assert_str_eq(again.rationale, "Because.");
    cr_assert_str_eq(again.authority_id, ESSEX);
    cr_assert(report.n_answers == 3, "what is stored is untouched");
    arena_finish(&about->arena);
}

Test(rules_report, an_answer_to_no_question_is_refused)
{
    struct about *about = begin(APPLIED, PB__FEE_LEVEL__FEE_LEVEL_WITHIN);
    const char *const texts[] = {"one"};
    Pb__SaveFeeReportRequest request = request_of(SAY_NOTHING, "");
    Pb__FeeReport report;
    struct fault fault;
    request.answers = answers(texts, 1, &about->arena), request.n_answers = 1;
    request.answers[0]->question_id = "q99";
    cr_assert(fee_report_save(NULL, &request, HERTS, &about->facts, &about->arena, &report, &fault) ==
              REFUSAL_REPORT_ANSWER_WRONG);
    cr_assert(fault.code == CODE_INVALID_ARGUMENT && strstr(fault.reason, "q99"), "%s", fault.reason);
    request.answers[0]->question_id =
        "q6"; /* asked by the full form: kept for it, whatever the report is now */
    cr_assert(fee_report_save(NULL, &request, HERTS, &about->facts, &about->arena, &report, &fault) == 0);
    cr_assert(report.n_answers == 1 && report.short_form);
    arena_finish(&about->arena);
}

Test(rules_report, answers_that_are_too_long)
{
    enum { BYTES = FEE_REPORT_BYTES_MAX };
    struct about *about = begin(APPLIED, PB__FEE_LEVEL__FEE_LEVEL_WITHIN);
    Pb__SaveFeeReportRequest request = request_of(SAY_NOTHING, "");
    Pb__FeeReport report;
    char *text = arena_alloc(&about->arena, BYTES + 1);
    memset(text, 'a', BYTES);
    const char *const texts[] = {text};
    request.answers = answers(texts, 1, &about->arena), request.n_answers = 1;
    enum fees_refusal refusal =
        fee_report_save(NULL, &request, HERTS, &about->facts, &about->arena, &report, NULL);
    cr_assert(refusal == REFUSAL_REPORT_LONG || refusal == REFUSAL_REPORT_ANSWER_WRONG);
    arena_finish(&about->arena);
}

/* --- complete, published ----------------------------------------------------------------------------- */

static Pb__FeeReport full_report(struct about *about, Pb__FeeRecommendation recommendation, size_t answered)
{
    const char *const texts[SECTIONS] = {"1", "2", "3", "4", "5", "6"};
    Pb__SaveFeeReportRequest request = request_of(recommendation, "Because.");
    Pb__FeeReport report;
    if (recommendation == NEGOTIATED)
        give_figures(&request, (const struct figure[SERVICES]){{"bed", 315000}, {"day", 92000}},
                     &about->arena);
    request.answers = answers(texts, answered, &about->arena), request.n_answers = answered;
    cr_assert(fee_report_save(NULL, &request, HERTS, &about->facts, &about->arena, &report, NULL) == 0);
    return report;
}

static size_t problems_of(struct about *about, const Pb__FeeReport *report, const char *field)
{
    struct fee_problems problems;
    size_t found = 0;
    cr_assert(fee_report_problems(report, &about->facts, &about->arena, &problems) == CODE_OK);
    for (size_t i = 0; i < problems.count; i++) {
        cr_assert(problems.items[i]->reason[0]);
        found += strcmp(problems.items[i]->field, field) == 0;
    }
    return field[0] ? found : problems.count;
}

/* Rule F4: a short report is the form's first four sections, or as many as the cycle says. */
Test(rules_report, short_and_full)
{
    const struct {
        Pb__ConsultationState state;
        Pb__FeeLevel level;
        uint32_t sections; /* of the cycle */
        bool is_short;
        size_t asked;
    } cases[] = {
        {APPLIED, PB__FEE_LEVEL__FEE_LEVEL_WITHIN, 0, true, 4},
        {APPLIED, PB__FEE_LEVEL__FEE_LEVEL_WITHIN, 2, true, 2},
        {APPLIED, PB__FEE_LEVEL__FEE_LEVEL_WITHIN, 60, true, 6},
        {CONSULTING, PB__FEE_LEVEL__FEE_LEVEL_EXCEPTIONAL, 0, false, 6},
        {CONSULTING, PB__FEE_LEVEL__FEE_LEVEL_WITHIN, 0, false, 6},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct about *about = begin(cases[i].state, cases[i].level);
        Pb__FeeCycle cycle = *about->facts.cycle;
        Pb__FeeReport published;
        Pb__Consultation after;
        cycle.short_report_sections = cases[i].sections, about->facts.cycle = &cycle;
        Pb__FormTemplate *asked =
            fee_report_form(about->facts.form, cases[i].is_short, &cycle, &about->arena);
        cr_assert(asked->n_sections == cases[i].asked && about->facts.form->n_sections == SECTIONS);
        Pb__FeeReport report = full_report(about, ACCEPT, cases[i].asked - 1);
        cr_assert(problems_of(about, &report, "") == 1, "case %zu", i);
        cr_assert(fee_report_publish(&report, HERTS, &about->facts, &about->arena, &published, &after) ==
                  REFUSAL_REPORT_INCOMPLETE);
        report = full_report(about, ACCEPT, SECTIONS);
        cr_assert(problems_of(about, &report, "") == 0, "case %zu", i);
        cr_assert(fee_report_publish(&report, HERTS, &about->facts, &about->arena, &published, &after) == 0);
        cr_assert(published.published && published.short_form == cases[i].is_short);
        cr_assert(published.n_answers == cases[i].asked && report.n_answers == SECTIONS);
        cr_assert_str_eq(published.published_on, "2027-04-10");
        cr_assert(after.state == REPORTED);
        cr_assert_str_eq(after.reported_on, "2027-04-10");
        cr_assert(problems_of(about, &published, "") == 0);
        fee_report_reopen(&published, &published);
        cr_assert(!published.published && published.published_on[0] == '\0');
        arena_finish(&about->arena);
    }
}

Test(rules_report, what_it_lacks)
{
    struct about *about = begin(APPLIED, PB__FEE_LEVEL__FEE_LEVEL_EXCEPTIONAL);
    Pb__FeeReport report = full_report(about, NEGOTIATED, SECTIONS), published;
    Pb__Consultation after;
    cr_assert(problems_of(about, &report, "begun_on") == 1, "an exceptional increase is consulted on first");
    cr_assert(problems_of(about, &report, "") == 1);
    cr_assert(fee_report_publish(&report, HERTS, &about->facts, &about->arena, &published, &after) ==
              REFUSAL_CONSULTATION_NOT_BEGUN);

    about->consultation->state = CONSULTING;
    report.n_figures = 1;
    cr_assert(problems_of(about, &report, "figures[day]") == 1);
    report.n_figures = 0;
    cr_assert(problems_of(about, &report, "") == 2);
    report.rationale = " ", report.recommendation = SAY_NOTHING;
    cr_assert(problems_of(about, &report, "rationale") == 1 &&
              problems_of(about, &report, "recommendation") == 1);

    report =
        full_report(about, NEGOTIATED, SECTIONS); /* and then a submission without day pupils, with cots */
    about->facts.submission =
        submission(2, (const struct charge[SERVICES]){{"bed", 300000, 320000}, {"cot", 1, 2}}, &about->arena);
    cr_assert(problems_of(about, &report, "figures[day]") == 1 &&
              problems_of(about, &report, "figures[cot]") == 1);
    arena_finish(&about->arena);
}

/* What was asked for is what is asked for now: filled in again as it is published. */
Test(rules_report, figures_of_the_submission_that_stands)
{
    struct about *about = begin(APPLIED, PB__FEE_LEVEL__FEE_LEVEL_WITHIN);
    Pb__FeeReport report = full_report(about, ACCEPT, SECTIONS), published;
    Pb__Consultation after;
    about->facts.submission =
        submission(2, (const struct charge[SERVICES]){{"bed", 300000, 320000}}, &about->arena);
    cr_assert(fee_report_publish(&report, HERTS, &about->facts, &about->arena, &published, &after) == 0);
    cr_assert(published.submission == 2 && published.n_figures == 1 && published.n_services == 1);
    cr_assert(published.figures[0]->weekly_pence == 320000);
    arena_finish(&about->arena);
}
