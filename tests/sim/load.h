#pragma once
/* The clients of a schedule: programs on the frame, without a store, as the gateway is one. They give
 * commands and enter in the promises what they are told. */

#include "tests/sim/sim.h"

enum load_role {
    LOAD_OPERATOR, /* makes and changes records, as the operator */
    LOAD_NODE,     /* places children, as an LA's node under its own right */
    LOAD_OFFICER,  /* the same, as a person of an LA by way of the gateway */
    LOAD_VISITOR,  /* visits and writes reports for every LA, as the operator */
    LOAD_ROLES
};

/* `authority`: of a node or an officer. */
void load_prepare(struct node *node, enum load_role role, const char *authority);
/* Beside its turn as a program: asks, when it is time to. */
void load_turn(struct node *node);
int64_t load_next_us(const struct node *node);
/* Is anything under way? */
bool load_is_busy(const struct node *node);
/* With everything at rest: a search at the registry's own position, which must be answered. */
void load_search_last(struct node *node);
