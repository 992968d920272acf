/* Two balanced proposals at once, as on the two threads for slow work (rule A8): each is what it is alone,
 * and the solver leaves nothing behind in the process. */

#include "services/allocation/rules_balance.h"
#include "tests/unit/allocation/made_up_facts.h"

#include <pthread.h>
#include <signal.h>

enum { PROBLEMS = 60 };

struct solving {
    uint64_t first; /* seed of the first problem */
    unsigned refused;
    uint64_t digests[PROBLEMS];
};

/* FNV-1a, 64 bits. */
static uint64_t digest_of(struct span bytes)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < bytes.size; i++)
        hash = (hash ^ bytes.data[i]) * UINT64_C(1099511628211);
    return hash;
}

static void solve_one(struct solving *solving, int number)
{
    static const struct made_up_shape shape = {20, 200, 900, 0, 0, 0, 0, 0, 1};
    struct arena arena;
    struct bounds bounds[32];
    struct obstacle obstacle = {0};
    arena_init(&arena, MADE_UP_ARENA_BYTES);
    struct made_up_facts made = draw_facts(&shape, solving->first + (uint64_t)number, &arena);
    struct facts facts = told_facts(&made, 0);
    struct given *given = given_room(&facts, &arena);
    fair_bounds(&facts, 100, bounds, NULL);
    if (give_balanced(&facts, bounds, 60, &arena, given, &obstacle) != REFUSAL_NONE || obstacle.office_count)
        solving->refused++;
    struct span rows = packed_rows(&facts, given, &arena);
    solving->digests[number] = digest_of(rows);
    arena_finish(&arena);
}

static void *solve_all(void *context)
{
    for (int number = 0; number < PROBLEMS; number++)
        solve_one(context, number);
    return NULL;
}

static void (*interrupt_handler(void))(int)
{
    struct sigaction action;
    cr_assert_eq(sigaction(SIGINT, NULL, &action), 0);
    return action.sa_handler;
}

Test(balance, two_at_once_are_as_one_after_the_other)
{
    static struct solving alone[2], together[2];
    pthread_t threads[2];
    void (*before)(int) = interrupt_handler();
    for (int i = 0; i < 2; i++) {
        alone[i].first = together[i].first = 1000 * (uint64_t)(i + 1);
        solve_all(&alone[i]);
    }
    for (int i = 0; i < 2; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, solve_all, &together[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(together[i].refused, alone[i].refused);
        cr_assert_lt(alone[i].refused, PROBLEMS / 2);
        cr_assert_arr_eq(together[i].digests, alone[i].digests, sizeof alone[i].digests);
    }
    cr_assert(interrupt_handler() == before, "whoever handled SIGINT does so still");
}
