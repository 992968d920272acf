/* The worker's side of dispatching. In: searches, as items of the call by which it offered itself. Out:
 * CompleteSearch for each. An offer is a call of its own; the dispatcher ends the one before when a new one
 * comes, so a call that ends is only noted. */

#include "services/matching/offer.h"

#include "common/wire/wire.h"

#include <stdlib.h>

enum { OFFER_STATE_BYTES = 64 * 1024, OFFER_DEADLINE_MS = 2 * WORKER_LEASE_MS };

struct offer_call {
    struct offer *offer;
    struct offer_call *next, **link; /* among all under way */
};

void offer_init(struct offer *offer, struct worker *worker, const char *instance)
{
    *offer = (struct offer){.worker = worker, .instance = instance};
}

static void drop_call(struct offer_call *call)
{
    *call->link = call->next;
    if (call->next)
        call->next->link = call->link;
    free(call);
}

void offer_finish(struct offer *offer)
{
    while (offer->calls)
        drop_call(offer->calls);
    *offer = (struct offer){0};
}

static struct client *dispatcher_client(const struct offer *offer)
{
    return service_client(offer->worker->service, "matching", NULL);
}

static Pb__Worker *state_of(const struct offer *offer, struct arena *arena)
{
    Pb__Worker *state = worker_state(offer->worker, arena);
    if (state)
        state->name = offer->instance;
    return state;
}

static void ignore(void *context, const struct client_answer *answer)
{
    (void)context;
    (void)answer; /* an answer that is lost is asked for again by the dispatcher, elsewhere */
}

static void complete(void *context, uint64_t search, enum code code, const struct fault *fault,
                     struct span packed)
{
    struct offer *offer = context;
    const struct call_options options = {.deadline_ms = WORKER_LEASE_MS};
    Pb__CompleteSearchRequest request;
    Pb__Status status;
    struct arena arena;
    struct client *client = offer->worker ? dispatcher_client(offer) : NULL;
    if (!client)
        return;
    arena_init(&arena, OFFER_STATE_BYTES);
    pb__complete_search_request__init(&request);
    pb__status__init(&status);
    status.code = (uint32_t)code;
    status.message = fault->reason;
    status.field = fault->field;
    request.search = search;
    request.status = &status;
    request.response = (ProtobufCBinaryData){packed.size, (uint8_t *)(uintptr_t)packed.data};
    request.state = state_of(offer, &arena);
    if (request.state)
        client_call(client, "ccrag.v1.DispatchService/CompleteSearch", &request.base, &options, ignore, NULL);
    arena_finish(&arena);
}

static void search(struct offer *offer, const Pb__OfferWorkResponse *item)
{
    struct arena arena;
    struct fault fault = {0};
    ProtobufCMessage *request;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    enum code code = wire_unpack(&pb__search_request__descriptor,
                                 span_of(item->request.data, item->request.len), &arena, &request, &fault);
    if (code == CODE_OK)
        code = worker_search(offer->worker, item->search, item->authority, (const Pb__SearchRequest *)request,
                             complete, offer, &fault);
    if (code != CODE_OK)
        complete(offer, item->search, code, &fault, (struct span){0});
    arena_finish(&arena);
}

static void came(void *context, const struct client_answer *answer)
{
    struct offer_call *call = context;
    struct offer *offer = call->offer;
    if (answer->more) {
        if (answer->response)
            search(offer, (const Pb__OfferWorkResponse *)answer->response);
        return;
    }
    if (offer->present == call)
        offer->present = NULL;
    drop_call(call);
}

static void make(struct offer *offer, int64_t now_us)
{
    const struct call_options options = {.deadline_ms = OFFER_DEADLINE_MS};
    Pb__OfferWorkRequest request;
    struct arena arena;
    struct client *client = dispatcher_client(offer);
    struct offer_call *call = client ? calloc(1, sizeof *call) : NULL;
    if (!call)
        return;
    arena_init(&arena, OFFER_STATE_BYTES);
    pb__offer_work_request__init(&request);
    request.instance = offer->instance;
    request.state = state_of(offer, &arena);
    *call = (struct offer_call){.offer = offer, .next = offer->calls, .link = &offer->calls};
    if (call->next)
        call->next->link = &call->next;
    offer->calls = call;
    if (request.state &&
        client_call(client, "ccrag.v1.DispatchService/OfferWork", &request.base, &options, came, call) != 0)
        offer->present = call; /* searches of the call before still count until it ends */
    else
        drop_call(call);
    offer->offered_us = now_us;
    offer->told = worker_positions(offer->worker);
    offer->told_partial = !worker_is_ready(offer->worker);
    arena_finish(&arena);
}

bool offer_has_news(const struct offer *offer)
{
    struct positions read = worker_positions(offer->worker);
    return !offer->present || !positions_reach(&offer->told, &read) ||
           !positions_reach(&read, &offer->told) || offer->told_partial == worker_is_ready(offer->worker);
}

void offer_turn(struct offer *offer)
{
    int64_t now_us = world_mono_us(service_world(offer->worker->service));
    int64_t since_us = now_us - offer->offered_us;
    bool first = offer->offered_us == 0;
    if (first || since_us >= 1000 * WORKER_OFFER_MS ||
        (since_us >= 1000 * WORKER_TELL_MS && offer_has_news(offer)))
        make(offer, now_us);
}
