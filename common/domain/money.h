#pragma once
/* Money in whole pence, with arithmetic that refuses to overflow. Every function leaves `ret_…` untouched on
 * failure, and fails with CODE_OUT_OF_RANGE when the answer does not fit 64 bits. */

#include "common/base/error.h"

#include <stdint.h>

/* An amount of pounds sterling in pence; may be negative. */
struct money {
    int64_t pence;
};

enum { MONEY_TEXT_BYTES = 32 }; /* "-£92,233,720,368,547,758.08" and a NUL */

static inline struct money money_pence(int64_t pence)
{
    return (struct money){.pence = pence};
}

/* -1, 0 or 1. */
static inline int money_compare(struct money a, struct money b)
{
    return (a.pence > b.pence) - (a.pence < b.pence);
}

/* CODE_OUT_OF_RANGE when the result does not fit. */
enum code money_add(struct money a, struct money b, struct money *ret_sum);
enum code money_subtract(struct money a, struct money b, struct money *ret_difference);
enum code money_multiply(struct money amount, int64_t by, struct money *ret_product);

/* amount * numerator / denominator, rounded to the nearest penny, halves away from zero; the product is taken
 * in 128 bits. CODE_INVALID_ARGUMENT when the denominator is not positive. */
enum code money_scale(struct money amount, int64_t numerator, int64_t denominator, struct money *ret_scaled);

/* A weekly fee over a year of 365 days: weekly * 365 / 7, rounded as money_scale. */
enum code money_weekly_to_yearly(struct money weekly, struct money *ret_yearly);

/* Reads pounds: "1234", "1,234.56", "£1234.5", "-£3.20", blanks around. Commas, where there are any, stand
 * between groups of three. CODE_INVALID_ARGUMENT says what is wrong; CODE_OUT_OF_RANGE when it is too large.
 * The caller names the field: `ret_fault->field` is left empty. `ret_fault` may be NULL. */
enum code money_parse(const char *text, struct money *ret_money, struct fault *ret_fault);

/* "£1,234.56", "-£0.05" (UTF-8). */
void money_print(struct money money, char ret_text[MONEY_TEXT_BYTES]);
