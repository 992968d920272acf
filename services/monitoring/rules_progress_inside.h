#pragma once
/* What progress and reminders share: the records that were told, each once. */

#include "services/monitoring/rules_reminders.h"
#include "services/monitoring/rules_text.h"

struct entry {
    const char *id;
    uint64_t version;
    const void *record;
    const void *beside; /* a term's provider */
};
struct entries {
    struct entry *items;
    size_t count, capacity;
};

/* A published report, and what in it ends soon, or has ended. */
struct told_report {
    Pb__Report head; /* what reminders need of it */
    struct ending {
        const char *question_id, *title;
        struct date on;
    } * endings;
    size_t count;
};

/* Who has a provision. */
struct holding {
    const char *provision_id, *authority_id, *provider_id, *name;
    Pb__AllocationStanding standing;
};

struct progress_builder {
    struct arena *arena;
    const Pb__AllocationCycle *cycle;
    struct date today, first_on, last_on;
    struct entries allocations, terms, visits, reports, published;
    bool settled;             /* the lists hold each record once, and what follows is made from them */
    struct holding *holdings; /* by provision */
    size_t holding_count;
    const Pb__Visit **visits_there; /* of the cycle, by provision, then identifier */
    size_t visit_count;
};

/* Makes each record count once. CODE_RESOURCE_EXHAUSTED past the arena's limit. */
enum code progress_settle(struct progress_builder *builder);

/* The holder of a provision; NULL: none. */
const struct holding *progress_holding(const struct progress_builder *builder, const char *provision_id);

/* How a link's shared visit stands. */
struct shared_visit {
    bool made;                /* by anyone */
    const Pb__Visit *planned; /* by its holder, the last by date; NULL: none */
};
struct shared_visit progress_shared_visit(const struct progress_builder *builder,
                                          const struct holding *holding);

/* One of `published`. False past the arena's limit. */
bool progress_add_told(struct progress_builder *builder, const struct told_report *told_report,
                       uint64_t version);

bool progress_push(struct arena *arena, struct entries *entries, struct entry entry);
