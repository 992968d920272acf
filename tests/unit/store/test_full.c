/* A full store: refuses what does not fit, loses no neighbour, reads on, erases still. */

#include "fixture.h"

static const char *text_of(struct fixture *f, size_t size)
{
    char *text = arena_alloc(&f->arena, size + 1);
    memset(text, 'x', size);
    return text;
}

/* Puts records, `group` to a commit, until one is refused; every commit must hold. Returns how many were
 * kept. */
static unsigned fill(struct fixture *f, unsigned from, unsigned group, size_t size)
{
    unsigned kept = 0;
    for (bool refused = false; !refused;) {
        begin(f);
        for (unsigned i = 0; i < group; i++) {
            char *id = arena_format(&f->arena, "E%06u", from + kept);
            Pb__Authority *record = authority(f, id, 0, id, "S");
            record->head_office_address = text_of(f, size);
            command(f);
            enum code put = record_put(f->txn, &authorities, &record->base);
            enum code code = store_command_end(f->txn, put == CODE_OK);
            cr_assert(code == CODE_OK || code == CODE_RESOURCE_EXHAUSTED);
            if (code == CODE_OK)
                kept++;
            else
                refused = true;
        }
        cr_assert_eq(commit(f), CODE_OK, "a group never fails because the store is full");
        arena_reset(&f->arena);
        cr_assert(kept < 100000);
    }
    return kept;
}

Test(full, refuses_at_the_mark_and_keeps_the_neighbours)
{
    static const struct {
        uint64_t map_bytes;
        unsigned group;
        size_t size;
    } cases[] = {
        {4 << 20, 1, 100}, {4 << 20, 20, 100}, {4 << 20, 5, 3000}, {8 << 20, 3, 20000}, {16 << 20, 256, 500}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        fixture_init_sized(&f, cases[i].map_bytes);
        cr_assert(store_fill_permille(f.store) < 200);
        unsigned kept = 0;
        for (unsigned group = cases[i].group; group > 0; group /= 2)
            kept += fill(&f, kept, group, cases[i].size);
        cr_assert(kept > 100, "case %zu kept %u", i, kept);
        cr_assert(store_fill_permille(f.store) > 600, "case %zu: fill %u", i, store_fill_permille(f.store));
        cr_assert_eq(sequence(&f), kept);

        begin(&f);
        command(&f);
        char *id = arena_format(&f.arena, "F1");
        Pb__Authority *record = authority(&f, id, 0, id, "S");
        record->head_office_address = text_of(&f, 1000 * 1000);
        cr_assert_eq(record_put(f.txn, &authorities, &record->base), CODE_OK);
        cr_assert_eq(keep(&f), CODE_RESOURCE_EXHAUSTED);
        struct fault fault;
        cr_assert_eq(store_txn_error(f.txn, &fault), CODE_RESOURCE_EXHAUSTED);
        cr_assert_eq(commit(&f), CODE_OK);

        reading(&f);
        cr_assert_eq(record_count(f.txn, &authorities), kept);
        ProtobufCMessage *read;
        cr_assert_eq(record_get(f.txn, &authorities, key_of_text("E000000"), &f.arena, &read), CODE_OK);
        end(&f);
        fixture_reopen(&f);
        cr_assert_eq(sequence(&f), kept);
        fixture_finish(&f);
    }
}

/* A map with room is of no use where the file system has none: what is told is the worse of the two. */
Test(full, a_full_disk_is_told_as_a_full_map_is)
{
    struct fixture f;
    fixture_init_sized(&f, 4 << 20);
    unsigned map = store_fill_permille(f.store);
    cr_assert(map < 200);
    f.world.disk_fill = map;
    cr_assert_eq(store_fill_permille(f.store), map);
    f.world.disk_fill = 1000;
    cr_assert_eq(store_fill_permille(f.store), 1000);
    f.world.disk_fill = 1;
    for (unsigned group = 8, kept = 0; group > 0; group /= 2)
        kept += fill(&f, kept, group, 500);
    cr_assert(store_fill_permille(f.store) > 600);
    fixture_finish(&f);
}

Test(full, deletes_and_erases_still_and_then_takes_again)
{
    struct fixture f;
    fixture_init_sized(&f, 4 << 20);
    static const char child[] = "01890000-0000-7000-8000-000000000001";
    cr_assert_eq(put(&f, &placements, placement(&f, child, 0, "E1", "REF-1")), CODE_OK);
    unsigned kept = fill(&f, 0, 1, 500);
    cr_assert_eq(fill(&f, kept, 1, 500), 0);

    begin(&f);
    command(&f);
    cr_assert_eq(record_erase(f.txn, &placements, key_of_uuid(child, &f.arena)), CODE_OK);
    cr_assert_eq(keep(&f), CODE_OK);
    cr_assert_eq(commit(&f), CODE_OK);

    unsigned removed = 0;
    for (; removed < 20; removed++)
        cr_assert_eq(delete_one(&f, &authorities, key_of_text(arena_format(&f.arena, "E%06u", removed))),
                     CODE_OK);
    for (uint64_t floor = 0, before = 1; floor != before;) {
        before = floor;
        begin(&f);
        cr_assert_eq(journal_sweep(f.txn, sequence(&f), sequence(&f), 50), CODE_OK);
        cr_assert_eq(commit(&f), CODE_OK);
        reading(&f);
        floor = journal_floor(f.txn);
        end(&f);
    }
    fixture_finish(&f);
}

