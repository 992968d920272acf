/* Forms are versioned data (rule M2): shipped once, imported, put into use, retired; a bad text keeps
 * nothing. */

#include "fixture.h"

static const Pb__FormTemplate *form_named(struct fixture *fixture, const char *id, enum code expected)
{
    Pb__GetFormRequest request = PB__GET_FORM_REQUEST__INIT;
    request.form_id = id;
    const Pb__GetFormResponse *response = call(fixture, FORMS("GetForm"), &request.base, expected);
    return response ? response->form : NULL;
}

static size_t count_forms(struct fixture *fixture, bool in_use_only)
{
    Pb__ListFormsRequest request = PB__LIST_FORMS_REQUEST__INIT;
    request.in_use_only = in_use_only;
    const Pb__ListFormsResponse *response = call(fixture, FORMS("ListForms"), &request.base, CODE_OK);
    for (size_t i = 0; i < response->n_forms; i++)
        cr_assert(response->forms[i]->n_sections == 0 && response->forms[i]->source[0] == '\0');
    return response->n_forms;
}

Test(forms, shipped_once_and_never_again)
{
    struct fixture *fixture = fixture_create_bare();
    cr_assert(count_forms(fixture, true) == 3);
    cr_assert(form_named(fixture, "quality-assurance", CODE_OK)->n_sections > 5);
    Pb__RetireFormRequest retire = PB__RETIRE_FORM_REQUEST__INIT;
    retire.form_id = "quality-visit";
    call(fixture, FORMS("RetireForm"), &retire.base, CODE_OK);
    fixture_stop(fixture);
    fixture_start(fixture);
    pass_ms(fixture, 3000);
    cr_assert(count_forms(fixture, true) == 2 && count_forms(fixture, false) == 3);
    fixture_end(fixture);
}

Test(forms, a_draft_is_replaced_a_version_in_use_is_superseded)
{
    struct fixture *fixture = fixture_create();
    cr_assert_str_eq(form_named(fixture, "small", CODE_OK)->id, "small/1");
    cr_assert_str_eq(import_form_text(fixture, small_form)->form->id, "small/2");
    cr_assert_str_eq(import_form_text(fixture, small_form)->form->id, "small/2");
    cr_assert_str_eq(form_named(fixture, "small", CODE_OK)->id, "small/1");
    publish_form_named(fixture, "small");
    cr_assert_str_eq(form_named(fixture, "small", CODE_OK)->id, "small/2");
    cr_assert(form_named(fixture, "small/1", CODE_OK)->state == PB__FORM_STATE__FORM_STATE_RETIRED);
    Pb__PublishFormRequest again = PB__PUBLISH_FORM_REQUEST__INIT;
    again.form_id = "small";
    call(fixture, FORMS("PublishForm"), &again.base, CODE_FAILED_PRECONDITION);
    said_of_form(fixture, FORM_REFUSAL_NO_DRAFT);
    form_named(fixture, "nothing", CODE_NOT_FOUND);
    said_of_form(fixture, FORM_REFUSAL_UNKNOWN);
    fixture_end(fixture);
}

Test(forms, a_bad_text_is_told_by_line_and_nothing_is_kept)
{
    struct fixture *fixture = fixture_create();
    const char *bad = "form: bad\ntitle: Bad\npurpose: quality visit\n\nsection: s: S\n\n"
                      "question: q: Q?\n  answer: grade nowhere\n";
    size_t before = count_forms(fixture, false);
    const Pb__ImportFormResponse *import = import_form_text(fixture, bad);
    cr_assert(!import->form && import->n_problems == 1 && import->problems[0]->line == 8);
    Pb__PreviewFormRequest preview = PB__PREVIEW_FORM_REQUEST__INIT;
    preview.source = small_form;
    const Pb__PreviewFormResponse *shown = call(fixture, FORMS("PreviewForm"), &preview.base, CODE_OK);
    cr_assert(shown->form && shown->n_problems == 0);
    cr_assert(count_forms(fixture, false) == before);
    fixture_end(fixture);
}

/* rule F3: applications' forms are kept by fees. */
Test(forms, a_form_of_another_service_is_refused)
{
    struct fixture *fixture = fixture_create();
    Pb__ImportFormRequest request = PB__IMPORT_FORM_REQUEST__INIT;
    request.source = "form: fee\ntitle: Fee\npurpose: fee application\n\nsection: s: S\n\n"
                     "question: q: Q?\n  answer: text\n";
    call(fixture, FORMS("ImportForm"), &request.base, CODE_INVALID_ARGUMENT);
    cr_assert_str_eq(fixture->status->field, "purpose");
    cr_assert_str_eq(fixture->status->message,
                     "forms whose purpose is \"fee application\" are kept by fees: import it there");
    form_named(fixture, "fee", CODE_NOT_FOUND);
    fixture_end(fixture);
}
