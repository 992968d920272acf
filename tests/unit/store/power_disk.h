#pragma once
/* A disk whose power can be cut. What this program really writes below one folder is kept as a log of writes,
 * sizes, names and syncs; any instant of it is made again as a loss of power could have left it.
 *
 * What a sync returned for is there; of what was written since, any part is, torn at sectors of 512 bytes.
 * A name is there once its folder was synced, before that perhaps; names of one folder keep their order. A
 * write through a descriptor with O_DSYNC (LMDB's meta pages) is its own sync.
 *
 * In: the calls of the store and of LMDB, which reach the functions here before libc's. LMDB's lock file is
 * left out, which its next opening makes anew. What stdio writes is seen when its file is synced. */

#include "fixture.h"

#include "common/base/limits.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/uio.h>

enum { DISK_FILES = 64, DISK_EVENTS = 100000, DISK_DESCRIPTORS = 256, NAME_BYTES = 32 };

enum event_kind {
    EVENT_WRITE,
    EVENT_SIZE,
    EVENT_SYNC,
    EVENT_NAME,        /* the file has this name from now on; `old`: no longer that one */
    EVENT_NO_NAME,     /* no file has this name from now on */
    EVENT_FOLDER_SYNC, /* the names in `name` */
    EVENT_MARK,        /* the caller's: something was acknowledged */
};

struct event {
    enum event_kind kind;
    unsigned file;
    bool lasting; /* a write that is its own sync */
    size_t offset, size;
    uint8_t *bytes;
    char name[NAME_BYTES], old[NAME_BYTES];
    unsigned mark;
    bool early; /* a mark that only a planted fault reads */
};

struct content {
    uint8_t *bytes;
    size_t size, room;
};

struct disk {
    char root[64];
    struct event events[DISK_EVENTS];
    size_t count;
    unsigned files;
    struct {
        char name[NAME_BYTES];  /* now; empty: none any more */
        bool folder, list;      /* the list of destroyed keys, under whichever name */
        struct content content; /* as the log has it so far */
    } file[DISK_FILES];
    struct {
        unsigned file; /* 0: none of ours */
        bool lasting;
        char folder[NAME_BYTES];
    } descriptors[DISK_DESCRIPTORS];
    bool watching;
};

static struct disk disk;

/* --- the log ----------------------------------------------------------------------------------------- */

static struct event *log_add(enum event_kind kind, unsigned file)
{
    cr_assert(disk.count < DISK_EVENTS);
    struct event *event = &disk.events[disk.count++];
    *event = (struct event){.kind = kind, .file = file};
    return event;
}

static void content_resize(struct content *content, size_t size)
{
    if (size > content->room) {
        content->room = 2 * size;
        content->bytes = realloc(content->bytes, content->room);
    }
    if (size > content->size)
        memset(content->bytes + content->size, 0, size - content->size);
    content->size = size;
}

static void content_write(struct content *content, size_t offset, const uint8_t *bytes, size_t size)
{
    if (offset + size > content->size)
        content_resize(content, offset + size);
    if (size)
        memcpy(content->bytes + offset, bytes, size);
}

static void log_write(unsigned file, bool lasting, size_t offset, const uint8_t *bytes, size_t size)
{
    struct event *event = log_add(EVENT_WRITE, file);
    event->lasting = lasting;
    event->offset = offset;
    event->size = size;
    event->bytes = memcpy(malloc(size + 1), bytes, size);
    content_write(&disk.file[file].content, offset, bytes, size);
}

static void log_size(unsigned file, size_t size)
{
    log_add(EVENT_SIZE, file)->size = size;
    content_resize(&disk.file[file].content, size);
}

/* Below the folder, and no lock file: its name there, else NULL. */
static const char *name_of(const char *path)
{
    size_t length = strlen(disk.root);
    if (!disk.watching || strncmp(path, disk.root, length) != 0 || strstr(path, "lock"))
        return NULL;
    if (path[length] == '\0')
        return path + length;
    return path[length] == '/' ? path + length + 1 : NULL;
}

