/* What every service with a store serves for those who operate it: copies, and its audit log.
 *
 * Copies and the check of the whole log take their time on a thread of the pool, each with a read transaction
 * of its own; commands go on meanwhile. A copy is opened once before it is answered for: one that cannot be
 * opened is found out when it is made, not when it is needed. */

#include "common/service/internal.h"
#include "common/service/stores.h"

#include "ccrag/v1/handlers.h"
#include "ccrag/v1/operate.pb-c.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define SERVICE_TYPE Pb__OperateService_Service

static enum code refuse_without_store(struct command *command)
{
    return refuse(command, CODE_UNIMPLEMENTED, "", "%s keeps no store", command->service->options.name);
}

/* The service's name among those of the region, and of its instance where it has several. */
static const char *store_name(const struct service *service)
{
    return service->options.instance ? service->options.instance : service->options.name;
}

/* --- copies ------------------------------------------------------------------------------------------ */

struct copying {
    struct service *service;
    char above[PATH_MAX], folder[PATH_MAX]; /* backup/NAME, backup/NAME/SERVICE */
    struct store_options options;
    struct store_facts facts;
    uint64_t size;
    uint8_t digest[STORE_DIGEST_BYTES];
    bool made; /* the copy is there */
    enum code code;
    struct fault fault;
};

static bool is_backup_name(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length <= BACKUP_NAME_MAX &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == length;
}

static enum code digest_copy(struct copying *copying)
{
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/data.mdb", copying->folder);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return fault_set(&copying->fault, CODE_INTERNAL, "", "%s cannot be read: %s", path, strerror(errno));
    enum code code = stores_digest(file, -1, NULL, NULL, &copying->size, copying->digest, &copying->fault);
    close(file);
    return code;
}

/* What was copied is answered for, or it is not there. */
static void remove_copy(void *state)
{
    struct copying *copying = state;
    char path[PATH_MAX + 16];
    if (!copying->made)
        return;
    snprintf(path, sizeof path, "%s/data.mdb", copying->folder);
    unlink(path);
    rmdir(copying->folder);
    rmdir(copying->above); /* where it is empty */
}

/* On a thread of the pool. */
static void copy_store(void *state)
{
    struct copying *copying = state;
    struct service *service = copying->service;
    char backup[PATH_MAX];
    snprintf(backup, sizeof backup, "%.*s", (int)(strrchr(copying->above, '/') - copying->above),
             copying->above);
    const char *folders[] = {backup, copying->above};
    for (size_t i = 0; i < 2; i++)
        if (mkdir(folders[i], 0700) != 0 && errno != EEXIST) {
            copying->code = fault_set(&copying->fault, CODE_FAILED_PRECONDITION, "", "%s cannot be made: %s",
                                      folders[i], strerror(errno));
            return;
        }
    copying->code = store_copy(service->store, copying->folder, &copying->fault);
    copying->made = copying->code == CODE_OK;
    if (copying->code == CODE_OK)
        copying->code =
            stores_look(service->world, &copying->options, copying->folder, &copying->facts, &copying->fault);
    if (copying->code == CODE_OK)
        copying->code = digest_copy(copying);
}

static enum code answer_copy(struct command *command, void *state, ProtobufCMessage *answer)
{
    struct copying *copying = state;
    Pb__BackupResponse *out = (Pb__BackupResponse *)(void *)answer;
    command->subject = arena_text(command->arena, store_name(command->service));
    if (copying->code != CODE_OK)
        return refuse(command, copying->code, "", "%s", copying->fault.reason);
    Pb__BackupManifest *manifest = arena_new(command->arena, Pb__BackupManifest);
    Pb__Position *position = arena_new(command->arena, Pb__Position);
    if (!manifest || !position)
        return CODE_RESOURCE_EXHAUSTED;
    pb__backup_manifest__init(manifest);
    pb__position__init(position);
    position->epoch = copying->facts.position.epoch;
    position->sequence = copying->facts.position.sequence;
    manifest->service = store_name(command->service);
    manifest->release = CCRAG_VERSION;
    manifest->position = position;
    manifest->taken_at_ms = command->now_ms;
    manifest->size = copying->size;
    manifest->digest = (ProtobufCBinaryData){STORE_DIGEST_BYTES, copying->digest};
    manifest->audit_lines = copying->facts.audit_lines;
    manifest->audit_head = (ProtobufCBinaryData){STORE_DIGEST_BYTES, copying->facts.audit_head};
    out->manifest = manifest;
    return CODE_OK;
}

