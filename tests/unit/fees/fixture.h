#pragma once
/* Fees in this process, following a registry and an allocation that the test writes: the small region of
 * followed_region.h; by its allocation home 1 is Hertfordshire's, home 2 Bedford's, home 3 Essex's, home 4
 * Kent's, which alone places there. It is 1 June 2026, and the cycle 2027-28 is open with a threshold of 3%.
 */

#include "tests/unit/followed_region.h"

#include "services/fees/records.h"
#include "services/fees/refusal.h"
#include "services/fees/rules_consultation.h"

/* The page that names what fees serves, without its program. */
#define main fees_main
int fees_main(int argc, char **argv);
#include "services/fees/main.c"
#undef main

#define CYCLES(m)        "ccrag.v1.FeeCyclesService/" m
#define APPLICATIONS(m)  "ccrag.v1.FeeApplicationsService/" m
#define CONSULTATIONS(m) "ccrag.v1.FeeConsultationsService/" m
#define LINES(m)         "ccrag.v1.FeeLinesService/" m
#define TABLES(m)        "ccrag.v1.FeesService/" m

#define CYCLE     "2027-28"
#define THRESHOLD "3%, review above 10%"

static const struct table source_allocations = SOURCE_TABLE("allocations", allocation, key_by_uuid);
static const struct table *const allocation_source_tables[] = {&source_allocations, NULL};

/* --- what others have -------------------------------------------------------------------------------- */

static inline void put_allocation(struct fixture *fixture, unsigned home, const char *gss)
{
    Pb__Allocation allocation = PB__ALLOCATION__INIT;
    allocation.provision_id = home_id(fixture, home);
    allocation.authority_id = gss;
    source_put_quietly(fixture, &source_allocations, span_of(NULL, 0), &allocation.base);
}

static inline void put_provider(struct fixture *fixture, const char *id, const char *name)
{
    Pb__Provider provider = PB__PROVIDER__INIT;
    provider.id = id, provider.name = name;
    source_put_quietly(fixture, &source_providers, span_of(NULL, 0), &provider.base);
}

/* From now on another provider runs it. */
static inline void hand_over(struct fixture *fixture, unsigned number, const char *provider_id)
{
    Pb__GeoPoint point = PB__GEO_POINT__INIT;
    Pb__Provision home = home_of(fixture, number, &point, 2);
    home.provider_id = provider_id;
    source_put_quietly(fixture, &source_provisions, span_of(NULL, 0), &home.base);
    settle(fixture);
}

/* Another kind of home, at 2 as home 1. */
static inline void put_kind(struct fixture *fixture, unsigned number, Pb__ProvisionKind kind)
{
    Pb__GeoPoint point = PB__GEO_POINT__INIT;
    Pb__Provision home = home_of(fixture, number, &point, 2);
    home.kind = kind;
    source_put_quietly(fixture, &source_provisions, span_of(NULL, 0), &home.base);
}

/* --- the program ------------------------------------------------------------------------------------- */

/* Without a cycle. */
static inline struct fixture *fixture_create_bare(void)
{
    struct fixture *fixture = fixture_new(FEES_NAME);
    struct fees *fees = calloc(1, sizeof *fees);
    fixture->program = fees;
    fixture->options = fees_options(fees);
    source_begin_at(fixture, 0, source_tables);
    source_begin_at(fixture, 1, allocation_source_tables);
    put_region(fixture);
    put_provider(fixture, PROVIDER_ONE, "Oaks");
    put_provider(fixture, PROVIDER_TWO, "Willows");
    put_allocation(fixture, 1, HERTS);
    put_allocation(fixture, 2, BEDFORD);
    put_allocation(fixture, 3, ESSEX);
    put_allocation(fixture, 4, KENT);
    fixture_start(fixture);
    settle(fixture);
    pass_ms(fixture, 1500); /* the shipped forms and letters */
    return fixture;
}

