/* The tables of fees: keys, indexes, audiences. In: a record. Out: where it is kept, how it is found, who may
 * see it in the feed and in its history (rules S1, S4). It reads and writes nothing. */

#include "services/fees/records.h"

#include "common/service/evidence_keeping.h"
#include "common/service/form_keeping.h"
#include "common/service/index_values.h"
#include "common/wire/wire.h"
#include "services/fees/rules_application.h"
#include "services/fees/rules_sharing.h"

enum { KEPT = TABLE_VERSIONED | TABLE_JOURNAL | TABLE_HISTORY };

/* --- values of indexes ------------------------------------------------------------------------------- */

static void values_by_cycle(const ProtobufCMessage *record, struct arena *arena,
                            struct index_values *ret_values)
{
    (void)arena;
    index_add(ret_values, span_of_text(wire_field_text(record, "cycle_id")));
}

static void values_by_consultation(const ProtobufCMessage *record, struct arena *arena,
                                   struct index_values *ret_values)
{
    const char *id = fees_consultation_id(wire_field_text(record, "cycle_id"),
                                          wire_field_text(record, "provision_id"), arena);
    index_add(ret_values, span_of_text(id ? id : ""));
}

struct span fees_own_value(const char *cycle_id, const char *authority_id, struct arena *arena)
{
    const char *text = arena_format(arena, "%s/%s", cycle_id, authority_id);
    return span_of_text(text ? text : "");
}

static void values_by_own(const ProtobufCMessage *record, struct arena *arena,
                          struct index_values *ret_values)
{
    index_add(ret_values, fees_own_value(wire_field_text(record, "cycle_id"),
                                         wire_field_text(record, "authority_id"), arena));
}

/* --- audiences --------------------------------------------------------------------------------------- */

static void seen_by_all(const ProtobufCMessage *record, struct audience *ret_audience)
{
    (void)record;
    ret_audience->groups = AUDIENCE_SERVICES | AUDIENCE_HOST | AUDIENCE_MEMBERS;
}

/* As the table of rights has it. A provider follows no feed, but reads histories. */
static void seen_by(enum fee_thing thing, const struct fee_whose *whose, struct audience *ret_audience)
{
    if (sharing_right(thing, SHARING_MEMBER, SHARING_READ))
        ret_audience->groups |= AUDIENCE_SERVICES | AUDIENCE_MEMBERS;
    if (sharing_right(thing, SHARING_HOST, SHARING_READ))
        ret_audience->groups |= AUDIENCE_HOST_OWN;
    if (sharing_right(thing, SHARING_AUDITOR, SHARING_READ))
        ret_audience->groups |= AUDIENCE_HOST; /* who is the host's reads all that its auditors read */
    if (sharing_right(thing, SHARING_PROVIDER, SHARING_READ))
        audience_add(ret_audience, whose->provider_id);
    if (sharing_right(thing, SHARING_OWN, SHARING_READ))
        audience_add(ret_audience, whose->authority_id);
    if (sharing_right(thing, SHARING_LEAD, SHARING_READ))
        audience_add(ret_audience, whose->lead_id);
    for (size_t i = 0; sharing_right(thing, SHARING_CONCERNED, SHARING_READ) && i < whose->concerned_count;
         i++)
        audience_add(ret_audience, whose->concerned_ids[i]);
}

/* Of an application, what is being written (FEE_ACT_READ) and what was submitted. */
static void seen_of_application(enum fee_act act, const struct fee_whose *whose,
                                struct audience *ret_audience)
{
    const Pb__FeeApplicationState state = PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_SUBMITTED;
    if (fee_application_right(FEE_MEMBER, state, true, act))
        ret_audience->groups |= AUDIENCE_SERVICES | AUDIENCE_MEMBERS;
    if (fee_application_right(FEE_HOST, state, true, act))
        ret_audience->groups |= AUDIENCE_HOST_OWN;
    if (fee_application_right(FEE_AUDITOR, state, true, act))
        ret_audience->groups |= AUDIENCE_HOST;
    if (fee_application_right(FEE_PROVIDER, state, true, act))
        audience_add(ret_audience, whose->provider_id);
    for (size_t i = 0; fee_application_right(FEE_CONCERNED, state, true, act) && i < whose->concerned_count;
         i++)
        audience_add(ret_audience, whose->concerned_ids[i]);
}

