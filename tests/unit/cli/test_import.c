/* What every import shares: files gzip or not, the date of a publication, rejects that cannot carry a
 * formula, counts. */

#include "services/cli/import.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>

#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

static struct cli cli;
static struct arena arena;
static char folder[] = "/tmp/ccrag-import-XXXXXX";

static const struct cli_option OPTIONS[] = {
    {.name = "as-of", .value = "DATE"}, {.name = "rejects", .value = "FILE"}, {.name = "strict"}, {0}};

static void setup(void)
{
    cr_redirect_stdout();
    cr_redirect_stderr();
    cr_assert(mkdtemp(folder));
    cli = (struct cli){.program = "ccrag"};
    arena_init(&cli.arena, 1024 * 1024);
    arena_init(&arena, 16 * 1024 * 1024);
}

static void teardown(void)
{
    char command[128];
    arena_finish(&arena);
    arena_finish(&cli.arena);
    snprintf(command, sizeof command, "rm -r %s", folder);
    cr_assert(system(command) == 0);
}

TestSuite(import, .init = setup, .fini = teardown);

static void give(size_t option, const char *value)
{
    cli.given[cli.given_count++] = (struct cli_given){&OPTIONS[option], value};
}

static const char *path_of(const char *name)
{
    return arena_format(&arena, "%s/%s", folder, name);
}

static const char *contents(const char *path)
{
    char *text = arena_alloc(&arena, 4096);
    FILE *file = fopen(path, "r");
    cr_assert(file, "%s", path);
    text[fread(text, 1, 4095, file)] = 0;
    fclose(file);
    return text;
}

Test(import, files_plain_and_gzip)
{
    const char *plain = path_of("a.csv"), *packed = path_of("a.csv.gz");
    FILE *file = fopen(plain, "w");
    fputs("x,y\n1,2\n", file);
    fclose(file);
    gzFile gz = gzopen(packed, "wb");
    gzputs(gz, "x,y\n1,2\n");
    gzclose(gz);
    const char *paths[] = {plain, packed};
    for (size_t i = 0; i < 2; i++) {
        struct import import = {.cli = &cli, .path = paths[i]};
        struct fault fault = {0};
        cr_assert(import_load(&import, &fault) == CODE_OK, "%s", fault.reason);
        cr_assert(span_equal(import.bytes, span_of_text("x,y\n1,2\n")));
        import_finish(&import);
        cr_assert(import.bytes.size == 0);
    }
}

Test(import, a_file_that_is_not_there_or_is_cut)
{
    struct fault fault = {0};
    struct import import = {.cli = &cli, .path = path_of("none.csv")};
    cr_assert(import_load(&import, &fault) == CODE_NOT_FOUND);
    cr_assert(strstr(fault.reason, "none.csv"));
    const char *packed = path_of("cut.gz");
    gzFile gz = gzopen(packed, "wb");
    for (int i = 0; i < 20000; i++)
        gzprintf(gz, "%d,%d\n", i, i * 7919);
    gzclose(gz);
    cr_assert(truncate(packed, 5000) == 0);
    import.path = packed;
    cr_assert(import_load(&import, &fault) == CODE_DATA_LOSS);
}

Test(import, the_date_is_given_or_in_the_title_or_in_the_name)
{
    static const struct {
        const char *given, *title, *path, *date; /* date "": refused */
    } CASES[] = {
        {"2024-01-02", "2025-03-31", "list_31mar2020.csv", "2024-01-02"},
        {NULL, "2025-03-31", "list_31mar2020.csv", "2025-03-31"},
        {NULL, "", "/some/where_2019_20/list_31mar2020.csv", "2020-03-31"},
        {NULL, "", "/some/where_2019_20/list.csv", ""},
        {"tomorrow", "", "list_31mar2020.csv", ""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct import import = {.cli = &cli, .path = CASES[i].path};
        struct fault fault = {0};
        char text[DATE_TEXT_BYTES];
        cli.given_count = 0;
        if (CASES[i].given)
            give(0, CASES[i].given);
        import.reading.as_of = DATE_NONE;
        if (*CASES[i].title)
            cr_assert(date_parse(CASES[i].title, &import.reading.as_of, NULL) == CODE_OK);
        enum code code = import_as_of(&import, &fault);
        cr_assert((code == CODE_OK) == (*CASES[i].date != 0), "case %zu", i);
        cr_assert(code == CODE_OK || strcmp(fault.field, "--as-of") == 0);
        date_print(import.reading.as_of, text);
        cr_assert(code != CODE_OK || strcmp(text, CASES[i].date) == 0, "case %zu: %s", i, text);
    }
}

Test(import, rejects_cannot_carry_a_formula)
{
    struct import import = {.cli = &cli, .kind = "ofsted", .path = "list, of homes.csv", .unchanged = 1};
    cr_assert(reading_init(&import.reading, &arena, 4, NULL) == CODE_OK);
    reading_reject(&import.reading, 7, "URN", "%s", "=HYPERLINK(\"x\")");
    reading_reject(&import.reading, 9, "Name", "%s", "@cmd");
    const char *path = path_of("rejects.csv");
    give(1, path);
    cr_assert(import_report(&import) == EX_OK);
    cr_assert(strcmp(contents(path), "file,line,field,reason\r\n"
                                     "\"list, of homes.csv\",7,\"URN\",\"'=HYPERLINK(\"\"x\"\")\"\r\n"
                                     "\"list, of homes.csv\",9,\"Name\",\"'@cmd\"\r\n") == 0,
              "rule S5: %s", contents(path));
    import.unchanged = 0;
    cr_assert(import_report(&import) == EX_DATAERR, "no row was good");
    import.unchanged = 1;
    give(2, "");
    cr_assert(import_report(&import) == EX_DATAERR, "--strict");
    give(1, "/nowhere/rejects.csv");
    cr_assert(import_report(&import) == EX_CANTCREAT);
}

Test(import, what_the_service_says_is_told_with_the_files_line)
{
    struct import import = {.cli = &cli, .path = "x"};
    Pb__ImportReject reject, remark, *rejects[] = {&reject}, *remarks[] = {&remark};
    Pb__ImportResult result;
    cr_assert(reading_init(&import.reading, &arena, 4, NULL) == CODE_OK);
    cr_assert(reading_take(&import.reading, 11, "URN", "a", &result));
    cr_assert(reading_take(&import.reading, 12, "URN", "b", &result));
    cr_assert(!reading_take(&import.reading, 13, "URN", "a", &result));
    pb__import_reject__init(&reject);
    pb__import_reject__init(&remark);
    pb__import_result__init(&result);
    reject.row = 0;
    reject.field = "postcode";
    reject.reason = "not good";
    remark.row = 1; /* past the rows: about the list as a whole */
    result.added = 3;
    result.rejects = rejects;
    result.n_rejects = 1;
    result.remarks = remarks;
    result.n_remarks = 1;
    import_add(&import, &result, 1);
    cr_assert(import.added == 3);
    cr_assert(import.reading.rejects.count == 2 && import.reading.rejects.items[0].line == 13);
    cr_assert(import.reading.rejects.items[1].line == 12, "row 0 of the request is row 1 of the reading");
    cr_assert(import.reading.remarks.items[0].line == 0);
}
