/* What is free, position by position.
 *
 * In: the registry's journal, read after each of its commits. Out: for any position the places that were free
 * there, to hold an answer of matching against: found without any of matching's code. */

#include "tests/sim/facts.h"

#include "common/store/journal.h"
#include "common/wire/wire.h"
#include "services/registry/records.h"
#include "tests/sim/promises.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

enum { FACTS_MAX = 20000, GROUPS_MAX = 1000, ANSWERS_MAX = 4096, RESTORES_MAX = 64 };

struct facts {
    struct fact {
        struct position position;
        unsigned group;
        bool of_group; /* else of its vacancy */
        bool there;
        uint32_t free;
    } facts[FACTS_MAX];
    unsigned fact_count;
    char groups[GROUPS_MAX][16];
    unsigned group_count;
    struct position read;
    struct position ended[RESTORES_MAX]; /* the last of each epoch that a restore ended */
    unsigned ended_count;
    /* Answers by the positions they name: the registry's, and monitoring's where that was known. */
    struct {
        struct position position, monitoring;
        uint8_t digest[32];
    } answers[ANSWERS_MAX];
    unsigned answer_count;
};

struct facts *facts_create(void)
{
    struct facts *facts = calloc(1, sizeof *facts);
    assert(facts);
    return facts;
}

void facts_destroy(struct facts *facts)
{
    free(facts);
}

/* --- reading ----------------------------------------------------------------------------------------- */

static unsigned group_of(struct facts *facts, const uint8_t key[16])
{
    unsigned i = 0;
    while (i < facts->group_count && memcmp(facts->groups[i], key, 16) != 0)
        i++;
    if (i == facts->group_count) {
        assert(facts->group_count < GROUPS_MAX);
        memcpy(facts->groups[facts->group_count++], key, 16);
    }
    return i;
}

static uint32_t free_in(const Pb__JournalEntry *entry, struct arena *arena)
{
    ProtobufCMessage *record;
    if (wire_unpack(&pb__vacancy__descriptor, span_of(entry->content.data, entry->content.len), arena,
                    &record, NULL) != CODE_OK)
        return 0;
    const Pb__Vacancy *vacancy = (const Pb__Vacancy *)record;
    return vacancy->n_free ? vacancy->free[0]->places : 0;
}

static void take(struct facts *facts, uint64_t epoch, const Pb__JournalEntry *entry, struct arena *arena)
{
    bool vacancy = strcmp(entry->record_type, pb__vacancy__descriptor.name) == 0;
    bool group = strcmp(entry->record_type, pb__place_group__descriptor.name) == 0;
    if (!vacancy && !group)
        return;
    assert(facts->fact_count < FACTS_MAX && entry->key.len == 16);
    bool there = entry->change_case == PB__JOURNAL_ENTRY__CHANGE_CONTENT;
    facts->facts[facts->fact_count++] = (struct fact){.position = {epoch, entry->sequence},
                                                      .group = group_of(facts, entry->key.data),
                                                      .of_group = group,
                                                      .there = there,
                                                      .free = vacancy && there ? free_in(entry, arena) : 0};
}

void facts_read(struct sim *sim)
{
    struct facts *facts = sim->facts;
    const struct entitlement all = {.groups = AUDIENCE_SERVICES};
    struct store *store = service_store(sim->registry->service);
    struct position position = store_position(store);
    if (facts->read.epoch == 0)
        facts->read.epoch = position.epoch;
    if (facts->read.epoch != position.epoch)
        return; /* a planted fault took the store back behind a restore */
    if (position.sequence == facts->read.sequence)
        return;
    struct store_txn *txn = NULL;
    struct arena arena;
    bool quiet = sim->quiet;
    sim->quiet = true;
    arena_init(&arena, 64 * 1024 * 1024);
    enum code code = store_read_begin(store, &txn);
    while (code == CODE_OK && facts->read.sequence < position.sequence) {
        Pb__FollowResponse batch = PB__FOLLOW_RESPONSE__INIT;
        code = journal_read(txn, facts->read.sequence, &all, 1000, 1024 * 1024, &arena, &batch);
        for (size_t i = 0; code == CODE_OK && i < batch.n_entries; i++)
            take(facts, position.epoch, batch.entries[i], &arena);
        if (code == CODE_OK)
            facts->read = (struct position){position.epoch, batch.through->sequence};
    }
    assert(code == CODE_OK);
    store_end(txn);
    arena_finish(&arena);
    sim->quiet = quiet;
}

/* --- searches ---------------------------------------------------------------------------------------- */

void facts_ask(Pb__SearchRequest *ret_request)
{
    static Pb__ProvisionKind kinds[] = {PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME};
    pb__search_request__init(ret_request);
    ret_request->postcode = "SG13 8DQ";
    ret_request->age = 12;
    ret_request->kinds = kinds;
    ret_request->n_kinds = 1;
    ret_request->start_on = LEDGER_DAY;
    ret_request->size = 200;
    ret_request->today = "2026-09-21";
    ret_request->asked_at_ms = sim_wall_ms;
}

void facts_restored(struct sim *sim, struct position copy, uint64_t epoch)
{
    struct facts *facts = sim->facts;
    for (unsigned i = 0, count = facts->fact_count; i < count; i++) {
        if (facts->facts[i].position.epoch != copy.epoch || facts->facts[i].position.sequence > copy.sequence)
            continue;
        assert(facts->fact_count < FACTS_MAX);
        facts->facts[facts->fact_count] = facts->facts[i];
        facts->facts[facts->fact_count++].position.epoch = epoch;
    }
    assert(facts->ended_count < RESTORES_MAX);
    facts->ended[facts->ended_count++] = facts->read;
    facts->read = (struct position){epoch, copy.sequence};
}

