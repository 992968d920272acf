/* rule F1: letters, filled in, and their texts held against the names that there are. */

#include "services/fees/rules_letter.h"
#include "tests/unit/fees/rules_kit.h"

static struct arena arena;

static void begin(void)
{
    arena_init(&arena, TEST_ARENA_BYTES);
}
static void end(void)
{
    arena_finish(&arena);
}
TestSuite(rules_letter, .init = begin, .fini = end);

Test(rules_letter, is_filled_in)
{
    static const struct {
        const char *text, *letter;
    } cases[] = {
        {"", ""},
        {"No names.", "No names."},
        {"{{provider}}", "Oak Ltd"},
        {"To {{provider}}, from {{lead}}.", "To Oak Ltd, from Hertfordshire."},
        {"{{ Provider }}{{PROVIDER}}{{provider}}", "Oak LtdOak LtdOak Ltd"},
        {"by {{application due}}!", "by 1 March 2027!"},
        {"by {{ Application   Due }}!", "by 1 March 2027!"},
        /* not known: a gap to be filled in by hand */
        {"by {{decision due}}", "by [decision due]"},
        {"{{reason}}", "[reason]"},
        /* single brackets are text */
        {"{provider} } {", "{provider} } {"},
        /* what is filled in is not filled in again */
        {"{{address}}", "1 {{lead}} Road\nHertford"},
        {"é {{provider}} é", "é Oak Ltd é"},
    };
    const struct fee_letter_values values = {.of = {[FEE_LETTER_PROVIDER] = "Oak Ltd",
                                                    [FEE_LETTER_LEAD] = "Hertfordshire",
                                                    [FEE_LETTER_APPLICATION_DUE] = "1 March 2027",
                                                    [FEE_LETTER_REASON] = "",
                                                    [FEE_LETTER_ADDRESS] = "1 {{lead}} Road\nHertford"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_assert_eq(fee_letter_check(cases[i].text, NULL), REFUSAL_NONE, "%s", cases[i].text);
        cr_assert_str_eq(fee_letter_fill(cases[i].text, &values, &arena), cases[i].letter);
    }
}

Test(rules_letter, what_cannot_be_filled_in_is_told_with_its_place)
{
    static const struct {
        const char *text;
        uint32_t line, column;
        const char *reason; /* how it begins */
    } cases[] = {
        {"{{child}}", 1, 1, "\"child\" is no name: authority, provider, provision, "},
        {"Dear {{providers}}", 1, 6, "\"providers\" is no name"},
        {"Dear {{}}", 1, 6, "\"\" is no name"},
        {"Dear {{applicationdue}}", 1, 6, "\"applicationdue\" is no name"},
        {"one\ntwo {{lead", 2, 5, "{{ is not closed by }} on its line"},
        {"one\n{{lead\n}}", 2, 1, "{{ is not closed by }} on its line"},
        {"{{lead {{provider}}", 1, 1, "{{ is not closed by }} on its line"},
        {"a\n\nb }} c", 3, 3, "}} closes nothing"},
        {"{{lead}}}}", 1, 9, "}} closes nothing"},
        {"é€ {{x}}", 1, 4, "\"x\" is no name"}, /* characters, not bytes */
        {"{{", 1, 1, "{{ is not closed"},
        {"{{{lead}}}", 1, 1, "\"{lead\" is no name"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fee_letter_problem problem = {0};
        const struct fee_letter_values values = {{0}};
        cr_assert_eq(fee_letter_check(cases[i].text, &problem), REFUSAL_LETTER_TEXT_WRONG, "%s",
                     cases[i].text);
        cr_assert(problem.line == cases[i].line && problem.column == cases[i].column, "\"%s\": %u:%u: %s",
                  cases[i].text, problem.line, problem.column, problem.reason);
        cr_assert(strncmp(problem.reason, cases[i].reason, strlen(cases[i].reason)) == 0, "\"%s\": %s",
                  cases[i].text, problem.reason);
        cr_assert_eq(fee_letter_check(cases[i].text, NULL), REFUSAL_LETTER_TEXT_WRONG);
        cr_assert_not_null(fee_letter_fill(cases[i].text, &values, &arena));
    }
}

Test(rules_letter, every_name_there_is_can_be_used)
{
    static const char *const names[] = {
#define X(name, written, what) written,
        FEE_LETTER_NAMES(X)
#undef X
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        struct fee_letter_values values = {{0}};
        values.of[i] = "said";
        const char *text = arena_format(&arena, "{{%s}}", names[i]);
        cr_assert_eq(fee_letter_check(text, NULL), REFUSAL_NONE);
        cr_assert_str_eq(fee_letter_fill(text, &values, &arena), "said");
    }
}

Test(rules_letter, which_there_are)
{
    static const struct {
        const char *id;
        Pb__FeeLetterKind kind;
        enum fee_letter_sender sender;
    } cases[] = {
        {"not-leading", PB__FEE_LETTER_KIND__FEE_LETTER_KIND_NOT_LEADING, FEE_LETTER_FROM_OTHERS},
        {"invitation", PB__FEE_LETTER_KIND__FEE_LETTER_KIND_INVITATION, FEE_LETTER_FROM_LEAD},
        {"consultation", PB__FEE_LETTER_KIND__FEE_LETTER_KIND_CONSULTATION, FEE_LETTER_FROM_LEAD},
        {"decision", PB__FEE_LETTER_KIND__FEE_LETTER_KIND_DECISION, FEE_LETTER_FROM_EACH},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct fee_letter_facts *facts = fee_letter_of_id(cases[i].id);
        cr_assert(facts && facts == fee_letter_of_kind(cases[i].kind));
        cr_assert_eq(facts->sender, cases[i].sender);
    }
    cr_assert_null(fee_letter_of_id("reminder"));
    cr_assert_null(fee_letter_of_kind(PB__FEE_LETTER_KIND__FEE_LETTER_KIND_UNSPECIFIED));
}

Test(rules_letter, its_text_is_changed)
{
    static char long_text[RECORD_TEXT_BYTES_MAX + 2], long_title[FEE_TITLE_BYTES_MAX + 2];
    memset(long_text, 'x', sizeof long_text - 1);
    memset(long_title, 'x', sizeof long_title - 1);
    static const struct {
        const char *title, *text;
        enum fees_refusal refusal;
        const char *reason;
    } cases[] = {
        {"Fees for {{cycle}}", "Dear {{provider}}", REFUSAL_NONE, ""},
        {" ", "Dear {{provider}}", REFUSAL_LETTER_TITLE_WRONG,
         "a letter has a heading of one line, 200 bytes at most"},
        {"one\ntwo", "Dear {{provider}}", REFUSAL_LETTER_TITLE_WRONG,
         "a letter has a heading of one line, 200 bytes at most"},
        {long_title, "Dear {{provider}}", REFUSAL_LETTER_TITLE_WRONG,
         "a letter has a heading of one line, 200 bytes at most"},
        {"{{cycle", "Dear {{provider}}", REFUSAL_LETTER_TITLE_WRONG,
         "column 1: {{ is not closed by }} on its line"},
        {"Fees", "\n ", REFUSAL_LETTER_TEXT_WRONG, "a letter has a text"},
        {"Fees", "Dear\n{{provider", REFUSAL_LETTER_TEXT_WRONG,
         "line 2, column 1: {{ is not closed by }} on its line"},
        {"Fees", long_text, REFUSAL_TEXT_LONG, "a text has at most 4,096 bytes"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__LetterText stored = PB__LETTER_TEXT__INIT, asked = PB__LETTER_TEXT__INIT,
                       text = {.id = "as it was"};
        struct fault fault = {0};
        stored.id = "decision", stored.kind = PB__FEE_LETTER_KIND__FEE_LETTER_KIND_DECISION;
        asked.id = "another", asked.title = cases[i].title, asked.text = cases[i].text;
        cr_assert_eq(fee_letter_update(&stored, &asked, &text, &fault), cases[i].refusal, "case %zu", i);
        cr_assert_str_eq(fault.reason, cases[i].reason);
        cr_assert_str_eq(text.id, cases[i].refusal ? "as it was" : "decision");
    }
}
