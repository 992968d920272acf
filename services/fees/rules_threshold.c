/* What a threshold says and comes to (rule F4). In: an expression as it was understood, indices, a day, an
 * increase. Out: its text, its per cent, and how the increase stands to it; all exactly. */

#include "services/fees/rules_threshold.h"

#include "services/fees/rules_index.h"
#include "services/fees/rules_text.h"

#include <stdio.h>

/* --- printed ----------------------------------------------------------------------------------------- */

static const char *print_node(const struct threshold *threshold, uint8_t at, struct arena *arena);

/* What stands in something else: in brackets, if it is made of several. */
static const char *print_operand(const struct threshold *threshold, uint8_t at, struct arena *arena)
{
    const char *text = print_node(threshold, at, arena);
    return text && threshold->nodes[at].operation >= THRESHOLD_LOWER ? arena_format(arena, "(%s)", text)
                                                                     : text;
}

static const char *print_two(const struct threshold *threshold, const struct threshold_node *node,
                             struct arena *arena)
{
    /* A sum goes on without brackets: plus is taken from the left. */
    bool goes_on =
        node->operation == THRESHOLD_PLUS && threshold->nodes[node->left].operation == THRESHOLD_PLUS;
    const char *left =
        goes_on ? print_node(threshold, node->left, arena) : print_operand(threshold, node->left, arena);
    const char *right = print_operand(threshold, node->right, arena);
    if (!left || !right)
        return NULL;
    if (node->operation == THRESHOLD_PLUS)
        return arena_format(arena, "%s plus %s", left, right);
    return arena_format(arena, "%s of %s and %s", node->operation == THRESHOLD_LOWER ? "lower" : "higher",
                        left, right);
}

static const char *print_node(const struct threshold *threshold, uint8_t at, struct arena *arena)
{
    const struct threshold_node *node = &threshold->nodes[at];
    char percent[PERCENT_TEXT_BYTES];
    percent_print(node->percent, percent);
    switch (node->operation) {
    case THRESHOLD_PERCENT:
        return arena_format(arena, "%s%%", percent);
    case THRESHOLD_INDEX:
        return arena_text(arena, node->index);
    case THRESHOLD_SHARE:
        return arena_format(arena, "%s%% of %s", percent, node->index);
    case THRESHOLD_LOWER:
    case THRESHOLD_HIGHER:
    case THRESHOLD_PLUS:
        return print_two(threshold, node, arena);
    }
    return NULL;
}

char *threshold_print(const struct threshold *threshold, struct arena *arena)
{
    const char *limit = print_node(threshold, threshold->limit, arena);
    const char *review = threshold->has_review ? print_node(threshold, threshold->review, arena) : "";
    if (!limit || !review)
        return NULL;
    return arena_format(arena, "%s%s%s", limit, threshold->has_review ? ", review above " : "", review);
}

/* --- evaluated --------------------------------------------------------------------------------------- */

struct evaluation {
    const struct threshold_indices *indices;
    struct date on;
    struct arena *arena;
    struct threshold_problem *problem;
    Pb__IndexTaken *taken[FEE_THRESHOLD_NODES_MAX];
    size_t n_taken;
};

static const Pb__FeeIndex *index_of(const struct threshold_indices *indices, const char *id)
{
    for (size_t i = 0; i < indices->count; i++)
        if (strcmp(indices->items[i]->id, id) == 0)
            return indices->items[i];
    return NULL;
}

/* "CPI, NLW": those that there are, as far as they fit. */
static void list_indices(const struct threshold_indices *indices, char *ret_text, size_t size)
{
    size_t used = 0;
    snprintf(ret_text, size, "none");
    for (size_t i = 0; i < indices->count && used + FEE_INDEX_ID_BYTES_MAX + 3 < size; i++)
        used += (size_t)snprintf(ret_text + used, size - used, "%s%.*s", i ? ", " : "",
                                 FEE_INDEX_ID_BYTES_MAX, indices->items[i]->id);
}

static enum fees_refusal unknown_index(const struct threshold_node *node,
                                       const struct threshold_indices *indices,
                                       struct threshold_problem *problem)
{
    char list[160];
    list_indices(indices, list, sizeof list);
    problem->column = node->column;
    snprintf(problem->reason, sizeof problem->reason, "there is no index \"%s\"; there are: %s", node->index,
             list);
    return REFUSAL_THRESHOLD_INDEX_UNKNOWN;
}

/* Remembers what an index was taken at, once. False past the arena's limit. */
static bool note(struct evaluation *evaluation, const struct threshold_node *node,
                 const Pb__FeeIndexValue *value)
{
    for (size_t i = 0; i < evaluation->n_taken; i++)
        if (strcmp(evaluation->taken[i]->index_id, node->index) == 0)
            return true;
    Pb__IndexTaken *taken = arena_new(evaluation->arena, Pb__IndexTaken);
    if (!taken)
        return false;
    pb__index_taken__init(taken);
    taken->index_id = arena_text(evaluation->arena, node->index);
    taken->percent = value->percent;
    taken->from = value->from;
    evaluation->taken[evaluation->n_taken++] = taken;
    return taken->index_id != NULL;
}

