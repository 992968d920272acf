/* Blobs: large values in chunks beside the records; their heads go through the journal.
 *
 * In: chunks in order, then the digest of all. Out: a head that names what is complete, and its chunks. What
 * is being written is not seen by readers; the state of it (how far, the running hash) is kept, so that it
 * survives commits and restarts. A libsodium of another layout would make the digest differ: the writer then
 * begins again. */

#include "common/store/blob.h"
#include "common/store/internal.h"

#include <assert.h>

enum { DIGEST_BYTES = 32 };

/* A blob that is being written; kept under its name, NUL and "new". */
struct unfinished {
    uint64_t version, size;
    uint32_t chunks;
    bool closed; /* a short chunk came: it is the last */
    crypto_generichash_state hash;
    struct span origin;
};

/* What is complete; kept under its name. Its watchers and packed head. */
struct complete {
    struct watchers watchers;
    Pb__BlobHead *head; /* NULL: none */
};

struct blob_key {
    uint8_t bytes[RECORD_KEY_BYTES_MAX + 16];
    size_t size;
};

static struct span key_span(const struct blob_key *key)
{
    return span_of(key->bytes, key->size);
}

/* Whoever reads may ask for anything. */
static bool is_name(const char *name)
{
    size_t size = strlen(name);
    return size > 0 && size <= RECORD_KEY_BYTES_MAX;
}

static struct blob_key name_key(const char *name, const char *suffix)
{
    struct blob_key key;
    size_t size = strlen(name), more = strlen(suffix);
    assert(is_name(name) && more < 8);
    memcpy(key.bytes, name, size);
    key.size = size;
    if (more) {
        key.bytes[size] = 0;
        memcpy(key.bytes + size + 1, suffix, more);
        key.size += 1 + more;
    }
    return key;
}

static struct blob_key chunk_key(const char *name, uint64_t version, uint32_t chunk)
{
    struct blob_key key = name_key(name, "");
    key.bytes[key.size++] = 0;
    put_u64_be(key.bytes + key.size, version);
    put_u32_be(key.bytes + key.size + 8, chunk);
    key.size += 12;
    return key;
}

/* --- what is kept of a blob -------------------------------------------------------------------------- */

static enum code complete_get(struct store_txn *txn, const char *name, struct arena *arena,
                              struct complete *ret_complete)
{
    struct blob_key key = name_key(name, "");
    struct span plain;
    enum code code = sealed_get(txn, DB_BLOB_HEADS, key_span(&key), arena, &plain);
    if (code == CODE_NOT_FOUND) {
        *ret_complete = (struct complete){0};
        return CODE_OK;
    }
    if (code)
        return code;
    struct reader reader = reader_of(plain);
    read_watchers(&reader, &ret_complete->watchers);
    struct span packed = read_rest(&reader);
    ret_complete->head = (Pb__BlobHead *)protobuf_c_message_unpack(&pb__blob_head__descriptor, &arena->pb,
                                                                   packed.size, packed.data);
    if (!ret_complete->head)
        return arena->exhausted ? txn_no_memory(txn)
                                : txn_fail(txn, CODE_DATA_LOSS, "", "the head of blob %s is no head", name);
    return CODE_OK;
}

static enum code unfinished_get(struct store_txn *txn, const char *name, struct arena *arena,
                                struct unfinished *ret_unfinished)
{
    struct blob_key key = name_key(name, "new");
    struct span plain;
    enum code code = sealed_get(txn, DB_BLOB_HEADS, key_span(&key), arena, &plain);
    if (code)
        return code;
    struct reader reader = reader_of(plain);
    ret_unfinished->version = read_u64(&reader);
    ret_unfinished->size = read_u64(&reader);
    ret_unfinished->chunks = read_u32(&reader);
    ret_unfinished->closed = read_u8(&reader) != 0;
    struct span hash = read_bytes(&reader, sizeof ret_unfinished->hash);
    ret_unfinished->origin = read_rest(&reader);
    if (reader.failed)
        return txn_fail(txn, CODE_DATA_LOSS, "", "what is kept of the unfinished blob %s is cut short", name);
    memcpy(&ret_unfinished->hash, hash.data, sizeof ret_unfinished->hash);
    return CODE_OK;
}

static enum code unfinished_put(struct store_txn *txn, const char *name, const struct unfinished *unfinished)
{
    struct writer writer;
    size_t size = 8 + 8 + 4 + 1 + sizeof unfinished->hash + unfinished->origin.size;
    if (!writer_init(&writer, txn_arena(txn), size))
        return txn_no_memory(txn);
    write_u64(&writer, unfinished->version);
    write_u64(&writer, unfinished->size);
    write_u32(&writer, unfinished->chunks);
    write_u8(&writer, unfinished->closed);
    write_bytes(&writer, span_of(&unfinished->hash, sizeof unfinished->hash));
    write_bytes(&writer, unfinished->origin);
    struct blob_key key = name_key(name, "new");
    return sealed_put(txn, DB_BLOB_HEADS, key_span(&key), writer_span(&writer));
}

