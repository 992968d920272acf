/* CSV as it comes, by libcsv: bytes come in, rows of trimmed cells with their places go out. */

#include "common/sheets/read.h"

#include "common/base/limits.h"

#include <csv.h>
#include <stdlib.h>

struct walk {
    sheets_on_row on_row;
    void *context;
    struct fault *ret_fault;
    enum code code;
    unsigned row;  /* of the present row, or the one before it began */
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
        const struct sheets_row row = {walk->row, walk->line, walk->count, cells};
        walk->code = walk->on_row(walk->context, &row, walk->ret_fault);
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

/* A line with what ends it: CRLF, LF or CR. */
static size_t line_size(const char *at, const char *end)
{
    const char *stop = at;
    while (stop < end && *stop != '\n' && *stop != '\r')
        stop++;
    if (stop < end)
        stop += stop + 1 < end && stop[0] == '\r' && stop[1] == '\n' ? 2 : 1;
    return (size_t)(stop - at);
}

/* Fed line by line, so that a row's own place is known although libcsv does not count. */
static void feed(struct csv_parser *parser, struct span text, struct walk *walk)
{
    const char *at = (const char *)text.data, *end = at + text.size;
    for (unsigned line = 1; at < end && walk->code == CODE_OK; line++) {
        size_t size = line_size(at, end);
        if (!walk->open) {
            walk->row++;
            walk->line = line;
            walk->open = !line_is_blank(at, size);
        }
        if (walk->open && csv_parse(parser, at, size, on_cell, on_end, walk) != size && walk->code == CODE_OK)
            walk->code = fault_set(walk->ret_fault, CODE_INVALID_ARGUMENT, "file", "line %u: %s", line,
                                   csv_strerror(csv_error(parser)));
        at += size;
    }
    /* A row that even an end of line does not end is inside a quote. */
    if (walk->open && walk->code == CODE_OK)
        csv_parse(parser, "\n", 1, on_cell, on_end, walk);
    if (walk->open && walk->code == CODE_OK)
        walk->code = fault_set(walk->ret_fault, CODE_INVALID_ARGUMENT, "file",
                               "line %u: a cell begins with a quote that is never closed", walk->line);
}

enum code sheets_walk(struct span bytes, sheets_on_row on_row, void *context, unsigned *ret_row,
                      struct fault *ret_fault)
{
    struct csv_parser parser;
    struct walk walk = {.on_row = on_row, .context = context, .ret_fault = ret_fault, .blank = true};
    walk.bytes = malloc(SHEET_ROW_BYTES_MAX);
    if (!walk.bytes || csv_init(&parser, 0)) {
        free(walk.bytes);
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "file", "out of memory");
    }
    feed(&parser, sheets_without_mark(bytes, NULL), &walk);
    csv_free(&parser);
    free(walk.bytes);
    if (walk.code != CODE_OK && ret_row)
        *ret_row = walk.row;
    return walk.code;
}
