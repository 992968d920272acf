#pragma once
/* What a worker makes of the registry's feed. */

#include "common/service/service.h"

/* Ended by a NULL service: what service_options takes. */
extern const struct follow matching_follows[];
