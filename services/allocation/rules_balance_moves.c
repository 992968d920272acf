/* Sites that move between offices, as paths through a graph of offices: an arrow for every way that some site
 * may go. In: a choice for each site. Out: loads within bounds, or the offices that stand against it, by the
 * argument of a minimal cut; chains of moves. Distances are not its business. */

#include "services/allocation/rules_balance.h"

bool moves_init(struct moves *moves, struct balance *balance)
{
    struct arena *arena = balance->arena;
    size_t offices = balance->office_count, sites = balance->site_count;
    *moves = (struct moves){
        .balance = balance,
        .ways = arena_array(arena, uint32_t, offices * offices),
        .head = arena_array(arena, uint32_t, offices),
        .next = arena_array(arena, uint32_t, sites),
        .previous = arena_array(arena, uint32_t, sites),
        .came = arena_array(arena, uint32_t, offices + 1),
        .queue = arena_array(arena, uint32_t, offices + 1),
    };
    return moves->ways && moves->head && moves->next && moves->previous && moves->came && moves->queue;
}

static uint16_t office_at(const struct balance *balance, uint32_t site)
{
    return balance->choices[balance->chosen[site]].office;
}

static void count_ways(struct moves *moves, uint32_t site, uint32_t by)
{
    const struct balance *balance = moves->balance;
    size_t from = office_at(balance, site);
    for (uint32_t j = balance->first[site]; j < balance->first[site + 1]; j++)
        if (j != balance->chosen[site] && balance->choices[j].allowed)
            moves->ways[from * balance->office_count + balance->choices[j].office] += by;
}

void moves_add(struct moves *moves, uint32_t site)
{
    uint32_t *head = &moves->head[office_at(moves->balance, site)];
    moves->next[site] = *head;
    moves->previous[site] = 0;
    if (*head)
        moves->previous[*head - 1] = site + 1;
    *head = site + 1;
    count_ways(moves, site, 1);
}

void moves_remove(struct moves *moves, uint32_t site)
{
    uint32_t next = moves->next[site], previous = moves->previous[site];
    if (previous)
        moves->next[previous - 1] = next;
    else
        moves->head[office_at(moves->balance, site)] = next;
    if (next)
        moves->previous[next - 1] = previous;
    count_ways(moves, site, (uint32_t)-1);
}

/* Moves any one site that may go that way. */
static void move_one(struct moves *moves, uint16_t from, uint16_t to)
{
    struct balance *balance = moves->balance;
    for (uint32_t site = moves->head[from]; site; site = moves->next[site - 1]) {
        for (uint32_t j = balance->first[site - 1]; j < balance->first[site]; j++) {
            if (balance->choices[j].office != to || !balance->choices[j].allowed)
                continue;
            moves_remove(moves, site - 1);
            balance->chosen[site - 1] = j;
            moves_add(moves, site - 1);
            balance->loads[from]--;
            balance->loads[to]++;
            return;
        }
    }
}

/* --- searches ---------------------------------------------------------------------------------------- */

/* What is looked for, and along which arrows. */
enum goal { HAS_ROOM, CAN_SPARE };

static bool has_room(const struct balance *balance, size_t office)
{
    return balance->loads[office] < balance->bounds[office].most;
}

static bool can_spare(const struct balance *balance, size_t office)
{
    return balance->loads[office] > balance->bounds[office].least;
}

/* Breadth first from an office: along the arrows to one that has room; against them to one that can spare.
 * OFFICE_NONE: none is reached, and `came` marks all that are. */
