/* Who sees and writes what (rules S1, S4, F5, F6), as one table. In: who asks, and whose it is. Out: yes or
 * no. Which methods a role may call at all is the frame's table; whether a state allows it is asked of that
 * state's rules. */

#include "services/fees/rules_sharing.h"

#include <string.h>

enum { R = 1 << SHARING_READ, W = 1 << SHARING_WRITE };

/* Another provider, and an LA that is no active member, is none of these. */
static const unsigned char rights[FEE_THINGS][SHARINGS] = {
    /*                       member concerned lead  own   host auditor provider */
    [FEE_THING_HEAD] = {R, R, R, 0, R, R, R},
    [FEE_THING_LOG] = {0, R | W, R | W, 0, R, R, 0},
    [FEE_THING_REPORT_DRAFT] = {0, 0, R | W, 0, R, 0, 0},
    [FEE_THING_REPORT] = {R, R, R, 0, R, R, 0},
    [FEE_THING_DECISION_PENDING] = {0, R, R, R | W, R, R, 0},
    [FEE_THING_DECISION] = {0, R, R, R | W, R, R, R},
    [FEE_THING_LETTER] = {0, 0, 0, R | W, R, R, R},
    [FEE_THING_LINES] = {0, 0, 0, R | W, 0, 0, 0},
    [FEE_THING_LINE_TOTALS] = {0, 0, R, R, R, R, 0},
};

bool sharing_right(enum fee_thing thing, enum sharing sharing, enum sharing_act act)
{
    return thing < FEE_THINGS && sharing < SHARINGS && act < SHARING_ACTS &&
           (rights[thing][sharing] & 1 << act);
}

static bool is_same(const char *a, const char *b)
{
    return actor_is_said(a) && actor_is_said(b) && strcmp(a, b) == 0;
}

static bool is_among(const char *name, const struct fee_whose *whose)
{
    for (size_t i = 0; i < whose->concerned_count; i++)
        if (is_same(name, whose->concerned_ids[i]))
            return true;
    return false;
}

static unsigned bit(bool is, enum sharing sharing)
{
    return is ? 1u << sharing : 0;
}

/* Every LA and provider that there is to it. */
static unsigned operator_sharings(const struct fee_whose *whose)
{
    return bit(true, SHARING_MEMBER) | bit(true, SHARING_HOST) |
           bit(whose->concerned_count > 0, SHARING_CONCERNED) |
           bit(actor_is_said(whose->lead_id), SHARING_LEAD) |
           bit(actor_is_said(whose->authority_id), SHARING_OWN) |
           bit(actor_is_said(whose->provider_id), SHARING_PROVIDER);
}

unsigned sharings_of(const struct fees_actor *actor, const struct fee_whose *whose)
{
    const char *own = actor->is_active_member ? actor->authority_id : "";
    if (actor->is_operator)
        return operator_sharings(whose);
    return bit(actor_is_said(own) || actor->is_service, SHARING_MEMBER) |
           bit(is_among(own, whose), SHARING_CONCERNED) | bit(is_same(own, whose->lead_id), SHARING_LEAD) |
           bit(is_same(own, whose->authority_id), SHARING_OWN) | bit(actor->is_host, SHARING_HOST) |
           bit(actor->reads_all, SHARING_AUDITOR) |
           bit(is_same(actor->provider_id, whose->provider_id), SHARING_PROVIDER);
}

bool sharing_may(const struct fees_actor *actor, enum fee_thing thing, const struct fee_whose *whose,
                 enum sharing_act act)
{
    unsigned sharings = sharings_of(actor, whose);
    for (unsigned sharing = 0; sharing < SHARINGS; sharing++)
        if (sharings & 1u << sharing && sharing_right(thing, (enum sharing)sharing, act))
            return true;
    return false;
}
