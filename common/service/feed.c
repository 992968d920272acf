/* What every service serves besides its own: its journal as a feed, its blobs, its records' past, how it
 * does.
 *
 * Follow is handed to the bus's feed source, which sends batches as the follower's credit and entitlement
 * allow; the rest are handlers like any other. */

#include "common/service/internal.h"
#include "common/store/blob.h"

#include <stdio.h>

#include "ccrag/v1/handlers.h"

#define SERVICE_TYPE Pb__FeedService_Service

/* --- who may see what -------------------------------------------------------------------------------- */

bool feed_entitle(struct service *service, const struct principal *principal,
                  struct entitlement *ret_entitlement, uint64_t *ret_number)
{
    if (service->options.entitle)
        return service->options.entitle(service, principal, ret_entitlement, ret_number);
    return entitlement_by_role(principal, ret_entitlement, ret_number);
}

/* Of a person of an LA: what its node would see of its own and of the members' (so nothing once it is no
 * member); of a provider's what is for it; of the host's administrators and auditors what is for the host
 * besides, of administrators what is the host's own. */
static struct entitlement entitle_person(struct service *service, const struct caller *caller)
{
    struct entitlement entitlement = {0}, own;
    uint64_t number;
    bool host = caller_has_role(caller, PB__ROLE__ROLE_HOST_ADMINISTRATOR);
    bool auditor = caller_has_role(caller, PB__ROLE__ROLE_AUDITOR);
    struct principal node = {.name = "", .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE};
    snprintf(node.authority, sizeof node.authority, "%s", caller->claim->authority);
    if (node.authority[0] && feed_entitle(service, &node, &own, &number))
        entitlement = (struct entitlement){.groups = AUDIENCE_MEMBERS};
    if (host || auditor)
        entitlement.groups |= AUDIENCE_HOST | AUDIENCE_MEMBERS | (host ? AUDIENCE_HOST_OWN : 0);
    const char *name = caller->claim->provider_id[0] ? caller->claim->provider_id
                       : entitlement.groups          ? caller->claim->authority
                                                     : "";
    if (!auditor)
        snprintf(entitlement.name, sizeof entitlement.name, "%s", name);
    return entitlement;
}

static bool follower_allowed(void *context, const struct curve_key *key, struct entitlement *ret_entitlement,
                             uint64_t *ret_number)
{
    struct service *service = context;
    const struct principal *principal = roster_find_key(service->roster, key);
    return principal && feed_entitle(service, principal, ret_entitlement, ret_number);
}

static enum code send_batch(void *context, uint64_t peer, struct span envelope, struct parcel *body)
{
    struct service *service = context;
    return link_send_parcel(service->link, peer, envelope, body);
}

enum code feed_create(struct service *service, struct fault *ret_fault)
{
    if (!service->store)
        return CODE_OK;
    struct feed_source_options options = {.world = service->world,
                                          .store = service->store,
                                          .send = send_batch,
                                          .allowed = follower_allowed,
                                          .context = service,
                                          .batch_max = service->options.feed_batch};
    enum code code = feed_source_create(&options, &service->source);
    return code == CODE_OK ? code : fault_set(ret_fault, code, "", "out of memory");
}

/* --- handlers ---------------------------------------------------------------------------------------- */

HANDLE(Follow, follow)
{
    (void)out;
    struct service *service = command->service;
    struct request *request = request_of(command);
    if (!service->source)
        return refuse(command, CODE_UNIMPLEMENTED, "", "%s keeps no records to follow",
                      service->options.name);
    enum code code =
        feed_source_follow(service->source, request->peer, &request->key, request->call, in, &command->fault);
    request->handed_over = code == CODE_OK;
    return code;
}

HANDLE(ReadBlob, read_blob)
{
    struct span data;
    if (!command->txn)
        return refuse(command, CODE_UNIMPLEMENTED, "", "%s keeps no blobs", command->service->options.name);
    enum code code = blob_read(command->txn, in->name, in->version, in->chunk, command->arena, &data);
    if (code == CODE_NOT_FOUND)
        return refuse(command, code, "name", "no chunk %u of version %llu of %.60s", in->chunk,
                      (unsigned long long)in->version, in->name);
    if (code == CODE_OK)
        out->data = (ProtobufCBinaryData){.data = (uint8_t *)(uintptr_t)data.data, .len = data.size};
    return code;
}

static const struct table *find_table(const struct service *service, const char *record_type)
{
    for (const struct table *const *table = service->options.tables; table && *table; table++)
        if (strcmp((*table)->type->name, record_type) == 0 && (*table)->flags & TABLE_HISTORY &&
            (*table)->audience)
            return *table;
    return NULL;
}

