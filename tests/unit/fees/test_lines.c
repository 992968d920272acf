/* Child-level lines and what they come to (rules F5, F6, S2). Home 1: Hertfordshire leads, Bedford places. */

#include "applying.h"
#include "consulting.h"

#include "services/fees/rules_line_sums.h"

static const Pb__FeeLine *the_line(struct fixture *fixture, unsigned stay)
{
    return stored(fixture, &fees_lines, line_id(fixture, stay));
}

static struct fee_totals all_of(struct fixture *fixture, unsigned home, const char *gss)
{
    const Pb__FeeLineTotals *totals = totals_of(fixture, home, gss);
    cr_assert(totals, "%s has totals at home %u", gss, home);
    return fee_line_totals_all(totals);
}

static const Pb__ListFeeLinesResponse *list_lines(struct fixture *fixture, const char *gss,
                                                  enum code expected)
{
    Pb__ListFeeLinesRequest request = PB__LIST_FEE_LINES_REQUEST__INIT;
    request.authority_id = gss;
    return call(fixture, LINES("ListFeeLines"), &request.base, expected);
}

static const Pb__ListFeeLineTotalsResponse *list_totals(struct fixture *fixture, enum code expected)
{
    Pb__ListFeeLineTotalsRequest request = PB__LIST_FEE_LINE_TOTALS_REQUEST__INIT;
    return call(fixture, LINES("ListFeeLineTotals"), &request.base, expected);
}

static const Pb__FeeLine *update(struct fixture *fixture, Pb__FeeLine *line, uint64_t version,
                                 enum code expected)
{
    Pb__UpdateFeeLineRequest request = PB__UPDATE_FEE_LINE_REQUEST__INIT;
    Pb__RecordMeta meta = PB__RECORD_META__INIT;
    meta.version = version, line->meta = &meta, request.line = line;
    const Pb__UpdateFeeLineResponse *response =
        call(fixture, LINES("UpdateFeeLine"), &request.base, expected);
    line->meta = NULL;
    return response ? response->line : NULL;
}

static void remove_line(struct fixture *fixture, unsigned stay, uint64_t version, enum code expected)
{
    Pb__DeleteFeeLineRequest request = PB__DELETE_FEE_LINE_REQUEST__INIT;
    request.line_id = line_id(fixture, stay), request.version = version;
    call(fixture, LINES("DeleteFeeLine"), &request.base, expected);
}

static uint32_t erase(struct fixture *fixture, unsigned stay, enum code expected)
{
    Pb__EraseFeeLinesRequest request = PB__ERASE_FEE_LINES_REQUEST__INIT;
    request.placement_id = stay_id(fixture, stay);
    const Pb__EraseFeeLinesResponse *response =
        call(fixture, LINES("EraseFeeLines"), &request.base, expected);
    return response ? response->erased : 0;
}

static bool same(const struct fee_totals *a, const struct fee_totals *b)
{
    return a->lines == b->lines && a->decided_lines == b->decided_lines &&
           a->negotiated_lines == b->negotiated_lines && a->current.weekly == b->current.weekly &&
           a->proposed.yearly == b->proposed.yearly && a->negotiated.yearly == b->negotiated.yearly &&
           a->decided_current.weekly == b->decided_current.weekly && a->decided.yearly == b->decided.yearly;
}

/* --- files ------------------------------------------------------------------------------------------- */

