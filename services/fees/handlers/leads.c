/* Another lead (rule F2). In: an LA that places there, as the host nominates it. Out: the consultation with
 * its lead, and everything that says whom it is for. */

#define SERVICE_TYPE Pb__FeeConsultationsService_Service

#include "services/fees/handlers/support.h"
#include "services/fees/settle.h"

HANDLE(NominateLead, nominate_lead)
{
    struct fee_place place;
    struct fee_place_facts facts;
    struct fee_settled settled;
    struct fee_dependents dependents;
    struct collected members;
    TRY(check_record(command, &in->base));
    TRY(fees_place_to(command, in->provision_id, in->cycle_id, FEE_CYCLE_WORK, &place));
    allow_memory(command, FEES_ARENA_BYTES);
    TRY(fees_members_load(command, &members));
    TRY(fees_place_load(command, place.cycle->id, place.provision_id, &members, &facts));
    TRY(check(command, fee_lead_nominate(facts.stored, &facts.facts, in->authority_id, in->reason,
                                         command->today, command->arena, &settled)));
    expect_version(settled.consultation.meta, in->version);
    TRY(fees_dependents_load(command, facts.stored, &settled, &dependents));
    return fees_settled_put(command, &facts, &settled, &dependents, &out->consultation);
}
