/* Matching as it runs: ccrag-matching in processes of its own, over CURVE on loopback, following a registry
 * that is the test's. What the registry acknowledged is found by the next search that asks for it (read your
 * writes); the postcodes come through the feed; a dispatcher hands searches to workers elsewhere and passes
 * over one that is silent. */

#include "common/bus/client.h"
#include "common/domain/postcode_table.h"
#include "common/service/region.h"
#include "common/service/service.h"
#include "common/store/blob.h"
#include "common/world/real.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/matching.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROVISION "00000000-0000-7000-8000-000000000001"
#define GROUP     "00000000-0000-7000-8000-000000000002"

/* --- a registry that keeps what it is told ----------------------------------------------------------- */

static struct span key_of(const ProtobufCMessage *record, struct arena *arena)
{
    return key_of_uuid(((const Pb__Provision *)record)->id, arena); /* the first field of each */
}

static void for_all(const ProtobufCMessage *record, struct audience *ret_audience)
{
    (void)record;
    ret_audience->groups = AUDIENCE_SERVICES | AUDIENCE_WORKERS;
}

#define TABLE(of, message)                                                                                   \
    static const struct table of = {                                                                         \
        .name = #of, .type = &message, .flags = TABLE_JOURNAL, .key = key_of, .audience = for_all}
TABLE(provisions, pb__provision__descriptor);
TABLE(groups, pb__place_group__descriptor);
TABLE(vacancies, pb__vacancy__descriptor);
static const struct table *const registry_tables[] = {&provisions, &groups, &vacancies, NULL};

#define SERVICE_TYPE Pb__ProvisionsService_Service

HANDLE(UpdateProvision, update_provision)
{
    (void)out;
    return record_put(command->txn, &provisions, &in->provision->base);
}

HANDLE(UpdatePlaceGroup, update_place_group)
{
    (void)out;
    return record_put(command->txn, &groups, &in->place_group->base);
}

HANDLE(SetVacancy, set_vacancy)
{
    (void)out;
    Pb__Vacancy vacancy;
    pb__vacancy__init(&vacancy);
    vacancy.id = in->place_group_id;
    vacancy.provision_id = PROVISION;
    vacancy.n_free = in->n_free;
    vacancy.free = in->free;
    vacancy.confirmed_at_ms = command->now_ms;
    return record_put(command->txn, &vacancies, &vacancy.base);
}

static void other(SERVICE_TYPE *service, const Pb__GetProvisionRequest *in,
                  Pb__GetProvisionResponse_Closure closure, void *command)
{
    (void)service, (void)in, (void)closure;
    command_answer(command, CODE_UNIMPLEMENTED, NULL);
}

/* Once: the list of two postcodes. */
static enum code seed(struct command *command)
{
    struct postcode_entry entries[] = {{.easting = 533500, .northing = 212500},
                                       {.easting = 533700, .northing = 212700}};
    const struct audience everyone = {.groups = AUDIENCE_SERVICES | AUDIENCE_WORKERS};
    const Pb__BlobHead *head;
    uint8_t bytes[64], digest[32];
    uint64_t version;
    if (blob_head(command->txn, "postcodes", command->arena, &head) == CODE_OK)
        return CODE_OK;
    postcode_parse("SG13 8DQ", &entries[0].postcode, NULL);
    postcode_parse("SG13 8DR", &entries[1].postcode, NULL);
    struct span list = span_of(bytes, postcode_table_bytes(2));
    enum code code = postcode_table_write(entries, 2, bytes);
    crypto_generichash(digest, sizeof digest, list.data, list.size, NULL, 0);
    if (code == CODE_OK)
        code = blob_begin(command->txn, "postcodes", "a test", &version);
    if (code == CODE_OK)
        code = blob_append(command->txn, "postcodes", version, 0, list);
    return code == CODE_OK
               ? blob_finish(command->txn, "postcodes", version, 2, digest, &everyone, command->arena, &head)
               : code;
}

static int registry_main(const char *directory)
{
    static Pb__ProvisionsService_Service handlers = {.base = PB__PROVISIONS_SERVICE__BASE_INIT};
    static const struct timer timers[] = {{.name = "seed", .every_ms = 100, .run = seed}, {.name = NULL}};
    ProtobufCClosure *slots = (ProtobufCClosure *)(void *)(&handlers.base + 1);
    for (unsigned i = 0; i < pb__provisions_service__descriptor.n_methods; i++)
        slots[i] = (ProtobufCClosure)(void (*)(void))other;
    handlers.update_provision = on_update_provision;
    handlers.update_place_group = on_update_place_group;
    handlers.set_vacancy = on_set_vacancy;
    const struct api apis[] = {{.descriptor = handlers.base.descriptor, .handlers = &handlers.base},
                               {.descriptor = NULL}};
    const struct service_options options = {
        .name = "registry", .apis = apis, .tables = registry_tables, .timers = timers};
    char program[] = "registry", flag[] = "--region", folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", directory);
    char *argv[] = {program, flag, folder, NULL};
    return service_main(3, argv, &options);
}

/* --- the region -------------------------------------------------------------------------------------- */

struct running {
    char directory[32];
    struct world *world;
    struct region *region;
    struct client *registry, *matching;
    struct arena arena;
    pid_t pids[4];
    size_t count;
};

static uint16_t free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(descriptor, (struct sockaddr *)&address, size), 0);
    cr_assert_eq(getsockname(descriptor, (struct sockaddr *)&address, &size), 0);
    close(descriptor);
    return ntohs(address.sin_port);
}

