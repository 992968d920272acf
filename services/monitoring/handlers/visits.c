/* Visits (rules M1, A4). In: an LA's plans and what became of them. Out: visits; where one was made, the
 * report that begins, on the form in use, with what the last published report there carries over. */

#define SERVICE_TYPE Pb__MonitoringService_Service

#include "services/monitoring/handlers/support.h"
#include "services/monitoring/rules_visit.h"

static enum code visits_there(struct command *command, const char *provision_id, struct collected *ret_visits)
{
    const struct walk there = {.table = &monitoring_visits,
                               .index = INDEX_PROVISION,
                               .value = key_of_uuid(provision_id, command->arena)};
    return collect(command, &there, NULL, NULL, ret_visits);
}

static enum code allocation_of(struct command *command, const char *provision_id,
                               Pb__Allocation **ret_allocation)
{
    enum code code;
    *ret_allocation = load_if_any(command, &monitoring_allocations, provision_id, &code);
    return code;
}

/* --- seen before one plans --------------------------------------------------------------------------- */

HANDLE(FindVisits, find_visits)
{
    struct collected visits;
    Pb__Allocation *allocation;
    TRY(check_reader(command));
    const Pb__Provision *provision = known_provision(command, in->provision_id);
    if (!provision)
        return command->fault.code;
    TRY(visits_there(command, provision->id, &visits));
    TRY(allocation_of(command, provision->id, &allocation));
    if (visits_to_be_seen((Pb__Visit **)visits.items, visits.count, command->today, in->days, command->arena,
                          &out->visits, &out->n_visits) != CODE_OK)
        return no_memory(command);
    out->authority_id = allocation ? allocation->authority_id : "";
    out->standing =
        allocation ? allocation->standing : PB__ALLOCATION_STANDING__ALLOCATION_STANDING_UNSPECIFIED;
    return CODE_OK;
}

/* --- planned ----------------------------------------------------------------------------------------- */

static enum code load_facts(struct command *command, const char *provision_id, bool others_seen,
                            struct visit_facts *ret_facts)
{
    struct collected visits, cycles;
    Pb__Allocation *allocation;
    const struct walk all_cycles = {.table = &monitoring_cycles};
    TRY(visits_there(command, provision_id, &visits));
    TRY(collect(command, &all_cycles, NULL, NULL, &cycles));
    TRY(allocation_of(command, provision_id, &allocation));
    *ret_facts = (struct visit_facts){
        .allocation = allocation,
        .visits = (Pb__Visit **)visits.items,
        .visit_count = visits.count,
        .cycles = (Pb__AllocationCycle **)cycles.items,
        .cycle_count = cycles.count,
        .others_seen = others_seen,
        .today = command->today,
    };
    return CODE_OK;
}

/* As asked for, of the provision that is meant and the caller's own LA. */
static enum code take_asked(struct command *command, const Pb__Visit *given, Pb__Visit **ret_asked)
{
    const Pb__Provision *provision = known_provision(command, given->provision_id);
    if (!provision)
        return command->fault.code;
    Pb__Visit *asked = COPY(command, given);
    if (!asked)
        return no_memory(command);
    asked->provision_id = provision->id;
    asked->name = provision->name;
    asked->provider_id = provision->provider_id;
    asked->authority_id = authority_meant(command, given->authority_id);
    if (!(asked->id = new_id(command, given->id)))
        return command->fault.code;
    asked->meta = given->meta && given->meta->generated && caller_is_host(&command->caller)
                      ? meta_again(command, NULL, true)
                      : meta_like(command, provision->meta);
    if (!asked->meta)
        return no_memory(command);
    *ret_asked = asked;
    return check_own(command, asked->authority_id, REFUSAL_VISIT_NOT_YOURS);
}

HANDLE(PlanVisit, plan_visit)
{
    struct visit_facts facts;
    Pb__Visit *asked = NULL, *visit = arena_new(command->arena, Pb__Visit);
    enum code code;
    if (!visit)
        return no_memory(command);
    TRY(check_record(command, in->visit ? &in->visit->base : NULL));
    TRY(take_asked(command, in->visit, &asked));
    const void *known = load_if_any(command, &monitoring_visits, asked->id, &code);
    TRY(code);
    TRY(check(command, known ? REFUSAL_VISIT_EXISTS : REFUSAL_NONE));
    TRY(load_facts(command, asked->provision_id, in->others_seen, &facts));
    TRY(check(command, visit_plan(asked, &facts, visit)));
    visit->id = asked->id;
    visit->meta = asked->meta;
    visit->name = asked->name;
    visit->provider_id = asked->provider_id;
    visit->report_id = "";
    command->subject = visit->id;
    TRY(put(command, &monitoring_visits, visit));
    out->visit = visit;
    return CODE_OK;
}

/* --- what becomes of it ------------------------------------------------------------------------------ */

/* The caller's own, with the version it read. NULL: refused. */
static Pb__Visit *own_visit(struct command *command, const char *id, uint64_t version)
{
    Pb__Visit *visit = load_known(command, &monitoring_visits, id, REFUSAL_VISIT_UNKNOWN);
    if (!visit)
        return NULL;
    enum code code = check_own(command, visit->authority_id, REFUSAL_VISIT_NOT_YOURS);
    if (code != CODE_OK)
        return refused(command, code);
    expect_version(visit->meta, version);
    command->subject = visit->id;
    return visit;
}

