/* Tables as CSV and XLSX: no formula gets through (rule S5), what went in comes out, and the same table gives
 * the same bytes. */

#include "common/domain/distance.h"
#include "common/sheets/sheets.h"

#include <criterion/criterion.h>

#include <csv.h>
#include <stdlib.h>
#include <unistd.h>

static struct arena arena;

static void setup(void)
{
    arena_init(&arena, 16 * 1024 * 1024);
}

static void teardown(void)
{
    arena_finish(&arena);
}

TestSuite(sheets, .init = setup, .fini = teardown);

static const struct sheets_column COLUMNS[] = {
    {"Provision", SHEETS_TEXT}, {"Visits", SHEETS_WHOLE}, {"Saving", SHEETS_MONEY},
    {"Since", SHEETS_DATE},     {"Miles", SHEETS_MILES},  {"Hours", SHEETS_TENTHS},
};
enum { COLUMN_COUNT = sizeof COLUMNS / sizeof *COLUMNS };

static struct sheets_cell text_cell(const char *text)
{
    return (struct sheets_cell){.stated = true, .text = text};
}

static struct sheets_table table_of(const struct sheets_cell *cells, size_t rows)
{
    return (struct sheets_table){"Savings", COLUMNS, COLUMN_COUNT, cells, rows};
}

static const struct sheets_cell CELLS[] = {
    {.stated = true, .text = "St Anne’s, \"The Oaks\""},
    {.stated = true, .whole = -3},
    {.stated = true, .money = {-123450}},
    {.stated = true, .date = {20727}}, /* 2026-10-01 */
    {.stated = true, .metres = 19794},
    {.stated = true, .tenths = -25},
    {.stated = true, .text = "line\nbreak"},
    {.stated = true, .whole = 0},
    {.stated = true, .money = {-5}},
    {.stated = false},
    {.stated = false},
    {.stated = false},
};

static const char *csv_of(const struct sheets_table *table)
{
    struct span file;
    cr_assert_eq(sheets_csv(table, &arena, &file, NULL), CODE_OK);
    return arena_format(&arena, "%.*s", (int)file.size, (const char *)file.data);
}

Test(sheets, csv_is_rfc_4180_with_a_mark)
{
    struct sheets_table table = table_of(CELLS, 2);
    cr_assert_str_eq(csv_of(&table),
                     "\xef\xbb\xbf\"Provision\",\"Visits\",\"Saving\",\"Since\",\"Miles\",\"Hours\"\r\n"
                     "\"St Anne’s, \"\"The Oaks\"\"\",-3,-1234.50,2026-10-01,12.3,-2.5\r\n"
                     "\"line\nbreak\",0,-0.05,,,\r\n");
}

/* rule S5 */
static const struct {
    const char *text;
    bool risky;
} HOSTILE[] = {
    {"=1+1", true},
    {"=HYPERLINK(\"http://x.example\",\"y\")", true},
    {"+44 1632 960000", true},
    {"-2+3", true},
    {"@SUM(A1)", true},
    {"\t=1+1", true},
    {"\r=1+1", true},
    {"\n=1+1", true},
    {"＝1+1", true},
    {"＋1", true},
    {"－1", true},
    {"＠x", true},
    {"a=1", false},
    {"'=1", false},
    {"", false},
    {" plain", false},
    {"\",=1+1", false},
    {"a\r\n=1+1", false},
};

struct read_back {
    size_t fields, rows;
    char *cells[64];
};

static void on_field(void *bytes, size_t size, void *context)
{
    struct read_back *read = context;
    if (read->fields < 64)
        read->cells[read->fields++] = arena_format(&arena, "%.*s", (int)size, (const char *)bytes);
}

static void on_row(int end, void *context)
{
    (void)end;
    ((struct read_back *)context)->rows++;
}

