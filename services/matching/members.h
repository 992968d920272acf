#pragma once
/* Who may search: members alone see what they share (rule R1). A worker knows them from the registry, so that
 * a dispatcher needs to keep nothing. */

#include "common/domain/gss.h"
#include "common/store/store.h"

/* The active members' GSS codes as the worker's store has them. Zeros: not read yet. */
struct members {
    char (*codes)[GSS_TEXT_BYTES]; /* owned */
    size_t count;
    bool known;
};

/* To be read again from the store: an LA in it is about to change, or nothing is needed any more. */
void members_forget(struct members *members);

/* Is it one ("": it need not be)? PERMISSION_DENIED; DATA_LOSS and RESOURCE_EXHAUSTED: it cannot be told. Not
 * in the middle of a batch. */
enum code members_check(struct members *members, struct store *store, const char *authority,
                        struct fault *ret_fault);
