/* Who may read and change what of an application: the table of rights over records (rule S4). In: who asks,
 * the application, its consultation. Out: yes, or a refusal. What a role may call at all is the service
 * frame's table; whether the state allows it is fee_application_step's. */

#include "services/fees/rules_application.h"

#include "services/fees/rules_text.h"

enum { STATES = PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_WITHDRAWN + 1 };
enum {
    R = 1 << FEE_ACT_READ,
    S = 1 << FEE_ACT_READ_SUBMITTED,
    W = 1 << FEE_ACT_WRITE,
    T = 1 << FEE_ACT_RETURN,
    ALL = R | S | W | T,
};

/* By relation, then state. What is being written is its provider's and the host's alone; what was submitted
 * goes to the LAs concerned, also once it stands no longer. The host returns where nobody leads. */
static const unsigned char rights[FEE_RELATIONS][STATES] = {
    /*                  -  draft  submitted  returned   correcting withdrawn */
    [FEE_STRANGER] = {0, 0, 0, 0, 0, 0},
    [FEE_MEMBER] = {0, 0, 0, 0, 0, 0},
    [FEE_CONCERNED] = {0, 0, S, S, S, S},
    [FEE_LEAD] = {0, 0, S | T, S | T, S | T, S | T},
    [FEE_PROVIDER] = {0, R | W, R | S | W, R | S | W, R | S | W, R | S | W},
    [FEE_AUDITOR] = {0, 0, S, S, S, S},
    [FEE_HOST] = {0, R, R | S | T, R | S | T, R | S | T, R | S | T},
    [FEE_OPERATOR] = {0, ALL, ALL, ALL, ALL, ALL},
};

static bool is_concerned(const char *authority_id, const Pb__Consultation *consultation)
{
    for (size_t i = 0; i < consultation->n_concerned_ids; i++)
        if (strcmp(consultation->concerned_ids[i], authority_id) == 0)
            return true;
    return false;
}

unsigned fee_relations(const struct fees_actor *actor, const Pb__FeeApplication *application,
                       const Pb__Consultation *consultation)
{
    unsigned relations = 0;
    bool active = actor->is_active_member && actor_is_said(actor->authority_id);
    if (actor->is_operator)
        relations |= 1u << FEE_OPERATOR;
    if (actor->is_host)
        relations |= 1u << FEE_HOST;
    if (actor->reads_all)
        relations |= 1u << FEE_AUDITOR;
    if (actor_is_said(actor->provider_id) && strcmp(actor->provider_id, application->provider_id) == 0)
        relations |= 1u << FEE_PROVIDER;
    if (active)
        relations |= 1u << FEE_MEMBER;
    if (active && consultation && is_concerned(actor->authority_id, consultation))
        relations |= 1u << FEE_CONCERNED;
    if (active && consultation && strcmp(actor->authority_id, consultation->lead_id) == 0)
        relations |= 1u << FEE_LEAD;
    return relations ? relations : 1u << FEE_STRANGER;
}

bool fee_application_right(enum fee_relation relation, Pb__FeeApplicationState state, bool led,
                           enum fee_act act)
{
    if (relation >= FEE_RELATIONS || (unsigned)state >= STATES || act >= FEE_ACTS)
        return false;
    if (relation == FEE_HOST && act == FEE_ACT_RETURN && led)
        return false;
    return rights[relation][state] & 1 << act;
}

enum fees_refusal fee_application_may(const struct fees_actor *actor, enum fee_act act,
                                      const Pb__FeeApplication *application,
                                      const Pb__Consultation *consultation)
{
    unsigned relations = fee_relations(actor, application, consultation);
    bool led = consultation && actor_is_said(consultation->lead_id), may[FEE_ACTS] = {false};
    for (unsigned relation = 0; relation < FEE_RELATIONS; relation++)
        for (unsigned each = 0; relations & 1u << relation && each < FEE_ACTS; each++)
            may[each] |= fee_application_right(relation, application->state, led, each);
    /* One that was given up before it was submitted was never anybody else's. */
    if (application->submission == 0)
        may[FEE_ACT_READ_SUBMITTED] = false;
    bool reads = may[FEE_ACT_READ] || may[FEE_ACT_READ_SUBMITTED];
    if (!reads || act >= FEE_ACTS)
        return REFUSAL_APPLICATION_UNKNOWN;
    if (may[act])
        return REFUSAL_NONE;
    switch (act) {
    case FEE_ACT_WRITE:
        return REFUSAL_APPLICATION_NOT_YOURS;
    case FEE_ACT_RETURN:
        return REFUSAL_APPLICATION_NOT_LEAD;
    case FEE_ACT_READ:
    case FEE_ACT_READ_SUBMITTED:
    case FEE_ACTS:
        break;
    }
    return REFUSAL_APPLICATION_UNKNOWN;
}
