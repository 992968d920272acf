/* Taking, recording, importing and ending placements through the real handlers (rules R5, R6, R10, S2, X6).
 */

#include "fixture.h"

static Pb__Placement placement(const Pb__PlaceGroup *group, const char *authority, const char *reference)
{
    Pb__Placement made = PB__PLACEMENT__INIT;
    made.authority_id = authority, made.provision_id = group->provision_id, made.place_group_id = group->id;
    made.reference = reference, made.start_on = "2026-06-05";
    return made;
}

static const Pb__Vacancy *vacancy_of(struct fixture *fixture, const Pb__PlaceGroup *group)
{
    Pb__GetProvisionRequest request = PB__GET_PROVISION_REQUEST__INIT;
    request.provision_id = group->provision_id;
    Pb__GetProvisionResponse *response = call(fixture, PROVISIONS("GetProvision"), &request.base, CODE_OK);
    cr_assert(response->n_vacancies == 1);
    return response->vacancies[0];
}

/* rule R5: past the set age a vacancy shows as stale, until it is confirmed anew. */
Test(placements, a_vacancy_goes_stale)
{
    struct fixture *fixture = fixture_create();
    const Pb__PlaceGroup *group = add_home(fixture, 1);
    Pb__GetProvisionRequest get = PB__GET_PROVISION_REQUEST__INIT;
    get.provision_id = group->provision_id;
    const int64_t day_ms = 24 * 60 * 60 * 1000;
    pass_ms(fixture, 28 * day_ms);
    Pb__GetProvisionResponse *fresh = call(fixture, PROVISIONS("GetProvision"), &get.base, CODE_OK);
    cr_assert(fresh->n_stale_groups == 0 && !fresh->unverified);
    pass_ms(fixture, 1);
    Pb__GetProvisionResponse *stale = call(fixture, PROVISIONS("GetProvision"), &get.base, CODE_OK);
    cr_assert(stale->n_stale_groups == 1);
    cr_assert_str_eq(stale->stale_groups[0], group->id);
    Pb__SetVacancyRequest nothing_free = PB__SET_VACANCY_REQUEST__INIT;
    nothing_free.place_group_id = group->id;
    call(fixture, PROVISIONS("SetVacancy"), &nothing_free.base, CODE_OK);
    Pb__GetProvisionResponse *anew = call(fixture, PROVISIONS("GetProvision"), &get.base, CODE_OK);
    cr_assert(anew->n_stale_groups == 0);
    fixture_destroy(fixture);
}

/* The home as the host writes it: its registration so, run by that provider ("": nobody). */
static void update_home(struct fixture *fixture, const Pb__PlaceGroup *group, Pb__RegistrationStatus status,
                        const char *provider_id)
{
    Pb__GetProvisionRequest get = PB__GET_PROVISION_REQUEST__INIT;
    get.provision_id = group->provision_id;
    Pb__GetProvisionResponse *found = call(fixture, PROVISIONS("GetProvision"), &get.base, CODE_OK);
    Pb__UpdateProvisionRequest request = PB__UPDATE_PROVISION_REQUEST__INIT;
    request.provision = found->provision;
    request.provision->status = status;
    request.provision->provider_id = provider_id;
    call(fixture, PROVISIONS("UpdateProvision"), &request.base, CODE_OK);
}

static void *take(struct fixture *fixture, Pb__Placement *wanted, enum code expected)
{
    Pb__TakePlaceRequest request = PB__TAKE_PLACE_REQUEST__INIT;
    request.placement = wanted;
    return call(fixture, PLACEMENTS("TakePlace"), &request.base, expected);
}

