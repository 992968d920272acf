/* The transportation problem as COIN-OR Clp takes it: a column for each choice, a row for each site and each
 * office. In: a problem. Out: each site's choice of the largest value. Input is in one order, on one thread
 * at a time, and says nothing; what it found is never trusted to the last unit. */

#include "services/allocation/rules_balance.h"

#include <coin/Clp_C_Interface.h>
#include <pthread.h>

/* Clp is not for two threads at once, be their models different: while it solves it holds the model in a
 * static variable for a handler of SIGINT, which it installs and takes out again; the second to end of two
 * would leave the handler for good, with a model that is gone. Its random numbers are one row for all, too.
 */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

struct columns {
    CoinBigIndex *start;
    int *rows;
    double *ones, *lower, *upper, *cost;
    double *row_lower, *row_upper;
};

static bool columns_alloc(const struct balance *balance, struct columns *ret_columns)
{
    struct arena *arena = balance->arena;
    size_t choices = balance->first[balance->site_count], rows = balance->site_count + balance->office_count;
    struct columns columns = {
        .start = arena_array(arena, CoinBigIndex, choices + 1),
        .rows = arena_array(arena, int, choices * 2),
        .ones = arena_array(arena, double, choices * 2),
        .lower = arena_array(arena, double, choices),
        .upper = arena_array(arena, double, choices),
        .cost = arena_array(arena, double, choices),
        .row_lower = arena_array(arena, double, rows),
        .row_upper = arena_array(arena, double, rows),
    };
    *ret_columns = columns;
    return columns.start && columns.rows && columns.ones && columns.lower && columns.upper && columns.cost &&
           columns.row_lower && columns.row_upper;
}

/* Of each site only what is farther than its closest is a cost: smaller numbers, the same optimum. */
static uint32_t closest_metres(const struct balance *balance, size_t site)
{
    uint32_t closest = UINT32_MAX;
    for (uint32_t j = balance->first[site]; j < balance->first[site + 1]; j++)
        if (balance->choices[j].metres < closest)
            closest = balance->choices[j].metres;
    return closest;
}

static void columns_fill(const struct balance *balance, struct columns *columns)
{
    for (size_t i = 0; i < balance->site_count; i++) {
        uint32_t closest = closest_metres(balance, i);
        columns->row_lower[i] = columns->row_upper[i] = 1;
        for (uint32_t j = balance->first[i]; j < balance->first[i + 1]; j++) {
            const struct choice *choice = &balance->choices[j];
            columns->rows[2 * j] = (int)i;
            columns->rows[2 * j + 1] = (int)(balance->site_count + choice->office);
            columns->ones[2 * j] = columns->ones[2 * j + 1] = columns->upper[j] = 1;
            columns->cost[j] = choice->metres - closest;
            columns->start[j + 1] = (CoinBigIndex)(2 * j + 2);
        }
    }
    for (size_t i = 0; i < balance->office_count; i++) {
        columns->row_lower[balance->site_count + i] = balance->bounds[i].least;
        columns->row_upper[balance->site_count + i] = balance->bounds[i].most;
    }
}

static void take_largest(struct balance *balance, const double *values, uint32_t *chosen)
{
    for (size_t i = 0; i < balance->site_count; i++) {
        chosen[i] = balance->first[i];
        for (uint32_t j = balance->first[i]; j < balance->first[i + 1]; j++)
            if (values[j] > values[chosen[i]])
                chosen[i] = j;
    }
    balance_choose(balance, chosen);
}

static enum allocation_refusal solve(struct balance *balance, const struct columns *columns,
                                     unsigned seconds_max, uint32_t *chosen)
{
    enum { OPTIMAL = 0, STOPPED = 3 };
    Clp_Simplex *model = Clp_newModel();
    Clp_setLogLevel(model, 0);
    Clp_setMaximumSeconds(model, seconds_max);
    Clp_loadProblem(model, (int)balance->first[balance->site_count],
                    (int)(balance->site_count + balance->office_count), columns->start, columns->rows,
                    columns->ones, columns->lower, columns->upper, columns->cost, columns->row_lower,
                    columns->row_upper);
    Clp_initialDualSolve(model);
    int status = Clp_status(model);
    if (status == OPTIMAL)
        take_largest(balance, Clp_getColSolution(model), chosen);
    Clp_deleteModel(model);
    return status == OPTIMAL ? REFUSAL_NONE : status == STOPPED ? REFUSAL_SOLVER_TIME : REFUSAL_SOLVER_FAILED;
}

enum allocation_refusal balance_solve(struct balance *balance, unsigned seconds_max)
{
    struct columns columns;
    uint32_t *chosen = arena_array(balance->arena, uint32_t, balance->site_count);
    if (balance->site_count == 0)
        return REFUSAL_NONE;
    if (!chosen || !columns_alloc(balance, &columns))
        return REFUSAL_TOO_MANY;
    columns_fill(balance, &columns);
    pthread_mutex_lock(&one_at_a_time);
    enum allocation_refusal refusal = solve(balance, &columns, seconds_max, chosen);
    pthread_mutex_unlock(&one_at_a_time);
    return refusal;
}
