#pragma once
/* A transportation problem: sites with a choice of offices, offices with bounds. Private to rules_*.c. */

#include "services/allocation/rules_propose.h"

struct choice {
    uint16_t office;
    bool allowed; /* may be taken in what is asked now */
    uint32_t metres;
};

/* Sites by identifier; the choices of the i-th stand from first[i] to first[i + 1], by office. */
struct balance {
    struct arena *arena;
    size_t site_count, office_count;
    const uint32_t *sites; /* of facts.sites */
    const uint32_t *first;
    struct choice *choices;
    uint32_t *chosen;      /* for each site, one of `choices` */
    uint32_t *loads;       /* for each office, how many sites have it */
    struct bounds *bounds; /* for each office */
};

/* The problem of the facts; nothing is chosen yet. False past the arena's limit. */
bool balance_init(struct balance *balance, const struct facts *facts, const struct bounds *bounds,
                  struct arena *arena);

/* Every site to that choice. */
void balance_choose(struct balance *balance, const uint32_t *chosen);

/* Moves sites, from whatever was chosen, until every load is within its bounds. False, with the
 * obstacle, where that cannot be; past the arena's limit the obstacle has no offices. */
bool balance_repair(struct balance *balance, struct obstacle *ret_obstacle);

/* --- rules_balance_solver.c */

/* Gives each site the choice that the solver made of least total distance within the bounds, as far as whole
 * numbers can be told: only a beginning. The bounds can be kept. NONE, SOLVER_TIME, SOLVER_FAILED, TOO_MANY.
 */
enum allocation_refusal balance_solve(struct balance *balance, unsigned seconds_max);

/* --- rules_balance_moves.c: sites that can move from office to office */

/* Which of the sites that may move stand at which office, and whither they may. */
struct moves {
    struct balance *balance;
    uint32_t *ways;                   /* [from * office_count + to]: how many sites may go that way */
    uint32_t *head, *next, *previous; /* of each office, its sites, from 1; 0: none */
    uint32_t *came;                   /* of a search: by which office each was reached, from 1; 0: not */
    uint32_t *queue;
};

/* False past the arena's limit. No site may move yet. */
bool moves_init(struct moves *moves, struct balance *balance);
/* Lets a site move to its allowed choices, or no longer. */
void moves_add(struct moves *moves, uint32_t site);
void moves_remove(struct moves *moves, uint32_t site);

/* What balance_repair does, with the sites that may move. */
bool moves_repair(struct moves *moves, struct obstacle *ret_obstacle);

/* Makes room: a chain of sites moves, each to where the one before it left, from `from` until one comes to
 * `to`, or until a load that has room takes one more and another gives one up. False: there is no such chain,
 * and nothing is changed. */
bool moves_make_room(struct moves *moves, uint16_t from, uint16_t to);

/* --- rules_balance_best.c */

/* From any choice within the bounds to the one that is least, and of equals the first. False past the arena's
 * limit. */
bool balance_best(struct balance *balance);
