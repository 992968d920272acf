/* The demonstration's visits: which links are visited, when, and how far each report has come. In: what is
 * published, the seed. Out: commands of the API, one after the other. */

#include "services/cli/demo/visits_inside.h"

#include "services/cli/status.h"

#include "ccrag/v1/monitoring.pb-c.h"

#include <unistd.h>

enum {
    FACTS_TRIES = 300,
    FACTS_WAIT_US = 100 * 1000,
    SEED_OF_VISITS = 0x5eed,
    YEAR_DAYS = 365,
};

static const char *const OFFICERS[] = {"A. Generated", "B. Generated", "C. Generated"};

static bool is_link(const Pb__Allocation *allocation)
{
    return allocation->standing == PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK;
}

static size_t placed_at(const struct demo *demo, const char *provision)
{
    size_t count = 0;
    for (size_t i = 0; i < demo->placement_count; i++)
        count += visits_placed_there(demo->placements[i], provision);
    return count;
}

/* The link with most placements, the first of several: what they achieve can be shown. NULL: there is no
 * link. */
static const Pb__Allocation *crowded_link(const struct telling *telling)
{
    const Pb__Allocation *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < telling->all.count; i++) {
        const Pb__Allocation *allocation = telling->all.published[i];
        size_t count = is_link(allocation) ? placed_at(&telling->demo, allocation->provision_id) : 0;
        if (count > most) {
            most = count;
            best = allocation;
        }
    }
    return best;
}

/* The next link; NULL: there are no more. */
static const Pb__Allocation *next_link(struct telling *telling)
{
    while (telling->next < telling->all.count) {
        const Pb__Allocation *allocation = telling->all.published[telling->next++];
        if (is_link(allocation) && allocation != telling->crowded)
            return allocation;
    }
    return NULL;
}

static bool knows(struct telling *telling, const Pb__Allocation *allocation)
{
    const ProtobufCMessage *response;
    struct fault fault = {0};
    Pb__FindVisitsRequest request;
    pb__find_visits_request__init(&request);
    request.provision_id = allocation->provision_id;
    return cli_call(telling->cli, NULL, "MonitoringService/FindVisits", &request.base, &response, &fault) ==
               CODE_OK &&
           strcmp(((const Pb__FindVisitsResponse *)(const void *)response)->authority_id,
                  allocation->authority_id) == 0;
}

/* The forms that ship with the system are put into use a moment after the first start. */
static bool has_form(struct telling *telling)
{
    const ProtobufCMessage *response;
    struct fault fault = {0};
    Pb__ListFormsRequest request;
    pb__list_forms_request__init(&request);
    request.in_use_only = true;
    if (cli_call(telling->cli, "monitoring", "FormsService/ListForms", &request.base, &response, &fault) !=
        CODE_OK)
        return false;
    const Pb__ListFormsResponse *list = (const Pb__ListFormsResponse *)(const void *)response;
    for (size_t i = 0; i < list->n_forms; i++)
        if (list->forms[i]->purpose == PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_ASSURANCE)
            return true;
    return false;
}

/* Until monitoring knows what is published, and has a form for it. */
static enum code await_facts(struct telling *telling)
{
    const Pb__Allocation *last = telling->all.published[telling->all.count - 1];
    for (int i = 0; i < FACTS_TRIES; i++) {
        if (knows(telling, last) && has_form(telling))
            return CODE_OK;
        usleep(FACTS_WAIT_US);
    }
    return fault_set(telling->fault, CODE_DEADLINE_EXCEEDED, "",
                     "monitoring has no form, or does not know who has provision %s", last->provision_id);
}

/* --- a visit ----------------------------------------------------------------------------------------- */

static enum code plan(struct telling *telling, struct visiting *visiting)
{
    const ProtobufCMessage *response;
    Pb__PlanVisitRequest request;
    Pb__Visit visit;
    pb__plan_visit_request__init(&request);
    pb__visit__init(&visit);
    visit.id = visiting->visit_id = demo_id(&telling->demo, visiting->intended, (int64_t)telling->next);
    visit.meta = demo_meta(&telling->demo);
    visit.provision_id = visiting->link->provision_id;
    visit.authority_id = visiting->link->authority_id;
    visit.cycle_id = visiting->cycle;
    visit.purpose = PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_ASSURANCE;
    visit.mode = visiting->mode;
    visit.intended_on = demo_date(&telling->demo, visiting->intended);
    request.visit = &visit;
    request.others_seen = true;
    return visits_call(telling, "MonitoringService/PlanVisit", &request.base, &response);
}

static enum code cancel(struct telling *telling, const struct visiting *visiting)
{
    const ProtobufCMessage *response;
    Pb__CancelVisitRequest request;
    pb__cancel_visit_request__init(&request);
    request.visit_id = visiting->visit_id;
    request.reason = "Generated: the manager is away that week.";
    return visits_call(telling, "MonitoringService/CancelVisit", &request.base, &response);
}

static enum code make_visit(struct telling *telling, struct visiting *visiting)
{
    const ProtobufCMessage *response;
    Pb__RecordVisitRequest request;
    const char *officers[] = {OFFICERS[random_below(&telling->demo.random, 3)]};
    pb__record_visit_request__init(&request);
    request.visit_id = visiting->visit_id;
    request.made_on = demo_date(&telling->demo, visiting->made);
    request.officers = officers;
    request.n_officers = 1;
    enum code code = visits_call(telling, "MonitoringService/RecordVisit", &request.base, &response);
    if (code == CODE_OK)
        visiting->report_id = ((const Pb__RecordVisitResponse *)(const void *)response)->visit->report_id;
    return code;
}

