/* Kinds of provision: their facts, and finding the kind that a register means. In: a published text or code.
 * Out: a kind, or that it is new to us. That a home is allocated or offered is decided by the rules that use
 * these facts. */

#include "common/domain/kinds.h"
#include "common/domain/scan.h"

#include <stddef.h>
#include <string.h>

static const struct kind_facts facts[KIND_COUNT] = {
#define X(name, number, words, cli, regulator, allocated, matched, by_name)                                  \
    [KIND_##name] = {"PROVISION_KIND_" #name, words, cli, regulator, allocated, matched, by_name},
    KINDS(X)
#undef X
};

const struct kind_facts *kind_facts(enum kind kind)
{
    return &facts[(unsigned)kind < KIND_COUNT ? kind : KIND_UNSPECIFIED];
}

enum kind kind_from_number(int64_t number)
{
    return number > 0 && number < KIND_COUNT ? (enum kind)number : KIND_UNSPECIFIED;
}

/* A text and the kind that it means; texts as scan_normalise leaves them. */
struct named_kind {
    const char *text;
    enum kind kind;
};

static bool find_kind(const char *text, const struct named_kind *table, size_t count, enum kind *ret_kind)
{
    char normal[96];
    scan_normalise(text, sizeof normal, normal);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(table[i].text, normal) == 0) {
            *ret_kind = table[i].kind;
            return true;
        }
    }
    return false;
}

/* Equal but for case and blanks? */
static bool is_same(const char *text, const char *name)
{
    char a[96], b[96];
    scan_normalise(text, sizeof a, a);
    scan_normalise(name, sizeof b, b);
    return strcmp(a, b) == 0;
}

enum code kind_parse(const char *text, enum kind *ret_kind, struct fault *ret_fault)
{
    for (int i = KIND_UNSPECIFIED + 1; i < KIND_COUNT; i++) {
        if (is_same(text, facts[i].cli) || is_same(text, facts[i].wire) || is_same(text, facts[i].words)) {
            *ret_kind = (enum kind)i;
            return CODE_OK;
        }
    }
    char names[FAULT_REASON_BYTES] = "";
    for (int i = KIND_UNSPECIFIED + 1; i < KIND_COUNT; i++) {
        strcat(names, i > 1 ? ", " : "");
        strcat(names, facts[i].cli);
    }
    return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "\"%.40s\" is none of %s", text, names);
}

enum code kind_from_ofsted(const char *text, enum kind *ret_kind, struct fault *ret_fault)
{
    static const struct named_kind published[] = {
        {"childrens home", KIND_CHILDRENS_HOME},
        {"residential special school (registered as a childrens home)", KIND_DUAL_REGISTERED},
        {"independent fostering agency", KIND_INDEPENDENT_FOSTERING_AGENCY},
        {"supported accommodation", KIND_SUPPORTED_ACCOMMODATION},
        {"secure childrens home", KIND_SECURE_CHILDRENS_HOME},
        {"secure training centre", KIND_OTHER},
        {"residential special school", KIND_OTHER},
        {"residential family centre", KIND_OTHER},
        {"boarding school", KIND_OTHER},
        {"further education college with residential accommodation", KIND_OTHER},
        {"voluntary adoption agency", KIND_OTHER},
        {"adoption support agency", KIND_OTHER},
        {"residential holiday scheme for disabled children", KIND_OTHER},
        {"local authority fostering agency", KIND_OTHER},
        {"local authority adoption agency", KIND_OTHER},
    };
    if (find_kind(text, published, sizeof published / sizeof published[0], ret_kind))
        return CODE_OK;
    return fault_set(ret_fault, CODE_NOT_FOUND, "",
                     "\"%.80s\" is not a provision type that we know of Ofsted", text);
}

enum code kind_from_nftype(const char *text, enum kind *ret_kind, struct fault *ret_fault)
{
    static const struct named_kind published[] = {
        {"other independent special school", KIND_INDEPENDENT_SPECIAL_SCHOOL},
        {"non maintained special school", KIND_NON_MAINTAINED_SPECIAL_SCHOOL},
        /* The performance tables' own words. */
        {"academy converter special school", KIND_OTHER},
        {"academy sponsor led special school", KIND_OTHER},
        {"free school special", KIND_OTHER},
        {"academy converter mainstream", KIND_OTHER},
        {"academy sponsor led mainstream", KIND_OTHER},
        {"free school mainstream", KIND_OTHER},
        {"independent school", KIND_OTHER},
        /* The type names of Get Information About Schools. */
        {"further education", KIND_OTHER},
        {"sixth form centres", KIND_OTHER},
        {"higher education institutions", KIND_OTHER},
        {"city technology college", KIND_OTHER},
        {"other independent school", KIND_OTHER},
        {"community school", KIND_OTHER},
        {"voluntary aided school", KIND_OTHER},
        {"voluntary controlled school", KIND_OTHER},
        {"foundation school", KIND_OTHER},
        {"pupil referral unit", KIND_OTHER},
        {"local authority nursery school", KIND_OTHER},
        {"community special school", KIND_OTHER},
        {"foundation special school", KIND_OTHER},
        {"welsh establishment", KIND_OTHER},
        {"secure units", KIND_OTHER},
        {"offshore schools", KIND_OTHER},
        {"service childrens education", KIND_OTHER},
        {"miscellaneous", KIND_OTHER},
        {"special post 16 institution", KIND_OTHER},
        {"british schools overseas", KIND_OTHER},
        {"institution funded by other government department", KIND_OTHER},
        {"academy sponsor led", KIND_OTHER},
        {"academy special sponsor led", KIND_OTHER},
        {"academy converter", KIND_OTHER},
        {"academy alternative provision converter", KIND_OTHER},
        {"academy alternative provision sponsor led", KIND_OTHER},
        {"academy special converter", KIND_OTHER},
        {"academy 16 19 converter", KIND_OTHER},
        {"academy 16 to 19 sponsor led", KIND_OTHER},
        {"academy secure 16 to 19", KIND_OTHER},
        {"free schools", KIND_OTHER},
        {"free schools special", KIND_OTHER},
        {"free schools alternative provision", KIND_OTHER},
        {"free schools 16 to 19", KIND_OTHER},
        {"university technical college", KIND_OTHER},
        {"studio schools", KIND_OTHER},
        {"online provider", KIND_OTHER},
    };
    if (find_kind(text, published, sizeof published / sizeof published[0], ret_kind))
        return CODE_OK;
    return fault_set(ret_fault, CODE_NOT_FOUND, "",
                     "\"%.80s\" is not a type of school that we know of the DfE", text);
}

enum code kind_from_gias_code(int64_t code, enum kind *ret_kind, struct fault *ret_fault)
{
    /* Every code of the list of April 2025. */
    static const uint8_t others[] = {1,  2,  3,  5,  6,  7,  11, 12, 14, 15, 18, 24, 25,
                                     26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38,
                                     39, 40, 41, 42, 43, 44, 45, 46, 49, 56, 57};
    if (code == 8 || code == 10) {
        *ret_kind = code == 8 ? KIND_NON_MAINTAINED_SPECIAL_SCHOOL : KIND_INDEPENDENT_SPECIAL_SCHOOL;
        return CODE_OK;
    }
    for (size_t i = 0; i < sizeof others; i++) {
        if (others[i] == code) {
            *ret_kind = KIND_OTHER;
            return CODE_OK;
        }
    }
    return fault_set(ret_fault, CODE_NOT_FOUND, "", "%lld is not a type of establishment that we know",
                     (long long)code);
}
