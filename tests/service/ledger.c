/* A client that remembers: it sends commands without pause, writes down what was acknowledged, while a
 * process of the region is killed at random instants and started again; at the end it asks for everything it
 * was promised.
 *
 * In: a region's folder, the process to kill, how often, a seed. Out: TAP, and counts as a comment. A command
 * that was acknowledged must be there once; one that was not may be there at most once. Of each service whose
 * process is killed there is one kind of command; matching keeps none, so that the registry's go on
 * meanwhile. */

#include "tests/service/tap.h"

#include "common/bus/client.h"
#include "common/domain/date.h"
#include "common/service/region.h"
#include "common/world/real.h"

#include "ccrag/v1/allocation.pb-c.h"
#include "ccrag/v1/forms.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of a message whose connection ends after its first part was sent and before its second, libzmq 4.3.4 loses
 * the first: pipe_t::process_pipe_term takes no unfinished message back, as pipe_t::terminate does. With a
 * process that is killed all the time that happens. What else it may lose is reported. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:begin_message\n";
}
/* To see who called the library, which keeps no frame pointers. A suppression that was used is not told: the
 * summary of it would be a sanitizer's report like any other. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "fast_unwind_on_malloc=0:print_suppressions=0";
}

enum { WINDOW = 32, ENTRIES_PER_CRASH = 5000, PATIENCE_MS = 60 * 1000 };

enum entry_state { ENTRY_OPEN, ENTRY_ACKNOWLEDGED, ENTRY_UNKNOWN };

struct kind;

struct ledger {
    const struct kind *kind;
    struct world *world;
    struct client *client;
    enum entry_state *states;
    unsigned most; /* entries that there is room for */
    unsigned sent, open, acknowledged, unknown, refused;
    int64_t next_us; /* no command before */
    uint64_t seed;
    char run[64]; /* names of this run's records begin so */
};

struct entry {
    struct ledger *ledger;
    unsigned number;
};

static uint64_t next_random(struct ledger *ledger)
{
    ledger->seed ^= ledger->seed << 13;
    ledger->seed ^= ledger->seed >> 7;
    ledger->seed ^= ledger->seed << 17;
    return ledger->seed;
}

static void on_answer(void *context, const struct client_answer *answer)
{
    struct entry *entry = context;
    struct ledger *ledger = entry->ledger;
    ledger->open--;
    if (answer->fault.code == CODE_OK) {
        ledger->states[entry->number] = ENTRY_ACKNOWLEDGED;
        ledger->acknowledged++;
    } else {
        ledger->states[entry->number] = ENTRY_UNKNOWN;
        ledger->unknown++;
        if (!code_is_retryable(answer->fault.code) && ledger->refused++ == 0)
            printf("# entry %u: %s %s\n", entry->number, code_name(answer->fault.code), answer->fault.reason);
    }
    free(entry);
}

static void send_as(struct ledger *ledger, const char *method, const ProtobufCMessage *request)
{
    struct entry *entry = malloc(sizeof *entry);
    *entry = (struct entry){.ledger = ledger, .number = ledger->sent};
    struct call_options options = {.deadline_ms = PATIENCE_MS, .command = true};
    ledger->sent++;
    ledger->open++;
    client_call(ledger->client, method, request, &options, on_answer, entry);
}

/* --- the kinds of commands ----------------------------------------------------------------------------- */

/* The next page of a list; NULL: it failed. */
static const ProtobufCMessage *list(struct ledger *ledger, const char *method,
                                    const ProtobufCMessage *request, struct arena *arena)
{
    const ProtobufCMessage *message = NULL;
    struct client_answer answer = {0};
    struct call_options options = {.deadline_ms = PATIENCE_MS};
    arena_reset(arena);
    if (client_call_wait(ledger->client, method, request, &options, arena, &message, &answer) == CODE_OK)
        return message;
    printf("# listing: %s\n", answer.fault.reason);
    return NULL;
}

/* Is there another page? Then `page` asks for it. */
static bool goes_on(Pb__PageRequest *page, const Pb__PageInfo *info, uint8_t after[512])
{
    if (!info || info->next.len == 0 || info->next.len > 512)
        return false;
    memcpy(after, info->next.data, info->next.len);
    page->after = (ProtobufCBinaryData){info->next.len, after};
    return true;
}

