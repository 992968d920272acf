/* What a cycle was worth (rule F8), read on a thread of the pool. In: a cycle, and by what it is told. Out:
 * sums to the penny; for an LA those of its own lines, and the region's where enough LAs have lines. */

#define SERVICE_TYPE Pb__FeesService_Service

#include "common/service/slow_read.h"
#include "services/fees/handlers/each_totals.h"
#include "services/fees/handlers/rows.h"
#include "services/fees/rules_worth.h"

struct looking {
    struct slow_read read; /* first */
    const Pb__ReportWorthRequest *in;
    const char *authority_id; /* whose lines are shown; "": everybody's */
    bool sees_all;
    const Pb__FeeCycle *cycle;
    struct fee_worth *worth;
    struct fee_worth_table table;
    struct row_page page;
    Pb__PageInfo *info;
};

/* --- told -------------------------------------------------------------------------------------------- */

static enum code take_totals(void *context, const Pb__FeeLineTotals *totals, const struct fees_totals_of *of)
{
    struct looking *looking = context;
    const struct fee_worth_of whose = {.provider_id = of->provider_id,
                                       .provider_name = of->provider_name,
                                       .owner = of->owner,
                                       .provision_name = of->name,
                                       .kind = of->kind};
    return fee_worth_add(looking->worth, totals, &whose) ? CODE_OK : no_memory(&looking->read.reading);
}

static enum code take_placing(void *context, const ProtobufCMessage *record)
{
    struct looking *looking = context;
    return fee_worth_add_placing(looking->worth, (const Pb__Consultation *)record)
               ? CODE_OK
               : no_memory(&looking->read.reading);
}

static const char *place_of(const void *row, struct arena *arena)
{
    const Pb__Worth *worth = row;
    return fees_name_place(worth->name, worth->id, arena);
}

static enum code work(struct slow_read *read)
{
    struct looking *looking = (struct looking *)(void *)read;
    struct command *command = &read->reading;
    looking->cycle = fees_cycle_to_read(command, looking->in->cycle_id);
    if (!looking->cycle)
        return command->fault.code;
    looking->worth = fee_worth_create(looking->in->of, looking->authority_id, command->arena);
    if (!looking->worth)
        return no_memory(command);
    const struct fees_totals_walk totals = {looking->cycle->id, take_totals, looking};
    const struct walk consultations = {
        .table = &fees_consultations, .index = INDEX_CYCLE, .value = span_of_text(looking->cycle->id)};
    TRY(fees_each_totals(command, &totals));
    if (looking->sees_all)
        TRY(walk(command, &consultations, take_placing, looking));
    if (fee_worth_build(looking->worth, &looking->table) != CODE_OK)
        return no_memory(command);
    return fees_page_rows(command, looking->in->page, (void *const *)looking->table.rows,
                          looking->table.count, place_of, &looking->page, &looking->info);
}

static enum code finish(struct command *command, void *state, ProtobufCMessage *message)
{
    struct looking *looking = state;
    Pb__ReportWorthResponse *out = (Pb__ReportWorthResponse *)message;
    TRY(slow_read_result(command, &looking->read));
    out->worth = (Pb__Worth **)looking->page.rows;
    out->n_worth = looking->page.count;
    out->total = looking->table.total;
    out->region = looking->table.region;
    out->cycle_id = looking->cycle->id;
    out->page = looking->info;
    if (looking->sees_all) {
        out->without_lines = looking->table.without_lines;
        out->n_without_lines = looking->table.n_without_lines;
    }
    return CODE_OK;
}

/* --- asked ------------------------------------------------------------------------------------------- */

/* Who sees sums of all lines sees the worth of all; an LA its own (rule S4). */
static enum code choose(struct command *command, const Pb__ReportWorthRequest *in, struct looking *looking)
{
    struct fees_actor actor;
    const struct fee_whose anybodys = {.lead_id = "", .authority_id = "", .provider_id = ""};
    TRY(fees_check_reader(command));
    TRY(fees_load_actor(command, &actor));
    looking->sees_all = sharing_may(&actor, FEE_THING_LINE_TOTALS, &anybodys, SHARING_READ);
    looking->authority_id = looking->sees_all ? in->authority_id : actor.authority_id;
    bool own = looking->sees_all || !in->authority_id[0] || strcmp(in->authority_id, actor.authority_id) == 0;
    return check(command, own ? REFUSAL_NONE : REFUSAL_NOT_YOUR_AUTHORITY);
}

HANDLE(ReportWorth, report_worth)
{
    (void)out;
    struct looking *looking = arena_new(command->arena, struct looking);
    if (!looking)
        return no_memory(command);
    *looking = (struct looking){.read = {.work = work}, .in = in};
    TRY(choose(command, in, looking));
    allow_memory(command, FEES_ARENA_BYTES);
    return defer_read(command, &looking->read, finish);
}
