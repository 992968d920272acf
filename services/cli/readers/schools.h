#pragma once
/* What the readers of the two school lists share. */

#include "services/cli/readers/registers.h"

#include "ccrag/v1/provisions.pb-c.h"

/* A provision with the school's URN, its only one, and its name. NULL: the row is rejected, or the arena is
 * full. */
Pb__Provision *school_begin(struct row_reader *row, unsigned urn, unsigned name);
/* The non-empty cells of these columns as its address. */
void school_address(struct row_reader *row, const unsigned *fields, size_t count, Pb__Provision *provision);
/* `Boys`, `Girls`, `Mixed`; anything else is mixed. */
void school_gender(struct row_reader *row, unsigned field, Pb__Provision *provision);
/* Its LA from the DfE's three-digit code; false where that is none we know. */
bool school_authority(struct row_reader *row, unsigned field, Pb__Provision *provision);
/* Youngest and oldest age; a range the wrong way round is left out with a remark. */
void school_ages(struct row_reader *row, unsigned low, unsigned high, Pb__Provision *provision);
/* A telephone number with the leading 0 that spreadsheets drop. */
const char *school_telephone(struct row_reader *row, unsigned field);
