/* When the next group of commands begins: at once, unless those who were just answered are likely to ask
 * again in a moment. Then one commit, with its one wait for the disk, does for all of them what would take
 * two: while a group is committed the others gather, and without this two half groups take turns for ever.
 *
 * In: how many wait, and what the last commit took. Out: yes or no. Whoever is alone never waits, nobody
 * waits longer than a quarter of a commit, and where waiting brought nothing it is not tried again for a
 * while. */

#include "common/service/internal.h"

enum { SHARE = 4, HOLD_US_MAX = 1000, GROUP_LEAST = 4, UNHELD_GROUPS = 16 };

void pace_committed(struct pace *pace, unsigned commands, int64_t began_us, int64_t ended_us)
{
    pace->commit_us += (ended_us - began_us - pace->commit_us) / SHARE;
    int64_t hold_us = pace->commit_us / SHARE;
    pace->hold_us = ended_us + (hold_us < HOLD_US_MAX ? hold_us : HOLD_US_MAX);
    pace->last = commands;
}

bool pace_holds(struct pace *pace, unsigned waiting, int64_t now_us)
{
    if (pace->last) {
        /* Who waits now came while the last group was committed, and none of those it answered yet. */
        pace->expected = pace->last + waiting;
        pace->seen = waiting;
        if (pace->last < GROUP_LEAST || pace->expected > GROUP_COMMANDS_MAX)
            pace->expected = 0;
        if (pace->unheld) {
            pace->unheld--;
            pace->expected = 0;
        }
        pace->last = 0;
    }
    bool enough = waiting >= pace->expected;
    if (!enough && now_us < pace->hold_us)
        return true;
    if (!enough && waiting == pace->seen)
        pace->unheld = UNHELD_GROUPS;
    pace->expected = 0;
    return false;
}