/* rule X6: of two LAs that want the last place, one is told no; rule R5: the vacancy is lowered with it. */
Test(placements, the_last_place_is_taken_once)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    const Pb__PlaceGroup *group = add_home(fixture, 1);
    Pb__Placement first = placement(group, HERTS, "H-1"), second = placement(group, BEDFORD, "B-1");
    Pb__TakePlaceResponse *taken = take(fixture, &first, CODE_OK);
    cr_assert(taken->placement->taken && taken->still_free == 0);
    const Pb__Vacancy *vacancy = vacancy_of(fixture, group);
    cr_assert(vacancy->taken_since == 1 && vacancy->n_free == 1);
    cr_assert_str_eq(vacancy->free[0]->until, "2026-06-04");
    take(fixture, &second, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_NO_PLACE_FREE);
    cr_assert_str_eq(fixture->status->field, "place_group_id");
    cr_assert(vacancy_of(fixture, group)->taken_since == 1, "a refused one leaves nothing");
    second.start_on = "2026-06-01", second.end_on = "2026-06-04";
    take(fixture, &second, CODE_OK);
    cr_assert(vacancy_of(fixture, group)->n_free == 0);

    /* rule R5: until the provider confirms anew. */
    Pb__FreePeriod period = PB__FREE_PERIOD__INIT;
    Pb__FreePeriod *free[] = {&period};
    period.from = "2026-06-20", period.places = 1;
    Pb__SetVacancyRequest anew = PB__SET_VACANCY_REQUEST__INIT;
    anew.place_group_id = group->id, anew.free = free, anew.n_free = 1, anew.confirmed_at_ms = 5;
    call(fixture, PROVISIONS("SetVacancy"), &anew.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_CONFIRMED_BEFORE);
    anew.confirmed_at_ms = fixture->wall_ms - 1;
    Pb__SetVacancyResponse *stated = call(fixture, PROVISIONS("SetVacancy"), &anew.base, CODE_OK);
    cr_assert(stated->vacancy->taken_since == 0);
    cr_assert(stated->vacancy->confirmed_at_ms == fixture->wall_ms - 1);
    anew.version = stated->vacancy->meta->version - 1;
    call(fixture, PROVISIONS("SetVacancy"), &anew.base, CODE_ABORTED);
    cr_assert(fixture->status->conflict && fixture->status->conflict->stored.len > 0,
              "rule R10: both versions");
    fixture_destroy(fixture);
}

/* rule X1: what is never a result is not taken either, by somebody who searched before; that a child is there
 * is recorded all the same (rule R6). */
Test(placements, no_place_is_taken_where_none_is_offered)
{
    static const Pb__RegistrationStatus never[] = {
        PB__REGISTRATION_STATUS__REGISTRATION_STATUS_SUSPENDED,
        PB__REGISTRATION_STATUS__REGISTRATION_STATUS_PROPOSED,
    };
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    const Pb__PlaceGroup *group = add_home(fixture, 2);
    Pb__Placement wanted = placement(group, HERTS, "H-1");
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        update_home(fixture, group, never[i], "");
        take(fixture, &wanted, CODE_FAILED_PRECONDITION);
        said(fixture, REFUSAL_NOT_OFFERED);
        cr_assert(vacancy_of(fixture, group)->taken_since == 0);
    }
    Pb__RecordPlacementRequest there = PB__RECORD_PLACEMENT_REQUEST__INIT;
    there.placement = &wanted;
    call(fixture, PLACEMENTS("RecordPlacement"), &there.base, CODE_OK);

    Pb__Provider provider = PB__PROVIDER__INIT;
    provider.name = "Willow Care", provider.state = PB__PROVIDER_STATE__PROVIDER_STATE_SUSPENDED;
    Pb__UpdateProviderRequest keep = PB__UPDATE_PROVIDER_REQUEST__INIT;
    keep.provider = &provider;
    Pb__UpdateProviderResponse *kept = call(fixture, PROVIDERS("UpdateProvider"), &keep.base, CODE_OK);
    update_home(fixture, group, PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE, kept->provider->id);
    wanted.reference = "H-2";
    take(fixture, &wanted, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_NOT_OFFERED);
    Pb__DecideProviderRequest decide = PB__DECIDE_PROVIDER_REQUEST__INIT;
    decide.provider_id = kept->provider->id, decide.version = kept->provider->meta->version;
    decide.state = PB__PROVIDER_STATE__PROVIDER_STATE_APPROVED;
    call(fixture, PROVIDERS("DecideProvider"), &decide.base, CODE_OK);
    take(fixture, &wanted, CODE_OK);
    fixture_destroy(fixture);
}

