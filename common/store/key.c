/* Keys of records, made and read the same way everywhere.
 *
 * In: a UUID's text or another short text. Out: 16 bytes or the text's own bytes, and the reverse. */

#include "common/base/uuid.h"
#include "common/store/internal.h"

struct span key_of_uuid(const char *uuid_text, struct arena *arena)
{
    struct uuid uuid;
    if (!uuid_parse(uuid_text, &uuid))
        return (struct span){0};
    return arena_copy(arena, span_of(uuid.bytes, sizeof uuid.bytes));
}

struct span key_of_text(const char *text)
{
    return span_of_text(text);
}

/* A UUID's ninth byte is 80 to BF by its variant, so that it is never ASCII text. */
static bool is_uuid(struct span key)
{
    return key.size == UUID_BYTES && key.data[8] >> 6 == 2;
}

char *key_to_text(struct span key, struct arena *arena)
{
    if (!is_uuid(key))
        return arena_format(arena, "%.*s", (int)key.size, key.size ? (const char *)key.data : "");
    struct uuid uuid;
    memcpy(uuid.bytes, key.data, sizeof uuid.bytes);
    char text[UUID_TEXT_BYTES];
    uuid_print(&uuid, text);
    return arena_text(arena, text);
}
