/* Keys of records, and what is looked up in the description of a table. */

#include "fixture.h"

#include "ccrag/v1/authorities.pb-c.h"

Test(key, is_a_uuid_or_the_text_itself)
{
    static const struct {
        const char *id;
        size_t uuid, text; /* bytes of the key in a table of UUIDs, and in one of texts */
    } cases[] = {
        {"01890a5d-ac96-774b-bcce-b302099a8057", 16, 36},
        {"f47ac10b-58cc-4372-a567-0e02b2c3d479", 16, 36},
        {"E10000015", 0, 9},
        {"", 0, 0},
    };
    static const struct table by_uuid = {.type = &pb__sub_region__descriptor, .key = key_by_uuid},
                              by_text = {.type = &pb__sub_region__descriptor, .key = key_by_text};
    struct arena arena;
    arena_init(&arena, 10000);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Pb__SubRegion record = PB__SUB_REGION__INIT;
        record.id = cases[i].id;
        struct span uuid = key_by_uuid(&record.base, &arena), text = key_by_text(&record.base, &arena);
        cr_assert_eq(uuid.size, cases[i].uuid, "%s", cases[i].id);
        cr_assert_eq(text.size, cases[i].text, "%s", cases[i].id);
        cr_assert(span_equal(text, span_of_text(cases[i].id)));
        cr_assert(span_equal(uuid, table_key_of(&by_uuid, cases[i].id, &arena)));
        cr_assert(span_equal(text, table_key_of(&by_text, cases[i].id, &arena)));
    }
    arena_finish(&arena);
}

Test(key, tables_and_indexes_have_names)
{
    static const struct table_index indexes[] = {{.name = "name"}, {.name = "provider"}};
    static const struct table regions = {.type = &pb__region__descriptor},
                              areas = {
                                  .type = &pb__sub_region__descriptor, .indexes = indexes, .index_count = 2};
    static const struct table *const tables[] = {&regions, &areas, NULL};
    cr_assert_eq(table_index_named(&areas, "provider"), &indexes[1]);
    cr_assert_eq(table_of_type(tables, "ccrag.v1.SubRegion"), &areas);
    cr_assert_null(table_of_type(tables, "ccrag.v1.Sub"));
    cr_assert_null(table_of_type(tables, ""));
}
