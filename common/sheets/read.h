#pragma once
/* CSV read back: rows of cells, each with its place, as people's spreadsheets and published lists have them.
 * Bounded, in memory. What the cells mean is the caller's. */

#include "common/base/error.h"
#include "common/base/span.h"

/* One row. Cells are trimmed and NUL-ended, and live during the call; whether they are UTF-8 is as it was in
 * the bytes. */
struct sheets_row {
    unsigned row;  /* from 1, as a spreadsheet numbers it: blank rows count */
    unsigned line; /* of the file where it begins, from 1: a cell may hold several lines */
    size_t count;
    char *const *cells;
};
typedef enum code (*sheets_on_row)(void *context, const struct sheets_row *row, struct fault *ret_fault);

/* Walks over the rows of CSV in order (RFC 4180; lines end in CRLF, LF or CR, quoted cells may hold such);
 * rows whose cells are all blank are counted and left out. A byte order mark of UTF-8 is passed over.
 * INVALID_ARGUMENT: a quote is never closed, a row has more than SHEET_COLUMNS_MAX cells or
 * SHEET_ROW_BYTES_MAX bytes; the fault names the line, its field is `file`. What `on_row` returns other than
 * CODE_OK ends the walk and is returned. Either way `ret_row` (which may be NULL) is the row that was
 * reached.
 */
enum code sheets_walk(struct span bytes, sheets_on_row on_row, void *context, unsigned *ret_row,
                      struct fault *ret_fault);

/* What the bytes are, if they cannot be CSV at all (UTF-16, a workbook, something with NUL bytes), and what
 * to do about it: "it is UTF-16; save it as …". NULL: they may be. */
const char *sheets_is_no_csv(struct span bytes);

/* The bytes behind a byte order mark of UTF-8; `ret_marked`: there was one. May be NULL. */
struct span sheets_without_mark(struct span bytes, bool *ret_marked);

/* --- encodings --------------------------------------------------------------------------------------- */

/* The first byte that is not of a well-formed UTF-8 character, in a NUL-ended text; NULL: it is UTF-8. */
const char *sheets_wrong_byte(const char *text);

/* The code point of a byte in Windows-1252; U+FFFD where it has none. */
uint16_t sheets_windows_1252(uint8_t byte);
/* A code point in UTF-8, without a NUL; how many bytes that took, at most 3. */
size_t sheets_put_utf8(uint16_t point, uint8_t *out);