/* rule X6: never more placements than places. A group that is made smaller has no more free than it has, and
 * what was stated goes on standing otherwise. */
Test(placements, a_smaller_group_has_fewer_free)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    const Pb__PlaceGroup *group = add_home(fixture, 3);
    int64_t confirmed_at_ms = vacancy_of(fixture, group)->confirmed_at_ms;
    pass_ms(fixture, 1000);
    Pb__PlaceGroup smaller = *group;
    smaller.places = 1;
    Pb__UpdatePlaceGroupRequest request = PB__UPDATE_PLACE_GROUP_REQUEST__INIT;
    request.place_group = &smaller;
    call(fixture, PROVISIONS("UpdatePlaceGroup"), &request.base, CODE_OK);
    const Pb__Vacancy *vacancy = vacancy_of(fixture, group);
    cr_assert(vacancy->n_free == 1 && vacancy->free[0]->places == 1);
    cr_assert(vacancy->confirmed_at_ms == confirmed_at_ms, "the provider did not confirm it");
    Pb__Placement first = placement(group, HERTS, "H-1"), second = placement(group, HERTS, "H-2");
    take(fixture, &first, CODE_OK);
    take(fixture, &second, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_NO_PLACE_FREE);
    fixture_destroy(fixture);
}

/* rule R6: never refused for lack of places, only flagged; the local LA is told; others see that it exists.
 */
Test(placements, recording_is_flagged_not_refused)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    const Pb__PlaceGroup *group = add_home(fixture, 1);
    Pb__Placement first = placement(group, HERTS, "H-1"), second = placement(group, HERTS, "H-2"),
                  own = placement(group, BEDFORD, "B-1");
    Pb__RecordPlacementRequest request = PB__RECORD_PLACEMENT_REQUEST__INIT;
    request.placement = &first;
    Pb__RecordPlacementResponse *one = call(fixture, PLACEMENTS("RecordPlacement"), &request.base, CODE_OK);
    cr_assert(!one->placement->over_capacity && !one->placement->taken);
    request.placement = &second;
    Pb__RecordPlacementResponse *two = call(fixture, PLACEMENTS("RecordPlacement"), &request.base, CODE_OK);
    cr_assert(two->placement->over_capacity);
    cr_assert(vacancy_of(fixture, group)->taken_since == 0, "what exists already lowers nothing");
    call(fixture, PLACEMENTS("RecordPlacement"), &request.base, CODE_ALREADY_EXISTS);
    said(fixture, REFUSAL_REFERENCE_KNOWN);
    request.placement = &own;
    call(fixture, PLACEMENTS("RecordPlacement"), &request.base, CODE_OK);

    Pb__ListLocalNoticesRequest told = PB__LIST_LOCAL_NOTICES_REQUEST__INIT;
    told.authority_id = BEDFORD;
    Pb__ListLocalNoticesResponse *notices =
        call(fixture, PLACEMENTS("ListLocalNotices"), &told.base, CODE_OK);
    cr_assert(notices->n_notices == 2, "of Hertfordshire's two, not of its own");
    cr_assert_str_eq(notices->notices[0]->authority_id, HERTS);
    fixture_destroy(fixture);
}

static size_t notices_to(struct fixture *fixture, const char *gss)
{
    Pb__ListLocalNoticesRequest told = PB__LIST_LOCAL_NOTICES_REQUEST__INIT;
    told.authority_id = gss;
    Pb__ListLocalNoticesResponse *notices =
        call(fixture, PLACEMENTS("ListLocalNotices"), &told.base, CODE_OK);
    return notices->n_notices;
}

static void move_to_area(struct fixture *fixture, const Pb__PlaceGroup *group, const char *gss)
{
    Pb__GetProvisionRequest get = PB__GET_PROVISION_REQUEST__INIT;
    get.provision_id = group->provision_id;
    Pb__GetProvisionResponse *found = call(fixture, PROVISIONS("GetProvision"), &get.base, CODE_OK);
    Pb__UpdateProvisionRequest request = PB__UPDATE_PROVISION_REQUEST__INIT;
    request.provision = found->provision, request.provision->local_authority = gss;
    call(fixture, PROVISIONS("UpdateProvision"), &request.base, CODE_OK);
    pass_ms(fixture, 2000);
}

