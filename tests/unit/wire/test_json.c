/* JSON after the canonical mapping, both ways. */

#include "common/base/limits.h"
#include "common/wire/wire.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/envelope.pb-c.h"
#include "ccrag/v1/feed.pb-c.h"
#include "ccrag/v1/roster.pb-c.h"
#include "ccrag/v1/types.pb-c.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

extern const ProtobufCMessageDescriptor *const ccrag_messages[];

static struct arena arena;

static void set_up(void)
{
    arena_init(&arena, 64 << 20);
}

static void tear_down(void)
{
    arena_finish(&arena);
}

TestSuite(json, .init = set_up, .fini = tear_down);

/* --- a message with random content ------------------------------------------------------------------- */

static uint64_t state = 42;

static uint64_t draw(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static const char *draw_text(void)
{
    static const char *const pieces[] = {"a",  "\"",   "\\",        "\n", "é", "£",
                                         "子", "\x01", "</script>", " ",  "0", "😀"};
    char text[64] = "";
    for (uint64_t n = draw() % 6; n > 0; n--)
        strcat(text, pieces[draw() % (sizeof(pieces) / sizeof(*pieces))]);
    return arena_text(&arena, text);
}

static ProtobufCMessage *draw_message(const ProtobufCMessageDescriptor *type, unsigned depth);

static void draw_value(const ProtobufCFieldDescriptor *field, void *value, unsigned depth)
{
    static const uint64_t edges[] = {0,          1,         UINT64_MAX, INT64_MAX, (uint64_t)INT64_MIN,
                                     UINT32_MAX, INT32_MAX, 77};
    uint64_t number = draw() % 2 ? edges[draw() % 8] : draw();
    uint32_t narrow = (uint32_t)number;
    const ProtobufCEnumDescriptor *list;
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        memcpy(value, &narrow, sizeof(narrow));
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        memcpy(value, &number, sizeof(number));
        break;
    case PROTOBUF_C_TYPE_FLOAT:
        *(float *)value = (float)(int32_t)narrow / 3;
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        *(double *)value = (double)(int64_t)number / 3;
        break;
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)value = number & 1;
        break;
    case PROTOBUF_C_TYPE_ENUM:
        list = field->descriptor;
        /* Now and then a number that a newer release may have added. */
        *(int32_t *)value = draw() % 8 ? list->values[number % list->n_values].value : 12345;
        break;
    case PROTOBUF_C_TYPE_STRING:
        *(const char **)value = draw_text();
        break;
    case PROTOBUF_C_TYPE_BYTES:
        *(ProtobufCBinaryData *)value =
            (ProtobufCBinaryData){.len = draw() % 9, .data = arena_alloc(&arena, 16)};
        for (size_t i = 0; i < 16; i++)
            ((ProtobufCBinaryData *)value)->data[i] = (uint8_t)draw();
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        *(ProtobufCMessage **)value = draw_message(field->descriptor, depth + 1);
        break;
    }
}

static ProtobufCMessage *draw_message(const ProtobufCMessageDescriptor *type, unsigned depth)
{
    ProtobufCMessage *message = arena_alloc(&arena, type->sizeof_message);
    type->message_init(message);
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        char *base = (char *)message;
        if (draw() % 3 == 0 || (depth > 4 && field->type == PROTOBUF_C_TYPE_MESSAGE))
            continue;
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            size_t count = draw() % 4;
            char *values = arena_alloc_array(&arena, count + 1, wire_value_size(field->type));
            for (size_t n = 0; n < count; n++)
                draw_value(field, values + n * wire_value_size(field->type), depth);
            *(size_t *)(void *)(base + field->quantifier_offset) = count;
            *(char **)(void *)(base + field->offset) = count ? values : NULL;
        } else if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
            uint32_t *chosen = (uint32_t *)(void *)(base + field->quantifier_offset);
            if (*chosen == 0) {
                *chosen = field->id;
                draw_value(field, base + field->offset, depth);
            }
        } else {
            draw_value(field, base + field->offset, depth);
        }
    }
    return message;
}

/* Whatever the message: it comes back from JSON, plain or pretty, as the same bytes on the wire. */
Test(json, every_message_of_the_api_comes_back_the_same)
{
    for (size_t i = 0; ccrag_messages[i]; i++)
        for (unsigned round = 0; round < 12; round++) {
            struct arena_mark mark = arena_mark(&arena);
            const ProtobufCMessageDescriptor *type = ccrag_messages[i];
            ProtobufCMessage *message = draw_message(type, 0), *back = NULL, *unpacked = NULL;
            struct fault fault = {0};
            char *json = wire_to_json(message, round & 1, &arena);
            cr_assert_not_null(json, "%s", type->name);
            cr_assert_eq(wire_from_json(type, json, &arena, &back, &fault), CODE_OK, "%s: %s: %s in %s",
                         type->name, fault.field, fault.reason, json);
            struct span packed = wire_pack(message, &arena);
            cr_assert(span_equal(packed, wire_pack(back, &arena)), "%s: %s", type->name, json);
            cr_assert_eq(wire_unpack(type, packed, &arena, &unpacked, &fault), CODE_OK, "%s: %s %s",
                         type->name, fault.field, fault.reason);
            cr_assert(span_equal(packed, wire_pack(unpacked, &arena)), "%s", type->name);
            arena_release(&arena, mark);
        }
}

