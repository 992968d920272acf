/* `ccrag roster`: who is who among programs. Changes are made to the file with the region's offline key;
 * services take a new roster within a second, and the keys of one that was removed open nothing more. */

#include "services/cli/groups.h"
#include "services/cli/reflect.h"
#include "services/cli/roster_file.h"
#include "services/cli/show.h"

#include "common/base/limits.h"
#include "common/domain/gss.h"
#include "common/service/region.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

enum { KEYS_MAX = 2, SHOWN_KEY = 16 };
#define NEXT ".next" /* of a key's file, until it is in use */

static int run_roster_init(struct cli *cli)
{
    struct fault fault = {0};
    int64_t port;
    if (!cli_number(cli, "base-port", 1024, 65000, REGION_BASE_PORT, &port) || !cli_world(cli))
        return EX_USAGE;
    struct region_init_options options = {cli->directory, cli_option(cli, "name"), (uint16_t)port};
    if (!options.name)
        options.name = "region";
    if (region_init(cli->world, &options, &fault) != CODE_OK)
        return fault.code == CODE_PERMISSION_DENIED ? (cli_fail(cli, &fault), EX_CANTCREAT)
                                                    : cli_fail(cli, &fault);
    printf("Made the region %s in %s. Where it is more than one machine, keep keys/region.sign and "
           "keys/region.seal "
           "elsewhere.\n",
           options.name, cli->directory);
    return EX_OK;
}

