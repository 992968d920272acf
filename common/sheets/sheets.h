#pragma once
/* Tables as files for spreadsheets: CSV and XLSX. A table comes in, the bytes of a file go out; the same
 * table gives the same bytes.
 *
 * No cell of such a file is a formula (rule S5). In XLSX a text is a string cell, whatever it begins with.
 * CSV knows no kinds: there a text that a spreadsheet might take for a formula gets an apostrophe before it,
 * as OWASP advises against CSV injection. Numbers are written as numbers, negative ones too. */

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/domain/date.h"
#include "common/domain/money.h"

enum {
    SHEETS_COLUMNS_MAX = 16384,
    SHEETS_ROWS_MAX = 1048575,     /* beside the headings */
    SHEETS_TEXT_CHARS_MAX = 32767, /* of an XLSX cell */
    SHEETS_NAME_CHARS_MAX = 31,
};

/* What the cells of a column hold, and how they are written. */
enum sheets_kind {
    SHEETS_TEXT,   /* UTF-8 */
    SHEETS_WHOLE,  /* a whole number */
    SHEETS_MONEY,  /* pounds: CSV `-1234.50`, XLSX a number shown as £ */
    SHEETS_DATE,   /* CSV `2026-10-01`, XLSX a day shown as 01/10/2026 */
    SHEETS_MILES,  /* metres, written as miles with one decimal; say so in the heading */
    SHEETS_TENTHS, /* any other number with one decimal, in tenths */
};

struct sheets_column {
    const char *heading;
    enum sheets_kind kind;
};

/* The member that its column's kind names is read. */
struct sheets_cell {
    bool stated; /* false: the cell is empty, and nothing is read */
    union {
        const char *text;
        int64_t whole;
        struct money money;
        struct date date;
        int64_t metres; /* a difference may be negative */
        int64_t tenths;
    };
};

struct sheets_table {
    const char *name; /* of the XLSX sheet: up to 31 characters, none of []:*?/\ */
    const struct sheets_column *columns;
    size_t column_count;
    const struct sheets_cell *cells; /* row after row */
    size_t row_count;
};

/* Might a spreadsheet take this text for a formula? It begins with = + - @, their full-width forms, a tab, CR
 * or LF. */
bool sheets_is_risky(const char *text);

/* A distance in tenths of a mile, halves of a tenth away from zero; 1 mile is 1609.344 m. Tenths as a number
 * with one decimal: "-12.3". */
int64_t sheets_tenths_of_a_mile(int64_t metres);
enum { SHEETS_TENTHS_TEXT_BYTES = 24 };
void sheets_print_tenths(int64_t tenths, char ret_text[SHEETS_TENTHS_TEXT_BYTES]);

/* A CSV file after RFC 4180: commas, CRLF, a row of headings; texts and headings in quotes, the rest bare. It
 * begins with the UTF-8 byte order mark, without which Excel takes the file for Windows-1252 and spoils £ and
 * accents. The bytes live in the arena. RESOURCE_EXHAUSTED past its limit. */
enum code sheets_csv(const struct sheets_table *table, struct arena *arena, struct span *ret_file,
                     struct fault *ret_fault);

/* An XLSX file with a sheet for each table: headings bold and in view, wide enough, with filters. Its parts
 * pass through temporary files that have no name; the file itself through memory only. The bytes live in the
 * arena. INVALID_ARGUMENT: what XLSX cannot hold (too many rows, too long a text, a name of a sheet);
 * RESOURCE_EXHAUSTED past the arena's limit, or without room for temporary files. */
enum code sheets_xlsx(const struct sheets_table *tables, size_t table_count, struct arena *arena,
                      struct span *ret_file, struct fault *ret_fault);
