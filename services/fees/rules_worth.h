#pragma once
/* What a cycle was worth (rule F8): asked for, negotiated, decided. Pure: the totals of each LA at each
 * provision are told once each, in any order, and are not kept; a row is. */

#include "services/fees/rules_line_sums.h"

#include "common/base/error.h"

#include "ccrag/v1/fees.pb-c.h"

struct fee_worth;

/* `authority_id`: rows and their total of that LA's lines alone; "": of all. Everything is kept in `arena`.
 * NULL past its limit. */
struct fee_worth *fee_worth_create(Pb__WorthOf of, const char *authority_id, struct arena *arena);

/* What rows can be made of. Borrowed for the call; "" where it is not known. */
struct fee_worth_of {
    const char *provider_id, *provider_name;
    const char *owner; /* ultimate owner's name; "": the provider itself */
    const char *provision_name;
    Pb__ProvisionKind kind;
};
/* Every LA's, whoever asks: the region's total is made of them. False past the arena's limit. */
bool fee_worth_add(struct fee_worth *worth, const Pb__FeeLineTotals *totals, const struct fee_worth_of *of);
/* Who places in scope (led, alone, shared), so that it can be said who has no line yet. */
bool fee_worth_add_placing(struct fee_worth *worth, const Pb__Consultation *consultation);

struct fee_worth_table {
    Pb__Worth **rows; /* that have lines, by name, then identifier */
    size_t count;
    Pb__Worth *total;           /* of the rows, to the penny */
    Pb__Worth *region;          /* NULL where fewer than WORTH_AUTHORITIES_LEAST LAs have lines */
    const char **without_lines; /* by GSS code */
    size_t n_without_lines;
};
/* Percentages are of weekly sums; "" where nothing is paid now. RESOURCE_EXHAUSTED past the arena's limit. */
enum code fee_worth_build(struct fee_worth *worth, struct fee_worth_table *ret_table);
