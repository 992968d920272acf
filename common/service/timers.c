/* What time alone brings about: each of the program's timers is a command, from the world's clock, under the
 * program's own name. A timer that fell behind (a machine that slept) runs once, not once for every beat it
 * missed. */

#include "common/service/form_keeping.h"
#include "common/service/internal.h"

#include <stdio.h>

static enum code add(struct service *service, const struct timer *timer, struct fault *ret_fault)
{
    if (service->timer_count == TIMERS_MAX)
        return fault_set(ret_fault, CODE_INTERNAL, "", "more than %d timers", TIMERS_MAX);
    struct timer_state *state = &service->timers[service->timer_count++];
    *state = (struct timer_state){.timer = timer,
                                  .due_us = world_mono_us(service->world) + 1000 * timer->every_ms};
    snprintf(state->what, sizeof state->what, "timer/%s", timer->name);
    return CODE_OK;
}

enum code timers_create(struct service *service, struct fault *ret_fault)
{
    bool ships = service->options.forms && service->options.forms->shipped;
    enum code code = ships ? add(service, &form_timer, ret_fault) : CODE_OK;
    for (const struct timer *timer = service->options.timers; code == CODE_OK && timer && timer->name;
         timer++)
        code = add(service, timer, ret_fault);
    return code;
}

void service_timer_soon(struct service *service, const char *name)
{
    for (size_t i = 0; i < service->timer_count; i++)
        if (strcmp(service->timers[i].timer->name, name) == 0)
            service->timers[i].due_us = world_mono_us(service->world);
}

/* A timer that stops being idle is due as if it had never been. */
static int64_t due_us(const struct service *service, const struct timer_state *state)
{
    const struct timer *timer = state->timer;
    bool idle = timer->is_idle && timer->is_idle(service);
    return state->due_us + (idle ? 1000 * (timer->idle_ms - timer->every_ms) : 0);
}

bool timers_run(struct service *service)
{
    bool did = false;
    for (size_t i = 0; i < service->timer_count; i++) {
        const struct timer *timer = service->timers[i].timer;
        int64_t now_us = world_mono_us(service->world);
        if (now_us < due_us(service, &service->timers[i]))
            continue;
        if (!follows_whole(service, NULL, 0)) {
            service->timers[i].due_us = now_us + INT64_C(1000) * ROSTER_WATCH_MS;
            continue;
        }
        bool again = false;
        group_run_own(service, service->timers[i].what, timer->run, &again);
        service->timers[i].due_us = again ? now_us : now_us + 1000 * timer->every_ms;
        did = true;
    }
    return did;
}

int64_t timers_next_us(const struct service *service)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < service->timer_count; i++) {
        int64_t due = due_us(service, &service->timers[i]);
        next = due < next ? due : next;
    }
    return next;
}
