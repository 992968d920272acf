#pragma once
/* Messages of the API, chosen by an input, and what a message that was read must do. */

#include "common/wire/wire.h"
#include "tests/fuzz/targets/fuzz.h"

/* Every message of the API, a table that ends in NULL: generated with the API's code. */
extern const ProtobufCMessageDescriptor *const ccrag_messages[];

enum { MESSAGE_CHOICE_BYTES = 2 };

static inline size_t message_count(void)
{
    size_t count = 0;
    while (ccrag_messages[count])
        count++;
    return count;
}

/* The type that an input's first bytes choose. */
static inline const ProtobufCMessageDescriptor *take_message_type(struct span *left)
{
    return ccrag_messages[take_number(left, MESSAGE_CHOICE_BYTES) % message_count()];
}

/* Unpacks what must unpack. */
static inline ProtobufCMessage *must_unpack(const ProtobufCMessageDescriptor *type, struct span packed,
                                            struct arena *arena)
{
    ProtobufCMessage *message = NULL;
    struct fault fault;
    require(wire_unpack(type, packed, arena, &message, &fault) == CODE_OK);
    require(message && message->descriptor == type);
    return message;
}

/* Packs into the arena; the bytes pass the scan, and packing what they unpack to gives them again. */
static inline struct span must_pack(const ProtobufCMessage *message, struct arena *arena)
{
    struct span packed = wire_pack(message, arena);
    require(packed.data && !arena->exhausted);
    require(packed.size == protobuf_c_message_get_packed_size(message));
    require(span_equal(wire_pack(must_unpack(message->descriptor, packed, arena), arena), packed));
    return packed;
}

/* As JSON, which is text. */
static inline char *must_print(const ProtobufCMessage *message, bool pretty, struct arena *arena)
{
    char *json = wire_to_json(message, pretty, arena);
    require(json && span_is_text(span_of_text(json)));
    return json;
}

/* Reads what must be read. */
static inline ProtobufCMessage *must_read(const ProtobufCMessageDescriptor *type, const char *json,
                                          struct arena *arena)
{
    ProtobufCMessage *message = NULL;
    struct fault fault;
    require(wire_from_json(type, json, arena, &message, &fault) == CODE_OK);
    require(message && message->descriptor == type);
    return message;
}

static inline bool same_text(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}
