#pragma once
/* What is exceptional (rule F4): the language in which the host writes a cycle's threshold, and how an
 * increase stands to it. Pure, and exact: whole numbers only.
 *
 *     threshold  := expression [ "," "review above" expression ]
 *     expression := operand { "plus" operand }
 *     operand    := percentage | INDEX | percentage "of" INDEX | "(" expression ")"
 *                 | "lower of" expression "and" expression
 *                 | "higher of" expression "and" expression
 *
 * A percentage has at most four places and its sign (`1.5%`); an index is written in capitals; other words in
 * any case. "plus" binds tighter than "and": `lower of CPI and 1% plus NLW` is the lower of CPI and (1% plus
 * NLW). At most FEE_THRESHOLD_BYTES_MAX bytes, brackets and "of" FEE_THRESHOLD_DEPTH_MAX deep. */

#include "services/fees/refusal.h"

#include "common/base/arena.h"
#include "common/base/limits.h"
#include "common/domain/date.h"
#include "common/domain/percent.h"

#include "ccrag/v1/fee_applications.pb-c.h"
#include "ccrag/v1/fee_cycles.pb-c.h"

/* What is wrong with an expression, and where. */
struct threshold_problem {
    uint32_t column; /* from 1, in characters */
    char reason[FAULT_REASON_BYTES];
};

enum threshold_operation {
    THRESHOLD_PERCENT, /* 1.5% */
    THRESHOLD_INDEX,   /* CPI */
    THRESHOLD_SHARE,   /* 50% of CPI */
    THRESHOLD_LOWER,
    THRESHOLD_HIGHER,
    THRESHOLD_PLUS,
};

struct threshold_node {
    enum threshold_operation operation;
    uint32_t column;                        /* of an index: where its name stands */
    struct percent percent;                 /* of PERCENT and SHARE */
    char index[FEE_INDEX_ID_BYTES_MAX + 1]; /* of INDEX and SHARE */
    uint8_t left, right;                    /* of LOWER, HIGHER and PLUS: nodes before this one */
};

/* An expression as it was understood. */
struct threshold {
    struct threshold_node nodes[FEE_THRESHOLD_NODES_MAX];
    uint8_t count;
    uint8_t limit; /* node: above it an increase is exceptional */
    bool has_review;
    uint8_t review; /* node: above it the host reviews */
};

/* THRESHOLD_WRONG: with the place and what was expected there; `ret_threshold` is untouched. */
enum fees_refusal threshold_parse(const char *text, struct threshold *ret_threshold,
                                  struct threshold_problem *ret_problem);

/* Is it a word of the language, in any case? No index can be called so. */
bool threshold_is_word(const char *text);

/* As it was understood, in one line, with brackets around whatever stands in something else: reading it gives
 * the same again. NULL past the arena's limit. */
char *threshold_print(const struct threshold *threshold, struct arena *arena);

/* Indices as they are stored, in any order. Borrowed. */
struct threshold_indices {
    Pb__FeeIndex *const *items;
    size_t count;
};

/* What an expression comes to on a day. */
struct threshold_value {
    struct percent limit;
    bool has_review;
    struct percent review;
    Pb__IndexTaken **taken; /* each index once, in the order of their names' places */
    size_t n_taken;
};

/* An index has its last value of on or before the day. THRESHOLD_INDEX_UNKNOWN, THRESHOLD_NO_VALUE: with the
 * place of its name, the index and the day; TOO_MANY past the arena's limit. `ret_value` is untouched then.
 */
enum fees_refusal threshold_evaluate(const struct threshold *threshold, struct date on,
                                     const struct threshold_indices *indices, struct arena *arena,
                                     struct threshold_value *ret_value,
                                     struct threshold_problem *ret_problem);

/* THRESHOLD_INDEX_UNKNOWN: it names an index that there is not. Whether those there are have a value yet is
 * asked when something is held against it. */
enum fees_refusal threshold_check_names(const struct threshold *threshold,
                                        const struct threshold_indices *indices,
                                        struct threshold_problem *ret_problem);

/* All that PreviewThreshold tells, what is wrong included: reads, prints and evaluates. False past the
 * arena's limit. */
bool threshold_preview(const char *expression, struct date on, const struct threshold_indices *indices,
                       struct arena *arena, Pb__PreviewThresholdResponse *ret_preview);

/* --- which one, when --------------------------------------------------------------------------------- */

/* The threshold of a cycle in force on a day: the last that begins on or before it. What comes before the
 * first begins is held against the first, since applications for a cycle come before it. NULL: there is none.
 */
const Pb__FeeThreshold *threshold_in_force(const Pb__FeeCycle *cycle, struct date on);

/* A cycle with another threshold, put in its place by its first day; one of the same day is replaced. It must
 * be right, and name indices that there are. `last_held`: the day of the last submission that was held
 * against a threshold of this cycle (DATE_NONE: none); it must begin after that. Meta and state are the
 * service's. */
enum fees_refusal threshold_set(const Pb__FeeCycle *stored, const Pb__FeeThreshold *asked,
                                const struct threshold_indices *indices, struct date last_held,
                                struct arena *arena, Pb__FeeCycle *ret_cycle, struct fault *ret_fault);

/* --- held against it --------------------------------------------------------------------------------- */

/* How an increase stands to a threshold: WITHIN if it is no increase or not above the limit; EXCEPTIONAL
 * above it; REVIEW if it is above the level of review too. Exactly. */
Pb__FeeLevel threshold_level(struct growth growth, const struct threshold_value *value);
