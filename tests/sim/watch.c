/* The watcher on the network: what a follower is sent must be for it at that moment, and a key that was
 * removed gets nothing after a second.
 *
 * In: every message as it leaves. Out: a failed invariant, and counts. */

#include "tests/sim/watch.h"

#include "common/base/limits.h"
#include "common/bus/envelope.h"
#include "common/wire/wire.h"
#include "services/registry/records.h"
#include "tests/sim/facts.h"
#include "tests/sim/roster.h"

#include <assert.h>
#include <stdlib.h>

static const char method_follow[] = "ccrag.v1.FeedService/Follow";

struct span watch_request(struct sim *sim, struct connection *connection, struct span packed,
                          struct arena *arena)
{
    Pb__Envelope *envelope;
    if (envelope_read(packed, arena, &envelope, NULL) != CODE_OK ||
        envelope->kind_case != PB__ENVELOPE__KIND_REQUEST)
        return packed;
    Pb__CallHeader *header = envelope->request;
    if ((envelope->call & 0xff) > 1)
        sim_count(sim, SIM_REPEATS);
    if (strcmp(header->method, method_follow) == 0)
        connection->follows[connection->follow_count++ % SIM_FOLLOWS] = envelope->call;
    if (strcmp(header->method, "ccrag.v1.DispatchService/CompleteSearch") == 0)
        sim_count(sim, SIM_BY_OTHERS);
    if (sim->plant != PLANT_NO_KEYS || header->idempotency_key.len == 0)
        return packed;
    header->idempotency_key = (ProtobufCBinaryData){0};
    return wire_pack(&envelope->base, arena);
}

/* --- who may see what -------------------------------------------------------------------------------- */

const struct table *watch_table(const char *record_type)
{
    for (const struct table *const *table = registry_tables; *table; table++)
        if ((*table)->flags & TABLE_JOURNAL && strcmp((*table)->type->name, record_type) == 0)
            return *table;
    return NULL;
}

static bool is_member(struct store_txn *txn, const char *authority_id, struct arena *arena, bool *ret_host)
{
    ProtobufCMessage *authority = NULL, *region = NULL;
    if (record_get(txn, &table_authorities, key_of_text(authority_id), arena, &authority) != CODE_OK ||
        ((Pb__Authority *)authority)->state != PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE)
        return false;
    *ret_host = record_get(txn, &table_regions, key_of_text(REGION_ID), arena, &region) == CODE_OK &&
                strcmp(((Pb__Region *)region)->host, authority_id) == 0;
    return true;
}

bool watch_is_member(struct sim *sim, const char *authority_id, bool *ret_host)
{
    struct arena arena;
    struct store_txn *txn = NULL;
    bool quiet = sim->quiet;
    arena_init(&arena, 4 * 1024 * 1024);
    sim->quiet = true;
    bool member = store_read_begin(service_store(sim->registry->service), &txn) == CODE_OK &&
                  is_member(txn, authority_id, &arena, ret_host);
    store_end(txn);
    sim->quiet = quiet;
    arena_finish(&arena);
    return member;
}

bool watch_entitlement(struct sim *sim, unsigned principal, struct entitlement *ret_entitlement)
{
    const struct sim_principal *who = &sim->region->principals[principal];
    struct entitlement entitlement = {0};
    if (who->role == PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_OPERATOR)
        entitlement.groups = AUDIENCE_SERVICES | AUDIENCE_WORKERS | AUDIENCE_HOST | AUDIENCE_MEMBERS;
    else if (who->role == PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE)
        entitlement.groups = AUDIENCE_SERVICES;
    else if (who->role == PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_WORKER)
        entitlement.groups = AUDIENCE_WORKERS;
    else if (!who->authority[0])
        return false;
    if (who->authority[0]) {
        bool host = false;
        if (!watch_is_member(sim, who->authority, &host))
            return false;
        entitlement.groups = AUDIENCE_MEMBERS | (host ? AUDIENCE_HOST : 0);
        memcpy(entitlement.name, who->authority, strlen(who->authority));
    }
    *ret_entitlement = entitlement;
    return true;
}

static void check_entry(struct sim *sim, const char *who, const struct entitlement *entitlement,
                        const Pb__JournalEntry *entry, struct arena *arena)
{
    const struct table *table = watch_table(entry->record_type);
    ProtobufCMessage *record;
    struct audience audience = {0};
    if (entry->change_case != PB__JOURNAL_ENTRY__CHANGE_CONTENT)
        return;
    if (!table ||
        wire_unpack(table->type, span_of(entry->content.data, entry->content.len), arena, &record, NULL)) {
        sim_fail(sim, "entitled-only", "an entry of the feed holds no record: %s", entry->record_type);
        return;
    }
    table->audience(record, &audience);
    if (!audience_admits(&audience, entitlement))
        sim_fail(sim, "entitled-only", "%s was sent a %s that is not for it (entry %llu)", who,
                 entry->record_type, (unsigned long long)entry->sequence);
}

