#pragma once
/* What was promised, held against a store: the same for every service. */

#include "tests/sim/parts.h"

struct checking {
    struct sim *sim;
    struct store_txn *txn;
    struct arena arena; /* of one record's versions */
    unsigned effects[ORDERS_MAX];
    bool kept[ORDERS_MAX]; /* the acknowledged record was found */
    /* What the part looks at of each record besides, all its states, oldest first; true: it has told its
     * marks too (checking_effect). May be NULL. */
    bool (*record)(struct checking *checking, const struct table *table, ProtobufCMessage *const *versions,
                   size_t count);
    void *context;
};

/* The command of that number left its mark. */
void checking_effect(struct checking *checking, uint64_t number);
/* Checks everything; `checking` is zeros but for `record` and `context`. */
void promises_check(struct sim *sim, struct node *node, const struct part *part, struct checking *checking);
