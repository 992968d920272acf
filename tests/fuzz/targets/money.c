/* Amounts of money as people write them, and arithmetic with any amounts.
 *
 * In: a text, whose bytes are also three numbers. Held against: an amount prints to one form, which reads
 * back as itself; arithmetic is that of 128 bits where the answer fits, and is refused where it does not. */

#include "common/domain/money.h"
#include "tests/fuzz/targets/fuzz.h"

__extension__ typedef __int128 wide;

static const struct money UNTOUCHED = {.pence = 8765432};

static void check_amount(struct money money)
{
    char text[MONEY_TEXT_BYTES];
    struct money again = UNTOUCHED;
    memset(text, 'x', sizeof text);
    money_print(money, text);
    require(strnlen(text, sizeof text) < sizeof text && span_is_text(span_of_text(text)));
    require(money_parse(text, &again, NULL) == CODE_OK && again.pence == money.pence);
}

static void check_result(enum code code, struct money result, wide expected)
{
    bool fits = expected >= INT64_MIN && expected <= INT64_MAX;
    require(code == (fits ? CODE_OK : CODE_OUT_OF_RANGE));
    require(result.pence == (fits ? (int64_t)expected : UNTOUCHED.pence));
}

/* To the nearest, halves away from zero: from the remainder, not by adding a half. */
static wide divide(wide product, int64_t by)
{
    wide whole = product / by, rest = product % by;
    if (2 * (rest < 0 ? -rest : rest) >= by)
        whole += product < 0 ? -1 : 1;
    return whole;
}

static void check_arithmetic(int64_t a, int64_t b, int64_t c)
{
    struct money result = UNTOUCHED, left = money_pence(a), right = money_pence(b);
    enum code code = money_add(left, right, &result);
    check_result(code, result, (wide)a + b);
    result = UNTOUCHED;
    code = money_subtract(left, right, &result);
    check_result(code, result, (wide)a - b);
    result = UNTOUCHED;
    code = money_multiply(left, b, &result);
    check_result(code, result, (wide)a * b);
    result = UNTOUCHED;
    code = money_weekly_to_yearly(left, &result);
    check_result(code, result, divide((wide)a * 365, 7));
    result = UNTOUCHED;
    code = money_scale(left, b, c, &result);
    if (c > 0)
        check_result(code, result, divide((wide)a * b, c));
    else
        require(code == CODE_INVALID_ARGUMENT && result.pence == UNTOUCHED.pence);
    check_amount(left);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span left = span_of(data, size);
    char *text = text_of(left);
    struct money money = UNTOUCHED;
    struct fault fault;
    enum code code = money_parse(text, &money, &fault);
    if (code == CODE_OK) {
        check_amount(money);
    } else {
        require((code == CODE_INVALID_ARGUMENT || code == CODE_OUT_OF_RANGE) &&
                money.pence == UNTOUCHED.pence);
        require_fault(code, &fault);
    }
    free(text);
    int64_t a = (int64_t)take_number(&left, 8), b = (int64_t)take_number(&left, 8);
    check_arithmetic(a, b, (int64_t)take_number(&left, 8));
    return 0;
}