Test(sheets, hostile_cells_come_back_plain_from_csv)
{
    enum { COUNT = sizeof HOSTILE / sizeof *HOSTILE };
    static const struct sheets_column ONE[] = {{"=Heading", SHEETS_TEXT}};
    struct sheets_cell cells[COUNT];
    struct read_back read = {0};
    struct csv_parser parser;
    struct span file;
    for (size_t i = 0; i < COUNT; i++) {
        cells[i] = text_cell(HOSTILE[i].text);
        cr_assert_eq(sheets_is_risky(HOSTILE[i].text), HOSTILE[i].risky, "%s", HOSTILE[i].text);
    }
    struct sheets_table table = {"One", ONE, 1, cells, COUNT};
    cr_assert_eq(sheets_csv(&table, &arena, &file, NULL), CODE_OK);
    cr_assert_eq(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI), 0);
    size_t body = file.size - 3;
    cr_assert_eq(csv_parse(&parser, file.data + 3, body, on_field, on_row, &read), body);
    cr_assert_eq(csv_fini(&parser, on_field, on_row, &read), 0);
    csv_free(&parser);
    cr_assert_eq(read.rows, COUNT + 1);
    cr_assert_str_eq(read.cells[0], "'=Heading");
    for (size_t i = 0; i < COUNT; i++) {
        const char *back = read.cells[i + 1];
        cr_assert(!sheets_is_risky(back), "%s", back);
        cr_assert_str_eq(HOSTILE[i].risky ? back + 1 : back, HOSTILE[i].text);
    }
}

/* One part of an XLSX file, as unzip gives it. */
static const char *part_of(struct span file, const char *part)
{
    char path[] = "/tmp/sheets-XXXXXX", *text = arena_alloc(&arena, 1024 * 1024);
    int descriptor = mkstemp(path);
    cr_assert(text && descriptor >= 0 && write(descriptor, file.data, file.size) == (ssize_t)file.size);
    close(descriptor);
    FILE *out = popen(arena_format(&arena, "unzip -p %s %s", path, part), "r");
    cr_assert(out);
    size_t size = fread(text, 1, 1024 * 1024 - 1, out);
    text[size] = 0;
    cr_assert_eq(pclose(out), 0, "%s", part);
    unlink(path);
    return text;
}

static struct span xlsx_of(const struct sheets_table *tables, size_t count)
{
    struct span file;
    struct fault fault = {0};
    cr_assert_eq(sheets_xlsx(tables, count, &arena, &file, &fault), CODE_OK, "%s", fault.reason);
    return file;
}

Test(sheets, xlsx_holds_kinds)
{
    struct sheets_table tables[] = {table_of(CELLS, 2), table_of(CELLS, 1)};
    tables[1].name = "Inputs";
    struct span file = xlsx_of(tables, 2);
    const char *sheet = part_of(file, "xl/worksheets/sheet1.xml");
    cr_assert(strstr(sheet, "<c r=\"A2\" t=\"s\">"), "a text is a shared string");
    cr_assert(strstr(sheet, "<c r=\"B2\"><v>-3</v></c>"));
    cr_assert(strstr(sheet, "<c r=\"B3\"><v>0</v></c>"));
    cr_assert(strstr(sheet, "<v>-1234.5</v>") && strstr(sheet, "<v>-0.05</v>"));
    cr_assert(strstr(sheet, "<v>46296</v>"), "1 October 2026 in Excel's days");
    cr_assert(strstr(sheet, "<v>12.3</v>") && strstr(sheet, "<v>-2.5</v>"));
    cr_assert(!strstr(sheet, "r=\"D3\""), "what is not stated is empty");
    const char *book = part_of(file, "xl/workbook.xml"), *styles = part_of(file, "xl/styles.xml");
    cr_assert(strstr(book, "name=\"Savings\"") && strstr(book, "name=\"Inputs\""));
    cr_assert(strstr(styles, "dd/mm/yyyy") && strstr(styles, "£#,##0.00"));
    cr_assert(strstr(part_of(file, "xl/sharedStrings.xml"), "St Anne’s, \"The Oaks\""));
}

