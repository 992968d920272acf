#pragma once
/* What is written before the power fails: groups of random commands, and what the store holds after each. */

#include "power_replay.h"

#include "common/store/internal.h"

#include <sodium.h>

enum { KEYS = 24, GROUPS = 60, COMMANDS_MAX = 6, COPY_AT = 30, NOT_MADE = GROUPS + 1 };

/* --- what the store holds after each group ----------------------------------------------------------- */

struct item {
    unsigned version, revision;
    bool there, erased;
};

struct state {
    struct item items[2][KEYS]; /* authorities, placements */
    uint64_t sequence, audit, blob;
    unsigned erased;
};

struct work {
    struct fixture f;
    char root[64], copy[72], store[72], list[80];
    struct state states[GROUPS + 1];
    uint64_t seed, epoch;
    unsigned revision;
};

static const struct table *const tables[2] = {&authorities, &placements};

static const char *id_of(struct arena *arena, unsigned table, unsigned key)
{
    return arena_format(arena, table ? "01890000-0000-7000-8000-%012u" : "E%08u", key);
}

static struct span key_of(struct arena *arena, unsigned table, unsigned key)
{
    const char *id = id_of(arena, table, key);
    return table ? key_of_uuid(id, arena) : key_of_text(id);
}

static const char *text_of(struct arena *arena, unsigned key, unsigned revision)
{
    return arena_format(arena, "%u revised %u", key, revision);
}

static ProtobufCMessage *record_of(struct fixture *f, unsigned table, unsigned key, const struct item *item,
                                   unsigned revision)
{
    const char *id = id_of(&f->arena, table, key), *text = text_of(&f->arena, key, revision);
    unsigned version = item->there ? item->version : 0;
    if (table)
        return &placement(f, id, version, "E1", text)->base;
    Pb__Authority *record = authority(f, id, version, text, "S");
    if (revision % 5 == 0) { /* some on pages of their own */
        char *address = arena_alloc(&f->arena, 9000);
        memset(address, 'a' + (int)(revision % 26), 8999);
        record->head_office_address = address;
    }
    return &record->base;
}

/* --- the workload ------------------------------------------------------------------------------------ */

static unsigned draw(struct work *w, unsigned below)
{
    return (unsigned)(test_random(&w->seed) % below);
}

static void change(struct work *w, struct state *state)
{
    struct fixture *f = &w->f;
    unsigned table = draw(w, 2), key = draw(w, KEYS), kind = draw(w, 10);
    struct item *item = &state->items[table][key], before = *item;
    bool refused = kind == 9;
    enum code code = CODE_OK;
    command(f);
    if (kind < 6 || refused || (table == 0 && !item->there)) {
        code = record_put(f->txn, tables[table], record_of(f, table, key, item, ++w->revision));
        cr_assert_eq(code, item->erased ? CODE_FAILED_PRECONDITION : CODE_OK);
        *item = code ? before : (struct item){item->version + 1, w->revision, true, false};
    } else if (table) {
        code = record_erase(f->txn, tables[table], key_of(&f->arena, table, key));
        *item = (struct item){.erased = true};
        state->erased += !refused && !before.erased;
    } else {
        code = record_delete(f->txn, tables[table], key_of(&f->arena, table, key));
        *item = (struct item){.version = item->version + 1};
    }
    bool kept = !refused && (code == CODE_OK || (code == CODE_NOT_FOUND && item->erased));
    cr_assert_eq(store_command_end(f->txn, kept), CODE_OK);
    if (!kept)
        *item = before;
    state->sequence += kept && code == CODE_OK && (item->there || before.there);
}

static void change_blob(struct work *w, struct state *state)
{
    static const struct audience audience = {.groups = AUDIENCE_SERVICES};
    struct fixture *f = &w->f;
    uint8_t digest[32], bytes[5000];
    uint64_t version;
    const Pb__BlobHead *head;
    memset(bytes, (int)state->blob + 1, sizeof bytes);
    crypto_generichash(digest, sizeof digest, bytes, sizeof bytes, NULL, 0);
    command(f);
    cr_assert_eq(blob_begin(f->txn, "list", "a test", &version), CODE_OK);
    cr_assert_eq(blob_append(f->txn, "list", version, 0, span_of(bytes, sizeof bytes)), CODE_OK);
    cr_assert_eq(blob_finish(f->txn, "list", version, 1, digest, &audience, &f->arena, &head), CODE_OK);
    cr_assert_eq(keep(f), CODE_OK);
    state->blob = version;
    state->sequence++;
}

static void run_group(struct work *w, unsigned number)
{
    struct fixture *f = &w->f;
    struct state *state = &w->states[number];
    struct audit_line line = {
        .at_ms = f->world.now_ms, .principal = "p", .by = "b", .method = "m", .subject = "", .detail = ""};
    *state = w->states[number - 1];
    f->joins = number % 4 != 0;
    begin(f);
    for (unsigned i = 1 + draw(w, COMMANDS_MAX); i > 0; i--)
        change(w, state);
    if (number % 10 == 5)
        change_blob(w, state);
    cr_assert_eq(audit_append(f->txn, &line), CODE_OK);
    state->audit++;
    if (number % 15 == 0 && state->sequence > 20)
        cr_assert_eq(journal_sweep(f->txn, state->sequence - 20, 0, 1000), CODE_OK);
    if (number % 9 == 0) { /* given up: the next one is not that */
        end(f);
        *state = w->states[number - 1];
        begin(f);
    }
    disk_mark(number, true);
    cr_assert_eq(commit(f), CODE_OK);
    disk_mark(number, false);
    arena_reset(&f->arena);
}

static void work_paths(struct work *w, const char *root)
{
    snprintf(w->root, sizeof w->root, "%s", root);
    snprintf(w->copy, sizeof w->copy, "%s-copy", root);
    snprintf(w->store, sizeof w->store, "%s/store", root);
    snprintf(w->list, sizeof w->list, "%s/store.erased", root);
    w->f.options.directory = w->store;
    w->f.options.erased_path = w->list;
}

/* A folder of the test's, in memory where there is such a one. */
static void folder_make(char ret_root[64])
{
    snprintf(ret_root, 64, "%s/ccrag-power-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    cr_assert(mkdtemp(ret_root));
}

/* An empty store whose writes are kept from its making on. */
static void work_begin(struct work *w)
{
    char root[64];
    folder_make(root);
    fixture_prepare(&w->f, 16 << 20);
    work_paths(w, root);
    disk_watch(root);
    fixture_reopen(&w->f);
    disk_mark(0, false);
    w->epoch = store_position(w->f.store).epoch;
}

static void work_run(struct work *w, uint64_t seed)
{
    memset(w, 0, sizeof *w);
    w->seed = seed;
    work_begin(w);
    for (unsigned number = 1; number <= GROUPS; number++) {
        run_group(w, number);
        if (number == COPY_AT)
            cr_assert(store_settle(w->f.store) == CODE_OK &&
                      store_copy(w->f.store, w->copy, NULL) == CODE_OK);
        if (number % 25 == 0)
            fixture_reopen(&w->f);
    }
    disk.watching = false;
}

static void work_finish(struct work *w)
{
    store_close(w->f.store);
    arena_finish(&w->f.arena);
    unlink(w->list);
    store_remove(w->store);
    store_remove(w->copy);
    rmdir(w->root);
    disk_finish();
}
