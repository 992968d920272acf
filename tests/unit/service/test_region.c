/* A region on disk: made, opened, refused. */

#include "fixture.h"

struct folder {
    char path[64];
    struct fake_world world;
    struct fault fault;
};

static void folder_init(struct folder *folder)
{
    memset(folder, 0, sizeof *folder);
    folder->world.base.ops = &fake_ops;
    folder->world.wall_ms = fixture_wall_ms;
    snprintf(folder->path, sizeof folder->path, "/tmp/ccrag-service-XXXXXX");
    cr_assert(mkdtemp(folder->path));
}

static enum code make(struct folder *folder)
{
    struct region_init_options options = {.directory = folder->path, .name = "Test", .base_port = 9000};
    return region_init(&folder->world.base, &options, &folder->fault);
}

static const char *in(const struct folder *folder, const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    return path;
}

Test(region, a_new_one_can_be_opened_by_each_of_its_programs)
{
    struct folder f;
    folder_init(&f);
    cr_assert_eq(make(&f), CODE_OK, "%s", f.fault.reason);
    static const struct {
        const char *name, *endpoint;
        Pb__PrincipalRole role;
        bool signs;
        size_t seals;
        unsigned metrics;
    } rows[] = {
        {"registry", "tcp://127.0.0.1:9000", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE, true, 1, 9050},
        {"matching", "tcp://127.0.0.1:9001", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE, false, 1, 9051},
        {"allocation", "tcp://127.0.0.1:9002", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE, false, 1, 9052},
        {"fees", "tcp://127.0.0.1:9003", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE, false, 1, 9053},
        {"monitoring", "tcp://127.0.0.1:9004", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE, false, 1, 9054},
        {"worker-pool", NULL, PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_WORKER, false, 1, 0},
        {"gateway", NULL, PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_GATEWAY, false, 0, 0},
        {"operator", NULL, PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_OPERATOR, false, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct region *region = NULL;
        struct roster *roster = NULL;
        struct file_stamp seen = {0};
        size_t seals;
        cr_assert_eq(region_open(f.path, rows[i].name, NULL, &region, &f.fault), CODE_OK, "%s",
                     f.fault.reason);
        cr_assert_eq(region_read_roster(region, 1, &seen, &roster, &f.fault), CODE_OK, "%s", f.fault.reason);
        const struct principal *self = roster_find_key(roster, &region_pair(region)->public_key);
        cr_assert(self && strcmp(self->name, rows[i].name) == 0);
        cr_assert_eq(self->role, rows[i].role);
        cr_assert_eq(region_secret_signing_key(region) != NULL, rows[i].signs);
        region_sealing_keys(region, &seals);
        cr_assert_eq(seals, rows[i].seals);
        const char *endpoint = region_endpoint(region, rows[i].name);
        cr_assert(rows[i].endpoint ? endpoint && strcmp(endpoint, rows[i].endpoint) == 0 : !endpoint);
        cr_assert_eq(region_metrics_port(region, rows[i].name), rows[i].metrics);
        cr_assert_eq(region_read_roster(region, 1, &seen, &roster, &f.fault), CODE_NOT_FOUND, "unchanged");
        roster_destroy(roster);
        region_destroy(region);
    }
    remove_folder(f.path);
}

Test(region, secrets_are_their_owners_alone)
{
    struct folder f;
    struct stat status;
    folder_init(&f);
    cr_assert_eq(make(&f), CODE_OK);
    static const struct {
        const char *name;
        unsigned mode;
    } rows[] = {{"keys", 0700},
                {"store", 0700},
                {"run", 0700},
                {"keys/region.sign", 0600},
                {"keys/region.seal", 0600},
                {"keys/registry.curve", 0600},
                {"keys/registry.sign", 0600},
                {"keys/registry.seal", 0600},
                {"keys/operator.curve", 0600}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_assert_eq(stat(in(&f, rows[i].name), &status), 0, "%s", rows[i].name);
        cr_assert_eq(status.st_mode & 0777, rows[i].mode, "%s has mode %o", rows[i].name,
                     status.st_mode & 0777);
    }
    remove_folder(f.path);
}

Test(region, each_store_has_a_key_of_its_own)
{
    struct secret seal = {{7}}, registry, fees, renewed, again;
    region_derive_seal(&seal, "registry", 1, &registry);
    region_derive_seal(&seal, "fees", 1, &fees);
    region_derive_seal(&seal, "registry", 2, &renewed);
    region_derive_seal(&seal, "registry", 1, &again);
    cr_assert_neq(memcmp(&registry, &fees, sizeof registry), 0);
    cr_assert_neq(memcmp(&registry, &renewed, sizeof registry), 0);
    cr_assert_eq(memcmp(&registry, &again, sizeof registry), 0);
}

Test(region, none_is_made_over_another)
{
    struct folder f;
    folder_init(&f);
    cr_assert_eq(make(&f), CODE_OK);
    cr_assert_eq(make(&f), CODE_ALREADY_EXISTS);
    unlink(in(&f, "region.conf"));
    cr_assert_eq(make(&f), CODE_ALREADY_EXISTS, "its roster is there still");
    unlink(in(&f, "roster"));
    cr_assert_eq(make(&f), CODE_ALREADY_EXISTS, "its offline keys are there still");
    remove_folder(f.path);
}

Test(region, refusals_say_what_to_do)
{
    struct folder f;
    struct region *region = NULL;
    folder_init(&f);
    cr_assert_eq(region_open(f.path, "registry", NULL, &region, &f.fault), CODE_NOT_FOUND);
    cr_assert(strstr(f.fault.reason, "./deploy/up") && strstr(f.fault.reason, "--region"), "%s",
              f.fault.reason);
    cr_assert_eq(region_open("/nowhere/at/all", "registry", NULL, &region, &f.fault), CODE_NOT_FOUND);
    cr_assert_eq(make(&f), CODE_OK);
    cr_assert_eq(region_open(f.path, "nobody", NULL, &region, &f.fault), CODE_NOT_FOUND);
    cr_assert(strstr(f.fault.reason, "ccrag roster"), "%s", f.fault.reason);
    char wrong[] = "CCRAG_JOURNAL_KEEP=many";
    char *environment[] = {wrong, NULL};
    cr_assert_eq(region_open(f.path, "registry", environment, &region, &f.fault), CODE_INVALID_ARGUMENT);
    cr_assert(strstr(f.fault.reason, "journal.keep") || strstr(f.fault.field, "journal.keep"), "%s",
              f.fault.reason);
    static const char *const secrets[] = {"keys/registry.curve", "keys/registry.sign", "keys/registry.seal"};
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        cr_assert_eq(chmod(in(&f, secrets[i]), 0640), 0);
        cr_assert_eq(region_open(f.path, "registry", NULL, &region, &f.fault), CODE_FAILED_PRECONDITION, "%s",
                     secrets[i]);
        cr_assert(strstr(f.fault.reason, "chmod 600"), "%s", f.fault.reason);
        cr_assert_eq(chmod(in(&f, secrets[i]), 0600), 0);
    }
    cr_assert_null(region);
    remove_folder(f.path);
}

