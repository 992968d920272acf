#pragma once
/* The programs of a schedule, as nodes. */

#include "tests/sim/sim.h"

/* One more program, for a part to prepare: its options and context (freed at the end of the schedule).
 * `name` is its own, `principal` the roster's. */
struct node *sim_add_node(struct sim *sim, const char *name, const char *principal);

/* The program of that name; there must be one. */
struct node *sim_node_named(struct sim *sim, const char *name);

/* Starts a program that is down, from its store; false: it could not (a disk that refuses), try later. */
bool node_start(struct node *node);
/* Ends it: a crash, or orderly. */
void node_end(struct node *node, bool orderly);

/* Of PLANT_EARLY_ANSWER: keeps the registry's file as it is before a commit; puts it back. */
void plant_remember(struct sim *sim);
void plant_roll_back(struct sim *sim);
