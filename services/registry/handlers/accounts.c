/* Passwords (argon2id), secrets and one-time codes (rule S6). In: what people typed. Out: hashes, answers.
 * The slow part runs in the pool and sees only its own struct; the rules of passwords are rules_people.c's.
 */

#include "services/registry/handlers/accounts.h"

#include <liboath/oath.h>

enum { HASH_BYTES = 32, PARALLEL = 1, VERSION = 19 }; /* argon2 1.3 */

/* Of no password: the same parameters, so that verifying takes as long. */
static const char nobodys_hash[] =
    "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

void hashing_begin(struct command *command, const char *password, struct hashing *ret_hashing)
{
    ret_hashing->password = password;
    world_random(service_world(command->service), ret_hashing->salt, sizeof ret_hashing->salt);
}

void hashing_verify(const char *password, const char *hash, struct hashing *ret_hashing)
{
    ret_hashing->old_password = password;
    snprintf(ret_hashing->old_hash, sizeof ret_hashing->old_hash, "%s",
             hash && hash[0] ? hash : nobodys_hash);
}

/* As crypto_pwhash_str, with the salt given: randomness comes from the world alone. */
static bool hash_password(struct hashing *hashing)
{
    uint8_t hash[HASH_BYTES];
    char salt_text[32], hash_text[64];
    if (crypto_pwhash(hash, sizeof hash, hashing->password, strlen(hashing->password), hashing->salt,
                      crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        return false;
    const int variant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
    sodium_bin2base64(salt_text, sizeof salt_text, hashing->salt, sizeof hashing->salt, variant);
    sodium_bin2base64(hash_text, sizeof hash_text, hash, sizeof hash, variant);
    snprintf(hashing->hash, sizeof hashing->hash, "$argon2id$v=%d$m=%llu,t=%llu,p=%d$%s$%s", VERSION,
             (unsigned long long)crypto_pwhash_MEMLIMIT_INTERACTIVE / 1024,
             (unsigned long long)crypto_pwhash_OPSLIMIT_INTERACTIVE, PARALLEL, salt_text, hash_text);
    return true;
}

void hashing_work(void *state)
{
    struct hashing *hashing = state;
    if (hashing->old_password)
        hashing->verified = crypto_pwhash_str_verify(hashing->old_hash, hashing->old_password,
                                                     strlen(hashing->old_password)) == 0;
    if (hashing->password)
        hashing->failed = !hash_password(hashing);
}

enum code hashing_check(struct command *command, const struct hashing *hashing)
{
    return hashing->failed ? refuse(command, CODE_RESOURCE_EXHAUSTED, "", "no memory to hash a password now")
                           : CODE_OK;
}

enum code email_is_free(struct command *command, const char *email, const char *person_id)
{
    ProtobufCMessage *record;
    enum code code = record_find(command->txn, &table_people, "email", index_email(email, command->arena),
                                 command->arena, &record);
    if (code)
        return code == CODE_NOT_FOUND ? CODE_OK : code;
    return strcmp(((const Pb__Person *)record)->id, person_id) == 0
               ? CODE_OK
               : refuse(command, CODE_ALREADY_EXISTS, "email", "there is an account with this mailbox");
}

enum code secret_put(struct command *command, const char *person_id, const char *hash)
{
    enum code code;
    Pb__PersonSecret *secret = load_if_any(command, &table_person_secrets, person_id, &code);
    TRY(code);
    if (!secret) {
        secret = arena_new(command->arena, Pb__PersonSecret);
        if (!secret)
            return no_memory(command);
        pb__person_secret__init(secret);
        secret->id = person_id;
    }
    secret->password_hash = hash;
    return put(command, &table_person_secrets, secret);
}

/* --- one-time codes ---------------------------------------------------------------------------------- */

int64_t one_time_step_of(const char *code, struct span secret, int64_t now_ms)
{
    int64_t now_step = now_ms / 1000 / ONE_TIME_STEP_SECONDS, found = -1;
    if (strlen(code) != ONE_TIME_DIGITS)
        return -1;
    for (int64_t step = now_step - 1; step <= now_step + 1; step++) {
        char expected[ONE_TIME_DIGITS + 1];
        if (oath_hotp_generate((const char *)secret.data, secret.size, (uint64_t)step, ONE_TIME_DIGITS, false,
                               OATH_HOTP_DYNAMIC_TRUNCATION, expected) == OATH_OK &&
            sodium_memcmp(expected, code, ONE_TIME_DIGITS) == 0)
            found = step;
    }
    return found;
}

/* Percent-encoded, all but letters, digits and `-._~` (RFC 3986). */
static char *encoded(const char *text, struct arena *arena)
{
    static const char hex[] = "0123456789ABCDEF";
    char *out = arena_array(arena, char, 3 * strlen(text) + 1), *at = out;
    for (const char *c = text; out && *c; c++) {
        if ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
            strchr("-._~", *c)) {
            *at++ = *c;
        } else {
            *at++ = '%';
            *at++ = hex[(unsigned char)*c >> 4];
            *at++ = hex[(unsigned char)*c & 15];
        }
    }
    return out;
}

char *one_time_uri(const char *issuer, const char *email, struct span secret, struct arena *arena)
{
    char *base32 = NULL, *uri = NULL;
    const char *name = encoded(issuer[0] ? issuer : "ccrag", arena), *who = encoded(email, arena);
    if (name && who && oath_base32_encode((const char *)secret.data, secret.size, &base32, NULL) == OATH_OK)
        uri = arena_format(arena, "otpauth://totp/%s:%s?secret=%s&issuer=%s&digits=%d&period=%d", name, who,
                           base32, name, ONE_TIME_DIGITS, ONE_TIME_STEP_SECONDS);
    free(base32);
    return uri;
}
