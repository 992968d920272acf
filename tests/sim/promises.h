#pragma once
/* What the clients of a schedule asked and were told, to be held against the registry's store at the end. */

#include "tests/sim/sim.h"

struct part;
struct order_kind;

enum fate {
    FATE_OPEN,
    FATE_DONE,    /* acknowledged: it is there, once */
    FATE_REFUSED, /* it is not there */
    FATE_UNKNOWN, /* at most once */
    FATE_LOST,    /* was acknowledged, or refused, after the copy that a restore put in the store's place */
};

enum { PARTS_MAX = 8, ORDERS_MAX = 2000, KNOWN_MAX = 1000, TAG_BYTES = 12, ID_BYTES = 64 };

/* One command of a client. Its number is in what it writes, so that its effects can be counted. */
struct order {
    unsigned number;
    const struct part *part;
    const struct order_kind *kind;
    struct load *load; /* NULL: its client ended before it was told */
    enum fate fate;
    enum code code;
    char tag[TAG_BYTES]; /* "t-123": in a text of the record */
    char id[ID_BYTES];   /* what it is about, where that is known */
    /* What was acknowledged. */
    const struct table *table;
    uint64_t version;
    uint8_t digest[32];       /* of the packed record */
    struct position position; /* of the service, as the answer had it */
    bool in_copy;             /* was decided when the last copy was made */
};

/* The newest acknowledged state of a record. */
struct known {
    const struct table *table;
    char id[ID_BYTES];
    uint64_t version;
    ProtobufCMessage *record; /* owned */
    bool deleted;
};

struct promises {
    struct order *orders[ORDERS_MAX];
    unsigned order_count;
    struct known known[KNOWN_MAX], in_copy[KNOWN_MAX]; /* now; when the last copy was made */
    unsigned known_count, in_copy_count;
    uint64_t epoch; /* of the registry, since its last restore; 0: there was none */
    struct {
        const struct part *part;
        uint64_t epoch;
    } others[PARTS_MAX]; /* likewise of services beside it; in order, ended by NULL */
};

struct promises *promises_create(void);
void promises_destroy(struct promises *promises);

/* NULL: the schedule is full. */
struct order *promises_open(struct promises *promises, const struct part *part, const struct order_kind *kind,
                            struct load *load);
/* A record that is there, as all clients know. */
void promises_know(struct promises *promises, const struct table *table, const ProtobufCMessage *record);
/* What a client was told. */
void promises_close(struct sim *sim, struct order *order, const struct client_answer *answer);
/* Its client is gone. */
void promises_lose(struct promises *promises, const struct load *load);

/* A copy of the registry's store is made; it is put in the store's place, which begins epoch `epoch`. What
 * was acknowledged up to the copy's position is in it, what came later is the restore's loss. */
void promises_copied(struct promises *promises);
void promises_restored(struct sim *sim, struct position copy, uint64_t epoch);

/* A copy is put in the place of the store of a service beside the registry. What it had by then is not
 * reckoned: of all that was acknowledged or refused before, nothing is claimed any more. */
void promises_restored_other(struct sim *sim, const struct part *part, uint64_t epoch);

/* Was something erased by it, for ever? */
bool promises_erased(const struct order *order);

/* One known record of that table, not deleted, as the seed says; NULL: there is none. */
const struct known *promises_pick(struct sim *sim, const struct table *table);
struct known *promises_find(struct promises *promises, const struct table *table, const char *id);
/* Frees what so many of them hold. */
void promises_forget(struct known *known, unsigned count);

/* How SetVacancy is numbered: by when the vacancy was confirmed. */
static const int64_t promises_confirmed_ms = INT64_C(1780000000000);
/* How payments are: by their amount. */
enum { LEDGER_PENCE = 100000 };

/* The first day of every vacancy and placement. */
#define LEDGER_DAY "2026-10-05"

void promises_digest(const ProtobufCMessage *record, uint8_t ret_digest[32]);
