#pragma once
/* Child-level lines (rules F5, S2): whether a row is right, and what the report and the decision make of a
 * line. Pure. What is told of a row never repeats its reference. */

#include "services/fees/rules_figures.h"
#include "services/fees/rules_line_sums.h"

#include "common/domain/date.h"

#include "ccrag/v1/fee_cycles.pb-c.h"
#include "ccrag/v1/placements.pb-c.h"

/* What is wrong with rows. Items are in the arena. */
struct fee_line_problems {
    struct arena *arena;
    Pb__FeeLineProblem **items;
    size_t count, capacity;
    bool full; /* the arena is: something was not told */
};
void fee_line_problems_init(struct fee_line_problems *problems, struct arena *arena);
/* Adds one; texts are borrowed. `reason` NULL: the arena is full. */
void fee_line_problem(struct fee_line_problems *problems, uint32_t row, const char *field,
                      const char *reason);

/* What a row is held against. */
struct fee_line_facts {
    const Pb__FeeCycle *cycle;
    const char *authority_id;            /* whose lines they are */
    const Pb__PlacementFact *placement;  /* of the row; NULL: there is none */
    const Pb__FeeSubmission *submission; /* the provision's last, standing or not; NULL: none */
};

/* Adds what is wrong with a row, each field once; true: nothing, and `ret_line` is the line to keep: the
 * placement's provision, the first day and attendance where they were left out (the cycle's, the service's).
 * Identifier, meta and figures are not set; the day is in the arena, texts are borrowed. */
bool fee_line_check(const Pb__FeeLineRow *row, const struct fee_line_facts *facts,
                    struct fee_line_problems *problems, Pb__FeeLine *ret_line);

/* Of rows of one file: which are about a placement that a row before is about? Tells each. `ret_twice` has
 * room for `count`. RESOURCE_EXHAUSTED past the arena's limit. */
enum code fee_lines_twice(Pb__FeeLineRow *const *rows, size_t count, struct fee_line_problems *problems,
                          bool *ret_twice);

/* Does a row say nothing that is not kept already? */
bool fee_line_same(const Pb__FeeLine *kept, const Pb__FeeLine *given);

/* What a line's figures come from; each may be NULL. */
struct fee_line_basis {
    const Pb__FeeSubmission *submission; /* that stands */
    const Pb__FeeReport *report;         /* published */
    const Pb__FeeDecision *decision;     /* of the line's LA */
};
/* What was agreed for the placement is decided whatever else. ACCEPT of the report's figures is what they
 * give, any other ACCEPT what the line asks for; OTHER what its own figures give; REJECT what is paid now;
 * pending or outdated, nothing. The report gives nothing where it has no figure for the line's service. */
struct fee_line_figures fee_line_figures(const Pb__FeeLine *line, const struct fee_line_basis *basis);
/* Puts them in the line as it is kept. Does that change it? */
bool fee_line_fill(Pb__FeeLine *line, const struct fee_line_figures *figures);
