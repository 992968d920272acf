/* What the frame asks of the service: who is a member, what was read, which forms and letters ship with it.
 * In: questions. Out: answers; letters' texts, put into the store once. */

#include "services/fees/fees.h"

#include "common/service/handling.h"
#include "common/service/membership.h"
#include "services/fees/records.h"

struct fees *fees_of(const struct command *command)
{
    return command->context;
}

enum code fees_ready(struct command *command)
{
    static const char *const sources[] = {FEES_REGISTRY, FEES_ALLOCATION};
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        if (!service_cursor(command->service, sources[i]).read_at_ms)
            return refuse(command, CODE_UNAVAILABLE, "", "the records of %s are still being read",
                          sources[i]);
    return CODE_OK;
}

const struct form_keeping fees_form_keeping = {.forms = &fees_forms};

static const struct membership membership = {&fees_authorities, &fees_regions};

bool fees_entitle(struct service *service, const struct principal *principal,
                  struct entitlement *ret_entitlement, uint64_t *ret_number)
{
    return membership_entitle(service, &membership, principal, ret_entitlement, ret_number);
}

bool fees_is_demonstration(struct service *service)
{
    return membership_is_demonstration(service, &membership);
}