Test(json, writes_the_canonical_form)
{
    Pb__RosterEntry entry = PB__ROSTER_ENTRY__INIT;
    ProtobufCBinaryData keys[] = {{.len = 4, .data = (uint8_t[]){0xfb, 0xff, 0xbf, 0x01}}};
    entry.name = "registry";
    entry.role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE;
    entry.curve_keys = keys;
    entry.n_curve_keys = 1;
    cr_assert_str_eq(
        wire_to_json(&entry.base, false, &arena),
        "{\"name\":\"registry\",\"role\":\"PRINCIPAL_ROLE_SERVICE\",\"curveKeys\":[\"+/+/AQ==\"]}");

    Pb__JournalEntry change = PB__JOURNAL_ENTRY__INIT;
    change.sequence = UINT64_MAX;
    change.at_ms = -1;
    change.change_case = PB__JOURNAL_ENTRY__CHANGE_DELETED; /* chosen, so written though false */
    cr_assert_str_eq(
        wire_to_json(&change.base, true, &arena),
        "{\n  \"sequence\": \"18446744073709551615\",\n  \"atMs\": \"-1\",\n  \"deleted\": false\n}");

    Pb__Position none = PB__POSITION__INIT;
    cr_assert_str_eq(wire_to_json(&none.base, true, &arena), "{}");
    cr_assert_str_eq(wire_to_json(&none.base, false, &arena), "{}");
}

