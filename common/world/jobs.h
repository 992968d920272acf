#pragma once
/* The pools of threads of the real world (world.h says what a job is). Every function but the `wake` that was
 * given belongs to the loop's thread. */

#include "common/world/world.h"

#include <pthread.h>

struct jobs_pool {
    struct jobs *jobs;
    unsigned threads_wanted;
    unsigned waiting_max;
    /* The loop's alone. */
    pthread_t *threads;
    unsigned threads_count;
    /* Under the lock. */
    pthread_cond_t ready;
    struct job *first, *last; /* not begun, in order */
    unsigned waiting;
};

struct jobs {
    struct jobs_pool pools[JOB_POOLS];
    void (*wake)(void *context); /* called on a pool's thread after each job */
    void *context;
    pthread_mutex_t lock; /* of the queues, `ended` and `stop`; never held while a job runs */
    struct job *ended_first, *ended_last;
    bool stop;
};

/* No thread starts before the first job of its pool. CODE_RESOURCE_EXHAUSTED: nothing is to be finished. */
enum code jobs_init(struct jobs *jobs, unsigned slow_threads, unsigned search_threads, void (*wake)(void *),
                    void *context);

/* Waits for the jobs that run; those not begun are never run, and no `done` is called. */
void jobs_finish(struct jobs *jobs);

/* A thread that no signal reaches. RESOURCE_EXHAUSTED: none could be started. */
enum code jobs_thread_start(void *(*run)(void *), void *context, pthread_t *ret_thread);

/* As world_job_submit. */
enum code jobs_submit(struct jobs *jobs, enum job_pool pool, struct job *job);

/* Calls `done` of what has ended, in the order it ended; was there any? */
bool jobs_done(struct jobs *jobs);