/* A batch as it was read: most go to several followers, one after the other, and are read once. */
struct seen {
    struct entitlement entitlement; /* for which nothing was wrong with it */
    uint8_t *body;
    size_t size;
    uint64_t number; /* of the entitlement, as the batch has it */
    uint64_t entries, forgets;
    bool begins;
};
enum { SEEN_MAX = 4 };
static struct seen seen_batches[SEEN_MAX];

static struct seen *find_seen(const struct entitlement *entitlement, struct span body)
{
    for (unsigned i = 0; i < SEEN_MAX; i++) {
        struct seen *seen = &seen_batches[i];
        if (seen->size == body.size && seen->body && memcmp(seen->body, body.data, body.size) == 0 &&
            seen->entitlement.groups == entitlement->groups &&
            strcmp(seen->entitlement.name, entitlement->name) == 0)
            return seen;
    }
    return NULL;
}

static void keep_seen(const struct seen *seen, struct span body)
{
    static unsigned next;
    struct seen *kept = &seen_batches[next++ % SEEN_MAX];
    free(kept->body);
    *kept = *seen;
    kept->body = malloc(body.size);
    assert(kept->body);
    memcpy(kept->body, body.data, body.size);
    kept->size = body.size;
}

/* False: it is no batch, or there is something in it that is not for them. */
static bool read_batch(struct sim *sim, const char *who, const struct entitlement *entitlement,
                       struct span body, struct arena *arena, struct seen *ret_seen)
{
    ProtobufCMessage *message;
    if (wire_unpack(&pb__follow_response__descriptor, body, arena, &message, NULL) != CODE_OK)
        return false;
    const Pb__FollowResponse *batch = (const Pb__FollowResponse *)message;
    struct seen seen = {
        .entitlement = *entitlement,
        .number = batch->entitlement,
        .entries = batch->n_entries,
        .begins = batch->start_over && batch->through->sequence < batch->newest,
    };
    for (size_t i = 0; i < batch->n_entries; i++) {
        seen.forgets += batch->entries[i]->change_case == PB__JOURNAL_ENTRY__CHANGE_FORGET;
        check_entry(sim, who, entitlement, batch->entries[i], arena);
    }
    *ret_seen = seen;
    return true;
}

static void check_batch(struct sim *sim, unsigned principal, struct span body, struct arena *arena)
{
    struct entitlement entitlement;
    struct seen seen;
    const char *who = sim->region->principals[principal].name;
    if (!watch_entitlement(sim, principal, &entitlement)) {
        sim_fail(sim, "entitled-only", "%s was sent a batch and is not a member", who);
        return;
    }
    const struct seen *known = find_seen(&entitlement, body);
    if (known)
        seen = *known;
    else if (!read_batch(sim, who, &entitlement, body, arena, &seen))
        return;
    else if (!sim->failed && sim->plant == PLANT_NONE)
        keep_seen(&seen, body);
    sim_count(sim, SIM_BATCHES);
    sim->counts[SIM_ENTRIES] += seen.entries;
    sim->counts[SIM_FORGETS] += seen.forgets;
    sim->counts[SIM_BEGUN_IN_PARTS] += seen.begins;
    if (sim->entitlements[principal] && sim->entitlements[principal] != seen.number)
        sim_count(sim, SIM_ENTITLEMENTS);
    sim->entitlements[principal] = seen.number;
}

/* --- answers ----------------------------------------------------------------------------------------- */

void watch_answer(struct sim *sim, const struct node *node, const struct connection *connection,
                  struct span packed, struct span body, struct arena *arena)
{
    Pb__Envelope *envelope;
    unsigned key = 0;
    enum sim_principal_id principal = sim_principal_of_key(sim->region, &connection->client_key, &key);
    if (principal == SIM_PRINCIPALS) {
        sim_fail(sim, "removed-gets-nothing", "%s answered a key that nobody has", node->name);
        return;
    }
    if (body.size && roster_must_know(sim, node, principal, key))
        sim_fail(sim, "removed-gets-nothing", "%s sent %zu bytes to %s, %lld ms after its key %u was removed",
                 node->name, body.size, sim->region->principals[principal].name,
                 (long long)(sim->now_us - sim->roster->gone[principal][key].since_us) / 1000, key);
    if (node == sim->registry)
        facts_read(sim);
    if (node != sim->registry || !body.size || envelope_read(packed, arena, &envelope, NULL) != CODE_OK)
        return;
    for (unsigned i = 0; i < connection->follow_count && i < SIM_FOLLOWS; i++)
        if (connection->follows[i] == envelope->call) {
            if (!envelope->response->more)
                sim_count(sim, SIM_LEASES);
            check_batch(sim, principal, body, arena);
            return;
        }
}
