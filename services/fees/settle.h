#pragma once
/* Settling: how provisions are dealt with in a cycle, who leads, who is concerned (rule F2), and what follows
 * from it in other records. Everything is loaded before the command's first write. */

#include "common/base/limits.h"
#include "common/base/uuid.h"
#include "common/service/handling.h"
#include "services/fees/fees.h"
#include "services/fees/records.h"
#include "services/fees/rules_lead.h"

/* Provisions, by UUID, each once. In the command's arena. */
struct settle_slice {
    const char *ids[FEE_SETTLE_SLICE];
    size_t count;
};

/* Brings the consultations of these provisions in that cycle, and what depends on them, to what the facts say
 * now. What is as it should be is not written. */
enum code fees_settle_slice(struct command *command, const Pb__FeeCycle *cycle,
                            const struct settle_slice *slice);

/* --- one provision ----------------------------------------------------------------------------------- */

/* The members, by GSS code, for fees_place_load. */
enum code fees_members_load(struct command *command, struct collected *ret_members);

/* What is so at one provision. `facts` points into it. */
struct fee_place_facts {
    const char *provision_id, *id;  /* of its consultation */
    const Pb__Provision *provision; /* NULL: the registry has it no more */
    Pb__Consultation *stored;       /* NULL: none was made */
    struct fee_placings placings;
    struct fee_lead_facts facts;
};
enum code fees_place_load(struct command *command, const char *cycle_id, const char *provision_id,
                          const struct collected *members, struct fee_place_facts *ret_place);

/* Records that are put again with what was settled. */
struct fee_dependents {
    struct collected submissions, log, decisions, totals;
    Pb__FeeReport *report; /* a draft; NULL: there is none */
};
enum code fees_dependents_load(struct command *command, const Pb__Consultation *stored,
                               const struct fee_settled *settled, struct fee_dependents *ret_dependents);

/* Writes the consultation, where it changed, and them; `ret_consultation` as stored. */
enum code fees_settled_put(struct command *command, const struct fee_place_facts *place,
                           const struct fee_settled *settled, const struct fee_dependents *dependents,
                           Pb__Consultation **ret_consultation);
