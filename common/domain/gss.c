/* Finding local authorities by code, by the DfE's number and by name. In: what lists write. Out: an entry of
 * the table (authorities_table.c), or NOT_FOUND; nothing is guessed. Membership of a region is the registry's
 * affair. */

#include "common/domain/gss.h"
#include "common/domain/authorities_table.h"
#include "common/domain/scan.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_KEY_BYTES = 96 };

enum code gss_parse(const char *text, struct gss *ret_gss, struct fault *ret_fault)
{
    static const char *const kinds[] = {"E06", "E07", "E08", "E09", "E10", "W06"};
    struct gss gss = {""};
    size_t length = scan_squeeze(text, sizeof gss.text, gss.text);
    if (length != GSS_TEXT_BYTES - 1 || strspn(gss.text + 1, "0123456789") != length - 1)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "",
                         "\"%.40s\" is not a GSS code such as E10000015", text);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strncmp(gss.text, kinds[i], 3) == 0) {
            *ret_gss = gss;
            return CODE_OK;
        }
    }
    return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "",
                     "\"%.40s\" is not the GSS code of a local authority (E06 to E10, W06)", text);
}

const struct authority *authorities(size_t *ret_count)
{
    *ret_count = authorities_table_count;
    return authorities_table;
}

static int compare_code(const void *code, const void *entry)
{
    return strcmp(code, ((const struct authority *)entry)->gss.text);
}

static int compare_alias(const void *from, const void *entry)
{
    return strcmp(from, ((const struct authority_alias *)entry)->from);
}

/* What an alias stands for, or NULL. */
static const char *find_alias(const char *from, const struct authority_alias *table, size_t count)
{
    const struct authority_alias *alias = bsearch(from, table, count, sizeof *table, compare_alias);
    return alias ? alias->gss : NULL;
}

const struct authority *authority_by_gss(const char *gss)
{
    struct gss parsed;
    if (gss_parse(gss, &parsed, NULL) != CODE_OK)
        return NULL;
    const char *same = find_alias(parsed.text, authority_codes_table, authority_codes_table_count);
    return bsearch(same ? same : parsed.text, authorities_table, authorities_table_count,
                   sizeof authorities_table[0], compare_code);
}

const struct authority *authority_by_dfe(int64_t code)
{
    for (size_t i = 0; code > 0 && i < authorities_table_count; i++)
        if (authorities_table[i].dfe == code)
            return &authorities_table[i];
    return NULL;
}

/* The next word at `*text` in lower case, without apostrophes, "and" for "&"; false at the end or for a word
 * that is longer than any there is. */
static bool next_word(const char **text, char ret_word[NAME_KEY_BYTES])
{
    const char *at = *text;
    size_t used = 0;
    while (*at && *at != '&' && !is_letter(*at) && !is_digit(*at))
        at++;
    if (*at == '&') {
        strcpy(ret_word, "and");
        *text = at + 1;
        return true;
    }
    for (; is_letter(*at) || is_digit(*at) || *at == '\'' || strncmp(at, "\xE2\x80\x99", 3) == 0; at++) {
        if (*at == '\xE2')
            at += 2;
        else if (*at != '\'' && used + 1 < NAME_KEY_BYTES)
            ret_word[used++] = to_lower(*at);
    }
    ret_word[used] = '\0';
    *text = at;
    return used > 0;
}

/* Do the words of `rest` begin with these two? */
static bool follow(const char *rest, const char *first, const char *second)
{
    char word[NAME_KEY_BYTES];
    return next_word(&rest, word) && strcmp(word, first) == 0 && next_word(&rest, word) &&
           strcmp(word, second) == 0;
}

/* Words that say what sort of council it is, not which. "London" is one only before "Borough"; "City" is not
 * one in "City of London", which is an authority where London is none. */
static bool says_nothing(const char *word, const char *rest)
{
    static const char *const words[] = {"council",      "borough",  "boroughs",    "city", "county",
                                        "metropolitan", "district", "royal",       "of",   "the",
                                        "authority",    "unitary",  "corporation", "lb",   "rb",
                                        "mbc",          "cc"};
    if (strcmp(word, "city") == 0 && follow(rest, "of", "london"))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    char next[NAME_KEY_BYTES];
    return strcmp(word, "london") == 0 && next_word(&rest, next) && strncmp(next, "borough", 7) == 0;
}

static void name_key(const char *name, char ret_key[NAME_KEY_BYTES])
{
    char word[NAME_KEY_BYTES];
    size_t used = 0;
    ret_key[0] = '\0';
    while (next_word(&name, word)) {
        size_t length = strlen(word);
        if (says_nothing(word, name))
            continue;
        if (used + length + 2 > NAME_KEY_BYTES)
            break; /* longer than every name of the table */
        if (used)
            ret_key[used++] = ' ';
        memcpy(ret_key + used, word, length + 1);
        used += length;
    }
}

enum code authority_resolve(const char *name, const struct authority **ret_authority, struct fault *ret_fault)
{
    char key[NAME_KEY_BYTES];
    name_key(name, key);
    const char *gss = find_alias(key, authority_names_table, authority_names_table_count);
    const struct authority *authority = gss ? authority_by_gss(gss) : NULL;
    if (!authority)
        return fault_set(ret_fault, CODE_NOT_FOUND, "", "\"%.80s\" is not a local authority that we know",
                         name);
    *ret_authority = authority;
    return CODE_OK;
}

enum code authority_centre(const struct authority *authority, struct grid_point *ret_centre)
{
    if (authority->easting == 0 && authority->northing == 0)
        return CODE_NOT_FOUND;
    *ret_centre = (struct grid_point){.easting = authority->easting, .northing = authority->northing};
    return CODE_OK;
}
