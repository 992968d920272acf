/* What the registry does by itself: loads the list of postcodes, finds positions anew after a new list, ends
 * sessions, and tells what a follower may see. In: timers and the frame's questions. Out: records written, in
 * slices. */

#include "services/registry/registry.h"

#include "common/base/limits.h"
#include "common/service/membership.h"
#include "common/store/blob.h"
#include "services/registry/records.h"
#include "services/registry/rules_position.h"

#include <stdlib.h>

struct registry *registry_of(const struct command *command)
{
    return command->context;
}

/* --- the list of postcodes --------------------------------------------------------------------------- */

static void forget_postcodes(struct registry *registry)
{
    free(registry->postcode_bytes);
    registry->postcode_bytes = NULL;
    registry->postcodes = (struct postcode_table){0};
    registry->postcodes_version = 0;
}

static enum code read_chunks(struct store_txn *txn, const Pb__BlobHead *head, uint8_t *bytes)
{
    struct arena arena;
    arena_init(&arena, 2 * BLOB_CHUNK_BYTES + 64 * 1024);
    enum code code = CODE_OK;
    size_t at = 0;
    for (uint32_t chunk = 0; chunk < head->chunks && code == CODE_OK; chunk++) {
        struct span data;
        code = blob_read(txn, head->name, head->version, chunk, &arena, &data);
        if (code == CODE_OK && data.size > head->size - at)
            code = CODE_DATA_LOSS;
        if (code == CODE_OK) {
            memcpy(bytes + at, data.data, data.size);
            at += data.size;
        }
        arena_reset(&arena);
    }
    arena_finish(&arena);
    return code == CODE_OK && at != head->size ? CODE_DATA_LOSS : code;
}

/* Reads a version of the list; the bytes are the caller's to free. */
static enum code read_postcodes(struct store_txn *txn, const Pb__BlobHead *head, uint8_t **ret_bytes,
                                struct postcode_table *ret_table)
{
    uint8_t *bytes = malloc(head->size ? head->size : 1);
    if (!bytes)
        return CODE_RESOURCE_EXHAUSTED;
    enum code code = read_chunks(txn, head, bytes);
    if (code == CODE_OK)
        code = postcode_table_load(span_of(bytes, head->size), ret_table, NULL);
    if (code)
        free(bytes);
    else
        *ret_bytes = bytes;
    return code;
}

enum code postcodes_check(struct command *command, const Pb__BlobHead *head)
{
    uint8_t *bytes = NULL;
    struct postcode_table table;
    enum code code = read_postcodes(command->txn, head, &bytes, &table);
    free(bytes);
    return code == CODE_DATA_LOSS
               ? refuse(command, CODE_INVALID_ARGUMENT, "", "this is no whole, sorted table of postcodes")
               : code;
}

/* Takes the newest list of the store, if it is another one than is held. */
static enum code load_postcodes(struct registry *registry, struct store_txn *txn, struct arena *arena)
{
    const Pb__BlobHead *head;
    enum code code = blob_head(txn, POSTCODES_BLOB, arena, &head);
    if (code || head->version == registry->postcodes_version)
        return code == CODE_NOT_FOUND ? CODE_OK : code;
    uint8_t *bytes = NULL;
    struct postcode_table table;
    code = read_postcodes(txn, head, &bytes, &table);
    if (code)
        return code;
    forget_postcodes(registry);
    registry->postcode_bytes = bytes;
    registry->postcodes = table;
    registry->postcodes_version = head->version;
    return CODE_OK;
}

const struct postcode_table *postcodes_of(struct command *command)
{
    struct registry *registry = registry_of(command);
    /* One that cannot be read is tried again, and told of, by the timer; until then the one before serves. */
    (void)load_postcodes(registry, command->txn, command->arena);
    return &registry->postcodes;
}

enum code registry_start(struct service *service, struct fault *ret_fault)
{
    struct store_txn *txn;
    struct arena arena;
    arena_init(&arena, 64 * 1024);
    enum code code = store_read_begin(service_store(service), &txn);
    if (code == CODE_OK) {
        code = load_postcodes(service_context(service), txn, &arena);
        store_end(txn);
    }
    arena_finish(&arena);
    return code ? fault_set(ret_fault, code, "", "the list of postcodes in the store cannot be read")
                : CODE_OK;
}

void registry_stop(struct service *service)
{
    forget_postcodes(service_context(service));
}

/* --- positions --------------------------------------------------------------------------------------- */

/* Up to this version of the list, positions have been found. */
#define POSITIONS_DONE "positions_by_postcodes"

