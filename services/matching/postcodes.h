#pragma once
/* The list of postcodes: named in the source's journal, fetched in chunks, kept as a blob of the own store.
 */

#include "services/matching/worker.h"

/* The name of the blob, at the source and here. */
#define POSTCODES_BLOB "postcodes"

/* Loads the list that the own store has, if any, and learns which one the source has. DATA_LOSS: it does not
 * verify. */
enum code postcodes_load(struct worker *worker);

/* Fetches the source's list where it is another than the one held; goes on by itself, chunk by chunk. To be
 * called after each batch, and now and then for when a chunk did not come. */
void postcodes_fetch(struct worker *worker);

/* Notes that the source has this list. */
void postcodes_named(struct worker *worker, const Pb__BlobHead *head);