/* rule R6: in whose area a home stands may be learned after a child was placed there; the duty to tell that
 * LA does not lapse. */
Test(placements, the_local_authority_is_told_once_it_is_known)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    const Pb__PlaceGroup *group = add_home(fixture, 3);
    move_to_area(fixture, group, "");
    Pb__Placement lasts = placement(group, HERTS, "H-1"), ended = placement(group, HERTS, "H-2"),
                  own = placement(group, BEDFORD, "B-1"), *all[] = {&lasts, &ended, &own};
    ended.start_on = "2026-01-01", ended.end_on = "2026-02-01";
    Pb__RecordPlacementRequest record = PB__RECORD_PLACEMENT_REQUEST__INIT;
    for (size_t i = 0; i < COUNT(all); i++) {
        record.placement = all[i];
        call(fixture, PLACEMENTS("RecordPlacement"), &record.base, CODE_OK);
    }
    cr_assert_eq(notices_to(fixture, BEDFORD), 0);
    move_to_area(fixture, group, BEDFORD);
    cr_assert_eq(notices_to(fixture, BEDFORD), 1, "of the child that is there, and not of its own");
    move_to_area(fixture, group, HERTS);
    cr_assert_eq(notices_to(fixture, HERTS), 1, "of Bedford's, where the area is another now");
    fixture_destroy(fixture);
}

/* rules R6, S1: the placing LA alone. */
Test(placements, another_authority_sees_and_does_nothing)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    const Pb__PlaceGroup *group = add_home(fixture, 3);
    Pb__Placement made = placement(group, "", "H-1");
    fixture->claim = claim_of(fixture, HERTS, "", PB__ROLE__ROLE_PLACEMENT_OFFICER);
    Pb__TakePlaceResponse *taken = take(fixture, &made, CODE_OK);
    cr_assert_str_eq(taken->placement->authority_id, HERTS, "the person's own");

    Pb__GetPlacementRequest get = PB__GET_PLACEMENT_REQUEST__INIT;
    get.placement_id = "H-1";
    call(fixture, PLACEMENTS("GetPlacement"), &get.base, CODE_OK);
    fixture->claim = claim_of(fixture, BEDFORD, "", PB__ROLE__ROLE_PLACEMENT_OFFICER);
    call(fixture, PLACEMENTS("GetPlacement"), &get.base, CODE_NOT_FOUND);
    fixture->claim = claim_of_two(fixture, BEDFORD, "", PB__ROLE__ROLE_PLACEMENT_OFFICER,
                                  PB__ROLE__ROLE_HOST_ADMINISTRATOR);
    get.authority_id = HERTS;
    call(fixture, PLACEMENTS("GetPlacement"), &get.base,
         CODE_NOT_FOUND); /* nor as the host's administrator */
    get.placement_id = taken->placement->id;
    call(fixture, PLACEMENTS("GetPlacement"), &get.base, CODE_NOT_FOUND);
    Pb__EndPlacementRequest finish = PB__END_PLACEMENT_REQUEST__INIT;
    finish.placement_id = taken->placement->id, finish.end_on = "2026-07-01";
    call(fixture, PLACEMENTS("EndPlacement"), &finish.base, CODE_NOT_FOUND);
    Pb__ListPlacementsRequest list = PB__LIST_PLACEMENTS_REQUEST__INIT;
    list.authority_id = HERTS;
    call(fixture, PLACEMENTS("ListPlacements"), &list.base, CODE_PERMISSION_DENIED);
    made.authority_id = HERTS, made.reference = "H-2";
    take(fixture, &made, CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_NOT_OWN_AUTHORITY);
    fixture_destroy(fixture);
}

