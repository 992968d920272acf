/* Fees as a part of the simulation (rules F2 to F6): the real service, and beside it what any follower is
 * asked for, a record of its copy. The planted faults stand before its `apply`, or in a handler's place. */

#include "tests/sim/fees_inside.h"
#include "tests/sim/programs.h"

#include "common/service/handling.h"
#include "services/fees/fees.h"
#include "services/fees/records.h"

#include "ccrag/v1/handlers.h"

#include <assert.h>
#include <stdlib.h>

struct fees_program {
    struct fees fees; /* first: handlers know it as the context */
    struct node *node;
    Pb__FeeCyclesService_Service cycles;
    Pb__FeeApplicationsService_Service applications;
    Pb__FeeConsultationsService_Service consultations;
    Pb__FeeLinesService_Service lines;
    struct api apis[6];
    struct follow follows[3];
};

/* --- a record of its copy ---------------------------------------------------------------------------- */

static void sim_get_authority(Pb__AuthoritiesService_Service *service, const Pb__GetAuthorityRequest *in,
                              Pb__GetAuthorityResponse_Closure closure, void *context)
{
    (void)service, (void)closure;
    struct command *command = context;
    struct fees_program *program = command->context;
    Pb__GetAuthorityResponse out = PB__GET_AUTHORITY_RESPONSE__INIT;
    struct cursor cursor = {0};
    enum code code = cursor_get(command->txn, FEES_REGISTRY, &cursor);
    if (code == CODE_OK && cursor_is_partial(&cursor))
        sim_fail(program->node->world.sim, "partial-silent",
                 "%s answered at %llu, the floor is %llu, all of it was read at %lld", program->node->name,
                 (unsigned long long)cursor.position.sequence, (unsigned long long)cursor.floor,
                 (long long)cursor.read_at_ms);
    if (code == CODE_OK)
        out.authority = load(command, &fees_authorities, "authority_id", in->authority_id);
    command_answer(command, code == CODE_OK && !out.authority ? command->fault.code : code, &out.base);
}

#define NOT_HERE(Method, verb)                                                                               \
    static void sim_##verb(Pb__AuthoritiesService_Service *service, const Pb__##Method##Request *in,         \
                           Pb__##Method##Response_Closure closure, void *context)                            \
    {                                                                                                        \
        (void)service, (void)in, (void)closure;                                                              \
        command_answer(context, CODE_UNIMPLEMENTED, NULL);                                                   \
    }
NOT_HERE(GetRegion, get_region)
NOT_HERE(UpdateRegion, update_region)
NOT_HERE(ApplyForMembership, apply_for_membership)
NOT_HERE(DecideMembership, decide_membership)
NOT_HERE(LeaveRegion, leave_region)
NOT_HERE(UpdateAuthority, update_authority)
NOT_HERE(ImportAuthorities, import_authorities)
NOT_HERE(ListAuthorities, list_authorities)
NOT_HERE(UpdateSubRegion, update_sub_region)
NOT_HERE(ListSubscriptions, list_subscriptions)
NOT_HERE(RecordSubscriptionPayment, record_subscription_payment)

static const Pb__AuthoritiesService_Service copies = PB__AUTHORITIES_SERVICE__INIT(sim_);

/* --- planted faults ---------------------------------------------------------------------------------- */

/* The copy is kept and nothing is marked. */
static enum code apply_without_mark(struct command *command, const Pb__JournalEntry *entry)
{
    struct span key = span_of(entry->key.data, entry->key.len);
    ProtobufCMessage *mark = NULL, *fact = NULL;
    enum code code = fees_follows[0].apply(command, entry);
    if (code != CODE_OK || strcmp(entry->record_type, pb__placement_fact__descriptor.name) != 0 ||
        record_get(command->txn, &fees_placement_facts, key, command->arena, &fact) != CODE_OK)
        return code;
    struct span home = key_of_uuid(((Pb__PlacementFact *)fact)->provision_id, command->arena);
    return record_get(command->txn, &fees_checks, home, command->arena, &mark) == CODE_OK
               ? record_delete(command->txn, &fees_checks, home)
               : CODE_OK;
}

/* Under the number that it had. */
static void submit_again(Pb__FeeApplicationsService_Service *service,
                         const Pb__SubmitFeeApplicationRequest *in,
                         Pb__SubmitFeeApplicationResponse_Closure closure, void *context)
{
    struct command *command = context;
    Pb__SubmitFeeApplicationResponse out = PB__SUBMIT_FEE_APPLICATION_RESPONSE__INIT;
    enum code code;
    Pb__FeeApplication *application = load_if_any(command, &fees_applications, in->application_id, &code);
    if (!application || application->state != PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_CORRECTING) {
        on_submit_fee_application(service, in, closure, context);
        return;
    }
    application->state = PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_SUBMITTED;
    out.application = application;
    command_answer(command, put(command, &fees_applications, application), &out.base);
}

static const Pb__Consultation *consultation_of(struct command *command, const Pb__DecideFeeRequest *in)
{
    enum code code;
    const char *id = fees_consultation_id(FEES_CYCLE, in->provision_id, command->arena);
    return id ? load_if_any(command, &fees_consultations, id, &code) : NULL;
}

