/* What progress is made from (rule M6). In: records, in any order and any number of times. Out: each once, in
 * its newest version; who has which provision; visits by provision. */

#include "services/monitoring/rules_progress_inside.h"
#include "services/monitoring/rules_visit.h"

#include <stdlib.h>

enum { ENTRIES_FIRST = 64 };

struct progress_builder *progress_create(const Pb__AllocationCycle *cycle, struct date today,
                                         struct arena *arena)
{
    struct progress_builder *builder = arena_new(arena, struct progress_builder);
    if (!builder)
        return NULL;
    builder->arena = arena;
    builder->cycle = cycle;
    builder->today = today;
    builder->first_on = stored_date(cycle->first_on);
    builder->last_on = stored_date(cycle->last_on);
    return builder;
}

/* --- being told -------------------------------------------------------------------------------------- */

bool progress_push(struct arena *arena, struct entries *entries, struct entry entry)
{
    if (entries->count == entries->capacity) {
        size_t capacity = entries->capacity ? 2 * entries->capacity : ENTRIES_FIRST;
        struct entry *items = arena_array(arena, struct entry, capacity);
        if (!items)
            return false;
        if (entries->count > 0)
            memcpy(items, entries->items, entries->count * sizeof *items);
        entries->items = items;
        entries->capacity = capacity;
    }
    entries->items[entries->count++] = entry;
    return true;
}

static bool told(struct progress_builder *builder, struct entries *entries, struct entry entry)
{
    builder->settled = false;
    return progress_push(builder->arena, entries, entry);
}

static uint64_t version_of(const Pb__RecordMeta *meta)
{
    return meta ? meta->version : 0;
}

bool progress_add_allocation(struct progress_builder *builder, const Pb__Allocation *allocation)
{
    return told(builder, &builder->allocations,
                (struct entry){allocation->provision_id, version_of(allocation->meta), allocation, NULL});
}

bool progress_add_term(struct progress_builder *builder, const Pb__AllocationTerm *term,
                       const char *provider_id)
{
    return told(builder, &builder->terms,
                (struct entry){term->id, version_of(term->meta), term, provider_id});
}

bool progress_add_visit(struct progress_builder *builder, const Pb__Visit *visit)
{
    return told(builder, &builder->visits, (struct entry){visit->id, version_of(visit->meta), visit, NULL});
}

bool progress_add_report(struct progress_builder *builder, const Pb__Report *report)
{
    return told(builder, &builder->reports,
                (struct entry){report->id, version_of(report->meta), report, NULL});
}

bool progress_add_told(struct progress_builder *builder, const struct told_report *told_report,
                       uint64_t version)
{
    return told(builder, &builder->published,
                (struct entry){told_report->head.id, version, told_report, NULL});
}

/* --- each once --------------------------------------------------------------------------------------- */

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int order = strcmp(a->id, b->id);
    return order ? order : ORDER(b->version, a->version);
}

static void keep_newest(struct entries *entries)
{
    size_t kept = 0;
    if (entries->count == 0)
        return;
    qsort(entries->items, entries->count, sizeof *entries->items, compare_entries);
    for (size_t i = 1; i < entries->count; i++)
        if (strcmp(entries->items[i].id, entries->items[kept].id) != 0)
            entries->items[++kept] = entries->items[i];
    entries->count = kept + 1;
}

static int compare_holdings(const void *left, const void *right)
{
    const struct holding *a = left, *b = right;
    return strcmp(a->provision_id, b->provision_id);
}

static struct holding holding_of(const Pb__Allocation *allocation)
{
    return (struct holding){
        .provision_id = allocation->provision_id,
        .authority_id = allocation->authority_id,
        .provider_id = allocation->provider_id,
        .name = allocation->name,
        .standing = allocation->standing,
    };
}

/* Did the term last on the last day of the cycle, or today while it runs? */
static bool term_counts(const struct progress_builder *builder, const Pb__AllocationTerm *term)
{
    struct date day = builder->today, from = stored_date(term->from), until = stored_date(term->until);
    if (!date_is_none(builder->last_on) && date_compare(builder->last_on, day) < 0)
        day = builder->last_on;
    return date_compare(from, day) <= 0 && (date_is_none(until) || date_compare(until, day) > 0);
}

