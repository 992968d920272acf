#pragma once
/* The records that clients looked at in this schedule, unpacked: they look at the same ones for every
 * command. */

#include "common/store/store.h"

struct records;

/* NULL: no memory. */
struct records *records_create(void);
/* Takes NULL. */
void records_destroy(struct records *records);
/* The record that the scan stands on. What was read before, as it is stored now, is not read again. In
 * `arena`, or until records_destroy; NULL: it cannot be read. */
const ProtobufCMessage *records_read(struct records *records, const struct record_scan *scan,
                                     struct arena *arena);
