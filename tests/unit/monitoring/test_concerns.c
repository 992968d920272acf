/* Concerns (rule M5): raised at once by any member or the host, told to searches in the same command. */

#include "fixture.h"

static const Pb__Concern *raise_it(struct fixture *fixture, const char *gss, Pb__ConcernState state,
                                   enum code expected)
{
    Pb__RaiseConcernRequest request = PB__RAISE_CONCERN_REQUEST__INIT;
    request.provision_id = "SC000001", request.authority_id = gss, request.text = "a broken fire door";
    request.severity = PB__CONCERN_SEVERITY__CONCERN_SEVERITY_HIGH, request.state = state;
    const Pb__RaiseConcernResponse *response =
        call(fixture, CONCERNS("RaiseConcern"), &request.base, expected);
    return response ? response->concern : NULL;
}

static void update_it(struct fixture *fixture, const char *id, uint64_t version, Pb__ConcernState state,
                      enum code expected)
{
    Pb__UpdateConcernRequest request = PB__UPDATE_CONCERN_REQUEST__INIT;
    request.concern_id = id, request.version = version, request.state = state, request.finding = "seen to";
    call(fixture, CONCERNS("UpdateConcern"), &request.base, expected);
}

static void told(struct fixture *fixture, unsigned open, unsigned suspensions)
{
    const Pb__ProvisionQuality *quality = stored(fixture, &monitoring_quality, home_id(fixture, 1));
    cr_assert(quality && quality->open_concerns == open && quality->suspensions == suspensions,
              "%u open, %u suspended", quality ? quality->open_concerns : 0,
              quality ? quality->suspensions : 0);
}

#define RAISED        PB__CONCERN_STATE__CONCERN_STATE_RAISED
#define INVESTIGATING PB__CONCERN_STATE__CONCERN_STATE_INVESTIGATING
#define SUSPENDED     PB__CONCERN_STATE__CONCERN_STATE_SUSPENDED
#define RESOLVED      PB__CONCERN_STATE__CONCERN_STATE_RESOLVED

Test(concerns, raised_carried_on_and_resolved)
{
    struct fixture *fixture = fixture_create();
    as_officer(fixture, KENT);
    const char *id = raise_it(fixture, "", RAISED, CODE_OK)->id;
    told(fixture, 1, 0);
    as_officer(fixture, BEDFORD);
    update_it(fixture, id, 0, INVESTIGATING, CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_CONCERN_NOT_YOURS);
    as_officer(fixture, HERTS);
    update_it(fixture, id, 1, SUSPENDED, CODE_OK);
    told(fixture, 1, 1);
    update_it(fixture, id, 1, SUSPENDED, CODE_ABORTED);
    update_it(fixture, id, 0, RESOLVED, CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_CONCERN_NOT_YOURS_TO_END);
    as_officer(fixture, KENT);
    update_it(fixture, id, 2, RESOLVED, CODE_OK);
    told(fixture, 0, 0);
    update_it(fixture, id, 0, INVESTIGATING, CODE_FAILED_PRECONDITION);
    Pb__ListConcernsRequest list = PB__LIST_CONCERNS_REQUEST__INIT;
    const Pb__ListConcernsResponse *open = call(fixture, CONCERNS("ListConcerns"), &list.base, CODE_OK);
    cr_assert(open->n_concerns == 0);
    list.with_resolved = true, list.provision_id = home_id(fixture, 1);
    open = call(fixture, CONCERNS("ListConcerns"), &list.base, CODE_OK);
    cr_assert(open->n_concerns == 1);
    cr_assert_str_eq(open->concerns[0]->raised_by, KENT);
    Pb__ReadHistoryRequest past = PB__READ_HISTORY_REQUEST__INIT;
    past.record_type = "ccrag.v1.Concern", past.id = id;
    const Pb__ReadHistoryResponse *states =
        call(fixture, "ccrag.v1.FeedService/ReadHistory", &past.base, CODE_OK);
    cr_assert(states->n_entries == 2);
    fixture_end(fixture);
}

/* rule R10: who ends a suspension has seen it. One that was made since the concern was read is not lifted by
 * whoever resolves what it was before. */
Test(concerns, a_suspension_is_ended_by_who_has_seen_it)
{
    struct fixture *fixture = fixture_create();
    as_officer(fixture, KENT);
    const char *id = raise_it(fixture, "", RAISED, CODE_OK)->id;
    as_officer(fixture, HERTS);
    update_it(fixture, id, 1, SUSPENDED, CODE_OK);
    as_officer(fixture, KENT);
    update_it(fixture, id, 0, RESOLVED, CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_CONCERN_VERSION_MISSING);
    update_it(fixture, id, 0, INVESTIGATING, CODE_INVALID_ARGUMENT);
    update_it(fixture, id, 1, RESOLVED, CODE_ABORTED);
    told(fixture, 1, 1);
    update_it(fixture, id, 0, SUSPENDED, CODE_OK); /* what takes nothing back may */
    update_it(fixture, id, 2, RESOLVED, CODE_OK);
    told(fixture, 0, 0);
    fixture_end(fixture);
}

Test(concerns, by_members_and_the_host_alone)
{
    struct fixture *fixture = fixture_create();
    cr_assert_str_eq(raise_it(fixture, "", SUSPENDED, CODE_OK)->raised_by, "", "the host");
    told(fixture, 1, 1);
    as_officer(fixture, KENT);
    raise_it(fixture, HERTS, RAISED, CODE_PERMISSION_DENIED);
    as_provider(fixture, PROVIDER_ONE);
    raise_it(fixture, "", RAISED, CODE_PERMISSION_DENIED);
    Pb__ListConcernsRequest list = PB__LIST_CONCERNS_REQUEST__INIT;
    call(fixture, CONCERNS("ListConcerns"), &list.base, CODE_PERMISSION_DENIED);
    fixture->claim = NULL;
    put_member(fixture, KENT, "Kent", 30, PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT);
    settle(fixture);
    as_officer(fixture, KENT);
    raise_it(fixture, "", RAISED, CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_CONCERN_NOT_MEMBER);
    call(fixture, CONCERNS("ListConcerns"), &list.base, CODE_PERMISSION_DENIED);
    fixture_end(fixture);
}
