/* The National Grid, by the worked example of Ordnance Survey's guide (annex C) and there-and-back over Great
 * Britain. */

#include "common/domain/grid.h"

#include <criterion/criterion.h>
#include <math.h>

static double dms(double degrees, double minutes, double seconds)
{
    return degrees + minutes / 60 + seconds / 3600;
}

/* TG 51409 13177 is 651409.903, 313177.270 to the millimetre: 52 39 27.2531 N, 1 43 4.5177 E on OSGB36. */
Test(grid, the_worked_example)
{
    struct grid_point caister;
    cr_assert_eq(grid_reference_parse("TG 51409 13177", &caister, NULL), CODE_OK);
    cr_assert_eq(caister.easting, 651409.0);
    cr_assert_eq(caister.northing, 313177.0);

    const struct grid_point exact = {651409.903, 313177.270};
    struct degrees osgb36 = grid_to_osgb36(exact);
    cr_assert_float_eq(osgb36.latitude, dms(52, 39, 27.2531), 0.00005 / 3600 * 2);
    cr_assert_float_eq(osgb36.longitude, dms(1, 43, 4.5177), 0.00005 / 3600 * 2);
    struct grid_point back = grid_from_osgb36(osgb36);
    cr_assert_float_eq(back.easting, exact.easting, 0.001);
    cr_assert_float_eq(back.northing, exact.northing, 0.001);

    struct degrees wgs84;
    cr_assert_eq(grid_to_wgs84(exact, &wgs84), CODE_OK);
    cr_assert_float_eq(wgs84.latitude, dms(52, 39, 28.72), 0.1 / 3600);
    cr_assert_float_eq(wgs84.longitude, dms(1, 42, 57.79), 0.1 / 3600);
    cr_assert_gt(fabs(wgs84.longitude - osgb36.longitude), 6.0 / 3600,
                 "without the shift it would be 100 m wrong");
}

Test(grid, there_and_back_within_centimetres)
{
    for (int east = 80000; east <= GRID_EASTING_MOST - 10000; east += 17321) {
        for (int north = 5000; north <= 1220000; north += 23017) {
            struct grid_point point = {east, north}, back = {0, 0};
            struct degrees position;
            cr_assert_eq(grid_to_wgs84(point, &position), CODE_OK);
            cr_assert_eq(grid_from_wgs84(position, &back), CODE_OK, "%d %d", east, north);
            cr_assert_float_eq(back.easting, point.easting, 0.05, "%d %d: %f", east, north, back.easting);
            cr_assert_float_eq(back.northing, point.northing, 0.05, "%d %d: %f", east, north, back.northing);
        }
    }
}

Test(grid, outside_is_refused)
{
    static const struct grid_point wrong[] = {{-1, 0}, {700001, 0}, {0, -1}, {0, 1300001}, {NAN, 0}};
    struct degrees position = {1, 2};
    struct position_e7 e7;
    struct grid_point point;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_assert_eq(grid_to_wgs84(wrong[i], &position), CODE_OUT_OF_RANGE);
        cr_assert_eq(grid_to_e7(wrong[i], &e7), CODE_OUT_OF_RANGE);
    }
    cr_assert_eq(position.latitude, 1.0);
    cr_assert_eq(grid_from_wgs84((struct degrees){48.85, 2.35}, &point), CODE_OUT_OF_RANGE);
    cr_assert_eq(grid_from_wgs84((struct degrees){NAN, 0}, &point), CODE_OUT_OF_RANGE);
}

Test(grid, references)
{
    static const struct {
        const char *text;
        enum code code;
        double easting, northing;
    } cases[] = {
        {"tg5140913177", CODE_OK, 651409, 313177},
        {"TG 51 13", CODE_OK, 651000, 313000},
        {"SV 00000 00000", CODE_OK, 0, 0},
        {"TL 3 1", CODE_OK, 530000, 210000},
        {"HP 6 1", CODE_OK, 460000, 1210000},
        {"NN 166 712", CODE_OK, 216600, 771200},
        {"TG 514 1317", CODE_INVALID_ARGUMENT, 0, 0},
        {"TG", CODE_INVALID_ARGUMENT, 0, 0},
        {"TI 51 13", CODE_INVALID_ARGUMENT, 0, 0},
        {"AA 51 13", CODE_INVALID_ARGUMENT, 0, 0},
        {"51409 13177", CODE_INVALID_ARGUMENT, 0, 0},
        {"TG 5140x 13177", CODE_INVALID_ARGUMENT, 0, 0},
        {"TG 514091 131771", CODE_INVALID_ARGUMENT, 0, 0},
        {"", CODE_INVALID_ARGUMENT, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct grid_point point = {0, 0};
        cr_assert_eq(grid_reference_parse(cases[i].text, &point, NULL), cases[i].code, "%s", cases[i].text);
        cr_assert_eq(point.easting, cases[i].easting, "%s", cases[i].text);
        cr_assert_eq(point.northing, cases[i].northing, "%s", cases[i].text);
    }
}
