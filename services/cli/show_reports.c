/* Reports in words: where one stands and what comes next, a draft with what is missing, a published one, two
 * side by side. Responses come in, sentences and tables go out. */

#include "services/cli/report.h"
#include "services/cli/reflect.h"
#include "services/cli/show_monitoring.h"

#include <string.h>

static const char *answer_text(struct cli *cli, const Pb__FormTemplate *form, const char *question,
                               const Pb__FormAnswer *answer)
{
    const Pb__FormQuestion *asked = form ? form_question(form, question) : NULL;
    const char *text = answer && asked ? form_answer_text(form, asked, answer, &cli->arena) : "";
    return text ? text : "";
}

static void say_standing(struct cli *cli, const Pb__Report *report)
{
    const char *la = monitoring_words(cli, &report->base, "authority_id");
    printf("%s's report of its visit to %s on %s is ", la, report->name,
           monitoring_day(cli, report->visited_on));
    switch (report->state) {
    case PB__REPORT_STATE__REPORT_STATE_DRAFT:
        printf("a draft.\n\nSee what is missing: ccrag monitoring report draft %s\n", report->id);
        return;
    case PB__REPORT_STATE__REPORT_STATE_SENT:
        printf("with the provider for comment until %s.\n\nIts comment: ccrag monitoring report comment %s "
               "--text TEXT\nNone by then: ccrag monitoring report notice %s\n",
               monitoring_day(cli, report->comment_by), report->id, report->id);
        return;
    case PB__REPORT_STATE__REPORT_STATE_COMMENTED:
        printf("commented on, since %s.\n\nPublish it: ccrag monitoring report publish %s\nChange it first: "
               "ccrag monitoring report revise %s\n",
               monitoring_day(cli, report->commented_on), report->id, report->id);
        return;
    case PB__REPORT_STATE__REPORT_STATE_NOTICE_GIVEN:
        printf("to be published without comment, as notice was given on %s; from %s on, five working days "
               "later.\n\nThen: ccrag monitoring report publish %s\n",
               monitoring_day(cli, report->notice_on), monitoring_day(cli, report->may_publish_on),
               report->id);
        return;
    case PB__REPORT_STATE__REPORT_STATE_PUBLISHED:
        printf("published%s, since %s.\n\nRead it: ccrag monitoring report show %s\nPrint it: ccrag "
               "monitoring report print %s report.html\n",
               report->without_comment ? " without the provider's comment" : "",
               monitoring_day(cli, report->published_on), report->id, report->id);
        return;
    case PB__REPORT_STATE__REPORT_STATE_DISCARDED:
        printf("given up: %s.\n", report->discarded_because);
        return;
    case PB__REPORT_STATE__REPORT_STATE_UNSPECIFIED:
    case _PB__REPORT_STATE_IS_INT_SIZE:
        printf("in a state that this program does not know.\n");
        return;
    }
}

void show_report(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__Report *report = (const Pb__Report *)(const void *)reflect_message(response, "report");
    if (report)
        say_standing(cli, report);
}

void show_amended(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__PublishedReport *report = ((const Pb__AmendReportResponse *)(const void *)response)->report;
    if (!report || !report->report || !report->n_amendments)
        return;
    const Pb__ReportAmendment *last = report->amendments[report->n_amendments - 1];
    printf("Amendment %u of the report on %s, of %s: %s.\n\nRead it: ccrag monitoring report show %s\n",
           last->number, report->report->name, monitoring_day(cli, last->amended_on), last->reason,
           report->report->id);
}

/* Questions that are asked, with what was answered, section by section. */
static void print_answers(struct cli *cli, const Pb__FormTemplate *form, const struct form_answers *answers,
                          Pb__VisitMode mode, bool open_too)
{
    for (size_t i = 0; i < form->n_sections; i++) {
        bool headed = false;
        for (size_t j = 0; j < form->sections[i]->n_questions; j++) {
            const Pb__FormQuestion *question = form->sections[i]->questions[j];
            const Pb__FormAnswer *answer = form_answer_of(answers, question->id);
            if ((!answer && !open_too) || !form_is_asked(form, question, answers, mode))
                continue;
            if (!headed)
                printf("\n%s\n", form->sections[i]->title);
            headed = true;
            const char *text = answer_text(cli, form, question->id, answer);
            printf("  %-24s %s\n  %-24s %s%s%s\n", question->id, question->title, "",
                   *text ? text : "(not answered)", answer && answer->carried_over ? " (carried over)" : "",
                   question->required && !*text ? " (required)" : "");
        }
    }
}

static void print_evidence(Pb__Evidence *const *files, size_t count)
{
    if (count)
        puts("\nFiles");
    for (size_t i = 0; i < count; i++)
        if (files[i]->complete)
            printf("  %s  %s, %s, %llu KB, beside %s\n", files[i]->id, files[i]->name, files[i]->media_type,
                   (unsigned long long)(files[i]->size + 1023) / 1024, files[i]->question_id);
        else
            printf("  %s  %s, beside %s: not complete. Take it away: ccrag monitoring report evidence remove "
                   "%s\n",
                   files[i]->id, files[i]->name, files[i]->question_id, files[i]->id);
}