Test(placements, ending)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    const Pb__PlaceGroup *group = add_home(fixture, 1);
    Pb__Placement made = placement(group, HERTS, "H-1");
    take(fixture, &made, CODE_OK);
    Pb__EndPlacementRequest finish = PB__END_PLACEMENT_REQUEST__INIT;
    finish.placement_id = "H-1", finish.authority_id = HERTS, finish.end_on = "2026-06-04";
    call(fixture, PLACEMENTS("EndPlacement"), &finish.base, CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_END_BEFORE_START);
    finish.end_on = "2026-06-30";
    Pb__EndPlacementResponse *ended = call(fixture, PLACEMENTS("EndPlacement"), &finish.base, CODE_OK);
    uint64_t version = ended->placement->meta->version, sequence = fixture->sequence;
    ended = call(fixture, PLACEMENTS("EndPlacement"), &finish.base, CODE_OK);
    cr_assert(ended->placement->meta->version == version && fixture->sequence == sequence,
              "the same answer, nothing written");
    finish.end_on = "2026-07-01";
    call(fixture, PLACEMENTS("EndPlacement"), &finish.base, CODE_FAILED_PRECONDITION);
    finish.version = version;
    call(fixture, PLACEMENTS("EndPlacement"), &finish.base, CODE_OK);
    call(fixture, PLACEMENTS("EndPlacement"), &finish.base, CODE_OK); /* the same again */
    finish.end_on = "2026-07-02";
    call(fixture, PLACEMENTS("EndPlacement"), &finish.base, CODE_ABORTED); /* rule R10 */
    cr_assert(vacancy_of(fixture, group)->n_free == 1, "the provider states the vacancy itself");
    fixture_destroy(fixture);
}

/* rule S2: what is erased can be read nowhere again; that it existed still counts. */
Test(placements, erasing)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    const Pb__PlaceGroup *group = add_home(fixture, 1);
    Pb__Placement made = placement(group, HERTS, "H-1");
    take(fixture, &made, CODE_OK);
    Pb__ErasePlacementRequest erase = PB__ERASE_PLACEMENT_REQUEST__INIT;
    erase.placement_id = "H-1", erase.authority_id = HERTS;
    call(fixture, PLACEMENTS("ErasePlacement"), &erase.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_NOT_ENDED);
    Pb__EndPlacementRequest finish = PB__END_PLACEMENT_REQUEST__INIT;
    finish.placement_id = "H-1", finish.authority_id = HERTS, finish.end_on = "2026-06-30";
    Pb__EndPlacementResponse *ended = call(fixture, PLACEMENTS("EndPlacement"), &finish.base, CODE_OK);
    pass_ms(fixture, INT64_C(31) * 24 * 60 * 60 * 1000);
    Pb__ReadHistoryRequest past = PB__READ_HISTORY_REQUEST__INIT;
    past.record_type = "ccrag.v1.Placement", past.id = ended->placement->id;
    Pb__ReadHistoryResponse *history = call(fixture, "ccrag.v1.FeedService/ReadHistory", &past.base, CODE_OK);
    cr_assert(history->n_entries == 1, "for the operator (rule R6)");
    fixture->claim = claim_of(fixture, BEDFORD, "", PB__ROLE__ROLE_PLACEMENT_OFFICER);
    history = call(fixture, "ccrag.v1.FeedService/ReadHistory", &past.base, CODE_OK);
    cr_assert(history->n_entries == 0, "not for another LA");
    fixture->claim = claim_of(fixture, "", "", PB__ROLE__ROLE_AUDITOR);
    history = call(fixture, "ccrag.v1.FeedService/ReadHistory", &past.base, CODE_OK);
    cr_assert(history->n_entries == 0, "not for who reads all but what is child-level");
    fixture->claim = claim_of(fixture, HERTS, "", PB__ROLE__ROLE_PLACEMENT_OFFICER);
    history = call(fixture, "ccrag.v1.FeedService/ReadHistory", &past.base, CODE_OK);
    cr_assert(history->n_entries == 1, "as it was before it ended");
    call(fixture, PLACEMENTS("ErasePlacement"), &erase.base, CODE_PERMISSION_DENIED);
    fixture->claim = claim_of(fixture, HERTS, "", PB__ROLE__ROLE_AUTHORITY_ADMINISTRATOR);
    call(fixture, PLACEMENTS("ErasePlacement"), &erase.base, CODE_OK);
    call(fixture, PLACEMENTS("ErasePlacement"), &erase.base, CODE_NOT_FOUND);
    history = call(fixture, "ccrag.v1.FeedService/ReadHistory", &past.base, CODE_OK);
    cr_assert(history->n_entries == 0);
    fixture->claim = NULL;
    struct store_txn *txn;
    ProtobufCMessage *fact = NULL;
    cr_assert(store_read_begin(service_store(fixture->service), &txn) == CODE_OK);
    cr_assert(record_get(txn, &table_placement_facts, key_of_uuid(ended->placement->id, &fixture->arena),
                         &fixture->arena, &fact) == CODE_OK);
    cr_assert_str_eq(((Pb__PlacementFact *)(void *)fact)->end_on, "2026-06-30");
    cr_assert(((Pb__PlacementFact *)(void *)fact)->erased, "who keeps something of it hears that");
    store_end(txn);
    fixture_destroy(fixture);
}