static enum code chunks_drop(struct store_txn *txn, const char *name, uint64_t version, uint32_t chunks)
{
    enum code code = CODE_OK;
    for (uint32_t i = 0; i < chunks && code == CODE_OK; i++) {
        struct blob_key key = chunk_key(name, version, i);
        code = txn_delete(txn, txn->store->dbis[DB_BLOBS], key_span(&key));
    }
    return code;
}

static enum code unfinished_drop(struct store_txn *txn, const char *name, const struct unfinished *unfinished)
{
    struct blob_key key = name_key(name, "new");
    enum code code = chunks_drop(txn, name, unfinished->version, unfinished->chunks);
    return code ? code : txn_delete(txn, txn->store->dbis[DB_BLOB_HEADS], key_span(&key));
}

/* --- writing ----------------------------------------------------------------------------------------- */

enum code blob_begin(struct store_txn *txn, const char *name, const char *origin, uint64_t *ret_version)
{
    enum code code = record_write_begin(txn);
    if (code)
        return code;
    struct arena *arena = txn->command.arena;
    struct unfinished old, fresh = {.origin = span_of_text(origin)};
    struct complete complete;
    code = unfinished_get(txn, name, arena, &old);
    if (code == CODE_OK)
        code = unfinished_drop(txn, name, &old);
    else if (code == CODE_NOT_FOUND)
        code = CODE_OK;
    if (code == CODE_OK)
        code = complete_get(txn, name, arena, &complete);
    if (code)
        return code;
    fresh.version = (complete.head ? complete.head->version : 0) + 1;
    crypto_generichash_init(&fresh.hash, NULL, 0, DIGEST_BYTES);
    code = unfinished_put(txn, name, &fresh);
    if (code == CODE_OK)
        *ret_version = fresh.version;
    return code;
}

static enum code unfinished_of(struct store_txn *txn, const char *name, uint64_t version,
                               struct unfinished *ret_unfinished)
{
    enum code code = unfinished_get(txn, name, txn->command.arena, ret_unfinished);
    if (code == CODE_NOT_FOUND || (code == CODE_OK && ret_unfinished->version != version))
        return txn_fail(txn, CODE_FAILED_PRECONDITION, "version",
                        "version %llu of blob %s is not being written", (unsigned long long)version, name);
    return code;
}

static enum code chunk_check(struct store_txn *txn, const char *name, const struct unfinished *unfinished,
                             uint32_t chunk, struct span data)
{
    if (data.size == 0 || data.size > BLOB_CHUNK_BYTES)
        return txn_fail(txn, CODE_INVALID_ARGUMENT, "data", "a chunk has 1 to %d bytes", BLOB_CHUNK_BYTES);
    if (chunk > unfinished->chunks || unfinished->closed)
        return txn_fail(txn, CODE_FAILED_PRECONDITION, "chunk",
                        "chunk %u of blob %s does not follow, %u came so far", chunk, name,
                        unfinished->chunks);
    if (unfinished->size + data.size > BLOB_BYTES_MAX)
        return txn_fail(txn, CODE_RESOURCE_EXHAUSTED, "data", "a blob has at most %d bytes", BLOB_BYTES_MAX);
    return CODE_OK;
}

/* A chunk that came before must be the same. */
static enum code chunk_again(struct store_txn *txn, const char *name, uint64_t version, uint32_t chunk,
                             struct span data)
{
    struct span held;
    enum code code = blob_read(txn, name, version, chunk, txn->command.arena, &held);
    if (code || span_equal(held, data))
        return code;
    return txn_fail(txn, CODE_FAILED_PRECONDITION, "data", "chunk %u of blob %s came before with other bytes",
                    chunk, name);
}

enum code blob_append(struct store_txn *txn, const char *name, uint64_t version, uint32_t chunk,
                      struct span data)
{
    enum code code = record_write_begin(txn);
    struct unfinished unfinished;
    if (code == CODE_OK)
        code = unfinished_of(txn, name, version, &unfinished);
    if (code == CODE_OK && chunk < unfinished.chunks)
        return chunk_again(txn, name, version, chunk, data);
    if (code == CODE_OK)
        code = chunk_check(txn, name, &unfinished, chunk, data);
    if (code)
        return code;
    struct blob_key key = chunk_key(name, version, chunk);
    code = sealed_put(txn, DB_BLOBS, key_span(&key), data);
    if (code)
        return code;
    unfinished.size += data.size;
    unfinished.chunks++;
    unfinished.closed = data.size < BLOB_CHUNK_BYTES;
    crypto_generichash_update(&unfinished.hash, data.data, data.size);
    return unfinished_put(txn, name, &unfinished);
}

