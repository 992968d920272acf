/* CSV as it comes: encodings, quotes, line numbers, headings after titles, dates in titles and names. */

#include "services/cli/readers/as_of.h"
#include "services/cli/readers/registers.h"

#include <criterion/criterion.h>

static struct arena arena;

static void setup(void)
{
    arena_init(&arena, 64 * 1024 * 1024);
}

static void teardown(void)
{
    arena_finish(&arena);
}

TestSuite(sheet, .init = setup, .fini = teardown);

Test(sheet, encodings)
{
    static const struct {
        const char *bytes, *encoding, *cell;
    } CASES[] = {
        {"a,b\n", "ASCII", "a"},
        {"\xef\xbb\xbfk,b\n", "UTF-8", "k"},
        {"caf\xc3\xa9,b\n", "UTF-8", "café"},
        {"caf\xe9,b\n", "Windows-1252", "café"},
        {"Children\x92s,b\n", "Windows-1252", "Children’s"},
        {"\x80"
         "5,b\n",
         "Windows-1252", "€5"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct sheet sheet;
        cr_assert(sheet_read(span_of_text(CASES[i].bytes), &arena, &sheet, NULL) == CODE_OK);
        cr_assert(strcmp(sheet.encoding, CASES[i].encoding) == 0, "case %zu: %s", i, sheet.encoding);
        cr_assert(strcmp(sheet.rows[0].cells[0], CASES[i].cell) == 0, "case %zu: %s", i,
                  sheet.rows[0].cells[0]);
    }
}

Test(sheet, what_is_no_text_is_refused)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *part;
    } CASES[] = {
        {"\xff\xfe"
         "a\0",
         4, "UTF-16"},
        {"PK\x03\x04....", 8, "workbook"},
        {"a,\0b\n", 5, "NUL"},
        {"a,b\n\"never closed,c\n", 20, "line 2"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct sheet sheet;
        struct fault fault = {0};
        cr_assert(sheet_read(span_of(CASES[i].bytes, CASES[i].size), &arena, &sheet, &fault) ==
                      CODE_INVALID_ARGUMENT,
                  "case %zu", i);
        cr_assert(strstr(fault.reason, CASES[i].part), "case %zu: %s", i, fault.reason);
    }
}

Test(sheet, rows_know_their_lines)
{
    struct sheet sheet;
    const char *text = "title,,\r\n\r\n,,\r\n\"two\nlines\",b\r\n  x  ,\" \"\"y\"\" \"\nlast,without newline";
    cr_assert(sheet_read(span_of_text(text), &arena, &sheet, NULL) == CODE_OK);
    cr_assert(sheet.count == 4, "blank rows are left out");
    cr_assert(sheet.rows[0].line == 1 && sheet.rows[1].line == 4 && sheet.rows[2].line == 6 &&
              sheet.rows[3].line == 7);
    cr_assert(strcmp(sheet.rows[1].cells[0], "two\nlines") == 0);
    cr_assert(strcmp(sheet.rows[2].cells[0], "x") == 0 && strcmp(sheet.rows[2].cells[1], "\"y\"") == 0);
    cr_assert(strcmp(sheet.rows[3].cells[1], "without newline") == 0);
}

Test(sheet, headings_are_found_by_what_they_say)
{
    static const struct heading WANTED[] = {{"URN", "urn", true}, {"Multi", "multibuildinghome", false}};
    struct sheet sheet;
    struct columns columns;
    struct fault fault = {0};
    const char *text = "A list\nas at,31 March 2025\n\"\nMulti-Building\nHome\", u.r.n ,,\nY,7\n";
    cr_assert(sheet_read(span_of_text(text), &arena, &sheet, NULL) == CODE_OK);
    cr_assert(columns_find(&sheet, WANTED, 2, &columns, &fault) == CODE_OK, "%s", fault.reason);
    cr_assert(columns.header == 2 && columns.index[0] == 1 && columns.index[1] == 0);
    cr_assert(strcmp(columns_cell(&columns, &sheet.rows[3], 0), "7") == 0);
    text = "A list\nnumber,name\n";
    cr_assert(sheet_read(span_of_text(text), &arena, &sheet, NULL) == CODE_OK);
    cr_assert(columns_find(&sheet, WANTED, 2, &columns, &fault) == CODE_INVALID_ARGUMENT);
    cr_assert(strstr(fault.reason, "URN"));
}