static const struct table *const placed_tables[] = {&table_authorities, &table_provisions};
enum { PLACED_TABLES = sizeof placed_tables / sizeof placed_tables[0] };

static bool place_anew(struct registry *registry, ProtobufCMessage *record, struct arena *arena)
{
    if (record->descriptor == &pb__authority__descriptor)
        return authority_place(&registry->postcodes, (Pb__Authority *)record, arena);
    return provision_place(&registry->postcodes, (Pb__Provision *)record, arena);
}

/* Looks at the next records of the walk, then writes those whose position is another now. */
static enum code walk_slice(struct command *command, struct registry *registry, const struct table *table,
                            bool *ret_end)
{
    struct position_walk *walk = &registry->walk;
    struct record_scan scan = {.txn = command->txn, .table = table, .after = walk->key_size > 0};
    scan.first = arena_copy(command->arena, span_of(walk->key, walk->key_size));
    ProtobufCMessage *moved[POSITIONS_SLICE], *record;
    size_t count = 0, seen = 0;
    enum code code = CODE_OK;
    while (seen < POSITIONS_SLICE) {
        struct arena_mark mark = arena_mark(command->arena);
        code = record_scan_next(&scan, command->arena, &record);
        if (code)
            break;
        seen++;
        walk->key_size = scan.key.size < sizeof walk->key ? scan.key.size : sizeof walk->key;
        memcpy(walk->key, scan.key.data, walk->key_size);
        if (place_anew(registry, record, command->arena))
            moved[count++] = record;
        else
            arena_release(command->arena, mark);
    }
    record_scan_finish(&scan);
    if (code && code != CODE_NOT_FOUND)
        return code;
    for (size_t i = 0; i < count; i++) {
        enum code put = record_put(command->txn, table, moved[i]);
        if (put)
            return put;
    }
    if (count)
        command->subject = table->name;
    *ret_end = code == CODE_NOT_FOUND;
    return CODE_OK;
}

enum code registry_find_positions(struct command *command)
{
    struct registry *registry = registry_of(command);
    struct position_walk *walk = &registry->walk;
    uint64_t done = 0;
    enum code code = load_postcodes(registry, command->txn, command->arena);
    if (code == CODE_OK)
        code = store_meta_get_u64(command->txn, POSITIONS_DONE, &done);
    if (code || registry->postcodes_version == done)
        return code;
    if (walk->version != registry->postcodes_version)
        *walk = (struct position_walk){.version = registry->postcodes_version};
    bool end = false;
    code = walk_slice(command, registry, placed_tables[walk->table], &end);
    if (code) {
        *walk =
            (struct position_walk){0}; /* from the beginning: what is found already is not written again */
        return code;
    }
    if (end)
        *walk = (struct position_walk){.version = walk->version, .table = walk->table + 1};
    if (walk->table == PLACED_TABLES) {
        code = store_meta_put_u64(command->txn, POSITIONS_DONE, walk->version);
        *walk = (struct position_walk){0};
        return code;
    }
    command->again = true;
    return CODE_OK;
}

/* --- sessions ---------------------------------------------------------------------------------------- */

enum { SESSIONS_SLICE = 500 };

enum code registry_sweep_sessions(struct command *command)
{
    struct record_scan scan = {.txn = command->txn, .table = &table_sessions};
    struct span ended[SESSIONS_SLICE];
    size_t count = 0;
    ProtobufCMessage *record;
    enum code code = CODE_OK;
    while (count < SESSIONS_SLICE) {
        struct arena_mark mark = arena_mark(command->arena);
        code = record_scan_next(&scan, command->arena, &record);
        if (code)
            break;
        if (((const Pb__Session *)record)->expires_at_ms <= command->now_ms)
            ended[count++] = scan.key;
        else
            arena_release(command->arena, mark);
    }
    record_scan_finish(&scan);
    if (code && code != CODE_NOT_FOUND)
        return code;
    command->again = count == SESSIONS_SLICE;
    for (size_t i = 0; i < count; i++) {
        code = record_delete(command->txn, &table_sessions, ended[i]);
        if (code)
            return code;
    }
    return CODE_OK;
}

/* --- what the frame asks ----------------------------------------------------------------------------- */

static const struct membership membership = {&table_authorities, &table_regions};

bool registry_entitle(struct service *service, const struct principal *principal,
                      struct entitlement *ret_entitlement, uint64_t *ret_number)
{
    return membership_entitle(service, &membership, principal, ret_entitlement, ret_number);
}

bool registry_is_demonstration(struct service *service)
{
    return membership_is_demonstration(service, &membership);
}