Test(json, reads_what_the_mapping_allows)
{
    static const struct {
        const ProtobufCMessageDescriptor *type;
        const char *json, *canonical;
    } cases[] = {
        {&pb__follow_request__descriptor, "{\"after\":{\"epoch\":\"7\",\"sequence\":8},\"credit\":\"9\"}",
         "{\"after\":{\"epoch\":\"7\",\"sequence\":\"8\"},\"credit\":9}"},
        {&pb__call_header__descriptor, "{\"time_left_ms\":1e3,\"outboxNumber\":1.0}",
         "{\"timeLeftMs\":1000,\"outboxNumber\":\"1\"}"},
        {&pb__call_header__descriptor, "{\"claim\":null,\"idempotencyKey\":\"-_-_AQ\"}",
         "{\"idempotencyKey\":\"+/+/AQ==\"}"},
        {&pb__claim__descriptor, "{\"roles\":[1,\"ROLE_AUDITOR\",99]}",
         "{\"roles\":[\"ROLE_HOST_ADMINISTRATOR\",\"ROLE_AUDITOR\",99]}"},
        {&pb__envelope__descriptor, "{\"cancel\":{}}", "{\"cancel\":{}}"},
        {&pb__journal_entry__descriptor, "{\"content\":null,\"forget\":true}", "{\"forget\":true}"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ProtobufCMessage *message;
        struct fault fault = {0};
        cr_assert_eq(wire_from_json(cases[i].type, cases[i].json, &arena, &message, &fault), CODE_OK,
                     "%s: %s %s", cases[i].json, fault.field, fault.reason);
        cr_assert_str_eq(wire_to_json(message, false, &arena), cases[i].canonical);
    }
}

Test(json, refuses_with_the_path)
{
    static const struct {
        const ProtobufCMessageDescriptor *type;
        const char *json, *field;
    } cases[] = {
        {&pb__follow_request__descriptor, "", ""},
        {&pb__follow_request__descriptor, "[]", ""},
        {&pb__follow_request__descriptor, "{\"credit\":1", ""},
        {&pb__follow_request__descriptor, "{\"credit\":1,\"credit\":2}", ""},
        {&pb__follow_request__descriptor, "{\"nothing\":1}", "nothing"},
        {&pb__follow_request__descriptor, "{\"after\":{\"nothing\":1}}", "after.nothing"},
        {&pb__follow_request__descriptor, "{\"after\":3}", "after"},
        {&pb__follow_request__descriptor, "{\"credit\":-1}", "credit"},
        {&pb__follow_request__descriptor, "{\"credit\":4294967296}", "credit"},
        {&pb__follow_request__descriptor, "{\"credit\":1.5}", "credit"},
        {&pb__follow_request__descriptor, "{\"credit\":\"\"}", "credit"},
        {&pb__follow_request__descriptor, "{\"credit\":\" 1\"}", "credit"},
        {&pb__follow_request__descriptor, "{\"credit\":\"1x\"}", "credit"},
        {&pb__follow_request__descriptor, "{\"credit\":true}", "credit"},
        {&pb__follow_request__descriptor, "{\"entitlement\":\"18446744073709551616\"}", "entitlement"},
        {&pb__call_header__descriptor, "{\"timeLeftMs\":1,\"time_left_ms\":1}", "time_left_ms"},
        {&pb__call_header__descriptor, "{\"method\":1}", "method"},
        {&pb__call_header__descriptor, "{\"method\":\"a\\u0000b\"}", ""},
        {&pb__call_header__descriptor, "{\"idempotencyKey\":\"a\"}", "idempotencyKey"},
        {&pb__call_header__descriptor, "{\"idempotencyKey\":\"ab=c\"}", "idempotencyKey"},
        {&pb__call_header__descriptor, "{\"idempotencyKey\":\"!!!!\"}", "idempotencyKey"},
        {&pb__claim__descriptor, "{\"roles\":1}", "roles"},
        {&pb__claim__descriptor, "{\"roles\":[1,\"ROLE_CLOWN\"]}", "roles[1]"},
        {&pb__claim__descriptor, "{\"roles\":[null]}", "roles[0]"},
        {&pb__claim__descriptor, "{\"issuedAtMs\":\"9223372036854775808\"}", "issuedAtMs"},
        {&pb__claim__descriptor, "{\"issuedAtMs\":\"-\"}", "issuedAtMs"},
        {&pb__follow_response__descriptor, "{\"startOver\":\"yes\"}", "startOver"},
        {&pb__follow_response__descriptor, "{\"entries\":[{},{\"atMs\":\"x\"}]}", "entries[1].atMs"},
        {&pb__journal_entry__descriptor, "{\"deleted\":true,\"forget\":true}", "forget"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ProtobufCMessage *message = NULL;
        struct fault fault = {0};
        cr_assert_eq(wire_from_json(cases[i].type, cases[i].json, &arena, &message, &fault),
                     CODE_INVALID_ARGUMENT, "%s", cases[i].json);
        cr_assert_str_eq(fault.field, cases[i].field, "%s: '%s'", cases[i].json, fault.field);
        cr_assert(fault.reason[0]);
        cr_assert_null(message);
    }
}

Test(json, bounds_texts_lists_nesting_and_the_whole)
{
    ProtobufCMessage *message;
    char *json = malloc(JSON_BYTES_MAX + 16);
    /* A text that is too long. */
    size_t used = (size_t)sprintf(json, "{\"method\":\"");
    memset(json + used, 'x', TEXT_BYTES_MAX + 1);
    strcpy(json + used + TEXT_BYTES_MAX + 1, "\"}");
    cr_assert_eq(wire_from_json(&pb__call_header__descriptor, json, &arena, &message, NULL),
                 CODE_INVALID_ARGUMENT);
    /* A list that is too long. */
    used = (size_t)sprintf(json, "{\"roles\":[0");
    for (unsigned i = 0; i < MESSAGE_FIELDS_MAX; i++)
        used += (size_t)sprintf(json + used, ",0");
    strcpy(json + used, "]}");
    struct fault fault;
    cr_assert_eq(wire_from_json(&pb__claim__descriptor, json, &arena, &message, &fault),
                 CODE_INVALID_ARGUMENT);
    cr_assert_str_eq(fault.field, "roles");
    /* Brackets without end. */
    memset(json, '[', JSON_BYTES_MAX);
    json[JSON_BYTES_MAX] = '\0';
    cr_assert_eq(wire_from_json(&pb__claim__descriptor, json, &arena, &message, NULL), CODE_INVALID_ARGUMENT);
    /* Too long, whatever it is. */
    memset(json, ' ', JSON_BYTES_MAX + 1);
    json[JSON_BYTES_MAX + 1] = '\0';
    cr_assert_eq(wire_from_json(&pb__claim__descriptor, json, &arena, &message, &fault),
                 CODE_INVALID_ARGUMENT);
    cr_assert(strstr(fault.reason, "longer than"));
    free(json);
}

Test(json, an_arena_that_is_full_is_told)
{
    struct arena small;
    arena_init(&small, 256);
    ProtobufCMessage *message = NULL;
    cr_assert_eq(wire_from_json(&pb__follow_response__descriptor, "{\"entries\":[{},{},{},{},{},{}]}", &small,
                                &message, NULL),
                 CODE_RESOURCE_EXHAUSTED);
    cr_assert_null(message);
    arena_finish(&small);
}