Test(sheet, a_row_too_wide_is_refused)
{
    char text[2048];
    memset(text, ',', sizeof text - 1);
    text[0] = 'a';
    text[sizeof text - 1] = 0;
    struct sheet sheet;
    struct fault fault = {0};
    cr_assert(sheet_read(span_of_text(text), &arena, &sheet, &fault) == CODE_INVALID_ARGUMENT);
    cr_assert(strstr(fault.reason, "line 1"));
}

Test(as_of, titles_and_names)
{
    static const struct {
        const char *text, *date; /* "": none */
    } CASES[] = {
        {"Provider level as at 31 March 2025", "2025-03-31"},
        {"ofsted_provider_level_31mar2020.csv", "2020-03-31"},
        {"schools_special_dfe_spine_2017_18.csv", "2018-08-31"},
        {"performance tables 2017-2018", "2018-08-31"},
        {"edubasealldata20250422.csv", "2025-04-22"},
        {"list-2024-09-01.csv", "2024-09-01"},
        {"1 Sept 2024", "2024-09-01"},
        {"1 Sepp 2024", ""},
        {"1-Sep-2024", "2024-09-01"},
        {"31 February 2024", ""},
        {"gias_layout_sample.csv", ""},
        {"England 2025", ""},
        {"2017_19", ""},
        {"r1234567890", ""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct date date = DATE_NONE;
        char text[DATE_TEXT_BYTES];
        cr_assert(as_of_in_text(CASES[i].text, &date) == (*CASES[i].date != 0), "%s", CASES[i].text);
        date_print(date, text);
        cr_assert(strcmp(text, CASES[i].date) == 0, "%s: %s", CASES[i].text, text);
    }
}

static struct postcode_reading postcodes(const char *text)
{
    struct postcode_reading reading;
    struct fault fault = {0};
    cr_assert(postcodes_read(span_of_text(text), &arena, &reading, &fault) == CODE_OK, "%s", fault.reason);
    return reading;
}

Test(sheet, postcodes_with_and_without_headings)
{
    struct postcode_reading published = postcodes("\"SG138DQ\",10,532440,212045,\"E92000001\"\r\n"
                                                  "\"AL1 2NU\",10,514606,205348,\"\"\r\n"
                                                  "\"E1  1BJ\",10,534884,181833,\"\"\r\n"
                                                  "\"AL108NN\",90,0,0,\"\"\r\n");
    cr_assert(published.reading.read == 4 && published.count == 3 && published.without_position == 1);
    struct postcode_reading headed =
        postcodes("northing,Easting,Post code\n212045,532440,sg13 8dq\n"
                  "205348,514606,AL12NU\n181833,534884,E11BJ\n181833,534884,E1 1BJ\n");
    cr_assert(headed.count == 3 && headed.repeated == 1);
    for (size_t i = 0; i < 3; i++)
        cr_assert(headed.entries[i].postcode.key == published.entries[i].postcode.key &&
                  headed.entries[i].easting == published.entries[i].easting);
    struct postcode_reading bad =
        postcodes("postcode,easting,northing\nSG138DQ,532440,212045\nNOWHERE,1,1\nAL12NU,x,1\n");
    cr_assert(bad.reading.rejects.count == 2 && bad.reading.rejects.items[0].line == 3);
    cr_assert(strcmp(bad.reading.rejects.items[1].field, "easting") == 0);
}

Test(sheet, what_is_no_list_of_postcodes_is_refused)
{
    static const char *const CASES[] = {"name,easting,northing\nx,1,2\n", "a,b,c\n", "",
                                        "postcode,easting,northing\n"};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct postcode_reading reading;
        cr_assert(postcodes_read(span_of_text(CASES[i]), &arena, &reading, NULL) == CODE_INVALID_ARGUMENT,
                  "case %zu", i);
    }
}
