#pragma once
/* The date of a publication, from what its title or its file's name says. */

#include "common/domain/date.h"

/* The first date in a text: `31 March 2025`, `31mar2020`, `2025-03-31`, `20250422`; else a school year
 * `2017_18`, which counts as its last day, 31 August 2018. False, and nothing is set, where there is none. */
bool as_of_in_text(const char *text, struct date *ret_date);
