/* Positions in both forms, and how far two of them lie apart (rule X4). In: WGS84 degrees. Out: whole metres,
 * rounded here and nowhere later. Roads and travel times are not its business. */

#include "common/domain/distance.h"
#include "common/domain/trig.h"

#include <math.h>
#include <stdio.h>

enum { E7_OF_DEGREE = 10000000 };

enum code position_to_e7(struct degrees position, struct position_e7 *ret_position)
{
    if (!(fabs(position.latitude) <= 90.0) || !(fabs(position.longitude) <= 180.0))
        return CODE_OUT_OF_RANGE;
    ret_position->latitude = (int32_t)floor(position.latitude * E7_OF_DEGREE + 0.5);
    ret_position->longitude = (int32_t)floor(position.longitude * E7_OF_DEGREE + 0.5);
    return CODE_OK;
}

struct degrees position_from_e7(struct position_e7 position)
{
    return (struct degrees){
        .latitude = (double)position.latitude / E7_OF_DEGREE,
        .longitude = (double)position.longitude / E7_OF_DEGREE,
    };
}

bool position_e7_is_valid(struct position_e7 position)
{
    const int32_t north = 90 * E7_OF_DEGREE, east = 180 * E7_OF_DEGREE;
    return position.latitude >= -north && position.latitude <= north && position.longitude >= -east &&
           position.longitude <= east;
}

struct sphere_point sphere_point_of(struct position_e7 position)
{
    struct degrees degrees = position_from_e7(position);
    double latitude = trig_radians(degrees.latitude), longitude = trig_radians(degrees.longitude);
    double across = trig_cos(latitude);
    return (struct sphere_point){
        .x = across * trig_cos(longitude),
        .y = across * trig_sin(longitude),
        .z = trig_sin(latitude),
    };
}

struct metres metres_of_chord_squared(double chord_squared)
{
    /* The haversine formula: d = 2 R asin √a, with a a quarter of the squared chord. */
    double a = chord_squared / 4.0;
    if (a > 1.0)
        a = 1.0;
    double metres = 2.0 * EARTH_RADIUS_METRES * trig_atan2(sqrt(a), sqrt(1.0 - a));
    return (struct metres){.value = (uint32_t)floor(metres + 0.5)};
}

double chord_squared_bound(struct metres within)
{
    const double half_round = TRIG_PI * EARTH_RADIUS_METRES;
    double metres = (double)within.value + 1.0; /* above every distance that rounds to it */
    if (metres >= half_round)
        return 5.0; /* no squared chord is larger than 4 */
    double half_chord = trig_sin(metres / (2.0 * EARTH_RADIUS_METRES));
    return 4.0 * half_chord * half_chord;
}

struct metres distance_between(struct position_e7 a, struct position_e7 b)
{
    return metres_of_chord_squared(chord_squared(sphere_point_of(a), sphere_point_of(b)));
}

void metres_print_miles(struct metres metres, char ret_text[MILES_TEXT_BYTES])
{
    /* In whole numbers, so that halves round up on every machine: a tenth of a mile is 160.9344 m. */
    uint64_t tenths = ((uint64_t)metres.value * 10000 * 2 + 1609344) / (2 * 1609344);
    snprintf(ret_text, MILES_TEXT_BYTES, "%llu.%llu", (unsigned long long)(tenths / 10),
             (unsigned long long)(tenths % 10));
}
