/* Lists as tables. Messages come in; a table on the terminal, or a CSV or XLSX file, goes out. What a column
 * holds follows from its field; words made of several fields are derived.c's. */

#include "services/cli/table.h"

#include "services/cli/derived.h"
#include "services/cli/reflect.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { TABLES_MAX = 2, WIDE = 150 };

enum code table_of(struct cli *cli, const ProtobufCMessageDescriptor *type, ProtobufCMessage *const *items,
                   size_t count, const struct cli_column *columns, struct cli_table *ret_table)
{
    struct cli_table table = {0};
    struct sheets_column *headings = arena_array(&cli->arena, struct sheets_column, SHOW_COLUMNS_MAX);
    size_t wide = 0;
    for (; headings && columns[wide].heading && wide < SHOW_COLUMNS_MAX; wide++) {
        enum sheets_kind kind =
            derived_find(type, columns[wide].path) ? SHEETS_TEXT : reflect_kind(type, columns[wide].path);
        headings[wide] = (struct sheets_column){columns[wide].heading, kind};
        table.elastic[wide] = columns[wide].elastic;
        table.named_last =
            strcmp(columns[wide].path, "id") == 0 || strcmp(columns[wide].path, "provision_id") == 0;
    }
    struct sheets_cell *cells = arena_array(&cli->arena, struct sheets_cell, count * wide + 1);
    if (!headings || !cells)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < count * wide; i++) {
        const ProtobufCMessage *item = items[i / wide];
        derived_text *words = derived_find(type, columns[i % wide].path);
        if (!words) {
            cells[i] = reflect_cell(item, columns[i % wide].path, &cli->arena);
            continue;
        }
        cells[i].text = words(item, &cli->arena);
        cells[i].stated = cells[i].text && *cells[i].text;
    }
    table.sheet = (struct sheets_table){"Table", headings, wide, cells, count};
    *ret_table = table;
    return cli->arena.exhausted ? CODE_RESOURCE_EXHAUSTED : CODE_OK;
}

/* `near_misses` as `Near misses`. */
static const char *title(struct cli *cli, const char *list)
{
    char *text = arena_format(&cli->arena, "%.*s", SHEETS_NAME_CHARS_MAX, list);
    for (char *c = text; c && *c; c++)
        *c = *c == '_' ? ' ' : c == text ? (char)toupper((unsigned char)*c) : *c;
    return text ? text : "Table";
}

enum code table_of_response(struct cli *cli, const ProtobufCMessage *response,
                            const struct cli_call_plan *plan, struct cli_table *ret_table)
{
    ProtobufCMessage *const *items;
    size_t count;
    if (!reflect_list(response, plan->list, &items, &count))
        return CODE_INTERNAL;
    const ProtobufCFieldDescriptor *list =
        protobuf_c_message_descriptor_get_field_by_name(response->descriptor, plan->list);
    enum code code = plan->tabulate ? plan->tabulate(cli, response, ret_table)
                                    : table_of(cli, list->descriptor, items, count, plan->columns, ret_table);
    if (code == CODE_OK)
        ret_table->sheet.name = title(cli, plan->list);
    return code;
}

static const char *printed(struct arena *arena, enum sheets_kind kind, const struct sheets_cell *cell)
{
    char text[MONEY_TEXT_BYTES];
    if (!cell->stated)
        return "";
    switch (kind) {
    case SHEETS_TEXT:
        return cell->text;
    case SHEETS_WHOLE:
        return arena_format(arena, "%" PRId64, cell->whole);
    case SHEETS_MONEY:
        money_print(cell->money, text);
        return arena_text(arena, text);
    case SHEETS_DATE:
        date_print(cell->date, text);
        return arena_text(arena, text);
    case SHEETS_MILES:
        sheets_print_tenths(sheets_tenths_of_a_mile(cell->metres), text);
        return arena_text(arena, text);
    case SHEETS_TENTHS:
        sheets_print_tenths(cell->tenths, text);
        return arena_text(arena, text);
    }
    return "";
}

