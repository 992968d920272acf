/* Which provisions the demonstration's fees are told of. In: what is published, the records. Out: provisions,
 * and what fees makes of each, once it has read all there is. */

#include "services/cli/demo/fees_inside.h"

#include "services/cli/status.h"

#include "common/domain/money.h"

#include "ccrag/v1/forms.pb-c.h"

#include <unistd.h>

enum { TRIES = 600, WAIT_US = 100 * 1000, FEE_LEAST_PENCE = 90000 };

const char *fees_service_id(const struct fee_tale *tale, size_t index)
{
    return !tale->school ? "residential-52" : index ? "day" : "residential-38";
}

int64_t fees_raised(int64_t pence, int32_t basis_points)
{
    struct money raised = {pence};
    return money_scale(money_pence(pence), 10000 + basis_points, 10000, &raised) == CODE_OK ? raised.pence
                                                                                            : pence;
}

/* --- which ------------------------------------------------------------------------------------------- */

bool fees_is_school(Pb__ProvisionKind kind)
{
    return kind == PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_SPECIAL_SCHOOL ||
           kind == PB__PROVISION_KIND__PROVISION_KIND_NON_MAINTAINED_SPECIAL_SCHOOL;
}

static const Pb__Provision *provision_of(const struct demo *demo, const char *id)
{
    for (size_t i = 0; i < demo->provision_count; i++)
        if (strcmp(demo->provisions[i]->id, id) == 0)
            return demo->provisions[i];
    return NULL;
}

/* What its first group costs; the days of a school cost half of it. */
static int64_t weekly_fee(const struct demo *demo, const char *provision)
{
    for (size_t i = 0; i < demo->group_count; i++)
        if (strcmp(demo->groups[i]->provision_id, provision) == 0 &&
            demo->groups[i]->weekly_fee_pence > FEE_LEAST_PENCE)
            return demo->groups[i]->weekly_fee_pence;
    return FEE_LEAST_PENCE;
}

static struct fee_tale tale_of(const struct demo *demo, const Pb__Provision *provision)
{
    int64_t fee = weekly_fee(demo, provision->id);
    return (struct fee_tale){.provision = provision,
                             .weekly_pence = {fee, fee / 2},
                             .school = fees_is_school(provision->kind),
                             .lead = ""};
}

static bool is_live_there(const Pb__Placement *placement, const char *provision)
{
    return strcmp(placement->provision_id, provision) == 0 && !*placement->end_on;
}

static size_t placed_at(const struct demo *demo, const char *provision)
{
    size_t count = 0;
    for (size_t i = 0; i < demo->placement_count; i++)
        count += is_live_there(demo->placements[i], provision);
    return count;
}

/* The provision of that kind where most is placed, the first of several; NULL: there is none. */
static const Pb__Provision *of_kind(const struct demo *demo, Pb__ProvisionKind kind)
{
    const Pb__Provision *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < demo->provision_count; i++) {
        const Pb__Provision *provision = demo->provisions[i];
        size_t placed = provision->kind == kind &&
                                provision->status == PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE
                            ? placed_at(demo, provision->id)
                            : 0;
        if (placed > most) {
            most = placed;
            best = provision;
        }
    }
    return best;
}

/* The one with most placing LAs comes first: at it each decides otherwise. */
static void put_busiest_first(struct fees_telling *telling, const size_t *placing)
{
    size_t best = 0;
    for (size_t i = 1; i < telling->led; i++)
        if (placing[i] > placing[best])
            best = i;
    struct fee_tale first = telling->tales[0];
    telling->tales[0] = telling->tales[best];
    telling->tales[best] = first;
}

/* Links of two LAs or more, from the last on: what has happened to placements since began at the first. */
void fees_choose(struct fees_telling *telling)
{
    const struct demo *demo = &telling->demo;
    size_t placing[DEMO_FEES_LED];
    for (size_t i = telling->all.count; i-- > 0 && telling->led < DEMO_FEES_LED;) {
        const Pb__Allocation *link = telling->all.published[i];
        const Pb__Provision *provision = provision_of(demo, link->provision_id);
        if (link->standing != PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK || link->n_placing < 2 ||
            !provision)
            continue;
        placing[telling->led] = link->n_placing;
        telling->tales[telling->led++] = tale_of(demo, provision);
    }
    if (telling->led)
        put_busiest_first(telling, placing);
    struct fee_tale *next = telling->tales + DEMO_FEES_LED;
    const Pb__Provision *agency =
        of_kind(demo, PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY);
    const Pb__Provision *supported =
        of_kind(demo, PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION);
    if (agency) {
        next[0] = tale_of(demo, agency);
        telling->agency = &next[0];
    }
    if (supported) {
        next[1] = tale_of(demo, supported);
        telling->supported = &next[1];
    }
}

