/* CSV read back: every cell with its place, however lines end, and what is no CSV told by what it is. */

#include "common/base/arena.h"
#include "common/base/limits.h"
#include "common/sheets/read.h"
#include "common/sheets/sheets.h"

#include <criterion/criterion.h>

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* "row/line:cell|cell;" after one another. */
static enum code show_row(void *context, const struct sheets_row *row, struct fault *ret_fault)
{
    (void)ret_fault;
    char *all = context;
    sprintf(all + strlen(all), "%u/%u:", row->row, row->line);
    for (size_t i = 0; i < row->count; i++)
        sprintf(all + strlen(all), "%s%s", i ? "|" : "", row->cells[i]);
    strcat(all, ";");
    return CODE_OK;
}

Test(sheets_read, rows_know_their_places_however_lines_end)
{
    static const struct {
        const char *csv, *shown;
    } cases[] = {
        {"", ""},
        {"a,b", "1/1:a|b;"},
        {"a,b\r\nc,d\r\n", "1/1:a|b;2/2:c|d;"},
        {"a,b\nc,d\n", "1/1:a|b;2/2:c|d;"},
        {"a,b\rc,d\r", "1/1:a|b;2/2:c|d;"},
        {"\xef\xbb\xbf\"a\",b\n", "1/1:a|b;"},
        /* blank rows are counted, and left out */
        {"a\n\n , \t\n\r\nb\n", "1/1:a;5/5:b;"},
        {"a\r\r,,\rb", "1/1:a;4/4:b;"},
        /* a cell of several lines: rows go on where lines do not */
        {"\"one\ntwo\",x\nb\n", "1/1:one\ntwo|x;2/3:b;"},
        {"\"one\r\n\r\ntwo\",x\r\nb\r\n", "1/1:one\r\n\r\ntwo|x;2/4:b;"},
        {"\"say \"\"so\"\"\", \xc2\xa0trim me\xc2\xa0 ,\n", "1/1:say \"so\"|trim me|;"},
        /* not UTF-8: as it was */
        {"\xa3"
         "5\n",
         "1/1:\xa3"
         "5;"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char shown[400] = "";
        cr_assert_eq(sheets_walk(span_of_text(cases[i].csv), show_row, shown, NULL, NULL), CODE_OK,
                     "case %zu", i);
        cr_assert_str_eq(shown, cases[i].shown, "case %zu: %s", i, shown);
    }
}

Test(sheets_read, what_cannot_be_walked_is_told_with_its_line)
{
    static char wide[SHEET_COLUMNS_MAX + 2];
    char shown[400] = "";
    unsigned row = 0;
    struct fault fault = {0};
    cr_assert_eq(sheets_walk(span_of_text("a\n\n\"never closed,c\nd\n"), show_row, shown, &row, &fault),
                 CODE_INVALID_ARGUMENT);
    cr_assert_str_eq(fault.reason, "line 3: a cell begins with a quote that is never closed");
    cr_assert_eq(row, 3);
    memset(wide, ',', sizeof wide - 1);
    wide[0] = 'a';
    cr_assert_eq(sheets_walk(span_of_text(wide), show_row, shown, &row, &fault), CODE_INVALID_ARGUMENT);
    cr_assert(strstr(fault.reason, "line 1: the row has more than"), "%s", fault.reason);
    cr_assert_str_eq(fault.field, "file");
}

static enum code stop(void *context, const struct sheets_row *row, struct fault *ret_fault)
{
    (void)row, (void)ret_fault;
    ++*(int *)context;
    return CODE_ABORTED;
}

Test(sheets_read, who_walks_may_stop)
{
    int rows = 0;
    cr_assert_eq(sheets_walk(span_of_text("a\nb\nc\n"), stop, &rows, NULL, NULL), CODE_ABORTED);
    cr_assert_eq(rows, 1);
}

Test(sheets_read, what_is_no_csv)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *what; /* NULL: it may be CSV */
    } cases[] = {
        {"\xff\xfe"
         "a\0,\0",
         6, "UTF-16"},
        {"\xfe\xff\0a\0,", 6, "UTF-16"},
        {"PK\x03\x04....", 8, "workbook"},
        {"\xd0\xcf\x11\xe0....", 8, "workbook"},
        {"a,\0b\n", 5, "NUL"},
        {"a,b\n", 4, NULL},
        {"\xef\xbb\xbf"
         "a,\xa3\n",
         7, NULL},
        {"", 0, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *what = sheets_is_no_csv(span_of(cases[i].bytes, cases[i].size));
        cr_assert(cases[i].what ? what && strstr(what, cases[i].what) : !what, "case %zu", i);
    }
}

Test(sheets_read, the_first_wrong_byte)
{
    static const struct {
        const char *text;
        int at; /* -1: none */
    } cases[] = {
        {"", -1},          {"plain", -1},           {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x92\xb7", -1},
        {"caf\xe9", 3},    {"\xa3 5", 0},           {"a\xc3", 1},
        {"\xe2\x82", 0},   {"\xc3\xa9\xc0\x80", 2}, {"\xed\xa0\x80", 0},
        {"ok\xf8zzzz", 2},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *wrong = sheets_wrong_byte(cases[i].text);
        cr_assert_eq(wrong ? (int)(wrong - cases[i].text) : -1, cases[i].at, "case %zu", i);
    }
    cr_assert_eq(sheets_windows_1252(0xa3), 0xa3);
    cr_assert_eq(sheets_windows_1252(0x92), 0x2019);
    cr_assert_eq(sheets_windows_1252(0x81), 0xfffd);
}

/* What is written is read: every character, quotes and line ends within. */
Test(sheets_read, reads_what_is_written)
{
    static const struct sheets_column columns[] = {{"First", SHEETS_TEXT}, {"Second", SHEETS_MONEY}};
    const struct sheets_cell cells[] = {
        {.stated = true, .text = "St Anne’s, \"The Oaks\"\r\nsecond line"},
        {.stated = true, .money = {-123450}},
        {.stated = true, .text = "=1+1"},
        {.stated = false},
    };
    const struct sheets_table table = {"T", columns, 2, cells, 2};
    struct arena arena;
    struct span file;
    char shown[400] = "";
    arena_init(&arena, 1 << 20);
    cr_assert_eq(sheets_csv(&table, &arena, &file, NULL), CODE_OK);
    cr_assert_eq(sheets_walk(file, show_row, shown, NULL, NULL), CODE_OK);
    cr_assert_str_eq(shown,
                     "1/1:First|Second;2/2:St Anne’s, \"The Oaks\"\r\nsecond line|-1234.50;3/4:'=1+1|;");
    arena_finish(&arena);
}
