/* Reports on their way to publication (rules M2, M3, M4). In: answers as they are typed, and the steps of a
 * report. Out: each answer as a record of its own, and the report's head. Publication itself is
 * publication.c's. */

#define SERVICE_TYPE Pb__ReportsService_Service

#include "services/monitoring/handlers/support.h"

/* --- read -------------------------------------------------------------------------------------------- */

/* Each with the files beside it. */
static void show_files(const struct draft *draft)
{
    for (size_t i = 0; i < draft->kept.count; i++) {
        Pb__ReportAnswer *kept = (Pb__ReportAnswer *)draft->kept.items[i];
        Pb__FormAnswer *shown =
            kept->answer ? form_answer_of(&draft->answers, kept->answer->question_id) : NULL;
        if (shown)
            kept->answer = shown;
    }
}

HANDLE(GetDraft, get_draft)
{
    struct draft draft;
    struct form_problems problems;
    Pb__Report *report = load_report(command, in->report_id, REPORT_ACT_READ);
    if (!report)
        return command->fault.code;
    TRY(check(command, report->state == PB__REPORT_STATE__REPORT_STATE_PUBLISHED ? REFUSAL_REPORT_PUBLISHED
                                                                                 : REFUSAL_NONE));
    TRY(load_draft(command, report, &draft));
    TRY(draft_problems(command, &draft, &problems));
    out->report = report;
    TRY(show_form(command, draft.form, &out->base, "form"));
    show_files(&draft);
    out->answers = (Pb__ReportAnswer **)draft.kept.items;
    out->n_answers = draft.kept.count;
    out->evidence = (Pb__Evidence **)draft.evidence.items;
    out->n_evidence = draft.evidence.count;
    out->problems = problems.items;
    out->n_problems = problems.count;
    return CODE_OK;
}

/* --- answered ---------------------------------------------------------------------------------------- */

/* Files that an answer names must be there; which are beside it is kept with the files alone. */
static enum code check_files(struct command *command, const Pb__Report *report, const Pb__FormAnswer *answer)
{
    struct collected evidence;
    if (answer->n_evidence_ids == 0)
        return CODE_OK;
    TRY(collect_evidence(command, report->id, &evidence));
    const struct form_files files = files_of(&evidence);
    return check(command, evidence_is_there(answer, &files) ? REFUSAL_NONE : REFUSAL_EVIDENCE_NOT_THERE);
}

static enum code take_answers(struct command *command, const Pb__Report *report,
                              const Pb__SaveAnswersRequest *in, struct form_answers *ret_answers)
{
    Pb__FormAnswer **answers = arena_array(command->arena, Pb__FormAnswer *, in->n_answers + 1);
    if (!answers)
        return no_memory(command);
    for (size_t i = 0; i < in->n_answers; i++) {
        if (!in->answers[i]->answer)
            return refuse(command, CODE_INVALID_ARGUMENT, "answers", "answer %zu is missing", i + 1);
        TRY(check_files(command, report, in->answers[i]->answer));
        answers[i] = COPY(command, in->answers[i]->answer);
        if (!answers[i])
            return no_memory(command);
        answers[i]->n_evidence_ids = 0;
        answers[i]->evidence_ids = NULL;
        answers[i]->carried_over = false;
    }
    *ret_answers = (struct form_answers){answers, in->n_answers};
    return CODE_OK;
}

static bool is_among(const struct form_answers *answers, const Pb__ReportAnswer *kept)
{
    return kept->answer && form_answer_of(answers, kept->answer->question_id);
}

/* A draft that is too long to be read again is never kept. */
static enum code check_size(struct command *command, const struct form_answers *saved,
                            const struct collected *kept)
{
    size_t bytes = 0;
    for (size_t i = 0; i < saved->count; i++)
        bytes += protobuf_c_message_get_packed_size(&saved->items[i]->base);
    for (size_t i = 0; i < kept->count; i++)
        if (!is_among(saved, (const Pb__ReportAnswer *)kept->items[i]))
            bytes += protobuf_c_message_get_packed_size(kept->items[i]);
    return check(command, bytes > REPORT_DRAFT_BYTES_MAX ? REFUSAL_TOO_MANY : REFUSAL_NONE);
}

static enum code check_answers(struct command *command, const Pb__Report *report,
                               const struct form_answers *answers)
{
    struct form_problems problems;
    const struct form_setting setting = setting_of(report);
    const Pb__FormTemplate *form = load_form_of(command, report->form_id);
    if (!form)
        return command->fault.code;
    if (form_check(form, answers, &setting, command->arena, &problems) != CODE_OK)
        return no_memory(command);
    if (problems.count == 0)
        return CODE_OK;
    return refuse(command, CODE_INVALID_ARGUMENT, "answers", "%.64s: %s", problems.items[0]->question_id,
                  problems.items[0]->reason);
}

static bool is_kept(const struct collected *kept, const char *question_id)
{
    for (size_t i = 0; i < kept->count; i++) {
        const Pb__FormAnswer *answer = ((const Pb__ReportAnswer *)kept->items[i])->answer;
        if (answer && strcmp(answer->question_id, question_id) == 0)
            return true;
    }
    return false;
}

/* The version that was read. Who saw none while another author answered is told both, as of any stale one:
 * a version that never was makes the store do so. */
