#pragma once
/* What must hold of a store whose power failed: it is as after the last group that was answered for, or as
 * after the next, whole, and goes on from there. */

#include "power_work.h"

static char reason[400];

#define NOT(...) (snprintf(reason, sizeof reason, __VA_ARGS__), reason)

static bool is_version(const ProtobufCMessage *record, unsigned table, const struct item *item)
{
    const Pb__RecordMeta *meta =
        table ? ((const Pb__Placement *)record)->meta : ((const Pb__Authority *)record)->meta;
    return meta && meta->version == item->version;
}

static const char *check_records(struct fixture *f, const struct state *state)
{
    for (unsigned table = 0; table < 2; table++)
        for (unsigned key = 0; key < KEYS; key++) {
            const struct item *item = &state->items[table][key];
            ProtobufCMessage *record;
            enum code code =
                record_get(f->txn, tables[table], key_of(&f->arena, table, key), &f->arena, &record);
            if (code != (item->there ? CODE_OK : CODE_NOT_FOUND))
                return NOT("record %u of %s: %s", key, tables[table]->name, code_name(code));
            const char *text = text_of(&f->arena, key, item->revision);
            if (item->there && (!is_version(record, table, item) ||
                                strcmp(text, table ? ((Pb__Placement *)record)->reference
                                                   : ((Pb__Authority *)record)->name) != 0))
                return NOT("record %u of %s is another", key, tables[table]->name);
            if (item->there && record_find(f->txn, tables[table], table ? "reference" : "name",
                                           span_of_text(text), &f->arena, &record) != CODE_OK)
                return NOT("record %u of %s is not in its index", key, tables[table]->name);
        }
    return NULL;
}

static const char *check_blob(struct fixture *f, const struct state *state)
{
    const Pb__BlobHead *head;
    struct span chunk;
    uint8_t digest[32];
    enum code code = blob_head(f->txn, "list", &f->arena, &head);
    if (code != (state->blob ? CODE_OK : CODE_NOT_FOUND) || (code == CODE_OK && head->version != state->blob))
        return NOT("the blob: %s", code_name(code));
    if (code)
        return NULL;
    code = blob_read(f->txn, "list", head->version, 0, &f->arena, &chunk);
    if (code == CODE_OK)
        crypto_generichash(digest, sizeof digest, chunk.data, chunk.size, NULL, 0);
    return code == CODE_OK && memcmp(digest, head->digest.data, sizeof digest) == 0 ? NULL
                                                                                    : NOT("the blob differs");
}

/* What a follower makes of the whole journal. */
static const char *check_journal(struct fixture *f, const struct state *state)
{
    static const struct entitlement all = {.groups = AUDIENCE_SERVICES, .name = "E1"};
    unsigned there = 0, followed = 0;
    uint64_t last = 0;
    Pb__FollowResponse batch = PB__FOLLOW_RESPONSE__INIT;
    if (journal_read(f->txn, 0, &all, 100000, 64 << 20, &f->arena, &batch) != CODE_OK ||
        batch.through->sequence != state->sequence)
        return NOT("the journal cannot be read to its end");
    for (size_t i = 0; i < batch.n_entries; i++) {
        const Pb__JournalEntry *entry = batch.entries[i];
        bool newest = entry->change_case == PB__JOURNAL_ENTRY__CHANGE_CONTENT;
        for (size_t k = i + 1; k < batch.n_entries && newest; k++)
            newest = strcmp(batch.entries[k]->record_type, entry->record_type) != 0 ||
                     !span_equal(span_of(batch.entries[k]->key.data, batch.entries[k]->key.len),
                                 span_of(entry->key.data, entry->key.len));
        if (entry->sequence <= last)
            return NOT("the journal goes back at %lu", (unsigned long)entry->sequence);
        last = entry->sequence;
        followed += newest && strstr(entry->record_type, "Blob") == NULL;
    }
    for (unsigned i = 0; i < 2 * KEYS; i++)
        there += state->items[i / KEYS][i % KEYS].there;
    return followed == there ? NULL : NOT("a follower would have %u records, not %u", followed, there);
}

/* Every sequence above the floor has its entry, whoever may read it. */
static const char *check_gaps(struct fixture *f, const struct state *state)
{
    MDB_cursor *cursor;
    MDB_val key, value;
    uint64_t floor = journal_floor(f->txn), next = 0;
    cr_assert_eq(mdb_cursor_open(f->txn->mdb, f->store->dbis[DB_JOURNAL], &cursor), 0);
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
        uint64_t sequence = get_u64_be(key.mv_data);
        if (sequence > floor && next && sequence != next)
            break;
        next = sequence >= floor ? sequence + 1 : 0;
    }
    mdb_cursor_close(cursor);
    return next == state->sequence + 1 || state->sequence == 0 ? NULL : NOT("the journal has a gap");
}

