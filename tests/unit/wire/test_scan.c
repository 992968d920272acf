/* What the pre-scan lets through: hostile inputs, each with its refusal. */

#include "common/base/limits.h"
#include "common/wire/wire.h"

#include "ccrag/v1/envelope.pb-c.h"
#include "ccrag/v1/feed.pb-c.h"
#include "google/protobuf/descriptor.pb-c.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define BYTES(text) text, sizeof(text) - 1

/* Envelope: call = 1 varint, request = 2 {method = 1 text, time_left_ms = 2 varint, claim = 3, key = 4
 * bytes}. */
static const struct {
    const char *what, *bytes;
    size_t size;
    enum code code;
    const char *field;
} envelopes[] = {
    {"nothing", BYTES(""), CODE_OK, ""},
    {"a call", BYTES("\x08\x05"), CODE_OK, ""},
    {"a request", BYTES("\x08\x05\x12\x04\x0a\x02hi"), CODE_OK, ""},
    {"an unknown field of each wire type",
     BYTES("\xf8\x01\x01\xf9\x01"
           "12345678"
           "\xfa\x01\x02"
           "ab\xfd\x01"
           "1234"),
     CODE_OK, ""},
    {"a newer field below", BYTES("\x12\x03\xf8\x01\x01"), CODE_OK, ""},
    {"a cut tag", BYTES("\x80"), CODE_INVALID_ARGUMENT, ""},
    {"a tag of six bytes", BYTES("\x88\x80\x80\x80\x80\x01\x05"), CODE_INVALID_ARGUMENT, ""},
    {"field 0", BYTES("\x00\x05"), CODE_INVALID_ARGUMENT, ""},
    {"a field number past the last", BYTES("\xf8\xff\xff\xff\x7f\x01"), CODE_INVALID_ARGUMENT, ""},
    {"a cut number", BYTES("\x08\x80"), CODE_INVALID_ARGUMENT, ""},
    {"a number of eleven bytes", BYTES("\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"),
     CODE_INVALID_ARGUMENT, ""},
    {"a number that is a text", BYTES("\x0a\x01x"), CODE_INVALID_ARGUMENT, "call"},
    {"a number of fixed width",
     BYTES("\x09"
           "12345678"),
     CODE_INVALID_ARGUMENT, "call"},
    {"a message that is a number", BYTES("\x10\x05"), CODE_INVALID_ARGUMENT, "request"},
    {"a text that is a number", BYTES("\x12\x02\x08\x01"), CODE_INVALID_ARGUMENT, "request.method"},
    {"a length past the end", BYTES("\x12\x05\x0a\x02hi"), CODE_INVALID_ARGUMENT, ""},
    {"a length past the end, below", BYTES("\x12\x04\x0a\x05hi"), CODE_INVALID_ARGUMENT, "request"},
    {"a length of 2^64 - 1",
     BYTES("\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
           "x"),
     CODE_INVALID_ARGUMENT, ""},
    {"a cut length", BYTES("\x12\x80"), CODE_INVALID_ARGUMENT, ""},
    {"a group", BYTES("\x0b\x0c"), CODE_INVALID_ARGUMENT, ""},
    {"the end of a group", BYTES("\x0c"), CODE_INVALID_ARGUMENT, ""},
    {"an unknown group", BYTES("\xfb\x01\xfc\x01"), CODE_INVALID_ARGUMENT, ""},
    {"wire type 6", BYTES("\x0e"), CODE_INVALID_ARGUMENT, ""},
    {"wire type 7", BYTES("\x0f"), CODE_INVALID_ARGUMENT, ""},
    {"cut fixed64",
     BYTES("\xf9\x01"
           "1234567"),
     CODE_INVALID_ARGUMENT, ""},
    {"cut fixed32",
     BYTES("\xfd\x01"
           "123"),
     CODE_INVALID_ARGUMENT, ""},
    {"NUL in a text",
     BYTES("\x12\x05\x0a\x03"
           "a\0b"),
     CODE_INVALID_ARGUMENT, "request.method"},
    {"bad UTF-8", BYTES("\x12\x04\x0a\x02\xc3\x28"), CODE_INVALID_ARGUMENT, "request.method"},
    {"an overlong form", BYTES("\x12\x04\x0a\x02\xc0\xaf"), CODE_INVALID_ARGUMENT, "request.method"},
    {"a surrogate", BYTES("\x12\x05\x0a\x03\xed\xa0\x80"), CODE_INVALID_ARGUMENT, "request.method"},
    {"bytes may be anything", BYTES("\x12\x04\x22\x02\xc3\0"), CODE_OK, ""},
    {"a message twice", BYTES("\x12\x00\x12\x00"), CODE_INVALID_ARGUMENT, "request"},
    {"a number twice", BYTES("\x08\x01\x08\x02"), CODE_OK, ""},
};

