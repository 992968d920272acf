#pragma once
/* What libraries.c, linked in before the libraries, saw. */

/* Batches of copies that stores began to write behind (common/store/behind.c), in this process. */
extern unsigned long libraries_behind;
