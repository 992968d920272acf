#pragma once
/* What the clients of a schedule asked and were told, to be held against the registry's store at the end. */

#include "tests/sim/sim.h"

enum order_kind {
    ORDER_APPLY,
    ORDER_DECIDE,
    ORDER_LEAVE,
    ORDER_HOST,
    ORDER_SUB_REGION,
    ORDER_PAY,
    ORDER_INVITE,
    ORDER_PROVIDER,
    ORDER_PROVISION,
    ORDER_GROUP,
    ORDER_DELETE_GROUP,
    ORDER_VACANCY,
    ORDER_TAKE,
    ORDER_RECORD,
    ORDER_END,
    ORDER_KINDS
};

enum fate {
    FATE_OPEN,
    FATE_DONE,    /* acknowledged: it is there, once */
    FATE_REFUSED, /* it is not there */
    FATE_UNKNOWN, /* at most once */
};

enum { ORDERS_MAX = 2000, KNOWN_MAX = 1000, TAG_BYTES = 12, ID_BYTES = 40 };

/* One command of a client. Its number is in what it writes, so that its effects can be counted. */
struct order {
    unsigned number;
    enum order_kind kind;
    struct load *load; /* NULL: its client ended before it was told */
    enum fate fate;
    enum code code;
    char tag[TAG_BYTES]; /* "t-123": in a text of the record */
    char id[ID_BYTES];   /* what it is about, where that is known */
    /* What was acknowledged. */
    const struct table *table;
    uint64_t version;
    uint8_t digest[32]; /* of the packed record */
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
    struct known known[KNOWN_MAX];
    unsigned known_count;
};

struct promises *promises_create(void);
void promises_destroy(struct promises *promises);

/* NULL: the schedule is full. */
struct order *promises_open(struct promises *promises, enum order_kind kind, struct load *load);
/* What a client was told. */
void promises_close(struct sim *sim, struct order *order, const struct client_answer *answer);
/* Its client is gone. */
void promises_lose(struct promises *promises, const struct load *load);

/* One known record of that table, not deleted, as the seed says; NULL: there is none. */
const struct known *promises_pick(struct sim *sim, const struct table *table);
const struct known *promises_find(const struct promises *promises, const struct table *table, const char *id);

/* How SetVacancy is numbered: by when the vacancy was confirmed. */
static const int64_t promises_confirmed_ms = INT64_C(1780000000000);
/* How payments are: by their amount. */
enum { LEDGER_PENCE = 100000 };

/* The first day of every vacancy and placement. */
#define LEDGER_DAY "2026-10-05"

void promises_digest(const ProtobufCMessage *record, uint8_t ret_digest[32]);

/* check.c: the registry's store against the promises. */
void check_ledger(struct sim *sim);
