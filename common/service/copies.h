#pragma once
/* Copies of another service's records, as most followers keep them: one table for each kind of record that
 * they want, of the same message and under the same keys, without versions, journal or history of its own.
 * For `apply` and `start_over` of struct follow (service.h). */

#include "common/service/command.h"
#include "common/store/journal.h"

/* What an entry changed. */
struct copied {
    const struct table *table; /* NULL: nothing; no table of these holds such records, or it was not there */
    ProtobufCMessage *record;  /* as it is now, in the command's arena; NULL: it is gone */
    ProtobufCMessage *before;  /* of copies_change: as it was, likewise; NULL: it was not there */
    struct span key;           /* as in the entry */
};

/* Puts an entry's record into its table of `tables` (ended by NULL), or takes it out when it was deleted or
 * is to be forgotten. DATA_LOSS: the entry says neither; as wire_unpack and record_put. */
enum code copies_apply(struct command *command, const struct table *const *tables,
                       const Pb__JournalEntry *entry, struct copied *ret_copied);

/* The same, and reads first what was there. */
enum code copies_change(struct command *command, const struct table *const *tables,
                        const Pb__JournalEntry *entry, struct copied *ret_copied);

/* Drops the next COPIES_DROPPED_AT_ONCE records of `tables`; sets command->again while there is more to drop.
 */
enum code copies_drop(struct command *command, const struct table *const *tables);
