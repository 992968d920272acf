#pragma once
/* A CSV file as published, as rows of cells, and its columns found by what their headings say. */

#include "common/sheets/read.h"
#include "services/cli/readers/text.h"

struct sheet_row {
    unsigned line; /* where it begins in the file, from 1 */
    size_t count;
    const char *const *cells; /* trimmed, UTF-8 */
};

struct sheet {
    const char *encoding;
    struct sheet_row *rows; /* titles and headings too; blank ones are left out */
    size_t count;
};

/* Decodes and reads a whole file into the arena. Errors as text_decode and sheets_walk. */
enum code sheet_read(struct span bytes, struct arena *arena, struct sheet *ret_sheet,
                     struct fault *ret_fault);

/* A column that a reader wants. */
struct heading {
    const char *field; /* as the file's owner calls it: for messages */
    const char *names; /* normalised headings it may have, `|` between, the preferred first */
    bool required;
};

enum { SHEET_FIELDS_MAX = 48 };

struct columns {
    size_t header;               /* index of the row that holds the headings; data follows */
    int index[SHEET_FIELDS_MAX]; /* column of each heading wanted; -1: the file has none */
};

/* Finds the row of headings (after any title rows) and in it the wanted ones, by name and never by place.
 * INVALID_ARGUMENT: no row has all that are required; the fault names what is missing from the best row. */
enum code columns_find(const struct sheet *sheet, const struct heading *headings, size_t count,
                       struct columns *ret_columns, struct fault *ret_fault);

/* The cell of a wanted column in a row; an empty text where the file or the row has none. */
const char *columns_cell(const struct columns *columns, const struct sheet_row *row, unsigned field);
