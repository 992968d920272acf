/* Membership, providers, claims and ownership through the real handlers (rules R1 to R4, R7, R8, R10). */

#include "fixture.h"

static const char good_password[] = "tangerine harbour 52 kites";

/* rules R1, R10. */
Test(members, joining_and_leaving)
{
    struct fixture *fixture = fixture_create();
    Pb__ApplyForMembershipRequest apply = PB__APPLY_FOR_MEMBERSHIP_REQUEST__INIT;
    apply.authority_id = "E06000032", apply.name = "Luton", apply.protocol_accepted_by = "A. Director";
    call(fixture, AUTHORITIES("ApplyForMembership"), &apply.base, CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_PROTOCOL_NOT_ACCEPTED);
    apply.protocol_accepted = true;
    Pb__ApplyForMembershipResponse *applied =
        call(fixture, AUTHORITIES("ApplyForMembership"), &apply.base, CODE_OK);
    cr_assert_str_eq(applied->authority->protocol_accepted_on, "2026-06-01");
    call(fixture, AUTHORITIES("ApplyForMembership"), &apply.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_ALREADY_APPLIED);

    Pb__DecideMembershipRequest decide = PB__DECIDE_MEMBERSHIP_REQUEST__INIT;
    decide.authority_id = "E06000032", decide.approve = true, decide.version = 0;
    call(fixture, AUTHORITIES("DecideMembership"), &decide.base, CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_VERSION_MISSING);
    decide.version = 1;
    Pb__DecideMembershipResponse *decided =
        call(fixture, AUTHORITIES("DecideMembership"), &decide.base, CODE_OK);
    cr_assert(decided->authority->state == PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE);

    Pb__UpdateAuthorityRequest edit = PB__UPDATE_AUTHORITY_REQUEST__INIT;
    edit.authority = decided->authority, edit.authority->head_office_postcode = "LU1 2BQ";
    call(fixture, AUTHORITIES("UpdateAuthority"), &edit.base, CODE_OK);
    edit.authority->head_office_postcode = "LU1 2BR";
    call(fixture, AUTHORITIES("UpdateAuthority"), &edit.base, CODE_ABORTED); /* rule R10: a stale edit */
    cr_assert(fixture->status->conflict &&
              strcmp(fixture->status->conflict->record_type, "ccrag.v1.Authority") == 0);
    fixture->claim = claim_of(fixture, BEDFORD, "", PB__ROLE__ROLE_AUTHORITY_ADMINISTRATOR);
    call(fixture, AUTHORITIES("UpdateAuthority"), &edit.base, CODE_PERMISSION_DENIED);
    Pb__LeaveRegionRequest leave = PB__LEAVE_REGION_REQUEST__INIT;
    leave.authority_id = "E06000032", leave.version = 3;
    call(fixture, AUTHORITIES("LeaveRegion"), &leave.base, CODE_PERMISSION_DENIED);
    fixture->claim = claim_of(fixture, "E06000032", "", PB__ROLE__ROLE_AUTHORITY_ADMINISTRATOR);
    call(fixture, AUTHORITIES("LeaveRegion"), &leave.base, CODE_OK);
    fixture_destroy(fixture);
}

static const char *register_provider(struct fixture *fixture, const char *name, const char *email)
{
    Pb__Provider provider = PB__PROVIDER__INIT;
    Pb__RegisterProviderRequest request = PB__REGISTER_PROVIDER_REQUEST__INIT;
    provider.name = name, provider.state = PB__PROVIDER_STATE__PROVIDER_STATE_APPROVED;
    request.provider = &provider, request.person_name = "A. Manager", request.email = email;
    request.password = good_password;
    Pb__RegisterProviderResponse *response =
        call(fixture, PROVIDERS("RegisterProvider"), &request.base, CODE_OK);
    cr_assert(response->provider->state == PB__PROVIDER_STATE__PROVIDER_STATE_UNVERIFIED, "rule R3");
    return response->provider->id;
}

/* rules R3, R4: register, claim, wait for approval, then edit one's own and nothing else. */
/* rule A2 goes by where the office stands: one that was stated of the address before is not kept for another,
 * which an LA that moves could not put right by itself. */