static const char *check_audit(struct fixture *f, const struct state *state)
{
    uint64_t lines, bad;
    uint8_t head[AUDIT_HASH_BYTES];
    if (audit_verify(f->txn, &lines, head, &bad) != CODE_OK)
        return NOT("the audit log is broken at %lu", (unsigned long)bad);
    return lines == state->audit ? NULL : NOT("the audit log has %lu lines", (unsigned long)lines);
}

static const char *check_state(struct fixture *f, const struct state *state)
{
    if (store_position(f->store).sequence != state->sequence)
        return NOT("the journal stands at %lu", (unsigned long)store_position(f->store).sequence);
    const char *wrong = check_records(f, state);
    wrong = wrong ? wrong : check_blob(f, state);
    wrong = wrong ? wrong : check_journal(f, state);
    wrong = wrong ? wrong : check_gaps(f, state);
    return wrong ? wrong : check_audit(f, state);
}

/* Names reach the list before the commit that erases: after a cut between the two, the opening has erased
 * what a caller asked to erase. */
static struct state erased_at_opening(struct fixture *f, const struct state *before)
{
    struct state state = *before;
    struct erasure *found;
    size_t count;
    cr_assert_eq(store_erasures(f->txn, NULL, KEYS, &f->arena, &found, &count), CODE_OK);
    for (unsigned key = 0; key < KEYS; key++)
        for (size_t i = 0; i < count; i++)
            if (!state.items[1][key].erased && span_equal(found[i].key, key_of(&f->arena, 1, key))) {
                state.sequence += state.items[1][key].there;
                state.erased++;
                state.items[1][key] = (struct item){.erased = true};
            }
    state.audit += state.erased > before->erased;
    return state;
}

static const char *check_erased(struct fixture *f, const struct state *state)
{
    struct erasure *found;
    size_t count;
    cr_assert_eq(store_erasures(f->txn, NULL, KEYS, &f->arena, &found, &count), CODE_OK);
    return count >= state->erased ? NULL : NOT("%zu are erased, not %u", count, state->erased);
}

/* `acked`: the last group that was answered for. */
static const char *check_opened(struct work *w, struct fixture *f, unsigned acked)
{
    unsigned first = acked == NOT_MADE ? 0 : acked;
    if (acked != NOT_MADE && store_position(f->store).epoch != w->epoch)
        return NOT("it has another epoch");
    reading(f);
    struct state again = erased_at_opening(f, &w->states[first]);
    const char *wrong = check_state(f, &w->states[first]);
    if (wrong && first < GROUPS && !check_state(f, &w->states[first + 1]))
        wrong = NULL;
    if (wrong && again.erased > w->states[first].erased)
        wrong = check_state(f, &again);
    wrong = wrong ? wrong : check_erased(f, &w->states[first]);
    end(f);
    return wrong;
}

static const char *check_goes_on(struct fixture *f)
{
    ProtobufCMessage *record;
    if (put(f, &authorities, authority(f, "after", 0, "after", "S")) != CODE_OK)
        return NOT("it takes no more");
    fixture_reopen(f);
    reading(f);
    enum code code = record_get(f->txn, &authorities, key_of_text("after"), &f->arena, &record);
    end(f);
    return code == CODE_OK ? NULL : NOT("what came after is not there");
}

static void file_copy(const char *from, const char *to)
{
    char bytes[65536];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    cr_assert(in && out);
    for (size_t size; (size = fread(bytes, 1, sizeof bytes, in)) > 0;)
        cr_assert_eq(fwrite(bytes, 1, size, out), size);
    fclose(in);
    cr_assert_eq(fclose(out), 0);
}

/* An older copy in the store's place, the list as the cut left it. */
static const char *check_copy(struct work *w, struct work *cut, unsigned acked)
{
    char from[200], to[200];
    struct fixture *f = &cut->f;
    store_close(f->store);
    f->store = NULL;
    snprintf(from, sizeof from, "%s/data.mdb", w->copy);
    snprintf(to, sizeof to, "%s/data.mdb", cut->store);
    file_copy(from, to);
    if (store_open(&f->world.base, &f->options, &f->store, NULL) != CODE_OK)
        return NOT("an older copy does not open with the list");
    reading(f);
    const char *wrong = check_erased(f, &w->states[acked]);
    end(f);
    return wrong;
}

static const char *check_files(struct work *w, struct work *cut, unsigned acked)
{
    struct fault fault = {0};
    struct fixture *f = &cut->f;
    if (store_open(&f->world.base, &f->options, &f->store, &fault) != CODE_OK)
        return NOT("it does not open: %s", fault.reason);
    const char *wrong = check_opened(w, f, acked);
    wrong = wrong ? wrong : check_goes_on(f);
    return wrong || acked == NOT_MADE || acked < COPY_AT ? wrong : check_copy(w, cut, acked);
}
