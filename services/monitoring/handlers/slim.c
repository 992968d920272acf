/* Slim copies of records. In: a record. Out: its numbers and short texts, in an arena. Field by field and not
 * packed and unpacked again: a cycle may have a hundred thousand reports. */

#include "services/monitoring/handlers/slim.h"

#include "ccrag/v1/types.pb-c.h"

#include <string.h>

static bool is_long(const char *field)
{
    return strcmp(field, "comment") == 0 || strcmp(field, "reason") == 0 ||
           strcmp(field, "discarded_because") == 0;
}

static bool keep_text(const ProtobufCFieldDescriptor *field, const char **text, struct arena *arena)
{
    if (!*text || is_long(field->name))
        *text = "";
    else if (**text)
        *text = arena_text(arena, *text);
    return *text;
}

static bool keep_part(const ProtobufCFieldDescriptor *field, const ProtobufCMessage **part,
                      struct arena *arena)
{
    const Pb__RecordMeta *given = (const Pb__RecordMeta *)*part;
    if (!given || field->descriptor != &pb__record_meta__descriptor) {
        *part = NULL;
        return true;
    }
    Pb__RecordMeta *meta = arena_new(arena, Pb__RecordMeta);
    if (!meta)
        return false;
    pb__record_meta__init(meta);
    meta->version = given->version;
    *part = &meta->base;
    return true;
}

static bool keep_field(const ProtobufCFieldDescriptor *field, uint8_t *bytes, struct arena *arena)
{
    void *at = bytes + field->offset;
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        *(void **)at = NULL;
        *(size_t *)(void *)(bytes + field->quantifier_offset) = 0;
        return true;
    }
    if (field->type == PROTOBUF_C_TYPE_STRING)
        return keep_text(field, at, arena);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return keep_part(field, at, arena);
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        *(ProtobufCBinaryData *)at = (ProtobufCBinaryData){0};
    return true;
}

ProtobufCMessage *slim_copy(const ProtobufCMessage *record, struct arena *arena)
{
    const ProtobufCMessageDescriptor *type = record->descriptor;
    ProtobufCMessage *copy = arena_alloc(arena, type->sizeof_message);
    if (!copy)
        return NULL;
    memcpy(copy, record, type->sizeof_message);
    copy->n_unknown_fields = 0;
    copy->unknown_fields = NULL;
    for (unsigned i = 0; i < type->n_fields; i++)
        if (!keep_field(&type->fields[i], (uint8_t *)copy, arena))
            return NULL;
    return copy;
}