Test(members, an_office_that_moves_takes_its_stated_position_not_along)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    Pb__GeoPoint here = PB__GEO_POINT__INIT;
    here.latitude_e7 = 518000000, here.longitude_e7 = -1000000;
    Pb__GetAuthorityRequest get = PB__GET_AUTHORITY_REQUEST__INIT;
    get.authority_id = HERTS;
    Pb__GetAuthorityResponse *found = call(fixture, AUTHORITIES("GetAuthority"), &get.base, CODE_OK);
    Pb__UpdateAuthorityRequest update = PB__UPDATE_AUTHORITY_REQUEST__INIT;
    update.authority = found->authority, update.authority->head_office = &here;
    Pb__UpdateAuthorityResponse *stated =
        call(fixture, AUTHORITIES("UpdateAuthority"), &update.base, CODE_OK);
    cr_assert(stated->authority->head_office_stated);
    fixture->claim = claim_of(fixture, HERTS, "", PB__ROLE__ROLE_AUTHORITY_ADMINISTRATOR);
    update.authority = stated->authority, update.authority->head_office_address = "Another floor";
    Pb__UpdateAuthorityResponse *same = call(fixture, AUTHORITIES("UpdateAuthority"), &update.base, CODE_OK);
    cr_assert(same->authority->head_office_stated, "as it was stated");
    update.authority = same->authority, update.authority->head_office_postcode = "MK42 9AP";
    Pb__UpdateAuthorityResponse *moved = call(fixture, AUTHORITIES("UpdateAuthority"), &update.base, CODE_OK);
    cr_assert(!moved->authority->head_office_stated);
    cr_assert(!moved->authority->head_office ||
              moved->authority->head_office->latitude_e7 != here.latitude_e7);
    fixture_destroy(fixture);
}

Test(members, a_provider_from_registering_to_editing)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    const Pb__PlaceGroup *group = add_home(fixture, 2);
    const char *provider = register_provider(fixture, "Willows Ltd", "m@willows.example"),
               *rival = register_provider(fixture, "Rival Ltd", "m@rival.example");
    Pb__LoginRequest login = PB__LOGIN_REQUEST__INIT;
    login.email = "m@willows.example", login.password = good_password;
    Pb__LoginResponse *signed_in = call(fixture, PEOPLE("Login"), &login.base, CODE_OK);
    cr_assert_str_eq(signed_in->person->provider_id, provider);

    Pb__GetProvisionRequest get = PB__GET_PROVISION_REQUEST__INIT;
    get.provision_id = group->provision_id;
    Pb__UpdateProvisionRequest edit = PB__UPDATE_PROVISION_REQUEST__INIT;
    Pb__SetVacancyRequest nothing_free = PB__SET_VACANCY_REQUEST__INIT;
    nothing_free.place_group_id = group->id;
    Pb__ClaimProvisionRequest claim = PB__CLAIM_PROVISION_REQUEST__INIT;
    claim.provision_id = group->provision_id, claim.evidence = "our certificate";
    fixture->claim = signed_in->claim;
    edit.provision =
        ((Pb__GetProvisionResponse *)call(fixture, PROVISIONS("GetProvision"), &get.base, CODE_OK))
            ->provision;
    call(fixture, PROVISIONS("UpdateProvision"), &edit.base, CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_NOT_OWN_PROVISION);
    call(fixture, PROVISIONS("SetVacancy"), &nothing_free.base, CODE_PERMISSION_DENIED);
    Pb__ClaimProvisionResponse *claimed = call(fixture, PROVISIONS("ClaimProvision"), &claim.base, CODE_OK);
    call(fixture, PROVISIONS("ClaimProvision"), &claim.base, CODE_ALREADY_EXISTS);
    call(fixture, PROVISIONS("SetVacancy"), &nothing_free.base,
         CODE_PERMISSION_DENIED); /* not before approval */

    Pb__DecideProvisionClaimRequest decide = PB__DECIDE_PROVISION_CLAIM_REQUEST__INIT;
    decide.claim_id = claimed->claim->id, decide.version = 1, decide.approve = true;
    fixture->claim = claim_of(fixture, HERTS, "", PB__ROLE__ROLE_QUALITY_OFFICER);
    call(fixture, PROVISIONS("DecideProvisionClaim"), &decide.base, CODE_OK);
    call(fixture, PROVISIONS("DecideProvisionClaim"), &decide.base, CODE_FAILED_PRECONDITION);

    fixture->claim = signed_in->claim;
    call(fixture, PROVISIONS("SetVacancy"), &nothing_free.base, CODE_OK);
    edit.provision =
        ((Pb__GetProvisionResponse *)call(fixture, PROVISIONS("GetProvision"), &get.base, CODE_OK))
            ->provision;
    edit.provision->services = "Speech therapy", edit.provision->provider_id = rival;
    Pb__UpdateProvisionResponse *edited = call(fixture, PROVISIONS("UpdateProvision"), &edit.base, CODE_OK);
    cr_assert_str_eq(edited->provision->services, "Speech therapy");
    cr_assert_str_eq(edited->provision->provider_id, provider);

    fixture->claim = claim_of(fixture, "", rival, PB__ROLE__ROLE_PROVIDER_USER);
    call(fixture, PROVISIONS("SetVacancy"), &nothing_free.base, CODE_PERMISSION_DENIED);
    call(fixture, PROVISIONS("ClaimProvision"), &claim.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_CLAIMED_BY_OTHER);
    fixture_destroy(fixture);
}

