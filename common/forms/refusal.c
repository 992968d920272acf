/* Refusals of forms and files as canonical codes: the one mapping. In: a refusal. Out: its code, field and
 * text. */

#include "common/forms/refusal.h"

#include <stddef.h>

static const struct refusal_facts facts[] = {FORM_REFUSALS(REFUSAL_ROW)};

const struct refusal_facts *form_refusal_facts(enum form_refusal refusal)
{
    size_t number = (size_t)refusal;
    return &facts[number < sizeof facts / sizeof facts[0] ? number : 0];
}
