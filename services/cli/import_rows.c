/* Rows of registers, authorities and placements, sent to the registry some hundreds in a command, a few
 * commands under way; it says of each row what came of it. */

#include "services/cli/import.h"
#include "services/cli/pipeline.h"
#include "services/cli/show.h"

#include "common/base/limits.h"
#include "common/base/uuid.h"
#include "services/cli/vacancy.h"

#include "ccrag/v1/placements.pb-c.h"

#include <string.h>

static void on_provisions(void *context, size_t first, const ProtobufCMessage *response)
{
    const Pb__ImportProvisionsResponse *answer = (const Pb__ImportProvisionsResponse *)response;
    if (answer->result)
        import_add(context, answer->result, first);
}

static void on_authorities(void *context, size_t first, const ProtobufCMessage *response)
{
    const Pb__ImportAuthoritiesResponse *answer = (const Pb__ImportAuthoritiesResponse *)response;
    if (answer->result)
        import_add(context, answer->result, first);
}

static void on_placements(void *context, size_t first, const ProtobufCMessage *response)
{
    const Pb__ImportPlacementsResponse *answer = (const Pb__ImportPlacementsResponse *)response;
    if (answer->result)
        import_add(context, answer->result, first);
}

/* Which rows of the reading one request takes. */
static bool send_batch(struct pipeline *pipeline, struct import *import, size_t first, size_t count,
                       const char *as_of)
{
    struct reading *reading = &import->reading;
    if (strcmp(import->kind, "authorities") == 0) {
        Pb__ImportAuthoritiesRequest request;
        pb__import_authorities_request__init(&request);
        request.authorities = (Pb__Authority **)(void *)(reading->rows + first);
        request.n_authorities = count;
        return pipeline_send(pipeline, "ccrag.v1.AuthoritiesService/ImportAuthorities", &request.base,
                             on_authorities, import, first);
    }
    if (strcmp(import->kind, "placements") == 0) {
        Pb__ImportPlacementsRequest request;
        pb__import_placements_request__init(&request);
        request.placements = (Pb__Placement **)(void *)(reading->rows + first);
        request.n_placements = count;
        return pipeline_send(pipeline, "ccrag.v1.PlacementsService/ImportPlacements", &request.base,
                             on_placements, import, first);
    }
    Pb__ImportProvisionsRequest request;
    pb__import_provisions_request__init(&request);
    request.register_ = import->kind;
    request.as_of = as_of;
    request.provisions = (Pb__Provision **)(void *)(reading->rows + first);
    request.n_provisions = count;
    return pipeline_send(pipeline, "ccrag.v1.ProvisionsService/ImportProvisions", &request.base,
                         on_provisions, import, first);
}

/* What rows of a register name that are wrong for their reader: it is not gone. */
static bool send_named(struct pipeline *pipeline, struct import *import, const char *as_of)
{
    const struct reading *reading = &import->reading;
    bool good = true;
    for (size_t first = 0; first < reading->named_count && good; first += IMPORT_BATCH_ROWS) {
        size_t left = reading->named_count - first;
        Pb__ImportProvisionsRequest request;
        pb__import_provisions_request__init(&request);
        request.register_ = import->kind;
        request.as_of = as_of;
        request.named = reading->named + first;
        request.n_named = left < IMPORT_BATCH_ROWS ? left : IMPORT_BATCH_ROWS;
        good = pipeline_send(pipeline, "ccrag.v1.ProvisionsService/ImportProvisions", &request.base,
                             on_provisions, import, reading->count);
    }
    return good;
}

