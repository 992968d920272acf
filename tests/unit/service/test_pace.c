/* When a group of commands waits a moment for more. */

#include "fixture.h"

enum { COMMIT_US = 1600 };

static struct pace settled(unsigned last, int64_t *ret_now_us)
{
    struct pace pace = {0};
    for (int64_t i = 0; i < 40; i++)
        pace_committed(&pace, last, i * 10000, i * 10000 + COMMIT_US);
    *ret_now_us = 39 * 10000 + COMMIT_US;
    return pace;
}

Test(pace, half_a_group_waits_for_the_half_that_was_just_answered)
{
    int64_t now;
    struct pace pace = settled(32, &now);
    cr_assert(pace_holds(&pace, 32, now), "64 are under way");
    cr_assert(pace_holds(&pace, 63, now + 100));
    cr_assert(!pace_holds(&pace, 64, now + 200));
}

Test(pace, a_quarter_of_a_commit_without_anybody_ends_it)
{
    int64_t now;
    struct pace pace = settled(32, &now);
    cr_assert(pace_holds(&pace, 32, now));
    cr_assert(pace_holds(&pace, 40, now + COMMIT_US / 4 - 20));
    cr_assert(pace_holds(&pace, 40, now + COMMIT_US / 2 - 40), "some had come");
    cr_assert(!pace_holds(&pace, 40, now + COMMIT_US / 2));
}

Test(pace, nobody_waits_longer_than_a_commit)
{
    int64_t now;
    struct pace pace = settled(64, &now);
    for (unsigned i = 0; i < 10; i++)
        cr_assert(pace_holds(&pace, 10 + i, now + COMMIT_US * i / 10));
    cr_assert(!pace_holds(&pace, 20, now + COMMIT_US));
}

Test(pace, who_is_alone_never_waits)
{
    int64_t now;
    struct pace pace = settled(1, &now);
    cr_assert(!pace_holds(&pace, 1, now));
}

Test(pace, where_nobody_came_it_is_not_tried_again_for_a_while)
{
    int64_t now;
    struct pace pace = settled(32, &now);
    cr_assert(pace_holds(&pace, 8, now));
    cr_assert(!pace_holds(&pace, 8, now + COMMIT_US));
    for (int i = 0; i < 4; i++) {
        pace_committed(&pace, 8, now, now + COMMIT_US);
        cr_assert(!pace_holds(&pace, 8, now + COMMIT_US));
    }
    pace_committed(&pace, 8, now, now + COMMIT_US);
    cr_assert(pace_holds(&pace, 8, now + COMMIT_US));
}
