/* Who leads, and whom it concerns, as the facts that are followed have it (rule F2). */

#include "fixture.h"

#define SCOPE(s) PB__FEE_SCOPE__FEE_SCOPE_##s
#define BASIS(b) PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_##b

static void leads(struct fixture *fixture, unsigned home, Pb__FeeScope scope, const char *gss,
                  Pb__FeeLeadBasis basis)
{
    const Pb__Consultation *consultation = consultation_of(fixture, home);
    cr_assert(consultation, "home %u", home);
    cr_assert(consultation->scope == scope, "home %u: scope %d", home, (int)consultation->scope);
    cr_assert_str_eq(consultation->lead_id, gss, "home %u", home);
    cr_assert(consultation->lead_basis == basis, "home %u: basis %d", home, (int)consultation->lead_basis);
}

static const char *concerned(struct fixture *fixture, unsigned home)
{
    const Pb__Consultation *consultation = consultation_of(fixture, home);
    const char *text = "";
    for (size_t i = 0; i < consultation->n_concerned_ids; i++)
        text = arena_format(&fixture->arena, "%s%s%s", text, i ? " " : "", consultation->concerned_ids[i]);
    return text;
}

static void end_stay(struct fixture *fixture, unsigned number, const char *gss, unsigned home,
                     const char *end_on)
{
    put_stay(fixture, number, gss, home, "2026-01-05", end_on);
    settle(fixture);
}

Test(leads, are_settled_as_a_cycle_opens)
{
    struct fixture *fixture = fixture_create_bare();
    put_kind(fixture, 5, PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY);
    put_kind(fixture, 6, PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION);
    put_kind(fixture, 7, PB__PROVISION_KIND__PROVISION_KIND_SECURE_CHILDRENS_HOME);
    put_home(fixture, 8, 3);
    for (unsigned home = 5; home <= 7; home++) {
        put_stay(fixture, 10 * home, HERTS, home, "2026-01-05", "");
        put_stay(fixture, 10 * home + 1, KENT, home, "2026-01-05", "");
    }
    settle(fixture);
    cr_assert_null(consultation_of(fixture, 1), "no cycle is open");
    open_cycle(fixture, CYCLE, THRESHOLD, CODE_OK);
    leads(fixture, 1, SCOPE(LED), HERTS, BASIS(ALLOCATION));
    leads(fixture, 2, SCOPE(LED), BEDFORD, BASIS(ALLOCATION));
    leads(fixture, 3, SCOPE(LED), ESSEX, BASIS(ALLOCATION));
    leads(fixture, 4, SCOPE(ALONE), KENT, BASIS(ALONE));
    leads(fixture, 5, SCOPE(SHARED), "", BASIS(UNSPECIFIED));
    leads(fixture, 6, SCOPE(FORM_ONLY), "", BASIS(UNSPECIFIED));
    cr_assert_null(consultation_of(fixture, 7), "secure homes are not dealt with");
    cr_assert_null(consultation_of(fixture, 8), "nobody places there");
    const Pb__Consultation *one = consultation_of(fixture, 1);
    cr_assert_str_eq(one->provider_id, PROVIDER_ONE);
    cr_assert_str_eq(one->name, "Home 1");
    cr_assert_str_eq(one->lead_since, "2026-06-01");
    cr_assert(one->state == PB__CONSULTATION_STATE__CONSULTATION_STATE_AWAITED);
    cr_assert_str_eq(concerned(fixture, 1), BEDFORD " " HERTS);
    fixture_end(fixture);
}

