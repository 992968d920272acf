/* Keys of records, to and from text. */

#include "fixture.h"

Test(key, texts_and_uuids_go_both_ways)
{
    static const char *const texts[] = {"E10000015",
                                        "SC012345",
                                        "01890a5d-ac96-774b-bcce-b302099a8057",
                                        "sixteen bytes ok",
                                        "f47ac10b-58cc-4372-a567-0e02b2c3d479",
                                        ""};
    struct arena arena;
    arena_init(&arena, 10000);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct span uuid = key_of_uuid(texts[i], &arena);
        cr_assert_eq(uuid.size, strlen(texts[i]) == 36 ? 16 : 0);
        struct span key = uuid.size ? uuid : key_of_text(texts[i]);
        cr_assert_str_eq(key_to_text(key, &arena), texts[i]);
    }
    arena_finish(&arena);
}
