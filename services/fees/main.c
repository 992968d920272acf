/* ccrag-fees: one negotiation for all, and each LA's own decision (rules F1 to F8).
 *
 * What it serves, keeps, follows and does by itself is named here; the frame (common/service) does the rest.
 */

#include "services/fees/fees.h"
#include "services/fees/records.h"

#include "ccrag/v1/handlers.h"

static const Pb__FeeCyclesService_Service cycles = PB__FEE_CYCLES_SERVICE__INIT(on_);
static const Pb__FeeConsultationsService_Service consultations = PB__FEE_CONSULTATIONS_SERVICE__INIT(on_);
static const Pb__FeeApplicationsService_Service applications = PB__FEE_APPLICATIONS_SERVICE__INIT(on_);
static const Pb__FeeLinesService_Service lines = PB__FEE_LINES_SERVICE__INIT(on_);
static const Pb__FeesService_Service tables = PB__FEES_SERVICE__INIT(on_);

static const struct api apis[] = {
    {.descriptor = &pb__fee_cycles_service__descriptor, .handlers = &cycles.base},
    {.descriptor = &pb__fee_applications_service__descriptor, .handlers = &applications.base},
    {.descriptor = &pb__fee_consultations_service__descriptor, .handlers = &consultations.base},
    {.descriptor = &pb__fee_lines_service__descriptor, .handlers = &lines.base},
    {.descriptor = &pb__fees_service__descriptor, .handlers = &tables.base},
    {.descriptor = NULL},
};

static const struct timer timers[] = {
    {.name = FEES_SETTLING, .every_ms = 1000, .run = fees_settle},
    {.name = FEES_ERASING, .every_ms = 1000, .run = fees_erase_told},
    {.name = "letters", .every_ms = 1000, .run = fees_ship_letters},
    {.name = NULL},
};

static struct service_options fees_options(struct fees *fees)
{
    return (struct service_options){
        .name = FEES_NAME,
        .apis = apis,
        .tables = fees_tables,
        .follows = fees_follows,
        .timers = timers,
        .forms = &fees_form_keeping,
        .evidence = &fees_evidence_keeping,
        .schema = 1,
        .context = fees,
        .entitle = fees_entitle,
        .is_demonstration = fees_is_demonstration,
    };
}

int main(int argc, char **argv)
{
    struct fees fees = {0};
    const struct service_options options = fees_options(&fees);
    return service_main(argc, argv, &options);
}
