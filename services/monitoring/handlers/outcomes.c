/* What placements achieve (rules M7, S2). In: what a placing LA says of its own placements. Out: a record
 * under a key of its own, its LA's alone; for all members one fixed table in which small groups do not show.
 */

#define SERVICE_TYPE Pb__OutcomesService_Service

#include "services/monitoring/rules_outcomes.h"

#include "services/monitoring/handlers/support.h"

/* Of a placement of the caller's LA (one that has left erases its own as well); of others nothing is told,
 * not even that there is one. NULL in `ret_outcomes`: none is kept yet, and the registry's word for it is
 * `ret_placement`. */
static enum code load_own(struct command *command, const char *placement_id,
                          Pb__PlacementOutcomes **ret_outcomes, Pb__PlacementFact **ret_placement)
{
    enum code code;
    Pb__PlacementOutcomes *outcomes = load_if_any(command, &monitoring_outcomes, placement_id, &code);
    TRY(code);
    Pb__PlacementFact *placement = load_if_any(command, &monitoring_placement_facts, placement_id, &code);
    TRY(code);
    const char *authority_id = outcomes ? outcomes->authority_id : placement ? placement->authority_id : "";
    TRY(check(command, caller_is_of_authority(&command->caller, authority_id) ? REFUSAL_NONE
                                                                              : REFUSAL_OUTCOMES_UNKNOWN));
    command->subject = outcomes ? outcomes->id : placement->id;
    *ret_outcomes = outcomes;
    *ret_placement = placement;
    return CODE_OK;
}

/* None is kept of a placement that was erased, here or by the registry. */
static enum code check_not_erased(struct command *command, const Pb__PlacementOutcomes *outcomes,
                                  const Pb__PlacementFact *placement)
{
    bool erased = false;
    if (outcomes)
        return CODE_OK;
    TRY(record_is_erased(command->txn, &monitoring_outcomes, key_of_uuid(placement->id, command->arena),
                         &erased));
    return check(command, erased || placement->erased ? REFUSAL_OUTCOMES_ERASED : REFUSAL_NONE);
}

HANDLE(SetIntendedOutcomes, set_intended_outcomes)
{
    Pb__PlacementOutcomes *outcomes;
    Pb__PlacementFact *placement;
    TRY(check_record(command, &in->base));
    TRY(load_own(command, in->placement_id, &outcomes, &placement));
    TRY(check(command, outcomes_intended_check(in)));
    TRY(check_own(command, outcomes ? outcomes->authority_id : placement->authority_id,
                  REFUSAL_OUTCOMES_UNKNOWN));
    TRY(check_not_erased(command, outcomes, placement));
    if (!outcomes) {
        outcomes = arena_new(command->arena, Pb__PlacementOutcomes);
        if (!outcomes)
            return no_memory(command);
        pb__placement_outcomes__init(outcomes);
        outcomes->id = placement->id;
        outcomes->authority_id = placement->authority_id;
        outcomes->provision_id = placement->provision_id;
        outcomes->meta = meta_like(command, placement->meta);
        if (!outcomes->meta)
            return no_memory(command);
    }
    outcomes->intended = in->intended;
    outcomes->n_intended = in->n_intended;
    expect_version(outcomes->meta, in->version);
    TRY(put(command, &monitoring_outcomes, outcomes));
    out->outcomes = outcomes;
    return CODE_OK;
}

/* The provision's tally, with what is recorded now in place of what was. */
static enum code tally(struct command *command, const Pb__PlacementOutcomes *before,
                       const Pb__PlacementOutcomes *after, Pb__OutcomeTally *ret_tally)
{
    enum code code;
    const Pb__OutcomeTally *stored = load_if_any(command, &monitoring_tallies, after->provision_id, &code);
    TRY(code);
    if (outcomes_tally(stored, before, after, command->arena, ret_tally) != CODE_OK)
        return no_memory(command);
    ret_tally->meta = meta_again(command, stored ? stored->meta : NULL, after->meta->generated);
    return ret_tally->meta ? CODE_OK : no_memory(command);
}

HANDLE(RecordOutcomes, record_outcomes)
{
    Pb__PlacementOutcomes *stored, *outcomes = arena_new(command->arena, Pb__PlacementOutcomes);
    Pb__PlacementFact *placement;
    Pb__OutcomeTally counted;
    if (!outcomes)
        return no_memory(command);
    TRY(check_record(command, &in->base));
    TRY(load_own(command, in->placement_id, &stored, &placement));
    TRY(check(command, stored ? REFUSAL_NONE : REFUSAL_OUTCOMES_UNKNOWN));
    TRY(check_own(command, stored->authority_id, REFUSAL_OUTCOMES_UNKNOWN));
    const Pb__Visit *visit = load_known(command, &monitoring_visits, in->visit_id, REFUSAL_VISIT_UNKNOWN);
    if (!visit)
        return command->fault.code;
    TRY(check(command, outcomes_record(stored, in, visit, command->arena, outcomes)));
    TRY(tally(command, stored, outcomes, &counted));
    expect_version(outcomes->meta, in->version);
    TRY(put(command, &monitoring_outcomes, outcomes));
    TRY(put(command, &monitoring_tallies, &counted));
    out->outcomes = outcomes;
    return CODE_OK;
}

/* What was counted goes on counting: the tally does not change. */
HANDLE(EraseOutcomes, erase_outcomes)
{
    (void)out;
    Pb__PlacementOutcomes *outcomes;
    Pb__PlacementFact *placement;
    TRY(load_own(command, in->placement_id, &outcomes, &placement));
    TRY(check(command, outcomes ? REFUSAL_NONE : REFUSAL_OUTCOMES_UNKNOWN));
    return record_erase(command->txn, &monitoring_outcomes, key_of_uuid(outcomes->id, command->arena));
}

/* --- the table --------------------------------------------------------------------------------------- */

/* Of a provision, or of the region (""). */
static enum code add_tallies(struct command *command, const char *provision_id,
                             struct outcomes_builder *builder)
{
    enum code code;
    struct collected all;
    const struct walk tallies = {.table = &monitoring_tallies};
    if (provision_id[0]) {
        const Pb__OutcomeTally *tally = load_if_any(command, &monitoring_tallies, provision_id, &code);
        TRY(code);
        return !tally || outcomes_add_tally(builder, tally) ? CODE_OK : no_memory(command);
    }
    TRY(collect(command, &tallies, NULL, NULL, &all));
    for (size_t i = 0; i < all.count; i++)
        if (!outcomes_add_tally(builder, (const Pb__OutcomeTally *)all.items[i]))
            return no_memory(command);
    return CODE_OK;
}

HANDLE(ReportOutcomes, report_outcomes)
{
    const Pb__Provision *provision = NULL;
    TRY(check_reader(command));
    if (in->provision_id[0] && !(provision = known_provision(command, in->provision_id)))
        return command->fault.code;
    allow_memory(command, MONITORING_ARENA_BYTES);
    struct outcomes_builder *builder = outcomes_create(command->arena);
    if (!builder)
        return no_memory(command);
    TRY(add_tallies(command, provision ? provision->id : "", builder));
    enum code code = provision ? outcomes_of_provision(builder, provision->id, &out->rows, &out->n_rows)
                               : outcomes_of_region(builder, &out->rows, &out->n_rows);
    return code == CODE_OK ? CODE_OK : no_memory(command);
}
