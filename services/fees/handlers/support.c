/* Shared by the handlers of fees: who asks, which cycle and provision is meant, what stands there. No rule is
 * here. */

#include "services/fees/handlers/support.h"

#include "common/base/uuid.h"
#include "services/fees/rules_dates.h"

#include <stdlib.h>

/* --- who asks ---------------------------------------------------------------------------------------- */

static enum code is_active_member(struct command *command, const char *gss, bool *ret_active)
{
    enum code code = CODE_OK;
    const Pb__Authority *authority =
        gss && gss[0] ? load_if_any(command, &fees_authorities, gss, &code) : NULL;
    TRY(code);
    *ret_active = authority && authority->state == PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
    return CODE_OK;
}

static bool is_program(const struct caller *caller, Pb__PrincipalRole role)
{
    return !caller->claim && caller->principal->role == role;
}

enum code fees_load_actor(struct command *command, struct fees_actor *ret_actor)
{
    const struct caller *caller = &command->caller;
    struct fees_actor actor = {
        .is_operator = is_program(caller, PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_OPERATOR),
        .is_host = caller_has_role(caller, PB__ROLE__ROLE_HOST_ADMINISTRATOR),
        .reads_all = caller_has_role(caller, PB__ROLE__ROLE_AUDITOR),
        .is_service = is_program(caller, PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE),
        .authority_id = fees_authority_meant(command, ""),
        .provider_id = caller->claim ? caller->claim->provider_id : "",
    };
    /* An auditor reads as one, whatever LA it comes from. */
    if (!actor.reads_all)
        TRY(is_active_member(command, actor.authority_id, &actor.is_active_member));
    *ret_actor = actor;
    return CODE_OK;
}

static bool reads_what_members_share(const struct fees_actor *actor)
{
    return actor->is_operator || actor->is_host || actor->reads_all || actor->is_service ||
           actor->is_active_member;
}

enum code fees_check_reader(struct command *command)
{
    struct fees_actor actor;
    TRY(fees_load_actor(command, &actor));
    return check(command, reads_what_members_share(&actor) ? REFUSAL_NONE : REFUSAL_NOT_MEMBER);
}

enum code fees_check_reader_or_provider(struct command *command, struct fees_actor *ret_actor)
{
    TRY(fees_load_actor(command, ret_actor));
    bool reads = reads_what_members_share(ret_actor) || actor_is_said(ret_actor->provider_id);
    return check(command, reads ? REFUSAL_NONE : REFUSAL_NOT_MEMBER);
}

const char *fees_authority_meant(const struct command *command, const char *named)
{
    const struct caller *caller = &command->caller;
    if (named[0])
        return named;
    if (caller->claim)
        return caller->claim->authority;
    return is_program(caller, PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE) ? caller->principal->authority : "";
}

enum code fees_check_own(struct command *command, const char *authority_id)
{
    bool active;
    bool own = caller_is_of_authority(&command->caller, authority_id);
    TRY(check(command, own ? REFUSAL_NONE : REFUSAL_NOT_YOUR_AUTHORITY));
    TRY(is_active_member(command, authority_id, &active));
    return check(command, active ? REFUSAL_NONE : REFUSAL_NOT_MEMBER);
}

/* --- cycles ------------------------------------------------------------------------------------------ */

/* Dates as they are written order like the days they are. */
static int by_first_day(const void *left, const void *right)
{
    const Pb__FeeCycle *a = *(Pb__FeeCycle *const *)left, *b = *(Pb__FeeCycle *const *)right;
    int order = strcmp(a->first_on, b->first_on);
    return order ? order : strcmp(a->id, b->id);
}

enum code fees_all_cycles(struct command *command, struct collected *ret_cycles)
{
    const struct walk all = {.table = &fees_cycles};
    TRY(collect(command, &all, NULL, NULL, ret_cycles));
    if (ret_cycles->count)
        qsort(ret_cycles->items, ret_cycles->count, sizeof(Pb__FeeCycle *), by_first_day);
    return CODE_OK;
}

