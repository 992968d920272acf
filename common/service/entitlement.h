#pragma once
/* What a follower of a feed may see by its role alone. */

#include "common/bus/roster.h"
#include "common/store/audience.h"

/* Services: what is for services; workers: for workers; the operator: services, workers, host and members,
 * never what is for one LA alone; a node: members, and its own LA; a gateway and another region: nothing
 * (false, `ret_…` untouched). `ret_number` is a hash of what is admitted, never 0. */
bool entitlement_by_role(const struct principal *principal, struct entitlement *ret_entitlement,
                         uint64_t *ret_number);

/* The number of an entitlement: never 0, another for another entitlement. */
uint64_t entitlement_number(const struct entitlement *entitlement);
