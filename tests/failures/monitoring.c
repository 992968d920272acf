/* Monitoring, for its requests (monitoring.requests), over a store that holds a member, its home with a
 * placement and a cycle as the feeds left them, and reports in states that take days to come to. */

#include "tests/failures/failures.h"

/* The page that names what monitoring serves, without its program. */
#define main monitoring_main
int monitoring_main(int argc, char **argv);
#include "services/monitoring/main.c"
#undef main

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define ID(n) "01979df0-0000-7000-8000-0000000000" n
#define REPORT(n, state, more)                                                                               \
    {                                                                                                        \
        "ccrag.v1.Report",                                                                                   \
            "{\"id\": \"" ID(n) "\", \"meta\": {}, \"provisionId\": \"" ID(                                  \
                "02") "\", \"providerId\": \"" ID("01") "\", \"authorityId\": \"E10000015\", \"formId\": "   \
                                                        "\"small/1\","                                       \
                                                        " \"visitedOn\": \"2025-06-01\", \"state\": "        \
                                                        "\"REPORT_STATE_" state "\"" more "}"                \
    }

static const struct held held[] = {
    {"ccrag.v1.Authority",
     "{\"id\": \"E10000015\", \"name\": \"Hertfordshire\", \"state\": \"MEMBERSHIP_STATE_ACTIVE\"}"},
    {"ccrag.v1.Provider", "{\"id\": \"" ID("01") "\", \"name\": \"Oaks\"}"},
    {"ccrag.v1.Provision",
     "{\"id\": \"" ID("02") "\", \"providerId\": \"" ID("01") "\", \"name\": \"The Willows\"}"},
    {"ccrag.v1.PlacementFact",
     "{\"id\": \"" ID("03") "\", \"provisionId\": \"" ID("02") "\", \"authorityId\": \"E10000015\"}"},
    {"ccrag.v1.PlacementFact",
     "{\"id\": \"" ID("04") "\", \"provisionId\": \"" ID("02") "\", \"authorityId\": \"E10000015\"}"},
    {"ccrag.v1.PlacementOutcomes", "{\"id\": \"" ID("04") "\", \"meta\": {}, \"provisionId\": \"" ID(
                                       "02") "\", \"authorityId\": \"E10000015\"}"},
    {"ccrag.v1.AllocationCycle",
     "{\"id\": \"2025-26\", \"firstOn\": \"2025-10-01\", \"lastOn\": \"2026-09-30\","
     " \"state\": \"CYCLE_STATE_PUBLISHED\"}"},
    {"ccrag.v1.Allocation",
     "{\"provisionId\": \"" ID("02") "\", \"authorityId\": \"E10000015\","
                                     " \"standing\": \"ALLOCATION_STANDING_LINK\","
                                     " \"termId\": \"" ID("21") "\","
                                                                " \"since\": \"2025-10-01\"}"},
    REPORT("11", "SENT", ", \"commentBy\": \"2026-05-20\""),
    REPORT("12", "SENT", ", \"commentBy\": \"2026-06-20\""),
    REPORT("13", "DRAFT", ""),
    REPORT("14", "PUBLISHED", ", \"publishedOn\": \"2025-07-01\""),
    {"ccrag.v1.PublishedReport",
     "{\"id\": \"" ID("14") "\", \"meta\": {}, \"report\": {\"id\": \"" ID(
         "14") "\", \"formId\": \"small/1\", \"state\": \"REPORT_STATE_PUBLISHED\","
               " \"visitedOn\": \"2025-06-01\"}, \"answers\": [{\"questionId\": \"care\","
               " \"optionIds\": [\"good\"]}]}"},
};

static enum code fill(struct store_txn *txn, struct arena *arena)
{
    enum code code = held_put(txn, monitoring_tables, held, sizeof held / sizeof held[0], arena);
    code = code ? code : held_is_read(txn, MONITORING_REGISTRY);
    return code ? code : held_is_read(txn, MONITORING_ALLOCATION);
}

/* A file, its digest, and the text of a form as it stands in JSON. */
static void name(void)
{
    static const char file
        [] = "seen on a walk",
    form[] =
        "form: small\\ntitle: A small form\\npurpose: quality assurance\\n\\n"
        "grading: standard\\n  grade: good: Good\\n  grade: poor: Poor\\n\\nsection: all: Everything\\n\\n"
        "question: care: How good is the care?\\n  answer: grade standard\\n  required\\n"
        "  carries over\\n  evidence: welcome\\n";
    uint8_t digest[32];
    char text[100];
    if (sodium_init() < 0)
        abort();
    crypto_generichash(digest, sizeof digest, (const uint8_t *)file, sizeof file - 1, NULL, 0);
    sodium_bin2base64(text, sizeof text, digest, sizeof digest, sodium_base64_VARIANT_ORIGINAL);
    name_set("digest", text, strlen(text));
    sodium_bin2base64(text, sizeof text, (const uint8_t *)file, sizeof file - 1,
                      sodium_base64_VARIANT_ORIGINAL);
    name_set("file", text, strlen(text));
    name_set("form", form, strlen(form));
}

static struct service_options options(void)
{
    return monitoring_options();
}

/* A home that changes hands as its term ends another; a placement that was erased, and its outcomes with it;
 * what is read anew leaves the terms as they are. */
static const struct fed feeds[] = {
    {"registry", "ccrag.v1.Provision",
     "{\"id\": \"" ID("02") "\", \"providerId\": \"" ID("01") "\", \"name\": \"The Oaks\"}", FED_PUT},
    {"registry", "ccrag.v1.PlacementFact", "{\"id\": \"" ID("03") "\"}", FED_GONE},
    {"registry", "ccrag.v1.PlacementFact",
     "{\"id\": \"" ID("04") "\", \"provisionId\": \"" ID("02") "\", \"authorityId\": \"E10000015\","
                                                               " \"erased\": true}",
     FED_PUT},
    {"registry", "ccrag.v1.Authority",
     "{\"id\": \"E10000015\", \"name\": \"Herts\", \"state\": \"MEMBERSHIP_STATE_ACTIVE\"}", FED_ANEW},
    {"allocation", "ccrag.v1.Allocation",
     "{\"provisionId\": \"" ID("02") "\", \"authorityId\": \"E10000015\", \"termId\": \"" ID(
         "22") "\", \"since\": \"2026-06-01\", \"standing\": \"ALLOCATION_STANDING_SOLE\"}",
     FED_PUT},
    {"allocation", "ccrag.v1.Allocation", "{\"provisionId\": \"" ID("02") "\"}", FED_GONE},
    {"allocation", "ccrag.v1.AllocationCycle",
     "{\"id\": \"2025-26\", \"firstOn\": \"2025-10-01\", \"lastOn\": \"2026-09-30\","
     " \"state\": \"CYCLE_STATE_PUBLISHED\"}",
     FED_ANEW},
};

const struct subject subject = {.service = "monitoring",
                                .options = options,
                                .name = name,
                                .fill = fill,
                                .feeds = feeds,
                                .feed_count = sizeof feeds / sizeof feeds[0],
                                .asked_method = "ccrag.v1.MonitoringService/ReportProgress",
                                .asked_body = "{\"of\": \"PROGRESS_OF_PROVISIONS\"}"};
