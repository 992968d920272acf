/* Counts lines anew (rules F5, F8). In: an LA's lines at a provision, or everybody's, and what their figures
 * come from. Out: lines with their figures, and each LA's totals, to the penny. */

#include "services/fees/handlers/totals.h"

#include "services/fees/rules_lines.h"

/* --- loaded ------------------------------------------------------------------------------------------ */

static bool is_of_authority(void *context, const ProtobufCMessage *record)
{
    const char *authority_id = context;
    return !authority_id[0] || strcmp(((const Pb__FeeLineTotals *)record)->authority_id, authority_id) == 0;
}

static enum code load_basis(struct command *command, struct fees_recount *recount,
                            const char *consultation_id)
{
    enum code code;
    Pb__FeeSubmission *submission = NULL;
    Pb__FeeReport *report = NULL;
    const Pb__Consultation *consultation = load_if_any(command, &fees_consultations, consultation_id, &code);
    TRY(code);
    recount->lead_id = consultation ? consultation->lead_id : "";
    if (consultation) {
        TRY(fees_standing(command, consultation, &submission));
        TRY(fees_published(command, consultation, &report));
    }
    recount->submission = submission;
    recount->report = report;
    return CODE_OK;
}

static const Pb__FeeDecision *decision_of(const struct fees_recount *recount, const char *authority_id)
{
    if (recount->decision && strcmp(recount->decision->authority_id, authority_id) == 0)
        return recount->decision;
    for (size_t i = 0; i < recount->decisions.count; i++) {
        const Pb__FeeDecision *decision = (const Pb__FeeDecision *)recount->decisions.items[i];
        if (strcmp(decision->authority_id, authority_id) == 0)
            return decision;
    }
    return NULL;
}

/* Totals count what is not there any more, where a restore erased it again. */
static enum code own_up(struct command *command, struct fees_recount *recount, Pb__FeeLineTotals *totals)
{
    const struct fee_line_basis basis = {recount->submission, recount->report,
                                         decision_of(recount, totals->authority_id)};
    struct fee_line_sums there = fee_line_sums_begin(totals);
    for (size_t i = 0; i < recount->lines.count; i++) {
        const Pb__FeeLine *line = (const Pb__FeeLine *)recount->lines.items[i];
        const struct fee_line_figures figures = fee_line_figures(line, &basis);
        if (strcmp(line->authority_id, totals->authority_id) == 0)
            fee_line_sums_add(&there, line, &figures);
    }
    return fee_line_sums_own_up(&there, command->arena, totals) ? CODE_OK : no_memory(command);
}

enum code fees_recount_load(struct command *command, const char *cycle_id, const char *provision_id,
                            const char *authority_id, struct fees_recount *ret_recount)
{
    struct fees_recount recount = {.cycle_id = cycle_id, .provision_id = provision_id};
    const char *id = fees_consultation_id(cycle_id, provision_id, command->arena);
    const char *totals_id = fees_of_authority_id(cycle_id, provision_id, authority_id, command->arena);
    if (!id || !totals_id)
        return no_memory(command);
    const struct span there = span_of_text(id);
    const struct walk lines = {.table = &fees_lines,
                               .index = INDEX_TOTALS,
                               .value = span_of_text(totals_id),
                               .prefix = !authority_id[0]},
                      totals = {.table = &fees_line_totals, .index = INDEX_CONSULTATION, .value = there},
                      decisions = {.table = &fees_decisions, .index = INDEX_CONSULTATION, .value = there};
    TRY(load_basis(command, &recount, id));
    TRY(collect(command, &lines, NULL, NULL, &recount.lines));
    TRY(collect(command, &totals, is_of_authority, (void *)(uintptr_t)authority_id, &recount.totals));
    TRY(collect(command, &decisions, NULL, NULL, &recount.decisions));
    for (size_t i = 0; i < recount.totals.count; i++)
        TRY(own_up(command, &recount, (Pb__FeeLineTotals *)recount.totals.items[i]));
    *ret_recount = recount;
    return CODE_OK;
}

/* --- written ----------------------------------------------------------------------------------------- */

static enum code put_lines(struct command *command, const struct fees_recount *recount,
                           const char *authority_id, struct fee_line_sums *sums)
{
    const struct fee_line_basis basis = {recount->submission, recount->report,
                                         decision_of(recount, authority_id)};
    for (size_t i = 0; i < recount->lines.count; i++) {
        Pb__FeeLine *line = (Pb__FeeLine *)recount->lines.items[i];
        if (strcmp(line->authority_id, authority_id) != 0)
            continue;
        const struct fee_line_figures figures = fee_line_figures(line, &basis);
        fee_line_fill(line, &figures);
        fee_line_sums_add(sums, line, &figures);
        TRY(put(command, &fees_lines, line)); /* equal: nothing is written */
    }
    return CODE_OK;
}

static const Pb__FeeLineTotals *totals_of(const struct fees_recount *recount, const char *authority_id)
{
    for (size_t i = 0; i < recount->totals.count; i++) {
        const Pb__FeeLineTotals *totals = (const Pb__FeeLineTotals *)recount->totals.items[i];
        if (strcmp(totals->authority_id, authority_id) == 0)
            return totals;
    }
    return NULL;
}

/* `like`: a record that is generated where the totals of it are. */
static enum code put_totals(struct command *command, const struct fees_recount *recount,
                            const char *authority_id, const Pb__RecordMeta *like)
{
    const Pb__FeeLineTotals *stored = totals_of(recount, authority_id);
    struct fee_line_sums sums = fee_line_sums_begin(stored);
    Pb__FeeLineTotals totals = PB__FEE_LINE_TOTALS__INIT;
    TRY(put_lines(command, recount, authority_id, &sums));
    totals.id = fees_of_authority_id(recount->cycle_id, recount->provision_id, authority_id, command->arena);
    totals.meta = stored ? meta_again(command, stored->meta, false) : meta_like(command, like);
    totals.cycle_id = recount->cycle_id;
    totals.provision_id = recount->provision_id;
    totals.authority_id = authority_id;
    totals.lead_id = recount->lead_id;
    if (!totals.id || !totals.meta || !fee_line_sums_put(&sums, command->arena, &totals))
        return no_memory(command);
    return put(command, &fees_line_totals, &totals);
}

static bool is_before(const struct fees_recount *recount, size_t end, const char *authority_id)
{
    for (size_t i = 0; i < end; i++)
        if (strcmp(((const Pb__FeeLine *)recount->lines.items[i])->authority_id, authority_id) == 0)
            return true;
    return false;
}

enum code fees_recount_put(struct command *command, const struct fees_recount *recount)
{
    for (size_t i = 0; i < recount->totals.count; i++) {
        const Pb__FeeLineTotals *totals = (const Pb__FeeLineTotals *)recount->totals.items[i];
        TRY(put_totals(command, recount, totals->authority_id, totals->meta));
    }
    for (size_t i = 0; i < recount->lines.count; i++) {
        const Pb__FeeLine *line = (const Pb__FeeLine *)recount->lines.items[i];
        if (!totals_of(recount, line->authority_id) && !is_before(recount, i, line->authority_id))
            TRY(put_totals(command, recount, line->authority_id, line->meta));
    }
    return CODE_OK;
}
