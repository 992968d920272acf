/* What a follower of a feed may see by its role alone (rule S1). Pure: a program that knows more (is that LA
 * still a member?) gives its own function in struct service_options and may call this one first. */

#include "common/service/entitlement.h"

#include <sodium.h>
#include <stdio.h>

uint64_t entitlement_number(const struct entitlement *entitlement)
{
    uint8_t packed[4 + AUDIENCE_NAME_BYTES] = {0}, digest[crypto_generichash_BYTES];
    put_u32_be(packed, entitlement->groups);
    size_t length = strnlen(entitlement->name, AUDIENCE_NAME_BYTES);
    memcpy(packed + 4, entitlement->name, length);
    crypto_generichash(digest, sizeof digest, packed, sizeof packed, NULL, 0);
    return get_u64_be(digest) | 1;
}

bool entitlement_by_role(const struct principal *principal, struct entitlement *ret_entitlement,
                         uint64_t *ret_number)
{
    struct entitlement entitlement = {0};
    switch (principal->role) {
    case PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE:
        entitlement.groups = AUDIENCE_SERVICES;
        break;
    case PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_WORKER:
        entitlement.groups = AUDIENCE_WORKERS;
        break;
    case PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_OPERATOR:
        entitlement.groups =
            AUDIENCE_SERVICES | AUDIENCE_WORKERS | AUDIENCE_HOST | AUDIENCE_MEMBERS | AUDIENCE_HOST_OWN;
        break;
    case PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE:
        entitlement.groups = AUDIENCE_MEMBERS;
        snprintf(entitlement.name, sizeof entitlement.name, "%s", principal->authority);
        break;
    case PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_UNSPECIFIED:
    case PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_GATEWAY:
    case PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_REGION:
    case _PB__PRINCIPAL_ROLE_IS_INT_SIZE:
        return false;
    }
    *ret_entitlement = entitlement;
    *ret_number = entitlement_number(&entitlement);
    return true;
}
