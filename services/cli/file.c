/* Whole files in and out. In: a path. Out: bytes in the arena; or a file that is there whole or not at all.
 */

#include "services/cli/file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PART = 64 * 1024, WORDS_FILE_BYTES_MAX = 1024 * 1024 };

static enum code read_open(struct cli *cli, FILE *file, const char *path, size_t most, struct span *ret_bytes,
                           struct fault *ret_fault)
{
    size_t room = PART, size = 0, got;
    uint8_t *bytes = arena_alloc(&cli->arena, room);
    while (bytes && (got = fread(bytes + size, 1, room - size, file)) > 0) {
        size += got;
        if (size > most)
            return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "%s is longer than %zu KB", path,
                             most / 1024);
        if (size < room)
            continue;
        uint8_t *larger = arena_alloc(&cli->arena, room *= 2);
        if (larger)
            memcpy(larger, bytes, size);
        bytes = larger;
    }
    if (!bytes)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    if (ferror(file))
        return fault_set(ret_fault, CODE_NOT_FOUND, "", "%s cannot be read: %s", path, strerror(errno));
    *ret_bytes = span_of(bytes, size);
    return CODE_OK;
}

enum code file_read(struct cli *cli, const char *path, size_t most, struct span *ret_bytes,
                    struct fault *ret_fault)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdin : fopen(path, "re");
    if (!file)
        return fault_set(ret_fault, CODE_NOT_FOUND, "", "%s cannot be read: %s", path, strerror(errno));
    enum code code = read_open(cli, file, path, most, ret_bytes, ret_fault);
    if (!standard)
        fclose(file);
    return code;
}

enum code file_read_text(struct cli *cli, const char *path, const char **ret_text, struct fault *ret_fault)
{
    struct span bytes;
    enum code code = file_read(cli, path, WORDS_FILE_BYTES_MAX, &bytes, ret_fault);
    if (code != CODE_OK)
        return code;
    if (memchr(bytes.data, 0, bytes.size))
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "%s is no text", path);
    char *text = arena_alloc(&cli->arena, bytes.size + 1);
    if (!text)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    memcpy(text, bytes.data, bytes.size);
    text[bytes.size] = 0;
    *ret_text = text;
    return CODE_OK;
}

int file_write(struct cli *cli, const char *path, struct span bytes)
{
    bool standard = strcmp(path, "-") == 0;
    char *beside = arena_format(&cli->arena, "%s.part", path);
    FILE *out = standard ? stdout : beside ? fopen(beside, "we") : NULL;
    if (!out)
        return cli_complain(EX_CANTCREAT, "%s cannot be made: %s", path, strerror(errno));
    bool good = fwrite(bytes.data, 1, bytes.size, out) == bytes.size && fflush(out) == 0;
    if (!standard)
        good = fclose(out) == 0 && good;
    if (good && !standard)
        good = rename(beside, path) == 0;
    if (good)
        return EX_OK;
    int status = cli_complain(EX_IOERR, "%s cannot be written: %s", path, strerror(errno));
    if (!standard)
        unlink(beside);
    return status;
}
