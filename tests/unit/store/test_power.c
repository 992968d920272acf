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
    store_remove(files->store);
    rmdir(files->root);
}

typedef const char *checker(struct work *w, struct work *cut, unsigned acked);

/* NULL: all holds. */
static const char *try_cut(struct work *w, struct cut cut, checker *check)
{
    static struct work files;
    char root[64];
    snprintf(root, sizeof root, "%.58s-cut", w->root);
    fixture_prepare(&files.f, 16 << 20);
    work_paths(&files, root);
    cut_remove(&files); /* of a try that ended early */
    cr_assert_eq(mkdir(root, 0700), 0);
    unsigned acked = disk_replay(cut, root, NOT_MADE);
    const char *wrong = check(w, &files, acked);
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
           event->kind == EVENT_NO_NAME || (event->kind == EVENT_WRITE && event->lasting);
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
        const char *wrong = try_cut(&w, cut, check_files);
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

/* --- a second loss of power -------------------------------------------------------------------------- */

/* Replays the cut, opens what it left while the writes of that are kept, and cuts those. */
static unsigned cut_again(struct work *w, struct cut first, unsigned *more)
{
    static struct work opened;
    static struct disk kept;
    unsigned cuts = 0;
    size_t tried = 0;
    char root[64];
    folder_make(root);
    fixture_prepare(&opened.f, 16 << 20);
    work_paths(&opened, root);
    unsigned acked = disk_replay(first, root, NOT_MADE);
    kept = disk;
    disk_watch(root);
    disk_adopt("store", true);
    disk_adopt("store/data.mdb", false);
    disk_adopt("store/" WAL_FILE_NAME, false);
    disk_adopt("store.erased", false);
    cr_assert(folder_sync(root) == 0 && folder_sync(opened.store) == 0);
    disk_mark(acked, false);
    size_t adopted = disk.count;
    fixture_reopen(&opened.f);
    disk.watching = false;
    store_close(opened.f.store);
    for (struct cut cut = {.seed = first.seed}; next_cut(&cut, &tried, more); cuts++) {
        if (cut.at < adopted)
            continue;
        const char *wrong = try_cut(w, cut, check_files);
        cr_assert_null(wrong, "cut at %zu, again at %zu of %zu (%u): %s", first.at, cut.at, disk.count,
                       cut.chance, wrong);
    }
    disk_finish();
    disk = kept;
    arena_finish(&opened.f.arena);
    cut_remove(&opened);
    return cuts;
}

/* What a store does when it is opened after one can be cut short by another. */
Test(power, may_fail_again_while_a_store_is_opened_after_it)
{
    static struct work w;
    uint64_t seed = number_of("SEED", 1);
    unsigned cuts = 0, firsts = number_of("CUTS", 100) / 10;
    work_run(&w, seed);
    for (unsigned i = 0; i < firsts; i++) {
        unsigned more = 20;
        struct cut first = {.seed = seed + i, .chance = i % CHANCES};
        first.at = disk.count / 4 + test_random(&first.seed) % (disk.count * 3 / 4);
        cuts += cut_again(&w, first, &more);
    }
    cr_assert(cuts > 20 * firsts, "%u cuts", cuts);
    work_finish(&w);
}

/* --- copies ------------------------------------------------------------------------------------------ */

/* Of that size, so that the file is one that grows ahead. */
enum { COPY_GROUPS = 120, ADDRESS_BYTES = 30000 };

/* Where a command of the store's own follows a copy: after that many, and each so many from there on. */
static unsigned own_first, own_each;

static const char *copy_id(struct arena *arena, unsigned number)
{
    return arena_format(arena, "C%u", number);
}

/* Puts it in the transaction that is open, and commits. */
static void copy_put(struct fixture *f, unsigned number)
{
    Pb__Authority *record = authority(f, copy_id(&f->arena, number), 0, "Essex", "");
    const struct cursor cursor = {.position = {1, number}};
    char *text = memset(arena_alloc(&f->arena, ADDRESS_BYTES), 'a', ADDRESS_BYTES);
    text[ADDRESS_BYTES - 1] = '\0';
    record->head_office_address = text;
    uint8_t *packed = arena_alloc(&f->arena, protobuf_c_message_get_packed_size(&record->base));
    size_t size = protobuf_c_message_pack(&record->base, packed);
    command(f);
    cr_assert_eq(record_put_copy(f->txn, &copies, &record->base, span_of(packed, size)), CODE_OK);
    cr_assert_eq(keep(f), CODE_OK);
    cr_assert_eq(cursor_put(f->txn, "registry", &cursor), CODE_OK);
    cr_assert_eq(commit(f), CODE_OK);
}

/* A command of the store's own, which is answered for, with all copies before it. */
static void own_put(struct fixture *f, unsigned number)
{
    const char *id = copy_id(&f->arena, number);
    cr_assert_eq(put(f, &authorities, authority(f, id, 0, id, "S")), CODE_OK);
    disk_mark(number, false);
}

/* A copy each time; now and then, between them, a command of the store's own, which is answered for. */
static void copies_run(struct work *w)
{
    struct fixture *f = &w->f;
    own_first = own_each = 20;
    work_begin(w);
    for (unsigned number = 1; number <= COPY_GROUPS; number++) {
        begin(f);
        store_only_copies(f->txn, true);
        copy_put(f, number);
        if (number % own_each == 0)
            own_put(f, number);
        arena_reset(&f->arena);
    }
    disk.watching = false;
}

static bool has(struct fixture *f, const struct table *table, unsigned number)
{
    ProtobufCMessage *record;
    return record_get(f->txn, table, key_of_text(copy_id(&f->arena, number)), &f->arena, &record) == CODE_OK;
}

/* What is there is whole up to some group, and no earlier one than the last that was answered for. */
static const char *check_copies(struct work *w, struct work *cut, unsigned acked)
{
    struct fixture *f = &cut->f;
    (void)w;
    struct fault fault = {0};
    struct cursor cursor;
    const char *wrong = NULL;
    unsigned there = 0;
    if (store_open(&f->world.base, &f->options, &f->store, &fault) != CODE_OK)
        return NOT("it does not open: %s", fault.reason);
    reading(f);
    while (has(f, &copies, there + 1))
        there++;
    if (record_count(f->txn, &copies) != there)
        wrong = NOT("there is a gap after copy %u", there);
    if (cursor_get(f->txn, "registry", &cursor) != CODE_OK || cursor.position.sequence != there)
        wrong = NOT("the cursor is not of copy %u", there);
    if (acked != NOT_MADE && there < acked)
        wrong = NOT("only %u copies, but %u was answered for", there, acked);
    for (unsigned own = own_first; own < there || (acked != NOT_MADE && own <= acked); own += own_each)
        if (!has(f, &authorities, own))
            wrong = NOT("record %u is not there, but %u copies", own, there);
    end(f);
    return wrong ? wrong : check_goes_on(f);
}

static void cut_copies(void (*run)(struct work *w))
{
    static struct work w;
    unsigned more = number_of("CUTS", 100), cuts = 0;
    size_t tried = 0;
    w.seed = number_of("SEED", 1);
    run(&w);
    for (struct cut cut = {.seed = w.seed}; next_cut(&cut, &tried, &more); cuts++) {
        const char *wrong = try_cut(&w, cut, check_copies);
        if (wrong)
            say_cut(&cut, number_of("SEED", 1), wrong);
    }
    cr_assert(cuts > 300, "%u cuts", cuts);
    work_finish(&w);
}

/* A copy's commit may be lost, but whole, and never what was answered for after it. */
Test(power, may_fail_at_any_instant_between_copies)
{
    cut_copies(copies_run);
}

/* Some copies; then all of them from the first on, without a sync, until a command of the store's own. */
static void made_anew_run(struct work *w)
{
    enum { BEFORE = 10, MADE = 60, AFTER = 90 };
    struct fixture *f = &w->f;
    own_first = MADE, own_each = AFTER - MADE;
    work_begin(w);
    for (unsigned number = 1; number <= AFTER; number++) {
        if (number == BEFORE)
            store_rebuild_begin(f->store);
        if (number >= BEFORE && number < MADE && number % 3)
            cr_assert_eq(store_behind_begin(f->store, &f->txn), CODE_OK);
        else
            begin(f);
        if (!f->txn->behind)
            store_only_copies(f->txn, number > MADE);
        copy_put(f, number);
        if (number == MADE || number == AFTER)
            own_put(f, number);
        cr_assert_eq(store_is_rebuilding(f->store), number >= BEFORE && number < MADE);
        arena_reset(&f->arena);
    }
    disk.watching = false;
}

/* What was there before it may be lost with it, and nothing once a command was answered for. */
Test(power, may_fail_at_any_instant_while_a_store_is_made_anew)
{
    cut_copies(made_anew_run);
}

/* --- a disk that lies --------------------------------------------------------------------------------- */

static bool notices(struct work *w, enum disk_plant plant)
{
    struct cut cut = {.plant = plant, .seed = 1};
    unsigned more = 1000;
    size_t tried = SIZE_MAX; /* anywhere: what is missing is rarely to be seen at the syncs themselves */
    while (next_cut(&cut, &tried, &more))
        if (try_cut(w, cut, check_files))
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
    cr_assert(!try_cut(&w, (struct cut){.at = disk.count}, check_files)); /* and what they left is removed */
    work_finish(&w);
}