Test(lines, of_a_file_are_kept_row_by_row)
{
    struct fixture *fixture = fixture_create();
    as_officer(fixture, HERTS);
    Pb__FeeLine given[6];
    given[0] = line_of(fixture, 10, 500000, 510000);
    given[1] = line_of(fixture, 11, 500000, 510000); /* Bedford's */
    given[2] = line_of(fixture, 30, 300000, 303000);
    given[3] = given[0];
    given[4] = line_of(fixture, 99, 500000, 510000); /* nobody's */
    given[5] = line_of(fixture, 30, 300000, -1);
    given[5].placement_id = arena_format(&fixture->arena, "01979DF0-0000-7000-8000-%012X", 0x2000 + 31);
    given[2].effective_on = "2027-09-01";
    const Pb__ImportFeeLinesResponse *read = import_lines(fixture, given, 6, CODE_OK);
    cr_assert_eq(read->added, 2);
    cr_assert_eq(read->changed + read->unchanged, 0);
    cr_assert_eq(read->n_problems, 5, "%zu", read->n_problems);
    cr_assert_eq(read->problems[0]->row, 5, "the second of one placement");
    for (size_t i = 0; i < read->n_problems; i++)
        cr_assert_null(strstr(read->problems[i]->reason, "R-"), "no reference is repeated");
    const Pb__FeeLine *one = the_line(fixture, 10);
    cr_assert_str_eq(one->provision_id, home_id(fixture, 1));
    cr_assert_str_eq(one->authority_id, HERTS);
    cr_assert_str_eq(one->effective_on, "2027-04-01");
    cr_assert_null(the_line(fixture, 11));
    struct fee_totals totals = all_of(fixture, 1, HERTS);
    cr_assert_eq(totals.lines, 1);
    cr_assert_eq(totals.current.weekly, 500000);
    cr_assert_eq(totals.current.yearly, fee_yearly_pence(500000, PB__ATTENDANCE__ATTENDANCE_WEEKS_52));
    read = import_lines(fixture, given, 3, CODE_OK);
    cr_assert_eq(read->unchanged, 2, "the same file twice adds nothing");
    cr_assert_eq(the_line(fixture, 10)->meta->version, 1);
    given[0].proposed_pence = 520000;
    read = import_lines(fixture, given, 1, CODE_OK);
    cr_assert_eq(read->changed, 1);
    cr_assert_eq(all_of(fixture, 1, HERTS).proposed.weekly, 520000);
    Pb__RecordMeta meta = PB__RECORD_META__INIT;
    meta.version = 1, given[0].meta = &meta, given[0].proposed_pence = 530000;
    read = import_lines(fixture, given, 1, CODE_OK);
    cr_assert(read->n_problems == 1 && read->changed == 0, "a row that read another version costs no other");
    cr_assert_str_eq(read->problems[0]->field, "meta.version");
    fixture_end(fixture);
}

/* So are the totals of what is made up. */
Test(lines, of_a_placement_that_is_generated_are_too)
{
    struct fixture *fixture = fixture_create();
    Pb__PlacementFact fact = PB__PLACEMENT_FACT__INIT;
    Pb__RecordMeta meta = PB__RECORD_META__INIT;
    fact.id = stay_id(fixture, 30), fact.authority_id = HERTS, fact.provision_id = home_id(fixture, 3);
    fact.start_on = "2026-01-05", fact.meta = &meta, meta.generated = true;
    source_put(fixture, &source_placements, &fact.base);
    as_officer(fixture, HERTS);
    import_line(fixture, 10, 500000, 510000);
    import_line(fixture, 30, 300000, 303000);
    cr_assert(the_line(fixture, 30)->meta->generated && totals_of(fixture, 3, HERTS)->meta->generated);
    cr_assert(!the_line(fixture, 10)->meta->generated && !totals_of(fixture, 1, HERTS)->meta->generated);
    import_line(fixture, 30, 300000, 304000);
    cr_assert(totals_of(fixture, 3, HERTS)->meta->generated, "and stay so");
    fixture_end(fixture);
}

Test(lines, of_a_file_are_at_most_a_thousand)
{
    struct fixture *fixture = fixture_create();
    static Pb__FeeLine given[FEE_LINE_ROWS_MAX + 1];
    as_officer(fixture, HERTS);
    for (size_t i = 0; i < COUNT(given); i++)
        given[i] = line_of(fixture, 10, 500000, 510000);
    import_lines(fixture, given, COUNT(given), CODE_RESOURCE_EXHAUSTED);
    said(fixture, REFUSAL_LINES_MANY);
    fixture_end(fixture);
}

