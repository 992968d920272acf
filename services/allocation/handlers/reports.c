/* Loads and savings (rules A8, A9). In: requests; everything that is so, on a thread of the pool; or a
 * proposal that holds its loads. Out: what each LA carries and saves, with the inputs that were used. */

#define SERVICE_TYPE Pb__AllocationService_Service

#include "services/allocation/handlers/support.h"

/* --- of what is published ---------------------------------------------------------------------------- */

struct reporting {
    struct whole whole; /* first */
    const Pb__VisitCosts *asked;
    Pb__VisitCosts costs; /* all stated */
    struct given *given;
    Pb__AuthorityLoad **loads, *load_total;
    Pb__AuthoritySaving **savings, *saving_total;
};

/* The cycle whose inputs count: the open one, else the last. */
static enum code take_costs(struct command *command, struct reporting *reporting)
{
    struct collected cycles;
    TRY(all_cycles(command, &cycles));
    const Pb__AllocationCycle *cycle = latest_cycle(&cycles, NULL);
    return check(command, visit_costs(reporting->asked, cycle ? cycle->costs : NULL, &reporting->costs));
}

/* What each site has, as published; a site is a subject that has one, in the same order. */
static enum code take_given(struct reporting *reporting)
{
    struct command *command = &reporting->whole.read.reading;
    const struct picture *picture = &reporting->whole.picture;
    size_t next = 0, allocated = 0;
    reporting->given = arena_array(command->arena, struct given, picture->facts.site_count + 1);
    if (!reporting->given)
        return no_memory(command);
    for (size_t i = 0; i < picture->count; i++) {
        const struct subject *subject = &picture->subjects[i];
        allocated += subject->allocation != NULL;
        if (subject->site)
            reporting->given[next++] =
                given_as_published(&picture->facts, subject->site, subject->allocation);
    }
    return check(command, allocated ? REFUSAL_NONE : REFUSAL_NOT_PUBLISHED);
}

static enum code begin_report(struct reporting *reporting)
{
    TRY(take_costs(&reporting->whole.read.reading, reporting));
    return take_given(reporting);
}

static enum code work_loads(struct whole *whole)
{
    struct reporting *reporting = (struct reporting *)(void *)whole;
    const struct facts *facts = &whole->picture.facts;
    const Pb__AllocationCycle *cycle = whole->picture.present.cycle;
    struct arena *arena = whole->read.reading.arena;
    TRY(begin_report(reporting));
    struct bounds *bounds = arena_array(arena, struct bounds, facts->office_count + 1);
    if (!bounds)
        return no_memory(&whole->read.reading);
    fair_bounds(facts, cycle ? cycle->tolerance_percent : 0, bounds, NULL);
    reporting->loads = loads_report(facts, reporting->given, bounds, &reporting->costs, arena);
    if (reporting->loads)
        reporting->load_total = loads_total(reporting->loads, facts->office_count, arena);
    return reporting->load_total ? CODE_OK : no_memory(&whole->read.reading);
}

static enum code work_savings(struct whole *whole)
{
    struct reporting *reporting = (struct reporting *)(void *)whole;
    const struct facts *facts = &whole->picture.facts;
    struct arena *arena = whole->read.reading.arena;
    TRY(begin_report(reporting));
    reporting->savings = savings_report(facts, reporting->given, &reporting->costs, arena);
    if (reporting->savings)
        reporting->saving_total =
            savings_total(reporting->savings, facts->office_count, &reporting->costs, arena);
    return reporting->saving_total ? CODE_OK : no_memory(&whole->read.reading);
}

static enum code finish_loads(struct command *command, void *state, ProtobufCMessage *message)
{
    struct reporting *reporting = state;
    Pb__ReportLoadResponse *out = (Pb__ReportLoadResponse *)message;
    TRY(whole_result(command, &reporting->whole));
    out->loads = reporting->loads;
    out->n_loads = reporting->whole.picture.facts.office_count;
    out->total = reporting->load_total;
    out->costs = &reporting->costs;
    return CODE_OK;
}

static enum code finish_savings(struct command *command, void *state, ProtobufCMessage *message)
{
    struct reporting *reporting = state;
    Pb__ReportSavingsResponse *out = (Pb__ReportSavingsResponse *)message;
    TRY(whole_result(command, &reporting->whole));
    out->savings = reporting->savings;
    out->n_savings = reporting->whole.picture.facts.office_count;
    out->total = reporting->saving_total;
    out->costs = &reporting->costs;
    out->visit_pence = visit_pence(&reporting->costs);
    return CODE_OK;
}

static enum code report(struct command *command, const Pb__VisitCosts *asked,
                        enum code (*work)(struct whole *whole), slow_finish finish)
{
    struct reporting *reporting = arena_new(command->arena, struct reporting);
    if (!reporting)
        return no_memory(command);
    reporting->asked = asked;
    reporting->whole.as_of = command->today;
    reporting->whole.work = work;
    return defer_whole(command, &reporting->whole, finish);
}

/* --- of a proposal ----------------------------------------------------------------------------------- */

static enum code report_proposal(struct command *command, const Pb__ReportLoadRequest *in,
                                 Pb__ReportLoadResponse *out)
{
    const Pb__AllocationCycle *cycle = load_cycle(command, in->cycle_id);
    const Pb__AllocationProposal *proposal = cycle ? load_proposal(command, cycle, in->number) : NULL;
    if (!proposal)
        return command->fault.code;
    out->costs = arena_new(command->arena, Pb__VisitCosts);
    out->total = loads_total(proposal->loads, proposal->n_loads, command->arena);
    if (!out->costs || !out->total)
        return no_memory(command);
    TRY(check(command, visit_costs(NULL, proposal->costs, out->costs)));
    out->loads = proposal->loads;
    out->n_loads = proposal->n_loads;
    if (proposal->method != PB__ALLOCATION_METHOD__ALLOCATION_METHOD_BALANCED)
        return CODE_OK;
    out->closest_loads = proposal->closest_loads;
    out->n_closest_loads = proposal->n_closest_loads;
    out->closest_total = loads_total(proposal->closest_loads, proposal->n_closest_loads, command->arena);
    return out->closest_total ? CODE_OK : no_memory(command);
}

HANDLE(ReportLoad, report_load)
{
    TRY(check_reader(command));
    if (in->cycle_id[0] || in->number)
        return report_proposal(command, in, out);
    return report(command, in->costs, work_loads, finish_loads);
}

HANDLE(ReportSavings, report_savings)
{
    (void)out;
    TRY(check_reader(command));
    return report(command, in->costs, work_savings, finish_savings);
}