static const char *cell_text(struct cli *cli, const struct sheets_table *sheet, size_t row, size_t column)
{
    const char *text =
        printed(&cli->arena, sheet->columns[column].kind, &sheet->cells[row * sheet->column_count + column]);
    return text ? text : "";
}

/* On a narrow terminal the identifier stands below its row. */
void table_print(struct cli *cli, const struct cli_table *table, const char *none)
{
    const struct sheets_table *sheet = &table->sheet;
    struct show_column columns[SHOW_COLUMNS_MAX];
    size_t width = show_width(stdout), rows = sheet->row_count;
    bool noted = table->named_last && sheet->column_count > 1 && width && width < WIDE;
    size_t wide = sheet->column_count - noted;
    const char **cells = arena_array(&cli->arena, const char *, rows *wide + 1);
    const char **notes = arena_array(&cli->arena, const char *, rows + 1);
    if (!cells || !notes)
        return;
    for (size_t c = 0; c < wide; c++) {
        enum sheets_kind kind = sheet->columns[c].kind;
        columns[c] = (struct show_column){sheet->columns[c].heading, table->elastic[c],
                                          kind != SHEETS_TEXT && kind != SHEETS_DATE};
    }
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < wide; c++)
            cells[r * wide + c] = cell_text(cli, sheet, r, c);
        notes[r] = noted ? cell_text(cli, sheet, r, wide) : "";
    }
    show_table_noted(stdout, columns, wide, cells, noted ? notes : NULL, rows, none);
}

/* The tables of an answer: its list, and what it was reckoned with. */
static enum code tables_of(struct cli *cli, const ProtobufCMessage *response,
                           const struct cli_call_plan *plan, struct sheets_table *ret_tables,
                           size_t *ret_count)
{
    struct cli_table table;
    enum code code = table_of_response(cli, response, plan, &table);
    if (code != CODE_OK)
        return code;
    ret_tables[0] = table.sheet;
    *ret_count = 1;
    ProtobufCMessage *inputs =
        (ProtobufCMessage *)(uintptr_t)(plan->inputs ? reflect_message(response, plan->inputs) : NULL);
    if (!inputs)
        return CODE_OK;
    code = table_of(cli, inputs->descriptor, &inputs, 1, plan->input_columns, &table);
    ret_tables[1] = table.sheet;
    ret_tables[1].name = "Inputs";
    *ret_count = 2;
    return code;
}

bool table_format_is_known(const char *format)
{
    if (strcmp(format, "csv") == 0 || strcmp(format, "xlsx") == 0)
        return true;
    cli_complain(EX_USAGE, "a table is written as csv or xlsx, and not as \"%s\"", format);
    return false;
}

int table_write(struct cli *cli, const ProtobufCMessage *response, const struct cli_call_plan *plan,
                const char *format, FILE *out)
{
    struct sheets_table tables[TABLES_MAX];
    struct span file;
    struct fault fault = {0};
    size_t count;
    bool xlsx = strcmp(format, "xlsx") == 0;
    if (xlsx && isatty(fileno(out)))
        return cli_complain(EX_USAGE, "an XLSX file is not for a terminal: send it to a file with > FILE");
    if (tables_of(cli, response, plan, tables, &count) != CODE_OK)
        return cli_complain(EX_SOFTWARE, "the answer is too large to write");
    if ((xlsx ? sheets_xlsx(tables, count, &cli->arena, &file, &fault)
              : sheets_csv(tables, &cli->arena, &file, &fault)) != CODE_OK)
        return cli_fail(cli, &fault);
    if (fwrite(file.data, 1, file.size, out) != file.size || fflush(out) != 0)
        return cli_complain(EX_IOERR, "the file cannot be written: %s", strerror(errno));
    return EX_OK;
}

int table_show(struct cli *cli, const ProtobufCMessage *response, const struct cli_call_plan *plan)
{
    struct cli_table table;
    if (table_of_response(cli, response, plan, &table) != CODE_OK)
        return cli_complain(EX_SOFTWARE, "the answer is too large to print");
    table_print(cli, &table, plan->none ? plan->none : "There are none.");
    return EX_OK;
}
