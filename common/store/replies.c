/* Idempotency: replies kept by key, and those of an outbox by its numbers.
 *
 * In: a principal, its key or number, the digest of what it asked. Out: what was answered. A reply's key is
 * the UUIDv7 and then the principal, so that keys rise with time: they are appended, and swept from the
 * oldest. What it says of a record with a key of its own is sealed under that key within, so that erasing the
 * record erases it here too. Of an outbox the newest number is kept under the principal's name, and the
 * replies of the newest OUTBOX_REMEMBERED in as many slots beside it, each used again by the number that
 * comes to it next. An answer that holds a secret lies in a row of its own, which is gone after a while. */

#include "common/store/internal.h"
#include "common/store/replies.h"

#include <assert.h>

enum { DIGEST_BYTES = 32, AHEAD_MS_MAX = 60 * 60 * 1000 };

static const int64_t keep_ms = (int64_t)IDEMPOTENCY_DAYS * 24 * 60 * 60 * 1000;
static const int64_t secret_ms = (int64_t)IDEMPOTENCY_SECRET_MINUTES * 60 * 1000;

static_assert(OUTBOX_REMEMBERED <= 256, "a slot's number is one byte");

struct reply_key {
    uint8_t bytes[UUID_BYTES + RECORD_KEY_BYTES_MAX];
    size_t size;
};

static struct reply_key key_of(const char *principal, const struct uuid *uuid)
{
    struct reply_key key;
    size_t size = strlen(principal);
    assert(size > 0 && size <= RECORD_KEY_BYTES_MAX);
    memcpy(key.bytes, uuid->bytes, UUID_BYTES);
    memcpy(key.bytes + UUID_BYTES, principal, size);
    key.size = UUID_BYTES + size;
    return key;
}

/* Of the code's number: what follows is a record's name, and what was said sealed under its key. */
#define OF_RECORD (UINT32_C(1) << 31)

/* Of the code's number: what follows is the key of the row with what was said. */
#define OF_SECRET (UINT32_C(1) << 30)

/* Before all UUIDs of version 7, which begin with the time (their first byte was 0 until 2004): 0, when it
 * was said, whose reply it is. */
enum { SECRET_KEY_BYTES = 1 + 8 + crypto_generichash_BYTES_MIN };

/* What is sealed under a record's key belongs to one command's reply. */
static struct identity place_within(const uint8_t digest[32])
{
    return identity_of("~reply-of", span_of(digest, DIGEST_BYTES));
}

/* What stands after the digest and the code: envelope and body; or the record's name, and both sealed. */
struct said {
    uint32_t flag;
    struct span first, second;
};

static size_t both_size(const struct reply *reply)
{
    return 4 + reply->envelope.size + reply->body.size;
}

static void both_write(struct writer *writer, const struct reply *reply)
{
    write_u32(writer, (uint32_t)reply->envelope.size);
    write_bytes(writer, reply->envelope);
    write_bytes(writer, reply->body);
}

static enum code both_read(struct store_txn *txn, struct span plain, struct reply *reply)
{
    struct reader reader = reader_of(plain);
    reply->envelope = read_bytes(&reader, read_u32(&reader));
    reply->body = read_rest(&reader);
    return reader.failed ? txn_fail(txn, CODE_DATA_LOSS, "", "a kept reply is cut short") : CODE_OK;
}

/* Empty where the record is erased already. */
static enum code seal_within(struct store_txn *txn, const uint8_t digest[32], const struct reply *reply,
                             struct span *ret_sealed)
{
    struct own_key own;
    struct writer writer;
    struct identity place = place_within(digest);
    enum code code = own_key_get(txn, reply->of, reply->key, &own);
    *ret_sealed = (struct span){0};
    if (code)
        return code == CODE_NOT_FOUND ? CODE_OK : code;
    if (!writer_init(&writer, txn_arena(txn), both_size(reply)))
        code = txn_no_memory(txn);
    if (code == CODE_OK) {
        both_write(&writer, reply);
        code = seal(txn, &own, identity_span(&place), writer_span(&writer), txn_arena(txn), ret_sealed);
    }
    sodium_memzero(&own, sizeof own);
    return code;
}

