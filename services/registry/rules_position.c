/* Positions from postcodes. In: a table of postcodes and an address. Out: a point and how well it is known.
 */

#include "services/registry/rules_position.h"

#include "common/domain/gss.h"

#define QUALITY(name) PB__POSITION_QUALITY__POSITION_QUALITY_##name

static Pb__PositionQuality quality_of(enum postcode_precision precision)
{
    switch (precision) {
    case POSTCODE_EXACT:
        return QUALITY(EXACT);
    case POSTCODE_SECTOR:
        return QUALITY(SECTOR);
    case POSTCODE_OUTWARD:
        return QUALITY(OUTWARD_CODE);
    }
    return QUALITY(UNSPECIFIED);
}

struct place place_find(const struct postcode_table *table, const char *postcode, const char *authority_gss)
{
    struct place place = {.quality = QUALITY(UNSPECIFIED)};
    struct postcode parsed;
    struct grid_point point;
    enum postcode_precision precision;
    if (postcode[0] && postcode_parse(postcode, &parsed, NULL) == CODE_OK &&
        postcode_table_locate(table, parsed, &point, &precision) == CODE_OK &&
        grid_to_e7(point, &place.position) == CODE_OK) {
        place.quality = quality_of(precision);
        return place;
    }
    const struct authority *authority = authority_gss[0] ? authority_by_gss(authority_gss) : NULL;
    if (authority && authority_centre(authority, &point) == CODE_OK &&
        grid_to_e7(point, &place.position) == CODE_OK)
        place.quality = QUALITY(AUTHORITY);
    return place;
}

/* Puts a place into a record's two fields; true when that changed them. */
static bool put(struct place place, Pb__GeoPoint **point, Pb__PositionQuality *quality, struct arena *arena)
{
    bool known = place.quality != QUALITY(UNSPECIFIED);
    bool same = *quality == place.quality && known == (*point != NULL) &&
                (!known || ((*point)->latitude_e7 == place.position.latitude &&
                            (*point)->longitude_e7 == place.position.longitude));
    if (same)
        return false;
    Pb__GeoPoint *found = known ? arena_new(arena, Pb__GeoPoint) : NULL;
    if (known && !found)
        return false;
    if (found) {
        pb__geo_point__init(found);
        found->latitude_e7 = place.position.latitude;
        found->longitude_e7 = place.position.longitude;
    }
    *point = found;
    *quality = place.quality;
    return true;
}

bool provision_place(const struct postcode_table *table, Pb__Provision *provision, struct arena *arena)
{
    if (provision->position_stated)
        return false;
    return put(place_find(table, provision->postcode, provision->local_authority), &provision->position,
               &provision->position_quality, arena);
}

bool authority_place(const struct postcode_table *table, Pb__Authority *authority, struct arena *arena)
{
    if (authority->head_office_stated)
        return false;
    return put(place_find(table, authority->head_office_postcode, ""), &authority->head_office,
               &authority->head_office_quality, arena);
}