static int run_roster_show(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        {"Name", false, false},     {"Role", false, false}, {"Authority", false, false},
        {"Link keys", true, false}, {"Signs", true, false},
    };
    struct fault fault = {0};
    Pb__Roster *roster;
    if (roster_file_read(cli, &roster, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    if (cli->json)
        return show_json(cli, &roster->base);
    const char **cells = arena_array(&cli->arena, const char *, roster->n_entries * 5 + 1);
    for (size_t i = 0; cells && i < roster->n_entries; i++) {
        const Pb__RosterEntry *entry = roster->entries[i];
        const char *role = reflect_text(&entry->base, "role", &cli->arena), *keys = "";
        for (size_t k = 0; k < entry->n_curve_keys && keys; k++) {
            char hex[SHOWN_KEY + 1] = "";
            for (size_t b = 0; b < SHOWN_KEY / 2 && b < entry->curve_keys[k].len; b++)
                snprintf(hex + b * 2, 3, "%02x", entry->curve_keys[k].data[b]);
            keys = arena_format(&cli->arena, "%s%s%s…", keys, k ? ", " : "", hex);
        }
        cells[i * 5] = entry->name;
        cells[i * 5 + 1] = role ? role + (strncmp(role, "principal role ", 15) == 0 ? 15 : 0) : "";
        cells[i * 5 + 2] = entry->authority;
        cells[i * 5 + 3] = keys ? keys : "";
        cells[i * 5 + 4] = entry->n_signing_keys ? "yes" : "";
    }
    printf("Roster %" PRIu64 " of %s.\n\n", roster->serial, roster->region);
    if (cells)
        show_table(stdout, COLUMNS, 5, cells, roster->n_entries, "It is empty.");
    return EX_OK;
}

static bool good_name(const char *name)
{
    size_t length = strlen(name);
    /* The keys of these are no principal's. */
    if (strcmp(name, "region") == 0 || strcmp(name, "revoker") == 0)
        return false;
    return length > 0 && length < PRINCIPAL_NAME_MAX &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

/* Puts a public key before the entry's others and keeps `most` of them. */
static bool put_key(struct cli *cli, Pb__RosterEntry *entry, const struct curve_key *key, size_t most)
{
    ProtobufCBinaryData *keys = arena_array(&cli->arena, ProtobufCBinaryData, KEYS_MAX);
    uint8_t *copy = arena_alloc(&cli->arena, CURVE_KEY_BYTES);
    if (!keys || !copy)
        return false;
    memcpy(copy, key->bytes, CURVE_KEY_BYTES);
    keys[0] = (ProtobufCBinaryData){CURVE_KEY_BYTES, copy};
    size_t count = 1;
    for (size_t i = 0; i < entry->n_curve_keys && count < most; i++)
        keys[count++] = entry->curve_keys[i];
    entry->curve_keys = keys;
    entry->n_curve_keys = count;
    return true;
}

/* The public key given with --key, or of a new pair that is written to keys/NAME.curve (and `next`). */
static int key_for(struct cli *cli, const char *name, const char *next, struct curve_key *ret_key)
{
    struct fault fault = {0};
    const char *given = cli_option(cli, "key");
    if (given && curve_key_parse(given, ret_key, &fault) != CODE_OK)
        return cli_complain(EX_USAGE, "--key: %s", fault.reason);
    if (given)
        return EX_OK;
    struct curve_pair pair;
    const char *path = arena_format(&cli->arena, "%s/keys/%s.curve%s", cli->directory, name, next);
    curve_pair_generate(cli->world, &pair);
    enum code code = path ? curve_pair_write(path, &pair, *next, &fault) : CODE_RESOURCE_EXHAUSTED;
    *ret_key = pair.public_key;
    curve_pair_wipe(&pair);
    if (code != CODE_OK) {
        fault.code = code;
        return cli_fail(cli, &fault);
    }
    printf("Its secret key is in %.*s; carry it to where it runs, and nowhere else.\n",
           (int)(strlen(path) - strlen(next)), path);
    return EX_OK;
}

static int sign(struct cli *cli, Pb__Roster *roster)
{
    struct fault fault = {0};
    if (roster_file_write(cli, roster, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    printf("Signed as roster %" PRIu64 ".\n", roster->serial);
    return EX_OK;
}

static int run_roster_add(struct cli *cli)
{
    struct fault fault = {0};
    Pb__Roster *roster;
    struct curve_key key;
    const char *name = cli->arguments[0], *role = cli_option(cli, "role"),
               *authority = cli_option(cli, "authority");
    const char *role_name = reflect_enum_name(&pb__principal_role__descriptor, role);
    struct gss gss = {""};
    if (!good_name(name))
        return cli_complain(EX_USAGE,
                            "\"%s\" is no name: small letters, digits and dashes, neither region nor revoker",
                            name);
    if (!role_name)
        return cli_complain(EX_USAGE, "--role: \"%s\" is none of: %s", role,
                            reflect_enum_choices(&pb__principal_role__descriptor, &cli->arena));
    if (authority && gss_parse(authority, &gss, &fault) != CODE_OK)
        return cli_complain(EX_USAGE, "--authority: %s", fault.reason);
    if (!cli_world(cli) || roster_file_read(cli, &roster, &fault) != CODE_OK ||
        roster_file_may_sign(cli, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    Pb__RosterEntry *entry = roster_file_add(cli, roster, name);
    if (!entry)
        return cli_complain(EX_DATAERR,
                            "the roster has a %s already; `ccrag roster rotate` gives it a new key", name);
    entry->role = (Pb__PrincipalRole)protobuf_c_enum_descriptor_get_value_by_name(
                      &pb__principal_role__descriptor, role_name)
                      ->value;
    entry->authority = arena_text(&cli->arena, gss.text);
    if (entry->role == PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE && !authority)
        return cli_complain(EX_USAGE, "a node belongs to an LA: give --authority GSS");
    bool stores = entry->role == PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE ||
                  entry->role == PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_WORKER;
    if (stores && region_make_seal(cli->directory, name, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    int status = key_for(cli, name, "", &key);
    if (status != EX_OK)
        return status;
    if (stores)
        printf("The key of its store is in %s/keys/%s.seal.\n", cli->directory, name);
    return put_key(cli, entry, &key, 1) ? sign(cli, roster) : EX_OSERR;
}

static int run_roster_remove(struct cli *cli)
{
    struct fault fault = {0};
    Pb__Roster *roster;
    if (roster_file_read(cli, &roster, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    if (!roster_file_remove(roster, cli->arguments[0]))
        return cli_complain(EX_NOINPUT, "the roster has no %s; `ccrag roster show` lists them",
                            cli->arguments[0]);
    return sign(cli, roster);
}

static int run_roster_revoke(struct cli *cli)
{
    struct fault fault = {0};
    if (roster_file_revoke(cli, cli->arguments[0], &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    printf("Revoked %s; the next signing leaves it out.\n", cli->arguments[0]);
    return EX_OK;
}

/* A new revoker's key: the roster names one at a time. */
static int rotate_revoker(struct cli *cli, Pb__Roster *roster)
{
    struct fault fault = {0};
    struct secret seed;
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    const char *path = arena_format(&cli->arena, "%s/keys/revoker.sign", cli->directory);
    uint8_t *public_key = arena_alloc(&cli->arena, crypto_sign_PUBLICKEYBYTES);
    if (!path || !public_key)
        return cli_complain(EX_OSERR, "out of memory");
    secret_generate(cli->world, &seed);
    crypto_sign_seed_keypair(public_key, secret_key, seed.bytes);
    sodium_memzero(secret_key, sizeof secret_key);
    fault.code = secret_write(path, SECRET_SIGNING, &seed, true, &fault);
    secret_wipe(&seed);
    if (fault.code != CODE_OK)
        return cli_fail(cli, &fault);
    roster->revoker_key = (ProtobufCBinaryData){crypto_sign_PUBLICKEYBYTES, public_key};
    printf("Its secret key is in %s.\n", path);
    return sign(cli, roster);
}

/* The new secret takes the place of the old one when every service has had the time to read the roster that
 * admits it. */
static int use_next_key(struct cli *cli, const char *name)
{
    const char *to = arena_format(&cli->arena, "%s/keys/%s.curve", cli->directory, name);
    const char *from = arena_format(&cli->arena, "%s/keys/%s.curve" NEXT, cli->directory, name);
    usleep(2 * 1000 * ROSTER_WATCH_MS);
    if (!to || !from || rename(from, to) != 0)
        return cli_complain(EX_CANTCREAT, "the new key cannot be put in the place of the old one");
    return EX_OK;
}

static int run_roster_rotate(struct cli *cli)
{
    struct fault fault = {0};
    Pb__Roster *roster;
    struct curve_key key;
    bool finish = cli_option(cli, "finish") != NULL;
    if (!cli_world(cli) || roster_file_read(cli, &roster, &fault) != CODE_OK ||
        roster_file_may_sign(cli, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    if (strcmp(cli->arguments[0], "revoker") == 0)
        return rotate_revoker(cli, roster);
    Pb__RosterEntry *entry = roster_file_find(roster, cli->arguments[0]);
    if (!entry)
        return cli_complain(EX_NOINPUT, "the roster has no %s; `ccrag roster show` lists them",
                            cli->arguments[0]);
    if (finish) {
        entry->n_curve_keys = entry->n_curve_keys ? 1 : 0;
        return sign(cli, roster);
    }
    int status = key_for(cli, entry->name, NEXT, &key);
    if (status != EX_OK)
        return status;
    status = put_key(cli, entry, &key, KEYS_MAX) ? sign(cli, roster) : EX_OSERR;
    return status == EX_OK && !cli_option(cli, "key") ? use_next_key(cli, entry->name) : status;
}

static int run_roster_sign(struct cli *cli)
{
    struct fault fault = {0};
    Pb__Roster *roster;
    return roster_file_read(cli, &roster, &fault) == CODE_OK ? sign(cli, roster) : cli_fail(cli, &fault);
}

static const struct cli_option INIT_OPTIONS[] = {
    {.name = "name", .value = "NAME", .meaning = "What the region is called (region)."},
    {.name = "base-port", .value = "N", .meaning = "First port of its services on loopback (7100)."},
    {0},
};
static const struct cli_option ADD_OPTIONS[] = {
    {.name = "role",
     .value = "ROLE",
     .meaning = "What it is.",
     .required = true,
     .choices = "service worker gateway node operator region"},
    {.name = "authority", .value = "GSS", .meaning = "A node's LA."},
    {.name = "key", .value = "KEY", .meaning = "Its public key; without it a pair is made here."},
    {0},
};
static const struct cli_option ROTATE_OPTIONS[] = {
    {.name = "key", .value = "KEY", .meaning = "Its new public key; without it a pair is made here."},
    {.name = "finish", .meaning = "The new key is in use everywhere: drop the old one."},
    {0},
};

const struct cli_command ROSTER_COMMANDS[] = {
    {.words = "roster init",
     .summary = "Make a new region: keys, configuration, a signed roster. `ccrag up` does it too.",
     .options = INIT_OPTIONS,
     .run = run_roster_init},
    {.words = "roster show", .summary = "Show who is who among programs.", .run = run_roster_show},
    {.words = "roster add",
     .arguments = "NAME",
     .summary = "Add a principal and sign.",
     .details = "Needs the region's offline key, keys/region.sign, as every change of the roster does.",
     .options = ADD_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_roster_add},
    {.words = "roster remove",
     .arguments = "NAME",
     .summary = "Remove a principal and sign: its connections are cut.",
     .least = 1,
     .most = 1,
     .run = run_roster_remove},
    {.words = "roster revoke",
     .arguments = "NAME",
     .summary = "Remove a principal with the revoker's key: its connections are cut.",
     .details = "Needs keys/revoker.sign, which can do nothing else, and not the offline key.",
     .least = 1,
     .most = 1,
     .run = run_roster_revoke},
    {.words = "roster rotate",
     .arguments = "NAME",
     .summary = "Give a principal a new key beside its old one, and sign.",
     .details =
         "What runs takes the new key by itself, without a restart, once its host has the secret and the "
         "roster; no request fails. Both keys hold until `--finish` drops the old one. The name "
         "`revoker` gives the roster a new revoker's key.",
     .options = ROTATE_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_roster_rotate},
    {.words = "roster sign",
     .summary = "Sign the roster anew, with the next serial.",
     .run = run_roster_sign},
    {0},
};