/* rule R3: an invitation is good once. */
/* rule R3: what the host decided is not taken back by a claim that is declined later; and of two claims the
 * one that is left still waits. */
Test(members, a_claim_declined_takes_nothing_from_who_runs_it)
{
    struct fixture *fixture = fixture_create();
    const char *id = add_home(fixture, 2)->provision_id;
    const char *ours = register_provider(fixture, "Willows Ltd", "m@willows.example"),
               *rival = register_provider(fixture, "Rival Ltd", "m@rival.example");
    const char *claimants[] = {ours, rival}, *claims[2];
    Pb__GetProvisionRequest get = PB__GET_PROVISION_REQUEST__INIT;
    get.provision_id = id;
    for (size_t i = 0; i < 2; i++) {
        Pb__ClaimProvisionRequest claim = PB__CLAIM_PROVISION_REQUEST__INIT;
        claim.provision_id = id, claim.evidence = "a certificate";
        fixture->claim = claim_of(fixture, "", claimants[i], PB__ROLE__ROLE_PROVIDER_USER);
        Pb__ClaimProvisionResponse *made = call(fixture, PROVISIONS("ClaimProvision"), &claim.base, CODE_OK);
        claims[i] = made->claim->id;
    }
    fixture->claim = NULL;
    Pb__DecideProvisionClaimRequest decline = PB__DECIDE_PROVISION_CLAIM_REQUEST__INIT;
    decline.claim_id = claims[1], decline.version = 1, decline.reason = "not theirs";
    call(fixture, PROVISIONS("DecideProvisionClaim"), &decline.base, CODE_OK);
    Pb__GetProvisionResponse *home = call(fixture, PROVISIONS("GetProvision"), &get.base, CODE_OK);
    cr_assert_eq(home->provision->claim_state, PB__CLAIM_STATE__CLAIM_STATE_WAITING, "the other one does");
    Pb__UpdateProvisionRequest name = PB__UPDATE_PROVISION_REQUEST__INIT;
    name.provision = home->provision, name.provision->provider_id = ours; /* the host names it itself */
    call(fixture, PROVISIONS("UpdateProvision"), &name.base, CODE_OK);
    decline.claim_id = claims[0], decline.reason = "settled already";
    call(fixture, PROVISIONS("DecideProvisionClaim"), &decline.base, CODE_OK);
    home = call(fixture, PROVISIONS("GetProvision"), &get.base, CODE_OK);
    cr_assert_eq(home->provision->claim_state, PB__CLAIM_STATE__CLAIM_STATE_APPROVED);
    cr_assert_str_eq(home->provision->provider_id, ours);
    fixture_destroy(fixture);
}

/* rule R4: a provider states the regulator's last judgement, but none that is yet to come: no later one would
 * ever show over it. */
