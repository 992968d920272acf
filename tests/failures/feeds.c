/* What a follower makes of a change, with its N-th allocation, slice of an arena, step of the disk and call
 * to LMDB failing.
 *
 * In: changes, in batches that the harness sends as the source. What must hold of each try: where the cursor
 * did not move nothing else of the store did; it asks again from where its cursor stands, and is fed again;
 * in the end the store, and what is answered from it, are as they are without a failure. */

#include "tests/failures/feeds.h"

#include "tests/failures/calls.h"
#include "tests/failures/digest.h"

#include "common/base/limits.h"
#include "common/bus/envelope.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATIENCE = 120, PAUSE_MS = 500, SETTLE_S = 12 };

struct ended {
    char state[STATE_TEXT_BYTES];
    struct answer answer;
};

static char why[2000];

static const char *wrong(const char *what)
{
    snprintf(why, sizeof why, "%s", what);
    return why;
}

/* Where they begin to differ. */
static const char *differs(const char *what, const char *is, const char *meant)
{
    size_t at = 0;
    while (is[at] && is[at] == meant[at])
        at++;
    size_t from = at > 200 ? at - 200 : 0;
    snprintf(why, sizeof why, "%s: %.600s\nnot: %.600s", what, is + from, meant + from);
    return why;
}

static struct cursor cursor_of(struct host *host, const char *source)
{
    struct store_txn *txn = NULL;
    struct cursor cursor;
    if (store_read_begin(service_store(host->service), &txn) != CODE_OK ||
        cursor_get(txn, source, &cursor) != CODE_OK)
        abort();
    store_end(txn);
    return cursor;
}

/* --- the source -------------------------------------------------------------------------------------- */

static ProtobufCBinaryData bytes_of(struct span span)
{
    return (ProtobufCBinaryData){span.size, (uint8_t *)(uintptr_t)span.data};
}

static void fill_entry(struct host *host, const struct fed *fed, uint64_t sequence, struct arena *arena,
                       Pb__JournalEntry *entry)
{
    struct fault fault = {0};
    ProtobufCMessage *record = NULL;
    const struct table *table = table_of_type(host->options.tables, fed->type);
    assert(table);
    if (wire_from_json(table->type, fed->json, arena, &record, &fault) != CODE_OK) {
        fprintf(stderr, "%s: %s: %s\n", fed->type, fault.field, fault.reason);
        abort();
    }
    pb__journal_entry__init(entry);
    entry->sequence = sequence;
    entry->record_type = fed->type;
    entry->key = bytes_of(table->key(record, arena));
    entry->version = 1;
    entry->by = fed->source;
    entry->change_case =
        fed->as == FED_GONE ? PB__JOURNAL_ENTRY__CHANGE_DELETED : PB__JOURNAL_ENTRY__CHANGE_CONTENT;
    if (fed->as == FED_GONE)
        entry->deleted = true;
    else
        entry->content = bytes_of(wire_pack(record, arena));
}

/* The one batch that joins on to the cursor, as the answer to the call that is open. */
static void feed(struct host *host, const struct fed *fed, struct dialled *dialled)
{
    struct arena arena;
    const struct cursor cursor = cursor_of(host, fed->source);
    bool anew = fed->as == FED_ANEW;
    Pb__FollowResponse batch = PB__FOLLOW_RESPONSE__INIT;
    Pb__Position after = PB__POSITION__INIT, through = PB__POSITION__INIT;
    Pb__JournalEntry entry, *entries[] = {&entry};
    const struct answer_head head = {.more = true, .epoch = 1, .sequence = 1};
    arena_init(&arena, REQUEST_ARENA_BYTES);
    after.epoch = through.epoch = cursor.position.epoch + anew;
    after.sequence = anew ? 0 : cursor.position.sequence;
    through.sequence = after.sequence + 1;
    fill_entry(host, fed, through.sequence, &arena, &entry);
    batch.after = &after, batch.through = &through;
    batch.entries = entries, batch.n_entries = 1;
    batch.floor = batch.newest = through.sequence;
    batch.entitlement = cursor.entitlement;
    batch.start_over = anew;
    batch.read_at_ms = host->wall_ms;
    host_tell(dialled, envelope_answer(dialled->call, &head, &arena), wire_pack(&batch.base, &arena));
    arena_finish(&arena);
}

