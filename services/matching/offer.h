#pragma once
/* A worker by itself: it offers itself to the region's dispatcher, searches what it is given, and answers. */

#include "services/matching/worker.h"

struct offer_call;

struct offer {
    struct worker *worker;
    const char *instance;
    struct offer_call *calls;   /* all under way */
    struct offer_call *present; /* the call over which searches come; NULL: none */
    int64_t offered_us;
    struct positions told; /* what the last offer said */
    bool told_partial;
};

/* Offers nothing yet; both are borrowed until offer_finish. */
void offer_init(struct offer *offer, struct worker *worker, const char *instance);

/* Offers itself when there is something new to tell, and every WORKER_OFFER_MS. To be called every few
 * milliseconds and when the worker read on. */
void offer_turn(struct offer *offer);

/* Is there something that the dispatcher has not been told? */
bool offer_has_news(const struct offer *offer);

/* Gives its calls up: none of the service's clients may take a turn after this. */
void offer_finish(struct offer *offer);
