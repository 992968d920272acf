#pragma once
/* Indices that thresholds name (rule F4): CPI, NLW, or any that the host adds. Pure. */

#include "services/fees/refusal.h"

#include "common/base/arena.h"
#include "common/domain/date.h"
#include "common/domain/percent.h"

#include "ccrag/v1/fee_cycles.pb-c.h"

/* A capital letter, then capital letters, digits and hyphens, at most FEE_INDEX_ID_BYTES_MAX. Words of the
 * thresholds' language are of that shape too: see threshold_is_word. */
bool fee_index_is_id(const char *text);

/* The index as it shall be: the stored one (NULL: there is none) with the asked values laid over it. A value
 * of a day that is there replaces that day's, others are added, none is removed; oldest first, per cent in
 * its shortest form. An empty title stays as it was. Meta is the service's to set; texts are borrowed from
 * both or in the arena. A refusal leaves `ret_index` untouched and says why in `ret_fault` (which may be
 * NULL). */
enum fees_refusal fee_index_update(const Pb__FeeIndex *stored, const Pb__FeeIndex *asked, struct arena *arena,
                                   Pb__FeeIndex *ret_index, struct fault *ret_fault);

/* Its last value of on or before that day; NULL: none is known. Values are oldest first. */
const Pb__FeeIndexValue *fee_index_value_on(const Pb__FeeIndex *index, struct date on);

/* The per cent of a stored value; a value that cannot be read counts as none: false. */
bool fee_index_percent(const Pb__FeeIndexValue *value, struct percent *ret_percent);
