/* Distances (rule X4) and the trigonometry under them, against the C library's haversine. */

#include "common/domain/distance.h"
#include "common/domain/trig.h"

#include <criterion/criterion.h>
#include <math.h>

Test(trig, within_a_few_units_in_the_last_place_of_the_c_library)
{
    for (int i = -100000; i <= 100000; i++) {
        double angle = i * 1e-4;
        cr_assert_lt(fabs(trig_sin(angle) - sin(angle)), 4e-16, "%.17g", angle);
        cr_assert_lt(fabs(trig_cos(angle) - cos(angle)), 4e-16, "%.17g", angle);
        double back = trig_atan2(trig_sin(angle), trig_cos(angle));
        cr_assert_lt(fabs(back - atan2(sin(angle), cos(angle))), 1e-15, "%.17g", angle);
    }
    cr_assert_eq(trig_atan2(0, 0), 0.0);
    cr_assert_eq(trig_sin(0), 0.0);
    cr_assert_eq(trig_cos(0), 1.0);
}

static double haversine(struct degrees a, struct degrees b)
{
    const double degree = 3.14159265358979323846 / 180;
    double latitude = sin((b.latitude - a.latitude) * degree / 2);
    double longitude = sin((b.longitude - a.longitude) * degree / 2);
    double h =
        latitude * latitude + cos(a.latitude * degree) * cos(b.latitude * degree) * longitude * longitude;
    return 2 * 6371008.8 * asin(sqrt(h));
}

/* Steps through positions of Great Britain and beyond, always the same ones. */
static struct position_e7 step(uint64_t *state, double spread)
{
    struct position_e7 position;
    double part[2];
    for (int i = 0; i < 2; i++) {
        *state = *state * 6364136223846793005u + 1442695040888963407u;
        part[i] = (double)(*state >> 11) / 9007199254740992.0 * 2 - 1;
    }
    cr_assert_eq(position_to_e7((struct degrees){52 + part[0] * spread, -1 + part[1] * spread}, &position),
                 CODE_OK);
    return position;
}

Test(distance, is_the_haversine_in_whole_metres)
{
    uint64_t state = 1;
    for (int i = 0; i < 20000; i++) {
        double spread = i % 4 == 0 ? 30 : i % 4 == 1 ? 3 : i % 4 == 2 ? 0.1 : 0.0001;
        struct position_e7 a = step(&state, spread), b = step(&state, spread);
        double wanted = haversine(position_from_e7(a), position_from_e7(b));
        struct metres metres = distance_between(a, b);
        cr_assert_leq(fabs((double)metres.value - wanted), 0.5 + 1e-6);
        cr_assert_eq(distance_between(b, a).value, metres.value);
        cr_assert_eq(distance_between(a, a).value, 0u);
    }
}

Test(distance, the_sieve_lets_everything_near_enough_through)
{
    uint64_t state = 7;
    for (int i = 0; i < 20000; i++) {
        struct position_e7 a = step(&state, 3), b = step(&state, 3);
        double chord = chord_squared(sphere_point_of(a), sphere_point_of(b));
        struct metres metres = metres_of_chord_squared(chord);
        cr_assert_leq(chord, chord_squared_bound(metres));
        if (metres.value > 2)
            cr_assert_gt(chord, chord_squared_bound((struct metres){metres.value - 2}));
    }
    cr_assert_geq(chord_squared_bound((struct metres){UINT32_MAX}), 4.0);
}

Test(distance, known_ones)
{
    struct position_e7 pole = {900000000, 0}, equator = {0, 0}, antipode = {0, 1800000000};
    cr_assert_eq(distance_between(equator, pole).value, 10007557u);     /* a quarter of 2 pi R */
    cr_assert_eq(distance_between(equator, antipode).value, 20015114u); /* half of it */
}

Test(distance, positions_outside_the_world_are_refused)
{
    static const struct degrees wrong[] = {{90.1, 0},   {-90.1, 0}, {0, 180.1},
                                           {0, -180.1}, {NAN, 0},   {0, INFINITY}};
    struct position_e7 position = {1, 2};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        cr_assert_eq(position_to_e7(wrong[i], &position), CODE_OUT_OF_RANGE);
    cr_assert_eq(position.latitude, 1);
    cr_assert_not(position_e7_is_valid((struct position_e7){900000001, 0}));
    cr_assert(position_e7_is_valid((struct position_e7){-900000000, 1800000000}));
}

Test(distance, miles_for_people)
{
    static const struct {
        uint32_t metres;
        const char *miles;
    } cases[] = {{0, "0.0"},      {80, "0.0"},     {81, "0.1"},  {1609, "1.0"},
                 {16093, "10.0"}, {60000, "37.3"}, {241, "0.1"}, {242, "0.2"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[MILES_TEXT_BYTES];
        metres_print_miles((struct metres){cases[i].metres}, text);
        cr_assert_str_eq(text, cases[i].miles, "%u: %s", cases[i].metres, text);
    }
}