static enum fees_refusal take_value(struct evaluation *evaluation, const struct threshold_node *node,
                                    struct percent *ret_percent)
{
    const Pb__FeeIndex *index = index_of(evaluation->indices, node->index);
    if (!index)
        return unknown_index(node, evaluation->indices, evaluation->problem);
    const Pb__FeeIndexValue *value = fee_index_value_on(index, evaluation->on);
    if (!value || !fee_index_percent(value, ret_percent)) {
        char day[DATE_LONG_TEXT_BYTES];
        date_print_long(evaluation->on, day);
        evaluation->problem->column = node->column;
        snprintf(evaluation->problem->reason, sizeof evaluation->problem->reason,
                 "%s has no value known by %s", node->index, day);
        return REFUSAL_THRESHOLD_NO_VALUE;
    }
    return note(evaluation, node, value) ? REFUSAL_NONE : REFUSAL_TOO_MANY;
}

/* With everything within its bounds (percent.h, limits.h) no sum and no share comes near 64 bits. */
static enum fees_refusal node_value(struct evaluation *evaluation, const struct threshold_node *node,
                                    const struct percent *values, struct percent *ret_percent)
{
    struct percent index;
    enum fees_refusal refusal;
    switch (node->operation) {
    case THRESHOLD_PERCENT:
        *ret_percent = node->percent;
        return REFUSAL_NONE;
    case THRESHOLD_INDEX:
        return take_value(evaluation, node, ret_percent);
    case THRESHOLD_SHARE:
        refusal = take_value(evaluation, node, &index);
        if (refusal == REFUSAL_NONE && percent_share(node->percent, index, ret_percent) != CODE_OK)
            refusal = REFUSAL_THRESHOLD_WRONG;
        return refusal;
    case THRESHOLD_LOWER:
    case THRESHOLD_HIGHER: {
        bool left = percent_compare(values[node->left], values[node->right]) < 0;
        *ret_percent = values[left == (node->operation == THRESHOLD_LOWER) ? node->left : node->right];
        return REFUSAL_NONE;
    }
    case THRESHOLD_PLUS:
        return percent_add(values[node->left], values[node->right], ret_percent) == CODE_OK
                   ? REFUSAL_NONE
                   : REFUSAL_THRESHOLD_WRONG;
    }
    return REFUSAL_THRESHOLD_WRONG;
}

enum fees_refusal threshold_evaluate(const struct threshold *threshold, struct date on,
                                     const struct threshold_indices *indices, struct arena *arena,
                                     struct threshold_value *ret_value, struct threshold_problem *ret_problem)
{
    struct threshold_problem unused;
    struct evaluation evaluation = {
        .indices = indices, .on = on, .arena = arena, .problem = ret_problem ? ret_problem : &unused};
    struct percent values[FEE_THRESHOLD_NODES_MAX];
    /* A node stands after those it is made of. */
    for (uint8_t i = 0; i < threshold->count; i++) {
        enum fees_refusal refusal = node_value(&evaluation, &threshold->nodes[i], values, &values[i]);
        if (refusal != REFUSAL_NONE)
            return refusal;
    }
    struct threshold_value value = {.limit = values[threshold->limit],
                                    .has_review = threshold->has_review,
                                    .review = values[threshold->has_review ? threshold->review : 0],
                                    .n_taken = evaluation.n_taken};
    value.taken = arena_array(arena, Pb__IndexTaken *, evaluation.n_taken + 1);
    if (!value.taken)
        return REFUSAL_TOO_MANY;
    memcpy(value.taken, evaluation.taken, evaluation.n_taken * sizeof *value.taken);
    *ret_value = value;
    return REFUSAL_NONE;
}

enum fees_refusal threshold_check_names(const struct threshold *threshold,
                                        const struct threshold_indices *indices,
                                        struct threshold_problem *ret_problem)
{
    for (uint8_t i = 0; i < threshold->count; i++) {
        const struct threshold_node *node = &threshold->nodes[i];
        if (node->index[0] && !index_of(indices, node->index))
            return unknown_index(node, indices, ret_problem);
    }
    return REFUSAL_NONE;
}

bool threshold_preview(const char *expression, struct date on, const struct threshold_indices *indices,
                       struct arena *arena, Pb__PreviewThresholdResponse *ret_preview)
{
    struct threshold threshold;
    struct threshold_value value;
    struct threshold_problem problem = {0};
    char limit[PERCENT_TEXT_BYTES], review[PERCENT_TEXT_BYTES];
    Pb__PreviewThresholdResponse preview;
    pb__preview_threshold_response__init(&preview);
    enum fees_refusal refusal = threshold_parse(expression, &threshold, &problem);
    if (refusal == REFUSAL_NONE) {
        preview.understood = threshold_print(&threshold, arena);
        refusal = threshold_evaluate(&threshold, on, indices, arena, &value, &problem);
    }
    if (refusal == REFUSAL_NONE) {
        percent_print(value.limit, limit);
        percent_print(value.review, review);
        preview.percent = arena_text(arena, limit);
        preview.review_percent = value.has_review ? arena_text(arena, review) : "";
        preview.indices = value.taken;
        preview.n_indices = value.n_taken;
    } else {
        preview.problem = arena_text(arena, problem.reason);
        preview.column = problem.column;
    }
    if (arena->exhausted)
        return false;
    *ret_preview = preview;
    return true;
}

/* --- held against it --------------------------------------------------------------------------------- */

Pb__FeeLevel threshold_level(struct growth growth, const struct threshold_value *value)
{
    bool is_increase = money_compare(growth.to, growth.from) > 0;
    if (!is_increase || growth_compare_percent(growth, value->limit) <= 0)
        return PB__FEE_LEVEL__FEE_LEVEL_WITHIN;
    if (value->has_review && growth_compare_percent(growth, value->review) > 0)
        return PB__FEE_LEVEL__FEE_LEVEL_REVIEW;
    return PB__FEE_LEVEL__FEE_LEVEL_EXCEPTIONAL;
}
