#pragma once
/* What the tests of fees' rules share. */

#include "common/base/arena.h"
#include "common/base/limits.h"
#include "common/domain/date.h"
#include "services/fees/refusal.h"

#include <criterion/criterion.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { TEST_ARENA_BYTES = 32 * 1024 * 1024 };

#define HERTS "E10000015"
#define ESSEX "E10000012"
#define KENT  "E10000016"

static inline struct date day(const char *text)
{
    struct date date = DATE_NONE;
    cr_assert(text[0] == '\0' || date_parse(text, &date, NULL) == CODE_OK, "%s", text);
    return date;
}

/* "THRESHOLD_WRONG": of which refusal a failed assertion speaks. */
static inline const char *called(enum fees_refusal refusal)
{
    return fees_refusal_facts(refusal)->name;
}
