/* Backups as files: a copy is what its manifest says, or it is not made. */

#include "services/cli/backup.h"

#include "common/world/real.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>

#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
    struct cli cli;
    char path[64];
};

static void folder_init(struct folder *f)
{
    cr_redirect_stderr();
    *f = (struct folder){0};
    snprintf(f->path, sizeof f->path, "/tmp/ccrag-backup-XXXXXX");
    cr_assert(mkdtemp(f->path) && sodium_init() >= 0);
    arena_init(&f->cli.arena, 16 * 1024 * 1024);
    cr_assert(world_real_create(NULL, &f->cli.world) == CODE_OK);
}

static const char *in(struct folder *f, const char *name)
{
    return arena_format(&f->cli.arena, "%s/%s", f->path, name);
}

static void write_file(struct folder *f, const char *name, const char *text)
{
    FILE *file = fopen(in(f, name), "w");
    cr_assert(file && fputs(text, file) >= 0);
    fclose(file);
}

static void folder_finish(struct folder *f)
{
    static const char *const names[] = {"from", "to", "registry/manifest.json", "registry"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        remove(in(f, names[i]));
    rmdir(f->path);
    cli_finish(&f->cli);
}

Test(backup, a_copy_is_what_its_manifest_says)
{
    static const char *const held = "what the store held";
    static const struct {
        const char *file;
        uint64_t size;
        enum code code;
        const char *says;
    } cases[] = {
        {"what the store held", 19, CODE_OK, ""},
        {"what the store helD", 19, CODE_DATA_LOSS, "its content was changed"},
        {"what the store", 19, CODE_DATA_LOSS, "its size differs"},
        {"what the store held", 20, CODE_DATA_LOSS, "its size differs"},
        {"", 19, CODE_DATA_LOSS, "its size differs"},
        {NULL, 19, CODE_NOT_FOUND, "cannot be read"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct folder f;
        folder_init(&f);
        uint8_t digest[32];
        crypto_generichash(digest, sizeof digest, (const uint8_t *)held, strlen(held), NULL, 0);
        Pb__BackupManifest manifest = PB__BACKUP_MANIFEST__INIT;
        manifest.size = cases[i].size;
        manifest.digest = (ProtobufCBinaryData){sizeof digest, digest};
        if (cases[i].file)
            write_file(&f, "from", cases[i].file);
        struct fault fault = {0};
        cr_assert_eq(backup_copy(&f.cli, in(&f, "from"), in(&f, "to"), &manifest, &fault), cases[i].code,
                     "case %zu", i);
        cr_assert(strstr(fault.reason, cases[i].says), "%s", fault.reason);
        cr_assert_eq(access(in(&f, "to"), F_OK) == 0, cases[i].code == CODE_OK,
                     "nothing is left of a bad copy");
        folder_finish(&f);
    }
}

Test(backup, no_file_is_written_over)
{
    struct folder f;
    folder_init(&f);
    write_file(&f, "from", "new");
    write_file(&f, "to", "old");
    Pb__BackupManifest manifest = PB__BACKUP_MANIFEST__INIT;
    struct fault fault = {0};
    cr_assert_neq(backup_copy(&f.cli, in(&f, "from"), in(&f, "to"), &manifest, &fault), CODE_OK);
    struct stat status;
    cr_assert(stat(in(&f, "to"), &status) == 0 && status.st_size == 3);
    FILE *file = fopen(in(&f, "to"), "r");
    char text[8] = "";
    cr_assert(file && fgets(text, sizeof text, file));
    fclose(file);
    cr_assert_str_eq(text, "old");
    folder_finish(&f);
}

Test(backup, a_manifest_is_read_or_refused)
{
    static const struct {
        const char *text; /* NULL: there is none */
        enum code code;
    } cases[] = {
        {"{\"service\": \"registry\", \"size\": \"12\", \"takenAtMs\": \"1795460161405\"}", CODE_OK},
        {NULL, CODE_NOT_FOUND},
        {"", CODE_DATA_LOSS},
        {"{", CODE_DATA_LOSS},
        {"[]", CODE_DATA_LOSS},
        {"{\"service\": \"matching\"}", CODE_DATA_LOSS}, /* of another service */
        {"{\"service\": \"registry\", \"size\": \"many\"}", CODE_DATA_LOSS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct folder f;
        folder_init(&f);
        cr_assert_eq(mkdir(in(&f, "registry"), 0700), 0);
        if (cases[i].text)
            write_file(&f, "registry/manifest.json", cases[i].text);
        const Pb__BackupManifest *manifest = NULL;
        struct fault fault = {0};
        cr_assert_eq(backup_manifest(&f.cli, f.path, "registry", &manifest, &fault), cases[i].code,
                     "case %zu: %s", i, fault.reason);
        if (cases[i].code == CODE_OK)
            cr_assert(manifest->size == 12 && manifest->taken_at_ms == INT64_C(1795460161405));
        folder_finish(&f);
    }
}
