/* Tables, distances, money and progress for people. Texts come in, lines go out on a stream. */

#include "services/cli/show.h"

#include "common/domain/date.h"
#include "common/domain/distance.h"
#include "common/domain/money.h"

#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { GAP = 2, ELASTIC_LEAST = 8, NOTE_INDENT = 4, PROGRESS_EVERY_US = 100 * 1000 };

/* Characters, not bytes: every byte of UTF-8 that does not continue one. */
static size_t width_of(const char *text)
{
    size_t width = 0;
    for (; *text; text++)
        width += (*text & 0xc0) != 0x80;
    return width;
}

size_t show_width(FILE *out)
{
    struct winsize size;
    if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

/* Prints at most `width` characters; a cut text ends in an ellipsis. */
static size_t print_cut(FILE *out, const char *text, size_t width)
{
    if (width_of(text) <= width) {
        fputs(text, out);
        return width_of(text);
    }
    size_t done = 0;
    while (*text && done + 1 < width) {
        do
            fputc(*text++, out);
        while ((*text & 0xc0) == 0x80);
        done++;
    }
    fputs("…", out);
    return done + 1;
}

/* Takes what is too much from the elastic columns, evenly from the widest. */
static void squeeze(const struct show_column *columns, size_t count, size_t *widths, size_t terminal)
{
    size_t all = 0;
    for (size_t c = 0; c < count; c++)
        all += widths[c] + GAP;
    while (terminal && all > terminal + GAP) {
        size_t widest = count;
        for (size_t c = 0; c < count; c++)
            if (columns[c].elastic && widths[c] > ELASTIC_LEAST &&
                (widest == count || widths[c] > widths[widest]))
                widest = c;
        if (widest == count)
            return;
        widths[widest]--;
        all--;
    }
}

static void print_row(FILE *out, const struct show_column *columns, size_t count, const size_t *widths,
                      const char *const *cells)
{
    while (cells && count > 1 && !*cells[count - 1])
        count--;
    for (size_t c = 0; c < count; c++) {
        const char *text = cells ? cells[c] : columns[c].heading;
        size_t room = width_of(text) < widths[c] ? widths[c] - width_of(text) : 0;
        if (columns[c].right)
            fprintf(out, "%*s", (int)room, "");
        print_cut(out, text, widths[c]);
        if (c + 1 < count)
            fprintf(out, "%*s", (int)((columns[c].right ? 0 : room) + GAP), "");
    }
    fputc('\n', out);
}

void show_table(FILE *out, const struct show_column *columns, size_t column_count, const char *const *cells,
                size_t row_count, const char *none)
{
    show_table_noted(out, columns, column_count, cells, NULL, row_count, none);
}

void show_table_noted(FILE *out, const struct show_column *columns, size_t column_count,
                      const char *const *cells, const char *const *notes, size_t row_count, const char *none)
{
    size_t widths[SHOW_COLUMNS_MAX];
    if (row_count == 0) {
        fprintf(out, "%s\n", none);
        return;
    }
    for (size_t c = 0; c < column_count; c++) {
        widths[c] = width_of(columns[c].heading);
        for (size_t r = 0; r < row_count; r++)
            if (width_of(cells[r * column_count + c]) > widths[c])
                widths[c] = width_of(cells[r * column_count + c]);
    }
    squeeze(columns, column_count, widths, show_width(out));
    print_row(out, columns, column_count, widths, NULL);
    for (size_t r = 0; r < row_count; r++) {
        print_row(out, columns, column_count, widths, cells + r * column_count);
        if (notes)
            fprintf(out, "%*s%s\n", NOTE_INDENT, "", notes[r]);
    }
}

const char *show_miles(struct arena *arena, uint32_t metres, int quality)
{
    static const char *const WORDS[] = {" (place unknown)", "", " (by sector)", " (by outward code)",
                                        " (by area)"};
    char text[MILES_TEXT_BYTES];
    metres_print_miles((struct metres){metres}, text);
    bool known = quality >= 0 && quality < (int)(sizeof WORDS / sizeof *WORDS);
    return arena_format(arena, "%s%s%s", quality == 1 ? "" : "~", text, known ? WORDS[quality] : WORDS[0]);
}

const char *show_money(struct arena *arena, int64_t pence)
{
    char text[MONEY_TEXT_BYTES];
    if (pence == 0)
        return "–";
    money_print(money_pence(pence), text);
    return arena_text(arena, text);
}

const char *show_age(struct arena *arena, int64_t ms)
{
    static const struct {
        int64_t ms;
        const char *unit;
    } UNITS[] = {{86400000, "day"}, {3600000, "hour"}, {60000, "minute"}, {1000, "second"}};
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++)
        if (ms >= UNITS[i].ms)
            return arena_format(arena, "%" PRId64 " %s%s", ms / UNITS[i].ms, UNITS[i].unit,
                                ms / UNITS[i].ms == 1 ? "" : "s");
    return "less than a second";
}

const char *show_plural(size_t count)
{
    return count == 1 ? "" : "s";
}

void progress_show(struct progress *progress, int64_t now_us, size_t done, size_t all)
{
    if (!isatty(STDERR_FILENO) || (now_us < progress->next_us && done < all))
        return;
    progress->next_us = now_us + PROGRESS_EVERY_US;
    progress->shown = true;
    if (all)
        fprintf(stderr, "\r%s: %zu of %zu (%zu%%)\033[K", progress->what, done, all, done * 100 / all);
    else
        fprintf(stderr, "\r%s: %zu\033[K", progress->what, done);
    fflush(stderr);
}

void progress_finish(struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = false;
}