Test(sheets, xlsx_has_no_formula)
{
    enum { COUNT = sizeof HOSTILE / sizeof *HOSTILE };
    static const struct sheets_column ONE[] = {{"=Heading", SHEETS_TEXT}};
    struct sheets_cell cells[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        cells[i] = text_cell(HOSTILE[i].text);
    struct sheets_table table = {"One", ONE, 1, cells, COUNT};
    struct span file = xlsx_of(&table, 1);
    const char *sheet = part_of(file, "xl/worksheets/sheet1.xml"),
               *strings = part_of(file, "xl/sharedStrings.xml");
    cr_assert(!strstr(sheet, "<f>") && !strstr(sheet, "<hyperlink"));
    cr_assert(strstr(strings, "<t>=1+1</t>") && strstr(strings, "<t>@SUM(A1)</t>"), "as they were");
}

Test(sheets, the_same_table_gives_the_same_bytes)
{
    struct sheets_table table = table_of(CELLS, 2);
    struct span first = xlsx_of(&table, 1);
    sleep(1);
    setenv("TZ", "Pacific/Auckland", 1);
    struct span second = xlsx_of(&table, 1);
    cr_assert(span_equal(first, second));
    cr_assert_str_eq(csv_of(&table), csv_of(&table));
}

Test(sheets, what_a_spreadsheet_would_round_is_text)
{
    static const struct sheets_column WIDE[] = {
        {"Number", SHEETS_WHOLE}, {"Money", SHEETS_MONEY}, {"Day", SHEETS_DATE}};
    const struct sheets_cell cells[] = {{.stated = true, .whole = INT64_MIN},
                                        {.stated = true, .money = {INT64_MIN}},
                                        {.stated = true, .date = {-30000}}}; /* 1887-11-12 */
    struct sheets_table table = {"Wide", WIDE, 3, cells, 1};
    struct span file = xlsx_of(&table, 1);
    const char *strings = part_of(file, "xl/sharedStrings.xml");
    cr_assert(strstr(strings, "-9223372036854775808") && strstr(strings, "-£92,233,720,368,547,758.08") &&
              strstr(strings, "1887-11-12"));
    cr_assert(strstr(csv_of(&table), "\r\n-9223372036854775808,-92233720368547758.08,1887-11-12\r\n"));
}

Test(sheets, miles_are_rounded_as_people_see_them)
{
    static const struct {
        int64_t metres;
        const char *miles;
    } CASES[] = {
        {0, "0.0"},      {1, "0.0"},        {80, "0.0"},
        {81, "0.1"},     {-81, "-0.1"},     {1609, "1.0"},
        {16093, "10.0"}, {-16093, "-10.0"}, {5000000000, "3106856.0"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[SHEETS_TENTHS_TEXT_BYTES], known[MILES_TEXT_BYTES];
        sheets_print_tenths(sheets_tenths_of_a_mile(CASES[i].metres), text);
        cr_assert_str_eq(text, CASES[i].miles);
        if (CASES[i].metres < 0 || CASES[i].metres > UINT32_MAX)
            continue;
        metres_print_miles((struct metres){(uint32_t)CASES[i].metres}, known);
        cr_assert_str_eq(text, known, "as everywhere else");
    }
}

Test(sheets, an_empty_table_has_its_headings)
{
    struct sheets_table table = table_of(NULL, 0);
    cr_assert(strstr(part_of(xlsx_of(&table, 1), "xl/worksheets/sheet1.xml"), "r=\"F1\""));
    cr_assert_str_eq(csv_of(&table),
                     "\xef\xbb\xbf\"Provision\",\"Visits\",\"Saving\",\"Since\",\"Miles\",\"Hours\"\r\n");
}

Test(sheets, what_xlsx_cannot_hold_is_refused)
{
    char *longest = arena_alloc(&arena, SHEETS_TEXT_CHARS_MAX + 2);
    memset(longest, 'x', SHEETS_TEXT_CHARS_MAX + 1);
    struct sheets_cell cells[COLUMN_COUNT] = {text_cell(longest)};
    struct sheets_table too_long = table_of(cells, 1), many = table_of(CELLS, SHEETS_ROWS_MAX + 1),
                        badly_named = table_of(CELLS, 1);
    badly_named.name = "a/b";
    const struct sheets_table *const CASES[] = {&too_long, &many, &badly_named};
    for (size_t i = 0; i < 3; i++) {
        struct span file = {0};
        struct fault fault = {0};
        cr_assert_eq(sheets_xlsx(CASES[i], 1, &arena, &file, &fault), CODE_INVALID_ARGUMENT, "case %zu", i);
        cr_assert(*fault.reason && !file.data);
    }
    struct arena small;
    struct span file = {0};
    struct sheets_table table = table_of(CELLS, 2);
    arena_init(&small, 16);
    cr_assert_eq(sheets_csv(&table, &small, &file, NULL), CODE_RESOURCE_EXHAUSTED);
    cr_assert_eq(sheets_xlsx(&table, 1, &small, &file, NULL), CODE_RESOURCE_EXHAUSTED);
    cr_assert(!file.data);
    arena_finish(&small);
}
