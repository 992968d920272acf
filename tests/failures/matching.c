/* Matching, for its requests (matching.requests), over a store that holds one home as the registry's feed
 * left it. */

#include "tests/failures/failures.h"

/* The page that names what matching serves, without its program. */
#define main matching_main
int matching_main(int argc, char **argv);
#include "services/matching/main.c"
#undef main

#include "ccrag/v1/authorities.pb-c.h"

#define ID(n) "01979df0-0000-7000-8000-0000000000" n

static const struct held held[] = {
    {"ccrag.v1.Provider",
     "{\"id\": \"" ID("01") "\", \"name\": \"Oaks\", \"state\": \"PROVIDER_STATE_APPROVED\"}"},
    {"ccrag.v1.Provision",
     "{\"id\": \"" ID("02") "\", \"providerId\": \"" ID(
         "01") "\", \"name\": \"The Willows\","
               " \"kind\": \"PROVISION_KIND_CHILDRENS_HOME\", \"status\": \"REGISTRATION_STATUS_ACTIVE\","
               " \"claimState\": \"CLAIM_STATE_APPROVED\", \"localAuthority\": \"E10000015\","
               " \"position\": {\"latitudeE7\": 518000000, \"longitudeE7\": -700000},"
               " \"positionQuality\": \"POSITION_QUALITY_EXACT\"}"},
    {"ccrag.v1.PlaceGroup",
     "{\"id\": \"" ID("03") "\", \"provisionId\": \"" ID(
         "02") "\", \"name\": \"Main house\","
               " \"places\": 4, \"needs\": [\"NEED_SEMH\"], \"ageMin\": 8, \"ageMax\": 17}"},
    {"ccrag.v1.Vacancy", "{\"id\": \"" ID("03") "\", \"provisionId\": \"" ID(
                             "02") "\", \"free\": [{\"from\":"
                                   " \"2026-01-01\", \"places\": 2}], \"confirmedAtMs\": \"1780000000000\"}"},
};

static enum code fill(struct store_txn *txn, struct arena *arena)
{
    enum code code = held_put(txn, matching_tables, held, sizeof held / sizeof held[0], arena);
    code = code ? code : held_is_read(txn, "registry");
    return code ? code : held_is_read(txn, "monitoring");
}

static struct service_options options(void)
{
    static struct matching matching = {.works = true, .dispatches = true, .instance = "1"};
    return matching_options(&matching);
}

static const struct fed feeds[] = {
    {"registry", "ccrag.v1.Vacancy",
     "{\"id\": \"" ID("03") "\", \"provisionId\": \"" ID("02") "\", \"free\": [{\"from\":"
                                                               " \"2026-01-01\", \"places\": 3}],"
                                                               " \"confirmedAtMs\": \"1780000000000\"}",
     FED_PUT},
    {"registry", "ccrag.v1.PlaceGroup", "{\"id\": \"" ID("03") "\"}", FED_GONE},
    {"registry", "ccrag.v1.Provider",
     "{\"id\": \"" ID("01") "\", \"name\": \"Oaks\", \"state\": \"PROVIDER_STATE_APPROVED\"}", FED_ANEW},
    {"monitoring", "ccrag.v1.ProvisionQuality",
     "{\"provisionId\": \"" ID("02") "\", \"openConcerns\": 1, \"suspensions\": 1}", FED_PUT},
};

const struct subject subject = {
    .service = "matching",
    .options = options,
    .fill = fill,
    .feeds = feeds,
    .feed_count = sizeof feeds / sizeof feeds[0],
    .asked_method = "ccrag.v1.MatchingService/Search",
    .asked_body =
        "{\"postcode\": \"SG13 8DQ\", \"age\": 12, \"needs\": [\"NEED_SEMH\"], \"withinM\": 60000}"};