static inline const Pb__FeeCycle *open_cycle(struct fixture *fixture, const char *id, const char *threshold,
                                             enum code expected)
{
    Pb__OpenFeeCycleRequest request = PB__OPEN_FEE_CYCLE_REQUEST__INIT;
    Pb__FeeCycle cycle = PB__FEE_CYCLE__INIT;
    cycle.id = id;
    request.cycle = &cycle, request.threshold = threshold;
    const Pb__OpenFeeCycleResponse *response = call(fixture, CYCLES("OpenFeeCycle"), &request.base, expected);
    settle(fixture);
    return response ? response->cycle : NULL;
}

static inline struct fixture *fixture_create(void)
{
    struct fixture *fixture = fixture_create_bare();
    open_cycle(fixture, CYCLE, THRESHOLD, CODE_OK);
    return fixture;
}

static inline void fixture_end(struct fixture *fixture)
{
    source_end_at(fixture, 0);
    source_end_at(fixture, 1);
    fixture_destroy(fixture);
}

static inline void said(const struct fixture *fixture, enum fees_refusal refusal)
{
    const struct refusal_facts *facts = fees_refusal_facts(refusal);
    cr_assert(fixture->status && strncmp(fixture->status->message, facts->text, strlen(facts->text)) == 0,
              "said: %s", fixture->status ? fixture->status->message : "nothing");
}

/* Noon of another day. */
static inline void to_day(struct fixture *fixture, const char *day)
{
    struct date date;
    cr_assert(date_field(day, &date));
    struct date start = date_from_unix_ms_london(fixture_start_ms);
    int64_t wanted = fixture_start_ms + (int64_t)(date.day - start.day) * 24 * 3600 * 1000;
    pass_ms(fixture, wanted - fixture->wall_ms);
    settle(fixture);
}

/* --- who asks ---------------------------------------------------------------------------------------- */

/* From here on as one of those people; "": the operator again. */
static inline void as_officer(struct fixture *fixture, const char *gss)
{
    fixture->claim = gss[0] ? claim_of(fixture, gss, "", PB__ROLE__ROLE_FEES_OFFICER) : NULL;
}

static inline void as_operator(struct fixture *fixture)
{
    fixture->claim = NULL;
}

static inline void as_host(struct fixture *fixture)
{
    fixture->claim = claim_of(fixture, HERTS, "", PB__ROLE__ROLE_HOST_ADMINISTRATOR);
}

static inline void as_auditor(struct fixture *fixture)
{
    fixture->claim = claim_of(fixture, HERTS, "", PB__ROLE__ROLE_AUDITOR);
}

static inline void as_provider(struct fixture *fixture, const char *provider_id)
{
    fixture->claim = claim_of(fixture, "", provider_id, PB__ROLE__ROLE_PROVIDER_USER);
}

/* --- what is stored ---------------------------------------------------------------------------------- */

/* A record as it is stored, in the fixture's arena; NULL: there is none. */
static inline void *stored(struct fixture *fixture, const struct table *table, const char *id)
{
    struct store_txn *txn;
    ProtobufCMessage *record = NULL;
    cr_assert(store_read_begin(service_store(fixture->service), &txn) == CODE_OK);
    enum code code =
        record_get(txn, table, table_key_of(table, id, &fixture->arena), &fixture->arena, &record);
    store_end(txn);
    cr_assert(code == CODE_OK || code == CODE_NOT_FOUND);
    return record;
}

static inline const char *consultation_id(struct fixture *fixture, unsigned home)
{
    return fees_consultation_id(CYCLE, home_id(fixture, home), &fixture->arena);
}

static inline Pb__Consultation *consultation_of(struct fixture *fixture, unsigned home)
{
    return stored(fixture, &fees_consultations, consultation_id(fixture, home));
}

