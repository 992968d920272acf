#pragma once
/* Keys: made, shown, read from and written to files. A file of a secret is one line,
 *
 *     ccrag-secret-v1 <kind> <64 hexadecimal digits>
 *
 * readable by its owner alone. Whoever holds a secret wipes it when it is no longer needed. */

#include "common/world/world.h"

enum {
    SECRET_BYTES = 32,
    KEY_HEX_BYTES = 2 * CURVE_KEY_BYTES + 1,     /* with the NUL */
    KEY_Z85_BYTES = CURVE_KEY_BYTES / 4 * 5 + 1, /* likewise */
};

/* What a secret is for; a file of one kind is refused where another is wanted. */
enum secret_kind {
    SECRET_CURVE,   /* "curve": the secret key of a principal's links (X25519) */
    SECRET_SEALING, /* "sealing": the key from which a store's keys are derived */
    SECRET_SIGNING, /* "signing": the seed of an ed25519 key */
};

struct secret {
    uint8_t bytes[SECRET_BYTES];
};

/* "curve", "sealing", "signing". */
const char *secret_kind_name(enum secret_kind kind);

void secret_generate(struct world *world, struct secret *ret_secret);

/* Overwrites it in a way that no compiler leaves out. */
void secret_wipe(struct secret *secret);

/* Reads a secret from a file, from a descriptor that was handed over (/dev/fd/N), or from a file in
 * $CREDENTIALS_DIRECTORY, as systemd gives it.
 *
 * CODE_NOT_FOUND: no such file. CODE_PERMISSION_DENIED: not readable. CODE_FAILED_PRECONDITION: others than
 * its owner may read or change it, or it is not ours; the fault says what to do. CODE_INVALID_ARGUMENT: not a
 * secret, or one of another kind. The fault never holds what is in the file. */
enum code secret_read(const char *path, enum secret_kind kind, struct secret *ret_secret,
                      struct fault *ret_fault);

/* Writes a secret so that the file is either there whole, on disk, with mode 0600, or not at all. Without
 * `replace` an existing file is never touched: CODE_ALREADY_EXISTS. Other failures: CODE_NOT_FOUND (no such
 * folder), CODE_PERMISSION_DENIED, CODE_RESOURCE_EXHAUSTED (disk full), CODE_INTERNAL. */
enum code secret_write(const char *path, enum secret_kind kind, const struct secret *secret, bool replace,
                       struct fault *ret_fault);

/* A new pair for a principal's links. */
void curve_pair_generate(struct world *world, struct curve_pair *ret_pair);

/* The pair of a known secret key. */
void curve_pair_of(const struct secret *secret, struct curve_pair *ret_pair);

void curve_pair_wipe(struct curve_pair *pair);

/* As secret_read and secret_write, of kind "curve". */
enum code curve_pair_read(const char *path, struct curve_pair *ret_pair, struct fault *ret_fault);
enum code curve_pair_write(const char *path, const struct curve_pair *pair, bool replace,
                           struct fault *ret_fault);

/* Same key? In a time that does not depend on where they differ. */
bool curve_key_equal(const struct curve_key *a, const struct curve_key *b);

/* Hexadecimal, in small letters: the form that logs, rosters and files use. */
void curve_key_hex(const struct curve_key *key, char ret_text[KEY_HEX_BYTES]);

/* Z85 (ZeroMQ's RFC 32): the form of other ZeroMQ tools. */
void curve_key_z85(const struct curve_key *key, char ret_text[KEY_Z85_BYTES]);

/* Either form, told apart by length; hexadecimal in any case. CODE_INVALID_ARGUMENT says what is wrong. */
enum code curve_key_parse(const char *text, struct curve_key *ret_key, struct fault *ret_fault);
