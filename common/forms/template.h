#pragma once
/* Versions of a form (rule M2): a draft is changed until it is published; the version before is retired then,
 * and what was begun on it goes on. Pure. */

#include "common/forms/refusal.h"

#include "ccrag/v1/forms.pb-c.h"

/* What happens to a version, and to which state it leads: the one table. UNSPECIFIED: there is none yet.
 * SUPERSEDE: another version of it is published. */
enum template_event {
    TEMPLATE_IMPORT,
    TEMPLATE_PUBLISH,
    TEMPLATE_SUPERSEDE,
    TEMPLATE_RETIRE,
    TEMPLATE_EVENTS,
};
enum form_refusal template_step(Pb__FormState state, enum template_event event, Pb__FormState *ret_state);

/* Of the versions of one name, in any order: the draft; what is in use; the newest. NULL: none. */
const Pb__FormTemplate *template_draft(Pb__FormTemplate *const *versions, size_t count);
const Pb__FormTemplate *template_in_use(Pb__FormTemplate *const *versions, size_t count);
const Pb__FormTemplate *template_newest(Pb__FormTemplate *const *versions, size_t count);
/* The version that an import is kept as: the draft's own, else one above the newest. */
uint32_t template_import_version(Pb__FormTemplate *const *versions, size_t count);
