/* Commands of monitoring: what is typed as requests and as answers, answers as tables, what generated
 * officers write. */

#include "services/cli/demo/answers.h"
#include "services/cli/derived.h"
#include "services/cli/plan.h"
#include "services/cli/reflect.h"
#include "services/cli/report.h"
#include "services/cli/show_monitoring.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>

#include <stdlib.h>

static struct cli cli;

static void setup(void)
{
    cli = (struct cli){.program = "ccrag"};
    arena_init(&cli.arena, 16 * 1024 * 1024);
}

static void teardown(void)
{
    cli_finish(&cli);
}

TestSuite(monitoring, .init = setup, .fini = teardown);

/* --- requests ---------------------------------------------------------------------------------------- */

#define WORDS(...) ((const char *const[]){"ccrag", "monitoring", __VA_ARGS__, NULL})

static const char *request_of(const char *const *words)
{
    char *argv[24];
    int argc = 0;
    for (; words[argc]; argc++)
        argv[argc] = (char *)(uintptr_t)words[argc];
    argv[argc] = NULL;
    cli.argument_count = cli.given_count = 0;
    cli.command = NULL;
    cr_assert(cli_parse(&cli, argc, argv) == EX_OK, "%s %s", words[2], words[3]);
    const struct cli_call_plan *plan = cli.command->plan;
    const struct wire_method *method =
        wire_method_find(arena_format(&cli.arena, "ccrag.v1.%s", plan->method));
    struct fault fault = {0};
    json_t *request = json_object();
    const char *answer;
    if (plan_request(&cli, plan, method, request, &fault) == CODE_OK) {
        char *text = json_dumps(request, JSON_COMPACT | JSON_SORT_KEYS);
        answer = arena_text(&cli.arena, text);
        free(text);
    } else
        answer = arena_format(&cli.arena, "refused %s", fault.field);
    json_decref(request);
    return answer;
}