/* What such fields of a record say. */
static struct fee_whose whose_of(const ProtobufCMessage *record)
{
    return (struct fee_whose){.lead_id = wire_field_text(record, "lead_id"),
                              .authority_id = wire_field_text(record, "authority_id"),
                              .provider_id = wire_field_text(record, "provider_id")};
}

/* --- copies ------------------------------------------------------------------------------------------ */

static const struct table_index by_provision[] = {{.name = INDEX_PROVISION, .values = values_by_provision}};
/* Not unique here: of a URN that wanders, its entries may be read in any order of provisions. */
static const struct table_index by_urn[] = {{.name = "urn", .values = values_by_urn}};

const struct table fees_regions = {.name = "regions", .type = &pb__region__descriptor, .key = key_by_text};
const struct table fees_authorities = {
    .name = "authorities", .type = &pb__authority__descriptor, .key = key_by_text};
const struct table fees_sub_regions = {
    .name = "sub_regions", .type = &pb__sub_region__descriptor, .key = key_by_uuid};
const struct table fees_providers = {
    .name = "providers", .type = &pb__provider__descriptor, .key = key_by_uuid};
const struct table fees_provisions = {.name = "provisions",
                                      .type = &pb__provision__descriptor,
                                      .key = key_by_uuid,
                                      .indexes = by_urn,
                                      .index_count = 1};
const struct table fees_placement_facts = {.name = "placement_facts",
                                           .type = &pb__placement_fact__descriptor,
                                           .key = key_by_uuid,
                                           .indexes = by_provision,
                                           .index_count = 1};
const struct table *const fees_registry_copies[] = {&fees_regions,
                                                    &fees_authorities,
                                                    &fees_sub_regions,
                                                    &fees_providers,
                                                    &fees_provisions,
                                                    &fees_placement_facts,
                                                    NULL};

const struct table fees_allocations = {
    .name = "allocations", .type = &pb__allocation__descriptor, .key = key_by_uuid};
const struct table *const fees_allocation_copies[] = {&fees_allocations, NULL};

const struct table fees_checks = {
    .name = "checks", .type = &pb__consultation_check__descriptor, .key = key_by_uuid};

const struct table fees_erasures = {
    .name = "erasures", .type = &pb__fee_line_erasure__descriptor, .key = key_by_uuid};

/* --- cycles (rules F1, F4) --------------------------------------------------------------------------- */

static void values_of_open_cycle(const ProtobufCMessage *record, struct arena *arena,
                                 struct index_values *ret_values)
{
    (void)arena;
    if (((const Pb__FeeCycle *)record)->state == PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_OPEN)
        index_add(ret_values, INDEX_OPEN_VALUE);
}

static const struct table_index cycle_indexes[] = {{.name = INDEX_OPEN, .values = values_of_open_cycle}};

const struct table fees_cycles = {.name = "cycles",
                                  .type = &pb__fee_cycle__descriptor,
                                  .flags = KEPT,
                                  .key = key_by_text,
                                  .indexes = cycle_indexes,
                                  .index_count = 1,
                                  .audience = seen_by_all};
const struct table fees_indices = {.name = "indices",
                                   .type = &pb__fee_index__descriptor,
                                   .flags = KEPT,
                                   .key = key_by_text,
                                   .audience = seen_by_all};
const struct table fees_letter_texts = {.name = "letter_texts",
                                        .type = &pb__letter_text__descriptor,
                                        .flags = KEPT,
                                        .key = key_by_text,
                                        .audience = seen_by_all};

