#pragma once
/* Transfers and swaps (rule A6). Pure: the state of an offer, who may do what to it, and what it needs of the
 * facts when it is made and when it is accepted. */

#include "services/allocation/rules_facts.h"

#include "services/allocation/refusal.h"

#include "ccrag/v1/transfers.pb-c.h"

/* What happens to a transfer, and to which state it leads: the one table. */
enum transfer_event {
    TRANSFER_ACCEPT,
    TRANSFER_DECLINE,
    TRANSFER_WITHDRAW,
    TRANSFER_EXPIRE, /* its last day passed, or the cycle closed */
    TRANSFER_END,    /* what held holds no longer */
};
/* NOT_WAITING where the table has no such step. */
enum allocation_refusal transfer_step(Pb__TransferState state, enum transfer_event event,
                                      Pb__TransferState *ret_state);

/* What an offer is judged against; each borrowed. */
struct transfer_facts {
    const struct facts *facts;
    const Pb__Allocation *allocation; /* of the provision handed over; NULL: nobody has it */
    const Pb__Allocation *returned; /* of the one wanted in return; NULL: nobody has it, or none is wanted */
    bool swap;
    bool offer_waits; /* another offer of either provision waits */
};

/* May it be offered? The offerer has the provision and places there no more; the other places there; of a
 * swap the other has the second, and the offerer places there. */
enum allocation_refusal transfer_offer_check(const Pb__Transfer *transfer,
                                             const struct transfer_facts *facts);
/* May it still be accepted? The same, but for other offers; what no longer holds is OVERTAKEN. */
enum allocation_refusal transfer_accept_check(const Pb__Transfer *transfer,
                                              const struct transfer_facts *facts);

/* Is its last day over? */
bool transfer_is_late(const Pb__Transfer *transfer, struct date today);