static void pass_a_while(struct host *host)
{
    host->mono_us += INT64_C(1000) * PAUSE_MS;
    host->wall_ms += PAUSE_MS;
    host_run(host, false);
}

/* Until it asks. */
static bool is_asked(struct host *host, struct dialled *dialled)
{
    for (unsigned i = 0; i < PATIENCE && !dialled->call; i++)
        pass_a_while(host);
    return dialled->call != 0;
}

static bool has_moved(struct host *host, const char *source, struct cursor from)
{
    struct cursor now = cursor_of(host, source);
    return now.position.epoch != from.position.epoch || now.position.sequence != from.position.sequence;
}

/* Until it has the change. */
static bool feed_on(struct host *host, const struct fed *fed, struct dialled *dialled, struct cursor from)
{
    for (unsigned i = 0; i < PATIENCE && !has_moved(host, fed->source, from); i++) {
        if (dialled->call)
            feed(host, fed, dialled);
        pass_a_while(host);
    }
    return has_moved(host, fed->source, from);
}

/* --- tries ------------------------------------------------------------------------------------------- */

static void look(struct host *host, struct ended *ret_ended)
{
    struct asked asked = {.once = true};
    struct call call = {.request = &asked};
    host_settle(host, SETTLE_S);
    state_text(host, ret_ended->state);
    ret_ended->answer.text[0] = '\0';
    if (!subject.asked_method)
        return;
    snprintf(asked.method, sizeof asked.method, "%s", subject.asked_method);
    snprintf(asked.body, sizeof asked.body, "%s", subject.asked_body);
    call.method = wire_method_find(asked.method);
    call.key = new_key(host);
    call_run(host, &call, false, &ret_ended->answer);
}

static const char *compare(const struct ended *ended, const struct ended *meant)
{
    if (strcmp(ended->state, meant->state) != 0)
        return differs("in the end the store has", ended->state, meant->state);
    if (strcmp(ended->answer.text, meant->answer.text) != 0)
        return differs("in the end it answers", ended->answer.text, meant->answer.text);
    return NULL;
}

/* The change is on its way while `kind` fails at `at`; 0: nothing does. */
static const char *try_once(struct host *host, const struct fed *fed, enum failing kind, unsigned at,
                            struct ended *ret_ended)
{
    struct dialled *dialled = host_dialled(host, fed->source);
    dialled->up = true;
    host_settle(host, 0);
    if (!is_asked(host, dialled))
        return wrong("it does not ask");
    const struct cursor from = cursor_of(host, fed->source);
    struct store_digest before = store_digest_of(service_store(host->service)), after;
    feed(host, fed, dialled);
    fail_set(kind, at);
    host_run(host, at > 0);
    if (fail_was_sync())
        host_restart(host);
    after = store_digest_of(service_store(host->service));
    if (!has_moved(host, fed->source, from) && memcmp(&before, &after, sizeof before) != 0)
        return wrong("its cursor stands where it did, but something of the store is another");
    if (at == 0 && !has_moved(host, fed->source, from))
        return wrong("it does not take the change though nothing fails");
    if (!feed_on(host, fed, dialled, from))
        return wrong("it does not go on");
    look(host, ret_ended);
    return NULL;
}

const char *feed_each(struct host *host, const struct fed *fed, unsigned ret_most[FAIL_KINDS])
{
    static struct ended meant, ended;
    host_settle(host, SETTLE_S);
    host_remember(host);
    const char *what = try_once(host, fed, FAIL_MEMORY, 0, &meant);
    for (enum failing kind = 0; kind < FAIL_KINDS && !what; kind++) {
        bool happened = true;
        for (ret_most[kind] = 0; happened && !what; ret_most[kind] += happened) {
            host_restore(host);
            what = try_once(host, fed, kind, ret_most[kind] + 1, &ended);
            happened = fail_happened();
            if (!what)
                what = compare(&ended, &meant);
        }
    }
    host_restore(host);
    host_dialled(host, fed->source)->up = false;
    return what;
}
