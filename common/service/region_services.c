/* The table of a region's services, as rows. In: a method's name. Out: who serves it. */

#include "common/service/region_services.h"

#include <string.h>

#define ROW(name, port, signs, is, serves) {#name, port, signs, serves},
static const struct region_service services[] = {REGION_SERVICES(ROW)};
#undef ROW
enum { SERVICES_COUNT = sizeof services / sizeof services[0] };

const struct region_service *region_services(size_t *ret_count)
{
    *ret_count = SERVICES_COUNT;
    return services;
}

/* Is this word, which a blank ends, one of the words of the text? */
static bool has_word(const char *text, const char *word, size_t length)
{
    for (; *text; text += strcspn(text, " ") + 1)
        if (strncmp(text, word, length) == 0 && text[length] == ' ')
            return true;
    return false;
}

const char *region_service_of(const char *method)
{
    static const char package[] = "ccrag.v1.";
    if (strncmp(method, package, sizeof package - 1) != 0)
        return NULL;
    const char *api = method + sizeof package - 1;
    for (size_t i = 0; i < SERVICES_COUNT; i++)
        if (has_word(services[i].serves, api, strcspn(api, "/")))
            return services[i].name;
    return NULL;
}
