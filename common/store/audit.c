/* The audit log: who did what with which outcome, append-only, each line bound to all before it (rule S3).
 *
 * In: lines. Out: lines, and whether the chain holds. A line is kept as the chain's hash up to it and its
 * text, sealed together; the hash is BLAKE2b-256 of the hash before, the number and the text. */

#include "common/store/audit.h"
#include "common/store/internal.h"

#include <assert.h>

static_assert((int)AUDIT_HASH_BYTES == (int)crypto_generichash_BYTES, "hash sizes agree");

static bool line_encode(struct arena *arena, const struct audit_line *line, struct span *ret_text)
{
    const char *texts[] = {line->principal, line->by, line->method, line->subject, line->detail};
    size_t size = 8 + 4, count = sizeof texts / sizeof *texts;
    for (size_t i = 0; i < count; i++)
        size += 2 + strlen(texts[i]);
    struct writer writer;
    if (size > UINT16_MAX || !writer_init(&writer, arena, size))
        return false;
    write_u64(&writer, (uint64_t)line->at_ms);
    write_u32(&writer, line->outcome);
    for (size_t i = 0; i < count; i++)
        write_text(&writer, span_of_text(texts[i]));
    *ret_text = writer_span(&writer);
    return true;
}

static char *text_copy(struct reader *reader, struct arena *arena)
{
    struct span text = read_text(reader);
    return arena_format(arena, "%.*s", (int)text.size, text.size ? (const char *)text.data : "");
}

static enum code line_decode(struct store_txn *txn, uint64_t number, struct span text, struct arena *arena,
                             struct audit_line *ret_line)
{
    struct reader reader = reader_of(text);
    struct audit_line line = {.number = number};
    line.at_ms = (int64_t)read_u64(&reader);
    line.outcome = code_from_number(read_u32(&reader));
    line.principal = text_copy(&reader, arena);
    line.by = text_copy(&reader, arena);
    line.method = text_copy(&reader, arena);
    line.subject = text_copy(&reader, arena);
    line.detail = text_copy(&reader, arena);
    if (arena->exhausted)
        return txn_no_memory(txn);
    if (reader.failed)
        return txn_fail(txn, CODE_DATA_LOSS, "", "audit line %llu is cut short", (unsigned long long)number);
    *ret_line = line;
    return CODE_OK;
}

static void chain(uint8_t head[AUDIT_HASH_BYTES], uint64_t number, struct span text)
{
    uint8_t bytes[8];
    put_u64_be(bytes, number);
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, AUDIT_HASH_BYTES);
    crypto_generichash_update(&state, head, AUDIT_HASH_BYTES);
    crypto_generichash_update(&state, bytes, sizeof bytes);
    crypto_generichash_update(&state, text.data, text.size);
    crypto_generichash_final(&state, head, AUDIT_HASH_BYTES);
}

enum code audit_append(struct store_txn *txn, const struct audit_line *line)
{
    assert(txn->writes);
    if (txn->fault.code)
        return txn->fault.code;
    struct arena_mark mark = arena_mark(&txn->scratch);
    struct span text, sealed;
    struct writer plain;
    if (!line_encode(&txn->scratch, line, &text) ||
        !writer_init(&plain, &txn->scratch, AUDIT_HASH_BYTES + text.size))
        return CODE_RESOURCE_EXHAUSTED;
    uint8_t head[AUDIT_HASH_BYTES], key[8];
    memcpy(head, txn->audit_head, sizeof head);
    uint64_t number = txn->audit_number + 1;
    chain(head, number, text);
    write_bytes(&plain, span_of(head, sizeof head));
    write_bytes(&plain, text);
    put_u64_be(key, number);
    struct identity place = identity_of("~audit", span_of(key, sizeof key));
    enum code code = seal(txn, NULL, identity_span(&place), writer_span(&plain), &txn->scratch, &sealed);
    if (code == CODE_OK)
        code = txn_append_audit(txn, span_of(key, sizeof key), sealed);
    arena_release(&txn->scratch, mark);
    if (code)
        return code;
    txn->audit_number = number;
    memcpy(txn->audit_head, head, sizeof head);
    return CODE_OK;
}

