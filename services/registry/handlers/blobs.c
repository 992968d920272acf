/* Reference lists, kept as blobs: the list of postcodes. In: its parts. Out: a new version, whole and
 * readable, or none. Positions that depend on it are found anew by a timer (registry.c). */

#define SERVICE_TYPE Pb__ProvisionsService_Service

#include "services/registry/handlers/support.h"

#include "common/base/limits.h"
#include "common/store/blob.h"

#include <stdlib.h>

enum { BLOB_DIGEST_BYTES = 32 };

static enum code check_name(struct command *command, const char *name)
{
    return check(command, strcmp(name, POSTCODES_BLOB) == 0 ? REFUSAL_NONE : REFUSAL_BLOB_UNKNOWN);
}

HANDLE(BeginBlob, begin_blob)
{
    TRY(check_record(command, &in->base));
    TRY(check_name(command, in->name));
    command->subject = POSTCODES_BLOB;
    return blob_begin(command->txn, in->name, in->origin, &out->version);
}

HANDLE(AppendBlob, append_blob)
{
    (void)out;
    TRY(check_name(command, in->name));
    command->subject = POSTCODES_BLOB;
    return blob_append(command->txn, in->name, in->version, in->chunk, span_of(in->data.data, in->data.len));
}

HANDLE(FinishBlob, finish_blob)
{
    const Pb__BlobHead *head;
    const struct audience everyone = {
        .groups = AUDIENCE_SERVICES | AUDIENCE_WORKERS | AUDIENCE_HOST | AUDIENCE_MEMBERS,
    };
    TRY(check_name(command, in->name));
    if (in->digest.len != BLOB_DIGEST_BYTES)
        return refuse(command, CODE_INVALID_ARGUMENT, "digest", "a digest has %d bytes", BLOB_DIGEST_BYTES);
    TRY(blob_finish(command->txn, in->name, in->version, in->items, in->digest.data, &everyone,
                    command->arena, &head));
    out->unchanged = head->version != in->version;
    out->version = head->version;
    command->subject = POSTCODES_BLOB;
    return out->unchanged ? CODE_OK : postcodes_check(command, head);
}
