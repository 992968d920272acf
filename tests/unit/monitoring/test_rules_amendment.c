/* Amendments: numbered, of the form's own answers, over what was published (rules M3, R10). */

#include "services/monitoring/rules_amendment.h"
#include "tests/unit/monitoring/rules_kit.h"

#include "common/base/limits.h"

#define FILE_ID "0190a1b2-0000-7000-8000-00000000000a"

static const char form_text[] = "form: quality-visit\n"
                                "title: Quality visit\n"
                                "purpose: quality visit\n"
                                "section: all: All\n"
                                "question: seen: What was seen?\n"
                                "  answer: text\n"
                                "  required\n"
                                "question: safe: Is it safe?\n"
                                "  answer: yes or no\n"
                                "  required\n"
                                "  evidence: welcome\n"
                                "question: why: Why not?\n"
                                "  answer: text\n"
                                "  required\n"
                                "  only if: safe is no\n"
                                "question: drill: When was the last drill?\n"
                                "  answer: past date\n";

struct made {
    struct arena arena;
    Pb__FormTemplate *form;
    Pb__FormAnswer answers[8], *list[8];
    Pb__Evidence file, *files[1];
    Pb__Report report;
    Pb__PublishedReport published;
    Pb__AmendReportRequest request;
};

static void say(struct made *made, size_t at, const char *question, const char *text, Pb__YesNo yes_no)
{
    pb__form_answer__init(&made->answers[at]);
    made->answers[at].question_id = question, made->answers[at].text = text;
    made->answers[at].yes_no = yes_no;
    made->list[at] = &made->answers[at];
}

static void begin(struct made *made)
{
    struct form_problems problems;
    arena_init(&made->arena, TEST_ARENA_BYTES);
    cr_assert(form_read(span_of_text(form_text), &made->arena, &made->form, &problems) == CODE_OK);
    pb__report__init(&made->report);
    made->report.id = "report", made->report.state = PB__REPORT_STATE__REPORT_STATE_PUBLISHED;
    made->report.visited_on = "2026-05-04", made->report.mode = PB__VISIT_MODE__VISIT_MODE_ON_SITE;
    pb__evidence__init(&made->file);
    made->file.id = FILE_ID, made->file.question_id = "safe", made->file.complete = true;
    made->files[0] = &made->file;
    say(made, 0, "seen", "All rooms", 0);
    say(made, 1, "safe", "", PB__YES_NO__YES_NO_YES);
    pb__published_report__init(&made->published);
    made->published.id = "report", made->published.report = &made->report;
    made->published.answers = made->list, made->published.n_answers = 2;
    made->published.evidence = made->files, made->published.n_evidence = 1;
    pb__amend_report_request__init(&made->request);
    made->request.reason = "A room was missed.";
    made->request.answers = &made->list[2];
}

static enum monitoring_refusal amend(struct made *made, Pb__PublishedReport *ret_report, size_t *ret_problems)
{
    struct form_problems problems = {.count = 99};
    enum monitoring_refusal refusal = report_amend(&made->published, &made->request, made->form, "person",
                                                   day("2026-07-01"), &made->arena, ret_report, &problems);
    *ret_problems = problems.count;
    return refusal;
}

/* rule M3: what may be amended. */
Test(rules_amendment, what_an_amendment_needs)
{
    static const char *own_file[] = {FILE_ID}, *strange_file[] = {"0190a1b2-0000-7000-8000-00000000000b"};
    const struct {
        const char *question, *text;
        Pb__YesNo yes_no;
        const char *date, **files, *reason;
        enum monitoring_refusal refusal;
        size_t problems;
    } cases[] = {
        {"seen", "All rooms but one", 0, "", NULL, "missed", REFUSAL_NONE, 0},
        {"seen", "All rooms but one", 0, "", NULL, "", REFUSAL_REASON_MISSING, 0},
        {"seen", "", 0, "", NULL, "missed", REFUSAL_AMENDMENT_WRONG, 1}, /* required */
        {"unknown", "x", 0, "", NULL, "missed", REFUSAL_AMENDMENT_WRONG, 1},
        {"seen", "x", 0, "2026-01-01", NULL, "missed", REFUSAL_AMENDMENT_WRONG,
         1}, /* another kind's answer */
        {"safe", "", PB__YES_NO__YES_NO_NO, "", NULL, "missed", REFUSAL_AMENDMENT_WRONG, 1}, /* and why? */
        {"drill", "", 0, "2026-05-03", NULL, "missed", REFUSAL_NONE, 0},
        {"drill", "", 0, "2026-05-05", NULL, "missed", REFUSAL_AMENDMENT_WRONG, 1}, /* after the visit */
        {"safe", "", PB__YES_NO__YES_NO_YES, "", own_file, "missed", REFUSAL_NONE, 0},
        {"safe", "", PB__YES_NO__YES_NO_YES, "", strange_file, "missed", REFUSAL_EVIDENCE_NOT_THERE, 0},
        {"seen", "x", 0, "", own_file, "missed", REFUSAL_EVIDENCE_NOT_THERE, 0}, /* beside another question */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct made made;
        Pb__PublishedReport amended = {.id = "untouched"};
        size_t problems;
        begin(&made);
        say(&made, 2, cases[i].question, cases[i].text, cases[i].yes_no);
        made.answers[2].date = cases[i].date;
        made.answers[2].evidence_ids = cases[i].files,
        made.answers[2].n_evidence_ids = cases[i].files ? 1 : 0;
        made.request.n_answers = 1, made.request.reason = cases[i].reason;
        enum monitoring_refusal refusal = amend(&made, &amended, &problems);
        cr_assert(refusal == cases[i].refusal, "case %zu: %s", i, monitoring_refusal_facts(refusal)->name);
        cr_assert(problems == cases[i].problems, "case %zu: %zu", i, problems);
        cr_assert_str_eq(amended.id, refusal ? "untouched" : "report");
        arena_finish(&made.arena);
    }
}