Test(monitoring, what_is_typed_fills_the_request)
{
    const struct {
        const char *const *words;
        const char *request;
    } CASES[] = {
        {WORDS("progress"), "{}"},
        {WORDS("progress", "--of", "provider"), "{\"of\":\"PROGRESS_OF_PROVIDERS\"}"},
        {WORDS("progress", "--of", "provision", "--la", "Essex"),
         "{\"authority_id\":\"E10000012\",\"of\":\"PROGRESS_OF_PROVISIONS\"}"},
        {WORDS("progress", "--of", "authority"), "{\"of\":\"PROGRESS_OF_AUTHORITIES\"}"},
        {WORDS("progress", "--of", "town"), "refused --of"},
        {WORDS("visit", "made", "v", "--on", "3/2/2026", "--officer", "A", "--officer", "B"),
         "{\"made_on\":\"2026-02-03\",\"officers\":[\"A\",\"B\"],\"visit_id\":\"v\"}"},
        {WORDS("visit", "reschedule", "v", "--on", "2026-02-03", "--reason", "ill"),
         "{\"intended_on\":\"2026-02-03\",\"reason\":\"ill\",\"visit_id\":\"v\"}"},
        {WORDS("visit", "list", "--state", "planned"), "{\"state\":\"VISIT_STATE_PLANNED\"}"},
        {WORDS("report", "send", "r", "--by", "1 March"), "refused --by"},
        {WORDS("report", "send", "r", "--by", "1/3/2026"),
         "{\"comment_by\":\"2026-03-01\",\"report_id\":\"r\"}"},
        {WORDS("report", "list", "--state", "notice-given"), "{\"state\":\"REPORT_STATE_NOTICE_GIVEN\"}"},
        {WORDS("report", "evidence", "remove", "e"), "{\"evidence_id\":\"e\"}"},
        {WORDS("concern", "raise", "p", "--severity", "high", "--text", "t", "--suspend"),
         "{\"provision_id\":\"p\",\"severity\":\"CONCERN_SEVERITY_HIGH\",\"state\":\"CONCERN_STATE_"
         "SUSPENDED\",\"text\":\"t\"}"},
        {WORDS("outcomes", "intend", "x", "--for", "safety,education"),
         "{\"intended\":[\"OUTCOME_AREA_SAFETY\",\"OUTCOME_AREA_EDUCATION\"],\"placement_id\":\"x\"}"},
        {WORDS("template", "publish", "quality-visit/2"), "{\"form_id\":\"quality-visit/2\"}"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *request = request_of(CASES[i].words);
        cr_assert(strcmp(request, CASES[i].request) == 0, "case %zu: %s", i, request);
    }
}

/* --- answers ----------------------------------------------------------------------------------------- */

static const char FORM[] =
    "form: all\n"
    "title: All kinds\n"
    "purpose: quality visit\n"
    "grading: standard\n"
    "  grade: met: Met\n"
    "  grade: not-met: Not met\n"
    "section: s: S\n"
    "question: words: W?\n  answer: text\n  required\n"
    "question: one: O?\n  answer: one of\n  option: a: First one\n  option: b: Second\n"
    "  required\n"
    "question: some: S?\n  answer: any of\n  option: a: A\n  option: b: B\n"
    "question: scale: S?\n  answer: scale 1 to 5\n"
    "question: yes: Y?\n  answer: yes or no\n  evidence: needed\n"
    "question: why: Why?\n  answer: text\n  only if: yes is no\n"
    "question: numbers: N?\n  answer: numbers\n  option: x: X\n  option: y: Y\n"
    "question: money: M?\n  answer: money\n  option: now: Now\n  option: then: Then\n"
    "question: day: D?\n  answer: past date\n"
    "question: until: U?\n  answer: expiry\n"
    "question: grade: G?\n  answer: grade standard\n  required\n"
    "question: there: T?\n  answer: text\n  only: remote\n";

static const Pb__FormTemplate *form(void)
{
    Pb__FormTemplate *template;
    struct form_problems problems;
    cr_assert(form_read(span_of(FORM, sizeof FORM - 1), &cli.arena, &template, &problems) == CODE_OK, "%s",
              problems.count ? problems.items[0]->reason : "");
    template->id = "all/1";
    return template;
}

/* As people read it; or what is wrong. */
static const char *typed(const Pb__FormTemplate *template, const char *question, const char *value,
                         const char *remark)
{
    Pb__FormAnswer answer;
    struct fault fault = {0};
    if (answer_read(template, question, value, remark, &cli.arena, &answer, &fault) != CODE_OK)
        return arena_text(&cli.arena, fault.reason);
    return form_answer_text(template, form_question(template, question), &answer, &cli.arena);
}

Test(monitoring, an_answer_is_typed_by_its_kind)
{
    const struct {
        const char *question, *value, *remark, *reads;
    } CASES[] = {
        {"words", "as it was", "", "as it was"},
        {"words", "a", "b", "\"words\" is answered in words: a remark has no place beside them"},
        {"one", "a", "", "First one"},
        {"one", "SECOND", "", "Second"},
        {"one", "c", "", "\"c\" is none of: a, b"},
        {"one", "a,b", "", "\"a,b\" is none of: a, b"},
        {"some", "b, a", "", "B, A"},
        {"scale", "4", "", "4 of 5"},
        {"scale", "6", "", "6 is not from 1 to 5"},
        {"scale", "four", "", "\"four\" is no whole number"},
        {"yes", "Yes", "seen", "Yes: seen"},
        {"yes", "n/a", "", "Does not apply"},
        {"yes", "maybe", "", "\"maybe\" is none of: yes, no, n/a"},
        {"numbers", "x=3, y=2", "", "X 3, Y 2"},
        {"numbers", "3", "", "each number stands behind its name, as in x=3; names: x, y"},
        {"numbers", "z=3", "", "each number stands behind its name, as in x=3; names: x, y"},
        {"money", "now=1,250.50, then=2000", "", "Now £1,250.50, Then £2,000.00"},
        {"day", "12/3/2025", "", "12 March 2025"},
        {"until", "soon", "", NULL},
        {"grade", "not-met", "", "Not met"},
        {"grade", "", "", ""},
        {"nosuch", "x", "", "all/1 asks no question \"nosuch\""},
    };
    const Pb__FormTemplate *template = form();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *reads = typed(template, CASES[i].question, CASES[i].value, CASES[i].remark);
        if (CASES[i].reads)
            cr_assert(strcmp(reads, CASES[i].reads) == 0, "case %zu: %s", i, reads);
        else
            cr_assert(*reads, "case %zu", i);
    }
}