/* Into a row of its own, whose key is returned. */
static enum code put_apart(struct store_txn *txn, struct span name, const struct reply *reply,
                           struct span *ret_key)
{
    uint8_t *key = arena_alloc(txn_arena(txn), SECRET_KEY_BYTES);
    struct writer writer;
    if (!key || !writer_init(&writer, txn_arena(txn), both_size(reply)))
        return txn_no_memory(txn);
    key[0] = 0;
    put_u64_be(key + 1, (uint64_t)reply->at_ms);
    crypto_generichash(key + 9, SECRET_KEY_BYTES - 9, name.data, name.size, NULL, 0);
    both_write(&writer, reply);
    *ret_key = span_of(key, SECRET_KEY_BYTES);
    return sealed_put(txn, DB_REPLIES, *ret_key, writer_span(&writer));
}

/* `name`: what no other reply has. */
static enum code said_of(struct store_txn *txn, struct span name, const uint8_t digest[32],
                         const struct reply *reply, struct said *ret_said)
{
    struct said said = {0, reply->envelope, reply->body};
    enum code code = CODE_OK;
    assert(!reply->of || !reply->secret);
    if (reply->secret) {
        said = (struct said){.flag = OF_SECRET};
        code = put_apart(txn, name, reply, &said.first);
    } else if (reply->of) {
        struct identity identity = identity_of(reply->of->name, reply->key);
        said.flag = OF_RECORD;
        said.first = arena_copy(txn_arena(txn), identity_span(&identity));
        code = said.first.data ? seal_within(txn, digest, reply, &said.second) : txn_no_memory(txn);
    }
    *ret_said = said;
    return code;
}

static size_t reply_size(const struct said *said)
{
    return DIGEST_BYTES + 8 + said->first.size + said->second.size;
}

static void reply_write(struct writer *writer, const uint8_t digest[32], enum code code,
                        const struct said *said)
{
    write_bytes(writer, span_of(digest, DIGEST_BYTES));
    write_u32(writer, (uint32_t)code | said->flag);
    write_u32(writer, (uint32_t)said->first.size);
    write_bytes(writer, said->first);
    write_bytes(writer, said->second);
}

/* NOT_FOUND (not sticky): the record's key is destroyed. */
static enum code own_key_named(struct store_txn *txn, struct span name, struct own_key *ret_own)
{
    struct span table = span_of(name.data, strnlen((const char *)name.data, name.size));
    const struct open_table *open = table.size < name.size ? store_table_named(txn->store, table) : NULL;
    size_t before = table.size + 1;
    return open ? own_key_get(txn, open->table, span_of(name.data + before, name.size - before), ret_own)
                : CODE_NOT_FOUND;
}

static enum code open_within(struct store_txn *txn, const uint8_t digest[32], const struct said *said,
                             struct arena *arena, struct reply *reply)
{
    struct own_key own;
    struct span plain;
    struct identity place = place_within(digest);
    enum code code = own_key_named(txn, said->first, &own);
    reply->erased = code == CODE_NOT_FOUND;
    if (code)
        return reply->erased ? CODE_OK : code;
    code = unseal(txn, &own, identity_span(&place), said->second, arena, &plain);
    sodium_memzero(&own, sizeof own);
    if (code)
        return code;
    return both_read(txn, plain, reply);
}

static enum code read_apart(struct store_txn *txn, const struct said *said, struct arena *arena,
                            struct reply *reply)
{
    struct span plain;
    enum code code = sealed_get(txn, DB_REPLIES, said->first, arena, &plain);
    reply->lapsed = code == CODE_NOT_FOUND;
    if (code)
        return reply->lapsed ? CODE_OK : code;
    return both_read(txn, plain, reply);
}

