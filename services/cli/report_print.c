/* A report shown on the terminal, or printed as one HTML document that needs nothing else. In: a report or a
 * provision. Out: text, or a file. */

#include "services/cli/report.h"

#include "services/cli/file.h"
#include "services/cli/show_monitoring.h"

#include <string.h>

enum { FACTS_MAX = 7 };

int run_report_show(struct cli *cli)
{
    const Pb__GetReportResponse *got;
    struct fault fault = {0};
    if (report_published(cli, cli->arguments[0], &got, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    if (cli->json)
        return show_json(cli, &got->base);
    show_published_report(cli, &got->base);
    return EX_OK;
}

/* What stands at the head of every report. */
static size_t facts_of(struct cli *cli, const Pb__Report *report, const Pb__RecordMeta *meta,
                       struct form_fact *facts)
{
    size_t count = 0;
    facts[count++] = (struct form_fact){"Provision", report->name};
    facts[count++] =
        (struct form_fact){"Local authority", monitoring_words(cli, &report->base, "authority_id")};
    facts[count++] = (struct form_fact){"Visited", monitoring_day(cli, report->visited_on)};
    facts[count++] = (struct form_fact){"How", monitoring_words(cli, &report->base, "mode")};
    if (*report->published_on)
        facts[count++] = (struct form_fact){"Published", monitoring_day(cli, report->published_on)};
    facts[count++] = (struct form_fact){"Report", report->id};
    if (meta && meta->generated)
        facts[count++] = (struct form_fact){"Demonstration", "generated, and true of nobody"};
    return count;
}

static struct form_fact *files_of(struct cli *cli, Pb__Evidence *const *files, size_t count)
{
    struct form_fact *facts = arena_array(&cli->arena, struct form_fact, count + 1);
    for (size_t i = 0; facts && i < count; i++)
        facts[i] = (struct form_fact){files[i]->id, files[i]->name};
    return facts;
}

static const char *amendment_note(struct cli *cli, const Pb__ReportAmendment *amendment)
{
    const char *text =
        arena_format(&cli->arena, "%s: %s", monitoring_day(cli, amendment->amended_on), amendment->reason);
    return text ? text : "";
}

static char *html_of_published(struct cli *cli, const Pb__GetReportResponse *got)
{
    const Pb__Report *report = got->report->report;
    struct form_fact facts[FACTS_MAX];
    struct form_fact *notes = arena_array(&cli->arena, struct form_fact, got->report->n_amendments + 1);
    struct form_page page = {
        .template = got->form,
        .mode = report->mode,
        .standing = report->without_comment ? "Published without the provider's comment" : "Published",
        .facts = facts,
        .n_facts = facts_of(cli, report, got->report->meta, facts),
        .notes = notes,
        .files = files_of(cli, got->report->evidence, got->report->n_evidence),
        .n_files = got->report->n_evidence,
    };
    if (!notes || !page.files || !report_amended(cli, got->report, &page.answers))
        return NULL;
    if (*report->comment)
        notes[page.n_notes++] = (struct form_fact){"The provider's comment", report->comment};
    for (size_t i = 0; i < got->report->n_amendments; i++)
        notes[page.n_notes++] =
            (struct form_fact){arena_format(&cli->arena, "Amendment %u", got->report->amendments[i]->number),
                               amendment_note(cli, got->report->amendments[i])};
    return cli->arena.exhausted ? NULL : form_html(&page, &cli->arena);
}

static char *html_of_draft(struct cli *cli, const Pb__GetDraftResponse *draft)
{
    struct form_fact facts[FACTS_MAX];
    struct form_fact note = {"The provider's comment", draft->report->comment};
    struct form_page page = {
        .template = draft->form,
        .mode = draft->report->mode,
        .standing = "Not published: for its authors, the host and, once it was sent, the provider",
        .facts = facts,
        .n_facts = facts_of(cli, draft->report, draft->report->meta, facts),
        .notes = &note,
        .n_notes = *draft->report->comment != 0,
        .files = files_of(cli, draft->evidence, draft->n_evidence),
        .n_files = draft->n_evidence,
    };
    return page.files && report_answers(cli, draft, &page.answers) ? form_html(&page, &cli->arena) : NULL;
}

int run_report_print(struct cli *cli)
{
    const char *path = cli->argument_count > 1 ? cli->arguments[1] : "-";
    const Pb__GetReportResponse *got;
    const Pb__GetDraftResponse *draft;
    struct fault fault = {0}, none = {0};
    char *html;
    if (report_published(cli, cli->arguments[0], &got, &fault) == CODE_OK)
        html = html_of_published(cli, got);
    else if (report_draft(cli, cli->arguments[0], &draft, &none) == CODE_OK)
        html = html_of_draft(cli, draft);
    else
        return cli_fail(cli, &fault);
    if (!html)
        return cli_complain(EX_SOFTWARE, "the report is too large to print");
    int status = file_write(cli, path, span_of(html, strlen(html)));
    if (status == EX_OK && strcmp(path, "-") != 0 && !cli->json)
        printf("Wrote %s; a browser shows it, and prints it as PDF.\n", path);
    return status;
}
