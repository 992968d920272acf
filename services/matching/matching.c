/* The life of the program in its roles: what starts and stops with it, what happens every few milliseconds,
 * what it counts. In: which roles it has. Out: a worker, a dispatcher, a worker's offer, or several of these.
 */

#include "services/matching/matching.h"

enum code matching_start(struct service *service, struct fault *ret_fault)
{
    struct matching *matching = matching_of(service_context(service));
    enum code code = matching->works ? worker_init(&matching->worker, service, ret_fault) : CODE_OK;
    if (code != CODE_OK)
        return code;
    if (matching->dispatches)
        dispatcher_init(&matching->dispatcher, service, matching->works ? &matching->worker : NULL);
    else
        offer_init(&matching->offer, &matching->worker, matching->instance);
    return CODE_OK;
}

void matching_stop(struct service *service)
{
    struct matching *matching = matching_of(service_context(service));
    if (!matching->dispatches)
        offer_finish(&matching->offer);
    worker_finish(&matching->worker); /* its searches still end at the dispatcher */
    if (matching->dispatches)
        dispatcher_finish(&matching->dispatcher);
}

void matching_moved(struct matching *matching)
{
    if (matching->dispatches)
        dispatcher_turn(&matching->dispatcher);
    else
        offer_turn(&matching->offer);
}

enum code matching_turn(struct command *command)
{
    struct matching *matching = matching_of(command->context);
    enum code code =
        matching->works && matching->worker.unpublished ? worker_publish(&matching->worker) : CODE_OK;
    matching_moved(matching);
    return code;
}

bool matching_is_idle(const struct service *service)
{
    const struct matching *matching = matching_of(service_context(service));
    if (matching->works && matching->worker.unpublished)
        return false;
    return matching->dispatches ? matching->dispatcher.count == 0 : !offer_has_news(&matching->offer);
}

void matching_count(struct service *service, void (*add)(void *sink, const char *name, uint64_t value),
                    void *sink)
{
    const struct matching *matching = matching_of(service_context(service));
    if (matching->works && matching->worker.index) {
        struct matching_index *index = matching->worker.index;
        const struct matching_root *root = root_acquire(index);
        add(sink, "places", root_places(root));
        root_release(index, root);
        add(sink, "searches_answered", matching->worker.answered);
        add(sink, "searches_running", matching->worker.busy);
    }
    if (!matching->dispatches)
        return;
    uint64_t workers = 0;
    for (size_t i = 0; i < matching->dispatcher.worker_count; i++)
        workers += matching->dispatcher.workers[i].number != 0;
    add(sink, "workers", workers);
    add(sink, "searches_waiting", matching->dispatcher.count);
}

bool matching_is_demonstration(struct service *service)
{
    struct matching_index *index = matching_of(service_context(service))->worker.index;
    if (!index)
        return false;
    const struct matching_root *root = root_acquire(index);
    bool demonstration = root_is_demonstration(root);
    root_release(index, root);
    return demonstration;
}