/* --- what fees makes of it --------------------------------------------------------------------------- */

static bool has_read(const Pb__GetStatusResponse *status, const Pb__ServicePosition *written)
{
    for (size_t i = 0; written && i < status->n_follows; i++)
        if (strcmp(status->follows[i]->service, written->service) == 0)
            return status->follows[i]->position &&
                   status->follows[i]->position->sequence >= written->position->sequence;
    return written == NULL;
}

/* The forms that ship with the system are put into use a moment after the first start. */
static bool has_forms(struct fees_telling *telling)
{
    const ProtobufCMessage *response;
    struct fault fault = {0};
    bool application = false, report = false;
    Pb__ListFormsRequest request;
    pb__list_forms_request__init(&request);
    request.in_use_only = true;
    if (cli_call(telling->cli, "fees", "FormsService/ListForms", &request.base, &response, &fault) != CODE_OK)
        return false;
    const Pb__ListFormsResponse *list = (const Pb__ListFormsResponse *)(const void *)response;
    for (size_t i = 0; i < list->n_forms; i++) {
        application =
            application || list->forms[i]->purpose == PB__FORM_PURPOSE__FORM_PURPOSE_FEE_APPLICATION;
        report = report || list->forms[i]->purpose == PB__FORM_PURPOSE__FORM_PURPOSE_FEE_REPORT;
    }
    return application && report;
}

static bool has_letters(struct fees_telling *telling)
{
    const ProtobufCMessage *response;
    struct fault fault = {0};
    Pb__ListLetterTextsRequest request;
    pb__list_letter_texts_request__init(&request);
    return cli_call(telling->cli, "fees", "FeeCyclesService/ListLetterTexts", &request.base, &response,
                    &fault) == CODE_OK &&
           ((const Pb__ListLetterTextsResponse *)(const void *)response)->n_texts > 0;
}

enum code fees_await_facts(struct fees_telling *telling)
{
    struct cli *cli = telling->cli;
    const Pb__ServicePosition *registry = status_written(cli, "registry");
    const Pb__ServicePosition *allocation = status_written(cli, "allocation");
    for (int i = 0; i < TRIES; i++) {
        const Pb__GetStatusResponse *status;
        struct fault none = {0};
        if (status_ask(cli, "fees", &status, &none) == CODE_OK && has_read(status, registry) &&
            has_read(status, allocation) && has_forms(telling) && has_letters(telling))
            return CODE_OK;
        usleep(WAIT_US);
    }
    return fault_set(telling->fault, CODE_DEADLINE_EXCEEDED, "",
                     "fees has no forms or letters, or has not read what the registry has");
}

static void take_consultation(struct fees_telling *telling, struct fee_tale *tale,
                              const Pb__Consultation *consultation)
{
    struct arena *arena = &telling->cli->arena;
    tale->lead = arena_text(arena, consultation->lead_id);
    tale->placing_count = 0;
    for (size_t i = 0; i < consultation->n_placing && tale->placing_count < FEES_PLACING_MAX; i++)
        if (consultation->placing[i]->placements)
            tale->placing[tale->placing_count++] = arena_text(arena, consultation->placing[i]->authority_id);
}

enum code fees_await(struct fees_telling *telling, struct fee_tale *tale)
{
    const ProtobufCMessage *response;
    Pb__GetConsultationRequest request;
    pb__get_consultation_request__init(&request);
    request.provision_id = tale->provision->id;
    for (int i = 0; i < TRIES; i++) {
        enum code code =
            fees_call(telling, "FeeConsultationsService/GetConsultation", &request.base, &response);
        if (code == CODE_OK) {
            take_consultation(telling, tale,
                              ((const Pb__GetConsultationResponse *)(const void *)response)->consultation);
            return CODE_OK;
        }
        if (code != CODE_NOT_FOUND)
            return code;
        usleep(WAIT_US);
    }
    return telling->fault->code ? telling->fault->code : CODE_DEADLINE_EXCEEDED;
}