Test(monitoring, many_answers_come_from_a_text)
{
    static const char TEXT[] = "# what was seen\n"
                               "words: It goes on\n"
                               "  + in the next line.\n"
                               "\n"
                               "yes: no\n"
                               "> the log was lost\n"
                               "numbers: x=1, y=0\n"
                               "scale:\n";
    const Pb__FormTemplate *template = form();
    struct form_problems problems;
    Pb__FormAnswer **answers;
    size_t count;
    cr_assert(answers_read(template, TEXT, &cli.arena, &answers, &count, &problems) == CODE_OK);
    cr_assert(problems.count == 0, "%s", problems.count ? problems.items[0]->reason : "");
    cr_assert(count == 4);
    cr_assert_str_eq(answers[0]->text, "It goes on in the next line.");
    cr_assert(answers[1]->yes_no == PB__YES_NO__YES_NO_NO);
    cr_assert_str_eq(answers[1]->text, "the log was lost");
    cr_assert(answers[2]->n_numbers == 2 && answers[3]->scale_case == PB__FORM_ANSWER__SCALE__NOT_SET);
}

Test(monitoring, every_problem_of_a_text_has_its_line)
{
    static const char TEXT[] = "> first\nwords: a\nno colon\nscale: 9\nwords: b\nnosuch: c\n";
    static const uint32_t LINES[] = {1, 3, 5, 4, 6};
    const Pb__FormTemplate *template = form();
    struct form_problems problems;
    Pb__FormAnswer **answers;
    size_t count;
    cr_assert(answers_read(template, TEXT, &cli.arena, &answers, &count, &problems) == CODE_OK);
    cr_assert(count == 0 && problems.count == 5, "%zu", problems.count);
    for (size_t i = 0; i < problems.count; i++)
        cr_assert(problems.items[i]->line == LINES[i], "problem %zu: line %u", i, problems.items[i]->line);
}

/* rule M3: an amended answer takes the place of the one that was published */
Test(monitoring, a_report_reads_as_amended)
{
    Pb__FormAnswer first, second, amended, added, *published[] = {&first, &second},
                                                  *changes[] = {&amended, &added};
    Pb__ReportAmendment amendment, *amendments[] = {&amendment};
    Pb__PublishedReport report;
    struct form_answers answers;
    pb__form_answer__init(&first);
    pb__form_answer__init(&second);
    first.question_id = "a";
    second.question_id = "b";
    amended = second;
    added = second;
    added.question_id = "c";
    pb__report_amendment__init(&amendment);
    pb__published_report__init(&report);
    amendment.answers = changes;
    amendment.n_answers = 2;
    report.answers = published;
    report.n_answers = 2;
    report.amendments = amendments;
    report.n_amendments = 1;
    cr_assert(report_amended(&cli, &report, &answers));
    cr_assert(answers.count == 3 && answers.items[0] == &first && answers.items[1] == &amended &&
              answers.items[2] == &added);
}

/* --- tables ------------------------------------------------------------------------------------------ */

static const char *csv_of(const ProtobufCMessage *response, const char *words)
{
    struct cli_table table;
    struct span file;
    const struct cli_command *command = cli_command_find(words);
    cr_assert(command && command->plan, "%s", words);
    cr_assert(table_of_response(&cli, response, command->plan, &table) == CODE_OK);
    cr_assert(sheets_csv(&table.sheet, &cli.arena, &file, NULL) == CODE_OK);
    return arena_format(&cli.arena, "%.*s", (int)file.size - 3, (const char *)file.data + 3);
}

Test(monitoring, progress_says_its_noughts_and_its_total)
{
    Pb__MonitoringProgress row, total, *rows[] = {&row};
    Pb__ReportProgressResponse response;
    pb__monitoring_progress__init(&row);
    pb__monitoring_progress__init(&total);
    pb__report_progress_response__init(&response);
    row.name = "Essex";
    row.owed = 3;
    row.next_on = "2026-12-01";
    total.owed = 3;
    response.progress = rows;
    response.n_progress = 1;
    response.total = &total;
    cr_assert_str_eq(csv_of(&response.base, "monitoring progress"),
                     "\"LA\",\"Owed\",\"Intended\",\"Done\",\"Pending\",\"Overdue\",\"In draft\",\"Awaiting "
                     "comment\",\"Commented\",\"Published\",\"Soles\",\"Next visit\"\r\n"
                     "\"Essex\",3,0,0,0,0,0,0,0,0,0,2026-12-01\r\n"
                     "\"In all\",3,0,0,0,0,0,0,0,0,0,\r\n");
}

