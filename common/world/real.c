/* The real world: makes it, ends it, and binds its operations together. Clocks are the kernel's, randomness
 * is libsodium's (which reseeds after a fork), the disk never objects (LMDB reports its own failures). */

#include "common/world/real_inside.h"
#include "common/world/zmq_options.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

static int64_t real_wall_ms(struct world *world)
{
    (void)world;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t real_mono_us(struct world *world)
{
    (void)world;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void real_random(struct world *world, void *ret_bytes, size_t size)
{
    (void)world;
    randombytes_buf(ret_bytes, size);
}

static enum code real_disk(struct world *world, enum disk_step step, const char *path)
{
    (void)world;
    (void)step;
    (void)path;
    return CODE_OK;
}

static unsigned real_disk_fill_permille(struct world *world, const char *path)
{
    (void)world;
    struct statvfs disk;
    if (statvfs(path, &disk) != 0 || disk.f_bfree > disk.f_blocks)
        return 1000;
    uint64_t used = disk.f_blocks - disk.f_bfree, all = used + disk.f_bavail;
    return all ? (unsigned)((unsigned __int128)used * 1000 / all) : 1000;
}

static enum code real_job_submit(struct world *world, enum job_pool pool, struct job *job)
{
    return jobs_submit(&real_of(world)->jobs, pool, job);
}

static bool real_jobs_finish(struct world *world)
{
    return jobs_done(&real_of(world)->jobs);
}

static unsigned real_job_threads(const struct world *world, enum job_pool pool)
{
    return ((const struct real_world *)(const void *)world)->threads[pool];
}

static enum code real_thread_start(struct world *world, void *(*run)(void *), void *context,
                                   pthread_t *ret_thread)
{
    (void)world;
    return jobs_thread_start(run, context, ret_thread);
}

static void wake_from_job(void *context)
{
    wait_wake(context);
}

static void real_destroy(struct world *base)
{
    struct real_world *world = real_of(base);
    jobs_finish(&world->jobs);
    while (world->links)
        link_real_close(world->links);
    if (world->zap.socket)
        zmq_close(world->zap.socket);
    if (world->context)
        while (zmq_ctx_term(world->context) != 0 && errno == EINTR)
            continue;
    if (world->wake_fd >= 0)
        close(world->wake_fd);
    free(world->items);
    free(world);
}

static const struct world_ops real_ops = {
    .wall_ms = real_wall_ms,
    .mono_us = real_mono_us,
    .random = real_random,
    .disk = real_disk,
    .disk_fill_permille = real_disk_fill_permille,
    .listen = link_real_listen,
    .dial = link_real_dial,
    .receive = message_receive,
    .send = message_send,
    .send_parcel = message_send_parcel,
    .drop_peer = message_drop_peer,
    .state = link_real_state,
    .endpoint = link_real_endpoint,
    .rekey = link_real_rekey,
    .close = link_real_close,
    .wait = wait_until,
    .wake = wait_wake,
    .job_submit = real_job_submit,
    .jobs_finish = real_jobs_finish,
    .job_threads = real_job_threads,
    .thread_start = real_thread_start,
    .destroy = real_destroy,
};

static unsigned threads_or(unsigned wanted, unsigned otherwise)
{
    unsigned threads = wanted > 0 ? wanted : otherwise;
    return threads < JOB_THREADS_MAX ? threads : JOB_THREADS_MAX;
}

enum code world_real_create(const struct world_real_options *options, struct world **ret_world)
{
    const struct world_real_options defaults = {0};
    if (!options)
        options = &defaults;
    if (sodium_init() < 0)
        return CODE_INTERNAL;
    struct real_world *world = calloc(1, sizeof *world);
    if (!world)
        return CODE_RESOURCE_EXHAUSTED;
    world->base.ops = &real_ops;
    world->items_stale = true;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    world->threads[JOB_POOL_SLOW] = threads_or(options->slow_threads, 2);
    world->threads[JOB_POOL_SEARCH] = threads_or(options->search_threads, cores > 0 ? (unsigned)cores : 1);
    if (jobs_init(&world->jobs, world->threads[JOB_POOL_SLOW], world->threads[JOB_POOL_SEARCH], wake_from_job,
                  &world->base) != CODE_OK) {
        free(world);
        return CODE_RESOURCE_EXHAUSTED;
    }
    world->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    world->context = zmq_ctx_new();
    enum code code = world->wake_fd >= 0 && world->context ? CODE_OK : CODE_RESOURCE_EXHAUSTED;
    if (code == CODE_OK)
        code = zmq_options_context(world->context, threads_or(options->link_threads, 1));
    if (code == CODE_OK)
        code = zap_open(world);
    if (code != CODE_OK) {
        real_destroy(&world->base);
        return code;
    }
    *ret_world = &world->base;
    return CODE_OK;
}
