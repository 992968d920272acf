#pragma once
/* The table behind outcodes.h. Private to common/domain. */

#include "common/domain/outcodes.h"

/* Ordered by outward code. */
extern const struct outcode_entry outcodes_table[];
extern const size_t outcodes_table_count;
