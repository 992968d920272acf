#pragma once
/* What the two files of the roster share. */

#include "tests/sim/roster.h"

enum { SECOND_US = 1000 * 1000 };

/* Signs and writes the next roster: it is the newest from now on. */
void roster_publish(struct sim *sim);
/* The same serial, with one removal more, by the revoker. */
void roster_revoke(struct sim *sim, enum sim_principal_id principal);
/* The newest is in its place again. */
void roster_end_replay(struct sim *sim);
