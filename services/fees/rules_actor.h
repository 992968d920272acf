#pragma once
/* Who asks, as the rules of fees see it. */

#include <stdbool.h>

/* Each text borrowed, "" (or NULL) where it is none. */
struct fees_actor {
    bool is_operator; /* keeps the deployment: acts for any authority and any provider */
    bool is_host;     /* a host administrator: sees all but child-level lines, acts for the host's own LA */
    bool reads_all;   /* an auditor: reads what the host reads of what was submitted */
    bool is_service;  /* of the region: reads what every member reads */
    const char *authority_id; /* the LA that it acts for: its people, its node; of a host's, the host */
    bool is_active_member;    /* that LA is */
    const char *provider_id;
};

static inline bool actor_is_said(const char *text)
{
    return text && text[0];
}
