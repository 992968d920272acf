/* Slow work off the loop: two pools of threads, each with a bounded queue. In come jobs from the loop's
 * thread; out go the same jobs, ended, to be finished on the loop, which is woken for each. It knows nothing
 * of what a job does, never drops one silently, and blocks every signal on its threads so that signals reach
 * the loop. */

#include "common/world/jobs.h"

#include "common/base/limits.h"

#include <signal.h>
#include <stdlib.h>

enum code jobs_init(struct jobs *jobs, unsigned slow_threads, unsigned search_threads, void (*wake)(void *),
                    void *context)
{
    *jobs = (struct jobs){.wake = wake, .context = context};
    jobs->pools[JOB_POOL_SLOW].threads_wanted = slow_threads;
    jobs->pools[JOB_POOL_SLOW].waiting_max = JOBS_WAITING_MAX;
    jobs->pools[JOB_POOL_SEARCH].threads_wanted = search_threads;
    jobs->pools[JOB_POOL_SEARCH].waiting_max = JOBS_SEARCH_WAITING_MAX;
    for (int i = 0; i < JOB_POOLS; i++) {
        struct jobs_pool *pool = &jobs->pools[i];
        pool->jobs = jobs;
        pool->threads = calloc(pool->threads_wanted, sizeof *pool->threads);
        if (!pool->threads) {
            while (i-- > 0)
                free(jobs->pools[i].threads);
            return CODE_RESOURCE_EXHAUSTED;
        }
    }
    /* Default attributes: these cannot fail on Linux. */
    pthread_mutex_init(&jobs->lock, NULL);
    for (int i = 0; i < JOB_POOLS; i++)
        pthread_cond_init(&jobs->pools[i].ready, NULL);
    return CODE_OK;
}

/* Puts the job at the end of a list. */
static void append(struct job **first, struct job **last, struct job *job)
{
    job->next = NULL;
    if (*last)
        (*last)->next = job;
    else
        *first = job;
    *last = job;
}

/* The next job of the pool, waiting for one; NULL when the pool is to end. */
static struct job *take(struct jobs_pool *pool)
{
    struct jobs *jobs = pool->jobs;
    pthread_mutex_lock(&jobs->lock);
    while (!jobs->stop && !pool->first)
        pthread_cond_wait(&pool->ready, &jobs->lock);
    struct job *job = NULL;
    if (!jobs->stop) {
        job = pool->first;
        pool->first = job->next;
        if (!pool->first)
            pool->last = NULL;
        pool->waiting--;
    }
    pthread_mutex_unlock(&jobs->lock);
    return job;
}

static void *work(void *context)
{
    struct jobs_pool *pool = context;
    struct jobs *jobs = pool->jobs;
    struct job *job;
    while ((job = take(pool))) {
        if (job->run)
            job->run(job);
        pthread_mutex_lock(&jobs->lock);
        append(&jobs->ended_first, &jobs->ended_last, job);
        pthread_mutex_unlock(&jobs->lock);
        jobs->wake(jobs->context);
    }
    return NULL;
}

enum code jobs_thread_start(void *(*run)(void *), void *context, pthread_t *ret_thread)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(ret_thread, NULL, run, context);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc == 0 ? CODE_OK : CODE_RESOURCE_EXHAUSTED;
}

/* Starts the threads that are still missing; fails only when there is none at all. */
static enum code start_threads(struct jobs_pool *pool)
{
    while (pool->threads_count < pool->threads_wanted &&
           jobs_thread_start(work, pool, &pool->threads[pool->threads_count]) == CODE_OK)
        pool->threads_count++;
    return pool->threads_count > 0 ? CODE_OK : CODE_RESOURCE_EXHAUSTED;
}

enum code jobs_submit(struct jobs *jobs, enum job_pool which, struct job *job)
{
    struct jobs_pool *pool = &jobs->pools[which];
    enum code code = start_threads(pool);
    if (code != CODE_OK)
        return code;
    pthread_mutex_lock(&jobs->lock);
    if (pool->waiting < pool->waiting_max) {
        append(&pool->first, &pool->last, job);
        pool->waiting++;
        pthread_cond_signal(&pool->ready);
    } else {
        code = CODE_RESOURCE_EXHAUSTED;
    }
    pthread_mutex_unlock(&jobs->lock);
    return code;
}

bool jobs_done(struct jobs *jobs)
{
    pthread_mutex_lock(&jobs->lock);
    struct job *job = jobs->ended_first;
    jobs->ended_first = jobs->ended_last = NULL;
    pthread_mutex_unlock(&jobs->lock);
    bool any = job != NULL;
    while (job) {
        struct job *next = job->next; /* `done` may free the job or submit it again */
        job->done(job);
        job = next;
    }
    return any;
}

void jobs_finish(struct jobs *jobs)
{
    pthread_mutex_lock(&jobs->lock);
    jobs->stop = true;
    for (int i = 0; i < JOB_POOLS; i++)
        pthread_cond_broadcast(&jobs->pools[i].ready);
    pthread_mutex_unlock(&jobs->lock);
    for (int i = 0; i < JOB_POOLS; i++) {
        struct jobs_pool *pool = &jobs->pools[i];
        for (unsigned t = 0; t < pool->threads_count; t++)
            pthread_join(pool->threads[t], NULL);
        pthread_cond_destroy(&pool->ready);
        free(pool->threads);
    }
    pthread_mutex_destroy(&jobs->lock);
}
