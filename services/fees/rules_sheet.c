/* A sheet read back (rule F3). In: CSV, the application that it was written from, its form. Out: what it
 * says, as if it had been typed, and every cell that is wrong, by row and column. */

#include "services/fees/rules_sheet_inside.h"
#include "services/fees/rules_text.h"

#include "common/sheets/read.h"

#include <stdio.h>
#include <strings.h>

/* One sheet under way. */
struct reading {
    struct fee_sheet sheet;
    struct arena *arena;
    struct fee_sheet_services *services;
    struct fee_sheet_answers *answers;
    int columns[SHEET_COLUMNS]; /* which cell of a row; -1: the heading lacks it */
    size_t width;               /* of the heading, up to its last word; 0 before it */
    unsigned rows;
    uint32_t effective_row; /* where the first day was said; 0: nowhere yet */
};

static void __attribute__((format(printf, 5, 6)))
wrong(struct reading *reading, uint32_t row, const char *column, const char *value, const char *reason, ...)
{
    char text[FAULT_REASON_BYTES];
    const struct fee_cell cell = {row, column, "", value};
    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(text, sizeof text, reason, arguments);
    va_end(arguments);
    fee_problem_in_cell(&reading->sheet.problems, &cell, "%s", text);
}

/* --- the heading ------------------------------------------------------------------------------------- */

/* Which column a heading is; SHEET_COLUMNS: none. */
static unsigned column_called(const char *heading)
{
    unsigned column = 0;
    while (column < SHEET_COLUMNS && strcasecmp(fee_sheet_columns[column], heading) != 0)
        column++;
    return column;
}

static void take_heading(struct reading *reading, const struct sheets_row *row, size_t cell)
{
    const char *heading = row->cells[cell];
    unsigned column = column_called(heading);
    if (!*heading)
        wrong(reading, row->row, "", "", "a column without a heading is not read");
    else if (column == SHEET_COLUMNS)
        wrong(reading, row->row, heading, heading, "there is no column of that name: it is not read");
    else if (reading->columns[column] >= 0)
        wrong(reading, row->row, heading, heading, "this column is there already: it is not read again");
    else
        reading->columns[column] = (int)cell;
}

/* The first row that is not blank. False: without it nothing can be read. */
static bool read_heading(struct reading *reading, const struct sheets_row *row)
{
    /* Spreadsheets write commas behind the last word, as many as any row has. */
    size_t width = row->count;
    while (width > 0 && !*row->cells[width - 1])
        width--;
    if (width == 1 && strpbrk(row->cells[0], ";\t")) {
        wrong(reading, row->row, "", row->cells[0],
              "its cells have semicolons or tabs between: save the sheet as \"CSV UTF-8\", with commas");
        return false;
    }
    for (size_t i = 0; i < width; i++)
        take_heading(reading, row, i);
    for (unsigned column = 0; column < SHEET_COLUMNS; column++)
        if (reading->columns[column] < 0 && column != COLUMN_TITLE)
            wrong(reading, row->row, fee_sheet_columns[column], "", "the heading lacks this column");
    reading->width = width;
    return reading->columns[COLUMN_PART] >= 0 && reading->columns[COLUMN_ITEM] >= 0;
}

/* --- rows -------------------------------------------------------------------------------------------- */

/* A cell that is not UTF-8 is told, with what it perhaps was, and counts as empty. */
static const char *utf8_cell(struct reading *reading, uint32_t row, const char *column, const char *cell)
{
    const char *at = sheets_wrong_byte(cell);
    uint8_t meant[4] = {0};
    if (!at)
        return cell;
    sheets_put_utf8(sheets_windows_1252((uint8_t)*at), meant);
    wrong(reading, row, column, cell,
          "the byte %02X is not UTF-8; in Windows-1252 it is \"%s\": save the sheet as \"CSV UTF-8\"",
          (uint8_t)*at, (const char *)meant);
    return "";
}

static struct fee_row row_of(struct reading *reading, const struct sheets_row *of)
{
    struct fee_row row = {.sheet = &reading->sheet, .arena = reading->arena, .row = of->row};
    for (unsigned column = 0; column < SHEET_COLUMNS; column++) {
        int at = reading->columns[column];
        bool is_there = at >= 0 && (size_t)at < of->count && column != COLUMN_TITLE;
        row.cells[column] =
            is_there ? utf8_cell(reading, of->row, fee_sheet_columns[column], of->cells[at]) : "";
    }
    return row;
}

/* More cells than the heading has: a comma stands in a text without quotes, and so nothing in the row can be
 * trusted. */
static bool is_too_wide(struct reading *reading, const struct sheets_row *row)
{
    for (size_t i = reading->width; i < row->count; i++) {
        if (!*row->cells[i])
            continue;
        wrong(reading, row->row, "", row->cells[i],
              "this stands behind the last column: a text with a comma in it stands in quotes");
        return true;
    }
    return false;
}

