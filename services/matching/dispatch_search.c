/* The searches whose answers a dispatcher owes: made, found, listed. In: requests. Out: waiting searches; who
 * gets them is decided in dispatch.c. */

#include "services/matching/dispatch_inside.h"

#include <stdio.h>
#include <stdlib.h>

struct waiting_search *search_make(const struct dispatcher *dispatcher, const char *authority,
                                   const Pb__SearchRequest *request, int64_t deadline_us)
{
    size_t size = protobuf_c_message_get_packed_size(&request->base);
    struct waiting_search *search =
        dispatcher->count < SEARCH_WAITING_MAX ? calloc(1, sizeof *search + size) : NULL;
    if (!search)
        return NULL;
    uint8_t *packed = (uint8_t *)(search + 1);
    protobuf_c_message_pack(&request->base, packed);
    int64_t left_us = deadline_us - now_us(dispatcher), margin_us = left_us / 10;
    search->packed = span_of(packed, size);
    search->end_us = deadline_us - (margin_us < 100 * 1000 ? margin_us : 100 * 1000);
    snprintf(search->authority, sizeof search->authority, "%s", authority);
    search->at_least = positions_read(request->at_least, request->n_at_least);
    return search;
}

struct waiting_search *search_find(struct dispatcher *dispatcher, uint64_t number)
{
    struct waiting_search *search = dispatcher->searches[number % DISPATCH_BUCKETS];
    while (search && search->number != number)
        search = search->next_in_bucket;
    return search;
}

void search_list(struct dispatcher *dispatcher, struct waiting_search *search)
{
    search->listed = true;
    search->next = NULL;
    search->previous = dispatcher->last;
    if (dispatcher->last)
        dispatcher->last->next = search;
    else
        dispatcher->first = search;
    dispatcher->last = search;
}

void search_unlist(struct dispatcher *dispatcher, struct waiting_search *search)
{
    if (!search->listed)
        return;
    search->listed = false;
    if (search->previous)
        search->previous->next = search->next;
    else
        dispatcher->first = search->next;
    if (search->next)
        search->next->previous = search->previous;
    else
        dispatcher->last = search->previous;
}
