#pragma once
/* Monitoring in this process, following a registry and an allocation that the test writes: the small region
 * of followed_region.h, its cycle 2025-26 published: home 1 is Hertfordshire's, home 2 Bedford's, home 3
 * Essex's, each as link, home 4 Kent's as sole. Its form of the cycle is a small one. */

#include "tests/unit/followed_region.h"

#include "common/forms/refusal.h"
#include "services/monitoring/records.h"
#include "services/monitoring/refusal.h"

/* The page that names what monitoring serves, without its program. */
#define main monitoring_main
int monitoring_main(int argc, char **argv);
#include "services/monitoring/main.c"
#undef main

#define MONITORING(m) "ccrag.v1.MonitoringService/" m
#define REPORTS(m)    "ccrag.v1.ReportsService/" m
#define FORMS(m)      "ccrag.v1.FormsService/" m
#define EVIDENCE(m)   "ccrag.v1.EvidenceService/" m
#define CONCERNS(m)   "ccrag.v1.ConcernsService/" m
#define OUTCOMES(m)   "ccrag.v1.OutcomesService/" m

#define CYCLE "2025-26"

static const struct table source_cycles = SOURCE_TABLE("cycles", allocation_cycle, key_by_text),
                          source_allocations = SOURCE_TABLE("allocations", allocation, key_by_uuid);
static const struct table *const allocation_source_tables[] = {&source_cycles, &source_allocations, NULL};

/* --- what allocation has ----------------------------------------------------------------------------- */

static inline void put_cycle(struct fixture *fixture, const char *id, const char *first_on,
                             const char *last_on, Pb__CycleState state)
{
    Pb__AllocationCycle cycle = PB__ALLOCATION_CYCLE__INIT;
    cycle.id = id, cycle.first_on = first_on, cycle.last_on = last_on, cycle.state = state;
    source_put_quietly(fixture, &source_cycles, span_of(NULL, 0), &cycle.base);
}

/* `term` from 1: which of the home's terms. */
static inline void put_allocation(struct fixture *fixture, unsigned home, const char *gss, bool sole,
                                  unsigned term, const char *since)
{
    Pb__Allocation allocation = PB__ALLOCATION__INIT;
    allocation.provision_id = home_id(fixture, home);
    allocation.authority_id = gss;
    allocation.standing = sole ? PB__ALLOCATION_STANDING__ALLOCATION_STANDING_SOLE
                               : PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK;
    allocation.cycle_id = CYCLE;
    allocation.since = since;
    allocation.name = arena_format(&fixture->arena, "Home %u", home);
    allocation.provider_id = home % 2 ? PROVIDER_ONE : PROVIDER_TWO;
    allocation.term_id =
        arena_format(&fixture->arena, "01979df0-0000-7000-8000-%012x", 0x3000 + 16 * home + term);
    source_put_quietly(fixture, &source_allocations, span_of(NULL, 0), &allocation.base);
}

static inline void put_provider(struct fixture *fixture, const char *id, const char *name)
{
    Pb__Provider provider = PB__PROVIDER__INIT;
    provider.id = id, provider.name = name;
    source_put_quietly(fixture, &source_providers, span_of(NULL, 0), &provider.base);
}

/* --- forms ------------------------------------------------------------------------------------------- */

static const char small_form[] = "form: small\n"
                                 "title: A small form\n"
                                 "purpose: quality assurance\n"
                                 "\n"
                                 "grading: standard\n"
                                 "  grade: good: Good\n"
                                 "  grade: poor: Poor\n"
                                 "\n"
                                 "section: all: Everything\n"
                                 "\n"
                                 "question: care: How good is the care?\n"
                                 "  answer: grade standard\n"
                                 "  required\n"
                                 "  carries over\n"
                                 "  evidence: welcome\n"
                                 "\n"
                                 "question: seen: What was seen?\n"
                                 "  answer: text\n"
                                 "  required\n"
                                 "\n"
                                 "question: licence: Until when is the licence?\n"
                                 "  answer: expiry\n";

static inline const Pb__ImportFormResponse *import_form_text(struct fixture *fixture, const char *text)
{
    Pb__ImportFormRequest request = PB__IMPORT_FORM_REQUEST__INIT;
    request.source = text;
    return call(fixture, FORMS("ImportForm"), &request.base, CODE_OK);
}

