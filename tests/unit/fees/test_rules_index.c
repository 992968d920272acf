/* rule F4: indices, added to and corrected, none of their values ever taken away. */

#include "services/fees/rules_index.h"
#include "services/fees/rules_threshold.h"
#include "tests/unit/fees/rules_kit.h"

#include <stdio.h>

static struct arena arena;

static void begin(void)
{
    arena_init(&arena, TEST_ARENA_BYTES);
}
static void end(void)
{
    arena_finish(&arena);
}
TestSuite(rules_index, .init = begin, .fini = end);

static Pb__FeeIndexValue *value(const char *from, const char *percent)
{
    Pb__FeeIndexValue *made = arena_new(&arena, Pb__FeeIndexValue);
    pb__fee_index_value__init(made);
    made->from = from, made->percent = percent;
    return made;
}

static Pb__FeeIndex index_of(const char *id, const char *title, Pb__FeeIndexValue **list, size_t count)
{
    Pb__FeeIndex index;
    pb__fee_index__init(&index);
    index.id = id, index.title = title, index.values = list, index.n_values = count;
    return index;
}

/* "day per cent;" of each. */
static const char *shown(const Pb__FeeIndex *index)
{
    char *text = arena_text(&arena, "");
    for (size_t i = 0; i < index->n_values; i++)
        text = arena_format(&arena, "%s%s %s;", text, index->values[i]->from, index->values[i]->percent);
    return text;
}

