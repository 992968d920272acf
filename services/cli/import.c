/* What every import shares: the file, its date, and the counts that are told at the end. Which rows a list
 * has is for the readers; which are new is for the registry. */

#include "services/cli/import.h"

#include "services/cli/readers/as_of.h"

#include "common/base/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { ROOM_FIRST = 4 * 1024 * 1024, CHUNK = 1024 * 1024 };

enum code import_load(struct import *import, struct fault *ret_fault)
{
    errno = 0;
    bool standard = strcmp(import->path, "-") == 0;
    gzFile file = standard ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(import->path, "rbe");
    if (!file)
        return fault_set(ret_fault, CODE_NOT_FOUND, "", "%s cannot be read: %s", import->path,
                         errno ? strerror(errno) : "out of memory");
    size_t size = 0, room = ROOM_FIRST;
    uint8_t *bytes = malloc(room);
    int got = 0;
    while (bytes &&
           (got = gzread(file, bytes + size, room - size < CHUNK ? (unsigned)(room - size) : CHUNK)) > 0) {
        size += (size_t)got;
        if (size < room)
            continue;
        uint8_t *larger = room < IMPORT_FILE_BYTES_MAX ? realloc(bytes, room * 2) : NULL;
        if (!larger) {
            free(bytes);
            gzclose(file);
            return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "%s is longer than %d MB", import->path,
                             IMPORT_FILE_BYTES_MAX / (1024 * 1024));
        }
        bytes = larger;
        room *= 2;
    }
    /* A gzip file that was cut says so only when it is closed. */
    int closed = gzclose(file);
    enum code code = CODE_OK;
    if (!bytes || got < 0 || closed != Z_OK)
        code = fault_set(ret_fault, CODE_DATA_LOSS, "", "%s cannot be read to its end: it is cut, or damaged",
                         import->path);
    if (code == CODE_OK)
        import->bytes = span_of(bytes, size);
    else
        free(bytes);
    return code;
}

void import_finish(struct import *import)
{
    free((void *)(uintptr_t)import->bytes.data);
    import->bytes = span_of(NULL, 0);
}

enum code import_as_of(struct import *import, struct fault *ret_fault)
{
    const char *given = cli_option(import->cli, "as-of");
    if (given) {
        struct fault fault = {0};
        if (date_parse(given, &import->reading.as_of, &fault) != CODE_OK)
            return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "--as-of", "%s", fault.reason);
        return CODE_OK;
    }
    const char *name = strrchr(import->path, '/');
    if (!date_is_none(import->reading.as_of) ||
        as_of_in_text(name ? name + 1 : import->path, &import->reading.as_of))
        return CODE_OK;
    return fault_set(
        ret_fault, CODE_FAILED_PRECONDITION, "--as-of",
        "neither the file's title nor its name says of which date the list is; give --as-of DATE");
}

void import_add(struct import *import, const Pb__ImportResult *result, size_t first)
{
    import->added += result->added;
    import->changed += result->changed;
    import->unchanged += result->unchanged;
    import->history += result->history;
    import->closed += result->closed;
    for (size_t i = 0; i < result->n_rejects + result->n_remarks; i++) {
        bool reject = i < result->n_rejects;
        const Pb__ImportReject *issue = reject ? result->rejects[i] : result->remarks[i - result->n_rejects];
        size_t row = first + issue->row;
        unsigned line = row < import->reading.count ? import->reading.lines[row] : 0;
        const char *field = arena_text(import->reading.arena, issue->field);
        if (reject)
            reading_reject(&import->reading, line, field ? field : "", "%s", issue->reason);
        else
            reading_remark(&import->reading, line, field ? field : "", "%s", issue->reason);
    }
}
