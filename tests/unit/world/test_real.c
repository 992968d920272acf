/* The real world's clocks, randomness, wake and jobs. */

#include "common/base/limits.h"
#include "common/world/real.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <unistd.h>

enum { PATIENCE_US = 10 * 1000 * 1000 };

static struct world *make(const struct world_real_options *options)
{
    struct world *world = NULL;
    cr_assert(world_real_create(options, &world) == CODE_OK);
    return world;
}

Test(real, clocks_run_and_randomness_differs)
{
    struct world *world = make(NULL);
    int64_t mono = world_mono_us(world), wall = world_wall_ms(world);
    cr_assert(wall > 1700000000000); /* after 2023 */
    world_wait(world, mono + 20 * 1000);
    cr_assert(world_mono_us(world) >= mono + 20 * 1000);
    uint8_t a[32] = {0}, b[32] = {0}, none[32] = {0};
    world_random(world, a, sizeof a);
    world_random(world, b, sizeof b);
    cr_assert(memcmp(a, b, sizeof a) != 0 && memcmp(a, none, sizeof a) != 0);
    cr_assert(world_disk(world, DISK_COMMIT, "/") == CODE_OK);
    world_destroy(world);
    world_destroy(NULL);
}

Test(real, a_disk_is_as_full_as_its_file_system)
{
    struct world *world = make(NULL);
    struct statvfs disk;
    cr_assert(statvfs("/tmp", &disk) == 0);
    double used = (double)(disk.f_blocks - disk.f_bfree), all = used + (double)disk.f_bavail;
    cr_assert_float_eq(world_disk_fill_permille(world, "/tmp"), used * 1000 / all, 20);
    cr_assert_eq(world_disk_fill_permille(world, "/proc"), 1000); /* nothing can be kept there */
    cr_assert_eq(world_disk_fill_permille(world, "/no/such/folder"), 1000);
    world_destroy(world);
}

static void *wake_it(void *context)
{
    world_wake(context);
    return NULL;
}

Test(real, a_wake_ends_the_present_or_the_next_wait_and_no_other)
{
    struct world *world = make(NULL);
    int64_t far = world_mono_us(world) + 10 * (int64_t)PATIENCE_US;
    world_wake(world);
    world_wake(world);
    world_wait(world, far);
    int64_t soon = world_mono_us(world) + 20 * 1000;
    world_wait(world, soon); /* both wakes are spent */
    cr_assert(world_mono_us(world) >= soon);
    pthread_t thread;
    cr_assert(pthread_create(&thread, NULL, wake_it, world) == 0);
    world_wait(world, far);
    pthread_join(thread, NULL);
    cr_assert(world_mono_us(world) < far);
    world_destroy(world);
}

static struct world *signalled;

static void on_signal(int number)
{
    (void)number;
    errno = 77;
    world_wake(signalled);
    if (errno != 77)
        abort();
}

Test(real, a_signal_handler_may_wake)
{
    signalled = make(NULL);
    signal(SIGALRM, on_signal);
    struct itimerval soon = {.it_value.tv_usec = 20 * 1000};
    setitimer(ITIMER_REAL, &soon, NULL);
    int64_t far = world_mono_us(signalled) + 10 * (int64_t)PATIENCE_US;
    world_wait(signalled, far);
    cr_assert(world_mono_us(signalled) < far);
    world_destroy(signalled);
}

struct task {
    struct job job; /* first */
    sem_t *gate;
    pthread_t ran_on;
    bool ran;
    unsigned done;
};

static void task_run(struct job *job)
{
    struct task *task = (struct task *)(void *)job;
    if (task->gate)
        sem_wait(task->gate);
    task->ran_on = pthread_self();
    task->ran = true;
}

static void task_done(struct job *job)
{
    ((struct task *)(void *)job)->done++;
}

