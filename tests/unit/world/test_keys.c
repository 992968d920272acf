/* Keys as text and in files: what is read back, and each refusal. */

#include "common/world/keys.h"
#include "common/world/real.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

static char folder[64];

static void make_folder(void)
{
    strcpy(folder, "/tmp/ccrag-keys-XXXXXX");
    cr_assert(mkdtemp(folder));
}

static void remove_folder(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    cr_assert(system(command) == 0);
}

TestSuite(keys, .init = make_folder, .fini = remove_folder);

static const char *in_folder(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static const char *file_with(const char *text, mode_t mode)
{
    const char *path = in_folder("given");
    unlink(path);
    FILE *file = fopen(path, "w");
    cr_assert(file && fputs(text, file) >= 0);
    fclose(file);
    cr_assert(chmod(path, mode) == 0);
    return path;
}

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

Test(keys, a_pair_is_the_one_that_the_library_derives)
{
    struct world *world;
    cr_assert(world_real_create(NULL, &world) == CODE_OK);
    struct curve_pair pair, other;
    curve_pair_generate(world, &pair);
    curve_pair_generate(world, &other);
    cr_assert(!curve_key_equal(&pair.public_key, &other.public_key));
    char secret[KEY_Z85_BYTES], public[KEY_Z85_BYTES], derived[KEY_Z85_BYTES];
    curve_key_z85(&pair.secret_key, secret);
    curve_key_z85(&pair.public_key, public);
    cr_assert(zmq_curve_public(derived, secret) == 0);
    cr_assert(strcmp(public, derived) == 0);
    curve_pair_wipe(&pair);
    static const struct curve_pair wiped;
    cr_assert(memcmp(&pair, &wiped, sizeof pair) == 0);
    world_destroy(world);
}

Test(keys, both_forms_of_text_are_read_back)
{
    /* The example of ZeroMQ's RFC 32, eight bytes, four times over. */
    static const char Z85[] = "HelloWorldHelloWorldHelloWorldHelloWorld";
    static const char IN_HEX[] = "864fd26fb559f75b864fd26fb559f75b864fd26fb559f75b864fd26fb559f75b";
    struct curve_key a, b, c;
    cr_assert(curve_key_parse(Z85, &a, NULL) == CODE_OK);
    cr_assert(curve_key_parse(IN_HEX, &b, NULL) == CODE_OK);
    cr_assert(curve_key_parse("864FD26FB559F75B864FD26FB559F75B864FD26FB559F75B864FD26FB559F75B", &c, NULL) ==
              CODE_OK);
    cr_assert(curve_key_equal(&a, &b) && curve_key_equal(&b, &c));
    char hex[KEY_HEX_BYTES], z85[KEY_Z85_BYTES];
    curve_key_hex(&a, hex);
    curve_key_z85(&a, z85);
    cr_assert(strcmp(hex, IN_HEX) == 0 && strcmp(z85, Z85) == 0);
}

Test(keys, text_that_is_no_key_is_refused)
{
    static const char *const cases[] = {
        "",
        "ab",
        HEX "0",
        HEX HEX,
        "g0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        "Hello\"orldHelloWorldHelloWorldHelloWorld",
        "HelloWorldHelloWorldHelloWorldHelloWorl",
        "0011 2233445566778899aabbccddeeff00112233445566778899aabbccddeef",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct curve_key key = {{42}};
        struct fault fault = {0};
        cr_assert(curve_key_parse(cases[i], &key, &fault) == CODE_INVALID_ARGUMENT, "%s", cases[i]);
        cr_assert(key.bytes[0] == 42 && strcmp(fault.field, "key") == 0 && fault.reason[0] != '\0');
    }
}

Test(keys, a_written_secret_is_read_back_and_never_overwritten_unasked)
{
    const char *path = in_folder("secret");
    const struct secret first = {{1, 2, 3}}, second = {{4, 5, 6}};
    struct secret got;
    for (enum secret_kind kind = SECRET_CURVE; kind <= SECRET_SIGNING; kind++) {
        cr_assert(secret_write(path, kind, &first, false, NULL) == CODE_OK);
        struct stat status;
        cr_assert(stat(path, &status) == 0 && (status.st_mode & 07777) == 0600 && status.st_nlink == 1);
        cr_assert(secret_read(path, kind, &got, NULL) == CODE_OK);
        cr_assert(memcmp(&got, &first, sizeof got) == 0);
        struct fault fault = {0};
        cr_assert(secret_write(path, kind, &second, false, &fault) == CODE_ALREADY_EXISTS, "%s",
                  fault.reason);
        cr_assert(secret_read(path, kind, &got, NULL) == CODE_OK);
        cr_assert(memcmp(&got, &first, sizeof got) == 0);
        cr_assert(secret_write(path, kind, &second, true, NULL) == CODE_OK);
        cr_assert(secret_read(path, kind, &got, NULL) == CODE_OK);
        cr_assert(memcmp(&got, &second, sizeof got) == 0);
        unlink(path);
    }
    cr_assert(rmdir(folder) == 0, "a temporary file was left");
    make_folder();
}

Test(keys, a_pair_is_kept_as_its_secret_key)
{
    const char *path = in_folder("pair");
    const struct secret secret = {{9}};
    struct curve_pair pair, got;
    curve_pair_of(&secret, &pair);
    cr_assert(curve_pair_write(path, &pair, false, NULL) == CODE_OK);
    cr_assert(curve_pair_read(path, &got, NULL) == CODE_OK);
    cr_assert(memcmp(&pair, &got, sizeof got) == 0);
}

Test(keys, files_that_are_not_the_secret_asked_for_are_refused)
{
    static const struct {
        const char *text;
        mode_t mode;
        enum code code;
        const char *says;
    } cases[] = {
        {"ccrag-secret-v1 sealing " HEX "\n", 0600, CODE_OK, ""},
        {"ccrag-secret-v1 sealing " HEX, 0400, CODE_OK, ""},
        {"ccrag-secret-v1 sealing " HEX "\n", 0640, CODE_FAILED_PRECONDITION, "chmod 600"},
        {"ccrag-secret-v1 sealing " HEX "\n", 0604, CODE_FAILED_PRECONDITION, "chmod 600"},
        {"ccrag-secret-v1 sealing " HEX "\n", 0620, CODE_FAILED_PRECONDITION, "chmod 600"},
        {"ccrag-secret-v1 curve " HEX "\n", 0600, CODE_INVALID_ARGUMENT, "sealing"},
        {"ccrag-secret-v2 sealing " HEX "\n", 0600, CODE_INVALID_ARGUMENT, "ccrag-secret-v1"},
        {"", 0600, CODE_INVALID_ARGUMENT, "ccrag-secret-v1"},
        {"ccrag-secret-v1 sealing \n", 0600, CODE_INVALID_ARGUMENT, "damaged"},
        {"ccrag-secret-v1 sealing " HEX "00\n", 0600, CODE_INVALID_ARGUMENT, "damaged"},
        {"ccrag-secret-v1 sealing " HEX "\n\n", 0600, CODE_INVALID_ARGUMENT, "damaged"},
        {"ccrag-secret-v1 sealing x" HEX "\n", 0600, CODE_INVALID_ARGUMENT, "damaged"},
        {"ccrag-secret-v1 sealing " HEX HEX HEX "\n", 0600, CODE_INVALID_ARGUMENT, "damaged"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct secret secret = {{42}};
        struct fault fault = {0};
        enum code code =
            secret_read(file_with(cases[i].text, cases[i].mode), SECRET_SEALING, &secret, &fault);
        cr_assert(code == cases[i].code, "case %zu: %s %s", i, code_name(code), fault.reason);
        cr_assert(strstr(fault.reason, cases[i].says), "case %zu: %s", i, fault.reason);
        cr_assert(!strstr(fault.reason, "001122"), "case %zu shows what it read", i);
        cr_assert(secret.bytes[0] == (code == CODE_OK ? 0 : 42) &&
                  (code != CODE_OK || secret.bytes[1] == 0x11));
    }
}

Test(keys, a_path_that_leads_nowhere_says_so)
{
    struct secret secret = {{0}};
    struct fault fault = {0};
    cr_assert(secret_read(in_folder("none"), SECRET_CURVE, &secret, &fault) == CODE_NOT_FOUND);
    cr_assert(strstr(fault.reason, folder));
    cr_assert(secret_read(folder, SECRET_CURVE, &secret, &fault) == CODE_INVALID_ARGUMENT);
    cr_assert(secret_write(in_folder("no/such"), SECRET_CURVE, &secret, false, &fault) == CODE_NOT_FOUND);
}

Test(keys, somebody_elses_file_is_refused)
{
    if (geteuid() != 0)
        cr_skip_test("only root can give a file away");
    const char *path = file_with("ccrag-secret-v1 curve " HEX "\n", 0600);
    cr_assert(chown(path, 12345, 12345) == 0);
    struct secret secret;
    struct fault fault = {0};
    cr_assert(secret_read(path, SECRET_CURVE, &secret, &fault) == CODE_FAILED_PRECONDITION);
    cr_assert(strstr(fault.reason, "chown"));
}

Test(keys, a_credential_may_be_readable_by_its_group_and_no_further)
{
    setenv("CREDENTIALS_DIRECTORY", folder, 1);
    static const struct {
        mode_t mode;
        enum code code;
    } cases[] = {
        {0400, CODE_OK},
        {0440, CODE_OK},
        {0460, CODE_FAILED_PRECONDITION},
        {0444, CODE_FAILED_PRECONDITION},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct secret secret;
        const char *path = file_with("ccrag-secret-v1 curve " HEX "\n", cases[i].mode);
        cr_assert(secret_read(path, SECRET_CURVE, &secret, NULL) == cases[i].code, "case %zu", i);
    }
    unsetenv("CREDENTIALS_DIRECTORY");
    struct secret secret;
    const char *path = file_with("ccrag-secret-v1 curve " HEX "\n", 0440);
    cr_assert(secret_read(path, SECRET_CURVE, &secret, NULL) == CODE_FAILED_PRECONDITION);
}

Test(keys, a_descriptor_that_was_handed_over_is_read)
{
    int ends[2];
    cr_assert(pipe(ends) == 0);
    static const char text[] = "ccrag-secret-v1 signing " HEX "\n";
    cr_assert(write(ends[1], text, strlen(text)) == (ssize_t)strlen(text));
    close(ends[1]);
    char path[32];
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    struct secret secret;
    cr_assert(secret_read(path, SECRET_SIGNING, &secret, NULL) == CODE_OK);
    cr_assert(secret.bytes[15] == 0xff);
    close(ends[0]);
}
