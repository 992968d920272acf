/* What a consultation becomes of who leads and who places (rule F2). In: what is stored, the facts, a
 * nomination. Out: the consultation as it is to be, with who led before and why no longer. */

#include "services/fees/rules_lead.h"

#include "services/fees/rules_text.h"

#include <stdlib.h>

#define NOMINATED PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_NOMINATED

/* What is being settled. */
struct settling {
    struct arena *arena;
    const Pb__Consultation *stored; /* NULL: none */
    const struct fee_lead_facts *facts;
    struct date today;
    const char *nominated_id, *nominated_because; /* as it is to be; "": nobody */
};

/* --- who places, who is concerned -------------------------------------------------------------------- */

static int compare_placings(const void *left, const void *right)
{
    const Pb__FeePlacing *a = *(const Pb__FeePlacing *const *)left,
                         *b = *(const Pb__FeePlacing *const *)right;
    return strcmp(a->authority_id, b->authority_id);
}

static bool is_placing(const struct fee_placings *placings, const char *authority_id)
{
    for (size_t i = 0; i < placings->count; i++)
        if (strcmp(placings->items[i].authority_id, authority_id) == 0)
            return true;
    return false;
}

/* Who places there, and those who did with none. */
static bool settle_placing(const struct settling *settling, Pb__Consultation *consultation)
{
    const struct fee_placings *placings = settling->facts->placings;
    size_t before = settling->stored ? settling->stored->n_placing : 0, count = 0;
    Pb__FeePlacing **list = arena_array(settling->arena, Pb__FeePlacing *, placings->count + before + 1);
    Pb__FeePlacing *room = arena_array(settling->arena, Pb__FeePlacing, placings->count + before + 1);
    if (!list || !room)
        return false;
    for (size_t i = 0; i < placings->count; i++) {
        list[count] = &room[count];
        pb__fee_placing__init(list[count]);
        list[count]->authority_id = placings->items[i].authority_id;
        list[count++]->placements = placings->items[i].placements;
    }
    for (size_t i = 0; i < before; i++) {
        if (is_placing(placings, settling->stored->placing[i]->authority_id))
            continue;
        list[count] = &room[count];
        pb__fee_placing__init(list[count]);
        list[count++]->authority_id = settling->stored->placing[i]->authority_id;
    }
    qsort(list, count, sizeof *list, compare_placings);
    consultation->placing = list;
    consultation->n_placing = count;
    return true;
}

