/* Membership and subscriptions (rules R1, R2). In: records and events. Out: the next state, what may be
 * stored, what is owed. Who may ask is in the table of rights. */

#include "services/registry/rules_membership.h"

#include "common/domain/gss.h"
#include "common/domain/postcode.h"

#include <stdlib.h>

enum { STATES = PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT + 1, AMOUNT_PENCE_MAX = 1000000000 };

#define KNOWN    PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_UNSPECIFIED
#define APPLIED  PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_APPLIED
#define ACTIVE   PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE
#define DECLINED PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_DECLINED
#define LEFT     PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT

struct step {
    enum registry_refusal refusal;
    Pb__MembershipState next;
};

#define TO(state)                                                                                            \
    {                                                                                                        \
        REFUSAL_NONE, state                                                                                  \
    }
#define NO(refusal)                                                                                          \
    {                                                                                                        \
        REFUSAL_##refusal, KNOWN                                                                             \
    }

/* Rule R1, every state by every event. */
static const struct step steps[STATES][MEMBERSHIP_EVENTS] = {
    /*             applies              approved         declined         leaves          listed */
    [KNOWN] = {TO(APPLIED), NO(NOT_APPLIED), NO(NOT_APPLIED), NO(NOT_MEMBER), TO(ACTIVE)},
    [APPLIED] = {NO(ALREADY_APPLIED), TO(ACTIVE), TO(DECLINED), NO(NOT_MEMBER), TO(APPLIED)},
    [ACTIVE] = {NO(ALREADY_MEMBER), NO(NOT_APPLIED), NO(NOT_APPLIED), TO(LEFT), TO(ACTIVE)},
    [DECLINED] = {TO(APPLIED), NO(NOT_APPLIED), NO(NOT_APPLIED), NO(NOT_MEMBER), TO(DECLINED)},
    [LEFT] = {TO(APPLIED), NO(NOT_APPLIED), NO(NOT_APPLIED), NO(NOT_MEMBER), TO(LEFT)},
};

enum registry_refusal membership_step(Pb__MembershipState state, enum membership_event event,
                                      Pb__MembershipState *ret_state)
{
    if ((unsigned)state >= STATES || event >= MEMBERSHIP_EVENTS)
        return REFUSAL_ENUM_UNKNOWN;
    struct step step = steps[state][event];
    if (step.refusal == REFUSAL_NONE)
        *ret_state = step.next;
    return step.refusal;
}

static bool gss_is_good(const char *text)
{
    struct gss gss;
    return gss_parse(text, &gss, NULL) == CODE_OK && strcmp(gss.text, text) == 0;
}

static bool postcode_is_good_or_empty(const char *text)
{
    struct postcode postcode;
    return text[0] == '\0' || postcode_parse(text, &postcode, NULL) == CODE_OK;
}

enum registry_refusal application_check(const Pb__ApplyForMembershipRequest *application)
{
    if (!gss_is_good(application->authority_id))
        return REFUSAL_GSS_WRONG;
    if (!application->protocol_accepted || application->protocol_accepted_by[0] == '\0')
        return REFUSAL_PROTOCOL_NOT_ACCEPTED;
    if (application->placement_team_email[0] && !email_is_good(application->placement_team_email))
        return REFUSAL_EMAIL_WRONG;
    if (!postcode_is_good_or_empty(application->head_office_postcode))
        return REFUSAL_POSTCODE_WRONG;
    return REFUSAL_NONE;
}

static bool dfe_code_is_good_or_empty(const char *text)
{
    return text[0] == '\0' || (strlen(text) == 3 && strspn(text, "0123456789") == 3);
}

static bool point_is_good(const Pb__GeoPoint *point)
{
    return !point || position_e7_is_valid((struct position_e7){.latitude = point->latitude_e7,
                                                               .longitude = point->longitude_e7});
}

enum registry_refusal authority_check(const Pb__Authority *authority)
{
    if (!gss_is_good(authority->id))
        return REFUSAL_GSS_WRONG;
    if (authority->name[0] == '\0')
        return REFUSAL_NAME_MISSING;
    if (!dfe_code_is_good_or_empty(authority->dfe_code))
        return REFUSAL_DFE_CODE_WRONG;
    if (!postcode_is_good_or_empty(authority->head_office_postcode))
        return REFUSAL_POSTCODE_WRONG;
    if (authority->placement_team_email[0] && !email_is_good(authority->placement_team_email))
        return REFUSAL_EMAIL_WRONG;
    return point_is_good(authority->head_office) ? REFUSAL_NONE : REFUSAL_POSITION_WRONG;
}

Pb__Authority authority_edited(const Pb__Authority *stored, const Pb__Authority *edit, bool by_host)
{
    Pb__Authority edited = *stored;
    edited.meta = edit->meta;
    edited.head_office_address = edit->head_office_address;
    edited.head_office_postcode = edit->head_office_postcode;
    edited.placement_team_email = edit->placement_team_email;
    if (by_host) {
        edited.name = edit->name;
        edited.dfe_code = edit->dfe_code;
        edited.sub_region_id = edit->sub_region_id;
        edited.partner = edit->partner;
        edited.head_office = edit->head_office;
    }
    return edited;
}

