#pragma once
/* TAP lines for the plain programs of this folder. */

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_failures;

__attribute__((format(printf, 2, 3))) static inline bool tap(bool holds, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf(holds ? "ok - " : "not ok - ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    fflush(stdout);
    tap_failures += !holds;
    return holds;
}