static bool is_named(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Grows by the lead, then by all who place there, as far as there is room. */
static bool settle_concerned(const struct settling *settling, struct fee_settled *settled)
{
    Pb__Consultation *consultation = &settled->consultation;
    const struct fee_placings *placings = settling->facts->placings;
    size_t count = settling->stored ? settling->stored->n_concerned_ids : 0, before = count;
    const char **names = arena_array(settling->arena, const char *, count + placings->count + 1);
    if (!names)
        return false;
    if (before > 0)
        memcpy(names, settling->stored->concerned_ids, before * sizeof *names);
    for (size_t i = 0; i <= placings->count; i++) {
        const char *name = i == 0 ? consultation->lead_id : placings->items[i - 1].authority_id;
        if (!name[0] || is_named(names, count, name))
            continue;
        if (count < FEE_CONCERNED_MAX)
            names[count++] = name;
        else if (i > 0)
            settled->left_out++;
    }
    qsort(names, count, sizeof *names, compare_names);
    settled->concerned_grew = count > before;
    consultation->concerned_ids = names;
    consultation->n_concerned_ids = count;
    return true;
}

/* --- who leads --------------------------------------------------------------------------------------- */

/* Why the stored lead leads no longer. NULL past the arena's limit. */
static const char *handed_over_because(const struct settling *settling, const struct fee_lead *lead)
{
    const Pb__Consultation *stored = settling->stored;
    if (!is_placing(settling->facts->placings, stored->lead_id))
        return "it places nobody there any more";
    switch (lead->basis) {
    case PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_NOMINATED:
        return arena_format(settling->arena, "the host nominated another: %s", settling->nominated_because);
    case PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_UNSPECIFIED:
        return "nobody leads for such a provision";
    case PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_ALLOCATION:
    case PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_MOST_PLACEMENTS:
    case PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_ALONE:
    case _PB__FEE_LEAD_BASIS_IS_INT_SIZE:
        break;
    }
    if (stored->lead_basis == NOMINATED)
        return "the host took its nomination back";
    if (lead->basis == PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_ALLOCATION)
        return "the published allocation gives the provision to another";
    return stored->lead_basis == PB__FEE_LEAD_BASIS__FEE_LEAD_BASIS_ALLOCATION
               ? "the published allocation gives the provision to nobody who places there"
               : "another has as many placements there, or more";
}

/* The stored lead joins those who led before; of very many the oldest are left to the history. */
static bool end_term(const struct settling *settling, const struct fee_lead *lead,
                     Pb__Consultation *consultation)
{
    const Pb__Consultation *stored = settling->stored;
    size_t kept = stored->n_past_leads < FEE_PAST_LEADS_MAX ? stored->n_past_leads : FEE_PAST_LEADS_MAX - 1;
    Pb__FeeLeadTerm **terms = arena_array(settling->arena, Pb__FeeLeadTerm *, kept + 1);
    Pb__FeeLeadTerm *term = arena_new(settling->arena, Pb__FeeLeadTerm);
    if (!terms || !term)
        return false;
    if (kept > 0)
        memcpy(terms, stored->past_leads + (stored->n_past_leads - kept), kept * sizeof *terms);
    terms[kept] = term;
    pb__fee_lead_term__init(term);
    term->authority_id = stored->lead_id;
    term->basis = stored->lead_basis;
    term->from = stored->lead_since;
    term->until = date_text(settling->today, settling->arena);
    term->reason = handed_over_because(settling, lead);
    consultation->past_leads = terms;
    consultation->n_past_leads = kept + 1;
    return term->until && term->reason;
}

static bool settle_lead(const struct settling *settling, const struct fee_lead *lead,
                        struct fee_settled *settled)
{
    Pb__Consultation *consultation = &settled->consultation;
    const char *led_by = settling->stored ? settling->stored->lead_id : "";
    consultation->scope = lead->scope;
    consultation->lead_basis = lead->basis;
    consultation->lead_reason = lead->basis == NOMINATED ? settling->nominated_because : "";
    settled->lead_changed = strcmp(led_by, lead->authority_id) != 0;
    if (!settled->lead_changed)
        return true;
    if (led_by[0] && !end_term(settling, lead, consultation))
        return false;
    consultation->lead_id = lead->authority_id;
    consultation->lead_since = lead->authority_id[0] ? date_text(settling->today, settling->arena) : "";
    return consultation->lead_since;
}

/* --- all of it --------------------------------------------------------------------------------------- */

/* Where nobody leads for several, there is an application or there is none. */
static void settle_state(Pb__Consultation *consultation)
{
    bool is_shared = consultation->scope == PB__FEE_SCOPE__FEE_SCOPE_SHARED ||
                     consultation->scope == PB__FEE_SCOPE__FEE_SCOPE_FORM_ONLY;
    if (is_shared && consultation->state != PB__CONSULTATION_STATE__CONSULTATION_STATE_AWAITED)
        consultation->state = PB__CONSULTATION_STATE__CONSULTATION_STATE_APPLIED;
}

static bool same_placing(const Pb__Consultation *a, const Pb__Consultation *b)
{
    if (a->n_placing != b->n_placing)
        return false;
    for (size_t i = 0; i < a->n_placing; i++)
        if (strcmp(a->placing[i]->authority_id, b->placing[i]->authority_id) != 0 ||
            a->placing[i]->placements != b->placing[i]->placements)
            return false;
    return true;
}

static bool same(const Pb__Consultation *a, const Pb__Consultation *b)
{
    return a->scope == b->scope && a->lead_basis == b->lead_basis && a->state == b->state &&
           a->kind == b->kind && strcmp(a->lead_id, b->lead_id) == 0 &&
           strcmp(a->lead_reason, b->lead_reason) == 0 && strcmp(a->name, b->name) == 0 &&
           strcmp(a->provider_id, b->provider_id) == 0 && same_placing(a, b);
}

static enum code settle(const struct settling *settling, const char *cycle_id,
                        struct fee_settled *ret_settled)
{
    const Pb__Provision *provision = settling->facts->provision;
    struct fee_settled settled = {.there = true};
    struct fee_lead_facts facts = *settling->facts;
    facts.nominated_id = settling->nominated_id;
    const struct fee_lead lead = fee_lead_of(&facts);
    if (!settling->stored && lead.scope == PB__FEE_SCOPE__FEE_SCOPE_NONE) {
        *ret_settled = (struct fee_settled){0};
        return CODE_OK;
    }
    if (settling->stored) {
        settled.consultation = *settling->stored;
    } else {
        pb__consultation__init(&settled.consultation);
        settled.consultation.cycle_id = cycle_id;
        settled.consultation.state = PB__CONSULTATION_STATE__CONSULTATION_STATE_AWAITED;
    }
    if (provision) {
        settled.consultation.provision_id = provision->id;
        settled.consultation.name = provision->name;
        settled.consultation.kind = provision->kind;
        settled.consultation.provider_id = provision->provider_id;
    }
    if (!settle_lead(settling, &lead, &settled) || !settle_placing(settling, &settled.consultation) ||
        !settle_concerned(settling, &settled))
        return CODE_RESOURCE_EXHAUSTED;
    settle_state(&settled.consultation);
    settled.changed =
        !settling->stored || settled.concerned_grew || !same(settling->stored, &settled.consultation);
    *ret_settled = settled;
    return CODE_OK;
}

enum code fee_lead_settle(const Pb__Consultation *stored, const char *cycle_id,
                          const struct fee_lead_facts *facts, struct date today, struct arena *arena,
                          struct fee_settled *ret_settled)
{
    bool nominated = stored && stored->lead_basis == NOMINATED;
    const struct settling settling = {
        arena, stored, facts, today, nominated ? stored->lead_id : "", nominated ? stored->lead_reason : ""};
    return settle(&settling, cycle_id, ret_settled);
}

enum fees_refusal fee_lead_nominate(const Pb__Consultation *stored, const struct fee_lead_facts *facts,
                                    const char *authority_id, const char *reason, struct date today,
                                    struct arena *arena, struct fee_settled *ret_settled)
{
    const struct settling settling = {arena, stored,       facts,
                                      today, authority_id, authority_id[0] ? reason : ""};
    if (authority_id[0]) {
        struct fee_lead_facts asked = *facts;
        asked.nominated_id = authority_id;
        if (fee_lead_of(&asked).scope != PB__FEE_SCOPE__FEE_SCOPE_LED)
            return REFUSAL_LEAD_NOT_LED;
        if (!is_placing(facts->placings, authority_id))
            return REFUSAL_LEAD_NOT_PLACING;
        enum fees_refusal refusal = text_check(reason, REFUSAL_REASON_MISSING);
        if (refusal != REFUSAL_NONE)
            return refusal;
    }
    return settle(&settling, stored->cycle_id, ret_settled) == CODE_OK ? REFUSAL_NONE : REFUSAL_TOO_MANY;
}
