/* Between the National Grid and WGS84. In: eastings and northings, positions, grid references. Out: the other
 * form. Formulas and constants: Ordnance Survey, "A guide to coordinate systems in Great Britain", annexes A
 * to C and section 6.6. It does not hold OSTN15, so what it gives is good to about 5 m. */

#include "common/domain/grid.h"
#include "common/domain/scan.h"
#include "common/domain/trig.h"

#include <math.h>
#include <string.h>

struct ellipsoid {
    double a, b; /* semi-axes in metres */
};
static const struct ellipsoid airy_1830 = {6377563.396, 6356256.909};
static const struct ellipsoid wgs84 = {6378137.000, 6356752.3141};

/* The projection of the National Grid: scale on the central meridian, true and false origin. */
#define SCALE            0.9996012717
#define ORIGIN_LATITUDE  trig_radians(49.0)
#define ORIGIN_LONGITUDE trig_radians(-2.0)
#define FALSE_EASTING    400000.0
#define FALSE_NORTHING   -100000.0

/* Where what is approached is reached: radians, less than a micrometre. */
#define CLOSE_ENOUGH 1e-14

struct cartesian {
    double x, y, z; /* metres from the Earth's centre */
};

/* From WGS84 to OSGB36: metres, parts, radians. The other way is taken with every sign turned. */
static const struct helmert {
    struct cartesian shift, turn;
    double scale;
} to_osgb36 = {
    .shift = {-446.448, 125.157, -542.060},
    .turn = {-0.1502 * TRIG_PI / 648000.0, -0.2470 * TRIG_PI / 648000.0, -0.8421 * TRIG_PI / 648000.0},
    .scale = 20.4894e-6,
};

static double eccentricity_squared(struct ellipsoid on)
{
    return (on.a * on.a - on.b * on.b) / (on.a * on.a);
}

/* Developed arc of the meridian from the true origin (annex C, equation C3). */
static double meridian_arc(double latitude)
{
    const double n = (airy_1830.a - airy_1830.b) / (airy_1830.a + airy_1830.b);
    double minus = latitude - ORIGIN_LATITUDE, plus = latitude + ORIGIN_LATITUDE;
    return airy_1830.b * SCALE *
           ((1 + n + 5.0 / 4 * n * n + 5.0 / 4 * n * n * n) * minus -
            (3 * n + 3 * n * n + 21.0 / 8 * n * n * n) * trig_sin(minus) * trig_cos(plus) +
            (15.0 / 8 * n * n + 15.0 / 8 * n * n * n) * trig_sin(2 * minus) * trig_cos(2 * plus) -
            35.0 / 24 * n * n * n * trig_sin(3 * minus) * trig_cos(3 * plus));
}

/* Radii of curvature at a latitude (equation C2): across and along the meridian, times the scale. */
struct radii {
    double nu, rho, eta_squared;
};

static struct radii radii_at(double latitude)
{
    double e2 = eccentricity_squared(airy_1830), sine = trig_sin(latitude);
    double under = 1 - e2 * sine * sine;
    double nu = airy_1830.a * SCALE / sqrt(under);
    double rho = airy_1830.a * SCALE * (1 - e2) / (under * sqrt(under));
    return (struct radii){.nu = nu, .rho = rho, .eta_squared = nu / rho - 1};
}

struct grid_point grid_from_osgb36(struct degrees osgb36)
{
    double latitude = trig_radians(osgb36.latitude);
    double p = trig_radians(osgb36.longitude) - ORIGIN_LONGITUDE;
    struct radii r = radii_at(latitude);
    double s = trig_sin(latitude), c = trig_cos(latitude), t2 = s * s / (c * c), c3 = c * c * c,
           c5 = c3 * c * c;

