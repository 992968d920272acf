/* A worker that follows two sources, and a disk that refuses a batch of one of them: what the other tells is
 * published all the same, and nothing of what was refused. */

#include "tests/unit/followed.h"

#include "common/store/journal.h"
#include "services/matching/follow.h"
#include "services/matching/index_inside.h"
#include "services/matching/matching.h"
#include "services/matching/records.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/providers.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"
#include "ccrag/v1/reports.pb-c.h"

enum { REGISTRY, MONITORING };

static void for_services(const ProtobufCMessage *record, struct audience *ret_audience)
{
    (void)record;
    ret_audience->groups = AUDIENCE_SERVICES;
}

#define SOURCE(of, message)                                                                                  \
    static const struct table of = {.name = #of,                                                             \
                                    .type = &pb__##message##__descriptor,                                    \
                                    .flags = TABLE_VERSIONED | TABLE_JOURNAL,                                \
                                    .key = key_by_uuid,                                                      \
                                    .audience = for_services}
SOURCE(providers, provider);
SOURCE(provisions, provision);
SOURCE(groups, place_group);
SOURCE(vacancies, vacancy);
SOURCE(qualities, provision_quality);
static const struct table *const registry_tables[] = {&providers, &provisions, &groups, &vacancies, NULL},
                                 *const monitoring_tables[] = {&qualities, NULL};

/* --- a disk that refuses ------------------------------------------------------------------------------- */

static unsigned refusals;

static enum code disk(struct world *world, enum disk_step step, const char *path)
{
    (void)world;
    if (refusals == 0 || step != DISK_COMMIT || !strstr(path, "matching"))
        return CODE_OK;
    refusals--;
    return CODE_UNAVAILABLE;
}

/* --- what the sources tell ----------------------------------------------------------------------------- */

static const char *id(struct fixture *fixture, char kind, unsigned number)
{
    return arena_format(&fixture->arena, "%02x000000-0000-7000-8000-%012u", (unsigned)kind, number);
}

static void put_home(struct fixture *fixture, unsigned number)
{
    Pb__Provider provider = PB__PROVIDER__INIT;
    Pb__Provision provision = PB__PROVISION__INIT;
    Pb__PlaceGroup group = PB__PLACE_GROUP__INIT;
    provider.id = id(fixture, 'o', number), provider.state = PB__PROVIDER_STATE__PROVIDER_STATE_APPROVED;
    provision.id = id(fixture, 'p', number), provision.provider_id = provider.id;
    provision.kind = PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
    provision.status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE;
    provision.claim_state = PB__CLAIM_STATE__CLAIM_STATE_APPROVED;
    group.id = id(fixture, 'g', number), group.provision_id = provision.id, group.name = "Main house";
    group.places = 3, group.age_max = 17;
    source_put_quietly(fixture, &providers, span_of(NULL, 0), &provider.base);
    source_put_quietly(fixture, &provisions, span_of(NULL, 0), &provision.base);
    source_put_quietly(fixture, &groups, span_of(NULL, 0), &group.base);
}

static void put_quality(struct fixture *fixture, unsigned number, unsigned concerns)
{
    Pb__ProvisionQuality quality = PB__PROVISION_QUALITY__INIT;
    quality.provision_id = id(fixture, 'p', number), quality.open_concerns = concerns;
    quality.gravest = PB__CONCERN_SEVERITY__CONCERN_SEVERITY_LOW;
    source_put_quietly(fixture, &qualities, span_of(NULL, 0), &quality.base);
}

/* --- what is published --------------------------------------------------------------------------------- */

/* Places of the newest root, and the open concerns of all of them. */
static unsigned places(struct matching *matching, unsigned *ret_concerns)
{
    const struct matching_root *root = root_acquire(matching->worker.index);
    unsigned count = 0;
    *ret_concerns = 0;
    for (unsigned kind = 0; kind < KIND_COUNT; kind++)
        for (unsigned number = 0; number < BAND_COUNT; number++) {
            const struct band *band = root->bands[kind][number];
            for (uint32_t row = 0; band && row < band->count; row++, count++)
                *ret_concerns += band->rows[row].place->open_concerns;
        }
    root_release(matching->worker.index, root);
    return count;
}

static void shows(struct fixture *fixture, unsigned wanted_places, unsigned wanted_concerns)
{
    unsigned concerns;
    cr_assert_eq(places(fixture->program, &concerns), wanted_places);
    cr_assert_eq(concerns, wanted_concerns);
}

static void read_on(struct fixture *fixture)
{
    for (int i = 0; i < 20; i++)
        pass_ms(fixture, 100);
}

static unsigned one_thread(const struct world *world, enum job_pool pool)
{
    (void)world, (void)pool;
    return 1;
}

static struct world_ops ops;