/* --- reading ----------------------------------------------------------------------------------------- */

/* A line as it is kept: the chain's hash up to it, and its text. */
struct kept_line {
    uint64_t number;
    struct span hash, text;
};

static enum code line_unseal(struct store_txn *txn, MDB_val key, MDB_val value, struct arena *arena,
                             struct kept_line *ret_line)
{
    if (key.mv_size != 8)
        return txn_fail(txn, CODE_DATA_LOSS, "", "an audit line has no number");
    struct identity place = identity_of("~audit", span_of(key.mv_data, key.mv_size));
    struct span plain;
    enum code code =
        unseal(txn, NULL, identity_span(&place), span_of(value.mv_data, value.mv_size), arena, &plain);
    if (code == CODE_NOT_FOUND || (code == CODE_OK && plain.size < AUDIT_HASH_BYTES))
        return txn_fail(txn, CODE_DATA_LOSS, "", "an audit line is cut short");
    if (code)
        return code;
    ret_line->number = get_u64_be(key.mv_data);
    ret_line->hash = span_of(plain.data, AUDIT_HASH_BYTES);
    ret_line->text = span_of(plain.data + AUDIT_HASH_BYTES, plain.size - AUDIT_HASH_BYTES);
    return CODE_OK;
}

/* Walks the log from `first` on; `take` gets each line (a NULL text where it does not unseal) until it says
 * no. */
typedef bool (*line_taker)(void *context, uint64_t number, const struct kept_line *line);

