/* What the cells of a sheet say (rules F3, S5). In: one row's cells, as they came. Out: texts, money, dates
 * and numbers, or what is wrong with a cell and what would be right. */

#include "services/fees/rules_sheet_inside.h"
#include "services/fees/rules_text.h"

#include "common/sheets/sheets.h"

#include <stdarg.h>
#include <stdio.h>

bool fee_row_has(struct fee_row *row, enum sheet_column column)
{
    row->used[column] = true;
    return row->cells[column][0] != '\0';
}

void fee_row_wrong(struct fee_row *row, enum sheet_column column, const char *field, const char *reason, ...)
{
    char text[FAULT_REASON_BYTES];
    const struct fee_cell cell = {row->row, fee_sheet_columns[column], field, row->cells[column]};
    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(text, sizeof text, reason, arguments);
    va_end(arguments);
    fee_problem_in_cell(&row->sheet->problems, &cell, "%s", text);
}

/* Is it an amount or a number, perhaps below nothing, and so no formula although it begins with a sign? */
static bool is_number(const char *text)
{
    struct money money;
    return money_parse(text, &money, NULL) == CODE_OK;
}

/* The cell without the apostrophe that keeps a spreadsheet from taking it for a formula; NULL where it is
 * one, and then it was told. */
static const char *plain(struct fee_row *row, enum sheet_column column, const char *field)
{
    const char *text = row->cells[column];
    if (text[0] == '\'' && sheets_is_risky(text + 1))
        return text + 1;
    if (!sheets_is_risky(text) || (text[0] == '-' && is_number(text)))
        return text;
    fee_row_wrong(
        row, column, field,
        "this is a formula, or begins like one: write what it comes to, or an apostrophe before it");
    return NULL;
}

bool fee_row_text(struct fee_row *row, enum sheet_column column, const char *field, const char **ret_text)
{
    const char *text = plain(row, column, field);
    const char *kept = text ? arena_text(row->arena, text) : NULL;
    if (kept)
        *ret_text = kept;
    return kept != NULL;
}

bool fee_row_money(struct fee_row *row, enum sheet_column column, const char *field, struct money *ret_money)
{
    const char *text = plain(row, column, field);
    struct fault fault;
    if (!text)
        return false;
    if (*text && text[strlen(text) - 1] == '%') {
        fee_row_wrong(row, column, field, "this is a percentage: write the weekly amount in pounds");
        return false;
    }
    if (money_parse(text, ret_money, &fault) == CODE_OK)
        return true;
    fee_row_wrong(row, column, field, "%s: write pounds, as 1234.56 or £1,234.56", fault.reason);
    return false;
}

bool fee_row_date(struct fee_row *row, enum sheet_column column, const char *field, const char **ret_date)
{
    const char *text = plain(row, column, field);
    struct date date;
    const char *kept;
    if (!text)
        return false;
    if (date_parse(text, &date, NULL) != CODE_OK) {
        fee_row_wrong(row, column, field, "this is no date: write the year, month and day as 2027-04-01");
        return false;
    }
    if ((kept = date_text(date, row->arena)))
        *ret_date = kept;
    return kept != NULL;
}

bool fee_row_whole(struct fee_row *row, enum sheet_column column, const char *field, int64_t *ret_number)
{
    const char *text = plain(row, column, field);
    struct money pounds;
    if (!text)
        return false;
    if (strstr(text, "£") || money_parse(text, &pounds, NULL) != CODE_OK || pounds.pence % 100 != 0) {
        fee_row_wrong(row, column, field, "this is no whole number");
        return false;
    }
    *ret_number = pounds.pence / 100;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool fee_same_text(const char *a, const char *b)
{
    const char *a_end = a + strlen(a), *b_end = b + strlen(b);
    while (is_blank(*a))
        a++;
    while (is_blank(*b))
        b++;
    while (a_end > a && is_blank(a_end[-1]))
        a_end--;
    while (b_end > b && is_blank(b_end[-1]))
        b_end--;
    for (;; a++, b++) {
        a += a < a_end && *a == '\r';
        b += b < b_end && *b == '\r';
        if (a == a_end || b == b_end)
            return a == a_end && b == b_end;
        if (*a != *b)
            return false;
    }
}

bool fee_row_words(struct fee_row *row, enum sheet_column column, const char *field, const char *before,
                   const char **ret_text)
{
    bool as_before = fee_same_text(row->cells[column], before);
    if (!as_before && !fee_row_text(row, column, field, ret_text))
        return false;
    if (as_before || fee_same_text(*ret_text, before))
        *ret_text = before;
    return true;
}
