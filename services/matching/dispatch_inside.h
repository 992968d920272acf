#pragma once
/* The inside of the dispatcher: the searches whose answers are owed. */

#include "services/matching/dispatch.h"

/* A search whose answer is owed. */
struct waiting_search {
    uint64_t number, ticket;
    struct waiting_search *next_in_bucket;
    struct waiting_search *next, *previous; /* while it has no worker */
    bool listed;
    bool taking;      /* the handler that took it still runs: its ticket cannot be answered yet */
    enum code failed; /* and so it ends with this, soon */
    struct fault fault;
    uint64_t worker;                 /* that has it; 0: none */
    uint64_t tried[WORKERS_MAX / 8]; /* those that failed it, the last so many */
    unsigned tried_count;
    int64_t end_us;     /* answered by then, one way or another */
    int64_t silence_us; /* its worker is passed over then */
    struct positions at_least;
    char authority[GSS_TEXT_BYTES]; /* whose membership lets it be answered; "": that does not matter */
    struct span packed;             /* after this struct, in one allocation */
};

/* Copies a request of that LA's ("": whose does not matter); it is in no list yet. NULL: too many wait, or
 * out of memory. Free with free. */
struct waiting_search *search_make(const struct dispatcher *dispatcher, const char *authority,
                                   const Pb__SearchRequest *request, int64_t deadline_us);

/* By number; NULL: it has ended. */
struct waiting_search *search_find(struct dispatcher *dispatcher, uint64_t number);

/* Into, and out of, the list of those that have no worker; one that is not in it is left alone. */
void search_list(struct dispatcher *dispatcher, struct waiting_search *search);
void search_unlist(struct dispatcher *dispatcher, struct waiting_search *search);

static inline int64_t now_us(const struct dispatcher *dispatcher)
{
    return world_mono_us(service_world(dispatcher->service));
}
