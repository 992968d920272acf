/* Fees' refusals as canonical codes: the one mapping. In: a refusal. Out: its code, field and text. */

#include "services/fees/refusal.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

static const struct refusal_facts facts[] = {FEES_REFUSALS(REFUSAL_ROW)};

const struct refusal_facts *fees_refusal_facts(enum fees_refusal refusal)
{
    size_t number = (size_t)refusal;
    return &facts[number < sizeof facts / sizeof facts[0] ? number : 0];
}

enum fees_refusal fees_refuse(struct fault *ret_fault, enum fees_refusal refusal, const char *field,
                              const char *reason, ...)
{
    const struct refusal_facts *of = fees_refusal_facts(refusal);
    char text[FAULT_REASON_BYTES];
    va_list arguments;
    snprintf(text, sizeof text, "%s", of->text);
    if (reason) {
        va_start(arguments, reason);
        vsnprintf(text, sizeof text, reason, arguments);
        va_end(arguments);
    }
    fault_set(ret_fault, of->code, field ? field : of->field, "%s", text);
    return refusal;
}
