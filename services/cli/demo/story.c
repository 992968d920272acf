/* The demonstration's story: two cycles of allocation, what happened between and since, visits, fees. In: the
 * records that were loaded, and what is published. Out: commands of the API, one after the other. */

#include "services/cli/demo/story.h"

#include "services/cli/demo/fees.h"
#include "services/cli/demo/happenings.h"
#include "services/cli/demo/visits.h"
#include "services/cli/status.h"

#include "ccrag/v1/allocation.pb-c.h"
#include "ccrag/v1/transfers.pb-c.h"

#include <string.h>
#include <unistd.h>

enum { YEAR_FIRST_MONTH = 10, TASK_TRIES = 200, TASK_WAIT_US = 100 * 1000 };

struct date demo_year_start(struct date today)
{
    struct date_ymd ymd = date_to_ymd(today);
    struct date start = today;
    date_from_ymd(ymd.month >= YEAR_FIRST_MONTH ? ymd.year : ymd.year - 1, YEAR_FIRST_MONTH, 1, &start);
    return start;
}

const char *demo_year_name(struct date start, struct arena *arena)
{
    int year = date_to_ymd(start).year;
    return arena_format(arena, "%d-%02d", year, (year + 1) % 100);
}

static enum code open_cycle(struct cli *cli, const struct demo *demo, struct date start, struct date after,
                            struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__AllocationCycle cycle;
    Pb__OpenCycleRequest request;
    pb__allocation_cycle__init(&cycle);
    pb__open_cycle_request__init(&request);
    cycle.id = demo_year_name(start, &cli->arena);
    cycle.first_on = demo_date(demo, start);
    cycle.last_on = demo_date(demo, (struct date){after.day - 1});
    request.cycle = &cycle;
    return cli_call(cli, NULL, "AllocationService/OpenCycle", &request.base, &response, ret_fault);
}

static struct date clock_today(struct cli *cli)
{
    return date_from_unix_ms_london(world_wall_ms(cli->world));
}

/* As of a cycle's start, where the facts of then are those of now: the records stand still from their anchor
 * on. Otherwise what was proposed could not be published. */
static const char *as_of_text(struct cli *cli, const struct demo *demo, struct date start)
{
    bool same = date_compare(start, demo_anchor()) >= 0 && date_compare(start, clock_today(cli)) <= 0;
    return same ? demo_date(demo, start) : "";
}

static enum code propose_and_publish(struct cli *cli, const struct demo *demo, struct date start,
                                     struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__ServicePosition *written = status_written(cli, "registry");
    Pb__ProposeRequest propose;
    Pb__PublishProposalRequest publish;
    pb__propose_request__init(&propose);
    pb__publish_proposal_request__init(&publish);
    propose.as_of = as_of_text(cli, demo, start);
    propose.at_least = &written;
    propose.n_at_least = written ? 1 : 0;
    enum code code = cli_call(cli, NULL, "AllocationService/Propose", &propose.base, &response, ret_fault);
    if (code == CODE_OK)
        code = cli_call(cli, NULL, "AllocationService/PublishProposal", &publish.base, &response, ret_fault);
    return code;
}

static enum code close_cycle(struct cli *cli, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__CloseCycleRequest request;
    pb__close_cycle_request__init(&request);
    return cli_call(cli, NULL, "AllocationService/CloseCycle", &request.base, &response, ret_fault);
}

/* Until the task about a provision is there: what the registry stored has then been looked at. */
static enum code await_task(struct cli *cli, const char *provision, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__GetAllocationRequest request;
    pb__get_allocation_request__init(&request);
    request.provision_id = provision;
    for (int i = 0; i < TASK_TRIES; i++) {
        enum code code =
            cli_call(cli, NULL, "AllocationService/GetAllocation", &request.base, &response, ret_fault);
        if (code != CODE_OK || ((const Pb__GetAllocationResponse *)(const void *)response)->task)
            return code;
        usleep(TASK_WAIT_US);
    }
    return fault_set(ret_fault, CODE_DEADLINE_EXCEEDED, "", "no task was raised for provision %s", provision);
}

/* The LA that has the provision, and places there no more, asks another that does. */
static enum code offer(struct cli *cli, const struct happening *handed_over, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__OfferTransferRequest request;
    pb__offer_transfer_request__init(&request);
    enum code code = await_task(cli, handed_over->provision_id, ret_fault);
    request.provision_id = handed_over->provision_id;
    request.to_authority_id = handed_over->other;
    request.reason = "Our last placement there ended.";
    if (code == CODE_OK)
        code = cli_call(cli, NULL, "TransfersService/OfferTransfer", &request.base, &response, ret_fault);
    return code;
}

static enum code tell_since(struct cli *cli, const struct demo *demo, struct date from,
                            struct happenings *all, struct fault *ret_fault)
{
    struct happening first = {0};
    enum code code = happenings_read(cli, all, ret_fault);
    if (code == CODE_OK)
        code = happenings_since(cli, demo, all, from, &first, ret_fault);
    return code == CODE_OK && first.provision_id ? offer(cli, &first, ret_fault) : code;
}

enum code demo_tell(struct cli *cli, const struct demo *demo, struct demo_told *ret_told,
                    struct fault *ret_fault)
{
    struct fault none = {0};
    const Pb__GetStatusResponse *status;
    struct happenings all = {0};
    struct date present = demo_year_start(demo->options.today), before, after;
    *ret_told = (struct demo_told){0};
    if (date_compare(demo->options.today, clock_today(cli)) > 0 ||
        status_ask(cli, "allocation", &status, &none) != CODE_OK)
        return CODE_OK;
    before = demo_year_start((struct date){present.day - 1});
    after = demo_year_start((struct date){present.day + 370});
    enum code code = open_cycle(cli, demo, before, present, ret_fault);
    if (code == CODE_OK)
        code = propose_and_publish(cli, demo, before, ret_fault);
    if (code == CODE_OK)
        code = close_cycle(cli, ret_fault);
    if (code == CODE_OK)
        code = happenings_read(cli, &all, ret_fault);
    if (code == CODE_OK)
        code = happenings_between(cli, demo, &all, before, present, ret_fault);
    if (code == CODE_OK)
        code = open_cycle(cli, demo, present, after, ret_fault);
    if (code == CODE_OK)
        code = propose_and_publish(cli, demo, present, ret_fault);
    if (code == CODE_OK)
        code = tell_since(cli, demo, before, &all, ret_fault);
    if (code == CODE_OK)
        code = demo_monitor(cli, demo, demo_year_name(before, &cli->arena),
                            demo_year_name(present, &cli->arena), &ret_told->visits, ret_fault);
    if (code == CODE_OK)
        code = demo_fees(cli, demo, &ret_told->fees, ret_fault);
    ret_told->cycles = code == CODE_OK;
    return code;
}