/* --- how far it goes --------------------------------------------------------------------------------- */

static enum code go_as_far_as(struct telling *telling, struct visiting *visiting, enum stage stage)
{
    enum code code = plan(telling, visiting);
    if (code == CODE_OK && stage == CANCELLED)
        return cancel(telling, visiting);
    if (code != CODE_OK || stage < DRAFT)
        return code;
    code = make_visit(telling, visiting);
    if (code == CODE_OK)
        code = visits_write(telling, visiting, stage > DRAFT);
    if (code == CODE_OK && stage >= SENT)
        code = visits_send(telling, visiting);
    if (code == CODE_OK && stage >= COMMENTED)
        code = visits_comment(telling, visiting);
    return code == CODE_OK && stage == PUBLISHED ? visits_publish(telling, visiting) : code;
}

/* --- the cycle --------------------------------------------------------------------------------------- */

static struct visiting visiting_of(struct telling *telling, const Pb__Allocation *link, enum stage stage,
                                   int number)
{
    struct random *random = &telling->demo.random;
    int32_t today = telling->demo.options.today.day;
    int32_t back = stage == PUBLISHED ? 25 + 3 * number : stage >= SENT ? 14 + 2 * number : 4 + 3 * number;
    struct visiting visiting = {
        .link = link,
        .cycle = telling->present,
        .intended = {stage == TO_COME || stage == CANCELLED ? today + 3 + 9 * number : today - back},
        .made = {today - back + random_between(random, 0, 2)},
        .mode = number % 4 == 3 ? PB__VISIT_MODE__VISIT_MODE_REMOTE : PB__VISIT_MODE__VISIT_MODE_ON_SITE,
        .percent_good = (unsigned)random_between(random, 55, 98),
        .expires = DATE_NONE,
    };
    if (stage == PUBLISHED && number < 3)
        visiting.expires = (struct date){today + 20 - 12 * number}; /* soon, sooner, and past */
    return visiting;
}

/* The year before, of what has a report of this year too: grades over time, two reports side by side. */
static enum code tell_before(struct telling *telling, const struct visiting *now)
{
    struct visiting before = *now;
    before.cycle = telling->before;
    before.intended.day -= YEAR_DAYS;
    before.made.day -= YEAR_DAYS;
    before.percent_good = 60;
    before.expires = DATE_NONE;
    return go_as_far_as(telling, &before, PUBLISHED);
}

static enum code tell_published(struct telling *telling, const Pb__Allocation *ret_where[2])
{
    enum code code = CODE_OK;
    for (int i = 0; i < DEMO_VISITS_PUBLISHED && code == CODE_OK; i++) {
        const Pb__Allocation *link = i ? next_link(telling) : crowded_link(telling);
        if (i == 0)
            telling->crowded = link;
        if (!link)
            return CODE_OK;
        struct visiting visiting = visiting_of(telling, link, PUBLISHED, i);
        if (i < DEMO_VISITS_BEFORE)
            code = tell_before(telling, &visiting);
        if (code == CODE_OK)
            code = go_as_far_as(telling, &visiting, PUBLISHED);
        if (i < 2)
            ret_where[i] = link;
        if (code == CODE_OK && link == telling->crowded)
            code = visits_tell_outcomes(telling, &visiting);
    }
    return code;
}

static enum code tell_all(struct telling *telling)
{
    static const struct {
        enum stage stage;
        int count;
    } STAGES[] = {
        {SENT, DEMO_VISITS_SENT},       {COMMENTED, DEMO_VISITS_COMMENTED},
        {DRAFT, DEMO_VISITS_DRAFT},     {TO_COME, DEMO_VISITS_TO_COME},
        {OVERDUE, DEMO_VISITS_OVERDUE}, {CANCELLED, DEMO_VISITS_CANCELLED},
    };
    const Pb__Allocation *where[2] = {NULL, NULL};
    enum code code = tell_published(telling, where);
    for (size_t s = 0; s < sizeof STAGES / sizeof *STAGES; s++)
        for (int i = 0; i < STAGES[s].count && code == CODE_OK; i++) {
            const Pb__Allocation *link = next_link(telling);
            if (!link)
                break;
            struct visiting visiting = visiting_of(telling, link, STAGES[s].stage, i);
            code = go_as_far_as(telling, &visiting, STAGES[s].stage);
        }
    return code == CODE_OK && where[1] ? visits_tell_concerns(telling, where[0], where[1]) : code;
}

enum code demo_monitor(struct cli *cli, const struct demo *demo, const char *before, const char *present,
                       bool *ret_told, struct fault *ret_fault)
{
    struct telling telling = {
        .cli = cli, .demo = *demo, .before = before, .present = present, .fault = ret_fault};
    const Pb__GetStatusResponse *status;
    struct fault none = {0};
    *ret_told = false;
    random_init(&telling.demo.random, demo->options.seed ^ SEED_OF_VISITS);
    if (status_ask(cli, "monitoring", &status, &none) != CODE_OK)
        return CODE_OK;
    enum code code = happenings_read(cli, &telling.all, ret_fault);
    if (code != CODE_OK || telling.all.count == 0)
        return code;
    code = await_facts(&telling);
    if (code == CODE_OK)
        code = tell_all(&telling);
    *ret_told = code == CODE_OK;
    return code;
}
