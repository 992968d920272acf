/* Where fees stand among comparable provisions (rules F8, M7), read on a thread of the pool. In: a cycle, and
 * perhaps a provision where the caller's LA places. Out: fixed tables in which no small group shows. */

#define SERVICE_TYPE Pb__FeesService_Service

#include "common/service/slow_read.h"
#include "services/fees/handlers/each_totals.h"
#include "services/fees/rules_benchmark.h"

struct looking {
    struct slow_read read; /* first */
    const Pb__ReportBenchmarksRequest *in;
    struct fees_actor actor;
    const Pb__FeeCycle *cycle;
    const char *provision_id; /* that is asked about; "": none */
    int64_t own_pence;
    struct collected authorities, sub_regions;
    struct fee_benchmark *benchmark;
    Pb__BenchmarkRow **rows;
    size_t count;
};

/* --- told -------------------------------------------------------------------------------------------- */

/* Name of the sub-region of an LA; "": of none. */
static const char *sub_region_of(const struct looking *looking, const char *gss)
{
    const char *id = "";
    for (size_t i = 0; i < looking->authorities.count; i++) {
        const Pb__Authority *authority = (const Pb__Authority *)looking->authorities.items[i];
        if (strcmp(authority->id, gss) == 0)
            id = authority->sub_region_id;
    }
    for (size_t i = 0; id[0] && i < looking->sub_regions.count; i++) {
        const Pb__SubRegion *sub_region = (const Pb__SubRegion *)looking->sub_regions.items[i];
        if (strcmp(sub_region->id, id) == 0)
            return sub_region->name;
    }
    return "";
}

static enum code take_totals(void *context, const Pb__FeeLineTotals *totals, const struct fees_totals_of *of)
{
    struct looking *looking = context;
    const struct fee_benchmark_of what = {.kind = of->kind,
                                          .sub_region = sub_region_of(looking, of->local_authority_id),
                                          .provider_id = of->provider_id};
    return fee_benchmark_add(looking->benchmark, totals, &what) ? CODE_OK : no_memory(&looking->read.reading);
}

/* Groups are there whether or not anything stands in them. */
static enum code tell_sub_regions(struct command *command, struct looking *looking)
{
    const struct walk authorities = {.table = &fees_authorities}, sub_regions = {.table = &fees_sub_regions};
    TRY(collect(command, &authorities, NULL, NULL, &looking->authorities));
    TRY(collect(command, &sub_regions, NULL, NULL, &looking->sub_regions));
    for (size_t i = 0; i < looking->sub_regions.count; i++)
        if (!fee_benchmark_add_sub_region(looking->benchmark,
                                          ((const Pb__SubRegion *)looking->sub_regions.items[i])->name))
            return no_memory(command);
    return CODE_OK;
}

/* --- the provision that is asked about --------------------------------------------------------------- */

/* An LA asks about provisions that concern it, or where it has lines; who sees all about any. */
static enum code find_asked(struct command *command, struct looking *looking)
{
    enum code code = CODE_OK;
    struct fee_place place;
    const struct fees_actor *actor = &looking->actor;
    looking->provision_id = "";
    if (!looking->in->provision_id[0])
        return CODE_OK;
    TRY(fees_load_place(command, (Pb__FeeCycle *)(uintptr_t)looking->cycle, looking->in->provision_id,
                        &place));
    const char *id =
        fees_of_authority_id(looking->cycle->id, place.provision_id, actor->authority_id, command->arena);
    if (!id)
        return no_memory(command);
    const Pb__FeeLineTotals *own =
        actor->is_active_member ? load_if_any(command, &fees_line_totals, id, &code) : NULL;
    TRY(code);
    const struct fee_whose whose =
        place.consultation ? fees_whose(place.consultation, "") : (struct fee_whose){.lead_id = ""};
    bool may = sharing_may(actor, FEE_THING_LOG, &whose, SHARING_READ) || own;
    looking->provision_id = place.provision_id;
    looking->own_pence = fee_average_pence(own);
    return check(command, may ? REFUSAL_NONE : REFUSAL_NOT_CONCERNED);
}

/* --- asked ------------------------------------------------------------------------------------------- */

static enum code work(struct slow_read *read)
{
    struct looking *looking = (struct looking *)(void *)read;
    struct command *command = &read->reading;
    looking->cycle = fees_cycle_to_read(command, looking->in->cycle_id);
    if (!looking->cycle)
        return command->fault.code;
    TRY(find_asked(command, looking));
    looking->benchmark = fee_benchmark_create(command->arena);
    if (!looking->benchmark)
        return no_memory(command);
    const struct fees_totals_walk totals = {looking->cycle->id, take_totals, looking};
    TRY(tell_sub_regions(command, looking));
    TRY(fees_each_totals(command, &totals));
    return fee_benchmark_build(looking->benchmark, looking->provision_id, &looking->rows, &looking->count) ==
                   CODE_OK
               ? CODE_OK
               : no_memory(command);
}

static enum code finish(struct command *command, void *state, ProtobufCMessage *message)
{
    struct looking *looking = state;
    Pb__ReportBenchmarksResponse *out = (Pb__ReportBenchmarksResponse *)message;
    TRY(slow_read_result(command, &looking->read));
    out->rows = looking->rows;
    out->n_rows = looking->count;
    out->own_pence = looking->own_pence;
    out->cycle_id = looking->cycle->id;
    return CODE_OK;
}

HANDLE(ReportBenchmarks, report_benchmarks)
{
    (void)out;
    struct looking *looking = arena_new(command->arena, struct looking);
    if (!looking)
        return no_memory(command);
    *looking = (struct looking){.read = {.work = work}, .in = in};
    TRY(fees_check_reader(command));
    TRY(fees_load_actor(command, &looking->actor));
    allow_memory(command, FEES_ARENA_BYTES);
    return defer_read(command, &looking->read, finish);
}
