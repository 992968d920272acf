/* Sends a demonstration's records: members, providers, provisions, groups, vacancies, placements, each stage
 * when the one before it is stored. Nothing is made here. */

#include "services/cli/demo/load.h"

#include "services/cli/blob.h"
#include "services/cli/show.h"

#include "common/base/limits.h"

#include "ccrag/v1/feed.pb-c.h"

#include <string.h>

enum { WINDOW = 64 };

struct loading {
    const struct demo *demo;
    struct pipeline pipeline;
    struct progress progress;
    size_t all;
};

static bool tell(struct loading *loading, bool sent)
{
    progress_show(&loading->progress, world_mono_us(loading->pipeline.cli->world), loading->pipeline.answered,
                  loading->all);
    return sent;
}

static bool send_sub_region(struct loading *loading, size_t i)
{
    Pb__UpdateSubRegionRequest request;
    pb__update_sub_region_request__init(&request);
    request.sub_region = loading->demo->sub_regions[i];
    return pipeline_send(&loading->pipeline, "ccrag.v1.AuthoritiesService/UpdateSubRegion", &request.base,
                         NULL, NULL, i);
}

static bool send_contract(struct loading *loading, size_t i)
{
    Pb__PublishContractRequest request;
    pb__publish_contract_request__init(&request);
    request.contract = loading->demo->contracts[i];
    return pipeline_send(&loading->pipeline, "ccrag.v1.ProvidersService/PublishContract", &request.base, NULL,
                         NULL, i);
}

/* Every LA uses the schools contract, most the residential one, half the fostering one. */
static bool send_contract_use(struct loading *loading, size_t i)
{
    Pb__RecordContractUseRequest request;
    pb__record_contract_use_request__init(&request);
    size_t contract = i % DEMO_CONTRACTS, authority = i / DEMO_CONTRACTS;
    if ((contract == 1 && authority % 7 == 6) || (contract == 2 && authority % 2))
        return true;
    request.contract_id = loading->demo->contracts[contract]->id;
    request.authority_id = loading->demo->authorities[authority]->id;
    request.used = true;
    return pipeline_send(&loading->pipeline, "ccrag.v1.ProvidersService/RecordContractUse", &request.base,
                         NULL, NULL, i);
}

static bool send_provider(struct loading *loading, size_t i)
{
    Pb__UpdateProviderRequest request;
    pb__update_provider_request__init(&request);
    request.provider = loading->demo->providers[i];
    return pipeline_send(&loading->pipeline, "ccrag.v1.ProvidersService/UpdateProvider", &request.base, NULL,
                         NULL, i);
}

static bool send_provision_as(struct loading *loading, size_t i, Pb__RegistrationStatus status,
                              const char *closed_on, uint64_t version)
{
    Pb__UpdateProvisionRequest request;
    pb__update_provision_request__init(&request);
    Pb__Provision provision = *loading->demo->provisions[i];
    Pb__RecordMeta meta = *provision.meta;
    meta.version = version;
    provision.meta = &meta;
    provision.status = status;
    provision.closed_on = closed_on;
    request.provision = &provision;
    return pipeline_send(&loading->pipeline, "ccrag.v1.ProvisionsService/UpdateProvision", &request.base,
                         NULL, NULL, i);
}

/* A provision that has closed was open once, and its places were made then. */
static bool send_provision(struct loading *loading, size_t i)
{
    Pb__RegistrationStatus status = loading->demo->provisions[i]->status;
    if (status == PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED)
        status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE;
    return send_provision_as(loading, i, status, "", 0);
}

static bool send_closing(struct loading *loading, size_t i)
{
    const Pb__Provision *provision = loading->demo->provisions[i];
    if (provision->status != PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED)
        return true;
    return send_provision_as(loading, i, provision->status, provision->closed_on, 1);
}

static bool send_group(struct loading *loading, size_t i)
{
    Pb__UpdatePlaceGroupRequest request;
    pb__update_place_group_request__init(&request);
    request.place_group = loading->demo->groups[i];
    return pipeline_send(&loading->pipeline, "ccrag.v1.ProvisionsService/UpdatePlaceGroup", &request.base,
                         NULL, NULL, i);
}

static bool send_vacancy(struct loading *loading, size_t i)
{
    const struct demo_vacancy *vacancy = &loading->demo->vacancies[i];
    Pb__FreePeriod period = vacancy->period, *periods[] = {&period};
    Pb__SetVacancyRequest request;
    pb__set_vacancy_request__init(&request);
    request.place_group_id = vacancy->group_id;
    request.free = periods;
    request.n_free = vacancy->free ? 1 : 0;
    request.confirmed_at_ms = vacancy->confirmed_at_ms;
    return pipeline_send(&loading->pipeline, "ccrag.v1.ProvisionsService/SetVacancy", &request.base, NULL,
                         NULL, i);
}

struct refused {
    size_t count;
    struct fault first;
};

static void note_rejects(void *context, size_t item, const ProtobufCMessage *response)
{
    struct refused *refused = context;
    const Pb__ImportResult *result = ((const Pb__ImportPlacementsResponse *)response)->result;
    if (!result || result->n_rejects == 0)
        return;
    if (refused->count == 0)
        fault_set(&refused->first, CODE_INTERNAL, result->rejects[0]->field,
                  "generated placement %zu was refused: %s", item + result->rejects[0]->row,
                  result->rejects[0]->reason);
    refused->count += result->n_rejects;
}

/* One stage: all of a kind, and then until every one is stored. */
static bool stage(struct loading *loading, size_t count, bool (*send)(struct loading *, size_t))
{
    bool good = true;
    for (size_t i = 0; i < count && good; i++)
        good = tell(loading, send(loading, i));
    return pipeline_drain(&loading->pipeline) && good;
}

