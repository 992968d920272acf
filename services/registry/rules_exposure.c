/* Exposure to owners (rule R8). In: providers, provisions, placements. Out: per owner what hangs on it:
 * provisions, places, live placements, per LA. */

#include "services/registry/rules_exposure.h"

#include "services/registry/rules_provision.h"

#include <stdlib.h>

/* Texts to numbers, open addressing, in the arena. */
struct text_map {
    struct slot {
        const char *text; /* NULL: free */
        size_t number;
    } * slots;
    size_t size, used; /* size is a power of two */
};

struct owner {
    Pb__OwnerExposure report;
    size_t authority_room;
};

struct exposure {
    struct arena *arena;
    struct text_map owner_names, provider_ids, provision_ids; /* each to a place in `owners` */
    struct owner **owners;
    size_t owner_count, owner_room;
};

enum { MAP_FIRST = 64, NAME_BYTES = 400 };

static struct slot *slot_of(const struct text_map *map, const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (const char *c = text; *c; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
    size_t at = (size_t)hash & (map->size - 1);
    while (map->slots[at].text && strcmp(map->slots[at].text, text) != 0)
        at = (at + 1) & (map->size - 1);
    return &map->slots[at];
}

static bool map_get(const struct text_map *map, const char *text, size_t *ret_number)
{
    const struct slot *slot = map->size ? slot_of(map, text) : NULL;
    if (!slot || !slot->text)
        return false;
    *ret_number = slot->number;
    return true;
}

static bool map_put(struct text_map *map, const char *text, size_t number, struct arena *arena)
{
    if (map->used * 2 >= map->size) {
        struct text_map larger = {.size = map->size ? map->size * 2 : MAP_FIRST, .used = map->used};
        larger.slots = arena_array(arena, struct slot, larger.size);
        if (!larger.slots)
            return false;
        for (size_t i = 0; i < map->size; i++)
            if (map->slots[i].text)
                *slot_of(&larger, map->slots[i].text) = map->slots[i];
        *map = larger;
    }
    struct slot *slot = slot_of(map, text);
    if (!slot->text) {
        slot->text = arena_text(arena, text);
        map->used++;
    }
    slot->number = number;
    return slot->text != NULL;
}

struct exposure *exposure_create(struct arena *arena)
{
    struct exposure *exposure = arena_new(arena, struct exposure);
    if (exposure)
        exposure->arena = arena;
    return exposure;
}

static bool owner_add(struct exposure *exposure, const char *name)
{
    if (exposure->owner_count == exposure->owner_room) {
        size_t room = exposure->owner_room ? exposure->owner_room * 2 : MAP_FIRST;
        struct owner **larger = arena_array(exposure->arena, struct owner *, room);
        if (!larger)
            return false;
        if (exposure->owner_count)
            memcpy(larger, exposure->owners, exposure->owner_count * sizeof(struct owner *));
        exposure->owners = larger;
        exposure->owner_room = room;
    }
    struct owner *owner = arena_new(exposure->arena, struct owner);
    if (!owner)
        return false;
    pb__owner_exposure__init(&owner->report);
    owner->report.ultimate_owner = arena_text(exposure->arena, name);
    exposure->owners[exposure->owner_count++] = owner;
    return owner->report.ultimate_owner != NULL;
}

/* The owner of a name, made when it is new. */
static bool owner_of(struct exposure *exposure, const char *name, size_t *ret_number)
{
    const char *key = lower_case(name, NAME_BYTES, exposure->arena);
    if (map_get(&exposure->owner_names, key, ret_number))
        return true;
    size_t number = exposure->owner_count;
    if (!owner_add(exposure, name) || !map_put(&exposure->owner_names, key, number, exposure->arena))
        return false;
    *ret_number = number;
    return true;
}

bool exposure_add_provider(struct exposure *exposure, const Pb__Provider *provider)
{
    size_t number;
    const char *name = provider->ultimate_owner[0] ? provider->ultimate_owner : provider->name;
    if (!owner_of(exposure, name, &number) ||
        !map_put(&exposure->provider_ids, provider->id, number, exposure->arena))
        return false;
    Pb__OwnerExposure *report = &exposure->owners[number]->report;
    report->providers++;
    report->financial_risk = report->financial_risk || provider->financial_risk;
    if (provider->owner_country[0] && !report->owner_country[0])
        report->owner_country = arena_text(exposure->arena, provider->owner_country);
    return report->owner_country != NULL;
}

bool exposure_add_provision(struct exposure *exposure, const Pb__Provision *provision)
{
    size_t number;
    if (!provision_is_open(provision))
        return true;
    if (!map_get(&exposure->provider_ids, provision->provider_id, &number)) {
        if (!provision->published_owner[0])
            return true;
        if (!owner_of(exposure, provision->published_owner, &number))
            return false;
    }
    Pb__OwnerExposure *report = &exposure->owners[number]->report;
    report->provisions++;
    report->places += provision->capacity;
    return map_put(&exposure->provision_ids, provision->id, number, exposure->arena);
}

static Pb__AuthorityExposure *authority_of(struct exposure *exposure, struct owner *owner, const char *gss)
{
    Pb__OwnerExposure *report = &owner->report;
    for (size_t i = 0; i < report->n_authorities; i++)
        if (strcmp(report->authorities[i]->authority_id, gss) == 0)
            return report->authorities[i];
    if (report->n_authorities == owner->authority_room) {
        size_t room = owner->authority_room ? owner->authority_room * 2 : 8;
        Pb__AuthorityExposure **larger = arena_array(exposure->arena, Pb__AuthorityExposure *, room);
        if (!larger)
            return NULL;
        if (report->n_authorities)
            memcpy(larger, report->authorities, report->n_authorities * sizeof(Pb__AuthorityExposure *));
        report->authorities = larger;
        owner->authority_room = room;
    }
    Pb__AuthorityExposure *authority = arena_new(exposure->arena, Pb__AuthorityExposure);
    char *text = arena_text(exposure->arena, gss);
    if (!authority || !text)
        return NULL;
    pb__authority_exposure__init(authority);
    authority->authority_id = text;
    report->authorities[report->n_authorities++] = authority;
    return authority;
}

bool exposure_add_placement(struct exposure *exposure, const Pb__PlacementFact *placement)
{
    size_t number;
    if (!map_get(&exposure->provision_ids, placement->provision_id, &number))
        return true;
    struct owner *owner = exposure->owners[number];
    Pb__AuthorityExposure *authority = authority_of(exposure, owner, placement->authority_id);
    if (!authority)
        return false;
    authority->placements++;
    owner->report.placements++;
    return true;
}

static int compare_owners(const void *left, const void *right)
{
    const Pb__OwnerExposure *a = &(*(struct owner *const *)left)->report,
                            *b = &(*(struct owner *const *)right)->report;
    if (a->placements != b->placements)
        return a->placements < b->placements ? 1 : -1;
    if (a->places != b->places)
        return a->places < b->places ? 1 : -1;
    return strcmp(a->ultimate_owner, b->ultimate_owner);
}

static int compare_authorities(const void *left, const void *right)
{
    const Pb__AuthorityExposure *a = *(Pb__AuthorityExposure *const *)left,
                                *b = *(Pb__AuthorityExposure *const *)right;
    return strcmp(a->authority_id, b->authority_id);
}

Pb__OwnerExposure **exposure_report(struct exposure *exposure, const char *ultimate_owner, size_t most,
                                    size_t *ret_count)
{
    size_t count = 0, number;
    Pb__OwnerExposure **list = arena_array(exposure->arena, Pb__OwnerExposure *, exposure->owner_count + 1);
    if (!list)
        return NULL;
    if (ultimate_owner[0]) {
        if (map_get(&exposure->owner_names, lower_case(ultimate_owner, NAME_BYTES, exposure->arena), &number))
            list[count++] = &exposure->owners[number]->report;
    } else {
        /* Sorting moves owners, so that no more can be told: this is the end. */
        if (exposure->owner_count)
            qsort(exposure->owners, exposure->owner_count, sizeof(struct owner *), compare_owners);
        for (; count < exposure->owner_count && count < most; count++)
            list[count] = &exposure->owners[count]->report;
    }
    for (size_t i = 0; i < count; i++)
        if (list[i]->n_authorities)
            qsort(list[i]->authorities, list[i]->n_authorities, sizeof(Pb__AuthorityExposure *),
                  compare_authorities);
    *ret_count = count;
    return list;
}
