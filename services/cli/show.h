#pragma once
/* Output for people: tables that fit the terminal, records, progress. */

#include "services/cli/cli.h"

enum { SHOW_COLUMNS_MAX = 16 };

struct show_column {
    const char *heading;
    bool elastic; /* is cut first when the terminal is narrow */
    bool right;   /* numbers stand to the right */
};

/* A table of texts: `cells` row after row. Columns are as wide as they need; on a terminal that is narrower,
 * elastic ones are cut with an ellipsis. No cells: only `none` is printed. */
void show_table(FILE *out, const struct show_column *columns, size_t column_count, const char *const *cells,
                size_t row_count, const char *none);

/* The same with a line under each row; `notes` NULL: none. */
void show_table_noted(FILE *out, const struct show_column *columns, size_t column_count,
                      const char *const *cells, const char *const *notes, size_t row_count, const char *none);

/* Columns of a terminal; 0 when `out` is none (nothing is cut then). */
size_t show_width(FILE *out);

/* A message as `label: value` lines, what is not set left out; messages inside are indented. */
void show_record(FILE *out, const ProtobufCMessage *message, unsigned indent, struct arena *arena);

/* A field's name in words: `weekly_fee_pence` as `weekly fee`. In the arena. */
const char *show_label(const ProtobufCFieldDescriptor *field, struct arena *arena);

/* Both versions of a record whose edit came too late (rule R10). */
void show_conflict(FILE *out, const Pb__Conflict *conflict);

/* A response as the command was asked: a file with --format, JSON with --json, otherwise a table of the list
 * `plan` names, or a record. */
int show_response(struct cli *cli, const ProtobufCMessage *response, const struct cli_call_plan *plan);

/* JSON of a message on stdout. */
int show_json(struct cli *cli, const ProtobufCMessage *message);

/* A distance for people: `4.2`, with `~` before and a word after where it is approximate (rule X1). */
const char *show_miles(struct arena *arena, uint32_t metres, int quality);
/* `£4,250.00`; an en dash for 0. */
const char *show_money(struct arena *arena, int64_t pence);
/* How long ago, in the largest unit that fits: `3 days`, `12 minutes`. */
const char *show_age(struct arena *arena, int64_t ms);

/* "s", or "" after one. */
const char *show_plural(size_t count);

/* One line on a terminal that is overwritten as work goes on; nothing where stderr is no terminal. */
struct progress {
    const char *what;
    bool shown;
    int64_t next_us; /* not drawn before then */
};
void progress_show(struct progress *progress, int64_t now_us, size_t done, size_t all);
void progress_finish(struct progress *progress);
