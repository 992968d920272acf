/* Reading and printing postcodes. In: what people and files write. Out: the sortable number, or what is
 * wrong. It checks the form alone (BS 7666); whether a postcode exists is a question for the postcodes held.
 */

#include "common/domain/postcode.h"
#include "common/domain/scan.h"

#include <string.h>

/* A letter at one position of the form, of those in use there. */
static bool is_one_of(char c, const char *letters)
{
    return c != '\0' && strchr(letters, c) != NULL;
}

/* What is wrong with an outward code, or NULL: A9, A99, A9A, AA9, AA99, AA9A. */
static const char *outward_wrong(const char *text, size_t length)
{
    static const char first[] = "ABCDEFGHIJKLMNOPRSTUWYZ", second[] = "ABCDEFGHKLMNOPQRSTUVWXY";
    static const char third[] = "ABCDEFGHJKPSTUW", fourth[] = "ABEHMNPRVWXY";
    if (length == 3 && memcmp(text, "GIR", 3) == 0)
        return NULL;
    if (length < 2 || length > 4)
        return "has an outward part that is not two to four characters";
    if (!is_one_of(text[0], first))
        return "does not begin with a letter that postcodes begin with";
    size_t area = is_letter(text[1]) ? 2 : 1;
    if (area == 2 && !is_one_of(text[1], second))
        return "begins with two letters that no postcode area has";
    if (length == area || !is_digit(text[area]))
        return "has no digit after its first letters";
    if (length == area + 1)
        return NULL;
    if (length > area + 2)
        return "has an outward part that is too long";
    if (is_digit(text[area + 1]) || is_one_of(text[area + 1], area == 1 ? third : fourth))
        return NULL;
    return "has an outward part that ends in a letter not in use there";
}

static const char *inward_wrong(const char *text)
{
    static const char unit[] = "ABDEFGHJLNPQRSTUWXYZ";
    if (!is_digit(text[0]))
        return "does not end in a digit and two letters";
    if (!is_letter(text[1]) || !is_letter(text[2]))
        return "does not end in a digit and two letters";
    if (!is_one_of(text[1], unit) || !is_one_of(text[2], unit))
        return "ends in a letter of C I K M O V, which is not in use there";
    return NULL;
}

/* Outward code, blank-padded, as a number. */
static uint32_t outward_key(const char *text, size_t length)
{
    uint32_t key = 0;
    for (size_t i = 0; i < 4; i++)
        key = key << 8 | (uint8_t)(i < length ? text[i] : ' ');
    return key;
}

enum code postcode_parse(const char *text, struct postcode *ret_postcode, struct fault *ret_fault)
{
    char squeezed[9];
    size_t length = scan_squeeze(text, sizeof squeezed, squeezed);
    const char *wrong = NULL;
    if (length == 0)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "the postcode is empty");
    if (length < 5 || length > 7)
        wrong = "is not a whole postcode of five to seven characters";
    if (!wrong)
        wrong = inward_wrong(squeezed + length - 3);
    if (!wrong)
        wrong = outward_wrong(squeezed, length - 3);
    if (wrong)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "\"%.40s\" %s", text, wrong);

    uint64_t key = outward_key(squeezed, length - 3);
    for (size_t i = length - 3; i < length; i++)
        key = key << 8 | (uint8_t)squeezed[i];
    ret_postcode->key = key << 8;
    return CODE_OK;
}

enum code outcode_parse(const char *text, struct outcode *ret_outcode, struct fault *ret_fault)
{
    char squeezed[6];
    size_t length = scan_squeeze(text, sizeof squeezed, squeezed);
    const char *wrong = outward_wrong(squeezed, length);
    if (wrong)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "\"%.40s\" %s", text, wrong);
    ret_outcode->key = outward_key(squeezed, length);
    return CODE_OK;
}

/* Appends the outward code; gives its end. */
static char *print_outward(uint32_t key, char *out)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        char c = (char)(key >> shift);
        if (c != ' ' && c != '\0')
            *out++ = c;
    }
    *out = '\0';
    return out;
}

void postcode_print(struct postcode postcode, char ret_text[POSTCODE_TEXT_BYTES])
{
    postcode_print_sector(postcode, ret_text);
    char *out = ret_text + strlen(ret_text);
    if (postcode.key == 0)
        return;
    *out++ = (char)(postcode.key >> 16);
    *out++ = (char)(postcode.key >> 8);
    *out = '\0';
}

void outcode_print(struct outcode outcode, char ret_text[OUTCODE_TEXT_BYTES])
{
    print_outward(outcode.key, ret_text);
}

void postcode_print_sector(struct postcode postcode, char ret_text[SECTOR_TEXT_BYTES])
{
    char *out = print_outward(postcode_outcode(postcode).key, ret_text);
    if (postcode.key == 0)
        return;
    *out++ = ' ';
    *out++ = (char)(postcode.key >> 24);
    *out = '\0';
}