/* rule R6: a file's rows one by one; importing it twice adds nothing, not even to the journal. */
Test(placements, importing_twice_adds_nothing)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    const Pb__PlaceGroup *group = add_home(fixture, 2);
    Pb__Placement rows[6];
    Pb__Placement *list[COUNT(rows)];
    const char *references[] = {"H-1", "H-2", "H-3", "A Name", "H-1", "H-5"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        rows[i] = placement(group, HERTS, references[i]);
        list[i] = &rows[i];
    }
    rows[4].end_on = "2026-09-01"; /* H-1 again, ended: the later row counts */
    rows[5].provision_id = "ofsted:SC000000";
    Pb__ImportPlacementsRequest request = PB__IMPORT_PLACEMENTS_REQUEST__INIT;
    request.placements = list, request.n_placements = COUNT(rows);
    Pb__ImportPlacementsResponse *first =
        call(fixture, PLACEMENTS("ImportPlacements"), &request.base, CODE_OK);
    cr_assert(first->result->added == 3 && first->result->changed == 1 && first->result->n_rejects == 2);
    const Pb__ImportReject *of_name = first->result->rejects[1], *of_urn = first->result->rejects[0];
    cr_assert(of_urn->row == 5 && of_name->row == 3);
    cr_assert_str_eq(of_urn->field, "provision_id");
    cr_assert_str_eq(of_name->field, "reference");
    cr_assert(strstr(of_name->reason, "'A Name'"), "%s", of_name->reason);
    uint64_t sequence = fixture->sequence;

    request.n_placements = 3, list[0] = &rows[4]; /* the file as it would come again */
    Pb__ImportPlacementsResponse *again =
        call(fixture, PLACEMENTS("ImportPlacements"), &request.base, CODE_OK);
    cr_assert(again->result->unchanged == 3 && again->result->added == 0 && again->result->changed == 0);
    cr_assert(fixture->sequence == sequence, "nothing in the journal");

    Pb__ListPlacementsRequest all = PB__LIST_PLACEMENTS_REQUEST__INIT;
    Pb__PageRequest page = PB__PAGE_REQUEST__INIT;
    all.authority_id = HERTS, all.with_ended = true, all.page = &page, page.size = 2;
    Pb__ListPlacementsResponse *some = call(fixture, PLACEMENTS("ListPlacements"), &all.base, CODE_OK);
    cr_assert(some->n_placements == 2 && some->page->next.len > 0);
    page.after = some->page->next;
    Pb__ListPlacementsResponse *rest = call(fixture, PLACEMENTS("ListPlacements"), &all.base, CODE_OK);
    cr_assert(rest->n_placements == 1 && rest->page->next.len == 0);
    int over = rest->placements[0]->over_capacity;
    for (size_t i = 0; i < 2; i++)
        over += some->placements[i]->over_capacity;
    cr_assert(over == 2, "two places, three children: the third, and the first when it changed");
    fixture_destroy(fixture);
}

