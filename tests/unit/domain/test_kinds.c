/* Kinds of provision (rules A1, X1) and how registers call them. */

#include "common/domain/kinds.h"

#include <criterion/criterion.h>

Test(kinds, what_is_allocated_and_what_is_offered)
{
    static const struct {
        enum kind kind;
        int number;
        const char *cli;
        bool allocated, matched, only_by_name;
    } cases[] = {
        {KIND_INDEPENDENT_SPECIAL_SCHOOL, 1, "independent-special-school", true, true, false},
        {KIND_NON_MAINTAINED_SPECIAL_SCHOOL, 2, "non-maintained-special-school", true, true, false},
        {KIND_CHILDRENS_HOME, 3, "childrens-home", true, true, false},
        {KIND_DUAL_REGISTERED, 4, "dual-registered", true, true, false},
        {KIND_INDEPENDENT_FOSTERING_AGENCY, 5, "independent-fostering-agency", false, true, false},
        {KIND_SUPPORTED_ACCOMMODATION, 6, "supported-accommodation", false, true, false},
        {KIND_SECURE_CHILDRENS_HOME, 7, "secure-childrens-home", true, true, true},
        {KIND_OTHER, 8, "other", false, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct kind_facts *facts = kind_facts(cases[i].kind);
        enum kind kind = KIND_UNSPECIFIED;
        cr_assert_eq((int)cases[i].kind, cases[i].number);
        cr_assert_eq(kind_from_number(cases[i].number), cases[i].kind);
        cr_assert_str_eq(facts->cli, cases[i].cli);
        cr_assert_eq(facts->allocated, cases[i].allocated, "%s", facts->cli);
        cr_assert_eq(facts->matched, cases[i].matched, "%s", facts->cli);
        cr_assert_eq(facts->only_by_name, cases[i].only_by_name, "%s", facts->cli);
        cr_assert(kind_parse(facts->cli, &kind, NULL) == CODE_OK && kind == cases[i].kind);
        cr_assert(kind_parse(facts->words, &kind, NULL) == CODE_OK && kind == cases[i].kind);
        cr_assert(kind_parse(facts->wire, &kind, NULL) == CODE_OK && kind == cases[i].kind);
    }
    cr_assert_eq(kind_from_number(9), KIND_UNSPECIFIED);
    cr_assert_eq(kind_from_number(-1), KIND_UNSPECIFIED);
    cr_assert_str_eq(kind_facts((enum kind)99)->cli, "unspecified");
    enum kind kind = KIND_OTHER;
    struct fault fault;
    cr_assert_eq(kind_parse("hotel", &kind, &fault), CODE_INVALID_ARGUMENT);
    cr_assert_not_null(strstr(fault.reason, "secure-childrens-home"));
    cr_assert_eq(kind_parse("unspecified", &kind, &fault), CODE_INVALID_ARGUMENT);
    cr_assert_eq(kind, KIND_OTHER);
}

Test(kinds, as_ofsted_publishes_them)
{
    static const struct {
        const char *text;
        enum code code;
        enum kind kind;
    } cases[] = {
        {"Children's home", CODE_OK, KIND_CHILDRENS_HOME},
        {" CHILDREN\xE2\x80\x99S  HOME ", CODE_OK, KIND_CHILDRENS_HOME},
        {"Children\x92s Home", CODE_OK, KIND_CHILDRENS_HOME},
        {"Residential special school (registered as a children's home)", CODE_OK, KIND_DUAL_REGISTERED},
        {"Residential Special School", CODE_OK, KIND_OTHER},
        {"Independent Fostering Agency", CODE_OK, KIND_INDEPENDENT_FOSTERING_AGENCY},
        {"Supported Accommodation", CODE_OK, KIND_SUPPORTED_ACCOMMODATION},
        {"Secure children's home", CODE_OK, KIND_SECURE_CHILDRENS_HOME},
        {"Secure Training Centre", CODE_OK, KIND_OTHER},
        {"Boarding School", CODE_OK, KIND_OTHER},
        {"Lighthouse", CODE_NOT_FOUND, KIND_UNSPECIFIED},
        {"", CODE_NOT_FOUND, KIND_UNSPECIFIED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum kind kind = KIND_UNSPECIFIED;
        cr_assert_eq(kind_from_ofsted(cases[i].text, &kind, NULL), cases[i].code, "%s", cases[i].text);
        cr_assert_eq(kind, cases[i].kind, "%s", cases[i].text);
    }
}

Test(kinds, as_the_dfe_publishes_them)
{
    enum kind kind = KIND_UNSPECIFIED;
    cr_assert(kind_from_nftype("Other independent special school", &kind, NULL) == CODE_OK &&
              kind == KIND_INDEPENDENT_SPECIAL_SCHOOL);
    cr_assert(kind_from_nftype("Non-maintained special school", &kind, NULL) == CODE_OK &&
              kind == KIND_NON_MAINTAINED_SPECIAL_SCHOOL);
    cr_assert(kind_from_nftype("Academy - Converter special school", &kind, NULL) == CODE_OK &&
              kind == KIND_OTHER);
    cr_assert(kind_from_nftype("Service children's education", &kind, NULL) == CODE_OK && kind == KIND_OTHER);
    cr_assert_eq(kind_from_nftype("Flying school", &kind, NULL), CODE_NOT_FOUND);
    cr_assert(kind_from_gias_code(8, &kind, NULL) == CODE_OK && kind == KIND_NON_MAINTAINED_SPECIAL_SCHOOL);
    cr_assert(kind_from_gias_code(10, &kind, NULL) == CODE_OK && kind == KIND_INDEPENDENT_SPECIAL_SCHOOL);
    cr_assert(kind_from_gias_code(28, &kind, NULL) == CODE_OK && kind == KIND_OTHER);
    cr_assert_eq(kind_from_gias_code(99, &kind, NULL), CODE_NOT_FOUND);
    cr_assert_eq(kind_from_gias_code(-1, &kind, NULL), CODE_NOT_FOUND);
}
