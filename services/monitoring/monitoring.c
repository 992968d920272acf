/* What the service does by itself, and what the frame asks of it. In: timers and questions. Out: the shipped
 * forms, put into use once. */

#include "services/monitoring/monitoring.h"

#include "common/forms/forms.h"
#include "common/service/handling.h"
#include "common/service/membership.h"
#include "services/monitoring/forms/shipped.h"
#include "services/monitoring/records.h"

/* Named number of the store: 1 once they were shipped, or there were forms already. */
#define FORMS_SHIPPED "forms_shipped"

void monitoring_stop(struct service *service)
{
    struct monitoring *monitoring = service_context(service);
    form_cache_finish(&monitoring->forms);
}

enum code facts_ready(struct command *command)
{
    static const char *const sources[] = {MONITORING_REGISTRY, MONITORING_ALLOCATION};
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        if (!service_cursor(command->service, sources[i]).read_at_ms)
            return refuse(command, CODE_UNAVAILABLE, "", "the records of %s are still being read",
                          sources[i]);
    return CODE_OK;
}

static enum code ship(struct command *command, const struct shipped_form *shipped)
{
    Pb__FormTemplate *form;
    struct form_problems problems;
    TRY(form_read(span_of(shipped->text, (size_t)(shipped->end - shipped->text)), command->arena, &form,
                  &problems));
    form->id = form_id(form->name, 1, command->arena);
    form->meta = meta_again(command, NULL, false);
    form->version = 1;
    form->state = PB__FORM_STATE__FORM_STATE_PUBLISHED;
    form->source = shipped->text;
    if (!form->id || !form->meta)
        return no_memory(command);
    command->subject = form->id;
    return put(command, &monitoring_forms, form);
}

enum code monitoring_ship(struct command *command)
{
    uint64_t done = 0;
    TRY(store_meta_get_u64(command->txn, FORMS_SHIPPED, &done));
    if (done)
        return CODE_OK;
    bool empty = record_count(command->txn, &monitoring_forms) == 0;
    TRY(store_meta_put_u64(command->txn, FORMS_SHIPPED, 1));
    for (const struct shipped_form *form = shipped_forms; empty && form->name; form++)
        TRY(ship(command, form));
    return CODE_OK;
}

static const struct membership membership = {&monitoring_authorities, &monitoring_regions};

bool monitoring_entitle(struct service *service, const struct principal *principal,
                        struct entitlement *ret_entitlement, uint64_t *ret_number)
{
    return membership_entitle(service, &membership, principal, ret_entitlement, ret_number);
}

bool monitoring_is_demonstration(struct service *service)
{
    return membership_is_demonstration(service, &membership);
}
