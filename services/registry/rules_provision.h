#pragma once
/* Providers, provisions, place groups and contracts (rules R3, R4, R7, R8, X1a). Pure. */

#include "services/registry/rules_text.h"

#include "ccrag/v1/provisions.pb-c.h"

/* Who edits, as far as these rules care. */
struct editor {
    bool host;               /* the host's administrator, or the operator */
    const char *provider_id; /* a provider's person: theirs; otherwise "" */
};

/* --- providers (rules R3, R8) ------------------------------------------------------------------------ */

/* A provider's own particulars, whoever sends them. */
enum registry_refusal provider_check(const Pb__Provider *provider);

/* `edit` as it may be stored over `stored` (NULL: it is new): the state is decided elsewhere, the
 * financial-risk flag is the host's to set. Texts are borrowed. */
Pb__Provider provider_edited(const Pb__Provider *stored, const Pb__Provider *edit,
                             const struct editor *editor);

/* As another provider sees them (rules S4, R8): without fees, without what is said of finances. */
void provision_as_rival(Pb__Provision *provision);
void group_as_rival(Pb__PlaceGroup *group);
void provider_as_rival(Pb__Provider *provider);

/* A provider is approved by the host or a member LA; only the host suspends it and ends that (rule R3). */
enum registry_refusal provider_decide(Pb__ProviderState now, Pb__ProviderState wanted, bool by_host);

/* Does it show as unverified, and get no child's needs: a claim on it waits, or its provider (NULL: it has
 * none) is not approved (rule R3). What only a register knows is not unverified: nobody says that it is
 * theirs. */
bool provision_is_unverified(const Pb__Provision *provision, const Pb__Provider *provider);

/* --- claims (rule R3) -------------------------------------------------------------------------------- */

/* May the provider claim this provision? `waiting`: a claim of its own waits already. */
enum registry_refusal claim_check(const Pb__Provision *provision, const char *provider_id, bool waiting,
                                  const char *evidence);
/* The claim decided; declining needs a reason. The provision is not looked at. */
enum registry_refusal claim_decide(const Pb__ProvisionClaim *claim, bool approve, const char *reason,
                                   Pb__ClaimState *ret_state);

/* --- provisions (rule R4) ---------------------------------------------------------------------------- */

/* May this editor change it? NOT_OWN_PROVISION unless it is the host, or the provider whose claim is
 * approved. */
enum registry_refusal provision_editor_check(const Pb__Provision *stored, const struct editor *editor);

/* Its fields, whoever sends them. URNs are checked for their form only. */
enum registry_refusal provision_check(const Pb__Provision *provision);

/* Who states its last judgement states none that is yet to come: a later one would never show over it. */
enum registry_refusal provision_judged_check(const Pb__Provision *provision, struct date today);

/* Its URNs: their form, each once, not too many. */
enum registry_refusal provision_urns_check(const Pb__Provision *provision);

/* `edit` as it may be stored over `stored` (NULL: it is new). What registers say and who runs it stay: a
 * provider's people change Form A alone; the host also kind, status, URNs, area and provider. Texts and lists
 * are borrowed. A position that differs from the stored one is taken as stated; one that was stated of
 * another postcode is not kept; `ret_find`: the position is to be found. */
Pb__Provision provision_edited(const Pb__Provision *stored, const Pb__Provision *edit,
                               const struct editor *editor, bool *ret_find);

/* Has any register spoken of it? Then status and URNs are the registers'. */
bool provision_is_registered(const Pb__Provision *provision);
bool provision_is_open(const Pb__Provision *provision);

/* May a place be taken there from `from` to `until` (DATE_NONE: open): its registration is active or not
 * known, its provider (NULL: it has none) is not suspended, and it is open on all those days (rules X1, R3)?
 * PROVISION_CLOSED, PROVISION_CLOSES, NOT_OFFERED otherwise. */
enum registry_refusal provision_takes_check(const Pb__Provision *provision, const Pb__Provider *provider,
                                            struct date from, struct date until);

/* --- place groups and contracts ---------------------------------------------------------------------- */

/* Rule X1a: what a place offers belongs to the place. */
enum registry_refusal group_check(const Pb__PlaceGroup *group, const Pb__PlaceGroup *stored,
                                  const Pb__Provision *provision);

/* Rule R7: a new version is higher than the one before; `stored` NULL: the first. */
enum registry_refusal contract_check(const Pb__Contract *contract, const Pb__Contract *stored);
/* Has a contract such a version, so that it can be signed or used? `contract` NULL: there is none. */
enum registry_refusal contract_version_check(const Pb__Contract *contract, uint32_t version);
