/* The canonical codes and their texts, and filling a fault. In: a code, a field, a reason. Out: what a caller
 * shows or sends on. Nothing is logged here, and nothing exits. */

#include "common/base/error.h"
#include "common/base/span.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

const char *code_name(enum code code)
{
    switch (code) {
#define X(name, number, http, meaning)                                                                       \
    case CODE_##name:                                                                                        \
        return #name;
        CODES(X)
#undef X
    }
    return "UNKNOWN";
}

const char *code_meaning(enum code code)
{
    switch (code) {
#define X(name, number, http, meaning)                                                                       \
    case CODE_##name:                                                                                        \
        return meaning;
        CODES(X)
#undef X
    }
    return code_meaning(CODE_UNKNOWN);
}

int code_http_status(enum code code)
{
    switch (code) {
#define X(name, number, http, meaning)                                                                       \
    case CODE_##name:                                                                                        \
        return http;
        CODES(X)
#undef X
    }
    return 500;
}

enum code code_from_number(unsigned number)
{
    return number <= CODE_UNAUTHENTICATED ? (enum code)number : CODE_UNKNOWN;
}

bool code_is_retryable(enum code code)
{
    return code == CODE_UNAVAILABLE || code == CODE_RESOURCE_EXHAUSTED || code == CODE_DEADLINE_EXCEEDED;
}

/* Shortens a text that filled its array, so that it does not end within a UTF-8 character. */
static void cut_at_character(char *text, size_t size)
{
    size_t length = strnlen(text, size - 1);
    text[length] = '\0';

    size_t start = length;
    while (start > 0 && ((uint8_t)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    uint8_t lead = (uint8_t)text[start - 1];
    size_t wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (length - (start - 1) < wanted)
        text[start - 1] = '\0';
}

enum code fault_set(struct fault *ret_fault, enum code code, const char *field, const char *reason, ...)
{
    if (!ret_fault)
        return code;

    /* Formatted aside: an argument may point into the fault that is being replaced. */
    struct fault fault = {.code = code};
    snprintf(fault.field, sizeof fault.field, "%s", field ? field : "");
    cut_at_character(fault.field, sizeof fault.field);
    text_mend(fault.field);

    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(fault.reason, sizeof fault.reason, reason, arguments);
    va_end(arguments);
    cut_at_character(fault.reason, sizeof fault.reason);
    text_mend(fault.reason);

    *ret_fault = fault;
    return code;
}
