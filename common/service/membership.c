/* Membership, as the frame asks for it outside any command. In: a principal. Out: what of the feed is for it.
 */

#include "common/service/membership.h"

#include "common/service/entitlement.h"

#include "ccrag/v1/authorities.pb-c.h"

enum { ONE_RECORD_BYTES = 256 * 1024 };

/* Reads one record; NULL: there is none. */
static void *read_one(struct service *service, const struct table *table, const char *id, struct arena *arena)
{
    struct store_txn *txn;
    ProtobufCMessage *record = NULL;
    if (store_read_begin(service_store(service), &txn) != CODE_OK)
        return NULL;
    if (record_get(txn, table, key_of_text(id), arena, &record) != CODE_OK)
        record = NULL;
    store_end(txn);
    return record;
}

bool membership_entitle(struct service *service, const struct membership *membership,
                        const struct principal *principal, struct entitlement *ret_entitlement,
                        uint64_t *ret_number)
{
    if (principal->role != PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE)
        return entitlement_by_role(principal, ret_entitlement, ret_number);
    struct arena arena;
    arena_init(&arena, ONE_RECORD_BYTES);
    const Pb__Authority *authority = read_one(service, membership->authorities, principal->authority, &arena);
    const Pb__Region *region = read_one(service, membership->regions, REGION_ID, &arena);
    bool member = authority && authority->state == PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE &&
                  entitlement_by_role(principal, ret_entitlement, ret_number);
    if (member && region && strcmp(region->host, principal->authority) == 0) {
        ret_entitlement->groups |= AUDIENCE_HOST | AUDIENCE_HOST_OWN;
        *ret_number = entitlement_number(ret_entitlement);
    }
    arena_finish(&arena);
    return member;
}

bool membership_is_demonstration(struct service *service, const struct membership *membership)
{
    struct arena arena;
    arena_init(&arena, ONE_RECORD_BYTES);
    const Pb__Region *region = read_one(service, membership->regions, REGION_ID, &arena);
    bool demonstration = region && region->demonstration;
    arena_finish(&arena);
    return demonstration;
}
