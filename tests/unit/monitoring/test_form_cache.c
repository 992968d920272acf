/* Forms that are kept unpacked (rule M2): what is shown is what is stored, at every moment. */

#include "fixture.h"

#include "common/service/internal.h"

static void retire(struct fixture *fixture, const char *id)
{
    Pb__RetireFormRequest request = PB__RETIRE_FORM_REQUEST__INIT;
    request.form_id = id;
    call(fixture, FORMS("RetireForm"), &request.base, CODE_OK);
}

/* A report's form is the stored one, but for the text it was read from. */
static void check_form(struct fixture *fixture, const Pb__FormTemplate *shown)
{
    Pb__FormTemplate *kept = stored(fixture, &monitoring_forms, shown->id);
    cr_assert(kept);
    cr_assert_neq(kept->source[0], '\0');
    kept->source = "";
    struct span one = wire_pack(&kept->base, &fixture->arena),
                other = wire_pack(&shown->base, &fixture->arena);
    cr_assert(one.size == other.size && memcmp(one.data, other.data, one.size) == 0, "%s", shown->id);
}

static size_t kept_forms(const struct fixture *fixture)
{
    size_t count = 0;
    for (size_t i = 0; i < FORMS_KEPT_MAX; i++)
        count += fixture->service->form_cache.kept[i].used > 0;
    return count;
}

Test(form_cache, a_form_that_changes_is_shown_as_it_is)
{
    struct fixture *fixture = fixture_create();
    const char *id = published_at(fixture, 1, HERTS);
    for (unsigned i = 0; i < 3; i++)
        check_form(fixture, report_of(fixture, id, CODE_OK)->form);
    cr_assert_eq(kept_forms(fixture), 1);
    retire(fixture, "small");
    const Pb__FormTemplate *form = report_of(fixture, id, CODE_OK)->form;
    cr_assert(form->state == PB__FORM_STATE__FORM_STATE_RETIRED);
    check_form(fixture, form);
    fixture_stop(fixture);
    fixture_start(fixture);
    settle(fixture);
    cr_assert_eq(kept_forms(fixture), 0);
    check_form(fixture, report_of(fixture, id, CODE_OK)->form);
    fixture_end(fixture);
}

/* More forms than are kept, each in its turn and all in one answer: the oldest give way. */
Test(form_cache, more_forms_than_are_kept)
{
    enum { FORMS = FORMS_KEPT_MAX + 3 };
    struct fixture *fixture = fixture_create();
    const char *ids[FORMS];
    for (unsigned i = 0; i < FORMS; i++) {
        if (i > 0) {
            import_form_text(fixture, small_form);
            publish_form_named(fixture, "small");
        }
        ids[i] = draft_at(fixture, 1, HERTS);
        if (i == 0) /* the grade is carried over from then on */
            save(fixture, ids[i], "care", "good", "", 0, CODE_OK);
        save(fixture, ids[i], "seen", "", "a warm house", 0, CODE_OK);
        send_it(fixture, ids[i], CODE_OK);
        comment_it(fixture, ids[i], "thank you", CODE_OK);
        publish_it(fixture, ids[i], CODE_OK);
    }
    for (unsigned turn = 0; turn < 2; turn++)
        for (unsigned i = 0; i < FORMS; i++) {
            const Pb__FormTemplate *form = report_of(fixture, ids[i], CODE_OK)->form;
            cr_assert_eq(form->version, i + 1);
            check_form(fixture, form);
        }
    cr_assert_eq(kept_forms(fixture), FORMS_KEPT_MAX);
    Pb__ListGradesRequest request = PB__LIST_GRADES_REQUEST__INIT;
    request.provision_id = home_id(fixture, 1);
    for (unsigned turn = 0; turn < 2; turn++) {
        const Pb__ListGradesResponse *grades = call(fixture, REPORTS("ListGrades"), &request.base, CODE_OK);
        cr_assert_eq(grades->n_grades, FORMS);
        for (unsigned i = 0; i < FORMS; i++)
            cr_assert_str_eq(grades->grades[i]->question, "How good is the care?");
    }
    fixture_end(fixture);
}
