#pragma once
/* Allocation's tables: copies of the registry's records, and its own. Which record has which key, index and
 * audience is said here and nowhere else. */

#include "common/service/membership.h"
#include "common/store/store.h"

#include "ccrag/v1/allocation.pb-c.h"
#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/placements.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"
#include "ccrag/v1/transfers.pb-c.h"

/* Copies (follow.c). */
extern const struct table allocation_regions, allocation_authorities, allocation_provisions,
    allocation_placement_facts;
/* The same, ended by NULL. */
extern const struct table *const allocation_copies[];

/* Its own. */
extern const struct table allocation_cycles, allocation_proposals, allocation_pages;
extern const struct table allocation_allocations, allocation_terms, allocation_tasks, allocation_transfers;
extern const struct table allocation_checks;

/* All of them, ended by NULL. */
extern const struct table *const allocation_tables[];

/* Identifiers: `2026-27/3`, `2026-27/3/12`. NULL past the arena's limit. */
const char *proposal_id(const char *cycle_id, uint32_t number, struct arena *arena);
const char *page_id(const char *proposal_id, uint32_t page, struct arena *arena);

/* Values of the indexes, for walks. */
#define INDEX_PROVISION  "provision" /* placement facts, terms, transfers: UUID */
#define INDEX_AUTHORITY  "authority" /* allocations, terms: GSS code; tasks: has it, or would have it */
#define INDEX_OPEN       "open"      /* cycles that are not closed; transfers that wait or hold; open tasks */
#define INDEX_CYCLE      "cycle"     /* proposals of a cycle, by number */
#define INDEX_OPEN_VALUE span_of("o", 1)
