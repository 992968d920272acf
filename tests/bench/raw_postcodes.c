/* The raw limit of an import of postcodes: the file unpacked, each line read into a postcode and two numbers,
 * sorted, written to one file and synced. `bench_raw_postcodes FILE.gz OUT` */

#include "tests/bench/bench.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { ROWS_MAX = 4000000, LINE_MAX_BYTES = 1024 };

struct row {
    char postcode[8];
    uint32_t easting, northing;
};

static int compare_rows(const void *a, const void *b)
{
    return memcmp(a, b, sizeof((const struct row *)a)->postcode);
}

static int read_row(const char *line, struct row *ret_row)
{
    size_t at = 0;
    struct row row = {.easting = 0};
    for (; *line && *line != ','; line++)
        if (isalnum((unsigned char)*line) && at < sizeof row.postcode)
            row.postcode[at++] = *line;
    if (sscanf(line, ",%u,%u", &row.easting, &row.northing) != 2)
        return 0;
    *ret_row = row;
    return 1;
}

int main(int argc, char **argv)
{
    char line[LINE_MAX_BYTES];
    BENCH_NEED(argc == 3, "usage: bench_raw_postcodes FILE.gz OUT");
    double began = bench_now();
    gzFile in = gzopen(argv[1], "rb");
    FILE *out = fopen(argv[2], "wb");
    struct row *rows = malloc(ROWS_MAX * sizeof *rows);
    size_t count = 0;
    BENCH_NEED(in && out && rows, "%s cannot be read, or %s not written", argv[1], argv[2]);
    gzbuffer(in, 1 << 18);
    while (count < ROWS_MAX && gzgets(in, line, sizeof line))
        count += (size_t)read_row(line, &rows[count]);
    qsort(rows, count, sizeof *rows, compare_rows);
    BENCH_NEED(fwrite(rows, sizeof *rows, count, out) == count && fflush(out) == 0 && fsync(fileno(out)) == 0,
               "%s cannot be written", argv[2]);
    bench_say("raw_import_s", bench_now() - began);
    bench_say("raw_import_rows", (double)count);
    gzclose(in);
    fclose(out);
    free(rows);
    return 0;
}
