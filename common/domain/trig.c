/* Sine, cosine and the arc tangent from IEEE basics alone (rule X4). In: radians or coordinates. Out: the
 * same bits everywhere. It trades speed for that: where many distances are wanted, see chord_squared in
 * distance.h. */

#include "common/domain/trig.h"

#include <math.h>

/* π/2 in three parts: the first two have trailing zeros, so that small multiples of them are exact. */
#define HALF_PI_HIGH   0x1.921fb544p0
#define HALF_PI_MIDDLE 0x1.0b4611a6p-34
#define HALF_PI_LOW    0x1.3198a2e037073p-69

/* Taylor's series on -π/4 … π/4: the first term left out is below 1e-19. */
static double sin_near_zero(double x)
{
    double s = x * x;
    double sum = 1.0 / 355687428096000.0;
    sum = sum * s - 1.0 / 1307674368000.0;
    sum = sum * s + 1.0 / 6227020800.0;
    sum = sum * s - 1.0 / 39916800.0;
    sum = sum * s + 1.0 / 362880.0;
    sum = sum * s - 1.0 / 5040.0;
    sum = sum * s + 1.0 / 120.0;
    sum = sum * s - 1.0 / 6.0;
    return x + x * s * sum;
}

static double cos_near_zero(double x)
{
    double s = x * x;
    double sum = 1.0 / 20922789888000.0;
    sum = sum * s - 1.0 / 87178291200.0;
    sum = sum * s + 1.0 / 479001600.0;
    sum = sum * s - 1.0 / 3628800.0;
    sum = sum * s + 1.0 / 40320.0;
    sum = sum * s - 1.0 / 720.0;
    sum = sum * s + 1.0 / 24.0;
    return 1.0 - (0.5 * s - s * s * sum);
}

/* The sine of angle + quarters * π/2. */
static double sin_of_quarters(double angle, int quarters)
{
    double turns = floor(angle * (2.0 / TRIG_PI) + 0.5);
    double rest = ((angle - turns * HALF_PI_HIGH) - turns * HALF_PI_MIDDLE) - turns * HALF_PI_LOW;
    switch (((int)turns + quarters) & 3) {
    case 0:
        return sin_near_zero(rest);
    case 1:
        return cos_near_zero(rest);
    case 2:
        return -sin_near_zero(rest);
    }
    return -cos_near_zero(rest);
}

double trig_sin(double angle)
{
    return sin_of_quarters(angle, 0);
}

double trig_cos(double angle)
{
    return sin_of_quarters(angle, 1);
}

double trig_tan(double angle)
{
    return trig_sin(angle) / trig_cos(angle);
}

/* The angle in 0 … π/4 whose sine and cosine these are. The estimate is within 0.02; each step cubes the
 * error, as what it adds is the sine of the error. */
static double angle_of(double sine, double cosine)
{
    double angle = sine + sine * sine * sine / 6.0;
    for (int i = 0; i < 3; i++)
        angle += sine * cos_near_zero(angle) - cosine * sin_near_zero(angle);
    return angle;
}

double trig_atan2(double y, double x)
{
    double up = fabs(y), along = fabs(x);
    double radius = sqrt(up * up + along * along);
    if (!(radius > 0))
        return 0.0;
    double angle = up <= along ? angle_of(up / radius, along / radius)
                               : TRIG_PI / 2 - angle_of(along / radius, up / radius);
    if (x < 0)
        angle = TRIG_PI - angle;
    return y < 0 ? -angle : angle;
}
