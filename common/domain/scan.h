#pragma once
/* Small steps that the readers of this folder share: blanks and case do not matter in what people and
 * registers write. Private to common/domain. */

#include <stdbool.h>
#include <stddef.h>

/* ASCII only, whatever the locale. */
static inline bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}
static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static inline bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
static inline char to_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}
static inline char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Copies without any blanks, in upper case. The number of characters there were: when it is `size` or more,
 * they did not all fit. The copy ends in NUL. */
size_t scan_squeeze(const char *text, size_t size, char *ret_text);

/* Copies with runs of blanks and hyphens as one blank, none at the ends, in lower case, without apostrophes
 * of any shape. What does not fit is cut. The copy ends in NUL. */
void scan_normalise(const char *text, size_t size, char *ret_text);