/* A placement whose provision was put right counts there, and no longer where it was. */
Test(lines, move_with_their_placement)
{
    struct fixture *fixture = fixture_create();
    as_officer(fixture, HERTS);
    import_line(fixture, 10, 500000, 510000);
    put_stay(fixture, 10, HERTS, 3, "2026-01-05", "");
    settle(fixture);
    as_officer(fixture, HERTS);
    import_line(fixture, 10, 500000, 510000);
    cr_assert_eq(all_of(fixture, 1, HERTS).lines, 0);
    cr_assert_eq(all_of(fixture, 1, HERTS).current.weekly, 0);
    cr_assert_eq(all_of(fixture, 3, HERTS).lines, 1);
    fixture_end(fixture);
}

/* --- one line ---------------------------------------------------------------------------------------- */

Test(lines, change_one_by_one_by_the_version_that_was_read)
{
    struct fixture *fixture = fixture_create();
    as_officer(fixture, HERTS);
    Pb__FeeLine line = line_of(fixture, 10, 500000, 510000);
    cr_assert_eq(update(fixture, &line, 0, CODE_OK)->meta->version, 1);
    line.proposed_pence = 512000;
    cr_assert_eq(update(fixture, &line, 1, CODE_OK)->meta->version, 2);
    line.proposed_pence = 515000;
    update(fixture, &line, 1, CODE_ABORTED);
    cr_assert_eq(all_of(fixture, 1, HERTS).proposed.weekly, 512000);
    line.current_pence = -1;
    update(fixture, &line, 2, CODE_INVALID_ARGUMENT);
    cr_assert_str_eq(fixture->status->field, "line.current_pence");
    Pb__FeeLine others = line_of(fixture, 11, 500000, 510000);
    update(fixture, &others, 0, CODE_INVALID_ARGUMENT);
    cr_assert_str_eq(fixture->status->field, "line.placement_id");
    others.authority_id = BEDFORD;
    update(fixture, &others, 0, CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_NOT_YOUR_AUTHORITY);
    remove_line(fixture, 10, 1, CODE_ABORTED);
    remove_line(fixture, 10, 2, CODE_OK);
    cr_assert_eq(all_of(fixture, 1, HERTS).lines, 0);
    remove_line(fixture, 10, 0, CODE_NOT_FOUND);
    import_line(fixture, 10, 500000, 510000); /* deleted is not erased */
    as_officer(fixture, BEDFORD);
    remove_line(fixture, 10, 0, CODE_NOT_FOUND);
    said(fixture, REFUSAL_LINE_UNKNOWN);
    fixture_end(fixture);
}

/* --- what they come to ------------------------------------------------------------------------------- */

Test(lines, follow_the_report_and_the_decision)
{
    struct fixture *fixture = consulting_create();
    submit(fixture, 1, 5000, 5100);
    as_officer(fixture, BEDFORD);
    Pb__FeeLine line = line_of(fixture, 11, 480000, 489600);
    line.service_id = "residential";
    cr_assert_eq(import_lines(fixture, &line, 1, CODE_OK)->added, 1);
    cr_assert(!the_line(fixture, 11)->decided);
    report_short(fixture, 505000); /* 1%: 5,050.00 of 5,000.00 */
    cr_assert_eq(the_line(fixture, 11)->negotiated_pence, 484800);
    struct fee_totals totals = all_of(fixture, 1, BEDFORD);
    cr_assert_eq(totals.negotiated_lines, 1);
    cr_assert_eq(totals.negotiated.weekly, 484800);
    cr_assert_eq(totals.decided_lines, 0);
    as_officer(fixture, BEDFORD);
    decide(fixture, 1, "", 1, DECIDE(ACCEPT), 0, "", CODE_OK);
    cr_assert_eq(the_line(fixture, 11)->decided_pence, 484800);
    cr_assert_eq(all_of(fixture, 1, BEDFORD).decided.weekly, 484800);
    decide(fixture, 1, "", 1, DECIDE(REJECT), 0, "no budget", CODE_OK);
    cr_assert_eq(all_of(fixture, 1, BEDFORD).decided.weekly, 480000);
    line.agreed_case = PB__FEE_LINE__AGREED_AGREED_PENCE, line.agreed_pence = 483300;
    update(fixture, &line, 0, CODE_OK);
    cr_assert_eq(all_of(fixture, 1, BEDFORD).decided.weekly, 483300, "what was agreed for the child stands");
    line.agreed_case = PB__FEE_LINE__AGREED__NOT_SET;
    update(fixture, &line, 0, CODE_OK);
    cr_assert_eq(all_of(fixture, 1, BEDFORD).decided.weekly, 480000);
    as_officer(fixture, HERTS);
    reopen(fixture, 1, "the provider corrects it", CODE_OK);
    cr_assert_eq(all_of(fixture, 1, BEDFORD).negotiated_lines, 0);
    submit(fixture, 1, 5000, 5200); /* the decision was about another submission */
    as_officer(fixture, BEDFORD);
    import_line(fixture, 11, 480000, 490000);
    cr_assert_eq(all_of(fixture, 1, BEDFORD).decided_lines, 0);
    fixture_end(fixture);
}

