#pragma once
/* Passwords, secrets and one-time codes: what people.c and providers.c share (rule S6). */

#include "services/registry/handlers/support.h"

#include <sodium.h>

/* Hashing a new password and verifying an old one: work of the slow pool, which sees only this. */
struct hashing {
    const char *password;     /* to hash; NULL: none */
    const char *old_password; /* to verify against `old_hash`; NULL: none */
    char old_hash[crypto_pwhash_STRBYTES];
    uint8_t salt[crypto_pwhash_SALTBYTES];
    /* What comes of it: */
    char hash[crypto_pwhash_STRBYTES]; /* argon2id in its text form */
    bool verified, failed;             /* failed: out of memory */
};

/* Prepares to hash, with randomness of the world. */
void hashing_begin(struct command *command, const char *password, struct hashing *ret_hashing);
/* Prepares to verify; `hash` NULL: against a hash of no password, in the same time (nobody has that mailbox).
 */
void hashing_verify(const char *password, const char *hash, struct hashing *ret_hashing);
/* A slow_work over a struct hashing, or a struct that begins with one. Wipes nothing: the arena is reset by
 * the frame. */
void hashing_work(void *state);
/* RESOURCE_EXHAUSTED when it failed. */
enum code hashing_check(struct command *command, const struct hashing *hashing);

/* Is the mailbox free for that person? ALREADY_EXISTS otherwise. */
enum code email_is_free(struct command *command, const char *email, const char *person_id);
/* Sets the password's hash; the rest of the person's secrets stays. */
enum code secret_put(struct command *command, const char *person_id, const char *hash);

/* Codes of RFC 6238: SHA-1, six digits, 30 s. */
enum { ONE_TIME_SECRET_BYTES = 20, ONE_TIME_DIGITS = 6, ONE_TIME_STEP_SECONDS = 30 };
/* The time step, at most one away from now, whose code this is; -1: none. */
int64_t one_time_step_of(const char *code, struct span secret, int64_t now_ms);
/* `otpauth://totp/…`, in the arena; NULL past its limit. */
char *one_time_uri(const char *issuer, const char *email, struct span secret, struct arena *arena);
