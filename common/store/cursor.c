/* Cursors: where this store stands in the journals that it follows. Kept in the same transaction as what was
 * made of a batch, so that each has effect exactly once.
 *
 * In and out: a service's name and a struct cursor. */

#include "common/store/internal.h"
#include "common/store/journal.h"

#include <assert.h>

enum { CURSOR_BYTES = 5 * 8 };

bool cursor_is_partial(const struct cursor *cursor)
{
    return cursor->position.epoch == 0 || cursor->position.sequence < cursor->floor ||
           cursor->read_at_ms == 0;
}

enum code cursor_get(struct store_txn *txn, const char *service, struct cursor *ret_cursor)
{
    struct arena_mark mark = arena_mark(&txn->scratch);
    struct span plain;
    enum code code = sealed_get(txn, DB_CURSORS, span_of_text(service), &txn->scratch, &plain);
    if (code == CODE_NOT_FOUND) {
        *ret_cursor = (struct cursor){0};
        return CODE_OK;
    }
    if (code)
        return code;
    struct reader reader = reader_of(plain);
    struct cursor cursor;
    cursor.position.epoch = read_u64(&reader);
    cursor.position.sequence = read_u64(&reader);
    cursor.entitlement = read_u64(&reader);
    cursor.floor = read_u64(&reader);
    cursor.read_at_ms = (int64_t)read_u64(&reader);
    arena_release(&txn->scratch, mark);
    if (reader.failed)
        return txn_fail(txn, CODE_DATA_LOSS, "", "the cursor of %s is cut short", service);
    *ret_cursor = cursor;
    return CODE_OK;
}

enum code cursor_put(struct store_txn *txn, const char *service, const struct cursor *cursor)
{
    assert(service[0] && strlen(service) <= RECORD_KEY_BYTES_MAX);
    uint8_t bytes[CURSOR_BYTES];
    put_u64_be(bytes, cursor->position.epoch);
    put_u64_be(bytes + 8, cursor->position.sequence);
    put_u64_be(bytes + 16, cursor->entitlement);
    put_u64_be(bytes + 24, cursor->floor);
    put_u64_be(bytes + 32, (uint64_t)cursor->read_at_ms);
    return sealed_put(txn, DB_CURSORS, span_of_text(service), span_of(bytes, sizeof bytes));
}
