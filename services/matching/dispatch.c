/* Dispatching. In: searches from callers, offers and answers from workers, time. Out: searches to workers,
 * answers to callers. A search waits where no worker has read far enough or none has room; one whose worker
 * falls silent is given to another; the first answer counts. It does not look into searches: rules.h did,
 * when they came. */

#include "services/matching/dispatch_inside.h"

#include "common/wire/wire.h"

#include <stdio.h>
#include <stdlib.h>

void dispatcher_init(struct dispatcher *dispatcher, struct service *service, struct worker *own)
{
    *dispatcher = (struct dispatcher){.service = service, .own = own};
    /* A worker may still answer what a dispatcher of an earlier life gave it: no number is used again. */
    world_random(service_world(service), &dispatcher->last_number, sizeof dispatcher->last_number);
    dispatcher->last_number >>= 1; /* and there are enough to come */
    if (!own)
        return;
    struct known_worker *worker = &dispatcher->workers[dispatcher->worker_count++];
    *worker = (struct known_worker){.number = ++dispatcher->last_number, .partial = true};
    snprintf(worker->name, sizeof worker->name, "matching");
}

void dispatcher_finish(struct dispatcher *dispatcher)
{
    for (size_t i = 0; i < DISPATCH_BUCKETS; i++)
        while (dispatcher->searches[i]) {
            struct waiting_search *search = dispatcher->searches[i];
            dispatcher->searches[i] = search->next_in_bucket;
            free(search);
        }
    *dispatcher = (struct dispatcher){0};
}

static struct known_worker *find_worker(struct dispatcher *dispatcher, uint64_t number)
{
    for (size_t i = 0; number && i < dispatcher->worker_count; i++)
        if (dispatcher->workers[i].number == number)
            return &dispatcher->workers[i];
    return NULL;
}

static struct known_worker *find_named(struct dispatcher *dispatcher, const char *name)
{
    for (size_t i = 0; i < dispatcher->worker_count; i++)
        if (dispatcher->workers[i].number && strcmp(dispatcher->workers[i].name, name) == 0)
            return &dispatcher->workers[i];
    return NULL;
}

/* --- searches ---------------------------------------------------------------------------------------- */

static void forget(struct dispatcher *dispatcher, struct waiting_search *search)
{
    struct known_worker *worker = find_worker(dispatcher, search->worker);
    struct waiting_search **link = &dispatcher->searches[search->number % DISPATCH_BUCKETS];
    while (*link != search)
        link = &(*link)->next_in_bucket;
    *link = search->next_in_bucket;
    if (worker && worker->busy)
        worker->busy--;
    search_unlist(dispatcher, search);
    dispatcher->count--;
    free(search);
}

static void end(struct dispatcher *dispatcher, struct waiting_search *search, enum code code,
                const struct fault *fault)
{
    if (search->taking) {
        search->failed = code;
        search->fault = *fault;
        search_unlist(dispatcher, search);
        return;
    }
    answer_later(dispatcher->service, search->ticket, code, fault, NULL);
    forget(dispatcher, search);
}

static bool has_read(const struct known_worker *worker, const struct waiting_search *search)
{
    return positions_reach(&worker->read, &search->at_least);
}

/* Its worker failed it, or is gone: it waits for another. One that has not read so far after all may have it
 * again once it has. */
static void take_back(struct dispatcher *dispatcher, struct waiting_search *search)
{
    struct known_worker *worker = find_worker(dispatcher, search->worker);
    if (worker && worker->busy)
        worker->busy--;
    if (!worker || has_read(worker, search))
        search->tried[search->tried_count++ % (WORKERS_MAX / 8)] = search->worker;
    search->worker = 0;
    search_list(dispatcher, search);
}

/* --- handing out ------------------------------------------------------------------------------------- */

static bool was_tried(const struct waiting_search *search, const struct known_worker *worker)
{
    for (unsigned i = 0; i < search->tried_count && i < WORKERS_MAX / 8; i++)
        if (search->tried[i] == worker->number)
            return true;
    return false;
}