static bool is_open(const Pb__FeeCycle *cycle)
{
    return cycle->state == PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_OPEN;
}

/* NULL: refused. */
static Pb__FeeCycle *cycle_meant(struct command *command, const char *id, bool or_last)
{
    struct collected cycles;
    enum code code = fees_all_cycles(command, &cycles);
    if (code != CODE_OK)
        return refused(command, code);
    for (size_t i = cycles.count; i > 0; i--) {
        Pb__FeeCycle *cycle = (Pb__FeeCycle *)cycles.items[i - 1];
        if (id[0] ? strcmp(cycle->id, id) == 0 : is_open(cycle))
            return cycle;
    }
    if (!id[0] && or_last && cycles.count)
        return (Pb__FeeCycle *)cycles.items[cycles.count - 1];
    check(command, id[0] ? REFUSAL_CYCLE_UNKNOWN : REFUSAL_CYCLE_NONE_OPEN);
    return NULL;
}

Pb__FeeCycle *fees_cycle_to_read(struct command *command, const char *id)
{
    return cycle_meant(command, id, true);
}

Pb__FeeCycle *fees_cycle_to(struct command *command, const char *id, enum fee_cycle_event event)
{
    Pb__FeeCycleState state;
    Pb__FeeCycle *cycle = cycle_meant(command, id, event == FEE_CYCLE_RECORD);
    if (!cycle || check(command, fee_cycle_step(cycle->state, event, &state)) != CODE_OK)
        return NULL;
    return cycle;
}

enum code fees_all_indices(struct command *command, struct collected *ret_indices)
{
    const struct walk all = {.table = &fees_indices};
    return collect(command, &all, NULL, NULL, ret_indices);
}

/* --- provisions -------------------------------------------------------------------------------------- */

/* By UUID also what the registry has no more: its consultation keeps its history. */
static enum code find_provision(struct command *command, const char *id_or_urn, struct fee_place *place)
{
    struct uuid uuid;
    enum code code = CODE_OK;
    if (!uuid_parse(id_or_urn, &uuid)) {
        place->provision = load_by_urn(command, &fees_provisions, id_or_urn);
        if (!place->provision)
            return command->fault.code;
        place->provision_id = place->provision->id;
        return CODE_OK;
    }
    char *text = arena_alloc(command->arena, UUID_TEXT_BYTES);
    if (!text)
        return no_memory(command);
    uuid_print(&uuid, text);
    place->provision_id = text;
    place->provision = load_if_any(command, &fees_provisions, text, &code);
    return code;
}

enum code fees_load_place(struct command *command, Pb__FeeCycle *cycle, const char *provision,
                          struct fee_place *ret_place)
{
    enum code code;
    struct fee_place place = {.cycle = cycle};
    TRY(find_provision(command, provision, &place));
    place.id = fees_consultation_id(cycle->id, place.provision_id, command->arena);
    if (!place.id)
        return no_memory(command);
    place.consultation = load_if_any(command, &fees_consultations, place.id, &code);
    TRY(code);
    command->subject = place.id;
    *ret_place = place;
    return CODE_OK;
}

static enum code load_known_place(struct command *command, Pb__FeeCycle *cycle, const char *provision,
                                  struct fee_place *ret_place)
{
    if (!cycle)
        return command->fault.code;
    TRY(fees_load_place(command, cycle, provision, ret_place));
    return check(command, ret_place->consultation ? REFUSAL_NONE : REFUSAL_CONSULTATION_UNKNOWN);
}

enum code fees_place_to_read(struct command *command, const char *provision, const char *cycle_id,
                             struct fee_place *ret_place)
{
    return load_known_place(command, fees_cycle_to_read(command, cycle_id), provision, ret_place);
}