/* Free pages lie scattered: a long value needs a run of them, and must be refused before LMDB finds none. */
Test(full, long_values_are_refused_where_what_is_free_is_scattered)
{
    struct fixture f;
    fixture_init_sized(&f, 4 << 20);
    Pb__Authority *record = authority(&f, "E", 0, "one", "S");
    unsigned kept = 0;
    for (enum code code = CODE_OK; code == CODE_OK && kept < 10000; kept += code == CODE_OK) {
        record->id = arena_format(&f.arena, "E%06u", kept);
        record->head_office_address = text_of(&f, 3000);
        code = put(&f, &copies, record);
    }
    cr_assert(kept > 500, "%u", kept);
    for (unsigned i = 0; i < kept; i += 2)
        cr_assert_eq(delete_one(&f, &copies, key_of_text(arena_format(&f.arena, "E%06u", i))), CODE_OK);
    cr_assert(store_fill_permille(f.store) < 900);
    enum code code = CODE_OK;
    for (unsigned i = 0; i < 100 && code == CODE_OK; i++) {
        record->id = arena_format(&f.arena, "L%06u", i);
        record->head_office_address = text_of(&f, 60000);
        code = put(&f, &copies, record);
    }
    cr_assert_eq(code, CODE_RESOURCE_EXHAUSTED);
    record->id = "short";
    record->head_office_address = text_of(&f, 1000);
    cr_assert_eq(put(&f, &copies, record), CODE_OK);
    fixture_finish(&f);
}

/* A reader that stays keeps old pages from being used again: writes are refused, and taken again when it is
 * gone. */
Test(full, a_long_reader_costs_writes_but_no_group)
{
    struct fixture f;
    fixture_init_sized(&f, 4 << 20);
    Pb__Authority *record = authority(&f, "E1", 0, "one", "S");
    cr_assert_eq(put(&f, &copies, record), CODE_OK);
    struct store_txn *reader;
    cr_assert_eq(store_read_begin(f.store, &reader), CODE_OK);
    enum code code = CODE_OK;
    unsigned changes = 0;
    for (; changes < 5000 && code == CODE_OK; changes++) {
        record->head_office_address = text_of(&f, 3000 + changes % 7);
        code = put(&f, &copies, record);
    }
    cr_assert_eq(code, CODE_RESOURCE_EXHAUSTED);
    ProtobufCMessage *read;
    cr_assert_eq(record_get(reader, &copies, key_of_text("E1"), &f.arena, &read), CODE_OK);
    cr_assert_str_eq(((Pb__Authority *)read)->head_office_address, "");
    store_end(reader);
    for (unsigned i = 0; i < 100; i++) {
        record->head_office_address = text_of(&f, 3000 + i);
        cr_assert_eq(put(&f, &copies, record), CODE_OK);
    }
    fixture_finish(&f);
}

/* A transaction of very many small writes is not taken for one that needs a page for each. */
Test(full, many_small_writes_fit_one_group)
{
    struct fixture f;
    fixture_init_sized(&f, 16 << 20);
    begin(&f);
    for (unsigned i = 0; i < 100; i++) {
        command(&f);
        for (unsigned n = 0; n < 100; n++) {
            Pb__Authority *record = authority(&f, arena_format(&f.arena, "E%03u%03u", i, n), 0, "one", "S");
            cr_assert_eq(record_put(f.txn, &copies, &record->base), CODE_OK);
        }
        cr_assert_eq(keep(&f), CODE_OK, "command %u", i);
        arena_reset(&f.arena);
    }
    cr_assert_eq(commit(&f), CODE_OK);
    cr_assert(store_fill_permille(f.store) < 300);
    fixture_finish(&f);
}

Test(full, the_audit_log_fills_a_part_of_the_reserve_and_no_more) /* rule S3 */
{
    struct fixture f;
    fixture_init_sized(&f, 4 << 20);
    fill(&f, 0, 1, 500);
    struct audit_line line = {.principal = "gateway",
                              .by = "p",
                              .method = "m",
                              .outcome = CODE_RESOURCE_EXHAUSTED,
                              .subject = "s",
                              .detail = text_of(&f, 300)};
    unsigned lines = 0;
    enum code code = CODE_OK;
    while (code == CODE_OK && lines < 100000) {
        begin(&f);
        code = audit_append(f.txn, &line);
        cr_assert_eq(commit(&f), CODE_OK);
        lines += code == CODE_OK;
    }
    cr_assert_eq(code, CODE_RESOURCE_EXHAUSTED);
    cr_assert(lines > 50, "%u", lines);
    cr_assert_eq(delete_one(&f, &authorities, key_of_text("E000001")), CODE_OK);
    uint64_t verified, bad;
    uint8_t head[AUDIT_HASH_BYTES];
    reading(&f);
    cr_assert_eq(audit_verify(f.txn, &verified, head, &bad), CODE_OK);
    cr_assert_eq(verified, lines);
    fixture_finish(&f);
}

Test(full, space_that_is_freed_is_taken_again)
{
    struct fixture f;
    fixture_init_sized(&f, 4 << 20);
    Pb__Authority *record = authority(&f, "E1", 0, "one", "S");
    unsigned changes = 0;
    for (; changes < 2000; changes++) {
        begin(&f);
        command(&f);
        record->meta = NULL;
        record->head_office_address = text_of(&f, 3000 + changes % 7);
        record->id = "E1";
        cr_assert_eq(record_put(f.txn, &copies, &record->base), CODE_OK);
        cr_assert_eq(keep(&f), CODE_OK, "change %u, fill %u", changes, store_fill_permille(f.store));
        cr_assert_eq(commit(&f), CODE_OK);
        if (changes % 50 == 0) {
            arena_reset(&f.arena);
            record = authority(&f, "E1", 0, "one", "S");
        }
    }
    fixture_finish(&f);
}
