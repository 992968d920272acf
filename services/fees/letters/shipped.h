#pragma once
/* The letters that ship with the system, as their texts stand in this folder (NAME.letter), in order of
 * names: for fee_letter_read. */

#include "common/forms/shipped.h"

extern const struct shipped_form fees_letters_shipped[];