Test(members, no_judgement_is_made_in_the_future)
{
    struct fixture *fixture = fixture_create();
    Pb__GetProvisionRequest get = PB__GET_PROVISION_REQUEST__INIT;
    get.provision_id = add_home(fixture, 2)->provision_id;
    Pb__GetProvisionResponse *home = call(fixture, PROVISIONS("GetProvision"), &get.base, CODE_OK);
    Pb__UpdateProvisionRequest edit = PB__UPDATE_PROVISION_REQUEST__INIT;
    edit.provision = home->provision, edit.provision->judgement = PB__JUDGEMENT__JUDGEMENT_OUTSTANDING;
    edit.provision->judged_on = "2026-06-02";
    call(fixture, PROVISIONS("UpdateProvision"), &edit.base, CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_JUDGED_LATER);
    edit.provision->judged_on = "2026-06-01"; /* today */
    call(fixture, PROVISIONS("UpdateProvision"), &edit.base, CODE_OK);
    fixture_destroy(fixture);
}

/* rules R1, S1: what members share is read by active members, not by one that left or never joined; of itself
 * it reads what is kept. */
Test(members, only_active_ones_read_what_is_shared)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    const Pb__PlaceGroup *group = add_home(fixture, 2);
    const char *provider = register_provider(fixture, "Willows Ltd", "m@willows.example");
    Pb__GetProvisionRequest home = PB__GET_PROVISION_REQUEST__INIT;
    Pb__ListProvisionsRequest homes = PB__LIST_PROVISIONS_REQUEST__INIT;
    Pb__ListProvisionClaimsRequest claims = PB__LIST_PROVISION_CLAIMS_REQUEST__INIT;
    Pb__GetProviderRequest one = PB__GET_PROVIDER_REQUEST__INIT;
    Pb__ListProvidersRequest all = PB__LIST_PROVIDERS_REQUEST__INIT;
    Pb__ListContractsRequest contracts = PB__LIST_CONTRACTS_REQUEST__INIT;
    Pb__ReportOwnerExposureRequest exposure = PB__REPORT_OWNER_EXPOSURE_REQUEST__INIT;
    Pb__ListAuthoritiesRequest members = PB__LIST_AUTHORITIES_REQUEST__INIT;
    Pb__GetAuthorityRequest other = PB__GET_AUTHORITY_REQUEST__INIT, own = PB__GET_AUTHORITY_REQUEST__INIT;
    home.provision_id = group->provision_id, one.provider_id = provider;
    other.authority_id = HERTS, own.authority_id = BEDFORD;
    const struct {
        const char *method;
        const ProtobufCMessage *request;
    } reads[] = {
        {PROVISIONS("GetProvision"), &home.base},
        {PROVISIONS("ListProvisions"), &homes.base},
        {PROVISIONS("ListProvisionClaims"), &claims.base},
        {PROVIDERS("GetProvider"), &one.base},
        {PROVIDERS("ListProviders"), &all.base},
        {PROVIDERS("ListContracts"), &contracts.base},
        {PROVIDERS("ReportOwnerExposure"), &exposure.base},
        {AUTHORITIES("ListAuthorities"), &members.base},
        {AUTHORITIES("GetAuthority"), &other.base},
    };
    for (int left = 0; left < 2; left++) {
        fixture->claim = claim_of(fixture, BEDFORD, "", PB__ROLE__ROLE_PLACEMENT_OFFICER);
        for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++) {
            call(fixture, reads[i].method, reads[i].request, left ? CODE_PERMISSION_DENIED : CODE_OK);
            if (left)
                said(fixture, REFUSAL_READER_NOT_MEMBER);
        }
        Pb__GetAuthorityResponse *itself = call(fixture, AUTHORITIES("GetAuthority"), &own.base, CODE_OK);
        Pb__LeaveRegionRequest leave = PB__LEAVE_REGION_REQUEST__INIT;
        leave.authority_id = BEDFORD, leave.reason = "merged",
        leave.version = itself->authority->meta->version;
        fixture->claim = NULL;
        if (!left)
            call(fixture, AUTHORITIES("LeaveRegion"), &leave.base, CODE_OK);
    }
    fixture->claim = claim_of(fixture, "", provider, PB__ROLE__ROLE_PROVIDER_USER);
    call(fixture, PROVISIONS("GetProvision"), &home.base, CODE_OK);
    fixture->claim = claim_of(fixture, "", "", PB__ROLE__ROLE_AUDITOR);
    call(fixture, PROVISIONS("GetProvision"), &home.base, CODE_OK);
    fixture_destroy(fixture);
}

