/* The tables against the registers as published: every authority, provision type, judgement, URN and postcode
 * that occurs in them is understood, or is one of those that are known to be odd. Skipped where the registers
 * are absent. */

#include "common/domain/gss.h"
#include "common/domain/judgement.h"
#include "common/domain/kinds.h"
#include "common/domain/postcode.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { COLUMNS = 200, CELL_BYTES = 1024 };

struct row {
    char cells[COLUMNS][CELL_BYTES];
    int count;
};

/* One record of a CSV file: quotes, doubled quotes, newlines within. False at the end. */
static bool next_row(FILE *file, struct row *row)
{
    size_t used = 0;
    bool quoted = false, any = false;
    row->count = 0;
    for (int c; (c = getc(file)) != EOF;) {
        any = true;
        if (quoted && c == '"') {
            int next = getc(file);
            quoted = next == '"';
            if (!quoted) {
                ungetc(next, file);
                continue;
            }
        } else if (c == '"' && used == 0) {
            quoted = true;
            continue;
        } else if (!quoted && (c == ',' || c == '\n')) {
            row->cells[row->count++][used] = '\0';
            used = 0;
            if (c == '\n')
                return true;
            row->cells[row->count][0] = '\0';
            continue;
        }
        if (c != '\r' && used + 1 < CELL_BYTES && row->count < COLUMNS - 1)
            row->cells[row->count][used++] = (char)c;
    }
    row->cells[row->count++][used] = '\0';
    return any;
}

static int column(const struct row *header, const char *heading)
{
    for (int i = 0; i < header->count; i++) {
        const char *cell = header->cells[i];
        if (strcmp(cell + strspn(cell, "\n "), heading) == 0)
            return i;
    }
    return -1;
}

/* Opens a register and reads on to its header; skips the test where the file is absent. */
static FILE *open_register(const char *name, const char *heading, struct row *ret_header)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", SHARED_DATA, name);
    FILE *file = fopen(path, "r");
    if (!file)
        cr_skip_test("%s is not here", path);
    while (next_row(file, ret_header))
        if (column(ret_header, heading) >= 0)
            return file;
    cr_assert_fail("%s: no column %s", path, heading);
    return file;
}

static void check_ofsted_row(const struct row *row, const int at[5], int line)
{
    const struct authority *authority;
    enum kind kind;
    struct urn urn;
    struct postcode postcode;
    enum judgement judgement;
    struct fault fault = {.reason = ""};
    cr_assert_eq(authority_resolve(row->cells[at[0]], &authority, &fault), CODE_OK, "%d: %s", line,
                 fault.reason);
    cr_assert_eq(kind_from_ofsted(row->cells[at[1]], &kind, &fault), CODE_OK, "%d: %s", line, fault.reason);
    cr_assert_eq(urn_make(REGULATOR_OFSTED, row->cells[at[2]], &urn, &fault), CODE_OK, "%d: %s", line,
                 fault.reason);
    if (strcmp(row->cells[at[3]], "REDACTED") != 0)
        cr_assert_eq(postcode_parse(row->cells[at[3]], &postcode, &fault), CODE_OK, "%d: %s", line,
                     fault.reason);
    cr_assert_eq(judgement_parse(row->cells[at[4]], &judgement, &fault), CODE_OK, "%d: %s", line,
                 fault.reason);
}

static void check_ofsted(const char *name, int rows)
{
    struct row *row = calloc(1, sizeof *row);
    FILE *file = open_register(name, "Provision type", row);
    const int at[5] = {column(row, "Local authority"), column(row, "Provision type"), column(row, "URN"),
                       column(row, "Postcode"),
                       column(row, "Overall experiences and progress of children and young people")};
    for (int i = 0; i < 5; i++)
        cr_assert_geq(at[i], 0);
    int seen = 0;
    while (next_row(file, row)) {
        if (row->count <= at[4] || row->cells[at[2]][0] == '\0')
            continue;
        check_ofsted_row(row, at, ++seen);
    }
    cr_assert_eq(seen, rows);
    fclose(file);
    free(row);
}

Test(published, ofsted_2020)
{
    check_ofsted("ofsted_provider_level_31mar2020.csv", 2971);
}

Test(published, ofsted_2023)
{
    check_ofsted("ofsted_provider_level_31mar2023.csv", 3546);
}

Test(published, ofsted_2025)
{
    check_ofsted("ofsted_provider_level_31mar2025.csv", 5600);
}

Test(published, the_dfes_special_schools)
{
    struct row *row = calloc(1, sizeof *row);
    FILE *file = open_register("schools_special_dfe_spine_2017_18.csv", "NFTYPE", row);
    int la = column(row, "LA"), type = column(row, "NFTYPE"), number = column(row, "URN");
    int code = column(row, "POSTCODE"), opened = column(row, "OPENDATE");
    int independent = 0, non_maintained = 0;
    while (next_row(file, row)) {
        enum kind kind = KIND_UNSPECIFIED;
        struct urn urn;
        struct postcode postcode;
        struct date date;
        struct fault fault = {.reason = ""};
        if (row->count <= opened)
            continue;
        cr_assert_not_null(authority_by_dfe(atoi(row->cells[la])), "%s", row->cells[la]);
        cr_assert_eq(kind_from_nftype(row->cells[type], &kind, &fault), CODE_OK, "%s", fault.reason);
        cr_assert_eq(urn_make(REGULATOR_DFE, row->cells[number], &urn, &fault), CODE_OK, "%s", fault.reason);
        cr_assert_eq(postcode_parse(row->cells[code], &postcode, &fault), CODE_OK, "%s", fault.reason);
        if (row->cells[opened][0])
            cr_assert_eq(date_parse_excel(row->cells[opened], &date, &fault), CODE_OK, "%s", fault.reason);
        independent += kind == KIND_INDEPENDENT_SPECIAL_SCHOOL;
        non_maintained += kind == KIND_NON_MAINTAINED_SPECIAL_SCHOOL;
    }
    cr_assert_eq(independent, 562);
    cr_assert_eq(non_maintained, 62);
    fclose(file);
    free(row);
}

Test(published, code_point_open)
{
    char path[512], line[512];
    snprintf(path, sizeof path, "%s/postcodes_cpo2014_subset_as_published.csv", SHARED_DATA);
    FILE *file = fopen(path, "r");
    if (!file)
        cr_skip_test("%s is not here", path);
    int rows = 0;
    for (; fgets(line, sizeof line, file); rows++) {
        struct postcode postcode;
        struct fault fault = {.reason = ""};
        char packed[8] = "";
        memcpy(packed, line + 1, 7);
        cr_assert_eq(postcode_parse(packed, &postcode, &fault), CODE_OK, "%s", fault.reason);
    }
    cr_assert_eq(rows, 2982);
    fclose(file);
}
