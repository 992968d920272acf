/* How new the newest roster is that a program has read, for a program without a store or whose store is made
 * anew. In: serial and removals. Out: a line of text in the region's run folder, whole or not there. */

#include "common/service/region.h"
#include "common/world/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { PATH_BYTES = 512, LINE_BYTES = 64 };

static enum code path_of_known(const struct region *region, const char *program, char ret_path[PATH_BYTES],
                               struct fault *ret_fault)
{
    int size = snprintf(ret_path, PATH_BYTES, "%s/run/%s.roster", region_directory(region), program);
    if (size < 0 || size >= PATH_BYTES)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "the path of the region is too long");
    return CODE_OK;
}

enum code region_read_known(const struct region *region, const char *program, struct roster_known *ret_known,
                            struct fault *ret_fault)
{
    char path[PATH_BYTES], line[LINE_BYTES], end;
    struct roster_known known = {0, 0};
    enum code code = path_of_known(region, program, path, ret_fault);
    if (code != CODE_OK)
        return code;
    FILE *file = fopen(path, "re");
    if (!file && errno == ENOENT) {
        *ret_known = known;
        return CODE_OK;
    }
    bool good = file && fgets(line, sizeof line, file) &&
                sscanf(line, "%" SCNu64 " %" SCNu64 "%c", &known.serial, &known.revocations, &end) == 3 &&
                end == '\n';
    if (file)
        fclose(file);
    if (!good)
        return fault_set(ret_fault, CODE_FAILED_PRECONDITION, "",
                         "%.160s does not say which roster is known; remove it if the roster is the newest",
                         path);
    *ret_known = known;
    return CODE_OK;
}

static bool is_as_new(const struct roster_known *a, const struct roster_known *b)
{
    return a->serial > b->serial || (a->serial == b->serial && a->revocations >= b->revocations);
}

static enum code write_known(const char *path, const struct roster_known *known, struct fault *ret_fault)
{
    char line[LINE_BYTES];
    int size = snprintf(line, sizeof line, "%" PRIu64 " %" PRIu64 "\n", known->serial, known->revocations);
    enum code code = region_write_file(path, line, (size_t)size, ret_fault);
    int error = code == CODE_OK ? folder_of_sync(path) : 0;
    return error ? fault_set(ret_fault, CODE_PERMISSION_DENIED, "", "%.160s cannot be written: %s", path,
                             strerror(error))
                 : code;
}

/* Two programs may have one name, and so one file: what the one knows is not lowered by the other. */
enum code region_keep_known(const struct region *region, const char *program,
                            const struct roster_known *known, struct fault *ret_fault)
{
    char path[PATH_BYTES], folder[PATH_BYTES];
    struct roster_known there = {0, 0};
    enum code code = path_of_known(region, program, path, ret_fault);
    if (code != CODE_OK)
        return code;
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0 || flock(lock, LOCK_EX) != 0)
        code = fault_set(ret_fault, CODE_PERMISSION_DENIED, "", "%.160s cannot be locked: %s", folder,
                         strerror(errno));
    if (code == CODE_OK)
        code = region_read_known(region, program, &there, ret_fault);
    if (code == CODE_OK && !is_as_new(&there, known))
        code = write_known(path, known, ret_fault);
    if (lock >= 0)
        close(lock);
    return code;
}