static void set_endpoint(const char *name)
{
    char text[64];
    snprintf(text, sizeof text, "tcp://127.0.0.1:%u", free_port());
    setenv(name, text, 1);
}

/* The program that the build made, beside the tests. */
static void program_path(char ret_path[PATH_MAX])
{
    char self[PATH_MAX - 32];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    cr_assert(length > 0);
    self[length] = '\0';
    for (int i = 0; i < 3; i++) /* tests/unit/NAME */
        *strrchr(self, '/') = '\0';
    snprintf(ret_path, PATH_MAX, "%s/bin/ccrag-matching", self);
    cr_assert_eq(access(ret_path, X_OK), 0, "%s is not built", ret_path);
}

/* The test's own registry, where `arguments` is empty, else ccrag-matching with them. */
static pid_t start(struct running *running, const char *pid_name, const char *const *arguments)
{
    char path[PATH_MAX], ready[128];
    program_path(path);
    pid_t pid = fork();
    cr_assert(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nothing behind */
        if (!arguments[0])
            _exit(registry_main(running->directory));
        execl(path, path, "--region", running->directory, arguments[1], arguments[2], arguments[3],
              (char *)NULL);
        _exit(127);
    }
    running->pids[running->count++] = pid;
    snprintf(ready, sizeof ready, "%s/run/%s.pid", running->directory, pid_name);
    for (unsigned i = 0; i < 1500 && access(ready, F_OK) != 0; i++, usleep(20 * 1000))
        cr_assert_eq(waitpid(pid, NULL, WNOHANG), 0, "%s ended before it was ready", pid_name);
    cr_assert_eq(access(ready, F_OK), 0, "%s did not become ready", pid_name);
    return pid;
}

/* As the region's principal of `as` knows itself. */
static struct client *dial_as(struct running *running, const struct region *as, const char *service)
{
    struct file_stamp seen = {0};
    struct roster *roster = NULL;
    struct client *client = NULL;
    struct fault fault = {0};
    cr_assert_eq(region_read_roster(running->region, 0, &seen, &roster, &fault), CODE_OK, "%s", fault.reason);
    struct client_options options = {
        .service = service, .endpoint = region_endpoint(running->region, service), .pair = *region_pair(as)};
    memcpy(options.server_key.bytes, roster_find_name(roster, service)->curve_keys[0].data, CURVE_KEY_BYTES);
    cr_assert_eq(client_create(running->world, &options, &client, &fault), CODE_OK, "%s", fault.reason);
    roster_destroy(roster);
    return client;
}

static struct client *dial(struct running *running, const char *service)
{
    return dial_as(running, running->region, service);
}

static void begin(struct running *running)
{
    struct fault fault = {0};
    *running = (struct running){.directory = "/tmp/ccrag-matching-XXXXXX"};
    cr_assert(mkdtemp(running->directory));
    arena_init(&running->arena, 64u << 20);
    cr_assert_eq(world_real_create(NULL, &running->world), CODE_OK);
    struct region_init_options init = {.directory = running->directory, .name = "Test"};
    cr_assert_eq(region_init(running->world, &init, &fault), CODE_OK, "%s", fault.reason);
    set_endpoint("CCRAG_REGISTRY_ENDPOINT");
    set_endpoint("CCRAG_MATCHING_ENDPOINT");
    setenv("CCRAG_REGISTRY_METRICS", "0", 1);
    setenv("CCRAG_MATCHING_METRICS", "0", 1);
    setenv("CCRAG_STORE_MAP_MIB", "32", 1);
    cr_assert_eq(region_open(running->directory, "operator", environ, &running->region, &fault), CODE_OK,
                 "%s", fault.reason);
}