    double i = meridian_arc(latitude) + FALSE_NORTHING;
    double ii = r.nu / 2 * s * c;
    double iii = r.nu / 24 * s * c3 * (5 - t2 + 9 * r.eta_squared);
    double iiia = r.nu / 720 * s * c5 * (61 - 58 * t2 + t2 * t2);
    double iv = r.nu * c;
    double v = r.nu / 6 * c3 * (r.nu / r.rho - t2);
    double vi = r.nu / 120 * c5 * (5 - 18 * t2 + t2 * t2 + 14 * r.eta_squared - 58 * t2 * r.eta_squared);
    double p2 = p * p;
    return (struct grid_point){
        .easting = FALSE_EASTING + p * (iv + p2 * (v + p2 * vi)),
        .northing = i + p2 * (ii + p2 * (iii + p2 * iiia)),
    };
}

struct degrees grid_to_osgb36(struct grid_point point)
{
    double north = point.northing - FALSE_NORTHING;
    double latitude = north / (airy_1830.a * SCALE) + ORIGIN_LATITUDE;
    double step = 1;
    for (int i = 0; i < 8 && fabs(step) > CLOSE_ENOUGH; i++) { /* each divides the error by about 500 */
        step = (north - meridian_arc(latitude)) / (airy_1830.a * SCALE);
        latitude += step;
    }

    struct radii r = radii_at(latitude);
    double nu = r.nu, nu3 = nu * nu * nu, nu5 = nu3 * nu * nu, nu7 = nu5 * nu * nu;
    double t = trig_tan(latitude), t2 = t * t, t4 = t2 * t2, t6 = t4 * t2, secant = 1 / trig_cos(latitude);

    double vii = t / (2 * r.rho * nu);
    double viii = t / (24 * r.rho * nu3) * (5 + 3 * t2 + r.eta_squared - 9 * t2 * r.eta_squared);
    double ix = t / (720 * r.rho * nu5) * (61 + 90 * t2 + 45 * t4);
    double x = secant / nu;
    double xi = secant / (6 * nu3) * (nu / r.rho + 2 * t2);
    double xii = secant / (120 * nu5) * (5 + 28 * t2 + 24 * t4);
    double xiia = secant / (5040 * nu7) * (61 + 662 * t2 + 1320 * t4 + 720 * t6);
    double d = point.easting - FALSE_EASTING, d2 = d * d;
    return (struct degrees){
        .latitude = trig_degrees(latitude - d2 * (vii - d2 * (viii - d2 * ix))),
        .longitude = trig_degrees(ORIGIN_LONGITUDE + d * (x - d2 * (xi - d2 * (xii - d2 * xiia)))),
    };
}

/* Annex B: between a position at height 0 and coordinates from the Earth's centre. */
static struct cartesian to_cartesian(struct degrees position, struct ellipsoid on)
{
    double latitude = trig_radians(position.latitude), longitude = trig_radians(position.longitude);
    double e2 = eccentricity_squared(on), sine = trig_sin(latitude), cosine = trig_cos(latitude);
    double nu = on.a / sqrt(1 - e2 * sine * sine);
    return (struct cartesian){
        .x = nu * cosine * trig_cos(longitude),
        .y = nu * cosine * trig_sin(longitude),
        .z = (1 - e2) * nu * sine,
    };
}

static struct degrees from_cartesian(struct cartesian at, struct ellipsoid on)
{
    double e2 = eccentricity_squared(on), p = sqrt(at.x * at.x + at.y * at.y);
    double latitude = trig_atan2(at.z, p * (1 - e2));
    double before = latitude + 1;
    for (int i = 0; i < 8 && fabs(latitude - before) > CLOSE_ENOUGH; i++) { /* by about 150 */
        double sine = trig_sin(latitude);
        double nu = on.a / sqrt(1 - e2 * sine * sine);
        before = latitude;
        latitude = trig_atan2(at.z + e2 * nu * sine, p);
    }
    return (struct degrees){
        .latitude = trig_degrees(latitude),
        .longitude = trig_degrees(trig_atan2(at.y, at.x)),
    };
}

