/* The frame that the readers share: rows with their lines, rejects and remarks, keys that must be unique, and
 * the cells that every list has (dates, numbers, postcodes). Bytes come in, a reading goes out; no file is
 * opened here. */

#include "services/cli/readers/reading.h"

#include "common/domain/postcode.h"
#include "services/cli/readers/as_of.h"

#include <stdarg.h>
#include <stdio.h>

enum { ISSUES_ROOM_FIRST = 64, REASON_BYTES = 512 };

enum code reading_init(struct reading *reading, struct arena *arena, size_t most, struct fault *ret_fault)
{
    size_t room = 16;
    while (room < most * 2)
        room *= 2;
    *reading = (struct reading){
        .arena = arena,
        .as_of = DATE_NONE,
        .encoding = "",
        .rows = arena_array(arena, void *, most + 1),
        .lines = arena_array(arena, unsigned, most + 1),
        .keys = arena_array(arena, const char *, most + 1),
        .named = arena_array(arena, const char *, most + 1),
        .seen = arena_array(arena, uint32_t, room),
        .seen_room = room,
    };
    if (arena->exhausted)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "file",
                         "the list is too long to hold in memory");
    return CODE_OK;
}

static void __attribute__((format(printf, 5, 0)))
add_issue(struct reading *reading, struct reading_issues *issues, unsigned line, const char *field,
          const char *format, va_list arguments)
{
    if (issues->count == issues->room) {
        size_t room = issues->room ? issues->room * 2 : ISSUES_ROOM_FIRST;
        struct reading_issue *items = arena_array(reading->arena, struct reading_issue, room);
        if (!items)
            return; /* the arena says so: the reading as a whole fails */
        if (issues->count)
            memcpy(items, issues->items, issues->count * sizeof *items);
        issues->items = items;
        issues->room = room;
    }
    char reason[REASON_BYTES];
    vsnprintf(reason, sizeof reason, format, arguments);
    text_mend(reason); /* a long cell may have been cut within a character */
    issues->items[issues->count++] =
        (struct reading_issue){.line = line, .field = field, .reason = arena_text(reading->arena, reason)};
}

void reading_reject(struct reading *reading, unsigned line, const char *field, const char *reason, ...)
{
    va_list arguments;
    va_start(arguments, reason);
    add_issue(reading, &reading->rejects, line, field, reason, arguments);
    va_end(arguments);
}

void reading_remark(struct reading *reading, unsigned line, const char *field, const char *reason, ...)
{
    va_list arguments;
    va_start(arguments, reason);
    add_issue(reading, &reading->remarks, line, field, reason, arguments);
    va_end(arguments);
}

/* FNV-1a. */
static size_t hash_of(const char *key)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *key; key++)
        hash = (hash ^ (uint8_t)*key) * UINT64_C(1099511628211);
    return (size_t)(hash ^ hash >> 29);
}

bool reading_take(struct reading *reading, unsigned line, const char *key_field, const char *key, void *row)
{
    size_t slot = 0;
    if (key) {
        for (slot = hash_of(key) & (reading->seen_room - 1); reading->seen[slot];
             slot = (slot + 1) & (reading->seen_room - 1)) {
            uint32_t earlier = reading->seen[slot] - 1;
            if (strcmp(reading->keys[earlier], key) == 0) {
                reading_reject(reading, line, key_field, "%s is already on line %u", key,
                               reading->lines[earlier]);
                return false;
            }
        }
        reading->seen[slot] = (uint32_t)reading->count + 1;
    }
    reading->keys[reading->count] = key ? arena_text(reading->arena, key) : "";
    reading->lines[reading->count] = line;
    reading->rows[reading->count++] = row;
    return true;
}

const char *row_cell(const struct row_reader *row, unsigned field)
{
    return columns_cell(row->columns, row->row, field);
}

void row_reject(struct row_reader *row, unsigned field, const struct fault *fault, const char *what)
{
    const char *name = row->headings[field].field;
    if (!row->rejected && fault)
        reading_reject(row->reading, row->row->line, name, "%s", fault->reason);
    else if (!row->rejected)
        reading_reject(row->reading, row->row->line, name, "\"%s\" %s", row_cell(row, field), what);
    row->rejected = true;
}

void row_remark(struct row_reader *row, unsigned field, const struct fault *fault, const char *what)
{
    const char *name = row->headings[field].field;
    if (fault)
        reading_remark(row->reading, row->row->line, name, "%s; left out", fault->reason);
    else
        reading_remark(row->reading, row->row->line, name, "\"%s\" %s", row_cell(row, field), what);
}

const char *row_date(struct row_reader *row, unsigned field)
{
    const char *cell = row_cell(row, field);
    if (!*cell)
        return "";
    struct fault fault;
    struct date date;
    bool number = strspn(cell, "0123456789.") == strlen(cell);
    if ((number ? date_parse_excel(cell, &date, &fault) : date_parse(cell, &date, &fault)) != CODE_OK) {
        row_remark(row, field, &fault, NULL);
        return "";
    }
    char text[DATE_TEXT_BYTES];
    date_print(date, text);
    return arena_text(row->reading->arena, text);
}

uint32_t row_number(struct row_reader *row, unsigned field, uint32_t most)
{
    uint32_t number = 0;
    if (*row_cell(row, field) && !text_number(row_cell(row, field), most, &number))
        row_remark(row, field, NULL, "is left out: it is no whole number in range");
    return number;
}

const char *row_postcode(struct row_reader *row, unsigned field)
{
    const char *cell = row_cell(row, field);
    if (!*cell)
        return "";
    struct fault fault;
    struct postcode postcode;
    if (postcode_parse(cell, &postcode, &fault) != CODE_OK) {
        row_remark(row, field, &fault, NULL);
        return "";
    }
    char text[POSTCODE_TEXT_BYTES];
    postcode_print(postcode, text);
    return arena_text(row->reading->arena, text);
}

static void find_as_of(const struct sheet *sheet, const struct columns *columns, struct reading *reading)
{
    for (size_t r = 0; r < columns->header; r++)
        for (size_t c = 0; c < sheet->rows[r].count; c++)
            if (as_of_in_text(sheet->rows[r].cells[c], &reading->as_of))
                return;
}

enum code reading_run(struct span bytes, const struct row_plan *plan, struct arena *arena,
                      struct reading *ret_reading, struct fault *ret_fault)
{
    struct sheet sheet;
    struct columns columns;
    struct reading reading;
    enum code code = sheet_read(bytes, arena, &sheet, ret_fault);
    if (code == CODE_OK)
        code = columns_find(&sheet, plan->headings, plan->heading_count, &columns, ret_fault);
    if (code == CODE_OK)
        code = reading_init(&reading, arena, sheet.count, ret_fault);
    if (code != CODE_OK)
        return code;
    reading.encoding = sheet.encoding;
    find_as_of(&sheet, &columns, &reading);
    for (size_t r = columns.header + 1; r < sheet.count; r++) {
        struct row_reader row = {
            .reading = &reading, .columns = &columns, .headings = plan->headings, .row = &sheet.rows[r]};
        reading.read++;
        plan->read_row(&row);
        if (row.rejected && row.key)
            reading.named[reading.named_count++] = row.key;
        reading.unread += row.rejected && !row.key;
        if (arena->exhausted)
            return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "file",
                             "the list is too long to hold in memory");
    }
    *ret_reading = reading;
    return CODE_OK;
}