static struct holding holding_then(const Pb__AllocationTerm *term, const char *provider_id)
{
    return (struct holding){
        .provision_id = term->provision_id,
        .authority_id = term->authority_id,
        .provider_id = provider_id,
        .name = term->name,
        .standing = term->standing,
    };
}

static bool settle_holdings(struct progress_builder *builder)
{
    const struct entries *allocations = &builder->allocations, *terms = &builder->terms;
    struct holding *holdings =
        arena_array(builder->arena, struct holding, allocations->count + terms->count + 1);
    size_t count = 0;
    if (!holdings)
        return false;
    for (size_t i = 0; i < allocations->count; i++)
        holdings[count++] = holding_of(allocations->items[i].record);
    for (size_t i = 0; i < terms->count; i++)
        if (term_counts(builder, terms->items[i].record))
            holdings[count++] = holding_then(terms->items[i].record, terms->items[i].beside);
    qsort(holdings, count, sizeof *holdings, compare_holdings);
    builder->holdings = holdings;
    builder->holding_count = count;
    return true;
}

static int compare_visits(const void *left, const void *right)
{
    const Pb__Visit *a = *(const Pb__Visit *const *)left, *b = *(const Pb__Visit *const *)right;
    int order = strcmp(a->provision_id, b->provision_id);
    return order ? order : strcmp(a->id, b->id);
}

static bool settle_visits(struct progress_builder *builder)
{
    const Pb__Visit **visits = arena_array(builder->arena, const Pb__Visit *, builder->visits.count + 1);
    size_t count = 0;
    if (!visits)
        return false;
    for (size_t i = 0; i < builder->visits.count; i++) {
        const Pb__Visit *visit = builder->visits.items[i].record;
        if (strcmp(visit->cycle_id, builder->cycle->id) == 0)
            visits[count++] = visit;
    }
    qsort(visits, count, sizeof *visits, compare_visits);
    builder->visits_there = visits;
    builder->visit_count = count;
    return true;
}

enum code progress_settle(struct progress_builder *builder)
{
    if (builder->settled)
        return CODE_OK;
    keep_newest(&builder->allocations);
    keep_newest(&builder->terms);
    keep_newest(&builder->visits);
    keep_newest(&builder->reports);
    keep_newest(&builder->published);
    if (!settle_holdings(builder) || !settle_visits(builder))
        return CODE_RESOURCE_EXHAUSTED;
    builder->settled = true;
    return CODE_OK;
}

/* --- asked ------------------------------------------------------------------------------------------- */

const struct holding *progress_holding(const struct progress_builder *builder, const char *provision_id)
{
    const struct holding key = {.provision_id = provision_id};
    return bsearch(&key, builder->holdings, builder->holding_count, sizeof key, compare_holdings);
}

/* The first visit at the provision, or where it would stand. */
static size_t first_visit(const struct progress_builder *builder, const char *provision_id)
{
    size_t from = 0, until = builder->visit_count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (strcmp(builder->visits_there[middle]->provision_id, provision_id) < 0)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

struct shared_visit progress_shared_visit(const struct progress_builder *builder,
                                          const struct holding *holding)
{
    struct shared_visit shared = {0};
    for (size_t i = first_visit(builder, holding->provision_id);
         i < builder->visit_count &&
         strcmp(builder->visits_there[i]->provision_id, holding->provision_id) == 0;
         i++) {
        const Pb__Visit *visit = builder->visits_there[i];
        if (!visit_purpose_is_shared(visit->purpose))
            continue;
        if (visit->state == PB__VISIT_STATE__VISIT_STATE_MADE)
            shared.made = true;
        if (visit->state == PB__VISIT_STATE__VISIT_STATE_PLANNED &&
            strcmp(visit->authority_id, holding->authority_id) == 0 &&
            (!shared.planned || strcmp(visit->intended_on, shared.planned->intended_on) > 0))
            shared.planned = visit;
    }
    return shared;
}
