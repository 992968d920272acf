#pragma once
/* Trigonometry that gives the same bits on every machine with IEEE doubles (rule X4): only additions,
 * multiplications, divisions and square roots, in a fixed order. Build with -ffp-contract=off. Errors stay
 * within 4e-16 of the true value. */

/* Radians; the argument must lie within -10 … 10. */
double trig_sin(double angle);
double trig_cos(double angle);
double trig_tan(double angle);

/* The angle of the point (x, y), in -π … π; 0 for (0, 0). */
double trig_atan2(double y, double x);

#define TRIG_PI 3.14159265358979323846
static inline double trig_radians(double degrees)
{
    return degrees * (TRIG_PI / 180.0);
}
static inline double trig_degrees(double radians)
{
    return radians * (180.0 / TRIG_PI);
}