static void seen_by_all_and_provider(const ProtobufCMessage *record, struct audience *ret_audience)
{
    seen_by_all(record, ret_audience);
    audience_add(ret_audience, wire_field_text(record, "provider_id"));
}

static const struct table_index date_indexes[] = {
    {.name = INDEX_CYCLE, .values = values_by_cycle},
    {.name = INDEX_PROVIDER, .values = values_by_provider},
};

const struct table fees_dates = {.name = "dates",
                                 .type = &pb__fee_date__descriptor,
                                 .flags = KEPT,
                                 .key = key_by_text,
                                 .indexes = date_indexes,
                                 .index_count = 2,
                                 .audience = seen_by_all_and_provider};

/* --- forms and files (rule F3) ----------------------------------------------------------------------- */

const struct table fees_forms = {.name = "forms",
                                 .type = &pb__form_template__descriptor,
                                 .flags = KEPT,
                                 .key = key_by_text,
                                 .indexes = form_indexes,
                                 .index_count = FORM_INDEXES,
                                 .audience = seen_by_all};

static void seen_by_applicant(const ProtobufCMessage *record, struct audience *ret_audience)
{
    const struct fee_whose whose = whose_of(record);
    seen_of_application(FEE_ACT_READ, &whose, ret_audience);
}

/* Heads; the parts are beside them, and neither in the journal nor in the history, so that a file that is
 * taken away is gone. LAs read a file by ReadEvidence, once it was submitted. */
const struct table fees_evidence = {.name = "evidence",
                                    .type = &pb__evidence__descriptor,
                                    .flags = TABLE_VERSIONED | TABLE_JOURNAL,
                                    .key = key_by_uuid,
                                    .indexes = evidence_indexes,
                                    .index_count = EVIDENCE_INDEXES,
                                    .audience = seen_by_applicant};
const struct table fees_evidence_parts = {
    .name = "evidence_parts", .type = &pb__evidence_chunk__descriptor, .key = key_by_text};

/* --- applications (rule F3) -------------------------------------------------------------------------- */

static void values_of_standing(const ProtobufCMessage *record, struct arena *arena,
                               struct index_values *ret_values)
{
    if (((const Pb__FeeApplication *)record)->state !=
        PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_WITHDRAWN)
        values_by_consultation(record, arena, ret_values);
}

static const struct table_index application_indexes[] = {
    {.name = INDEX_STANDING, .unique = true, .values = values_of_standing},
    {.name = INDEX_CYCLE, .values = values_by_cycle},
    {.name = INDEX_PROVISION, .values = values_by_provision},
    {.name = INDEX_PROVIDER, .values = values_by_provider},
};

const struct table fees_applications = {.name = "applications",
                                        .type = &pb__fee_application__descriptor,
                                        .flags = KEPT,
                                        .key = key_by_uuid,
                                        .indexes = application_indexes,
                                        .index_count = 4,
                                        .audience = seen_by_applicant};

static void seen_as_submitted(const ProtobufCMessage *record, struct audience *ret_audience)
{
    const Pb__FeeSubmission *submission = (const Pb__FeeSubmission *)record;
    struct fee_whose whose = whose_of(record);
    whose.concerned_ids = (const char *const *)submission->concerned_ids;
    whose.concerned_count = submission->n_concerned_ids;
    seen_of_application(FEE_ACT_READ_SUBMITTED, &whose, ret_audience);
}

static const struct table_index submission_indexes[] = {
    {.name = INDEX_CYCLE, .values = values_by_cycle},
    {.name = INDEX_PROVISION, .values = values_by_provision},
    {.name = INDEX_PROVIDER, .values = values_by_provider},
};

const struct table fees_submissions = {.name = "submissions",
                                       .type = &pb__fee_submission__descriptor,
                                       .flags = KEPT,
                                       .key = key_by_uuid,
                                       .indexes = submission_indexes,
                                       .index_count = 3,
                                       .audience = seen_as_submitted};

/* --- consultations (rules F2, F6) -------------------------------------------------------------------- */

