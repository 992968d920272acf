/* Lines erased (rule S2). In: a placement, named by its LA or erased by the registry. Out: its lines' keys
 * destroyed, of all cycles; what they came to goes on counting, in amounts alone. */

#define SERVICE_TYPE Pb__FeeLinesService_Service

#include "common/base/uuid.h"
#include "services/fees/handlers/line_changes.h"

struct erasing {
    Pb__FeeLine *line;
    struct line_changes changes; /* of its cycle and provision */
};

/* A placement's lines, of all cycles. */
struct erasings {
    struct collected cycles;
    struct erasing *items; /* as many as cycles, at most */
    size_t count;
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
                           bool own_only, struct erasings *all)
{
    enum code code;
    struct touched *touched;
    const char *id = fees_line_id(cycle->id, placement_id, command->arena);
    if (!id)
        return no_memory(command);
    Pb__FeeLine *line = load_if_any(command, &fees_lines, id, &code);
    TRY(code);
    if (!line || (own_only && !caller_is_of_authority(&command->caller, line->authority_id)))
        return CODE_OK;
    struct erasing *erasing = &all->items[all->count];
    *erasing = (struct erasing){line, {.cycle = cycle, .authority_id = line->authority_id}};
    TRY(fees_touch(command, &erasing->changes, line->provision_id, &touched));
    TRY(count_for_ever(command, line, touched));
    fees_touched_drop(touched, line->id);
    all->count++;
    return CODE_OK;
}

static enum code erasings_begin(struct command *command, struct erasings *ret_all)
{
    struct erasings all = {.count = 0};
    allow_memory(command, FEES_ARENA_BYTES);
    TRY(fees_all_cycles(command, &all.cycles));
    all.items = arena_array(command->arena, struct erasing, all.cycles.count + 1);
    *ret_all = all;
    return all.items ? CODE_OK : no_memory(command);
}

/* `own_only`: those of the caller's LA. */
static enum code load_lines(struct command *command, const char *placement_id, bool own_only,
                            struct erasings *all)
{
    for (size_t i = 0; i < all->cycles.count; i++)
        TRY(load_line(command, (const Pb__FeeCycle *)all->cycles.items[i], placement_id, own_only, all));
    return CODE_OK;
}

/* The placement's own name is listed beside its lines': in no cycle to come is a line of it made again. */
static enum code erase_for_ever(struct command *command, const char *placement_id)
{
    enum code code = record_erase(command->txn, &fees_lines, key_of_text(placement_id));
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

static enum code erase_lines(struct command *command, const char *placement_id, struct erasings *all)
{
    command->subject = placement_id;
    for (size_t i = 0; i < all->count; i++) {
        TRY(record_erase(command->txn, &fees_lines, key_of_text(all->items[i].line->id)));
        TRY(fees_changes_put(command, &all->items[i].changes));
    }
    return erase_for_ever(command, placement_id);
}

/* An LA that has left erases its own as well. */
HANDLE(EraseFeeLines, erase_fee_lines)
{
    struct uuid uuid;
    struct erasings all;
    char placement[UUID_TEXT_BYTES];
    TRY(check_field(command, uuid_parse(in->placement_id, &uuid) ? REFUSAL_NONE : REFUSAL_LINE_UNKNOWN,
                    "placement_id"));
    uuid_print(&uuid, placement);
    TRY(erasings_begin(command, &all));
    TRY(load_lines(command, placement, true, &all));
    TRY(check_field(command, all.count ? REFUSAL_NONE : REFUSAL_LINE_UNKNOWN, "placement_id"));
    out->erased = (uint32_t)all.count;
    return erase_lines(command, all.items[0].line->placement_id, &all);
}

/* --- told by the registry ---------------------------------------------------------------------------- */

/* Of the marks that are next, those up to the first with lines, which are then in `all`. */
static enum code next_marks(struct command *command, struct collected *ret_marks, struct erasings *all)
{
    struct record_scan scan = {.txn = command->txn, .table = &fees_erasures};
    ProtobufCMessage **marks = arena_array(command->arena, ProtobufCMessage *, FEE_ERASURES_SLICE);
    enum code code = marks ? CODE_OK : no_memory(command);
    size_t count = 0;
    while (code == CODE_OK && count < FEE_ERASURES_SLICE && !all->count) {
        code = record_scan_next(&scan, command->arena, &marks[count]);
        if (code == CODE_OK)
            code =
                load_lines(command, ((const Pb__FeeLineErasure *)marks[count++])->placement_id, false, all);
    }
    record_scan_finish(&scan);
    *ret_marks = (struct collected){.items = marks, .count = count};
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

enum code fees_erase_told(struct command *command)
{
    struct collected marks;
    struct erasings all;
    TRY(erasings_begin(command, &all));
    TRY(next_marks(command, &marks, &all));
    for (size_t i = 0; i < marks.count; i++) {
        const char *id = ((const Pb__FeeLineErasure *)marks.items[i])->placement_id;
        TRY(record_delete(command->txn, &fees_erasures, key_of_uuid(id, command->arena)));
        if (i + 1 == marks.count && all.count)
            TRY(erase_lines(command, id, &all));
    }
    command->again = marks.count > 0;
    return CODE_OK;
}
