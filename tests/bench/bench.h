#pragma once
/* What every measurement here shares: clocks, and the one way to say a figure. A figure is a line `name
 * value` on standard output; ./run takes the median of several runs. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static inline double bench_clock(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Seconds of a clock that only rises. */
static inline double bench_now(void)
{
    return bench_clock(CLOCK_MONOTONIC);
}

/* Seconds that this process's threads have computed. */
static inline double bench_cpu(void)
{
    return bench_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static inline void bench_say(const char *name, double value)
{
    printf("%s %.9g\n", name, value);
    fflush(stdout);
}

static inline int bench_compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Sorts `values`; the one below which `share` of them lie. */
static inline double bench_quantile(double *values, size_t count, double share)
{
    if (count == 0)
        return 0;
    qsort(values, count, sizeof *values, bench_compare);
    size_t at = (size_t)(share * (double)count);
    return values[at < count ? at : count - 1];
}

/* Ends the program: a measurement that went wrong is no figure. */
#define BENCH_NEED(condition, ...)                                                                           \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, __VA_ARGS__);                                                                    \
            fputc('\n', stderr);                                                                             \
            exit(1);                                                                                         \
        }                                                                                                    \
    } while (0)
