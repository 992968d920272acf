/* Child-level lines (rules F5, S2). In: rows of an LA's own file, one line, a placement to erase. Out: lines
 * for that LA alone, and what they come to, in one command. A wrong row costs no other. */

#define SERVICE_TYPE Pb__FeeLinesService_Service

#include "common/base/uuid.h"
#include "services/fees/handlers/line_changes.h"

/* --- a row ------------------------------------------------------------------------------------------- */

struct keeping {
    struct line_changes changes;
    struct fee_line_problems problems;
    bool skips_other_versions; /* a row that read another version is a problem, and not refused */
    uint32_t added, changed, unchanged;
};

static enum code begin(struct command *command, const char *cycle_id, const char *authority_id,
                       struct keeping *keeping)
{
    *keeping = (struct keeping){.changes = {.authority_id = fees_authority_meant(command, authority_id)}};
    TRY(fees_check_own(command, keeping->changes.authority_id));
    keeping->changes.cycle = fees_cycle_to(command, cycle_id, FEE_CYCLE_RECORD);
    if (!keeping->changes.cycle)
        return command->fault.code;
    fee_line_problems_init(&keeping->problems, command->arena);
    allow_memory(command, FEES_ARENA_BYTES);
    return CODE_OK;
}

/* The row's placement, and what is at its provision; of an unknown one, or another LA's, nothing. */
static enum code load_facts(struct command *command, struct keeping *keeping, const Pb__FeeLine *line,
                            struct fee_line_facts *facts, struct touched **ret_touched)
{
    enum code code;
    *facts = (struct fee_line_facts){.cycle = keeping->changes.cycle,
                                     .authority_id = keeping->changes.authority_id};
    facts->placement = load_if_any(command, &fees_placement_facts, line->placement_id, &code);
    TRY(code);
    if (!facts->placement || strcmp(facts->placement->authority_id, facts->authority_id) != 0)
        return CODE_OK;
    TRY(fees_touch(command, &keeping->changes, facts->placement->provision_id, ret_touched));
    facts->submission = (*ret_touched)->submission;
    return CODE_OK;
}

/* Does the row go over what is stored as it was read? None is made of a placement that was erased, here (in
 * whichever cycle) or by the registry. */
static enum code goes_over(struct command *command, struct keeping *keeping, const Pb__FeeLineRow *row,
                           const Pb__PlacementFact *placement, const Pb__FeeLine *stored, bool *ret_goes)
{
    bool erased;
    uint64_t read = row->line->meta ? row->line->meta->version : 0;
    *ret_goes = false;
    TRY(record_is_erased(command->txn, &fees_lines, key_of_text(placement->id), &erased));
    if (erased || (placement->erased && !stored)) {
        fee_line_problem(&keeping->problems, row->row, "placement_id",
                         fees_refusal_facts(REFUSAL_LINE_ERASED)->text);
        return CODE_OK;
    }
    if (keeping->skips_other_versions && read && (!stored || stored->meta->version != read)) {
        fee_line_problem(&keeping->problems, row->row, "meta.version",
                         arena_format(command->arena, "version %llu was read; version %llu is stored",
                                      (unsigned long long)read,
                                      (unsigned long long)(stored ? stored->meta->version : 0)));
        return CODE_OK;
    }
    *ret_goes = true;
    return CODE_OK;
}

/* What was counted elsewhere, where the placement stood before it was put right, is counted there no more. */
static enum code leave_other(struct command *command, struct keeping *keeping, const Pb__FeeLine *stored,
                             const Pb__FeeLine *line)
{
    struct touched *other;
    if (!stored || strcmp(stored->provision_id, line->provision_id) == 0)
        return CODE_OK;
    TRY(fees_touch(command, &keeping->changes, stored->provision_id, &other));
    fees_touched_drop(other, stored->id);
    return CODE_OK;
}

static enum code keep(struct command *command, struct keeping *keeping, struct touched *touched,
                      const Pb__FeeLineRow *row, const struct fee_line_facts *facts, Pb__FeeLine *line)
{
    enum code code;
    bool goes;
    line->placement_id = facts->placement->id;
    line->id = fees_line_id(facts->cycle->id, facts->placement->id, command->arena);
    if (!line->id)
        return no_memory(command);
    const Pb__FeeLine *stored = load_if_any(command, &fees_lines, line->id, &code);
    TRY(code);
    TRY(goes_over(command, keeping, row, facts->placement, stored, &goes));
    if (!goes)
        return CODE_OK;
    if (stored && keeping->skips_other_versions && fee_line_same(stored, line)) {
        keeping->unchanged++;
        return CODE_OK;
    }
    line->meta =
        stored ? meta_again(command, stored->meta, false) : meta_like(command, facts->placement->meta);
    if (!line->meta)
        return no_memory(command);
    expect_version(line->meta, row->line->meta ? row->line->meta->version : 0);
    keeping->added += !stored;
    keeping->changed += stored != NULL;
    TRY(leave_other(command, keeping, stored, line));
    return fees_touched_keep(command, touched, line);
}

