/* The numbers below 1000 as texts: most of the numbers that people read in an answer. */

#include "services/matching/words.h"

#define ONE(o)                                                                                               \
    {                                                                                                        \
        {'0' + (o)}, 1                                                                                       \
    }
#define TWO(t, o)                                                                                            \
    {                                                                                                        \
        {'0' + (t), '0' + (o)}, 2                                                                            \
    }
#define THREE(h, t, o)                                                                                       \
    {                                                                                                        \
        {'0' + (h), '0' + (t), '0' + (o)}, 3                                                                 \
    }

#define TWOS(t)                                                                                              \
    TWO(t, 0), TWO(t, 1), TWO(t, 2), TWO(t, 3), TWO(t, 4), TWO(t, 5), TWO(t, 6), TWO(t, 7), TWO(t, 8),       \
        TWO(t, 9)
#define THREES(h, t)                                                                                         \
    THREE(h, t, 0), THREE(h, t, 1), THREE(h, t, 2), THREE(h, t, 3), THREE(h, t, 4), THREE(h, t, 5),          \
        THREE(h, t, 6), THREE(h, t, 7), THREE(h, t, 8), THREE(h, t, 9)
#define HUNDRED(h)                                                                                           \
    THREES(h, 0), THREES(h, 1), THREES(h, 2), THREES(h, 3), THREES(h, 4), THREES(h, 5), THREES(h, 6),        \
        THREES(h, 7), THREES(h, 8), THREES(h, 9)

const struct small_number small_numbers[1000] = {
    ONE(0),     ONE(1),     ONE(2),     ONE(3),     ONE(4),     ONE(5),     ONE(6),
    ONE(7),     ONE(8),     ONE(9),     TWOS(1),    TWOS(2),    TWOS(3),    TWOS(4),
    TWOS(5),    TWOS(6),    TWOS(7),    TWOS(8),    TWOS(9),    HUNDRED(1), HUNDRED(2),
    HUNDRED(3), HUNDRED(4), HUNDRED(5), HUNDRED(6), HUNDRED(7), HUNDRED(8), HUNDRED(9),
};
