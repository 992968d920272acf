/* The registry, for its requests (registry.requests). */

#include "tests/failures/failures.h"

/* The page that names what the registry serves, without its program. */
#define main registry_main
int registry_main(int argc, char **argv);
#include "services/registry/main.c"
#undef main

#include "common/domain/postcode_table.h"

#include <sodium.h>
#include <stdlib.h>

/* The list of postcodes, and its digest. */
static void name(void)
{
    struct postcode_entry entry = {.easting = 532440, .northing = 212045};
    uint8_t bytes[POSTCODE_TABLE_HEAD_BYTES + POSTCODE_TABLE_ENTRY_BYTES], digest[32];
    char text[200];
    const int base64 = sodium_base64_VARIANT_ORIGINAL;
    if (sodium_init() < 0 || postcode_parse("SG13 8DQ", &entry.postcode, NULL) != CODE_OK ||
        postcode_table_write(&entry, 1, bytes) != CODE_OK)
        abort();
    crypto_generichash(digest, sizeof digest, bytes, sizeof bytes, NULL, 0);
    sodium_bin2base64(text, sizeof text, bytes, sizeof bytes, base64);
    name_set("list", text, strlen(text));
    sodium_bin2base64(text, sizeof text, digest, sizeof digest, base64);
    name_set("digest", text, strlen(text));
}

static struct service_options options(void)
{
    static struct registry registry;
    return registry_options(&registry);
}

const struct subject subject = {.service = "registry", .options = options, .name = name};
