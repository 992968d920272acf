#pragma once
/* What a running matching holds. One program in several roles (rule X4 makes them alike): a worker searches;
 * a dispatcher takes searches from callers and hands them to workers, its own or others that offered
 * themselves. */

#include "services/matching/dispatch.h"
#include "services/matching/offer.h"
#include "services/matching/worker.h"

struct matching {
    bool works, dispatches;
    const char *instance; /* of a worker by itself */
    struct worker worker;
    struct dispatcher dispatcher;
    struct offer offer;
};

/* The context of the program. */
static inline struct matching *matching_of(void *context)
{
    return context;
}

/* What service_options takes (service.h). */
enum { MATCHING_TURN_MS = 20, MATCHING_IDLE_MS = 200 };
enum code matching_start(struct service *service, struct fault *ret_fault);
void matching_stop(struct service *service);
enum code matching_turn(struct command *command);
bool matching_is_idle(const struct service *service);
#define MATCHING_TIMER                                                                                       \
    {                                                                                                        \
        .name = "dispatch", .every_ms = MATCHING_TURN_MS, .run = matching_turn, .is_idle = matching_is_idle, \
        .idle_ms = MATCHING_IDLE_MS                                                                          \
    }
void matching_count(struct service *service, void (*add)(void *sink, const char *name, uint64_t value),
                    void *sink);
bool matching_is_demonstration(struct service *service);

/* The worker read on, or its searches changed: waiting searches may go to it, and the dispatcher is told. */
void matching_moved(struct matching *matching);
