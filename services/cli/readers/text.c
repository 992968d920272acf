/* Decoding of published files: which of UTF-8, ASCII and Windows-1252 the bytes are, and their text in UTF-8.
 * Bytes come in, text goes out; nothing is read from disk here. */

#include "services/cli/readers/text.h"

#include "common/sheets/read.h"

#include <ctype.h>
#include <stdlib.h>

static enum code from_windows_1252(struct span bytes, struct arena *arena, struct decoded *ret_decoded,
                                   struct fault *ret_fault)
{
    uint8_t *out = arena_alloc_array(arena, bytes.size, 3);
    if (!out)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "file",
                         "the file is too large to decode in memory");
    size_t size = 0;
    for (size_t i = 0; i < bytes.size; i++)
        size += sheets_put_utf8(sheets_windows_1252(bytes.data[i]), out + size);
    *ret_decoded = (struct decoded){.text = span_of(out, size), .encoding = "Windows-1252"};
    return CODE_OK;
}

enum code text_decode(struct span bytes, struct arena *arena, struct decoded *ret_decoded,
                      struct fault *ret_fault)
{
    const char *wrong = sheets_is_no_csv(bytes);
    if (wrong)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "file", "%s", wrong);
    bool marked;
    bytes = sheets_without_mark(bytes, &marked);
    if (!span_is_text(bytes))
        return from_windows_1252(bytes, arena, ret_decoded, ret_fault);
    bool ascii = !marked;
    for (size_t i = 0; ascii && i < bytes.size; i++)
        ascii = bytes.data[i] < 0x80;
    *ret_decoded = (struct decoded){.text = bytes, .encoding = ascii ? "ASCII" : "UTF-8"};
    return CODE_OK;
}

void text_normalise(const char *text, char *ret_text, size_t size)
{
    size_t length = 0;
    for (; *text && length + 1 < size; text++)
        if ((unsigned char)*text < 0x80 && isalnum((unsigned char)*text))
            ret_text[length++] = (char)tolower((unsigned char)*text);
    ret_text[length] = 0;
}

bool text_alike(const char *a, const char *b)
{
    char normal_a[160], normal_b[160];
    text_normalise(a, normal_a, sizeof normal_a);
    text_normalise(b, normal_b, sizeof normal_b);
    return strcmp(normal_a, normal_b) == 0;
}

bool text_number(const char *text, uint32_t most, uint32_t *ret_number)
{
    while (*text == ' ')
        text++;
    if (!isdigit((unsigned char)*text))
        return false;
    char *end;
    unsigned long long number = strtoull(text, &end, 10);
    if (*end == '.') {
        do
            end++;
        while (*end == '0');
    }
    while (*end == ' ')
        end++;
    if (*end || number > most)
        return false;
    *ret_number = (uint32_t)number;
    return true;
}