/* --- submitted again, and decided -------------------------------------------------------------------- */

/* A decision that races a correction: whichever comes first, none is made on what its LA had not read. */
Test(lines, are_not_decided_on_a_submission_that_was_not_read)
{
    struct fixture *fixture = applying_create();
    put_kind(fixture, 5, PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY);
    put_stay(fixture, 50, HERTS, 5, "2026-01-05", "");
    put_stay(fixture, 51, KENT, 5, "2026-01-05", "");
    settle(fixture);
    const char *id = apply_whole(fixture, 5, 500000, 510000);
    as_officer(fixture, KENT);
    import_line(fixture, 51, 500000, 510000);
    decide(fixture, 5, "", 1, DECIDE(ACCEPT), 0, "", CODE_OK);
    cr_assert_eq(all_of(fixture, 5, KENT).decided.weekly, 510000);
    as_provider(fixture, PROVIDER_ONE);
    uint64_t version = apply_correct(fixture, id, CODE_OK)->meta->version;
    apply_fee(fixture, id, version, 500000, 530000, CODE_OK);
    cr_assert_eq(all_of(fixture, 5, KENT).decided_lines, 1, "what was submitted stands meanwhile");
    apply_submit(fixture, id, 0, CODE_OK);
    cr_assert_eq(all_of(fixture, 5, KENT).decided_lines, 0, "it is to be decided again");
    as_officer(fixture, KENT);
    decide(fixture, 5, "", 1, DECIDE(ACCEPT), 0, "", CODE_ABORTED);
    decide(fixture, 5, "", 2, DECIDE(ACCEPT), 0, "", CODE_OK);
    cr_assert_eq(all_of(fixture, 5, KENT).decided_lines, 1);
    as_host(fixture);
    apply_return(fixture, id, 2, "not complete", CODE_OK);
    cr_assert_eq(all_of(fixture, 5, KENT).decided_lines, 0, "nothing stands");
    fixture_end(fixture);
}

/* --- erased ------------------------------------------------------------------------------------------ */