Test(scan, refuses_what_a_decoder_must_not_see)
{
    for (size_t i = 0; i < sizeof(envelopes) / sizeof(*envelopes); i++) {
        struct fault fault = {0};
        /* A copy of its exact size, so that a read past the end is found. */
        size_t size = envelopes[i].size;
        uint8_t *copy = malloc(size ? size : 1);
        memcpy(copy, envelopes[i].bytes, size);
        enum code code = wire_scan(&pb__envelope__descriptor, span_of(copy, size), &fault);
        cr_assert_eq(code, envelopes[i].code, "%s: %s (%s)", envelopes[i].what, code_name(code),
                     fault.reason);
        if (code != CODE_OK)
            cr_assert_str_eq(fault.field, envelopes[i].field, "%s: '%s'", envelopes[i].what, fault.field);

        struct arena arena;
        arena_init(&arena, 1 << 20);
        ProtobufCMessage *message = NULL;
        cr_assert_eq(wire_unpack(&pb__envelope__descriptor, span_of(copy, size), &arena, &message, NULL),
                     envelopes[i].code, "%s", envelopes[i].what);
        cr_assert_eq(message != NULL, code == CODE_OK, "%s", envelopes[i].what);
        arena_finish(&arena);
        free(copy);
    }
}

Test(scan, names_the_element_of_a_list)
{
    /* FollowResponse.entries = 3 {record_type = 2}: the third one is bad, another field between. */
    static const char bytes[] = "\x1a\x00\x20\x01\x1a\x00\x1a\x03\x12\x01\xff";
    struct fault fault = {0};
    cr_assert_eq(wire_scan(&pb__follow_response__descriptor, span_of(bytes, sizeof(bytes) - 1), &fault),
                 CODE_INVALID_ARGUMENT);
    cr_assert_str_eq(fault.field, "entries[2].record_type");
}

/* `depth` messages, each within the one before: DescriptorProto.nested_type = 3, the one recursive type at
 * hand. */
