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

enum { NOT_HEX = 16 };

/* Without branches, as which digit comes next cannot be guessed: millions are read when a service starts. */
static unsigned hex_value(char c)
{
    unsigned digit = (unsigned)(unsigned char)c - '0', letter = ((unsigned)(unsigned char)c | 0x20) - 'a';
    return digit < 10 ? digit : letter < 6 ? letter + 10 : NOT_HEX;
}

bool uuid_parse(const char *text, struct uuid *ret_uuid)
{
    if (!text)
        return false;
    struct uuid uuid;
    for (int i = 0; i < UUID_BYTES; i++) {
        if (hyphen_before(i) && *text++ != '-')
            return false;
        unsigned high = hex_value(text[0]);
        unsigned low = high == NOT_HEX ? NOT_HEX : hex_value(text[1]);
        if (low == NOT_HEX)
            return false;
        uuid.bytes[i] = (uint8_t)(high << 4 | low);
        text += 2;
    }
    if (*text != '\0')
        return false;
    *ret_uuid = uuid;
    return true;
}
