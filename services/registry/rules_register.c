/* Registers (rule R10 for what is older; the kinds of rule A1). In: a provision and a row. Out: the provision
 * that follows. Rows are found by URN, and positions by postcode, elsewhere. */

#include "services/registry/rules_register.h"

#include "services/registry/rules_provision.h"
#include "services/registry/rules_urns.h"

#define KIND(name)   PB__PROVISION_KIND__PROVISION_KIND_##name
#define STATUS(name) PB__REGISTRATION_STATUS__REGISTRATION_STATUS_##name

enum { REGISTERS_MAX = 3 };

static const struct publication registers[REGISTERS_MAX] = {
    {.register_name = "dfe-schools", .regulator = REGULATOR_DFE},
    {.register_name = "gias", .regulator = REGULATOR_DFE},
    {.register_name = "ofsted", .regulator = REGULATOR_OFSTED},
};

static const struct publication *register_named(const char *name)
{
    for (size_t i = 0; i < REGISTERS_MAX; i++)
        if (strcmp(registers[i].register_name, name) == 0)
            return &registers[i];
    return NULL;
}

enum registry_refusal publication_read(const char *register_name, const char *as_of, struct date today,
                                       struct publication *ret_publication)
{
    const struct publication *found = register_named(register_name);
    if (!found)
        return REFUSAL_REGISTER_UNKNOWN;
    struct date date;
    if (!date_field(as_of, &date) || date_is_none(date) || date_compare(date, today) > 0)
        return REFUSAL_AS_OF_WRONG;
    *ret_publication = *found;
    ret_publication->as_of = date;
    return REFUSAL_NONE;
}

Pb__Provision register_row(const Pb__Provision *row)
{
    Pb__Provision plain = *row;
    plain.id = "";
    plain.meta = NULL;
    plain.provider_id = "";
    plain.position = NULL;
    plain.position_quality = PB__POSITION_QUALITY__POSITION_QUALITY_UNSPECIFIED;
    plain.position_stated = false;
    plain.claim_state = PB__CLAIM_STATE__CLAIM_STATE_UNSPECIFIED;
    plain.n_contracts = 0;
    plain.contracts = NULL;
    plain.n_registers = 0;
    plain.registers = NULL;
    if (plain.redacted && plain.name[0] == '\0')
        plain.name = "Name withheld";
    if (plain.status == STATUS(UNSPECIFIED))
        plain.status = STATUS(ACTIVE);
    return plain;
}

enum registry_refusal register_row_check(const Pb__Provision *row, const struct publication *publication)
{
    enum registry_refusal refusal = provision_check(row);
    if (refusal)
        return refusal;
    for (size_t i = 0; i < row->n_urns; i++) {
        struct urn urn;
        if (urn_parse(row->urns[i], &urn, NULL) == CODE_OK && urn.regulator == publication->regulator)
            return REFUSAL_NONE;
    }
    return REFUSAL_URN_MISSING;
}

static bool is_special_school(Pb__ProvisionKind kind)
{
    return kind == KIND(INDEPENDENT_SPECIAL_SCHOOL) || kind == KIND(NON_MAINTAINED_SPECIAL_SCHOOL);
}

Pb__ProvisionKind kinds_joined(Pb__ProvisionKind a, Pb__ProvisionKind b)
{
    if (a == b || b == KIND(UNSPECIFIED) || b == KIND(OTHER))
        return a == KIND(UNSPECIFIED) ? b : a;
    if (a == KIND(UNSPECIFIED) || a == KIND(OTHER))
        return b;
    if (a == KIND(DUAL_REGISTERED) || b == KIND(DUAL_REGISTERED))
        return KIND(DUAL_REGISTERED);
    if ((is_special_school(a) && b == KIND(CHILDRENS_HOME)) ||
        (a == KIND(CHILDRENS_HOME) && is_special_school(b)))
        return KIND(DUAL_REGISTERED);
    return a;
}

/* --- the registers' words ---------------------------------------------------------------------------- */

