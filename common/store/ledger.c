/* The list of destroyed keys beside the store: what was erased stays erased when an older copy is put in the
 * store's place (rule S2).
 *
 * In: names of records whose keys are destroyed, with the commit that destroys them. Out: a file of sealed
 * names, on disk before that commit; and, as a store opens, the erasing of what the file names and the store
 * does not know as erased. An entry is its length in 2 bytes and the sealed time and name. The file is only
 * appended to, or written anew from the store's own list when it lacks some of it. */

#include "common/store/audit.h"
#include "common/store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LENGTH_BYTES = 2, PLAIN_BYTES_MAX = 8 + IDENTITY_BYTES_MAX, SEALED_BYTES_MAX = PLAIN_BYTES_MAX + 64 };

static struct identity place_of_entries(void)
{
    return identity_of("~erased-list", (struct span){0});
}

static enum code fail(struct store_txn *txn, const char *what, int error)
{
    return txn_fail(txn, code_of_lmdb(error), "", "the list of destroyed keys %s: %s: %s",
                    txn->store->erased_path, what, mdb_strerror(error));
}

/* --- writing ----------------------------------------------------------------------------------------- */

enum code ledger_note(struct store_txn *txn, struct span name, int64_t at_ms)
{
    if (!txn->store->erased_path)
        return CODE_OK;
    struct erased_name *erased = arena_new(txn->command.arena, struct erased_name);
    struct span copy = arena_copy(txn->command.arena, name);
    if (!erased || !copy.data)
        return txn_no_memory(txn);
    *erased = (struct erased_name){.next = txn->command.erased, .name = copy, .at_ms = at_ms};
    txn->command.erased = erased;
    return CODE_OK;
}

/* The command's arena may end before the group does. */
enum code ledger_keep(struct store_txn *txn)
{
    for (const struct erased_name *at = txn->command.erased; at; at = at->next) {
        struct erased_name *kept = arena_new(&txn->scratch, struct erased_name);
        struct span name = arena_copy(&txn->scratch, at->name);
        if (!kept || !name.data)
            return fault_set(&txn->fault, CODE_RESOURCE_EXHAUSTED, "", "too much is erased at one time");
        *kept = (struct erased_name){.next = txn->erased, .name = name, .at_ms = at->at_ms};
        txn->erased = kept;
    }
    return CODE_OK;
}

static enum code entry_write(struct store_txn *txn, struct span name, int64_t at_ms, FILE *file)
{
    struct arena_mark mark = arena_mark(&txn->scratch);
    struct identity place = place_of_entries();
    struct writer writer;
    struct span sealed;
    if (!writer_init(&writer, &txn->scratch, 8 + name.size))
        return txn_no_memory(txn);
    write_u64(&writer, (uint64_t)at_ms);
    write_bytes(&writer, name);
    enum code code = seal(txn, NULL, identity_span(&place), writer_span(&writer), &txn->scratch, &sealed);
    if (code == CODE_OK) {
        uint8_t length[LENGTH_BYTES] = {(uint8_t)(sealed.size >> 8), (uint8_t)sealed.size};
        if (fwrite(length, sizeof length, 1, file) != 1 || fwrite(sealed.data, sealed.size, 1, file) != 1)
            code = fail(txn, "write", errno);
    }
    arena_release(&txn->scratch, mark);
    return code;
}

/* Entries are in the file; are they on the disk? Closes it. */
static enum code file_finish(struct store_txn *txn, FILE *file, enum code code)
{
    if (code == CODE_OK && (fflush(file) != 0 || fsync(fileno(file)) != 0))
        code = fail(txn, "write", errno);
    if (fclose(file) != 0 && code == CODE_OK)
        code = fail(txn, "close", errno);
    return code;
}

enum code ledger_write(struct store_txn *txn, long *ret_size)
{
    struct store *store = txn->store;
    if (!txn->erased)
        return CODE_OK;
    enum code code = world_disk(store->world, DISK_WRITE, store->erased_path);
    if (code)
        return txn_fail(txn, code, "", "the list of destroyed keys: the disk refused");
    int descriptor = open(store->erased_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "a");
    if (!file) {
        int error = errno;
        if (descriptor >= 0)
            close(descriptor);
        return fail(txn, "open", error);
    }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    for (const struct erased_name *at = txn->erased; at && code == CODE_OK; at = at->next)
        code = entry_write(txn, at->name, at->at_ms, file);
    code = file_finish(txn, file, code);
    int error = code == CODE_OK && size == 0 ? folder_of_sync(store->erased_path) : 0;
    if (error)
        code = fail(txn, "write its folder", error);
    if (code)
        ledger_take_back(store, size);
    else
        *ret_size = size;
    return code;
}

/* Should this fail too, the entries stay, and the store's next opening erases what its caller asked to erase.
 */
