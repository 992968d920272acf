#pragma once
/* A region's configuration: `key = value` lines in one small file, overridden by CCRAG_… in the environment.
 *
 * Keys are words joined by dots (`registry.endpoint`); in the environment dots and dashes become underscores
 * and letters upper case (CCRAG_REGISTRY_ENDPOINT). `#` begins a comment. Reading is all or nothing: an
 * unknown key, a repeated key or a value that does not fit leaves the old configuration as it was, and the
 * fault names file, line, key and reason. Secrets are never values here, only names of files. */

#include "common/base/arena.h"
#include "common/base/error.h"

enum config_kind {
    CONFIG_TEXT,
    CONFIG_NUMBER,   /* int64, within [least, most] */
    CONFIG_FLAG,     /* yes | no */
    CONFIG_ENDPOINT, /* tcp://host:port, with port 1 to 65535 or * */
    CONFIG_FILE,     /* a path; relative ones are resolved against the configuration file's folder */
};

struct config_key {
    const char *name;
    enum config_kind kind;
    const char *preset; /* value when neither file nor environment gives one; NULL: the key is required */
    int64_t least, most;
    const char *meaning; /* for `ccrag help config` and error texts */
};

struct config;

/* Reads `path` (NULL: presets and environment only) against `keys` (borrowed for the life of the result).
 * `environment` is a NULL-ended array as `environ`, or NULL. Caller destroys with config_destroy. */
enum code config_read(const char *path, const struct config_key *keys, size_t key_count,
                      char *const *environment, struct config **ret_config, struct fault *ret_fault);
void config_destroy(struct config *config);

/* The value of a key that is in the table; asking for another name or kind is a programming error (assert).
 * Texts stay valid until config_destroy. */
const char *config_text(const struct config *config, const char *name);
int64_t config_number(const struct config *config, const char *name);
bool config_flag(const struct config *config, const char *name);
