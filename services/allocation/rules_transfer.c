/* Transfers and swaps (rule A6). In: an offer, what is published, who places where. Out: whether it may be
 * made or accepted, and the state that follows. Who may ask is for the caller's right to say. */

#include "services/allocation/rules_transfer.h"

enum allocation_refusal transfer_step(Pb__TransferState state, enum transfer_event event,
                                      Pb__TransferState *ret_state)
{
    bool waits = state == PB__TRANSFER_STATE__TRANSFER_STATE_OFFERED;
    Pb__TransferState next = PB__TRANSFER_STATE__TRANSFER_STATE_UNSPECIFIED;
    switch (event) {
    case TRANSFER_ACCEPT:
        next = PB__TRANSFER_STATE__TRANSFER_STATE_HELD;
        break;
    case TRANSFER_DECLINE:
        next = PB__TRANSFER_STATE__TRANSFER_STATE_DECLINED;
        break;
    case TRANSFER_WITHDRAW:
        next = PB__TRANSFER_STATE__TRANSFER_STATE_WITHDRAWN;
        break;
    case TRANSFER_EXPIRE:
        next = PB__TRANSFER_STATE__TRANSFER_STATE_EXPIRED;
        break;
    case TRANSFER_END:
        waits = state == PB__TRANSFER_STATE__TRANSFER_STATE_HELD;
        next = PB__TRANSFER_STATE__TRANSFER_STATE_ENDED;
        break;
    }
    if (!waits)
        return REFUSAL_NOT_WAITING;
    *ret_state = next;
    return REFUSAL_NONE;
}

/* Has that authority, as an active member, a live placement at that provision? */
static bool places(const struct facts *facts, const char *authority, const char *provision)
{
    struct uuid id;
    uint16_t office = office_of(facts, authority);
    const struct site *site = uuid_parse(provision, &id) ? site_of(facts, &id) : NULL;
    return site && office != OFFICE_NONE && places_at(facts, site, office);
}

static bool is_of(const Pb__Allocation *allocation, const char *authority)
{
    return allocation && strcmp(allocation->authority_id, authority) == 0;
}

static enum allocation_refusal check(const Pb__Transfer *transfer, const struct transfer_facts *facts)
{
    const char *from = transfer->from_authority_id, *to = transfer->to_authority_id;
    if (!facts->allocation)
        return REFUSAL_NOT_ALLOCATED;
    if (!is_of(facts->allocation, from))
        return REFUSAL_NOT_YOURS;
    if (strcmp(from, to) == 0)
        return REFUSAL_TO_ITSELF;
    if (facts->swap && strcmp(transfer->provision_id, transfer->return_provision_id) == 0)
        return REFUSAL_RETURN_SAME;
    if (places(facts->facts, from, transfer->provision_id))
        return REFUSAL_STILL_PLACES;
    if (!places(facts->facts, to, transfer->provision_id))
        return REFUSAL_TO_NOT_PLACING;
    if (facts->swap && !is_of(facts->returned, to))
        return REFUSAL_RETURN_NOT_THEIRS;
    if (facts->swap && !places(facts->facts, from, transfer->return_provision_id))
        return REFUSAL_RETURN_NOT_PLACING;
    return REFUSAL_NONE;
}

enum allocation_refusal transfer_offer_check(const Pb__Transfer *transfer, const struct transfer_facts *facts)
{
    enum allocation_refusal refusal = check(transfer, facts);
    return refusal == REFUSAL_NONE && facts->offer_waits ? REFUSAL_OFFER_WAITS : refusal;
}

enum allocation_refusal transfer_accept_check(const Pb__Transfer *transfer,
                                              const struct transfer_facts *facts)
{
    return check(transfer, facts) == REFUSAL_NONE ? REFUSAL_NONE : REFUSAL_OVERTAKEN;
}

bool transfer_is_late(const Pb__Transfer *transfer, struct date today)
{
    struct date last;
    return date_field(transfer->answer_by, &last) && !date_is_none(last) && date_compare(today, last) > 0;
}
