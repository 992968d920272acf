/* The data file grows ahead of what is written: not while it is small, and never past the map. */

#include "fixture.h"

#include <sys/stat.h>

enum { MAP_BYTES = 8 << 20, TEXT_BYTES = 20000 };

static off_t file_bytes(const struct fixture *f)
{
    char path[200];
    struct stat status;
    snprintf(path, sizeof path, "%s/data.mdb", f->folder);
    cr_assert_eq(stat(path, &status), 0);
    return status.st_size;
}

static enum code put_long(struct fixture *f, unsigned number)
{
    Pb__Authority *record = authority(f, arena_format(&f->arena, "E%u", number), 0, "Essex", "");
    char *text = memset(arena_alloc(&f->arena, TEXT_BYTES), 'a', TEXT_BYTES);
    text[TEXT_BYTES - 1] = '\0';
    record->head_office_address = text;
    uint8_t *packed = arena_alloc(&f->arena, protobuf_c_message_get_packed_size(&record->base));
    begin(f);
    command(f);
    size_t size = protobuf_c_message_pack(&record->base, packed);
    enum code code = record_put_copy(f->txn, &copies, &record->base, span_of(packed, size));
    enum code kept = keep(f);
    enum code committed = commit(f);
    arena_reset(&f->arena);
    return code ? code : kept ? kept : committed;
}

Test(ahead, a_file_grows_before_it_must_but_not_past_the_map)
{
    struct fixture f;
    fixture_init_sized(&f, MAP_BYTES);
    cr_assert_lt(file_bytes(&f), 512 * 1024, "an empty one is small");
    unsigned count = 0, ahead = 0;
    off_t before = file_bytes(&f);
    for (; put_long(&f, count) == CODE_OK; count++) {
        off_t now = file_bytes(&f);
        ahead += now == before;
        before = now;
        cr_assert_leq(now, MAP_BYTES);
    }
    cr_assert_gt(count, 200);
    cr_assert_gt(ahead, count / 2, "only %u of %u commits found room in the file", ahead, count);
    fixture_reopen(&f);
    reading(&f);
    cr_assert_eq(record_count(f.txn, &copies), count);
    end(&f);
    fixture_finish(&f);
}
