#pragma once
/* What lines come to, exactly (rules F5, F8). Pure: whole pence, each line's year rounded by itself, so that
 * sums agree to the penny at any level. A line's fees are at most FEE_WEEKLY_PENCE_MAX a week, so that no sum
 * of lines of a region can overflow. */

#include "common/base/arena.h"

#include "ccrag/v1/fee_lines.pb-c.h"

struct fee_amounts {
    int64_t weekly, yearly; /* pence */
};

/* As Pb__FeeTotals has it, without its pointers. */
struct fee_totals {
    uint32_t lines, decided_lines;
    struct fee_amounts current, proposed;
    uint32_t negotiated_lines;
    struct fee_amounts negotiated_proposed, negotiated;
    struct fee_amounts decided_current, decided_proposed, decided;
};

/* A weekly fee over its year: 38 times (day, 38 weeks), else 365/7 times to the nearest penny, halves away
 * from zero. */
int64_t fee_yearly_pence(int64_t weekly_pence, Pb__Attendance attendance);

/* Of NULL, nothing. */
struct fee_totals fee_totals_of(const Pb__FeeTotals *message);
/* In the arena; NULL past its limit. */
Pb__FeeTotals *fee_totals_message(const struct fee_totals *totals, struct arena *arena);
void fee_totals_add(struct fee_totals *sum, const struct fee_totals *part);

/* What the report and the decision give a line (rules_lines.h). */
struct fee_line_figures {
    bool is_negotiated, is_decided;
    int64_t negotiated_pence, decided_pence; /* a week; 0 where it is not */
};

/* The lines of one LA at one provision in one cycle. Those erased are counted in the first two as well. */
struct fee_line_sums {
    struct fee_totals term_time, all_year, erased_term_time, erased_all_year;
};

/* Begins counting anew: only what was erased (of NULL: nothing). Then add every line that is there. */
struct fee_line_sums fee_line_sums_begin(const Pb__FeeLineTotals *stored);
/* Adds a line with its figures. */
void fee_line_sums_add(struct fee_line_sums *sums, const Pb__FeeLine *line,
                       const struct fee_line_figures *figures);
/* A line is erased (rule S2): it is counted from now on without being there, with its figures as they are.
 * Instead of fee_line_sums_add. */
void fee_line_sums_erase(struct fee_line_sums *sums, const Pb__FeeLine *line,
                         const struct fee_line_figures *figures);
/* What is counted and not there, though nobody took it out: where an older copy was put in a store's place,
 * what had been erased since was erased in it again. It counts as erased from now on. `there`: begun with
 * `totals`, and every line that is there added as it is counted now. False past the arena's limit. */
bool fee_line_sums_own_up(const struct fee_line_sums *there, struct arena *arena, Pb__FeeLineTotals *totals);
/* Puts the four sums in place. False past the arena's limit, and nothing is changed. */
bool fee_line_sums_put(const struct fee_line_sums *sums, struct arena *arena, Pb__FeeLineTotals *totals);

/* Both, together. */
struct fee_totals fee_line_totals_all(const Pb__FeeLineTotals *totals);