static uint16_t search(struct moves *moves, uint16_t from, enum goal goal)
{
    const struct balance *balance = moves->balance;
    size_t offices = balance->office_count, head = 0, tail = 0;
    memset(moves->came, 0, offices * sizeof *moves->came);
    moves->came[from] = from + 1u;
    moves->queue[tail++] = from;
    while (head < tail) {
        size_t at = moves->queue[head++];
        if (at != from && (goal == HAS_ROOM ? has_room(balance, at) : can_spare(balance, at)))
            return (uint16_t)at;
        for (size_t to = 0; to < offices; to++) {
            bool way = moves->ways[goal == HAS_ROOM ? at * offices + to : to * offices + at] != 0;
            if (!way || moves->came[to])
                continue;
            moves->came[to] = (uint32_t)at + 1;
            moves->queue[tail++] = (uint32_t)to;
        }
    }
    return OFFICE_NONE;
}

/* One site along each arrow of the path that a search found, which ends at `at`. */
static void follow(struct moves *moves, uint16_t from, uint16_t at, enum goal goal)
{
    while (at != from) {
        uint16_t before = (uint16_t)(moves->came[at] - 1);
        if (goal == HAS_ROOM)
            move_one(moves, before, at);
        else
            move_one(moves, at, before);
        at = before;
    }
}

/* All that a search reached, and what their bounds and loads come to. Nothing that they have can go elsewhere
 * (or: nothing that they could have is elsewhere), so that these are all the sites there are for them. */
static void tell(const struct moves *moves, enum goal goal, struct obstacle *ret_obstacle)
{
    const struct balance *balance = moves->balance;
    uint16_t *offices = arena_array(balance->arena, uint16_t, balance->office_count);
    struct obstacle obstacle = {.too_few = goal == HAS_ROOM, .offices = offices};
    for (size_t i = 0; offices && i < balance->office_count; i++) {
        if (!moves->came[i])
            continue;
        offices[obstacle.office_count++] = (uint16_t)i;
        obstacle.bound += goal == HAS_ROOM ? balance->bounds[i].most : balance->bounds[i].least;
        obstacle.sites += balance->loads[i];
    }
    *ret_obstacle = obstacle;
}

bool moves_repair(struct moves *moves, struct obstacle *ret_obstacle)
{
    struct balance *balance = moves->balance;
    static const enum goal goals[] = {HAS_ROOM, CAN_SPARE};
    for (size_t step = 0; step < 2; step++) {
        enum goal goal = goals[step];
        for (uint16_t i = 0; i < balance->office_count; i++) {
            while (goal == HAS_ROOM ? balance->loads[i] > balance->bounds[i].most
                                    : balance->loads[i] < balance->bounds[i].least) {
                uint16_t other = search(moves, i, goal);
                if (other == OFFICE_NONE) {
                    tell(moves, goal, ret_obstacle);
                    return false;
                }
                follow(moves, i, other, goal);
            }
        }
    }
    return true;
}

/* --- room -------------------------------------------------------------------------------------------- */

/* The arrows of a chain, and besides: from an office that has room to all that can spare one, by way of a
 * node of no site, the last. */
static bool leads(const struct moves *moves, size_t at, size_t to)
{
    const struct balance *balance = moves->balance;
    size_t none = balance->office_count;
    if (at == none)
        return can_spare(balance, to);
    if (to == none)
        return has_room(balance, at);
    return moves->ways[at * balance->office_count + to] != 0;
}

bool moves_make_room(struct moves *moves, uint16_t from, uint16_t to)
{
    size_t none = moves->balance->office_count, head = 0, tail = 0;
    memset(moves->came, 0, (none + 1) * sizeof *moves->came);
    moves->came[from] = from + 1u;
    moves->queue[tail++] = from;
    while (head < tail && !moves->came[to]) {
        size_t at = moves->queue[head++];
        for (size_t next = 0; next <= none; next++) {
            if (moves->came[next] || !leads(moves, at, next))
                continue;
            moves->came[next] = (uint32_t)at + 1;
            moves->queue[tail++] = (uint32_t)next;
        }
    }
    if (!moves->came[to])
        return false;
    for (size_t at = to; at != from;) {
        size_t before = moves->came[at] - 1;
        if (at != none && before != none)
            move_one(moves, (uint16_t)before, (uint16_t)at);
        at = before;
    }
    return true;
}
