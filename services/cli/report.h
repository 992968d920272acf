#pragma once
/* Reports on the command line: what several of their commands need. */

#include "services/cli/cli.h"

#include "common/forms/forms.h"

/* The draft of a report, whole. In cli->arena. */
enum code report_draft(struct cli *cli, const char *report, const Pb__GetDraftResponse **ret_draft,
                       struct fault *ret_fault);
/* A published report: by its own UUID, or the latest of a provision (UUID or URN). */
enum code report_published(struct cli *cli, const char *report_or_provision,
                           const Pb__GetReportResponse **ret_report, struct fault *ret_fault);

/* The answers alone of a draft, as forms take them. False: out of memory. */
bool report_answers(struct cli *cli, const Pb__GetDraftResponse *draft, struct form_answers *ret_answers);
/* A published report as it reads with its amendments. False: out of memory. */
bool report_amended(struct cli *cli, const Pb__PublishedReport *report, struct form_answers *ret_answers);

/* Answers of --file, or of the arguments after the first, with --remark. EX_OK with at least one answer;
 * otherwise complained of. In cli->arena. */
int report_typed(struct cli *cli, const Pb__FormTemplate *form, Pb__FormAnswer ***ret_answers,
                 size_t *ret_count);

/* --- answers as they are typed (report_text.c): pure ------------------------------------------------- */

/* One answer, by its question's kind: words; an option's identifier or title, several with commas; a whole
 * number; yes, no or n/a; `incidents=3, children=2`; pounds likewise; a date in any form. "" takes the answer
 * back. `remark`: beside any kind but words; "" for none. INVALID_ARGUMENT: what would be right; `ret_answer`
 * is untouched. */
enum code answer_read(const Pb__FormTemplate *form, const char *question_id, const char *value,
                      const char *remark, struct arena *arena, Pb__FormAnswer *ret_answer,
                      struct fault *ret_fault);

/* Many, from a text: a line `question: value` for each; a line that begins with `+` goes on with the words of
 * the line before, one with `>` is a remark beside it; `#` begins a remark on the text itself. Problems have
 * the line; with any, no answers are given. RESOURCE_EXHAUSTED: past the arena's limit. */
enum code answers_read(const Pb__FormTemplate *form, const char *text, struct arena *arena,
                       Pb__FormAnswer ***ret_answers, size_t *ret_count, struct form_problems *ret_problems);

/* --- run functions of the table in group_reports.c --------------------------------------------------- */

int run_report_answer(struct cli *cli);
int run_report_amend(struct cli *cli);
int run_report_show(struct cli *cli);
int run_report_print(struct cli *cli);