/* Section 6.2, equation 3; `sign` is 1 towards OSGB36, -1 towards WGS84. */
static struct cartesian shifted(struct cartesian at, double sign)
{
    double s = 1 + sign * to_osgb36.scale;
    double rx = sign * to_osgb36.turn.x, ry = sign * to_osgb36.turn.y, rz = sign * to_osgb36.turn.z;
    return (struct cartesian){
        .x = sign * to_osgb36.shift.x + s * at.x - rz * at.y + ry * at.z,
        .y = sign * to_osgb36.shift.y + rz * at.x + s * at.y - rx * at.z,
        .z = sign * to_osgb36.shift.z - ry * at.x + rx * at.y + s * at.z,
    };
}

static bool is_on_grid(struct grid_point point)
{
    return point.easting >= 0 && point.easting <= GRID_EASTING_MOST && point.northing >= 0 &&
           point.northing <= GRID_NORTHING_MOST;
}

enum code grid_to_wgs84(struct grid_point point, struct degrees *ret_position)
{
    if (!is_on_grid(point))
        return CODE_OUT_OF_RANGE;
    struct cartesian on_airy = to_cartesian(grid_to_osgb36(point), airy_1830);
    *ret_position = from_cartesian(shifted(on_airy, -1.0), wgs84);
    return CODE_OK;
}

enum code grid_to_e7(struct grid_point point, struct position_e7 *ret_position)
{
    struct degrees position;
    enum code code = grid_to_wgs84(point, &position);
    return code == CODE_OK ? position_to_e7(position, ret_position) : code;
}

enum code grid_from_wgs84(struct degrees position, struct grid_point *ret_point)
{
    /* The projection's series hold near Britain alone. */
    if (!(position.latitude >= 49.0 && position.latitude <= 62.0) ||
        !(position.longitude >= -10.0 && position.longitude <= 4.0))
        return CODE_OUT_OF_RANGE;
    struct cartesian on_wgs84 = to_cartesian(position, wgs84);
    struct grid_point point = grid_from_osgb36(from_cartesian(shifted(on_wgs84, 1.0), airy_1830));
    if (!is_on_grid(point))
        return CODE_OUT_OF_RANGE;
    *ret_point = point;
    return CODE_OK;
}

/* The south-west corner of a 100 km square in km/100: letters count from A in rows of five, without I, from
 * the north-west; S is the 500 km square of the origin. */
static bool read_square(const char *letters, int *ret_east, int *ret_north)
{
    static const char alphabet[] = "ABCDEFGHJKLMNOPQRSTUVWXYZ";
    if (!is_letter(letters[0]) || !is_letter(letters[1]) || letters[0] == 'I' || letters[1] == 'I')
        return false;
    int big = (int)(strchr(alphabet, letters[0]) - alphabet);
    int small = (int)(strchr(alphabet, letters[1]) - alphabet);
    *ret_east = (big % 5 - 2) * 5 + small % 5;
    *ret_north = (3 - big / 5) * 5 + 4 - small / 5;
    return *ret_east >= 0 && *ret_east < 7 && *ret_north >= 0 && *ret_north < 13;
}

enum code grid_reference_parse(const char *text, struct grid_point *ret_point, struct fault *ret_fault)
{
    char squeezed[14];
    size_t length = scan_squeeze(text, sizeof squeezed, squeezed);
    int east, north;
    if (length < 2 || !read_square(squeezed, &east, &north))
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "",
                         "\"%.40s\" does not begin with the two letters of a square of the National Grid",
                         text);
    if (length > 12 || length < 4 || length % 2 != 0 || strspn(squeezed + 2, "0123456789") != length - 2)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "",
                         "\"%.40s\" does not have two to ten digits, as many east as north", text);

    size_t half = (length - 2) / 2;
    int metres[2] = {0, 0};
    for (size_t i = 0; i < 5; i++) {
        for (size_t axis = 0; axis < 2; axis++)
            metres[axis] = metres[axis] * 10 + (i < half ? squeezed[2 + axis * half + i] - '0' : 0);
    }
    *ret_point =
        (struct grid_point){.easting = east * 100000 + metres[0], .northing = north * 100000 + metres[1]};
    return CODE_OK;
}