static enum code take_row(struct command *command, struct keeping *keeping, const Pb__FeeLineRow *row,
                          Pb__FeeLine **ret_line)
{
    struct touched *touched = NULL;
    struct fee_line_facts facts;
    static const Pb__FeeLine none = PB__FEE_LINE__INIT;
    Pb__FeeLine *line = arena_new(command->arena, Pb__FeeLine);
    if (!line)
        return no_memory(command);
    TRY(load_facts(command, keeping, row->line ? row->line : &none, &facts, &touched));
    if (!fee_line_check(row, &facts, &keeping->problems, line))
        return keeping->problems.full ? no_memory(command) : CODE_OK;
    TRY(keep(command, keeping, touched, row, &facts, line));
    *ret_line = line;
    return keeping->problems.full ? no_memory(command) : CODE_OK;
}

/* --- a file ------------------------------------------------------------------------------------------ */

/* The same rows, each with its placement as it is written everywhere, so that none is taken for another. */
static enum code canonical_rows(struct command *command, const Pb__ImportFeeLinesRequest *in,
                                Pb__FeeLineRow ***ret_rows)
{
    Pb__FeeLineRow **rows = arena_array(command->arena, Pb__FeeLineRow *, in->n_rows + 1);
    for (size_t i = 0; rows && i < in->n_rows; i++) {
        struct uuid uuid;
        char *text = arena_alloc(command->arena, UUID_TEXT_BYTES);
        rows[i] = COPY(command, in->rows[i]);
        if (!rows[i] || !text)
            return no_memory(command);
        if (!rows[i]->line || !uuid_parse(rows[i]->line->placement_id, &uuid))
            continue;
        if (!(rows[i]->line = COPY(command, rows[i]->line)))
            return no_memory(command);
        uuid_print(&uuid, text);
        rows[i]->line->placement_id = text;
    }
    *ret_rows = rows;
    return rows ? CODE_OK : no_memory(command);
}

HANDLE(ImportFeeLines, import_fee_lines)
{
    struct keeping keeping;
    Pb__FeeLineRow **rows;
    Pb__FeeLine *line;
    TRY(check(command, in->n_rows > FEE_LINE_ROWS_MAX ? REFUSAL_LINES_MANY : REFUSAL_NONE));
    for (size_t i = 0; i < in->n_rows; i++)
        TRY(check_record(command, &in->rows[i]->base));
    TRY(begin(command, in->cycle_id, in->authority_id, &keeping));
    keeping.skips_other_versions = true;
    TRY(canonical_rows(command, in, &rows));
    bool *twice = arena_array(command->arena, bool, in->n_rows + 1);
    if (!twice || fee_lines_twice(rows, in->n_rows, &keeping.problems, twice) != CODE_OK)
        return no_memory(command);
    for (size_t i = 0; i < in->n_rows; i++)
        if (!twice[i])
            TRY(take_row(command, &keeping, rows[i], &line));
    TRY(fees_changes_put(command, &keeping.changes));
    out->added = keeping.added;
    out->changed = keeping.changed;
    out->unchanged = keeping.unchanged;
    out->problems = keeping.problems.items;
    out->n_problems = keeping.problems.count;
    return CODE_OK;
}

/* --- one line ---------------------------------------------------------------------------------------- */

/* The first thing that is wrong with it. */
static enum code check_right(struct command *command, const struct fee_line_problems *problems)
{
    const struct refusal_facts *wrong = fees_refusal_facts(REFUSAL_LINE_WRONG);
    if (problems->count == 0)
        return CODE_OK;
    const char *field = arena_format(command->arena, "line.%s", problems->items[0]->field);
    return field ? refuse(command, wrong->code, field, "%s", problems->items[0]->reason) : no_memory(command);
}

HANDLE(UpdateFeeLine, update_fee_line)
{
    struct keeping keeping;
    Pb__FeeLine *line = NULL;
    Pb__FeeLineRow row = PB__FEE_LINE_ROW__INIT;
    TRY(check_record(command, in->line ? &in->line->base : NULL));
    TRY(begin(command, in->line->cycle_id, in->line->authority_id, &keeping));
    row.line = in->line;
    TRY(take_row(command, &keeping, &row, &line));
    TRY(check_right(command, &keeping.problems));
    command->subject = line->id;
    TRY(fees_changes_put(command, &keeping.changes));
    out->line = line;
    return CODE_OK;
}

/* A line of the caller's LA; of others nothing is told, not even that there is one. NULL: refused. */
static Pb__FeeLine *load_own(struct command *command, const char *id)
{
    Pb__FeeLine *line = load_or_refuse(command, &fees_lines, id, fees_refusal_facts(REFUSAL_LINE_UNKNOWN));
    if (!line)
        return NULL;
    if (!caller_is_of_authority(&command->caller, line->authority_id)) {
        check(command, REFUSAL_LINE_UNKNOWN);
        return NULL;
    }
    command->subject = line->id;
    return line;
}

HANDLE(DeleteFeeLine, delete_fee_line)
{
    (void)out;
    struct keeping keeping;
    struct touched *touched;
    Pb__FeeLine *line = load_own(command, in->line_id);
    if (!line)
        return command->fault.code;
    if (in->version && in->version != line->meta->version)
        return refuse(command, CODE_ABORTED, "version", "version %llu was read; version %llu is stored",
                      (unsigned long long)in->version, (unsigned long long)line->meta->version);
    TRY(begin(command, line->cycle_id, line->authority_id, &keeping));
    TRY(fees_touch(command, &keeping.changes, line->provision_id, &touched));
    fees_touched_drop(touched, line->id);
    TRY(record_delete(command->txn, &fees_lines, key_of_text(line->id)));
    return fees_changes_put(command, &keeping.changes);
}
