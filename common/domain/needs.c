/* Need codes, one and many. In: codes as people and files write them. Out: bits, or which code is unknown.
 * What a need asks of a provision is not said here. */

#include "common/domain/needs.h"
#include "common/domain/scan.h"

#include <string.h>

static const struct {
    const char *code, *description;
} table[NEED_COUNT] = {
#define X(code, description) {#code, description},
    NEEDS(X)
#undef X
};

const char *need_code(enum need need)
{
    return (unsigned)need < NEED_COUNT ? table[need].code : "";
}

const char *need_description(enum need need)
{
    return (unsigned)need < NEED_COUNT ? table[need].description : "";
}

/* The need whose code is these `length` characters. */
static bool find_need(const char *text, size_t length, enum need *ret_need)
{
    for (int i = 0; i < NEED_COUNT; i++) {
        const char *code = table[i].code;
        size_t at = 0;
        while (at < length && code[at] == to_upper(text[at]) && code[at] != '\0')
            at++;
        if (at == length && code[at] == '\0') {
            *ret_need = (enum need)i;
            return true;
        }
    }
    return false;
}

static enum code unknown(const char *text, size_t length, struct fault *ret_fault)
{
    char codes[NEEDS_TEXT_BYTES];
    needs_print(NEEDS_ALL, codes);
    return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "\"%.*s\" is not a need code (%s)",
                     (int)(length < 40 ? length : 40), text, codes);
}

enum code need_parse(const char *text, enum need *ret_need, struct fault *ret_fault)
{
    while (is_blank(*text))
        text++;
    const char *label = strstr(text, " - ");
    size_t length = label ? (size_t)(label - text) : strlen(text);
    while (length > 0 && is_blank(text[length - 1]))
        length--;
    return find_need(text, length, ret_need) ? CODE_OK : unknown(text, length, ret_fault);
}

enum code needs_parse(const char *text, struct needs *ret_needs, struct fault *ret_fault)
{
    static const char separators[] = ",;| \t\r\n";
    struct needs needs = {0};
    for (text += strspn(text, separators); *text; text += strspn(text, separators)) {
        size_t length = strcspn(text, separators);
        enum need need;
        if (!find_need(text, length, &need))
            return unknown(text, length, ret_fault);
        needs = needs_with(needs, need);
        text += length;
    }
    *ret_needs = needs;
    return CODE_OK;
}

void needs_print(struct needs needs, char ret_text[NEEDS_TEXT_BYTES])
{
    size_t used = 0;
    for (int i = 0; i < NEED_COUNT; i++) {
        if (!needs_has(needs, (enum need)i))
            continue;
        if (used)
            ret_text[used++] = ',';
        size_t length = strlen(table[i].code);
        memcpy(ret_text + used, table[i].code, length);
        used += length;
    }
    ret_text[used] = '\0';
}
