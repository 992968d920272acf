/* Monitoring as a part of the simulation (rules M1 to M5): the real service, visits, reports and concerns by
 * the operator and by LAs, and what must hold of what is published once all is at rest: it is there once,
 * whole, and searches are told the same.
 *
 * The planted fault stands in a handler's place. */

#include "tests/sim/load_inside.h"
#include "tests/sim/programs.h"
#include "tests/sim/promises_check.h"
#include "tests/sim/region.h"

#include "common/service/handling.h"
#include "services/monitoring/monitoring.h"
#include "services/monitoring/records.h"
#include "services/monitoring/rules_concern.h"

#include "ccrag/v1/handlers.h"

#include <assert.h>
#include <stdlib.h>

#define CALL(m)    "ccrag.v1.MonitoringService/" m
#define FORM(m)    "ccrag.v1.FormsService/" m
#define REPORT(m)  "ccrag.v1.ReportsService/" m
#define CONCERN(m) "ccrag.v1.ConcernsService/" m

struct monitoring_program {
    Pb__MonitoringService_Service monitoring;
    Pb__ReportsService_Service reports;
    Pb__ConcernsService_Service concerns;
    struct api apis[4];
};

/* Writes the report, and nothing for its readers. */
static void publish_barely(Pb__ReportsService_Service *service, const Pb__PublishReportRequest *in,
                           Pb__PublishReportResponse_Closure closure, void *context)
{
    struct command *command = context;
    Pb__PublishReportResponse out = PB__PUBLISH_REPORT_RESPONSE__INIT;
    enum code code;
    Pb__Report *report = load_if_any(command, &monitoring_reports, in->report_id, &code);
    if (!report || report->state != PB__REPORT_STATE__REPORT_STATE_COMMENTED) {
        on_publish_report(service, in, closure, context);
        return;
    }
    report->state = PB__REPORT_STATE__REPORT_STATE_PUBLISHED;
    out.report = report;
    command_answer(command, put(command, &monitoring_reports, report), &out.base);
}

static void build(struct sim *sim)
{
    struct node *node = sim_add_node(sim, MONITORING_NAME, MONITORING_NAME);
    struct monitoring_program *program = calloc(1, sizeof *program);
    assert(program);
    program->monitoring = (Pb__MonitoringService_Service)PB__MONITORING_SERVICE__INIT(on_);
    program->reports = (Pb__ReportsService_Service)PB__REPORTS_SERVICE__INIT(on_);
    program->concerns = (Pb__ConcernsService_Service)PB__CONCERNS_SERVICE__INIT(on_);
    if (sim->plant == PLANT_BARE)
        program->reports.publish_report = publish_barely;
    program->apis[0] = (struct api){.descriptor = &pb__monitoring_service__descriptor,
                                    .handlers = &program->monitoring.base};
    program->apis[1] =
        (struct api){.descriptor = &pb__reports_service__descriptor, .handlers = &program->reports.base};
    program->apis[2] =
        (struct api){.descriptor = &pb__concerns_service__descriptor, .handlers = &program->concerns.base};
    node->context = program;
    node->options = (struct service_options){
        .name = MONITORING_NAME,
        .apis = program->apis,
        .tables = monitoring_tables,
        .follows = monitoring_follows,
        .forms = &monitoring_form_keeping,
        .evidence = &monitoring_evidence_keeping,
        .schema = 1,
        .context = program,
        .entitle = monitoring_entitle,
        .is_demonstration = monitoring_is_demonstration,
    };
}

/* --- what a client has read -------------------------------------------------------------------------- */

static bool is_planned(const ProtobufCMessage *record, const void *of)
{
    (void)of;
    return ((const Pb__Visit *)record)->state == PB__VISIT_STATE__VISIT_STATE_PLANNED;
}

/* A step is now and then asked of a report that is in another state. */
static bool is_draft(const ProtobufCMessage *record, const void *of)
{
    (void)of;
    return ((const Pb__Report *)record)->state == PB__REPORT_STATE__REPORT_STATE_DRAFT;
}

