/* The pools under ThreadSanitizer: jobs that only their thread and then the loop may touch. A plain program,
 * as the sanitizer does not work inside the test framework; 0 when every job ran once and ended once. */

#include "common/base/limits.h"
#include "common/world/jobs.h"

#include <semaphore.h>
#include <stdio.h>

enum { TASKS = 64, ROUNDS = 200 };

struct task {
    struct job job; /* first */
    unsigned ran, done;
};

static void task_run(struct job *job)
{
    ((struct task *)(void *)job)->ran++;
}

static void task_done(struct job *job)
{
    ((struct task *)(void *)job)->done++;
}

static void wake(void *context)
{
    sem_post(context);
}

int main(void)
{
    static struct task tasks[JOB_POOLS][TASKS];
    sem_t woken;
    sem_init(&woken, 0, 0);
    struct jobs jobs;
    if (jobs_init(&jobs, 2, 4, wake, &woken) != CODE_OK)
        return 1;
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned out = 0;
        for (int pool = 0; pool < JOB_POOLS; pool++) {
            for (size_t i = 0; i < TASKS; i++) {
                tasks[pool][i].job = (struct job){.run = task_run, .done = task_done};
                out += jobs_submit(&jobs, (enum job_pool)pool, &tasks[pool][i].job) == CODE_OK;
            }
        }
        for (unsigned i = 0; i < out; i++)
            sem_wait(&woken);
        jobs_done(&jobs);
    }
    unsigned wrong = 0;
    for (int pool = 0; pool < JOB_POOLS; pool++)
        for (size_t i = 0; i < TASKS; i++)
            wrong += tasks[pool][i].ran != ROUNDS || tasks[pool][i].done != ROUNDS;
    for (size_t i = 0; i < TASKS; i++) { /* and some are still under way at the end */
        tasks[0][i].job = (struct job){.run = task_run, .done = task_done};
        jobs_submit(&jobs, JOB_POOL_SLOW, &tasks[0][i].job);
    }
    jobs_finish(&jobs);
    sem_destroy(&woken);
    printf("%u wrong\n", wrong);
    return wrong != 0;
}
