/* Needs, judgements, code lists and URNs: each as people and registers write them. */

#include "common/domain/codelist.h"
#include "common/domain/judgement.h"
#include "common/domain/needs.h"
#include "common/domain/urn.h"

#include <criterion/criterion.h>

Test(needs, bits_in_their_order)
{
    static const char *const codes[] = {"SPLD", "MLD", "SLD", "PMLD", "SEMH", "SLCN", "HI",
                                        "VI",   "MSI", "PD",  "ASD",  "DS",   "OTH"};
    cr_assert_eq(NEED_COUNT, 13);
    for (int i = 0; i < NEED_COUNT; i++) {
        enum need need;
        cr_assert_str_eq(need_code((enum need)i), codes[i]);
        cr_assert_eq(need_parse(codes[i], &need, NULL), CODE_OK);
        cr_assert_eq((int)need, i);
        cr_assert(need_description(need)[0] != '\0');
    }
    char text[NEEDS_TEXT_BYTES];
    needs_print(NEEDS_ALL, text);
    cr_assert_str_eq(text, "SPLD,MLD,SLD,PMLD,SEMH,SLCN,HI,VI,MSI,PD,ASD,DS,OTH");
}

Test(needs, lists)
{
    static const struct {
        const char *text;
        enum code code;
        const char *printed;
    } cases[] = {
        {"SEMH, asd", CODE_OK, "SEMH,ASD"},
        {"ASD;SEMH|SpLD  MLD", CODE_OK, "SPLD,MLD,SEMH,ASD"},
        {"", CODE_OK, ""},
        {" , ", CODE_OK, ""},
        {"SEMH,SEMH", CODE_OK, "SEMH"},
        {"SEMH,NSA", CODE_INVALID_ARGUMENT, "MLD"},
        {"SEM", CODE_INVALID_ARGUMENT, "MLD"},
        {"SEMHX", CODE_INVALID_ARGUMENT, "MLD"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct needs needs = needs_with((struct needs){0}, NEED_MLD);
        struct fault fault = {.reason = ""};
        char text[NEEDS_TEXT_BYTES];
        cr_assert_eq(needs_parse(cases[i].text, &needs, &fault), cases[i].code, "%s", cases[i].text);
        needs_print(needs, text);
        cr_assert_str_eq(text, cases[i].printed, "%s", cases[i].text);
    }
    enum need need = NEED_OTH;
    cr_assert(need_parse(" SpLD - Specific Learning Difficulty", &need, NULL) == CODE_OK &&
              need == NEED_SPLD);
    cr_assert_eq(need_parse("", &need, NULL), CODE_INVALID_ARGUMENT);
    cr_assert(needs_cover((struct needs){6}, (struct needs){2}));
    cr_assert_not(needs_cover((struct needs){6}, (struct needs){3}));
}

Test(judgement, as_published)
{
    static const struct {
        const char *text;
        enum code code;
        enum judgement judgement;
    } cases[] = {
        {"Outstanding", CODE_OK, JUDGEMENT_OUTSTANDING},
        {"Good ", CODE_OK, JUDGEMENT_GOOD},
        {"Requires improvement to be good", CODE_OK, JUDGEMENT_REQUIRES_IMPROVEMENT},
        {"Requires Improvement", CODE_OK, JUDGEMENT_REQUIRES_IMPROVEMENT},
        {"requires-improvement", CODE_OK, JUDGEMENT_REQUIRES_IMPROVEMENT},
        {"Adequate", CODE_OK, JUDGEMENT_REQUIRES_IMPROVEMENT},
        {"INADEQUATE", CODE_OK, JUDGEMENT_INADEQUATE},
        {"Special Measures", CODE_OK, JUDGEMENT_INADEQUATE},
        {"4", CODE_OK, JUDGEMENT_INADEQUATE},
        {"", CODE_OK, JUDGEMENT_NOT_JUDGED},
        {"Not judged", CODE_OK, JUDGEMENT_NOT_JUDGED},
        {"Met", CODE_OK, JUDGEMENT_NOT_JUDGED},
        {"Not met", CODE_OK, JUDGEMENT_NOT_JUDGED},
        {"Consistently strong service delivery", CODE_OK, JUDGEMENT_NOT_JUDGED},
        {"Splendid", CODE_INVALID_ARGUMENT, JUDGEMENT_GOOD},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum judgement judgement = JUDGEMENT_GOOD;
        cr_assert_eq(judgement_parse(cases[i].text, &judgement, NULL), cases[i].code, "%s", cases[i].text);
        cr_assert_eq(judgement, cases[i].judgement, "%s", cases[i].text);
    }
    for (int i = 0; i <= JUDGEMENT_INADEQUATE; i++) {
        enum judgement judgement;
        cr_assert(judgement_parse(judgement_words(judgement_from_number(i)), &judgement, NULL) == CODE_OK);
        cr_assert_eq((int)judgement, i);
        cr_assert(judgement_parse(judgement_name((enum judgement)i), &judgement, NULL) == CODE_OK);
        cr_assert_eq((int)judgement, i);
    }
    cr_assert_eq(judgement_from_number(5), JUDGEMENT_NOT_JUDGED);
}

Test(codelist, a_code_is_valid_in_its_time)
{
    static const struct {
        const char *list, *code, *on;
        enum code result;
    } cases[] = {
        {"ssda903-placement", "K2", "2025-06-01", CODE_OK},
        {"ssda903-placement", "k3", "2025-06-01", CODE_OK},
        {"ssda903-placement", "H5", "2025-03-31", CODE_OK},
        {"ssda903-placement", "H5", "2025-04-01", CODE_FAILED_PRECONDITION},
        {"ssda903-placement", "Z11", "2025-03-31", CODE_FAILED_PRECONDITION},
        {"ssda903-placement", "Z11", "2025-04-01", CODE_OK},
        {"ssda903-placement", "K9", "2025-04-01", CODE_NOT_FOUND},
        {"ssda903-provider", "PR5", "2025-04-01", CODE_OK},
        {"ssda903-provider", "PR6", "2025-04-01", CODE_NOT_FOUND},
        {"sen-need", "DS", "2024-12-31", CODE_FAILED_PRECONDITION},
        {"cin-need", "N8", "2024-12-31", CODE_OK},
        {"quality-standard", "14", "2024-12-31", CODE_OK},
        {"quality-standard", "15", "2024-12-31", CODE_NOT_FOUND},
        {"ofsted-judgement", "3", "2024-12-31", CODE_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct date day;
        cr_assert_eq(date_parse(cases[i].on, &day, NULL), CODE_OK);
        const struct codelist *list = codelist_find(cases[i].list);
        cr_assert_not_null(list, "%s", cases[i].list);
        cr_assert_eq(codelist_check(list, cases[i].code, day, NULL), cases[i].result, "%s %s", cases[i].list,
                     cases[i].code);
    }
    cr_assert_null(codelist_find("no-such-list"));
    size_t count;
    cr_assert_not_null(codelists(&count));
    cr_assert_eq(count, 6u);
}

Test(urn, each_regulator_has_its_forms)
{
    static const struct {
        const char *text;
        enum code code;
        const char *printed;
    } cases[] = {
        {"dfe:117671", CODE_OK, "dfe:117671"},
        {"117671", CODE_OK, "dfe:117671"},
        {" DfE : 117 671", CODE_OK, "dfe:117671"},
        {"ofsted:SC012345", CODE_OK, "ofsted:SC012345"},
        {"sc 012345", CODE_OK, "ofsted:SC012345"},
        {"1027077", CODE_OK, "ofsted:1027077"},
        {"ofsted:1027077", CODE_OK, "ofsted:1027077"},
        {"ofsted:117671", CODE_INVALID_ARGUMENT, ""},
        {"dfe:1027077", CODE_INVALID_ARGUMENT, ""},
        {"dfe:SC012345", CODE_INVALID_ARGUMENT, ""},
        {"SC12345", CODE_INVALID_ARGUMENT, ""},
        {"cqc:117671", CODE_INVALID_ARGUMENT, ""},
        {"", CODE_INVALID_ARGUMENT, ""},
        {"ofsted:", CODE_INVALID_ARGUMENT, ""},
        {"ofsted:SC01234500000000", CODE_INVALID_ARGUMENT, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct urn urn = {.number = ""};
        char text[URN_TEXT_BYTES] = "";
        cr_assert_eq(urn_parse(cases[i].text, &urn, NULL), cases[i].code, "%s", cases[i].text);
        if (cases[i].code == CODE_OK)
            urn_print(&urn, text);
        cr_assert_str_eq(text, cases[i].printed);
    }
    struct urn urn;
    cr_assert_eq(urn_make(REGULATOR_UNSPECIFIED, "117671", &urn, NULL), CODE_INVALID_ARGUMENT);
}

Test(urn, order_for_ties)
{
    static const char *const rising[] = {"dfe:100091", "dfe:117671", "ofsted:1027077", "ofsted:2700000",
                                         "ofsted:SC000001"};
    size_t count = sizeof rising / sizeof rising[0];
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            struct urn a, b;
            cr_assert_eq(urn_parse(rising[i], &a, NULL), CODE_OK);
            cr_assert_eq(urn_parse(rising[j], &b, NULL), CODE_OK);
            cr_assert_eq(urn_compare(&a, &b), (i > j) - (i < j));
        }
    }
}
