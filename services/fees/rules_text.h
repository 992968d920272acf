#pragma once
/* Small things that the rules share. Pure. */

#include "common/base/arena.h"
#include "common/base/limits.h"
#include "common/domain/date.h"
#include "services/fees/refusal.h"

/* YYYY-MM-DD in the arena; NULL past its limit. */
static inline const char *date_text(struct date date, struct arena *arena)
{
    char *text = (char *)arena_alloc(arena, DATE_TEXT_BYTES);
    if (text)
        date_print(date, text);
    return text;
}

/* A date of a record as stored; DATE_NONE where it has none. */
static inline struct date stored_date(const char *text)
{
    struct date date;
    return date_field(text, &date) ? date : DATE_NONE;
}

/* Is there nothing but blanks? */
static inline bool text_is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* A text that must be there: blanks alone are none. */
static inline enum fees_refusal text_check(const char *text, enum fees_refusal missing)
{
    if (text_is_blank(text))
        return missing;
    return strlen(text) > RECORD_TEXT_BYTES_MAX ? REFUSAL_TEXT_LONG : REFUSAL_NONE;
}

/* A field of a table of states: where an event leads, or why it does not. */
#define TO(state)                                                                                            \
    {                                                                                                        \
        REFUSAL_NONE, state                                                                                  \
    }
#define NO(refusal)                                                                                          \
    {                                                                                                        \
        REFUSAL_##refusal, 0                                                                                 \
    }

/* -1, 0, 1 of two numbers that order. */
#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))
