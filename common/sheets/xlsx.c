/* Tables as XLSX, written by libxlsxwriter into memory. What would differ from one writing to the next (the
 * date of creation) is set. */

#include "common/sheets/sheets.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum {
    PATH_BYTES = 64,
    WIDTH_LEAST = 8,
    WIDTH_MOST = 60,
    WIDTH_ROWS = 1000,       /* rows that are measured */
    FIRST_EXCEL_DAY = 61,    /* before 1 March 1900 its days are one off */
    CREATED_AT = 1767225600, /* 2026-01-01 */
};
/* What a spreadsheet holds without losing a digit. */
#define EXACT_MOST INT64_C(999999999999999)

struct styles {
    lxw_format *heading, *money, *date, *tenths;
};

/* Characters, not bytes. */
static size_t length_of(const char *text)
{
    size_t length = 0;
    for (; *text; text++)
        length += (*text & 0xc0) != 0x80;
    return length;
}

static enum code check(const struct sheets_table *table, struct fault *ret_fault)
{
    size_t name = length_of(table->name);
    if (name == 0 || name > SHEETS_NAME_CHARS_MAX || strpbrk(table->name, "[]:*?/\\"))
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "name", "\"%s\" cannot be the name of a sheet",
                         table->name);
    if (table->row_count > SHEETS_ROWS_MAX || table->column_count > SHEETS_COLUMNS_MAX)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "",
                         "%zu rows are more than an XLSX sheet holds; write CSV", table->row_count);
    for (size_t i = 0; i < table->row_count * table->column_count; i++)
        if (table->columns[i % table->column_count].kind == SHEETS_TEXT && table->cells[i].stated &&
            length_of(table->cells[i].text) > SHEETS_TEXT_CHARS_MAX)
            return fault_set(ret_fault, CODE_INVALID_ARGUMENT,
                             table->columns[i % table->column_count].heading,
                             "a text is longer than an XLSX cell holds; write CSV");
    return CODE_OK;
}

/* How a cell looks in CSV, where XLSX cannot hold it as what it is; NULL: it can. */
static const char *as_text(enum sheets_kind kind, const struct sheets_cell *cell, char text[MONEY_TEXT_BYTES])
{
    switch (kind) {
    case SHEETS_TEXT:
        return cell->text;
    case SHEETS_WHOLE:
        if (cell->whole >= -EXACT_MOST && cell->whole <= EXACT_MOST)
            return NULL;
        snprintf(text, MONEY_TEXT_BYTES, "%lld", (long long)cell->whole);
        return text;
    case SHEETS_MONEY:
        if (cell->money.pence >= -EXACT_MOST && cell->money.pence <= EXACT_MOST)
            return NULL;
        money_print(cell->money, text);
        return text;
    case SHEETS_DATE:
        if (cell->date.day + EXCEL_DAY_OF_1970 >= FIRST_EXCEL_DAY)
            return NULL;
        date_print(cell->date, text);
        return text;
    case SHEETS_MILES:
    case SHEETS_TENTHS:
        return NULL;
    }
    return NULL;
}

static lxw_error put_cell(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, enum sheets_kind kind,
                          const struct sheets_cell *cell, const struct styles *styles)
{
    char text[MONEY_TEXT_BYTES];
    if (!cell->stated)
        return LXW_NO_ERROR;
    const char *words = as_text(kind, cell, text);
    if (words)
        return worksheet_write_string(sheet, row, column, words, NULL);
    switch (kind) {
    case SHEETS_TEXT:
        return LXW_NO_ERROR;
    case SHEETS_WHOLE:
        return worksheet_write_number(sheet, row, column, (double)cell->whole, NULL);
    case SHEETS_MONEY:
        return worksheet_write_number(sheet, row, column, (double)cell->money.pence / 100, styles->money);
    case SHEETS_DATE:
        return worksheet_write_number(sheet, row, column, cell->date.day + EXCEL_DAY_OF_1970, styles->date);
    case SHEETS_MILES:
        return worksheet_write_number(sheet, row, column, (double)sheets_tenths_of_a_mile(cell->metres) / 10,
                                      styles->tenths);
    case SHEETS_TENTHS:
        return worksheet_write_number(sheet, row, column, (double)cell->tenths / 10, styles->tenths);
    }
    return LXW_NO_ERROR;
}