void show_draft(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__GetDraftResponse *draft = (const Pb__GetDraftResponse *)(const void *)response;
    struct form_answers answers;
    if (!draft->report || !draft->form || !report_answers(cli, draft, &answers))
        return;
    printf("%s, on %s: %s, visited %s.\n", draft->form->title, draft->report->name,
           monitoring_words(cli, &draft->report->base, "authority_id"),
           monitoring_day(cli, draft->report->visited_on));
    print_answers(cli, draft->form, &answers, draft->report->mode, true);
    print_evidence(draft->evidence, draft->n_evidence);
    if (*draft->report->comment)
        printf("\nThe provider's comment: %s\n", draft->report->comment);
    if (draft->n_problems)
        puts("\nMissing or wrong");
    for (size_t i = 0; i < draft->n_problems; i++)
        printf("  %-24s %s\n", draft->problems[i]->question_id, draft->problems[i]->reason);
    puts("");
    if (draft->report->state != PB__REPORT_STATE__REPORT_STATE_DRAFT)
        say_standing(cli, draft->report);
    else if (draft->n_problems)
        printf("Answer: ccrag monitoring report answer %s QUESTION VALUE, or --file FILE\n",
               draft->report->id);
    else
        printf("It is complete. Send it for comment: ccrag monitoring report send %s\n", draft->report->id);
}

void show_published_report(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__GetReportResponse *got = (const Pb__GetReportResponse *)(const void *)response;
    struct form_answers answers;
    if (!got->report || !got->report->report || !got->form || !report_amended(cli, got->report, &answers))
        return;
    const Pb__Report *report = got->report->report;
    printf("%s, on %s: %s, visited %s, published %s%s.\n", got->form->title, report->name,
           monitoring_words(cli, &report->base, "authority_id"), monitoring_day(cli, report->visited_on),
           monitoring_day(cli, report->published_on),
           report->without_comment ? " without the provider's comment" : "");
    print_answers(cli, got->form, &answers, report->mode, false);
    print_evidence(got->report->evidence, got->report->n_evidence);
    if (*report->comment)
        printf("\nThe provider's comment, %s: %s\n", monitoring_day(cli, report->commented_on),
               report->comment);
    for (size_t i = 0; i < got->report->n_amendments; i++)
        printf("\nAmendment %u, %s: %s\n", got->report->amendments[i]->number,
               monitoring_day(cli, got->report->amendments[i]->amended_on),
               got->report->amendments[i]->reason);
    printf("\nPrint it: ccrag monitoring report print %s report.html\n", report->id);
}

/* --- two side by side -------------------------------------------------------------------------------- */

static const Pb__FormTemplate *form_of(struct cli *cli, const Pb__Report *report)
{
    const Pb__GetReportResponse *got;
    struct fault fault = {0};
    if (!report || report_published(cli, report->id, &got, &fault) != CODE_OK)
        return NULL;
    return got->form;
}

enum { CHANGE_COLUMNS = 4 };

enum code tabulate_changes(struct cli *cli, const ProtobufCMessage *message, struct cli_table *ret_table)
{
    const Pb__CompareReportsResponse *response = (const Pb__CompareReportsResponse *)(const void *)message;
    const Pb__FormTemplate *earlier = form_of(cli, response->earlier), *later = form_of(cli, response->later);
    size_t rows = response->n_changes;
    struct sheets_column *columns = arena_array(&cli->arena, struct sheets_column, CHANGE_COLUMNS);
    struct sheets_cell *cells = arena_array(&cli->arena, struct sheets_cell, rows * CHANGE_COLUMNS + 1);
    if (!columns || !cells)
        return CODE_RESOURCE_EXHAUSTED;
    columns[0] = (struct sheets_column){"Question", SHEETS_TEXT};
    columns[1] = (struct sheets_column){"Changed", SHEETS_TEXT};
    columns[2] = (struct sheets_column){
        response->earlier
            ? arena_format(&cli->arena, "Visit of %s", monitoring_day(cli, response->earlier->visited_on))
            : "Before",
        SHEETS_TEXT};
    columns[3] = (struct sheets_column){
        response->later
            ? arena_format(&cli->arena, "Visit of %s", monitoring_day(cli, response->later->visited_on))
            : "Now",
        SHEETS_TEXT};
    for (size_t i = 0; i < rows; i++) {
        const Pb__AnswerChange *change = response->changes[i];
        const char *texts[CHANGE_COLUMNS] = {change->question, change->changed ? "changed" : "",
                                             answer_text(cli, earlier, change->question_id, change->before),
                                             answer_text(cli, later, change->question_id, change->after)};
        for (size_t c = 0; c < CHANGE_COLUMNS; c++)
            cells[i * CHANGE_COLUMNS + c] = (struct sheets_cell){.stated = *texts[c], .text = texts[c]};
    }
    *ret_table = (struct cli_table){.sheet = {"Changes", columns, CHANGE_COLUMNS, cells, rows},
                                    .elastic = {true, false, true, true}};
    return CODE_OK;
}

void remark_changed(struct cli *cli, const ProtobufCMessage *message)
{
    const Pb__CompareReportsResponse *response = (const Pb__CompareReportsResponse *)(const void *)message;
    size_t changed = 0;
    (void)cli;
    for (size_t i = 0; i < response->n_changes; i++)
        changed += response->changes[i]->changed != 0;
    printf("\n%zu of %zu answers changed.\n", changed, response->n_changes);
}