static bool is_same(struct position a, struct position b)
{
    return a.epoch == b.epoch && a.sequence == b.sequence;
}

/* How many places of each group were free there; how many groups had one. */
static unsigned free_at(const struct facts *facts, struct position position, uint32_t free[GROUPS_MAX])
{
    static bool there[GROUPS_MAX];
    unsigned count = 0;
    memset(free, 0, facts->group_count * sizeof free[0]);
    memset(there, 0, facts->group_count * sizeof there[0]);
    for (unsigned i = 0; i < facts->fact_count; i++) {
        const struct fact *fact = &facts->facts[i];
        if (fact->position.epoch != position.epoch || fact->position.sequence > position.sequence)
            continue;
        if (fact->of_group)
            there[fact->group] = fact->there;
        else
            free[fact->group] = fact->free;
    }
    for (unsigned i = 0; i < facts->group_count; i++) {
        free[i] = there[i] ? free[i] : 0;
        count += free[i] > 0;
    }
    return count;
}

/* Of a service that an answer names; zeros where it does not. */
static struct position named_by(const Pb__SearchResponse *response, const char *service)
{
    for (size_t i = 0; i < response->n_positions; i++)
        if (strcmp(response->positions[i]->service, service) == 0 && response->positions[i]->position)
            return (struct position){response->positions[i]->position->epoch,
                                     response->positions[i]->position->sequence};
    return (struct position){0};
}

/* The same from every worker at the same positions, but for how old its facts are. */
static void compare(struct sim *sim, struct position position, const Pb__SearchResponse *response)
{
    struct facts *facts = sim->facts;
    Pb__SearchResponse copy = *response;
    struct position monitoring = named_by(response, "monitoring");
    uint8_t digest[32];
    copy.facts_age_ms = 0;
    promises_digest(&copy.base, digest);
    for (unsigned i = 0; i < facts->answer_count; i++) {
        if (!is_same(facts->answers[i].position, position) ||
            !is_same(facts->answers[i].monitoring, monitoring))
            continue;
        sim_count(sim, SIM_SAME_AGAIN);
        if (memcmp(facts->answers[i].digest, digest, sizeof digest) != 0)
            sim_fail(sim, "search-same", "two answers at position %llu differ",
                     (unsigned long long)position.sequence);
        return;
    }
    if (facts->answer_count == ANSWERS_MAX)
        return;
    facts->answers[facts->answer_count].position = position;
    facts->answers[facts->answer_count].monitoring = monitoring;
    memcpy(facts->answers[facts->answer_count++].digest, digest, sizeof digest);
}

/* Of the registry, and of workers: one whose own store is put back knows the epoch before again, until it
 * hears of the next. */
static uint64_t restores(const struct sim *sim)
{
    return sim->counts[SIM_RESTORES] + sim->counts[SIM_RESTORES_OTHER];
}

void facts_note_asked(const struct sim *sim, struct asked *asked)
{
    asked->epoch = sim->facts->read.epoch;
    asked->restores = restores(sim);
    for (unsigned i = 0; i < sim->node_count; i++) {
        const struct node *node = &sim->nodes[i];
        if (node->searches &&
            (node->down || service_cursor(node->service, "registry").position.epoch != asked->epoch))
            asked->epoch = 0;
    }
}

/* Was there such a position, of this epoch or an earlier one? */
static bool was_there(const struct facts *facts, struct position position)
{
    if (position.epoch == facts->read.epoch)
        return position.sequence <= facts->read.sequence;
    for (unsigned i = 0; i < facts->ended_count; i++)
        if (facts->ended[i].epoch == position.epoch)
            return position.sequence <= facts->ended[i].sequence;
    return false;
}

static void check_result(struct sim *sim, struct position position, const uint32_t free[GROUPS_MAX],
                         const Pb__SearchResult *result)
{
    struct arena arena;
    arena_init(&arena, 1024 * 1024);
    unsigned group = group_of(sim->facts, key_of_uuid(result->place_group_id, &arena).data);
    arena_finish(&arena);
    sim_count(sim, SIM_RESULTS);
    if (free[group] != result->free_places || free[group] == 0)
        sim_fail(sim, "search-true", "at position %llu a search found %u places free where %u were",
                 (unsigned long long)position.sequence, result->free_places, free[group]);
}

void facts_check_search(struct sim *sim, const struct asked *asked, const Pb__SearchResponse *response)
{
    static uint32_t free[GROUPS_MAX];
    struct facts *facts = sim->facts;
    struct position position = named_by(response, "registry");
    sim_count(sim, SIM_SEARCHES);
    if (!position.epoch || !was_there(facts, position)) {
        sim_fail(sim, "search-true", "an answer names no position that the registry has had");
        return;
    }
    if (asked->at_least.sequence &&
        (position.epoch != asked->at_least.epoch || position.sequence < asked->at_least.sequence))
        sim_fail(sim, "search-true", "a search at %llu at least was answered at %llu",
                 (unsigned long long)asked->at_least.sequence, (unsigned long long)position.sequence);
    if (asked->epoch && asked->restores == restores(sim) && position.epoch != asked->epoch)
        sim_fail(sim, "search-after-restore", "a search was answered at %llu of an epoch that had ended",
                 (unsigned long long)position.sequence);
    if (position.epoch != facts->read.epoch)
        sim_count(sim, SIM_OLD_EPOCHS);
    unsigned count = free_at(facts, position, free);
    for (size_t i = 0; i < response->n_results; i++)
        check_result(sim, position, free, response->results[i]);
    if (response->total != count)
        sim_fail(sim, "search-true", "at position %llu a search found %u of %u groups",
                 (unsigned long long)position.sequence, response->total, count);
    compare(sim, position, response);
}
