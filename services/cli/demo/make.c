/* The demonstration's frame: members, contracts, identifiers and dates, and the order in which the parts are
 * made. */

#include "services/cli/demo/demo.h"

#include <string.h>

enum { DAY_MS = 24 * 60 * 60 * 1000, ANCHOR_YEAR = 2025, ANCHOR_MONTH = 9, ANCHOR_DAY = 1 };

struct date demo_anchor(void)
{
    struct date anchor = {0};
    date_from_ymd(ANCHOR_YEAR, ANCHOR_MONTH, ANCHOR_DAY, &anchor);
    return anchor;
}

const char *demo_id(struct demo *demo, struct date day, int64_t step)
{
    uint8_t random[10];
    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (uint8_t)random_below(&demo->random, 256);
    struct uuid uuid = uuid_v7((int64_t)day.day * DAY_MS + step, random);
    char *text = arena_alloc(demo->arena, UUID_TEXT_BYTES);
    if (!text)
        return "";
    uuid_print(&uuid, text);
    return text;
}

Pb__RecordMeta *demo_meta(struct demo *demo)
{
    Pb__RecordMeta *meta = arena_new(demo->arena, Pb__RecordMeta);
    if (!meta)
        return NULL;
    pb__record_meta__init(meta);
    meta->generated = true;
    return meta;
}

const char *demo_date(const struct demo *demo, struct date date)
{
    char text[DATE_TEXT_BYTES];
    date_print(date, text);
    const char *copy = arena_text(demo->arena, text);
    return copy ? copy : "";
}

static Pb__SubRegion *sub_region_of(struct demo *demo, const struct demo_authority *facts)
{
    for (size_t i = 0; i < demo->sub_region_count; i++)
        if (strcmp(demo->sub_regions[i]->name, facts->region) == 0)
            return demo->sub_regions[i];
    Pb__SubRegion *sub_region = arena_new(demo->arena, Pb__SubRegion);
    if (!sub_region)
        return NULL;
    pb__sub_region__init(sub_region);
    sub_region->id = demo_id(demo, (struct date){15000}, (int64_t)demo->sub_region_count);
    sub_region->meta = demo_meta(demo);
    sub_region->name = facts->region;
    demo->sub_regions[demo->sub_region_count++] = sub_region;
    return sub_region;
}

static Pb__Authority *authority_of(struct demo *demo, const struct demo_authority *facts)
{
    Pb__Authority *authority = arena_new(demo->arena, Pb__Authority);
    Pb__GeoPoint *point = arena_new(demo->arena, Pb__GeoPoint);
    const Pb__SubRegion *sub_region = sub_region_of(demo, facts);
    if (!authority || !point || !sub_region)
        return NULL;
    pb__geo_point__init(point);
    point->latitude_e7 = facts->latitude_e7;
    point->longitude_e7 = facts->longitude_e7;
    pb__authority__init(authority);
    authority->id = facts->gss;
    authority->meta = demo_meta(demo);
    authority->name = facts->name;
    authority->dfe_code = facts->dfe;
    authority->sub_region_id = sub_region->id;
    authority->head_office_address = facts->address;
    authority->head_office_postcode = facts->postcode;
    authority->head_office = point;
    authority->placement_team_email = arena_format(demo->arena, "placements@%s.example", facts->gss);
    authority->state = PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
    authority->partner = facts->partner;
    return authority;
}

static void make_contracts(struct demo *demo)
{
    static const struct {
        const char *name;
        Pb__ProvisionKind kinds[3];
        size_t count;
        unsigned version;
    } CONTRACTS[DEMO_CONTRACTS] = {
        {"National Schools Contract",
         {PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_SPECIAL_SCHOOL,
          PB__PROVISION_KIND__PROVISION_KIND_NON_MAINTAINED_SPECIAL_SCHOOL,
          PB__PROVISION_KIND__PROVISION_KIND_DUAL_REGISTERED},
         3,
         2},
        {"National Residential Contract",
         {PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME,
          PB__PROVISION_KIND__PROVISION_KIND_SECURE_CHILDRENS_HOME,
          PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION},
         3,
         3},
        {"National Fostering Contract",
         {PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY},
         1,
         1},
    };
    for (size_t i = 0; i < DEMO_CONTRACTS; i++) {
        Pb__Contract *contract = demo->contracts[i] = arena_new(demo->arena, Pb__Contract);
        Pb__ProvisionKind *kinds = arena_array(demo->arena, Pb__ProvisionKind, CONTRACTS[i].count);
        if (!contract || !kinds)
            return;
        pb__contract__init(contract);
        memcpy(kinds, CONTRACTS[i].kinds, CONTRACTS[i].count * sizeof *kinds);
        contract->id = demo_id(demo, (struct date){16000}, (int64_t)i);
        contract->meta = demo_meta(demo);
        contract->name = CONTRACTS[i].name;
        contract->contract_version = CONTRACTS[i].version;
        contract->in_force_from = "2024-04-01";
        contract->kinds = kinds;
        contract->n_kinds = CONTRACTS[i].count;
    }
}

enum code demo_make_members(struct demo *demo)
{
    size_t count;
    const struct demo_authority *all = demo_authorities(&count);
    demo->authorities = arena_array(demo->arena, Pb__Authority *, count);
    demo->sub_regions = arena_array(demo->arena, Pb__SubRegion *, count);
    if (!demo->authorities || !demo->sub_regions)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < count; i++)
        if (!(demo->authorities[demo->authority_count++] = authority_of(demo, &all[i])))
            return CODE_RESOURCE_EXHAUSTED;
    make_contracts(demo);
    return demo->arena->exhausted ? CODE_RESOURCE_EXHAUSTED : CODE_OK;
}

enum code demo_make(const struct demo_options *options, struct arena *arena, struct demo *ret_demo,
                    struct fault *ret_fault)
{
    static enum code (*const PARTS[])(struct demo *) = {
        demo_make_members, demo_make_providers,  demo_make_provisions, demo_make_groups,
        demo_make_awkward, demo_make_placements, demo_make_vacancies,
    };
    if (options->provisions < DEMO_PROVISIONS_LEAST || options->provisions > DEMO_PROVISIONS_MOST)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "provisions", "must be from %d to %d",
                         DEMO_PROVISIONS_LEAST, DEMO_PROVISIONS_MOST);
    struct demo demo = {.options = *options, .arena = arena};
    random_init(&demo.random, options->seed);
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        if (PARTS[i](&demo) != CODE_OK || arena->exhausted)
            return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "not enough memory for so many records");
    *ret_demo = demo;
    return CODE_OK;
}
