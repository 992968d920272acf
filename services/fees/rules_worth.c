/* What a cycle was worth (rule F8). In: totals of LAs at provisions, one by one. Out: a row for each LA,
 * provider, owner, kind or provision, their total, the region's. Every sum is of whole pence, and exact. */

#include "services/fees/rules_worth.h"

#include "common/base/limits.h"
#include "common/domain/gss.h"
#include "common/domain/kinds.h"
#include "services/fees/rules_figures.h"
#include "services/fees/rules_rows.h"

#include <stdio.h>
#include <stdlib.h>

struct row {
    const char *name;
    struct fee_totals totals;
};

struct fee_worth {
    struct arena *arena;
    Pb__WorthOf of;
    const char *authority_id; /* only this one's rows; "": all */
    struct fee_rows rows;
    struct fee_totals total, region;
    struct fee_rows authorities; /* a bool each: whether it has lines */
    size_t with_lines;           /* of those */
};

struct fee_worth *fee_worth_create(Pb__WorthOf of, const char *authority_id, struct arena *arena)
{
    struct fee_worth *worth = arena_new(arena, struct fee_worth);
    if (!worth)
        return NULL;
    worth->arena = arena;
    worth->of = of;
    worth->authority_id = authority_id;
    fee_rows_init(&worth->rows, sizeof(struct row), arena);
    fee_rows_init(&worth->authorities, sizeof(bool), arena);
    return worth;
}

/* --- being told -------------------------------------------------------------------------------------- */

struct belongs {
    const char *id, *name;
};

static struct belongs belongs_to(const struct fee_worth *worth, const Pb__FeeLineTotals *totals,
                                 const struct fee_worth_of *of)
{
    const struct kind_facts *kind = kind_facts(kind_from_number((int64_t)of->kind));
    const struct authority *authority = authority_by_gss(totals->authority_id);
    const char *owner = of->owner[0] ? of->owner : of->provider_name;
    switch (worth->of) {
    case PB__WORTH_OF__WORTH_OF_PROVIDERS:
        return (struct belongs){of->provider_id, of->provider_name};
    case PB__WORTH_OF__WORTH_OF_OWNERS:
        return (struct belongs){owner, owner};
    case PB__WORTH_OF__WORTH_OF_KINDS:
        return (struct belongs){kind->cli, kind->words};
    case PB__WORTH_OF__WORTH_OF_PROVISIONS:
        return (struct belongs){totals->provision_id, of->provision_name};
    case PB__WORTH_OF__WORTH_OF_UNSPECIFIED:
    case PB__WORTH_OF__WORTH_OF_AUTHORITIES:
    case _PB__WORTH_OF_IS_INT_SIZE:
        break;
    }
    return (struct belongs){totals->authority_id, authority ? authority->name : totals->authority_id};
}

static bool note_authority(struct fee_worth *worth, const char *authority_id, bool has_lines)
{
    bool *had_lines = fee_rows_at(&worth->authorities, authority_id, NULL);
    if (!had_lines)
        return false;
    worth->with_lines += has_lines && !*had_lines;
    *had_lines = *had_lines || has_lines;
    return true;
}

static bool add_to_row(struct fee_worth *worth, struct belongs to, const struct fee_totals *totals)
{
    bool begun;
    struct row *row = fee_rows_at(&worth->rows, to.id, &begun);
    if (!row)
        return false;
    if (begun)
        row->name = arena_text(worth->arena, to.name);
    fee_totals_add(&row->totals, totals);
    fee_totals_add(&worth->total, totals);
    return row->name;
}

bool fee_worth_add(struct fee_worth *worth, const Pb__FeeLineTotals *totals, const struct fee_worth_of *of)
{
    const struct fee_totals all = fee_line_totals_all(totals);
    if (all.lines == 0)
        return true;
    fee_totals_add(&worth->region, &all);
    if (!note_authority(worth, totals->authority_id, true))
        return false;
    if (worth->authority_id[0] && strcmp(worth->authority_id, totals->authority_id) != 0)
        return true;
    return add_to_row(worth, belongs_to(worth, totals, of), &all);
}