static int remove_one(const char *path, const struct stat *stat, int flag, struct FTW *walk)
{
    (void)stat, (void)flag, (void)walk;
    return remove(path);
}

static void end(struct running *running)
{
    client_destroy(running->registry);
    client_destroy(running->matching);
    region_destroy(running->region);
    world_destroy(running->world);
    arena_finish(&running->arena);
    while (running->count) {
        int status = -1;
        pid_t pid = running->pids[--running->count];
        kill(pid, SIGCONT);
        kill(pid, SIGTERM);
        cr_assert_eq(waitpid(pid, &status, 0), pid);
        cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a process ended with %d", status);
    }
    nftw(running->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* --- calls ------------------------------------------------------------------------------------------- */

static struct client_answer call(struct running *running, struct client *client, const char *method,
                                 const ProtobufCMessage *request, uint32_t deadline_ms)
{
    const ProtobufCMessage *response = NULL;
    struct client_answer answer = {0};
    struct call_options options = {.deadline_ms = deadline_ms, .command = client == running->registry};
    client_call_wait(client, method, request, &options, &running->arena, &response, &answer);
    answer.response = response;
    return answer;
}

static void put_provision(struct running *running)
{
    Pb__Provision provision;
    Pb__PlaceGroup places;
    Pb__GeoPoint point;
    Pb__UpdateProvisionRequest first = PB__UPDATE_PROVISION_REQUEST__INIT;
    Pb__UpdatePlaceGroupRequest second = PB__UPDATE_PLACE_GROUP_REQUEST__INIT;
    pb__provision__init(&provision);
    pb__geo_point__init(&point);
    pb__place_group__init(&places);
    point.latitude_e7 = 518000000;
    point.longitude_e7 = -700000;
    provision.id = PROVISION;
    provision.name = "The Laurels";
    provision.kind = PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
    provision.status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE;
    provision.position = &point;
    provision.position_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
    places.id = GROUP;
    places.provision_id = PROVISION;
    places.age_min = 10;
    places.age_max = 17;
    first.provision = &provision;
    second.place_group = &places;
    struct client_answer answer =
        call(running, running->registry, "ccrag.v1.ProvisionsService/UpdateProvision", &first.base, 10000);
    cr_assert_eq(answer.fault.code, CODE_OK, "%s", answer.fault.reason);
    answer =
        call(running, running->registry, "ccrag.v1.ProvisionsService/UpdatePlaceGroup", &second.base, 10000);
    cr_assert_eq(answer.fault.code, CODE_OK, "%s", answer.fault.reason);
}

/* Returns the position that shows it. */
static struct position set_free(struct running *running, uint32_t places)
{
    Pb__FreePeriod period, *periods[] = {&period};
    Pb__SetVacancyRequest request = PB__SET_VACANCY_REQUEST__INIT;
    pb__free_period__init(&period);
    period.from = "2026-01-01";
    period.places = places;
    request.place_group_id = GROUP;
    request.free = periods;
    request.n_free = 1;
    struct client_answer answer =
        call(running, running->registry, "ccrag.v1.ProvisionsService/SetVacancy", &request.base, 10000);
    cr_assert_eq(answer.fault.code, CODE_OK, "%s", answer.fault.reason);
    return (struct position){answer.position.epoch, answer.position.sequence};
}

static struct client_answer find(struct running *running, const char *postcode,
                                 const struct position *at_least, uint32_t deadline_ms)
{
    Pb__SearchRequest request = PB__SEARCH_REQUEST__INIT;
    Pb__ServicePosition named = PB__SERVICE_POSITION__INIT, *positions[] = {&named};
    Pb__Position position = PB__POSITION__INIT;
    request.postcode = postcode;
    request.age = 12;
    request.start_on = "2026-03-01";
    if (at_least) {
        position.epoch = at_least->epoch;
        position.sequence = at_least->sequence;
        named.service = "registry";
        named.position = &position;
        request.at_least = positions;
        request.n_at_least = 1;
    }
    return call(running, running->matching, "ccrag.v1.MatchingService/Search", &request.base, deadline_ms);
}

/* Exactly one result, with so many places free. */
static const Pb__SearchResponse *expect_free(const struct client_answer *answer, uint32_t places)
{
    const Pb__SearchResponse *response = (const Pb__SearchResponse *)answer->response;
    cr_assert_eq(answer->fault.code, CODE_OK, "%s: %s", answer->fault.field, answer->fault.reason);
    cr_assert_eq(response->n_results, 1);
    cr_assert_str_eq(response->results[0]->provision_name, "The Laurels");
    cr_assert_eq(response->results[0]->free_places, places);
    return response;
}

static const Pb__ListWorkersResponse *await_workers(struct running *running, size_t count)
{
    for (int i = 0; i < 500; i++, usleep(20 * 1000)) {
        Pb__ListWorkersRequest request = PB__LIST_WORKERS_REQUEST__INIT;
        struct client_answer answer =
            call(running, running->matching, "ccrag.v1.MatchingService/ListWorkers", &request.base, 5000);
        const Pb__ListWorkersResponse *list = (const Pb__ListWorkersResponse *)answer.response;
        size_t ready = 0;
        for (size_t j = 0; list && j < list->n_workers; j++)
            ready += !list->workers[j]->partial;
        if (ready == count)
            return list;
    }
    cr_assert_fail("%zu workers were not ready in time", count);
    return NULL;
}

/* The list of postcodes came through the feed: before, a home is found by its outward code only, and says so.
 */
static void await_postcodes(struct running *running)
{
    for (int i = 0; i < 500; i++, usleep(20 * 1000)) {
        struct client_answer answer = find(running, "SG13 8DQ", NULL, 10000);
        const Pb__SearchResponse *response = (const Pb__SearchResponse *)answer.response;
        cr_assert_eq(answer.fault.code, CODE_OK, "%s", answer.fault.reason);
        if (response->home_quality == PB__POSITION_QUALITY__POSITION_QUALITY_EXACT)
            return;
        cr_assert_eq(response->home_quality, PB__POSITION_QUALITY__POSITION_QUALITY_OUTWARD_CODE);
    }
    cr_assert_fail("the postcodes did not come");
}

/* --- the tests --------------------------------------------------------------------------------------- */

static const char *const as_registry[] = {NULL}, *const as_all[] = {"all", NULL, NULL, NULL};
static const char *const as_dispatcher[] = {"dispatcher", "--dispatcher", NULL, NULL};
static const char *const as_east[] = {"east", "--worker", "--instance", "east"};
static const char *const as_west[] = {"west", "--worker", "--instance", "west"};

Test(processes, one_process_reads_what_was_written, .timeout = 120)
{
    struct running running;
    begin(&running);
    start(&running, "registry", as_registry);
    pid_t matching = start(&running, "matching", as_all);
    running.registry = dial(&running, "registry");
    running.matching = dial(&running, "matching");
    put_provision(&running);
    await_postcodes(&running);
    for (uint32_t places = 1; places <= 20; places++) {
        struct position shown = set_free(&running, places);
        struct client_answer answer = find(&running, "SG13 8DQ", &shown, 10000);
        const Pb__SearchResponse *response = expect_free(&answer, places);
        cr_assert_str_eq(response->positions[0]->service, "registry");
        cr_assert(response->positions[0]->position->sequence >= shown.sequence);
        cr_assert(response->facts_age_ms >= 0 && response->facts_age_ms < 60000);
    }
    const Pb__ListWorkersResponse *list = await_workers(&running, 1);
    cr_assert_str_eq(list->workers[0]->name, "matching");
    cr_assert(list->workers[0]->places == 1 && list->workers[0]->threads > 0 && list->workers[0]->credit > 0);

    /* Refusals: the same words from whichever worker. */
    struct client_answer answer = find(&running, "SG99 9ZZ", NULL, 5000);
    cr_assert_eq(answer.fault.code, CODE_INVALID_ARGUMENT);
    cr_assert_str_eq(answer.fault.field, "postcode");
    cr_assert_str_eq(answer.fault.reason, "unknown postcode \"SG99 9ZZ\"");
    struct position shown = set_free(&running, 7), far = {shown.epoch, shown.sequence + 1000};
    answer = find(&running, "SG13 8DQ", &far, 3000);
    cr_assert_eq(answer.fault.code, CODE_UNAVAILABLE, "%s: %s", code_name(answer.fault.code),
                 answer.fault.reason);
    cr_assert_str_eq(answer.fault.field, "at_least");
    cr_assert(strstr(answer.fault.reason, "no worker has read registry up to"), "%s", answer.fault.reason);

    /* Killed and started again: the index is made from its own store, also without a registry. */
    kill(running.pids[0], SIGSTOP);
    kill(matching, SIGKILL);
    waitpid(matching, NULL, 0);
    running.count--;
    start(&running, "matching", as_all);
    answer = find(&running, "SG13 8DQ", &shown, 10000);
    expect_free(&answer, 7);
    kill(running.pids[0], SIGCONT);
    end(&running);
}

Test(processes, a_dispatcher_passes_over_a_silent_worker, .timeout = 120)
{
    struct running running;
    begin(&running);
    start(&running, "registry", as_registry);
    start(&running, "matching", as_dispatcher);
    pid_t east = start(&running, "worker-east", as_east);
    start(&running, "worker-west", as_west);
    running.registry = dial(&running, "registry");
    running.matching = dial(&running, "matching");
    put_provision(&running);
    struct position shown = set_free(&running, 3);
    const Pb__ListWorkersResponse *list = await_workers(&running, 2);
    cr_assert_str_eq(list->workers[0]->name, "worker-pool/east");
    cr_assert_str_eq(list->workers[1]->name, "worker-pool/west");
    for (int i = 0; i < 10; i++) {
        struct client_answer answer = find(&running, "SG13 8DQ", &shown, 10000);
        expect_free(&answer, 3);
    }
    kill(east, SIGSTOP);
    for (int i = 0; i < 3; i++) {
        struct client_answer answer = find(&running, "SG13 8DQ", &shown, 8000);
        expect_free(&answer, 3);
    }
    kill(east, SIGCONT);
    shown = set_free(&running, 4);
    struct client_answer answer = find(&running, "SG13 8DQ", &shown, 10000);
    expect_free(&answer, 4);
    end(&running);
}

static void take_code(void *context, const struct client_answer *answer)
{
    *(enum code *)context = answer->fault.code;
}

/* What a worker still sends to a dispatcher that has begun anew, of searches numbered from one on. */
static void complete_first(struct running *running, struct client *client)
{
    Pb__Worker state = PB__WORKER__INIT;
    Pb__Status status = PB__STATUS__INIT;
    Pb__CompleteSearchRequest request = PB__COMPLETE_SEARCH_REQUEST__INIT;
    state.name = "east";
    request.state = &state;
    request.status = &status;
    for (request.search = 1; request.search <= 64; request.search++) {
        struct client_answer answer =
            call(running, client, "ccrag.v1.DispatchService/CompleteSearch", &request.base, 5000);
        cr_assert_eq(answer.fault.code, CODE_OK, "%s", answer.fault.reason);
    }
}

Test(processes, an_answer_to_an_earlier_life_of_the_dispatcher_answers_nothing, .timeout = 120)
{
    struct running running;
    struct region *as_worker;
    struct call_options options = {.deadline_ms = 3000};
    Pb__SearchRequest request = PB__SEARCH_REQUEST__INIT;
    enum code code = CODE_UNKNOWN;
    begin(&running);
    start(&running, "matching", as_dispatcher);
    running.matching = dial(&running, "matching");
    cr_assert_eq(region_open(running.directory, "worker-pool", environ, &as_worker, NULL), CODE_OK);
    struct client *worker = dial_as(&running, as_worker, "matching");
    request.postcode = "SG13 8DQ";
    request.age = 12;
    client_call(running.matching, "ccrag.v1.MatchingService/Search", &request.base, &options, take_code,
                &code);
    for (int i = 0; i < 50; i++) { /* it is there, and no worker is */
        client_turn(running.matching);
        world_wait(running.world, world_mono_us(running.world) + 10 * 1000);
    }
    complete_first(&running, worker);
    while (client_pending(running.matching)) {
        client_turn(running.matching);
        world_wait(running.world, world_mono_us(running.world) + 10 * 1000);
    }
    /* On a busy machine the caller's own deadline may come before the dispatcher says that no worker is
     * there. */
    cr_assert(code == CODE_UNAVAILABLE || code == CODE_DEADLINE_EXCEEDED, "%s", code_name(code));
    client_destroy(worker);
    region_destroy(as_worker);
    end(&running);
}
