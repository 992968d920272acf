/* The registry's store against the promises of its clients (promises_check.h), and places-not-twice. */

#include "tests/sim/registry_part.h"

#include "services/registry/records.h"
#include "tests/sim/promises_check.h"

#include <stdio.h>
#include <stdlib.h>

/* Of place groups: how many places were taken by their vacancy, and by placements. */
struct places {
    struct checking checking;
    struct taken {
        char id[ID_BYTES];
        unsigned by_vacancy, by_placements;
    } taken[KNOWN_MAX];
    unsigned count;
};

/* --- places ------------------------------------------------------------------------------------------ */

static struct taken *taken_of(const struct checking *checking, const char *group_id)
{
    struct places *places = checking->context;
    for (unsigned i = 0; i < places->count; i++)
        if (strcmp(places->taken[i].id, group_id) == 0)
            return &places->taken[i];
    if (places->count == KNOWN_MAX)
        return NULL;
    struct taken *taken = &places->taken[places->count++];
    snprintf(taken->id, sizeof taken->id, "%s", group_id);
    return taken;
}

static uint32_t free_of(const Pb__Vacancy *vacancy)
{
    return vacancy->n_free ? vacancy->free[0]->places : 0;
}

/* Each version is a provider's statement, or the one before less one place. */
static void check_vacancy(struct checking *checking, ProtobufCMessage *const *versions, size_t count)
{
    uint32_t stated = 0, taken_since = 0;
    for (size_t i = 0; i < count; i++) {
        const Pb__Vacancy *vacancy = (const Pb__Vacancy *)versions[i];
        struct taken *taken = taken_of(checking, vacancy->id);
        if (vacancy->taken_since == 0) {
            stated = free_of(vacancy);
            checking_effect(checking, (uint64_t)(vacancy->confirmed_at_ms - promises_confirmed_ms));
        } else {
            if (vacancy->taken_since != taken_since + 1 || vacancy->taken_since > stated ||
                free_of(vacancy) != stated - vacancy->taken_since)
                sim_fail(checking->sim, "places-not-twice", "of %u places stated %u are taken and %u free",
                         stated, vacancy->taken_since, free_of(vacancy));
            if (taken)
                taken->by_vacancy++;
        }
        taken_since = vacancy->taken_since;
    }
}

/* --- each record ------------------------------------------------------------------------------------- */

static bool look(struct checking *checking, const struct table *table, ProtobufCMessage *const *versions,
                 size_t count)
{
    if (table == &table_vacancies) {
        check_vacancy(checking, versions, count);
        return true;
    }
    if (table == &table_payments && count)
        checking_effect(checking,
                        (uint64_t)(((Pb__SubscriptionPayment *)versions[0])->amount_pence - LEDGER_PENCE));
    if (table != &table_placements || count == 0)
        return false;
    const Pb__Placement *placement = (const Pb__Placement *)versions[count - 1];
    struct taken *taken = placement->taken ? taken_of(checking, placement->place_group_id) : NULL;
    if (taken)
        taken->by_placements++;
    return false;
}

void registry_check(struct sim *sim)
{
    struct places *places = calloc(1, sizeof *places);
    if (!places)
        abort();
    places->checking.record = look;
    places->checking.context = places;
    promises_check(sim, sim->registry, &registry_part, &places->checking);
    for (unsigned i = 0; i < places->count; i++)
        if (places->taken[i].by_vacancy != places->taken[i].by_placements)
            sim_fail(sim, "places-not-twice", "%u places of a group were taken, %u placements took one",
                     places->taken[i].by_vacancy, places->taken[i].by_placements);
    free(places);
}
