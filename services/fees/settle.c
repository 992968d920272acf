/* Settles provisions in a cycle (rule F2). In: the facts of each, read before the first write. Out: its
 * consultation with who leads and who is concerned, and in the same command what follows: records that say
 * whom they are for are put again where more are concerned, sums of lines and the draft of a report where
 * another LA leads. */

#include "services/fees/settle.h"

/* --- facts ------------------------------------------------------------------------------------------- */

enum code fees_members_load(struct command *command, struct collected *ret_members)
{
    const struct walk authorities = {.table = &fees_authorities};
    return collect(command, &authorities, NULL, NULL, ret_members);
}

/* They are in the order of their keys. */
static const Pb__Authority *member_of(const struct collected *members, const char *gss)
{
    size_t low = 0, high = members->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const Pb__Authority *member = (const Pb__Authority *)members->items[middle];
        int order = strcmp(member->id, gss);
        if (order == 0)
            return member;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

struct counting {
    const struct collected *members;
    struct fee_placings *placings;
    struct date today;
};

static enum code count_one(void *context, const ProtobufCMessage *record)
{
    const struct counting *counting = context;
    const Pb__PlacementFact *fact = (const Pb__PlacementFact *)record;
    const Pb__Authority *member = member_of(counting->members, fact->authority_id);
    return fee_placings_add(counting->placings, fact, member, counting->today) ? CODE_OK
                                                                               : CODE_RESOURCE_EXHAUSTED;
}

enum code fees_place_load(struct command *command, const char *cycle_id, const char *provision_id,
                          const struct collected *members, struct fee_place_facts *ret_place)
{
    enum code code;
    struct fee_place_facts *place = ret_place;
    const struct counting counting = {members, &place->placings, command->today};
    const struct walk placements = {.table = &fees_placement_facts,
                                    .index = INDEX_PROVISION,
                                    .value = key_of_uuid(provision_id, command->arena)};
    place->provision_id = provision_id;
    place->id = fees_consultation_id(cycle_id, provision_id, command->arena);
    if (!place->id)
        return no_memory(command);
    place->provision = load_if_any(command, &fees_provisions, provision_id, &code);
    TRY(code);
    place->stored = load_if_any(command, &fees_consultations, place->id, &code);
    TRY(code);
    const Pb__Allocation *allocation = load_if_any(command, &fees_allocations, provision_id, &code);
    TRY(code);
    fee_placings_init(&place->placings, command->arena);
    TRY(walk(command, &placements, count_one, (void *)(uintptr_t)&counting));
    place->facts = (struct fee_lead_facts){.provision = place->provision,
                                           .placings = &place->placings,
                                           .allocated_id = allocation ? allocation->authority_id : "",
                                           .nominated_id = ""};
    return CODE_OK;
}

/* --- what depends on it ------------------------------------------------------------------------------ */

static bool is_of_cycle(void *context, const ProtobufCMessage *record)
{
    return strcmp(((const Pb__FeeSubmission *)record)->cycle_id, context) == 0;
}

enum code fees_dependents_load(struct command *command, const Pb__Consultation *stored,
                               const struct fee_settled *settled, struct fee_dependents *ret_dependents)
{
    enum code code = CODE_OK;
    struct fee_dependents found = {.report = NULL};
    *ret_dependents = found;
    if (!settled->there)
        return CODE_OK;
    const Pb__Consultation *now = &settled->consultation;
    const char *id = fees_consultation_id(now->cycle_id, now->provision_id, command->arena);
    struct walk of_it = {.index = INDEX_CONSULTATION, .value = span_of_text(id ? id : "")};
    if (!id)
        return no_memory(command);
    if (stored && settled->concerned_grew) {
        const struct walk there = {.table = &fees_submissions,
                                   .index = INDEX_PROVISION,
                                   .value = key_of_uuid(stored->provision_id, command->arena)};
        TRY(collect(command, &there, is_of_cycle, (void *)(uintptr_t)stored->cycle_id, &found.submissions));
        of_it.table = &fees_log;
        TRY(collect(command, &of_it, NULL, NULL, &found.log));
        of_it.table = &fees_decisions;
        TRY(collect(command, &of_it, NULL, NULL, &found.decisions));
    }
    if (settled->lead_changed) { /* lines may be there before anybody leads */
        of_it.table = &fees_line_totals;
        TRY(collect(command, &of_it, NULL, NULL, &found.totals));
        found.report = stored ? load_if_any(command, &fees_reports, id, &code) : NULL;
        TRY(code);
    }
    *ret_dependents = found;
    return CODE_OK;
}

/* Whom they are for is what the consultation says. */
static enum code put_concerned(struct command *command, const Pb__Consultation *now,
                               const struct fee_dependents *dependents)
{
    for (size_t i = 0; i < dependents->submissions.count; i++) {
        Pb__FeeSubmission *submission = (Pb__FeeSubmission *)dependents->submissions.items[i];
        submission->concerned_ids = now->concerned_ids, submission->n_concerned_ids = now->n_concerned_ids;
        TRY(put(command, &fees_submissions, submission));
    }
    for (size_t i = 0; i < dependents->log.count; i++) {
        Pb__FeeLogEntry *entry = (Pb__FeeLogEntry *)dependents->log.items[i];
        entry->concerned_ids = now->concerned_ids, entry->n_concerned_ids = now->n_concerned_ids;
        TRY(put(command, &fees_log, entry));
    }
    for (size_t i = 0; i < dependents->decisions.count; i++) {
        Pb__FeeDecision *decision = (Pb__FeeDecision *)dependents->decisions.items[i];
        decision->concerned_ids = now->concerned_ids, decision->n_concerned_ids = now->n_concerned_ids;
        TRY(put(command, &fees_decisions, decision));
    }
    return CODE_OK;
}

/* The lead sees sums of lines, and goes on with the report that the one before began. */
static enum code put_led(struct command *command, const Pb__Consultation *now,
                         const struct fee_dependents *dependents)
{
    for (size_t i = 0; i < dependents->totals.count; i++) {
        Pb__FeeLineTotals *totals = (Pb__FeeLineTotals *)dependents->totals.items[i];
        totals->lead_id = now->lead_id;
        TRY(put(command, &fees_line_totals, totals));
    }
    if (!dependents->report || dependents->report->published)
        return CODE_OK;
    dependents->report->authority_id = now->lead_id;
    return put(command, &fees_reports, dependents->report);
}

enum code fees_settled_put(struct command *command, const struct fee_place_facts *place,
                           const struct fee_settled *settled, const struct fee_dependents *dependents,
                           Pb__Consultation **ret_consultation)
{
    Pb__Consultation *now = COPY(command, &settled->consultation);
    if (!now)
        return no_memory(command);
    if (!place->stored) {
        now->id = place->id;
        now->meta = meta_like(command, place->provision ? place->provision->meta : NULL);
        if (!now->meta)
            return no_memory(command);
    }
    if (settled->changed) {
        command->subject = now->id;
        TRY(put(command, &fees_consultations, now));
        TRY(put_concerned(command, now, dependents));
        TRY(put_led(command, now, dependents));
    }
    *ret_consultation = now;
    return CODE_OK;
}

/* --- a slice ----------------------------------------------------------------------------------------- */

struct settling {
    struct fee_place_facts place;
    struct fee_settled settled;
    struct fee_dependents dependents;
};

static enum code settle_load(struct command *command, const Pb__FeeCycle *cycle, const char *provision_id,
                             const struct collected *members, struct settling *settling)
{
    struct fee_place_facts *place = &settling->place;
    TRY(fees_place_load(command, cycle->id, provision_id, members, place));
    if (fee_lead_settle(place->stored, cycle->id, &place->facts, command->today, command->arena,
                        &settling->settled) != CODE_OK)
        return no_memory(command);
    return fees_dependents_load(command, place->stored, &settling->settled, &settling->dependents);
}

/* An LA that could not be added sees nothing that is confidential: the operator is told, and nobody else is
 * let in. */
static void tell_left_out(struct command *command, const struct settling *settling)
{
    if (settling->settled.there && settling->settled.changed && settling->settled.left_out)
        log_event(service_log(command->service), LOG_WARNING, "fee-concerned-full", "consultation",
                  settling->place.id, "left-out", LOG_NUMBER(settling->settled.left_out), NULL);
}

enum code fees_settle_slice(struct command *command, const Pb__FeeCycle *cycle,
                            const struct settle_slice *slice)
{
    struct collected members;
    Pb__Consultation *stored;
    struct settling *all = arena_array(command->arena, struct settling, slice->count + 1);
    if (!all)
        return no_memory(command);
    allow_memory(command, FEES_ARENA_BYTES);
    TRY(fees_members_load(command, &members));
    for (size_t i = 0; i < slice->count; i++)
        TRY(settle_load(command, cycle, slice->ids[i], &members, &all[i]));
    for (size_t i = 0; i < slice->count; i++) {
        tell_left_out(command, &all[i]);
        if (all[i].settled.there && all[i].settled.changed)
            TRY(fees_settled_put(command, &all[i].place, &all[i].settled, &all[i].dependents, &stored));
    }
    return CODE_OK;
}
