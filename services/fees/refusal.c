/* Fees' refusals as canonical codes: the one mapping. In: a refusal. Out: its code, field and text. */

#include "services/fees/refusal.h"

#include <stddef.h>

static const struct refusal_facts facts[] = {FEES_REFUSALS(REFUSAL_ROW)};

const struct refusal_facts *fees_refusal_facts(enum fees_refusal refusal)
{
    size_t number = (size_t)refusal;
    return &facts[number < sizeof facts / sizeof facts[0] ? number : 0];
}