HANDLE(RescheduleVisit, reschedule_visit)
{
    struct collected there;
    const Pb__Visit *stored = own_visit(command, in->visit_id, in->version);
    Pb__Visit *visit = arena_new(command->arena, Pb__Visit);
    if (!stored)
        return command->fault.code;
    if (!visit)
        return no_memory(command);
    TRY(check_record(command, &in->base));
    TRY(visits_there(command, stored->provision_id, &there));
    TRY(check(command,
              visit_reschedule(in, stored, (Pb__Visit **)there.items, there.count, command->today, visit)));
    TRY(put(command, &monitoring_visits, visit));
    out->visit = visit;
    return CODE_OK;
}

HANDLE(CancelVisit, cancel_visit)
{
    const Pb__Visit *stored = own_visit(command, in->visit_id, in->version);
    Pb__Visit *visit = arena_new(command->arena, Pb__Visit);
    if (!stored)
        return command->fault.code;
    if (!visit)
        return no_memory(command);
    TRY(check_record(command, &in->base));
    TRY(check(command, visit_cancel(in, stored, visit)));
    TRY(put(command, &monitoring_visits, visit));
    out->visit = visit;
    return CODE_OK;
}

/* --- made: its report begins ------------------------------------------------------------------------- */

/* What it begins with: of the last report published there (rule M2). */
static enum code first_answers(struct command *command, const Pb__Report *report,
                               const Pb__FormTemplate *form, struct form_answers *ret_answers)
{
    struct collected reports;
    struct published before;
    const struct form_setting setting = setting_of(report);
    TRY(reports_there(command, report->provision_id, &reports));
    const Pb__Report *last = latest_published(&reports);
    *ret_answers = (struct form_answers){0};
    if (!last)
        return CODE_OK;
    TRY(load_published(command, last->id, &before));
    return form_begin(form, &before.filled, &setting, command->arena, ret_answers) == CODE_OK
               ? CODE_OK
               : no_memory(command);
}

static enum code put_answers(struct command *command, const Pb__Report *report,
                             const struct form_answers *answers)
{
    for (size_t i = 0; i < answers->count; i++) {
        Pb__ReportAnswer answer = PB__REPORT_ANSWER__INIT;
        answer.id = answer_id(report->id, answers->items[i]->question_id, command->arena);
        answer.meta = meta_like(command, report->meta);
        answer.report_id = report->id;
        answer.answer = answers->items[i];
        answer.authority_id = report->authority_id;
        if (!answer.id || !answer.meta)
            return no_memory(command);
        TRY(put(command, &monitoring_answers, &answer));
    }
    return CODE_OK;
}

HANDLE(RecordVisit, record_visit)
{
    struct form_answers answers;
    const Pb__FormTemplate *form;
    const Pb__Visit *stored = own_visit(command, in->visit_id, in->version);
    Pb__Visit *visit = arena_new(command->arena, Pb__Visit);
    Pb__Report *report = arena_new(command->arena, Pb__Report);
    if (!stored)
        return command->fault.code;
    if (!visit || !report)
        return no_memory(command);
    TRY(check_record(command, &in->base));
    TRY(check(command, visit_record(in, stored, command->today, visit)));
    TRY(form_in_use(command, visit->purpose, &form));
    TRY(check(command, form ? REFUSAL_NONE : REFUSAL_FORM_NONE));
    report_begin(visit, form->id, report);
    report->id = command_new_id(command);
    report->meta = meta_like(command, visit->meta);
    visit->report_id = report->id;
    if (!report->id || !report->meta)
        return no_memory(command);
    TRY(first_answers(command, report, form, &answers));
    TRY(put(command, &monitoring_visits, visit));
    TRY(put(command, &monitoring_reports, report));
    TRY(put_answers(command, report, &answers));
    out->visit = visit;
    return CODE_OK;
}

/* --- lists ------------------------------------------------------------------------------------------- */

static bool is_wanted(void *context, const ProtobufCMessage *record)
{
    const Pb__ListVisitsRequest *in = context;
    const Pb__Visit *visit = (const Pb__Visit *)record;
    return (!in->authority_id[0] || strcmp(in->authority_id, visit->authority_id) == 0) &&
           (!in->cycle_id[0] || strcmp(in->cycle_id, visit->cycle_id) == 0) &&
           (!in->state || in->state == visit->state);
}

/* The narrowest index that what is asked for has. */
static enum code visits_asked(struct command *command, const Pb__ListVisitsRequest *in, struct walk *ret_walk)
{
    struct walk asked = {.table = &monitoring_visits};
    if (in->provision_id[0]) {
        const Pb__Provision *provision = known_provision(command, in->provision_id);
        if (!provision)
            return command->fault.code;
        asked.index = INDEX_PROVISION;
        asked.value = key_of_uuid(provision->id, command->arena);
    } else if (in->authority_id[0]) {
        asked.index = INDEX_AUTHORITY;
        asked.value = span_of_text(in->authority_id);
    } else if (in->cycle_id[0]) {
        asked.index = INDEX_CYCLE;
        asked.value = span_of_text(in->cycle_id);
    }
    *ret_walk = asked;
    return CODE_OK;
}

HANDLE(ListVisits, list_visits)
{
    struct page page;
    struct walk asked;
    TRY(check_reader(command));
    TRY(check_record(command, &in->base));
    TRY(visits_asked(command, in, &asked));
    TRY(read_page(command, &asked, in->page, is_wanted, (void *)(uintptr_t)in, &page, &out->page));
    out->visits = (Pb__Visit **)page.records;
    out->n_visits = page.count;
    return CODE_OK;
}
