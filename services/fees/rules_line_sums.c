/* Sums of lines (rules F5, F8). In: lines with their figures, one by one. Out: counts and pence, for a week
 * and for a year, of whole and of part of the year apart. */

#include "services/fees/rules_line_sums.h"

#include "common/base/limits.h"
#include "common/domain/money.h"

enum { TERM_TIME_WEEKS = 38 };

int64_t fee_yearly_pence(int64_t weekly_pence, Pb__Attendance attendance)
{
    struct money yearly = money_pence(0);
    enum code code = attendance == PB__ATTENDANCE__ATTENDANCE_WEEKS_52
                         ? money_weekly_to_yearly(money_pence(weekly_pence), &yearly)
                         : money_multiply(money_pence(weekly_pence), TERM_TIME_WEEKS, &yearly);
    assert(code == CODE_OK); /* bounded by FEE_WEEKLY_PENCE_MAX */
    return yearly.pence;
}

/* --- to and from messages ---------------------------------------------------------------------------- */

static struct fee_amounts amounts_of(const Pb__FeeAmounts *message)
{
    return message ? (struct fee_amounts){message->weekly_pence, message->yearly_pence}
                   : (struct fee_amounts){0};
}

struct fee_totals fee_totals_of(const Pb__FeeTotals *message)
{
    if (!message)
        return (struct fee_totals){0};
    return (struct fee_totals){
        .lines = message->lines,
        .decided_lines = message->decided_lines,
        .current = amounts_of(message->current),
        .proposed = amounts_of(message->proposed),
        .negotiated_lines = message->negotiated_lines,
        .negotiated_proposed = amounts_of(message->negotiated_proposed),
        .negotiated = amounts_of(message->negotiated),
        .decided_current = amounts_of(message->decided_current),
        .decided_proposed = amounts_of(message->decided_proposed),
        .decided = amounts_of(message->decided),
    };
}

static Pb__FeeAmounts *amounts_message(struct fee_amounts amounts, struct arena *arena)
{
    Pb__FeeAmounts *message = arena_new(arena, Pb__FeeAmounts);
    if (!message)
        return NULL;
    pb__fee_amounts__init(message);
    message->weekly_pence = amounts.weekly;
    message->yearly_pence = amounts.yearly;
    return message;
}

Pb__FeeTotals *fee_totals_message(const struct fee_totals *totals, struct arena *arena)
{
    Pb__FeeTotals *message = arena_new(arena, Pb__FeeTotals);
    if (!message)
        return NULL;
    pb__fee_totals__init(message);
    message->lines = totals->lines;
    message->decided_lines = totals->decided_lines;
    message->negotiated_lines = totals->negotiated_lines;
    return (message->current = amounts_message(totals->current, arena)) &&
                   (message->proposed = amounts_message(totals->proposed, arena)) &&
                   (message->negotiated_proposed = amounts_message(totals->negotiated_proposed, arena)) &&
                   (message->negotiated = amounts_message(totals->negotiated, arena)) &&
                   (message->decided_current = amounts_message(totals->decided_current, arena)) &&
                   (message->decided_proposed = amounts_message(totals->decided_proposed, arena)) &&
                   (message->decided = amounts_message(totals->decided, arena))
               ? message
               : NULL;
}

/* --- added ------------------------------------------------------------------------------------------- */

static void add_amounts(struct fee_amounts *sum, struct fee_amounts part)
{
    struct money weekly, yearly;
    enum code code = money_add(money_pence(sum->weekly), money_pence(part.weekly), &weekly);
    if (code == CODE_OK)
        code = money_add(money_pence(sum->yearly), money_pence(part.yearly), &yearly);
    assert(code == CODE_OK); /* a region has far fewer lines than it would take */
    *sum = (struct fee_amounts){weekly.pence, yearly.pence};
}

void fee_totals_add(struct fee_totals *sum, const struct fee_totals *part)
{
    sum->lines += part->lines;
    sum->decided_lines += part->decided_lines;
    sum->negotiated_lines += part->negotiated_lines;
    add_amounts(&sum->current, part->current);
    add_amounts(&sum->proposed, part->proposed);
    add_amounts(&sum->negotiated_proposed, part->negotiated_proposed);
    add_amounts(&sum->negotiated, part->negotiated);
    add_amounts(&sum->decided_current, part->decided_current);
    add_amounts(&sum->decided_proposed, part->decided_proposed);
    add_amounts(&sum->decided, part->decided);
}

/* --- of lines ---------------------------------------------------------------------------------------- */

static struct fee_amounts amounts_of_line(int64_t weekly_pence, const Pb__FeeLine *line)
{
    return (struct fee_amounts){weekly_pence, fee_yearly_pence(weekly_pence, line->attendance)};
}

