/* Versions of a form: which step leads where, and which version is meant. */

#include "common/forms/template.h"

#include <criterion/criterion.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* rule M2: every state of a version by every event. */
Test(template, every_state_of_a_form)
{
    enum { NONE, DRAFT, IN_USE, RETIRED };
    const enum form_refusal unknown = FORM_REFUSAL_UNKNOWN, fixed = FORM_REFUSAL_NO_DRAFT,
                            unused = FORM_REFUSAL_NOT_IN_USE;
    const struct {
        enum form_refusal refusal;
        int next;
    } expected[RETIRED + 1][TEMPLATE_EVENTS] = {
        /* import, publish, supersede, retire */
        {{0, DRAFT}, {unknown, 0}, {unknown, 0}, {unknown, 0}},
        {{0, DRAFT}, {0, IN_USE}, {0, DRAFT}, {unused, 0}},
        {{fixed, 0}, {fixed, 0}, {0, RETIRED}, {0, RETIRED}},
        {{fixed, 0}, {fixed, 0}, {0, RETIRED}, {unused, 0}},
    };
    for (size_t state = 0; state <= RETIRED; state++)
        for (size_t event = 0; event < TEMPLATE_EVENTS; event++) {
            Pb__FormState next = 99;
            enum form_refusal refusal = template_step((Pb__FormState)state, event, &next);
            cr_assert(refusal == expected[state][event].refusal, "state %zu, event %zu", state, event);
            cr_assert((int)next == (refusal ? 99 : expected[state][event].next), "state %zu, event %zu",
                      state, event);
        }
    Pb__FormState next = 99;
    cr_assert(template_step(4, TEMPLATE_IMPORT, &next) == FORM_REFUSAL_STATE_UNKNOWN && next == 99);
}

Test(template, which_version_of_a_form)
{
    Pb__FormTemplate versions[3], *list[] = {&versions[1], &versions[2], &versions[0]};
    for (size_t i = 0; i < COUNT(versions); i++) {
        pb__form_template__init(&versions[i]);
        versions[i].version = (uint32_t)i + 1;
    }
    versions[0].state = PB__FORM_STATE__FORM_STATE_RETIRED;
    versions[1].state = PB__FORM_STATE__FORM_STATE_PUBLISHED;
    versions[2].state = PB__FORM_STATE__FORM_STATE_DRAFT;
    cr_assert(template_draft(list, 3) == &versions[2] && template_import_version(list, 3) == 3);
    cr_assert(template_in_use(list, 3) == &versions[1] && template_newest(list, 3) == &versions[2]);
    versions[2].state = PB__FORM_STATE__FORM_STATE_PUBLISHED;
    cr_assert(!template_draft(list, 3) && template_import_version(list, 3) == 4);
    cr_assert(!template_newest(list, 0) && template_import_version(list, 0) == 1);
}
