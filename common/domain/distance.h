#pragma once
/* Positions and distances (rule X4: the same answer to the bit on every machine).
 *
 * A distance is that of the haversine formula on a sphere of the mean radius 6371.0088 km, as whole metres:
 * rounded before any filter or rank sees it. Trigonometry is our own (trig.h), because that of a C library
 * may differ between versions and processors in its last bit. */

#include "common/base/error.h"

#include <stdint.h>

#define EARTH_RADIUS_METRES 6371008.8

/* WGS84, in degrees: north and east are positive. */
struct degrees {
    double latitude, longitude;
};

/* The same in units of 1e-7 degrees (about 1 cm): what records and messages carry. */
struct position_e7 {
    int32_t latitude, longitude;
};

/* A distance in whole metres. */
struct metres {
    uint32_t value;
};

/* A position as a point on the unit sphere: for distances from one point to many. */
struct sphere_point {
    double x, y, z;
};

/* Rounded to the nearest unit. CODE_OUT_OF_RANGE outside -90 … 90 and -180 … 180 or for what is not a number.
 */
enum code position_to_e7(struct degrees position, struct position_e7 *ret_position);
/* Exact, back in degrees. */
struct degrees position_from_e7(struct position_e7 position);
/* Within -90 … 90 and -180 … 180 degrees? */
bool position_e7_is_valid(struct position_e7 position);

/* The point of the unit sphere; the same to the bit on every machine (rule X4). */
struct sphere_point sphere_point_of(struct position_e7 position);

/* The square of the straight line between two points of the unit sphere: 4 times the haversine's `a`. It
 * needs no trigonometry and grows with the distance. */
static inline double chord_squared(struct sphere_point a, struct sphere_point b)
{
    double x = a.x - b.x, y = a.y - b.y, z = a.z - b.z;
    return x * x + y * y + z * z;
}

/* The distance that belongs to it, halves of a metre rounded up. */
struct metres metres_of_chord_squared(double chord_squared);

/* No two points of `within` metres or less have a larger squared chord: for sieving. What passes the sieve is
 * then measured in metres, and that decides. */
double chord_squared_bound(struct metres within);

/* From point to point along the sphere, in whole metres (rule X4). */
struct metres distance_between(struct position_e7 a, struct position_e7 b);

/* For people: miles with one decimal ("12.3"), halves rounded up; 1 mile is 1609.344 m. */
enum { MILES_TEXT_BYTES = 16 };
void metres_print_miles(struct metres metres, char ret_text[MILES_TEXT_BYTES]);
