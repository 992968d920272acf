/* What the frame asks of the service: who is a member, what was read, which forms and letters ship with it.
 * In: questions. Out: answers; letters' texts, put into the store once. */

#include "services/fees/fees.h"

#include "common/service/handling.h"
#include "common/service/membership.h"
#include "services/fees/forms/shipped.h"
#include "services/fees/letters/shipped.h"
#include "services/fees/records.h"
#include "services/fees/rules_letter.h"

struct fees *fees_of(const struct command *command)
{
    return command->context;
}

const struct form_keeping fees_form_keeping = {.forms = &fees_forms, .shipped = fees_shipped};

/* Named number of the store: 1 once they were shipped. */
#define LETTERS_SHIPPED "letters_shipped"

static enum code ship(struct command *command, const struct shipped_form *shipped)
{
    Pb__LetterText text;
    const struct span written = span_of(shipped->text, (size_t)(shipped->end - shipped->text));
    if (!fee_letter_read(shipped->name, written, command->arena, &text))
        return no_memory(command);
    text.meta = meta_again(command, NULL, false);
    if (!text.meta)
        return no_memory(command);
    command->subject = text.id;
    return put(command, &fees_letter_texts, &text);
}

enum code fees_ship_letters(struct command *command)
{
    uint64_t done = 0;
    TRY(store_meta_get_u64(command->txn, LETTERS_SHIPPED, &done));
    if (done)
        return CODE_OK;
    TRY(store_meta_put_u64(command->txn, LETTERS_SHIPPED, 1));
    for (const struct shipped_form *letter = fees_letters_shipped; letter->name; letter++)
        TRY(ship(command, letter));
    return CODE_OK;
}

static const struct membership membership = {&fees_authorities, &fees_regions};

bool fees_entitle(struct service *service, const struct principal *principal,
                  struct entitlement *ret_entitlement, uint64_t *ret_number)
{
    return membership_entitle(service, &membership, principal, ret_entitlement, ret_number);
}

bool fees_is_demonstration(struct service *service)
{
    return membership_is_demonstration(service, &membership);
}
