/* The parts of a schedule, and which command comes next.
 *
 * In: what the parts bring, the seed. Out: calls, each entered in the promises. */

#include "tests/sim/parts.h"

#include "tests/sim/load_inside.h"
#include "tests/sim/programs.h"
#include "tests/sim/records.h"

#include <assert.h>

const struct part *const sim_parts[] = {
    &registry_part, &followers_part, &matching_part, &allocation_part, &monitoring_part, &fees_part, NULL};

static void told(void *context, const struct client_answer *answer)
{
    struct order *order = context;
    struct load *load = order->load;
    load->in_flight--;
    if (answer->fault.code == CODE_OK && order->part == &registry_part)
        load->position = (struct position){answer->position.epoch, answer->position.sequence};
    promises_close(sim_of(load), order, answer);
}

void order_give(struct load *load, struct order *order, const char *method, const ProtobufCMessage *request)
{
    static const uint32_t deadlines_ms[] = {400, 2000, 5000, 20000};
    struct sim *sim = sim_of(load);
    struct call_options options = {.command = true,
                                   .deadline_ms = deadlines_ms[sim_random_between(&sim->random, 0, 3)]};
    options.claim = load_claim(load);
    sim_count(sim, SIM_ISSUED);
    load->in_flight++;
    struct client *client = service_client(load->service, order->part->service, NULL);
    uint64_t call = client ? client_call(client, method, request, &options, told, order) : 0;
    assert(call != 0);
}

/* The program that has the table in its store. */
static struct node *node_with(struct sim *sim, const struct table *table)
{
    for (unsigned i = 0; i < sim->node_count; i++)
        for (const struct table *const *at = sim->nodes[i].options.tables; at && *at; at++)
            if (*at == table)
                return &sim->nodes[i];
    return NULL;
}

const void *order_pick(struct load *load, const struct table *table,
                       bool (*wanted)(const ProtobufCMessage *record, const void *of), const void *of)
{
    struct sim *sim = sim_of(load);
    struct node *node = node_with(sim, table);
    struct record_scan scan = {.table = table};
    const ProtobufCMessage *record, *found = NULL;
    unsigned seen = 0;
    bool quiet = sim->quiet;
    if (!node || node->down)
        return NULL;
    sim->quiet = true;
    if (store_read_begin(service_store(node->service), &scan.txn) == CODE_OK)
        while (record_scan_next(&scan, &load->arena, NULL) == CODE_OK)
            if ((record = records_read(sim->records, &scan, &load->arena)) != NULL &&
                (!wanted || wanted(record, of)) && sim_random_next(&sim->random) % ++seen == 0)
                found = record;
    record_scan_finish(&scan);
    store_end(scan.txn);
    sim->quiet = quiet;
    return found;
}

struct node *sim_node_named(struct sim *sim, const char *name)
{
    unsigned i = 0;
    while (strcmp(sim->nodes[i].name, name) != 0)
        i++;
    return &sim->nodes[i];
}

bool order_chance(struct load *load, unsigned percent)
{
    return sim_random_chance(random_of(load), percent);
}

/* The kind at that place of all weights in a row; NULL: the row is shorter, by `*left`. */
static const struct order_kind *find_kind(const struct part *part, const struct load *load, int64_t *left)
{
    for (const struct order_kind *kind = part->orders; kind && kind->name; kind++)
        if ((*left -= kind->weights[sim_of(load)->scene][load->role]) <= 0)
            return kind;
    return NULL;
}

void order_any(struct load *load)
{
    int64_t left = INT64_MAX;
    for (const struct part *const *part = sim_parts; *part; part++)
        find_kind(*part, load, &left);
    left = sim_random_between(random_of(load), 1, INT64_MAX - left);
    for (const struct part *const *part = sim_parts; *part; part++) {
        const struct order_kind *kind = find_kind(*part, load, &left);
        if (!kind)
            continue;
        struct order *order = promises_open(sim_of(load)->promises, *part, kind, load);
        if (order && !kind->give(load, order))
            order->fate = FATE_REFUSED;
        return;
    }
}
