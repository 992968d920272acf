/* A record as it is kept: packed with its meta first; headed by where its past is, and where it is followed
 * by its number in the journal, by who may see it and by who could see its earlier states; sealed.
 *
 * In: messages, keys. Out: bytes, and the reverse. A state is sealed once, for its table and for the journal:
 * its number within keeps it from standing for another there. Which state follows which, indexes, history and
 * journal are change.c's. */

#include "common/store/internal.h"
#include "common/wire/wire.h"

#include <assert.h>

enum { AT_ONCE_BYTES = 8 * 1024, HEAD_BYTES = 16 /* tag and length of the meta */ };
enum { HAS_PAST = 1u << 31 }; /* beside the bytes of its meta: the number of its newest past state follows */

static Pb__RecordMeta **meta_slot(const struct open_table *open, const ProtobufCMessage *record)
{
    uintptr_t base = (uintptr_t)record;
    return (Pb__RecordMeta **)(base + open->meta_field->offset);
}

Pb__RecordMeta *record_meta(const struct open_table *open, const ProtobufCMessage *record)
{
    return open->meta_field ? *meta_slot(open, record) : NULL;
}

/* A protobuf varint. */
static size_t varint(uint8_t *out, size_t value)
{
    size_t size = 0;
    for (; value > 0x7f; value >>= 7)
        out[size++] = (uint8_t)(value | 0x80);
    out[size++] = (uint8_t)value;
    return size;
}

/* One that is too long to be packed at once is measured first. */
static struct span pack_measured(const struct open_table *open, const ProtobufCMessage *record,
                                 const Pb__RecordMeta *meta, struct arena *arena, size_t *ret_head)
{
    size_t body = protobuf_c_message_get_packed_size(record);
    size_t inner = meta ? protobuf_c_message_get_packed_size(&meta->base) : 0;
    uint8_t *data = arena_room(arena, body + inner + HEAD_BYTES);
    if (!data)
        return span_of(NULL, 0);
    size_t size = 0;
    if (meta) {
        size = varint(data, (size_t)open->meta_field->id << 3 | 2);
        size += varint(data + size, inner);
        size += protobuf_c_message_pack(&meta->base, data + size);
    }
    *ret_head = size;
    return span_of(data, size + protobuf_c_message_pack(record, data + size));
}

/* Back to front, as wire_pack does. */
static struct span pack_at_once(const struct open_table *open, const ProtobufCMessage *record,
                                const Pb__RecordMeta *meta, struct arena *arena, size_t *ret_head)
{
    uint8_t room[AT_ONCE_BYTES], head[HEAD_BYTES];
    struct span body = wire_pack_within(record, room, sizeof room), inner = span_of(body.data, 0);
    size_t size = 0;
    if (body.data && meta)
        inner = wire_pack_within(&meta->base, room, (size_t)(body.data - room));
    if (!inner.data)
        return pack_measured(open, record, meta, arena, ret_head);
    if (meta) {
        size = varint(head, (size_t)open->meta_field->id << 3 | 2);
        size += varint(head + size, inner.size);
    }
    uint8_t *data = arena_room(arena, size + inner.size + body.size);
    if (!data)
        return span_of(NULL, 0);
    memcpy(data, head, size);
    memcpy(data + size, inner.data, inner.size + body.size);
    *ret_head = size + inner.size;
    return span_of(data, size + inner.size + body.size);
}

/* The order of a message's fields is free: with meta first, what follows can be compared by its bytes alone.
 */
enum code record_pack(struct store_txn *txn, const struct open_table *open, const ProtobufCMessage *record,
                      struct arena *arena, struct stored *ret_stored)
{
    Pb__RecordMeta *meta = record_meta(open, record);
    size_t head = 0;
    if (meta)
        *meta_slot(open, record) = NULL;
    struct span packed = pack_at_once(open, record, meta, arena, &head);
    if (meta)
        *meta_slot(open, record) = meta;
    if (!packed.data)
        return txn_no_memory(txn);
    ret_stored->packed = packed;
    ret_stored->body = span_of(packed.data + head, packed.size - head);
    return CODE_OK;
}

