/* Provisions, groups and contracts (rules R4, R7, X1a). In: what is stored and what is wanted. Out: a
 * refusal, or the record as it may be stored. What registers say is rules_register.c's; where it stands,
 * rules_position.c's. */

#include "services/registry/rules_provision.h"

#include "common/base/limits.h"
#include "common/domain/distance.h"
#include "common/domain/gss.h"
#include "common/domain/postcode.h"
#include "common/domain/urn.h"

enum {
    AGE_MAX = 25,
    CAPACITY_MAX = 10000,
    GROUP_PLACES_MAX = 1000,
    STANDARD_FEE_PENCE_MAX = 10000000,
};

enum registry_refusal provision_editor_check(const Pb__Provision *stored, const struct editor *editor)
{
    if (editor->host)
        return REFUSAL_NONE;
    bool own = editor->provider_id[0] && strcmp(stored->provider_id, editor->provider_id) == 0 &&
               stored->claim_state == PB__CLAIM_STATE__CLAIM_STATE_APPROVED;
    return own ? REFUSAL_NONE : REFUSAL_NOT_OWN_PROVISION;
}

static enum registry_refusal ages_check(uint32_t least, uint32_t most)
{
    return most <= AGE_MAX && (most == 0 ? least <= AGE_MAX : least <= most) ? REFUSAL_NONE
                                                                             : REFUSAL_AGES_WRONG;
}

enum registry_refusal provision_urns_check(const Pb__Provision *provision)
{
    const char **urns = provision->urns;
    if (provision->n_urns > PROVISION_URNS_MAX)
        return REFUSAL_URNS_TOO_MANY;
    for (size_t i = 0; i < provision->n_urns; i++) {
        struct urn urn;
        char text[URN_TEXT_BYTES];
        if (urn_parse(urns[i], &urn, NULL) != CODE_OK)
            return REFUSAL_URN_WRONG;
        urn_print(&urn, text);
        if (strcmp(text, urns[i]) != 0)
            return REFUSAL_URN_WRONG;
        for (size_t j = 0; j < i; j++)
            if (strcmp(urns[i], urns[j]) == 0)
                return REFUSAL_URN_WRONG;
    }
    return REFUSAL_NONE;
}

static enum registry_refusal dates_check(const Pb__Provision *provision)
{
    struct date opened, closed, judged;
    if (!date_field(provision->opened_on, &opened) || !date_field(provision->closed_on, &closed) ||
        !date_field(provision->judged_on, &judged))
        return REFUSAL_DATE_WRONG;
    return !date_is_none(closed) && date_compare(closed, opened) < 0 ? REFUSAL_CLOSED_BEFORE_OPENED
                                                                     : REFUSAL_NONE;
}

static enum registry_refusal place_check(const Pb__Provision *provision)
{
    struct postcode postcode;
    struct gss gss;
    if (provision->postcode[0] && postcode_parse(provision->postcode, &postcode, NULL) != CODE_OK)
        return REFUSAL_POSTCODE_WRONG;
    if (provision->local_authority[0] && gss_parse(provision->local_authority, &gss, NULL) != CODE_OK)
        return REFUSAL_GSS_WRONG;
    const Pb__GeoPoint *point = provision->position;
    if (point && !position_e7_is_valid((struct position_e7){point->latitude_e7, point->longitude_e7}))
        return REFUSAL_POSITION_WRONG;
    return REFUSAL_NONE;
}

enum registry_refusal provision_check(const Pb__Provision *provision)
{
    if (provision->name[0] == '\0')
        return REFUSAL_NAME_MISSING;
    if (provision->kind == PB__PROVISION_KIND__PROVISION_KIND_UNSPECIFIED)
        return REFUSAL_KIND_MISSING;
    enum registry_refusal refusal = provision_urns_check(provision);
    if (!refusal)
        refusal = place_check(provision);
    if (!refusal)
        refusal = ages_check(provision->age_min, provision->age_max);
    if (!refusal)
        refusal = dates_check(provision);
    if (refusal)
        return refusal;
    if (provision->capacity > CAPACITY_MAX)
        return REFUSAL_CAPACITY_WRONG;
    if (provision->standard_weekly_fee_pence < 0 ||
        provision->standard_weekly_fee_pence > STANDARD_FEE_PENCE_MAX)
        return REFUSAL_FEE_WRONG;
    return REFUSAL_NONE;
}

enum registry_refusal provision_judged_check(const Pb__Provision *provision, struct date today)
{
    struct date judged;
    return date_field(provision->judged_on, &judged) && date_compare(judged, today) > 0 ? REFUSAL_JUDGED_LATER
                                                                                        : REFUSAL_NONE;
}

static bool same_point(const Pb__GeoPoint *a, const Pb__GeoPoint *b)
{
    return a && b && a->latitude_e7 == b->latitude_e7 && a->longitude_e7 == b->longitude_e7;
}

/* Whose word the position is: stated when it is another one than was stored, else as before, but that of
 * another address is not kept. */
static void position_edit(const Pb__Provision *stored, const Pb__Provision *edit, Pb__Provision *edited,
                          bool *ret_find)
{
    const Pb__GeoPoint *before = stored ? stored->position : NULL;
    if (edit->position && !same_point(edit->position, before)) {
        edited->position_stated = true;
        if (edited->position_quality == PB__POSITION_QUALITY__POSITION_QUALITY_UNSPECIFIED)
            edited->position_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
        *ret_find = false;
        return;
    }
    edited->position = stored ? stored->position : NULL;
    edited->position_quality =
        stored ? stored->position_quality : PB__POSITION_QUALITY__POSITION_QUALITY_UNSPECIFIED;
    edited->position_stated = stored && stored->position_stated && edit->position &&
                              !postcodes_differ(stored->postcode, edit->postcode);
    *ret_find = !edited->position_stated;
}

