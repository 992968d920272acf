#pragma once
/* How far a cycle has come (rule M6), and what is due or late. Pure: records are told in any order and any
 * number of times (of two versions of one record the newer counts), and give the same.
 *
 * A link owes one visit in a cycle: compliance or quality assurance, made there by anyone, so that a transfer
 * in mid-cycle owes nothing twice. It is intended where its holder has planned that visit. Soles owe nothing.
 */

#include "services/monitoring/rules_report.h"

#include "ccrag/v1/allocation.pb-c.h"

struct progress_builder;

/* Everything is kept in `arena`; records are borrowed until the answers are no longer used. NULL past its
 * limit. */
struct progress_builder *progress_create(const Pb__AllocationCycle *cycle, struct date today,
                                         struct arena *arena);

/* False past the arena's limit. Visits and reports of other cycles count for reminders alone: what was begun
 * before a cycle ended is still to be finished. */
bool progress_add_allocation(struct progress_builder *builder, const Pb__Allocation *allocation);
/* The same of a cycle that is over, when others have the provision now: counts where it lasted on the cycle's
 * last day (today, while it runs). A provision has one holder: tell allocations or terms, not both. */
bool progress_add_term(struct progress_builder *builder, const Pb__AllocationTerm *term,
                       const char *provider_id);
bool progress_add_visit(struct progress_builder *builder, const Pb__Visit *visit);
bool progress_add_report(struct progress_builder *builder, const Pb__Report *report);

/* Progress, a row for each LA, provider or provision that owes, has, or visited anything; by identifier.
 * `authority_id`: only what is that LA's; "": everybody's. Names of LAs and provisions are filled in; of
 * providers they are the service's to set ("" is the row of provisions whose provider nobody knows). The
 * total is the sum of the rows. CODE_RESOURCE_EXHAUSTED past the arena's limit. */
enum code progress_build(struct progress_builder *builder, Pb__ProgressOf of, const char *authority_id,
                         Pb__MonitoringProgress ***ret_rows, size_t *ret_count,
                         Pb__MonitoringProgress *ret_total);
/* By name (its first RECORD_NAME_INDEX_BYTES), then identifier. */
void progress_sort_by_name(Pb__MonitoringProgress **rows, size_t count);
/* Of two pointers to rows, as qsort has it: that order. */
int progress_compare(const void *left, const void *right);
/* A row with nothing but what that order looks at. NULL past the arena's limit. */
const Pb__MonitoringProgress *progress_bare(const Pb__MonitoringProgress *row, struct arena *arena);
