#pragma once
/* What the running service holds besides its store, what it does by itself, and what the frame asks of it. */

#include "common/service/service.h"
#include "services/monitoring/handlers/form_cache.h"

/* Its name in the roster, and the sources of its facts. */
#define MONITORING_NAME       "monitoring"
#define MONITORING_REGISTRY   "registry"
#define MONITORING_ALLOCATION "allocation"

/* Its context. All of it can be lost. */
struct monitoring {
    struct form_cache forms;
};
void monitoring_stop(struct service *service);

/* Has all been read that both sources had, at least once since each was begun? Without that, what is missing
 * could be taken for gone. UNAVAILABLE. */
enum code facts_ready(struct command *command);

/* What is followed (follow.c). */
extern const struct follow monitoring_follows[];

/* Timer: puts the forms that ship with the system into use, once, where no form was ever kept (rule M2). */
enum code monitoring_ship(struct command *command);

/* A node whose LA is not an active member sees nothing; the host's sees what is for the host. */
bool monitoring_entitle(struct service *service, const struct principal *principal,
                        struct entitlement *ret_entitlement, uint64_t *ret_number);
bool monitoring_is_demonstration(struct service *service);
