#pragma once
/* The programs of a schedule: what each serves, and what it is told to do wrong. */

#include "tests/sim/sim.h"

/* The registry as it is, with its own handlers. */
void registry_prepare(struct node *node);
/* A program that keeps a copy of all it may see of the registry, and tells from it. `principal`: a node or a
 * service. */
void follower_prepare(struct node *node);

/* Matching as it is. Without an instance's name: the dispatcher, which may work too; with one: a worker by
 * itself. */
void matching_prepare(struct node *node, bool works, const char *instance);

/* Compares the copy of a follower that has read all with what the registry says it is entitled to. */
void follower_check(struct node *node);

/* Starts a program that is down, from its store; false: it could not (a disk that refuses), try later. */
bool node_start(struct node *node);
/* Ends it: a crash, or orderly. */
void node_end(struct node *node, bool orderly);

/* Of PLANT_EARLY_ANSWER: keeps the registry's file as it is before a commit; puts it back. */
void plant_remember(struct sim *sim);
void plant_roll_back(struct sim *sim);
