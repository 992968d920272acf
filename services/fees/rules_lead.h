#pragma once
/* How a provision is dealt with in a cycle, who leads, and whom it concerns (rule F2). Pure. What comes out
 * depends on the facts alone, never on the order in which they were told; only who is concerned, who led
 * before, and a nomination that holds are taken over from what is stored. */

#include "services/fees/refusal.h"

#include "common/base/arena.h"
#include "common/domain/date.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/fee_consultations.pb-c.h"
#include "ccrag/v1/placements.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

/* Who places at one provision, with how many live placements; by GSS code, each once. */
struct fee_placings {
    struct arena *arena;
    struct fee_placing {
        const char *authority_id; /* in the arena */
        uint32_t placements;
    } * items;
    size_t count, capacity;
};

/* None yet. What is told is copied into `arena`. */
void fee_placings_init(struct fee_placings *placings, struct arena *arena);
/* Tells one of the provision's placements, each once, in any order. It counts where it lasts today and its LA
 * (`member`; NULL: not known) is an active member (rule R1). False past the arena's limit. */
bool fee_placings_add(struct fee_placings *placings, const Pb__PlacementFact *placement,
                      const Pb__Authority *member, struct date today);

/* What kinds are dealt with as: LED (rule A1: schools, children's homes, dual registered), SHARED (IFA),
 * FORM_ONLY (supported accommodation), NONE (secure homes, others). */
Pb__FeeScope fee_scope_of_kind(Pb__ProvisionKind kind);
/* Does somebody lead in this scope? LED, ALONE. */
bool fee_scope_is_led(Pb__FeeScope scope);

/* What a lead is found from; borrowed. */
struct fee_lead_facts {
    const Pb__Provision *provision; /* NULL: not known (any more) */
    const struct fee_placings *placings;
    const char *allocated_id; /* GSS code of the LA that has it by the published allocation; "": none has */
    const char *nominated_id; /* whom the host nominated; "": nobody */
};

/* What is found; the LA points into the facts, "" where nobody leads. */
struct fee_lead {
    Pb__FeeScope scope;
    const char *authority_id;
    Pb__FeeLeadBasis basis;
};

/* The rule. The nominee where it places there; the only LA that places there; the allocation's where that
 * places there; else the one with the most placements, of equals the lower GSS code. Nobody where none
 * places, or the provision is closed, only proposed, or of a kind that nobody leads for. */
struct fee_lead fee_lead_of(const struct fee_lead_facts *facts);

/* What a consultation comes to. */
struct fee_settled {
    bool there;          /* false: none is made, as nobody places there and none was made before */
    bool changed;        /* it differs from what is stored */
    bool concerned_grew; /* so do its records, which say whom they are for */
    bool lead_changed;
    size_t left_out; /* LAs that place there and could not be added: FEE_CONCERNED_MAX are concerned */
    Pb__Consultation consultation; /* a copy of what is stored with what changes; lists in the arena, texts
                                      borrowed. Identifier and meta of a new one are the service's to set. */
};

/* The consultation as the facts have it today. `stored`: NULL for none yet; then it begins as AWAITED, of
 * that cycle. `facts->nominated_id` is not read: the stored nomination holds while its LA places there. A
 * lead that leads no more is added to `past_leads` with the reason in words; who is concerned only grows, the
 * lead first, then by GSS code. RESOURCE_EXHAUSTED past the arena's limit. */
enum code fee_lead_settle(const Pb__Consultation *stored, const char *cycle_id,
                          const struct fee_lead_facts *facts, struct date today, struct arena *arena,
                          struct fee_settled *ret_settled);

/* The same with another nomination: that LA, which places there beside another, with the host's reason; "":
 * the rule's own choice again (`reason` is not read). LEAD_NOT_LED, LEAD_NOT_PLACING, REASON_MISSING,
 * TEXT_LONG, TOO_MANY (arena). */
enum fees_refusal fee_lead_nominate(const Pb__Consultation *stored, const struct fee_lead_facts *facts,
                                    const char *authority_id, const char *reason, struct date today,
                                    struct arena *arena, struct fee_settled *ret_settled);
