#pragma once
/* Who asks and who answers each on a core of their own, as if on machines of their own; for what is measured
 * one at a time. Left to the kernel, all threads of both may come to lie on one core, or those of one process
 * on two: that is chance, lasts for a whole run, and is worth half a round trip. */

#include "tests/bench/bench.h"

#include <dirent.h>
#include <sched.h>
#include <unistd.h>

enum core { CORE_ASKS, CORE_ANSWERS, CORE_ANY };

/* Every thread of that process, and what it starts later. Nothing changes where there is one core. */
static inline void core_hold(pid_t pid, enum core core)
{
    char path[64];
    cpu_set_t set;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (cores < 2)
        return;
    CPU_ZERO(&set);
    for (int i = 0; i < cores; i++)
        if (core == CORE_ANY || i == (int)core)
            CPU_SET((size_t)i, &set);
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    BENCH_NEED(tasks, "process %d does not run", (int)pid);
    for (struct dirent *task; (task = readdir(tasks));)
        if (task->d_name[0] != '.')
            sched_setaffinity((pid_t)strtol(task->d_name, NULL, 10), sizeof set, &set);
    closedir(tasks);
}
