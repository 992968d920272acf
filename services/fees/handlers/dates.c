/* Earlier dates that an LA sets for a provider (rule F1). In: an LA's day for a task. Out: the date, which
 * wins where it is the earliest; an empty day is the cycle's again. */

#define SERVICE_TYPE Pb__FeeCyclesService_Service

#include "services/fees/handlers/support.h"
#include "services/fees/rules_dates.h"

static const struct refusal_facts *unknown_provider(void)
{
    return fees_refusal_facts(REFUSAL_PROVIDER_UNKNOWN);
}

HANDLE(SetFeeDate, set_fee_date)
{
    enum code code;
    TRY(check_record(command, in->date ? &in->date->base : NULL));
    Pb__FeeDate *date = COPY(command, in->date);
    if (!date)
        return no_memory(command);
    date->authority_id = fees_authority_meant(command, in->date->authority_id);
    TRY(fees_check_own(command, date->authority_id));
    const Pb__FeeCycle *cycle = fees_cycle_to(command, in->date->cycle_id, FEE_CYCLE_UPDATE);
    if (!cycle)
        return command->fault.code;
    const Pb__Provider *provider =
        load_or_refuse(command, &fees_providers, in->date->provider_id, unknown_provider());
    if (!provider)
        return command->fault.code;
    TRY(check(command, fee_date_check(date, cycle)));
    date->cycle_id = cycle->id;
    date->provider_id = provider->id;
    date->id = fees_date_id(cycle->id, provider->id, date->authority_id, date->kind, command->arena);
    if (!date->id)
        return no_memory(command);
    const Pb__FeeDate *stored = load_if_any(command, &fees_dates, date->id, &code);
    TRY(code);
    date->meta = stored ? meta_again(command, stored->meta, false) : meta_like(command, provider->meta);
    if (!date->meta)
        return no_memory(command);
    expect_version(date->meta, in->date->meta ? in->date->meta->version : 0);
    command->subject = date->id;
    TRY(put(command, &fees_dates, date));
    out->date = date;
    return CODE_OK;
}

struct asked {
    const Pb__ListFeeDatesRequest *in;
    struct fees_actor actor;
};

/* A provider sees the dates that are for it. */
static bool is_wanted(void *context, const ProtobufCMessage *record)
{
    const struct asked *asked = context;
    const Pb__FeeDate *date = (const Pb__FeeDate *)record;
    bool reads_all = !actor_is_said(asked->actor.provider_id);
    return date->due_on[0] && (!asked->in->cycle_id[0] || strcmp(asked->in->cycle_id, date->cycle_id) == 0) &&
           (!asked->in->provider_id[0] || strcmp(asked->in->provider_id, date->provider_id) == 0) &&
           (reads_all || strcmp(asked->actor.provider_id, date->provider_id) == 0);
}

HANDLE(ListFeeDates, list_fee_dates)
{
    struct page page;
    struct asked asked = {.in = in};
    struct walk dates = {.table = &fees_dates};
    TRY(fees_check_reader_or_provider(command, &asked.actor));
    if (in->cycle_id[0]) {
        dates.index = INDEX_CYCLE;
        dates.value = span_of_text(in->cycle_id);
    }
    TRY(read_page(command, &dates, in->page, is_wanted, &asked, &page, &out->page));
    out->dates = (Pb__FeeDate **)page.records;
    out->n_dates = page.count;
    return CODE_OK;
}
