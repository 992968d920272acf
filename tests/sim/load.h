#pragma once
/* The clients of a schedule: programs that give commands over one dialled link and enter in the promises what
 * they are told. */

#include "tests/sim/sim.h"

enum load_role {
    LOAD_OPERATOR, /* makes and changes records, as the operator */
    LOAD_NODE,     /* places children, as an LA's node under its own right */
    LOAD_OFFICER,  /* the same, as a person of an LA by way of the gateway */
};

struct load_options {
    enum load_role role;
    const char *authority;
};

/* `node->context` is its options. Starts it: links are dialled. */
void load_start(struct node *node);
/* Ends it; what it was not told of is of unknown fate. */
void load_end(struct node *node);
bool load_turn(struct node *node);
int64_t load_next_us(const struct node *node);
/* Is anything under way? */
bool load_is_busy(const struct node *node);
/* With everything at rest: a search at the registry's own position, which must be answered. */
void load_search_last(struct node *node);