/* FAILED_PRECONDITION (not sticky): it was another request. */
static enum code reply_read(struct store_txn *txn, struct span plain, const uint8_t digest[32],
                            struct arena *arena, struct reply *ret_reply)
{
    struct reader reader = reader_of(plain);
    struct span held = read_bytes(&reader, DIGEST_BYTES);
    uint32_t number = read_u32(&reader);
    struct said said = {.flag = number & (OF_RECORD | OF_SECRET)};
    struct reply reply = {.code = code_from_number(number & ~(OF_RECORD | OF_SECRET))};
    said.first = read_bytes(&reader, read_u32(&reader));
    said.second = read_rest(&reader);
    if (reader.failed)
        return txn_fail(txn, CODE_DATA_LOSS, "", "a kept reply is cut short");
    if (memcmp(held.data, digest, DIGEST_BYTES) != 0)
        return CODE_FAILED_PRECONDITION;
    reply.envelope = said.first;
    reply.body = said.second;
    if (said.flag) {
        reply.envelope = reply.body = (struct span){0};
        enum code code = said.flag == OF_SECRET ? read_apart(txn, &said, arena, &reply)
                                                : open_within(txn, digest, &said, arena, &reply);
        if (code)
            return code;
    }
    *ret_reply = reply;
    return CODE_OK;
}

enum code reply_find(struct store_txn *txn, const char *principal, const struct uuid *key,
                     const uint8_t digest[32], int64_t now_ms, struct arena *arena, struct reply *ret_reply)
{
    enum code code = txn_error(txn);
    if (code)
        return code;
    if (key->bytes[6] >> 4 != 7)
        return CODE_INVALID_ARGUMENT;
    int64_t at_ms = uuid_v7_unix_ms(key);
    if (at_ms < now_ms - keep_ms || at_ms > now_ms + AHEAD_MS_MAX)
        return CODE_OUT_OF_RANGE;
    struct reply_key name = key_of(principal, key);
    struct span plain;
    code = sealed_get(txn, DB_REPLIES, span_of(name.bytes, name.size), arena, &plain);
    return code ? code : reply_read(txn, plain, digest, arena, ret_reply);
}

enum code reply_keep(struct store_txn *txn, const char *principal, const struct uuid *key,
                     const uint8_t digest[32], const struct reply *reply)
{
    enum code code = txn_error(txn);
    if (code)
        return code;
    struct arena *arena = txn_arena(txn);
    struct arena_mark mark = arena_mark(arena);
    struct writer writer;
    struct said said;
    struct reply_key name = key_of(principal, key);
    code = said_of(txn, span_of(name.bytes, name.size), digest, reply, &said);
    if (code)
        return code;
    if (!writer_init(&writer, arena, reply_size(&said)))
        return txn_no_memory(txn);
    reply_write(&writer, digest, reply->code, &said);
    code = sealed_put(txn, DB_REPLIES, span_of(name.bytes, name.size), writer_span(&writer));
    if (!txn->in_command)
        arena_release(arena, mark);
    return code;
}

/* When the key says that it was; -1: not such a key. */
static int64_t time_of(MDB_val key, bool secret)
{
    struct uuid uuid;
    const uint8_t *bytes = key.mv_data;
    if (secret)
        return key.mv_size == SECRET_KEY_BYTES && bytes[0] == 0 ? (int64_t)get_u64_be(bytes + 1) : -1;
    if (key.mv_size <= UUID_BYTES || key.mv_size > UUID_BYTES + RECORD_KEY_BYTES_MAX)
        return -1;
    memcpy(uuid.bytes, bytes, UUID_BYTES);
    return uuid_v7_unix_ms(&uuid);
}

/* The key of the oldest reply, or of the oldest secret, if it is older than that. NOT_FOUND (not sticky)
 * otherwise. */
