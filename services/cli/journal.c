/* Entries of a journal as JSON: keys as people write them, records opened after their kind. In: an entry as a
 * feed or a history gives it. Out: a JSON object. */

#include "services/cli/journal.h"

#include "common/base/uuid.h"
#include "common/wire/wire.h"

#include <stdio.h>

/* Keys are UUIDs, texts where they can be, or bytes. */
static json_t *key_json(const ProtobufCBinaryData *key)
{
    struct uuid uuid;
    char printed[UUID_TEXT_BYTES];
    if (key->len == UUID_BYTES) {
        memcpy(uuid.bytes, key->data, UUID_BYTES);
        uuid_print(&uuid, printed);
        return json_string(printed);
    }
    json_t *text = json_stringn((const char *)key->data, key->len);
    if (text)
        return text;
    char hex[129] = "";
    for (size_t i = 0; i < key->len && i < 64; i++)
        snprintf(hex + i * 2, 3, "%02x", key->data[i]);
    return json_string(hex);
}

const ProtobufCMessage *journal_entry_record(const Pb__JournalEntry *entry, struct arena *arena)
{
    const ProtobufCMessageDescriptor *type = wire_message_find(entry->record_type);
    ProtobufCMessage *record;
    if (entry->change_case != PB__JOURNAL_ENTRY__CHANGE_CONTENT || !type ||
        wire_unpack(type, span_of(entry->content.data, entry->content.len), arena, &record, NULL) != CODE_OK)
        return NULL;
    return record;
}

json_t *journal_entry_json(const Pb__JournalEntry *entry, struct arena *arena)
{
    json_t *line = json_pack("{s:I, s:s, s:o, s:I, s:I, s:s}", "sequence", (json_int_t)entry->sequence,
                             "recordType", entry->record_type, "key", key_json(&entry->key), "version",
                             (json_int_t)entry->version, "atMs", (json_int_t)entry->at_ms, "by", entry->by);
    if (entry->change_case == PB__JOURNAL_ENTRY__CHANGE_DELETED)
        json_object_set_new(line, "deleted", json_true());
    if (entry->change_case == PB__JOURNAL_ENTRY__CHANGE_FORGET)
        json_object_set_new(line, "forget", json_true());
    const ProtobufCMessage *record = journal_entry_record(entry, arena);
    const char *text = record ? wire_to_json(record, false, arena) : NULL;
    if (record)
        json_object_set_new(line, "content", text ? json_loads(text, 0, NULL) : json_null());
    return line;
}
