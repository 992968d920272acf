/* JSON of every message type, from a stranger.
 *
 * In: two bytes that choose the type, and a text. Held against: what is read packs, passes the scan, and
 * gives the same JSON again; a refusal leaves its out parameter alone and names what is wrong. */

#include "tests/fuzz/targets/messages.h"

static void check_message(const ProtobufCMessage *message, struct arena *arena)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;
    require(protobuf_c_message_check(message));
    struct span packed = must_pack(message, arena);
    char *json = must_print(message, false, arena);
    require(same_text(must_print(must_unpack(type, packed, arena), false, arena), json));
    ProtobufCMessage *again = must_read(type, json, arena);
    require(span_equal(must_pack(again, arena), packed));
    require(same_text(must_print(again, false, arena), json));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span left = span_of(data, size);
    const ProtobufCMessageDescriptor *type = take_message_type(&left);
    char *text = text_of(left);
    struct arena arena;
    ProtobufCMessage untouched, *message = &untouched;
    struct fault fault;
    arena_init(&arena, REQUEST_ARENA_BYTES);

    enum code code = wire_from_json(type, text, &arena, &message, &fault);
    if (code == CODE_OK) {
        check_message(message, &arena);
    } else {
        require(code == CODE_INVALID_ARGUMENT && message == &untouched);
        require_fault(code, &fault);
    }
    arena_finish(&arena);
    free(text);
    return 0;
}
