/* UUIDs of version 7 (RFC 9562, section 5.7 and its test vector in appendix A.6). */

#include "common/base/uuid.h"

#include <criterion/criterion.h>

Test(uuid, the_vector_of_the_standard)
{
    /* 2022-02-22T19:22:22.000Z; rand_a CC3, rand_b 18C4DC0C0C07398F. */
    static const uint8_t random[10] = {0x0C, 0xC3, 0x18, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F};
    struct uuid uuid = uuid_v7(0x017F22E279B0, random);
    char text[UUID_TEXT_BYTES];
    uuid_print(&uuid, text);
    cr_assert_str_eq(text, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    cr_assert_eq(uuid_v7_unix_ms(&uuid), 0x017F22E279B0);
}

Test(uuid, later_sorts_later_whatever_the_randomness)
{
    static const uint8_t high[10] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255}, low[10] = {0};
    struct uuid earlier = uuid_v7(1700000000000, high), later = uuid_v7(1700000000001, low);
    cr_assert_lt(memcmp(earlier.bytes, later.bytes, UUID_BYTES), 0);
}

Test(uuid, after_another_whatever_the_clock_and_the_randomness_say)
{
    static const int64_t clock[] = {1700000000000, 1700000000000, 1699999999000, 0, 1700000000001};
    struct uuid last = {{0}};
    for (unsigned i = 0; i < 50000; i++) {
        uint8_t random[10];
        for (unsigned k = 0; k < sizeof random; k++)
            random[k] = (uint8_t)(i * 2654435761u >> k);
        struct uuid next = uuid_v7_after(&last, clock[i % 5], random);
        cr_assert_lt(memcmp(last.bytes, next.bytes, UUID_BYTES), 0, "the %uth", i);
        cr_assert_eq(next.bytes[6] >> 4, 7);
        cr_assert_eq(next.bytes[8] >> 6, 2);
        last = next;
    }
    cr_assert_leq(uuid_v7_unix_ms(&last), 1700000000001 + 50000 / 2048,
                  "it runs ahead only as far as it must");
}

Test(uuid, only_the_form_of_36_characters_is_read)
{
    static const char *const wrong[] = {
        "",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
        "017f22e279b07cc398c4dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "{17f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
        "017f22e27-9b0-7cc3-98c4-dc0c0c07398f",
    };
    struct uuid untouched;
    memset(&untouched, 0x5A, sizeof untouched);
    struct uuid uuid = untouched;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_assert_not(uuid_parse(wrong[i], &uuid), "%s", wrong[i]);
        cr_assert(uuid_equal(&uuid, &untouched));
    }
    cr_assert_not(uuid_parse(NULL, &uuid));
    cr_assert(uuid_parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F", &uuid));
    char text[UUID_TEXT_BYTES];
    uuid_print(&uuid, text);
    cr_assert_str_eq(text, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}