static unsigned file_named(const char *name)
{
    for (unsigned i = 1; i <= disk.files; i++)
        if (strcmp(disk.file[i].name, name) == 0)
            return i;
    return 0;
}

static unsigned file_make(const char *name)
{
    cr_assert(disk.files + 1 < DISK_FILES);
    unsigned file = ++disk.files;
    snprintf(disk.file[file].name, NAME_BYTES, "%s", name);
    disk.file[file].list = strstr(name, "erased") != NULL;
    snprintf(log_add(EVENT_NAME, file)->name, NAME_BYTES, "%s", name);
    return file;
}

/* What came into the file past the functions below, through stdio. */
static void catch_up(int descriptor, unsigned file)
{
    struct stat status;
    uint8_t *bytes = NULL;
    char path[100];
    snprintf(path, sizeof path, "%s/%s", disk.root, disk.file[file].name);
    FILE *stream = fopen(path, "rb");
    cr_assert(stream && fstat(descriptor, &status) == 0, "%s: %s", path, strerror(errno));
    size_t size = (size_t)status.st_size, from = 0, known = disk.file[file].content.size;
    bytes = malloc(size + 1);
    cr_assert(bytes && fread(bytes, 1, size, stream) == size);
    fclose(stream);
    if (size < known)
        log_size(file, size);
    while (from < size && from < known && bytes[from] == disk.file[file].content.bytes[from])
        from++;
    if (from < size)
        log_write(file, false, from, bytes + from, size - from);
    free(bytes);
}

static void disk_mark(unsigned mark, bool early)
{
    struct event *event = log_add(EVENT_MARK, 0);
    event->mark = mark;
    event->early = early;
}

/* --- in the place of libc's -------------------------------------------------------------------------- */

#define REAL(name, type) ((type)dlsym(RTLD_NEXT, name))

static unsigned watched(int descriptor)
{
    return descriptor >= 0 && descriptor < DISK_DESCRIPTORS ? disk.descriptors[descriptor].file : 0;
}

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    unsigned mode = flags & O_CREAT ? va_arg(arguments, unsigned) : 0;
    va_end(arguments);
    int descriptor = REAL("open", int (*)(const char *, int, ...))(path, flags, mode);
    const char *name = name_of(path);
    if (descriptor < 0 || descriptor >= DISK_DESCRIPTORS)
        return descriptor;
    memset(&disk.descriptors[descriptor], 0, sizeof disk.descriptors[descriptor]); /* fclose told nobody */
    struct stat status;
    if (!name)
        return descriptor;
    if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
        snprintf(disk.descriptors[descriptor].folder, NAME_BYTES, "%s", name[0] ? name : ".");
        return descriptor;
    }
    unsigned file = file_named(name);
    if (!file)
        file = file_make(name);
    if (flags & O_TRUNC)
        log_size(file, 0);
    disk.descriptors[descriptor].file = file;
    disk.descriptors[descriptor].lasting = (flags & O_DSYNC) != 0;
    return descriptor;
}

int close(int descriptor)
{
    if (descriptor >= 0 && descriptor < DISK_DESCRIPTORS)
        memset(&disk.descriptors[descriptor], 0, sizeof disk.descriptors[descriptor]);
    return REAL("close", int (*)(int))(descriptor);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t offset)
{
    ssize_t done =
        REAL("pwrite", ssize_t(*)(int, const void *, size_t, off_t))(descriptor, bytes, size, offset);
    if (watched(descriptor) && done > 0)
        log_write(watched(descriptor), disk.descriptors[descriptor].lasting, (size_t)offset, bytes,
                  (size_t)done);
    return done;
}

