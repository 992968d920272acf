#pragma once
/* Weekly figures of an application's services, as an offer, a report or a decision gives them (rule F6).
 * Pure; lists are in the arena that is given, texts are borrowed. */

#include "services/fees/refusal.h"

#include "common/base/arena.h"

#include "ccrag/v1/fee_consultations.pb-c.h"

/* The services of a submission (or, of a report, those it was written about). Borrowed. */
struct fee_services {
    Pb__FeeService *const *items;
    size_t count;
};
struct fee_figures {
    Pb__FeeFigure **items;
    size_t count;
};

/* None of NULL. */
struct fee_services fee_services_of(const Pb__FeeSubmission *submission);

/* NULL: there is none of that identifier. */
const Pb__FeeService *fee_service(const struct fee_services *services, const char *id);
/* False: the service has none. */
bool fee_figure(const struct fee_figures *figures, const char *service_id, int64_t *ret_pence);

/* What is charged for a service now, what is asked for: the stated total; 0 where the split is absent. */
int64_t fee_service_current(const Pb__FeeService *service);
int64_t fee_service_proposed(const Pb__FeeService *service);

/* Every figure of a known service, once, and from 0 to FEE_WEEKLY_PENCE_MAX. */
enum fees_refusal fee_figures_check(const struct fee_figures *figures, const struct fee_services *services);

/* A figure for every service: what is charged now, or what is asked for. False past the arena's limit. */
bool fee_figures_current(const struct fee_services *services, struct arena *arena,
                         struct fee_figures *ret_figures);
bool fee_figures_proposed(const struct fee_services *services, struct arena *arena,
                          struct fee_figures *ret_figures);
/* A figure for every service: the given one, or what is charged now. */
bool fee_figures_over_current(const struct fee_figures *given, const struct fee_services *services,
                              struct arena *arena, struct fee_figures *ret_figures);

/* The same services, each with the same figure, in any order. */
bool fee_figures_equal(const struct fee_figures *a, const struct fee_figures *b);

/* A line's fee as the figures give it: line * figure / current of its service, to the nearest penny, halves
 * away from zero; of a service that costs nothing now, the figure itself. A line of no service, or of one
 * that is none of these any more, by the sums over all services. False: no figure is for it (a service
 * without one, nothing charged for at all now, or more than FEE_WEEKLY_PENCE_MAX). */
bool fee_figures_apply(const struct fee_figures *figures, const struct fee_services *services,
                       const char *service_id, int64_t line_pence, int64_t *ret_pence);

/* How much more `after` is than `before`, per cent of it, with so many decimals (at most 4), halves away from
 * zero: "4.50", "-0.25". "" (static) where `before` is not above 0: there is nothing to compare with. NULL
 * past the arena's limit. */
const char *fee_increase_text(int64_t before_pence, int64_t after_pence, unsigned decimals,
                              struct arena *arena);
