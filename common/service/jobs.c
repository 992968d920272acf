/* Slow work: a request leaves the loop for a thread of the pool and comes back as a command or a read.
 *
 * In: requests whose handler called defer(). Out: the same requests, done, at the head of their queue. A
 * thread sees the `state` of its request and nothing else; a request stays where it is until its job has come
 * back, even if its caller withdrew. */

#include "common/service/internal.h"

#include <stddef.h>

static struct request *request_of_job(struct job *job)
{
    return (struct request *)(void *)((char *)job - offsetof(struct request, job));
}

/* On a thread of the pool. */
static void run_job(struct job *job)
{
    struct request *request = request_of_job(job);
    request->work(request->state);
}

static void list_slow(struct service *service, struct request *request)
{
    request->previous = NULL;
    request->next = service->slow;
    if (service->slow)
        service->slow->previous = request;
    service->slow = request;
    service->slow_counts[request->pool]++;
}

static void unlist_slow(struct service *service, struct request *request)
{
    if (request->previous)
        request->previous->next = request->next;
    else
        service->slow = request->next;
    if (request->next)
        request->next->previous = request->previous;
    request->next = request->previous = NULL;
    service->slow_counts[request->pool]--;
}

void jobs_put_done(struct service *service, struct request *request)
{
    request->place = REQUEST_QUEUED;
    request->next = NULL;
    if (service->done_last)
        service->done_last->next = request;
    else
        service->done_first = request;
    service->done_last = request;
}

/* One whose caller withdrew goes on for those who ask for the same. */
static void job_done(struct job *job)
{
    struct request *request = request_of_job(job);
    struct service *service = request->command.service;
    unlist_slow(service, request);
    if (request->withdrawn)
        count(service, COUNT_WITHDRAWN);
    if (request->withdrawn && !request->repeats) {
        once_unlist(service, request);
        request_release(service, request);
        return;
    }
    request->slow_done = true;
    jobs_put_done(service, request);
}

enum code defer(struct command *command, enum job_pool pool, slow_work work, slow_finish finish, void *state)
{
    struct request *request = request_of(command);
    unsigned most = pool == JOB_POOL_SEARCH ? JOBS_SEARCH_WAITING_MAX : JOBS_WAITING_MAX;
    if (command->service->slow_counts[pool] >= most)
        return refuse(command, CODE_RESOURCE_EXHAUSTED, "", "too much slow work waits already");
    request->pool = pool;
    request->work = work;
    request->finish = finish;
    request->state = state;
    request->deferred = true;
    return CODE_OK;
}

void undo_unless_done(struct command *command, void (*undo)(void *state))
{
    request_of(command)->undo = undo;
}

void jobs_begin(struct service *service, struct request *request)
{
    request->deferred = false;
    request->place = REQUEST_SLOW;
    request->job = (struct job){.run = run_job, .done = job_done};
    /* Its thread is to see all that was answered before. */
    enum code settled = service->store ? store_settle(service->store) : CODE_OK;
    if (settled == CODE_OK && world_job_submit(service->world, request->pool, &request->job) == CODE_OK) {
        list_slow(service, request);
        count(service, COUNT_JOBS);
        return;
    }
    request->place = REQUEST_AT_HAND;
    if (settled != CODE_OK)
        request_refuse(request, CODE_UNAVAILABLE, "", "the store cannot be read now (%s)",
                       code_name(settled));
    else
        request_refuse(request, CODE_RESOURCE_EXHAUSTED, "", "too much slow work waits already");
    once_settle(service, request);
    answer(service, request);
}

struct request *jobs_take_done(struct service *service, bool reads_only)
{
    struct request *before = NULL;
    for (struct request *at = service->done_first; at; before = at, at = at->next) {
        const struct served *served = at->served;
        if ((served->method->reads_only && !served->right->restricted_read) != reads_only)
            continue;
        if (before)
            before->next = at->next;
        else
            service->done_first = at->next;
        if (service->done_last == at)
            service->done_last = before;
        at->next = NULL;
        at->place = REQUEST_AT_HAND;
        return at;
    }
    return NULL;
}

bool jobs_cancel(struct service *service, uint64_t peer, uint64_t call)
{
    for (struct request *at = service->slow; at; at = at->next)
        if (at->peer == peer && at->call == call)
            return at->withdrawn = true;
    return false;
}

void jobs_await(struct service *service)
{
    while (service->slow) {
        world_jobs_finish(service->world);
        if (service->slow)
            world_wait(service->world, world_mono_us(service->world) + 100 * 1000);
    }
}