/* rule R10: numbered, what was published stays, and the whole reads as amended. */
Test(rules_amendment, one_over_the_other)
{
    struct made made;
    Pb__PublishedReport first, second;
    struct form_answers applied;
    size_t problems;
    begin(&made);
    say(&made, 2, "safe", "", PB__YES_NO__YES_NO_NO);
    say(&made, 3, "why", "No lock", 0);
    made.request.n_answers = 2;
    cr_assert(amend(&made, &first, &problems) == REFUSAL_NONE);
    made.published = first;
    made.request.answers = &made.list[4];
    say(&made, 4, "why", "No lock on the shed", 0);
    made.request.n_answers = 1;
    cr_assert(amend(&made, &second, &problems) == REFUSAL_NONE);
    cr_assert(second.n_amendments == 2 && second.report->amendments == 2 && first.n_amendments == 1);
    cr_assert(second.amendments[0]->number == 1 && second.amendments[1]->number == 2);
    cr_assert_str_eq(second.amendments[1]->amended_on, "2026-07-01");
    cr_assert_str_eq(second.amendments[1]->amended_by, "person");
    cr_assert(second.n_answers == 2 && second.answers[1]->yes_no == PB__YES_NO__YES_NO_YES);
    cr_assert(made.report.amendments == 0); /* what was given is not written over */
    cr_assert(report_applied(&second, &made.arena, &applied) == CODE_OK && applied.count == 3);
    cr_assert_str_eq(applied.items[0]->text, "All rooms");
    cr_assert(applied.items[1]->yes_no == PB__YES_NO__YES_NO_NO);
    cr_assert_str_eq(applied.items[2]->text, "No lock on the shed");
    /* both are taken back: an empty answer is none */
    made.published = second;
    say(&made, 4, "why", "", 0);
    say(&made, 5, "safe", "", PB__YES_NO__YES_NO_YES);
    made.request.n_answers = 2;
    cr_assert(amend(&made, &first, &problems) == REFUSAL_NONE && first.n_amendments == 3);
    arena_finish(&made.arena);
}

/* Only what is published is amended, something is, and there is an end to it. */
Test(rules_amendment, bounds)
{
    struct made made;
    Pb__PublishedReport amended;
    size_t problems;
    begin(&made);
    cr_assert(amend(&made, &amended, &problems) == REFUSAL_AMENDMENT_EMPTY);
    say(&made, 2, "seen", "Everything", 0);
    made.request.n_answers = 1;
    made.report.state = PB__REPORT_STATE__REPORT_STATE_COMMENTED;
    cr_assert(amend(&made, &amended, &problems) == REFUSAL_REPORT_NOT_PUBLISHED);
    made.report.state = PB__REPORT_STATE__REPORT_STATE_PUBLISHED;
    for (unsigned i = 0; i < REPORT_AMENDMENTS_MAX; i++) {
        cr_assert(amend(&made, &amended, &problems) == REFUSAL_NONE, "amendment %u", i);
        made.published = amended;
    }
    cr_assert(amend(&made, &amended, &problems) == REFUSAL_AMENDMENTS_MANY);
    arena_finish(&made.arena);
    begin(&made);
    arena_finish(&made.arena);
    arena_init(&made.arena, 0);
    say(&made, 2, "seen", "Everything", 0);
    made.request.n_answers = 1;
    cr_assert(report_amend(&made.published, &made.request, NULL, "person", day("2026-07-01"), &made.arena,
                           &amended, &(struct form_problems){0}) == REFUSAL_TOO_MANY);
    arena_finish(&made.arena);
}