static bool is_sent(const ProtobufCMessage *record, const void *of)
{
    (void)of;
    return ((const Pb__Report *)record)->state == PB__REPORT_STATE__REPORT_STATE_SENT;
}

static bool is_commented(const ProtobufCMessage *record, const void *of)
{
    (void)of;
    return ((const Pb__Report *)record)->state == PB__REPORT_STATE__REPORT_STATE_COMMENTED;
}

static bool is_published(const ProtobufCMessage *record, const void *of)
{
    (void)of;
    return ((const Pb__Report *)record)->state == PB__REPORT_STATE__REPORT_STATE_PUBLISHED;
}

static const Pb__Report *pick_report(struct load *load,
                                     bool (*in_state)(const ProtobufCMessage *record, const void *of))
{
    return order_pick(load, &monitoring_reports, order_chance(load, 85) ? in_state : NULL, NULL);
}

/* --- forms and visits -------------------------------------------------------------------------------- */

static bool order_import(struct load *load, struct order *order)
{
    Pb__ImportFormRequest request = PB__IMPORT_FORM_REQUEST__INIT;
    request.source =
        "form: small\ntitle: A small form\npurpose: quality visit\n\nsection: all: Everything\n\n"
        "question: seen: What was seen?\n  answer: text\n  required\n";
    order_give(load, order, FORM("ImportForm"), &request.base);
    return true;
}

static bool order_use(struct load *load, struct order *order)
{
    Pb__PublishFormRequest request = PB__PUBLISH_FORM_REQUEST__INIT;
    request.form_id = "small";
    order_give(load, order, FORM("PublishForm"), &request.base);
    return true;
}

static const char *today_of(struct load *load)
{
    char text[DATE_TEXT_BYTES];
    date_print(date_from_unix_ms_london(world_wall_ms(&load->node->world.base)), text);
    return arena_text(&load->arena, text);
}

static bool order_plan(struct load *load, struct order *order)
{
    const Pb__PlacementFact *fact = order_pick(load, &monitoring_placement_facts, NULL, NULL);
    Pb__PlanVisitRequest request = PB__PLAN_VISIT_REQUEST__INIT;
    Pb__Visit visit = PB__VISIT__INIT;
    if (!fact)
        return false;
    visit.provision_id = fact->provision_id;
    visit.authority_id = fact->authority_id;
    visit.purpose = PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_VISIT;
    visit.mode = PB__VISIT_MODE__VISIT_MODE_REMOTE;
    visit.intended_on = today_of(load);
    request.visit = &visit;
    request.others_seen = true;
    order_give(load, order, CALL("PlanVisit"), &request.base);
    return true;
}

static bool order_record(struct load *load, struct order *order)
{
    const Pb__Visit *visit = order_pick(load, &monitoring_visits, is_planned, NULL);
    Pb__RecordVisitRequest request = PB__RECORD_VISIT_REQUEST__INIT;
    const char *officers[] = {order->tag};
    if (!visit)
        return false;
    request.visit_id = visit->id;
    request.made_on = today_of(load);
    request.officers = officers;
    request.n_officers = 1;
    order_give(load, order, CALL("RecordVisit"), &request.base);
    return true;
}

/* --- reports ----------------------------------------------------------------------------------------- */

static bool order_save(struct load *load, struct order *order)
{
    const Pb__Report *report = pick_report(load, is_draft);
    Pb__SaveAnswersRequest request = PB__SAVE_ANSWERS_REQUEST__INIT;
    Pb__ReportAnswer kept = PB__REPORT_ANSWER__INIT, *list[] = {&kept};
    Pb__FormAnswer answer = PB__FORM_ANSWER__INIT;
    if (!report)
        return false;
    answer.question_id = "seen";
    answer.text = order->tag;
    kept.answer = &answer;
    request.report_id = report->id;
    request.answers = list;
    request.n_answers = 1;
    order_give(load, order, REPORT("SaveAnswers"), &request.base);
    return true;
}