static bool finish_all(struct world *world, const struct task *tasks, size_t count)
{
    int64_t until = world_mono_us(world) + PATIENCE_US;
    for (size_t i = 0; i < count; i++) {
        while (!tasks[i].done && world_mono_us(world) < until) {
            world_wait(world, until);
            world_jobs_finish(world);
        }
        if (tasks[i].done != 1)
            return false;
    }
    return true;
}

Test(real, jobs_run_on_a_thread_and_end_on_the_loop)
{
    struct world *world = make(NULL);
    cr_assert(!world_jobs_finish(world));
    for (int pool = 0; pool < JOB_POOLS; pool++) {
        struct task tasks[3] = {0};
        for (size_t i = 0; i < 3; i++) {
            tasks[i].job = (struct job){.run = i == 2 ? NULL : task_run, .done = task_done};
            cr_assert(world_job_submit(world, (enum job_pool)pool, &tasks[i].job) == CODE_OK);
        }
        cr_assert(finish_all(world, tasks, 3));
        cr_assert(!world_jobs_finish(world));
        cr_assert(tasks[0].ran && tasks[1].ran && !tasks[2].ran);
        cr_assert(!pthread_equal(tasks[0].ran_on, pthread_self()));
    }
    world_destroy(world);
}

Test(real, each_pool_is_bounded_and_does_not_hold_up_the_other)
{
    struct world_real_options options = {.search_threads = 1, .slow_threads = 2};
    struct world *world = make(&options);
    cr_assert(world_job_threads(world, JOB_POOL_SEARCH) == 1 && world_job_threads(world, JOB_POOL_SLOW) == 2);
    enum { TASKS = JOBS_SEARCH_WAITING_MAX + 2 };
    static const unsigned most[JOB_POOLS] = {
        [JOB_POOL_SLOW] = JOBS_WAITING_MAX, [JOB_POOL_SEARCH] = JOBS_SEARCH_WAITING_MAX};
    static struct task tasks[JOB_POOLS][TASKS];
    sem_t gate;
    sem_init(&gate, 0, 0);
    unsigned taken[JOB_POOLS] = {0};
    for (int pool = 0; pool < JOB_POOLS; pool++) {
        unsigned threads = world_job_threads(world, (enum job_pool)pool);
        enum code code = CODE_OK;
        while (code == CODE_OK && taken[pool] < TASKS) {
            struct task *task = &tasks[pool][taken[pool]];
            *task = (struct task){.job = {.run = task_run, .done = task_done}, .gate = &gate};
            code = world_job_submit(world, (enum job_pool)pool, &task->job);
            if (code == CODE_OK)
                taken[pool]++;
        }
        cr_assert(code == CODE_RESOURCE_EXHAUSTED);
        /* Its threads hold one each, at most; all else waits. */
        cr_assert(taken[pool] >= most[pool] && taken[pool] <= most[pool] + threads, "%u", taken[pool]);
    }
    cr_assert(!world_jobs_finish(world));
    for (unsigned i = 0; i < taken[0] + taken[1]; i++)
        sem_post(&gate);
    for (int pool = 0; pool < JOB_POOLS; pool++)
        cr_assert(finish_all(world, tasks[pool], taken[pool]));
    cr_assert(!world_jobs_finish(world));
    world_destroy(world);
    sem_destroy(&gate);
}

Test(real, destroy_waits_for_what_runs_and_leaves_the_rest)
{
    struct world_real_options options = {.slow_threads = 1};
    struct world *world = make(&options);
    struct task tasks[8] = {0};
    for (size_t i = 0; i < 8; i++) {
        tasks[i].job = (struct job){.run = task_run, .done = task_done};
        cr_assert(world_job_submit(world, JOB_POOL_SLOW, &tasks[i].job) == CODE_OK);
    }
    world_destroy(world);
    bool ended = false;
    for (size_t i = 0; i < 8; i++) {
        cr_assert(tasks[i].done == 0);
        cr_assert(!(ended && tasks[i].ran)); /* in order */
        ended = ended || !tasks[i].ran;
    }
}