/* rule S2: the file that still has it does not bring it back, nor count it twice. */
Test(placements, erased_are_not_made_again_by_a_file)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    const Pb__PlaceGroup *group = add_home(fixture, 2);
    Pb__Placement row = placement(group, HERTS, "H-1"), other = placement(group, BEDFORD, "H-1");
    row.start_on = "2026-01-05", row.end_on = "2026-02-05";
    Pb__Placement *list[] = {&row};
    Pb__ImportPlacementsRequest file = PB__IMPORT_PLACEMENTS_REQUEST__INIT;
    file.placements = list, file.n_placements = 1;
    Pb__ImportPlacementsResponse *read = call(fixture, PLACEMENTS("ImportPlacements"), &file.base, CODE_OK);
    cr_assert_eq(read->result->added, 1);
    Pb__ErasePlacementRequest erase = PB__ERASE_PLACEMENT_REQUEST__INIT;
    erase.placement_id = "H-1", erase.authority_id = HERTS;
    call(fixture, PLACEMENTS("ErasePlacement"), &erase.base, CODE_OK);
    read = call(fixture, PLACEMENTS("ImportPlacements"), &file.base, CODE_OK);
    cr_assert(read->result->added == 0 && read->result->n_rejects == 1);
    cr_assert_str_eq(read->result->rejects[0]->field, "reference");
    Pb__RecordPlacementRequest record = PB__RECORD_PLACEMENT_REQUEST__INIT;
    record.placement = &row;
    call(fixture, PLACEMENTS("RecordPlacement"), &record.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_REFERENCE_ERASED);
    record.placement = &other; /* another LA's references are its own */
    call(fixture, PLACEMENTS("RecordPlacement"), &record.base, CODE_OK);
    fixture_destroy(fixture);
}

/* What was answered to a command is kept, so that it is answered alike when it comes again: of a placement
 * that was erased it is gone too (rule S2). */
Test(placements, erased_are_gone_from_what_was_answered)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    Pb__Placement made = placement(add_home(fixture, 1), HERTS, "H-1");
    const struct uuid taking = uuid_v7(fixture->wall_ms, (const uint8_t[10]){1}),
                      ending = uuid_v7(fixture->wall_ms, (const uint8_t[10]){2});
    Pb__EndPlacementRequest finish = PB__END_PLACEMENT_REQUEST__INIT;
    finish.placement_id = "H-1", finish.authority_id = HERTS, finish.end_on = "2026-06-06";
    for (int again = 0; again < 2; again++) {
        fixture->key = &taking;
        const Pb__TakePlaceResponse *taken = take(fixture, &made, CODE_OK);
        cr_assert_str_eq(taken->placement->reference, "H-1");
        cr_assert_eq(taken->placement->end_on[0], '\0', "as it was answered then");
        fixture->key = &ending;
        const Pb__EndPlacementResponse *ended =
            call(fixture, PLACEMENTS("EndPlacement"), &finish.base, CODE_OK);
        cr_assert_str_eq(ended->placement->end_on, "2026-06-06");
    }
    fixture->key = NULL;
    pass_ms(fixture, INT64_C(6) * 24 * 60 * 60 * 1000);
    Pb__ErasePlacementRequest erase = PB__ERASE_PLACEMENT_REQUEST__INIT;
    erase.placement_id = "H-1", erase.authority_id = HERTS;
    call(fixture, PLACEMENTS("ErasePlacement"), &erase.base, CODE_OK);
    fixture->key = &taking;
    take(fixture, &made, CODE_FAILED_PRECONDITION);
    cr_assert(strstr(fixture->status->message, "erased"), "%s", fixture->status->message);
    fixture->key = &ending;
    call(fixture, PLACEMENTS("EndPlacement"), &finish.base, CODE_FAILED_PRECONDITION);
    cr_assert(strstr(fixture->status->message, "erased"), "%s", fixture->status->message);
    fixture_destroy(fixture);
}

/* rule R10: a file says what its columns say. What officers entered besides stays, an end above all: a list
 * of last week does not open again what ended since, and says so. */
