/* Reading a region's configuration. In: a file of `key = value` lines, the environment, and the table of keys
 * that there are. Out: every key with a checked value, or a fault that names file, line, key and reason and
 * nothing else. It does not look for files, has no keys of its own, and never writes. */

#include "common/base/config.h"
#include "common/base/cleanup.h"
#include "common/base/limits.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct value {
    const char *text; /* NULL: not given yet */
    int64_t number;
    int line; /* of the file; 0: from elsewhere */
};

struct config {
    struct arena arena;
    const struct config_key *keys;
    size_t key_count;
    struct value *values; /* one for each key */
    const char *path;     /* "" without a file */
};

DEFINE_CLEANUP(struct config, config_destroy)

void config_destroy(struct config *config)
{
    if (!config)
        return;
    arena_finish(&config->arena);
    free(config);
}

static enum code out_of_memory(struct fault *ret_fault)
{
    return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory for the configuration");
}

/* The reason why a value does not fit its key, or NULL; a number goes to `ret_number`. */
static const char *number_wrong(const char *text, const struct config_key *key, int64_t *ret_number)
{
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || isspace((unsigned char)*text))
        return "is not a whole number";
    if (errno == ERANGE || number < key->least || number > key->most)
        return "is outside what is allowed";
    *ret_number = number;
    return NULL;
}

static const char *endpoint_wrong(const char *text)
{
    static const char scheme[] = "tcp://";
    if (strncmp(text, scheme, strlen(scheme)) != 0)
        return "does not begin with tcp://";
    const char *host = text + strlen(scheme);
    const char *colon = strrchr(host, ':');
    if (!colon || colon == host)
        return "is not tcp://host:port";
    for (const char *at = host; at < colon; at++)
        if (!isalnum((unsigned char)*at) && !strchr(".-_:[]*%", *at))
            return "has a host that is no name and no address";
    if (strcmp(colon, ":*") == 0)
        return NULL;
    const struct config_key port = {.least = 1, .most = 65535};
    int64_t number;
    if (!isdigit((unsigned char)colon[1]) || number_wrong(colon + 1, &port, &number))
        return "has a port that is neither 1 to 65535 nor *";
    return NULL;
}

static const char *value_wrong(const char *text, const struct config_key *key, int64_t *ret_number)
{
    if (strlen(text) > CONFIG_VALUE_BYTES_MAX)
        return "is too long";
    switch (key->kind) {
    case CONFIG_TEXT:
        return NULL;
    case CONFIG_NUMBER:
        return number_wrong(text, key, ret_number);
    case CONFIG_FLAG:
        *ret_number = strcmp(text, "yes") == 0;
        return *ret_number || strcmp(text, "no") == 0 ? NULL : "is neither yes nor no";
    case CONFIG_ENDPOINT:
        return endpoint_wrong(text);
    case CONFIG_FILE:
        return *text ? NULL : "is empty";
    }
    return "is of no known kind";
}

/* A path relative to the configuration file's folder. NULL without memory. */
static const char *resolve_path(struct config *config, const char *text)
{
    const char *slash = strrchr(config->path, '/');
    if (*text == '/' || !slash)
        return arena_text(&config->arena, text);
    return arena_format(&config->arena, "%.*s/%s", (int)(slash - config->path), config->path, text);
}

/* Checks and keeps the value of key `index`. `where` begins the reason: "region.conf:3". */
static enum code take_value(struct config *config, size_t index, const char *text, const char *where,
                            struct fault *ret_fault)
{
    const struct config_key *key = &config->keys[index];
    struct value *value = &config->values[index];
    int64_t number = 0;
    const char *wrong = value_wrong(text, key, &number);
    if (wrong && key->kind == CONFIG_NUMBER)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, key->name, "%s: %s: \"%s\" %s (%lld to %lld)",
                         where, key->name, text, wrong, (long long)key->least, (long long)key->most);
    if (wrong)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, key->name, "%s: %s: \"%.80s\" %s", where,
                         key->name, text, wrong);

    const char *kept =
        key->kind == CONFIG_FILE ? resolve_path(config, text) : arena_text(&config->arena, text);
    if (!kept)
        return out_of_memory(ret_fault);
    value->text = kept;
    value->number = number;
    return CODE_OK;
}

static bool find_key(const struct config *config, const char *name, size_t *ret_index)
{
    for (size_t i = 0; i < config->key_count; i++) {
        if (strcmp(config->keys[i].name, name) == 0) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

/* Cuts blanks from both ends, in place. */
static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    text[length] = '\0';
    return text;
}

static enum code take_line(struct config *config, char *line, int number, struct fault *ret_fault)
{
    line = trim(line);
    if (*line == '\0' || *line == '#')
        return CODE_OK;
    char where[192];
    snprintf(where, sizeof where, "%.160s:%d", config->path, number);
    char *equals = strchr(line, '=');
    if (!equals)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "%s: not a line of the form key = value",
                         where);
    *equals = '\0';
    char *name = trim(line), *text = trim(equals + 1);

    size_t index;
    if (!find_key(config, name, &index))
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, name, "%s: unknown key \"%.60s\"", where, name);
    if (config->values[index].line)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, name, "%s: %s is already set in line %d", where,
                         name, config->values[index].line);
    config->values[index].line = number;
    return take_value(config, index, text, where, ret_fault);
}

