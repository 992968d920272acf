#pragma once
/* What every reader of a published list must do, whatever the file. */

#include "services/cli/readers/registers.h"
#include "tests/fuzz/targets/messages.h"

enum { READER_ARENA_BYTES = 64 * 1024 * 1024 };

/* Issues name a line of the file and its column, and can be shown. */
static inline void require_issues(const struct reading_issues *issues, unsigned lines)
{
    for (size_t i = 0; i < issues->count; i++) {
        const struct reading_issue *issue = &issues->items[i];
        require(issue->line >= 1 && issue->line <= lines);
        require(issue->field && issue->field[0] && issue->reason && issue->reason[0]);
        require(span_is_text(span_of_text(issue->field)) && span_is_text(span_of_text(issue->reason)));
    }
}

/* As the reader of sheets counts them: CRLF, LF or CR ends a line. */
static inline unsigned lines_of(struct span bytes)
{
    unsigned lines = 1;
    for (size_t i = 0; i < bytes.size; i++)
        lines += bytes.data[i] == '\n' ||
                 (bytes.data[i] == '\r' && (i + 1 == bytes.size || bytes.data[i + 1] != '\n'));
    return lines;
}