enum code record_unpack(struct store_txn *txn, const struct open_table *open, struct span packed,
                        struct arena *arena, ProtobufCMessage **ret_record)
{
    ProtobufCMessage *record =
        protobuf_c_message_unpack(open->table->type, &arena->pb, packed.size, packed.data);
    if (!record && arena->exhausted)
        return txn_no_memory(txn);
    if (!record)
        return txn_fail(txn, CODE_DATA_LOSS, "", "a stored record of %s is no %s", open->table->name,
                        open->table->type->name);
    *ret_record = record;
    return CODE_OK;
}

enum code record_key(struct store_txn *txn, const struct table *table, const ProtobufCMessage *record,
                     struct span *ret_key)
{
    struct span key = table->key(record, txn_arena(txn));
    if (txn_arena(txn)->exhausted)
        return txn_no_memory(txn);
    if (key.size == 0)
        return txn_fail(txn, CODE_INVALID_ARGUMENT, "", "a record of %s has no key", table->name);
    if (key.size > RECORD_KEY_BYTES_MAX)
        return txn_fail(txn, CODE_INVALID_ARGUMENT, "", "the key of a record of %s is longer than %d bytes",
                        table->name, RECORD_KEY_BYTES_MAX);
    *ret_key = key;
    return CODE_OK;
}

static enum code stored_read(struct store_txn *txn, const struct open_table *open, struct span plain,
                             struct stored *stored, struct audience *ret_audience)
{
    struct reader reader = reader_of(plain);
    uint32_t head = read_u32(&reader);
    size_t meta = head & ~(uint32_t)HAS_PAST;
    stored->past = head & HAS_PAST ? read_u64(&reader) : 0;
    if (open->table->flags & TABLE_JOURNAL) {
        stored->sequence = read_u64(&reader);
        read_audience(&reader, ret_audience);
        read_watchers(&reader, &stored->watchers);
    }
    stored->packed = read_rest(&reader);
    if (reader.failed || meta > stored->packed.size)
        return txn_fail(txn, CODE_DATA_LOSS, "", "a stored record of %s is cut short", open->table->name);
    stored->body = span_of(stored->packed.data + meta, stored->packed.size - meta);
    return CODE_OK;
}

enum code stored_open(struct store_txn *txn, const struct open_table *open, struct span key,
                      struct span sealed, struct arena *arena, struct stored *ret_stored,
                      struct audience *ret_audience)
{
    struct span plain;
    enum code code = CODE_OK;
    ret_stored->sequence = 0;
    watchers_init(&ret_stored->watchers);
    ret_stored->audience = NULL;
    ret_stored->own = sealed_by_own_key(sealed);
    if (ret_stored->own)
        code = own_key_get(txn, open->table, key, &ret_stored->own_key);
    if (code)
        return code;
    struct identity place = identity_of(open->table->name, key);
    code = unseal(txn, ret_stored->own ? &ret_stored->own_key : NULL, identity_span(&place), sealed, arena,
                  &plain);
    return code ? code : stored_read(txn, open, plain, ret_stored, ret_audience);
}

enum code stored_get(struct store_txn *txn, const struct open_table *open, struct span key,
                     struct arena *arena, struct stored *ret_stored)
{
    if (key.size == 0 || key.size > RECORD_KEY_BYTES_MAX)
        return txn_error(txn) ? txn_error(txn) : CODE_NOT_FOUND;
    struct span sealed;
    enum code code = txn_get(txn, open->dbi, key, &sealed);
    if (code)
        return code;
    code = stored_open(txn, open, key, sealed, arena, ret_stored, NULL);
    if (code == CODE_NOT_FOUND)
        return txn_fail(txn, CODE_DATA_LOSS, "", "the key of a record of %s is gone", open->table->name);
    return code;
}

/* Passes a varint over. */
static struct span after_varint(struct span bytes)
{
    size_t size = 0;
    while (size < bytes.size && bytes.data[size] & 0x80)
        size++;
    size += size < bytes.size;
    return span_of(bytes.data + size, bytes.size - size);
}

