/* Audiences: who may see a record, who could ever see it, and whether one follower is of them.
 *
 * In: groups and names. Out: yes or no, and their encoding in journal entries and records. It knows nothing
 * of roles: what a follower is entitled to is decided where its key is known. */

#include "common/store/internal.h"

static bool names_have(const char (*names)[AUDIENCE_NAME_BYTES], unsigned count, const char *name)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static void name_copy(char *to, const char *from)
{
    size_t size = strnlen(from, AUDIENCE_NAME_BYTES - 1);
    memcpy(to, from, size);
    to[size] = '\0';
}

bool audience_add(struct audience *audience, const char *name)
{
    if (!name[0] || names_have(audience->names, audience->name_count, name))
        return true;
    if (audience->name_count == AUDIENCE_NAMES_MAX)
        return false;
    name_copy(audience->names[audience->name_count++], name);
    return true;
}

bool audience_admits(const struct audience *audience, const struct entitlement *entitlement)
{
    if (audience->groups & entitlement->groups)
        return true;
    return entitlement->name[0] && names_have(audience->names, audience->name_count, entitlement->name);
}

void watchers_add(struct watchers *watchers, const struct audience *audience, const struct audience *but)
{
    watchers->groups |= audience->groups;
    for (unsigned i = 0; i < audience->name_count && !watchers->everyone; i++) {
        const char *name = audience->names[i];
        if (names_have(watchers->names, watchers->name_count, name) ||
            (but && names_have(but->names, but->name_count, name)))
            continue;
        if (watchers->name_count == JOURNAL_WATCHERS_MAX) {
            watchers->everyone = true;
            watchers->name_count = 0;
        } else {
            name_copy(watchers->names[watchers->name_count++], name);
        }
    }
}

void watchers_subtract(struct watchers *watchers, const struct audience *audience)
{
    watchers->groups &= ~audience->groups;
    unsigned kept = 0;
    for (unsigned i = 0; i < watchers->name_count; i++) {
        if (names_have(audience->names, audience->name_count, watchers->names[i]))
            continue;
        if (kept != i)
            memcpy(watchers->names[kept], watchers->names[i], AUDIENCE_NAME_BYTES);
        kept++;
    }
    watchers->name_count = kept;
}

bool watchers_admit(const struct watchers *watchers, const struct entitlement *entitlement)
{
    if (watchers->everyone || watchers->groups & entitlement->groups)
        return true;
    return entitlement->name[0] && names_have(watchers->names, watchers->name_count, entitlement->name);
}

static size_t names_size(const char (*names)[AUDIENCE_NAME_BYTES], unsigned count)
{
    size_t size = 1;
    for (unsigned i = 0; i < count; i++)
        size += 2 + strlen(names[i]);
    return size;
}

size_t audience_size(const struct audience *audience)
{
    return 4 + names_size(audience->names, audience->name_count);
}

size_t watchers_size(const struct watchers *watchers)
{
    return 5 + names_size(watchers->names, watchers->name_count);
}

static void write_names(struct writer *writer, const char (*names)[AUDIENCE_NAME_BYTES], unsigned count)
{
    write_u8(writer, count);
    for (unsigned i = 0; i < count; i++)
        write_text(writer, span_of_text(names[i]));
}

static unsigned read_names(struct reader *reader, char (*names)[AUDIENCE_NAME_BYTES], unsigned most)
{
    unsigned count = read_u8(reader);
    for (unsigned i = 0; i < count && !reader->failed; i++) {
        struct span name = read_text(reader);
        if (i >= most || name.size >= AUDIENCE_NAME_BYTES) {
            reader->failed = true;
            break;
        }
        if (!names)
            continue;
        if (name.size)
            memcpy(names[i], name.data, name.size);
        names[i][name.size] = '\0';
    }
    return reader->failed ? 0 : count;
}

void write_audience(struct writer *writer, const struct audience *audience)
{
    write_u32(writer, audience->groups);
    write_names(writer, audience->names, audience->name_count);
}

void read_audience(struct reader *reader, struct audience *ret_audience)
{
    unsigned groups = read_u32(reader);
    unsigned count = read_names(reader, ret_audience ? ret_audience->names : NULL, AUDIENCE_NAMES_MAX);
    if (ret_audience) {
        ret_audience->groups = groups;
        ret_audience->name_count = count;
    }
}

void write_watchers(struct writer *writer, const struct watchers *watchers)
{
    write_u32(writer, watchers->groups);
    write_u8(writer, watchers->everyone);
    write_names(writer, watchers->names, watchers->name_count);
}

void read_watchers(struct reader *reader, struct watchers *ret_watchers)
{
    ret_watchers->groups = read_u32(reader);
    ret_watchers->everyone = read_u8(reader) != 0;
    ret_watchers->name_count = read_names(reader, ret_watchers->names, JOURNAL_WATCHERS_MAX);
}