static enum code walk(struct store_txn *txn, uint64_t first, struct arena *arena, line_taker take,
                      void *context)
{
    MDB_cursor *cursor;
    int rc = mdb_cursor_open(txn->mdb, txn->store->dbis[DB_AUDIT], &cursor);
    if (rc)
        return txn_fail_lmdb(txn, rc, "read the audit log");
    uint8_t start[8];
    put_u64_be(start, first);
    MDB_val key = {sizeof start, start}, value;
    rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    enum code code = CODE_OK;
    while (rc == 0) {
        struct kept_line line = {0};
        uint64_t number = key.mv_size == 8 ? get_u64_be(key.mv_data) : 0;
        code = line_unseal(txn, key, value, arena, &line);
        if ((code && code != CODE_DATA_LOSS) || !take(context, number, code ? NULL : &line) || code)
            break;
        rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    mdb_cursor_close(cursor);
    return code || rc == 0 || rc == MDB_NOTFOUND ? code : txn_fail_lmdb(txn, rc, "read the audit log");
}

/* A last line that does not verify must not stop the service: the log goes on under the next number, and
 * audit_verify names the line. */
enum code audit_open(struct store_txn *txn)
{
    MDB_cursor *cursor;
    int rc = mdb_cursor_open(txn->mdb, txn->store->dbis[DB_AUDIT], &cursor);
    if (rc)
        return txn_fail_lmdb(txn, rc, "read the audit log");
    MDB_val key, value;
    rc = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
    if (rc == 0) {
        struct arena_mark mark = arena_mark(&txn->scratch);
        struct kept_line line;
        txn->audit_number = key.mv_size == 8 ? get_u64_be(key.mv_data) : 0;
        memset(txn->audit_head, 0, sizeof txn->audit_head);
        if (line_unseal(txn, key, value, &txn->scratch, &line) == CODE_OK)
            memcpy(txn->audit_head, line.hash.data, sizeof txn->audit_head);
        else
            txn->fault = (struct fault){0};
        arena_release(&txn->scratch, mark);
    }
    mdb_cursor_close(cursor);
    return rc == 0 || rc == MDB_NOTFOUND ? CODE_OK : txn_fail_lmdb(txn, rc, "read the audit log");
}

struct page {
    struct store_txn *txn;
    struct arena *arena;
    struct audit_line *lines;
    size_t count, most;
    enum code code;
};

static bool page_take(void *context, uint64_t number, const struct kept_line *line)
{
    struct page *page = context;
    if (!line || page->count == page->most)
        return false;
    page->code = line_decode(page->txn, number, line->text, page->arena, &page->lines[page->count]);
    if (page->code)
        return false;
    page->count++;
    return page->count < page->most;
}

enum code audit_read(struct store_txn *txn, uint64_t first, size_t most, struct arena *arena,
                     struct audit_line **ret_lines, size_t *ret_count)
{
    enum code code = txn_error(txn);
    if (code)
        return code;
    struct page page = {.txn = txn, .arena = arena, .most = most};
    page.lines = arena_array(arena, struct audit_line, most ? most : 1);
    if (!page.lines)
        return txn_no_memory(txn);
    if (most)
        code = walk(txn, first, arena, page_take, &page);
    if (code || page.code)
        return code ? code : page.code;
    *ret_lines = page.lines;
    *ret_count = page.count;
    return CODE_OK;
}

struct check {
    struct store_txn *txn;
    struct arena_mark mark;
    uint64_t lines, bad;
    uint8_t head[AUDIT_HASH_BYTES];
};

static bool check_take(void *context, uint64_t number, const struct kept_line *line)
{
    struct check *check = context;
    if (line && number == check->lines + 1) {
        chain(check->head, number, line->text);
        if (memcmp(check->head, line->hash.data, AUDIT_HASH_BYTES) == 0) {
            check->lines++;
            arena_release(&check->txn->scratch, check->mark);
            return true;
        }
    }
    check->bad = check->lines + 1;
    return false;
}

enum code audit_verify(struct store_txn *txn, uint64_t *ret_lines, uint8_t ret_head[AUDIT_HASH_BYTES],
                       uint64_t *ret_bad)
{
    enum code code = txn_error(txn);
    if (code)
        return code;
    struct check check = {.txn = txn, .mark = arena_mark(&txn->scratch)};
    code = walk(txn, 0, &txn->scratch, check_take, &check);
    arena_release(&txn->scratch, check.mark);
    if (check.bad) {
        *ret_bad = check.bad;
        return txn_fail(txn, CODE_DATA_LOSS, "", "audit line %llu does not follow from the one before",
                        (unsigned long long)check.bad);
    }
    if (code)
        return code;
    *ret_lines = check.lines;
    memcpy(ret_head, check.head, AUDIT_HASH_BYTES);
    return CODE_OK;
}

struct last_line {
    uint64_t number;
    uint8_t head[AUDIT_HASH_BYTES];
};

static bool last_take(void *context, uint64_t number, const struct kept_line *line)
{
    struct last_line *last = context;
    if (line) {
        last->number = number;
        memcpy(last->head, line->hash.data, AUDIT_HASH_BYTES);
    }
    return line != NULL;
}

enum code audit_head(struct store_txn *txn, uint64_t *ret_number, uint8_t ret_hash[AUDIT_HASH_BYTES])
{
    struct last_line last = {0};
    enum code code = txn_error(txn);
    if (code)
        return code;
    MDB_stat stat;
    int rc = mdb_stat(txn->mdb, txn->store->dbis[DB_AUDIT], &stat);
    if (rc)
        return txn_fail_lmdb(txn, rc, "read the audit log");
    struct arena_mark mark = arena_mark(&txn->scratch);
    code = walk(txn, stat.ms_entries, &txn->scratch, last_take, &last);
    arena_release(&txn->scratch, mark);
    if (code)
        return code;
    *ret_number = last.number;
    memcpy(ret_hash, last.head, AUDIT_HASH_BYTES);
    return CODE_OK;
}
