/* Versions of a form (rule M2). In: a state and what happens; the versions of one name. Out: the next state,
 * or the version that is meant. */

#include "common/forms/template.h"

enum { STATES = PB__FORM_STATE__FORM_STATE_RETIRED + 1 };

#define NONE      PB__FORM_STATE__FORM_STATE_UNSPECIFIED
#define DRAFT     PB__FORM_STATE__FORM_STATE_DRAFT
#define PUBLISHED PB__FORM_STATE__FORM_STATE_PUBLISHED
#define RETIRED   PB__FORM_STATE__FORM_STATE_RETIRED

/* A field of the table: where an event leads, or why it does not. */
#define TO(state)                                                                                            \
    {                                                                                                        \
        FORM_REFUSAL_NONE, state                                                                             \
    }
#define NO(refusal)                                                                                          \
    {                                                                                                        \
        FORM_REFUSAL_##refusal, NONE                                                                         \
    }

static const struct {
    enum form_refusal refusal;
    Pb__FormState next;
} steps[STATES][TEMPLATE_EVENTS] = {
    /*                import             publish            supersede          retire */
    [NONE] = {TO(DRAFT), NO(UNKNOWN), NO(UNKNOWN), NO(UNKNOWN)},
    [DRAFT] = {TO(DRAFT), TO(PUBLISHED), TO(DRAFT), NO(NOT_IN_USE)},
    [PUBLISHED] = {NO(NO_DRAFT), NO(NO_DRAFT), TO(RETIRED), TO(RETIRED)},
    [RETIRED] = {NO(NO_DRAFT), NO(NO_DRAFT), TO(RETIRED), NO(NOT_IN_USE)},
};

enum form_refusal template_step(Pb__FormState state, enum template_event event, Pb__FormState *ret_state)
{
    if ((unsigned)state >= STATES || event >= TEMPLATE_EVENTS)
        return FORM_REFUSAL_STATE_UNKNOWN;
    if (steps[state][event].refusal == FORM_REFUSAL_NONE)
        *ret_state = steps[state][event].next;
    return steps[state][event].refusal;
}

/* The newest of those in that state; UNSPECIFIED: in any. */
static const Pb__FormTemplate *newest_in(Pb__FormTemplate *const *versions, size_t count, Pb__FormState state)
{
    const Pb__FormTemplate *newest = NULL;
    for (size_t i = 0; i < count; i++)
        if ((state == NONE || versions[i]->state == state) &&
            (!newest || versions[i]->version > newest->version))
            newest = versions[i];
    return newest;
}

const Pb__FormTemplate *template_draft(Pb__FormTemplate *const *versions, size_t count)
{
    return newest_in(versions, count, DRAFT);
}

const Pb__FormTemplate *template_in_use(Pb__FormTemplate *const *versions, size_t count)
{
    return newest_in(versions, count, PUBLISHED);
}

const Pb__FormTemplate *template_newest(Pb__FormTemplate *const *versions, size_t count)
{
    return newest_in(versions, count, NONE);
}

uint32_t template_import_version(Pb__FormTemplate *const *versions, size_t count)
{
    const Pb__FormTemplate *draft = template_draft(versions, count),
                           *newest = template_newest(versions, count);
    return draft ? draft->version : newest ? newest->version + 1 : 1;
}
