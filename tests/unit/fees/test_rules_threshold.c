/* rule F4: the language of thresholds, read, printed, evaluated and held against, each exactly. */

#include "services/fees/rules_threshold.h"
#include "tests/unit/fees/rules_kit.h"

#include <inttypes.h>
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
TestSuite(rules_threshold, .init = begin, .fini = end);

/* --- indices ----------------------------------------------------------------------------------------- */

static Pb__FeeIndexValue values[] = {
    {.base = PROTOBUF_C_MESSAGE_INIT(&pb__fee_index_value__descriptor), "2026-10-21", "3.8", "ONS"},
    {.base = PROTOBUF_C_MESSAGE_INIT(&pb__fee_index_value__descriptor), "2027-01-20", "3.2", "ONS"},
    {.base = PROTOBUF_C_MESSAGE_INIT(&pb__fee_index_value__descriptor), "2027-02-17", "-0.3", "ONS"},
    {.base = PROTOBUF_C_MESSAGE_INIT(&pb__fee_index_value__descriptor), "2027-04-01", "6.7001", "Treasury"},
};
static Pb__FeeIndexValue *cpi_values[] = {&values[0], &values[1], &values[2]}, *nlw_values[] = {&values[3]};

static struct threshold_indices indices(void)
{
    static Pb__FeeIndex cpi, nlw, *list[] = {&cpi, &nlw};
    pb__fee_index__init(&cpi);
    pb__fee_index__init(&nlw);
    cpi.id = "CPI", cpi.values = cpi_values, cpi.n_values = COUNT(cpi_values);
    nlw.id = "NLW", nlw.values = nlw_values, nlw.n_values = COUNT(nlw_values);
    return (struct threshold_indices){list, COUNT(list)};
}

static struct threshold parsed(const char *text)
{
    struct threshold threshold;
    struct threshold_problem problem = {0};
    cr_assert_eq(threshold_parse(text, &threshold, &problem), REFUSAL_NONE, "%s: %u: %s", text,
                 problem.column, problem.reason);
    return threshold;
}

/* --- read -------------------------------------------------------------------------------------------- */

