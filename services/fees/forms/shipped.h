#pragma once
/* The forms of fees that ship with the system, as their texts stand in this folder (NAME.form), in order of
 * names. */

#include "common/forms/shipped.h"

extern const struct shipped_form fees_shipped[];