static void count_one(const struct ledger *ledger, const char *name, unsigned times, unsigned *counts)
{
    size_t length = strlen(ledger->run);
    unsigned number =
        strncmp(name, ledger->run, length) == 0 ? (unsigned)strtoul(name + length, NULL, 10) : ledger->sent;
    if (number < ledger->sent)
        counts[number] += times;
}

static void add_provider(struct ledger *ledger)
{
    char name[96];
    Pb__Provider provider = PB__PROVIDER__INIT;
    Pb__UpdateProviderRequest request = PB__UPDATE_PROVIDER_REQUEST__INIT;
    snprintf(name, sizeof name, "%s%06u", ledger->run, ledger->sent);
    provider.name = name;
    request.provider = &provider;
    send_as(ledger, "ccrag.v1.ProvidersService/UpdateProvider", &request.base);
}

static bool count_providers(struct ledger *ledger, struct arena *arena, unsigned *counts)
{
    uint8_t after[512];
    Pb__PageRequest page = PB__PAGE_REQUEST__INIT;
    Pb__ListProvidersRequest request = PB__LIST_PROVIDERS_REQUEST__INIT;
    const Pb__ListProvidersResponse *response;
    page.size = PAGE_SIZE_MAX;
    request.page = &page;
    request.name_prefix = ledger->run;
    do {
        response =
            (const void *)list(ledger, "ccrag.v1.ProvidersService/ListProviders", &request.base, arena);
        for (size_t i = 0; response && i < response->n_providers; i++)
            count_one(ledger, response->providers[i]->name, 1, counts);
    } while (response && goes_on(&page, response->page, after));
    return response != NULL;
}

/* A form of a name of its own; imported twice its draft would be of version 2. */
static void import_form(struct ledger *ledger, const char *purpose)
{
    char text[512];
    Pb__ImportFormRequest request = PB__IMPORT_FORM_REQUEST__INIT;
    snprintf(
        text, sizeof text,
        "form: %s%06u\ntitle: A form\npurpose: %s\n\nsection: all: All\n\nquestion: seen: What was seen?\n"
        "  answer: text\n",
        ledger->run, ledger->sent, purpose);
    request.source = text;
    send_as(ledger, "ccrag.v1.FormsService/ImportForm", &request.base);
}

static void import_visit_form(struct ledger *ledger)
{
    import_form(ledger, "quality assurance");
}

static void import_fee_form(struct ledger *ledger)
{
    import_form(ledger, "fee report");
}

static bool count_forms(struct ledger *ledger, struct arena *arena, unsigned *counts)
{
    uint8_t after[512];
    Pb__PageRequest page = PB__PAGE_REQUEST__INIT;
    Pb__ListFormsRequest request = PB__LIST_FORMS_REQUEST__INIT;
    const Pb__ListFormsResponse *response;
    page.size = PAGE_SIZE_MAX;
    request.page = &page;
    do {
        response = (const void *)list(ledger, "ccrag.v1.FormsService/ListForms", &request.base, arena);
        for (size_t i = 0; response && i < response->n_forms; i++)
            count_one(ledger, response->forms[i]->id, (unsigned)response->forms[i]->meta->version, counts);
    } while (response && goes_on(&page, response->page, after));
    return response != NULL;
}

/* The first day of a month from 2027 on: before dates end, with 2399, there are as many as the longest run
 * needs.
 */
static struct date first_of_month(unsigned months)
{
    char text[32];
    struct date day = DATE_NONE;
    snprintf(text, sizeof text, "%04u-%02u-01", 2027 + months / 12, months % 12 + 1);
    date_parse(text, &day, NULL);
    return day;
}