static struct date fact_date(const Pb__RegisterFact *fact)
{
    struct date date;
    return date_field(fact->as_of, &date) ? date : DATE_NONE;
}

static Pb__RegisterFact *fact_of(const Pb__Provision *provision, const char *register_name)
{
    for (size_t i = 0; provision && i < provision->n_registers; i++)
        if (strcmp(provision->registers[i]->register_, register_name) == 0)
            return provision->registers[i];
    return NULL;
}

const Pb__RegisterFact *register_newest(const Pb__Provision *provision, enum regulator regulator)
{
    const Pb__RegisterFact *newest = NULL;
    for (size_t i = 0; i < provision->n_registers; i++) {
        const Pb__RegisterFact *fact = provision->registers[i];
        const struct publication *found = register_named(fact->register_);
        if (found && found->regulator == regulator &&
            (!newest || date_compare(fact_date(fact), fact_date(newest)) >= 0))
            newest = fact;
    }
    return newest;
}

/* Kind, status and closing, from the words that count. */
static void combine(Pb__Provision *provision)
{
    const Pb__RegisterFact *words[] = {register_newest(provision, REGULATOR_DFE),
                                       register_newest(provision, REGULATOR_OFSTED)};
    Pb__ProvisionKind open_kind = KIND(UNSPECIFIED), any_kind = KIND(UNSPECIFIED);
    Pb__RegistrationStatus status = STATUS(UNSPECIFIED);
    bool open = false;
    const char *closed_on = "";
    for (size_t i = 0; i < 2; i++) {
        const Pb__RegisterFact *word = words[i];
        if (!word)
            continue;
        any_kind = kinds_joined(any_kind, word->kind);
        if (word->status == STATUS(CLOSED)) {
            closed_on = strcmp(word->closed_on, closed_on) > 0 ? word->closed_on : closed_on;
            continue;
        }
        open = true;
        open_kind = kinds_joined(open_kind, word->kind);
        /* Suspended by one is suspended; otherwise open by one is open. */
        if (status != STATUS(SUSPENDED) && (word->status == STATUS(SUSPENDED) || status != STATUS(ACTIVE)))
            status = word->status;
    }
    provision->kind = open ? open_kind : any_kind;
    provision->status = open ? status : STATUS(CLOSED);
    provision->closed_on = open ? "" : closed_on;
}

/* What follows from the words that count now. What the host wrote by hand over what followed from those
 * before stands until they say something new (rule R10): a list of last month does not open what was
 * suspended or closed since. `stored` NULL: nothing was. */
static void follow_words(const Pb__Provision *stored, Pb__Provision *provision)
{
    combine(provision);
    if (!stored || !provision_is_registered(stored))
        return;
    Pb__Provision before = *stored;
    combine(&before);
    if (before.kind == provision->kind)
        provision->kind = stored->kind;
    if (before.status == provision->status && strcmp(before.closed_on, provision->closed_on) == 0) {
        provision->status = stored->status;
        provision->closed_on = stored->closed_on;
    }
}

/* The list of words with one put in place of its register's last, in the order of `registers`. NULL past the
 * arena's limit. */
static Pb__RegisterFact **facts_with(const Pb__Provision *stored, const Pb__RegisterFact *word,
                                     struct arena *arena, size_t *ret_count)
{
    size_t count = 0;
    Pb__RegisterFact **facts = arena_array(arena, Pb__RegisterFact *, REGISTERS_MAX);
    Pb__RegisterFact *put = arena_new(arena, Pb__RegisterFact);
    if (!facts || !put)
        return NULL;
    *put = *word;
    for (size_t i = 0; i < REGISTERS_MAX; i++) {
        const char *name = registers[i].register_name;
        Pb__RegisterFact *fact = strcmp(name, word->register_) == 0 ? put : fact_of(stored, name);
        if (fact)
            facts[count++] = fact;
    }
    *ret_count = count;
    return facts;
}

