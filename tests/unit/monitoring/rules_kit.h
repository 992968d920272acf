#pragma once
/* What the tests of monitoring's rules share. */

#include "common/base/arena.h"
#include "common/domain/date.h"

#include <criterion/criterion.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { TEST_ARENA_BYTES = 16 * 1024 * 1024 };

#define HERTS "E10000015"
#define ESSEX "E10000012"
#define KENT  "E10000016"

static inline struct date day(const char *text)
{
    struct date date = DATE_NONE;
    cr_assert(text[0] == '\0' || date_parse(text, &date, NULL) == CODE_OK, "%s", text);
    return date;
}
