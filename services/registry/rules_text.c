/* Texts of records: in lower case, as indexes hold them, mailboxes, and postcodes. In: a text. Out: another,
 * or yes and no. */

#include "services/registry/rules_text.h"

#include "common/base/limits.h"
#include "common/domain/postcode.h"

#include <ctype.h>

const char *lower_case(const char *text, size_t most, struct arena *arena)
{
    size_t size = strlen(text);
    if (size > most)
        for (size = most; size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80;)
            size--;
    char *lower = arena_array(arena, char, size + 1);
    if (!lower)
        return "";
    for (size_t i = 0; i < size; i++)
        lower[i] = (char)((unsigned char)text[i] < 0x80 ? tolower((unsigned char)text[i]) : text[i]);
    return lower;
}

bool email_is_good(const char *email)
{
    const char *at = strchr(email, '@');
    if (strlen(email) > EMAIL_BYTES_MAX || !at || at == email || at[1] == '\0' || at[1] == '.' ||
        strchr(at + 1, '@') || !strchr(at + 1, '.'))
        return false;
    for (const char *c = email; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == ',' || *c == ';' || *c == '<' || *c == '>')
            return false;
    return email[strlen(email) - 1] != '.';
}

bool postcodes_differ(const char *before, const char *now)
{
    struct postcode old, new;
    return postcode_parse(before, &old, NULL) == CODE_OK && postcode_parse(now, &new, NULL) == CODE_OK &&
           old.key != new.key;
}
