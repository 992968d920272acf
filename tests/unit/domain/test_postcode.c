/* Postcodes: one form, an order, and what is wrong with the rest (rule X1: an unknown postcode is an error).
 */

#include "common/domain/postcode.h"

#include <criterion/criterion.h>

Test(postcode, every_way_of_writing_gives_one_form)
{
    static const struct {
        const char *text, *printed, *outward, *sector;
    } cases[] = {
        {"SG13 8DQ", "SG13 8DQ", "SG13", "SG13 8"},       {" sg138dq ", "SG13 8DQ", "SG13", "SG13 8"},
        {"S G 1 3 8\tD Q", "SG13 8DQ", "SG13", "SG13 8"}, {"AB101AB", "AB10 1AB", "AB10", "AB10 1"},
        {"AL1 2NU", "AL1 2NU", "AL1", "AL1 2"},           {"B1  1AA", "B1 1AA", "B1", "B1 1"},
        {"ec1a1bb", "EC1A 1BB", "EC1A", "EC1A 1"},        {"W1A 0AX", "W1A 0AX", "W1A", "W1A 0"},
        {"M60 1NW", "M60 1NW", "M60", "M60 1"},           {"GIR 0AA", "GIR 0AA", "GIR", "GIR 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct postcode postcode = {0};
        struct outcode outcode = {0};
        char text[POSTCODE_TEXT_BYTES], outward[OUTCODE_TEXT_BYTES], sector[SECTOR_TEXT_BYTES];
        cr_assert_eq(postcode_parse(cases[i].text, &postcode, NULL), CODE_OK, "%s", cases[i].text);
        postcode_print(postcode, text);
        cr_assert_str_eq(text, cases[i].printed);
        cr_assert_eq(outcode_parse(cases[i].outward, &outcode, NULL), CODE_OK);
        cr_assert_eq(postcode_outcode(postcode).key, outcode.key);
        outcode_print(outcode, outward);
        cr_assert_str_eq(outward, cases[i].outward);
        postcode_print_sector(postcode, sector);
        cr_assert_str_eq(sector, cases[i].sector);
    }
}

Test(postcode, what_is_wrong_is_said)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"", "the postcode is empty"},
        {"   ", "the postcode is empty"},
        {"SG13", "is not a whole postcode of five to seven characters"},
        {"SG13 8DQX", "is not a whole postcode of five to seven characters"},
        {"REDACTED", "is not a whole postcode of five to seven characters"},
        {"SG13 DDQ", "does not end in a digit and two letters"},
        {"SG13 88Q", "does not end in a digit and two letters"},
        {"SG13 8CQ", "ends in a letter of C I K M O V"},
        {"QG13 8DQ", "does not begin with a letter that postcodes begin with"},
        {"1G13 8DQ", "does not begin with a letter that postcodes begin with"},
        {"SJ13 8DQ", "begins with two letters that no postcode area has"},
        {"SGA 8DQ", "has no digit after its first letters"},
        {"S123 8DQ", "has an outward part that is too long"},
        {"SG1C 8DQ", "has an outward part that ends in a letter not in use there"},
        {"S-13 8DQ", "has no digit after its first letters"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct postcode postcode = {77};
        struct fault fault = {.reason = ""};
        cr_assert_eq(postcode_parse(cases[i].text, &postcode, &fault), CODE_INVALID_ARGUMENT, "%s",
                     cases[i].text);
        cr_assert_not_null(strstr(fault.reason, cases[i].reason), "%s: %s", cases[i].text, fault.reason);
        cr_assert_eq(postcode.key, 77u);
    }
    struct outcode outcode;
    cr_assert_eq(outcode_parse("SG13 8", &outcode, NULL), CODE_INVALID_ARGUMENT);
    cr_assert_eq(outcode_parse("", &outcode, NULL), CODE_INVALID_ARGUMENT);
}

Test(postcode, sorts_as_outward_then_inward_and_a_sector_is_a_run)
{
    static const char *const rising[] = {"AL1 1AA", "AL1 2NU", "AL1 2NW", "AL10 0AA",
                                         "B1 1AA",  "BA1 0AA", "W1A 0AX"};
    struct postcode last = {0};
    for (size_t i = 0; i < sizeof rising / sizeof rising[0]; i++) {
        struct postcode postcode;
        cr_assert_eq(postcode_parse(rising[i], &postcode, NULL), CODE_OK);
        cr_assert_gt(postcode.key, last.key, "%s", rising[i]);
        cr_assert_eq(postcode_sector_key(postcode) == postcode_sector_key(last), i == 2);
        last = postcode;
    }
    char text[POSTCODE_TEXT_BYTES] = "x";
    postcode_print((struct postcode){0}, text);
    cr_assert_str_eq(text, "");
}