/* What only registers, claims and the registry itself write. */
static void keep_kept(const Pb__Provision *stored, Pb__Provision *edited)
{
    edited->published_kind = stored ? stored->published_kind : edited->published_kind;
    edited->published_owner = stored ? stored->published_owner : edited->published_owner;
    edited->n_registers = stored ? stored->n_registers : 0;
    edited->registers = stored ? stored->registers : NULL;
}

static void keep_hosts(const Pb__Provision *stored, Pb__Provision *edited)
{
    edited->provider_id = stored->provider_id;
    edited->claim_state = stored->claim_state;
    edited->status = stored->status;
    edited->closed_on = stored->closed_on;
    edited->n_urns = stored->n_urns;
    edited->urns = stored->urns;
    edited->redacted = stored->redacted;
    if (provision_is_registered(stored)) {
        edited->kind = stored->kind;
        edited->local_authority = stored->local_authority;
    }
}

Pb__Provision provision_edited(const Pb__Provision *stored, const Pb__Provision *edit,
                               const struct editor *editor, bool *ret_find)
{
    Pb__Provision edited = *edit;
    keep_kept(stored, &edited);
    position_edit(stored, edit, &edited, ret_find);
    if (stored && !editor->host)
        keep_hosts(stored, &edited);
    /* It opens again: the day on which it was closed, sent back as it was read, is no closing day to come. */
    if (stored && !provision_is_open(stored) && provision_is_open(&edited) &&
        strcmp(stored->closed_on, edited.closed_on) == 0)
        edited.closed_on = "";
    if (!stored && !editor->host) {
        edited.provider_id = editor->provider_id;
        edited.redacted = false;
    }
    /* Who is named as its provider by the host, or made it, needs no claim. */
    if (edited.provider_id[0] && (!stored || editor->host))
        edited.claim_state = PB__CLAIM_STATE__CLAIM_STATE_APPROVED;
    else if (stored)
        edited.claim_state = edited.provider_id[0] || !stored->provider_id[0]
                                 ? stored->claim_state
                                 : PB__CLAIM_STATE__CLAIM_STATE_UNSPECIFIED;
    else
        edited.claim_state = PB__CLAIM_STATE__CLAIM_STATE_UNSPECIFIED;
    if (!stored && edited.status == PB__REGISTRATION_STATUS__REGISTRATION_STATUS_UNSPECIFIED)
        edited.status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE;
    return edited;
}

bool provision_is_registered(const Pb__Provision *provision)
{
    return provision->n_registers > 0;
}

bool provision_is_open(const Pb__Provision *provision)
{
    return provision->status != PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED;
}

enum registry_refusal provision_takes_check(const Pb__Provision *provision, const Pb__Provider *provider,
                                            struct date from, struct date until)
{
    struct date opened, closed;
    if (!provision_is_open(provision))
        return REFUSAL_PROVISION_CLOSED;
    if (date_field(provision->opened_on, &opened) && date_compare(from, opened) < 0)
        return REFUSAL_NOT_OFFERED;
    if (date_field(provision->closed_on, &closed) && !date_is_none(closed) &&
        (date_is_none(until) || date_compare(until, closed) > 0))
        return REFUSAL_PROVISION_CLOSES;
    bool registered = provision->status == PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE ||
                      provision->status == PB__REGISTRATION_STATUS__REGISTRATION_STATUS_UNSPECIFIED;
    bool suspended = provider && provider->state == PB__PROVIDER_STATE__PROVIDER_STATE_SUSPENDED;
    return registered && !suspended ? REFUSAL_NONE : REFUSAL_NOT_OFFERED;
}

enum registry_refusal group_check(const Pb__PlaceGroup *group, const Pb__PlaceGroup *stored,
                                  const Pb__Provision *provision)
{
    if (stored && strcmp(stored->provision_id, group->provision_id) != 0)
        return REFUSAL_GROUP_MOVED;
    if (!stored && !provision_is_open(provision))
        return REFUSAL_PROVISION_CLOSED;
    if (group->places == 0 || group->places > GROUP_PLACES_MAX)
        return REFUSAL_PLACES_WRONG;
    if (group->weekly_fee_pence < 0 || group->weekly_fee_pence > STANDARD_FEE_PENCE_MAX)
        return REFUSAL_FEE_WRONG;
    return ages_check(group->age_min, group->age_max);
}

enum registry_refusal contract_check(const Pb__Contract *contract, const Pb__Contract *stored)
{
    struct date from;
    if (contract->name[0] == '\0' || contract->contract_version == 0 ||
        !date_field(contract->in_force_from, &from) || date_is_none(from))
        return REFUSAL_CONTRACT_WRONG;
    return stored && contract->contract_version < stored->contract_version ? REFUSAL_CONTRACT_WRONG
                                                                           : REFUSAL_NONE;
}

enum registry_refusal contract_version_check(const Pb__Contract *contract, uint32_t version)
{
    return contract && version >= 1 && version <= contract->contract_version ? REFUSAL_NONE
                                                                             : REFUSAL_CONTRACT_UNKNOWN;
}

void provision_as_rival(Pb__Provision *provision)
{
    provision->standard_weekly_fee_pence = 0;
}

void group_as_rival(Pb__PlaceGroup *group)
{
    group->weekly_fee_pence = 0;
}