/* rule S4: fees are for members and the host, and for the provider whose they are, never for another one; nor
 * is what is said of a provider's finances (rule R8). */
Test(members, a_provider_reads_no_rivals_fees)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    const Pb__PlaceGroup *group = add_home(fixture, 2);
    const char *ours = register_provider(fixture, "Willows Ltd", "m@willows.example"),
               *rival = register_provider(fixture, "Rival Ltd", "m@rival.example");
    Pb__GetProviderRequest one = PB__GET_PROVIDER_REQUEST__INIT;
    one.provider_id = ours;
    Pb__GetProviderResponse *found = call(fixture, PROVIDERS("GetProvider"), &one.base, CODE_OK);
    Pb__UpdateProviderRequest doubt = PB__UPDATE_PROVIDER_REQUEST__INIT;
    doubt.provider = found->provider, doubt.provider->financial_risk = true;
    doubt.provider->financial_risk_source = "accounts", doubt.provider->financial_risk_on = "2026-05-01";
    call(fixture, PROVIDERS("UpdateProvider"), &doubt.base, CODE_OK);
    Pb__GetProvisionRequest get = PB__GET_PROVISION_REQUEST__INIT;
    get.provision_id = group->provision_id;
    Pb__GetProvisionResponse *home = call(fixture, PROVISIONS("GetProvision"), &get.base, CODE_OK);
    Pb__UpdateProvisionRequest edit = PB__UPDATE_PROVISION_REQUEST__INIT;
    edit.provision = home->provision, edit.provision->provider_id = ours;
    edit.provision->standard_weekly_fee_pence = 450000;
    call(fixture, PROVISIONS("UpdateProvision"), &edit.base, CODE_OK);
    Pb__UpdatePlaceGroupRequest regroup = PB__UPDATE_PLACE_GROUP_REQUEST__INIT;
    regroup.place_group = home->place_groups[0], regroup.place_group->weekly_fee_pence = 480000;
    call(fixture, PROVISIONS("UpdatePlaceGroup"), &regroup.base, CODE_OK);

    const struct {
        const char *authority, *provider;
        Pb__Role role;
        bool sees;
    } cases[] = {{HERTS, "", PB__ROLE__ROLE_PLACEMENT_OFFICER, true},
                 {"", ours, PB__ROLE__ROLE_PROVIDER_USER, true},
                 {"", rival, PB__ROLE__ROLE_PROVIDER_USER, false}};
    Pb__ListProvisionsRequest list = PB__LIST_PROVISIONS_REQUEST__INIT;
    Pb__ListProvidersRequest all = PB__LIST_PROVIDERS_REQUEST__INIT;
    all.name_prefix = "Willows";
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture->claim = claim_of(fixture, cases[i].authority, cases[i].provider, cases[i].role);
        home = call(fixture, PROVISIONS("GetProvision"), &get.base, CODE_OK);
        cr_assert_eq(home->provision->standard_weekly_fee_pence, cases[i].sees ? 450000 : 0, "case %zu", i);
        cr_assert_eq(home->place_groups[0]->weekly_fee_pence, cases[i].sees ? 480000 : 0, "case %zu", i);
        cr_assert_eq(home->provider->financial_risk, cases[i].sees, "case %zu", i);
        Pb__ListProvisionsResponse *homes = call(fixture, PROVISIONS("ListProvisions"), &list.base, CODE_OK);
        cr_assert_eq(homes->provisions[0]->standard_weekly_fee_pence, cases[i].sees ? 450000 : 0);
        found = call(fixture, PROVIDERS("GetProvider"), &one.base, CODE_OK);
        cr_assert(found->provider->financial_risk == cases[i].sees);
        cr_assert_eq(found->provider->financial_risk_source[0] != '\0', cases[i].sees);
        Pb__ListProvidersResponse *listed = call(fixture, PROVIDERS("ListProviders"), &all.base, CODE_OK);
        cr_assert(listed->n_providers == 1 && listed->providers[0]->financial_risk == cases[i].sees);
    }
    fixture_destroy(fixture);
}