Test(lines, that_are_erased_go_on_counting_and_can_be_read_nowhere)
{
    struct fixture *fixture = consulting_create();
    submit(fixture, 1, 5000, 5100);
    as_officer(fixture, BEDFORD);
    put_stay(fixture, 12, BEDFORD, 1, "2026-02-01", "");
    settle(fixture);
    import_line(fixture, 11, 480000, 489600);
    import_line(fixture, 12, 460000, 470000);
    report_short(fixture, 505000);
    as_officer(fixture, BEDFORD);
    decide(fixture, 1, "", 1, DECIDE(ACCEPT), 0, "", CODE_OK);
    struct fee_totals before = all_of(fixture, 1, BEDFORD);
    as_officer(fixture, HERTS);
    cr_assert_eq(erase(fixture, 11, CODE_PERMISSION_DENIED), 0); /* a fees officer erases nothing */
    fixture->claim = claim_of(fixture, HERTS, "", PB__ROLE__ROLE_AUTHORITY_ADMINISTRATOR);
    erase(fixture, 11, CODE_NOT_FOUND);
    said(fixture, REFUSAL_LINE_UNKNOWN);
    fixture->claim = claim_of(fixture, BEDFORD, "", PB__ROLE__ROLE_AUTHORITY_ADMINISTRATOR);
    cr_assert_eq(erase(fixture, 11, CODE_OK), 1);
    cr_assert_null(the_line(fixture, 11));
    struct fee_totals after = all_of(fixture, 1, BEDFORD);
    cr_assert(same(&before, &after), "it counts as before");
    Pb__ReadHistoryRequest past = PB__READ_HISTORY_REQUEST__INIT;
    past.record_type = "ccrag.v1.FeeLine", past.id = line_id(fixture, 11), past.with_present = true;
    const Pb__ReadHistoryResponse *told =
        call(fixture, "ccrag.v1.FeedService/ReadHistory", &past.base, CODE_OK);
    cr_assert_eq(told->n_entries, 0);
    as_officer(fixture, BEDFORD);
    Pb__FeeLine again[] = {line_of(fixture, 11, 480000, 489600), line_of(fixture, 12, 465000, 470000)};
    const Pb__ImportFeeLinesResponse *read = import_lines(fixture, again, 2, CODE_OK);
    cr_assert(read->changed == 1 && read->n_problems == 1, "what was erased is not made again");
    cr_assert_str_eq(read->problems[0]->field, "placement_id");
    after = all_of(fixture, 1, BEDFORD);
    cr_assert_eq(after.lines, 2);
    cr_assert_eq(after.current.weekly, 480000 + 465000);
    fixture_end(fixture);
}

static void registry_erases(struct fixture *fixture, unsigned stay, const char *gss)
{
    Pb__PlacementFact fact = PB__PLACEMENT_FACT__INIT;
    fact.id = stay_id(fixture, stay), fact.authority_id = gss, fact.provision_id = home_id(fixture, 1);
    fact.start_on = "2026-02-01", fact.end_on = "2026-03-01", fact.erased = true;
    source_put(fixture, &source_placements, &fact.base);
}

static void close_cycle(struct fixture *fixture)
{
    Pb__CloseFeeCycleRequest request = PB__CLOSE_FEE_CYCLE_REQUEST__INIT;
    as_host(fixture);
    call(fixture, CYCLES("CloseFeeCycle"), &request.base, CODE_OK);
}

Test(lines, of_a_placement_that_was_erased_are_made_in_no_other_cycle)
{
    struct fixture *fixture = fixture_create();
    put_stay(fixture, 12, BEDFORD, 1, "2026-02-01", "");
    put_stay(fixture, 13, BEDFORD, 1, "2026-02-01", "2026-03-01");
    settle(fixture);
    as_officer(fixture, BEDFORD);
    import_line(fixture, 11, 480000, 489600);
    import_line(fixture, 12, 460000, 470000);
    fixture->claim = claim_of(fixture, BEDFORD, "", PB__ROLE__ROLE_AUTHORITY_ADMINISTRATOR);
    cr_assert_eq(erase(fixture, 11, CODE_OK), 1);
    registry_erases(fixture, 13, BEDFORD); /* nothing is kept of it here */
    settle(fixture);
    close_cycle(fixture);
    open_cycle(fixture, "2028-29", THRESHOLD, CODE_OK);
    as_officer(fixture, BEDFORD);
    Pb__FeeLine next[] = {line_of(fixture, 11, 480000, 489600), line_of(fixture, 12, 460000, 470000),
                          line_of(fixture, 13, 460000, 470000)};
    const Pb__ImportFeeLinesResponse *read = import_lines(fixture, next, COUNT(next), CODE_OK);
    cr_assert(read->added == 1 && read->n_problems == 2, "%u, %zu", read->added, read->n_problems);
    for (size_t i = 0; i < read->n_problems; i++)
        cr_assert_str_eq(read->problems[i]->reason, fees_refusal_facts(REFUSAL_LINE_ERASED)->text);
    fixture_end(fixture);
}

/* rule S2: what the registry erased is erased here too, asked for or not, in every cycle and whether one is
 * open; what it came to goes on counting. */
