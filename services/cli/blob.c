/* Sends a blob: begun, its parts a few under way, completed with its digest. */

#include "services/cli/blob.h"

#include "services/cli/pipeline.h"
#include "services/cli/show.h"

#include "common/base/limits.h"

#include "ccrag/v1/provisions.pb-c.h"

#include <sodium.h>
#include <stdlib.h>

static enum code send_parts(struct cli *cli, const char *name, uint64_t version, struct span bytes,
                            struct fault *ret_fault)
{
    struct pipeline pipeline;
    enum code code = pipeline_init(&pipeline, cli, IMPORT_WINDOW, ret_fault);
    struct progress progress = {.what = "sending the list, KB"};
    bool good = code == CODE_OK;
    if (!good)
        return code;
    for (size_t at = 0; at < bytes.size && good; at += BLOB_CHUNK_BYTES) {
        size_t left = bytes.size - at;
        Pb__AppendBlobRequest request;
        pb__append_blob_request__init(&request);
        request.name = name;
        request.version = version;
        request.chunk = (uint32_t)(at / BLOB_CHUNK_BYTES);
        request.data.data = (uint8_t *)(uintptr_t)(bytes.data + at);
        request.data.len = left < BLOB_CHUNK_BYTES ? left : BLOB_CHUNK_BYTES;
        good =
            pipeline_send(&pipeline, "ccrag.v1.ProvisionsService/AppendBlob", &request.base, NULL, NULL, at);
        progress_show(&progress, world_mono_us(cli->world), at / 1024, bytes.size / 1024);
    }
    good = pipeline_drain(&pipeline) && good;
    progress_finish(&progress);
    if (!good)
        *ret_fault = pipeline.fault;
    return good ? CODE_OK : pipeline.fault.code;
}

static enum code send_blob(struct cli *cli, const char *name, const char *origin, struct span bytes,
                           size_t items, bool *ret_unchanged, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__BeginBlobRequest begin;
    pb__begin_blob_request__init(&begin);
    begin.name = name;
    begin.origin = origin;
    enum code code = cli_call(cli, NULL, "ProvisionsService/BeginBlob", &begin.base, &response, ret_fault);
    if (code != CODE_OK)
        return code;
    uint64_t version = ((const Pb__BeginBlobResponse *)response)->version;
    code = send_parts(cli, name, version, bytes, ret_fault);
    if (code != CODE_OK)
        return code;
    uint8_t digest[32];
    crypto_generichash(digest, sizeof digest, bytes.data, bytes.size, NULL, 0);
    Pb__FinishBlobRequest finish;
    pb__finish_blob_request__init(&finish);
    finish.name = name;
    finish.version = version;
    finish.items = items;
    finish.digest.data = digest;
    finish.digest.len = sizeof digest;
    code = cli_call(cli, NULL, "ProvisionsService/FinishBlob", &finish.base, &response, ret_fault);
    if (code == CODE_OK)
        *ret_unchanged = ((const Pb__FinishBlobResponse *)response)->unchanged;
    return code;
}

enum code blob_send_postcodes(struct cli *cli, const struct postcode_entry *entries, size_t count,
                              const char *origin, bool *ret_unchanged, struct fault *ret_fault)
{
    size_t size = postcode_table_bytes(count);
    uint8_t *bytes = malloc(size);
    if (!bytes || sodium_init() < 0)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    enum code code = postcode_table_write(entries, count, bytes);
    if (code != CODE_OK)
        fault_set(ret_fault, code, "", "the list has too many postcodes");
    else
        code = send_blob(cli, "postcodes", origin, span_of(bytes, size), count, ret_unchanged, ret_fault);
    free(bytes);
    return code;
}