Test(members, invitations)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    Pb__InviteProviderRequest invite = PB__INVITE_PROVIDER_REQUEST__INIT;
    invite.email = "m@willows.example", invite.provider_name = "Willows Ltd";
    fixture->claim = claim_of(fixture, HERTS, "", PB__ROLE__ROLE_PLACEMENT_OFFICER);
    Pb__InviteProviderResponse *invited = call(fixture, PROVIDERS("InviteProvider"), &invite.base, CODE_OK);
    cr_assert_str_eq(invited->invitation->invited_by, HERTS);
    fixture->claim = NULL;
    Pb__Provider provider = PB__PROVIDER__INIT;
    Pb__RegisterProviderRequest request = PB__REGISTER_PROVIDER_REQUEST__INIT;
    provider.name = "Willows Ltd", request.provider = &provider, request.person_name = "A. Manager";
    request.email = "m@willows.example", request.password = good_password, request.invitation_code = "0123";
    call(fixture, PROVIDERS("RegisterProvider"), &request.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_INVITATION_WRONG);
    request.invitation_code = invited->code;
    call(fixture, PROVIDERS("RegisterProvider"), &request.base, CODE_OK);
    request.email = "other@willows.example";
    call(fixture, PROVIDERS("RegisterProvider"), &request.base, CODE_FAILED_PRECONDITION);
    fixture_destroy(fixture);
}

/* rules R7, R8. */
Test(members, contracts_and_owners)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    Pb__Contract contract = PB__CONTRACT__INIT;
    Pb__PublishContractRequest publish = PB__PUBLISH_CONTRACT_REQUEST__INIT;
    contract.name = "National Schools Contract", contract.contract_version = 2,
    contract.in_force_from = "2026-04-01";
    publish.contract = &contract;
    Pb__PublishContractResponse *published =
        call(fixture, PROVIDERS("PublishContract"), &publish.base, CODE_OK);
    Pb__RecordContractUseRequest use = PB__RECORD_CONTRACT_USE_REQUEST__INIT;
    use.contract_id = published->contract->id, use.authority_id = HERTS, use.used = true;
    call(fixture, PROVIDERS("RecordContractUse"), &use.base, CODE_OK);
    Pb__RecordContractUseResponse *used = call(fixture, PROVIDERS("RecordContractUse"), &use.base, CODE_OK);
    cr_assert(used->contract->n_used_by == 1);
    use.used = false;
    used = call(fixture, PROVIDERS("RecordContractUse"), &use.base, CODE_OK);
    cr_assert(used->contract->n_used_by == 0);

    Pb__Provider provider = PB__PROVIDER__INIT;
    Pb__UpdateProviderRequest keep = PB__UPDATE_PROVIDER_REQUEST__INIT;
    provider.name = "Willows Ltd", provider.ultimate_owner = "Big Group", keep.provider = &provider;
    Pb__UpdateProviderResponse *kept = call(fixture, PROVIDERS("UpdateProvider"), &keep.base, CODE_OK);
    const Pb__PlaceGroup *group = add_home(fixture, 3);
    Pb__GetProvisionRequest get = PB__GET_PROVISION_REQUEST__INIT;
    get.provision_id = group->provision_id;
    Pb__UpdateProvisionRequest edit = PB__UPDATE_PROVISION_REQUEST__INIT;
    edit.provision =
        ((Pb__GetProvisionResponse *)call(fixture, PROVISIONS("GetProvision"), &get.base, CODE_OK))
            ->provision;
    edit.provision->provider_id = kept->provider->id;
    call(fixture, PROVISIONS("UpdateProvision"), &edit.base, CODE_OK);
    Pb__Placement placement = PB__PLACEMENT__INIT;
    placement.authority_id = HERTS, placement.provision_id = group->provision_id,
    placement.place_group_id = group->id;
    placement.reference = "H-1", placement.start_on = "2026-06-02";
    Pb__TakePlaceRequest take = PB__TAKE_PLACE_REQUEST__INIT;
    take.placement = &placement;
    call(fixture, PLACEMENTS("TakePlace"), &take.base, CODE_OK);
    Pb__ReportOwnerExposureRequest report = PB__REPORT_OWNER_EXPOSURE_REQUEST__INIT;
    report.ultimate_owner = "big group";
    Pb__ReportOwnerExposureResponse *exposed =
        call(fixture, PROVIDERS("ReportOwnerExposure"), &report.base, CODE_OK);
    cr_assert(exposed->n_owners == 1 && exposed->owners[0]->provisions == 1 &&
              exposed->owners[0]->places == 3);
    cr_assert(exposed->owners[0]->placements == 1 && exposed->owners[0]->n_authorities == 1);
    fixture_destroy(fixture);
}

