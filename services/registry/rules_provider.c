/* Providers and their claims (rules R3, R8). In: what is stored and what is wanted. Out: a refusal, or the
 * record as it may be stored. */

#include "services/registry/rules_provision.h"

#define UNVERIFIED PB__PROVIDER_STATE__PROVIDER_STATE_UNVERIFIED
#define APPROVED   PB__PROVIDER_STATE__PROVIDER_STATE_APPROVED
#define SUSPENDED  PB__PROVIDER_STATE__PROVIDER_STATE_SUSPENDED

static bool country_is_good_or_empty(const char *text)
{
    return text[0] == '\0' ||
           (strlen(text) == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z');
}

enum registry_refusal provider_check(const Pb__Provider *provider)
{
    struct date risk_on;
    if (provider->name[0] == '\0')
        return REFUSAL_NAME_MISSING;
    if (provider->email[0] && !email_is_good(provider->email))
        return REFUSAL_EMAIL_WRONG;
    if (!country_is_good_or_empty(provider->owner_country))
        return REFUSAL_COUNTRY_WRONG;
    if (!date_field(provider->financial_risk_on, &risk_on))
        return REFUSAL_DATE_WRONG;
    if (provider->financial_risk && (provider->financial_risk_source[0] == '\0' || date_is_none(risk_on)))
        return REFUSAL_RISK_UNFOUNDED;
    return REFUSAL_NONE;
}

Pb__Provider provider_edited(const Pb__Provider *stored, const Pb__Provider *edit,
                             const struct editor *editor)
{
    Pb__Provider edited = *edit;
    if (stored)
        edited.state = stored->state;
    else if (!editor->host)
        edited.state = UNVERIFIED;
    if (!editor->host) {
        edited.financial_risk = stored && stored->financial_risk;
        edited.financial_risk_source = stored ? stored->financial_risk_source : "";
        edited.financial_risk_on = stored ? stored->financial_risk_on : "";
    }
    return edited;
}

enum registry_refusal provider_decide(Pb__ProviderState now, Pb__ProviderState wanted, bool by_host)
{
    if (wanted != APPROVED && wanted != SUSPENDED)
        return REFUSAL_DECISION_WRONG;
    if (!by_host && (wanted == SUSPENDED || now == SUSPENDED))
        return REFUSAL_SUSPENDED_BY_HOST;
    return now == wanted ? REFUSAL_DECISION_SAME : REFUSAL_NONE;
}

bool provision_is_unverified(const Pb__Provision *provision, const Pb__Provider *provider)
{
    return provision->claim_state == PB__CLAIM_STATE__CLAIM_STATE_WAITING ||
           (provider && provider->state != APPROVED);
}

enum registry_refusal claim_check(const Pb__Provision *provision, const char *provider_id, bool waiting,
                                  const char *evidence)
{
    if (provision->provider_id[0] && strcmp(provision->provider_id, provider_id) != 0)
        return REFUSAL_CLAIMED_BY_OTHER;
    if (waiting || provision->provider_id[0])
        return REFUSAL_CLAIMED_ALREADY;
    return evidence[0] ? REFUSAL_NONE : REFUSAL_EVIDENCE_MISSING;
}

enum registry_refusal claim_decide(const Pb__ProvisionClaim *claim, bool approve, const char *reason,
                                   Pb__ClaimState *ret_state)
{
    if (claim->state != PB__CLAIM_STATE__CLAIM_STATE_WAITING)
        return REFUSAL_CLAIM_DECIDED;
    if (!approve && reason[0] == '\0')
        return REFUSAL_REASON_MISSING;
    *ret_state = approve ? PB__CLAIM_STATE__CLAIM_STATE_APPROVED : PB__CLAIM_STATE__CLAIM_STATE_DECLINED;
    return REFUSAL_NONE;
}

void provider_as_rival(Pb__Provider *provider)
{
    provider->financial_risk = false;
    provider->financial_risk_source = provider->financial_risk_on = "";
}
