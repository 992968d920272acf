#pragma once
/* The roster of a schedule: keys that leave it, come back and rotate, older and forged copies of it. */

#include "tests/sim/region.h"

/* How new a roster is: a removal by the revoker leaves the serial as it was. */
struct roster_age {
    uint64_t serial, revocations;
};

enum { ROSTERS_KEPT = 6 };

struct sim_roster {
    struct roster_age age;
    unsigned writes;  /* of the file */
    int64_t since_us; /* since when the file is the newest roster; INT64_MAX: it is not, a copy lies there */
    bool out[SIM_PRINCIPALS];                          /* was removed */
    Pb__SignedRevocation *revocations[SIM_PRINCIPALS]; /* by the revoker, of this serial */
    unsigned revocation_count;
    /* Of the keys of each: which is the newest, is the one before it still good, which is in the file. */
    struct sim_keys {
        unsigned newest, in_file;
        bool both;
        int64_t put_us, finish_us; /* when the newest gets into the file, when the older is dropped */
    } keys[SIM_PRINCIPALS];
    /* A key that is no longer good: since when, and as of which roster. */
    struct out_of_roster {
        int64_t since_us; /* -1: it is in, or was not yet */
        struct roster_age as_of;
    } gone[SIM_PRINCIPALS][SIM_KEYS];
    struct packed_roster {
        uint8_t *bytes;
        size_t size;
    } kept[ROSTERS_KEPT]; /* the last that were written, the newest first */
    int64_t replay_ends_us;
    struct arena arena; /* of the revocations */
};

/* Everybody is in it, each with the first key. */
void roster_begin(struct sim *sim);
void roster_end(struct sim *sim);

/* A principal leaves it, by the region's key or the revoker's, or comes back. */
void roster_turn_out_or_in(struct sim *sim, enum sim_principal_id principal);
/* A new key beside the one it has; later that is in its file, later the old one is dropped. */
void roster_rotate(struct sim *sim, enum sim_principal_id principal);
/* For a while an older copy lies in the roster's place, or one that the revoker signed. */
void roster_replay(struct sim *sim);
/* What is due of rotations and replays. */
void roster_advance(struct sim *sim);
int64_t roster_next_us(const struct sim *sim);
/* Everybody is back, rotations end, the newest roster is in its place. */
void roster_settle(struct sim *sim);

/* Does the program use its newest key, wherever it calls and listens? */
bool roster_is_taken(const struct sim *sim, const struct node *node);
/* Must that program know by now that the key is no longer good? */
bool roster_must_know(const struct sim *sim, const struct node *node, enum sim_principal_id principal,
                      unsigned key);
/* After a turn or a start: what it has in force is no older than what it had, and nothing that the region did
 * not sign. */
void roster_check(struct node *node);
/* It ends: from now on it knows what its store remembers. */
void roster_leave(struct node *node);
