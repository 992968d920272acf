/* Outcomes (rules M7, S2): the placing LA's alone; erased without breaking counts; small groups do not show.
 */

#include "fixture.h"

static const Pb__PlacementOutcomes *intend(struct fixture *fixture, unsigned stay, enum code expected)
{
    Pb__OutcomeArea areas[] = {PB__OUTCOME_AREA__OUTCOME_AREA_SAFETY};
    Pb__SetIntendedOutcomesRequest request = PB__SET_INTENDED_OUTCOMES_REQUEST__INIT;
    request.placement_id = stay_id(fixture, stay), request.intended = areas, request.n_intended = 1;
    const Pb__SetIntendedOutcomesResponse *response =
        call(fixture, OUTCOMES("SetIntendedOutcomes"), &request.base, expected);
    return response ? response->outcomes : NULL;
}

static void record_read(struct fixture *fixture, unsigned stay, const char *visit_id, uint64_t version,
                        enum code expected)
{
    Pb__OutcomeAt at = PB__OUTCOME_AT__INIT, *list[] = {&at};
    Pb__RecordOutcomesRequest request = PB__RECORD_OUTCOMES_REQUEST__INIT;
    at.area = PB__OUTCOME_AREA__OUTCOME_AREA_SAFETY;
    at.progress = PB__OUTCOME_PROGRESS__OUTCOME_PROGRESS_BETTER;
    request.placement_id = stay_id(fixture, stay), request.visit_id = visit_id;
    request.outcomes = list, request.n_outcomes = 1, request.version = version;
    call(fixture, OUTCOMES("RecordOutcomes"), &request.base, expected);
}

static void record_it(struct fixture *fixture, unsigned stay, const char *visit_id, enum code expected)
{
    record_read(fixture, stay, visit_id, 0, expected);
}

/* The row of safety, of the one year there is. */
static const Pb__OutcomeRow *row_of(struct fixture *fixture)
{
    Pb__ReportOutcomesRequest request = PB__REPORT_OUTCOMES_REQUEST__INIT;
    request.provision_id = home_id(fixture, 1);
    const Pb__ReportOutcomesResponse *response =
        call(fixture, OUTCOMES("ReportOutcomes"), &request.base, CODE_OK);
    cr_assert(response->rows[0]->year == 2025);
    cr_assert(response->rows[0]->area == PB__OUTCOME_AREA__OUTCOME_AREA_SAFETY);
    return response->rows[0];
}

static const char *visit_made(struct fixture *fixture)
{
    const Pb__Visit *visit = plan(fixture, 1, HERTS, QA, "2026-06-01", CODE_OK);
    return made(fixture, visit->id, "2026-06-01", CODE_OK)->id;
}

Test(outcomes, of_its_own_placements_alone)
{
    struct fixture *fixture = fixture_create();
    const char *visit = visit_made(fixture);
    fixture->claim = claim_of(fixture, BEDFORD, "", PB__ROLE__ROLE_PLACEMENT_OFFICER);
    intend(fixture, 10, CODE_NOT_FOUND);
    said(fixture, REFUSAL_OUTCOMES_UNKNOWN);
    intend(fixture, 99, CODE_NOT_FOUND);
    cr_assert_str_eq(intend(fixture, 11, CODE_OK)->authority_id, BEDFORD);
    record_it(fixture, 11, visit, CODE_OK);
    record_read(fixture, 11, visit, 1, CODE_ABORTED); /* rule R10 */
    record_read(fixture, 11, visit, 2, CODE_OK);
    record_it(fixture, 10, visit, CODE_NOT_FOUND);
    put_member(fixture, BEDFORD, "Bedford", 20, PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT);
    settle(fixture);
    record_it(fixture, 11, visit, CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_CONCERN_NOT_MEMBER);
    intend(fixture, 11, CODE_PERMISSION_DENIED);
    put_member(fixture, BEDFORD, "Bedford", 20, member);
    settle(fixture);
    fixture->claim = claim_of(fixture, HERTS, "", PB__ROLE__ROLE_HOST_ADMINISTRATOR);
    intend(fixture, 11, CODE_PERMISSION_DENIED);
    Pb__ReadHistoryRequest past = PB__READ_HISTORY_REQUEST__INIT;
    past.record_type = "ccrag.v1.PlacementOutcomes", past.id = stay_id(fixture, 11), past.with_present = true;
    const Pb__ReadHistoryResponse *states =
        call(fixture, "ccrag.v1.FeedService/ReadHistory", &past.base, CODE_OK);
    cr_assert(states->n_entries == 0);
    fixture_end(fixture);
}

