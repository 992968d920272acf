/* A loss of power at every sync of a store, and between: it opens again, everything acknowledged is there,
 * nothing is half done, and what was erased stays so.
 *
 * A random workload of groups is run once and its writes kept (power_disk.h); each cut makes the files again
 * and opens them. CUTS sets how many cuts are made besides those at syncs (default 100), SEED which workload.
 */

#include "power_check.h"

#include <sys/wait.h>

static void cut_remove(const struct work *files)
{
    unlink(files->list);
    folder_remove(files->store);
    rmdir(files->root);
}

/* NULL: all holds. */
static const char *try_cut(struct work *w, struct cut cut)
{
    static struct work files;
    char root[64];
    snprintf(root, sizeof root, "%.58s-cut", w->root);
    fixture_prepare(&files.f, 16 << 20);
    work_paths(&files, root);
    cut_remove(&files); /* of a try that ended early */
    cr_assert_eq(mkdir(root, 0700), 0);
    unsigned acked = disk_replay(cut, root, NOT_MADE);
    const char *wrong = check_files(w, &files, acked);
    store_end(files.f.txn);
    store_close(files.f.store);
    arena_finish(&files.f.arena);
    cut_remove(&files);
    return wrong;
}

/* --- the cuts ---------------------------------------------------------------------------------------- */

static unsigned number_of(const char *variable, unsigned otherwise)
{
    const char *text = getenv(variable);
    return text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}

static bool is_sync(const struct event *event)
{
    return event->kind == EVENT_SYNC || event->kind == EVENT_FOLDER_SYNC || event->kind == EVENT_NAME ||
           (event->kind == EVENT_WRITE && event->lasting);
}

/* The next cut: at each sync, before it is done and after, each by one chance (by all, several times, while
 * the store is made); then anywhere. False: that was all. */
static bool next_cut(struct cut *cut, size_t *tried, unsigned *more)
{
    enum { EACH = 8 * CHANCES, MAKING_EVENTS = 8 };
    while (*tried < EACH * disk.count) {
        size_t at = *tried / EACH, part = (*tried)++ % EACH;
        if (!is_sync(&disk.events[at]) || (at >= MAKING_EVENTS && part > 1))
            continue;
        cut->at = at + part % 2;
        cut->chance = (at + part) / 2 % CHANCES;
        return true;
    }
    if (*more == 0)
        return false;
    (*more)--;
    cut->chance = (cut->chance + 1) % CHANCES;
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
    size_t tried = 0;
    work_run(&w, seed);
    for (struct cut cut = {.seed = seed}; next_cut(&cut, &tried, &more); cuts++) {
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

static bool notices(struct work *w, enum disk_plant plant)
{
    struct cut cut = {.plant = plant, .seed = 1};
    unsigned more = 1000;
    size_t tried = SIZE_MAX; /* anywhere: what is missing is rarely to be seen at the syncs themselves */
    while (next_cut(&cut, &tried, &more))
        if (try_cut(w, cut))
            return true;
    return false;
}

/* In a process of its own, since what a torn store does to LMDB is no matter here. */
static bool is_noticed(struct work *w, enum disk_plant plant)
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        int nothing = freopen("/dev/null", "w", stderr) ? 1 : 2;
        _exit(notices(w, plant) ? nothing : 0);
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
    for (enum disk_plant plant = PLANT_NONE + 1; plant < PLANTS_END; plant++)
        cr_expect(is_noticed(&w, plant), "nobody noticed that %s", disk_plant_texts[plant]);
    cr_assert(!try_cut(&w, (struct cut){.at = disk.count})); /* and what they left is removed */
    work_finish(&w);
}
