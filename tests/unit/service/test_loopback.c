/* Whole programs: service_main in processes of their own, CURVE on loopback, a signal to end them. One serves
 * and one follows it, so that a command is seen from the socket to the commit to the follower. */

#include "fixture.h"

#include "common/bus/client.h"
#include "common/service/copies.h"
#include "common/world/real.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/wait.h>

/* --- the follower: keeps what it is sent ------------------------------------------------------------- */

static const struct table mirror_table = {.name = "mirror",
                                          .type = &pb__sub_region__descriptor,
                                          .flags = TABLE_JOURNAL,
                                          .key = trial_key,
                                          .audience = trial_audience};
static const struct table *const mirror_tables[] = {&mirror_table, NULL};

static enum code mirror(struct command *command, const Pb__JournalEntry *entry)
{
    struct copied copied;
    return copies_apply(command, mirror_tables, entry, &copied);
}

static enum code mirror_start_over(struct command *command)
{
    return copies_drop(command, mirror_tables);
}

static const struct follow mirror_follows[] = {{"registry", mirror, mirror_start_over, NULL, false, false},
                                               {0}};

/* --- processes --------------------------------------------------------------------------------------- */

static uint16_t free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, size), 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static void set_endpoint(const char *name)
{
    char text[64];
    snprintf(text, sizeof text, "tcp://127.0.0.1:%u", free_port());
    setenv(name, text, 1);
}

static bool is_there(const char *directory, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/run/%s.pid", directory, name);
    return access(path, F_OK) == 0;
}

static pid_t start(const char *directory, const char *name)
{
    struct trial trial = {0};
    struct service_options options = {
        .name = name, .apis = trial_apis, .tables = trial_tables, .context = &trial};
    if (strcmp(name, "matching") == 0)
        options = (struct service_options){.name = name, .tables = mirror_tables, .follows = mirror_follows};
    pid_t pid = fork();
    cr_assert(pid >= 0);
    if (pid == 0) {
        char program[] = "ccrag-trial", flag[] = "--region", folder[64];
        snprintf(folder, sizeof folder, "%s", directory);
        char *argv[] = {program, flag, folder, NULL};
        _exit(service_main(3, argv, &options));
    }
    return pid;
}

static void await_ready(const char *directory, const char *name, pid_t pid)
{
    for (unsigned i = 0; i < 1000 && !is_there(directory, name); i++) {
        cr_assert_eq(waitpid(pid, NULL, WNOHANG), 0, "%s ended before it was ready", name);
        usleep(20 * 1000);
    }
    cr_assert(is_there(directory, name), "%s did not become ready", name);
}

static void end(const char *directory, const char *name, pid_t pid)
{
    int status = -1;
    kill(pid, SIGTERM);
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s ended with %d", name, status);
    cr_assert(!is_there(directory, name));
}

/* --- the caller -------------------------------------------------------------------------------------- */

static struct client *dial(struct world *world, const struct region *region, const char *service)
{
    struct file_stamp seen = {0};
    struct roster *roster = NULL;
    struct client *client = NULL;
    struct fault fault = {0};
    cr_assert_eq(region_read_roster(region, 0, &seen, &roster, &fault), CODE_OK, "%s", fault.reason);
    struct client_options options = {
        .service = service, .endpoint = region_endpoint(region, service), .pair = *region_pair(region)};
    memcpy(options.server_key.bytes, roster_find_name(roster, service)->curve_keys[0].data, CURVE_KEY_BYTES);
    cr_assert_eq(client_create(world, &options, &client, &fault), CODE_OK, "%s", fault.reason);
    roster_destroy(roster);
    return client;
}

static const Pb__GetStatusResponse *status_of(struct client *client, struct arena *arena)
{
    Pb__GetStatusRequest request = PB__GET_STATUS_REQUEST__INIT;
    const ProtobufCMessage *response = NULL;
    struct client_answer answer = {0};
    struct call_options options = {0};
    enum code code = client_call_wait(client, "ccrag.v1.FeedService/GetStatus", &request.base, &options,
                                      arena, &response, &answer);
    cr_assert_eq(code, CODE_OK, "%s", answer.fault.reason);
    return (const Pb__GetStatusResponse *)(const void *)response;
}

/* Keeps a sub-region; returns the sequence that shows it. */
static uint64_t keep(struct client *client, struct world *world, const char *name, struct arena *arena)
{
    struct fixture naming = {.world.wall_ms = world_wall_ms(world)};
    arena_init(&naming.arena, 1024 * 1024);
    const ProtobufCMessage *response = NULL;
    struct client_answer answer = {0};
    struct call_options command = {.command = true, .deadline_ms = 30 * 1000};
    enum code code = client_call_wait(client, AUTHORITIES("UpdateSubRegion"), sub_region(&naming, name),
                                      &command, arena, &response, &answer);
    cr_assert_eq(code, CODE_OK, "%s", answer.fault.reason);
    cr_assert_str_eq(((const Pb__UpdateSubRegionResponse *)(const void *)response)->sub_region->name, name);
    arena_finish(&naming.arena);
    return answer.position.sequence;
}

