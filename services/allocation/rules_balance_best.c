/* The least choice, and the first of the least, in whole metres. In: any choice within the bounds. Out: the
 * one that rule A8 asks for.
 *
 * A choice is least when no ring of moves shortens the total: no ring of negative length in the graph of
 * offices (and one node more, from which a load that may fall gives and to which a load that may rise takes).
 * Then there are potentials by which no move is cheaper than 0; the least choices are those that use only
 * moves of exactly 0 and leave alone the loads of offices whose potential is not that of the one node more
 * (complementary slackness). So the first of them is found by trying, for site after site, the closer office,
 * and looking whether moves of 0 can make room. */

#include "services/allocation/rules_balance.h"

/* The cheapest move from one office to another: which choice, of which site. */
struct move {
    int64_t metres; /* INT64_MAX: there is none */
    uint32_t site, choice;
};

struct lengths {
    size_t nodes;       /* the offices, and one more */
    struct move *moves; /* [from * nodes + to] */
    int64_t *potentials;
    uint32_t *came;
};

static bool lengths_init(struct lengths *lengths, const struct balance *balance)
{
    size_t nodes = balance->office_count + 1;
    *lengths = (struct lengths){
        .nodes = nodes,
        .moves = arena_array(balance->arena, struct move, nodes * nodes),
        .potentials = arena_array(balance->arena, int64_t, nodes),
        .came = arena_array(balance->arena, uint32_t, nodes),
    };
    return lengths->moves && lengths->potentials && lengths->came;
}

static void lengths_fill(struct lengths *lengths, const struct balance *balance)
{
    size_t nodes = lengths->nodes, none = nodes - 1;
    for (size_t i = 0; i < nodes * nodes; i++)
        lengths->moves[i].metres = INT64_MAX;
    for (uint32_t site = 0; site < balance->site_count; site++) {
        const struct choice *now = &balance->choices[balance->chosen[site]];
        for (uint32_t j = balance->first[site]; j < balance->first[site + 1]; j++) {
            struct move *move = &lengths->moves[now->office * nodes + balance->choices[j].office];
            int64_t metres = (int64_t)balance->choices[j].metres - (int64_t)now->metres;
            if (j != balance->chosen[site] && metres < move->metres)
                *move = (struct move){metres, site, j};
        }
    }
    for (size_t i = 0; i < none; i++) {
        if (balance->loads[i] > balance->bounds[i].least)
            lengths->moves[none * nodes + i].metres = 0;
        if (balance->loads[i] < balance->bounds[i].most)
            lengths->moves[i * nodes + none].metres = 0;
    }
}

/* One round of Bellman and Ford. The last node that came nearer; the number of nodes where none did. */
static size_t relax(struct lengths *lengths)
{
    size_t nodes = lengths->nodes, nearer = nodes;
    for (size_t from = 0; from < nodes; from++) {
        for (size_t to = 0; to < nodes; to++) {
            const struct move *move = &lengths->moves[from * nodes + to];
            if (move->metres == INT64_MAX ||
                lengths->potentials[from] + move->metres >= lengths->potentials[to])
                continue;
            lengths->potentials[to] = lengths->potentials[from] + move->metres;
            lengths->came[to] = (uint32_t)from;
            nearer = to;
        }
    }
    return nearer;
}

/* A node of a ring of negative length; the number of nodes where there is none, and then the potentials hold.
 */
static size_t find_ring(struct lengths *lengths)
{
    size_t nearer = 0;
    memset(lengths->potentials, 0, lengths->nodes * sizeof *lengths->potentials);
    for (size_t i = 0; i < lengths->nodes && nearer != lengths->nodes; i++)
        nearer = relax(lengths);
    for (size_t i = 0; nearer != lengths->nodes && i < lengths->nodes; i++)
        nearer = lengths->came[nearer]; /* far enough back to be on the ring itself */
    return nearer;
}

static void move_ring(const struct lengths *lengths, struct balance *balance, size_t start)
{
    size_t at = start, none = lengths->nodes - 1;
    do {
        size_t before = lengths->came[at];
        const struct move *move = &lengths->moves[before * lengths->nodes + at];
        if (before != none && at != none) {
            balance->chosen[move->site] = move->choice;
            balance->loads[before]--;
            balance->loads[at]++;
        }
        at = before;
    } while (at != start);
}

/* Each ring makes the total less by a metre at least, so that this ends. */
static void shorten(struct lengths *lengths, struct balance *balance)
{
    for (;;) {
        lengths_fill(lengths, balance);
        size_t ring = find_ring(lengths);
        if (ring == lengths->nodes)
            return;
        move_ring(lengths, balance, ring);
    }
}

/* Leaves allowed only what a least choice may use. */
static void narrow(const struct lengths *lengths, struct balance *balance)
{
    const int64_t *potentials = lengths->potentials;
    size_t none = lengths->nodes - 1;
    for (size_t i = 0; i < balance->site_count; i++) {
        const struct choice *now = &balance->choices[balance->chosen[i]];
        for (uint32_t j = balance->first[i]; j < balance->first[i + 1]; j++) {
            struct choice *choice = &balance->choices[j];
            choice->allowed = (int64_t)choice->metres - potentials[choice->office] ==
                              (int64_t)now->metres - potentials[now->office];
        }
    }
    for (size_t i = 0; i < none; i++)
        if (potentials[i] != potentials[none])
            balance->bounds[i].least = balance->bounds[i].most = balance->loads[i];
}

static bool is_before(const struct balance *balance, uint32_t a, uint32_t b)
{
    const struct choice *left = &balance->choices[a], *right = &balance->choices[b];
    return left->metres != right->metres ? left->metres < right->metres : left->office < right->office;
}

/* The first allowed choice of a site after that one (UINT32_MAX: the first of all) and before what it has. */
static uint32_t next_choice(const struct balance *balance, uint32_t site, uint32_t after)
{
    uint32_t next = balance->chosen[site];
    for (uint32_t j = balance->first[site]; j < balance->first[site + 1]; j++)
        if (balance->choices[j].allowed && is_before(balance, j, next) &&
            (after == UINT32_MAX || is_before(balance, after, j)))
            next = j;
    return next;
}

static bool has_choice(const struct balance *balance, uint32_t site)
{
    uint32_t allowed = 0;
    for (uint32_t j = balance->first[site]; j < balance->first[site + 1]; j++)
        allowed += balance->choices[j].allowed;
    return allowed > 1;
}

/* From here on it stays where it is. */
static void settle(struct moves *moves, uint32_t site)
{
    struct balance *balance = moves->balance;
    moves_remove(moves, site);
    for (uint32_t j = next_choice(balance, site, UINT32_MAX); j != balance->chosen[site];
         j = next_choice(balance, site, j)) {
        uint16_t from = balance->choices[balance->chosen[site]].office, to = balance->choices[j].office;
        if (!moves_make_room(moves, to, from))
            continue;
        balance->chosen[site] = j;
        balance->loads[from]--;
        balance->loads[to]++;
        return;
    }
}

bool balance_best(struct balance *balance)
{
    struct lengths lengths;
    struct moves moves;
    if (!lengths_init(&lengths, balance) || !moves_init(&moves, balance))
        return false;
    shorten(&lengths, balance);
    narrow(&lengths, balance);
    for (uint32_t i = 0; i < balance->site_count; i++)
        if (has_choice(balance, i))
            moves_add(&moves, i);
    for (uint32_t i = 0; i < balance->site_count; i++)
        if (has_choice(balance, i))
            settle(&moves, i);
    return true;
}
