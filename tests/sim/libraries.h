#pragma once
/* What libraries.c, linked in before the libraries, saw. */

#include <stdbool.h>

/* Batches of copies that stores began to write behind (common/store/behind.c), in this process, and how often
 * it was told that some could not be written. */
extern unsigned long libraries_behind, libraries_behind_failed;
/* Of PLANT_UNTOLD: it is not told. */
extern bool libraries_behind_untold;
