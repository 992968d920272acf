/* What the dispatcher tells of its workers. In: what it knows of them. Out: a list, by name. */

#include "services/matching/dispatch.h"

#include <stdlib.h>

static int compare_names(const void *a, const void *b)
{
    return strcmp((*(Pb__Worker *const *)a)->name, (*(Pb__Worker *const *)b)->name);
}

static Pb__Worker *tell(const struct known_worker *worker, struct arena *arena)
{
    Pb__Worker *told = arena_new(arena, Pb__Worker);
    if (!told)
        return NULL;
    pb__worker__init(told);
    told->positions = positions_name(&worker->read, arena, &told->n_positions);
    told->name = arena_text(arena, worker->name);
    told->credit = worker->credit;
    told->busy = worker->busy;
    told->answered = worker->answered;
    told->places = worker->places;
    told->partial = worker->partial;
    told->threads = worker->threads;
    return told;
}

enum code dispatcher_list(const struct dispatcher *dispatcher, struct arena *arena,
                          Pb__ListWorkersResponse *ret_list)
{
    Pb__Worker **workers = arena_array(arena, Pb__Worker *, dispatcher->worker_count);
    size_t count = 0;
    for (size_t i = 0; i < dispatcher->worker_count && !arena->exhausted; i++)
        if (dispatcher->workers[i].number)
            workers[count++] = tell(&dispatcher->workers[i], arena);
    if (arena->exhausted)
        return CODE_RESOURCE_EXHAUSTED;
    qsort(workers, count, sizeof(Pb__Worker *), compare_names);
    ret_list->n_workers = count;
    ret_list->workers = workers;
    return CODE_OK;
}
