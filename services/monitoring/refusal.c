/* Monitoring's refusals as canonical codes: the one mapping. In: a refusal. Out: its code, field and text. */

#include "services/monitoring/refusal.h"

#include <stddef.h>

static const struct refusal_facts facts[] = {MONITORING_REFUSALS(REFUSAL_ROW)};

const struct refusal_facts *monitoring_refusal_facts(enum monitoring_refusal refusal)
{
    size_t number = (size_t)refusal;
    return &facts[number < sizeof facts / sizeof facts[0] ? number : 0];
}