Test(leads, follow_what_is_new_in_the_cycle)
{
    struct fixture *fixture = fixture_create();
    put_home(fixture, 8, 3);
    put_stay(fixture, 80, ESSEX, 8, "2026-01-05", "");
    settle(fixture);
    leads(fixture, 8, SCOPE(ALONE), ESSEX, BASIS(ALONE));
    put_stay(fixture, 81, KENT, 8, "2026-01-05", "");
    put_stay(fixture, 82, KENT, 8, "2026-01-05", "");
    settle(fixture);
    leads(fixture, 8, SCOPE(LED), KENT, BASIS(MOST_PLACEMENTS));
    put_allocation(fixture, 8, ESSEX);
    settle(fixture);
    leads(fixture, 8, SCOPE(LED), ESSEX, BASIS(ALLOCATION));
    const Pb__Consultation *eight = consultation_of(fixture, 8);
    cr_assert_eq(eight->n_past_leads, 2);
    cr_assert_str_eq(eight->past_leads[1]->authority_id, KENT);
    cr_assert_str_eq(eight->past_leads[1]->reason, "the published allocation gives the provision to another");
    uint64_t version = eight->meta->version;
    to_day(fixture, "2026-06-02");
    cr_assert_eq(consultation_of(fixture, 8)->meta->version, version, "what is right is not written again");
    fixture_end(fixture);
}

Test(leads, hand_over_when_they_place_there_no_more)
{
    struct fixture *fixture = fixture_create();
    end_stay(fixture, 10, HERTS, 1, "2026-06-10");
    leads(fixture, 1, SCOPE(LED), HERTS, BASIS(ALLOCATION));
    to_day(fixture, "2026-06-11"); /* a day brings it about */
    leads(fixture, 1, SCOPE(ALONE), BEDFORD, BASIS(ALONE));
    const Pb__Consultation *one = consultation_of(fixture, 1);
    cr_assert_eq(one->n_past_leads, 1);
    cr_assert_str_eq(one->past_leads[0]->authority_id, HERTS);
    cr_assert_str_eq(one->past_leads[0]->until, "2026-06-11");
    cr_assert_str_eq(concerned(fixture, 1), BEDFORD " " HERTS, "who placed there stays concerned");
    end_stay(fixture, 11, BEDFORD, 1, "2026-06-10");
    leads(fixture, 1, SCOPE(NONE), "", BASIS(UNSPECIFIED));
    fixture_end(fixture);
}

Test(leads, an_authority_that_leaves_leads_nothing)
{
    struct fixture *fixture = fixture_create();
    put_member(fixture, BEDFORD, "Bedford", 10, PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT);
    settle(fixture);
    leads(fixture, 2, SCOPE(ALONE), ESSEX, BASIS(ALONE)); /* rule R1 */
    leads(fixture, 1, SCOPE(ALONE), HERTS, BASIS(ALONE));
    fixture_end(fixture);
}

static const Pb__Consultation *nominate(struct fixture *fixture, unsigned home, const char *gss,
                                        const char *reason, enum code expected)
{
    Pb__NominateLeadRequest request = PB__NOMINATE_LEAD_REQUEST__INIT;
    request.provision_id = home_id(fixture, home), request.authority_id = gss, request.reason = reason;
    const Pb__NominateLeadResponse *response =
        call(fixture, CONSULTATIONS("NominateLead"), &request.base, expected);
    return response ? response->consultation : NULL;
}

Test(leads, the_host_nominates_another)
{
    struct fixture *fixture = fixture_create();
    as_officer(fixture, BEDFORD);
    nominate(fixture, 1, BEDFORD, "it knows the home", CODE_PERMISSION_DENIED);
    as_host(fixture);
    nominate(fixture, 1, BEDFORD, "", CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_REASON_MISSING);
    nominate(fixture, 1, KENT, "it is near", CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_LEAD_NOT_PLACING);
    nominate(fixture, 4, HERTS, "it has time", CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_LEAD_NOT_LED);
    const Pb__Consultation *one = nominate(fixture, 1, BEDFORD, "it knows the home", CODE_OK);
    cr_assert_str_eq(one->lead_id, BEDFORD);
    cr_assert_str_eq(one->lead_reason, "it knows the home");
    put_allocation(fixture, 1, HERTS);
    to_day(fixture, "2026-06-02");
    leads(fixture, 1, SCOPE(LED), BEDFORD, BASIS(NOMINATED));
    end_stay(fixture, 11, BEDFORD, 1, "2026-06-01"); /* it holds while its LA places there */
    leads(fixture, 1, SCOPE(ALONE), HERTS, BASIS(ALONE));
    put_stay(fixture, 12, BEDFORD, 1, "2026-01-05", "");
    settle(fixture);
    as_host(fixture);
    nominate(fixture, 1, BEDFORD, "once more", CODE_OK);
    one = nominate(fixture, 1, "", "", CODE_OK);
    cr_assert_str_eq(one->lead_id, HERTS, "the default again");
    fixture_end(fixture);
}