/* rule R2, over the real records. */
Test(members, subscriptions)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    Pb__SubscriptionPayment payment = PB__SUBSCRIPTION_PAYMENT__INIT;
    Pb__RecordSubscriptionPaymentRequest pay = PB__RECORD_SUBSCRIPTION_PAYMENT_REQUEST__INIT;
    payment.payer = HERTS, payment.year = 2026, payment.amount_pence = 400000, payment.paid_on = "2026-05-01";
    pay.payment = &payment;
    call(fixture, AUTHORITIES("RecordSubscriptionPayment"), &pay.base, CODE_OK);
    payment.payer = "Nobody";
    call(fixture, AUTHORITIES("RecordSubscriptionPayment"), &pay.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_PAYER_UNKNOWN);
    Pb__ListSubscriptionsRequest list = PB__LIST_SUBSCRIPTIONS_REQUEST__INIT;
    list.year = 2026;
    Pb__ListSubscriptionsResponse *all = call(fixture, AUTHORITIES("ListSubscriptions"), &list.base, CODE_OK);
    cr_assert(all->n_subscriptions == 2 && all->subscriptions[1]->paid_pence == 400000);
    fixture->claim = claim_of(fixture, BEDFORD, "", PB__ROLE__ROLE_AUTHORITY_ADMINISTRATOR);
    Pb__ListSubscriptionsResponse *own = call(fixture, AUTHORITIES("ListSubscriptions"), &list.base, CODE_OK);
    cr_assert(own->n_subscriptions == 1);
    cr_assert_str_eq(own->subscriptions[0]->payer, BEDFORD);
    fixture_destroy(fixture);
}

static const Pb__AuditLine *last_line(struct fixture *fixture)
{
    Pb__ReadAuditRequest request = PB__READ_AUDIT_REQUEST__INIT;
    request.size = 1;
    Pb__ReadAuditResponse *page = call(fixture, "ccrag.v1.OperateService/ReadAudit", &request.base, CODE_OK);
    cr_assert_eq(page->n_lines, 1);
    return page->lines[0];
}

/* rule S3: the log is for ever, so nothing that somebody typed into a refused request is in it. */
Test(members, a_refusal_is_logged_without_what_was_typed)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    Pb__DecideProviderRequest decide = PB__DECIDE_PROVIDER_REQUEST__INIT;
    decide.provider_id = "Mary Smith, 4 High Street", decide.version = 1;
    call(fixture, PROVIDERS("DecideProvider"), &decide.base, CODE_NOT_FOUND);
    cr_assert(strstr(fixture->status->message, "Mary Smith"), "who asked is told");
    const Pb__AuditLine *line = last_line(fixture);
    cr_assert_str_eq(line->detail, "no record of … is known as '…'");
    cr_assert_str_eq(line->subject, "");
    Pb__ReadHistoryRequest history = PB__READ_HISTORY_REQUEST__INIT;
    history.record_type = "ccrag.v1.Provider", history.id = "Mary Smith";
    ask(fixture, "ccrag.v1.FeedService/ReadHistory", &history.base);
    line = last_line(fixture);
    cr_assert_str_eq(line->method, "ccrag.v1.FeedService/ReadHistory");
    cr_assert(!strstr(line->subject, "Mary") && !strstr(line->detail, "Mary"));
    Pb__LeaveRegionRequest leave = PB__LEAVE_REGION_REQUEST__INIT;
    leave.authority_id = HERTS, leave.version = 77;
    ask(fixture, AUTHORITIES("LeaveRegion"), &leave.base);
    cr_assert_str_eq(last_line(fixture)->detail, "the record was changed since it was read");
    fixture->claim =
        claim_of(fixture, "", "01979df0-0000-7000-8000-00000000bbbb", PB__ROLE__ROLE_PROVIDER_USER);
    ask(fixture, AUTHORITIES("LeaveRegion"), &leave.base);
    fixture->claim = NULL;
    cr_assert(strstr(last_line(fixture)->detail, "this is for"), "%s", last_line(fixture)->detail);
    fixture_destroy(fixture);
}
