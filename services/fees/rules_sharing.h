#pragma once
/* Who sees and writes what of a provision's fees, but for applications (rules_application.h): the table of
 * rights over records (rules S1, S4, F5, F6). Pure. The same table makes the audiences of the feed and of
 * histories. */

#include "services/fees/rules_actor.h"

#include <stddef.h>

/* What there is to see. */
enum fee_thing {
    FEE_THING_HEAD,             /* who leads, dates, state */
    FEE_THING_LOG,              /* meetings, offers, notes */
    FEE_THING_REPORT_DRAFT,     /* a report that is not published, or no more */
    FEE_THING_REPORT,           /* a published one */
    FEE_THING_DECISION_PENDING, /* why an LA has not decided */
    FEE_THING_DECISION,         /* what it decided */
    FEE_THING_LETTER,           /* that was sent */
    FEE_THING_LINES,            /* child-level */
    FEE_THING_LINE_TOTALS,
    FEE_THINGS,
};

/* What somebody is to it; one may be several. LAs are active members (rule R1); the operator, who keeps every
 * LA's deployment, is each of them. */
enum sharing {
    SHARING_MEMBER,    /* any LA; a service of the region, which shares what members share */
    SHARING_CONCERNED, /* an LA that places or placed there in the cycle */
    SHARING_LEAD,      /* the LA that leads */
    SHARING_OWN,       /* the LA whose decision, letter, lines or sums they are */
    SHARING_HOST,      /* a host administrator, the operator */
    SHARING_AUDITOR,
    SHARING_PROVIDER, /* the provider that it is about */
    SHARINGS,
};

enum sharing_act { SHARING_READ, SHARING_WRITE, SHARING_ACTS };

/* One field of the table. */
bool sharing_right(enum fee_thing thing, enum sharing sharing, enum sharing_act act);

/* Whose it is; "" and none where that does not apply. Borrowed. */
struct fee_whose {
    const char *lead_id;
    const char *const *concerned_ids;
    size_t concerned_count;
    const char *authority_id; /* its own LA */
    const char *provider_id;
};

/* What the actor is to it: a bit (1 << SHARING_MEMBER) for each. */
unsigned sharings_of(const struct fees_actor *actor, const struct fee_whose *whose);
/* May it, as any of those? The host's administrators write as people of their own LA alone. */
bool sharing_may(const struct fees_actor *actor, enum fee_thing thing, const struct fee_whose *whose,
                 enum sharing_act act);