static inline const Pb__FormTemplate *publish_form_named(struct fixture *fixture, const char *id)
{
    Pb__PublishFormRequest request = PB__PUBLISH_FORM_REQUEST__INIT;
    request.form_id = id;
    Pb__PublishFormResponse *response = call(fixture, FORMS("PublishForm"), &request.base, CODE_OK);
    return response->form;
}

/* --- the program ------------------------------------------------------------------------------------- */

static inline struct fixture *fixture_create_bare(void)
{
    struct fixture *fixture = fixture_new(MONITORING_NAME);
    fixture->options = monitoring_options();
    source_begin_at(fixture, 0, source_tables);
    source_begin_at(fixture, 1, allocation_source_tables);
    put_region(fixture);
    put_provider(fixture, PROVIDER_ONE, "Oaks");
    put_provider(fixture, PROVIDER_TWO, "Willows");
    put_cycle(fixture, CYCLE, "2025-10-01", "2026-09-30", PB__CYCLE_STATE__CYCLE_STATE_PUBLISHED);
    put_allocation(fixture, 1, HERTS, false, 1, "2025-10-01");
    put_allocation(fixture, 2, BEDFORD, false, 1, "2025-10-01");
    put_allocation(fixture, 3, ESSEX, false, 1, "2025-10-01");
    put_allocation(fixture, 4, KENT, true, 1, "2025-10-01");
    fixture_start(fixture);
    settle(fixture);
    pass_ms(fixture, 1500); /* the shipped forms */
    return fixture;
}

static inline struct fixture *fixture_create(void)
{
    struct fixture *fixture = fixture_create_bare();
    cr_assert(import_form_text(fixture, small_form)->form);
    publish_form_named(fixture, "small");
    return fixture;
}

static inline void fixture_end(struct fixture *fixture)
{
    source_end_at(fixture, 0);
    source_end_at(fixture, 1);
    fixture_destroy(fixture);
}

static inline void said_so(const struct fixture *fixture, const struct refusal_facts *facts)
{
    cr_assert(fixture->status && strncmp(fixture->status->message, facts->text, strlen(facts->text)) == 0,
              "said: %s", fixture->status ? fixture->status->message : "nothing");
}

static inline void said(const struct fixture *fixture, enum monitoring_refusal refusal)
{
    said_so(fixture, monitoring_refusal_facts(refusal));
}

/* The same of forms and files. */
static inline void said_of_form(const struct fixture *fixture, enum form_refusal refusal)
{
    said_so(fixture, form_refusal_facts(refusal));
}

/* Noon of another day. */
static inline void to_day(struct fixture *fixture, const char *day)
{
    struct date date;
    cr_assert(date_field(day, &date));
    struct date start = date_from_unix_ms_london(fixture_start_ms);
    int64_t wanted = fixture_start_ms + (int64_t)(date.day - start.day) * 24 * 3600 * 1000;
    pass_ms(fixture, wanted - fixture->wall_ms);
}

/* From here on as one of those people; "": the operator again. */
static inline void as_officer(struct fixture *fixture, const char *gss)
{
    fixture->claim = gss[0] ? claim_of(fixture, gss, "", PB__ROLE__ROLE_QUALITY_OFFICER) : NULL;
}

static inline void as_provider(struct fixture *fixture, const char *provider_id)
{
    fixture->claim = claim_of(fixture, "", provider_id, PB__ROLE__ROLE_PROVIDER_USER);
}

/* --- visits and reports ------------------------------------------------------------------------------ */

#define QA PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_ASSURANCE

static inline const Pb__Visit *plan(struct fixture *fixture, unsigned home, const char *gss,
                                    Pb__FormPurpose purpose, const char *on, enum code expected)
{
    Pb__PlanVisitRequest request = PB__PLAN_VISIT_REQUEST__INIT;
    Pb__Visit visit = PB__VISIT__INIT;
    visit.provision_id = home_id(fixture, home), visit.authority_id = gss, visit.purpose = purpose;
    visit.mode = PB__VISIT_MODE__VISIT_MODE_ON_SITE, visit.intended_on = on;
    request.visit = &visit, request.others_seen = true;
    Pb__PlanVisitResponse *response = call(fixture, MONITORING("PlanVisit"), &request.base, expected);
    return response ? response->visit : NULL;
}

