/* An LA's lines of fees from a file (rule F5). In: CSV; the placements that the LA's references name. Out:
 * lines, some hundreds in a command; what came of every row. */

#include "services/cli/fees.h"
#include "services/cli/import.h"
#include "services/cli/readers/fee_lines.h"
#include "services/cli/reflect.h"

#include "common/base/limits.h"
#include "common/base/uuid.h"

#include "ccrag/v1/placements.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

#include <stdlib.h>
#include <string.h>

/* Provisions that the file names by URN, each asked for once. */
struct named {
    const char *urn, *id; /* "": the registry knows none */
    struct named *next;
};

static const char *provision_of(struct cli *cli, struct named **names, const char *urn)
{
    const ProtobufCMessage *response;
    struct fault fault = {0};
    struct uuid uuid;
    Pb__GetProvisionRequest request;
    if (uuid_parse(urn, &uuid))
        return urn;
    for (const struct named *known = *names; known; known = known->next)
        if (strcmp(known->urn, urn) == 0)
            return known->id;
    struct named *asked = arena_new(&cli->arena, struct named);
    if (!asked)
        return "";
    pb__get_provision_request__init(&request);
    request.provision_id = urn;
    *asked = (struct named){urn, "", *names};
    if (cli_call(cli, NULL, "ProvisionsService/GetProvision", &request.base, &response, &fault) == CODE_OK)
        asked->id = ((const Pb__GetProvisionResponse *)(const void *)response)->provision->id;
    *names = asked;
    return asked->id;
}

/* Its placement, by the LA's reference or its UUID, where the file says it is. False: rejected. */
static bool settle_row(struct import *import, const struct fee_placements *placements, struct named **names,
                       struct fee_line_row *row)
{
    bool referred = *row->line.reference;
    const Pb__Placement *placement = referred ? fee_placement_of(placements, row->line.reference)
                                              : fee_placement_by_id(placements, row->line.placement_id);
    const char *field = NULL, *why = "the LA has no such placement";
    if (!placement)
        field = referred ? "reference" : "placement";
    else if (*row->line.placement_id && strcmp(row->line.placement_id, placement->id) != 0) {
        field = "placement";
        why = "it is another than that of the reference";
    } else if (*row->provision &&
               strcmp(provision_of(import->cli, names, row->provision), placement->provision_id) != 0) {
        field = "provision";
        why = "this placement is at another provision";
    }
    if (field) {
        reading_reject(&import->reading, row->row.row, field, "%s", why);
        return false;
    }
    row->line.placement_id = placement->id;
    row->line.reference = placement->reference;
    return true;
}

static enum code settle_rows(struct import *import, struct fault *ret_fault)
{
    struct fee_placements placements;
    struct reading *reading = &import->reading;
    struct named *names = NULL;
    size_t kept = 0;
    enum code code = fee_placements_read(import->cli, &placements, ret_fault);
    for (size_t i = 0; code == CODE_OK && i < reading->count; i++)
        if (settle_row(import, &placements, &names, reading->rows[i])) {
            reading->lines[kept] = reading->lines[i];
            reading->rows[kept++] = reading->rows[i];
        }
    reading->count = code == CODE_OK ? kept : reading->count;
    return code;
}

/* `current_pence` as the file's heading. */
static const char *heading_of(struct arena *arena, const char *field)
{
    static const char *const ENDS[] = {"_pence", "_id"};
    for (size_t i = 0; i < sizeof ENDS / sizeof *ENDS; i++)
        if (reflect_ends(field, ENDS[i]))
            return arena_format(arena, "%.*s", (int)(strlen(field) - strlen(ENDS[i])), field);
    return arena_text(arena, field);
}

static enum code send_rows(struct import *import, size_t first, size_t count, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    struct cli *cli = import->cli;
    Pb__ImportFeeLinesRequest request;
    pb__import_fee_lines_request__init(&request);
    request.cycle_id = fees_cycle_typed(cli);
    request.authority_id = cli_la(cli);
    request.rows = arena_array(&cli->arena, Pb__FeeLineRow *, count);
    if (!request.rows)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < count; i++)
        request.rows[request.n_rows++] = &((struct fee_line_row *)import->reading.rows[first + i])->row;
    enum code code =
        cli_call(cli, NULL, "FeeLinesService/ImportFeeLines", &request.base, &response, ret_fault);
    if (code != CODE_OK)
        return code;
    const Pb__ImportFeeLinesResponse *answer = (const Pb__ImportFeeLinesResponse *)(const void *)response;
    import->added += answer->added;
    import->changed += answer->changed;
    import->unchanged += answer->unchanged;
    for (size_t i = 0; i < answer->n_problems; i++) {
        const char *heading = heading_of(import->reading.arena, answer->problems[i]->field);
        reading_reject(&import->reading, answer->problems[i]->row, heading ? heading : "", "%s",
                       answer->problems[i]->reason);
    }
    return CODE_OK;
}

static int by_line(const void *a, const void *b)
{
    unsigned left = ((const struct reading_issue *)a)->line, right = ((const struct reading_issue *)b)->line;
    return (left > right) - (left < right);
}

/* Found here and there, told in the order of the file. */
static void order_rejects(struct reading_issues *rejects)
{
    if (rejects->count)
        qsort(rejects->items, rejects->count, sizeof *rejects->items, by_line);
}

static int take_file(struct import *import)
{
    struct fault fault = {0};
    struct progress progress = {.what = import->path};
    fault.code = fee_lines_read(import->bytes, import->reading.arena, &import->reading, &fault);
    if (fault.code != CODE_OK)
        return cli_complain(EX_DATAERR, "%s: %s", import->path, fault.reason);
    fault.code = settle_rows(import, &fault);
    for (size_t first = 0; fault.code == CODE_OK && first < import->reading.count; first += IMPORT_ROWS_MAX) {
        size_t left = import->reading.count - first;
        fault.code = send_rows(import, first, left < IMPORT_ROWS_MAX ? left : IMPORT_ROWS_MAX, &fault);
        progress_show(&progress, world_mono_us(import->cli->world), first, import->reading.count);
    }
    progress_finish(&progress);
    order_rejects(&import->reading.rejects);
    /* What was taken before something failed is taken, and is told too. */
    int status = fault.code != CODE_OK ? cli_fail(import->cli, &fault) : EX_OK, told = EX_OK;
    if (status == EX_OK || import->added + import->changed + import->unchanged)
        told = import_report(import);
    return status != EX_OK ? status : told;
}

int run_lines_import(struct cli *cli)
{
    struct fault fault = {0};
    struct arena arena;
    struct import import = {.cli = cli, .kind = "lines", .path = cli->arguments[0]};
    fault.code = import_load(&import, &fault);
    if (fault.code != CODE_OK)
        return cli_fail(cli, &fault);
    arena_init(&arena, IMPORT_ARENA_BYTES);
    import.reading.arena = &arena;
    int status = take_file(&import);
    import_finish(&import);
    arena_finish(&arena);
    return status;
}