static Pb__BlobHead *head_make(struct arena *arena, const char *name, const struct unfinished *unfinished,
                               uint64_t items, struct span digest)
{
    Pb__BlobHead *head = arena_new(arena, Pb__BlobHead);
    char *name_copy = arena_text(arena, name);
    char *origin =
        arena_format(arena, "%.*s", (int)unfinished->origin.size, (const char *)unfinished->origin.data);
    struct span digest_copy = arena_copy(arena, digest);
    if (!head || !name_copy || !origin || !digest_copy.data)
        return NULL;
    pb__blob_head__init(head);
    head->name = name_copy;
    head->version = unfinished->version;
    head->size = unfinished->size;
    head->chunks = unfinished->chunks;
    head->digest = (ProtobufCBinaryData){digest_copy.size, (uint8_t *)(uintptr_t)digest_copy.data};
    head->origin = origin;
    head->items = items;
    return head;
}

/* Keeps the head, and tells the followers. */
static enum code head_publish(struct store_txn *txn, const char *name, const Pb__BlobHead *head,
                              const struct audience *audience, struct watchers *watchers)
{
    struct writer packed, kept;
    struct arena *arena = txn->command.arena;
    size_t size = protobuf_c_message_get_packed_size(&head->base);
    struct watchers lost = *watchers;
    watchers_subtract(&lost, audience);
    watchers_add(watchers, audience, NULL);
    if (!writer_init(&packed, arena, size) || !writer_init(&kept, arena, watchers_size(watchers) + size))
        return txn_no_memory(txn);
    packed.size = protobuf_c_message_pack(&head->base, packed.data);
    write_watchers(&kept, watchers);
    write_bytes(&kept, writer_span(&packed));
    struct blob_key key = name_key(name, "");
    enum code code = sealed_put(txn, DB_BLOB_HEADS, key_span(&key), writer_span(&kept));
    struct journal_item item = {.table = BLOB_TABLE,
                                .key = span_of_text(name),
                                .version = head->version,
                                .content = writer_span(&packed),
                                .audience = audience,
                                .lost = &lost};
    return code ? code : journal_append(txn, &item);
}

/* The version before the present one stays, for those who read it now; the one before that goes. */
static enum code older_drop(struct store_txn *txn, const char *name, const Pb__BlobHead *present)
{
    if (!present || present->version < 2)
        return CODE_OK;
    uint64_t version = present->version - 1;
    enum code code = CODE_OK;
    for (uint32_t chunk = 0; code == CODE_OK; chunk++) {
        struct blob_key key = chunk_key(name, version, chunk);
        struct span sealed;
        code = txn_get(txn, txn->store->dbis[DB_BLOBS], key_span(&key), &sealed);
        if (code == CODE_OK)
            code = txn_delete(txn, txn->store->dbis[DB_BLOBS], key_span(&key));
    }
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

enum code blob_finish(struct store_txn *txn, const char *name, uint64_t version, uint64_t items,
                      const uint8_t digest[32], const struct audience *audience, struct arena *arena,
                      const Pb__BlobHead **ret_head)
{
    enum code code = record_write_begin(txn);
    struct unfinished unfinished;
    struct complete complete;
    if (code == CODE_OK)
        code = unfinished_of(txn, name, version, &unfinished);
    if (code == CODE_OK)
        code = complete_get(txn, name, arena, &complete);
    if (code)
        return code;
    uint8_t computed[DIGEST_BYTES];
    crypto_generichash_final(&unfinished.hash, computed, sizeof computed);
    if (memcmp(computed, digest, sizeof computed) != 0)
        return txn_fail(txn, CODE_DATA_LOSS, "digest", "blob %s did not arrive whole", name);
    struct blob_key key = name_key(name, "new");
    Pb__BlobHead *present = complete.head;
    if (present && present->digest.len == DIGEST_BYTES &&
        memcmp(present->digest.data, digest, DIGEST_BYTES) == 0) {
        code = unfinished_drop(txn, name, &unfinished);
        if (code == CODE_OK)
            *ret_head = present;
        return code;
    }
    Pb__BlobHead *head = head_make(arena, name, &unfinished, items, span_of(computed, sizeof computed));
    if (!head)
        return txn_no_memory(txn);
    code = txn_delete(txn, txn->store->dbis[DB_BLOB_HEADS], key_span(&key));
    if (code == CODE_OK)
        code = older_drop(txn, name, present);
    if (code == CODE_OK)
        code = head_publish(txn, name, head, audience, &complete.watchers);
    if (code == CODE_OK)
        *ret_head = head;
    return code;
}

/* --- reading ----------------------------------------------------------------------------------------- */

enum code blob_head(struct store_txn *txn, const char *name, struct arena *arena,
                    const Pb__BlobHead **ret_head)
{
    struct complete complete;
    enum code code = is_name(name) ? complete_get(txn, name, arena, &complete) : CODE_NOT_FOUND;
    if (code == CODE_OK && !complete.head)
        return CODE_NOT_FOUND;
    if (code == CODE_OK)
        *ret_head = complete.head;
    return code;
}

enum code blob_read(struct store_txn *txn, const char *name, uint64_t version, uint32_t chunk,
                    struct arena *arena, struct span *ret_data)
{
    if (!is_name(name))
        return CODE_NOT_FOUND;
    struct blob_key key = chunk_key(name, version, chunk);
    return sealed_get(txn, DB_BLOBS, key_span(&key), arena, ret_data);
}
