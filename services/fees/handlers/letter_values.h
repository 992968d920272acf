#pragma once
/* What the names in a letter's text stand for (rule F1). */

#include "services/fees/handlers/matters.h"
#include "services/fees/rules_letter.h"

/* For a letter of that LA about the matter, of the day `on`. Texts in the command's arena. */
enum code fees_letter_values(struct command *command, const struct fee_matter *matter,
                             const char *authority_id, Pb__FeeLetterKind kind, struct date on,
                             struct fee_letter_values *ret_values);