Test(rules_threshold, is_understood)
{
    static const struct {
        const char *text, *understood;
    } cases[] = {
        {"1.5%", "1.5%"},
        {" CPI ", "CPI"},
        {"lower of 1.5% and CPI, review above 3%", "lower of 1.5% and CPI, review above 3%"},
        {"LOWER OF 1.50 % AND CPI , Review Above 3.0000%", "lower of 1.5% and CPI, review above 3%"},
        {"lower\tof 1.5%\nand CPI,review above 3%", "lower of 1.5% and CPI, review above 3%"},
        {"62.5% of CPI", "62.5% of CPI"},
        {"CPI plus 1% plus 50% of NLW", "CPI plus 1% plus 50% of NLW"},
        {"(CPI)", "CPI"},
        {"((CPI plus 1%))", "CPI plus 1%"},
        {"CPI plus (1% plus NLW)", "CPI plus (1% plus NLW)"},
        {"(CPI plus 1%) plus NLW", "CPI plus 1% plus NLW"},
        /* plus binds tighter than and */
        {"lower of CPI and 1% plus NLW", "lower of CPI and (1% plus NLW)"},
        {"lower of CPI plus 1% and NLW", "lower of (CPI plus 1%) and NLW"},
        {"(lower of CPI and 1%) plus NLW", "(lower of CPI and 1%) plus NLW"},
        {"1% plus lower of CPI and NLW plus 2%", "1% plus (lower of CPI and (NLW plus 2%))"},
        {"lower of higher of CPI and NLW and 3%", "lower of (higher of CPI and NLW) and 3%"},
        {"lower of CPI and higher of NLW and 3%", "lower of CPI and (higher of NLW and 3%)"},
        {"R-2, review above lower of CPI and 3%", "R-2, review above lower of CPI and 3%"},
        {"0%", "0%"},
        {"1000%", "1000%"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct threshold threshold = parsed(cases[i].text), again;
        const char *understood = threshold_print(&threshold, &arena);
        cr_assert_str_eq(understood, cases[i].understood);
        again = parsed(understood);
        cr_assert_str_eq(threshold_print(&again, &arena), understood);
    }
}

/* Every kind of mistake, where it stands, in characters, and what was expected there. */
Test(rules_threshold, what_is_wrong_is_told_with_its_column)
{
    static const struct {
        const char *text;
        uint32_t column;
        const char *reason; /* how it begins */
    } cases[] = {
        {"", 1, "the text ends here; expected a percentage, an index, \"lower of\""},
        {"   ", 4, "the text ends here"},
        {"1.5", 4, "the text ends here; expected the sign % of a percentage"},
        {"1.5 CPI", 5, "expected the sign % of a percentage, not \"CPI\""},
        {"1,5%", 2, "expected the sign % of a percentage, not \",\""},
        {"1.%", 1, "\"1.\" ends in a point"},
        {"1.23456%", 1, "\"1.23456\" has more than four places"},
        {"CPI plus 1000.1%", 10, "\"1000.1\" is more than 1000 per cent"},
        {"11111111111111111111111111111111111111111%", 1, "this number is too long"},
        {"-1%", 1, "expected a percentage, an index, \"lower of\", \"higher of\" or \"(\", not \"-\""},
        {"cpi", 1, "\"cpi\" is no word of this language; an index is written in capitals: CPI"},
        {"Cpi", 1, "\"Cpi\" is no word of this language"},
        {"lowest of 1% and 2%", 1, "\"lowest\" is no word of this language"},
        {"ABCDEFGHIJKLMNOPQ", 1, "the name of an index has at most 16 characters"},
        {"lower 1% and 2%", 7, "expected \"of\", not \"1\""},
        {"lower of", 9, "the text ends here; expected a percentage"},
        {"lower of and 2%", 10,
         "expected a percentage, an index, \"lower of\", \"higher of\" or \"(\", not \"and\""},
        {"lower of 1%", 12, "the text ends here; expected \"and\" or \"plus\""},
        {"lower of 1%, CPI", 12, "expected \"and\" or \"plus\", not \",\""},
        {"higher of 1% or 2%", 14, "expected \"and\" or \"plus\", not \"or\""},
        {"50% of 3%", 8, "expected the name of an index, not \"3\""},
        {"50% of (CPI)", 8, "expected the name of an index, not \"(\""},
        {"50% of and", 8, "expected the name of an index, not \"and\""},
        {"50% of", 7, "the text ends here; expected the name of an index"},
        {"(CPI", 5, "the text ends here; expected \")\" or \"plus\""},
        {"(CPI and 1%)", 6, "expected \")\" or \"plus\", not \"and\""},
        {"CPI)", 4, "expected \"plus\", \", review above\" or the end, not \")\""},
        {"()", 2, "expected a percentage"},
        {"CPI NLW", 5, "expected \"plus\", \", review above\" or the end, not \"NLW\""},
        {"CPI plus", 9, "the text ends here; expected a percentage"},
        {"CPI,", 5, "the text ends here; expected \"review above\""},
        {"CPI, above 3%", 6, "expected \"review above\", not \"above\""},
        {"CPI, review 3%", 13, "expected \"above\", not \"3\""},
        {"CPI, review above", 18, "the text ends here"},
        {"CPI, review above 3%, 4%", 21, "expected \"plus\" or the end, not \",\""},
        {"CPI review above 3%", 5, "expected \"plus\", \", review above\" or the end, not \"review\""},
        {"£3", 1, "expected a percentage, an index, \"lower of\", \"higher of\" or \"(\", not \"£\""},
        /* characters, not bytes */
        {"lower of é", 10, "expected a percentage"},
        {"  €€", 3, "expected a percentage"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct threshold threshold = {.count = 77};
        struct threshold_problem problem = {0};
        cr_assert_eq(threshold_parse(cases[i].text, &threshold, &problem), REFUSAL_THRESHOLD_WRONG, "%s",
                     cases[i].text);
        cr_assert_eq(problem.column, cases[i].column, "\"%s\": column %u: %s", cases[i].text, problem.column,
                     problem.reason);
        cr_assert(strncmp(problem.reason, cases[i].reason, strlen(cases[i].reason)) == 0, "\"%s\": %s",
                  cases[i].text, problem.reason);
        cr_assert_eq(threshold.count, 77, "untouched");
    }
}

Test(rules_threshold, is_bounded)
{
    char text[FEE_THRESHOLD_BYTES_MAX + 40];
    struct threshold threshold;
    struct threshold_problem problem = {0};
    /* as deep as may be, and one more */
    for (int depth = FEE_THRESHOLD_DEPTH_MAX; depth <= FEE_THRESHOLD_DEPTH_MAX + 1; depth++) {
        snprintf(text, sizeof text, "%.*sCPI%.*s", depth, "((((((((((((((((((", depth, "))))))))))))))))))");
        bool fits = depth == FEE_THRESHOLD_DEPTH_MAX;
        cr_assert_eq(threshold_parse(text, &threshold, &problem),
                     fits ? REFUSAL_NONE : REFUSAL_THRESHOLD_WRONG);
        cr_assert(fits ||
                      (problem.column == FEE_THRESHOLD_DEPTH_MAX + 1 && strstr(problem.reason, "16 deep")),
                  "%u: %s", problem.column, problem.reason);
    }
    text[0] = '\0';
    for (int i = 0; i <= FEE_THRESHOLD_DEPTH_MAX; i++)
        strcat(text, "lower of A and ");
    strcat(text, "A");
    cr_assert_eq(threshold_parse(text, &threshold, &problem), REFUSAL_THRESHOLD_WRONG);
    cr_assert(strstr(problem.reason, "16 deep"), "%s", problem.reason);
    /* as long as may be: the most parts that fit into so many bytes do */
    strcpy(text, "A");
    while (strlen(text) + strlen(" plus A") <= FEE_THRESHOLD_BYTES_MAX)
        strcat(text, " plus A");
    cr_assert_eq(threshold_parse(text, &threshold, &problem), REFUSAL_NONE, "%s", problem.reason);
    cr_assert_gt(threshold.count, 110);
    memset(text, ' ', FEE_THRESHOLD_BYTES_MAX + 1);
    text[FEE_THRESHOLD_BYTES_MAX + 1] = '\0';
    cr_assert_eq(threshold_parse(text, &threshold, &problem), REFUSAL_THRESHOLD_WRONG);
    cr_assert_str_eq(problem.reason, "it has more than 400 bytes");
    cr_assert_eq(threshold_parse("CPI", &threshold, NULL), REFUSAL_NONE);
    cr_assert_eq(threshold_parse("cpi", &threshold, NULL), REFUSAL_THRESHOLD_WRONG);
}

/* --- evaluated --------------------------------------------------------------------------------------- */

Test(rules_threshold, comes_to)
{
    static const struct {
        const char *text, *on, *limit, *review, *taken;
    } cases[] = {
        {"1.5%", "2027-03-01", "1.5", "", ""},
        {"CPI", "2026-10-21", "3.8", "", "CPI 3.8 2026-10-21;"},
        {"CPI", "2027-01-19", "3.8", "", "CPI 3.8 2026-10-21;"},
        {"CPI", "2027-01-20", "3.2", "", "CPI 3.2 2027-01-20;"},
        {"CPI", "2030-01-01", "-0.3", "", "CPI -0.3 2027-02-17;"},
        {"lower of 1.5% and CPI, review above 3%", "2027-01-31", "1.5", "3", "CPI 3.2 2027-01-20;"},
        {"lower of 1.5% and CPI, review above 3%", "2027-03-01", "-0.3", "3", "CPI -0.3 2027-02-17;"},
        {"higher of 1.5% and CPI", "2027-01-31", "3.2", "", "CPI 3.2 2027-01-20;"},
        {"62.5% of CPI", "2027-01-31", "2", "", "CPI 3.2 2027-01-20;"},
        {"33.3333% of NLW plus 0.0001%", "2027-04-01", "2.2334644333", "", "NLW 6.7001 2027-04-01;"},
        {"CPI plus CPI plus 1%", "2027-01-31", "7.4", "", "CPI 3.2 2027-01-20;"},
        {"lower of CPI and 1% plus NLW", "2027-04-02", "-0.3", "",
         "CPI -0.3 2027-02-17;NLW 6.7001 2027-04-01;"},
        {"(lower of CPI and 1%) plus NLW", "2027-04-02", "6.4001", "",
         "CPI -0.3 2027-02-17;NLW 6.7001 2027-04-01;"},
        {"1%, review above NLW plus CPI", "2027-04-02", "1", "6.4001",
         "NLW 6.7001 2027-04-01;CPI -0.3 2027-02-17;"},
        {"lower of 2% and 2%", "2027-03-01", "2", "", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct threshold threshold = parsed(cases[i].text);
        const struct threshold_indices known = indices();
        struct threshold_value value;
        char limit[PERCENT_TEXT_BYTES], review[PERCENT_TEXT_BYTES], taken[200] = "";
        cr_assert_eq(threshold_evaluate(&threshold, day(cases[i].on), &known, &arena, &value, NULL),
                     REFUSAL_NONE, "%s", cases[i].text);
        percent_print(value.limit, limit);
        percent_print(value.review, review);
        for (size_t j = 0; j < value.n_taken; j++)
            sprintf(taken + strlen(taken), "%s %s %s;", value.taken[j]->index_id, value.taken[j]->percent,
                    value.taken[j]->from);
        cr_assert_str_eq(limit, cases[i].limit, "%s: %s", cases[i].text, limit);
        cr_assert_str_eq(value.has_review ? review : "", cases[i].review);
        cr_assert_str_eq(taken, cases[i].taken);
    }
}

Test(rules_threshold, an_index_that_is_not_known_is_told)
{
    static const struct {
        const char *text, *on, *reason;
        uint32_t column;
        enum fees_refusal refusal;
    } cases[] = {
        {"lower of 1% and RPI", "2027-03-01", "there is no index \"RPI\"; there are: CPI, NLW", 17,
         REFUSAL_THRESHOLD_INDEX_UNKNOWN},
        {"50% of RPI", "2027-03-01", "there is no index \"RPI\"; there are: CPI, NLW", 8,
         REFUSAL_THRESHOLD_INDEX_UNKNOWN},
        {"CPI, review above NLW", "2027-03-31", "NLW has no value known by 31 March 2027", 19,
         REFUSAL_THRESHOLD_NO_VALUE},
        {"CPI", "2026-10-20", "CPI has no value known by 20 October 2026", 1, REFUSAL_THRESHOLD_NO_VALUE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct threshold threshold = parsed(cases[i].text);
        const struct threshold_indices known = indices(), none = {0};
        struct threshold_value value = {.n_taken = 77};
        struct threshold_problem problem = {0};
        cr_assert_eq(threshold_evaluate(&threshold, day(cases[i].on), &known, &arena, &value, &problem),
                     cases[i].refusal, "%s", cases[i].text);
        cr_assert_str_eq(problem.reason, cases[i].reason);
        cr_assert_eq(problem.column, cases[i].column);
        cr_assert_eq(value.n_taken, 77, "untouched");
        cr_assert_eq(threshold_check_names(&threshold, &none, &problem), REFUSAL_THRESHOLD_INDEX_UNKNOWN);
        cr_assert(strstr(problem.reason, "there are: none"), "%s", problem.reason);
        cr_assert_eq(threshold_check_names(&threshold, &known, &problem),
                     cases[i].refusal == REFUSAL_THRESHOLD_NO_VALUE ? REFUSAL_NONE : cases[i].refusal);
    }
}

Test(rules_threshold, a_preview_tells_all)
{
    const struct threshold_indices known = indices();
    Pb__PreviewThresholdResponse preview;
    cr_assert(threshold_preview("lower of 1.50% AND CPI, review above 3%", day("2027-01-31"), &known, &arena,
                                &preview));
    cr_assert_str_eq(preview.problem, "");
    cr_assert_str_eq(preview.understood, "lower of 1.5% and CPI, review above 3%");
    cr_assert_str_eq(preview.percent, "1.5");
    cr_assert_str_eq(preview.review_percent, "3");
    cr_assert_eq(preview.n_indices, 1);
    cr_assert(threshold_preview("NLW", day("2027-03-31"), &known, &arena, &preview));
    cr_assert_str_eq(preview.problem, "NLW has no value known by 31 March 2027");
    cr_assert_str_eq(preview.understood, "NLW", "what it says is known, if not what it comes to");
    cr_assert_str_eq(preview.percent, "");
    cr_assert(threshold_preview("lower of", day("2027-03-31"), &known, &arena, &preview));
    cr_assert_eq(preview.column, 9);
    cr_assert_str_eq(preview.understood, "");
    struct arena small;
    arena_init(&small, 8);
    cr_assert_not(threshold_preview("CPI", day("2027-03-31"), &known, &small, &preview));
    arena_finish(&small);
}

/* --- against an oracle ------------------------------------------------------------------------------- */

__extension__ typedef __int128 wide;

/* Numbers as fractions of whole numbers, in lowest terms: another arithmetic than decimals. */
struct fraction {
    wide over, under;
};

static struct fraction lowest(wide over, wide under)
{
    wide a = over < 0 ? -over : over, b = under;
    while (b) {
        wide rest = a % b;
        a = b;
        b = rest;
    }
    return a ? (struct fraction){over / a, under / a} : (struct fraction){0, 1};
}

/* A tree made at random, its text and its value made beside each other. */
static struct fraction invent(unsigned *seed, int depth, char *text)
{
    char left[4000], right[4000];
    static const struct fraction cpi = {-3, 10}, nlw = {67001, 10000};
    unsigned what = (unsigned)rand_r(seed) % (depth ? 7 : 3), number = (unsigned)rand_r(seed) % 100000;
    bool first = rand_r(seed) % 2;
    if (what == 0) {
        sprintf(text, "%u.%04u%%", number / 10000, number % 10000);
        return lowest(number, 10000);
    }
    if (what == 1) {
        strcpy(text, first ? "CPI" : "NLW");
        return first ? cpi : nlw;
    }
    if (what == 2) {
        sprintf(text, "%u.%04u%% OF %s", number / 10000, number % 10000, first ? "CPI" : "NLW");
        return lowest((first ? cpi : nlw).over * number, (first ? cpi : nlw).under * 10000 * 100);
    }
    struct fraction a = invent(seed, depth - 1, left), b = invent(seed, depth - 1, right);
    if (what == 3) {
        sprintf(text, "((%s)plus (%s) )", left, right);
        return lowest(a.over * b.under + b.over * a.under, a.under * b.under);
    }
    bool lower = what % 2;
    sprintf(text, "( %s of (%s) and (%s))", lower ? "lower" : "Higher", left, right);
    return (a.over * b.under < b.over * a.under) == lower ? a : b;
}

Test(rules_threshold, agrees_with_fractions)
{
    const struct threshold_indices known = indices();
    unsigned seed = 20270401, read = 0;
    for (int round = 0; round < 20000; round++) {
        char text[40000];
        struct threshold threshold;
        struct threshold_value value;
        arena_reset(&arena);
        struct fraction expected = invent(&seed, 1 + round % 3, text);
        if (threshold_parse(text, &threshold, NULL) != REFUSAL_NONE) {
            cr_assert_gt(strlen(text), FEE_THRESHOLD_BYTES_MAX, "%s", text);
            continue;
        }
        read++;
        cr_assert_eq(threshold_evaluate(&threshold, day("2027-04-01"), &known, &arena, &value, NULL),
                     REFUSAL_NONE);
        cr_assert(value.limit.parts * expected.under == expected.over * (wide)PERCENT_ONE, "%s", text);
        /* Printed and read again, it is the same. */
        struct threshold again = parsed(threshold_print(&threshold, &arena));
        cr_assert_eq(threshold_evaluate(&again, day("2027-04-01"), &known, &arena, &value, NULL),
                     REFUSAL_NONE);
        cr_assert(value.limit.parts * expected.under == expected.over * (wide)PERCENT_ONE, "%s", text);
        /* A fee a penny above, at and below the limit, where pence come to it. */
        int64_t from = 1 + rand_r(&seed) % 1000000;
        int64_t to = from + rand_r(&seed) % 200000 - 20000;
        wide more = (wide)(to - from) * 100 * expected.under, limit = expected.over * from;
        Pb__FeeLevel level = threshold_level((struct growth){money_pence(from), money_pence(to)}, &value);
        cr_assert_eq(level,
                     more > limit && to > from ? PB__FEE_LEVEL__FEE_LEVEL_EXCEPTIONAL
                                               : PB__FEE_LEVEL__FEE_LEVEL_WITHIN,
                     "%" PRId64 " to %" PRId64 ", %s", from, to, text);
    }
    cr_assert_gt(read, 15000, "%u", read);
}

/* --- held against it --------------------------------------------------------------------------------- */

#define W PB__FEE_LEVEL__FEE_LEVEL_WITHIN
#define E PB__FEE_LEVEL__FEE_LEVEL_EXCEPTIONAL
#define R PB__FEE_LEVEL__FEE_LEVEL_REVIEW

/* rule F4: above it, not at it; a penny decides. */
Test(rules_threshold, levels)
{
    static const struct {
        const char *threshold;
        int64_t from, to;
        Pb__FeeLevel level;
    } cases[] = {
        {"1.5%, review above 3%", 300000, 304500, W}, /* exactly */
        {"1.5%, review above 3%", 300000, 304501, E},
        {"1.5%, review above 3%", 300000, 309000, E}, /* exactly */
        {"1.5%, review above 3%", 300000, 309001, R},
        {"1.5%", 300000, 900000, E},
        {"1.5%", 333333, 338332, W}, /* 338332.995 would be it */
        {"1.5%", 333333, 338333, E},
        {"33.3333% of NLW", 300000, 306700, W}, /* 2.2333644333 per cent: 306700.09… */
        {"33.3333% of NLW", 300000, 306701, E},
        {"0%", 300000, 300000, W},
        {"0%", 300000, 300001, E},
        /* a threshold below nothing: no increase is exceptional unless it is one */
        {"CPI", 300000, 300000, W},
        {"CPI", 300000, 299999, W},
        {"CPI", 300000, 300001, E},
        {"1.5%", 300000, 100, W},
        /* a level of review below the threshold brings nothing up that is within it */
        {"5%, review above 3%", 100000, 104000, W},
        {"5%, review above 3%", 100000, 105001, R},
        {"1000%", 1, INT64_MAX, E},
        {"1.5%", INT64_MAX, INT64_MAX, W},
    };
    const struct threshold_indices known = indices();
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct threshold threshold = parsed(cases[i].threshold);
        struct threshold_value value;
        cr_assert_eq(threshold_evaluate(&threshold, day("2027-04-01"), &known, &arena, &value, NULL),
                     REFUSAL_NONE);
        cr_assert_eq(
            threshold_level((struct growth){money_pence(cases[i].from), money_pence(cases[i].to)}, &value),
            cases[i].level, "case %zu", i);
    }
}

/* --- which one, when --------------------------------------------------------------------------------- */

static Pb__FeeCycle cycle_with(Pb__FeeThreshold **thresholds, size_t count)
{
    Pb__FeeCycle cycle;
    pb__fee_cycle__init(&cycle);
    cycle.id = "2027-28", cycle.first_on = "2027-04-01", cycle.last_on = "2028-03-31";
    cycle.state = PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_OPEN;
    cycle.thresholds = thresholds, cycle.n_thresholds = count;
    return cycle;
}

static Pb__FeeThreshold from(const char *day_text, const char *expression)
{
    Pb__FeeThreshold threshold;
    pb__fee_threshold__init(&threshold);
    threshold.from = day_text, threshold.expression = expression;
    return threshold;
}

Test(rules_threshold, the_one_in_force)
{
    Pb__FeeThreshold first = from("2027-04-01", "1%"), second = from("2027-06-01", "2%");
    Pb__FeeThreshold *both[] = {&first, &second};
    Pb__FeeCycle none = cycle_with(NULL, 0), cycle = cycle_with(both, 2);
    cr_assert_null(threshold_in_force(&none, day("2027-04-01")));
    /* applications of March for a cycle that begins in April */
    cr_assert(threshold_in_force(&cycle, day("2027-03-01")) == &first);
    cr_assert(threshold_in_force(&cycle, day("2027-04-01")) == &first);
    cr_assert(threshold_in_force(&cycle, day("2027-05-31")) == &first);
    cr_assert(threshold_in_force(&cycle, day("2027-06-01")) == &second);
    cr_assert(threshold_in_force(&cycle, day("2029-06-01")) == &second);
}

Test(rules_threshold, another_is_set)
{
    static const struct {
        const char *from, *expression, *held;
        enum fees_refusal refusal;
        const char *after; /* first days, and expressions */
    } cases[] = {
        {"2027-05-01", "3%", "", REFUSAL_NONE, "2027-04-01 1%;2027-05-01 3%;2027-06-01 2%;"},
        {"2027-03-01", "3%", "", REFUSAL_NONE, "2027-03-01 3%;2027-04-01 1%;2027-06-01 2%;"},
        {"2028-03-31", "3%", "", REFUSAL_NONE, "2027-04-01 1%;2027-06-01 2%;2028-03-31 3%;"},
        {"2027-06-01", "3%", "", REFUSAL_NONE, "2027-04-01 1%;2027-06-01 3%;"},
        {"2027-06-01", "CPI", "2027-05-31", REFUSAL_NONE, "2027-04-01 1%;2027-06-01 CPI;"},
        {"2027-06-01", "3%", "2027-06-01", REFUSAL_THRESHOLD_FROM_USED, ""},
        {"2027-05-01", "3%", "2027-05-10", REFUSAL_THRESHOLD_FROM_USED, ""},
        {"", "3%", "", REFUSAL_THRESHOLD_FROM_WRONG, ""},
        {"1 May", "3%", "", REFUSAL_THRESHOLD_FROM_WRONG, ""},
        {"2028-04-01", "3%", "", REFUSAL_THRESHOLD_FROM_WRONG, ""},
        {"2026-03-30", "3%", "", REFUSAL_THRESHOLD_FROM_WRONG, ""},
        {"2027-05-01", "3", "", REFUSAL_THRESHOLD_WRONG, ""},
        {"2027-05-01", "RPI", "", REFUSAL_THRESHOLD_INDEX_UNKNOWN, ""},
        /* its value may come later */
        {"2027-05-01", "NLW", "", REFUSAL_NONE, "2027-04-01 1%;2027-05-01 NLW;2027-06-01 2%;"},
    };
    const struct threshold_indices known = indices();
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeThreshold first = from("2027-04-01", "1%"), second = from("2027-06-01", "2%");
        Pb__FeeThreshold *both[] = {&first, &second}, asked = from(cases[i].from, cases[i].expression);
        Pb__FeeCycle stored = cycle_with(both, 2), cycle;
        struct fault fault = {0};
        char after[400] = "";
        enum fees_refusal refusal =
            threshold_set(&stored, &asked, &known, day(cases[i].held), &arena, &cycle, &fault);
        cr_assert_eq(refusal, cases[i].refusal, "case %zu: %s", i, called(refusal));
        if (refusal != REFUSAL_NONE) {
            cr_assert_eq(fault.code, fees_refusal_facts(refusal)->code);
            continue;
        }
        for (size_t j = 0; j < cycle.n_thresholds; j++)
            sprintf(after + strlen(after), "%s %s;", cycle.thresholds[j]->from,
                    cycle.thresholds[j]->expression);
        cr_assert_str_eq(after, cases[i].after);
        cr_assert_eq(stored.n_thresholds, 2, "the stored one is as it was");
    }
    Pb__FeeThreshold asked = from("2027-05-01", "lower of 1% or 2%");
    Pb__FeeCycle stored = cycle_with(NULL, 0), cycle;
    struct fault fault = {0};
    threshold_set(&stored, &asked, &known, DATE_NONE, &arena, &cycle, &fault);
    cr_assert_str_eq(fault.field, "threshold.expression");
    cr_assert_str_eq(fault.reason, "column 13: expected \"and\" or \"plus\", not \"or\"");
    stored.state = PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_CLOSED;
    cr_assert_eq(threshold_set(&stored, &asked, &known, DATE_NONE, &arena, &cycle, NULL),
                 REFUSAL_CYCLE_CLOSED);
}

Test(rules_threshold, a_cycle_has_so_many_and_no_more)
{
    const struct threshold_indices known = indices();
    Pb__FeeCycle cycle = cycle_with(NULL, 0);
    for (int i = 0; i <= FEE_THRESHOLDS_MAX; i++) {
        char text[DATE_TEXT_BYTES];
        date_print((struct date){day("2027-04-01").day + i}, text);
        Pb__FeeThreshold asked = from(arena_text(&arena, text), "1%");
        cr_assert_eq(threshold_set(&cycle, &asked, &known, DATE_NONE, &arena, &cycle, NULL),
                     i < FEE_THRESHOLDS_MAX ? REFUSAL_NONE : REFUSAL_THRESHOLDS_MANY);
    }
}
