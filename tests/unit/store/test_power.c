/* A loss of power at every sync of a store, and between: it opens again, everything acknowledged is there,
 * nothing is half done, and what was erased stays so.
 *
 * A random workload of groups is run once and its writes kept (power_disk.h); each cut makes the files again
 * and opens them. CUTS sets how many cuts are made besides those at syncs (default 100), SEED which workload.
 */

#include "power_check.h"

#include <sys/wait.h>

/* NULL: all holds. */
static const char *try_cut(struct work *w, struct cut cut)
{
    static struct work files;
    char root[64];
    folder_make(root);
    fixture_prepare(&files.f, 16 << 20);
    work_paths(&files, root);
    unsigned acked = disk_replay(cut, root, NOT_MADE);
    const char *wrong = check_files(w, &files, acked);
    store_end(files.f.txn);
    store_close(files.f.store);
    arena_finish(&files.f.arena);
    unlink(files.list);
    folder_remove(files.store);
    rmdir(root);
    return wrong;
}

/* --- the cuts ------------------------------------------------------------------------------------------ */

static unsigned number_of(const char *variable, unsigned otherwise)
{
    const char *text = getenv(variable);
    return text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}

/* The next cut: at each sync, before it is done and after, then anywhere. False: that was all. */
static bool next_cut(struct cut *cut, size_t *sync, unsigned *more)
{
    cut->chance = (cut->chance + 1) % CHANCES;
    while (*sync < 2 * disk.count) {
        const struct event *event = &disk.events[*sync / 2];
        cut->at = *sync / 2 + *sync % 2;
        (*sync)++;
        if (event->kind == EVENT_SYNC || event->kind == EVENT_FOLDER_SYNC || event->kind == EVENT_NAME ||
            (event->kind == EVENT_WRITE && event->lasting))
            return true;
    }
    if (*more == 0)
        return false;
    (*more)--;
    cut->at = test_random(&cut->seed) % disk.count;
    return true;
}

static void say_cut(const struct cut *cut, unsigned seed, const char *wrong)
{
    static const char *const chances[] = {"nothing", "everything", "some writes", "some sectors"};
    cr_assert(false, "SEED=%u: cut at %zu of %zu, where %s of what was not synced is on the disk: %s", seed,
              cut->at, disk.count, chances[cut->chance], wrong);
}

Test(power, may_fail_at_any_instant, .timeout = 3600)
{
    static struct work w;
    unsigned seed = number_of("SEED", 1), more = number_of("CUTS", 100), cuts = 0;
    size_t sync = 0;
    work_run(&w, seed);
    for (struct cut cut = {.seed = seed}; next_cut(&cut, &sync, &more); cuts++) {
        const char *wrong = try_cut(&w, cut);
        if (wrong)
            say_cut(&cut, seed, wrong);
    }
    cr_log_info("%u cuts in %zu events", cuts, disk.count);
    cr_assert(cuts > 300, "%u cuts", cuts);
    work_finish(&w);
}

/* The log misses nothing: replayed to its end it is what the real disk has. */
Test(power, what_is_replayed_is_what_was_written)
{
    static struct work w;
    char root[64], command[300];
    work_run(&w, number_of("SEED", 1));
    folder_make(root);
    disk_replay((struct cut){.at = disk.count, .chance = CHANCE_EVERYTHING}, root, NOT_MADE);
    snprintf(command, sizeof command, "diff -r --exclude='*lock*' %s %s && rm -r %s", root, w.root, root);
    cr_assert_eq(system(command), 0);
    work_finish(&w);
}

/* In a process of its own, since what a torn store does to LMDB is no matter here. */
static bool is_noticed(struct work *w, struct cut cut)
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        int nothing = freopen("/dev/null", "w", stderr) ? 1 : 2;
        _exit(try_cut(w, cut) ? nothing : 0);
    }
    waitpid(child, &status, 0);
    return status != 0;
}

Test(power, a_disk_that_breaks_its_promises_is_noticed, .timeout = 600)
{
    static struct work w;
    work_run(&w, 1);
    store_close(w.f.store);
    w.f.store = NULL;
    for (enum disk_plant plant = PLANT_NONE + 1; plant < PLANTS_END; plant++) {
        struct cut cut = {.plant = plant, .seed = 1};
        bool noticed = false;
        unsigned more = 300;
        size_t sync = 0;
        while (!noticed && next_cut(&cut, &sync, &more))
            noticed = is_noticed(&w, cut);
        cr_expect(noticed, "nobody noticed that %s", disk_plant_texts[plant]);
    }
    work_finish(&w);
}
