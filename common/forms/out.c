/* A text that grows in an arena: what the text of a form and its page are put into. */

#include "common/forms/inside.h"

#include <stdio.h>

/* Room for `size` bytes and a NUL more; false where the arena is full. */
static bool reserve(struct form_out *out, size_t size)
{
    enum { FIRST_BYTES = 4096 };
    if (out->arena->exhausted)
        return false;
    if (out->capacity - out->size > size)
        return true;
    size_t capacity = out->capacity ? 2 * out->capacity : FIRST_BYTES;
    while (capacity - out->size <= size)
        capacity *= 2;
    char *data = arena_alloc(out->arena, capacity);
    if (!data)
        return false;
    if (out->size)
        memcpy(data, out->data, out->size);
    out->data = data;
    out->capacity = capacity;
    return true;
}

void form_put(struct form_out *out, const char *text)
{
    size_t size = strlen(text);
    if (!reserve(out, size))
        return;
    memcpy(out->data + out->size, text, size);
    out->size += size;
}

void form_put_format(struct form_out *out, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length >= 0 && reserve(out, (size_t)length))
        out->size += (size_t)vsnprintf(out->data + out->size, (size_t)length + 1, format, again);
    va_end(again);
}

char *form_put_end(struct form_out *out)
{
    if (!reserve(out, 0))
        return NULL;
    out->data[out->size] = '\0';
    return out->data;
}
