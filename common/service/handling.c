/* Records by identifier, their meta, walks and pages, for the handlers of every service. In: a command and a
 * table. Out: records in the command's arena, or a refusal that it holds. No rule is here. */

#include "common/service/handling.h"

#include "common/base/limits.h"
#include "common/base/uuid.h"
#include "common/domain/urn.h"

enum code check_record(struct command *command, const ProtobufCMessage *record)
{
    if (!record)
        return refuse(command, CODE_INVALID_ARGUMENT, "", "the record is missing from the request");
    return wire_check_bounds(record, &command->fault);
}

enum code refuse_with(struct command *command, const struct refusal_facts *facts, const char *field)
{
    if (facts->code == CODE_OK)
        return CODE_OK;
    refuse(command, facts->code, field ? field : facts->field, "%s", facts->text);
    command->why = facts->text;
    return facts->code;
}

enum code no_memory(struct command *command)
{
    command->arena->exhausted = true; /* also where it was another's limit: the caller need not ask again */
    return refuse(command, CODE_RESOURCE_EXHAUSTED, "", "the request needs more memory than one may have");
}

void allow_memory(struct command *command, size_t bytes)
{
    command->arena->limit_bytes = bytes;
}

void *load_if_any(struct command *command, const struct table *table, const char *id, enum code *ret_code)
{
    ProtobufCMessage *record = NULL;
    struct span key = table_key_of(table, id, command->arena);
    enum code code = CODE_NOT_FOUND;
    if (key.size && key.size <= RECORD_KEY_BYTES_MAX)
        code = record_get(command->txn, table, key, command->arena, &record);
    else if (command->arena->exhausted) /* no key for want of room: nothing is known of the record */
        code = CODE_RESOURCE_EXHAUSTED;
    *ret_code = code == CODE_NOT_FOUND ? CODE_OK : code;
    return record;
}

void *load(struct command *command, const struct table *table, const char *field, const char *id)
{
    enum code code;
    void *record = load_if_any(command, table, id, &code);
    if (code)
        refuse(command, code, "", "%s", code_meaning(code));
    else if (!record)
        refuse(command, CODE_NOT_FOUND, field, "no record of %s is known as '%.100s'", table->name, id);
    return record;
}

void *refused(struct command *command, enum code code)
{
    if (command->fault.code == CODE_OK)
        refuse(command, code, "", "%s", code_meaning(code));
    return NULL;
}

void *load_or_refuse(struct command *command, const struct table *table, const char *id,
                     const struct refusal_facts *unknown)
{
    enum code code;
    void *record = load_if_any(command, table, id, &code);
    if (code != CODE_OK)
        return refused(command, code);
    if (!record)
        refuse_with(command, unknown, NULL);
    return record;
}

/* The record, or the first of several, under a value of an index. */
static enum code find(struct command *command, const struct table *table, const char *index,
                      struct span value, ProtobufCMessage **ret_record)
{
    struct record_scan scan = {.txn = command->txn, .table = table, .prefix = value, .whole = true};
    scan.index = table_index_named(table, index);
    if (scan.index->unique)
        return record_find(command->txn, table, index, value, command->arena, ret_record);
    enum code code = record_scan_next(&scan, command->arena, ret_record);
    record_scan_finish(&scan);
    return code;
}

void *load_by_urn(struct command *command, const struct table *table, const char *id_or_urn)
{
    struct urn urn;
    char text[URN_TEXT_BYTES];
    if (urn_parse(id_or_urn, &urn, NULL) != CODE_OK)
        return load(command, table, "provision_id", id_or_urn);
    urn_print(&urn, text);
    ProtobufCMessage *record = NULL;
    enum code code = find(command, table, "urn", span_of_text(text), &record);
    if (code)
        refuse(command, code, "provision_id", "no provision has the URN %s", text);
    return record;
}

Pb__RecordMeta *meta_again(struct command *command, const Pb__RecordMeta *stored, bool generated)
{
    Pb__RecordMeta *meta = arena_new(command->arena, Pb__RecordMeta);
    if (!meta)
        return NULL;
    pb__record_meta__init(meta);
    meta->version = stored ? stored->version : 0;
    meta->generated = stored ? stored->generated : generated;
    return meta;
}

Pb__RecordMeta *meta_of(struct command *command, const Pb__RecordMeta *given, const Pb__RecordMeta *stored)
{
    Pb__RecordMeta *meta =
        meta_again(command, stored, given && given->generated && caller_is_host(&command->caller));
    if (meta)
        meta->version = given ? given->version : 0;
    return meta;
}

Pb__RecordMeta *meta_like(struct command *command, const Pb__RecordMeta *of)
{
    return meta_again(command, NULL, of && of->generated);
}

void expect_version(Pb__RecordMeta *meta, uint64_t version)
{
    if (version)
        meta->version = version;
}

