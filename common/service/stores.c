/* The stores of a region's services as files: opened for a look, copied with a digest, made fit to take the
 * place of another.
 *
 * In: a region's keys, a folder with a store that nobody has open. Out: what it holds, or the same store in a
 * new epoch. Which folder is put where is the command line's to decide; the tables are the service's alone.
 */

#include "common/service/stores.h"

#include "common/base/limits.h"
#include "common/domain/date.h"
#include "common/store/audit.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char restored_at[] = "restored.at", restored_from[] = "restored.from",
                  restored_missing[] = "restored.missing";
static const struct table *const no_tables[] = {NULL};
enum { DIGEST_BUFFER_BYTES = 1024 * 1024, PATH_BYTES = 4096 };
static_assert((int)STORE_DIGEST_BYTES == (int)crypto_generichash_BYTES, "digest sizes agree");
static_assert((int)STORE_DIGEST_BYTES == (int)AUDIT_HASH_BYTES, "hash sizes agree");

enum code stores_options(const struct region *region, const char *name, struct store_options *ret_options,
                         struct fault *ret_fault)
{
    const struct config *config = region_config(region);
    struct store_options options = {
        .map_bytes = (uint64_t)config_number(config, "store.map-mib") * 1024 * 1024,
        .fill_permille = (unsigned)config_number(config, "store.fill-permille"),
    };
    options.keys = region_sealing_keys(region, &options.key_count);
    if (options.key_count == 0)
        return fault_set(ret_fault, CODE_NOT_FOUND, "", "this host has no sealing key of %s (keys/%s.seal)",
                         name, name);
    *ret_options = options;
    return CODE_OK;
}

static enum code open_as_it_is(struct world *world, const struct store_options *options,
                               const char *directory, struct store **ret_store, struct fault *ret_fault)
{
    struct store_options as_it_is = *options;
    char data[PATH_BYTES];
    snprintf(data, sizeof data, "%s/data.mdb", directory);
    if (access(data, F_OK) != 0)
        return fault_set(ret_fault, CODE_FAILED_PRECONDITION, "", "there is no store in %s", directory);
    as_it_is.directory = directory;
    as_it_is.as_it_is = true;
    as_it_is.tables = no_tables;
    as_it_is.erased_path = NULL;
    return store_open(world, &as_it_is, ret_store, ret_fault);
}

/* What opening has left beside the data. */
static void remove_locks(const char *directory)
{
    static const char *const names[] = {"lock.mdb", "store.lock"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        unlink(path);
    }
}

static enum code read_facts(struct store *store, struct store_facts *ret_facts)
{
    struct store_facts facts = {.position = store_position(store)};
    struct store_txn *txn = NULL;
    enum code code = store_read_begin(store, &txn);
    if (code == CODE_OK)
        code = store_meta_get_u64(txn, STORE_ROSTER_SERIAL, &facts.roster_serial);
    if (code == CODE_OK)
        code = store_meta_get_u64(txn, STORE_ROSTER_REVOCATIONS, &facts.roster_revocations);
    if (code == CODE_OK)
        code = audit_head(txn, &facts.audit_lines, facts.audit_head);
    store_end(txn);
    if (code == CODE_OK)
        *ret_facts = facts;
    return code;
}

enum code stores_look(struct world *world, const struct store_options *options, const char *directory,
                      struct store_facts *ret_facts, struct fault *ret_fault)
{
    struct store *store = NULL;
    enum code code = open_as_it_is(world, options, directory, &store, ret_fault);
    if (code != CODE_OK)
        return code;
    code = read_facts(store, ret_facts);
    store_close(store);
    remove_locks(directory);
    return code == CODE_OK ? code
                           : fault_set(ret_fault, code, "", "the store in %s cannot be read", directory);
}

/* --- copying ----------------------------------------------------------------------------------------- */

static bool write_all(int to, const uint8_t *data, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t wrote = write(to, data + done, size - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        done += (size_t)wrote;
    }
    return true;
}

enum code stores_digest(int from, int to, void (*progress)(void *context, uint64_t bytes), void *context,
                        uint64_t *ret_size, uint8_t ret_digest[STORE_DIGEST_BYTES], struct fault *ret_fault)
{
    uint8_t *buffer = malloc(DIGEST_BUFFER_BYTES);
    crypto_generichash_state state;
    uint64_t size = 0;
    ssize_t got = buffer ? 1 : -1;
    bool wrote = true;
    crypto_generichash_init(&state, NULL, 0, STORE_DIGEST_BYTES);
    while (got > 0 && wrote) {
        got = read(from, buffer, DIGEST_BUFFER_BYTES);
        if (got <= 0)
            break;
        crypto_generichash_update(&state, buffer, (size_t)got);
        wrote = to < 0 || write_all(to, buffer, (size_t)got);
        size += (uint64_t)got;
        if (progress)
            progress(context, size);
    }
    int number = errno;
    free(buffer);
    if (!wrote)
        return fault_set(ret_fault, number == ENOSPC ? CODE_RESOURCE_EXHAUSTED : CODE_INTERNAL, "",
                         "the copy cannot be written: %s", strerror(number));
    if (got < 0)
        return fault_set(ret_fault, CODE_DATA_LOSS, "", "the file cannot be read: %s", strerror(number));
    crypto_generichash_final(&state, ret_digest, STORE_DIGEST_BYTES);
    *ret_size = size;
    return CODE_OK;
}