/* By turns the next cycle, of a month, is opened, and closed: its two versions are two commands. */
static void turn_cycle(struct ledger *ledger)
{
    char id[96], first_on[DATE_TEXT_BYTES], last_on[DATE_TEXT_BYTES];
    struct date last;
    Pb__AllocationCycle cycle = PB__ALLOCATION_CYCLE__INIT;
    Pb__OpenCycleRequest open = PB__OPEN_CYCLE_REQUEST__INIT;
    Pb__CloseCycleRequest close = PB__CLOSE_CYCLE_REQUEST__INIT;
    snprintf(id, sizeof id, "%s%06u", ledger->run, ledger->sent / 2 * 2);
    date_print(first_of_month(ledger->sent / 2), first_on);
    date_add_days(first_of_month(ledger->sent / 2 + 1), -1, &last);
    date_print(last, last_on);
    cycle.id = id;
    cycle.first_on = first_on;
    cycle.last_on = last_on;
    open.cycle = &cycle;
    close.cycle_id = id;
    if (ledger->sent % 2 == 0)
        send_as(ledger, "ccrag.v1.AllocationService/OpenCycle", &open.base);
    else
        send_as(ledger, "ccrag.v1.AllocationService/CloseCycle", &close.base);
}

static bool count_cycles(struct ledger *ledger, struct arena *arena, unsigned *counts)
{
    uint8_t after[512];
    Pb__PageRequest page = PB__PAGE_REQUEST__INIT;
    Pb__ListCyclesRequest request = PB__LIST_CYCLES_REQUEST__INIT;
    const Pb__ListCyclesResponse *response;
    page.size = PAGE_SIZE_MAX;
    request.page = &page;
    do {
        response = (const void *)list(ledger, "ccrag.v1.AllocationService/ListCycles", &request.base, arena);
        for (size_t i = 0; response && i < response->n_cycles; i++) {
            const Pb__AllocationCycle *cycle = response->cycles[i];
            unsigned number = (unsigned)strtoul(cycle->id + strlen(ledger->run), NULL, 10);
            count_one(ledger, cycle->id, 1, counts);
            if (number + 1 < ledger->sent)
                counts[number + 1] += (unsigned)cycle->meta->version - 1;
        }
    } while (response && goes_on(&page, response->page, after));
    return response != NULL;
}

struct kind {
    const char *service;
    void (*send)(struct ledger *ledger);
    bool (*count)(struct ledger *ledger, struct arena *arena,
                  unsigned *counts); /* by number, how often it is there */
    unsigned window, entries_per_crash;
    int64_t every_us; /* 0: one after the other */
};

static const struct kind kinds[] = {
    {"registry", add_provider, count_providers, WINDOW, ENTRIES_PER_CRASH, 0},
    {"monitoring", import_visit_form, count_forms, WINDOW, ENTRIES_PER_CRASH / 10, 0},
    {"fees", import_fee_form, count_forms, WINDOW, ENTRIES_PER_CRASH / 10, 0},
    {"allocation", turn_cycle, count_cycles, 1, 40, 20000}, /* one after the other */
};

/* Of the process; matching's is the registry's. */
static const struct kind *kind_of(const char *process)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].service, process) == 0)
            return &kinds[i];
    return &kinds[0];
}

/* ------------------------------------------------------------------------------------------------------- */

/* Sends and receives until the clock says so (or, with refill false, until nothing is open). */
static void run_until(struct ledger *ledger, int64_t until_us, bool refill)
{
    while (world_mono_us(ledger->world) < until_us && (refill || ledger->open > 0)) {
        while (refill && ledger->open < ledger->kind->window && ledger->sent < ledger->most &&
               world_mono_us(ledger->world) >= ledger->next_us) {
            ledger->next_us = world_mono_us(ledger->world) + ledger->kind->every_us;
            ledger->kind->send(ledger);
        }
        client_turn(ledger->client);
        if (!refill && ledger->open == 0)
            return;
        int64_t next = client_next_us(ledger->client);
        if (refill && ledger->kind->every_us && ledger->next_us < next)
            next = ledger->next_us;
        world_wait(ledger->world, next < until_us ? next : until_us);
    }
}

static pid_t read_pid(const char *region, const char *process)
{
    char path[512];
    int pid = 0;
    snprintf(path, sizeof path, "%s/run/%s.pid", region, process);
    FILE *file = fopen(path, "r");
    if (file) {
        if (fscanf(file, "%d", &pid) != 1)
            pid = 0;
        fclose(file);
    }
    return pid;
}

/* `ccrag up` starts again what does not run; it is on the PATH of the test. */
static pid_t start_again(const char *region)
{
    pid_t pid = fork();
    if (pid == 0) {
        int nothing = freopen("/dev/null", "w", stdout) ? 0 : 1;
        execlp("ccrag", "ccrag", "--region", region, "up", (char *)NULL);
        _exit(127 + nothing);
    }
    return pid;
}

