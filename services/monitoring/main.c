/* ccrag-monitoring: one visit, shared by all: forms, visits, reports, concerns, outcomes (rules M1 to M7).
 *
 * What it serves, keeps, follows and does by itself is named here; the frame (common/service) does the rest.
 */

#include "services/monitoring/monitoring.h"
#include "services/monitoring/records.h"

#include "ccrag/v1/handlers.h"

static const Pb__MonitoringService_Service monitoring = PB__MONITORING_SERVICE__INIT(on_);
static const Pb__ReportsService_Service reports = PB__REPORTS_SERVICE__INIT(on_);
static const Pb__ConcernsService_Service concerns = PB__CONCERNS_SERVICE__INIT(on_);
static const Pb__OutcomesService_Service outcomes = PB__OUTCOMES_SERVICE__INIT(on_);

static const struct api apis[] = {
    {.descriptor = &pb__monitoring_service__descriptor, .handlers = &monitoring.base},
    {.descriptor = &pb__reports_service__descriptor, .handlers = &reports.base},
    {.descriptor = &pb__concerns_service__descriptor, .handlers = &concerns.base},
    {.descriptor = &pb__outcomes_service__descriptor, .handlers = &outcomes.base},
    {.descriptor = NULL},
};

static struct service_options monitoring_options(void)
{
    return (struct service_options){
        .name = MONITORING_NAME,
        .apis = apis,
        .tables = monitoring_tables,
        .follows = monitoring_follows,
        .forms = &monitoring_form_keeping,
        .evidence = &monitoring_evidence_keeping,
        .schema = 1,
        .entitle = monitoring_entitle,
        .is_demonstration = monitoring_is_demonstration,
    };
}

int main(int argc, char **argv)
{
    const struct service_options options = monitoring_options();
    return service_main(argc, argv, &options);
}
