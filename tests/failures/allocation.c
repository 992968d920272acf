/* Allocation, for its requests (allocation.requests), over a store that holds three members and their homes
 * as the registry's feed left them. H's children leave all but one of its homes with the first day or the
 * next. */

#include "tests/failures/failures.h"

/* The page that names what allocation serves, without its program. */
#define main allocation_main
int allocation_main(int argc, char **argv);
#include "services/allocation/main.c"
#undef main

#include "common/base/limits.h"
#include "common/base/uuid.h"

#define HERTS     "E10000015"
#define BEDFORD   "E06000055"
#define ESSEX     "E10000012"
#define FIRST_DAY "2026-06-01"
#define NEXT_DAY  "2026-06-02"

/* Hundredths of a degree north of latitude 51, about a kilometre each; NOWHERE: nobody knows. */
enum { NOWHERE = -1 };

static const struct {
    const char *gss, *name;
    int north;
} members[] = {{HERTS, "Hertfordshire", 0}, {BEDFORD, "Bedford", 10}, {ESSEX, "Essex", 20}};

static const struct {
    const char *name; /* of its identifier in the requests */
    int north;
    struct {
        const char *gss, *until;
    } stays[3];
} homes[] = {
    {"applied", 1, {{HERTS, FIRST_DAY}, {BEDFORD, ""}, {ESSEX, ""}}},
    {"kept", 2, {{HERTS, FIRST_DAY}, {BEDFORD, ""}}},
    {"given", 1, {{HERTS, FIRST_DAY}, {BEDFORD, ""}, {ESSEX, ""}}},
    {"swapped", 2, {{HERTS, FIRST_DAY}, {BEDFORD, ""}}},
    {"returned", 9, {{HERTS, ""}, {BEDFORD, ""}}},
    {"declined", 3, {{HERTS, FIRST_DAY}, {BEDFORD, ""}}},
    {"chosen", 11, {{BEDFORD, ""}, {ESSEX, ""}}},
    {"ended", 21, {{ESSEX, FIRST_DAY}}},
    {"waiting", 3, {{HERTS, NEXT_DAY}, {BEDFORD, ""}}},
    {"unplaced", NOWHERE, {{BEDFORD, ""}, {ESSEX, ""}}},
};
enum { HOMES = sizeof homes / sizeof homes[0], STAYS = 3 };

static const char *id_of(struct arena *arena, char what, size_t number)
{
    return arena_format(arena, "01979df0-0000-7000-8000-%c%011zx", what, number);
}

static void name(void)
{
    struct arena arena;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    for (size_t i = 0; i < HOMES; i++)
        name_set(homes[i].name, id_of(&arena, 'a', i), UUID_TEXT_BYTES - 1);
    arena_finish(&arena);
}

static enum code fill_members(struct store_txn *txn)
{
    enum code code = CODE_OK;
    Pb__Region region = PB__REGION__INIT;
    region.id = REGION_ID, region.name = "Test", region.host = HERTS;
    code = record_put(txn, &allocation_regions, &region.base);
    for (size_t i = 0; i < sizeof members / sizeof members[0] && code == CODE_OK; i++) {
        Pb__Authority authority = PB__AUTHORITY__INIT;
        Pb__GeoPoint office = PB__GEO_POINT__INIT;
        office.latitude_e7 = 510000000 + members[i].north * 100000;
        authority.id = members[i].gss, authority.name = members[i].name;
        authority.state = PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
        authority.head_office = &office;
        authority.head_office_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
        code = record_put(txn, &allocation_authorities, &authority.base);
    }
    return code;
}

static enum code fill_stays(struct store_txn *txn, struct arena *arena, size_t home)
{
    enum code code = CODE_OK;
    for (size_t k = 0; k < STAYS && homes[home].stays[k].gss && code == CODE_OK; k++) {
        Pb__PlacementFact fact = PB__PLACEMENT_FACT__INIT;
        fact.id = id_of(arena, 'b', home * STAYS + k), fact.provision_id = id_of(arena, 'a', home);
        fact.authority_id = homes[home].stays[k].gss;
        fact.start_on = "2026-01-05", fact.end_on = homes[home].stays[k].until;
        code = record_put(txn, &allocation_placement_facts, &fact.base);
    }
    return code;
}

static enum code fill_home(struct store_txn *txn, struct arena *arena, size_t home)
{
    Pb__Provision provision = PB__PROVISION__INIT;
    Pb__GeoPoint point = PB__GEO_POINT__INIT;
    point.latitude_e7 = 510000000 + homes[home].north * 100000;
    provision.id = id_of(arena, 'a', home), provision.name = homes[home].name;
    provision.kind = PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
    provision.status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE;
    if (homes[home].north != NOWHERE) {
        provision.position = &point;
        provision.position_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
    }
    enum code code = record_put(txn, &allocation_provisions, &provision.base);
    return code ? code : fill_stays(txn, arena, home);
}

static enum code fill(struct store_txn *txn, struct arena *arena)
{
    struct cursor cursor = {
        .position = {.epoch = 1, .sequence = 40}, .entitlement = 1, .floor = 1, .read_at_ms = 1};
    enum code code = fill_members(txn);
    for (size_t i = 0; i < HOMES && code == CODE_OK; i++)
        code = fill_home(txn, arena, i);
    return code ? code : cursor_put(txn, ALLOCATION_SOURCE, &cursor);
}

static struct service_options options(void)
{
    static struct allocation allocation;
    return allocation_options(&allocation);
}

#define HOME(n) "01979df0-0000-7000-8000-a0000000000" n

static const struct fed feeds[] = {
    {ALLOCATION_SOURCE, "ccrag.v1.PlacementFact",
     "{\"id\": \"01979df0-0000-7000-8000-c00000000001\", \"provisionId\": \"" HOME(
         "9") "\", \"authorityId\": \"" HERTS "\", \"startOn\": \"2026-01-05\"}",
     FED_PUT},
    {ALLOCATION_SOURCE, "ccrag.v1.Provision", "{\"id\": \"" HOME("0") "\"}", FED_GONE},
    {ALLOCATION_SOURCE, "ccrag.v1.Authority",
     "{\"id\": \"" ESSEX "\", \"name\": \"Essex\", \"state\": \"MEMBERSHIP_STATE_LEFT\"}", FED_PUT},
    {ALLOCATION_SOURCE, "ccrag.v1.Provision",
     "{\"id\": \"" HOME("0") "\", \"name\": \"applied\", \"kind\": \"PROVISION_KIND_CHILDRENS_HOME\"}",
     FED_ANEW},
};

const struct subject subject = {.service = ALLOCATION_NAME,
                                .options = options,
                                .name = name,
                                .fill = fill,
                                .feeds = feeds,
                                .feed_count = sizeof feeds / sizeof feeds[0]};