static bool order_send(struct load *load, struct order *order)
{
    const Pb__Report *report = pick_report(load, is_draft);
    Pb__SendForCommentRequest request = PB__SEND_FOR_COMMENT_REQUEST__INIT;
    if (!report)
        return false;
    request.report_id = report->id;
    order_give(load, order, REPORT("SendForComment"), &request.base);
    return true;
}

static bool order_comment(struct load *load, struct order *order)
{
    const Pb__Report *report = pick_report(load, is_sent);
    Pb__CommentOnReportRequest request = PB__COMMENT_ON_REPORT_REQUEST__INIT;
    if (!report)
        return false;
    request.report_id = report->id;
    request.comment = order->tag;
    order_give(load, order, REPORT("CommentOnReport"), &request.base);
    return true;
}

static bool order_publish(struct load *load, struct order *order)
{
    const Pb__Report *report = pick_report(load, is_commented);
    Pb__PublishReportRequest request = PB__PUBLISH_REPORT_REQUEST__INIT;
    if (!report)
        return false;
    request.report_id = report->id;
    order_give(load, order, REPORT("PublishReport"), &request.base);
    return true;
}

static bool order_amend(struct load *load, struct order *order)
{
    const Pb__Report *report = pick_report(load, is_published);
    Pb__AmendReportRequest request = PB__AMEND_REPORT_REQUEST__INIT;
    Pb__FormAnswer answer = PB__FORM_ANSWER__INIT, *answers[] = {&answer};
    if (!report)
        return false;
    answer.question_id = "seen";
    answer.text = order->tag;
    request.report_id = report->id;
    request.reason = order->tag;
    request.answers = answers;
    request.n_answers = 1;
    order_give(load, order, REPORT("AmendReport"), &request.base);
    return true;
}

/* --- concerns ---------------------------------------------------------------------------------------- */

static bool order_raise(struct load *load, struct order *order)
{
    const Pb__PlacementFact *fact = order_pick(load, &monitoring_placement_facts, NULL, NULL);
    Pb__RaiseConcernRequest request = PB__RAISE_CONCERN_REQUEST__INIT;
    if (!fact)
        return false;
    request.provision_id = fact->provision_id;
    request.severity = PB__CONCERN_SEVERITY__CONCERN_SEVERITY_HIGH;
    request.text = order->tag;
    order_give(load, order, CONCERN("RaiseConcern"), &request.base);
    return true;
}

static bool order_carry_on(struct load *load, struct order *order)
{
    const Pb__Concern *concern = order_pick(load, &monitoring_concerns, NULL, NULL);
    Pb__UpdateConcernRequest request = PB__UPDATE_CONCERN_REQUEST__INIT;
    if (!concern)
        return false;
    request.concern_id = concern->id;
    request.version = concern->meta->version;
    request.state = order_chance(load, 50) ? PB__CONCERN_STATE__CONCERN_STATE_SUSPENDED
                                           : PB__CONCERN_STATE__CONCERN_STATE_RESOLVED;
    request.finding = order->tag;
    order_give(load, order, CONCERN("UpdateConcern"), &request.base);
    return true;
}

/* --- which ------------------------------------------------------------------------------------------- */

static bool is_small(const ProtobufCMessage *record, const void *of)
{
    (void)of;
    return strcmp(((const Pb__FormTemplate *)record)->name, "small") == 0;
}

static bool is_under_way(const ProtobufCMessage *record, const void *of)
{
    return !is_published(record, of);
}

/* What a report of that state waits for; a draft that has its answer is sent. */
static bool step_report(struct load *load, struct order *order, const Pb__Report *report)
{
    if (is_sent(&report->base, NULL))
        return order_comment(load, order);
    if (is_commented(&report->base, NULL))
        return order_publish(load, order);
    return order_chance(load, 50) ? order_save(load, order) : order_send(load, order);
}

