/* Who sees what of allocation (rules S1, R10): in the feed, in histories, and a provider's own. */

#include "fixture.h"

#include "common/service/entitlement.h"

static struct principal node_of(const char *authority)
{
    struct principal node = {.name = "node", .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE};
    snprintf(node.authority, sizeof node.authority, "%s", authority);
    return node;
}

/* A node of a member follows, the host's sees what is the host's, one that left nothing. */
Test(sharing, members_follow)
{
    struct fixture *fixture = fixture_create();
    struct principal herts = node_of(HERTS), kent = node_of(KENT);
    struct entitlement entitlement;
    uint64_t of_host, of_member;
    cr_assert(allocation_entitle(fixture->service, &herts, &entitlement, &of_host));
    cr_assert(entitlement.groups & AUDIENCE_HOST);
    cr_assert(allocation_entitle(fixture->service, &kent, &entitlement, &of_member));
    cr_assert(!(entitlement.groups & AUDIENCE_HOST) && of_member != of_host);
    put_member(fixture, KENT, "Kent", 30, PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT);
    settle(fixture);
    cr_assert(!allocation_entitle(fixture->service, &kent, &entitlement, &of_member));
    cr_assert(!allocation_is_demonstration(fixture->service));
    fixture_end(fixture);
}

Test(sharing, audiences)
{
    Pb__Allocation allocation = PB__ALLOCATION__INIT;
    allocation.provider_id = PROVIDER_ONE;
    const struct entitlement members = {.groups = AUDIENCE_MEMBERS}, host = {.groups = AUDIENCE_HOST},
                             service = {.groups = AUDIENCE_SERVICES}, worker = {.groups = AUDIENCE_WORKERS},
                             own = {.name = PROVIDER_ONE}, other = {.name = PROVIDER_TWO};
    for (const struct table *const *at = allocation_tables; *at; at++) {
        struct audience audience = {0};
        if (!((*at)->flags & TABLE_JOURNAL)) {
            cr_assert_null((*at)->audience, "%s", (*at)->name);
            continue;
        }
        ProtobufCMessage *empty = protobuf_c_message_unpack((*at)->type, NULL, 0, NULL);
        (*at)->audience(*at == &allocation_allocations ? &allocation.base : empty, &audience);
        protobuf_c_message_free_unpacked(empty, NULL);
        cr_assert(audience_admits(&audience, &members) && audience_admits(&audience, &host) &&
                      audience_admits(&audience, &service) && !audience_admits(&audience, &worker),
                  "%s", (*at)->name);
        cr_assert(audience_admits(&audience, &own) == (*at == &allocation_allocations), "%s", (*at)->name);
        cr_assert(!audience_admits(&audience, &other), "%s", (*at)->name);
    }
    static const struct table *const kept[] = {&allocation_cycles, &allocation_allocations, &allocation_tasks,
                                               &allocation_transfers};
    for (size_t i = 0; i < COUNT(kept); i++)
        cr_assert(kept[i]->flags & TABLE_HISTORY, "%s (rule R10)", kept[i]->name);
}

/* A provider's people see who has their own provisions, and no more. */
Test(sharing, a_provider_sees_its_own)
{
    struct fixture *fixture = fixture_published();
    put_stay(fixture, 10, HERTS, 1, "2026-01-05", "2026-05-31");
    settle(fixture);
    cr_assert(task_of(fixture, 1));
    fixture->claim = claim_of(fixture, "", PROVIDER_ONE, PB__ROLE__ROLE_PROVIDER_USER);
    const Pb__GetAllocationResponse *own = allocation_at(fixture, 1);
    cr_assert_str_eq(own->allocation->authority_id, HERTS);
    cr_assert(own->n_terms == 1 && !own->present && !own->task);
    Pb__GetAllocationRequest request = PB__GET_ALLOCATION_REQUEST__INIT;
    request.provision_id = home_id(fixture, 2);
    call(fixture, ALLOCATION("GetAllocation"), &request.base, CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_NOT_YOUR_PROVISION);
    Pb__ListAllocationsRequest list = PB__LIST_ALLOCATIONS_REQUEST__INIT;
    call(fixture, ALLOCATION("ListAllocations"), &list.base, CODE_PERMISSION_DENIED);
    fixture_end(fixture);
}

