#pragma once
/* What one command puts into its store, as read from the store itself: for each database how many entries a
 * command adds or replaces, and how long they are. A text file of lines
 *
 *     DATABASE PUTS-EACH KEY-BYTES VALUE-BYTES rising|random
 *
 * which raw_lmdb.c does again without us, and raw_seal.c seals again. */

#include "tests/bench/bench.h"

#include <stdbool.h>

enum { PUTS_MAX = 32 };

struct put {
    char database[96];
    double each;
    size_t key_bytes, value_bytes;
    bool random; /* replaces a record anywhere; otherwise keys rise */
};

struct puts {
    struct put list[PUTS_MAX];
    size_t count;
};

static inline void puts_read(const char *path, struct puts *ret_puts)
{
    FILE *file = fopen(path, "r");
    char where[16];
    BENCH_NEED(file, "%s cannot be read", path);
    *ret_puts = (struct puts){.count = 0};
    while (ret_puts->count < PUTS_MAX) {
        struct put *put = &ret_puts->list[ret_puts->count];
        if (fscanf(file, "%95s %lf %zu %zu %15s", put->database, &put->each, &put->key_bytes,
                   &put->value_bytes, where) != 5)
            break;
        put->random = where[1] == 'a';
        ret_puts->count++;
    }
    fclose(file);
    BENCH_NEED(ret_puts->count > 0, "%s names no puts", path);
}
