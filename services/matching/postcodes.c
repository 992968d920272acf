/* Fetches the list of postcodes. In: the head that the source's journal named (kept in the table of heads).
 * Out: the same list as a complete blob of the own store, and loaded. Where a chunk does not come or the
 * whole does not verify, it begins again later; until the new list is whole the old one stays. */

#include "services/matching/postcodes.h"

#include "common/store/blob.h"
#include "services/matching/records.h"

#include <stdlib.h>

static enum code read_chunks(struct store_txn *txn, const Pb__BlobHead *head, uint8_t *bytes)
{
    struct arena arena;
    size_t used = 0;
    enum code code = CODE_OK;
    arena_init(&arena, 2 * BLOB_CHUNK_BYTES);
    for (uint32_t chunk = 0; chunk < head->chunks && code == CODE_OK; chunk++) {
        struct span data = {0};
        arena_reset(&arena);
        code = blob_read(txn, POSTCODES_BLOB, head->version, chunk, &arena, &data);
        if (code == CODE_OK && data.size > head->size - used)
            code = CODE_DATA_LOSS;
        if (code == CODE_OK)
            memcpy(bytes + used, data.data, data.size);
        used += data.size;
    }
    arena_finish(&arena);
    return code;
}

static enum code load_blob(struct postcodes *postcodes, struct store_txn *txn, const Pb__BlobHead *head)
{
    struct postcode_table table;
    uint8_t *bytes = malloc(head->size + 1);
    enum code code = bytes ? read_chunks(txn, head, bytes) : CODE_RESOURCE_EXHAUSTED;
    if (code == CODE_OK)
        code = postcode_table_load(span_of(bytes, head->size), &table, NULL);
    if (code != CODE_OK) {
        free(bytes);
        return code;
    }
    free(postcodes->bytes);
    postcodes->bytes = bytes;
    postcodes->table = table;
    if (head->digest.len == sizeof postcodes->digest)
        memcpy(postcodes->digest, head->digest.data, sizeof postcodes->digest);
    return CODE_OK;
}

void postcodes_named(struct worker *worker, const Pb__BlobHead *head)
{
    struct postcodes *postcodes = &worker->postcodes;
    if (strcmp(head->name, POSTCODES_BLOB) != 0)
        return;
    postcodes->wanted = head->version;
    postcodes->current = postcodes->bytes && span_equal(span_of(head->digest.data, head->digest.len),
                                                        span_of(postcodes->digest, sizeof postcodes->digest));
}

enum code postcodes_load(struct worker *worker)
{
    struct store_txn *txn = NULL;
    struct arena arena;
    const Pb__BlobHead *own;
    ProtobufCMessage *wanted;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    enum code code = store_read_begin(service_store(worker->service), &txn);
    if (code == CODE_OK)
        code = blob_head(txn, POSTCODES_BLOB, &arena, &own);
    if (code == CODE_OK)
        code = load_blob(&worker->postcodes, txn, own);
    if (code == CODE_OK || code == CODE_NOT_FOUND)
        code = record_get(txn, &matching_blob_heads, key_of_text(POSTCODES_BLOB), &arena, &wanted);
    if (code == CODE_OK)
        postcodes_named(worker, (const Pb__BlobHead *)wanted);
    store_end(txn);
    arena_finish(&arena);
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

/* --- fetching ---------------------------------------------------------------------------------------- */

static void ask(struct worker *worker);

static enum code source_head(struct store_txn *txn, struct arena *arena, const Pb__BlobHead **ret_head)
{
    ProtobufCMessage *record;
    enum code code = record_get(txn, &matching_blob_heads, key_of_text(POSTCODES_BLOB), arena, &record);
    if (code == CODE_OK)
        *ret_head = (const Pb__BlobHead *)record;
    return code;
}

/* Keeps one chunk, and completes the blob with the last. */
static enum code keep_chunk(struct worker *worker, struct store_txn *txn, struct arena *arena,
                            struct span data, bool *ret_whole)
{
    struct postcodes *postcodes = &worker->postcodes;
    const struct audience nobody = {0};
    const Pb__BlobHead *head, *own;
    enum code code = source_head(txn, arena, &head);
    if (code == CODE_OK && head->version != postcodes->wanted)
        code = CODE_ABORTED;
    if (code == CODE_OK && postcodes->next_chunk == 0)
        code = blob_begin(txn, POSTCODES_BLOB, head->origin, &postcodes->writing);
    if (code == CODE_OK)
        code = blob_append(txn, POSTCODES_BLOB, postcodes->writing, postcodes->next_chunk, data);
    *ret_whole = code == CODE_OK && postcodes->next_chunk + 1 == head->chunks;
    if (!*ret_whole)
        return code;
    if (head->digest.len != 32)
        return CODE_DATA_LOSS;
    return blob_finish(txn, POSTCODES_BLOB, postcodes->writing, head->items, head->digest.data, &nobody,
                       arena, &own);
}

static void came(void *context, const struct client_answer *answer)
{
    struct worker *worker = context;
    struct postcodes *postcodes = &worker->postcodes;
    struct store_txn *txn = NULL;
    struct arena arena;
    bool whole = false;
    postcodes->fetching = false;
    if (answer->fault.code != CODE_OK)
        return; /* asked for again by and by */
    const Pb__ReadBlobResponse *chunk = (const Pb__ReadBlobResponse *)answer->response;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    const struct actor actor = {
        .by = "registry", .principal = "registry", .now_ms = world_wall_ms(service_world(worker->service))};
    enum code code = store_write_begin(service_store(worker->service), &txn);
    if (code == CODE_OK) {
        store_command_begin(txn, &actor, &arena);
        code = keep_chunk(worker, txn, &arena, span_of(chunk->data.data, chunk->data.len), &whole);
        enum code end = store_command_end(txn, code == CODE_OK);
        code = code == CODE_OK ? end : code;
    }
    if (code == CODE_OK)
        code = store_commit(txn);
    else
        store_end(txn);
    arena_finish(&arena);
    postcodes->next_chunk = code == CODE_OK && !whole ? postcodes->next_chunk + 1 : 0;
    if (whole && code == CODE_OK)
        code = postcodes_load(worker);
    if (code != CODE_OK)
        log_event(service_log(worker->service), LOG_WARNING, "postcodes-failed", "code", code_name(code),
                  NULL);
    else if (!whole)
        ask(worker);
}

static void ask(struct worker *worker)
{
    struct postcodes *postcodes = &worker->postcodes;
    const struct call_options options = {.deadline_ms = DEADLINE_MS_DEFAULT};
    struct client *client = service_client(worker->service, matching_sources[SOURCE_REGISTRY], NULL);
    Pb__ReadBlobRequest request;
    pb__read_blob_request__init(&request);
    request.name = POSTCODES_BLOB;
    request.version = postcodes->wanted;
    request.chunk = postcodes->next_chunk;
    postcodes->fetching = client && client_call(client, "ccrag.v1.FeedService/ReadBlob", &request.base,
                                                &options, came, worker) != 0;
}

void postcodes_fetch(struct worker *worker)
{
    const struct postcodes *postcodes = &worker->postcodes;
    if (!postcodes->fetching && postcodes->wanted && !postcodes->current)
        ask(worker);
}