static struct span nest(uint8_t *bytes, size_t size, unsigned depth)
{
    size_t begin = size;
    for (unsigned i = 1; i < depth; i++) {
        uint8_t length[5];
        size_t used = 0;
        for (size_t left = size - begin; used == 0 || left > 0; left >>= 7)
            length[used++] = (uint8_t)((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
        begin -= used;
        memcpy(bytes + begin, length, used);
        bytes[--begin] = 0x1a;
    }
    return span_of(bytes + begin, size - begin);
}

Test(scan, bounds_the_depth)
{
    static uint8_t bytes[512 * 1024];
    static const struct {
        unsigned depth;
        enum code code;
    } cases[] = {{1, CODE_OK},
                 {MESSAGE_DEPTH_MAX, CODE_OK},
                 {MESSAGE_DEPTH_MAX + 1, CODE_INVALID_ARGUMENT},
                 {100000, CODE_INVALID_ARGUMENT}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct span packed = nest(bytes, sizeof(bytes), cases[i].depth);
        cr_assert_eq(wire_scan(&google__protobuf__descriptor_proto__descriptor, packed, NULL), cases[i].code,
                     "%u", cases[i].depth);
    }
}

Test(scan, bounds_the_number_of_fields)
{
    static const struct {
        size_t count;
        enum code code;
    } cases[] = {{MESSAGE_FIELDS_MAX, CODE_OK}, {MESSAGE_FIELDS_MAX + 1, CODE_INVALID_ARGUMENT}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        /* Empty entries: two bytes each on the wire, a hundred in memory. */
        uint8_t *bytes = malloc(2 * cases[i].count);
        for (size_t n = 0; n < cases[i].count; n++)
            memcpy(bytes + 2 * n, "\x1a", 2);
        cr_assert_eq(wire_scan(&pb__follow_response__descriptor, span_of(bytes, 2 * cases[i].count), NULL),
                     cases[i].code, "%zu", cases[i].count);
        free(bytes);
    }
}

Test(scan, bounds_packed_lists)
{
    /* Claim.roles = 4, packed. */
    static const struct {
        const char *what, *bytes;
        size_t size;
        enum code code;
    } cases[] = {{"packed", BYTES("\x22\x03\x01\x02\x03"), CODE_OK},
                 {"one by one", BYTES("\x20\x01\x20\x02"), CODE_OK},
                 {"none", BYTES("\x22\x00"), CODE_OK},
                 {"cut", BYTES("\x22\x02\x01\x82"), CODE_INVALID_ARGUMENT},
                 {"of fixed width",
                  BYTES("\x25"
                        "1234"),
                  CODE_INVALID_ARGUMENT}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        cr_assert_eq(wire_scan(&pb__claim__descriptor, span_of(cases[i].bytes, cases[i].size), NULL),
                     cases[i].code, "%s", cases[i].what);
    static uint8_t many[MESSAGE_FIELDS_MAX + 8] = "\x22\xc0\x9a\x0c"; /* a list of 200,000 */
    cr_assert_eq(wire_scan(&pb__claim__descriptor, span_of(many, 4 + 200000), NULL), CODE_INVALID_ARGUMENT);
}

Test(scan, bounds_a_text_and_the_whole)
{
    uint8_t *bytes = malloc(FRAME_BYTES_MAX + 1);
    memset(bytes, 'x', FRAME_BYTES_MAX + 1);
    static const struct {
        size_t length;
        enum code code;
    } cases[] = {{TEXT_BYTES_MAX, CODE_OK}, {TEXT_BYTES_MAX + 1, CODE_INVALID_ARGUMENT}};
    for (size_t i = 0; i < 2; i++) {
        size_t length = cases[i].length; /* CallHeader.method */
        const uint8_t head[] = {0x0a, (uint8_t)(length | 0x80), (uint8_t)(length >> 7 | 0x80),
                                (uint8_t)(length >> 14)};
        memcpy(bytes, head, sizeof(head));
        cr_assert_eq(wire_scan(&pb__call_header__descriptor, span_of(bytes, sizeof(head) + length), NULL),
                     cases[i].code, "%zu", length);
    }
    struct fault fault;
    cr_assert_eq(wire_scan(&pb__envelope__descriptor, span_of(bytes, FRAME_BYTES_MAX + 1), &fault),
                 CODE_INVALID_ARGUMENT);
    cr_assert(strstr(fault.reason, "longer than"));
    free(bytes);
}

Test(scan, a_message_larger_than_the_arena_is_refused)
{
    /* 4,000 empty entries. */
    uint8_t bytes[8000];
    for (size_t n = 0; n < 4000; n++)
        memcpy(bytes + 2 * n, "\x1a", 2);
    struct arena arena;
    arena_init(&arena, 64 * 1024);
    ProtobufCMessage *message = NULL;
    cr_assert_eq(
        wire_unpack(&pb__follow_response__descriptor, span_of(bytes, sizeof(bytes)), &arena, &message, NULL),
        CODE_RESOURCE_EXHAUSTED);
    cr_assert_null(message);
    arena_finish(&arena);
}

/* Bytes changed, cut and repeated at random: whatever the scan lets through, protobuf-c takes too. */
Test(scan, what_it_lets_through_can_be_decoded)
{
    uint64_t state = 20260101;
    unsigned passed = 0;
    for (unsigned round = 0; round < 20000; round++) {
        uint8_t bytes[64];
        static const char seed[] = "\x08\x05\x12\x1b\x0a\x02hi\x10\x64\x1a\x06\x0a\x02zz\x12\x00\x22\x0b"
                                   "0123456789a";
        size_t size = sizeof(seed) - 1;
        memcpy(bytes, seed, size);
        for (unsigned change = 0; change < 1 + round % 4; change++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            bytes[(state >> 33) % size] = (uint8_t)(state >> 56);
        }
        size -= (state >> 40) % 8 == 0;
        struct arena arena;
        arena_init(&arena, 1 << 20);
        ProtobufCMessage *message;
        if (wire_scan(&pb__envelope__descriptor, span_of(bytes, size), NULL) == CODE_OK) {
            cr_assert_eq(wire_unpack(&pb__envelope__descriptor, span_of(bytes, size), &arena, &message, NULL),
                         CODE_OK);
            passed++;
        }
        arena_finish(&arena);
    }
    cr_assert(passed > 100, "%u", passed);
}