/* Is this publication the one whose name and address count? A DfE list before Ofsted's, then the newest. */
static bool leads(const Pb__Provision *stored, const struct publication *publication)
{
    const Pb__RegisterFact *dfe = register_newest(stored, REGULATOR_DFE);
    if (!dfe || dfe->status == STATUS(CLOSED) || strcmp(dfe->register_, publication->register_name) == 0)
        return true;
    return publication->regulator == REGULATOR_DFE && date_compare(publication->as_of, fact_date(dfe)) >= 0;
}

static void take_judgement(const Pb__Provision *row, Pb__Provision *provision)
{
    if (row->judgement != PB__JUDGEMENT__JUDGEMENT_UNSPECIFIED &&
        strcmp(row->judged_on, provision->judged_on) >= 0) {
        provision->judgement = row->judgement;
        provision->judged_on = row->judged_on;
    }
}

/* What a provider that runs it states itself is not overwritten (rule R4). */
static void take_particulars(const Pb__Provision *row, Pb__Provision *provision)
{
    if (postcodes_differ(provision->postcode, row->postcode)) /* what was stated of the address before */
        provision->position_stated = false;
    provision->name = row->name;
    provision->n_address = row->n_address;
    provision->address = row->address;
    provision->postcode = row->postcode;
    provision->redacted = row->redacted;
    if (row->telephone[0])
        provision->telephone = row->telephone;
    if (row->website[0])
        provision->website = row->website;
    if (row->age_max) {
        provision->age_min = row->age_min;
        provision->age_max = row->age_max;
    }
    if (row->gender != PB__GENDER__GENDER_UNSPECIFIED)
        provision->gender = row->gender;
    if (row->n_attendances) {
        provision->n_attendances = row->n_attendances;
        provision->attendances = row->attendances;
    }
    if (row->services[0])
        provision->services = row->services;
}

static void take_row(const Pb__Provision *row, bool leading, Pb__Provision *provision)
{
    if (leading) {
        provision->published_kind = row->published_kind;
        if (row->local_authority[0])
            provision->local_authority = row->local_authority;
        if (row->opened_on[0])
            provision->opened_on = row->opened_on;
        if (row->capacity)
            provision->capacity = row->capacity;
        if (provision->claim_state != PB__CLAIM_STATE__CLAIM_STATE_APPROVED)
            take_particulars(row, provision);
    }
    if (row->published_owner[0])
        provision->published_owner = row->published_owner;
    take_judgement(row, provision);
}

/* How a row stands to the last word of its register. */
static enum register_outcome outcome_of(const Pb__Provision *stored, const Pb__RegisterFact *last,
                                        struct date as_of, struct span digest)
{
    if (!stored)
        return REGISTER_ADDED;
    if (!last)
        return REGISTER_CHANGED;
    int order = date_compare(fact_date(last), as_of);
    if (order > 0)
        return REGISTER_HISTORY;
    if (!span_equal(span_of(last->digest.data, last->digest.len), digest))
        return REGISTER_CHANGED;
    return order == 0 ? REGISTER_UNCHANGED : REGISTER_CONFIRMED;
}

enum code register_take(const Pb__Provision *stored, const Pb__Provision *row,
                        const struct publication *publication, struct span digest, struct arena *arena,
                        enum register_outcome *ret_outcome, Pb__Provision *ret_provision)
{
    char *as_of = arena_alloc(arena, DATE_TEXT_BYTES);
    if (!as_of)
        return CODE_RESOURCE_EXHAUSTED;
    date_print(publication->as_of, as_of);
    Pb__RegisterFact word;
    pb__register_fact__init(&word);
    word.register_ = publication->register_name;
    word.as_of = as_of;
    word.digest = (ProtobufCBinaryData){digest.size, (uint8_t *)(uintptr_t)digest.data};
    word.kind = row->kind;
    word.status = row->status;
    word.urns = row->urns;
    word.n_urns = row->n_urns;
    word.closed_on = row->status == STATUS(CLOSED) ? (row->closed_on[0] ? row->closed_on : as_of) : "";