Test(rules_index, names)
{
    static const struct {
        const char *id;
        enum fees_refusal refusal;
    } cases[] = {
        {"CPI", REFUSAL_NONE},
        {"C", REFUSAL_NONE},
        {"CPI-12-MONTHS-UK", REFUSAL_NONE},
        {"CPI-12-MONTHS-UKX", REFUSAL_INDEX_ID_WRONG},
        {"", REFUSAL_INDEX_ID_WRONG},
        {"cpi", REFUSAL_INDEX_ID_WRONG},
        {"Cpi", REFUSAL_INDEX_ID_WRONG},
        {"1CPI", REFUSAL_INDEX_ID_WRONG},
        {"-CPI", REFUSAL_INDEX_ID_WRONG},
        {"CP I", REFUSAL_INDEX_ID_WRONG},
        {"CPÏ", REFUSAL_INDEX_ID_WRONG},
        {"LOWER", REFUSAL_INDEX_ID_TAKEN},
        {"HIGHER", REFUSAL_INDEX_ID_TAKEN},
        {"OF", REFUSAL_INDEX_ID_TAKEN},
        {"AND", REFUSAL_INDEX_ID_TAKEN},
        {"PLUS", REFUSAL_INDEX_ID_TAKEN},
        {"REVIEW", REFUSAL_INDEX_ID_TAKEN},
        {"ABOVE", REFUSAL_INDEX_ID_TAKEN},
        {"ABOVE-ALL", REFUSAL_NONE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeIndex asked = index_of(cases[i].id, "An index", NULL, 0), index;
        enum fees_refusal refusal = fee_index_update(NULL, &asked, &arena, &index, NULL);
        cr_assert_eq(refusal, cases[i].refusal, "%s: %s", cases[i].id, called(refusal));
        /* Whatever may be called so can be named in a threshold, and the other way round. */
        struct threshold threshold;
        enum fees_refusal read = threshold_parse(cases[i].id, &threshold, NULL);
        cr_assert_eq(read == REFUSAL_NONE, refusal == REFUSAL_NONE, "%s", cases[i].id);
    }
}

Test(rules_index, values_are_laid_over_those_there_are)
{
    Pb__FeeIndexValue *old[] = {value("2027-01-20", "3.2"), value("2027-02-17", "3")};
    Pb__FeeIndex stored = index_of("CPI", "Consumer Prices Index", old, COUNT(old)), index;
    Pb__FeeIndexValue *new[] = {value("2027-03-24", "2.80"), value("2026-12-16", "-0.5000"),
                                value("2027-02-17", "3.1%")};
    Pb__FeeIndex asked = index_of("CPI", " ", new, COUNT(new));
    cr_assert_eq(fee_index_update(&stored, &asked, &arena, &index, NULL), REFUSAL_NONE);
    cr_assert_str_eq(shown(&index), "2026-12-16 -0.5;2027-01-20 3.2;2027-02-17 3.1;2027-03-24 2.8;");
    cr_assert_str_eq(index.title, "Consumer Prices Index", "no title: as it was");
    asked = index_of("CPI", "CPI, 12 months", NULL, 0);
    cr_assert_eq(fee_index_update(&stored, &asked, &arena, &index, NULL), REFUSAL_NONE);
    cr_assert_str_eq(shown(&index), "2027-01-20 3.2;2027-02-17 3;");
    cr_assert_str_eq(index.title, "CPI, 12 months");
    cr_assert_eq(fee_index_update(NULL, &(Pb__FeeIndex){.id = "CPI", .title = ""}, &arena, &index, NULL),
                 REFUSAL_INDEX_TITLE_WRONG);
}

Test(rules_index, what_is_wrong_with_a_value)
{
    static const struct {
        const char *from, *percent;
        enum fees_refusal refusal;
        const char *reason;
    } cases[] = {
        {"", "3", REFUSAL_INDEX_FROM_WRONG, "\"\" is no first day of a value: write YYYY-MM-DD"},
        {"20 January 2027", "3", REFUSAL_INDEX_FROM_WRONG,
         "\"20 January 2027\" is no first day of a value: write YYYY-MM-DD"},
        {"2027-02-30", "3", REFUSAL_INDEX_FROM_WRONG,
         "\"2027-02-30\" is no first day of a value: write YYYY-MM-DD"},
        {"2027-02-17", "3.00001", REFUSAL_INDEX_PERCENT_WRONG,
         "from 2027-02-17: \"3.00001\" has more than four places"},
        {"2027-02-17", "1001", REFUSAL_INDEX_PERCENT_WRONG,
         "from 2027-02-17: \"1001\" is more than 1000 per cent"},
        {"2027-02-17", "", REFUSAL_INDEX_PERCENT_WRONG, "from 2027-02-17: \"\" is not a number of per cent"},
        {"2027-01-20", "3", REFUSAL_INDEX_FROM_WRONG, "2027-01-20 is given twice"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeIndexValue *new[] = {value("2027-01-20", "3.2"), value(cases[i].from, cases[i].percent)};
        Pb__FeeIndex asked = index_of("CPI", "Index", new, 2), index = {.id = "untouched"};
        struct fault fault = {0};
        cr_assert_eq(fee_index_update(NULL, &asked, &arena, &index, &fault), cases[i].refusal);
        cr_assert_str_eq(fault.reason, cases[i].reason);
        cr_assert_str_eq(index.id, "untouched");
    }
}

Test(rules_index, has_so_many_values_and_no_more)
{
    Pb__FeeIndexValue *list[FEE_INDEX_VALUES_MAX + 1];
    Pb__FeeIndex index;
    for (int i = 0; i <= FEE_INDEX_VALUES_MAX; i++) {
        char text[DATE_TEXT_BYTES];
        date_print((struct date){day("2027-04-01").day + i}, text);
        list[i] = value(arena_text(&arena, text), "1");
    }
    Pb__FeeIndex asked = index_of("CPI", "Index", list, FEE_INDEX_VALUES_MAX);
    cr_assert_eq(fee_index_update(NULL, &asked, &arena, &index, NULL), REFUSAL_NONE);
    asked.n_values++;
    cr_assert_eq(fee_index_update(NULL, &asked, &arena, &index, NULL), REFUSAL_INDEX_VALUES_MANY);
}

Test(rules_index, its_value_on_a_day)
{
    Pb__FeeIndexValue *list[] = {value("2027-01-20", "3.2"), value("2027-02-17", "3")};
    Pb__FeeIndex index = index_of("CPI", "Index", list, COUNT(list));
    cr_assert_null(fee_index_value_on(&index, day("2027-01-19")));
    cr_assert(fee_index_value_on(&index, day("2027-01-20")) == list[0]);
    cr_assert(fee_index_value_on(&index, day("2027-02-16")) == list[0]);
    cr_assert(fee_index_value_on(&index, day("2027-02-17")) == list[1]);
}
