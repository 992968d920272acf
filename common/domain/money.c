/* Arithmetic with pence, and pounds as people write them. In: amounts and texts. Out: amounts and texts, or a
 * code that says why not. It knows no currency but sterling and no fraction of a penny. */

#include "common/domain/money.h"
#include "common/domain/scan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum code money_add(struct money a, struct money b, struct money *ret_sum)
{
    int64_t pence;
    if (__builtin_add_overflow(a.pence, b.pence, &pence))
        return CODE_OUT_OF_RANGE;
    *ret_sum = money_pence(pence);
    return CODE_OK;
}

enum code money_subtract(struct money a, struct money b, struct money *ret_difference)
{
    int64_t pence;
    if (__builtin_sub_overflow(a.pence, b.pence, &pence))
        return CODE_OUT_OF_RANGE;
    *ret_difference = money_pence(pence);
    return CODE_OK;
}

enum code money_multiply(struct money amount, int64_t by, struct money *ret_product)
{
    int64_t pence;
    if (__builtin_mul_overflow(amount.pence, by, &pence))
        return CODE_OUT_OF_RANGE;
    *ret_product = money_pence(pence);
    return CODE_OK;
}

enum code money_scale(struct money amount, int64_t numerator, int64_t denominator, struct money *ret_scaled)
{
    if (denominator <= 0)
        return CODE_INVALID_ARGUMENT;
    __extension__ typedef __int128 wide;
    wide product = (wide)amount.pence * numerator;
    wide half = product < 0 ? -(wide)denominator : (wide)denominator;
    wide scaled = (2 * product + half) / (2 * (wide)denominator); /* towards zero, after half away from it */
    if (scaled > INT64_MAX || scaled < INT64_MIN)
        return CODE_OUT_OF_RANGE;
    *ret_scaled = money_pence((int64_t)scaled);
    return CODE_OK;
}

enum code money_weekly_to_yearly(struct money weekly, struct money *ret_yearly)
{
    return money_scale(weekly, 365, 7, ret_yearly);
}

/* Adds a decimal digit to a negative total: negative, because there is one more of those. */
static bool push_digit(int64_t *total, char digit)
{
    return !__builtin_mul_overflow(*total, 10, total) && !__builtin_sub_overflow(*total, digit - '0', total);
}

/* Reads the pounds at `*text`. NULL, or what is wrong with them. */
static const char *read_pounds(const char **text, int64_t *total, bool *ret_fits)
{
    const char *at = *text;
    int digits = 0, group = 0, commas = 0;
    for (; is_digit(*at) || *at == ','; at++) {
        if (*at == ',') {
            if (commas ? group != 3 : group < 1 || group > 3)
                return "has a comma that is not between groups of three digits";
            commas++;
            group = 0;
            continue;
        }
        *ret_fits = *ret_fits && push_digit(total, *at);
        digits++;
        group++;
    }
    if (digits == 0)
        return "is not an amount in pounds";
    if (commas && group != 3)
        return "has a comma that is not between groups of three digits";
    *text = at;
    return NULL;
}

/* Reads ".5", ".56" or nothing at `*text`. */
static const char *read_pence(const char **text, int64_t *total, bool *ret_fits)
{
    const char *at = *text;
    int digits = 0;
    if (*at == '.') {
        for (at++; is_digit(*at); at++, digits++) {
            if (digits == 2)
                return "has a part of a penny";
            *ret_fits = *ret_fits && push_digit(total, *at);
        }
        if (digits == 0)
            return "ends in a point";
    }
    for (; digits < 2; digits++)
        *ret_fits = *ret_fits && push_digit(total, '0');
    *text = at;
    return NULL;
}

enum code money_parse(const char *text, struct money *ret_money, struct fault *ret_fault)
{
    const char *at = text;
    while (is_blank(*at))
        at++;
    bool negative = *at == '-';
    at += negative;
    if (strncmp(at, "\xC2\xA3", 2) == 0)
        at += 2;

    int64_t total = 0;
    bool fits = true;
    const char *wrong = read_pounds(&at, &total, &fits);
    if (!wrong)
        wrong = read_pence(&at, &total, &fits);
    while (is_blank(*at))
        at++;
    if (!wrong && *at != '\0')
        wrong = "has something behind the amount";
    if (wrong)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "\"%.40s\" %s", text, wrong);
    if (!fits || (!negative && total == INT64_MIN))
        return fault_set(ret_fault, CODE_OUT_OF_RANGE, "", "\"%.40s\" is too large an amount", text);
    *ret_money = money_pence(negative ? total : -total);
    return CODE_OK;
}

void money_print(struct money money, char ret_text[MONEY_TEXT_BYTES])
{
    uint64_t pence = money.pence < 0 ? 0 - (uint64_t)money.pence : (uint64_t)money.pence;
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%" PRIu64, pence / 100);

    char *out = ret_text;
    if (money.pence < 0)
        *out++ = '-';
    memcpy(out, "\xC2\xA3", 2);
    out += 2;
    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            *out++ = ',';
        *out++ = digits[i];
    }
    *out++ = '.';
    *out++ = (char)('0' + pence % 100 / 10);
    *out++ = (char)('0' + pence % 10);
    *out = '\0';
}
