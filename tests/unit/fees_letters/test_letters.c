/* The letters that ship: one for each kind, in which every name is one that can be filled in (rule F1). */

#include "common/base/limits.h"
#include "services/fees/letters/shipped.h"
#include "services/fees/rules_letter.h"

#include <criterion/criterion.h>

Test(fees_letters, one_of_each_kind_that_can_be_filled_in)
{
    static const char *const ids[] = {"consultation", "decision", "invitation", "not-leading"};
    struct arena arena;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        const struct shipped_form *shipped = &fees_letters_shipped[i];
        struct fee_letter_values values = {{0}};
        struct fee_letter_problem problem = {0};
        Pb__LetterText text, again;
        struct fault fault = {0};
        cr_assert_str_eq(shipped->name, ids[i]);
        cr_assert(fee_letter_read(
            shipped->name, span_of(shipped->text, (size_t)(shipped->end - shipped->text)), &arena, &text));
        cr_assert(fee_letter_of_kind(text.kind) == fee_letter_of_id(ids[i]));
        cr_assert_eq(fee_letter_check(text.text, &problem), REFUSAL_NONE, "%s:%u:%u: %s", ids[i],
                     problem.line, problem.column, problem.reason);
        cr_assert_eq(fee_letter_update(&text, &text, &again, &fault), REFUSAL_NONE, "%s: %s", ids[i],
                     fault.reason);
        /* With everything known nothing is left to be filled in by hand. */
        for (unsigned name = 0; name < FEE_LETTER_NAME_COUNT; name++)
            values.of[name] = "known";
        const char *letter = fee_letter_fill(text.text, &values, &arena);
        cr_assert(letter && !strpbrk(letter, "{}[]"), "%s", ids[i]);
        cr_assert(strlen(letter) > 500 && strlen(letter) < 2000, "%s: %zu bytes", ids[i], strlen(letter));
    }
    cr_assert_null(fees_letters_shipped[4].name);
    arena_finish(&arena);
}
