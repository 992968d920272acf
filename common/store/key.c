/* Keys of records, made the same way everywhere, and what is looked up in the description of a table.
 *
 * In: a UUID's text or another short text, alone or as a record's first field. Out: 16 bytes, or the text's
 * own. */

#include "common/base/uuid.h"
#include "common/store/internal.h"

#include <assert.h>

struct span key_of_uuid(const char *uuid_text, struct arena *arena)
{
    struct uuid uuid;
    if (!uuid_parse(uuid_text, &uuid))
        return (struct span){0};
    return arena_copy(arena, span_of(uuid.bytes, sizeof uuid.bytes));
}

struct span key_of_text(const char *text)
{
    return span_of_text(text);
}

static const char *id_of(const ProtobufCMessage *record)
{
    const ProtobufCFieldDescriptor *field = &record->descriptor->fields[0];
    assert(field->type == PROTOBUF_C_TYPE_STRING && field->label != PROTOBUF_C_LABEL_REPEATED);
    return *(const char *const *)(const void *)((const char *)record + field->offset);
}

struct span key_by_uuid(const ProtobufCMessage *record, struct arena *arena)
{
    return key_of_uuid(id_of(record), arena);
}

struct span key_by_text(const ProtobufCMessage *record, struct arena *arena)
{
    (void)arena;
    return key_of_text(id_of(record));
}

struct span table_key_of(const struct table *table, const char *id, struct arena *arena)
{
    assert(table->key == key_by_uuid || table->key == key_by_text);
    return table->key == key_by_text ? key_of_text(id) : key_of_uuid(id, arena);
}

const struct table_index *table_index_named(const struct table *table, const char *name)
{
    size_t number = 0;
    while (number < table->index_count && strcmp(table->indexes[number].name, name) != 0)
        number++;
    assert(number < table->index_count);
    return &table->indexes[number];
}

const struct table *table_of_type(const struct table *const *tables, const char *message)
{
    for (; *tables; tables++)
        if (strcmp((*tables)->type->name, message) == 0)
            return *tables;
    return NULL;
}
