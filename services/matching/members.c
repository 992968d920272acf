/* The active members, kept between two changes of an LA: a search costs a look at a short list. In: the
 * worker's store. Out: yes, or a refusal in the words of the other services. */

#include "services/matching/members.h"

#include "services/matching/records.h"

#include "ccrag/v1/authorities.pb-c.h"

#include <stdio.h>
#include <stdlib.h>

enum { AUTHORITY_BYTES_MAX = 256 * 1024 };

void members_forget(struct members *members)
{
    free(members->codes);
    *members = (struct members){0};
}

static enum code add(struct members *members, const char *gss)
{
    void *more = realloc(members->codes, (members->count + 1) * sizeof *members->codes);
    if (!more)
        return CODE_RESOURCE_EXHAUSTED;
    members->codes = more;
    snprintf(members->codes[members->count++], GSS_TEXT_BYTES, "%s", gss);
    return CODE_OK;
}

static enum code read_all(struct members *members, struct store_txn *txn, struct arena *arena)
{
    struct record_scan scan = {.txn = txn, .table = &matching_authorities};
    ProtobufCMessage *record;
    enum code code;
    while ((code = record_scan_next(&scan, arena, &record)) == CODE_OK) {
        const Pb__Authority *authority = (const Pb__Authority *)record;
        if (authority->state == PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE)
            code = add(members, authority->id);
        arena_reset(arena);
        if (code != CODE_OK)
            break;
    }
    record_scan_finish(&scan);
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

static enum code learn(struct members *members, struct store *store)
{
    struct store_txn *txn = NULL;
    struct arena arena;
    if (members->known)
        return CODE_OK;
    arena_init(&arena, AUTHORITY_BYTES_MAX);
    enum code code = store_read_begin(store, &txn);
    if (code == CODE_OK)
        code = read_all(members, txn, &arena);
    store_end(txn);
    arena_finish(&arena);
    if (code != CODE_OK)
        members_forget(members);
    members->known = code == CODE_OK;
    return code;
}

enum code members_check(struct members *members, struct store *store, const char *authority,
                        struct fault *ret_fault)
{
    if (!authority[0])
        return CODE_OK;
    enum code code = learn(members, store);
    if (code != CODE_OK)
        return fault_set(ret_fault, code, "", "%s", code_meaning(code));
    for (size_t i = 0; i < members->count; i++)
        if (strcmp(members->codes[i], authority) == 0)
            return CODE_OK;
    return fault_set(ret_fault, CODE_PERMISSION_DENIED, "", "only an active member sees what members share");
}