enum code fees_place_to(struct command *command, const char *provision, const char *cycle_id,
                        enum fee_cycle_event event, struct fee_place *ret_place)
{
    return load_known_place(command, fees_cycle_to(command, cycle_id, event), provision, ret_place);
}

struct fee_whose fees_whose(const Pb__Consultation *consultation, const char *authority_id)
{
    return (struct fee_whose){.lead_id = consultation->lead_id,
                              .concerned_ids = (const char *const *)consultation->concerned_ids,
                              .concerned_count = consultation->n_concerned_ids,
                              .authority_id = authority_id,
                              .provider_id = consultation->provider_id};
}

struct fee_whose fees_whose_decision(const Pb__FeeDecision *decision, const char *lead_id)
{
    return (struct fee_whose){.lead_id = lead_id,
                              .concerned_ids = (const char *const *)decision->concerned_ids,
                              .concerned_count = decision->n_concerned_ids,
                              .authority_id = decision->authority_id,
                              .provider_id = decision->provider_id};
}

enum fee_thing fees_thing_of(const Pb__FeeDecision *decision)
{
    return decision->kind == PB__FEE_DECISION_KIND__FEE_DECISION_KIND_PENDING ? FEE_THING_DECISION_PENDING
                                                                              : FEE_THING_DECISION;
}

enum code fees_check_lead(struct command *command, const Pb__Consultation *consultation)
{
    if (!consultation->lead_id[0])
        return check(command, REFUSAL_CONSULTATION_NOT_LED);
    enum code code = fees_check_own(command, consultation->lead_id);
    return code == CODE_PERMISSION_DENIED ? check(command, REFUSAL_NOT_LEAD) : code;
}

enum code fees_standing(struct command *command, const Pb__Consultation *consultation,
                        Pb__FeeSubmission **ret_submission)
{
    enum code code = CODE_OK;
    Pb__FeeSubmission *submission = NULL;
    if (consultation->submission)
        submission = load_if_any(command, &fees_submissions, consultation->application_id, &code);
    TRY(code);
    *ret_submission = submission && submission->stands ? submission : NULL;
    return CODE_OK;
}

enum code fees_published(struct command *command, const Pb__Consultation *consultation,
                         Pb__FeeReport **ret_report)
{
    enum code code;
    Pb__FeeReport *report = load_if_any(command, &fees_reports, consultation->id, &code);
    TRY(code);
    *ret_report = report && report->published ? report : NULL;
    return CODE_OK;
}

enum code fees_put_consultation(struct command *command, const Pb__Consultation *consultation,
                                Pb__Consultation **ret_stored)
{
    Pb__Consultation *copy = COPY(command, consultation);
    if (!copy)
        return no_memory(command);
    TRY(put(command, &fees_consultations, copy));
    *ret_stored = copy;
    return CODE_OK;
}

/* --- an LA's own days (rule F1) ---------------------------------------------------------------------- */

static bool is_of_cycle(void *context, const ProtobufCMessage *record)
{
    return strcmp(((const Pb__FeeDate *)record)->cycle_id, context) == 0;
}

enum code fees_days_of(struct command *command, const Pb__FeeCycle *cycle, const char *provider_id,
                       struct fee_days *ret_days)
{
    struct collected dates = {0};
    const struct walk of_provider = {
        .table = &fees_dates, .index = INDEX_PROVIDER, .value = key_of_uuid(provider_id, command->arena)};
    if (of_provider.value.size)
        TRY(collect(command, &of_provider, is_of_cycle, (void *)(uintptr_t)cycle->id, &dates));
    fee_days_init(ret_days, cycle);
    for (size_t i = 0; i < dates.count; i++) {
        enum code code;
        const Pb__FeeDate *date = (const Pb__FeeDate *)dates.items[i];
        const Pb__Authority *member = load_if_any(command, &fees_authorities, date->authority_id, &code);
        TRY(code);
        fee_days_add(ret_days, date, member);
    }
    return CODE_OK;
}
