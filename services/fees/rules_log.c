/* Entries of a consultation's log. In: an entry, the cycle, what was submitted, the day. Out: whether it may
 * be added, and its day. */

#include "services/fees/rules_log.h"

#include "services/fees/rules_text.h"

static bool has_figures(Pb__FeeLogKind kind)
{
    return kind == PB__FEE_LOG_KIND__FEE_LOG_KIND_OFFER ||
           kind == PB__FEE_LOG_KIND__FEE_LOG_KIND_COUNTER_OFFER;
}

static enum fees_refusal day_check(const Pb__FeeLogEntry *entry, const Pb__FeeCycle *cycle, struct date today,
                                   struct date *ret_on)
{
    struct date on, first_on = stored_date(cycle->first_on);
    if (!date_field(entry->on, &on))
        return REFUSAL_LOG_DAY_WRONG;
    if (date_is_none(on))
        on = today;
    if (date_compare(on, today) > 0)
        return REFUSAL_LOG_DAY_LATER;
    if (!date_is_none(first_on) && on.day < first_on.day - FEE_LOG_BACK_DAYS_MAX)
        return REFUSAL_LOG_DAY_LONG_AGO;
    *ret_on = on;
    return REFUSAL_NONE;
}

static enum fees_refusal figures_check(const Pb__FeeLogEntry *entry, const Pb__FeeSubmission *submission)
{
    const struct fee_figures figures = {entry->figures, entry->n_figures};
    const struct fee_services services = fee_services_of(submission);
    if (figures.count == 0)
        return REFUSAL_NONE;
    if (!has_figures(entry->kind))
        return REFUSAL_LOG_FIGURES_NOT_ASKED;
    return submission ? fee_figures_check(&figures, &services) : REFUSAL_FIGURES_TOO_EARLY;
}

enum fees_refusal fee_log_check(const Pb__FeeLogEntry *entry, const Pb__FeeCycle *cycle,
                                const Pb__FeeSubmission *submission, struct date today, struct date *ret_on)
{
    struct date on;
    if (entry->kind == PB__FEE_LOG_KIND__FEE_LOG_KIND_UNSPECIFIED ||
        (unsigned)entry->kind > PB__FEE_LOG_KIND__FEE_LOG_KIND_NOTE)
        return REFUSAL_LOG_KIND_WRONG;
    enum fees_refusal refusal = day_check(entry, cycle, today, &on);
    if (refusal == REFUSAL_NONE)
        refusal = figures_check(entry, submission);
    if (refusal == REFUSAL_NONE && (entry->n_figures == 0 || entry->text[0]))
        refusal = text_check(entry->text, REFUSAL_LOG_TEXT_MISSING);
    if (refusal == REFUSAL_NONE)
        *ret_on = on;
    return refusal;
}
