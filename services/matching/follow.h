#pragma once
/* What a worker makes of the feeds of the registry and of monitoring. */

#include "common/service/service.h"

/* The registry, monitoring, and a NULL service that ends them: what service_options takes. */
extern const struct follow matching_follows[];