/* rule R1: only an active member sees what the region shares, by whatever method. */
Test(sharing, who_has_left_reads_nothing)
{
    struct fixture *fixture = fixture_published();
    Pb__ListAllocationTermsRequest terms = PB__LIST_ALLOCATION_TERMS_REQUEST__INIT;
    Pb__GetAllocationRequest home = PB__GET_ALLOCATION_REQUEST__INIT;
    terms.authority_id = KENT;
    home.provision_id = home_id(fixture, 1);
    const struct {
        const char *method;
        const ProtobufCMessage *request;
    } reads[] = {
        {ALLOCATION("ListCycles"), &(Pb__ListCyclesRequest)PB__LIST_CYCLES_REQUEST__INIT.base},
        {ALLOCATION("ListProposals"), &(Pb__ListProposalsRequest)PB__LIST_PROPOSALS_REQUEST__INIT.base},
        {ALLOCATION("GetProposal"), &(Pb__GetProposalRequest)PB__GET_PROPOSAL_REQUEST__INIT.base},
        {ALLOCATION("CompareProposal"), &(Pb__CompareProposalRequest)PB__COMPARE_PROPOSAL_REQUEST__INIT.base},
        {ALLOCATION("GetAllocation"), &home.base},
        {ALLOCATION("ListAllocations"), &(Pb__ListAllocationsRequest)PB__LIST_ALLOCATIONS_REQUEST__INIT.base},
        {ALLOCATION("ListAllocationTerms"), &terms.base},
        {ALLOCATION("ListAllocationTasks"),
         &(Pb__ListAllocationTasksRequest)PB__LIST_ALLOCATION_TASKS_REQUEST__INIT.base},
        {ALLOCATION("ReportLoad"), &(Pb__ReportLoadRequest)PB__REPORT_LOAD_REQUEST__INIT.base},
        {ALLOCATION("ReportSavings"), &(Pb__ReportSavingsRequest)PB__REPORT_SAVINGS_REQUEST__INIT.base},
        {TRANSFERS("ListTransfers"), &(Pb__ListTransfersRequest)PB__LIST_TRANSFERS_REQUEST__INIT.base},
    };
    fixture->claim = claim_of(fixture, KENT, "", PB__ROLE__ROLE_QUALITY_OFFICER);
    for (size_t i = 0; i < COUNT(reads); i++)
        call(fixture, reads[i].method, reads[i].request, CODE_OK);
    put_member(fixture, KENT, "Kent", 30, PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT);
    settle(fixture);
    for (size_t i = 0; i < COUNT(reads); i++) {
        call(fixture, reads[i].method, reads[i].request, CODE_PERMISSION_DENIED);
        said(fixture, REFUSAL_READER_NOT_MEMBER);
    }
    fixture_end(fixture);
}

/* rule R10: every state of an allocation, and who had what over the cycles. */
Test(sharing, histories)
{
    struct fixture *fixture = fixture_published();
    Pb__ChooseAllocationRequest choose = PB__CHOOSE_ALLOCATION_REQUEST__INIT;
    choose.provision_id = home_id(fixture, 1), choose.authority_id = BEDFORD, choose.reason = "as agreed";
    call(fixture, ALLOCATION("ChooseAllocation"), &choose.base, CODE_OK);
    Pb__ReadHistoryRequest past = PB__READ_HISTORY_REQUEST__INIT;
    past.record_type = "ccrag.v1.Allocation", past.id = home_id(fixture, 1), past.with_present = true;
    Pb__ReadHistoryResponse *states = call(fixture, "ccrag.v1.FeedService/ReadHistory", &past.base, CODE_OK);
    cr_assert(states->n_entries == 2 && states->entries[0]->version == 2);

    Pb__ListAllocationTermsRequest terms = PB__LIST_ALLOCATION_TERMS_REQUEST__INIT;
    call(fixture, ALLOCATION("ListAllocationTerms"), &terms.base, CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_NAME_ONE);
    terms.provision_id = "SC000001";
    Pb__ListAllocationTermsResponse *of_home =
        call(fixture, ALLOCATION("ListAllocationTerms"), &terms.base, CODE_OK);
    cr_assert(of_home->n_terms == 2);
    cr_assert_str_eq(of_home->terms[0]->authority_id, HERTS);
    cr_assert_str_eq(of_home->terms[0]->until, "2026-06-01");
    cr_assert_str_eq(of_home->terms[1]->authority_id, BEDFORD);
    terms.provision_id = "", terms.authority_id = BEDFORD;
    Pb__ListAllocationTermsResponse *of_bedford =
        call(fixture, ALLOCATION("ListAllocationTerms"), &terms.base, CODE_OK);
    cr_assert(of_bedford->n_terms == 2, "home 2 from the beginning, and home 1");
    fixture_end(fixture);
}

/* What an allocation tells of its provision follows the registry; a URN that wanders finds its provision. */
Test(sharing, a_provision_is_renamed)
{
    struct fixture *fixture = fixture_published();
    Pb__GeoPoint point = PB__GEO_POINT__INIT;
    Pb__Provision home = home_of(fixture, 1, &point, 2);
    home.name = "The Willows", home.provider_id = PROVIDER_TWO, home.n_urns = 0;
    source_put_quietly(fixture, &source_provisions, span_of(NULL, 0), &home.base);
    Pb__Provision heir = home_of(fixture, 5, &point, 9);
    heir.urns = (const char *[]){"ofsted:SC000001"};
    source_put(fixture, &source_provisions, &heir.base);
    settle(fixture);
    const Pb__Allocation *now = allocation_at(fixture, 1)->allocation;
    cr_assert_str_eq(now->name, "The Willows");
    cr_assert_str_eq(now->provider_id, PROVIDER_TWO);
    cr_assert(open_tasks(fixture) == 0);
    Pb__GetAllocationRequest by_urn = PB__GET_ALLOCATION_REQUEST__INIT;
    by_urn.provision_id = "ofsted:SC000001";
    Pb__GetAllocationResponse *found = call(fixture, ALLOCATION("GetAllocation"), &by_urn.base, CODE_OK);
    cr_assert(!found->allocation, "home 5 has it, and nobody places there");
    fixture_end(fixture);
}