Test(placements, a_file_takes_nothing_away_that_it_does_not_name)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    const Pb__PlaceGroup *group = add_home(fixture, 2);
    Pb__Placement made = placement(group, HERTS, "H-1"), row = placement(group, HERTS, "H-1");
    Pb__Contract contract = PB__CONTRACT__INIT;
    contract.name = "Residential", contract.contract_version = 1, contract.in_force_from = "2025-04-01";
    Pb__PublishContractRequest publish = PB__PUBLISH_CONTRACT_REQUEST__INIT;
    publish.contract = &contract;
    Pb__PublishContractResponse *published =
        call(fixture, PROVIDERS("PublishContract"), &publish.base, CODE_OK);
    made.weekly_fee_pence = 412345, made.placement_code = "K2";
    made.contract_id = published->contract->id, made.contract_version = 1;
    Pb__RecordPlacementRequest record = PB__RECORD_PLACEMENT_REQUEST__INIT;
    record.placement = &made;
    call(fixture, PLACEMENTS("RecordPlacement"), &record.base, CODE_OK);
    Pb__EndPlacementRequest finish = PB__END_PLACEMENT_REQUEST__INIT;
    finish.placement_id = "H-1", finish.authority_id = HERTS, finish.end_on = "2026-06-30";
    finish.reason = "moved to a foster family";
    call(fixture, PLACEMENTS("EndPlacement"), &finish.base, CODE_OK);

    Pb__Placement *list[] = {&row};
    row.place_group_id = "";
    Pb__ImportPlacementsRequest request = PB__IMPORT_PLACEMENTS_REQUEST__INIT;
    request.placements = list, request.n_placements = 1;
    Pb__ImportPlacementsResponse *first =
        call(fixture, PLACEMENTS("ImportPlacements"), &request.base, CODE_OK);
    cr_assert(first->result->unchanged == 1 && first->result->n_remarks == 1);
    cr_assert_str_eq(first->result->remarks[0]->field, "end_on");
    row.placement_code = "S1"; /* what it does name counts */
    Pb__ImportPlacementsResponse *second =
        call(fixture, PLACEMENTS("ImportPlacements"), &request.base, CODE_OK);
    cr_assert(second->result->changed == 1);
    Pb__GetPlacementRequest get = PB__GET_PLACEMENT_REQUEST__INIT;
    get.placement_id = "H-1", get.authority_id = HERTS;
    Pb__GetPlacementResponse *kept = call(fixture, PLACEMENTS("GetPlacement"), &get.base, CODE_OK);
    cr_assert(kept->placement->weekly_fee_pence == 412345 && kept->placement->contract_version == 1);
    cr_assert_str_eq(kept->placement->end_on, "2026-06-30");
    cr_assert_str_eq(kept->placement->end_reason, "moved to a foster family");
    cr_assert_str_eq(kept->placement->placement_code, "S1");
    fixture_destroy(fixture);
}

/* A reason that is given after the day is not lost. */
Test(placements, a_reason_may_come_later)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    Pb__Placement made = placement(add_home(fixture, 1), HERTS, "H-1");
    take(fixture, &made, CODE_OK);
    Pb__EndPlacementRequest finish = PB__END_PLACEMENT_REQUEST__INIT;
    finish.placement_id = "H-1", finish.authority_id = HERTS, finish.end_on = "2026-06-30";
    call(fixture, PLACEMENTS("EndPlacement"), &finish.base, CODE_OK);
    finish.reason = "the home gave notice";
    Pb__EndPlacementResponse *ended = call(fixture, PLACEMENTS("EndPlacement"), &finish.base, CODE_OK);
    cr_assert_str_eq(ended->placement->end_reason, "the home gave notice");
    finish.reason = "";
    ended = call(fixture, PLACEMENTS("EndPlacement"), &finish.base, CODE_OK);
    cr_assert_str_eq(ended->placement->end_reason, "the home gave notice");
    finish.reason = "another one";
    call(fixture, PLACEMENTS("EndPlacement"), &finish.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_ENDED_ALREADY);
    fixture_destroy(fixture);
}
