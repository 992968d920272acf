/* Postcodes and outward codes as people and files write them.
 *
 * In: a text. Held against: a postcode prints to its canonical form, which reads back as itself; case and
 * blanks do not matter; its sector and outward code begin its text. */

#include "common/domain/outcodes.h"
#include "common/domain/postcode.h"
#include "tests/fuzz/targets/fuzz.h"

#include <ctype.h>

/* The same text with a blank between all characters, in lower case. */
static void spread(const char *text, char ret_text[2 * POSTCODE_TEXT_BYTES])
{
    for (; *text; text++) {
        *ret_text++ = ' ';
        *ret_text++ = (char)tolower((unsigned char)*text);
    }
    *ret_text = '\0';
}

static void check_postcode(struct postcode postcode)
{
    char text[POSTCODE_TEXT_BYTES], sector[SECTOR_TEXT_BYTES], out[OUTCODE_TEXT_BYTES];
    char loose[2 * POSTCODE_TEXT_BYTES];
    struct postcode again;
    struct outcode outcode;
    struct grid_point centre;
    postcode_print(postcode, text);
    require(postcode.key != 0 && strlen(text) >= 6 && text[strlen(text) - 4] == ' ');
    require(postcode_parse(text, &again, NULL) == CODE_OK && again.key == postcode.key);
    spread(text, loose);
    require(postcode_parse(loose, &again, NULL) == CODE_OK && again.key == postcode.key);

    postcode_print_sector(postcode, sector);
    outcode_print(postcode_outcode(postcode), out);
    require(strncmp(text, sector, strlen(sector)) == 0 && strlen(sector) == strlen(text) - 2);
    require(strncmp(text, out, strlen(out)) == 0 && strlen(out) == strlen(text) - 4);
    require(outcode_parse(out, &outcode, NULL) == CODE_OK && outcode.key == postcode_outcode(postcode).key);
    if (outcode_centre(outcode, &centre) == CODE_OK)
        require(centre.easting > 0 && centre.easting < GRID_EASTING_MOST && centre.northing > 0 &&
                centre.northing < GRID_NORTHING_MOST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = text_of(span_of(data, size)), printed[OUTCODE_TEXT_BYTES];
    struct postcode postcode = {.key = 99};
    struct outcode outcode = {.key = 99}, again;
    struct fault fault;

    enum code code = postcode_parse(text, &postcode, &fault);
    require(code == postcode_parse(text, &(struct postcode){0}, NULL));
    if (code == CODE_OK) {
        check_postcode(postcode);
    } else {
        require(code == CODE_INVALID_ARGUMENT && postcode.key == 99);
        require_fault(code, &fault);
    }
    code = outcode_parse(text, &outcode, &fault);
    if (code == CODE_OK) {
        outcode_print(outcode, printed);
        require(outcode_parse(printed, &again, NULL) == CODE_OK && again.key == outcode.key);
    } else {
        require(code == CODE_INVALID_ARGUMENT && outcode.key == 99);
        require_fault(code, &fault);
    }
    free(text);
    return 0;
}
