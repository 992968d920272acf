#pragma once
/* The stores of a region's services as files: how they are opened, copied and put back. */

#include "common/service/region.h"

/* How the store of the region's principal is opened: keys and sizes are filled, the rest is 0. NOT_FOUND:
 * this host has no sealing key of it. The keys are the region's. */
enum code stores_options(const struct region *region, const char *name, struct store_options *ret_options,
                         struct fault *ret_fault);

enum { STORE_DIGEST_BYTES = 32 };

/* What a store holds that is not open. */
struct store_facts {
    struct position position;
    uint64_t audit_lines, roster_serial, roster_revocations;
    uint8_t audit_head[STORE_DIGEST_BYTES];
};
/* Opens it with the service's keys, so that a copy which cannot be opened is found out now, and closes it. As
 * store_open; FAILED_PRECONDITION: there is none. Nothing of it is changed, and no file is left beside it. */
enum code stores_look(struct world *world, const struct store_options *options, const char *directory,
                      struct store_facts *ret_facts, struct fault *ret_fault);

/* BLAKE2b-256 of a file, and its size. `to` not -1: what is read is written there too. `progress` (may be
 * NULL) is called now and then with the bytes so far. */
enum code stores_digest(int from, int to, void (*progress)(void *context, uint64_t bytes), void *context,
                        uint64_t *ret_size, uint8_t ret_digest[STORE_DIGEST_BYTES], struct fault *ret_fault);

/* Makes a copy of a store fit to be used in the store's place: it begins a new epoch, so that all who follow
 * read it from the beginning; it refuses the rosters that the replaced one refused; its audit log says so;
 * and until RESTORE_SHOWN_DAYS are over stores_remark says what is not in it. */
struct restoring {
    const char *directory;              /* of the copy */
    int64_t taken_at_ms;                /* when the copy was made */
    const struct store_facts *replaced; /* NULL: none, or it cannot be opened */
    const char *by;                     /* for the audit log */
    int64_t now_ms;
};
/* How many changes of the replaced store are not in the copy; RESTORE_MISSING_UNKNOWN where the two cannot be
 * compared.
 */
#define RESTORE_MISSING_UNKNOWN UINT64_MAX
enum code stores_make_fit(struct world *world, const struct store_options *options,
                          const struct restoring *restoring, uint64_t *ret_missing, struct fault *ret_fault);

/* What a restore left that cannot be put right by machine, in a sentence; NULL: nothing. In `arena`. */
const char *stores_remark(struct store_txn *txn, int64_t now_ms, struct arena *arena);

/* The names under which a store remembers the newest roster that it has seen. */
#define STORE_ROSTER_SERIAL      "roster.serial"
#define STORE_ROSTER_REVOCATIONS "roster.revocations"
