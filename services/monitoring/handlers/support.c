/* Shared by monitoring's handlers: who asks, and reports with all that belongs to them. No rule is here. */

#include "services/monitoring/handlers/support.h"

#include "services/monitoring/rules_amendment.h"
#include "services/monitoring/rules_concern.h"
#include "services/monitoring/rules_text.h"

enum code check_day(struct command *command, enum monitoring_refusal refusal, enum monitoring_refusal early,
                    const char *day)
{
    const struct refusal_facts *facts = monitoring_refusal_facts(refusal);
    if (refusal != early || !day[0])
        return check(command, refusal);
    return refuse(command, facts->code, facts->field, "%s (%s)", facts->text, day);
}

/* --- who asks ---------------------------------------------------------------------------------------- */

static enum code is_active_member(struct command *command, const char *gss, bool *ret_active)
{
    enum code code = CODE_OK;
    const Pb__Authority *authority =
        gss && gss[0] ? load_if_any(command, &monitoring_authorities, gss, &code) : NULL;
    TRY(code);
    *ret_active = authority && authority->state == PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
    return CODE_OK;
}

enum code load_actor(struct command *command, struct monitoring_actor *ret_actor)
{
    const struct caller *caller = &command->caller;
    struct monitoring_actor actor = {.is_host = caller_is_host(caller),
                                     .authority_id = authority_meant(command, ""),
                                     .provider_id = caller->claim ? caller->claim->provider_id : ""};
    actor.reads_all = caller->claim ? caller_has_role(caller, PB__ROLE__ROLE_AUDITOR)
                                    : caller->principal->role == PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE;
    TRY(is_active_member(command, actor.authority_id, &actor.is_active_member));
    *ret_actor = actor;
    return CODE_OK;
}

void actor_asks_about(struct monitoring_actor *actor, const Pb__Provision *provision)
{
    bool runs = provision && actor->provider_id[0] && strcmp(actor->provider_id, provision->provider_id) == 0;
    actor->runs_id = runs ? provision->id : "";
}

enum code check_reader(struct command *command)
{
    struct monitoring_actor actor;
    TRY(load_actor(command, &actor));
    return check(command, concern_may_read(&actor) ? REFUSAL_NONE : REFUSAL_CONCERN_NOT_MEMBER);
}

const char *authority_meant(const struct command *command, const char *named)
{
    const struct caller *caller = &command->caller;
    if (named[0])
        return named;
    if (caller->claim)
        return caller->claim->authority;
    return caller->principal->role == PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE ? caller->principal->authority
                                                                              : "";
}

enum code check_own(struct command *command, const char *authority_id, enum monitoring_refusal otherwise)
{
    bool active;
    TRY(check(command, caller_is_of_authority(&command->caller, authority_id) ? REFUSAL_NONE : otherwise));
    TRY(is_active_member(command, authority_id, &active));
    return check(command, active ? REFUSAL_NONE : REFUSAL_CONCERN_NOT_MEMBER);
}

/* --- reports ----------------------------------------------------------------------------------------- */

/* The table of rights lets the host act for any LA; a host administrator writes for the host's own alone. */
static enum monitoring_refusal may(struct command *command, const struct monitoring_actor *actor,
                                   enum report_act act, const Pb__Report *report)
{
    enum monitoring_refusal refusal = report_may(actor, act, report);
    if (refusal == REFUSAL_NONE && act == REPORT_ACT_WRITE &&
        !caller_is_of_authority(&command->caller, report->authority_id))
        return REFUSAL_REPORT_NOT_YOURS;
    return refusal;
}

Pb__Report *load_report(struct command *command, const char *id, enum report_act act)
{
    struct monitoring_actor actor;
    Pb__Report *report = load_known(command, &monitoring_reports, id, REFUSAL_REPORT_UNKNOWN);
    if (!report)
        return NULL;
    enum code code = load_actor(command, &actor);
    if (code == CODE_OK && actor.provider_id[0])
        actor_asks_about(&actor, load_if_any(command, &monitoring_provisions, report->provision_id, &code));
    if (code != CODE_OK)
        return refused(command, code);
    if (check(command, may(command, &actor, act, report)) != CODE_OK)
        return NULL;
    command->subject = report->id;
    return report;
}

Pb__Report *load_report_to(struct command *command, const char *id, enum report_event event)
{
    Pb__ReportState state;
    Pb__Report *report =
        load_report(command, id, event == REPORT_COMMENT ? REPORT_ACT_COMMENT : REPORT_ACT_WRITE);
    if (!report || check(command, report_step(report->state, event, &state)) != CODE_OK)
        return NULL;
    return report;
}

