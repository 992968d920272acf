/* `ccrag erase placement` (rule S2): the placement, its lines of fees, its outcomes; each is another
 * service's. In: a reference or UUID. Out: one call each. The others hear from the registry as well, and may
 * have erased theirs before they are asked: what is gone already is passed over. */

#include "services/cli/erase.h"

#include "services/cli/show.h"

#include "common/base/uuid.h"

#include "ccrag/v1/concerns.pb-c.h"
#include "ccrag/v1/fee_lines.pb-c.h"
#include "ccrag/v1/placements.pb-c.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

/* What was there when it was asked for. */
struct erased {
    bool placement, fee_lines, outcomes;
};

/* The UUID: after the registry's part nothing else tells the others which it was. */
static enum code find(struct cli *cli, const char *authority_id, const char **ret_id, struct fault *ret_fault)
{
    struct uuid uuid;
    const ProtobufCMessage *response;
    Pb__GetPlacementRequest request;
    *ret_id = cli->arguments[0];
    if (uuid_parse(*ret_id, &uuid))
        return CODE_OK;
    pb__get_placement_request__init(&request);
    request.placement_id = cli->arguments[0];
    request.authority_id = authority_id;
    enum code code =
        cli_call(cli, NULL, "PlacementsService/GetPlacement", &request.base, &response, ret_fault);
    if (code == CODE_OK)
        *ret_id = ((const Pb__GetPlacementResponse *)(const void *)response)->placement->id;
    return code;
}

/* `ret_there`: it was there. */
static enum code erase(struct cli *cli, const char *method, const ProtobufCMessage *request, bool *ret_there,
                       struct fault *ret_fault)
{
    struct fault fault = {0};
    const ProtobufCMessage *response;
    enum code code = cli_call(cli, NULL, method, request, &response, &fault);
    *ret_there = code == CODE_OK;
    if (code == CODE_OK || code == CODE_NOT_FOUND)
        return CODE_OK;
    *ret_fault = fault;
    return code;
}

static enum code erase_all(struct cli *cli, const char *id, const char *authority_id,
                           struct erased *ret_erased, struct fault *ret_fault)
{
    Pb__ErasePlacementRequest placement;
    Pb__EraseFeeLinesRequest fee_lines;
    Pb__EraseOutcomesRequest outcomes;
    pb__erase_placement_request__init(&placement);
    pb__erase_fee_lines_request__init(&fee_lines);
    pb__erase_outcomes_request__init(&outcomes);
    placement.placement_id = fee_lines.placement_id = outcomes.placement_id = id;
    placement.authority_id = authority_id;
    enum code code =
        erase(cli, "PlacementsService/ErasePlacement", &placement.base, &ret_erased->placement, ret_fault);
    if (code == CODE_OK)
        code =
            erase(cli, "FeeLinesService/EraseFeeLines", &fee_lines.base, &ret_erased->fee_lines, ret_fault);
    if (code == CODE_OK)
        code = erase(cli, "OutcomesService/EraseOutcomes", &outcomes.base, &ret_erased->outcomes, ret_fault);
    return code;
}

static int show(const struct cli *cli, const char *id, const struct erased *erased)
{
    if (!cli->json) {
        printf("Erased: %s%s, its lines of fees and its outcomes. What was counted stays counted.\n",
               erased->placement ? "the placement " : "what was left of ", id);
        return EX_OK;
    }
    json_t *json = json_pack("{s:s, s:b}", "id", id, "placement", erased->placement);
    char *text = json ? json_dumps(json, JSON_INDENT(2)) : NULL;
    json_decref(json);
    if (!text)
        return cli_complain(EX_SOFTWARE, "out of memory");
    puts(text);
    free(text);
    return EX_OK;
}

int run_erase_placement(struct cli *cli)
{
    struct erased erased = {0};
    struct fault fault = {0};
    const char *id, *authority_id = cli_la(cli);
    enum code code = find(cli, authority_id, &id, &fault);
    if (code == CODE_OK)
        code = erase_all(cli, id, authority_id, &erased, &fault);
    if (code != CODE_OK && erased.placement)
        fprintf(stderr, "ccrag: the placement is erased, not all that is kept of it: erase %s again\n", id);
    if (code == CODE_OK && !erased.placement && !erased.fee_lines && !erased.outcomes)
        code = fault_set(&fault, CODE_NOT_FOUND, "", "nothing is kept of a placement %s of your authority's",
                         id);
    return code == CODE_OK ? show(cli, id, &erased) : cli_fail(cli, &fault);
}
