#pragma once
/* The tables of a worker: its own copies of what it follows, from which the index is made at the start. */

#include "common/store/store.h"

/* Ended by NULL: what service_options takes. */
extern const struct table *const matching_tables[];

/* Those of one source; ended by NULL. */
extern const struct table *const matching_registry_tables[], *const matching_monitoring_tables[];

/* The LAs: who may search (members.h). */
extern const struct table matching_authorities;

/* The heads of the blobs that the source has. */
extern const struct table matching_blob_heads;