/* On whatever stands. */
static void decide_unread(Pb__FeeConsultationsService_Service *service, const Pb__DecideFeeRequest *in,
                          Pb__DecideFeeResponse_Closure closure, void *context)
{
    Pb__DecideFeeRequest request = *in;
    const Pb__Consultation *consultation = consultation_of(context, in);
    if (consultation)
        request.submission = consultation->submission;
    on_decide_fee(service, &request, closure, context);
}

/* Says that it has decided, and has not. */
static void decide_nothing(Pb__FeeConsultationsService_Service *service, const Pb__DecideFeeRequest *in,
                           Pb__DecideFeeResponse_Closure closure, void *context)
{
    (void)service, (void)closure;
    Pb__DecideFeeResponse out = PB__DECIDE_FEE_RESPONSE__INIT;
    Pb__FeeDecision decision = PB__FEE_DECISION__INIT;
    Pb__RecordMeta meta = PB__RECORD_META__INIT;
    decision.id = in->provision_id;
    decision.reason = in->reason;
    meta.version = 1;
    decision.meta = &meta;
    out.decision = &decision;
    command_answer(context, CODE_OK, &out.base);
}

/* The line alone. */
static void update_alone(Pb__FeeLinesService_Service *service, const Pb__UpdateFeeLineRequest *in,
                         Pb__UpdateFeeLineResponse_Closure closure, void *context)
{
    struct command *command = context;
    Pb__UpdateFeeLineResponse out = PB__UPDATE_FEE_LINE_RESPONSE__INIT;
    enum code code = CODE_OK;
    const char *id = in->line ? fees_line_id(FEES_CYCLE, in->line->placement_id, command->arena) : NULL;
    Pb__FeeLine *line = id ? load_if_any(command, &fees_lines, id, &code) : NULL;
    if (!line) {
        on_update_fee_line(service, in, closure, context);
        return;
    }
    line->reference = in->line->reference;
    line->current_pence = in->line->current_pence;
    out.line = line;
    command_answer(command, put(command, &fees_lines, line), &out.base);
}

/* --- the program ------------------------------------------------------------------------------------- */

static const struct timer timers[] = {
    {.name = FEES_SETTLING, .every_ms = 1000, .run = fees_settle},
    {.name = NULL},
};

static void plant(struct fees_program *program, enum plant fault)
{
    if (fault == PLANT_UNSETTLED)
        program->follows[0].apply = apply_without_mark;
    if (fault == PLANT_SAME_NUMBER)
        program->applications.submit_fee_application = submit_again;
    if (fault == PLANT_UNREAD)
        program->consultations.decide_fee = decide_unread;
    if (fault == PLANT_UNDECIDED)
        program->consultations.decide_fee = decide_nothing;
    if (fault == PLANT_UNCOUNTED)
        program->lines.update_fee_line = update_alone;
}

static void build(struct sim *sim)
{
    struct node *node = sim_add_node(sim, FEES_NAME, FEES_NAME);
    struct fees_program *program = calloc(1, sizeof *program);
    assert(program);
    program->node = node;
    program->cycles = (Pb__FeeCyclesService_Service)PB__FEE_CYCLES_SERVICE__INIT(on_);
    program->applications = (Pb__FeeApplicationsService_Service)PB__FEE_APPLICATIONS_SERVICE__INIT(on_);
    program->consultations = (Pb__FeeConsultationsService_Service)PB__FEE_CONSULTATIONS_SERVICE__INIT(on_);
    program->lines = (Pb__FeeLinesService_Service)PB__FEE_LINES_SERVICE__INIT(on_);
    program->follows[0] = fees_follows[0];
    program->follows[1] = fees_follows[1];
    plant(program, sim->plant);
    program->apis[0] =
        (struct api){.descriptor = &pb__fee_cycles_service__descriptor, .handlers = &program->cycles.base};
    program->apis[1] = (struct api){.descriptor = &pb__fee_applications_service__descriptor,
                                    .handlers = &program->applications.base};
    program->apis[2] = (struct api){.descriptor = &pb__fee_consultations_service__descriptor,
                                    .handlers = &program->consultations.base};
    program->apis[3] =
        (struct api){.descriptor = &pb__fee_lines_service__descriptor, .handlers = &program->lines.base};
    program->apis[4] = (struct api){.descriptor = &pb__authorities_service__descriptor,
                                    .handlers = &copies.base,
                                    .while_partial = sim->plant == PLANT_PARTIAL};
    node->context = program;
    node->options = (struct service_options){
        .name = FEES_NAME,
        .apis = program->apis,
        .tables = fees_tables,
        .follows = program->follows,
        .timers = timers,
        .forms = &fees_form_keeping,
        .evidence = &fees_evidence_keeping,
        .schema = 1,
        .context = program,
        .entitle = fees_entitle,
        .is_demonstration = fees_is_demonstration,
    };
}

const struct part fees_part = {
    .service = FEES_NAME, .build = build, .tables = fees_tables, .orders = fees_orders, .check = fees_check};
