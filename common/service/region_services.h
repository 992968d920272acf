#pragma once
/* The services of a region: the one table of them. The keys of region.conf, a new region's principals, keys
 * and ports, what `ccrag up`, `down` and `status` look after and which service a method is asked of, all come
 * from it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(name, port, signs, is, serves), in the order in which they are started:
 *   name    in the roster, of its program (ccrag-NAME), of its store and of its keys in region.conf
 *   port    on loopback in a region whose ports begin at REGION_BASE_PORT
 *   signs   1: it has a signing key, for claims
 *   is      what it is called in a sentence
 *   serves  its APIs, each followed by a blank. The frame's are not named: FeedService and OperateService are
 *           every service's, FormsService and EvidenceService are each one's that keeps forms and files */
#define REGION_SERVICES(X)                                                                                   \
    X(registry, 7100, 1, "the registry",                                                                     \
      "AuthoritiesService ProvidersService ProvisionsService PlacementsService PeopleService ")              \
    X(allocation, 7102, 0, "allocation", "AllocationService TransfersService ")                              \
    X(fees, 7103, 0, "fees",                                                                                 \
      "FeeCyclesService FeeApplicationsService FeeConsultationsService FeeLinesService FeesService ")        \
    X(monitoring, 7104, 0, "monitoring",                                                                     \
      "MonitoringService ReportsService ConcernsService OutcomesService ")                                   \
    X(matching, 7101, 0, "matching, and its dispatcher,", "MatchingService DispatchService ")

enum { REGION_BASE_PORT = 7100 };

struct region_service {
    const char *name;
    uint16_t port;
    bool signs;
    const char *serves;
};

/* The rows; static. */
const struct region_service *region_services(size_t *ret_count);

/* The service that serves a method, `ccrag.v1.ProvisionsService/SetVacancy`: its name, static. NULL: none of
 * the table, or several of them (FeedService, FormsService). */
const char *region_service_of(const char *method);
