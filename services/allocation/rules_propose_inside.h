#pragma once
/* What the rule and the balanced proposal share. Private to rules_*.c. */

#include "services/allocation/rules_propose.h"

/* Whole metres from an office to a site; false where one of the two has no position. */
bool site_measure(const struct facts *facts, const struct site *site, uint16_t office, uint32_t *ret_metres);

/* Fills in the distance of the office that is given, and the closest of the others (the lower code of
 * equals).
 */
void given_measure(const struct facts *facts, const struct site *site, struct given *given);

/* A hold (rule A6), or the only one that places there (rule A4), which may hold it too. False: the site is
 * given by comparing, and nothing is changed. */
bool given_without_comparing(const struct facts *facts, const struct site *site, struct given *ret_given);

/* Of a site given by comparing: its standing and what needs attention; the office is not known yet. */
struct given given_link(const struct site *site, bool any_measured, bool all_measured);

/* The code of an office, as messages want it; it lives as long as the facts. */
static inline const char *office_code(const struct facts *facts, uint16_t office)
{
    return facts->offices[office].gss.text;
}
