/* Reading, printing and ordering URNs. In: what registers and people write. Out: one canonical form, or what
 * is wrong. Whether a number was ever given out is not known here. */

#include "common/domain/urn.h"
#include "common/domain/scan.h"

#include <stdio.h>
#include <string.h>

const char *regulator_name(enum regulator regulator)
{
    switch (regulator) {
    case REGULATOR_UNSPECIFIED:
        return "";
    case REGULATOR_DFE:
        return "dfe";
    case REGULATOR_OFSTED:
        return "ofsted";
    }
    return "";
}

static bool is_digits(const char *text, size_t count)
{
    return strlen(text) == count && strspn(text, "0123456789") == count;
}

static bool is_dfe(const char *number)
{
    return is_digits(number, 6);
}

static bool is_ofsted(const char *number)
{
    return is_digits(number, 7) || (strncmp(number, "SC", 2) == 0 && is_digits(number + 2, 6));
}

enum code urn_make(enum regulator regulator, const char *number, struct urn *ret_urn, struct fault *ret_fault)
{
    struct urn urn = {.regulator = regulator, .number = ""};
    size_t length = scan_squeeze(number, sizeof urn.number, urn.number);
    bool fits = length < sizeof urn.number;
    switch (regulator) {
    case REGULATOR_UNSPECIFIED:
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "",
                         "\"%.40s\" names no regulator (dfe: or ofsted:)", number);
    case REGULATOR_DFE:
        if (!fits || !is_dfe(urn.number))
            return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "\"%.40s\" is not a DfE URN of six digits",
                             number);
        break;
    case REGULATOR_OFSTED:
        if (!fits || !is_ofsted(urn.number))
            return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "",
                             "\"%.40s\" is not an Ofsted URN: SC and six digits, or seven digits", number);
        break;
    }
    *ret_urn = urn;
    return CODE_OK;
}

enum code urn_parse(const char *text, struct urn *ret_urn, struct fault *ret_fault)
{
    char squeezed[URN_TEXT_BYTES];
    size_t length = scan_squeeze(text, sizeof squeezed, squeezed);
    const char *number = squeezed;
    enum regulator regulator = REGULATOR_UNSPECIFIED;
    if (strncmp(squeezed, "DFE:", 4) == 0) {
        regulator = REGULATOR_DFE;
        number += 4;
    } else if (strncmp(squeezed, "OFSTED:", 7) == 0) {
        regulator = REGULATOR_OFSTED;
        number += 7;
    } else if (is_dfe(squeezed)) {
        regulator = REGULATOR_DFE;
    } else if (is_ofsted(squeezed)) {
        regulator = REGULATOR_OFSTED;
    }
    if (regulator == REGULATOR_UNSPECIFIED || length >= sizeof squeezed)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "",
                         "\"%.40s\" is not a URN such as dfe:117671, ofsted:SC012345 or ofsted:1027077",
                         text);
    return urn_make(regulator, number, ret_urn, ret_fault);
}

void urn_print(const struct urn *urn, char ret_text[URN_TEXT_BYTES])
{
    snprintf(ret_text, URN_TEXT_BYTES, "%s:%.*s", regulator_name(urn->regulator), URN_NUMBER_BYTES - 1,
             urn->number);
}

int urn_compare(const struct urn *a, const struct urn *b)
{
    if (a->regulator != b->regulator)
        return a->regulator < b->regulator ? -1 : 1;
    int order = strncmp(a->number, b->number, URN_NUMBER_BYTES);
    return (order > 0) - (order < 0);
}
