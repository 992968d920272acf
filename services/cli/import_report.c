/* What came of an import, for people and for programs: counts, every rejected row with file, line, field and
 * reason. A file of rejects cannot carry a formula (rule S5). */

#include "services/cli/import.h"

#include <csv.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { REMARKS_SHOWN = 10 };

/* Text that a spreadsheet would reckon is made plain. */
static void write_cell(FILE *file, const char *text, struct arena *arena)
{
    const char *plain = *text && strchr("=+-@\t\r", *text) ? arena_format(arena, "'%s", text) : text;
    csv_fwrite(file, plain ? plain : "", plain ? strlen(plain) : 0);
}

static int write_rejects(struct import *import, const char *path)
{
    FILE *file = fopen(path, "we");
    if (!file)
        return cli_complain(EX_CANTCREAT, "%s cannot be written: %s", path, strerror(errno));
    fputs("file,line,field,reason\r\n", file);
    for (size_t i = 0; i < import->reading.rejects.count; i++) {
        const struct reading_issue *issue = &import->reading.rejects.items[i];
        write_cell(file, import->path, import->reading.arena);
        fprintf(file, ",%u,", issue->line);
        write_cell(file, issue->field, import->reading.arena);
        fputc(',', file);
        write_cell(file, issue->reason, import->reading.arena);
        fputs("\r\n", file);
    }
    bool failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed)
        return cli_complain(EX_IOERR, "%s cannot be written to its end", path);
    return EX_OK;
}

static json_t *issues_json(const struct import *import, const struct reading_issues *issues)
{
    json_t *list = json_array();
    for (size_t i = 0; i < issues->count; i++)
        json_array_append_new(list, json_pack("{s:s, s:i, s:s, s:s}", "file", import->path, "line",
                                              (int)issues->items[i].line, "field", issues->items[i].field,
                                              "reason", issues->items[i].reason));
    return list;
}

static void print_json(const struct import *import, const char *as_of)
{
    json_t *all = json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "file", import->path,
                            "list", import->kind, "encoding", import->reading.encoding, "read",
                            (json_int_t)import->reading.read, "added", (json_int_t)import->added, "changed",
                            (json_int_t)import->changed, "unchanged", (json_int_t)import->unchanged,
                            "history", (json_int_t)import->history, "closed", (json_int_t)import->closed,
                            "rejected", (json_int_t)import->reading.rejects.count, "remarked",
                            (json_int_t)import->reading.remarks.count);
    if (*as_of)
        json_object_set_new(all, "asOf", json_string(as_of));
    json_object_set_new(all, "rejects", issues_json(import, &import->reading.rejects));
    json_object_set_new(all, "remarks", issues_json(import, &import->reading.remarks));
    char *text = json_dumps(all, JSON_INDENT(2));
    puts(text ? text : "{}");
    free(text);
    json_decref(all);
}

/* Remarks that say the same are one line with their number. */
static void print_remarks(const struct reading_issues *remarks)
{
    struct {
        const struct reading_issue *first;
        size_t count;
    } kinds[REMARKS_SHOWN];
    size_t kind_count = 0, told = 0;
    for (size_t i = 0; i < remarks->count; i++) {
        const struct reading_issue *issue = &remarks->items[i];
        size_t k = 0;
        while (k < kind_count && (strcmp(kinds[k].first->field, issue->field) != 0 ||
                                  strcmp(kinds[k].first->reason, issue->reason) != 0))
            k++;
        if (k == REMARKS_SHOWN)
            continue;
        if (k == kind_count)
            kinds[kind_count++].count = 0, kinds[k].first = issue;
        kinds[k].count++;
        told++;
    }
    for (size_t k = 0; k < kind_count; k++) {
        const struct reading_issue *first = kinds[k].first;
        printf("  remark");
        if (first->line)
            printf(", line %u", first->line);
        if (kinds[k].count > 1)
            printf(" and %zu others", kinds[k].count - 1);
        printf(": %s: %s\n", first->field, first->reason);
    }
    if (told < remarks->count)
        printf("  and %zu remarks more; --json shows all\n", remarks->count - told);
}

static void print_counts(const struct import *import, const char *as_of)
{
    const struct reading *reading = &import->reading;
    printf("%s: %s%s%s\n", import->path, reading->encoding, *as_of ? ", as of " : "", as_of);
    printf("  read %zu, added %zu, changed %zu, unchanged %zu, history only %zu, closed %zu, rejected %zu, "
           "remarks %zu\n",
           reading->read, import->added, import->changed, import->unchanged, import->history, import->closed,
           reading->rejects.count, reading->remarks.count);
    print_remarks(&reading->remarks);
}

int import_report(struct import *import)
{
    const struct reading_issues *rejects = &import->reading.rejects;
    const char *path = cli_option(import->cli, "rejects");
    char as_of[DATE_TEXT_BYTES];
    date_print(import->reading.as_of, as_of);
    if (import->cli->json)
        print_json(import, as_of);
    else
        print_counts(import, as_of);
    int status = path ? write_rejects(import, path) : EX_OK;
    fflush(stdout);
    for (size_t i = 0; !path && !import->cli->json && i < rejects->count; i++)
        fprintf(stderr, "%s:%u: %s: %s\n", import->path, rejects->items[i].line, rejects->items[i].field,
                rejects->items[i].reason);
    bool none = import->added + import->changed + import->unchanged + import->history + import->closed == 0;
    bool refused = rejects->count && (none || cli_option(import->cli, "strict"));
    return status == EX_OK && refused ? EX_DATAERR : status;
}
