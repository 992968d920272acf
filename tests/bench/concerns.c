/* A concern raised to its mark in a search (rule M5). `bench_concerns REGION COUNT` of a demonstration:
 * concerns are raised at so many of the places that a search finds, one after the other; from the command's
 * answer until an answer to the search, which is asked again and again, has it. Between the two lie
 * monitoring's feed and matching's index. */

#include "tests/bench/bench.h"
#include "tests/bench/load.h"

#include "common/base/limits.h"
#include "common/base/uuid.h"
#include "common/wire/wire.h"

#include "ccrag/v1/concerns.pb-c.h"
#include "ccrag/v1/matching.pb-c.h"

#include <string.h>

enum { PATIENCE_S = 30, WITHIN_M = 160 * 1000 };

struct measuring {
    struct load load; /* its link is monitoring's */
    struct load_link *matching;
    uint32_t within_m; /* so that all that a search finds is in its answer */
    struct arena arena, searched;
};

static const Pb__SearchResponse *search(struct measuring *measuring)
{
    Pb__SearchRequest request = PB__SEARCH_REQUEST__INIT;
    request.postcode = "SG13 8DQ";
    request.age = 12;
    request.size = SEARCH_RESULTS_MAX;
    request.within_m = measuring->within_m;
    return (const void *)load_call(&measuring->load, measuring->matching, "ccrag.v1.MatchingService/Search",
                                   &request.base, &pb__search_response__descriptor, &measuring->searched);
}

static uint32_t concerns_at(const Pb__SearchResponse *found, const char *provision_id)
{
    for (size_t i = 0; i < found->n_results; i++)
        if (strcmp(found->results[i]->provision_id, provision_id) == 0)
            return found->results[i]->open_concerns;
    return 0;
}

/* Seconds from the answer until a search has one more there. */
static double one_concern(struct measuring *measuring, const char *provision_id, uint32_t before)
{
    Pb__RaiseConcernRequest request = PB__RAISE_CONCERN_REQUEST__INIT;
    request.provision_id = provision_id;
    request.severity = PB__CONCERN_SEVERITY__CONCERN_SEVERITY_LOW;
    request.state = PB__CONCERN_STATE__CONCERN_STATE_RAISED;
    request.text = "Measured.";
    struct load_answer answer;
    arena_reset(&measuring->arena);
    load_send(&measuring->load, measuring->load.link, "ccrag.v1.ConcernsService/RaiseConcern", 1, true,
              wire_pack(&request.base, &measuring->arena));
    load_take(&measuring->load, measuring->load.link, &answer);
    double answered = bench_now();
    while (concerns_at(search(measuring), provision_id) <= before)
        BENCH_NEED(bench_now() - answered < PATIENCE_S, "no search has the concern");
    return bench_now() - answered;
}

/* The places that were found first, each provision once. */
static size_t choose(struct measuring *measuring, size_t wanted, char (*ret_ids)[UUID_TEXT_BYTES],
                     uint32_t *ret_before)
{
    measuring->within_m = WITHIN_M;
    const Pb__SearchResponse *found = search(measuring);
    for (; found->total > SEARCH_RESULTS_MAX; found = search(measuring))
        measuring->within_m /= 2;
    size_t count = 0;
    for (size_t i = 0; i < found->n_results && count < wanted; i++) {
        const char *id = found->results[i]->provision_id;
        size_t k = 0;
        while (k < count && strcmp(ret_ids[k], id) != 0)
            k++;
        if (k < count)
            continue;
        snprintf(ret_ids[count], UUID_TEXT_BYTES, "%s", id);
        ret_before[count++] = found->results[i]->open_concerns;
    }
    return count;
}

int main(int argc, char **argv)
{
    static struct measuring measuring;
    BENCH_NEED(argc == 3, "usage: bench_concerns REGION COUNT");
    size_t wanted = strtoul(argv[2], NULL, 10);
    char(*ids)[UUID_TEXT_BYTES] = calloc(wanted + 1, sizeof *ids);
    uint32_t *before = calloc(wanted + 1, sizeof *before);
    double *took = calloc(wanted + 1, sizeof *took);
    BENCH_NEED(ids && before && took, "out of memory");
    arena_init(&measuring.arena, 4 * FRAME_BYTES_MAX);
    arena_init(&measuring.searched, 4 * FRAME_BYTES_MAX);
    load_open(&measuring.load, argv[1], "monitoring");
    measuring.load.service = "matching";
    measuring.matching = load_dial(&measuring.load);
    load_await(&measuring.load, &measuring.matching, 1);
    size_t count = choose(&measuring, wanted, ids, before);
    BENCH_NEED(count > 0, "the search finds nothing");
    for (size_t i = 0; i < count; i++)
        took[i] = one_concern(&measuring, ids[i], before[i]);
    bench_say("concern_p50_ms", 1e3 * bench_quantile(took, count, 0.5));
    bench_say("concern_p99_ms", 1e3 * bench_quantile(took, count, 0.99));
    bench_say("concern_count", (double)count);
    load_close(&measuring.load);
    arena_finish(&measuring.arena);
    arena_finish(&measuring.searched);
    free(ids);
    free(before);
    free(took);
    return 0;
}