/* --- restoring --------------------------------------------------------------------------------------- */

/* Positions of one epoch alone can be compared. */
static uint64_t find_missing(const struct position *copy, const struct store_facts *replaced)
{
    if (!replaced || replaced->position.epoch != copy->epoch || replaced->position.sequence < copy->sequence)
        return RESTORE_MISSING_UNKNOWN;
    return replaced->position.sequence - copy->sequence;
}

/* Which of the two has seen the newer roster; `other` may be NULL. */
static const struct store_facts *newer_roster(const struct store_facts *one, const struct store_facts *other)
{
    if (!other || other->roster_serial < one->roster_serial)
        return one;
    return other->roster_serial > one->roster_serial || other->roster_revocations > one->roster_revocations
               ? other
               : one;
}

static enum code write_restored(struct store_txn *txn, const struct restoring *restoring, uint64_t missing,
                                const struct store_facts *newest)
{
    struct audit_line line = {.at_ms = restoring->now_ms,
                              .principal = "operator",
                              .by = restoring->by,
                              .method = "restored",
                              .subject = "",
                              .detail = ""};
    enum code code = store_new_epoch(txn);
    if (code == CODE_OK)
        code = store_meta_put_u64(txn, STORE_ROSTER_SERIAL, newest->roster_serial);
    if (code == CODE_OK)
        code = store_meta_put_u64(txn, STORE_ROSTER_REVOCATIONS, newest->roster_revocations);
    if (code == CODE_OK)
        code = store_meta_put_u64(txn, restored_at, (uint64_t)restoring->now_ms);
    if (code == CODE_OK)
        code = store_meta_put_u64(txn, restored_from, (uint64_t)restoring->taken_at_ms);
    if (code == CODE_OK)
        code = store_meta_put_u64(txn, restored_missing, missing);
    return code == CODE_OK ? audit_append(txn, &line) : code;
}

enum code stores_make_fit(struct world *world, const struct store_options *options,
                          const struct restoring *restoring, uint64_t *ret_missing, struct fault *ret_fault)
{
    struct store *store = NULL;
    struct store_txn *txn = NULL;
    struct store_facts facts;
    enum code code = open_as_it_is(world, options, restoring->directory, &store, ret_fault);
    if (code != CODE_OK)
        return code;
    code = read_facts(store, &facts);
    uint64_t missing = find_missing(&facts.position, restoring->replaced);
    const struct store_facts *newest = newer_roster(&facts, restoring->replaced);
    if (code == CODE_OK)
        code = store_write_begin(store, &txn);
    if (code == CODE_OK) {
        code = write_restored(txn, restoring, missing, newest);
        if (code == CODE_OK)
            code = store_commit(txn);
        else
            store_end(txn);
    }
    store_close(store);
    remove_locks(restoring->directory);
    if (code != CODE_OK)
        return fault_set(ret_fault, code, "", "the copy in %s cannot be written", restoring->directory);
    *ret_missing = missing;
    return CODE_OK;
}

static const char *day_of(uint64_t ms, struct arena *arena)
{
    char text[DATE_LONG_TEXT_BYTES];
    int64_t at_ms = (int64_t)ms, minutes = (at_ms + london_offset_ms(at_ms)) / 60000 % 1440;
    date_print_long(date_from_unix_ms_london(at_ms), text);
    return arena_format(arena, "%s, %02d:%02d", text, (int)(minutes / 60), (int)(minutes % 60));
}

const char *stores_remark(struct store_txn *txn, int64_t now_ms, struct arena *arena)
{
    uint64_t at = 0, from = 0, missing = 0;
    if (store_meta_get_u64(txn, restored_at, &at) != CODE_OK ||
        store_meta_get_u64(txn, restored_from, &from) != CODE_OK ||
        store_meta_get_u64(txn, restored_missing, &missing) != CODE_OK)
        return NULL;
    if (at == 0 || missing == 0 || now_ms - (int64_t)at > INT64_C(86400000) * RESTORE_SHOWN_DAYS)
        return NULL;
    const char *when = day_of(at, arena), *taken = day_of(from, arena);
    if (!when || !taken)
        return NULL;
    if (missing == RESTORE_MISSING_UNKNOWN)
        return arena_format(
            arena, "It was restored on %s from a backup of %s: what was changed in between is not in it.",
            when, taken);
    return arena_format(arena,
                        "It was restored on %s from a backup of %s: %" PRIu64
                        " change%s made in between %s not in it.",
                        when, taken, missing, missing == 1 ? "" : "s", missing == 1 ? "is" : "are");
}
