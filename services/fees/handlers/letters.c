/* Letters to providers (rules F1, F7). In: texts, as the host wants them; which letter, of which LA. Out: the
 * letter with its names filled in; and what was sent, with its text. Letters due are reckoned
 * (letters_due.c). */

#define SERVICE_TYPE Pb__FeeConsultationsService_Service

#include "services/fees/handlers/letter_values.h"
#include "services/fees/rules_decision.h"
#include "services/fees/rules_text.h"

/* Does it place there now? */
static bool places(const Pb__Consultation *consultation, const char *authority_id)
{
    for (size_t i = 0; i < consultation->n_placing; i++)
        if (consultation->placing[i]->placements &&
            strcmp(consultation->placing[i]->authority_id, authority_id) == 0)
            return true;
    return false;
}

static bool is_consulting(const Pb__Consultation *consultation)
{
    return consultation->begun_on[0] != '\0';
}

/* Is that letter this LA's to send now? */
static enum fees_refusal letter_may(const struct fee_matter *matter, const char *authority_id,
                                    const struct fee_letter_facts *facts)
{
    const Pb__Consultation *consultation = matter->consultation;
    bool leads = strcmp(consultation->lead_id, authority_id) == 0;
    if (!places(consultation, authority_id))
        return REFUSAL_LETTER_NOT_PLACING;
    if (facts->sender == FEE_LETTER_FROM_LEAD && !leads)
        return REFUSAL_NOT_LEAD;
    if (facts->sender == FEE_LETTER_FROM_OTHERS && (leads || !consultation->lead_id[0]))
        return REFUSAL_LETTER_OF_OTHERS;
    if (facts->kind == PB__FEE_LETTER_KIND__FEE_LETTER_KIND_CONSULTATION && !is_consulting(consultation))
        return REFUSAL_LETTER_NOT_BEGUN;
    bool decided = fee_decision_counts(fee_matter_decision(matter, authority_id), consultation->submission);
    if (facts->kind == PB__FEE_LETTER_KIND__FEE_LETTER_KIND_DECISION && !decided)
        return REFUSAL_LETTER_NOT_DECIDED;
    return REFUSAL_NONE;
}

/* What a letter is made from. */
struct writing {
    struct fee_place place;
    struct fee_days days;
    struct fee_matter matter;
    const char *authority_id;
    const struct fee_letter_facts *facts;
};

static enum code load_writing(struct command *command, const char *provision, const char *cycle_id,
                              const char *authority, Pb__FeeLetterKind kind, struct writing *writing)
{
    writing->facts = fee_letter_of_kind(kind);
    writing->authority_id = fees_authority_meant(command, authority);
    TRY(check(command, writing->facts ? REFUSAL_NONE : REFUSAL_LETTER_KIND_WRONG));
    TRY(fees_check_own(command, writing->authority_id));
    TRY(fees_place_to(command, provision, cycle_id, FEE_CYCLE_WORK, &writing->place));
    TRY(fees_matter_load(command, writing->place.cycle, writing->place.consultation, &writing->days,
                         &writing->matter));
    return check(command, letter_may(&writing->matter, writing->authority_id, writing->facts));
}

/* As it would be sent on that day. */
static enum code write_it(struct command *command, const struct writing *writing, struct date on,
                          Pb__FeeLetter *letter)
{
    enum code code;
    struct fee_letter_values values;
    const Pb__Consultation *consultation = writing->place.consultation;
    const Pb__LetterText *text = load_if_any(command, &fees_letter_texts, writing->facts->id, &code);
    TRY(code);
    TRY(fees_letter_values(command, &writing->matter, writing->authority_id, writing->facts->kind, on,
                           &values));
    pb__fee_letter__init(letter);
    letter->id = fees_letter_id(writing->place.cycle->id, consultation->provision_id, writing->authority_id,
                                writing->facts->kind, command->arena);
    letter->cycle_id = writing->place.cycle->id;
    letter->provision_id = consultation->provision_id;
    letter->name = consultation->name;
    letter->authority_id = writing->authority_id;
    letter->provider_id = consultation->provider_id;
    letter->kind = writing->facts->kind;
    letter->due_on = date_text(fee_letter_day(&writing->days, writing->facts->kind), command->arena);
    letter->title = fee_letter_fill(text ? text->title : writing->facts->name, &values, command->arena);
    letter->text = fee_letter_fill(text ? text->text : "", &values, command->arena);
    return letter->id && letter->due_on && letter->title && letter->text ? CODE_OK : no_memory(command);
}

/* What is filled in may be longer than the text. */
static enum code check_size(struct command *command, const Pb__FeeLetter *letter)
{
    return check(command, strlen(letter->text) > FEE_LETTER_BYTES_MAX ? REFUSAL_LETTER_LONG : REFUSAL_NONE);
}

HANDLE(WriteLetter, write_letter)
{
    struct writing writing;
    Pb__FeeLetter *letter = arena_new(command->arena, Pb__FeeLetter);
    TRY(check_record(command, &in->base));
    if (!letter)
        return no_memory(command);
    TRY(load_writing(command, in->provision_id, in->cycle_id, in->authority_id, in->kind, &writing));
    TRY(write_it(command, &writing, command->today, letter));
    TRY(check_size(command, letter));
    out->letter = letter;
    return CODE_OK;
}

static enum code sent_day(struct command *command, const char *given, struct date *ret_on)
{
    struct date on = command->today;
    bool right = (!given[0] || date_field(given, &on)) && date_compare(on, command->today) <= 0;
    TRY(check(command, right ? REFUSAL_NONE : REFUSAL_LETTER_DAY_WRONG));
    *ret_on = on;
    return CODE_OK;
}

HANDLE(RecordLetter, record_letter)
{
    enum code code;
    struct writing writing;
    struct date on;
    Pb__FeeLetter *letter = arena_new(command->arena, Pb__FeeLetter);
    if (!letter)
        return no_memory(command);
    TRY(load_writing(command, in->provision_id, in->cycle_id, in->authority_id, in->kind, &writing));
    TRY(sent_day(command, in->sent_on, &on));
    TRY(write_it(command, &writing, on, letter));
    letter->sent_on = date_text(on, command->arena);
    if (!letter->sent_on)
        return no_memory(command);
    if (in->text[0])
        letter->text = in->text;
    TRY(check_size(command, letter));
    const Pb__FeeLetter *stored = load_if_any(command, &fees_letters, letter->id, &code);
    TRY(code);
    letter->meta = stored ? meta_again(command, stored->meta, false)
                          : meta_like(command, writing.place.consultation->meta);
    if (!letter->meta)
        return no_memory(command);
    expect_version(letter->meta, in->version);
    command->subject = letter->id;
    TRY(put(command, &fees_letters, letter));
    out->letter = letter;
    return CODE_OK;
}
