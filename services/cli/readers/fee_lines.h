#pragma once
/* An LA's child-level lines of fees (rule F5), as plain CSV with headings. */

#include "services/cli/readers/reading.h"

#include "ccrag/v1/fee_lines.pb-c.h"

/* One row. Placement and provision are as the file gives them: which they are is found by who sends them. */
struct fee_line_row {
    Pb__FeeLineRow row; /* its number in the file; `line` below */
    Pb__FeeLine line;
    const char *provision; /* a URN or a UUID; "" */
};

/* Rows are struct fee_line_row keyed by reference, else by placement. A cell that is a formula rejects its
 * row. Errors as the other readers. */
enum code fee_lines_read(struct span bytes, struct arena *arena, struct reading *ret_reading,
                         struct fault *ret_fault);