Test(lines, of_a_placement_that_the_registry_erased_are_erased)
{
    struct fixture *fixture = fixture_create();
    put_stay(fixture, 12, BEDFORD, 1, "2026-02-01", "");
    put_stay(fixture, 13, BEDFORD, 1, "2026-02-01", "2026-03-01");
    settle(fixture);
    as_officer(fixture, BEDFORD);
    import_line(fixture, 12, 460000, 470000);
    import_line(fixture, 13, 480000, 489600);
    close_cycle(fixture);
    open_cycle(fixture, "2028-29", THRESHOLD, CODE_OK);
    as_officer(fixture, BEDFORD);
    import_line(fixture, 13, 489600, 500000);
    close_cycle(fixture);
    const char *ids[] = {"2027-28", "2028-29"};
    struct fee_totals before = all_of(fixture, 1, BEDFORD);
    registry_erases(fixture, 13, BEDFORD);
    pass_ms(fixture, 2000);
    for (size_t i = 0; i < COUNT(ids); i++) {
        const char *id = fees_line_id(ids[i], stay_id(fixture, 13), &fixture->arena);
        cr_assert_null(stored(fixture, &fees_lines, id), "%s", ids[i]);
        Pb__ReadHistoryRequest past = PB__READ_HISTORY_REQUEST__INIT;
        past.record_type = "ccrag.v1.FeeLine", past.id = id, past.with_present = true;
        as_officer(fixture, BEDFORD);
        const Pb__ReadHistoryResponse *told =
            call(fixture, "ccrag.v1.FeedService/ReadHistory", &past.base, CODE_OK);
        cr_assert_eq(told->n_entries, 0);
    }
    struct fee_totals after = all_of(fixture, 1, BEDFORD);
    cr_assert(same(&before, &after), "it counts as before");
    cr_assert_not_null(the_line(fixture, 12), "another's line is there");
    registry_erases(fixture, 13, BEDFORD); /* told again, nothing is left to do */
    pass_ms(fixture, 2000);
    fixture_end(fixture);
}

/* --- whose they are ---------------------------------------------------------------------------------- */

Test(lines, are_their_authoritys_alone_and_sums_the_leads_as_well)
{
    struct fixture *fixture = fixture_create();
    as_officer(fixture, HERTS);
    import_line(fixture, 10, 500000, 510000);
    as_officer(fixture, BEDFORD);
    import_line(fixture, 11, 480000, 489600);
    cr_assert_eq(list_lines(fixture, "", CODE_OK)->n_lines, 1);
    cr_assert_str_eq(list_lines(fixture, "", CODE_OK)->lines[0]->reference, "R-11");
    list_lines(fixture, HERTS, CODE_PERMISSION_DENIED);
    const Pb__ListFeeLineTotalsResponse *sums = list_totals(fixture, CODE_OK);
    cr_assert_eq(sums->n_totals, 1, "Bedford does not lead there: its own alone");
    cr_assert_str_eq(sums->totals[0]->lead_id, "");
    as_officer(fixture, HERTS);
    list_lines(fixture, BEDFORD, CODE_PERMISSION_DENIED);
    cr_assert_eq(list_totals(fixture, CODE_OK)->n_totals, 2, "the lead sees each LA's count and sum");
    as_officer(fixture, KENT);
    cr_assert_eq(list_totals(fixture, CODE_OK)->n_totals, 0);
    as_host(fixture);
    list_lines(fixture, BEDFORD, CODE_PERMISSION_DENIED);
    cr_assert_eq(list_totals(fixture, CODE_OK)->n_totals, 2);
    as_auditor(fixture);
    list_lines(fixture, BEDFORD, CODE_PERMISSION_DENIED);
    cr_assert_eq(list_totals(fixture, CODE_OK)->n_totals, 2);
    as_provider(fixture, PROVIDER_ONE);
    list_lines(fixture, BEDFORD, CODE_PERMISSION_DENIED);
    list_totals(fixture, CODE_PERMISSION_DENIED);
    as_operator(fixture);
    cr_assert_eq(list_lines(fixture, BEDFORD, CODE_OK)->n_lines, 1);
    list_lines(fixture, "", CODE_PERMISSION_DENIED);
    fixture_end(fixture);
}