HANDLE(Backup, backup)
{
    (void)out;
    struct service *service = command->service;
    if (!service->store)
        return refuse_without_store(command);
    if (!is_backup_name(in->name))
        return refuse(command, CODE_INVALID_ARGUMENT, "name",
                      "a backup's name has 1 to %d letters, digits and dashes", BACKUP_NAME_MAX);
    struct copying *copying = arena_new(command->arena, struct copying);
    if (!copying)
        return CODE_RESOURCE_EXHAUSTED;
    copying->service = service;
    const char *region = region_directory(service->region);
    if ((size_t)snprintf(copying->above, sizeof copying->above, "%s/backup/%s", region, in->name) >=
            sizeof copying->above ||
        (size_t)snprintf(copying->folder, sizeof copying->folder, "%s/backup/%s/%s", region, in->name,
                         store_name(service)) >= sizeof copying->folder)
        return refuse(command, CODE_FAILED_PRECONDITION, "", "the path of the region is too long");
    enum code code =
        stores_options(service->region, service->options.name, &copying->options, &command->fault);
    if (code != CODE_OK)
        return code;
    undo_unless_done(command, remove_copy);
    return defer(command, JOB_POOL_SLOW, copy_store, answer_copy, copying);
}

/* --- the audit log (rule S3) ------------------------------------------------------------------------- */

static Pb__AuditLine *line_of(const struct audit_line *line, struct arena *arena)
{
    Pb__AuditLine *out = arena_new(arena, Pb__AuditLine);
    if (!out)
        return NULL;
    pb__audit_line__init(out);
    out->number = line->number;
    out->at_ms = line->at_ms;
    out->principal = line->principal;
    out->by = line->by;
    out->method = line->method;
    out->outcome = code_name(line->outcome);
    out->subject = line->subject;
    out->detail = line->detail;
    return out;
}

HANDLE(ReadAudit, read_audit)
{
    uint8_t head[AUDIT_HASH_BYTES];
    struct audit_line *lines;
    size_t count;
    if (!command->txn)
        return refuse_without_store(command);
    uint32_t size = in->size ? in->size : PAGE_SIZE_DEFAULT;
    size = size < PAGE_SIZE_MAX ? size : PAGE_SIZE_MAX;
    enum code code = audit_head(command->txn, &out->newest, head);
    uint64_t newest_page = out->newest > size ? out->newest - size + 1 : 1;
    if (code == CODE_OK)
        code = audit_read(command->txn, in->first ? in->first : newest_page, size, command->arena, &lines,
                          &count);
    if (code == CODE_DATA_LOSS)
        return refuse(command, code, "first",
                      "a line among these cannot be read; the check of the log names the first");
    if (code != CODE_OK)
        return code;
    out->lines = arena_array(command->arena, Pb__AuditLine *, count + 1);
    for (size_t i = 0; out->lines && i < count; i++)
        if ((out->lines[out->n_lines] = line_of(&lines[i], command->arena)))
            out->n_lines++;
    return command->arena->exhausted ? CODE_RESOURCE_EXHAUSTED : CODE_OK;
}

struct verifying {
    struct store *store;
    uint64_t lines, bad;
    uint8_t head[AUDIT_HASH_BYTES];
    enum code code;
};

/* On a thread of the pool. */
static void verify_log(void *state)
{
    struct verifying *verifying = state;
    struct store_txn *txn = NULL;
    verifying->code = store_read_begin_aside(verifying->store, &txn);
    if (verifying->code == CODE_OK)
        verifying->code = audit_verify(txn, &verifying->lines, verifying->head, &verifying->bad);
    store_end(txn);
}

static enum code answer_verified(struct command *command, void *state, ProtobufCMessage *answer)
{
    struct verifying *verifying = state;
    Pb__VerifyAuditResponse *out = (Pb__VerifyAuditResponse *)(void *)answer;
    if (verifying->code != CODE_OK && verifying->bad == 0)
        return refuse(command, verifying->code, "", "the audit log cannot be read");
    out->bad_line = verifying->bad;
    out->lines = verifying->bad ? verifying->bad - 1 : verifying->lines;
    if (!verifying->bad)
        out->head = (ProtobufCBinaryData){AUDIT_HASH_BYTES, verifying->head};
    return CODE_OK;
}

HANDLE(VerifyAudit, verify_audit)
{
    (void)in, (void)out;
    struct verifying *verifying = arena_new(command->arena, struct verifying);
    if (!command->service->store)
        return refuse_without_store(command);
    if (!verifying)
        return CODE_RESOURCE_EXHAUSTED;
    verifying->store = command->service->store;
    return defer(command, JOB_POOL_SLOW, verify_log, answer_verified, verifying);
}
