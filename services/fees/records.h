#pragma once
/* The tables of fees: copies of the registry's and allocation's records, and its own. Which record has which
 * key, index and audience is said here and nowhere else. */

#include "common/store/store.h"

#include "ccrag/v1/allocation.pb-c.h"
#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/evidence.pb-c.h"
#include "ccrag/v1/fee_applications.pb-c.h"
#include "ccrag/v1/fee_consultations.pb-c.h"
#include "ccrag/v1/fee_cycles.pb-c.h"
#include "ccrag/v1/fee_lines.pb-c.h"
#include "ccrag/v1/forms.pb-c.h"
#include "ccrag/v1/placements.pb-c.h"
#include "ccrag/v1/providers.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

/* Copies (follow.c), of the registry's and of allocation's. */
extern const struct table fees_regions, fees_authorities, fees_sub_regions, fees_providers, fees_provisions,
    fees_placement_facts;
extern const struct table fees_allocations;
/* The same, each list ended by NULL. */
extern const struct table *const fees_registry_copies[];
extern const struct table *const fees_allocation_copies[];

/* Its own. */
extern const struct table fees_cycles, fees_indices, fees_dates, fees_letter_texts;
extern const struct table fees_forms, fees_evidence, fees_evidence_parts;
extern const struct table fees_applications, fees_submissions;
extern const struct table fees_consultations, fees_log, fees_reports, fees_decisions, fees_letters;
extern const struct table fees_lines, fees_line_totals;
/* Provisions to be settled (ConsultationCheck). */
extern const struct table fees_checks;
/* Placements that the registry erased, whose lines are to be erased (FeeLineErasure). */
extern const struct table fees_erasures;

/* All of them, ended by NULL. */
extern const struct table *const fees_tables[];

/* Identifiers, `2027-28/…`. NULL past the arena's limit. */
const char *fees_consultation_id(const char *cycle_id, const char *provision_id, struct arena *arena);
/* Of a decision, and of the totals of an LA's lines. */
const char *fees_of_authority_id(const char *cycle_id, const char *provision_id, const char *authority_id,
                                 struct arena *arena);
const char *fees_date_id(const char *cycle_id, const char *provider_id, const char *authority_id,
                         Pb__FeeTaskKind kind, struct arena *arena);
const char *fees_letter_id(const char *cycle_id, const char *provision_id, const char *authority_id,
                           Pb__FeeLetterKind kind, struct arena *arena);
const char *fees_line_id(const char *cycle_id, const char *placement_id, struct arena *arena);

/* Indexes, for walks. */
#define INDEX_OPEN       "open" /* cycles that are open */
#define INDEX_OPEN_VALUE span_of("o", 1)
#define INDEX_CYCLE      "cycle" /* all but lines: the cycle's name */
#define INDEX_PROVISION                                                                                      \
    "provision" /* placement facts, applications, submissions, consultations, reports: UUID */
#define INDEX_PROVIDER     "provider"     /* applications, submissions, letters, dates: UUID */
#define INDEX_CONSULTATION "consultation" /* log, decisions, letters, totals: fees_consultation_id */
#define INDEX_STANDING     "standing" /* the application that is not withdrawn: fees_consultation_id; unique */
#define INDEX_OWN          "own"      /* decisions, letters, lines, totals of one LA: fees_own_value */
#define INDEX_TOTALS       "totals"   /* lines that one record of totals counts: its identifier */
/* `2027-28/E10000015`; empty past the arena's limit. */
struct span fees_own_value(const char *cycle_id, const char *authority_id, struct arena *arena);
