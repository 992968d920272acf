/* Bringing what people and registers write to one form, before it is looked up. In: a text. Out: a copy. It
 * decides nothing about what the text means. */

#include "common/domain/scan.h"

#include <string.h>

size_t scan_squeeze(const char *text, size_t size, char *ret_text)
{
    size_t count = 0;
    for (; *text; text++) {
        if (is_blank(*text))
            continue;
        if (count + 1 < size)
            ret_text[count] = to_upper(*text);
        count++;
    }
    ret_text[count < size ? count : size - 1] = '\0';
    return count;
}

/* Length of the apostrophe at `text`: ASCII, the typographic ones in UTF-8 or Windows-1252. 0: it is none. */
static size_t apostrophe_length(const char *text)
{
    if (*text == '\'' || *text == '`' || *text == '\x91' || *text == '\x92')
        return 1;
    return strncmp(text, "\xE2\x80\x98", 3) == 0 || strncmp(text, "\xE2\x80\x99", 3) == 0 ? 3 : 0;
}

void scan_normalise(const char *text, size_t size, char *ret_text)
{
    size_t used = 0;
    bool gap = false;
    while (*text && used + 2 < size) {
        size_t apostrophe = apostrophe_length(text);
        if (apostrophe) {
            text += apostrophe;
            continue;
        }
        bool no_break = strncmp(text, "\xC2\xA0", 2) == 0;
        if (is_blank(*text) || *text == '-' || no_break) {
            gap = used > 0;
            text += no_break ? 2 : 1;
            continue;
        }
        if (gap)
            ret_text[used++] = ' ';
        gap = false;
        ret_text[used++] = to_lower(*text++);
    }
    ret_text[used] = '\0';
}
