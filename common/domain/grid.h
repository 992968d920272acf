#pragma once
/* The National Grid of Great Britain (OSGB36) and WGS84.
 *
 * Ordnance Survey, "A guide to coordinate systems in Great Britain": Airy 1830 transverse Mercator (annexes
 * B, C) and the seven-parameter Helmert shift (section 6.6). Good to about 5 m; without the shift, positions
 * would be about 100 m wrong. Latitudes and longitudes "on OSGB36" are on the Airy ellipsoid and are not
 * WGS84. */

#include "common/domain/distance.h"

/* Metres from the grid's false origin. */
struct grid_point {
    double easting, northing;
};

enum { GRID_EASTING_MOST = 700000, GRID_NORTHING_MOST = 1300000 };

/* CODE_OUT_OF_RANGE outside the grid (0 … 700,000 east, 0 … 1,300,000 north). */
enum code grid_to_wgs84(struct grid_point point, struct degrees *ret_position);
enum code grid_to_e7(struct grid_point point, struct position_e7 *ret_position);

/* CODE_OUT_OF_RANGE where the position lies outside the grid. */
enum code grid_from_wgs84(struct degrees position, struct grid_point *ret_point);

/* The steps of the above, on the Airy ellipsoid. The point must be on the grid or within 100 km of it. */
struct degrees grid_to_osgb36(struct grid_point point);
struct grid_point grid_from_osgb36(struct degrees osgb36);

/* Reads "TG 51409 13177", "TG5140913177", "tg 51 13" (two to ten digits, an even number): the south-west
 * corner of the square it names. CODE_INVALID_ARGUMENT says what is wrong; the caller names the field. */
enum code grid_reference_parse(const char *text, struct grid_point *ret_point, struct fault *ret_fault);
