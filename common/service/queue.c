/* Waiting requests, held so that nobody is served before others have had a turn: a lane for each person, or,
 * for requests without a claim, for each connection, and the lanes in a ring.
 *
 * In: requests that were recognised. Out: the next one to run. Bounded in every direction: what does not fit
 * is given back to be refused, never dropped and never waited for. */

#include "common/service/internal.h"

#include <stdlib.h>

struct lane_name {
    uint64_t peer;
    char person[UUID_TEXT_BYTES];
};

struct lane {
    struct lane_name name;
    struct request *first, *last;
    unsigned waiting;
    struct lane *before, *after; /* in the ring */
    struct lane *next;           /* in its bucket */
};

static struct lane_name name_of(const struct request *request)
{
    struct lane_name name = {0};
    const Pb__Claim *claim = request->command.caller.claim;
    if (claim)
        strncpy(name.person, claim->person_id, sizeof name.person - 1);
    else
        name.peer = request->peer;
    return name;
}

static uint64_t hash_of(const struct lane_name *name)
{
    uint64_t hash = name->peer * UINT64_C(0x9e3779b97f4a7c15);
    for (const char *c = name->person; *c; c++)
        hash = (hash ^ (uint8_t)*c) * UINT64_C(0x9e3779b97f4a7c15);
    return hash >> 32;
}

uint64_t queue_lane_hash(const struct request *request)
{
    struct lane_name name = name_of(request);
    return hash_of(&name);
}

static struct lane **bucket_of(struct queue *queue, const struct lane_name *name)
{
    return &queue->buckets[hash_of(name) % QUEUE_BUCKETS];
}

static struct lane *lane_find(struct queue *queue, const struct lane_name *name)
{
    struct lane *lane = *bucket_of(queue, name);
    while (lane && (lane->name.peer != name->peer || strcmp(lane->name.person, name->person) != 0))
        lane = lane->next;
    return lane;
}

static struct lane *lane_create(struct queue *queue, const struct lane_name *name)
{
    struct lane *lane = calloc(1, sizeof *lane);
    if (!lane)
        return NULL;
    lane->name = *name;
    struct lane **bucket = bucket_of(queue, name);
    lane->next = *bucket;
    *bucket = lane;
    if (queue->turn) {
        lane->after = queue->turn;
        lane->before = queue->turn->before;
        lane->before->after = lane;
        queue->turn->before = lane;
    } else {
        queue->turn = lane->before = lane->after = lane;
    }
    return lane;
}

/* An empty lane goes; a queue of nobody holds no memory. */
static void lane_destroy(struct queue *queue, struct lane *lane)
{
    struct lane **at = bucket_of(queue, &lane->name);
    while (*at != lane)
        at = &(*at)->next;
    *at = lane->next;
    if (lane->after == lane) {
        queue->turn = NULL;
    } else {
        lane->before->after = lane->after;
        lane->after->before = lane->before;
        if (queue->turn == lane)
            queue->turn = lane->after;
    }
    free(lane);
}

bool queue_push(struct queue *queue, struct request *request)
{
    size_t bytes = request->arena.used_bytes;
    if (queue->waiting >= QUEUE_ALL_MAX || queue->bytes + bytes > QUEUE_BYTES_MAX)
        return false;
    struct lane_name name = name_of(request);
    struct lane *lane = lane_find(queue, &name);
    if (!lane)
        lane = lane_create(queue, &name);
    if (!lane || lane->waiting >= QUEUE_PER_PEER_MAX)
        return false;
    request->next = NULL;
    request->place = REQUEST_QUEUED;
    request->counted_bytes = bytes;
    if (lane->last)
        lane->last->next = request;
    else
        lane->first = request;
    lane->last = request;
    lane->waiting++;
    queue->waiting++;
    queue->bytes += bytes;
    return true;
}

/* Unlinks what follows `before` (NULL: the first) in a lane. */
static struct request *lane_unlink(struct queue *queue, struct lane *lane, struct request *before)
{
    struct request *request = before ? before->next : lane->first;
    if (before)
        before->next = request->next;
    else
        lane->first = request->next;
    if (lane->last == request)
        lane->last = before;
    request->next = NULL;
    request->place = REQUEST_AT_HAND;
    lane->waiting--;
    queue->waiting--;
    queue->bytes -= request->counted_bytes;
    if (lane->waiting == 0)
        lane_destroy(queue, lane);
    return request;
}

struct request *queue_pop(struct queue *queue)
{
    struct lane *lane = queue->turn;
    if (!lane)
        return NULL;
    queue->turn = lane->after;
    return lane_unlink(queue, lane, NULL);
}

struct request *queue_take(struct queue *queue, uint64_t peer, uint64_t call)
{
    for (size_t i = 0; i < QUEUE_BUCKETS; i++)
        for (struct lane *lane = queue->buckets[i]; lane; lane = lane->next)
            for (struct request *at = lane->first, *before = NULL; at; before = at, at = at->next)
                if (at->peer == peer && at->call == call)
                    return lane_unlink(queue, lane, before);
    return NULL;
}
