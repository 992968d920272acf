/* Data files of stores that are used again, with the memory that the system has mapped of them: to make each
 * of its pages known anew, zeroed, for twenty stores of each schedule costs more than to write them.
 *
 * In: LMDB's calls of mmap and munmap, and the folder of a schedule that is over. Out: the same memory again
 * for the same file; and for a new store a file of an earlier schedule, whose first two pages say that
 * nothing is in it, as those of a new one do. What is behind them LMDB takes for pages that it never used,
 * and writes before it reads. Not with the sanitizers. */

#include "tests/sim/files.h"

#ifndef __SANITIZE_ADDRESS__

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { KEPT_MAX = 32, METAS_BYTES = 2 * 4096, MAP_LEAST = 1024 * 1024 };

static struct kept {
    void *map; /* NULL: none */
    size_t size;
    dev_t device;
    ino_t number;
    bool mapped;    /* LMDB has it */
    char path[200]; /* of the file while no store has it; empty: in a store's folder, or gone */
} kept[KEPT_MAX];

static char metas[METAS_BYTES];
static bool has_metas;

static void *map_anew(void *at, size_t size, int protection, int flags, int descriptor, off_t offset)
{
    long map = syscall(SYS_mmap, at, size, protection, flags, descriptor, offset);
    return (void *)map; // NOLINT: as the system gives it
}

static struct kept *find(const struct stat *status)
{
    for (unsigned i = 0; i < KEPT_MAX; i++)
        if (kept[i].map && kept[i].number == status->st_ino && kept[i].device == status->st_dev)
            return &kept[i];
    return NULL;
}

void *mmap(void *at, size_t size, int protection, int flags, int descriptor, off_t offset)
{
    struct stat status;
    bool data = descriptor >= 0 && flags == MAP_SHARED && protection == (PROT_READ | PROT_WRITE) &&
                size >= MAP_LEAST && offset == 0 && !at && fstat(descriptor, &status) == 0;
    struct kept *known = data ? find(&status) : NULL;
    if (known && !known->mapped && known->size == size) {
        known->mapped = true;
        return known->map;
    }
    void *map = map_anew(at, size, protection, flags, descriptor, offset);
    for (unsigned i = 0; data && !known && map != MAP_FAILED && i < KEPT_MAX; i++)
        if (!kept[i].map) {
            kept[i] = (struct kept){
                .map = map, .size = size, .device = status.st_dev, .number = status.st_ino, .mapped = true};
            break;
        }
    return map;
}

int munmap(void *map, size_t size)
{
    for (unsigned i = 0; i < KEPT_MAX; i++)
        if (kept[i].map == map && kept[i].mapped && kept[i].size == size) {
            kept[i].mapped = false;
            return 0;
        }
    return (int)syscall(SYS_munmap, map, size);
}

/* Is a data file's beginning made there (common/store/env.c)? */
static bool is_beginning(const char *path, unsigned flags)
{
    static const char name[] = "/data.mdb.new";
    size_t size = strlen(path);
    return flags & MDB_NOSUBDIR && !(flags & MDB_RDONLY) && size >= sizeof name &&
           strcmp(path + size - (sizeof name - 1), name) == 0;
}

void files_put(const char *path, unsigned flags)
{
    unsigned i = 0;
    while (i < KEPT_MAX && !kept[i].path[0])
        i++;
    if (i == KEPT_MAX || !has_metas || !is_beginning(path, flags))
        return;
    int descriptor = open(kept[i].path, O_WRONLY | O_CLOEXEC);
    if (descriptor >= 0 && pwrite(descriptor, metas, sizeof metas, 0) == sizeof metas)
        rename(kept[i].path, path);
    if (descriptor >= 0)
        close(descriptor);
    kept[i].path[0] = 0;
}

void files_made(MDB_env *env, const char *path, unsigned flags)
{
    int descriptor;
    if (!has_metas && is_beginning(path, flags) && mdb_env_get_fd(env, &descriptor) == 0)
        has_metas = pread(descriptor, metas, sizeof metas, 0) == sizeof metas;
}

bool files_take(const char *path, const char *folder)
{
    struct stat status;
    struct kept *known = stat(path, &status) == 0 ? find(&status) : NULL;
    if (!known || known->mapped || status.st_size != (off_t)known->size)
        return false;
    snprintf(known->path, sizeof known->path, "%s/%u", folder, (unsigned)(known - kept));
    if (rename(path, known->path) == 0)
        return true;
    known->path[0] = 0;
    return false;
}

void files_forget(void)
{
    for (unsigned i = 0; i < KEPT_MAX; i++)
        if (kept[i].map && !kept[i].mapped && !kept[i].path[0]) {
            syscall(SYS_munmap, kept[i].map, kept[i].size);
            kept[i].map = NULL;
        }
}

#else

void files_put(const char *path, unsigned flags)
{
    (void)path, (void)flags;
}

void files_made(MDB_env *env, const char *path, unsigned flags)
{
    (void)env, (void)path, (void)flags;
}

bool files_take(const char *path, const char *folder)
{
    (void)path, (void)folder;
    return false;
}

void files_forget(void)
{
}

#endif
