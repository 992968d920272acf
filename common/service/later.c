/* Requests that stay open: answered from elsewhere on the loop, by their ticket.
 *
 * In: requests whose handler called answer_open(). Out: an answer when answer_later is called,
 * DEADLINE_EXCEEDED when their time ran out, nothing when their caller withdrew. */

#include "common/service/internal.h"

#include <stdint.h>

uint64_t answer_open(struct command *command)
{
    struct request *request = request_of(command);
    struct service *service = command->service;
    request->open_slot = (uint16_t)(queue_lane_hash(request) % OPEN_BUCKETS);
    uint16_t *held = &service->open_held[request->open_slot];
    if (service->open_count >= QUEUE_ALL_MAX || *held >= OPEN_PER_PEER_MAX)
        return 0;
    ++*held;
    request->ticket = ++service->last_ticket;
    struct request **bucket = &service->open[request->ticket % OPEN_BUCKETS];
    request->place = REQUEST_OPEN;
    request->previous = NULL;
    request->next = *bucket;
    if (*bucket)
        (*bucket)->previous = request;
    *bucket = request;
    service->open_count++;
    if (command->deadline_us < service->open_due_us)
        service->open_due_us = command->deadline_us;
    return request->ticket;
}

void later_close(struct service *service, struct request *request)
{
    if (request->place != REQUEST_OPEN)
        return;
    if (request->previous)
        request->previous->next = request->next;
    else
        service->open[request->ticket % OPEN_BUCKETS] = request->next;
    if (request->next)
        request->next->previous = request->previous;
    request->next = request->previous = NULL;
    request->place = REQUEST_AT_HAND;
    service->open_held[request->open_slot]--;
    service->open_count--;
}

static void end(struct service *service, struct request *request, enum code code, const char *reason)
{
    later_close(service, request);
    request_refuse(request, code, "", "%s", reason);
    answer(service, request);
}

/* Looks at all of them, but only when the earliest deadline that was ever among them has come. */
void later_expire(struct service *service)
{
    int64_t now_us = world_mono_us(service->world), earliest = INT64_MAX;
    if (now_us < service->open_due_us)
        return;
    for (size_t i = 0; i < OPEN_BUCKETS; i++)
        for (struct request *at = service->open[i], *next; at; at = next) {
            next = at->next;
            if (at->command.deadline_us > now_us) {
                if (at->command.deadline_us < earliest)
                    earliest = at->command.deadline_us;
                continue;
            }
            count(service, COUNT_EXPIRED);
            end(service, at, CODE_DEADLINE_EXCEEDED, "its time ran out before an answer was there");
        }
    service->open_due_us = earliest;
}

bool later_cancel(struct service *service, uint64_t peer, uint64_t call)
{
    for (size_t i = 0; i < OPEN_BUCKETS; i++)
        for (struct request *at = service->open[i]; at; at = at->next)
            if (at->peer == peer && at->call == call) {
                later_close(service, at);
                request_release(service, at);
                return true;
            }
    return false;
}

void later_end_all(struct service *service)
{
    for (size_t i = 0; i < OPEN_BUCKETS; i++)
        while (service->open[i])
            end(service, service->open[i], CODE_UNAVAILABLE, "the service is stopping");
    service->open_due_us = INT64_MAX;
}