/* What is confidential is put again for those who came to place there; nobody else sees it meanwhile. */
Test(leads, who_comes_to_place_there_sees_what_there_is)
{
    struct fixture *fixture = fixture_create();
    const Pb__FeeSubmission *submission = submit(fixture, 1, 5000, 5100);
    Pb__AddLogEntryRequest add = PB__ADD_LOG_ENTRY_REQUEST__INIT;
    Pb__FeeLogEntry entry = PB__FEE_LOG_ENTRY__INIT;
    add.provision_id = home_id(fixture, 1), add.entry = &entry;
    entry.kind = PB__FEE_LOG_KIND__FEE_LOG_KIND_NOTE, entry.text = "called the manager";
    as_officer(fixture, HERTS);
    const Pb__AddLogEntryResponse *added = call(fixture, CONSULTATIONS("AddLogEntry"), &add.base, CODE_OK);
    const char *log_id = added->entry->id;
    cr_assert_eq(submission->n_concerned_ids, 2);
    put_stay(fixture, 13, KENT, 1, "2026-01-05", "");
    settle(fixture);
    cr_assert_str_eq(concerned(fixture, 1), BEDFORD " " HERTS " " KENT);
    submission = stored(fixture, &fees_submissions, submission->id);
    const Pb__FeeLogEntry *kept = stored(fixture, &fees_log, log_id);
    cr_assert_eq(submission->n_concerned_ids, 3);
    cr_assert_eq(kept->n_concerned_ids, 3);
    cr_assert_str_eq(kept->concerned_ids[2], KENT);
    end_stay(fixture, 13, KENT, 1, "2026-05-31");
    cr_assert_eq(((Pb__FeeSubmission *)stored(fixture, &fees_submissions, submission->id))->n_concerned_ids,
                 3, "it only grows");
    fixture_end(fixture);
}

Test(leads, a_closed_cycle_is_settled_no_more)
{
    struct fixture *fixture = fixture_create();
    Pb__CloseFeeCycleRequest close = PB__CLOSE_FEE_CYCLE_REQUEST__INIT;
    close.cycle_id = CYCLE;
    call(fixture, CYCLES("CloseFeeCycle"), &close.base, CODE_OK);
    end_stay(fixture, 10, HERTS, 1, "2026-05-31");
    leads(fixture, 1, SCOPE(LED), HERTS, BASIS(ALLOCATION));
    open_cycle(fixture, "2028-29", THRESHOLD, CODE_OK);
    leads(fixture, 1, SCOPE(LED), HERTS, BASIS(ALLOCATION));
    const Pb__Consultation *next = stored(
        fixture, &fees_consultations, fees_consultation_id("2028-29", home_id(fixture, 1), &fixture->arena));
    cr_assert_str_eq(next->lead_id, BEDFORD);
    fixture_end(fixture);
}

/* The sources begin anew: nothing is taken for gone while they are read. */
Test(leads, a_source_that_starts_over_changes_nothing)
{
    struct fixture *fixture = fixture_create();
    uint64_t version = consultation_of(fixture, 1)->meta->version;
    source_end_at(fixture, 0);
    source_begin_at(fixture, 0, source_tables);
    put_region(fixture);
    put_provider(fixture, PROVIDER_ONE, "Oaks");
    put_provider(fixture, PROVIDER_TWO, "Willows");
    for (int i = 0; i < 40; i++)
        pass_ms(fixture, 1000);
    leads(fixture, 1, SCOPE(LED), HERTS, BASIS(ALLOCATION));
    cr_assert_eq(consultation_of(fixture, 1)->meta->version, version);
    fixture_end(fixture);
}
