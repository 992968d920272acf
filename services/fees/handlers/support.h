#pragma once
/* What every handler of fees needs besides common/service/handling.h. */

#include "common/base/limits.h"
#include "common/service/handling.h"
#include "services/fees/fees.h"
#include "services/fees/records.h"
#include "services/fees/refusal.h"
#include "services/fees/rules_cycle.h"
#include "services/fees/rules_sharing.h"

#include "ccrag/v1/handlers.h"

/* CODE_OK for REFUSAL_NONE; otherwise the request is refused as fees_refusal_facts says. */
static inline enum code check(struct command *command, enum fees_refusal refusal)
{
    return refuse_with(command, fees_refusal_facts(refusal), NULL);
}
/* The same, of another field. */
static inline enum code check_field(struct command *command, enum fees_refusal refusal, const char *field)
{
    return refuse_with(command, fees_refusal_facts(refusal), field);
}
/* The same, of a rule that was given &command->fault and may have said more there. */
static inline enum code decided(struct command *command, enum fees_refusal refusal)
{
    if (refusal == REFUSAL_NONE)
        return CODE_OK;
    return command->fault.code != CODE_OK ? command->fault.code : check(command, refusal);
}

/* --- who asks ---------------------------------------------------------------------------------------- */

/* The caller as the rules see it. */
enum code fees_load_actor(struct command *command, struct fees_actor *ret_actor);
/* What members share is for the host, auditors, services and active members (rule R1): NOT_MEMBER. */
enum code fees_check_reader(struct command *command);
/* The same; and a provider's people, who see of it what is theirs. */
enum code fees_check_reader_or_provider(struct command *command, struct fees_actor *ret_actor);
/* The LA that is meant: the one named, else the caller's own; "" for none. */
const char *fees_authority_meant(const struct command *command, const char *named);
/* Does the caller act for that LA: its own people or node, or the operator (a host administrator for the
 * host's LA alone), and is it an active member? NOT_YOUR_AUTHORITY, NOT_MEMBER. */
enum code fees_check_own(struct command *command, const char *authority_id);
/* May the actor read, or write, it? `otherwise` where it may not. */
static inline enum code fees_check_may(struct command *command, const struct fees_actor *actor,
                                       enum fee_thing thing, const struct fee_whose *whose,
                                       enum sharing_act act, enum fees_refusal otherwise)
{
    return check(command, sharing_may(actor, thing, whose, act) ? REFUSAL_NONE : otherwise);
}

/* --- cycles ------------------------------------------------------------------------------------------ */

/* Every cycle, oldest first. */
enum code fees_all_cycles(struct command *command, struct collected *ret_cycles);
/* The cycle that is meant, to be read: the one named; "": the open one, else the last. NULL: refused
 * (CYCLE_UNKNOWN; without any, CYCLE_NONE_OPEN). */
Pb__FeeCycle *fees_cycle_to_read(struct command *command, const char *id);
/* The same, for what `event` does, where its state allows it. What is recorded goes into the last where none
 * is open; everything else needs one that is. */
Pb__FeeCycle *fees_cycle_to(struct command *command, const char *id, enum fee_cycle_event event);
/* Every index (Pb__FeeIndex). */
enum code fees_all_indices(struct command *command, struct collected *ret_indices);

/* --- provisions -------------------------------------------------------------------------------------- */

/* What a request is about. */
struct fee_place {
    Pb__FeeCycle *cycle;
    const char *provision_id;       /* UUID */
    const Pb__Provision *provision; /* NULL: the registry has it no more */
    Pb__Consultation *consultation; /* NULL: none was made */
    const char *id;                 /* of the consultation */
};
/* A provision by its UUID or any of its URNs, in that cycle. Sets command->subject. */
enum code fees_load_place(struct command *command, Pb__FeeCycle *cycle, const char *provision,
                          struct fee_place *ret_place);
/* The same, with fees_cycle_to_read, fees_cycle_to; a consultation must be there: CONSULTATION_UNKNOWN. */
enum code fees_place_to_read(struct command *command, const char *provision, const char *cycle_id,
                             struct fee_place *ret_place);
enum code fees_place_to(struct command *command, const char *provision, const char *cycle_id,
                        enum fee_cycle_event event, struct fee_place *ret_place);

/* Of a consultation; `authority_id` the LA whose own something there is, or "". Borrowed. */
struct fee_whose fees_whose(const Pb__Consultation *consultation, const char *authority_id);
/* Of a decision: the provider's is who had applied, also where another runs the provision by now. `lead_id`:
 * of its consultation, or "". Borrowed. */
struct fee_whose fees_whose_decision(const Pb__FeeDecision *decision, const char *lead_id);
/* What of it is read: PENDING is for fewer (rule S4). */
enum fee_thing fees_thing_of(const Pb__FeeDecision *decision);
/* Does the caller act for the LA that leads there? NOT_LEAD; CONSULTATION_NOT_LED where nobody leads. */
enum code fees_check_lead(struct command *command, const Pb__Consultation *consultation);

/* What was submitted and stands; its published report. NULL, and CODE_OK: there is none. */
enum code fees_standing(struct command *command, const Pb__Consultation *consultation,
                        Pb__FeeSubmission **ret_submission);
enum code fees_published(struct command *command, const Pb__Consultation *consultation,
                         Pb__FeeReport **ret_report);

/* Writes it with its new state; `ret_stored` is the consultation as stored (a copy). */
enum code fees_put_consultation(struct command *command, const Pb__Consultation *consultation,
                                Pb__Consultation **ret_stored);

/* --- an LA's own days (rule F1) ---------------------------------------------------------------------- */

struct fee_days;
/* The earliest day of each task for that provider ("": nobody's, the cycle's own). */
enum code fees_days_of(struct command *command, const Pb__FeeCycle *cycle, const char *provider_id,
                       struct fee_days *ret_days);
