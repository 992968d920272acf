/* Kills the program that it is linked into, as kill -9 does, before its DIE_AT-th change of a file or folder.
 *
 * In: DIE_AT; DIE_LOG, a file to which the changes are written that are come to. The linker puts these
 * functions before libc's (CMakeLists.txt). */

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void step(const char *what)
{
    static unsigned long count;
    const char *at = getenv("DIE_AT"), *log = getenv("DIE_LOG");
    count++;
    FILE *file = log ? fopen(log, "a") : NULL;
    if (file) {
        fprintf(file, "%lu %s\n", count, what);
        fclose(file);
    }
    if (at && strtoul(at, NULL, 10) == count)
        kill(getpid(), SIGKILL);
}

#define WRAP(type, name, parameters, arguments)                                                              \
    type __real_##name parameters;                                                                           \
    type __wrap_##name parameters;                                                                           \
    type __wrap_##name parameters                                                                            \
    {                                                                                                        \
        step(#name);                                                                                         \
        return __real_##name arguments;                                                                      \
    }

WRAP(int, mkdir, (const char *path, mode_t mode), (path, mode))
WRAP(int, rmdir, (const char *path), (path))
WRAP(int, unlink, (const char *path), (path))
WRAP(int, rename, (const char *from, const char *to), (from, to))
WRAP(int, renameat2, (int above, const char *from, int other, const char *to, unsigned flags),
     (above, from, other, to, flags))
WRAP(int, fsync, (int descriptor), (descriptor))
WRAP(ssize_t, write, (int descriptor, const void *bytes, size_t size), (descriptor, bytes, size))
WRAP(int, mdb_txn_commit, (void *txn), (txn))

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    unsigned mode = flags & O_CREAT ? va_arg(arguments, unsigned) : 0;
    va_end(arguments);
    if (flags & O_CREAT)
        step("open");
    return __real_open(path, flags, mode);
}
