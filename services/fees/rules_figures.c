/* Weekly figures by service. In: services as submitted, figures as given. Out: lists that have every service,
 * a line's fee as they give it. Whole pence; what has to be rounded says how. */

#include "services/fees/rules_figures.h"

#include "common/domain/percent.h"
#include "services/fees/rules_text.h"

struct fee_services fee_services_of(const Pb__FeeSubmission *submission)
{
    return submission ? (struct fee_services){submission->services, submission->n_services}
                      : (struct fee_services){0};
}

const Pb__FeeService *fee_service(const struct fee_services *services, const char *id)
{
    for (size_t i = 0; i < services->count; i++)
        if (strcmp(services->items[i]->id, id) == 0)
            return services->items[i];
    return NULL;
}

bool fee_figure(const struct fee_figures *figures, const char *service_id, int64_t *ret_pence)
{
    for (size_t i = 0; i < figures->count; i++) {
        if (strcmp(figures->items[i]->service_id, service_id) != 0)
            continue;
        *ret_pence = figures->items[i]->weekly_pence;
        return true;
    }
    return false;
}

int64_t fee_service_current(const Pb__FeeService *service)
{
    return service->current ? service->current->total_pence : 0;
}

int64_t fee_service_proposed(const Pb__FeeService *service)
{
    return service->proposed ? service->proposed->total_pence : 0;
}

enum fees_refusal fee_figures_check(const struct fee_figures *figures, const struct fee_services *services)
{
    for (size_t i = 0; i < figures->count; i++) {
        const struct fee_figures before = {figures->items, i};
        const Pb__FeeFigure *figure = figures->items[i];
        int64_t twice;
        if (!fee_service(services, figure->service_id))
            return REFUSAL_FIGURE_SERVICE_UNKNOWN;
        if (fee_figure(&before, figure->service_id, &twice))
            return REFUSAL_FIGURE_TWICE;
        if (figure->weekly_pence < 0 || figure->weekly_pence > FEE_WEEKLY_PENCE_MAX)
            return REFUSAL_FIGURE_WRONG;
    }
    return REFUSAL_NONE;
}

/* --- made -------------------------------------------------------------------------------------------- */

/* Room for a figure of each service, all of them 0. */
static bool begin_figures(const struct fee_services *services, struct arena *arena,
                          struct fee_figures *ret_figures)
{
    Pb__FeeFigure **items = arena_array(arena, Pb__FeeFigure *, services->count + 1);
    Pb__FeeFigure *room = arena_array(arena, Pb__FeeFigure, services->count + 1);
    if (!items || !room)
        return false;
    for (size_t i = 0; i < services->count; i++) {
        items[i] = &room[i];
        pb__fee_figure__init(items[i]);
        items[i]->service_id = services->items[i]->id;
    }
    *ret_figures = (struct fee_figures){items, services->count};
    return true;
}

bool fee_figures_current(const struct fee_services *services, struct arena *arena,
                         struct fee_figures *ret_figures)
{
    const struct fee_figures none = {0};
    return fee_figures_over_current(&none, services, arena, ret_figures);
}

bool fee_figures_proposed(const struct fee_services *services, struct arena *arena,
                          struct fee_figures *ret_figures)
{
    struct fee_figures figures;
    if (!begin_figures(services, arena, &figures))
        return false;
    for (size_t i = 0; i < figures.count; i++)
        figures.items[i]->weekly_pence = fee_service_proposed(services->items[i]);
    *ret_figures = figures;
    return true;
}

bool fee_figures_over_current(const struct fee_figures *given, const struct fee_services *services,
                              struct arena *arena, struct fee_figures *ret_figures)
{
    struct fee_figures figures;
    if (!begin_figures(services, arena, &figures))
        return false;
    for (size_t i = 0; i < figures.count; i++) {
        figures.items[i]->weekly_pence = fee_service_current(services->items[i]);
        fee_figure(given, services->items[i]->id, &figures.items[i]->weekly_pence);
    }
    *ret_figures = figures;
    return true;
}

bool fee_figures_equal(const struct fee_figures *a, const struct fee_figures *b)
{
    int64_t pence;
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!fee_figure(b, a->items[i]->service_id, &pence) || pence != a->items[i]->weekly_pence)
            return false;
    return true;
}

/* --- applied ----------------------------------------------------------------------------------------- */

/* By what a line's fee is multiplied and divided. */
struct ratio {
    int64_t figure, current; /* pence */
};

static bool ratio_of_service(const struct fee_figures *figures, const Pb__FeeService *service,
                             struct ratio *ret_ratio)
{
    struct ratio ratio = {.current = fee_service_current(service)};
    if (!fee_figure(figures, service->id, &ratio.figure))
        return false;
    *ret_ratio = ratio;
    return true;
}

/* Of all services together; nothing is to be had of a sum of nothing. */
static bool ratio_of_all(const struct fee_figures *figures, const struct fee_services *services,
                         struct ratio *ret_ratio)
{
    struct money current = money_pence(0), figure = money_pence(0);
    for (size_t i = 0; i < services->count; i++) {
        struct ratio one;
        if (!ratio_of_service(figures, services->items[i], &one) ||
            money_add(current, money_pence(one.current), &current) != CODE_OK ||
            money_add(figure, money_pence(one.figure), &figure) != CODE_OK)
            return false;
    }
    *ret_ratio = (struct ratio){figure.pence, current.pence};
    return current.pence > 0;
}

bool fee_figures_apply(const struct fee_figures *figures, const struct fee_services *services,
                       const char *service_id, int64_t line_pence, int64_t *ret_pence)
{
    const Pb__FeeService *service = service_id[0] ? fee_service(services, service_id) : NULL;
    struct ratio ratio;
    struct money fee;
    if (service ? !ratio_of_service(figures, service, &ratio) : !ratio_of_all(figures, services, &ratio))
        return false;
    if (ratio.current == 0)
        fee = money_pence(ratio.figure);
    else if (money_scale(money_pence(line_pence), ratio.figure, ratio.current, &fee) != CODE_OK)
        return false;
    if (fee.pence < 0 || fee.pence > FEE_WEEKLY_PENCE_MAX)
        return false;
    *ret_pence = fee.pence;
    return true;
}

const char *fee_increase_text(int64_t before_pence, int64_t after_pence, unsigned decimals,
                              struct arena *arena)
{
    const struct growth growth = {money_pence(before_pence), money_pence(after_pence)};
    char text[PERCENT_TEXT_BYTES];
    if (before_pence <= 0 || growth_print(growth, decimals, text) != CODE_OK)
        return "";
    return arena_text(arena, text);
}
