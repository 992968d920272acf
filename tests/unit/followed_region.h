#pragma once
/* A registry that the test writes, for programs that follow it: a small region of four members on a line, H,
 * B, E and K, with homes between them. */

#include "tests/unit/followed.h"

#include "common/service/membership.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/placements.pb-c.h"
#include "ccrag/v1/providers.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

#define HERTS   "E10000015"
#define BEDFORD "E06000055"
#define ESSEX   "E10000012"
#define KENT    "E10000016"

static inline void seen_by_services(const ProtobufCMessage *record, struct audience *ret_audience)
{
    (void)record;
    ret_audience->groups = AUDIENCE_SERVICES;
}

#define SOURCE_TABLE(of, message, key_by)                                                                    \
    {                                                                                                        \
        .name = of, .type = &pb__##message##__descriptor, .flags = TABLE_VERSIONED | TABLE_JOURNAL,          \
        .key = key_by, .audience = seen_by_services                                                          \
    }

static const struct table source_regions = SOURCE_TABLE("regions", region, key_by_text),
                          source_authorities = SOURCE_TABLE("authorities", authority, key_by_text),
                          source_provisions = SOURCE_TABLE("provisions", provision, key_by_uuid),
                          source_placements = SOURCE_TABLE("placement_facts", placement_fact, key_by_uuid),
                          source_providers = SOURCE_TABLE("providers", provider, key_by_uuid);
static const struct table *const source_tables[] = {
    &source_regions, &source_authorities, &source_provisions, &source_placements, &source_providers, NULL};

/* --- what the registry has --------------------------------------------------------------------------- */

#define PROVIDER_ONE "01979df0-0000-7000-8000-0000000000a1"
#define PROVIDER_TWO "01979df0-0000-7000-8000-0000000000a2"

/* UUIDs that rise with their number. */
static inline const char *home_id(struct fixture *fixture, unsigned number)
{
    return arena_format(&fixture->arena, "01979df0-0000-7000-8000-%012x", 0x1000 + number);
}

static inline const char *stay_id(struct fixture *fixture, unsigned number)
{
    return arena_format(&fixture->arena, "01979df0-0000-7000-8000-%012x", 0x2000 + number);
}

/* A member whose office stands that many hundredths of a degree (about a kilometre) north of latitude 51. */
static inline void put_member(struct fixture *fixture, const char *gss, const char *name, int north,
                              Pb__MembershipState state)
{
    Pb__Authority authority = PB__AUTHORITY__INIT;
    Pb__GeoPoint office = PB__GEO_POINT__INIT;
    office.latitude_e7 = 510000000 + north * 100000;
    authority.id = gss, authority.name = name, authority.state = state;
    authority.head_office = north < 0 ? NULL : &office;
    if (north >= 0)
        authority.head_office_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
    source_put_quietly(fixture, &source_authorities, span_of(NULL, 0), &authority.base);
}

static inline Pb__Provision home_of(struct fixture *fixture, unsigned number, Pb__GeoPoint *point, int north)
{
    Pb__Provision home = PB__PROVISION__INIT;
    static const char *urns[1];
    urns[0] = arena_format(&fixture->arena, "ofsted:SC%06u", number);
    home.id = home_id(fixture, number);
    home.name = arena_format(&fixture->arena, "Home %u", number);
    home.kind = PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
    home.status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE;
    home.provider_id = number % 2 ? PROVIDER_ONE : PROVIDER_TWO;
    home.urns = urns, home.n_urns = 1;
    point->latitude_e7 = 510000000 + north * 100000;
    if (north < 0)
        return home;
    home.position = point;
    home.position_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
    return home;
}

/* A home; `north` below 0: nobody knows where. */
static inline void put_home(struct fixture *fixture, unsigned number, int north)
{
    Pb__GeoPoint point = PB__GEO_POINT__INIT;
    Pb__Provision home = home_of(fixture, number, &point, north);
    source_put_quietly(fixture, &source_provisions, span_of(NULL, 0), &home.base);
}

/* A placement; `end_on` "": it lasts. */
static inline void put_stay(struct fixture *fixture, unsigned number, const char *gss, unsigned home,
                            const char *start_on, const char *end_on)
{
    Pb__PlacementFact fact = PB__PLACEMENT_FACT__INIT;
    fact.id = stay_id(fixture, number), fact.authority_id = gss, fact.provision_id = home_id(fixture, home);
    fact.start_on = start_on, fact.end_on = end_on;
    source_put_quietly(fixture, &source_placements, span_of(NULL, 0), &fact.base);
}

/* Lets the program read what was put, and do what follows from it. */
static inline void settle(struct fixture *fixture)
{
    for (int i = 0; i < 3; i++)
        pass_ms(fixture, 100);
}

static const Pb__MembershipState member = PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;

/* H at 0, B at 10, E at 20, K at 30; home 1 at 2 (H and B place), home 2 at 11 (B and E), home 3 at 19 (H and
 * E), home 4 at 25 (K alone). Stays are numbered home x 10 and on. */
static inline void put_region(struct fixture *fixture)
{
    Pb__Region region = PB__REGION__INIT;
    region.id = REGION_ID, region.name = "Test", region.host = HERTS;
    source_put_quietly(fixture, &source_regions, span_of(NULL, 0), &region.base);
    put_member(fixture, HERTS, "Hertfordshire", 0, member);
    put_member(fixture, BEDFORD, "Bedford", 10, member);
    put_member(fixture, ESSEX, "Essex", 20, member);
    put_member(fixture, KENT, "Kent", 30, member);
    put_home(fixture, 1, 2);
    put_home(fixture, 2, 11);
    put_home(fixture, 3, 19);
    put_home(fixture, 4, 25);
    put_stay(fixture, 10, HERTS, 1, "2026-01-05", "");
    put_stay(fixture, 11, BEDFORD, 1, "2026-01-05", "");
    put_stay(fixture, 20, BEDFORD, 2, "2026-01-05", "");
    put_stay(fixture, 21, ESSEX, 2, "2026-01-05", "");
    put_stay(fixture, 30, HERTS, 3, "2026-01-05", "");
    put_stay(fixture, 31, ESSEX, 3, "2026-01-05", "");
    put_stay(fixture, 40, KENT, 4, "2026-01-05", "");
}
