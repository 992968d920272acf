#pragma once
/* What is free in a group: stated by its provider, lowered by the places taken. */

#include "services/registry/handlers/support.h"

/* Takes one place of the group on every day from `from` to `until` (DATE_NONE: open) and writes the lowered
 * vacancy: two that want the last place both come here, one after the other, and the second finds none (rules
 * R5, X6). FAILED_PRECONDITION: none is free on all those days; nothing is written. `ret_still_free`: on the
 * first day. */
enum code vacancy_take(struct command *command, const char *group_id, struct date from, struct date until,
                       uint32_t *ret_still_free);

/* The group has so many places now: where more were stated to be free, no more are (rule X6). When it was
 * confirmed stays. */
enum code vacancy_cap(struct command *command, const Pb__PlaceGroup *group);
