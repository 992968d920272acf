#pragma once
/* What the running service holds besides its store, and what it does by itself. All of it can be lost: it is
 * found again in the store. */

#include "common/service/service.h"

/* Its name in the roster, and the source of its facts. */
#define ALLOCATION_NAME   "allocation"
#define ALLOCATION_SOURCE "registry"
/* The timer that looks at what has changed, made due at once by what was followed. */
#define ALLOCATION_LOOKING "look"

struct allocation {
    /* Looking through everything: which of the tables, and the last of its keys. */
    struct look_walk {
        bool under_way;
        uint64_t wanted; /* as it was when it began */
        int32_t day;
        uint64_t slices; /* of it that were written */
        size_t table;
        uint8_t key[16];
        size_t key_size;
    } walk;
};

struct allocation *allocation_of(const struct command *command);

/* What is followed (follow.c). */
extern const struct follow allocation_follows[];

/* Asks for every provision to be looked at (look.c): what changed concerns many. */
enum code look_at_all(struct command *command);
/* Timer: looks at the next LOOK_SLICE provisions that are marked, or that a look at all comes to; raises and
 * settles tasks, allocates what is new in mid-cycle, ends holds (rules A6, A7). */
enum code allocation_look(struct command *command);
/* Timer: expires offers whose last day is over. */
enum code allocation_expire(struct command *command);

/* A node whose LA is not an active member sees nothing; the host's sees what is for the host. */
bool allocation_entitle(struct service *service, const struct principal *principal,
                        struct entitlement *ret_entitlement, uint64_t *ret_number);
bool allocation_is_demonstration(struct service *service);
