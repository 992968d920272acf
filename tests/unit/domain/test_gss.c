/* Authorities by code and by the names that lists give them; outward codes. */

#include "common/domain/gss.h"
#include "common/domain/outcodes.h"

#include <criterion/criterion.h>

Test(gss, codes)
{
    static const struct {
        const char *text;
        enum code code;
    } cases[] = {
        {"E10000015", CODE_OK},
        {" e06000001 ", CODE_OK},
        {"W06000015", CODE_OK},
        {"E12000006", CODE_INVALID_ARGUMENT},
        {"S12000033", CODE_INVALID_ARGUMENT},
        {"E1000001", CODE_INVALID_ARGUMENT},
        {"E100000155", CODE_INVALID_ARGUMENT},
        {"E1000001A", CODE_INVALID_ARGUMENT},
        {"", CODE_INVALID_ARGUMENT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gss gss;
        cr_assert_eq(gss_parse(cases[i].text, &gss, NULL), cases[i].code, "%s", cases[i].text);
    }
}

Test(authorities, each_is_found_by_its_own_name_code_and_number)
{
    size_t count;
    const struct authority *all = authorities(&count);
    cr_assert_gt(count, 155u);
    for (size_t i = 0; i < count; i++) {
        const struct authority *found = NULL;
        struct grid_point centre;
        cr_assert_eq(authority_resolve(all[i].name, &found, NULL), CODE_OK, "%s", all[i].name);
        cr_assert_eq(found, &all[i], "%s", all[i].name);
        cr_assert_eq(authority_by_gss(all[i].gss.text), &all[i]);
        cr_assert(i == 0 || gss_compare(all[i - 1].gss, all[i].gss) < 0);
        bool welsh = all[i].gss.text[0] == 'W';
        cr_assert_eq(authority_centre(&all[i], &centre), welsh ? CODE_NOT_FOUND : CODE_OK, "%s", all[i].name);
        cr_assert(welsh || authority_by_dfe(all[i].dfe) == &all[i], "%s", all[i].name);
        cr_assert_eq(date_is_none(all[i].abolished), all[i].successors[0] == '\0');
    }
    cr_assert_null(authority_by_dfe(0));
    cr_assert_null(authority_by_dfe(999));
    cr_assert_null(authority_by_gss("E10000099"));
    cr_assert_str_eq(authority_by_gss("E08000038")->name, "Barnsley");
    cr_assert_str_eq(authority_by_gss("E10000002")->name, "Buckinghamshire");
}

Test(authorities, names_that_differ_between_lists)
{
    static const struct {
        const char *name, *gss;
    } cases[] = {
        {"Southend on Sea", "E06000033"},
        {"Southend-on-Sea City Council", "E06000033"},
        {"Durham", "E06000047"},
        {"County Durham", "E06000047"},
        {"Durham County Council", "E06000047"},
        {"Bristol", "E06000023"},
        {"Bristol, City of", "E06000023"},
        {"Kingston upon Hull, City of", "E06000010"},
        {"Hull", "E06000010"},
        {"Herefordshire", "E06000019"},
        {"Herefordshire, County of", "E06000019"},
        {"St Helens", "E08000013"},
        {"St. Helens", "E08000013"},
        {"Barking & Dagenham (London Borough of)", "E09000002"},
        {"Greenwich (Royal Borough of)", "E09000011"},
        {"ROYAL BOROUGH OF WINDSOR AND MAIDENHEAD", "E06000040"},
        {"Slough Children First", "E06000039"},
        {"City of London", "E09000001"},
        {"City of London Corporation", "E09000001"},
        {"London Borough of Camden", "E09000007"},
        {"City of York Council", "E06000014"},
        {"North Yorkshire", "E06000065"},
        {"Bournemouth, Christchurch & Poole", "E06000058"},
        {"Cumbria", "E10000006"},
        {"Cardiff", "W06000015"},
        {"Conwy", "W06000003"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct authority *authority = NULL;
        cr_assert_eq(authority_resolve(cases[i].name, &authority, NULL), CODE_OK, "%s", cases[i].name);
        cr_assert_str_eq(authority->gss.text, cases[i].gss, "%s", cases[i].name);
    }
}

Test(authorities, what_is_not_known_is_reported)
{
    static const char *const names[] = {"",
                                        "Council",
                                        "Kingston & Richmond (Royal/London Boroughs of)",
                                        "Kingston",
                                        "London",
                                        "Yorkshire",
                                        "Test LA Name",
                                        "Northampton shire"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct authority *authority = NULL;
        struct fault fault;
        cr_assert_eq(authority_resolve(names[i], &authority, &fault), CODE_NOT_FOUND, "%s", names[i]);
        cr_assert_null(authority);
    }
}

Test(outcodes, are_in_order_on_the_grid_and_found)
{
    size_t count;
    const struct outcode_entry *all = outcodes(&count);
    cr_assert_eq(count, 2880u);
    for (size_t i = 0; i < count; i++) {
        struct grid_point centre;
        struct position_e7 position;
        struct outcode parsed;
        char text[OUTCODE_TEXT_BYTES];
        cr_assert(i == 0 || all[i - 1].outcode.key < all[i].outcode.key);
        outcode_print(all[i].outcode, text);
        cr_assert_eq(outcode_parse(text, &parsed, NULL), CODE_OK, "%s", text);
        cr_assert_eq(outcode_centre(parsed, &centre), CODE_OK, "%s", text);
        cr_assert_eq(centre.easting, (double)all[i].easting);
        cr_assert_eq(grid_to_e7(centre, &position), CODE_OK, "%s", text);
    }
    struct outcode belfast;
    struct grid_point centre;
    cr_assert_eq(outcode_parse("BT1", &belfast, NULL), CODE_OK);
    cr_assert_eq(outcode_centre(belfast, &centre), CODE_NOT_FOUND);
}