static uint64_t version_read(const Pb__ReportAnswer *given, const struct collected *kept)
{
    uint64_t version = given->meta ? given->meta->version : 0;
    return version == 0 && is_kept(kept, given->answer->question_id) ? UINT64_MAX : version;
}

static Pb__ReportAnswer *answer_to_keep(struct command *command, const Pb__Report *report,
                                        Pb__FormAnswer *answer, uint64_t version)
{
    Pb__ReportAnswer *kept = arena_new(command->arena, Pb__ReportAnswer);
    if (!kept)
        return NULL;
    pb__report_answer__init(kept);
    kept->id = answer_id(report->id, answer->question_id, command->arena);
    kept->meta = meta_like(command, report->meta);
    kept->report_id = report->id;
    kept->answer = answer;
    kept->authority_id = report->authority_id;
    if (!kept->id || !kept->meta)
        return NULL;
    kept->meta->version = version;
    return kept;
}

HANDLE(SaveAnswers, save_answers)
{
    struct form_answers answers;
    struct collected kept;
    TRY(check_record(command, &in->base));
    const Pb__Report *report = load_report_to(command, in->report_id, REPORT_SAVE);
    if (!report)
        return command->fault.code;
    TRY(take_answers(command, report, in, &answers));
    TRY(check_answers(command, report, &answers));
    const struct walk all = {.table = &monitoring_answers,
                             .index = INDEX_REPORT,
                             .value = key_of_uuid(report->id, command->arena)};
    TRY(collect(command, &all, NULL, NULL, &kept));
    TRY(check_size(command, &answers, &kept));
    out->answers = arena_array(command->arena, Pb__ReportAnswer *, answers.count + 1);
    if (!out->answers)
        return no_memory(command);
    for (size_t i = 0; i < answers.count; i++) {
        Pb__ReportAnswer *answer =
            answer_to_keep(command, report, answers.items[i], version_read(in->answers[i], &kept));
        if (!answer)
            return no_memory(command);
        TRY(put(command, &monitoring_answers, answer));
        out->answers[out->n_answers++] = answer;
    }
    return CODE_OK;
}

/* --- steps (rule M3) --------------------------------------------------------------------------------- */

/* Who runs the provision, and what it is called, is as it is when the report is sent. */
static enum code refresh(struct command *command, Pb__Report *report)
{
    enum code code;
    const Pb__Provision *provision =
        load_if_any(command, &monitoring_provisions, report->provision_id, &code);
    TRY(code);
    if (provision) {
        report->name = provision->name;
        report->provider_id = provision->provider_id;
    }
    return CODE_OK;
}

static enum code put_step(struct command *command, Pb__Report *report, uint64_t version)
{
    expect_version(report->meta, version);
    return put(command, &monitoring_reports, report);
}

HANDLE(SendForComment, send_for_comment)
{
    struct draft draft;
    struct form_problems problems;
    Pb__Report *stored = load_report_to(command, in->report_id, REPORT_SEND);
    Pb__Report *report = arena_new(command->arena, Pb__Report);
    if (!stored)
        return command->fault.code;
    if (!report)
        return no_memory(command);
    TRY(load_draft(command, stored, &draft));
    TRY(draft_problems(command, &draft, &problems));
    TRY(check_problems(command, &problems, REFUSAL_REPORT_INCOMPLETE));
    TRY(check(command,
              report_send(stored, in->comment_by, problems.count, command->today, command->arena, report)));
    TRY(refresh(command, report));
    TRY(put_step(command, report, in->version));
    out->report = report;
    return CODE_OK;
}

HANDLE(ReviseReport, revise_report)
{
    Pb__Report *stored = load_report_to(command, in->report_id, REPORT_REVISE);
    Pb__Report *report = arena_new(command->arena, Pb__Report);
    if (!stored)
        return command->fault.code;
    if (!report)
        return no_memory(command);
    TRY(check(command, report_revise(stored, report)));
    TRY(put_step(command, report, in->version));
    out->report = report;
    return CODE_OK;
}

HANDLE(CommentOnReport, comment_on_report)
{
    Pb__Report *stored = load_report(command, in->report_id, REPORT_ACT_COMMENT);
    Pb__Report *report = arena_new(command->arena, Pb__Report);
    if (!stored)
        return command->fault.code;
    if (!report)
        return no_memory(command);
    TRY(check(command, report_comment(stored, in->comment, command->today, command->arena, report)));
    TRY(put_step(command, report, in->version));
    out->report = report;
    return CODE_OK;
}

HANDLE(GiveNotice, give_notice)
{
    Pb__Report *stored = load_report_to(command, in->report_id, REPORT_GIVE_NOTICE);
    Pb__Report *report = arena_new(command->arena, Pb__Report);
    if (!stored)
        return command->fault.code;
    if (!report)
        return no_memory(command);
    TRY(check_day(command, report_give_notice(stored, command->today, command->arena, report),
                  REFUSAL_NOTICE_EARLY, stored->comment_by));
    TRY(put_step(command, report, in->version));
    out->report = report;
    return CODE_OK;
}

HANDLE(DiscardReport, discard_report)
{
    Pb__Report *stored = load_report_to(command, in->report_id, REPORT_DISCARD);
    Pb__Report *report = arena_new(command->arena, Pb__Report);
    if (!stored)
        return command->fault.code;
    if (!report)
        return no_memory(command);
    TRY(check(command, report_discard(stored, in->reason, report)));
    TRY(put_step(command, report, in->version));
    out->report = report;
    return CODE_OK;
}
