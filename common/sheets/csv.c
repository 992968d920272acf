/* A table as CSV. Quoting is libcsv's; what may not reach a spreadsheet as a formula is made plain here. */

#include "common/sheets/sheets.h"

#include <csv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

bool sheets_is_risky(const char *text)
{
    /* U+FF1D, U+FF0B, U+FF0D and U+FF20: full-width = + - @, which some locales take for the same. */
    static const char *const WIDE[] = {"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
    if (*text && strchr("=+-@\t\r\n", *text))
        return true;
    for (size_t i = 0; i < sizeof WIDE / sizeof *WIDE; i++)
        if (strncmp(text, WIDE[i], 3) == 0)
            return true;
    return false;
}

static void put_text(FILE *out, const char *text)
{
    size_t length = strlen(text);
    char *plain = NULL;
    if (sheets_is_risky(text) && asprintf(&plain, "'%s", text) < 0)
        return;
    csv_fwrite(out, plain ? plain : text, length + (plain != NULL));
    free(plain);
}

static void put_money(FILE *out, struct money money)
{
    uint64_t pence = money.pence < 0 ? -(uint64_t)money.pence : (uint64_t)money.pence;
    fprintf(out, "%s%" PRIu64 ".%02d", money.pence < 0 ? "-" : "", pence / 100, (int)(pence % 100));
}

int64_t sheets_tenths_of_a_mile(int64_t metres)
{
    enum { MILLIMETRES_A_MILE = 1609344 };
    __int128 ten_thousandths = (__int128)(metres < 0 ? -(__int128)metres : metres) * 10000;
    int64_t tenths = (int64_t)((ten_thousandths + MILLIMETRES_A_MILE / 2) / MILLIMETRES_A_MILE);
    return metres < 0 ? -tenths : tenths;
}

void sheets_print_tenths(int64_t tenths, char ret_text[SHEETS_TENTHS_TEXT_BYTES])
{
    uint64_t size = tenths < 0 ? -(uint64_t)tenths : (uint64_t)tenths;
    snprintf(ret_text, SHEETS_TENTHS_TEXT_BYTES, "%s%" PRIu64 ".%d", tenths < 0 ? "-" : "", size / 10,
             (int)(size % 10));
}

static void put_cell(FILE *out, enum sheets_kind kind, const struct sheets_cell *cell)
{
    char text[SHEETS_TENTHS_TEXT_BYTES];
    if (!cell->stated)
        return;
    switch (kind) {
    case SHEETS_TEXT:
        put_text(out, cell->text);
        return;
    case SHEETS_WHOLE:
        fprintf(out, "%" PRId64, cell->whole);
        return;
    case SHEETS_MONEY:
        put_money(out, cell->money);
        return;
    case SHEETS_DATE:
        date_print(cell->date, text);
        fputs(text, out);
        return;
    case SHEETS_MILES:
        sheets_print_tenths(sheets_tenths_of_a_mile(cell->metres), text);
        fputs(text, out);
        return;
    case SHEETS_TENTHS:
        sheets_print_tenths(cell->tenths, text);
        fputs(text, out);
        return;
    }
}

static void put_table(FILE *out, const struct sheets_table *table)
{
    fputs("\xef\xbb\xbf", out);
    for (size_t c = 0; c < table->column_count; c++) {
        fputs(c ? "," : "", out);
        put_text(out, table->columns[c].heading);
    }
    fputs("\r\n", out);
    for (size_t r = 0; r < table->row_count; r++) {
        for (size_t c = 0; c < table->column_count; c++) {
            fputs(c ? "," : "", out);
            put_cell(out, table->columns[c].kind, &table->cells[r * table->column_count + c]);
        }
        fputs("\r\n", out);
    }
}

enum code sheets_csv(const struct sheets_table *table, struct arena *arena, struct span *ret_file,
                     struct fault *ret_fault)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    if (!out)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "no memory for the file");
    put_table(out, table);
    bool good = !ferror(out);
    good = fclose(out) == 0 && good;
    struct span file = good ? arena_copy(arena, span_of(bytes, size)) : span_of(NULL, 0);
    free(bytes);
    if (!file.data)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "no memory for the file");
    *ret_file = file;
    return CODE_OK;
}