ssize_t writev(int descriptor, const struct iovec *parts, int count)
{
    off_t at = watched(descriptor) ? lseek(descriptor, 0, SEEK_CUR) : 0;
    ssize_t done = REAL("writev", ssize_t(*)(int, const struct iovec *, int))(descriptor, parts, count);
    for (ssize_t i = 0, left = done; watched(descriptor) && left > 0; left -= (ssize_t)parts[i++].iov_len) {
        size_t size = parts[i].iov_len < (size_t)left ? parts[i].iov_len : (size_t)left;
        log_write(watched(descriptor), disk.descriptors[descriptor].lasting, (size_t)at, parts[i].iov_base,
                  size);
        at += (off_t)size;
    }
    return done;
}

ssize_t write(int descriptor, const void *bytes, size_t size)
{
    if (!watched(descriptor))
        return REAL("write", ssize_t(*)(int, const void *, size_t))(descriptor, bytes, size);
    struct iovec part = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = size};
    return writev(descriptor, &part, 1);
}

int ftruncate(int descriptor, off_t size)
{
    int result = REAL("ftruncate", int (*)(int, off_t))(descriptor, size);
    if (watched(descriptor) && result == 0)
        log_size(watched(descriptor), (size_t)size);
    return result;
}

static void log_sync(int descriptor)
{
    if (watched(descriptor)) {
        catch_up(descriptor, watched(descriptor));
        log_add(EVENT_SYNC, watched(descriptor));
    } else if (descriptor >= 0 && descriptor < DISK_DESCRIPTORS && disk.descriptors[descriptor].folder[0]) {
        snprintf(log_add(EVENT_FOLDER_SYNC, 0)->name, NAME_BYTES, "%s", disk.descriptors[descriptor].folder);
    }
}

int fsync(int descriptor)
{
    log_sync(descriptor);
    return REAL("fsync", int (*)(int))(descriptor);
}

int fdatasync(int descriptor)
{
    log_sync(descriptor);
    return REAL("fdatasync", int (*)(int))(descriptor);
}

int rename(const char *from, const char *to)
{
    int result = REAL("rename", int (*)(const char *, const char *))(from, to);
    const char *old = name_of(from), *name = name_of(to);
    if (result == 0 && old && name) {
        unsigned file = file_named(old), replaced = file_named(name);
        if (replaced)
            disk.file[replaced].name[0] = '\0';
        snprintf(disk.file[file].name, NAME_BYTES, "%s", name);
        struct event *event = log_add(EVENT_NAME, file);
        snprintf(event->name, NAME_BYTES, "%s", name);
        snprintf(event->old, NAME_BYTES, "%s", old);
    }
    return result;
}

int unlink(const char *path)
{
    int result = REAL("unlink", int (*)(const char *))(path);
    const char *name = name_of(path);
    unsigned file = result == 0 && name ? file_named(name) : 0;
    if (file) {
        disk.file[file].name[0] = '\0';
        snprintf(log_add(EVENT_NO_NAME, file)->name, NAME_BYTES, "%s", name);
    }
    return result;
}

int mkdir(const char *path, mode_t mode)
{
    int result = REAL("mkdir", int (*)(const char *, mode_t))(path, mode);
    if (result == 0 && name_of(path))
        disk.file[file_make(name_of(path))].folder = true;
    return result;
}

/* From now on, below this folder, which is there. */
static void disk_watch(const char *root)
{
    memset(&disk, 0, sizeof disk);
    snprintf(disk.root, sizeof disk.root, "%s", root);
    disk.watching = true;
}

/* What is there already lasts, but for its name: as if it had all been written and synced now. */
static void disk_adopt(const char *name, bool folder)
{
    char path[100];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", disk.root, name);
    if (stat(path, &status) != 0)
        return;
    disk.file[file_make(name)].folder = folder;
    int descriptor = open(path, folder ? O_RDONLY | O_DIRECTORY : O_RDWR);
    cr_assert(descriptor >= 0 && fsync(descriptor) == 0);
    close(descriptor);
}

static void disk_finish(void)
{
    for (size_t i = 0; i < disk.count; i++)
        free(disk.events[i].bytes);
    for (unsigned i = 1; i <= disk.files; i++)
        free(disk.file[i].content.bytes);
    disk.watching = false;
}
