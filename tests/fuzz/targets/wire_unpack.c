/* Packed messages of every type, from a stranger.
 *
 * In: two bytes that choose the type, and packed bytes. Held against: what the scan lets through, protobuf-c
 * decodes; what was decoded packs to a form that is stable, and the same as protobuf-c's; its JSON, plain or
 * indented, reads back as the same message; a refusal leaves its out parameter alone and says why. */

#include "tests/fuzz/targets/messages.h"

enum { GROWTH = 4, JSON_GROWTH = 128, SLACK_BYTES = 64 };

/* Fields that the type does not have survive packing, but JSON does not carry them. */
static void strip_unknown(ProtobufCMessage *message)
{
    message->n_unknown_fields = 0;
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        void *value = (char *)message + field->offset;
        const void *quantifier = (const char *)message + field->quantifier_offset;
        if (field->type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        bool many = field->label == PROTOBUF_C_LABEL_REPEATED;
        if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) && *(const uint32_t *)quantifier != field->id)
            continue;
        ProtobufCMessage **below = many ? *(ProtobufCMessage ***)value : value;
        for (size_t n = many ? *(const size_t *)quantifier : *below != NULL; n > 0; n--)
            strip_unknown(below[n - 1]);
    }
}

static void check_message(ProtobufCMessage *message, size_t size, struct arena *arena)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;
    require(protobuf_c_message_check(message));
    struct span first = must_pack(message, arena);
    require(first.size <= GROWTH * size);
    uint8_t *meant = arena_alloc(arena, first.size + 1);
    require(meant && protobuf_c_message_get_packed_size(message) == first.size);
    require(span_equal(span_of(meant, protobuf_c_message_pack(message, meant)), first));

    char *json = must_print(message, false, arena);
    require(strlen(json) <= JSON_GROWTH * size + SLACK_BYTES);
    strip_unknown(message);
    struct span packed = must_pack(message, arena);
    require(span_equal(must_pack(must_read(type, json, arena), arena), packed));

    char *pretty = must_print(message, true, arena);
    require(same_text(must_print(must_read(type, pretty, arena), false, arena), json));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span left = span_of(data, size);
    const ProtobufCMessageDescriptor *type = take_message_type(&left);
    struct arena arena;
    ProtobufCMessage untouched, *message = &untouched;
    struct fault fault;
    arena_init(&arena, REQUEST_ARENA_BYTES);

    enum code scanned = wire_scan(type, left, &fault);
    require(scanned == CODE_OK || scanned == CODE_INVALID_ARGUMENT);
    enum code code = wire_unpack(type, left, &arena, &message, &fault);
    require(code == scanned);
    if (code == CODE_OK) {
        check_message(message, left.size, &arena);
    } else {
        require(message == &untouched);
        require_fault(code, &fault);
    }
    arena_finish(&arena);
    return 0;
}
