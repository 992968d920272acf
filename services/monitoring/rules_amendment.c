/* Published reports and their amendments (rules M3, R10). In: what is published, what is to be corrected, the
 * form. Out: the report with one amendment more, or a refusal with what is wrong. What was published is never
 * written over. */

#include "services/monitoring/rules_amendment.h"

#include "common/forms/evidence.h"
#include "services/monitoring/rules_text.h"

/* The place of the answer to that question; `count`: none. */
static size_t place_of(Pb__FormAnswer *const *answers, size_t count, const char *question_id)
{
    size_t at = 0;
    while (at < count && strcmp(answers[at]->question_id, question_id) != 0)
        at++;
    return at;
}

enum code report_applied(const Pb__PublishedReport *report, struct arena *arena,
                         struct form_answers *ret_answers)
{
    size_t most = report->n_answers, count = report->n_answers;
    for (size_t i = 0; i < report->n_amendments; i++)
        most += report->amendments[i]->n_answers;
    Pb__FormAnswer **answers = arena_array(arena, Pb__FormAnswer *, most + 1);
    if (!answers)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < count; i++)
        answers[i] = report->answers[i];
    for (size_t i = 0; i < report->n_amendments; i++) {
        const Pb__ReportAmendment *amendment = report->amendments[i];
        for (size_t j = 0; j < amendment->n_answers; j++) {
            size_t at = place_of(answers, count, amendment->answers[j]->question_id);
            answers[at] = amendment->answers[j];
            count += at == count;
        }
    }
    *ret_answers = (struct form_answers){answers, count};
    return CODE_OK;
}

static enum monitoring_refusal files_check(const Pb__PublishedReport *report,
                                           const Pb__AmendReportRequest *request)
{
    const struct form_files files = {report->evidence, report->n_evidence};
    for (size_t i = 0; i < request->n_answers; i++)
        if (!evidence_is_there(request->answers[i], &files))
            return REFUSAL_EVIDENCE_NOT_THERE;
    return REFUSAL_NONE;
}

/* The report with the amendment put to its end; NULL past the arena's limit. */
static Pb__PublishedReport *with_amendment(const Pb__PublishedReport *stored,
                                           const Pb__AmendReportRequest *request, const char *by,
                                           struct date today, struct arena *arena)
{
    size_t count = stored->n_amendments;
    Pb__PublishedReport *whole = arena_new(arena, Pb__PublishedReport);
    Pb__Report *report = arena_new(arena, Pb__Report);
    Pb__ReportAmendment *amendment = arena_new(arena, Pb__ReportAmendment);
    Pb__ReportAmendment **amendments = arena_array(arena, Pb__ReportAmendment *, count + 1);
    const char *amended_on = date_text(today, arena);
    if (!whole || !report || !amendment || !amendments || !amended_on)
        return NULL;
    pb__report_amendment__init(amendment);
    amendment->number = (uint32_t)count + 1;
    amendment->amended_on = amended_on;
    amendment->amended_by = by;
    amendment->reason = request->reason;
    amendment->n_answers = request->n_answers;
    amendment->answers = request->answers;
    for (size_t i = 0; i < count; i++)
        amendments[i] = stored->amendments[i];
    amendments[count] = amendment;
    *report = *stored->report;
    report->amendments = amendment->number;
    *whole = *stored;
    whole->report = report;
    whole->n_amendments = count + 1;
    whole->amendments = amendments;
    return whole;
}

/* Each answer by itself, then the form as it would read. */
static enum monitoring_refusal form_stays_right(const Pb__PublishedReport *whole,
                                                const Pb__AmendReportRequest *request,
                                                const Pb__FormTemplate *form, struct arena *arena,
                                                struct form_problems *ret_problems)
{
    const struct form_setting setting = {.mode = whole->report->mode,
                                         .day = stored_date(whole->report->visited_on)};
    const struct form_answers amended = {request->answers, request->n_answers};
    struct form_answers applied;
    struct form_problems problems = {0};
    if (form_check(form, &amended, &setting, arena, &problems) != CODE_OK)
        return REFUSAL_TOO_MANY;
    if (problems.count == 0 && (report_applied(whole, arena, &applied) != CODE_OK ||
                                form_complete(form, &applied, &setting, arena, &problems) != CODE_OK))
        return REFUSAL_TOO_MANY;
    *ret_problems = problems;
    return problems.count ? REFUSAL_AMENDMENT_WRONG : REFUSAL_NONE;
}

enum monitoring_refusal report_amend(const Pb__PublishedReport *stored, const Pb__AmendReportRequest *request,
                                     const Pb__FormTemplate *form, const char *by, struct date today,
                                     struct arena *arena, Pb__PublishedReport *ret_report,
                                     struct form_problems *ret_problems)
{
    Pb__ReportState state;
    *ret_problems = (struct form_problems){0};
    enum monitoring_refusal refusal = report_step(stored->report->state, REPORT_AMEND, &state);
    if (refusal == REFUSAL_NONE)
        refusal = text_check(request->reason, REFUSAL_REASON_MISSING);
    if (refusal != REFUSAL_NONE)
        return refusal;
    if (request->n_answers == 0)
        return REFUSAL_AMENDMENT_EMPTY;
    if (stored->n_amendments >= REPORT_AMENDMENTS_MAX || request->n_answers > FORM_QUESTIONS_MAX)
        return REFUSAL_AMENDMENTS_MANY;
    refusal = files_check(stored, request);
    if (refusal != REFUSAL_NONE)
        return refusal;
    const Pb__PublishedReport *whole = with_amendment(stored, request, by, today, arena);
    if (!whole)
        return REFUSAL_TOO_MANY;
    refusal = form_stays_right(whole, request, form, arena, ret_problems);
    if (refusal != REFUSAL_NONE)
        return refusal;
    if (protobuf_c_message_get_packed_size(&whole->base) > REPORT_PUBLISHED_BYTES_MAX)
        return REFUSAL_AMENDMENTS_MANY;
    *ret_report = *whole;
    return REFUSAL_NONE;
}