/* Not started, its sources without records. */
static struct fixture *prepare(unsigned batch)
{
    struct fixture *fixture = fixture_new("matching");
    struct matching *matching = calloc(1, sizeof *matching);
    ops = fixture_world;
    ops.disk = disk;
    ops.job_threads = one_thread;
    refusals = 0;
    fixture->world.ops = &ops;
    *matching = (struct matching){.works = true, .dispatches = true, .instance = "1"};
    fixture->program = matching;
    fixture->options = (struct service_options){.name = "matching",
                                                .tables = matching_tables,
                                                .follows = matching_follows,
                                                .context = matching,
                                                .start = matching_start,
                                                .stop = matching_stop};
    fixture->source_batch = batch;
    source_begin_at(fixture, REGISTRY, registry_tables);
    source_begin_at(fixture, MONITORING, monitoring_tables);
    return fixture;
}

static struct fixture *begin(void)
{
    struct fixture *fixture = prepare(0);
    put_home(fixture, 1);
    put_quality(fixture, 1, 1);
    fixture_start(fixture);
    read_on(fixture);
    shows(fixture, 1, 1);
    return fixture;
}

static void finish(struct fixture *fixture)
{
    fixture_stop(fixture);
    for (size_t which = 0; which < 2; which++)
        if (source_at(fixture, which))
            source_end_at(fixture, which);
    fixture_start(fixture); /* from its store, which has the same */
    fixture_destroy(fixture);
}

/* Reads on until one batch was refused. */
static void refuse_one(struct fixture *fixture)
{
    refusals = 1;
    for (int i = 0; i < 20000 && refusals; i++)
        pass_ms(fixture, 1);
    cr_assert_eq(refusals, 0);
}

Test(follow, a_batch_that_is_refused_does_not_stop_what_the_other_source_tells)
{
    struct fixture *fixture = begin();
    put_quality(fixture, 1, 5);
    refuse_one(fixture);
    source_end_at(fixture, MONITORING); /* it is away before it is asked again */
    shows(fixture, 1, 1);
    put_home(fixture, 2);
    read_on(fixture);
    shows(fixture, 2, 1);
    finish(fixture);
}

Test(follow, nor_does_one_that_begins_anew)
{
    struct fixture *fixture = begin();
    source_end_at(fixture, MONITORING);
    source_begin_at(fixture, MONITORING, monitoring_tables);
    put_quality(fixture, 1, 7);
    refuse_one(fixture);
    source_end_at(fixture, MONITORING);
    put_home(fixture, 2);
    read_on(fixture);
    shows(fixture, 2, 1);
    finish(fixture);
}

Test(follow, nor_does_the_registry)
{
    struct fixture *fixture = begin();
    put_home(fixture, 2);
    refuse_one(fixture);
    source_end_at(fixture, REGISTRY);
    put_quality(fixture, 1, 6);
    read_on(fixture);
    shows(fixture, 1, 6);
    finish(fixture);
}

Test(follow, what_is_asked_for_again_comes)
{
    struct fixture *fixture = begin();
    put_home(fixture, 2);
    put_quality(fixture, 2, 3);
    refusals = 5;
    for (int i = 0; i < 30; i++)
        read_on(fixture);
    cr_assert_eq(refusals, 0);
    shows(fixture, 2, 4);
    finish(fixture);
}

/* What is missing of a part cannot be told from what does not exist: beyond the source's floor too it is
 * asked only when it has all, and shows all of it then. */
Test(follow, it_is_asked_when_it_has_all_and_shows_it_then)
{
    enum { HOMES = 6, FLOOR = 12, ALL = 3 * HOMES };
    struct fixture *fixture = prepare(1);
    struct store_txn *txn;
    struct matching *matching = fixture->program;
    for (unsigned number = 1; number <= HOMES; number++)
        put_home(fixture, number);
    cr_assert_eq(store_write_begin(source_at(fixture, REGISTRY)->store, &txn), CODE_OK);
    cr_assert_eq(journal_sweep(txn, FLOOR, 0, 1000), CODE_OK);
    cr_assert_eq(store_commit(txn), CODE_OK);
    fixture_start(fixture);
    bool whole = false;
    unsigned beyond = 0;
    for (int i = 0; i < 1000 && !whole; i++) { /* time stands still */
        service_turn(fixture->service);
        fixture->others_turn(fixture);
        whole = service_follows_whole(fixture->service, "registry");
        uint64_t read = service_cursor(fixture->service, "registry").position.sequence;
        beyond += read >= FLOOR && read < ALL;
        cr_assert(whole == worker_is_ready(&matching->worker), "at %u", (unsigned)read);
        cr_assert(whole == (read == ALL), "at %u", (unsigned)read);
    }
    cr_assert(whole && beyond > 0);
    shows(fixture, HOMES, 0);
    finish(fixture);
}
