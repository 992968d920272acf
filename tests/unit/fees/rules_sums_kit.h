#pragma once
/* What the tests of who leads, what is decided and what it comes to share. */

#include "common/base/arena.h"
#include "common/base/limits.h"
#include "common/domain/date.h"
#include "services/fees/rules_figures.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/fees.pb-c.h"
#include "ccrag/v1/placements.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { TEST_ARENA_BYTES = 64 * 1024 * 1024, SERVICES = 4 };

#define HERTS "E10000015"
#define ESSEX "E10000012"
#define KENT  "E10000016"
#define CYCLE "2027-28"
#define HOME  "0190a1b2-0000-7000-8000-000000000001"

static inline struct date day(const char *text)
{
    struct date date = DATE_NONE;
    cr_assert(text[0] == '\0' || date_parse(text, &date, NULL) == CODE_OK, "%s", text);
    return date;
}

/* The same numbers from the same seed (xorshift). */
static inline uint32_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)(*state >> 16);
}
static inline uint32_t below(uint64_t *state, uint32_t most)
{
    return next_random(state) % most;
}

/* A cycle from April to March with the days that it has by default. */
static inline Pb__FeeCycle *cycle_2027(struct arena *arena)
{
    static const char *const due[] = {"2026-12-31", "2026-12-31", "2027-03-01",
                                      "2027-03-15", "2027-04-30", "2027-05-31"};
    Pb__FeeCycle *cycle = arena_new(arena, Pb__FeeCycle);
    pb__fee_cycle__init(cycle);
    cycle->id = CYCLE, cycle->first_on = "2027-04-01", cycle->last_on = "2028-03-31";
    cycle->state = PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_OPEN;
    cycle->n_tasks = COUNT(due);
    cycle->tasks = arena_array(arena, Pb__FeeTask *, COUNT(due));
    for (size_t i = 0; i < COUNT(due); i++) {
        cycle->tasks[i] = arena_new(arena, Pb__FeeTask);
        pb__fee_task__init(cycle->tasks[i]);
        cycle->tasks[i]->kind = (Pb__FeeTaskKind)(i + 1);
        cycle->tasks[i]->due_on = due[i];
    }
    return cycle;
}

struct charge {
    const char *id;
    int64_t current, proposed; /* pence */
};

static inline Pb__FeeSplit *split(int64_t pence, struct arena *arena)
{
    Pb__FeeSplit *made = arena_new(arena, Pb__FeeSplit);
    pb__fee_split__init(made);
    made->social_care_pence = made->total_pence = pence;
    return made;
}

/* Of services up to the first without an identifier. */
static inline Pb__FeeSubmission *submission(uint32_t number, const struct charge *charges,
                                            struct arena *arena)
{
    Pb__FeeSubmission *made = arena_new(arena, Pb__FeeSubmission);
    pb__fee_submission__init(made);
    made->id = "application", made->number = number, made->stands = true;
    made->cycle_id = CYCLE, made->provision_id = HOME, made->provider_id = "provider";
    made->services = arena_array(arena, Pb__FeeService *, SERVICES);
    for (size_t i = 0; i < SERVICES && charges[i].id; i++) {
        Pb__FeeService *service = arena_new(arena, Pb__FeeService);
        pb__fee_service__init(service);
        service->id = charges[i].id, service->title = charges[i].id;
        service->attendance = PB__ATTENDANCE__ATTENDANCE_WEEKS_52;
        service->current = split(charges[i].current, arena);
        service->proposed = split(charges[i].proposed, arena);
        made->services[made->n_services++] = service;
    }
    return made;
}

struct figure {
    const char *id;
    int64_t pence;
};

static inline struct fee_figures figures_of(const struct figure *figures, struct arena *arena)
{
    struct fee_figures made = {arena_array(arena, Pb__FeeFigure *, SERVICES + 1), 0};
    for (size_t i = 0; i < SERVICES && figures[i].id; i++) {
        Pb__FeeFigure *figure = arena_new(arena, Pb__FeeFigure);
        pb__fee_figure__init(figure);
        figure->service_id = figures[i].id, figure->weekly_pence = figures[i].pence;
        made.items[made.count++] = figure;
    }
    return made;
}

/* A consultation of a home, with so many placements of each LA, up to the first without one. */
struct placed {
    const char *authority_id;
    uint32_t placements;
};
static inline Pb__Consultation *consultation(Pb__FeeScope scope, Pb__ConsultationState state,
                                             const struct placed *placed, struct arena *arena)
{
    Pb__Consultation *made = arena_new(arena, Pb__Consultation);
    size_t count = 0;
    pb__consultation__init(made);
    made->cycle_id = CYCLE, made->provision_id = HOME, made->name = "Oak House";
    made->provider_id = "provider", made->kind = PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
    made->scope = scope, made->state = state;
    while (placed && placed[count].authority_id)
        count++;
    made->placing = arena_array(arena, Pb__FeePlacing *, count + 1);
    made->concerned_ids = arena_array(arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        made->placing[i] = arena_new(arena, Pb__FeePlacing);
        pb__fee_placing__init(made->placing[i]);
        made->placing[i]->authority_id = made->concerned_ids[i] = placed[i].authority_id;
        made->placing[i]->placements = placed[i].placements;
    }
    made->n_placing = made->n_concerned_ids = count;
    return made;
}
