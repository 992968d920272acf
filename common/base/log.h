#pragma once
/* One line per event: `time=… level=… service=… event=… key=value …`, or the same as one JSON object.
 *
 * Only programs (main, the service frame) log; library code returns its errors. No secret and no child
 * reference may be a value. Thread-safe: a line is written by one write(2). */

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

struct log {
    const char *service; /* borrowed; who writes */
    int descriptor;      /* where lines go; 2 by default */
    enum log_level least;
    bool json;
    /* Wall clock in ms since 1970, so that a simulated world has its own time; NULL leaves `time` out. */
    int64_t (*now_ms)(void *clock);
    void *clock;
};

/* `event` is a fixed word (`started`, `commit-failed`); then pairs of key (const char *) and value
 * (const char *, NULL prints as empty), ended by a NULL key. Values are escaped; lines over 2,000 bytes are
 * cut. */
void log_event(const struct log *log, enum log_level level, const char *event, ...) __attribute__((sentinel));

/* A number as a value: `log_event(log, LOG_INFO, "bound", "port", LOG_NUMBER(port), NULL)`. The text lives
 * until the end of the enclosing block. */
#define LOG_NUMBER(value) (log_number((struct log_number_text){{0}}.text, (int64_t)(value)))
struct log_number_text {
    char text[24];
};
const char *log_number(char text[24], int64_t value);