/* A lead that hands over sees the sums no longer; the next one does. */
Test(lines, sums_follow_the_lead)
{
    struct fixture *fixture = fixture_create();
    as_officer(fixture, BEDFORD);
    import_line(fixture, 11, 480000, 489600);
    put_stay(fixture, 12, KENT, 1, "2026-01-05", "");
    put_stay(fixture, 10, HERTS, 1, "2026-01-05", "2026-05-20");
    put_stay(fixture, 13, KENT, 1, "2026-01-05", "");
    settle(fixture);
    cr_assert_str_eq(consultation_of(fixture, 1)->lead_id, KENT);
    cr_assert_str_eq(totals_of(fixture, 1, BEDFORD)->lead_id, KENT);
    as_officer(fixture, HERTS);
    cr_assert_eq(list_totals(fixture, CODE_OK)->n_totals, 0);
    as_officer(fixture, KENT);
    cr_assert_eq(list_totals(fixture, CODE_OK)->n_totals, 1);
    fixture_end(fixture);
}

/* Lines may be there before anybody leads. */
Test(lines, sums_are_read_by_a_lead_that_comes_later)
{
    struct fixture *fixture = fixture_create();
    put_kind(fixture, 7, PB__PROVISION_KIND__PROVISION_KIND_SECURE_CHILDRENS_HOME);
    put_stay(fixture, 70, BEDFORD, 7, "2026-01-05", "");
    put_stay(fixture, 71, KENT, 7, "2026-01-05", "");
    put_stay(fixture, 72, KENT, 7, "2026-01-05", "");
    settle(fixture);
    as_officer(fixture, BEDFORD);
    import_line(fixture, 70, 480000, 489600);
    cr_assert_str_eq(totals_of(fixture, 7, BEDFORD)->lead_id, "");
    put_kind(fixture, 7, PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME);
    settle(fixture);
    cr_assert_str_eq(consultation_of(fixture, 7)->lead_id, KENT);
    cr_assert_str_eq(totals_of(fixture, 7, BEDFORD)->lead_id, KENT);
    fixture_end(fixture);
}

/* What the store does as it opens with an older copy: what was erased since is erased again. */
static void erase_again(struct fixture *fixture, unsigned stay)
{
    struct store_txn *txn;
    const struct actor actor = {"test", "test", fixture->wall_ms};
    cr_assert(store_write_begin(service_store(fixture->service), &txn) == CODE_OK);
    store_command_begin(txn, &actor, &fixture->arena);
    cr_assert(record_erase(txn, &fees_lines, key_of_text(line_id(fixture, stay))) == CODE_OK);
    cr_assert(store_command_end(txn, true) == CODE_OK && store_commit(txn) == CODE_OK);
}

Test(lines, that_a_restore_erased_again_go_on_counting)
{
    struct fixture *fixture = fixture_create();
    as_officer(fixture, BEDFORD);
    put_stay(fixture, 12, BEDFORD, 1, "2026-02-01", "");
    settle(fixture);
    import_line(fixture, 11, 480000, 489600);
    import_line(fixture, 12, 460000, 470000);
    erase_again(fixture, 11);
    cr_assert_eq(all_of(fixture, 1, BEDFORD).lines, 2);
    import_line(fixture, 12, 465000, 470000);
    cr_assert_eq(all_of(fixture, 1, BEDFORD).lines, 2);
    cr_assert_eq(all_of(fixture, 1, BEDFORD).current.weekly, 480000 + 465000);
    cr_assert_eq(totals_of(fixture, 1, BEDFORD)->erased_all_year->lines, 1);
    import_line(fixture, 12, 466000, 470000);
    cr_assert_eq(all_of(fixture, 1, BEDFORD).current.weekly, 480000 + 466000);
    remove_line(fixture, 12, 0, CODE_OK);
    cr_assert_eq(all_of(fixture, 1, BEDFORD).current.weekly, 480000);
    fixture_end(fixture);
}
