#pragma once
/* Authorities, membership and subscriptions (rules R1, R2). Pure. */

#include "services/registry/rules_text.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

/* What can happen to a membership. */
enum membership_event {
    MEMBERSHIP_APPLIES,  /* asks to join, accepting the protocol */
    MEMBERSHIP_APPROVED, /* by the host */
    MEMBERSHIP_DECLINED, /* by the host */
    MEMBERSHIP_LEAVES,
    MEMBERSHIP_LISTED, /* named in the host's list of members: joins if it was never heard of, else stays as
                          it is */
    MEMBERSHIP_EVENTS,
};

/* The state that follows; otherwise ALREADY_APPLIED, ALREADY_MEMBER, NOT_APPLIED or NOT_MEMBER, and nothing
 * changes (rule R1). */
enum registry_refusal membership_step(Pb__MembershipState state, enum membership_event event,
                                      Pb__MembershipState *ret_state);

/* Is the application whole: GSS code, protocol accepted and by whom, a mailbox where one is given? */
enum registry_refusal application_check(const Pb__ApplyForMembershipRequest *application);

/* An authority's own particulars, whoever sends them. */
enum registry_refusal authority_check(const Pb__Authority *authority);

/* `edit` as it may be stored over `stored`: membership, and what the protocol says, stay; the name, DfE code,
 * sub-region, partner and a stated position are the host's to change. Texts are borrowed from both. */
Pb__Authority authority_edited(const Pb__Authority *stored, const Pb__Authority *edit, bool by_host);

/* The region's settings and a payment, as the host states them. */
enum registry_refusal region_check(const Pb__Region *region);
enum registry_refusal payment_check(const Pb__SubscriptionPayment *payment);

/* What subscriptions are worked out from; everything borrowed. */
struct subscription_facts {
    const Pb__Region *region; /* NULL: the presets */
    Pb__Authority *const *authorities;
    size_t authority_count;
    Pb__Provider *const *providers; /* those that subscribe */
    size_t provider_count;
    Pb__SubscriptionPayment *const *payments;
    size_t payment_count;
    uint32_t year;
};

enum { PARTNER_SUBSCRIPTION_PENCE = 400000 }; /* rule R2, where the region sets none */

/* Whom an authority pays as: its partner's text, or its own GSS code (rule R2). */
const char *authority_payer(const Pb__Authority *authority);

/* One line for each payer, by name: the active members of a partner owe one subscription together, a provider
 * that chose to subscribe its own, and who pays without owing is shown too. NULL past the arena's limit. */
Pb__SubscriptionDue **subscriptions_due(const struct subscription_facts *facts, struct arena *arena,
                                        size_t *ret_count);