static void seen_as_head(const ProtobufCMessage *record, struct audience *ret_audience)
{
    const struct fee_whose whose = whose_of(record);
    seen_by(FEE_THING_HEAD, &whose, ret_audience);
}

static const struct table_index consultation_indexes[] = {
    {.name = INDEX_CYCLE, .values = values_by_cycle},
    {.name = INDEX_PROVISION, .values = values_by_provision},
};

const struct table fees_consultations = {.name = "consultations",
                                         .type = &pb__consultation__descriptor,
                                         .flags = KEPT,
                                         .key = key_by_text,
                                         .indexes = consultation_indexes,
                                         .index_count = 2,
                                         .audience = seen_as_head};

static void seen_as_log(const ProtobufCMessage *record, struct audience *ret_audience)
{
    const Pb__FeeLogEntry *entry = (const Pb__FeeLogEntry *)record;
    struct fee_whose whose = whose_of(record);
    whose.concerned_ids = (const char *const *)entry->concerned_ids;
    whose.concerned_count = entry->n_concerned_ids;
    seen_by(FEE_THING_LOG, &whose, ret_audience);
}

static void values_of_log(const ProtobufCMessage *record, struct arena *arena,
                          struct index_values *ret_values)
{
    (void)arena;
    index_add(ret_values, span_of_text(((const Pb__FeeLogEntry *)record)->consultation_id));
}

static const struct table_index log_indexes[] = {{.name = INDEX_CONSULTATION, .values = values_of_log}};

const struct table fees_log = {.name = "log",
                               .type = &pb__fee_log_entry__descriptor,
                               .flags = KEPT,
                               .key = key_by_uuid,
                               .indexes = log_indexes,
                               .index_count = 1,
                               .audience = seen_as_log};

/* A draft is its lead's, whose identifier it carries (settle.c hands it over with the lead). */
static void seen_as_report(const ProtobufCMessage *record, struct audience *ret_audience)
{
    const Pb__FeeReport *report = (const Pb__FeeReport *)record;
    const struct fee_whose whose = {.lead_id = report->authority_id, .authority_id = "", .provider_id = ""};
    seen_by(report->published ? FEE_THING_REPORT : FEE_THING_REPORT_DRAFT, &whose, ret_audience);
}

const struct table fees_reports = {.name = "reports",
                                   .type = &pb__fee_report__descriptor,
                                   .flags = KEPT,
                                   .key = key_by_text,
                                   .indexes = consultation_indexes,
                                   .index_count = 2,
                                   .audience = seen_as_report};

static void seen_as_decision(const ProtobufCMessage *record, struct audience *ret_audience)
{
    const Pb__FeeDecision *decision = (const Pb__FeeDecision *)record;
    struct fee_whose whose = whose_of(record);
    whose.concerned_ids = (const char *const *)decision->concerned_ids;
    whose.concerned_count = decision->n_concerned_ids;
    seen_by(decision->kind == PB__FEE_DECISION_KIND__FEE_DECISION_KIND_PENDING ? FEE_THING_DECISION_PENDING
                                                                               : FEE_THING_DECISION,
            &whose, ret_audience);
}

static const struct table_index of_authority_indexes[] = {
    {.name = INDEX_CYCLE, .values = values_by_cycle},
    {.name = INDEX_CONSULTATION, .values = values_by_consultation},
    {.name = INDEX_OWN, .values = values_by_own},
};

const struct table fees_decisions = {.name = "decisions",
                                     .type = &pb__fee_decision__descriptor,
                                     .flags = KEPT,
                                     .key = key_by_text,
                                     .indexes = of_authority_indexes,
                                     .index_count = 3,
                                     .audience = seen_as_decision};

static void seen_as_letter(const ProtobufCMessage *record, struct audience *ret_audience)
{
    const struct fee_whose whose = whose_of(record);
    seen_by(FEE_THING_LETTER, &whose, ret_audience);
}

