/* Monitoring's tables: keys, indexes, audiences. In: a record. Out: where it is kept, how it is found, who
 * may see it in the feed and in its history (rules M4, S1). It reads and writes nothing. */

#include "services/monitoring/records.h"

#include "common/service/evidence_keeping.h"
#include "common/service/form_keeping.h"
#include "common/service/index_values.h"
#include "common/wire/wire.h"
#include "services/monitoring/rules_report.h"

#define ALL_MEMBERS (AUDIENCE_SERVICES | AUDIENCE_HOST | AUDIENCE_MEMBERS)

enum { KEPT = TABLE_VERSIONED | TABLE_JOURNAL | TABLE_HISTORY };

static void values_by_report(const ProtobufCMessage *record, struct arena *arena,
                             struct index_values *ret_values)
{
    index_add(ret_values, key_of_uuid(wire_field_text(record, "report_id"), arena));
}

static void values_by_cycle(const ProtobufCMessage *record, struct arena *arena,
                            struct index_values *ret_values)
{
    (void)arena;
    index_add(ret_values, span_of_text(wire_field_text(record, "cycle_id")));
}

static void seen_by_all(const ProtobufCMessage *record, struct audience *ret_audience)
{
    (void)record;
    ret_audience->groups = ALL_MEMBERS;
}

/* Drafts, and what belongs to them: its authority, and the host but for its auditors (rule M4). */
static void seen_by_authors(const ProtobufCMessage *record, struct audience *ret_audience)
{
    ret_audience->groups = AUDIENCE_HOST_OWN;
    audience_add(ret_audience, wire_field_text(record, "authority_id"));
}

/* --- copies ------------------------------------------------------------------------------------------ */

const struct table monitoring_regions = {
    .name = "regions", .type = &pb__region__descriptor, .key = key_by_text};
const struct table monitoring_authorities = {
    .name = "authorities", .type = &pb__authority__descriptor, .key = key_by_text};
const struct table monitoring_providers = {
    .name = "providers", .type = &pb__provider__descriptor, .key = key_by_uuid};

/* Not unique here: of a URN that wanders, its entries may be read in any order of provisions. */
static const struct table_index provision_indexes[] = {{.name = "urn", .values = values_by_urn}};

const struct table monitoring_provisions = {
    .name = "provisions",
    .type = &pb__provision__descriptor,
    .key = key_by_uuid,
    .indexes = provision_indexes,
    .index_count = 1,
};
const struct table monitoring_placement_facts = {
    .name = "placement_facts", .type = &pb__placement_fact__descriptor, .key = key_by_uuid};

const struct table *const monitoring_registry_copies[] = {
    &monitoring_regions,    &monitoring_authorities,     &monitoring_providers,
    &monitoring_provisions, &monitoring_placement_facts, NULL};

const struct table monitoring_cycles = {
    .name = "cycles", .type = &pb__allocation_cycle__descriptor, .key = key_by_text};
const struct table monitoring_allocations = {
    .name = "allocations", .type = &pb__allocation__descriptor, .key = key_by_uuid};

const struct table *const monitoring_allocation_copies[] = {&monitoring_cycles, &monitoring_allocations,
                                                            NULL};

/* Who had what and when, as its allocations told it (follow.c): kept when the copies are read anew. */
const struct table monitoring_terms = {
    .name = "terms", .type = &pb__allocation_term__descriptor, .key = key_by_uuid};

/* --- forms (rule M2) --------------------------------------------------------------------------------- */

const struct table monitoring_forms = {
    .name = "forms",
    .type = &pb__form_template__descriptor,
    .flags = KEPT,
    .key = key_by_text,
    .indexes = form_indexes,
    .index_count = FORM_INDEXES,
    .audience = seen_by_all,
};

/* --- visits (rule M1) -------------------------------------------------------------------------------- */

static void values_of_planned(const ProtobufCMessage *record, struct arena *arena,
                              struct index_values *ret_values)
{
    (void)arena;
    if (((const Pb__Visit *)record)->state == PB__VISIT_STATE__VISIT_STATE_PLANNED)
        index_add(ret_values, INDEX_OPEN_VALUE);
}

static const struct table_index visit_indexes[] = {
    {.name = INDEX_PROVISION, .values = values_by_provision},
    {.name = INDEX_AUTHORITY, .values = values_by_authority},
    {.name = INDEX_CYCLE, .values = values_by_cycle},
    {.name = INDEX_OPEN, .values = values_of_planned},
};

const struct table monitoring_visits = {
    .name = "visits",
    .type = &pb__visit__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .indexes = visit_indexes,
    .index_count = 4,
    .audience = seen_by_all,
};

/* --- reports (rules M3, M4) -------------------------------------------------------------------------- */

/* Not published, not given up. */
static void values_of_report_under_way(const ProtobufCMessage *record, struct arena *arena,
                                       struct index_values *ret_values)
{
    (void)arena;
    Pb__ReportState state = ((const Pb__Report *)record)->state;
    if (state != PB__REPORT_STATE__REPORT_STATE_PUBLISHED &&
        state != PB__REPORT_STATE__REPORT_STATE_DISCARDED)
        index_add(ret_values, INDEX_OPEN_VALUE);
}

