#pragma once
/* Forms that a service keeps (rules M2, F3). A service that names a struct form_keeping in its options serves
 * FormsService, of the purposes that are its own, and puts the forms that ship with it into use. */

#include "common/forms/shipped.h"
#include "common/service/command.h"

#include "ccrag/v1/forms.pb-c.h"

struct form_keeping {
    const struct table *forms;          /* of form_indexes, by key_by_text, with versions */
    const struct shipped_form *shipped; /* put into use once, where no form was ever kept; NULL: none */
};

/* The roster name of the service that keeps forms for that purpose; static. NULL: none does. */
const char *form_purpose_service(Pb__FormPurpose purpose);

/* --- for tables of forms ----------------------------------------------------------------------------- */

#define INDEX_NAME    "name"    /* every version of one name */
#define INDEX_PURPOSE "purpose" /* those in use, by what they are for */
enum { FORM_INDEXES = 2 };
extern const struct table_index form_indexes[FORM_INDEXES];

/* `quality-assurance/2`; NULL past the arena's limit. */
const char *form_id(const char *name, uint32_t version, struct arena *arena);

/* --- for handlers ------------------------------------------------------------------------------------ */

/* The form that a record was begun on, without the text it was read from. NULL: refused (it cannot be
 * missing: DATA_LOSS). It is shared (form_cache.h): not to be changed, and good until the handler returns. */
const Pb__FormTemplate *load_form_of(struct command *command, const char *id);

/* In use for that purpose; of several, the one that was put into use last. NULL: none is. Before the
 * command's first write. */
enum code form_in_use(struct command *command, Pb__FormPurpose purpose, const Pb__FormTemplate **ret_form);

/* A form without the text it was read from. NULL past the arena's limit. */
Pb__FormTemplate *form_to_show(struct command *command, const Pb__FormTemplate *form);
/* Puts a form that load_form_of gave into that field of an answer: packed already, where it is kept so. */
enum code show_form(struct command *command, const Pb__FormTemplate *form, ProtobufCMessage *out,
                    const char *field);