static bool anyone_left(const struct dispatcher *dispatcher, const struct waiting_search *search)
{
    for (size_t i = 0; i < dispatcher->worker_count; i++)
        if (dispatcher->workers[i].number && !was_tried(search, &dispatcher->workers[i]))
            return true;
    return false;
}

static struct known_worker *least_loaded(struct dispatcher *dispatcher, const struct waiting_search *search)
{
    struct known_worker *best = NULL;
    for (size_t i = 0; i < dispatcher->worker_count; i++) {
        struct known_worker *worker = &dispatcher->workers[i];
        if (!worker->number || worker->partial || worker->silent || worker->busy >= worker->credit ||
            !has_read(worker, search) || was_tried(search, worker))
            continue;
        /* By searches for each thread. */
        if (!best || (uint64_t)worker->busy * best->threads < (uint64_t)best->busy * worker->threads)
            best = worker;
    }
    return best;
}

static void own_done(void *context, uint64_t number, enum code code, const struct fault *fault,
                     struct span packed)
{
    struct dispatcher *dispatcher = context;
    dispatcher_complete(dispatcher, dispatcher->workers[0].name, NULL, number, code, fault, packed);
}

static enum code hand_to_own(struct dispatcher *dispatcher, struct waiting_search *search,
                             struct fault *fault)
{
    struct arena arena;
    ProtobufCMessage *request;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    enum code code = wire_unpack(&pb__search_request__descriptor, search->packed, &arena, &request, fault);
    if (code == CODE_OK)
        code = worker_search(dispatcher->own, search->number, search->authority,
                             (const Pb__SearchRequest *)request, own_done, dispatcher, fault);
    arena_finish(&arena);
    return code;
}

static enum code hand_to_other(struct dispatcher *dispatcher, const struct waiting_search *search,
                               struct known_worker *worker)
{
    Pb__OfferWorkResponse item;
    int64_t left_us = search->end_us - now_us(dispatcher);
    pb__offer_work_response__init(&item);
    item.search = search->number;
    item.request = (ProtobufCBinaryData){search->packed.size, (uint8_t *)(uintptr_t)search->packed.data};
    item.authority = search->authority;
    item.time_left_ms = left_us > 0 ? (uint32_t)(left_us / 1000) : 0;
    return answer_item(dispatcher->service, worker->ticket, &item.base) ? CODE_OK : CODE_UNAVAILABLE;
}

/* To a worker, if one can take it; otherwise it goes on waiting. What is wrong with it ends it. */
static void hand_out(struct dispatcher *dispatcher, struct waiting_search *search)
{
    struct known_worker *worker = least_loaded(dispatcher, search);
    struct fault fault = {0};
    if (!worker)
        return;
    int64_t now = now_us(dispatcher), patience_us = (search->end_us - now) / 4;
    enum code code =
        worker->ticket ? hand_to_other(dispatcher, search, worker) : hand_to_own(dispatcher, search, &fault);
    if (code == CODE_OK) {
        search_unlist(dispatcher, search);
        search->worker = worker->number;
        search->silence_us =
            now + (patience_us > 1000 * WORKER_SILENCE_MS_MIN ? patience_us : 1000 * WORKER_SILENCE_MS_MIN);
        worker->busy++;
    } else if (code == CODE_UNAVAILABLE || code == CODE_RESOURCE_EXHAUSTED) {
        worker->silent = true; /* until it is heard again */
    } else {
        end(dispatcher, search, code, &fault);
    }
}

static bool has_room(const struct dispatcher *dispatcher)
{
    for (size_t i = 0; i < dispatcher->worker_count; i++) {
        const struct known_worker *worker = &dispatcher->workers[i];
        if (worker->number && !worker->partial && !worker->silent && worker->busy < worker->credit)
            return true;
    }
    return false;
}

/* The longest waiting first. */
static void hand_out_all(struct dispatcher *dispatcher)
{
    for (struct waiting_search *search = dispatcher->first, *next; search && has_room(dispatcher);
         search = next) {
        next = search->next;
        hand_out(dispatcher, search);
    }
}