const char *new_id(struct command *command, const char *given)
{
    struct uuid uuid;
    if (given[0] == '\0')
        return command_new_id(command);
    char *text = arena_alloc(command->arena, UUID_TEXT_BYTES);
    if (!text) {
        no_memory(command);
        return NULL;
    }
    if (!uuid_parse(given, &uuid) || uuid.bytes[6] >> 4 != 7) {
        refuse(command, CODE_INVALID_ARGUMENT, "id", "an identifier is a UUID of version 7");
        return NULL;
    }
    uuid_print(&uuid, text);
    return text;
}

void *copy_of(struct command *command, const ProtobufCMessage *message)
{
    size_t size = message->descriptor->sizeof_message;
    void *copy = arena_alloc(command->arena, size);
    return copy ? memcpy(copy, message, size) : NULL;
}

/* --- many records ------------------------------------------------------------------------------------ */

static struct record_scan scan_of(const struct command *command, const struct walk *walk)
{
    return (struct record_scan){
        .txn = command->txn,
        .table = walk->table,
        .index = walk->index ? table_index_named(walk->table, walk->index) : NULL,
        .prefix = walk->value,
        .whole = walk->index && !walk->prefix,
    };
}

enum code walk(struct command *command, const struct walk *walk,
               enum code (*each)(void *context, const ProtobufCMessage *record), void *context)
{
    struct arena arena;
    struct record_scan scan = scan_of(command, walk);
    ProtobufCMessage *record;
    enum code code;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    while ((code = record_scan_next(&scan, &arena, &record)) == CODE_OK) {
        code = each(context, record);
        arena_reset(&arena);
        if (code)
            break;
    }
    record_scan_finish(&scan);
    arena_finish(&arena);
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

/* Copies that outlive the walk, as many as there are. */
enum code collect(struct command *command, const struct walk *walk,
                  bool (*wanted)(void *context, const ProtobufCMessage *record), void *context,
                  struct collected *ret_collected)
{
    struct record_scan scan = scan_of(command, walk);
    struct collected all = {0};
    size_t room = 0;
    for (;;) {
        struct arena_mark mark = arena_mark(command->arena);
        ProtobufCMessage *record;
        enum code code = record_scan_next(&scan, command->arena, &record);
        if (code) {
            record_scan_finish(&scan);
            *ret_collected = all;
            return code == CODE_NOT_FOUND ? CODE_OK : code;
        }
        if (wanted && !wanted(context, record)) {
            arena_release(command->arena, mark);
            continue;
        }
        if (all.count == room) {
            room = room ? room * 2 : 16;
            ProtobufCMessage **larger = arena_array(command->arena, ProtobufCMessage *, room);
            if (!larger) {
                record_scan_finish(&scan);
                return no_memory(command);
            }
            if (all.count)
                memcpy(larger, all.items, all.count * sizeof(*larger));
            all.items = larger;
        }
        all.items[all.count++] = record;
    }
}

/* Reads on until the page is full and one more is seen; that one is dropped. */
static enum code fill_page(struct command *command, struct record_scan *scan, size_t size,
                           bool (*wanted)(void *context, const ProtobufCMessage *record), void *context,
                           struct page *page, Pb__PageInfo *info)
{
    struct span last = {0};
    for (;;) {
        struct arena_mark mark = arena_mark(command->arena);
        ProtobufCMessage *record;
        enum code code = record_scan_next(scan, command->arena, &record);
        if (code)
            return code == CODE_NOT_FOUND ? CODE_OK : code;
        if (wanted && !wanted(context, record)) {
            arena_release(command->arena, mark);
            continue;
        }
        if (page->count == size) {
            info->next = (ProtobufCBinaryData){last.size, (uint8_t *)(uintptr_t)last.data};
            return CODE_OK;
        }
        page->records[page->count++] = record;
        last = scan->place;
    }
}

enum code read_page(struct command *command, const struct walk *walk, const Pb__PageRequest *request,
                    bool (*wanted)(void *context, const ProtobufCMessage *record), void *context,
                    struct page *ret_page, Pb__PageInfo **ret_info)
{
    size_t size = request && request->size ? request->size : PAGE_SIZE_DEFAULT;
    if (size > PAGE_SIZE_MAX)
        return refuse(command, CODE_INVALID_ARGUMENT, "page.size", "a page has at most %d", PAGE_SIZE_MAX);
    if (walk->value.size > RECORD_KEY_BYTES_MAX)
        return refuse(command, CODE_INVALID_ARGUMENT, "", "what is looked for is too long to be anyone's");
    struct page page = {.records = arena_array(command->arena, ProtobufCMessage *, size + 1)};
    Pb__PageInfo *info = arena_new(command->arena, Pb__PageInfo);
    if (!page.records || !info)
        return no_memory(command);
    pb__page_info__init(info);
    struct record_scan scan = scan_of(command, walk);
    if (request && request->after.len) {
        if (request->after.len > STORE_KEY_BYTES_MAX)
            return refuse(command, CODE_INVALID_ARGUMENT, "page.after", "this is not the `next` of a page");
        scan.first = span_of(request->after.data, request->after.len);
        scan.after = true;
    }
    enum code code = fill_page(command, &scan, size, wanted, context, &page, info);
    record_scan_finish(&scan);
    if (code)
        return code;
    *ret_page = page;
    *ret_info = info;
    return CODE_OK;
}
