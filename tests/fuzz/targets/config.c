/* A region's configuration file and the environment.
 *
 * In: a length, that many bytes of environment (entries between NULs), and a file. Held against: reading is
 * all or nothing; every value fits its key; the values written out as a file read back as themselves. */

#include "common/base/config.h"
#include "tests/fuzz/targets/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

enum { ENVIRONMENT_MOST = 8, LEAST = -5, MOST = 70000 };

static const struct config_key KEYS[] = {
    {"region.name", CONFIG_TEXT, "east", 0, 0, "a name"},
    {"registry.endpoint", CONFIG_ENDPOINT, "tcp://127.0.0.1:*", 0, 0, "where"},
    {"registry.max-size", CONFIG_NUMBER, "7", LEAST, MOST, "how large"},
    {"log.json", CONFIG_FLAG, "no", 0, 0, "whether"},
    {"roster", CONFIG_FILE, "roster.bin", 0, 0, "which file"},
};
enum { KEY_COUNT = sizeof KEYS / sizeof *KEYS };

/* A file without a name that holds these bytes; its path is in `ret_path`. */
static int make_file(struct span bytes, char ret_path[64])
{
    int file = memfd_create("config", MFD_CLOEXEC);
    require(file >= 0 && (bytes.size == 0 || write(file, bytes.data, bytes.size) == (ssize_t)bytes.size));
    snprintf(ret_path, 64, "/proc/self/fd/%d", file);
    return file;
}

static void check_values(const struct config *config)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        const char *text = config_text(config, KEYS[i].name);
        require(text);
        switch (KEYS[i].kind) {
        case CONFIG_TEXT:
            require(strlen(text) <= CONFIG_VALUE_BYTES_MAX);
            break;
        case CONFIG_NUMBER:
            require(config_number(config, KEYS[i].name) == strtoll(text, NULL, 10));
            require(config_number(config, KEYS[i].name) >= LEAST &&
                    config_number(config, KEYS[i].name) <= MOST);
            break;
        case CONFIG_FLAG:
            require(strcmp(text, config_flag(config, KEYS[i].name) ? "yes" : "no") == 0);
            break;
        case CONFIG_ENDPOINT:
            require(strncmp(text, "tcp://", 6) == 0 && strchr(text + 6, ':'));
            break;
        case CONFIG_FILE:
            require(text[0] == '/');
            break;
        }
    }
}

/* Every value, as a file of its own, gives the same values. */
static void check_written(const struct config *config)
{
    char text[KEY_COUNT * (CONFIG_VALUE_BYTES_MAX + 128)], path[64];
    size_t used = 0;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        const char *value = config_text(config, KEYS[i].name);
        if (strlen(value) > CONFIG_VALUE_BYTES_MAX || strpbrk(value, "\n") ||
            !span_is_text(span_of_text(value)))
            return; /* a path that grew, or what only the environment can hold */
        used += (size_t)snprintf(text + used, sizeof text - used, "%s=%s\n", KEYS[i].name, value);
    }
    int file = make_file(span_of(text, used), path);
    struct config *again = NULL;
    struct fault fault;
    require(config_read(path, KEYS, KEY_COUNT, NULL, &again, &fault) == CODE_OK);
    for (size_t i = 0; i < KEY_COUNT; i++) {
        const char *value = config_text(config, KEYS[i].name), *read = config_text(again, KEYS[i].name);
        size_t blanks = strspn(value, " \t\v\f\r");
        require(strncmp(value + blanks, read, strlen(read)) == 0);
    }
    config_destroy(again);
    close(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span left = span_of(data, size);
    struct span entries = take_bytes(&left, (size_t)take_number(&left, 1));
    char *environment[ENVIRONMENT_MOST + 1] = {NULL}, path[64];
    for (size_t i = 0; i < ENVIRONMENT_MOST && entries.size > 0; i++) {
        environment[i] = text_of(entries);
        (void)take_bytes(&entries, strlen(environment[i]) + 1);
    }
    int file = make_file(left, path);
    struct config *untouched = (struct config *)(void *)path, *config = untouched;
    struct fault fault;
    enum code code = config_read(path, KEYS, KEY_COUNT, environment, &config, &fault);
    if (code == CODE_OK) {
        check_values(config);
        check_written(config);
        config_destroy(config);
    } else {
        require(code == CODE_INVALID_ARGUMENT && config == untouched);
        require_fault(code, &fault);
    }
    close(file);
    for (size_t i = 0; i < ENVIRONMENT_MOST; i++)
        free(environment[i]);
    return 0;
}
