#pragma once
/* Reference lists sent to the registry as blobs. */

#include "services/cli/cli.h"

#include "common/domain/postcode_table.h"

/* Sends sorted postcodes as a new version of the blob `postcodes`. `*ret_unchanged`: the same list was there
 * already. */
enum code blob_send_postcodes(struct cli *cli, const struct postcode_entry *entries, size_t count,
                              const char *origin, bool *ret_unchanged, struct fault *ret_fault);