enum code stored_meta(struct store_txn *txn, const struct open_table *open, const struct stored *stored,
                      struct arena *arena, Pb__RecordMeta **ret_meta)
{
    struct span head = span_of(stored->packed.data, stored->packed.size - stored->body.size);
    struct span inner = after_varint(after_varint(head)); /* after tag and length */
    Pb__RecordMeta *meta = (Pb__RecordMeta *)protobuf_c_message_unpack(&pb__record_meta__descriptor,
                                                                       &arena->pb, inner.size, inner.data);
    if (!meta && arena->exhausted)
        return txn_no_memory(txn);
    if (!meta)
        return txn_fail(txn, CODE_DATA_LOSS, "", "the meta of a stored record of %s is none",
                        open->table->name);
    *ret_meta = meta;
    return CODE_OK;
}

/* Of a table without meta, journal, past and own keys. */
static enum code copy_put_behind(struct store_txn *txn, const struct open_table *open, struct span key,
                                 const struct stored *stored)
{
    static const uint8_t head[4];
    assert(open->table->flags == 0);
    return behind_put(txn, open->dbi, open->table->name, key, span_of(head, sizeof head), stored->packed);
}

enum code stored_seal(struct store_txn *txn, const struct open_table *open, struct span key,
                      const struct stored *stored, struct span *ret_sealed)
{
    struct arena *arena = txn_arena(txn);
    struct writer writer;
    bool followed = open->table->flags & TABLE_JOURNAL;
    size_t size = 4 + 8 + stored->packed.size;
    if (followed)
        size += 8 + audience_size(stored->audience) + watchers_size(&stored->watchers);
    if (!writer_init(&writer, arena, size))
        return txn_no_memory(txn);
    write_u32(&writer, (uint32_t)(stored->packed.size - stored->body.size) | (stored->past ? HAS_PAST : 0));
    if (stored->past)
        write_u64(&writer, stored->past);
    if (followed) {
        write_u64(&writer, stored->sequence);
        write_audience(&writer, stored->audience);
        write_watchers(&writer, &stored->watchers);
    }
    write_bytes(&writer, stored->packed);
    struct identity place = identity_of(open->table->name, key);
    return seal(txn, stored->own ? &stored->own_key : NULL, identity_span(&place), writer_span(&writer),
                arena, ret_sealed);
}

enum code stored_put(struct store_txn *txn, const struct open_table *open, struct span key,
                     const struct stored *stored)
{
    if (txn->behind)
        return copy_put_behind(txn, open, key, stored);
    struct span sealed;
    enum code code = stored_seal(txn, open, key, stored, &sealed);
    return code ? code : txn_put(txn, open->dbi, key, sealed);
}

enum code record_get(struct store_txn *txn, const struct table *table, struct span key, struct arena *arena,
                     ProtobufCMessage **ret_record)
{
    const struct open_table *open = store_table(txn->store, table);
    struct stored stored;
    enum code code = stored_get(txn, open, key, arena, &stored);
    if (code == CODE_OK)
        code = record_unpack(txn, open, stored.packed, arena, ret_record);
    sodium_memzero(&stored.own_key, sizeof stored.own_key);
    return code;
}

enum code record_stamp_get(struct store_txn *txn, const struct table *table, struct span key,
                           struct record_stamp *ret_stamp)
{
    assert(!(table->flags & TABLE_OWN_KEY));
    if (key.size == 0 || key.size > RECORD_KEY_BYTES_MAX)
        return txn_error(txn) ? txn_error(txn) : CODE_NOT_FOUND;
    const struct open_table *open = store_table(txn->store, table);
    struct span sealed;
    enum code code = txn_get(txn, open->dbi, key, &sealed);
    if (code == CODE_OK && !sealed_stamp(sealed, ret_stamp))
        return txn_fail(txn, CODE_DATA_LOSS, "", "a sealed value of %s is cut short", table->name);
    return code;
}

uint64_t record_count(struct store_txn *txn, const struct table *table)
{
    assert(!txn->in_command || !txn->command.first);
    MDB_stat stat;
    if (txn_error(txn) || mdb_stat(txn->mdb, store_table(txn->store, table)->dbi, &stat) != 0)
        return 0;
    return stat.ms_entries;
}
