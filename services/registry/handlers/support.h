#pragma once
/* What every handler of the registry needs: refusals, records by identifier, pages. */

#include "common/domain/urn.h"
#include "common/service/command.h"
#include "common/wire/wire.h"
#include "services/registry/records.h"
#include "services/registry/refusal.h"
#include "services/registry/registry.h"
#include "services/registry/rules_provision.h"

#include "ccrag/v1/handlers.h"

/* Returns from the handler with the first failure. */
#define TRY(expression)                                                                                      \
    do {                                                                                                     \
        enum code try_code = (expression);                                                                   \
        if (try_code != CODE_OK)                                                                             \
            return try_code;                                                                                 \
    } while (0)

/* CODE_OK for REFUSAL_NONE; otherwise the request is refused as refusal_facts says. */
enum code check(struct command *command, enum registry_refusal refusal);
/* The same, of another field. */
enum code check_field(struct command *command, enum registry_refusal refusal, const char *field);

/* Is the record there at all, and within the bounds of every record (rules_record.h)? */
enum code check_record(struct command *command, const ProtobufCMessage *record);

/* The record of that identifier; NULL, and refused with NOT_FOUND of `field` (or the store's error),
 * otherwise: return command->fault.code. */
void *load(struct command *command, const struct table *table, const char *field, const char *id);
/* The same; NULL too when there is none, and then `ret_code` is CODE_OK. */
void *load_if_any(struct command *command, const struct table *table, const char *id, enum code *ret_code);
/* A provision by its UUID or any of its URNs. */
Pb__Provision *load_provision(struct command *command, const char *id_or_urn);
/* The region, or the presets while it has no record. */
Pb__Region *load_region(struct command *command, enum code *ret_code);

/* The meta of a record to be written: the version that the caller read (0 where none is stored and none
 * given); whether it is generated stays as stored, and of a new record is the host's to say. */
Pb__RecordMeta *meta_of(struct command *command, const Pb__RecordMeta *given, const Pb__RecordMeta *stored);
/* The meta of a record that the registry keeps beside another: whatever version is stored. */
Pb__RecordMeta *meta_again(struct command *command, const Pb__RecordMeta *stored, bool generated);

/* The identifier of a new record: the caller's own UUIDv7 in canonical text, or a new one. NULL: refused
 * (ID_NOT_UUID). */
const char *new_id(struct command *command, const char *given);

/* Writes a record. */
#define put(command, table, record) record_put((command)->txn, (table), &(record)->base)

/* Who edits, for the rules. */
struct editor editor_of(const struct command *command);

/* A shallow copy of a message in the arena, to be changed; NULL past its limit. */
void *copy_of(struct command *command, const ProtobufCMessage *message);
#define COPY(command, message) copy_of((command), &(message)->base)

/* No memory is left in the request's arena. */
enum code no_memory(struct command *command);

/* --- many records -------------------------------------------------------------------------------------- */

/* Calls `each` for every record of a table, or under a whole value of an index (by name); a record lives for
 * that call only. Before the command's first write. Ends early with the code that `each` returns. */
struct walk {
    const struct table *table;
    const char *index; /* NULL: the table, by key */
    struct span value; /* with an index; whole unless `prefix` */
    bool prefix;
};
enum code walk(struct command *command, const struct walk *walk,
               enum code (*each)(void *context, const ProtobufCMessage *record), void *context);

/* Every record of a walk, each a copy in the command's arena; `wanted` as below. */
struct collected {
    ProtobufCMessage **items;
    size_t count;
};
enum code collect(struct command *command, const struct walk *walk,
                  bool (*wanted)(void *context, const ProtobufCMessage *record), void *context,
                  struct collected *ret_collected);

/* A page of records, in the order of the walk; those that `wanted` (NULL: all) turns away are passed over.
 * The list and the place after it are in the command's arena. */
struct page {
    ProtobufCMessage **records;
    size_t count;
};
enum code read_page(struct command *command, const struct walk *walk, const Pb__PageRequest *request,
                    bool (*wanted)(void *context, const ProtobufCMessage *record), void *context,
                    struct page *ret_page, Pb__PageInfo **ret_info);
