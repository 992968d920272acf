/* Fees over the wire: what a cycle was worth, by LA and by provision; benchmarks; and files of 10,000 lines,
 * each row held against its placement, the cycle and what was applied for. `bench_fees REGION SECONDS RUNS
 * OUT` where the region was filled (fees.h). OUT.puts tells what one line puts (puts.h). */

#include "tests/bench/fees.h"
#include "tests/bench/load.h"
#include "tests/bench/looked.h"

#include "common/base/limits.h"
#include "common/wire/wire.h"

#include "ccrag/v1/fee_lines.pb-c.h"
#include "ccrag/v1/fees.pb-c.h"

#include <string.h>

enum { SAMPLES_MAX = 100000 };

struct reckoning {
    struct load load;
    struct arena arena, answers;
    double *took;
};

/* --- tables ------------------------------------------------------------------------------------------ */

static void tell(const char *name, const char *what, double value)
{
    char figure[64];
    snprintf(figure, sizeof figure, "%s_%s", name, what);
    bench_say(figure, value);
}

static size_t ask_worth(struct reckoning *reckoning, Pb__WorthOf of)
{
    Pb__ReportWorthRequest request = PB__REPORT_WORTH_REQUEST__INIT;
    Pb__PageRequest page = PB__PAGE_REQUEST__INIT;
    request.of = of, request.page = &page, page.size = PAGE_SIZE_MAX;
    const Pb__ReportWorthResponse *response = (const Pb__ReportWorthResponse *)load_call(
        &reckoning->load, reckoning->load.link, "ccrag.v1.FeesService/ReportWorth", &request.base,
        &pb__report_worth_response__descriptor, &reckoning->answers);
    return response->n_worth;
}

static size_t ask(struct reckoning *reckoning, unsigned kind)
{
    Pb__ReportBenchmarksRequest request = PB__REPORT_BENCHMARKS_REQUEST__INIT;
    if (kind == 0)
        return ask_worth(reckoning, PB__WORTH_OF__WORTH_OF_AUTHORITIES);
    if (kind == 1)
        return ask_worth(reckoning, PB__WORTH_OF__WORTH_OF_PROVISIONS);
    const Pb__ReportBenchmarksResponse *response = (const Pb__ReportBenchmarksResponse *)load_call(
        &reckoning->load, reckoning->load.link, "ccrag.v1.FeesService/ReportBenchmarks", &request.base,
        &pb__report_benchmarks_response__descriptor, &reckoning->answers);
    return response->n_rows;
}

static void run_table(struct reckoning *reckoning, unsigned kind, double seconds)
{
    static const char *const names[] = {"worth", "worth_provisions", "benchmarks"};
    double began = bench_now(), cpu = load_service_cpu(&reckoning->load);
    size_t count = 0;
    do {
        double from = bench_now();
        BENCH_NEED(ask(reckoning, kind) > 0, "there is no row of %s", names[kind]);
        reckoning->took[count++] = bench_now() - from;
    } while (bench_now() - began < seconds && count < SAMPLES_MAX);
    tell(names[kind], "p50_ms", 1e3 * bench_quantile(reckoning->took, count, 0.5));
    tell(names[kind], "service_cpu_ms", 1e3 * (load_service_cpu(&reckoning->load) - cpu) / (double)count);
}

/* --- files ------------------------------------------------------------------------------------------- */

/* A row as an LA's file has it. */
static Pb__FeeLineRow *row_of(struct reckoning *reckoning, uint64_t file, uint64_t number)
{
    struct arena *arena = &reckoning->arena;
    Pb__FeeLineRow *row = arena_new(arena, Pb__FeeLineRow);
    Pb__FeeLine *line = arena_new(arena, Pb__FeeLine);
    BENCH_NEED(row && line, "out of memory");
    pb__fee_line_row__init(row);
    pb__fee_line__init(line);
    line->placement_id = fees_filed_placement(file, number, arena);
    line->reference =
        arena_format(arena, "F-%llu-%llu", (unsigned long long)file, (unsigned long long)number);
    line->attendance = PB__ATTENDANCE__ATTENDANCE_WEEKS_52;
    line->current_pence = 400000 + (int64_t)(number * 13);
    line->proposed_pence = line->current_pence + 16000;
    row->row = (uint32_t)number + 2;
    row->line = line;
    return row;
}

/* A file, in requests of as many rows as one takes, one after the other. */
static void import_file(struct reckoning *reckoning, uint64_t file)
{
    Pb__FeeLineRow *rows[FEE_LINE_ROWS_MAX];
    for (uint64_t first = 0; first < FEES_FILE_LINES; first += FEE_LINE_ROWS_MAX) {
        Pb__ImportFeeLinesRequest request = PB__IMPORT_FEE_LINES_REQUEST__INIT;
        arena_reset(&reckoning->arena);
        for (uint64_t i = 0; i < FEE_LINE_ROWS_MAX; i++)
            rows[i] = row_of(reckoning, file, first + i);
        request.authority_id = fees_authority(0, &reckoning->arena);
        request.rows = rows, request.n_rows = FEE_LINE_ROWS_MAX;
        const Pb__ImportFeeLinesResponse *response = (const Pb__ImportFeeLinesResponse *)load_call(
            &reckoning->load, reckoning->load.link, "ccrag.v1.FeeLinesService/ImportFeeLines", &request.base,
            &pb__import_fee_lines_response__descriptor, &reckoning->answers);
        BENCH_NEED(response->added == FEE_LINE_ROWS_MAX, "%u of %d rows were added%s%s", response->added,
                   FEE_LINE_ROWS_MAX, response->n_problems ? ": " : "",
                   response->n_problems ? response->problems[0]->reason : "");
    }
}

static void run_file(struct reckoning *reckoning, const char *region, uint64_t file, const char *out)
{
    static struct looked_store before;
    look_at_store(region, "fees", &before);
    double began = bench_now(), cpu = load_service_cpu(&reckoning->load);
    import_file(reckoning, file);
    double elapsed = bench_now() - began;
    bench_say("lines_s", elapsed);
    bench_say("lines_per_s", FEES_FILE_LINES / elapsed);
    bench_say("lines_service_cpu_us", 1e6 * (load_service_cpu(&reckoning->load) - cpu) / FEES_FILE_LINES);
    looked_tell(region, "fees", &before, NULL, FEES_FILE_LINES, out);
}

int main(int argc, char **argv)
{
    static struct reckoning reckoning;
    BENCH_NEED(argc == 5, "usage: bench_fees REGION SECONDS RUNS OUT");
    double seconds = strtod(argv[2], NULL);
    unsigned long runs = strtoul(argv[3], NULL, 10);
    reckoning.took = malloc(SAMPLES_MAX * sizeof *reckoning.took);
    BENCH_NEED(reckoning.took && runs <= FEES_FILES, "at most %d runs", FEES_FILES);
    arena_init(&reckoning.arena, 16 * FRAME_BYTES_MAX);
    arena_init(&reckoning.answers, 16 * FRAME_BYTES_MAX);
    load_open(&reckoning.load, argv[1], "fees");
    for (unsigned long i = 0; i < runs; i++)
        for (unsigned kind = 0; kind < 3; kind++)
            run_table(&reckoning, kind, seconds);
    for (unsigned long i = 0; i < runs; i++)
        run_file(&reckoning, argv[1], i, argv[4]);
    bench_say("service_mib", load_service_mib(&reckoning.load));
    load_close(&reckoning.load);
    arena_finish(&reckoning.arena);
    arena_finish(&reckoning.answers);
    free(reckoning.took);
    return 0;
}