/* Puts a record as it is, past the handlers. */
static inline void keep(struct fixture *fixture, const struct table *table, ProtobufCMessage *record)
{
    struct store_txn *txn;
    const struct actor actor = {"test", "test", fixture->wall_ms};
    cr_assert(store_write_begin(service_store(fixture->service), &txn) == CODE_OK);
    store_command_begin(txn, &actor, &fixture->arena);
    cr_assert(record_put(txn, table, record) == CODE_OK);
    cr_assert(store_command_end(txn, true) == CODE_OK && store_commit(txn) == CODE_OK);
}

static inline Pb__RecordMeta *new_meta(struct fixture *fixture)
{
    Pb__RecordMeta *meta = arena_new(&fixture->arena, Pb__RecordMeta);
    pb__record_meta__init(meta);
    return meta;
}

/* A provision's application as it is submitted: one service, `residential`, of that weekly fee in pounds now
 * and asked for. With each call another submission of the same application. */
static inline const Pb__FeeSubmission *submit(struct fixture *fixture, unsigned home, int64_t current_pounds,
                                              int64_t proposed_pounds)
{
    static const char *const ids[] = {
        "", "01979df0-0000-7000-8000-00000000b001", "01979df0-0000-7000-8000-00000000b002",
        "01979df0-0000-7000-8000-00000000b003", "01979df0-0000-7000-8000-00000000b004"};
    Pb__Consultation next, *consultation = consultation_of(fixture, home);
    Pb__FeeSubmission *submission = arena_new(&fixture->arena, Pb__FeeSubmission);
    Pb__FeeService *service = arena_new(&fixture->arena, Pb__FeeService),
                   **services = arena_array(&fixture->arena, Pb__FeeService *, 1);
    Pb__FeeSplit *current = arena_new(&fixture->arena, Pb__FeeSplit),
                 *proposed = arena_new(&fixture->arena, Pb__FeeSplit);
    char today[DATE_TEXT_BYTES];
    date_print(date_from_unix_ms_london(fixture->wall_ms), today);
    const Pb__FeeSubmission *before = stored(fixture, &fees_submissions, ids[home]);
    cr_assert(consultation && home < COUNT(ids));
    pb__fee_submission__init(submission), pb__fee_service__init(service);
    pb__fee_split__init(current), pb__fee_split__init(proposed);
    current->social_care_pence = current->total_pence = 100 * current_pounds;
    proposed->social_care_pence = proposed->total_pence = 100 * proposed_pounds;
    service->id = "residential", service->title = "Residential, 52 weeks";
    service->attendance = PB__ATTENDANCE__ATTENDANCE_WEEKS_52;
    service->current = current, service->proposed = proposed;
    services[0] = service;
    submission->id = ids[home];
    submission->meta = before ? before->meta : new_meta(fixture);
    submission->number = before ? before->number + 1 : 1;
    submission->cycle_id = CYCLE, submission->provision_id = consultation->provision_id;
    submission->name = consultation->name, submission->provider_id = consultation->provider_id;
    submission->form_id = "fee-application/1", submission->stands = true;
    submission->submitted_on = arena_text(&fixture->arena, today), submission->effective_on = "2027-04-01";
    submission->services = services, submission->n_services = 1;
    submission->level = 100 * (proposed_pounds - current_pounds) > 3 * current_pounds
                            ? PB__FEE_LEVEL__FEE_LEVEL_EXCEPTIONAL
                            : PB__FEE_LEVEL__FEE_LEVEL_WITHIN;
    submission->threshold = "3%, review above 6%", submission->increase_percent = "4.5",
    submission->increase_service_id = "residential";
    submission->concerned_ids = consultation->concerned_ids;
    submission->n_concerned_ids = consultation->n_concerned_ids;
    cr_assert_eq(fee_consultation_submit(consultation, submission, &next), REFUSAL_NONE);
    keep(fixture, &fees_submissions, &submission->base);
    keep(fixture, &fees_consultations, &next.base);
    return stored(fixture, &fees_submissions, ids[home]);
}