static unsigned kill_often(struct ledger *ledger, const char *region, const char *process, unsigned times)
{
    unsigned killed = 0;
    for (unsigned i = 0; i < times; i++) {
        run_until(ledger, world_mono_us(ledger->world) + (int64_t)(20000 + next_random(ledger) % 400000),
                  true);
        pid_t victim = read_pid(region, process);
        killed += victim > 0 && kill(victim, SIGKILL) == 0;
        pid_t starter = start_again(region);
        while (waitpid(starter, NULL, WNOHANG) == 0)
            run_until(ledger, world_mono_us(ledger->world) + 20000, true);
    }
    return killed;
}

static void check(struct ledger *ledger)
{
    unsigned *counts = calloc(ledger->most, sizeof *counts);
    unsigned lost = 0, twice = 0, unasked = 0;
    struct arena arena;
    arena_init(&arena, (size_t)64 * 1024 * 1024);
    if (tap(ledger->kind->count(ledger, &arena, counts), "what is stored can be listed")) {
        for (unsigned i = 0; i < ledger->sent; i++) {
            lost += ledger->states[i] == ENTRY_ACKNOWLEDGED && counts[i] == 0;
            twice += counts[i] > 1;
            unasked += ledger->states[i] == ENTRY_UNKNOWN && counts[i] == 1;
        }
        tap(lost == 0, "every acknowledged command is there (%u lost)", lost);
        tap(twice == 0, "no command was done twice (%u were)", twice);
        printf("# sent %u, acknowledged %u, unknown %u (%u of them done)\n", ledger->sent,
               ledger->acknowledged, ledger->unknown, unasked);
    }
    free(counts);
    arena_finish(&arena);
}

int main(int argc, char **argv)
{
    static struct ledger ledger;
    struct region *region = NULL;
    struct roster *roster = NULL;
    struct file_stamp seen = {0};
    struct fault fault = {0};
    if (argc != 5 || sodium_init() < 0) {
        fprintf(stderr, "usage: ledger REGION PROCESS TIMES SEED\n");
        return 64;
    }
    const char *process = argv[2];
    unsigned times = (unsigned)strtoul(argv[3], NULL, 10);
    ledger.kind = kind_of(process);
    ledger.most = (times + 1) * ledger.kind->entries_per_crash;
    ledger.states = calloc(ledger.most, sizeof *ledger.states);
    ledger.seed = strtoull(argv[4], NULL, 10) * 2654435761u + 88172645463325252ULL;
    if (!ledger.states || world_real_create(&(struct world_real_options){0}, &ledger.world) != CODE_OK ||
        region_open(argv[1], "operator", NULL, &region, &fault) != CODE_OK ||
        region_read_roster(region, 0, &seen, &roster, &fault) != CODE_OK) {
        fprintf(stderr, "%s: %s\n", argv[1], fault.reason);
        return 1;
    }
    snprintf(ledger.run, sizeof ledger.run, "l%07lld-", /* a cycle's name is short */
             (long long)world_wall_ms(ledger.world) % 10000000);
    struct client_options options = {.service = ledger.kind->service,
                                     .endpoint = region_endpoint(region, ledger.kind->service),
                                     .pair = *region_pair(region)};
    memcpy(options.server_key.bytes, roster_find_name(roster, ledger.kind->service)->curve_keys[0].data,
           CURVE_KEY_BYTES);
    if (client_create(ledger.world, &options, &ledger.client, &fault) != CODE_OK) {
        fprintf(stderr, "%s\n", fault.reason);
        return 1;
    }
    unsigned killed = kill_often(&ledger, argv[1], process, times);
    run_until(&ledger, world_mono_us(ledger.world) + (int64_t)PATIENCE_MS * 1000, false);
    tap(killed >= times - times / 10, "%s was killed %u times of %u", process, killed, times);
    tap(ledger.acknowledged > times, "commands went on between (%u acknowledged)", ledger.acknowledged);
    tap(ledger.refused == 0, "none was refused (%u were)", ledger.refused);
    check(&ledger);
    client_destroy(ledger.client);
    roster_destroy(roster);
    region_destroy(region);
    world_destroy(ledger.world);
    free(ledger.states);
    return tap_failures > 0;
}