static int send_rows(struct import *import, const char *as_of)
{
    struct cli *cli = import->cli;
    struct pipeline pipeline;
    struct fault fault = {0};
    if (pipeline_init(&pipeline, cli, IMPORT_WINDOW, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    struct progress progress = {.what = import->path};
    bool good = true;
    for (size_t first = 0; first < import->reading.count && good; first += IMPORT_BATCH_ROWS) {
        size_t left = import->reading.count - first;
        good =
            send_batch(&pipeline, import, first, left < IMPORT_BATCH_ROWS ? left : IMPORT_BATCH_ROWS, as_of);
        progress_show(&progress, world_mono_us(cli->world), pipeline.answered * IMPORT_BATCH_ROWS,
                      import->reading.count);
    }
    good = good && send_named(&pipeline, import, as_of);
    good = pipeline_drain(&pipeline) && good;
    progress_finish(&progress);
    return good ? EX_OK : cli_fail(cli, &pipeline.fault);
}

/* The register has been read to its end: what it names no more is closed. */
static int finish_register(struct import *import, const char *as_of)
{
    struct fault fault = {0};
    const ProtobufCMessage *response;
    Pb__FinishImportRequest request;
    pb__finish_import_request__init(&request);
    request.register_ = import->kind;
    request.as_of = as_of;
    request.rows = (uint32_t)(import->added + import->changed + import->unchanged + import->history);
    request.unread = (uint32_t)import->reading.unread;
    if (cli_call(import->cli, NULL, "ProvisionsService/FinishImport", &request.base, &response, &fault) !=
        CODE_OK)
        return cli_fail(import->cli, &fault);
    const Pb__ImportResult *result = ((const Pb__FinishImportResponse *)response)->result;
    if (result)
        import_add(import, result, import->reading.count);
    return EX_OK;
}

/* What was taken before something failed is taken, and is told too. */
static int report_with(struct import *import, int status)
{
    int reported = import_report(import);
    return status != EX_OK ? status : reported;
}

int import_provisions(struct import *import,
                      enum code (*read)(struct span, struct arena *, struct reading *, struct fault *))
{
    struct fault fault = {0};
    char as_of[DATE_TEXT_BYTES];
    enum code code = read(import->bytes, import->reading.arena, &import->reading, &fault);
    if (code == CODE_OK)
        code = import_as_of(import, &fault);
    if (code != CODE_OK)
        return cli_complain(cli_status_of(code), "%s: %s%s%s", import->path, fault.field,
                            *fault.field ? ": " : "", fault.reason);
    date_print(import->reading.as_of, as_of);
    int status = send_rows(import, as_of);
    if (status == EX_OK)
        status = finish_register(import, as_of);
    return report_with(import, status);
}

int import_authorities(struct import *import)
{
    struct fault fault = {0};
    if (authorities_read(import->bytes, import->reading.arena, &import->reading, &fault) != CODE_OK)
        return cli_complain(EX_DATAERR, "%s: %s", import->path, fault.reason);
    return report_with(import, send_rows(import, ""));
}

/* A place group that is named, and not given by its UUID, is looked up at its provision. */
static bool settle_group(struct import *import, Pb__Placement *placement, unsigned line)
{
    struct uuid uuid;
    struct fault fault = {0};
    const ProtobufCMessage *response;
    if (!*placement->place_group_id || uuid_parse(placement->place_group_id, &uuid))
        return true;
    Pb__GetProvisionRequest request;
    pb__get_provision_request__init(&request);
    request.provision_id = placement->provision_id;
    const Pb__PlaceGroup *group = NULL;
    if (cli_call(import->cli, NULL, "ProvisionsService/GetProvision", &request.base, &response, &fault) ==
        CODE_OK)
        group = vacancy_group((const Pb__GetProvisionResponse *)response, placement->place_group_id, &fault);
    if (!group) {
        reading_reject(&import->reading, line, "PLACE_GROUP", "%s", fault.reason);
        return false;
    }
    placement->place_group_id = group->id;
    return true;
}

int import_placements(struct import *import)
{
    struct fault fault = {0};
    struct reading *reading = &import->reading;
    const char *authority = cli_option(import->cli, "la");
    if (placements_read(import->bytes, reading->arena, reading, &fault) != CODE_OK)
        return cli_complain(EX_DATAERR, "%s: %s", import->path, fault.reason);
    size_t kept = 0;
    for (size_t i = 0; i < reading->count; i++) {
        Pb__Placement *placement = reading->rows[i];
        if (!*placement->authority_id && authority)
            placement->authority_id = authority;
        if (!settle_group(import, placement, reading->lines[i]))
            continue;
        reading->lines[kept] = reading->lines[i];
        reading->rows[kept++] = placement;
    }
    reading->count = kept;
    return report_with(import, send_rows(import, ""));
}