/* Whatever comes next: so that some reports come to their end in the short life of a schedule. */
static bool order_step(struct load *load, struct order *order)
{
    const Pb__FormTemplate *form = order_pick(load, &monitoring_forms, is_small, NULL);
    if (!form)
        return order_import(load, order);
    if (form->state == PB__FORM_STATE__FORM_STATE_DRAFT)
        return order_use(load, order);
    const Pb__Report *report = order_pick(load, &monitoring_reports, is_under_way, NULL);
    if (report && order_chance(load, 85))
        return step_report(load, order, report);
    return order_record(load, order) || order_plan(load, order);
}

static const struct order_kind orders[] = {
    {"step", order_step, {{0, 0, 0, 60}, {0, 0, 0, 60}}, NULL, false, NULL, true},
    {"plan", order_plan, {{0, 1, 0, 2}, {0, 1, 0, 2}}, NULL, false, NULL, true},
    {"record", order_record, {{0, 1, 0, 2}, {0, 1, 0, 2}}, NULL, false, NULL, true},
    {"save", order_save, {{0, 2, 0, 2}, {0, 2, 0, 2}}, NULL, false, NULL, true},
    {"send", order_send, {{0, 2, 0, 2}, {0, 2, 0, 2}}, NULL, false, NULL, true},
    {"comment", order_comment, {{0, 0, 0, 2}, {0, 0, 0, 2}}, NULL, false, NULL, false},
    {"publish-report", order_publish, {{0, 2, 0, 6}, {0, 2, 0, 6}}, NULL, false, NULL, true},
    {"amend", order_amend, {{0, 2, 0, 12}, {0, 2, 0, 12}}, NULL, false, NULL, true},
    {"raise", order_raise, {{0, 2, 0, 4}, {0, 2, 0, 4}}, NULL, false, NULL, false},
    {"carry-on", order_carry_on, {{0, 2, 0, 4}, {0, 2, 0, 4}}, NULL, false, NULL, false},
    {NULL, NULL, {{0}}, NULL, false, NULL, false},
};

/* --- what must hold of what is published ------------------------------------------------------------- */

struct resting {
    struct sim *sim;
    struct command command; /* to read with */
    struct collected reports, published, concerns, qualities;
};

static const Pb__PublishedReport *published_of(const struct resting *resting, const char *id)
{
    for (size_t i = 0; i < resting->published.count; i++) {
        const Pb__PublishedReport *published = (const Pb__PublishedReport *)resting->published.items[i];
        if (strcmp(published->id, id) == 0)
            return published;
    }
    return NULL;
}

/* Made once: its version counts its amendments, which are numbered from 1 on. */
static void check_report(struct resting *resting, const Pb__Report *report)
{
    const Pb__PublishedReport *published = published_of(resting, report->id);
    if (is_published(&report->base, NULL) != (published != NULL)) {
        sim_fail(resting->sim, "published-once", "a report is %s, and %s to be read",
                 published ? "not published" : "published", published ? "there" : "not there");
        return;
    }
    if (!published)
        return;
    sim_count(resting->sim, SIM_REPORTS_PUBLISHED);
    bool whole = published->meta->version == 1 + published->n_amendments &&
                 published->n_amendments == report->amendments && published->n_answers == 1;
    for (size_t i = 0; i < published->n_amendments; i++) {
        sim_count(resting->sim, SIM_AMENDMENTS);
        whole = whole && published->amendments[i]->number == i + 1;
    }
    if (!whole)
        sim_fail(resting->sim, "published-once", "version %lu of a published report has %zu amendments of %u",
                 (unsigned long)published->meta->version, published->n_amendments, report->amendments);
}

static bool is_told(const struct resting *resting, const char *provision_id)
{
    for (size_t i = 0; i < resting->qualities.count; i++)
        if (strcmp(((const Pb__ProvisionQuality *)resting->qualities.items[i])->provision_id, provision_id) ==
            0)
            return true;
    return false;
}

