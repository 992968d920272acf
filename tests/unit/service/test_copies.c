/* Copies of another service's records: put, taken out, dropped. */

#include "fixture.h"

#include "common/service/copies.h"

static const struct table areas = {.name = "areas", .type = &pb__sub_region__descriptor, .key = key_by_uuid},
                          regions = {.name = "regions", .type = &pb__region__descriptor, .key = key_by_text};
static const struct table *const tables[] = {&regions, &areas, NULL};

struct kept {
    struct fake_world world;
    char directory[64];
    struct store *store;
    struct store_txn *txn;
    struct request request; /* for its command */
    Pb__JournalEntry entry;
    Pb__SubRegion area;
};

static struct command *kept_init(struct kept *kept)
{
    memset(kept, 0, sizeof *kept);
    kept->world.base.ops = &fake_ops;
    kept->world.wall_ms = fixture_wall_ms;
    snprintf(kept->directory, sizeof kept->directory, "/tmp/ccrag-service-XXXXXX");
    cr_assert(mkdtemp(kept->directory));
    const struct sealing_key key = {.number = 1};
    const struct store_options options = {.directory = kept->directory,
                                          .map_bytes = 16 * 1024 * 1024,
                                          .fill_permille = 900,
                                          .tables = tables,
                                          .schema = 1,
                                          .keys = &key,
                                          .key_count = 1};
    struct fault fault = {0};
    cr_assert(sodium_init() >= 0);
    cr_assert_eq(store_open(&kept->world.base, &options, &kept->store, &fault), CODE_OK, "%s", fault.reason);
    arena_init(&kept->request.arena, REQUEST_ARENA_BYTES);
    kept->request.command.arena = &kept->request.arena;
    cr_assert_eq(store_write_begin(kept->store, &kept->txn), CODE_OK);
    kept->request.command.txn = kept->txn;
    pb__sub_region__init(&kept->area);
    kept->area.id = "01979df0-0000-7000-8000-000000000001";
    pb__journal_entry__init(&kept->entry);
    kept->entry.record_type = pb__sub_region__descriptor.name;
    return &kept->request.command;
}

static void kept_finish(struct kept *kept)
{
    store_end(kept->txn);
    store_close(kept->store);
    arena_finish(&kept->request.arena);
    remove_folder(kept->directory);
}

/* The entry of the area as `change` says, applied as a command of its own. */
static enum code apply(struct kept *kept, Pb__JournalEntry__ChangeCase change, struct copied *ret_copied)
{
    struct command *command = &kept->request.command;
    const struct actor actor = {"registry", "registry", fixture_wall_ms};
    struct span content = wire_pack(&kept->area.base, command->arena),
                key = key_of_uuid(kept->area.id, command->arena);
    kept->entry.key = (ProtobufCBinaryData){key.size, (uint8_t *)(uintptr_t)key.data};
    kept->entry.change_case = change;
    if (change == PB__JOURNAL_ENTRY__CHANGE_CONTENT)
        kept->entry.content = (ProtobufCBinaryData){content.size, (uint8_t *)(uintptr_t)content.data};
    else if (change != PB__JOURNAL_ENTRY__CHANGE__NOT_SET)
        kept->entry.deleted = true;
    store_command_begin(kept->txn, &actor, command->arena);
    enum code code = copies_apply(command, tables, &kept->entry, ret_copied);
    cr_assert_eq(store_command_end(kept->txn, code == CODE_OK), CODE_OK);
    return code;
}

Test(copies, an_entry_is_put_or_taken_out)
{
    struct kept kept;
    struct copied copied;
    struct command *command = kept_init(&kept);
    static const struct {
        Pb__JournalEntry__ChangeCase change;
        const char *name;
        enum code code;
        bool changed;
        uint64_t held; /* after it */
    } cases[] = {
        {PB__JOURNAL_ENTRY__CHANGE_DELETED, "", CODE_OK, false, 0}, /* of what was never seen */
        {PB__JOURNAL_ENTRY__CHANGE_CONTENT, "North", CODE_OK, true, 1},
        {PB__JOURNAL_ENTRY__CHANGE_CONTENT, "South", CODE_OK, true, 1},
        {PB__JOURNAL_ENTRY__CHANGE_CONTENT, "South", CODE_OK, true, 1}, /* twice does no harm */
        {PB__JOURNAL_ENTRY__CHANGE__NOT_SET, "", CODE_DATA_LOSS, false, 1},
        {PB__JOURNAL_ENTRY__CHANGE_FORGET, "", CODE_OK, true, 0},
        {PB__JOURNAL_ENTRY__CHANGE_FORGET, "", CODE_OK, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kept.area.name = cases[i].name;
        cr_assert_eq(apply(&kept, cases[i].change, &copied), cases[i].code, "case %zu", i);
        cr_assert_eq(copied.table, cases[i].changed ? &areas : NULL, "case %zu", i);
        bool there = cases[i].changed && cases[i].held;
        cr_assert_eq(copied.record != NULL, there, "case %zu", i);
        cr_assert(!there || strcmp(((const Pb__SubRegion *)copied.record)->name, cases[i].name) == 0);
        cr_assert(!cases[i].changed || span_equal(copied.key, key_of_uuid(kept.area.id, command->arena)));
        cr_assert_eq(record_count(kept.txn, &areas), cases[i].held, "case %zu", i);
    }
    kept.entry.record_type = "ccrag.v1.Vacancy";
    cr_assert_eq(apply(&kept, PB__JOURNAL_ENTRY__CHANGE_CONTENT, &copied), CODE_OK, "no concern of ours");
    cr_assert_null(copied.table);
    kept.entry.record_type = pb__sub_region__descriptor.name;
    kept_finish(&kept);
}

Test(copies, all_are_dropped_a_share_at_a_time)
{
    enum { AREAS = COPIES_DROPPED_AT_ONCE + 1 };
    struct kept kept;
    struct copied copied;
    struct command *command = kept_init(&kept);
    const struct actor actor = {"registry", "registry", fixture_wall_ms};
    for (unsigned i = 0; i < AREAS; i++) {
        char id[UUID_TEXT_BYTES];
        snprintf(id, sizeof id, "01979df0-0000-7000-8000-%012x", i);
        kept.area.id = id;
        cr_assert_eq(apply(&kept, PB__JOURNAL_ENTRY__CHANGE_CONTENT, &copied), CODE_OK);
        arena_reset(command->arena);
    }
    static const uint64_t left[] = {1, 0, 0};
    for (unsigned i = 0; i < 3; i++) {
        store_command_begin(kept.txn, &actor, command->arena);
        cr_assert_eq(copies_drop(command, tables), CODE_OK);
        cr_assert_eq(store_command_end(kept.txn, true), CODE_OK);
        cr_assert_eq(record_count(kept.txn, &areas), left[i]);
        cr_assert_eq(command->again, i < 2, "the last finds nothing");
        arena_reset(command->arena);
    }
    kept_finish(&kept);
}