enum registry_refusal region_check(const Pb__Region *region)
{
    if (region->name[0] == '\0')
        return REFUSAL_NAME_MISSING;
    if (region->host[0] && !gss_is_good(region->host))
        return REFUSAL_GSS_WRONG;
    if (region->vacancy_stale_days > 3660 || region->partner_subscription_pence < 0 ||
        region->provider_subscription_pence < 0 || region->partner_subscription_pence > AMOUNT_PENCE_MAX ||
        region->provider_subscription_pence > AMOUNT_PENCE_MAX)
        return REFUSAL_REGION_WRONG;
    return REFUSAL_NONE;
}

enum registry_refusal payment_check(const Pb__SubscriptionPayment *payment)
{
    struct date paid_on;
    if (payment->payer[0] == '\0')
        return REFUSAL_PAYER_UNKNOWN;
    if (payment->year < 2000 || payment->year > 2199)
        return REFUSAL_YEAR_WRONG;
    if (payment->amount_pence < 0 || payment->amount_pence > AMOUNT_PENCE_MAX)
        return REFUSAL_AMOUNT_WRONG;
    if (!date_field(payment->paid_on, &paid_on) || date_is_none(paid_on))
        return REFUSAL_DATE_WRONG;
    return REFUSAL_NONE;
}

const char *authority_payer(const Pb__Authority *authority)
{
    return authority->partner[0] ? authority->partner : authority->id;
}

/* --- what is owed ------------------------------------------------------------------------------------ */

/* Lines under way: at most one for each authority, provider and payment. */
struct dues {
    Pb__SubscriptionDue **items;
    size_t count;
    struct arena *arena;
};

static Pb__SubscriptionDue *due_of(struct dues *dues, const char *payer, const char *name)
{
    for (size_t i = 0; i < dues->count; i++)
        if (strcmp(dues->items[i]->payer, payer) == 0)
            return dues->items[i];
    Pb__SubscriptionDue *due = arena_new(dues->arena, Pb__SubscriptionDue);
    if (!due)
        return NULL;
    pb__subscription_due__init(due);
    due->payer = payer;
    due->payer_name = name;
    dues->items[dues->count++] = due;
    return due;
}

static bool owe_together(struct dues *dues, const struct subscription_facts *facts, int64_t pence)
{
    for (size_t i = 0; i < facts->authority_count; i++) {
        const Pb__Authority *authority = facts->authorities[i];
        if (authority->state != ACTIVE)
            continue;
        Pb__SubscriptionDue *due = due_of(dues, authority_payer(authority),
                                          authority->partner[0] ? authority->partner : authority->name);
        if (due && !due->authorities)
            due->authorities = arena_array(dues->arena, char const *, facts->authority_count);
        if (!due || !due->authorities)
            return false;
        due->due_pence = pence;
        due->authorities[due->n_authorities++] = authority->id;
    }
    return true;
}

static int compare_names(const void *left, const void *right)
{
    const Pb__SubscriptionDue *a = *(Pb__SubscriptionDue *const *)left,
                              *b = *(Pb__SubscriptionDue *const *)right;
    int order = strcmp(a->payer_name, b->payer_name);
    return order ? order : strcmp(a->payer, b->payer);
}

Pb__SubscriptionDue **subscriptions_due(const struct subscription_facts *facts, struct arena *arena,
                                        size_t *ret_count)
{
    const Pb__Region *region = facts->region;
    int64_t pence = region && region->partner_subscription_pence ? region->partner_subscription_pence
                                                                 : PARTNER_SUBSCRIPTION_PENCE;
    size_t most = facts->authority_count + facts->provider_count + facts->payment_count;
    struct dues dues = {.items = arena_array(arena, Pb__SubscriptionDue *, most + 1), .arena = arena};
    if (!dues.items || !owe_together(&dues, facts, pence))
        return NULL;
    for (size_t i = 0; i < facts->provider_count; i++) {
        Pb__SubscriptionDue *due = due_of(&dues, facts->providers[i]->id, facts->providers[i]->name);
        if (!due)
            return NULL;
        due->due_pence = region ? region->provider_subscription_pence : 0;
    }
    for (size_t i = 0; i < facts->payment_count; i++) {
        const Pb__SubscriptionPayment *payment = facts->payments[i];
        if (payment->year != facts->year)
            continue;
        Pb__SubscriptionDue *due = due_of(&dues, payment->payer, payment->payer);
        if (!due)
            return NULL;
        due->paid_pence += payment->amount_pence;
    }
    qsort(dues.items, dues.count, sizeof(Pb__SubscriptionDue *), compare_names);
    *ret_count = dues.count;
    return dues.items;
}