Test(monitoring, small_groups_are_not_shown) /* rule M7 */
{
    Pb__OutcomeRow shown, hidden, half, *rows[] = {&shown, &hidden, &half};
    Pb__ReportOutcomesResponse response;
    pb__outcome_row__init(&shown);
    shown.year = 2025;
    shown.area = PB__OUTCOME_AREA__OUTCOME_AREA_SAFETY;
    shown.children = 15;
    shown.as_intended = 10;
    half = hidden = shown;
    hidden.suppressed = true;
    hidden.children = hidden.as_intended = 0;
    half.as_intended_suppressed = true;
    pb__report_outcomes_response__init(&response);
    response.rows = rows;
    response.n_rows = 3;
    cr_assert_str_eq(csv_of(&response.base, "monitoring outcomes"),
                     "\"Year\",\"Area\",\"Children\",\"As intended or better\"\r\n"
                     "\"2025-26\",\"safety\",\"15\",\"10\"\r\n"
                     "\"2025-26\",\"safety\",\"not shown\",\"not shown\"\r\n"
                     "\"2025-26\",\"safety\",\"15\",\"not shown\"\r\n");
}

Test(monitoring, every_reminder_has_its_words)
{
    for (unsigned i = 0; i < pb__reminder_kind__descriptor.n_values; i++)
        cr_assert(strcmp(reminder_words((Pb__ReminderKind)i), "not known") != 0, "%u", i);
    cr_assert_str_eq(reminder_words((Pb__ReminderKind)99), "not known");
}

Test(monitoring, a_concern_says_who_raised_it)
{
    Pb__Concern concern;
    pb__concern__init(&concern);
    cr_assert_str_eq(derived_or_field(&concern.base, "raised_by_words", &cli.arena), "the host");
    concern.raised_by = "E10000012";
    cr_assert_str_eq(derived_or_field(&concern.base, "raised_by_words", &cli.arena), "Essex");
}

/* rule M3: each state of a report says what comes next */
Test(monitoring, a_report_says_what_comes_next)
{
    static const char *const NEXT[] = {NULL,
                                       "report draft r",
                                       "report notice r",
                                       "report publish r",
                                       "from 9 March 2026 on",
                                       "report print r",
                                       "given up: twice begun"};
    for (unsigned state = 1; state <= PB__REPORT_STATE__REPORT_STATE_DISCARDED; state++) {
        Pb__Report report;
        Pb__SendForCommentResponse response;
        char text[1024] = "";
        pb__report__init(&report);
        pb__send_for_comment_response__init(&response);
        report.id = "r";
        report.name = "The Oaks";
        report.authority_id = "E10000012";
        report.may_publish_on = "2026-03-09";
        report.discarded_because = "twice begun";
        report.state = (Pb__ReportState)state;
        response.report = &report;
        FILE *out = fmemopen(text, sizeof text - 1, "w"), *before = stdout;
        stdout = out;
        show_report(&cli, &response.base);
        fclose(out);
        stdout = before;
        cr_assert(strstr(text, NEXT[state]) && strstr(text, "Essex"), "state %u: %s", state, text);
    }
}

/* --- the demonstration ------------------------------------------------------------------------------- */

Test(monitoring, generated_answers_are_whole_but_for_their_files)
{
    const Pb__FormTemplate *template = form();
    struct arena arena;
    arena_init(&arena, 1024 * 1024);
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct random random, again;
        arena_reset(&arena);
        struct form_problems problems;
        struct demo_visited visited = {.mode = seed % 2 ? PB__VISIT_MODE__VISIT_MODE_ON_SITE
                                                        : PB__VISIT_MODE__VISIT_MODE_REMOTE,
                                       .day = {20513},
                                       .percent_good = (unsigned)(seed % 101),
                                       .expires = DATE_NONE};
        size_t count, other;
        random_init(&random, seed);
        random_init(&again, seed);
        Pb__FormAnswer **answers = demo_answers(template, &visited, &random, &arena, &count);
        Pb__FormAnswer **same = demo_answers(template, &visited, &again, &arena, &other);
        cr_assert(answers && same && count == other);
        const struct form_answers given = {answers, count};
        const struct form_setting setting = {.mode = visited.mode, .day = visited.day};
        cr_assert(form_complete(template, &given, &setting, &arena, &problems) == CODE_OK);
        size_t files = 0;
        for (size_t i = 0; i < count; i++) {
            const Pb__FormQuestion *question = form_question(template, answers[i]->question_id);
            files += demo_needs_file(question, answers[i]);
            cr_assert_str_eq(form_answer_text(template, question, answers[i], &arena),
                             form_answer_text(template, question, same[i], &arena));
        }
        cr_assert(problems.count == files, "seed %llu: %s", (unsigned long long)seed,
                  problems.count ? problems.items[0]->reason : "a file that nobody asks for");
    }
    arena_finish(&arena);
}
