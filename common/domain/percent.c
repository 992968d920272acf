/* Per cent and growth, exactly. In: texts and amounts of money. Out: decimals, texts, an order. It rounds in
 * one place only, where a growth is printed, and says so. */

#include "common/domain/percent.h"
#include "common/domain/scan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 uwide;

/* --- read and printed -------------------------------------------------------------------------------- */

/* Digits at `*text`, added to `*number`; how many there were. It stops growing far above what is allowed. */
static int read_digits(const char **text, int64_t *number)
{
    const int64_t most = INT64_C(1000000000);
    int count = 0;
    for (; is_digit(**text); (*text)++, count++)
        *number = *number > most ? *number : *number * 10 + (**text - '0');
    return count;
}

/* Reads the decimal at `*text` into units of four places. NULL, or what is wrong. */
static const char *read_decimal(const char **text, int64_t *ret_number)
{
    int64_t number = 0;
    int places = 0;
    if (read_digits(text, &number) == 0)
        return "is not a number of per cent";
    if (**text == '.') {
        (*text)++;
        places = read_digits(text, &number);
        if (places == 0)
            return "ends in a point";
        if (places > PERCENT_PLACES_WRITTEN)
            return "has more than four places";
    }
    for (; places < PERCENT_PLACES_WRITTEN; places++)
        number *= 10;
    *ret_number = number;
    return NULL;
}

enum code percent_parse(const char *text, struct percent *ret_percent, struct fault *ret_fault)
{
    const int64_t parts_each = PERCENT_ONE / 10000;
    const char *at = text;
    int64_t number;
    while (is_blank(*at))
        at++;
    bool negative = *at == '-';
    at += negative;
    const char *wrong = read_decimal(&at, &number);
    if (!wrong) {
        at += *at == '%';
        while (is_blank(*at))
            at++;
        wrong = *at ? "has something behind the number" : NULL;
    }
    if (wrong)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "\"%.40s\" %s", text, wrong);
    if (number > PERCENT_WRITTEN_MOST * INT64_C(10000))
        return fault_set(ret_fault, CODE_OUT_OF_RANGE, "", "\"%.40s\" is more than %d per cent", text,
                         PERCENT_WRITTEN_MOST);
    *ret_percent = (struct percent){(negative ? -number : number) * parts_each};
    return CODE_OK;
}

void percent_print(struct percent percent, char ret_text[PERCENT_TEXT_BYTES])
{
    uint64_t parts = percent.parts < 0 ? 0 - (uint64_t)percent.parts : (uint64_t)percent.parts;
    int length = snprintf(ret_text, PERCENT_TEXT_BYTES, "%s%" PRIu64 ".%010" PRIu64,
                          percent.parts < 0 ? "-" : "", parts / PERCENT_ONE, parts % PERCENT_ONE);
    while (ret_text[length - 1] == '0')
        length--;
    length -= ret_text[length - 1] == '.';
    ret_text[length] = '\0';
}

/* --- reckoned ---------------------------------------------------------------------------------------- */

enum code percent_add(struct percent a, struct percent b, struct percent *ret_sum)
{
    int64_t parts;
    if (__builtin_add_overflow(a.parts, b.parts, &parts))
        return CODE_OUT_OF_RANGE;
    *ret_sum = (struct percent){parts};
    return CODE_OK;
}

enum code percent_share(struct percent share, struct percent of, struct percent *ret_percent)
{
    const wide whole = (wide)PERCENT_ONE * 100;
    wide product = (wide)share.parts * of.parts;
    if (product % whole != 0)
        return CODE_INVALID_ARGUMENT;
    product /= whole;
    if (product > INT64_MAX || product < INT64_MIN)
        return CODE_OUT_OF_RANGE;
    *ret_percent = (struct percent){(int64_t)product};
    return CODE_OK;
}

/* --- growth ------------------------------------------------------------------------------------------ */

/* At most 2^64 either way. */
static wide grown(struct growth growth)
{
    return (wide)growth.to.pence - growth.from.pence;
}

/* Each product is at most 2^64 * 2^63, so that -2^127 is the least. */
int growth_compare(struct growth a, struct growth b)
{
    wide left = grown(a) * b.from.pence, right = grown(b) * a.from.pence;
    return (left > right) - (left < right);
}

int growth_compare_percent(struct growth growth, struct percent percent)
{
    wide left = grown(growth) * 100 * PERCENT_ONE, right = (wide)percent.parts * growth.from.pence;
    return (left > right) - (left < right);
}

/* Digits of a number, the last first; at least `least` of them. */
static size_t digits_of(uwide number, size_t least, char ret_digits[PERCENT_TEXT_BYTES])
{
    size_t count = 0;
    for (; count < least || number > 0; number /= 10)
        ret_digits[count++] = (char)('0' + (int)(number % 10));
    return count;
}

enum code growth_print(struct growth growth, unsigned places, char ret_text[PERCENT_TEXT_BYTES])
{
    static const int scale[] = {1, 10, 100, 1000, 10000};
    if (growth.from.pence <= 0 || places > PERCENT_PLACES_WRITTEN)
        return CODE_INVALID_ARGUMENT;
    wide more = grown(growth);
    uwide from = (uwide)growth.from.pence, size = (uwide)(more < 0 ? -more : more);
    /* The nearest; a half goes up here, and so away from zero. */
    uwide rounded = (2 * size * 100 * (unsigned)scale[places] + from) / (2 * from);
    char digits[PERCENT_TEXT_BYTES], *out = ret_text;
    if (more < 0 && rounded > 0)
        *out++ = '-';
    for (size_t left = digits_of(rounded, places + 1, digits); left > 0; left--) {
        if (left == places)
            *out++ = '.';
        *out++ = digits[left - 1];
    }
    *out = '\0';
    return CODE_OK;
}
