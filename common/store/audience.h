#pragma once
/* Who may see a record in the feed (the entitlement of a follower is tested against it at the source). */

#include "common/base/span.h"

enum audience_group {
    AUDIENCE_SERVICES = 1 << 0, /* the region's services */
    AUDIENCE_WORKERS = 1 << 1,  /* matching workers */
    AUDIENCE_HOST = 1 << 2,     /* the host LA, its auditors, and the operator */
    AUDIENCE_MEMBERS = 1 << 3,  /* every active member LA */
    AUDIENCE_HOST_OWN = 1 << 4, /* the host LA and the operator; no auditor: drafts of others (rule M4) */
};

enum { AUDIENCE_NAMES_MAX = 128, AUDIENCE_NAME_BYTES = 40 };

/* Groups, and single LAs (by GSS code) or providers (by UUID text) besides. Names at and above `name_count`
 * are never read: one that is made for each entry is begun by audience_init, which leaves them as they are.
 */
struct audience {
    unsigned groups;
    unsigned name_count;
    char names[AUDIENCE_NAMES_MAX][AUDIENCE_NAME_BYTES];
};

/* Nobody. */
static inline void audience_init(struct audience *audience)
{
    audience->groups = 0;
    audience->name_count = 0;
}

/* What one follower may see: the groups it is of, and its own LA or provider (empty: none). */
struct entitlement {
    unsigned groups;
    char name[AUDIENCE_NAME_BYTES];
};

/* Adds a name once; an empty name adds nothing. False when AUDIENCE_NAMES_MAX are there already. */
bool audience_add(struct audience *audience, const char *name);

/* Has the follower one of its groups, or is its LA or provider named? */
bool audience_admits(const struct audience *audience, const struct entitlement *entitlement);