/* What the store does as it opens with an older copy: what was erased since is erased again. */
static void erase_again(struct fixture *fixture, unsigned stay)
{
    struct store_txn *txn;
    const struct actor actor = {"test", "test", fixture->wall_ms};
    cr_assert(store_write_begin(service_store(fixture->service), &txn) == CODE_OK);
    store_command_begin(txn, &actor, &fixture->arena);
    cr_assert(record_erase(txn, &monitoring_outcomes, key_of_uuid(stay_id(fixture, stay), &fixture->arena)) ==
              CODE_OK);
    cr_assert(store_command_end(txn, true) == CODE_OK && store_commit(txn) == CODE_OK);
}

Test(outcomes, shown_from_five_on_and_erased_without_breaking_the_count)
{
    struct fixture *fixture = fixture_create();
    const char *visit = visit_made(fixture);
    for (unsigned stay = 100; stay < 105; stay++) {
        put_stay(fixture, stay, HERTS, 1, "2026-01-05", "");
        settle(fixture);
        intend(fixture, stay, CODE_OK);
        record_it(fixture, stay, visit, CODE_OK);
        cr_assert(row_of(fixture)->suppressed == (stay < 104));
    }
    cr_assert(row_of(fixture)->children == 5 && row_of(fixture)->as_intended == 5);
    Pb__EraseOutcomesRequest erase = PB__ERASE_OUTCOMES_REQUEST__INIT;
    erase.placement_id = stay_id(fixture, 100);
    call(fixture, OUTCOMES("EraseOutcomes"), &erase.base, CODE_OK);
    cr_assert(!stored(fixture, &monitoring_outcomes, erase.placement_id));
    cr_assert(row_of(fixture)->children == 5);
    erase_again(fixture, 101);
    cr_assert(row_of(fixture)->children == 5, "what a restore erases again goes on counting");
    call(fixture, OUTCOMES("EraseOutcomes"), &erase.base, CODE_NOT_FOUND);
    intend(fixture, 100, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_OUTCOMES_ERASED);
    Pb__PlacementFact fact =
        PB__PLACEMENT_FACT__INIT; /* the registry erased it before anything was kept here */
    fact.id = stay_id(fixture, 105), fact.authority_id = HERTS, fact.provision_id = home_id(fixture, 1);
    fact.start_on = "2026-01-05", fact.end_on = "2026-02-05", fact.erased = true;
    source_put_quietly(fixture, &source_placements, span_of(NULL, 0), &fact.base);
    settle(fixture);
    intend(fixture, 105, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_OUTCOMES_ERASED);
    fixture_end(fixture);
}

/* rule S2: what the registry erased is erased here too, asked for or not; what was counted counts on. */
Test(outcomes, of_a_placement_that_the_registry_erased_are_erased)
{
    struct fixture *fixture = fixture_create();
    const char *visit = visit_made(fixture);
    for (unsigned stay = 100; stay < 105; stay++) {
        put_stay(fixture, stay, HERTS, 1, "2026-01-05", "");
        settle(fixture);
        intend(fixture, stay, CODE_OK);
        record_it(fixture, stay, visit, CODE_OK);
    }
    Pb__PlacementFact fact = PB__PLACEMENT_FACT__INIT;
    fact.id = stay_id(fixture, 100), fact.authority_id = HERTS, fact.provision_id = home_id(fixture, 1);
    fact.start_on = "2026-01-05", fact.end_on = "2026-02-05", fact.erased = true;
    source_put_quietly(fixture, &source_placements, span_of(NULL, 0), &fact.base);
    settle(fixture);
    cr_assert_null(stored(fixture, &monitoring_outcomes, fact.id));
    Pb__ReadHistoryRequest past = PB__READ_HISTORY_REQUEST__INIT;
    past.record_type = "ccrag.v1.PlacementOutcomes", past.id = fact.id, past.with_present = true;
    const Pb__ReadHistoryResponse *told =
        call(fixture, "ccrag.v1.FeedService/ReadHistory", &past.base, CODE_OK);
    cr_assert_eq(told->n_entries, 0);
    cr_assert_not_null(stored(fixture, &monitoring_outcomes, stay_id(fixture, 101)));
    cr_assert(row_of(fixture)->children == 5 && !row_of(fixture)->suppressed);
    fixture_end(fixture);
}