enum code dispatcher_take(struct dispatcher *dispatcher, struct command *command,
                          const Pb__SearchRequest *request)
{
    struct waiting_search *search =
        search_make(dispatcher, caller_reads_for(&command->caller), request, command->deadline_us);
    uint64_t ticket = search ? answer_open(command) : 0;
    if (!ticket) {
        free(search);
        return refuse(command, CODE_RESOURCE_EXHAUSTED, "", "too many searches wait already");
    }
    search->number = ++dispatcher->last_number;
    search->ticket = ticket;
    struct waiting_search **bucket = &dispatcher->searches[search->number % DISPATCH_BUCKETS];
    search->next_in_bucket = *bucket;
    *bucket = search;
    dispatcher->count++;
    search_list(dispatcher, search);
    search->taking = true;
    hand_out_all(dispatcher);
    search->taking = false;
    return CODE_OK;
}

enum code dispatcher_answer(struct dispatcher *dispatcher, const struct command *command,
                            const Pb__SearchRequest *request, struct search *search,
                            Pb__SearchResponse *ret_response, struct fault *ret_fault)
{
    if (!dispatcher->own)
        return CODE_UNAVAILABLE;
    const struct positions read = worker_positions(dispatcher->own);
    const struct positions least = positions_read(request->at_least, request->n_at_least);
    if (!positions_reach(&read, &least))
        return CODE_UNAVAILABLE;
    bool idle = !dispatcher->own->busy && !dispatcher->count && !service_waiting(dispatcher->service);
    return worker_search_brief(dispatcher->own, caller_reads_for(&command->caller), search,
                               idle ? SEARCH_BRIEF_ROWS_IDLE : SEARCH_BRIEF_ROWS, command->arena,
                               ret_response, ret_fault);
}

/* --- workers ----------------------------------------------------------------------------------------- */

static void learn(struct dispatcher *dispatcher, struct known_worker *worker, const Pb__Worker *state)
{
    worker->heard_us = now_us(dispatcher);
    worker->silent = false;
    worker->credit = state->credit;
    worker->threads = state->threads ? state->threads : 1;
    worker->answered = state->answered;
    worker->places = state->places;
    worker->partial = state->partial;
    worker->read = positions_read(state->positions, state->n_positions);
}

/* The slot of that name, or a free one; NULL: there is none. */
static struct known_worker *slot_for(struct dispatcher *dispatcher, const char *name)
{
    struct known_worker *worker = find_named(dispatcher, name);
    for (size_t i = 0; !worker && i < dispatcher->worker_count; i++)
        if (!dispatcher->workers[i].number)
            worker = &dispatcher->workers[i];
    if (!worker && dispatcher->worker_count < WORKERS_MAX)
        worker = &dispatcher->workers[dispatcher->worker_count++];
    return worker;
}

enum code dispatcher_offer(struct dispatcher *dispatcher, struct command *command, const char *name,
                           const Pb__Worker *state)
{
    struct known_worker *worker = slot_for(dispatcher, name);
    uint64_t ticket = worker ? answer_open(command) : 0;
    if (!ticket)
        return refuse(command, CODE_RESOURCE_EXHAUSTED, "", "too many workers are known, or requests open");
    if (!worker->number) {
        *worker = (struct known_worker){.number = ++dispatcher->last_number};
        snprintf(worker->name, sizeof worker->name, "%s", name);
    }
    if (worker->ticket)
        answer_later(dispatcher->service, worker->ticket, CODE_OK, NULL, NULL); /* its older offer ends */
    worker->ticket = ticket;
    learn(dispatcher, worker, state);
    hand_out_all(dispatcher);
    return CODE_OK;
}

void dispatcher_complete(struct dispatcher *dispatcher, const char *name, const Pb__Worker *state,
                         uint64_t number, enum code code, const struct fault *fault, struct span packed)
{
    struct known_worker *worker = find_named(dispatcher, name);
    struct waiting_search *search = search_find(dispatcher, number);
    if (worker && state)
        learn(dispatcher, worker, state);
    if (search && code == CODE_OK) {
        answer_later_packed(dispatcher->service, search->ticket, packed);
        forget(dispatcher, search);
    } else if (search && code != CODE_UNAVAILABLE && code != CODE_RESOURCE_EXHAUSTED) {
        end(dispatcher, search, code, fault);
    } else if (search && worker && search->worker == worker->number) {
        take_back(dispatcher, search); /* that worker cannot; another may */
        if (!anyone_left(dispatcher, search))
            end(dispatcher, search, code, fault);
    }
    hand_out_all(dispatcher);
}