bool fee_worth_add_placing(struct fee_worth *worth, const Pb__Consultation *consultation)
{
    bool in_scope = consultation->scope == PB__FEE_SCOPE__FEE_SCOPE_LED ||
                    consultation->scope == PB__FEE_SCOPE__FEE_SCOPE_ALONE ||
                    consultation->scope == PB__FEE_SCOPE__FEE_SCOPE_SHARED;
    for (size_t i = 0; in_scope && i < consultation->n_placing; i++)
        if (consultation->placing[i]->placements > 0 &&
            !note_authority(worth, consultation->placing[i]->authority_id, false))
            return false;
    return true;
}

/* --- rows -------------------------------------------------------------------------------------------- */

/* What `a` is beyond `b`. */
static Pb__FeeAmounts *difference(struct fee_amounts a, struct fee_amounts b, struct arena *arena)
{
    Pb__FeeAmounts *amounts = arena_new(arena, Pb__FeeAmounts);
    if (!amounts)
        return NULL;
    pb__fee_amounts__init(amounts);
    amounts->weekly_pence = a.weekly - b.weekly;
    amounts->yearly_pence = a.yearly - b.yearly;
    return amounts;
}

static Pb__Worth *worth_message(const char *id, const char *name, const struct fee_totals *totals,
                                struct arena *arena)
{
    enum { PLACES = 2 };
    Pb__Worth *worth = arena_new(arena, Pb__Worth);
    if (!worth)
        return NULL;
    pb__worth__init(worth);
    worth->id = id;
    worth->name = name;
    worth->totals = fee_totals_message(totals, arena);
    worth->requested_increase = difference(totals->proposed, totals->current, arena);
    worth->negotiated_saving = difference(totals->negotiated_proposed, totals->negotiated, arena);
    worth->decided_saving = difference(totals->decided_proposed, totals->decided, arena);
    worth->requested_percent =
        fee_increase_text(totals->current.weekly, totals->proposed.weekly, PLACES, arena);
    worth->decided_percent =
        fee_increase_text(totals->decided_current.weekly, totals->decided.weekly, PLACES, arena);
    return worth->totals && worth->requested_increase && worth->negotiated_saving && worth->decided_saving &&
                   worth->requested_percent && worth->decided_percent
               ? worth
               : NULL;
}

static int compare_worth(const void *left, const void *right)
{
    const Pb__Worth *a = *(const Pb__Worth *const *)left, *b = *(const Pb__Worth *const *)right;
    int order = strcmp(a->name, b->name);
    return order ? order : strcmp(a->id, b->id);
}

static bool build_rows(struct fee_worth *worth, struct fee_worth_table *table)
{
    table->rows = arena_array(worth->arena, Pb__Worth *, worth->rows.count + 1);
    if (!table->rows)
        return false;
    for (; table->count < worth->rows.count; table->count++) {
        const struct row *row = fee_rows_get(&worth->rows, table->count);
        Pb__Worth *message =
            worth_message(worth->rows.ids[table->count], row->name, &row->totals, worth->arena);
        if (!message)
            return false;
        table->rows[table->count] = message;
    }
    qsort(table->rows, table->count, sizeof *table->rows, compare_worth);
    return true;
}

static int compare_codes(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool build_without_lines(struct fee_worth *worth, struct fee_worth_table *table)
{
    table->without_lines = arena_array(worth->arena, const char *, worth->authorities.count + 1);
    if (!table->without_lines)
        return false;
    for (size_t i = 0; i < worth->authorities.count; i++)
        if (!*(const bool *)fee_rows_get(&worth->authorities, i))
            table->without_lines[table->n_without_lines++] = worth->authorities.ids[i];
    qsort(table->without_lines, table->n_without_lines, sizeof *table->without_lines, compare_codes);
    return true;
}

enum code fee_worth_build(struct fee_worth *worth, struct fee_worth_table *ret_table)
{
    struct fee_worth_table table = {0};
    bool shows_region = worth->with_lines >= WORTH_AUTHORITIES_LEAST;
    if (!build_rows(worth, &table) || !build_without_lines(worth, &table))
        return CODE_RESOURCE_EXHAUSTED;
    table.total = worth_message("", "", &worth->total, worth->arena);
    table.region = shows_region ? worth_message("", "", &worth->region, worth->arena) : NULL;
    if (!table.total || (shows_region && !table.region))
        return CODE_RESOURCE_EXHAUSTED;
    *ret_table = table;
    return CODE_OK;
}
