/* What the report and the decision make of a line (rules F5, F6). In: a line, what was submitted, reported
 * and decided. Out: its figures. Whether a row is right is rules_line_check.c's. */

#include "services/fees/rules_lines.h"

#include "services/fees/rules_decision.h"

/* The report's figures, where it is about what stands. */
static bool report_figures(const struct fee_line_basis *basis, struct fee_figures *ret_figures)
{
    const Pb__FeeReport *report = basis->report;
    if (!report || !report->published || !basis->submission ||
        report->submission != basis->submission->number)
        return false;
    *ret_figures = (struct fee_figures){report->figures, report->n_figures};
    return true;
}

static void negotiate(const Pb__FeeLine *line, const struct fee_line_basis *basis,
                      struct fee_line_figures *figures)
{
    const struct fee_services services = fee_services_of(basis->submission);
    struct fee_figures reported;
    figures->is_negotiated = report_figures(basis, &reported) &&
                             fee_figures_apply(&reported, &services, line->service_id, line->current_pence,
                                               &figures->negotiated_pence);
}

/* Did it accept what the report gives? It did not where the report came later, with other figures. */
static bool accepts_report(const struct fee_line_basis *basis)
{
    const struct fee_figures accepted = {basis->decision->figures, basis->decision->n_figures};
    struct fee_figures reported;
    return report_figures(basis, &reported) && fee_figures_equal(&accepted, &reported);
}

static void decide(struct fee_line_figures *figures, int64_t pence)
{
    figures->is_decided = true;
    figures->decided_pence = pence;
}

/* As the LA decided. `figures` has what the report gives. */
static void decide_by(const Pb__FeeLine *line, const struct fee_line_basis *basis,
                      struct fee_line_figures *figures)
{
    const struct fee_services services = fee_services_of(basis->submission);
    const struct fee_figures other = {basis->decision->figures, basis->decision->n_figures};
    int64_t pence;
    switch (basis->decision->kind) {
    case PB__FEE_DECISION_KIND__FEE_DECISION_KIND_ACCEPT:
        decide(figures, figures->is_negotiated && accepts_report(basis) ? figures->negotiated_pence
                                                                        : line->proposed_pence);
        break;
    case PB__FEE_DECISION_KIND__FEE_DECISION_KIND_OTHER:
        if (fee_figures_apply(&other, &services, line->service_id, line->current_pence, &pence))
            decide(figures, pence);
        break;
    case PB__FEE_DECISION_KIND__FEE_DECISION_KIND_REJECT:
        decide(figures, line->current_pence);
        break;
    case PB__FEE_DECISION_KIND__FEE_DECISION_KIND_UNSPECIFIED:
    case PB__FEE_DECISION_KIND__FEE_DECISION_KIND_PENDING:
    case _PB__FEE_DECISION_KIND_IS_INT_SIZE:
        break;
    }
}

struct fee_line_figures fee_line_figures(const Pb__FeeLine *line, const struct fee_line_basis *basis)
{
    struct fee_line_figures figures = {0};
    uint32_t stands = basis->submission ? basis->submission->number : 0;
    negotiate(line, basis, &figures);
    if (line->agreed_case == PB__FEE_LINE__AGREED_AGREED_PENCE)
        decide(&figures, line->agreed_pence);
    else if (fee_decision_counts(basis->decision, stands))
        decide_by(line, basis, &figures);
    return figures;
}

bool fee_line_fill(Pb__FeeLine *line, const struct fee_line_figures *figures)
{
    bool changes = line->negotiated_pence != figures->negotiated_pence ||
                   line->decided_pence != figures->decided_pence || line->decided != figures->is_decided;
    line->negotiated_pence = figures->negotiated_pence;
    line->decided_pence = figures->decided_pence;
    line->decided = figures->is_decided;
    return changes;
}
