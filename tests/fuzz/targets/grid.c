/* Grid references, and any point or position.
 *
 * In: a text, whose bytes are also two numbers. Held against: a reference names a whole metre on the grid;
 * what is on the grid has a position in or near Great Britain, from which the way back is centimetres long;
 * what is not a number is refused. */

#include "common/domain/grid.h"
#include "tests/fuzz/targets/fuzz.h"

#include <math.h>

#define WAY_BACK_METRES 0.05

static bool is_on_grid(struct grid_point point)
{
    return point.easting >= 0 && point.easting <= GRID_EASTING_MOST && point.northing >= 0 &&
           point.northing <= GRID_NORTHING_MOST;
}

static void check_point(struct grid_point point)
{
    struct degrees position = {.latitude = 1, .longitude = 2};
    struct position_e7 e7;
    struct grid_point back;
    enum code code = grid_to_wgs84(point, &position);
    require(code == (is_on_grid(point) ? CODE_OK : CODE_OUT_OF_RANGE));
    if (code != CODE_OK) {
        require(position.latitude == 1 && position.longitude == 2);
        return;
    }
    require(position.latitude > 49 && position.latitude < 62);
    require(position.longitude > -11 && position.longitude < 4);
    require(grid_to_e7(point, &e7) == CODE_OK && position_e7_is_valid(e7));
    if (grid_from_wgs84(position, &back) == CODE_OK) {
        require(fabs(back.easting - point.easting) < WAY_BACK_METRES);
        require(fabs(back.northing - point.northing) < WAY_BACK_METRES);
    }
}

static void check_position(struct degrees position)
{
    struct grid_point point = {.easting = -7, .northing = -8};
    struct position_e7 e7;
    enum code code = grid_from_wgs84(position, &point);
    if (code == CODE_OK)
        require(is_on_grid(point));
    else
        require(code == CODE_OUT_OF_RANGE && point.easting == -7 && point.northing == -8);
    bool is_valid = fabs(position.latitude) <= 90 && fabs(position.longitude) <= 180;
    require((position_to_e7(position, &e7) == CODE_OK) == is_valid);
    if (is_valid) {
        struct degrees again = position_from_e7(e7);
        require(position_e7_is_valid(e7) && fabs(again.latitude - position.latitude) < 1e-7 &&
                fabs(again.longitude - position.longitude) < 1e-7);
    }
}

/* A number of any size, not only of those that text makes. */
static double take_real(struct span *left)
{
    uint64_t bits = take_number(left, 8);
    double real;
    memcpy(&real, &bits, sizeof real);
    return real;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span left = span_of(data, size);
    char *text = text_of(left);
    struct grid_point point = {.easting = -7, .northing = -8};
    struct fault fault;
    enum code code = grid_reference_parse(text, &point, &fault);
    if (code == CODE_OK) {
        require(point.easting == floor(point.easting) && point.northing == floor(point.northing));
        check_point(point);
    } else {
        require(code == CODE_INVALID_ARGUMENT && point.easting == -7 && point.northing == -8);
        require_fault(code, &fault);
    }
    free(text);

    double x = take_real(&left), y = take_real(&left);
    check_point((struct grid_point){.easting = x, .northing = y});
    check_position((struct degrees){.latitude = x, .longitude = y});
    if (isfinite(x) && isfinite(y)) {
        check_point(
            (struct grid_point){.easting = fmod(fabs(x), 710000), .northing = fmod(fabs(y), 1310000)});
        check_position((struct degrees){.latitude = 49 + fmod(fabs(x), 13), .longitude = fmod(y, 10)});
    }
    return 0;
}