/* As the table of rights has it for that state. A provider follows no feed, but reads histories. */
static void seen_by_state(const ProtobufCMessage *record, struct audience *ret_audience)
{
    const Pb__Report *report = (const Pb__Report *)record;
    seen_by_authors(record, ret_audience);
    if (report_right(REPORT_MEMBER, report->state, REPORT_ACT_READ))
        ret_audience->groups |= ALL_MEMBERS;
    if (report_right(REPORT_PROVIDER, report->state, REPORT_ACT_READ))
        audience_add(ret_audience, report->provider_id);
}

static const struct table_index report_indexes[] = {
    {.name = INDEX_PROVISION, .values = values_by_provision},
    {.name = INDEX_AUTHORITY, .values = values_by_authority},
    {.name = INDEX_PROVIDER, .values = values_by_provider},
    {.name = INDEX_CYCLE, .values = values_by_cycle},
    {.name = INDEX_OPEN, .values = values_of_report_under_way},
};

const struct table monitoring_reports = {
    .name = "reports",
    .type = &pb__report__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .indexes = report_indexes,
    .index_count = 5,
    .audience = seen_by_state,
};

static const struct table_index by_report[] = {{.name = INDEX_REPORT, .values = values_by_report}};

/* Its authors' alone, also once the report is published: what is published is in its own record. */
const struct table monitoring_answers = {
    .name = "report_answers",
    .type = &pb__report_answer__descriptor,
    .flags = KEPT,
    .key = key_by_text,
    .indexes = by_report,
    .index_count = 1,
    .audience = seen_by_authors,
};

static void seen_by_all_and_provider(const ProtobufCMessage *record, struct audience *ret_audience)
{
    const Pb__PublishedReport *published = (const Pb__PublishedReport *)record;
    seen_by_all(record, ret_audience);
    if (published->report)
        audience_add(ret_audience, published->report->provider_id);
}

const struct table monitoring_published = {
    .name = "published_reports",
    .type = &pb__published_report__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .audience = seen_by_all_and_provider,
};

/* Heads; the parts are beside them, and neither in the journal nor in the history, so that a file that is
 * taken away is gone. */
const struct table monitoring_evidence = {
    .name = "evidence",
    .type = &pb__evidence__descriptor,
    .flags = TABLE_VERSIONED | TABLE_JOURNAL,
    .key = key_by_uuid,
    .indexes = evidence_indexes,
    .index_count = EVIDENCE_INDEXES,
    .audience = seen_by_authors,
};

const struct table monitoring_evidence_parts = {
    .name = "evidence_chunks", .type = &pb__evidence_chunk__descriptor, .key = key_by_text};

/* --- concerns and quality (rule M5) ------------------------------------------------------------------ */

static void values_of_open_concern(const ProtobufCMessage *record, struct arena *arena,
                                   struct index_values *ret_values)
{
    (void)arena;
    if (((const Pb__Concern *)record)->state != PB__CONCERN_STATE__CONCERN_STATE_RESOLVED)
        index_add(ret_values, INDEX_OPEN_VALUE);
}

static const struct table_index concern_indexes[] = {
    {.name = INDEX_PROVISION, .values = values_by_provision},
    {.name = INDEX_OPEN, .values = values_of_open_concern},
};

const struct table monitoring_concerns = {
    .name = "concerns",
    .type = &pb__concern__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .indexes = concern_indexes,
    .index_count = 2,
    .audience = seen_by_all,
};

static void seen_by_all_and_workers(const ProtobufCMessage *record, struct audience *ret_audience)
{
    (void)record;
    ret_audience->groups = ALL_MEMBERS | AUDIENCE_WORKERS;
}

const struct table monitoring_quality = {
    .name = "provision_quality",
    .type = &pb__provision_quality__descriptor,
    .flags = TABLE_VERSIONED | TABLE_JOURNAL, /* made from the others; it has no past of its own */
    .key = key_by_uuid,
    .audience = seen_by_all_and_workers,
};

/* --- outcomes (rules M7, S2) ------------------------------------------------------------------------- */

static void seen_by_placing_authority(const ProtobufCMessage *record, struct audience *ret_audience)
{
    audience_add(ret_audience, wire_field_text(record, "authority_id"));
}

static const struct table_index outcome_indexes[] = {
    {.name = INDEX_PROVISION, .values = values_by_provision}};

const struct table monitoring_outcomes = {
    .name = "placement_outcomes",
    .type = &pb__placement_outcomes__descriptor,
    .flags = KEPT | TABLE_OWN_KEY,
    .key = key_by_uuid,
    .indexes = outcome_indexes,
    .index_count = 1,
    .audience = seen_by_placing_authority,
};

const struct table monitoring_tallies = {
    .name = "outcome_tallies",
    .type = &pb__outcome_tally__descriptor,
    .flags = TABLE_VERSIONED,
    .key = key_by_uuid,
};

const struct table *const monitoring_tables[] = {
    &monitoring_regions,         &monitoring_authorities, &monitoring_providers,      &monitoring_provisions,
    &monitoring_placement_facts, &monitoring_cycles,      &monitoring_allocations,    &monitoring_terms,
    &monitoring_forms,           &monitoring_visits,      &monitoring_reports,        &monitoring_answers,
    &monitoring_published,       &monitoring_evidence,    &monitoring_evidence_parts, &monitoring_concerns,
    &monitoring_quality,         &monitoring_outcomes,    &monitoring_tallies,        NULL,
};

/* --- identifiers ------------------------------------------------------------------------------------- */

const char *answer_id(const char *report_id, const char *question_id, struct arena *arena)
{
    return arena_format(arena, "%s/%s", report_id, question_id);
}
