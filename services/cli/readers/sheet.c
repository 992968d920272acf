/* CSV as published: text comes in, rows of trimmed cells with their line numbers go out. Headings are found
 * by name after any title rows. What the cells mean is for the readers. */

#include "services/cli/readers/sheet.h"

#include "common/base/limits.h"

struct collect {
    struct sheet *sheet;
    struct arena *arena;
};

static enum code keep_row(void *context, const struct sheets_row *row, struct fault *ret_fault)
{
    struct collect *collect = context;
    const char **kept = arena_array(collect->arena, const char *, row->count);
    for (size_t i = 0; kept && i < row->count; i++)
        kept[i] = *row->cells[i] ? arena_text(collect->arena, row->cells[i]) : "";
    if (collect->arena->exhausted)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "file", "line %u: the file is too large",
                         row->line);
    collect->sheet->rows[collect->sheet->count++] =
        (struct sheet_row){.line = row->line, .count = row->count, .cells = kept};
    return CODE_OK;
}

enum code sheet_read(struct span bytes, struct arena *arena, struct sheet *ret_sheet, struct fault *ret_fault)
{
    struct decoded decoded;
    enum code code = text_decode(bytes, arena, &decoded, ret_fault);
    if (code != CODE_OK)
        return code;
    size_t most = 2;
    for (size_t i = 0; i < decoded.text.size; i++)
        most += decoded.text.data[i] == '\n' || decoded.text.data[i] == '\r';
    struct sheet sheet = {.encoding = decoded.encoding, .rows = arena_array(arena, struct sheet_row, most)};
    if (!sheet.rows)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "file", "the file is too large");
    struct collect collect = {.sheet = &sheet, .arena = arena};
    code = sheets_walk(decoded.text, keep_row, &collect, NULL, ret_fault);
    if (code == CODE_OK)
        *ret_sheet = sheet;
    return code;
}

/* Is `cell` one of the names? */
static bool names_hold(const char *names, const char *cell)
{
    char normal[160];
    text_normalise(cell, normal, sizeof normal);
    size_t length = strlen(normal);
    if (length == 0)
        return false;
    for (const char *name = names; name; name = strchr(name, '|') ? strchr(name, '|') + 1 : NULL)
        if (strncmp(name, normal, length) == 0 && (name[length] == '|' || name[length] == 0))
            return true;
    return false;
}

/* The columns of one candidate row; returns how many of the required ones it lacks, and the first of them. */
static size_t columns_of_row(const struct sheet_row *row, const struct heading *headings, size_t count,
                             struct columns *ret_columns, const char **ret_missing)
{
    size_t missing = 0;
    for (size_t h = 0; h < count; h++) {
        ret_columns->index[h] = -1;
        for (size_t c = 0; c < row->count && ret_columns->index[h] < 0; c++)
            if (names_hold(headings[h].names, row->cells[c]))
                ret_columns->index[h] = (int)c;
        if (headings[h].required && ret_columns->index[h] < 0 && missing++ == 0)
            *ret_missing = headings[h].field;
    }
    return missing;
}

enum code columns_find(const struct sheet *sheet, const struct heading *headings, size_t count,
                       struct columns *ret_columns, struct fault *ret_fault)
{
    size_t least = SIZE_MAX, best = 0;
    const char *best_missing = "";
    for (size_t r = 0; r < sheet->count && r < SHEET_TITLE_ROWS_MAX; r++) {
        struct columns columns = {.header = r};
        const char *missing = "";
        size_t lacks = columns_of_row(&sheet->rows[r], headings, count, &columns, &missing);
        if (lacks == 0) {
            *ret_columns = columns;
            return CODE_OK;
        }
        if (lacks < least) {
            least = lacks;
            best = r;
            best_missing = missing;
        }
    }
    if (sheet->count == 0)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "file", "it is empty");
    return fault_set(
        ret_fault, CODE_INVALID_ARGUMENT, "file",
        "no row of the first %d has the headings of this list; the nearest, line %u, lacks \"%s\"%s",
        SHEET_TITLE_ROWS_MAX, sheet->rows[best].line, best_missing, least > 1 ? " and others" : "");
}

const char *columns_cell(const struct columns *columns, const struct sheet_row *row, unsigned field)
{
    int index = columns->index[field];
    return index >= 0 && (size_t)index < row->count ? row->cells[index] : "";
}
