/* Writing one line per event. In: a level, a word, pairs of texts. Out: one write(2) of `key=value` or JSON
 * to a descriptor. Values are escaped so that what a stranger sent can neither end the line nor look like
 * another field. A line that cannot be written is lost: there is nobody else to tell. */

#include "common/base/log.h"
#include "common/base/limits.h"
#include "common/base/span.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct line {
    char text[LOG_LINE_BYTES_MAX];
    size_t used;
    bool cut;
};

/* Kept free for a closing quote, the mark of a cut line, and the newline. */
enum { LINE_TAIL_BYTES = 24 };

static bool add(struct line *line, const char *bytes, size_t size)
{
    if (line->cut || size > sizeof line->text - LINE_TAIL_BYTES - line->used) {
        line->cut = true;
        return false;
    }
    memcpy(line->text + line->used, bytes, size);
    line->used += size;
    return true;
}

static bool add_text(struct line *line, const char *text)
{
    return add(line, text, strlen(text));
}

/* One character as JSON writes it, whole or not at all; bytes that are not UTF-8 become '?'. Gives its
 * length, 0 when there is no room. */
static size_t add_character(struct line *line, const char *at, bool utf8)
{
    unsigned char c = (unsigned char)*at;
    char escape[8];
    if (c == '"' || c == '\\')
        snprintf(escape, sizeof escape, "\\%c", c);
    else if (c == '\n')
        snprintf(escape, sizeof escape, "\\n");
    else if (c < 0x20 || c == 0x7F)
        snprintf(escape, sizeof escape, "\\u%04x", c);
    else if (c >= 0x80 && !utf8)
        snprintf(escape, sizeof escape, "?");
    else {
        size_t size = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
        return add(line, at, size) ? size : 0;
    }
    return add_text(line, escape) ? 1 : 0;
}

/* The value between quotes, as much of it as fits. False when not even the quote does. */
static bool add_quoted(struct line *line, const char *value)
{
    if (!add_text(line, "\""))
        return false;
    bool utf8 = span_is_text(span_of_text(value));
    for (size_t size; *value && (size = add_character(line, value, utf8)) > 0;)
        value += size;
    line->text[line->used++] = '"'; /* from the tail, so that a cut line closes too */
    return true;
}

/* May it stand without quotes? */
static bool is_plain(const char *value)
{
    if (*value == '\0')
        return false;
    for (; *value; value++)
        if ((unsigned char)*value <= ' ' || (unsigned char)*value >= 0x7F || strchr("=\"\\", *value))
            return false;
    return true;
}

/* A pair for which there is no room is left out, and so is all that follows. */
static void add_pair(struct line *line, bool json, const char *key, const char *value)
{
    size_t before = line->used;
    bool first = before == (json ? 1u : 0u);
    const char *separator = first ? "" : json ? "," : " ";
    bool fits = add_text(line, separator) && (json ? add_quoted(line, key) : add_text(line, key)) &&
                add_text(line, json ? ":" : "=") &&
                (!json && is_plain(value) ? add_text(line, value) : add_quoted(line, value));
    if (!fits)
        line->used = before;
}

static const char *level_name(enum log_level level)
{
    switch (level) {
    case LOG_DEBUG:
        return "debug";
    case LOG_INFO:
        return "info";
    case LOG_WARNING:
        return "warning";
    case LOG_ERROR:
        return "error";
    }
    return "error";
}

static void add_time(struct line *line, bool json, int64_t unix_ms)
{
    int64_t ms = unix_ms % 1000;
    if (ms < 0)
        ms += 1000;
    time_t seconds = (time_t)((unix_ms - ms) / 1000);
    struct tm parts;
    char day[40], text[64];
    if (!gmtime_r(&seconds, &parts) || strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &parts) == 0)
        return;
    snprintf(text, sizeof text, "%s.%03dZ", day, (int)ms);
    add_pair(line, json, "time", text);
}

void log_event(const struct log *log, enum log_level level, const char *event, ...)
{
    if (level < log->least)
        return;

    struct line line = {.used = 0};
    if (log->json)
        add_text(&line, "{");
    if (log->now_ms)
        add_time(&line, log->json, log->now_ms(log->clock));
    add_pair(&line, log->json, "level", level_name(level));
    add_pair(&line, log->json, "service", log->service ? log->service : "");
    add_pair(&line, log->json, "event", event);

    va_list pairs;
    va_start(pairs, event);
    const char *key;
    while ((key = va_arg(pairs, const char *)) != NULL) {
        const char *value = va_arg(pairs, const char *);
        add_pair(&line, log->json, key, value ? value : "");
    }
    va_end(pairs);

    const char *end = !log->json ? (line.cut ? " cut=yes" : "") : line.cut ? ",\"cut\":true}" : "}";
    memcpy(line.text + line.used, end, strlen(end));
    line.used += strlen(end);
    line.text[line.used++] = '\n';
    ssize_t written = write(log->descriptor, line.text, line.used);
    (void)written;
}

const char *log_number(char text[24], int64_t value)
{
    snprintf(text, 24, "%lld", (long long)value);
    return text;
}