static enum code put_together(struct command *command, struct draft *draft)
{
    Pb__FormAnswer **answers = arena_array(command->arena, Pb__FormAnswer *, draft->kept.count + 1);
    struct form_answers kept = {answers, 0};
    if (!answers)
        return no_memory(command);
    for (size_t i = 0; i < draft->kept.count; i++) {
        Pb__FormAnswer *answer = ((const Pb__ReportAnswer *)draft->kept.items[i])->answer;
        if (answer)
            answers[kept.count++] = answer;
    }
    const struct form_files files = files_of(&draft->evidence);
    enum code code = evidence_beside(draft->form, &kept, &files, command->arena, &draft->answers);
    return code == CODE_OK ? CODE_OK : no_memory(command);
}

enum code load_draft(struct command *command, const Pb__Report *report, struct draft *ret_draft)
{
    struct draft draft = {.report = report, .form = load_form_of(command, report->form_id)};
    if (!draft.form)
        return command->fault.code;
    const struct span id = key_of_uuid(report->id, command->arena);
    const struct walk answers = {.table = &monitoring_answers, .index = INDEX_REPORT, .value = id};
    TRY(collect(command, &answers, NULL, NULL, &draft.kept));
    TRY(collect_evidence(command, report->id, &draft.evidence));
    TRY(put_together(command, &draft));
    *ret_draft = draft;
    return CODE_OK;
}

struct form_setting setting_of(const Pb__Report *report)
{
    return (struct form_setting){.mode = report->mode, .day = stored_date(report->visited_on)};
}

enum code draft_problems(struct command *command, const struct draft *draft,
                         struct form_problems *ret_problems)
{
    const struct form_setting setting = setting_of(draft->report);
    const struct form_files files = files_of(&draft->evidence);
    enum code code = form_complete_with_files(draft->form, &draft->answers, &files, &setting, command->arena,
                                              ret_problems);
    return code == CODE_OK ? CODE_OK : no_memory(command);
}

enum code check_problems(struct command *command, const struct form_problems *problems,
                         enum monitoring_refusal refusal)
{
    if (problems->count == 0)
        return CODE_OK;
    const struct refusal_facts *facts = monitoring_refusal_facts(refusal);
    const Pb__FormProblem *first = problems->items[0];
    return refuse(command, facts->code, facts->field, "%s (%zu): %.64s: %s", facts->text, problems->count,
                  first->question_id, first->reason);
}

enum code reports_there(struct command *command, const char *provision_id, struct collected *ret_reports)
{
    const struct walk there = {.table = &monitoring_reports,
                               .index = INDEX_PROVISION,
                               .value = key_of_uuid(provision_id, command->arena)};
    return collect(command, &there, NULL, NULL, ret_reports);
}

Pb__Report *latest_published(const struct collected *reports)
{
    Pb__Report *latest = NULL;
    for (size_t i = 0; i < reports->count; i++) {
        Pb__Report *report = (Pb__Report *)reports->items[i];
        if (report->state == PB__REPORT_STATE__REPORT_STATE_PUBLISHED &&
            (!latest || report_is_later(report, latest)))
            latest = report;
    }
    return latest;
}

enum code load_published(struct command *command, const char *id, struct published *ret_published)
{
    struct published published = {
        .record = load_known(command, &monitoring_published, id, REFUSAL_REPORT_NOT_PUBLISHED)};
    if (!published.record)
        return command->fault.code;
    if (!published.record->report)
        return refuse(command, CODE_DATA_LOSS, "", "the published report %.64s is not whole", id);
    published.form = load_form_of(command, published.record->report->form_id);
    if (!published.form)
        return command->fault.code;
    if (report_applied(published.record, command->arena, &published.filled.answers) != CODE_OK)
        return no_memory(command);
    published.filled.template = published.form;
    *ret_published = published;
    return CODE_OK;
}

/* --- files beside reports ---------------------------------------------------------------------------- */

static enum code load_owner(struct command *command, const char *of_id, struct evidence_owner *ret_owner)
{
    const Pb__Report *report = load_report_to(command, of_id, REPORT_SAVE);
    if (!report)
        return command->fault.code;
    *ret_owner = (struct evidence_owner){.id = report->id,
                                         .meta = report->meta,
                                         .form_id = report->form_id,
                                         .authority_id = report->authority_id,
                                         .provider_id = ""};
    return CODE_OK;
}

static enum code check_reader_of(struct command *command, const Pb__Evidence *file)
{
    return load_report(command, file->of_id, REPORT_ACT_READ) ? CODE_OK : command->fault.code;
}

const struct evidence_keeping monitoring_evidence_keeping = {
    .files = &monitoring_evidence,
    .parts = &monitoring_evidence_parts,
    .load_owner = load_owner,
    .check_reader = check_reader_of,
};
