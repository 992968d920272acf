#pragma once
/* What comes of reading one published list: records as far as rows are good, a reject for each that is not,
 * remarks on those taken with something missing. Readers are pure: bytes in, a reading out. */

#include "common/domain/date.h"
#include "services/cli/readers/sheet.h"

struct reading_issue {
    unsigned line;      /* of the file, from 1 */
    const char *field;  /* the column, as the file calls it */
    const char *reason; /* with the value */
};

struct reading_issues {
    struct reading_issue *items;
    size_t count, room;
};

struct reading {
    struct arena *arena;  /* all of it lives here */
    const char *encoding; /* "UTF-8", "ASCII", "Windows-1252" */
    struct date as_of;    /* from the titles; DATE_NONE: they say nothing of it */
    size_t read;          /* rows of data, blank ones left out */
    void **rows;          /* the records of good rows: their type is the reader's */
    unsigned *lines;      /* of each row */
    size_t count;
    struct reading_issues rejects, remarks;
    const char **named; /* keys of rows that were rejected by their reader; */
    size_t named_count;
    size_t unread;  /* and how many of them have none that can be read */
    uint32_t *seen; /* keys met so far: a hash table of positions in `lines`, from 1 */
    const char **keys;
    size_t seen_room;
};

/* Room for `most` rows. RESOURCE_EXHAUSTED: the arena is full. */
enum code reading_init(struct reading *reading, struct arena *arena, size_t most, struct fault *ret_fault);

/* A row that is not taken, and a remark on one that is. `field` is borrowed, the reason copied. */
void reading_reject(struct reading *reading, unsigned line, const char *field, const char *reason, ...)
    __attribute__((format(printf, 4, 5)));
void reading_remark(struct reading *reading, unsigned line, const char *field, const char *reason, ...)
    __attribute__((format(printf, 4, 5)));

/* Takes a record. `key` is what must be unique in the list (a URN); NULL: nothing. A second row with the same
 * key is rejected, naming the first one's line, and false is returned. */
bool reading_take(struct reading *reading, unsigned line, const char *key_field, const char *key, void *row);

/* One row under way, for the readers. */
struct row_reader {
    struct reading *reading;
    const struct columns *columns;
    const struct heading *headings;
    const struct sheet_row *row;
    const char *key; /* once it was read; NULL: it has none, or none that can be read */
    bool rejected;
};

/* The cell of a wanted column; "" where there is none. */
const char *row_cell(const struct row_reader *row, unsigned field);

/* The row is not taken (only the first reason is kept); something of it is left out. The reason is the
 * fault's, which names the value; without a fault it is the cell and `what`. */
void row_reject(struct row_reader *row, unsigned field, const struct fault *fault, const char *what);
void row_remark(struct row_reader *row, unsigned field, const struct fault *fault, const char *what);

/* `YYYY-MM-DD` of a cell with a date in any form, also an Excel day number; "" for an empty cell. A cell that
 * is no date is a remark, and "". */
const char *row_date(struct row_reader *row, unsigned field);
/* A whole number; 0 for an empty cell, and with a remark for one that is no number up to `most`. */
uint32_t row_number(struct row_reader *row, unsigned field, uint32_t most);
/* A postcode in its canonical form; "" for an empty cell, and with a remark for one that is none. */
const char *row_postcode(struct row_reader *row, unsigned field);

/* The common frame: decodes, finds the headings, looks for a date in the titles, calls `read_row` for each
 * row of data. */
struct row_plan {
    const struct heading *headings;
    size_t heading_count;
    void (*read_row)(struct row_reader *row);
};
enum code reading_run(struct span bytes, const struct row_plan *plan, struct arena *arena,
                      struct reading *ret_reading, struct fault *ret_fault);
