/* A program that reads a whole source for the first time: its copies are written behind the loop, and a disk
 * that refuses in the middle costs time and nothing else. */

#include "tests/unit/followed.h"
#include "tests/unit/node.h"

#include "common/base/limits.h"
#include "common/service/copies.h"

#include "ccrag/v1/authorities.pb-c.h"

enum { BATCHES = 5, RECORDS = BATCHES * FEED_BATCH_ENTRIES };

static void seen_by_services(const ProtobufCMessage *record, struct audience *ret_audience)
{
    (void)record;
    ret_audience->groups = AUDIENCE_SERVICES;
}

static const struct table source_regions = {.name = "regions",
                                            .type = &pb__region__descriptor,
                                            .flags = TABLE_VERSIONED | TABLE_JOURNAL,
                                            .key = key_by_text,
                                            .audience = seen_by_services};
static const struct table *const source_tables[] = {&source_regions, NULL};

static const struct table copied_regions = {
    .name = "regions", .type = &pb__region__descriptor, .key = key_by_text};
static const struct table *const copied_tables[] = {&copied_regions, NULL};

static unsigned behind; /* entries that were applied while the store was made anew */

static enum code apply(struct command *command, const Pb__JournalEntry *entry)
{
    struct copied copied;
    behind += store_is_rebuilding(service_store(command->service));
    return copies_apply(command, copied_tables, entry, &copied);
}

static enum code start_over(struct command *command)
{
    return copies_drop(command, copied_tables);
}

static const struct follow follows[] = {
    {.service = "registry", .apply = apply, .start_over = start_over, .copies = true}, {.service = NULL}};

/* --- a disk that refuses ------------------------------------------------------------------------------- */

static enum disk_step refused_step;
static unsigned refusals;

static enum code disk(struct world *world, enum disk_step step, const char *path)
{
    (void)world;
    if (refusals == 0 || step != refused_step || !strstr(path, "matching"))
        return CODE_OK;
    refusals--;
    return CODE_UNAVAILABLE;
}

/* ------------------------------------------------------------------------------------------------------- */

static void fill(struct fixture *fixture)
{
    struct source *source = source_at(fixture, 0);
    const struct actor actor = {"test", "registry", fixture->wall_ms};
    for (unsigned batch = 0; batch < BATCHES; batch++) {
        struct store_txn *txn;
        cr_assert(store_write_begin(source->store, &txn) == CODE_OK);
        store_command_begin(txn, &actor, &source->arena);
        for (unsigned i = 0; i < FEED_BATCH_ENTRIES; i++) {
            Pb__Region region = PB__REGION__INIT;
            Pb__RecordMeta meta = PB__RECORD_META__INIT;
            region.id = arena_format(&source->arena, "region-%u", batch * FEED_BATCH_ENTRIES + i);
            region.meta = &meta;
            cr_assert(record_put(txn, &source_regions, &region.base) == CODE_OK);
        }
        cr_assert(store_command_end(txn, true) == CODE_OK && store_commit(txn) == CODE_OK);
        arena_reset(&source->arena);
    }
}

static uint64_t copies(struct fixture *fixture)
{
    struct store_txn *txn;
    cr_assert(store_read_begin(service_store(fixture->service), &txn) == CODE_OK);
    uint64_t count = record_count(txn, &copied_regions);
    store_end(txn);
    return count;
}

static uint64_t position(struct fixture *fixture)
{
    return service_cursor(fixture->service, "registry").position.sequence;
}

/* One turn of both. */
static void turn(struct fixture *fixture)
{
    service_turn(fixture->service);
    feed_source_turn(source_at(fixture, 0)->feed);
    fixture->wall_ms++;
    fixture->mono_us += 1000;
}

/* How often the log says that a batch failed; each time for a reason. */
static unsigned failures_told(FILE *log)
{
    char line[2048];
    unsigned count = 0;
    rewind(log);
    while (fgets(line, sizeof line, log)) {
        cr_assert(strstr(line, "batch-failed") && strstr(line, "copies of store") &&
                      strstr(line, code_meaning(CODE_UNAVAILABLE)),
                  "%s", line);
        count++;
    }
    return count;
}

/* Until the store is being made anew. */
static void read_some(struct fixture *fixture)
{
    for (unsigned i = 0; i < 1000 && position(fixture) < FEED_BATCH_ENTRIES; i++)
        turn(fixture);
    cr_assert(position(fixture) >= FEED_BATCH_ENTRIES && position(fixture) < RECORDS);
    cr_assert(store_is_rebuilding(service_store(fixture->service)));
}