static enum code oldest(struct store_txn *txn, bool secret, int64_t before_ms, struct reply_key *ret_key)
{
    MDB_cursor *cursor;
    int rc = mdb_cursor_open(txn->mdb, txn->store->dbis[DB_REPLIES], &cursor);
    if (rc)
        return txn_fail_lmdb(txn, rc, "sweep replies");
    uint8_t least = secret ? 0 : 1; /* the first byte */
    MDB_val key = {1, &least}, value;
    rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    int64_t at_ms = rc == 0 ? time_of(key, secret) : -1;
    if (at_ms >= 0) {
        memcpy(ret_key->bytes, key.mv_data, key.mv_size);
        ret_key->size = key.mv_size;
    }
    mdb_cursor_close(cursor);
    if (rc && rc != MDB_NOTFOUND)
        return txn_fail_lmdb(txn, rc, "sweep replies");
    return at_ms >= 0 && at_ms < before_ms ? CODE_OK : CODE_NOT_FOUND;
}

static enum code sweep(struct store_txn *txn, bool secret, int64_t before_ms, size_t most)
{
    enum code code = txn_error(txn);
    for (size_t i = 0; i < most && code == CODE_OK; i++) {
        struct reply_key key;
        code = oldest(txn, secret, before_ms, &key);
        if (code == CODE_OK)
            code = txn_delete_direct(txn, txn->store->dbis[DB_REPLIES], span_of(key.bytes, key.size));
    }
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

enum code reply_sweep(struct store_txn *txn, int64_t now_ms, size_t most)
{
    assert(txn->writes && !txn->in_command);
    enum code code = sweep(txn, true, now_ms - secret_ms, most);
    return code == CODE_OK ? sweep(txn, false, now_ms - keep_ms, most) : code;
}

/* --- outboxes ---------------------------------------------------------------------------------------- */

/* No name has a zero byte: after it comes the slot. */
static struct reply_key slot_of(const char *principal, uint64_t number)
{
    struct reply_key key;
    size_t size = strlen(principal);
    assert(size > 0 && size <= RECORD_KEY_BYTES_MAX);
    memcpy(key.bytes, principal, size);
    key.bytes[size] = 0;
    key.bytes[size + 1] = (uint8_t)(number % OUTBOX_REMEMBERED);
    key.size = size + 2;
    return key;
}

enum code outbox_find(struct store_txn *txn, const char *principal, uint64_t number, const uint8_t digest[32],
                      struct arena *arena, struct reply *ret_reply)
{
    uint64_t newest;
    struct span plain;
    enum code code = number_get(txn, DB_OUTBOX, principal, &newest);
    if (code)
        return code;
    if (number > newest)
        return CODE_NOT_FOUND;
    if (newest - number >= OUTBOX_REMEMBERED)
        return CODE_OUT_OF_RANGE;
    struct reply_key slot = slot_of(principal, number);
    code = sealed_get(txn, DB_OUTBOX, span_of(slot.bytes, slot.size), arena, &plain);
    if (code)
        return code;
    struct reader reader = reader_of(plain);
    uint64_t held = read_u64(&reader);
    struct span rest = read_rest(&reader);
    if (!reader.failed && held != number)
        return CODE_NOT_FOUND; /* left out when those after it came */
    return reply_read(txn, rest, digest, arena, ret_reply);
}

enum code outbox_keep(struct store_txn *txn, const char *principal, uint64_t number, const uint8_t digest[32],
                      const struct reply *reply)
{
    uint64_t newest;
    enum code code = number_get(txn, DB_OUTBOX, principal, &newest);
    if (code)
        return code;
    struct arena *arena = txn_arena(txn);
    struct arena_mark mark = arena_mark(arena);
    struct writer writer;
    struct said said;
    struct reply_key slot = slot_of(principal, number), name = slot;
    put_u64_be(name.bytes + name.size, number);
    code = said_of(txn, span_of(name.bytes, name.size + 8), digest, reply, &said);
    if (code)
        return code;
    if (!writer_init(&writer, arena, 8 + reply_size(&said)))
        return txn_no_memory(txn);
    write_u64(&writer, number);
    reply_write(&writer, digest, reply->code, &said);
    code = sealed_put(txn, DB_OUTBOX, span_of(slot.bytes, slot.size), writer_span(&writer));
    if (!txn->in_command)
        arena_release(arena, mark);
    return code || number <= newest ? code : number_put(txn, DB_OUTBOX, principal, number);
}
