/* A threshold's expression, as a host's officer types it (rule F4).
 *
 * In: a text, whose bytes are also a fee that grows. Held against: it is understood, or the first thing wrong
 * with it is told with a column of the text; what is understood prints as a text that is understood the same
 * and comes to the same; a higher threshold never makes an increase more exceptional. */

#include "services/fees/rules_threshold.h"
#include "tests/fuzz/targets/fuzz.h"

static Pb__FeeIndexValue values[2];
static Pb__FeeIndexValue *cpi_values[] = {&values[0]}, *nlw_values[] = {&values[1]};
static Pb__FeeIndex cpi, nlw;
static Pb__FeeIndex *list[] = {&cpi, &nlw};

static void begin_indices(void)
{
    for (size_t i = 0; i < 2; i++)
        pb__fee_index_value__init(&values[i]);
    pb__fee_index__init(&cpi);
    pb__fee_index__init(&nlw);
    values[0].from = "2027-01-20", values[0].percent = "3.2345";
    values[1].from = "2027-04-01", values[1].percent = "-0.3";
    cpi.id = "CPI", cpi.values = cpi_values, cpi.n_values = 1;
    nlw.id = "NLW", nlw.values = nlw_values, nlw.n_values = 1;
}

static size_t characters_of(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += ((uint8_t)*text & 0xc0) != 0x80;
    return count;
}

static void check_problem(const struct threshold_problem *problem, const char *text)
{
    require(problem->column >= 1 && problem->column <= characters_of(text) + 1);
    require(*problem->reason && span_is_text(span_of_text(problem->reason)));
}

static void check_levels(const struct threshold_value *value, struct growth growth)
{
    struct threshold_value higher = *value;
    Pb__FeeLevel level = threshold_level(growth, value);
    require(level != PB__FEE_LEVEL__FEE_LEVEL_UNSPECIFIED);
    require(growth.to.pence > growth.from.pence || level == PB__FEE_LEVEL__FEE_LEVEL_WITHIN);
    require(value->has_review || level != PB__FEE_LEVEL__FEE_LEVEL_REVIEW);
    if (percent_add(value->limit, (struct percent){PERCENT_ONE}, &higher.limit) == CODE_OK)
        require(threshold_level(growth, &higher) <= level);
}

static void check_understood(const struct threshold *threshold, struct growth growth, struct arena *arena)
{
    const struct threshold_indices indices = {list, 2};
    const struct date on = {20909}; /* 2027-04-01 */
    struct threshold again;
    struct threshold_value value, value_again;
    struct threshold_problem problem = {0};
    char *text = threshold_print(threshold, arena);
    require(text && span_is_text(span_of_text(text)) && !strpbrk(text, "\n\r\t"));
    if (strlen(text) > FEE_THRESHOLD_BYTES_MAX)
        return;
    require(threshold_parse(text, &again, &problem) == REFUSAL_NONE);
    require(strcmp(threshold_print(&again, arena), text) == 0);
    enum fees_refusal refusal = threshold_evaluate(threshold, on, &indices, arena, &value, &problem);
    require(threshold_evaluate(&again, on, &indices, arena, &value_again, NULL) == refusal);
    require(refusal == REFUSAL_NONE || refusal == REFUSAL_THRESHOLD_INDEX_UNKNOWN);
    if (refusal != REFUSAL_NONE)
        return;
    require(value.limit.parts == value_again.limit.parts && value.has_review == value_again.has_review);
    require(!value.has_review || value.review.parts == value_again.review.parts);
    require(value.n_taken <= 2);
    check_levels(&value, growth);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span left = span_of(data, size);
    char *text = text_of(left);
    int64_t from = (int64_t)(take_number(&left, 8) >> 1), to = (int64_t)take_number(&left, 8);
    const struct growth growth = {money_pence(from ? from : 1), money_pence(to)};
    struct arena arena;
    struct threshold threshold;
    struct threshold_problem problem = {0};
    arena_init(&arena, REQUEST_ARENA_BYTES);
    begin_indices();
    enum fees_refusal refusal = threshold_parse(text, &threshold, &problem);
    require(refusal == REFUSAL_NONE || refusal == REFUSAL_THRESHOLD_WRONG);
    if (refusal == REFUSAL_NONE)
        check_understood(&threshold, growth, &arena);
    else
        check_problem(&problem, text);
    arena_finish(&arena);
    free(text);
    return 0;
}
