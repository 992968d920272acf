/* When the next group of commands begins: at once, unless those who were just answered are likely to ask
 * again in a moment. Then one commit, with its one wait for the disk, does for all of them what would take
 * two: while a group is committed the others gather, and without this two half groups take turns for ever.
 *
 * In: how many wait, and what the last commit took. Out: yes or no. Whoever is alone never waits. While more
 * keep coming a group is held for as long as a commit takes, which is what a second one would cost; a quarter
 * of that without anybody ends it. Where waiting brought nothing it is not tried again for a while. */

#include "common/service/internal.h"

enum { SHARE = 4, HOLD_US_MAX = 50000, GROUP_LEAST = 4, UNHELD_GROUPS = 4 };

/* Holds until nobody has come for a while, but not past the end. */
static void hold_on(struct pace *pace, int64_t now_us)
{
    int64_t until_us = now_us + (pace->end_us - pace->ended_us) / SHARE;
    pace->hold_us = until_us < pace->end_us ? until_us : pace->end_us;
}

void pace_committed(struct pace *pace, unsigned commands, int64_t began_us, int64_t ended_us)
{
    pace->commit_us += (ended_us - began_us - pace->commit_us) / SHARE;
    pace->ended_us = ended_us;
    pace->end_us = ended_us + (pace->commit_us < HOLD_US_MAX ? pace->commit_us : HOLD_US_MAX);
    hold_on(pace, ended_us);
    pace->last = commands;
}

bool pace_holds(struct pace *pace, unsigned waiting, int64_t now_us)
{
    if (pace->last) {
        /* Who waits now came while the last group was committed, and none of those it answered yet. */
        pace->expected = pace->last + waiting;
        pace->seen = pace->came = waiting;
        if (pace->last < GROUP_LEAST || pace->expected > GROUP_COMMANDS_MAX)
            pace->expected = 0;
        if (pace->unheld) {
            pace->unheld--;
            pace->expected = 0;
        }
        pace->last = 0;
    }
    if (waiting > pace->came) {
        pace->came = waiting;
        hold_on(pace, now_us);
    }
    bool enough = waiting >= pace->expected;
    if (!enough && now_us < pace->hold_us)
        return true;
    if (!enough && waiting == pace->seen)
        pace->unheld = UNHELD_GROUPS;
    pace->expected = 0;
    return false;
}