/* An older roster, or one that is not signed by the region, is refused; what was known stays. */
Test(region, a_roster_must_be_newer_and_signed)
{
    struct folder f;
    struct region *region = NULL;
    struct roster *roster = NULL;
    struct file_stamp seen = {0};
    folder_init(&f);
    cr_assert_eq(make(&f), CODE_OK);
    cr_assert_eq(region_open(f.path, "registry", NULL, &region, &f.fault), CODE_OK);
    cr_assert_eq(region_read_roster(region, 2, &seen, &roster, &f.fault), CODE_FAILED_PRECONDITION);
    cr_assert_eq(region_write_roster(f.path, span_of_text("nonsense"), &f.fault), CODE_OK);
    enum code code = region_read_roster(region, 1, &seen, &roster, &f.fault);
    cr_assert(code == CODE_INVALID_ARGUMENT || code == CODE_UNAUTHENTICATED, "%s", code_name(code));
    cr_assert_eq(region_read_roster(region, 1, &seen, &roster, &f.fault), CODE_NOT_FOUND, "said once");
    unlink(in(&f, "roster"));
    cr_assert_eq(region_read_roster(region, 1, &seen, &roster, &f.fault), CODE_FAILED_PRECONDITION);
    cr_assert_null(roster);
    region_destroy(region);
    remove_folder(f.path);
}

/* Two programs of one name have one file; the one that has not read the newest roster yet takes nothing back.
 */
Test(region, what_is_known_of_the_roster_only_rises)
{
    static const struct roster_known kept[] = {{18, 1}, {19, 0}, {18, 2}, {19, 2}, {19, 1}, {20, 0}},
                                     known[] = {{18, 1}, {19, 0}, {19, 0}, {19, 2}, {19, 2}, {20, 0}};
    struct folder f;
    struct region *region = NULL;
    struct roster_known read;
    folder_init(&f);
    cr_assert_eq(make(&f), CODE_OK);
    cr_assert_eq(region_open(f.path, "operator", NULL, &region, &f.fault), CODE_OK);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        cr_assert_eq(region_keep_known(region, "operator", &kept[i], &f.fault), CODE_OK, "%s",
                     f.fault.reason);
        cr_assert_eq(region_read_known(region, "operator", &read, &f.fault), CODE_OK);
        cr_assert(read.serial == known[i].serial && read.revocations == known[i].revocations, "case %zu", i);
    }
    char run[200];
    snprintf(run, sizeof run, "%s", in(&f, "run"));
    cr_assert_eq(rename(run, in(&f, "elsewhere")), 0);
    cr_assert_eq(region_keep_known(region, "operator", &kept[0], &f.fault), CODE_PERMISSION_DENIED);
    cr_assert(strstr(f.fault.reason, run), "%s", f.fault.reason);
    region_destroy(region);
    remove_folder(f.path);
}