/* Until the follower has read so far, and its own journal says what it made of it. */
static void await_mirror(struct client *client, uint64_t read, uint64_t own, struct arena *arena)
{
    for (unsigned i = 0; i < 1000; i++, usleep(20 * 1000)) {
        const Pb__GetStatusResponse *status = status_of(client, arena);
        cr_assert_eq(status->n_follows, 1);
        const Pb__Position *position = status->follows[0]->position;
        if (position && position->sequence == read && status->position->sequence == own)
            return;
    }
    cr_assert(false, "the follower does not have it in its own store");
}

static void get_page(uint16_t port, const char *path, char *ret_text, size_t size)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char request[64];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    int length = snprintf(request, sizeof request, "GET %s HTTP/1.0\r\n\r\n", path);
    cr_assert_eq(write(fd, request, (size_t)length), length);
    size_t used = 0;
    for (ssize_t got; used < size - 1 && (got = read(fd, ret_text + used, size - 1 - used)) > 0;)
        used += (size_t)got;
    ret_text[used] = '\0';
    close(fd);
}

Test(loopback, a_command_from_socket_to_commit_to_follower, .timeout = 120)
{
    char directory[] = "/tmp/ccrag-service-XXXXXX", page[32 * 1024];
    struct world *world = NULL;
    struct region *region = NULL;
    struct fault fault = {0};
    struct arena arena;
    cr_assert(mkdtemp(directory));
    struct fake_world maker = {.base.ops = &fake_ops, .wall_ms = fixture_wall_ms};
    struct region_init_options init = {.directory = directory, .name = "Test"};
    cr_assert_eq(region_init(&maker.base, &init, &fault), CODE_OK, "%s", fault.reason);
    uint16_t metrics = free_port();
    set_endpoint("CCRAG_REGISTRY_ENDPOINT");
    set_endpoint("CCRAG_MATCHING_ENDPOINT");
    snprintf(page, sizeof page, "%u", metrics);
    setenv("CCRAG_REGISTRY_METRICS", page, 1);
    setenv("CCRAG_MATCHING_METRICS", "0", 1);
    setenv("CCRAG_STORE_MAP_MIB", "16", 1);
    pid_t registry = start(directory, "registry"), matching = start(directory, "matching");
    await_ready(directory, "registry", registry);

    arena_init(&arena, 64 * 1024 * 1024);
    cr_assert_eq(world_real_create(NULL, &world), CODE_OK);
    cr_assert_eq(region_open(directory, "operator", environ, &region, &fault), CODE_OK, "%s", fault.reason);
    struct client *to_registry = dial(world, region, "registry"),
                  *to_matching = dial(world, region, "matching");

    uint64_t kept = keep(to_registry, world, "east", &arena);
    kept = keep(to_registry, world, "west", &arena);
    await_ready(directory, "matching", matching);
    await_mirror(to_matching, kept, 2, &arena);

    for (unsigned i = 0; i < 100; i++, usleep(50 * 1000)) {
        get_page(metrics, "/metrics", page, sizeof page);
        if (strstr(page, "\nccrag_commands_done_total 2\n"))
            break;
    }
    cr_assert(strstr(page, "\nccrag_commands_done_total 2\n"), "%s", page);
    cr_assert(strstr(page, "# TYPE ccrag_commands_done_total counter\n"));
    cr_assert(!strstr(page, "east"), "no record content");
    get_page(metrics, "/readyz", page, sizeof page);
    cr_assert(strstr(page, " 200 "), "%s", page);
    get_page(metrics, "/healthz", page, sizeof page);
    cr_assert(strstr(page, " 200 "), "%s", page);

    /* A registry that begins anew: its follower drops what it had and starts over. */
    char store[64];
    end(directory, "registry", registry);
    snprintf(store, sizeof store, "%s/store/registry", directory);
    remove_folder(store);
    registry = start(directory, "registry");
    await_ready(directory, "registry", registry);
    kept = keep(to_registry, world, "north", &arena);
    await_mirror(to_matching, kept, 5, &arena); /* two put, two deleted, one put */

    client_destroy(to_registry);
    client_destroy(to_matching);
    region_destroy(region);
    world_destroy(world);
    arena_finish(&arena);
    end(directory, "matching", matching);
    end(directory, "registry", registry);
    remove_folder(directory);
}
