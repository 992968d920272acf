/* Who is given which provision, by brute force. In: a region. Out: a link for each home. For every home every
 * LA is asked whether it places there; ties are settled in a second round that goes by the smallest
 * identifier left.
 */

#include "tests/oracle/allocation.h"

#include "tests/oracle/oracle.h"

#include <string.h>

enum { LINK = 1, SOLE = 2, CLOSEST = 1, FEWER = 2, LOWER = 3, ONLY = 4 };

static bool places(const struct oracle_region *region, const struct oracle_member *member,
                   const struct oracle_home *home)
{
    for (size_t i = 0; member->active && i < region->placement_count; i++) {
        const struct oracle_placement *placement = &region->placements[i];
        if (strcmp(placement->home_id, home->id) == 0 && strcmp(placement->gss, member->gss) == 0 &&
            strcmp(placement->start_on, region->today) <= 0 &&
            (!placement->end_on[0] || strcmp(placement->end_on, region->today) >= 0))
            return true;
    }
    return false;
}

static bool in_scope(const struct oracle_home *home)
{
    bool allocated = home->kind >= 1 && home->kind <= 7 && home->kind != 5 && home->kind != 6;
    return allocated && home->status != 3 && home->status != 4;
}

static long long metres(const struct oracle_home *home, const struct oracle_member *member)
{
    return !home->has_position || !member->has_position
               ? -1
               : oracle_metres(home->latitude_e7, home->longitude_e7, member->latitude_e7,
                               member->longitude_e7);
}

static size_t allocations_of(const struct oracle_region *region, const struct oracle_link *links,
                             const char *gss)
{
    size_t count = 0;
    for (size_t i = 0; i < region->home_count; i++)
        count += links[i].gss && strcmp(links[i].gss, gss) == 0;
    return count;
}

/* Is a better than b? Distance; then, where they are counted, fewer allocations; then the code. */
static bool better(const struct oracle_region *region, const struct oracle_link *links,
                   const struct oracle_home *home, const struct oracle_member *a,
                   const struct oracle_member *b)
{
    if (metres(home, a) != metres(home, b))
        return metres(home, a) < metres(home, b);
    size_t left = allocations_of(region, links, a->gss), right = allocations_of(region, links, b->gss);
    return left != right ? left < right : strcmp(a->gss, b->gss) < 0;
}

/* The link of a home as things stand; its basis tells whether there was a tie. */
static struct oracle_link link_of(const struct oracle_region *region, const struct oracle_link *links,
                                  const struct oracle_home *home)
{
    const struct oracle_member *best = NULL, *last = NULL, *holder = NULL;
    size_t placing = 0, tied = 0, as_few = 0;
    for (size_t i = 0; in_scope(home) && i < region->member_count; i++) {
        const struct oracle_member *member = &region->members[i];
        if (!places(region, member, home))
            continue;
        placing++;
        last = member;
        if (home->held_by && strcmp(home->held_by, member->gss) == 0)
            holder = member;
        if (metres(home, member) >= 0 && (!best || better(region, links, home, member, best)))
            best = member;
    }
    if (placing == 0)
        return (struct oracle_link){.metres = -1};
    if (holder)
        return (struct oracle_link){holder->gss, placing == 1 ? SOLE : LINK, home->held_as, true,
                                    metres(home, holder)};
    if (placing == 1)
        return (struct oracle_link){last->gss, SOLE, ONLY, true, metres(home, last)};
    if (!best)
        return (struct oracle_link){.used = true, .metres = -1};
    for (size_t i = 0; i < region->member_count; i++) {
        const struct oracle_member *member = &region->members[i];
        if (!places(region, member, home) || metres(home, member) != metres(home, best))
            continue;
        tied++;
        as_few += allocations_of(region, links, member->gss) == allocations_of(region, links, best->gss);
    }
    int basis = tied == 1 ? CLOSEST : as_few == 1 ? FEWER : LOWER;
    return (struct oracle_link){best->gss, LINK, basis, true, metres(home, best)};
}

static bool is_tied(const struct oracle_link *link)
{
    return link->basis == FEWER || link->basis == LOWER;
}

void oracle_allocate(const struct oracle_region *region, struct oracle_link *ret_links)
{
    memset(ret_links, 0, region->home_count * sizeof *ret_links);
    for (size_t i = 0; i < region->home_count; i++) {
        struct oracle_link link = link_of(region, ret_links, &region->homes[i]);
        if (!is_tied(&link))
            ret_links[i] = link;
    }
    for (;;) {
        const struct oracle_home *first = NULL;
        for (size_t i = 0; i < region->home_count; i++) {
            const struct oracle_home *home = &region->homes[i];
            struct oracle_link link = link_of(region, ret_links, home);
            if (!ret_links[i].used && link.used && (!first || strcmp(home->id, first->id) < 0))
                first = home;
        }
        if (!first)
            return;
        ret_links[first - region->homes] = link_of(region, ret_links, first);
    }
}
