/* What the frame asks of the service, and does for it. In: questions of members and of what was read. Out:
 * answers; the forms that ship with it. */

#include "services/monitoring/monitoring.h"

#include "common/service/form_keeping.h"
#include "common/service/handling.h"
#include "common/service/membership.h"
#include "services/monitoring/forms/shipped.h"
#include "services/monitoring/records.h"

const struct form_keeping monitoring_form_keeping = {.forms = &monitoring_forms,
                                                     .shipped = monitoring_shipped};

static const struct membership membership = {&monitoring_authorities, &monitoring_regions};

bool monitoring_entitle(struct service *service, const struct principal *principal,
                        struct entitlement *ret_entitlement, uint64_t *ret_number)
{
    return membership_entitle(service, &membership, principal, ret_entitlement, ret_number);
}

bool monitoring_is_demonstration(struct service *service)
{
    return membership_is_demonstration(service, &membership);
}
