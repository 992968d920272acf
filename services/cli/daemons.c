/* Starting and finding the services' processes: a pid file each, and the kernel's word that this process is
 * that program. What they do when they run is theirs. */

#include "services/cli/daemons.h"

#include "common/service/region_services.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, LAST_WORDS_BYTES = 2048, DYING_MS = 5000, DYING_POLL_MS = 10 };

const char *daemon_at(size_t index)
{
    size_t count;
    const struct region_service *services = region_services(&count);
    return index < count ? services[index].name : NULL;
}

const char *daemon_program(const char *service, struct arena *arena)
{
    char self[PATH_BYTES];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0)
        return NULL;
    self[length] = 0;
    *strrchr(self, '/') = 0;
    const char *path = arena_format(arena, "%s/ccrag-%s", self, service);
    return path && access(path, X_OK) == 0 ? path : NULL;
}

/* Is this process that service's program? A number is used again, and a zombie is nobody. */
static bool is_program(pid_t pid, const char *service)
{
    char link[64], target[PATH_BYTES], name[64];
    snprintf(link, sizeof link, "/proc/%ld/exe", (long)pid);
    ssize_t length = readlink(link, target, sizeof target - 1);
    if (length <= 0)
        return errno == EACCES;
    target[length] = 0;
    snprintf(name, sizeof name, "/ccrag-%s", service);
    const char *base = strrchr(target, '/');
    return base && strncmp(base, name, strlen(name)) == 0;
}

/* The process that the file names, if there is one of that number. */
static bool process_of(const char *directory, const char *service, const char *suffix, pid_t *ret_pid)
{
    char path[PATH_BYTES];
    long pid = 0;
    snprintf(path, sizeof path, "%s/run/%s.%s", directory, service, suffix);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool read = fscanf(file, "%ld", &pid) == 1;
    fclose(file);
    if (!read || pid <= 0 || (kill((pid_t)pid, 0) != 0 && errno != EPERM))
        return false;
    *ret_pid = (pid_t)pid;
    return true;
}

static bool pid_of(const char *directory, const char *service, const char *suffix, pid_t *ret_pid)
{
    pid_t pid;
    if (!process_of(directory, service, suffix, &pid) || !is_program(pid, service))
        return false;
    if (ret_pid)
        *ret_pid = pid;
    return true;
}

/* Has it been killed, and its memory is gone, but its files and ports are not free yet? A zombie's are. */
static bool is_dying(pid_t pid)
{
    char path[64], target[8], state = 'Z';
    snprintf(path, sizeof path, "/proc/%ld/exe", (long)pid);
    if (readlink(path, target, sizeof target) >= 0 || errno != ENOENT)
        return false;
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool read = fscanf(file, "%*d (%*[^)]) %c", &state) == 1;
    fclose(file);
    return read && state != 'Z' && state != 'X';
}

static void await_end(const char *directory, const char *service)
{
    static const char *const suffixes[] = {"pid", "starting"};
    pid_t pid;
    for (size_t i = 0; i < 2; i++)
        for (unsigned turn = 0; turn < DYING_MS / DYING_POLL_MS &&
                                process_of(directory, service, suffixes[i], &pid) && is_dying(pid);
             turn++)
            usleep(1000 * DYING_POLL_MS);
}

bool daemon_runs(const char *directory, const char *service, pid_t *ret_pid)
{
    return pid_of(directory, service, "pid", ret_pid);
}

bool daemon_lives(const char *directory, const char *service, pid_t *ret_pid)
{
    return daemon_runs(directory, service, ret_pid) || pid_of(directory, service, "starting", ret_pid);
}

/* The file that names the process from its start on, so that one which never becomes ready, and so writes no
 * pid file, can be stopped too. NULL: it cannot be written, and nothing must be started. */
static FILE *note_open(const char *directory, const char *service, struct fault *ret_fault)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/run", directory);
    mkdir(path, 0700); /* a host that was given the region's files alone has none */
    snprintf(path, sizeof path, "%s/run/%s.starting", directory, service);
    FILE *file = fopen(path, "we");
    if (!file)
        fault_set(ret_fault, CODE_INTERNAL, "", "%.200s cannot be written: %s; ccrag-%s was not started",
                  path, strerror(errno), service);
    return file;
}

/* A process that no file names would be found by nobody: it is ended. */
static enum code note_write(FILE *file, const char *service, pid_t pid, struct fault *ret_fault)
{
    bool written = fprintf(file, "%ld\n", (long)pid) > 0;
    if (fclose(file) == 0 && written)
        return CODE_OK;
    int error = errno;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return fault_set(ret_fault, CODE_INTERNAL, "",
                     "run/%s.starting cannot be written: %s; ccrag-%s was not started", service,
                     strerror(error), service);
}

static void become(const char *program, const char *directory, int log)
{
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    setsid();
    dup2(nothing, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    signal(SIGPIPE, SIG_DFL);
    /* Where the kernel gives huge pages only to who asks, malloc is to ask. */
    setenv("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1", 0);
    execl(program, program, "--region", directory, (char *)NULL);
    _exit(EX_UNAVAILABLE);
}

enum code daemon_start(const char *directory, const char *service, struct arena *arena, pid_t *ret_pid,
                       struct fault *ret_fault)
{
    const char *program = daemon_program(service, arena);
    const char *folder = arena_format(arena, "%s/log", directory);
    const char *path = arena_format(arena, "%s/log/%s.log", directory, service);
    if (!program || !folder || !path)
        return fault_set(ret_fault, CODE_NOT_FOUND, "", "the program ccrag-%s is not beside ccrag", service);
    mkdir(folder, 0700);
    int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0)
        return fault_set(ret_fault, CODE_INTERNAL, "", "%s cannot be written: %s", path, strerror(errno));
    await_end(directory, service);
    FILE *note = note_open(directory, service, ret_fault);
    if (!note) {
        close(log);
        return CODE_INTERNAL;
    }
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        become(program, directory, log);
    close(log);
    if (pid < 0) {
        fclose(note);
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "no process can be started: %s",
                         strerror(errno));
    }
    enum code code = note_write(note, service, pid, ret_fault);
    if (code == CODE_OK)
        *ret_pid = pid;
    return code;
}

const char *daemon_last_words(const char *directory, const char *service, struct arena *arena)
{
    char path[PATH_BYTES], tail[LAST_WORDS_BYTES];
    snprintf(path, sizeof path, "%s/log/%s.log", directory, service);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return "";
    off_t size = lseek(file, 0, SEEK_END);
    lseek(file, size > LAST_WORDS_BYTES - 1 ? size - (LAST_WORDS_BYTES - 1) : 0, SEEK_SET);
    ssize_t length = read(file, tail, sizeof tail - 1);
    close(file);
    while (length > 0 && tail[length - 1] == '\n')
        length--;
    if (length <= 0)
        return "";
    tail[length] = 0;
    const char *line = strrchr(tail, '\n');
    const char *kept = arena_text(arena, line ? line + 1 : tail);
    return kept ? kept : "";
}