void ledger_take_back(struct store *store, long size)
{
    int descriptor = open(store->erased_path, O_WRONLY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    if (ftruncate(descriptor, size) == 0)
        fsync(descriptor);
    close(descriptor);
}

/* --- reading, as the store opens --------------------------------------------------------------------- */

struct reading {
    struct store_txn *txn;
    struct arena *arena;
    FILE *file;
    struct erased_name *missing; /* names that the store does not have as erased */
    struct erased_name *others;  /* the same, of tables that this program does not name: for one that does */
    uint64_t entries;            /* without those */
    bool worn;                   /* to be written anew: cut short at its end, or sealed under an older key */
};

/* The list ends here, its last writing was cut off and so was never answered for. */
static enum code entry_cut(struct reading *reading)
{
    reading->worn = true;
    return CODE_NOT_FOUND;
}

/* An entry that does not verify: damaged, or cut off too? What a disk had not written when its power failed
 * reads as zeros, sector by sector; nothing that was sealed has a sector of those. */
static enum code entry_bad(struct reading *reading, long from)
{
    bool zeros = false;
    fseek(reading->file, from, SEEK_SET);
    int next = fgetc(reading->file);
    for (long at = from; next != EOF; at++, next = fgetc(reading->file)) {
        bool begins = at == from || at % DISK_SECTOR_BYTES == 0;
        if (begins && zeros)
            break;
        zeros = (zeros || begins) && next == 0;
    }
    return zeros ? entry_cut(reading) : CODE_DATA_LOSS;
}

/* The table of a record's name; NULL: the program has no such table, or not one of records with keys. */
static const struct table *table_of(struct store *store, struct span name)
{
    struct span table = span_of(name.data, strnlen((const char *)name.data, name.size));
    const struct open_table *open = table.size < name.size ? store_table_named(store, table) : NULL;
    return open && open->table->flags & TABLE_OWN_KEY ? open->table : NULL;
}

static enum code entry_take(struct reading *reading, struct span plain)
{
    struct reader reader = reader_of(plain);
    int64_t at_ms = (int64_t)read_u64(&reader);
    struct span name = read_rest(&reader), present;
    if (reader.failed || name.size == 0 || name.size > IDENTITY_BYTES_MAX)
        return CODE_DATA_LOSS;
    enum code code = txn_get(reading->txn, reading->txn->store->dbis[DB_ERASED], name, &present);
    reading->entries += code == CODE_OK;
    if (code != CODE_NOT_FOUND)
        return code;
    struct erased_name *missing = arena_new(reading->arena, struct erased_name);
    struct span copy = arena_copy(reading->arena, name);
    if (!missing || !copy.data)
        return CODE_RESOURCE_EXHAUSTED;
    bool known = table_of(reading->txn->store, name) != NULL;
    struct erased_name **list = known ? &reading->missing : &reading->others;
    *missing = (struct erased_name){.next = *list, .name = copy, .at_ms = at_ms};
    *list = missing;
    reading->entries += known;
    return CODE_OK;
}

/* NOT_FOUND: there are no more. */
static enum code entry_read(struct reading *reading)
{
    struct store_txn *txn = reading->txn;
    uint8_t bytes[LENGTH_BYTES + SEALED_BYTES_MAX];
    long from = ftell(reading->file);
    size_t got = fread(bytes, 1, LENGTH_BYTES, reading->file);
    if (got == 0)
        return ferror(reading->file) ? CODE_UNAVAILABLE : CODE_NOT_FOUND;
    size_t size = (size_t)bytes[0] << 8 | bytes[1];
    if (size > SEALED_BYTES_MAX || size == 0)
        return entry_bad(reading, from);
    if (got < LENGTH_BYTES || fread(bytes, 1, size, reading->file) != size)
        return entry_cut(reading);
    struct arena_mark mark = arena_mark(&txn->scratch);
    struct identity place = place_of_entries();
    struct span plain;
    enum code code = unseal(txn, NULL, identity_span(&place), span_of(bytes, size), &txn->scratch, &plain);
    if (code == CODE_OK) {
        reading->worn = reading->worn || get_u32_be(bytes) != txn->store->keys[0].number;
        code = entry_take(reading, plain);
    } else if (code == CODE_NOT_FOUND || code == CODE_DATA_LOSS) {
        code = entry_bad(reading, from); /* key 0, a record's own: no such entry is written */
    }
    arena_release(&txn->scratch, mark);
    return code;
}

static enum code read_all(struct store *store, struct arena *arena, struct reading *ret_reading)
{
    struct reading reading = {.arena = arena, .file = fopen(store->erased_path, "re")};
    if (!reading.file)
        return errno == ENOENT ? CODE_OK : code_of_lmdb(errno);
    enum code code = store_read_begin(store, &reading.txn);
    while (code == CODE_OK)
        code = entry_read(&reading);
    store_end(reading.txn);
    reading.txn = NULL;
    fclose(reading.file);
    reading.file = NULL;
    *ret_reading = reading;
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

/* Erases up to LEDGER_GROUP names in one commit; `*names` is what is left. */
static enum code erase_some(struct store *store, struct erased_name **names)
{
    struct store_txn *txn;
    struct arena arena;
    unsigned count = 0;
    enum code code = store_write_begin(store, &txn);
    if (code)
        return code;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    for (; *names && count < LEDGER_GROUP && code == CODE_OK; *names = (*names)->next, count++) {
        struct actor actor = {.by = "", .principal = "", .now_ms = (*names)->at_ms};
        store_command_begin(txn, &actor, &arena);
        const struct table *table = table_of(store, (*names)->name);
        size_t skip = strlen(table->name) + 1;
        code = record_erase(txn, table, span_of((*names)->name.data + skip, (*names)->name.size - skip));
        enum code end = store_command_end(txn, code == CODE_OK || code == CODE_NOT_FOUND);
        code = code == CODE_NOT_FOUND ? end : code;
        code = code ? code : end;
        arena_reset(&arena);
    }
    txn->erased = NULL; /* the list has them */
    struct audit_line line = {.at_ms = world_wall_ms(store->world),
                              .principal = "",
                              .by = "",
                              .method = "erased-again",
                              .subject = arena_format(&txn->scratch, "%u", count),
                              .detail = ""};
    if (code == CODE_OK && line.subject)
        code = audit_append(txn, &line);
    arena_finish(&arena);
    if (code == CODE_OK)
        return store_commit(txn);
    store_end(txn);
    return code;
}

static enum code copy_erasures(struct store_txn *txn, FILE *file)
{
    struct arena arena;
    struct erasure *erasures, last;
    size_t count = 0;
    bool any = false;
    enum code code = CODE_OK;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    do {
        struct erasure *after = any ? &last : NULL;
        code = store_erasures(txn, after, LEDGER_GROUP, &arena, &erasures, &count);
        for (size_t i = 0; i < count && code == CODE_OK; i++) {
            struct identity name = identity_of(erasures[i].table, erasures[i].key);
            code = entry_write(txn, identity_span(&name), erasures[i].at_ms, file);
        }
        if (code == CODE_OK && count) {
            last = erasures[count - 1];
            any = true;
        }
    } while (code == CODE_OK && count);
    arena_finish(&arena);
    return code;
}

/* The store's own list in place of the file, and what is for other programs. */
static enum code write_anew(struct store *store, const struct erased_name *others)
{
    char path[4096];
    struct store_txn *txn;
    if ((size_t)snprintf(path, sizeof path, "%s.new", store->erased_path) >= sizeof path)
        return CODE_INVALID_ARGUMENT;
    enum code code = store_read_begin(store, &txn);
    if (code)
        return code;
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (!file) {
        store_end(txn);
        return CODE_FAILED_PRECONDITION;
    }
    code = copy_erasures(txn, file);
    for (; others && code == CODE_OK; others = others->next)
        code = entry_write(txn, others->name, others->at_ms, file);
    code = file_finish(txn, file, code);
    store_end(txn);
    if (code == CODE_OK && rename(path, store->erased_path) != 0)
        code = code_of_lmdb(errno);
    return code ? code : code_of_lmdb(folder_of_sync(store->erased_path));
}

static enum code erasures_count(struct store *store, uint64_t *ret_count)
{
    struct store_txn *txn;
    MDB_stat stat;
    enum code code = store_read_begin(store, &txn);
    if (code)
        return code;
    code = code_of_lmdb(mdb_stat(txn->mdb, store->dbis[DB_ERASED], &stat));
    store_end(txn);
    if (code == CODE_OK)
        *ret_count = stat.ms_entries;
    return code;
}

enum code ledger_open(struct store *store, struct fault *ret_fault)
{
    struct reading reading = {0};
    struct arena arena;
    uint64_t erased = 0;
    if (!store->erased_path)
        return CODE_OK;
    arena_init(&arena, LEDGER_ARENA_BYTES);
    enum code code = read_all(store, &arena, &reading);
    for (struct erased_name *left = reading.missing; left && code == CODE_OK;)
        code = erase_some(store, &left);
    if (code == CODE_OK)
        code = erasures_count(store, &erased);
    if (code == CODE_OK && (reading.worn || reading.entries != erased))
        code = write_anew(store, reading.others);
    arena_finish(&arena);
    if (code == CODE_OK)
        return CODE_OK;
    return fault_set(
        ret_fault, code, "",
        "the list of destroyed keys, %s, could not be brought to the store: %s; where it is damaged, put a "
        "copy in its place",
        store->erased_path, code_meaning(code));
}