/* What searches are told is what all of it gives. */
static void check_quality(struct resting *resting, const Pb__ProvisionQuality *quality)
{
    const char *id = quality->provision_id;
    struct collected concerns = {calloc(resting->concerns.count + 1, sizeof(void *)), 0},
                     reports = {calloc(resting->reports.count + 1, sizeof(void *)), 0};
    Pb__ProvisionQuality now = PB__PROVISION_QUALITY__INIT;
    assert(concerns.items && reports.items);
    for (size_t i = 0; i < resting->concerns.count; i++)
        if (strcmp(((const Pb__Concern *)resting->concerns.items[i])->provision_id, id) == 0)
            concerns.items[concerns.count++] = resting->concerns.items[i];
    for (size_t i = 0; i < resting->reports.count; i++)
        if (strcmp(((const Pb__Report *)resting->reports.items[i])->provision_id, id) == 0)
            reports.items[reports.count++] = resting->reports.items[i];
    provision_quality_of(id, (Pb__Concern **)concerns.items, concerns.count, (Pb__Report **)reports.items,
                         reports.count, &now);
    sim_count(resting->sim, SIM_QUALITIES);
    if (strcmp(now.report_id, quality->report_id) != 0 || now.open_concerns != quality->open_concerns ||
        now.suspensions != quality->suspensions)
        sim_fail(resting->sim, "published-once", "searches are told %u concerns of %s, and there are %u",
                 quality->open_concerns, id, now.open_concerns);
    free(concerns.items);
    free(reports.items);
}

static bool rest_load(struct resting *resting, struct node *node)
{
    struct command *command = &resting->command;
    const struct walk reports = {.table = &monitoring_reports}, published = {.table = &monitoring_published},
                      concerns = {.table = &monitoring_concerns}, qualities = {.table = &monitoring_quality};
    return !node->down && store_read_begin(service_store(node->service), &command->txn) == CODE_OK &&
           collect(command, &reports, NULL, NULL, &resting->reports) == CODE_OK &&
           collect(command, &published, NULL, NULL, &resting->published) == CODE_OK &&
           collect(command, &concerns, NULL, NULL, &resting->concerns) == CODE_OK &&
           collect(command, &qualities, NULL, NULL, &resting->qualities) == CODE_OK;
}

static void check_rest(struct resting *resting)
{
    for (size_t i = 0; i < resting->reports.count; i++)
        check_report(resting, (const Pb__Report *)resting->reports.items[i]);
    for (size_t i = 0; i < resting->qualities.count; i++)
        check_quality(resting, (const Pb__ProvisionQuality *)resting->qualities.items[i]);
    for (size_t i = 0; i < resting->concerns.count; i++) {
        const char *id = ((const Pb__Concern *)resting->concerns.items[i])->provision_id;
        if (!is_told(resting, id))
            sim_fail(resting->sim, "published-once", "searches are told nothing of %s", id);
    }
}

static void check(struct sim *sim)
{
    struct checking *checking = calloc(1, sizeof *checking);
    struct node *node = sim_node_named(sim, MONITORING_NAME);
    struct resting resting = {.sim = sim};
    struct arena arena;
    assert(checking);
    promises_check(sim, node, &monitoring_part, checking);
    free(checking);
    arena_init(&arena, 64 * 1024 * 1024);
    resting.command.arena = &arena;
    sim->quiet = true;
    if (rest_load(&resting, node))
        check_rest(&resting);
    else
        sim_fail(sim, "settles", "monitoring's store cannot be read");
    store_end(resting.command.txn);
    sim->quiet = false;
    arena_finish(&arena);
}

const struct part monitoring_part = {.service = MONITORING_NAME,
                                     .build = build,
                                     .tables = monitoring_tables,
                                     .orders = orders,
                                     .check = check};
