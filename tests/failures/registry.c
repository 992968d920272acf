/* The registry, for its requests (registry.requests). */

#include "tests/failures/failures.h"

/* The page that names what the registry serves, without its program. */
#define main registry_main
int registry_main(int argc, char **argv);
#include "services/registry/main.c"
#undef main

static struct service_options options(void)
{
    static struct registry registry;
    return registry_options(&registry);
}

const struct subject subject = {"registry", options, NULL};
