#pragma once
/* What a service says of its tables. A table holds records of one protobuf message whose second field is
 * `ccrag.v1.RecordMeta meta` (tables without TABLE_VERSIONED may do without). Everything else about a record,
 * its key, its indexes, who may see it, is computed from it by the functions here: state is never kept twice
 * by hand. */

#include "common/base/arena.h"
#include "common/store/audience.h"

enum table_flags {
    TABLE_VERSIONED = 1 << 0, /* `meta` is kept; an edit names the version it read, a stale one is ABORTED */
    TABLE_JOURNAL = 1 << 1,   /* every change is appended to the journal, for followers */
    TABLE_HISTORY = 1 << 2,   /* past states are kept */
    TABLE_OWN_KEY =
        1 << 3, /* each record is sealed, everywhere, under a key of its own: erased by destroying it */
};

enum { INDEX_VALUES_MAX = 32 };

/* The values under which one index finds a record; each at most 200 bytes. */
struct index_values {
    unsigned count;
    struct span values[INDEX_VALUES_MAX];
};

struct table_index {
    const char *name;
    bool unique; /* a second record with the same value is ALREADY_EXISTS */
    bool secret; /* values are personal: kept as keyed hashes, found by whole value only */
    /* Fills `ret_values` with spans in `arena` or in the record. */
    void (*values)(const ProtobufCMessage *record, struct arena *arena, struct index_values *ret_values);
};

struct table {
    const char *name; /* never changed once stores exist */
    const ProtobufCMessageDescriptor *type;
    unsigned flags; /* TABLE_JOURNAL neither given nor taken away once stores exist */
    /* The key of a record, in `arena` or in the record; empty when the record has none (INVALID_ARGUMENT). */
    struct span (*key)(const ProtobufCMessage *record, struct arena *arena);
    const struct table_index *indexes;
    size_t index_count;
    void (*audience)(const ProtobufCMessage *record, struct audience *ret_audience); /* with TABLE_JOURNAL */
};

/* Keys as they are made everywhere: of a UUID text its 16 bytes (empty when it is none); of any other short
 * text its bytes. */
struct span key_of_uuid(const char *uuid_text, struct arena *arena);
struct span key_of_text(const char *text);

/* The `key` of a table whose records' first field is their identifier: a UUID, or another short text. */
struct span key_by_uuid(const ProtobufCMessage *record, struct arena *arena);
struct span key_by_text(const ProtobufCMessage *record, struct arena *arena);
/* The key that an identifier's text gives in such a table; empty when it is none. */
struct span table_key_of(const struct table *table, const char *id, struct arena *arena);

/* The table's index of that name; it must have one. */
const struct table_index *table_index_named(const struct table *table, const char *name);
/* The table, of a list ended by NULL, of messages of that full name ("ccrag.v1.Provision"); NULL: none. */
const struct table *table_of_type(const struct table *const *tables, const char *message);
