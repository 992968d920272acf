#pragma once
/* Lists as tables: typed cells made from messages, printed on a terminal or written as a file for
 * spreadsheets. */

#include "services/cli/show.h"

#include "common/sheets/sheets.h"

struct cli_table {
    struct sheets_table sheet;
    bool elastic[SHOW_COLUMNS_MAX]; /* columns that are cut first when the terminal is narrow */
    bool named_last;                /* the last column is an identifier, to be typed again: never cut */
};

/* A row for each item, by columns (SHOW_COLUMNS_MAX at most); `type` is that of the items. In cli->arena. */
enum code table_of(struct cli *cli, const ProtobufCMessageDescriptor *type, ProtobufCMessage *const *items,
                   size_t count, const struct cli_column *columns, struct cli_table *ret_table);

/* A response's list as its plan says: by `tabulate`, otherwise by `columns`. */
enum code table_of_response(struct cli *cli, const ProtobufCMessage *response,
                            const struct cli_call_plan *plan, struct cli_table *ret_table);

/* Prints a table; without rows only `none`. */
void table_print(struct cli *cli, const struct cli_table *table, const char *none);

/* `csv` or `xlsx`? Otherwise complains. */
bool table_format_is_known(const char *format);

/* Writes the response's list as `csv` or `xlsx`. Complains, and returns an exit status. */
int table_write(struct cli *cli, const ProtobufCMessage *response, const struct cli_call_plan *plan,
                const char *format, FILE *out);

/* What a command that prints a list does with its answer: as --format says, otherwise a table. */
int table_show(struct cli *cli, const ProtobufCMessage *response, const struct cli_call_plan *plan);
