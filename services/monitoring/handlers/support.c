/* Shared by monitoring's handlers: who asks, and reports with all that belongs to them. No rule is here. */

#include "services/monitoring/handlers/support.h"

#include "services/monitoring/rules_amendment.h"
#include "services/monitoring/rules_concern.h"
#include "services/monitoring/rules_text.h"

void *load_known(struct command *command, const struct table *table, const char *id,
                 enum monitoring_refusal unknown)
{
    enum code code;
    void *record = load_if_any(command, table, id, &code);
    if (code != CODE_OK)
        return refused(command, code);
    if (!record)
        check(command, unknown);
    return record;
}

enum code check_day(struct command *command, enum monitoring_refusal refusal, enum monitoring_refusal early,
                    const char *day)
{
    const struct refusal_facts *facts = monitoring_refusal_facts(refusal);
    if (refusal != early || !day[0])
        return check(command, refusal);
    return refuse(command, facts->code, facts->field, "%s (%s)", facts->text, day);
}

/* --- who asks --------------------------------------------------------------------------------------------
 */

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

/* --- reports ---------------------------------------------------------------------------------------------
 */

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

const Pb__FormTemplate *load_form_of(struct command *command, const char *id)
{
    enum code code;
    struct monitoring *monitoring = command->context;
    const Pb__FormTemplate *form = form_cache_load(command, &monitoring->forms, id, &code);
    if (code == CODE_OK && !form)
        code = CODE_DATA_LOSS;
    if (code != CODE_OK)
        refuse(command, code, "", "the form %.100s cannot be read", id);
    return form;
}

enum code show_form(struct command *command, const Pb__FormTemplate *form, ProtobufCMessage *out,
                    const char *field)
{
    const struct monitoring *monitoring = command->context;
    const ProtobufCFieldDescriptor *shown =
        protobuf_c_message_descriptor_get_field_by_name(out->descriptor, field);
    struct span packed = form_cache_packed(&monitoring->forms, form);
    if (!packed.data) {
        *(const void **)(void *)((uint8_t *)out + shown->offset) = form;
        return CODE_OK;
    }
    /* What a message does not know it passes on as it is, under the number it came with. */
    ProtobufCMessageUnknownField *passed = arena_new(command->arena, ProtobufCMessageUnknownField);
    if (!passed)
        return no_memory(command);
    *passed = (ProtobufCMessageUnknownField){.tag = shown->id,
                                             .wire_type = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
                                             .len = packed.size,
                                             .data = (uint8_t *)(uintptr_t)packed.data};
    out->unknown_fields = passed;
    out->n_unknown_fields = 1;
    return CODE_OK;
}

/* An answer with the files beside it: which they are is what the files say, and kept nowhere else. */
static Pb__FormAnswer *with_files(struct command *command, const char *question_id,
                                  const Pb__FormAnswer *kept, const struct collected *evidence)
{
    Pb__FormAnswer *answer = arena_new(command->arena, Pb__FormAnswer);
    const char **ids = arena_array(command->arena, const char *, evidence->count + 1);
    size_t count = 0;
    if (!answer || !ids)
        return NULL;
    pb__form_answer__init(answer);
    if (kept)
        *answer = *kept;
    answer->question_id = question_id;
    for (size_t i = 0; i < evidence->count; i++) {
        const Pb__Evidence *file = (const Pb__Evidence *)evidence->items[i];
        if (file->complete && strcmp(file->question_id, question_id) == 0)
            ids[count++] = file->id;
    }
    answer->evidence_ids = ids;
    answer->n_evidence_ids = count;
    return answer;
}

const Pb__FormAnswer *kept_answer(const struct collected *kept, const char *question_id)
{
    for (size_t i = 0; i < kept->count; i++) {
        const Pb__FormAnswer *answer = ((const Pb__ReportAnswer *)kept->items[i])->answer;
        if (answer && strcmp(answer->question_id, question_id) == 0)
            return answer;
    }
    return NULL;
}

/* In the order of the form, those that hold anything. */
static enum code put_together(struct command *command, struct draft *draft)
{
    Pb__FormAnswer **answers = arena_array(command->arena, Pb__FormAnswer *, FORM_QUESTIONS_MAX + 1);
    size_t count = 0;
    if (!answers)
        return no_memory(command);
    for (size_t s = 0; s < draft->form->n_sections; s++)
        for (size_t q = 0; q < draft->form->sections[s]->n_questions && count < FORM_QUESTIONS_MAX; q++) {
            const char *id = draft->form->sections[s]->questions[q]->id;
            const Pb__FormAnswer *kept = kept_answer(&draft->kept, id);
            Pb__FormAnswer *answer = with_files(command, id, kept, &draft->evidence);
            if (!answer)
                return no_memory(command);
            if (kept || answer->n_evidence_ids)
                answers[count++] = answer;
        }
    draft->answers = (struct form_answers){answers, count};
    return CODE_OK;
}

enum code load_draft(struct command *command, const Pb__Report *report, struct draft *ret_draft)
{
    struct draft draft = {.report = report, .form = load_form_of(command, report->form_id)};
    if (!draft.form)
        return command->fault.code;
    const struct span id = key_of_uuid(report->id, command->arena);
    const struct walk answers = {.table = &monitoring_answers, .index = INDEX_REPORT, .value = id},
                      evidence = {.table = &monitoring_evidence, .index = INDEX_REPORT, .value = id};
    TRY(collect(command, &answers, NULL, NULL, &draft.kept));
    TRY(collect(command, &evidence, NULL, NULL, &draft.evidence));
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
    enum code code = form_complete(draft->form, &draft->answers, &setting, command->arena, ret_problems);
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
