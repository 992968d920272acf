#pragma once
/* What goes wrong in a schedule, and when. */

#include "tests/sim/sim.h"

/* How hard this schedule will be: drawn before anything starts. */
void disturb_plan(struct sim *sim);
/* Will keys rotate in it? */
bool disturb_rotates(const struct sim *sim);
/* Whatever is due now. */
void disturb(struct sim *sim);
int64_t disturb_next_us(const struct sim *sim);
/* That program begins to write copies behind: now and then its disk refuses just then, as it hardly ever
 * would by chance. */
void disturb_behind(struct node *node);
/* A program crashed in its turn: when it comes back. */
void disturb_ended(struct node *node);
/* Heals everything; from now on nothing goes wrong. */
void disturb_stop(struct sim *sim);
