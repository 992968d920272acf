#pragma once
/* What each service brings to a schedule; a service joins by a part of its own and a line in parts.c. */

#include "tests/sim/load.h"
#include "tests/sim/promises.h"

/* A kind of command that clients give. The last of a list has no name. */
struct order_kind {
    const char *name;
    /* Makes the request and gives it (order_give); false: there is nothing yet to do it with. */
    bool (*give)(struct load *load, struct order *order);
    unsigned weights[SIM_SCENES][LOAD_ROLES]; /* how often, by who gives it */
    const struct table *ends; /* deletes or erases the record `order->id` of this table; may be NULL */
    bool erases;
    /* What came of it, to be counted; may be NULL. */
    void (*told)(struct sim *sim, const struct order *order);
    bool unmarked; /* it writes no text of its own: only what was acknowledged is looked for */
};

struct part {
    const char *service; /* to which the commands go: a name of the roster */
    void (*build)(struct sim *sim);
    const struct table *const *tables; /* whose records come back in answers; may be NULL */
    const struct order_kind *orders;   /* may be NULL */
    /* With everything at rest: its stores against the promises, and whatever else must hold; may be NULL. */
    void (*check)(struct sim *sim);
};

/* Ended by NULL. */
extern const struct part *const sim_parts[];

extern const struct part registry_part, followers_part, matching_part, allocation_part, monitoring_part,
    fees_part;

/* registry_start.c: members, homes and placements, before anybody asks. */
void registry_start_full(struct sim *sim);

/* Gives one command of some part, as the seed says, and enters it in the promises. */
void order_any(struct load *load);
/* Sends it to the part's service, with a key and some deadline. */
void order_give(struct load *load, struct order *order, const char *method, const ProtobufCMessage *request);
/* One record of a table of that part's service that is wanted (`wanted` NULL: any; it is given `of`), as the
 * seed says, until the client's next command: what one knows who has just read it. NULL: there is none now.
 */
const void *order_pick(struct load *load, const struct table *table,
                       bool (*wanted)(const ProtobufCMessage *record, const void *of), const void *of);
/* True `percent` times in a hundred. */
bool order_chance(struct load *load, unsigned percent);
