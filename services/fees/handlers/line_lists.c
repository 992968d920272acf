/* Lines read (rules F5, S2, S4). In: an LA, or a provision. Out: pages of the LA's own lines, and of totals
 * for those that they are for. */

#define SERVICE_TYPE Pb__FeeLinesService_Service

#include "services/fees/handlers/support.h"

/* The provision that is meant, of the registry's. "": none. NULL: refused. */
static const char *provision_meant(struct command *command, Pb__FeeCycle *cycle, const char *provision)
{
    struct fee_place place;
    const char *subject = command->subject;
    if (!provision[0])
        return "";
    if (fees_load_place(command, cycle, provision, &place) != CODE_OK)
        return NULL;
    command->subject = subject;
    return place.provision_id;
}

HANDLE(ListFeeLines, list_fee_lines)
{
    struct page page;
    const char *authority_id = fees_authority_meant(command, in->authority_id);
    TRY(fees_check_own(command, authority_id));
    Pb__FeeCycle *cycle = fees_cycle_to_read(command, in->cycle_id);
    const char *provision_id = cycle ? provision_meant(command, cycle, in->provision_id) : NULL;
    if (!provision_id)
        return command->fault.code;
    struct walk walk = {.table = &fees_lines,
                        .index = INDEX_OWN,
                        .value = fees_own_value(cycle->id, authority_id, command->arena)};
    if (provision_id[0]) {
        const char *totals = fees_of_authority_id(cycle->id, provision_id, authority_id, command->arena);
        walk.index = INDEX_TOTALS;
        walk.value = span_of_text(totals ? totals : "");
    }
    if (!walk.value.size)
        return no_memory(command);
    command->subject = arena_format(command->arena, "%s/%s", cycle->id, authority_id);
    TRY(read_page(command, &walk, in->page, NULL, NULL, &page, &out->page));
    out->lines = (Pb__FeeLine **)page.records;
    out->n_lines = page.count;
    return CODE_OK;
}

/* --- totals ------------------------------------------------------------------------------------------ */

struct asked {
    const Pb__ListFeeLineTotalsRequest *in;
    struct fees_actor actor;
};

static bool is_wanted(void *context, const ProtobufCMessage *record)
{
    const struct asked *asked = context;
    const Pb__FeeLineTotals *totals = (const Pb__FeeLineTotals *)record;
    const struct fee_whose whose = {
        .lead_id = totals->lead_id, .authority_id = totals->authority_id, .provider_id = ""};
    return sharing_may(&asked->actor, FEE_THING_LINE_TOTALS, &whose, SHARING_READ) &&
           (!asked->in->authority_id[0] || strcmp(asked->in->authority_id, totals->authority_id) == 0);
}

HANDLE(ListFeeLineTotals, list_fee_line_totals)
{
    struct page page;
    struct asked asked = {.in = in};
    TRY(fees_check_reader(command));
    TRY(fees_load_actor(command, &asked.actor));
    Pb__FeeCycle *cycle = fees_cycle_to_read(command, in->cycle_id);
    const char *provision_id = cycle ? provision_meant(command, cycle, in->provision_id) : NULL;
    if (!provision_id)
        return command->fault.code;
    struct walk walk = {.table = &fees_line_totals, .index = INDEX_CYCLE, .value = span_of_text(cycle->id)};
    if (provision_id[0]) {
        const char *there = fees_consultation_id(cycle->id, provision_id, command->arena);
        walk.index = INDEX_CONSULTATION;
        walk.value = span_of_text(there ? there : "");
    } else if (in->authority_id[0]) {
        walk.index = INDEX_OWN;
        walk.value = fees_own_value(cycle->id, in->authority_id, command->arena);
    }
    TRY(read_page(command, &walk, in->page, is_wanted, &asked, &page, &out->page));
    out->totals = (Pb__FeeLineTotals **)page.records;
    out->n_totals = page.count;
    for (size_t i = 0; i < page.count; i++) { /* kept by the service, not sent */
        out->totals[i]->erased_term_time = out->totals[i]->erased_all_year = NULL;
        out->totals[i]->lead_id = "";
    }
    return CODE_OK;
}