/* One that has read a part. */
static struct fixture *reading(FILE *log)
{
    static struct world_ops ops;
    struct fixture *fixture = fixture_new("matching");
    ops = fixture_world;
    ops.disk = disk;
    fixture->world.ops = &ops;
    if (log)
        fixture->log.descriptor = fileno(log);
    refusals = 0;
    behind = 0;
    source_begin(fixture, source_tables);
    fill(fixture);
    fixture->options =
        (struct service_options){.name = "matching", .tables = copied_tables, .follows = follows};
    fixture_start(fixture);
    read_some(fixture);
    return fixture;
}

static void read_all(enum disk_step step, unsigned times)
{
    FILE *log = tmpfile();
    struct fixture *fixture = reading(log);
    refused_step = step;
    refusals = times;
    for (unsigned i = 0; i < 60000 && position(fixture) < RECORDS; i++)
        turn(fixture);
    cr_assert(refusals == 0 && position(fixture) == RECORDS);
    cr_assert(copies(fixture) == RECORDS, "%llu of %d are there", (unsigned long long)copies(fixture),
              RECORDS);
    cr_assert(behind >= (BATCHES - 2) * FEED_BATCH_ENTRIES);
    cr_assert(!store_is_rebuilding(service_store(fixture->service)));
    cr_assert(failures_told(log) == (times ? 1 : 0), "once, however often it is tried again");
    fixture->others_turn = NULL;
    source_end(fixture);
    fixture_destroy(fixture);
    fclose(log);
}

Test(behind, a_whole_source_is_read)
{
    read_all(DISK_WRITE, 0);
}

Test(behind, a_disk_that_refuses_costs_time_and_nothing_else)
{
    read_all(DISK_WRITE, 1);
    read_all(DISK_COMMIT, 1);
    read_all(DISK_COMMIT, 3);
}

/* A disk that is full for two minutes: it is asked less and less often, and then all is there soon. */
Test(behind, a_disk_that_goes_on_refusing_is_left_alone)
{
    struct fixture *fixture = reading(NULL);
    unsigned asked;
    refused_step = DISK_WRITE;
    refusals = asked = 1000000;
    for (unsigned i = 0; i < 120000; i++)
        turn(fixture);
    asked -= refusals;
    cr_assert(asked >= 5 && asked <= 30, "it was asked %u times", asked);
    refusals = 0;
    for (unsigned i = 0; i < 31000 && position(fixture) < RECORDS; i++)
        turn(fixture);
    cr_assert(position(fixture) == RECORDS && copies(fixture) == RECORDS);
    fixture->others_turn = NULL;
    source_end(fixture);
    fixture_destroy(fixture);
}

static struct span read_roster(struct fixture *fixture)
{
    char path[160];
    uint8_t bytes[16384];
    snprintf(path, sizeof path, "%s/roster", fixture->directory);
    FILE *file = fopen(path, "r");
    size_t size = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    cr_assert(size > 0 && size < sizeof bytes && fclose(file) == 0);
    return arena_copy(&fixture->arena, span_of(bytes, size));
}

/* A loss of power while all is read leaves an empty store, which must not forget how new the roster was. */
Test(behind, a_store_that_ends_up_empty_lets_no_older_roster_in)
{
    struct fixture *fixture = fixture_new("matching");
    struct fault fault = {0};
    char path[160];
    struct span older = read_roster(fixture);
    source_begin(fixture, source_tables);
    fill(fixture);
    fixture->options =
        (struct service_options){.name = "matching", .tables = copied_tables, .follows = follows};
    fixture->others_turn = NULL;
    fixture_start(fixture);
    as_node(fixture, "E06000001");
    struct span newer = read_roster(fixture);
    read_some(fixture);
    fixture_stop(fixture);
    snprintf(path, sizeof path, "%s/store/matching/rebuilding", fixture->directory);
    FILE *mark = fopen(path, "w"); /* as it was in the middle */
    cr_assert(mark && fclose(mark) == 0);
    cr_assert(region_write_roster(fixture->directory, older, &fault) == CODE_OK);
    cr_assert(service_create(&fixture->world, fixture->region, &fixture->options, &fixture->service,
                             &fault) == CODE_FAILED_PRECONDITION,
              "%s", fault.reason);
    cr_assert_str_eq(fault.field, "serial");
    cr_assert(region_write_roster(fixture->directory, newer, &fault) == CODE_OK);
    fixture_start(fixture);
    cr_assert(copies(fixture) == 0);
    source_end(fixture);
    fixture_destroy(fixture);
}
