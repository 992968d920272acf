#pragma once
/* Who is a member, and who the host, as a service sees it that keeps the registry's records or copies of
 * them: what a follower of its feed may see (rule R1). */

#include "common/service/service.h"

/* The one record of the region. */
#define REGION_ID "region"

struct membership {
    const struct table *authorities, *regions; /* of the service's own store */
};

/* As entitlement_by_role; but a node whose LA is not an active member sees nothing, and the host's sees what
 * is for the host. */
bool membership_entitle(struct service *service, const struct membership *membership,
                        const struct principal *principal, struct entitlement *ret_entitlement,
                        uint64_t *ret_number);

/* Are the region's records generated? */
bool membership_is_demonstration(struct service *service, const struct membership *membership);
