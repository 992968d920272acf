/* What fuzzing found in the readers of published lists. */

#include "services/cli/readers/registers.h"

#include <criterion/criterion.h>

/* A reason quotes a cell, and is shorter than one may be: wherever it is cut, it stays UTF-8. */
Test(readers_found, a_reason_cut_within_a_character_is_still_text)
{
    for (size_t shift = 0; shift < 2; shift++) {
        struct arena arena;
        struct reading reading;
        char cell[1200];
        arena_init(&arena, 16 * 1024 * 1024);
        memset(cell, 'x', shift);
        for (size_t at = shift; at < sizeof cell - 2; at += 2)
            memcpy(cell + at, "\xC3\xA9", 3);
        const char *list = arena_format(&arena, "URN,PLACES,FROM\n%s,1,2025-06-01\n", cell);
        cr_assert_eq(vacancies_read(span_of_text(list), &arena, &reading, NULL), CODE_OK);
        cr_assert_eq(reading.rejects.count, 1);
        cr_assert(span_is_text(span_of_text(reading.rejects.items[0].reason)), "shift %zu", shift);
        arena_finish(&arena);
    }
}