static bool load_authorities(struct loading *loading)
{
    Pb__ImportAuthoritiesRequest request;
    pb__import_authorities_request__init(&request);
    request.authorities = loading->demo->authorities;
    request.n_authorities = loading->demo->authority_count;
    return pipeline_send(&loading->pipeline, "ccrag.v1.AuthoritiesService/ImportAuthorities", &request.base,
                         NULL, NULL, 0) &&
           pipeline_drain(&loading->pipeline);
}

static bool load_placements(struct loading *loading)
{
    const struct demo *demo = loading->demo;
    struct refused refused = {0};
    bool good = true;
    for (size_t first = 0; first < demo->placement_count && good; first += IMPORT_BATCH_ROWS) {
        size_t left = demo->placement_count - first;
        Pb__ImportPlacementsRequest request;
        pb__import_placements_request__init(&request);
        request.placements = demo->placements + first;
        request.n_placements = left < IMPORT_BATCH_ROWS ? left : IMPORT_BATCH_ROWS;
        good = tell(loading, pipeline_send(&loading->pipeline, "ccrag.v1.PlacementsService/ImportPlacements",
                                           &request.base, note_rejects, &refused, first));
    }
    good = pipeline_drain(&loading->pipeline) && good;
    if (good && refused.count) {
        loading->pipeline.fault = refused.first;
        return false;
    }
    return good;
}

/* The region says of itself that it is generated, before anything in it does. */
static enum code name_region(struct cli *cli, bool with_host, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__GetRegionRequest get;
    pb__get_region_request__init(&get);
    enum code code = cli_call(cli, NULL, "AuthoritiesService/GetRegion", &get.base, &response, ret_fault);
    if (code != CODE_OK)
        return code;
    const Pb__Region *stored = ((const Pb__GetRegionResponse *)response)->region;
    Pb__RecordMeta meta;
    Pb__Region region;
    Pb__UpdateRegionRequest set;
    pb__record_meta__init(&meta);
    pb__region__init(&region);
    pb__update_region_request__init(&set);
    meta.version = stored && stored->meta ? stored->meta->version : 0;
    meta.generated = true;
    region.id = "region";
    region.meta = &meta;
    region.name = "Demonstration region (generated)";
    region.demonstration = true;
    region.vacancy_stale_days = 28;
    region.partner_subscription_pence = 400000;
    region.provider_subscription_pence = 25000;
    region.host = with_host ? "E10000015" : "";
    set.region = &region;
    return cli_call(cli, NULL, "AuthoritiesService/UpdateRegion", &set.base, &response, ret_fault);
}

/* The head offices' postcodes, where no list of postcodes is held: so that a search from one of them is
 * exact. */
static enum code send_postcodes(struct cli *cli, struct arena *arena, struct fault *ret_fault)
{
    size_t count, kept = 0;
    const struct demo_authority *all = demo_authorities(&count);
    struct postcode_entry *entries = arena_array(arena, struct postcode_entry, count);
    const ProtobufCMessage *response;
    Pb__ReadBlobRequest read;
    pb__read_blob_request__init(&read);
    read.name = "postcodes";
    struct fault none = {0};
    read.version = 1;
    if (!entries ||
        cli_call(cli, "registry", "FeedService/ReadBlob", &read.base, &response, &none) == CODE_OK)
        return CODE_OK;
    for (size_t i = 0; i < count; i++) {
        struct postcode_entry entry = {.easting = (uint32_t)all[i].easting,
                                       .northing = (uint32_t)all[i].northing};
        if (postcode_parse(all[i].postcode, &entry.postcode, NULL) != CODE_OK)
            continue;
        entries[kept++] = entry;
    }
    kept = postcode_table_sort(entries, kept);
    bool unchanged;
    return blob_send_postcodes(cli, entries, kept, "head offices of the demonstration", &unchanged,
                               ret_fault);
}

enum code demo_load(struct cli *cli, const struct demo *demo, struct fault *ret_fault)
{
    struct loading loading = {.demo = demo, .progress = {.what = "loading the demonstration"}};
    loading.all = demo->sub_region_count + DEMO_CONTRACTS * (1 + demo->authority_count) +
                  demo->provider_count + demo->provision_count + demo->group_count + demo->vacancy_count +
                  demo->placement_count / IMPORT_BATCH_ROWS;
    enum code code = name_region(cli, false, ret_fault);
    if (code == CODE_OK)
        code = send_postcodes(cli, demo->arena, ret_fault);
    if (code == CODE_OK)
        code = pipeline_init(&loading.pipeline, cli, WINDOW, ret_fault);
    if (code != CODE_OK)
        return code;
    bool good = stage(&loading, demo->sub_region_count, send_sub_region) && load_authorities(&loading) &&
                stage(&loading, DEMO_CONTRACTS, send_contract) &&
                stage(&loading, DEMO_CONTRACTS * demo->authority_count, send_contract_use) &&
                stage(&loading, demo->provider_count, send_provider) &&
                stage(&loading, demo->provision_count, send_provision) &&
                stage(&loading, demo->group_count, send_group) && load_placements(&loading) &&
                stage(&loading, demo->vacancy_count, send_vacancy) &&
                stage(&loading, demo->provision_count, send_closing);
    progress_finish(&loading.progress);
    if (!good) {
        *ret_fault = loading.pipeline.fault;
        return ret_fault->code ? ret_fault->code : CODE_UNAVAILABLE;
    }
    return name_region(cli, true, ret_fault);
}