/* Wide enough for most of what stands in it. */
static void set_width(lxw_worksheet *sheet, const struct sheets_table *table, size_t column)
{
    size_t width = length_of(table->columns[column].heading) + 2;
    bool text = table->columns[column].kind == SHEETS_TEXT;
    for (size_t r = 0; r < table->row_count && r < WIDTH_ROWS; r++) {
        const struct sheets_cell *cell = &table->cells[r * table->column_count + column];
        size_t needed = !cell->stated ? 0 : text ? length_of(cell->text) : WIDTH_LEAST + 2;
        width = needed > width ? needed : width;
    }
    width = width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width;
    worksheet_set_column(sheet, (lxw_col_t)column, (lxw_col_t)column, (double)width, NULL);
}

static lxw_error put_table(lxw_workbook *book, const struct sheets_table *table, const struct styles *styles)
{
    lxw_worksheet *sheet = workbook_add_worksheet(book, table->name);
    lxw_error error = sheet ? LXW_NO_ERROR : LXW_ERROR_MEMORY_MALLOC_FAILED;
    for (size_t c = 0; c < table->column_count && error == LXW_NO_ERROR; c++) {
        set_width(sheet, table, c);
        error = worksheet_write_string(sheet, 0, (lxw_col_t)c, table->columns[c].heading, styles->heading);
    }
    for (size_t i = 0; i < table->row_count * table->column_count && error == LXW_NO_ERROR; i++)
        error =
            put_cell(sheet, (lxw_row_t)(i / table->column_count + 1), (lxw_col_t)(i % table->column_count),
                     table->columns[i % table->column_count].kind, &table->cells[i], styles);
    if (error == LXW_NO_ERROR && table->column_count) {
        worksheet_freeze_panes(sheet, 1, 0);
        worksheet_autofilter(sheet, 0, 0, (lxw_row_t)table->row_count, (lxw_col_t)(table->column_count - 1));
    }
    return error;
}

static lxw_error write_book(const char *path, const struct sheets_table *tables, size_t count)
{
    lxw_workbook *book = workbook_new(path);
    if (!book)
        return LXW_ERROR_MEMORY_MALLOC_FAILED;
    lxw_doc_properties properties = {.created = CREATED_AT};
    struct styles styles = {workbook_add_format(book), workbook_add_format(book), workbook_add_format(book),
                            workbook_add_format(book)};
    lxw_error error = styles.heading && styles.money && styles.date && styles.tenths
                          ? workbook_set_properties(book, &properties)
                          : LXW_ERROR_MEMORY_MALLOC_FAILED;
    if (error == LXW_NO_ERROR) {
        format_set_bold(styles.heading);
        format_set_num_format(styles.money, "£#,##0.00;-£#,##0.00");
        format_set_num_format(styles.date, "dd/mm/yyyy");
        format_set_num_format(styles.tenths, "0.0");
    }
    for (size_t i = 0; i < count && error == LXW_NO_ERROR; i++)
        error = put_table(book, &tables[i], &styles);
    lxw_error closed = workbook_close(book);
    return error == LXW_NO_ERROR ? closed : error;
}

static enum code read_back(int file, struct arena *arena, struct span *ret_file)
{
    struct stat stat;
    if (fstat(file, &stat) != 0 || stat.st_size <= 0)
        return CODE_RESOURCE_EXHAUSTED;
    size_t size = (size_t)stat.st_size, done = 0;
    uint8_t *bytes = arena_alloc(arena, size);
    while (bytes && done < size) {
        ssize_t got = pread(file, bytes + done, size - done, (off_t)done);
        if (got <= 0)
            return CODE_RESOURCE_EXHAUSTED;
        done += (size_t)got;
    }
    if (!bytes)
        return CODE_RESOURCE_EXHAUSTED;
    *ret_file = span_of(bytes, size);
    return CODE_OK;
}

enum code sheets_xlsx(const struct sheets_table *tables, size_t table_count, struct arena *arena,
                      struct span *ret_file, struct fault *ret_fault)
{
    char path[PATH_BYTES];
    for (size_t i = 0; i < table_count; i++) {
        enum code code = check(&tables[i], ret_fault);
        if (code != CODE_OK)
            return code;
    }
    /* The library writes to a path: this one is a file of memory. */
    int file = memfd_create("sheets", MFD_CLOEXEC);
    if (file < 0)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "no memory for the file: %s",
                         strerror(errno));
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    lxw_error error = write_book(path, tables, table_count);
    enum code code = error == LXW_NO_ERROR ? read_back(file, arena, ret_file) : CODE_RESOURCE_EXHAUSTED;
    close(file);
    if (code != CODE_OK)
        return fault_set(ret_fault, code, "", "the file cannot be written: %s",
                         error == LXW_NO_ERROR ? "no memory" : lxw_strerror(error));
    return CODE_OK;
}
