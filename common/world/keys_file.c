/* Secrets in files: keys.h gives the format. In comes a path; out goes a secret, or a fault that tells a
 * person what to do and never shows what was read. What was read is wiped from memory on every way out. */

#include "common/world/folder.h"
#include "common/world/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_BYTES_MAX = 128, PATH_BYTES_MAX = 4096 };

static const char HEADING[] = "ccrag-secret-v1";

const char *secret_kind_name(enum secret_kind kind)
{
    switch (kind) {
    case SECRET_CURVE:
        return "curve";
    case SECRET_SEALING:
        return "sealing";
    case SECRET_SIGNING:
        return "signing";
    }
    return "";
}

static enum code system_fault(const char *what, const char *path, struct fault *ret_fault)
{
    int number = errno;
    enum code code = CODE_INTERNAL;
    if (number == ENOENT || number == ENOTDIR)
        code = CODE_NOT_FOUND;
    else if (number == EACCES || number == EPERM || number == EROFS)
        code = CODE_PERMISSION_DENIED;
    else if (number == EEXIST)
        code = CODE_ALREADY_EXISTS;
    else if (number == ENOSPC || number == EDQUOT || number == EMFILE || number == ENFILE)
        code = CODE_RESOURCE_EXHAUSTED;
    return fault_set(ret_fault, code, "", "cannot %s %.160s: %s", what, path, strerror(number));
}

/* systemd mounts this folder for one unit alone; its files may belong to root, readable by us through an
 * access list that shows as the group's bits. */
static bool is_credential(const char *path)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    size_t length = folder ? strlen(folder) : 0;
    return length > 1 && strncmp(path, folder, length) == 0 && path[length] == '/' && !strstr(path, "/../");
}

static enum code check_owner(int fd, const char *path, struct fault *ret_fault)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return system_fault("look at", path, ret_fault);
    if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode))
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "%.160s is not a file", path);
    bool credential = is_credential(path);
    if (status.st_uid != geteuid() && !(credential && status.st_uid == 0))
        return fault_set(
            ret_fault, CODE_FAILED_PRECONDITION, "",
            "%.160s belongs to user %u, not to the one running this (%u); give it away with chown", path,
            (unsigned)status.st_uid, (unsigned)geteuid());
    unsigned excess = status.st_mode & (credential ? 037 : 077);
    if (excess != 0)
        return fault_set(ret_fault, CODE_FAILED_PRECONDITION, "",
                         "%.160s may be used by others (mode %04o); run: chmod 600 %.100s", path,
                         (unsigned)status.st_mode & 07777, path);
    return CODE_OK;
}

/* The whole file; its size, or -1 when it cannot be read. One byte more than a secret's line tells a longer
 * file. */
static ssize_t read_line(int fd, char line[LINE_BYTES_MAX])
{
    size_t size = 0;
    while (size < LINE_BYTES_MAX) {
        ssize_t got = read(fd, line + size, LINE_BYTES_MAX - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        size += (size_t)got;
    }
    return (ssize_t)size;
}

static enum code parse_line(const char *line, size_t size, const char *path, enum secret_kind kind,
                            struct secret *ret_secret, struct fault *ret_fault)
{
    struct span rest = span_of(line, size);
    if (!span_has_prefix(rest, span_of_text("ccrag-secret-v1 ")))
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "%.160s does not begin with %s", path,
                         HEADING);
    char start[64];
    int length = snprintf(start, sizeof start, "%s %s ", HEADING, secret_kind_name(kind));
    if (!span_has_prefix(rest, span_of_text(start)))
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "%.160s does not hold a %s secret", path,
                         secret_kind_name(kind));
    const char *hex = line + length;
    size_t hex_size = size - (size_t)length;
    if (hex_size > 0 && hex[hex_size - 1] == '\n')
        hex_size--;
    struct secret secret;
    size_t count = 0;
    bool ok = hex_size == 2 * SECRET_BYTES &&
              sodium_hex2bin(secret.bytes, SECRET_BYTES, hex, hex_size, NULL, &count, NULL) == 0 &&
              count == SECRET_BYTES;
    if (ok)
        *ret_secret = secret;
    secret_wipe(&secret);
    if (!ok)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "%.160s is damaged: no 64 hexadecimal digits",
                         path);
    return CODE_OK;
}

enum code secret_read(const char *path, enum secret_kind kind, struct secret *ret_secret,
                      struct fault *ret_fault)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return system_fault("open", path, ret_fault);
    enum code code = check_owner(fd, path, ret_fault);
    if (code == CODE_OK) {
        char line[LINE_BYTES_MAX];
        ssize_t size = read_line(fd, line);
        code = size < 0 ? system_fault("read", path, ret_fault)
                        : parse_line(line, (size_t)size, path, kind, ret_secret, ret_fault);
        sodium_memzero(line, sizeof line);
    }
    close(fd);
    return code;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t put = write(fd, bytes, size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        bytes += put;
        size -= (size_t)put;
    }
    return true;
}

static bool put_in_place(const char *temporary, const char *path, bool replace)
{
    if (replace)
        return rename(temporary, path) == 0;
    /* link(2), unlike rename(2), refuses a name that is taken, in one step. */
    if (link(temporary, path) != 0)
        return false;
    unlink(temporary);
    return true;
}

enum code secret_write(const char *path, enum secret_kind kind, const struct secret *secret, bool replace,
                       struct fault *ret_fault)
{
    char temporary[PATH_BYTES_MAX];
    if ((size_t)snprintf(temporary, sizeof temporary, "%s.XXXXXX", path) >= sizeof temporary)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "path longer than %d bytes",
                         PATH_BYTES_MAX - 8);
    int fd = mkostemp(temporary, O_CLOEXEC); /* mode 0600 from the start */
    if (fd < 0)
        return system_fault("write", path, ret_fault);
    char line[LINE_BYTES_MAX];
    int size = snprintf(line, sizeof line, "%s %s ", HEADING, secret_kind_name(kind));
    sodium_bin2hex(line + size, sizeof line - (size_t)size, secret->bytes, SECRET_BYTES);
    size += 2 * SECRET_BYTES;
    line[size++] = '\n';
    bool ok = write_all(fd, line, (size_t)size) && fsync(fd) == 0;
    sodium_memzero(line, sizeof line);
    close(fd);
    ok = ok && put_in_place(temporary, path, replace);
    if (!ok) {
        enum code code = system_fault("write", path, ret_fault);
        unlink(temporary);
        return code;
    }
    if ((errno = folder_of_sync(path)) != 0) /* the new name itself survives a loss of power */
        return system_fault("write", path, ret_fault);
    return CODE_OK;
}

enum code curve_pair_read(const char *path, struct curve_pair *ret_pair, struct fault *ret_fault)
{
    struct secret secret;
    enum code code = secret_read(path, SECRET_CURVE, &secret, ret_fault);
    if (code != CODE_OK)
        return code;
    curve_pair_of(&secret, ret_pair);
    secret_wipe(&secret);
    return CODE_OK;
}

enum code curve_pair_write(const char *path, const struct curve_pair *pair, bool replace,
                           struct fault *ret_fault)
{
    struct secret secret;
    memcpy(secret.bytes, pair->secret_key.bytes, SECRET_BYTES);
    enum code code = secret_write(path, SECRET_CURVE, &secret, replace, ret_fault);
    secret_wipe(&secret);
    return code;
}
