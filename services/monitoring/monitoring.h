#pragma once
/* What the frame asks of the running service, and does for it. It holds nothing besides its store. */

#include "common/service/service.h"

/* Its name in the roster, and the sources of its facts. */
#define MONITORING_NAME       "monitoring"
#define MONITORING_REGISTRY   "registry"
#define MONITORING_ALLOCATION "allocation"

/* What is followed (follow.c). */
extern const struct follow monitoring_follows[];

/* The forms of visits, with those that ship with the system (rule M2); files beside reports
 * (handlers/support.c). */
extern const struct form_keeping monitoring_form_keeping;
extern const struct evidence_keeping monitoring_evidence_keeping;

/* A node whose LA is not an active member sees nothing; the host's sees what is for the host. */
bool monitoring_entitle(struct service *service, const struct principal *principal,
                        struct entitlement *ret_entitlement, uint64_t *ret_number);
bool monitoring_is_demonstration(struct service *service);