static void refresh_own(struct dispatcher *dispatcher)
{
    struct arena arena;
    if (!dispatcher->own)
        return;
    arena_init(&arena, 64 * 1024);
    const Pb__Worker *state = worker_state(dispatcher->own, &arena);
    if (state)
        learn(dispatcher, &dispatcher->workers[0], state);
    arena_finish(&arena);
}

/* Those whose offer lapsed are forgotten; their searches are taken back. */
static void drop_lapsed(struct dispatcher *dispatcher, int64_t now)
{
    for (size_t i = 0; i < dispatcher->worker_count; i++) {
        struct known_worker *worker = &dispatcher->workers[i];
        if (!worker->number || !worker->ticket || now - worker->heard_us < INT64_C(1000) * WORKER_LEASE_MS)
            continue;
        answer_later(dispatcher->service, worker->ticket, CODE_OK, NULL, NULL);
        *worker = (struct known_worker){0};
    }
}

/* --- time -------------------------------------------------------------------------------------------- */

/* How far the furthest worker has read a source, in that epoch. */
static uint64_t furthest_of(const struct dispatcher *dispatcher, unsigned source, uint64_t epoch)
{
    uint64_t furthest = 0;
    for (size_t i = 0; i < dispatcher->worker_count; i++) {
        const struct known_worker *worker = &dispatcher->workers[i];
        const struct position *read = &worker->read.of[source];
        if (worker->number && !worker->partial && read->epoch == epoch && read->sequence > furthest)
            furthest = read->sequence;
    }
    return furthest;
}

/* Why nobody took it. */
static void end_late(struct dispatcher *dispatcher, struct waiting_search *search)
{
    struct fault fault;
    bool whole = false;
    for (size_t i = 0; i < dispatcher->worker_count; i++)
        whole |= dispatcher->workers[i].number && !dispatcher->workers[i].partial;
    fault_set(&fault, CODE_UNAVAILABLE, "",
              whole ? "no worker answered in time" : "no worker is ready: none has read its first facts");
    for (unsigned source = 0; whole && source < SOURCE_COUNT; source++) {
        const struct position *least = &search->at_least.of[source];
        uint64_t furthest = furthest_of(dispatcher, source, least->epoch);
        if (!least->epoch || furthest >= least->sequence)
            continue;
        fault_set(&fault, CODE_UNAVAILABLE, "at_least",
                  "no worker has read %s up to %llu of epoch %llu yet; the furthest is at %llu",
                  matching_sources[source], (unsigned long long)least->sequence,
                  (unsigned long long)least->epoch, (unsigned long long)furthest);
        break;
    }
    end(dispatcher, search, CODE_UNAVAILABLE, &fault);
}

static void look_at(struct dispatcher *dispatcher, struct waiting_search *search, int64_t now)
{
    struct known_worker *worker = find_worker(dispatcher, search->worker);
    if (search->failed != CODE_OK) {
        end(dispatcher, search, search->failed, &search->fault);
    } else if (now >= search->end_us) {
        end_late(dispatcher, search);
    } else if (search->worker && !worker) {
        take_back(dispatcher, search); /* it is gone */
    } else if (search->worker && now >= search->silence_us) {
        worker->silent = worker->ticket != 0;
        take_back(dispatcher, search);
    }
}

void dispatcher_turn(struct dispatcher *dispatcher)
{
    int64_t now = now_us(dispatcher);
    refresh_own(dispatcher);
    drop_lapsed(dispatcher, now);
    for (size_t i = 0; i < DISPATCH_BUCKETS && dispatcher->count; i++)
        for (struct waiting_search *search = dispatcher->searches[i], *next; search; search = next) {
            next = search->next_in_bucket;
            look_at(dispatcher, search, now);
        }
    hand_out_all(dispatcher);
}
