/* Fees, for its requests (fees.requests), over a store that holds two members and a provider's two homes,
 * where both place until the end of June, as the feeds left them. */

#include "tests/failures/failures.h"

/* The page that names what fees serves, without its program. */
#define main fees_main
int fees_main(int argc, char **argv);
#include "services/fees/main.c"
#undef main

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define ID(n) "01979df0-0000-7000-8000-0000000000" n
#define MEMBER(gss, called)                                                                                  \
    {                                                                                                        \
        "ccrag.v1.Authority",                                                                                \
            "{\"id\": \"" gss "\", \"name\": \"" called "\", \"state\": \"MEMBERSHIP_STATE_ACTIVE\"}"        \
    }
#define HOME(n, called)                                                                                      \
    {                                                                                                        \
        "ccrag.v1.Provision",                                                                                \
            "{\"id\": \"" ID(n) "\", \"providerId\": \"" ID(                                                 \
                "01") "\", \"name\": \"" called "\", \"kind\": \"PROVISION_KIND_CHILDRENS_HOME\","           \
                      " \"status\": \"REGISTRATION_STATUS_ACTIVE\"}"                                         \
    }
#define STAY(n, home, gss)                                                                                   \
    {                                                                                                        \
        "ccrag.v1.PlacementFact", "{\"id\": \"" ID(n) "\", \"provisionId\": \"" ID(                          \
                                      home) "\", \"authorityId\": \"" gss                                    \
                                            "\", \"startOn\": \"2026-01-05\", \"endOn\": \"2026-06-30\"}"    \
    }

static const struct held held[] = {
    MEMBER("E10000015", "Hertfordshire"),
    MEMBER("E06000055", "Bedford"),
    {"ccrag.v1.Provider", "{\"id\": \"" ID("01") "\", \"name\": \"Oaks\"}"},
    HOME("02", "The Willows"),
    HOME("03", "The Elms"),
    STAY("11", "02", "E10000015"),
    STAY("12", "02", "E06000055"),
    STAY("13", "03", "E10000015"),
    {"ccrag.v1.Allocation", "{\"provisionId\": \"" ID("02") "\", \"authorityId\": \"E10000015\"}"},
};

static enum code fill(struct store_txn *txn, struct arena *arena)
{
    enum code code = held_put(txn, fees_tables, held, sizeof held / sizeof held[0], arena);
    code = code ? code : held_is_read(txn, FEES_REGISTRY);
    return code ? code : held_is_read(txn, FEES_ALLOCATION);
}

static void name_bytes(const char *name, const void *bytes, size_t size)
{
    char text[500];
    sodium_bin2base64(text, sizeof text, bytes, size, sodium_base64_VARIANT_ORIGINAL);
    name_set(name, text, strlen(text));
}

/* Two small forms as they stand in JSON; a file with its digest; a sheet. */
static void name(void)
{
    static const char file[] = "what it costs",
                      applying[] =
                          "form: small-application\\ntitle: A small application\\npurpose: fee application"
                          "\\n\\nsection: all: Everything\\n\\nquestion: why: Why?\\n  answer: text\\n"
                          "  required\\n  evidence: welcome\\n",
                      reporting[] =
                          "form: small-report\\ntitle: A small report\\npurpose: fee report"
                          "\\n\\nsection: all: Everything\\n\\nquestion: asked: What is asked for?\\n"
                          "  answer: text\\n  required\\n",
                      sheet[] = "part,item,detail,title,current,proposed,answer,remark\n"
                                "answer,why,,,,,pay has risen,\n";
    uint8_t digest[32];
    if (sodium_init() < 0)
        abort();
    crypto_generichash(digest, sizeof digest, (const uint8_t *)file, sizeof file - 1, NULL, 0);
    name_bytes("digest", digest, sizeof digest);
    name_bytes("file", file, sizeof file - 1);
    name_bytes("sheet", sheet, sizeof sheet - 1);
    name_set("applying", applying, strlen(applying));
    name_set("reporting", reporting, strlen(reporting));
}

static struct service_options options(void)
{
    static struct fees fees;
    return fees_options(&fees);
}

/* What changes who leads: a home under another name and owner, a child who left, another LA that has it, one
 * that has nobody any more; a placement that was erased; and each source read anew. */
static const struct fed feeds[] = {
    {"registry", "ccrag.v1.Provision",
     "{\"id\": \"" ID("02") "\", \"providerId\": \"" ID("09") "\", \"name\": \"The Oaks\","
                                                              " \"kind\": \"PROVISION_KIND_CHILDRENS_HOME\","
                                                              " \"status\": \"REGISTRATION_STATUS_ACTIVE\"}",
     FED_PUT},
    {"registry", "ccrag.v1.PlacementFact", "{\"id\": \"" ID("11") "\"}", FED_GONE},
    {"registry", "ccrag.v1.PlacementFact",
     "{\"id\": \"" ID("13") "\", \"provisionId\": \"" ID(
         "03") "\", \"authorityId\": \"E10000015\", \"startOn\": \"2026-01-05\", \"endOn\": \"2026-06-30\", "
               "\"erased\": true}",
     FED_PUT},
    {"registry", "ccrag.v1.Authority",
     "{\"id\": \"E06000055\", \"name\": \"Bedford\", \"state\": \"MEMBERSHIP_STATE_LEFT\"}", FED_PUT},
    {"registry", "ccrag.v1.Authority",
     "{\"id\": \"E10000015\", \"name\": \"Herts\", \"state\": \"MEMBERSHIP_STATE_ACTIVE\"}", FED_ANEW},
    {"allocation", "ccrag.v1.Allocation",
     "{\"provisionId\": \"" ID("03") "\", \"authorityId\": \"E06000055\"}", FED_PUT},
    {"allocation", "ccrag.v1.Allocation", "{\"provisionId\": \"" ID("02") "\"}", FED_GONE},
    {"allocation", "ccrag.v1.Allocation",
     "{\"provisionId\": \"" ID("02") "\", \"authorityId\": \"E06000055\"}", FED_ANEW},
};

const struct subject subject = {.service = "fees",
                                .options = options,
                                .name = name,
                                .fill = fill,
                                .feeds = feeds,
                                .feed_count = sizeof feeds / sizeof feeds[0],
                                .asked_method = "ccrag.v1.FeesService/ReportFeeProgress",
                                .asked_body = "{\"of\": \"FEE_PROGRESS_OF_PROVISIONS\"}"};
