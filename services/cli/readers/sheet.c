/* CSV as published, by libcsv: text comes in, rows of trimmed cells with their line numbers go out. Headings
 * are found by name after any title rows. What the cells mean is for the readers. */

#include "services/cli/readers/sheet.h"

#include "common/base/limits.h"

#include <csv.h>
#include <stdlib.h>

struct walk {
    sheet_on_row on_row;
    void *context;
    struct fault *ret_fault;
    enum code code;
    unsigned line; /* where the present row began */
    bool open;     /* a row has begun and not ended */
    char *bytes;   /* its cells, each NUL-ended */
    size_t used;
    size_t starts[SHEET_COLUMNS_MAX];
    size_t count;
    bool blank;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Blanks of ASCII and the no-break blank, which spreadsheets leave at the ends of cells. */
static void trim(const char **text, size_t *size)
{
    for (;;) {
        if (*size && is_blank(**text))
            (*text)++, (*size)--;
        else if (*size > 1 && memcmp(*text, "\xc2\xa0", 2) == 0)
            *text += 2, *size -= 2;
        else
            break;
    }
    for (;;) {
        if (*size && is_blank((*text)[*size - 1]))
            (*size)--;
        else if (*size > 1 && memcmp(*text + *size - 2, "\xc2\xa0", 2) == 0)
            *size -= 2;
        else
            break;
    }
}

static void on_cell(void *data, size_t size, void *context)
{
    struct walk *walk = context;
    if (walk->code != CODE_OK)
        return;
    const char *text = data;
    trim(&text, &size);
    if (walk->count == SHEET_COLUMNS_MAX || size + 1 > SHEET_ROW_BYTES_MAX - walk->used) {
        walk->code = fault_set(walk->ret_fault, CODE_INVALID_ARGUMENT, "file",
                               "line %u: the row has more than %d cells or %d bytes", walk->line,
                               SHEET_COLUMNS_MAX, SHEET_ROW_BYTES_MAX);
        return;
    }
    walk->starts[walk->count++] = walk->used;
    if (size)
        memcpy(walk->bytes + walk->used, text, size);
    walk->bytes[walk->used + size] = 0;
    walk->used += size + 1;
    walk->blank = walk->blank && size == 0;
}

static void on_end(int character, void *context)
{
    (void)character;
    struct walk *walk = context;
    if (walk->code == CODE_OK && !walk->blank) {
        char *cells[SHEET_COLUMNS_MAX];
        for (size_t i = 0; i < walk->count; i++)
            cells[i] = walk->bytes + walk->starts[i];
        walk->code = walk->on_row(walk->context, walk->line, walk->count, cells, walk->ret_fault);
    }
    walk->open = false;
    walk->used = walk->count = 0;
    walk->blank = true;
}

static bool line_is_blank(const char *line, size_t size)
{
    while (size && is_blank(*line))
        line++, size--;
    return size == 0;
}

/* Fed line by line, so that a row's own line is known although libcsv does not count. */
static void feed(struct csv_parser *parser, struct span text, struct walk *walk)
{
    const char *at = (const char *)text.data, *end = at + text.size;
    for (unsigned line = 1; at < end && walk->code == CODE_OK; line++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t size = (size_t)((newline ? newline + 1 : end) - at);
        if (walk->open || !line_is_blank(at, size)) {
            if (!walk->open)
                walk->line = line;
            walk->open = true;
            if (csv_parse(parser, at, size, on_cell, on_end, walk) != size && walk->code == CODE_OK)
                walk->code = fault_set(walk->ret_fault, CODE_INVALID_ARGUMENT, "file", "line %u: %s", line,
                                       csv_strerror(csv_error(parser)));
        }
        at += size;
    }
    /* A row that even an end of line does not end is inside a quote. */
    if (walk->open && walk->code == CODE_OK)
        csv_parse(parser, "\n", 1, on_cell, on_end, walk);
    if (walk->open && walk->code == CODE_OK)
        walk->code = fault_set(walk->ret_fault, CODE_INVALID_ARGUMENT, "file",
                               "line %u: a cell begins with a quote that is never closed", walk->line);
}

enum code sheet_walk(struct span text, sheet_on_row on_row, void *context, struct fault *ret_fault)
{
    struct csv_parser parser;
    struct walk walk = {.on_row = on_row, .context = context, .ret_fault = ret_fault, .blank = true};
    walk.bytes = malloc(SHEET_ROW_BYTES_MAX);
    if (!walk.bytes || csv_init(&parser, 0)) {
        free(walk.bytes);
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "file", "out of memory");
    }
    feed(&parser, text, &walk);
    csv_free(&parser);
    free(walk.bytes);
    return walk.code;
}

struct collect {
    struct sheet *sheet;
    struct arena *arena;
};

static enum code keep_row(void *context, unsigned line, size_t count, char *const *cells,
                          struct fault *ret_fault)
{
    struct collect *collect = context;
    const char **kept = arena_array(collect->arena, const char *, count);
    for (size_t i = 0; kept && i < count; i++)
        kept[i] = *cells[i] ? arena_text(collect->arena, cells[i]) : "";
    if (collect->arena->exhausted)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "file", "line %u: the file is too large", line);
    collect->sheet->rows[collect->sheet->count++] =
        (struct sheet_row){.line = line, .count = count, .cells = kept};
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
    code = sheet_walk(decoded.text, keep_row, &collect, ret_fault);
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
