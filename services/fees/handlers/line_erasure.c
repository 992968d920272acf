/* Lines erased (rule S2). In: a placement. Out: its lines' keys destroyed, of all cycles; what they came to
 * goes on counting, in amounts alone. */

#define SERVICE_TYPE Pb__FeeLinesService_Service

#include "common/base/uuid.h"
#include "services/fees/handlers/line_changes.h"

struct erasing {
    Pb__FeeLine *line;
    struct line_changes changes; /* of its cycle and provision */
};

/* As it counts now, it counts for ever. */
static enum code count_for_ever(struct command *command, const Pb__FeeLine *line, struct touched *touched)
{
    struct fees_recount *recount = &touched->recount;
    Pb__FeeLineTotals *totals = recount->totals.count ? (Pb__FeeLineTotals *)recount->totals.items[0] : NULL;
    const Pb__FeeDecision *decision = NULL;
    for (size_t i = 0; i < recount->decisions.count; i++)
        if (strcmp(((const Pb__FeeDecision *)recount->decisions.items[i])->authority_id,
                   line->authority_id) == 0)
            decision = (const Pb__FeeDecision *)recount->decisions.items[i];
    if (!totals)
        return refuse(command, CODE_DATA_LOSS, "", "a line is counted in no totals");
    const struct fee_line_basis basis = {recount->submission, recount->report, decision};
    const struct fee_line_figures figures = fee_line_figures(line, &basis);
    struct fee_line_sums sums = fee_line_sums_begin(totals);
    fee_line_sums_erase(&sums, line, &figures);
    return fee_line_sums_put(&sums, command->arena, totals) ? CODE_OK : no_memory(command);
}

static enum code load_line(struct command *command, const Pb__FeeCycle *cycle, const char *placement_id,
                           struct erasing *erasing, size_t *count)
{
    enum code code;
    struct touched *touched;
    const char *id = fees_line_id(cycle->id, placement_id, command->arena);
    if (!id)
        return no_memory(command);
    Pb__FeeLine *line = load_if_any(command, &fees_lines, id, &code);
    TRY(code);
    if (!line || !caller_is_of_authority(&command->caller, line->authority_id))
        return CODE_OK;
    *erasing = (struct erasing){line, {.cycle = cycle, .authority_id = line->authority_id}};
    TRY(fees_touch(command, &erasing->changes, line->provision_id, &touched));
    TRY(count_for_ever(command, line, touched));
    fees_touched_drop(touched, line->id);
    ++*count;
    return CODE_OK;
}

/* The placement's own name is listed beside its lines': in no cycle to come is a line of it made again. */
static enum code erase_for_ever(struct command *command, const char *placement_id)
{
    enum code code = record_erase(command->txn, &fees_lines, key_of_text(placement_id));
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

/* An LA that has left erases its own as well. */
HANDLE(EraseFeeLines, erase_fee_lines)
{
    struct uuid uuid;
    struct collected cycles;
    size_t count = 0;
    char placement[UUID_TEXT_BYTES];
    TRY(check_field(command, uuid_parse(in->placement_id, &uuid) ? REFUSAL_NONE : REFUSAL_LINE_UNKNOWN,
                    "placement_id"));
    uuid_print(&uuid, placement);
    allow_memory(command, FEES_ARENA_BYTES);
    TRY(fees_all_cycles(command, &cycles));
    struct erasing *all = arena_array(command->arena, struct erasing, cycles.count + 1);
    if (!all)
        return no_memory(command);
    for (size_t i = 0; i < cycles.count; i++)
        TRY(load_line(command, (const Pb__FeeCycle *)cycles.items[i], placement, &all[count], &count));
    TRY(check_field(command, count ? REFUSAL_NONE : REFUSAL_LINE_UNKNOWN, "placement_id"));
    command->subject = all[0].line->placement_id;
    for (size_t i = 0; i < count; i++) {
        TRY(record_erase(command->txn, &fees_lines, key_of_text(all[i].line->id)));
        TRY(fees_changes_put(command, &all[i].changes));
    }
    TRY(erase_for_ever(command, placement));
    out->erased = (uint32_t)count;
    return CODE_OK;
}