/* Those that were sent; which are due is reckoned. */
const struct table fees_letters = {.name = "letters",
                                   .type = &pb__fee_letter__descriptor,
                                   .flags = KEPT,
                                   .key = key_by_text,
                                   .indexes = of_authority_indexes,
                                   .index_count = 3,
                                   .audience = seen_as_letter};

/* --- lines (rules F5, S2) ---------------------------------------------------------------------------- */

static void values_of_line(const ProtobufCMessage *record, struct arena *arena,
                           struct index_values *ret_values)
{
    const Pb__FeeLine *line = (const Pb__FeeLine *)record;
    const char *id = fees_of_authority_id(line->cycle_id, line->provision_id, line->authority_id, arena);
    index_add(ret_values, span_of_text(id ? id : ""));
}

static void seen_as_line(const ProtobufCMessage *record, struct audience *ret_audience)
{
    const struct fee_whose whose = whose_of(record);
    seen_by(FEE_THING_LINES, &whose, ret_audience);
}

static const struct table_index line_indexes[] = {
    {.name = INDEX_OWN, .values = values_by_own},
    {.name = INDEX_TOTALS, .values = values_of_line},
};

const struct table fees_lines = {.name = "lines",
                                 .type = &pb__fee_line__descriptor,
                                 .flags = KEPT | TABLE_OWN_KEY,
                                 .key = key_by_text,
                                 .indexes = line_indexes,
                                 .index_count = 2,
                                 .audience = seen_as_line};

static void seen_as_totals(const ProtobufCMessage *record, struct audience *ret_audience)
{
    const struct fee_whose whose = whose_of(record);
    seen_by(FEE_THING_LINE_TOTALS, &whose, ret_audience);
}

const struct table fees_line_totals = {.name = "line_totals",
                                       .type = &pb__fee_line_totals__descriptor,
                                       .flags =
                                           TABLE_VERSIONED | TABLE_JOURNAL, /* made from lines; no past */
                                       .key = key_by_text,
                                       .indexes = of_authority_indexes,
                                       .index_count = 3,
                                       .audience = seen_as_totals};

const struct table *const fees_tables[] = {
    &fees_regions,       &fees_authorities,
    &fees_sub_regions,   &fees_providers,
    &fees_provisions,    &fees_placement_facts,
    &fees_allocations,   &fees_checks,
    &fees_erasures,      &fees_cycles,
    &fees_indices,       &fees_dates,
    &fees_letter_texts,  &fees_forms,
    &fees_evidence,      &fees_evidence_parts,
    &fees_applications,  &fees_submissions,
    &fees_consultations, &fees_log,
    &fees_reports,       &fees_decisions,
    &fees_letters,       &fees_lines,
    &fees_line_totals,   NULL,
};

/* --- identifiers ------------------------------------------------------------------------------------- */

const char *fees_consultation_id(const char *cycle_id, const char *provision_id, struct arena *arena)
{
    return arena_format(arena, "%s/%s", cycle_id, provision_id);
}

const char *fees_of_authority_id(const char *cycle_id, const char *provision_id, const char *authority_id,
                                 struct arena *arena)
{
    return arena_format(arena, "%s/%s/%s", cycle_id, provision_id, authority_id);
}

const char *fees_date_id(const char *cycle_id, const char *provider_id, const char *authority_id,
                         Pb__FeeTaskKind kind, struct arena *arena)
{
    return arena_format(arena, "%s/%s/%s/%d", cycle_id, provider_id, authority_id, (int)kind);
}

const char *fees_letter_id(const char *cycle_id, const char *provision_id, const char *authority_id,
                           Pb__FeeLetterKind kind, struct arena *arena)
{
    return arena_format(arena, "%s/%s/%s/%d", cycle_id, provision_id, authority_id, (int)kind);
}

const char *fees_line_id(const char *cycle_id, const char *placement_id, struct arena *arena)
{
    return arena_format(arena, "%s/%s", cycle_id, placement_id);
}