/* The whole file as one text in the arena. */
static enum code read_text(struct config *config, char **ret_text, struct fault *ret_fault)
{
    FILE *file = fopen(config->path, "re");
    if (!file)
        return fault_set(ret_fault, errno == ENOENT ? CODE_NOT_FOUND : CODE_PERMISSION_DENIED, "", "%s: %s",
                         config->path, strerror(errno));
    char *text = arena_room(&config->arena, CONFIG_FILE_BYTES_MAX + 2);
    size_t size = text ? fread(text, 1, CONFIG_FILE_BYTES_MAX + 1, file) : 0;
    bool failed = ferror(file) != 0;
    fclose(file);
    if (!text)
        return out_of_memory(ret_fault);
    text[size] = '\0';
    if (failed)
        return fault_set(ret_fault, CODE_UNAVAILABLE, "", "%s: cannot be read", config->path);
    if (size > CONFIG_FILE_BYTES_MAX)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "%s: longer than %d bytes", config->path,
                         CONFIG_FILE_BYTES_MAX);
    if (!span_is_text(span_of(text, size)))
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "%s: not UTF-8 text", config->path);
    *ret_text = text;
    return CODE_OK;
}

static enum code read_file(struct config *config, struct fault *ret_fault)
{
    char *rest = NULL;
    enum code code = read_text(config, &rest, ret_fault);
    for (int number = 1; code == CODE_OK && rest; number++) {
        char *line = strsep(&rest, "\n");
        code = take_line(config, line, number, ret_fault);
    }
    return code;
}

/* Is `entry` of the environment the key's (`registry.endpoint`: CCRAG_REGISTRY_ENDPOINT=…)? Gives its value.
 */
static const char *environment_value(const char *entry, const char *name)
{
    static const char prefix[] = "CCRAG_";
    if (strncmp(entry, prefix, strlen(prefix)) != 0)
        return NULL;
    entry += strlen(prefix);
    for (; *name; name++, entry++) {
        int wanted = *name == '.' || *name == '-' ? '_' : toupper((unsigned char)*name);
        if (*entry != wanted)
            return NULL;
    }
    return *entry == '=' ? entry + 1 : NULL;
}

static enum code read_environment(struct config *config, char *const *environment, struct fault *ret_fault)
{
    for (; environment && *environment; environment++) {
        for (size_t i = 0; i < config->key_count; i++) {
            const char *text = environment_value(*environment, config->keys[i].name);
            enum code code = text ? take_value(config, i, text, "environment", ret_fault) : CODE_OK;
            if (code != CODE_OK)
                return code;
        }
    }
    return CODE_OK;
}

static enum code fill_presets(struct config *config, struct fault *ret_fault)
{
    for (size_t i = 0; i < config->key_count; i++) {
        const struct config_key *key = &config->keys[i];
        if (config->values[i].text)
            continue;
        if (!key->preset)
            return fault_set(ret_fault, CODE_INVALID_ARGUMENT, key->name, "%s: %s is missing (%s)",
                             *config->path ? config->path : "configuration", key->name, key->meaning);
        enum code code = take_value(config, i, key->preset, "preset", ret_fault);
        if (code != CODE_OK)
            return code;
    }
    return CODE_OK;
}

enum code config_read(const char *path, const struct config_key *keys, size_t key_count,
                      char *const *environment, struct config **ret_config, struct fault *ret_fault)
{
    assert(key_count <= CONFIG_KEYS_MAX);
    _cleanup_(config_destroyp) struct config *config = calloc(1, sizeof *config);
    if (!config)
        return out_of_memory(ret_fault);
    arena_init(&config->arena, 4 * CONFIG_FILE_BYTES_MAX + 2 * CONFIG_KEYS_MAX * CONFIG_VALUE_BYTES_MAX);
    config->keys = keys;
    config->key_count = key_count;
    config->values = arena_array(&config->arena, struct value, key_count);
    config->path = arena_text(&config->arena, path ? path : "");
    if (!config->values || !config->path)
        return out_of_memory(ret_fault);

    enum code code = path ? read_file(config, ret_fault) : CODE_OK;
    if (code == CODE_OK)
        code = read_environment(config, environment, ret_fault);
    if (code == CODE_OK)
        code = fill_presets(config, ret_fault);
    if (code != CODE_OK)
        return code;
    *ret_config = config;
    config = NULL;
    return CODE_OK;
}

/* The value of a key that the table has. */
static const struct value *value_of(const struct config *config, const char *name)
{
    size_t index = 0;
    bool found = find_key(config, name, &index);
    assert(found && "asked for a key that is not in the table");
    (void)found;
    return &config->values[index];
}

const char *config_text(const struct config *config, const char *name)
{
    return value_of(config, name)->text;
}

int64_t config_number(const struct config *config, const char *name)
{
    const struct value *value = value_of(config, name);
    assert(config->keys[value - config->values].kind == CONFIG_NUMBER);
    return value->number;
}

bool config_flag(const struct config *config, const char *name)
{
    const struct value *value = value_of(config, name);
    assert(config->keys[value - config->values].kind == CONFIG_FLAG);
    return value->number != 0;
}
