/* UUIDs of version 7: made, read and printed. In: a time and randomness, or a text. Out: sixteen bytes that
 * sort by time, or a text. No clock and no random source is asked here. */

#include "common/base/uuid.h"

struct uuid uuid_v7(int64_t unix_ms, const uint8_t random[10])
{
    struct uuid uuid;
    uint64_t ms = (uint64_t)unix_ms;
    for (int i = 5; i >= 0; i--, ms >>= 8)
        uuid.bytes[i] = (uint8_t)ms;
    memcpy(uuid.bytes + 6, random, 10);
    uuid.bytes[6] = (uint8_t)(0x70 | (uuid.bytes[6] & 0x0F));
    uuid.bytes[8] = (uint8_t)(0x80 | (uuid.bytes[8] & 0x3F));
    return uuid;
}

/* Time and counter, as one number. */
static uint64_t count_of(const struct uuid *uuid)
{
    return (uint64_t)uuid_v7_unix_ms(uuid) << 12 | (uint64_t)(uuid->bytes[6] & 0x0F) << 8 | uuid->bytes[7];
}

struct uuid uuid_v7_after(const struct uuid *last, int64_t unix_ms, const uint8_t random[10])
{
    uint8_t bytes[10];
    memcpy(bytes, random, sizeof bytes);
    bytes[0] &= 0x07; /* the first of a millisecond leaves room above it */
    struct uuid uuid = uuid_v7(unix_ms, bytes);
    uint64_t before = count_of(last), next = before + 1;
    if (count_of(&uuid) > before)
        return uuid;
    bytes[0] = (uint8_t)(next >> 8 & 0x0F);
    bytes[1] = (uint8_t)next;
    return uuid_v7((int64_t)(next >> 12), bytes);
}

int64_t uuid_v7_unix_ms(const struct uuid *uuid)
{
    int64_t ms = 0;
    for (int i = 0; i < 6; i++)
        ms = ms << 8 | uuid->bytes[i];
    return ms;
}

/* Is there a hyphen before byte i in the text form 8-4-4-4-12? */
static bool hyphen_before(int i)
{
    return i == 4 || i == 6 || i == 8 || i == 10;
}

void uuid_print(const struct uuid *uuid, char ret_text[UUID_TEXT_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    char *out = ret_text;
    for (int i = 0; i < UUID_BYTES; i++) {
        if (hyphen_before(i))
            *out++ = '-';
        *out++ = digits[uuid->bytes[i] >> 4];
        *out++ = digits[uuid->bytes[i] & 0x0F];
    }
    *out = '\0';
}

/* By a table: a worker that starts reads millions of identifiers. */
static int hex_value(char c)
{
    static const uint8_t more_by_one[256] = {
        ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
        ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
        ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
    };
    return more_by_one[(unsigned char)c] - 1;
}

bool uuid_parse(const char *text, struct uuid *ret_uuid)
{
    if (!text)
        return false;
    struct uuid uuid;
    for (int i = 0; i < UUID_BYTES; i++) {
        if (hyphen_before(i) && *text++ != '-')
            return false;
        int high = hex_value(text[0]);
        int low = high < 0 ? -1 : hex_value(text[1]);
        if (low < 0)
            return false;
        uuid.bytes[i] = (uint8_t)(high << 4 | low);
        text += 2;
    }
    if (*text != '\0')
        return false;
    *ret_uuid = uuid;
    return true;
}