static inline const Pb__Visit *made(struct fixture *fixture, const char *visit_id, const char *on,
                                    enum code expected)
{
    static const char *officers[] = {"A. Officer"};
    Pb__RecordVisitRequest request = PB__RECORD_VISIT_REQUEST__INIT;
    request.visit_id = visit_id, request.made_on = on, request.officers = officers, request.n_officers = 1;
    Pb__RecordVisitResponse *response = call(fixture, MONITORING("RecordVisit"), &request.base, expected);
    return response ? response->visit : NULL;
}

/* A report in draft, of a visit made today. */
static inline const char *draft_at(struct fixture *fixture, unsigned home, const char *gss)
{
    char today[DATE_TEXT_BYTES];
    date_print(date_from_unix_ms_london(fixture->wall_ms), today);
    const Pb__Visit *visit = plan(fixture, home, gss, QA, today, CODE_OK);
    return made(fixture, visit->id, today, CODE_OK)->report_id;
}

static inline const Pb__GetDraftResponse *draft_of(struct fixture *fixture, const char *report_id)
{
    Pb__GetDraftRequest request = PB__GET_DRAFT_REQUEST__INIT;
    request.report_id = report_id;
    return call(fixture, REPORTS("GetDraft"), &request.base, CODE_OK);
}

static inline const Pb__SaveAnswersResponse *save(struct fixture *fixture, const char *report_id,
                                                  const char *question, const char *grade, const char *text,
                                                  uint64_t version, enum code expected)
{
    Pb__SaveAnswersRequest request = PB__SAVE_ANSWERS_REQUEST__INIT;
    Pb__ReportAnswer kept = PB__REPORT_ANSWER__INIT, *list[] = {&kept};
    Pb__FormAnswer answer = PB__FORM_ANSWER__INIT;
    Pb__RecordMeta meta = PB__RECORD_META__INIT;
    meta.version = version;
    answer.question_id = question, answer.text = text;
    answer.option_ids = &grade, answer.n_option_ids = grade[0] != 0;
    kept.answer = &answer, kept.meta = &meta;
    request.report_id = report_id, request.answers = list, request.n_answers = 1;
    return call(fixture, REPORTS("SaveAnswers"), &request.base, expected);
}

static inline void complete(struct fixture *fixture, const char *report_id)
{
    save(fixture, report_id, "care", "good", "", 0, CODE_OK);
    save(fixture, report_id, "seen", "", "a warm house", 0, CODE_OK);
}

/* The steps that take a report and nothing else; the report as stored, NULL where it is refused. */
#define STEP(fixture, Method, verb, id, expected)                                                            \
    __extension__({                                                                                          \
        Pb__##Method##Request step_request;                                                                  \
        pb__##verb##_request__init(&step_request);                                                           \
        step_request.report_id = id;                                                                         \
        const Pb__##Method##Response *step_response =                                                        \
            call(fixture, REPORTS(#Method), &step_request.base, expected);                                   \
        step_response ? step_response->report : NULL;                                                        \
    })
#define send_it(fixture, id, expected)    STEP(fixture, SendForComment, send_for_comment, id, expected)
#define revise_it(fixture, id, expected)  STEP(fixture, ReviseReport, revise_report, id, expected)
#define notice_it(fixture, id, expected)  STEP(fixture, GiveNotice, give_notice, id, expected)
#define publish_it(fixture, id, expected) STEP(fixture, PublishReport, publish_report, id, expected)

static inline const Pb__Report *comment_it(struct fixture *fixture, const char *id, const char *text,
                                           enum code expected)
{
    Pb__CommentOnReportRequest request = PB__COMMENT_ON_REPORT_REQUEST__INIT;
    request.report_id = id, request.comment = text;
    const Pb__CommentOnReportResponse *response =
        call(fixture, REPORTS("CommentOnReport"), &request.base, expected);
    return response ? response->report : NULL;
}

/* Published with its comment. */
static inline const char *published_at(struct fixture *fixture, unsigned home, const char *gss)
{
    const char *id = draft_at(fixture, home, gss);
    complete(fixture, id);
    send_it(fixture, id, CODE_OK);
    comment_it(fixture, id, "thank you", CODE_OK);
    publish_it(fixture, id, CODE_OK);
    return id;
}

static inline const Pb__GetReportResponse *report_of(struct fixture *fixture, const char *id,
                                                     enum code expected)
{
    Pb__GetReportRequest request = PB__GET_REPORT_REQUEST__INIT;
    request.report_id = id;
    return call(fixture, REPORTS("GetReport"), &request.base, expected);
}

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
