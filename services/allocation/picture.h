#pragma once
/* What is so: the registry's facts as they were told, and what is published, read from the store for the
 * rules. Whole, on a thread of the pool; or of some provisions, in a command before its first write. */

#include "common/service/handling.h"
#include "services/allocation/records.h"
#include "services/allocation/rules_present.h"

/* What holds and waits. */
struct present {
    Pb__AllocationCycle *cycle; /* the one that is not closed; NULL: none */
    Pb__Transfer **transfers;   /* those that wait for an answer or hold; changed as they are written */
    size_t transfer_count;
};
enum code present_load(struct command *command, struct present *ret_present);
bool present_is_published(const struct present *present);

/* One provision, with everything that is kept of it. */
struct subject {
    const char *id;
    Pb__Provision *provision;    /* NULL: the registry has it no more */
    Pb__Allocation *allocation;  /* NULL: nobody has it */
    const struct site *site;     /* NULL: nobody places there, or it is out of scope */
    Pb__ProposedAllocation *row; /* what the facts give it now; NULL with `site` */
};

struct picture {
    struct present present;
    struct facts facts;
    struct subject *subjects; /* by identifier where whole: all that are in scope or allocated */
    size_t count;
    struct collected authorities; /* active members */
};

/* Everything, as on that day. RESOURCE_EXHAUSTED past the arena's limit, or with more than
 * ALLOCATION_SITES_MAX sites. Rows are left out: whoever makes a proposal makes them. */
enum code picture_load(struct command *command, struct date as_of, struct picture *ret_picture);

/* These provisions, by UUID, as they are today, with their rows. What of `subjects` is not known stays NULL.
 */
enum code picture_load_some(struct command *command, const char *const *ids, size_t count,
                            struct picture *ret_picture);

/* The name of a member, its code where none is known. */
const char *authority_name(const struct picture *picture, const char *gss);