/* Was that state of the record for this caller? */
static bool admits(struct command *command, const struct table *table, const struct entitlement *entitlement,
                   const Pb__JournalEntry *entry)
{
    if (entry->change_case != PB__JOURNAL_ENTRY__CHANGE_CONTENT)
        return true;
    ProtobufCMessage *record =
        protobuf_c_message_unpack(table->type, &command->arena->pb, entry->content.len, entry->content.data);
    struct audience audience;
    audience_init(&audience);
    if (record)
        table->audience(record, &audience);
    return record && audience_admits(&audience, entitlement);
}

/* NULL: records of this kind have none. */
static const Pb__RecordMeta *record_meta_of(const ProtobufCMessage *record)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(record->descriptor, "meta");
    if (!field || field->descriptor != &pb__record_meta__descriptor)
        return NULL;
    return *(Pb__RecordMeta *const *)(const void *)((const uint8_t *)record + field->offset);
}

/* The state of now, in the form of the others, before them. */
static enum code add_present(struct command *command, const struct table *table, struct span key,
                             Pb__ReadHistoryResponse *out)
{
    struct arena *arena = command->arena;
    ProtobufCMessage *record = NULL;
    enum code code = record_get(command->txn, table, key, arena, &record);
    if (code != CODE_OK)
        return code == CODE_NOT_FOUND ? CODE_OK : code;
    Pb__JournalEntry *entry = arena_new(arena, Pb__JournalEntry);
    Pb__JournalEntry **entries = arena_array(arena, Pb__JournalEntry *, out->n_entries + 1);
    struct span packed = wire_pack(record, arena), name = arena_copy(arena, key);
    if (!entry || !entries || !packed.data || !name.data)
        return CODE_RESOURCE_EXHAUSTED;
    pb__journal_entry__init(entry);
    entry->record_type = table->type->name;
    entry->key = (ProtobufCBinaryData){name.size, (uint8_t *)(uintptr_t)name.data};
    entry->change_case = PB__JOURNAL_ENTRY__CHANGE_CONTENT;
    entry->content = (ProtobufCBinaryData){packed.size, (uint8_t *)(uintptr_t)packed.data};
    const Pb__RecordMeta *meta = record_meta_of(record);
    if (meta) {
        entry->version = meta->version;
        entry->at_ms = meta->changed_at_ms;
        entry->by = meta->changed_by;
    }
    entries[0] = entry;
    for (size_t i = 0; i < out->n_entries; i++)
        entries[i + 1] = out->entries[i];
    out->entries = entries;
    out->n_entries++;
    return CODE_OK;
}

/* Who keeps the deployment reads placements too (rule R6), in the audit log line by line; in no feed. */
static bool is_operator(const struct caller *caller)
{
    return !caller->claim && caller->principal->role == PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_OPERATOR;
}

HANDLE(ReadHistory, read_history)
{
    struct service *service = command->service;
    struct entitlement entitlement = {0};
    uint64_t number;
    const struct table *table = find_table(service, in->record_type);
    if (!table)
        return refuse(command, CODE_NOT_FOUND, "record_type", "%s keeps no past of such records",
                      service->options.name);
    if (command->caller.claim)
        entitlement = entitle_person(service, &command->caller);
    else if (!feed_entitle(service, command->caller.principal, &entitlement, &number))
        return refuse(command, CODE_PERMISSION_DENIED, "", "nothing of this service's records is for you");
    struct uuid uuid;
    bool is_uuid = uuid_parse(in->id, &uuid);
    struct span key = is_uuid ? key_of_uuid(in->id, command->arena) : key_of_text(in->id);
    uint32_t size = in->size ? in->size : PAGE_SIZE_DEFAULT;
    enum code code = record_history(command->txn, table, key, size < PAGE_SIZE_MAX ? size : PAGE_SIZE_MAX,
                                    command->arena, &out->entries, &out->n_entries);
    if (code != CODE_OK)
        return code;
    if (in->with_present)
        code = add_present(command, table, key, out);
    if (code != CODE_OK)
        return code;
    if (is_uuid || out->n_entries > 0) /* otherwise it is whatever was typed */
        command->subject = in->id;
    size_t kept = 0;
    for (size_t i = 0; i < out->n_entries; i++)
        if (is_operator(&command->caller) || admits(command, table, &entitlement, out->entries[i]))
            out->entries[kept++] = out->entries[i];
    out->n_entries = kept;
    return CODE_OK;
}

HANDLE(GetStatus, get_status)
{
    (void)in;
    status_fill(command->service, command->arena, out);
    return command->arena->exhausted ? CODE_RESOURCE_EXHAUSTED : CODE_OK;
}

static const Pb__FeedService_Service handlers = PB__FEED_SERVICE__INIT(on_);
static const Pb__OperateService_Service operate_handlers = PB__OPERATE_SERVICE__INIT(on_); /* operate.c */

const struct api frame_apis[] = {
    {&pb__feed_service__descriptor, &handlers.base, .while_partial = true},
    {&pb__operate_service__descriptor, &operate_handlers.base, .while_partial = true},
    {.descriptor = NULL},
};
