/* Fee cycles (rule F1). In: a year with its dates, as the host wants it. Out: the cycle; and with a new one
 * every provision to be settled (settle.c). */

#define SERVICE_TYPE Pb__FeeCyclesService_Service

#include "services/fees/handlers/support.h"
#include "services/fees/rules_threshold.h"

static Pb__FeeCycle *cycle_of_id(const struct collected *cycles, const char *id)
{
    for (size_t i = 0; i < cycles->count; i++)
        if (strcmp(((const Pb__FeeCycle *)cycles->items[i])->id, id) == 0)
            return (Pb__FeeCycle *)cycles->items[i];
    return NULL;
}

/* The last, and that none is open. */
static enum code check_none_open(struct command *command, const struct collected *cycles,
                                 const Pb__FeeCycle **ret_last)
{
    for (size_t i = 0; i < cycles->count; i++)
        if (((const Pb__FeeCycle *)cycles->items[i])->state == PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_OPEN)
            return check(command, REFUSAL_CYCLE_OPEN);
    *ret_last = cycles->count ? (const Pb__FeeCycle *)cycles->items[cycles->count - 1] : NULL;
    return CODE_OK;
}

static enum code check_new(struct command *command, const struct collected *cycles, const char *id)
{
    return check(command, cycle_of_id(cycles, id) ? REFUSAL_CYCLE_KNOWN : REFUSAL_NONE);
}

/* The one that it opens with, from its first day on. */
static enum code add_threshold(struct command *command, const char *expression, Pb__FeeCycle *cycle)
{
    struct collected indices;
    Pb__FeeThreshold threshold = PB__FEE_THRESHOLD__INIT;
    Pb__FeeCycle opened = *cycle;
    if (!expression[0])
        return CODE_OK;
    threshold.from = cycle->first_on;
    threshold.expression = expression;
    TRY(fees_all_indices(command, &indices));
    const struct threshold_indices known = {(Pb__FeeIndex **)indices.items, indices.count};
    return decided(command, threshold_set(&opened, &threshold, &known, DATE_NONE, command->arena, cycle,
                                          &command->fault));
}

HANDLE(OpenFeeCycle, open_fee_cycle)
{
    struct collected cycles;
    const Pb__FeeCycle *last = NULL;
    Pb__FeeCycle *cycle = arena_new(command->arena, Pb__FeeCycle);
    TRY(check_record(command, in->cycle ? &in->cycle->base : NULL));
    TRY(fees_all_cycles(command, &cycles));
    TRY(check_none_open(command, &cycles, &last));
    TRY(check_new(command, &cycles, in->cycle->id));
    if (!cycle)
        return no_memory(command);
    TRY(decided(command,
                fee_cycle_open(in->cycle, last, command->today, command->arena, cycle, &command->fault)));
    TRY(check_new(command, &cycles, cycle->id)); /* it may have been named by its years */
    TRY(add_threshold(command, in->threshold, cycle));
    cycle->meta = meta_of(command, in->cycle->meta, NULL);
    if (!cycle->meta)
        return no_memory(command);
    command->subject = cycle->id;
    TRY(put(command, &fees_cycles, cycle));
    TRY(fees_settle_all(command));
    service_timer_soon(command->service, FEES_SETTLING);
    out->cycle = cycle;
    return CODE_OK;
}

/* The one of those that ends before it begins. */
static const Pb__FeeCycle *cycle_before(const struct collected *cycles, const Pb__FeeCycle *cycle)
{
    const Pb__FeeCycle *before = NULL;
    for (size_t i = 0; i < cycles->count; i++) {
        const Pb__FeeCycle *other = (const Pb__FeeCycle *)cycles->items[i];
        if (strcmp(other->first_on, cycle->first_on) < 0)
            before = other;
    }
    return before;
}

HANDLE(UpdateFeeCycle, update_fee_cycle)
{
    struct collected cycles;
    Pb__FeeCycleState state;
    Pb__FeeCycle *cycle = arena_new(command->arena, Pb__FeeCycle);
    TRY(check_record(command, in->cycle ? &in->cycle->base : NULL));
    TRY(fees_all_cycles(command, &cycles));
    const Pb__FeeCycle *stored = cycle_of_id(&cycles, in->cycle->id);
    if (!stored)
        return check(command, REFUSAL_CYCLE_UNKNOWN);
    if (!cycle)
        return no_memory(command);
    TRY(check(command, fee_cycle_step(stored->state, FEE_CYCLE_UPDATE, &state)));
    TRY(decided(command, fee_cycle_update(in->cycle, stored, cycle_before(&cycles, stored), command->arena,
                                          cycle, &command->fault)));
    cycle->meta = meta_of(command, in->cycle->meta, stored->meta);
    if (!cycle->meta)
        return no_memory(command);
    command->subject = cycle->id;
    TRY(put(command, &fees_cycles, cycle));
    out->cycle = cycle;
    return CODE_OK;
}

HANDLE(CloseFeeCycle, close_fee_cycle)
{
    Pb__FeeCycle *cycle = fees_cycle_to(command, in->cycle_id, FEE_CYCLE_CLOSE);
    if (!cycle)
        return command->fault.code;
    TRY(check(command, fee_cycle_step(cycle->state, FEE_CYCLE_CLOSE, &cycle->state)));
    expect_version(cycle->meta, in->version);
    command->subject = cycle->id;
    TRY(put(command, &fees_cycles, cycle));
    out->cycle = cycle;
    return CODE_OK;
}

HANDLE(ListFeeCycles, list_fee_cycles)
{
    (void)in;
    struct collected cycles;
    struct fees_actor actor;
    TRY(fees_check_reader_or_provider(command, &actor));
    TRY(fees_all_cycles(command, &cycles));
    out->cycles = (Pb__FeeCycle **)cycles.items;
    out->n_cycles = cycles.count;
    return CODE_OK;
}