static struct fee_totals totals_of_line(const Pb__FeeLine *line, const struct fee_line_figures *figures)
{
    struct fee_totals totals = {
        .lines = 1,
        .current = amounts_of_line(line->current_pence, line),
        .proposed = amounts_of_line(line->proposed_pence, line),
    };
    if (figures->is_negotiated) {
        totals.negotiated_lines = 1;
        totals.negotiated_proposed = totals.proposed;
        totals.negotiated = amounts_of_line(figures->negotiated_pence, line);
    }
    if (figures->is_decided) {
        totals.decided_lines = 1;
        totals.decided_current = totals.current;
        totals.decided_proposed = totals.proposed;
        totals.decided = amounts_of_line(figures->decided_pence, line);
    }
    return totals;
}

struct fee_line_sums fee_line_sums_begin(const Pb__FeeLineTotals *stored)
{
    struct fee_line_sums sums = {0};
    if (stored) {
        sums.erased_term_time = sums.term_time = fee_totals_of(stored->erased_term_time);
        sums.erased_all_year = sums.all_year = fee_totals_of(stored->erased_all_year);
    }
    return sums;
}

static bool is_all_year(const Pb__FeeLine *line)
{
    return line->attendance == PB__ATTENDANCE__ATTENDANCE_WEEKS_52;
}

void fee_line_sums_add(struct fee_line_sums *sums, const Pb__FeeLine *line,
                       const struct fee_line_figures *figures)
{
    const struct fee_totals totals = totals_of_line(line, figures);
    fee_totals_add(is_all_year(line) ? &sums->all_year : &sums->term_time, &totals);
}

void fee_line_sums_erase(struct fee_line_sums *sums, const Pb__FeeLine *line,
                         const struct fee_line_figures *figures)
{
    const struct fee_totals totals = totals_of_line(line, figures);
    fee_line_sums_add(sums, line, figures);
    fee_totals_add(is_all_year(line) ? &sums->erased_all_year : &sums->erased_term_time, &totals);
}

static struct fee_amounts amounts_less(struct fee_amounts a, struct fee_amounts b)
{
    return (struct fee_amounts){a.weekly - b.weekly, a.yearly - b.yearly};
}

static struct fee_totals totals_less(const struct fee_totals *a, const struct fee_totals *b)
{
    return (struct fee_totals){
        .lines = a->lines - b->lines,
        .decided_lines = a->decided_lines - b->decided_lines,
        .current = amounts_less(a->current, b->current),
        .proposed = amounts_less(a->proposed, b->proposed),
        .negotiated_lines = a->negotiated_lines - b->negotiated_lines,
        .negotiated_proposed = amounts_less(a->negotiated_proposed, b->negotiated_proposed),
        .negotiated = amounts_less(a->negotiated, b->negotiated),
        .decided_current = amounts_less(a->decided_current, b->decided_current),
        .decided_proposed = amounts_less(a->decided_proposed, b->decided_proposed),
        .decided = amounts_less(a->decided, b->decided),
    };
}

static bool own_up(Pb__FeeTotals **erased, const Pb__FeeTotals *counted, const struct fee_totals *there,
                   struct arena *arena)
{
    const struct fee_totals all = fee_totals_of(counted);
    if (all.lines <= there->lines)
        return true;
    const struct fee_totals gone = totals_less(&all, there);
    struct fee_totals sum = fee_totals_of(*erased);
    fee_totals_add(&sum, &gone);
    Pb__FeeTotals *message = fee_totals_message(&sum, arena);
    if (message)
        *erased = message;
    return message;
}

bool fee_line_sums_own_up(const struct fee_line_sums *there, struct arena *arena, Pb__FeeLineTotals *totals)
{
    return own_up(&totals->erased_term_time, totals->term_time, &there->term_time, arena) &&
           own_up(&totals->erased_all_year, totals->all_year, &there->all_year, arena);
}

bool fee_line_sums_put(const struct fee_line_sums *sums, struct arena *arena, Pb__FeeLineTotals *totals)
{
    Pb__FeeTotals *term_time = fee_totals_message(&sums->term_time, arena),
                  *all_year = fee_totals_message(&sums->all_year, arena),
                  *erased_term_time = fee_totals_message(&sums->erased_term_time, arena),
                  *erased_all_year = fee_totals_message(&sums->erased_all_year, arena);
    if (!term_time || !all_year || !erased_term_time || !erased_all_year)
        return false;
    totals->term_time = term_time;
    totals->all_year = all_year;
    totals->erased_term_time = erased_term_time;
    totals->erased_all_year = erased_all_year;
    return true;
}

struct fee_totals fee_line_totals_all(const Pb__FeeLineTotals *totals)
{
    struct fee_totals all = fee_totals_of(totals->term_time), year = fee_totals_of(totals->all_year);
    fee_totals_add(&all, &year);
    return all;
}
