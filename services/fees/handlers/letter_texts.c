/* The texts of letters (rule F1). In: a text, as the host wants it. Out: the text; letters that were sent
 * keep theirs. */

#define SERVICE_TYPE Pb__FeeCyclesService_Service

#include "services/fees/handlers/support.h"
#include "services/fees/rules_letter.h"

HANDLE(UpdateLetterText, update_letter_text)
{
    Pb__LetterText *text = arena_new(command->arena, Pb__LetterText);
    TRY(check_record(command, in->text ? &in->text->base : NULL));
    const Pb__LetterText *stored =
        load_or_refuse(command, &fees_letter_texts, in->text->id, fees_refusal_facts(REFUSAL_LETTER_UNKNOWN));
    if (!stored)
        return command->fault.code;
    if (!text)
        return no_memory(command);
    TRY(decided(command, fee_letter_update(stored, in->text, text, &command->fault)));
    text->meta = meta_of(command, in->text->meta, stored->meta);
    if (!text->meta)
        return no_memory(command);
    command->subject = text->id;
    TRY(put(command, &fees_letter_texts, text));
    out->text = text;
    return CODE_OK;
}

HANDLE(ListLetterTexts, list_letter_texts)
{
    (void)in;
    struct collected texts;
    const struct walk all = {.table = &fees_letter_texts};
    TRY(fees_check_reader(command));
    TRY(collect(command, &all, NULL, NULL, &texts));
    out->texts = (Pb__LetterText **)texts.items;
    out->n_texts = texts.count;
    return CODE_OK;
}
