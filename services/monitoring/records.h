#pragma once
/* Monitoring's tables: copies of the registry's and allocation's records, and its own. Which record has which
 * key, index and audience is said here and nowhere else. */

#include "common/store/store.h"

#include "ccrag/v1/allocation.pb-c.h"
#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/concerns.pb-c.h"
#include "ccrag/v1/evidence.pb-c.h"
#include "ccrag/v1/forms.pb-c.h"
#include "ccrag/v1/monitoring.pb-c.h"
#include "ccrag/v1/placements.pb-c.h"
#include "ccrag/v1/providers.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"
#include "ccrag/v1/reports.pb-c.h"

/* Copies (follow.c), of the registry's and of allocation's. */
extern const struct table monitoring_regions, monitoring_authorities, monitoring_providers,
    monitoring_provisions, monitoring_placement_facts;
extern const struct table monitoring_cycles, monitoring_allocations;
/* The same, each list ended by NULL. */
extern const struct table *const monitoring_registry_copies[];
extern const struct table *const monitoring_allocation_copies[];

/* Its own. */
extern const struct table monitoring_terms;
extern const struct table monitoring_forms, monitoring_visits;
extern const struct table monitoring_reports, monitoring_answers, monitoring_published;
extern const struct table monitoring_evidence, monitoring_evidence_parts;
extern const struct table monitoring_concerns, monitoring_quality;
extern const struct table monitoring_outcomes, monitoring_tallies;

/* All of them, ended by NULL. */
extern const struct table *const monitoring_tables[];

/* Identifier of an answer: report and question. NULL past the arena's limit. */
const char *answer_id(const char *report_id, const char *question_id, struct arena *arena);

/* Values of the indexes, for walks; those of forms and evidence are the frame's. */
#define INDEX_PROVISION  "provision" /* visits, reports, concerns: UUID */
#define INDEX_AUTHORITY  "authority" /* visits, reports: GSS code */
#define INDEX_PROVIDER   "provider"  /* reports: UUID */
#define INDEX_CYCLE      "cycle"     /* visits, reports: the cycle they count for */
#define INDEX_REPORT     "report"    /* answers: UUID */
#define INDEX_OPEN       "open"      /* visits planned; reports on their way; concerns not resolved */
#define INDEX_OPEN_VALUE span_of("o", 1)