/* An API is served by one service of the table, or by every one (FeedService), or by each that keeps such
 * records (FormsService): who calls those says whom. */
Test(region, every_api_has_its_one_service)
{
    size_t methods_count, count;
    const struct wire_method *const *methods = wire_methods(&methods_count);
    const struct region_service *services = region_services(&count);
    static const char *const shared[] = {"FeedService", "OperateService", "FormsService", "EvidenceService"};
    for (size_t i = 0; i < methods_count; i++) {
        const char *api = strrchr(methods[i]->service, '.') + 1;
        char word[128];
        unsigned found = 0;
        snprintf(word, sizeof word, "%s ", api);
        for (size_t k = 0; k < count; k++) {
            const char *at = strstr(services[k].serves, word);
            found += at && (at == services[k].serves || at[-1] == ' ');
        }
        bool is_shared = false;
        for (size_t k = 0; k < sizeof shared / sizeof shared[0]; k++)
            is_shared |= strcmp(api, shared[k]) == 0;
        cr_assert_eq(found, is_shared ? 0 : 1, "%s is served by %u", api, found);
        cr_assert_eq(region_service_of(methods[i]->name) != NULL, !is_shared);
    }
    static const struct {
        const char *method, *service;
    } rows[] = {
        {"ccrag.v1.ProvisionsService/SetVacancy", "registry"},
        {"ccrag.v1.DispatchService/OfferWork", "matching"},
        {"ccrag.v1.FeedService/Follow", NULL},
        {"ccrag.v1.Service/Follow", NULL},
        {"ccrag.v1./", NULL},
        {"other.v1.DispatchService/OfferWork", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *service = region_service_of(rows[i].method);
        cr_assert(rows[i].service ? service && strcmp(service, rows[i].service) == 0 : !service, "%s",
                  rows[i].method);
    }
}

/* Each has a name, a port and a store of its own, in a region.conf that says where it is. */
Test(region, services_do_not_share_a_name_or_a_port)
{
    size_t count;
    const struct region_service *services = region_services(&count);
    for (size_t i = 0; i < count; i++) {
        cr_assert_geq(services[i].port, REGION_BASE_PORT);
        cr_assert_lt(services[i].port, REGION_BASE_PORT + 50, "metrics pages begin there");
        for (size_t k = 0; k < i; k++) {
            cr_assert_str_neq(services[i].name, services[k].name);
            cr_assert_neq(services[i].port, services[k].port);
        }
    }
}

/* The store of a principal that is added later opens with the key it would have had from the first. */
Test(region, a_seal_made_later_is_the_same)
{
    struct folder f;
    struct secret first, later;
    folder_init(&f);
    cr_assert_eq(make(&f), CODE_OK, "%s", f.fault.reason);
    cr_assert_eq(secret_read(in(&f, "keys/fees.seal"), SECRET_SEALING, &first, &f.fault), CODE_OK);
    cr_assert_eq(unlink(in(&f, "keys/fees.seal")), 0);
    cr_assert_eq(region_make_seal(f.path, "fees", &f.fault), CODE_OK, "%s", f.fault.reason);
    cr_assert_eq(secret_read(in(&f, "keys/fees.seal"), SECRET_SEALING, &later, &f.fault), CODE_OK);
    cr_assert_eq(memcmp(first.bytes, later.bytes, SECRET_BYTES), 0);
    cr_assert_eq(region_make_seal(f.path, "fees", &f.fault), CODE_OK, "one that is there stays");
    cr_assert_eq(region_make_seal(f.path, "notify", &f.fault), CODE_OK);
    cr_assert_eq(secret_read(in(&f, "keys/notify.seal"), SECRET_SEALING, &later, &f.fault), CODE_OK);
    cr_assert_neq(memcmp(first.bytes, later.bytes, SECRET_BYTES), 0);
    cr_assert_eq(unlink(in(&f, "keys/region.seal")), 0);
    cr_assert_eq(region_make_seal(f.path, "web", &f.fault), CODE_NOT_FOUND);
    cr_assert_neq(access(in(&f, "keys/web.seal"), F_OK), 0);
    remove_folder(f.path);
}
