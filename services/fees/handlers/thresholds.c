/* What is exceptional (rule F4). In: expressions, as the host writes them. Out: what one comes to on a day; a
 * cycle with another from a day on. Applications keep what they were held against. */

#define SERVICE_TYPE Pb__FeeCyclesService_Service

#include "services/fees/handlers/support.h"
#include "services/fees/rules_text.h"
#include "services/fees/rules_threshold.h"

HANDLE(PreviewThreshold, preview_threshold)
{
    struct collected indices;
    struct date on = command->today;
    TRY(check_record(command, &in->base));
    if (in->on[0] && !date_field(in->on, &on))
        return refuse(command, CODE_INVALID_ARGUMENT, "on", "the day is written YYYY-MM-DD");
    TRY(fees_all_indices(command, &indices));
    const struct threshold_indices known = {(Pb__FeeIndex **)indices.items, indices.count};
    return threshold_preview(in->expression, on, &known, command->arena, out) ? CODE_OK : no_memory(command);
}

static enum code find_last(void *context, const ProtobufCMessage *record)
{
    struct date *last = context, submitted = stored_date(((const Pb__FeeSubmission *)record)->submitted_on);
    if (date_compare(submitted, *last) > 0)
        *last = submitted;
    return CODE_OK;
}

HANDLE(SetThreshold, set_threshold)
{
    struct collected indices;
    struct date last_held = DATE_NONE;
    Pb__FeeCycle *cycle = arena_new(command->arena, Pb__FeeCycle);
    TRY(check_record(command, in->threshold ? &in->threshold->base : NULL));
    const Pb__FeeCycle *stored = fees_cycle_to(command, in->cycle_id, FEE_CYCLE_UPDATE);
    if (!stored)
        return command->fault.code;
    if (!cycle)
        return no_memory(command);
    const struct walk submitted = {
        .table = &fees_submissions, .index = INDEX_CYCLE, .value = span_of_text(stored->id)};
    TRY(fees_all_indices(command, &indices));
    TRY(walk(command, &submitted, find_last, &last_held));
    const struct threshold_indices known = {(Pb__FeeIndex **)indices.items, indices.count};
    TRY(decided(command, threshold_set(stored, in->threshold, &known, last_held, command->arena, cycle,
                                       &command->fault)));
    expect_version(cycle->meta, in->version);
    command->subject = cycle->id;
    TRY(put(command, &fees_cycles, cycle));
    out->cycle = cycle;
    return CODE_OK;
}