    enum register_outcome outcome =
        outcome_of(stored, fact_of(stored, publication->register_name), publication->as_of, digest);
    bool keeps = stored && outcome != REGISTER_HISTORY;
    Pb__Provision provision = keeps ? *stored : *row;
    if (outcome == REGISTER_HISTORY) {
        provision.id = stored->id;
        provision.provider_id = stored->provider_id;
    }
    provision.urns = urns_joined(keeps ? stored : NULL, row, arena, &provision.n_urns);
    provision.registers = facts_with(keeps ? stored : NULL, &word, arena, &provision.n_registers);
    if (!provision.urns || !provision.registers)
        return CODE_RESOURCE_EXHAUSTED;
    if (keeps && outcome == REGISTER_CHANGED)
        take_row(row, leads(stored, publication), &provision);
    follow_words(keeps ? stored : NULL, &provision);
    urns_order(&provision);
    *ret_outcome = outcome;
    *ret_provision = provision;
    return CODE_OK;
}

enum code register_remember(const Pb__Provision *stored, const Pb__Provision *row, struct arena *arena,
                            bool *ret_more, Pb__Provision *ret_provision)
{
    Pb__Provision provision = *stored;
    provision.urns = urns_joined(stored, row, arena, &provision.n_urns);
    if (!provision.urns)
        return CODE_RESOURCE_EXHAUSTED;
    urns_order(&provision);
    *ret_more = provision.n_urns > stored->n_urns;
    *ret_provision = provision;
    return CODE_OK;
}

enum code register_still_names(const Pb__Provision *stored, const struct publication *publication,
                               struct arena *arena, bool *ret_more, Pb__Provision *ret_provision)
{
    const Pb__RegisterFact *last = fact_of(stored, publication->register_name);
    *ret_more =
        last && last->status != STATUS(CLOSED) && date_compare(fact_date(last), publication->as_of) < 0;
    if (!*ret_more)
        return CODE_OK;
    char *as_of = arena_alloc(arena, DATE_TEXT_BYTES);
    if (!as_of)
        return CODE_RESOURCE_EXHAUSTED;
    date_print(publication->as_of, as_of);
    Pb__RegisterFact word = *last;
    word.as_of = as_of;
    Pb__Provision provision = *stored;
    provision.registers = facts_with(stored, &word, arena, &provision.n_registers);
    if (!provision.registers)
        return CODE_RESOURCE_EXHAUSTED;
    *ret_provision = provision;
    return CODE_OK;
}

/* --- the end of a publication ------------------------------------------------------------------------ */

bool register_holds_open(const Pb__Provision *stored, const struct publication *publication, bool *ret_named)
{
    const Pb__RegisterFact *word = fact_of(stored, publication->register_name);
    if (!word || word->status == STATUS(CLOSED))
        return false;
    *ret_named = date_compare(fact_date(word), publication->as_of) >= 0;
    return true;
}

enum code register_close(const Pb__Provision *stored, const struct publication *publication,
                         struct arena *arena, Pb__Provision *ret_provision)
{
    char *as_of = arena_alloc(arena, DATE_TEXT_BYTES);
    const Pb__RegisterFact *last = fact_of(stored, publication->register_name);
    if (!as_of || !last)
        return CODE_RESOURCE_EXHAUSTED;
    date_print(publication->as_of, as_of);
    Pb__RegisterFact word = *last;
    word.as_of = word.closed_on = as_of;
    word.status = STATUS(CLOSED);
    word.digest = (ProtobufCBinaryData){0}; /* named again, it opens again */
    Pb__Provision provision = *stored;
    provision.registers = facts_with(stored, &word, arena, &provision.n_registers);
    provision.urns = urns_joined(stored, stored, arena, &provision.n_urns);
    if (!provision.registers || !provision.urns)
        return CODE_RESOURCE_EXHAUSTED;
    follow_words(stored, &provision);
    urns_order(&provision);
    *ret_provision = provision;
    return CODE_OK;
}

enum registry_refusal register_finish_check(uint32_t rows_taken, uint32_t open, uint32_t named)
{
    uint64_t half = ((uint64_t)open + 1) / 2;
    return rows_taken < half || named < half ? REFUSAL_REGISTER_TOO_SMALL : REFUSAL_NONE;
}
