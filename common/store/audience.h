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

enum { AUDIENCE_NAMES_MAX = 8, AUDIENCE_NAME_BYTES = 40 };

/* Groups, and single LAs (by GSS code) or providers (by UUID text) besides. */
struct audience {
    unsigned groups;
    unsigned name_count;
    char names[AUDIENCE_NAMES_MAX][AUDIENCE_NAME_BYTES];
};

/* What one follower may see: the groups it is of, and its own LA or provider (empty: none). */
struct entitlement {
    unsigned groups;
    char name[AUDIENCE_NAME_BYTES];
};

/* Adds a name once; an empty name adds nothing. False when AUDIENCE_NAMES_MAX are there already. */
bool audience_add(struct audience *audience, const char *name);

/* Has the follower one of its groups, or is its LA or provider named? */
bool audience_admits(const struct audience *audience, const struct entitlement *entitlement);
