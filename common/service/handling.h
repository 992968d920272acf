#pragma once
/* What handlers of every service are written with, besides struct command: records by identifier, their meta,
 * walks and pages. Which table and which refusal is the service's own. */

#include "common/base/refusal.h"
#include "common/service/command.h"
#include "common/wire/wire.h"

#include "ccrag/v1/types.pb-c.h"

/* Returns from the handler with the first failure. */
#define TRY(expression)                                                                                      \
    do {                                                                                                     \
        enum code try_code = (expression);                                                                   \
        if (try_code != CODE_OK)                                                                             \
            return try_code;                                                                                 \
    } while (0)

/* Is the record there at all, and within the bounds of every record (wire_check_bounds)? INVALID_ARGUMENT. */
enum code check_record(struct command *command, const ProtobufCMessage *record);

/* As a rule decided: CODE_OK where it refuses nothing, otherwise the request is refused as `facts` says.
 * `field` instead of theirs; NULL: theirs. */
enum code refuse_with(struct command *command, const struct refusal_facts *facts, const char *field);

/* No memory is left in the request's arena: RESOURCE_EXHAUSTED. */
enum code no_memory(struct command *command);

/* Lets this one request use more than others (REQUEST_ARENA_BYTES), until its answer is sent. */
void allow_memory(struct command *command, size_t bytes);

/* The record of that identifier, in the command's arena (tables by key_by_uuid or key_by_text); NULL, and
 * refused with NOT_FOUND of `field` (or the store's error), otherwise: return command->fault.code. */
void *load(struct command *command, const struct table *table, const char *field, const char *id);
/* The same; NULL too when there is none, and then `ret_code` is CODE_OK. `ret_code` is always set. */
void *load_if_any(struct command *command, const struct table *table, const char *id, enum code *ret_code);

/* For what answers NULL where it refuses: refused with that code, unless it says why already. */
void *refused(struct command *command, enum code code);
/* As load, for what people do not call by the table's name: NULL, and refused as `unknown` says. */
void *load_or_refuse(struct command *command, const struct table *table, const char *id,
                     const struct refusal_facts *unknown);

/* A provision by its UUID or any of its URNs (`dfe:117671`, the prefix may be left out), of a table that has
 * a unique index `urn`; as load, of the field `provision_id`. */
void *load_by_urn(struct command *command, const struct table *table, const char *id_or_urn);

/* The meta of a record to be written: the version that the caller read (0 where none is stored and none
 * given); whether it is generated stays as stored, and of a new record is the host's to say. NULL past the
 * arena's limit. */
Pb__RecordMeta *meta_of(struct command *command, const Pb__RecordMeta *given, const Pb__RecordMeta *stored);
/* The meta of a record that the service keeps beside another: whatever version is stored. */
Pb__RecordMeta *meta_again(struct command *command, const Pb__RecordMeta *stored, bool generated);

/* The meta of a new record that is generated where what it is about is. */
Pb__RecordMeta *meta_like(struct command *command, const Pb__RecordMeta *of);

/* Has a record the version that the caller read (0: whatever it is)? Then meta says so to the store, which
 * refuses another one with both versions. */
void expect_version(Pb__RecordMeta *meta, uint64_t version);

/* The identifier of a new record: the caller's own UUIDv7 in canonical text, or a new one. NULL, and refused
 * with INVALID_ARGUMENT of `id`: it is none. */
const char *new_id(struct command *command, const char *given);

/* Writes a record (record_put). */
#define put(command, table, record) record_put((command)->txn, (table), &(record)->base)

/* A shallow copy of a message in the arena, to be changed; NULL past its limit. */
void *copy_of(struct command *command, const ProtobufCMessage *message);
#define COPY(command, message) copy_of((command), &(message)->base)

/* --- many records ------------------------------------------------------------------------------------ */

/* Every record of a table, or under a whole value of an index (by name). Before the command's first write. */
struct walk {
    const struct table *table;
    const char *index; /* NULL: the table, by key */
    struct span value; /* with an index; whole unless `prefix` */
    bool prefix;
};
/* Calls `each` for every record, which lives for that call only. Ends early with the code that `each`
 * returns. */
enum code walk(struct command *command, const struct walk *walk,
               enum code (*each)(void *context, const ProtobufCMessage *record), void *context);

/* Every record of a walk, each a copy in the command's arena; `wanted` as below. RESOURCE_EXHAUSTED past its
 * limit. */
struct collected {
    ProtobufCMessage **items;
    size_t count;
};
enum code collect(struct command *command, const struct walk *walk,
                  bool (*wanted)(void *context, const ProtobufCMessage *record), void *context,
                  struct collected *ret_collected);

/* A page of records, in the order of the walk; those that `wanted` (NULL: all) turns away are passed over.
 * The list and the place after it are in the command's arena. INVALID_ARGUMENT: a page above PAGE_SIZE_MAX,
 * or one that begins where no page ended. */
struct page {
    ProtobufCMessage **records;
    size_t count;
};
enum code read_page(struct command *command, const struct walk *walk, const Pb__PageRequest *request,
                    bool (*wanted)(void *context, const ProtobufCMessage *record), void *context,
                    struct page *ret_page, Pb__PageInfo **ret_info);