static void read_effective(struct reading *reading, struct fee_row *row)
{
    if (!fee_row_has(row, COLUMN_ITEM) || strcmp(row->cells[COLUMN_ITEM], ITEM_EFFECTIVE) != 0) {
        fee_row_wrong(row, COLUMN_ITEM, "", "of the application itself there is: " ITEM_EFFECTIVE);
        memset(row->used, true, sizeof row->used);
        return;
    }
    if (!fee_row_has(row, COLUMN_ANSWER))
        return;
    if (reading->effective_row) {
        fee_row_wrong(row, COLUMN_ANSWER, "effective_on", "row %u says this already", reading->effective_row);
        return;
    }
    reading->effective_row = row->row;
    if (fee_row_date(row, COLUMN_ANSWER, "effective_on", &reading->sheet.typed.effective_on))
        reading->sheet.cells_kept++;
}

static void read_part(struct reading *reading, struct fee_row *row)
{
    const char *part = row->cells[COLUMN_PART];
    row->used[COLUMN_PART] = true;
    if (strcasecmp(part, PART_APPLICATION) == 0)
        read_effective(reading, row);
    else if (strcasecmp(part, PART_SERVICE) == 0)
        fee_sheet_services_row(reading->services, row);
    else if (strcasecmp(part, PART_ANSWER) == 0)
        fee_sheet_answers_row(reading->answers, row);
    else {
        fee_row_wrong(row, COLUMN_PART, "", "a row is of the application, a service or an answer");
        memset(row->used, true, sizeof row->used);
    }
}

static enum code on_row(void *context, const struct sheets_row *row, struct fault *ret_fault)
{
    struct reading *reading = context;
    (void)ret_fault;
    if (++reading->rows > FEE_SHEET_ROWS_MAX) {
        wrong(reading, row->row, "", "", "a sheet has at most %d rows: what follows is not read",
              FEE_SHEET_ROWS_MAX);
        return CODE_ABORTED;
    }
    if (!reading->width)
        return read_heading(reading, row) ? CODE_OK : CODE_ABORTED;
    if (is_too_wide(reading, row))
        return CODE_OK;
    struct fee_row cells = row_of(reading, row);
    read_part(reading, &cells);
    for (unsigned column = COLUMN_DETAIL; column < SHEET_COLUMNS; column++)
        if (cells.cells[column][0] && !cells.used[column])
            fee_row_wrong(&cells, column, "", "nothing belongs here in this row");
    return reading->arena->exhausted ? CODE_RESOURCE_EXHAUSTED : CODE_OK;
}

/* --- the whole --------------------------------------------------------------------------------------- */

/* What can be read of it; what cannot is told. */
static enum code walk(struct reading *reading, struct span csv)
{
    struct fault fault = {0};
    unsigned row = 1;
    const char *not_csv = sheets_is_no_csv(csv);
    if (not_csv) {
        wrong(reading, 1, "", "", "nothing of this file is read: %s", not_csv);
        return CODE_OK;
    }
    enum code code = sheets_walk(csv, on_row, reading, &row, &fault);
    if (code == CODE_RESOURCE_EXHAUSTED)
        return code;
    if (code == CODE_INVALID_ARGUMENT)
        wrong(reading, row, "", "", "%s; what follows is not read", fault.reason);
    if (!reading->rows && code == CODE_OK)
        wrong(reading, 1, "", "", "this file is empty");
    return CODE_OK;
}

enum code fee_sheet_read(struct span csv, const Pb__FeeApplication *application,
                         const struct fee_setting *setting, struct arena *arena, struct fee_sheet *ret_sheet)
{
    struct reading reading = {.arena = arena,
                              .sheet.problems.arena = arena,
                              .services = fee_sheet_services_create(application, arena),
                              .answers = fee_sheet_answers_create(application, setting, arena)};
    for (unsigned column = 0; column < SHEET_COLUMNS; column++)
        reading.columns[column] = -1;
    pb__save_fee_application_request__init(&reading.sheet.typed);
    reading.sheet.typed.application_id = application->id;
    if (!reading.services || !reading.answers || walk(&reading, csv) != CODE_OK)
        return CODE_RESOURCE_EXHAUSTED;
    if (!fee_sheet_services_end(reading.services, arena, &reading.sheet.typed) ||
        !fee_sheet_answers_end(reading.answers, arena, &reading.sheet.typed) ||
        fee_problems_end(&reading.sheet.problems) != CODE_OK)
        return CODE_RESOURCE_EXHAUSTED;
    *ret_sheet = reading.sheet;
    return CODE_OK;
}
