#pragma once
/* A proposal, made of a picture: for proposing, and again for publishing. And lists by provision, in pages.
 */

#include "services/allocation/handlers/support.h"

struct making {
    Pb__AllocationMethod method;
    uint32_t tolerance_percent;
    /* Made: */
    struct given *given; /* for each site of the facts */
    Pb__ProposedAllocation **rows;
    size_t row_count;
    uint32_t links, soles, attention, changes;
    Pb__AuthorityLoad **loads, **closest_loads; /* the latter of a balanced one alone */
    size_t load_count;
    Pb__VisitCosts costs;
    uint8_t digest[32];
};

/* Everything below `method` and `tolerance_percent`, in the command's arena. FAILED_PRECONDITION where no
 * balanced allocation exists, with what prevents it. */
enum code make_rows(struct command *command, const struct picture *picture, struct making *making);

/* The header, without its name; NULL past the arena's limit. */
Pb__AllocationProposal *proposal_of(struct command *command, const struct whole *whole,
                                    const struct making *making);

/* Would publishing this row (NULL: the proposal has none) change what a provision has? One that is given to
 * nobody for want of a position keeps what it has. */
bool would_change(const Pb__Allocation *allocation, const Pb__ProposedAllocation *row);

/* --- lists by identifier of the provision ------------------------------------------------------------ */

struct listing {
    void **items;
    size_t count, size;
    const char *last;            /* of the last item */
    char after[UUID_TEXT_BYTES]; /* where it begins; "": at the beginning */
    bool more;
};
/* INVALID_ARGUMENT: as read_page. */
enum code listing_begin(struct command *command, const Pb__PageRequest *page, struct listing *ret_listing);
/* Was it on an earlier page? */
bool listing_is_before(const struct listing *listing, const char *provision_id);
/* Adds the next; one of an earlier page is passed over. False: the page is full, and there is more. */
bool listing_add(struct listing *listing, const char *provision_id, void *item);
/* NULL past the arena's limit. */
Pb__PageInfo *listing_end(struct command *command, const struct listing *listing);
