/* Cycles, thresholds, indices, dates and letters' texts (rules F1, F4), through the methods. */

#include "fixture.h"

static const Pb__FeeCycle *cycle_of(struct fixture *fixture, const char *id)
{
    return stored(fixture, &fees_cycles, id);
}

static void close_cycle(struct fixture *fixture, uint64_t version, enum code expected)
{
    Pb__CloseFeeCycleRequest request = PB__CLOSE_FEE_CYCLE_REQUEST__INIT;
    request.cycle_id = CYCLE, request.version = version;
    call(fixture, CYCLES("CloseFeeCycle"), &request.base, expected);
}

Test(cycles, one_is_open_at_a_time)
{
    struct fixture *fixture = fixture_create_bare();
    as_officer(fixture, HERTS);
    open_cycle(fixture, CYCLE, THRESHOLD, CODE_PERMISSION_DENIED);
    as_host(fixture);
    open_cycle(fixture, CYCLE, "as much as one likes", CODE_INVALID_ARGUMENT);
    cr_assert_null(cycle_of(fixture, CYCLE));
    const Pb__FeeCycle *cycle = open_cycle(fixture, CYCLE, THRESHOLD, CODE_OK);
    cr_assert_str_eq(cycle->first_on, "2027-04-01");
    cr_assert_str_eq(cycle->last_on, "2028-03-31");
    cr_assert_eq(cycle->n_tasks, 6);
    cr_assert_eq(cycle->n_thresholds, 1);
    cr_assert_str_eq(cycle->thresholds[0]->from, "2027-04-01");
    open_cycle(fixture, "2028-29", THRESHOLD, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_CYCLE_OPEN);
    close_cycle(fixture, 7, CODE_ABORTED);
    close_cycle(fixture, 1, CODE_OK);
    close_cycle(fixture, 0, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_CYCLE_CLOSED);
    open_cycle(fixture, CYCLE, THRESHOLD, CODE_ALREADY_EXISTS);
    open_cycle(fixture, "2028-29", "", CODE_OK);
    Pb__ListFeeCyclesRequest list = PB__LIST_FEE_CYCLES_REQUEST__INIT;
    as_provider(fixture, PROVIDER_ONE);
    const Pb__ListFeeCyclesResponse *all = call(fixture, CYCLES("ListFeeCycles"), &list.base, CODE_OK);
    cr_assert_eq(all->n_cycles, 2);
    cr_assert_str_eq(all->cycles[0]->id, CYCLE);
    fixture_end(fixture);
}

Test(cycles, are_opened_and_changed_with_a_cycle_only)
{
    struct fixture *fixture = fixture_create_bare();
    Pb__OpenFeeCycleRequest open = PB__OPEN_FEE_CYCLE_REQUEST__INIT;
    Pb__UpdateFeeCycleRequest change = PB__UPDATE_FEE_CYCLE_REQUEST__INIT;
    as_host(fixture);
    call(fixture, CYCLES("OpenFeeCycle"), &open.base, CODE_INVALID_ARGUMENT);
    call(fixture, CYCLES("UpdateFeeCycle"), &change.base, CODE_INVALID_ARGUMENT);
    fixture_end(fixture);
}

Test(cycles, change_while_they_are_open)
{
    struct fixture *fixture = fixture_create();
    Pb__UpdateFeeCycleRequest request = PB__UPDATE_FEE_CYCLE_REQUEST__INIT;
    Pb__FeeCycle cycle = *cycle_of(fixture, CYCLE);
    Pb__RecordMeta read = PB__RECORD_META__INIT;
    request.cycle = &cycle, cycle.meta = &read, cycle.reminder_days = 21;
    as_host(fixture);
    read.version = 9;
    call(fixture, CYCLES("UpdateFeeCycle"), &request.base, CODE_ABORTED);
    read.version = 1;
    const Pb__UpdateFeeCycleResponse *updated =
        call(fixture, CYCLES("UpdateFeeCycle"), &request.base, CODE_OK);
    cr_assert_eq(updated->cycle->reminder_days, 21);
    cr_assert_eq(updated->cycle->n_thresholds, 1, "that is SetThreshold's");
    cycle.id = "2031-32";
    call(fixture, CYCLES("UpdateFeeCycle"), &request.base, CODE_NOT_FOUND);
    close_cycle(fixture, 0, CODE_OK);
    cycle.id = CYCLE, read.version = 3;
    call(fixture, CYCLES("UpdateFeeCycle"), &request.base, CODE_FAILED_PRECONDITION);
    fixture_end(fixture);
}

/* --- thresholds and indices (rule F4) ---------------------------------------------------------------- */

static const Pb__FeeIndex *update_index(struct fixture *fixture, const char *id, const char *from,
                                        const char *percent, enum code expected)
{
    Pb__UpdateFeeIndexRequest request = PB__UPDATE_FEE_INDEX_REQUEST__INIT;
    Pb__FeeIndex index = PB__FEE_INDEX__INIT;
    Pb__FeeIndexValue value = PB__FEE_INDEX_VALUE__INIT, *values[] = {&value};
    index.id = id, index.title = "An index", index.values = values, index.n_values = 1;
    value.from = from, value.percent = percent;
    request.index = &index;
    const Pb__UpdateFeeIndexResponse *response =
        call(fixture, CYCLES("UpdateFeeIndex"), &request.base, expected);
    return response ? response->index : NULL;
}

static const Pb__PreviewThresholdResponse *preview(struct fixture *fixture, const char *expression,
                                                   const char *on)
{
    Pb__PreviewThresholdRequest request = PB__PREVIEW_THRESHOLD_REQUEST__INIT;
    request.expression = expression, request.on = on;
    return call(fixture, CYCLES("PreviewThreshold"), &request.base, CODE_OK);
}

static const Pb__FeeCycle *set_threshold(struct fixture *fixture, const char *from, const char *expression,
                                         enum code expected)
{
    Pb__SetThresholdRequest request = PB__SET_THRESHOLD_REQUEST__INIT;
    Pb__FeeThreshold threshold = PB__FEE_THRESHOLD__INIT;
    request.cycle_id = CYCLE, request.threshold = &threshold;
    threshold.from = from, threshold.expression = expression;
    const Pb__SetThresholdResponse *response = call(fixture, CYCLES("SetThreshold"), &request.base, expected);
    return response ? response->cycle : NULL;
}

Test(thresholds, name_indices_with_values_by_day)
{
    struct fixture *fixture = fixture_create();
    as_officer(fixture, HERTS);
    update_index(fixture, "CPI", "2026-03-01", "3.25", CODE_PERMISSION_DENIED);
    as_host(fixture);
    update_index(fixture, "CPI", "2026-03-01", "3.25", CODE_OK);
    const Pb__FeeIndex *index = update_index(fixture, "CPI", "2026-06-01", "2.9", CODE_OK);
    cr_assert_eq(index->n_values, 2);
    update_index(fixture, "CPI", "2026-06-01", "much", CODE_INVALID_ARGUMENT);
    update_index(fixture, "cpi", "2026-06-01", "2.9", CODE_INVALID_ARGUMENT);
    const Pb__PreviewThresholdResponse *shown =
        preview(fixture, "lower of 1.5% and CPI, review above 3%", "");
    cr_assert_str_eq(shown->percent, "1.5");
    cr_assert_str_eq(shown->review_percent, "3");
    cr_assert_str_eq(shown->problem, "");
    cr_assert_eq(shown->n_indices, 1);
    cr_assert_str_eq(shown->indices[0]->percent, "2.9");
    cr_assert_str_eq(preview(fixture, "CPI", "2026-05-31")->percent, "3.25");
    shown = preview(fixture, "CPI", "2026-02-01");
    cr_assert(shown->problem[0] && shown->column == 1, "%s", shown->problem);
    shown = preview(fixture, "lower of 1% or CPI", "");
    cr_assert_eq(shown->column, 13, "%s", shown->problem);
    as_provider(fixture, PROVIDER_ONE);
    Pb__ListFeeIndicesRequest list = PB__LIST_FEE_INDICES_REQUEST__INIT;
    const Pb__ListFeeIndicesResponse *all = call(fixture, CYCLES("ListFeeIndices"), &list.base, CODE_OK);
    cr_assert_eq(all->n_indices, 1);
    fixture_end(fixture);
}

Test(thresholds, stay_for_what_was_held_against_them)
{
    struct fixture *fixture = fixture_create();
    as_host(fixture);
    const Pb__FeeCycle *cycle = set_threshold(fixture, "2026-09-01", "2%", CODE_OK);
    cr_assert_eq(cycle->n_thresholds, 2);
    set_threshold(fixture, "2026-09-01", "NLW", CODE_INVALID_ARGUMENT);
    submit(fixture, 1, 5000, 5100);
    set_threshold(fixture, "2026-06-01", "2%", CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_THRESHOLD_FROM_USED);
    set_threshold(fixture, "2026-06-02", "2%", CODE_OK);
    fixture_end(fixture);
}

/* --- an LA's own dates (rule F1) --------------------------------------------------------------------- */

static const Pb__FeeDate *set_date(struct fixture *fixture, const char *provider, const char *gss,
                                   const char *due_on, enum code expected)
{
    Pb__SetFeeDateRequest request = PB__SET_FEE_DATE_REQUEST__INIT;
    Pb__FeeDate date = PB__FEE_DATE__INIT;
    request.date = &date;
    date.provider_id = provider, date.authority_id = gss, date.due_on = due_on;
    date.kind = PB__FEE_TASK_KIND__FEE_TASK_KIND_APPLICATION;
    const Pb__SetFeeDateResponse *response = call(fixture, CYCLES("SetFeeDate"), &request.base, expected);
    return response ? response->date : NULL;
}

static size_t dates_listed(struct fixture *fixture)
{
    Pb__ListFeeDatesRequest request = PB__LIST_FEE_DATES_REQUEST__INIT;
    const Pb__ListFeeDatesResponse *response = call(fixture, CYCLES("ListFeeDates"), &request.base, CODE_OK);
    return response->n_dates;
}

static const char *application_due(struct fixture *fixture, unsigned home)
{
    Pb__GetConsultationRequest request = PB__GET_CONSULTATION_REQUEST__INIT;
    request.provision_id = home_id(fixture, home);
    const Pb__GetConsultationResponse *response =
        call(fixture, CONSULTATIONS("GetConsultation"), &request.base, CODE_OK);
    for (size_t i = 0; i < response->n_tasks; i++)
        if (response->tasks[i]->kind == PB__FEE_TASK_KIND__FEE_TASK_KIND_APPLICATION)
            return response->tasks[i]->due_on;
    return "";
}

Test(dates, the_earliest_wins)
{
    struct fixture *fixture = fixture_create();
    as_officer(fixture, BEDFORD);
    cr_assert_str_eq(application_due(fixture, 1), "2027-03-01");
    set_date(fixture, PROVIDER_ONE, HERTS, "2027-01-31", CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_NOT_YOUR_AUTHORITY);
    set_date(fixture, PROVIDER_ONE, "", "2027-03-01", CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_DATE_NOT_EARLIER);
    set_date(fixture, "01979df0-0000-7000-8000-00000000dead", "", "2027-01-31", CODE_NOT_FOUND);
    const Pb__FeeDate *date = set_date(fixture, PROVIDER_ONE, "", "2027-01-31", CODE_OK);
    cr_assert_str_eq(date->authority_id, BEDFORD);
    as_officer(fixture, ESSEX);
    set_date(fixture, PROVIDER_ONE, "", "2027-02-14", CODE_OK);
    cr_assert_str_eq(application_due(fixture, 1), "2027-01-31");
    cr_assert_str_eq(application_due(fixture, 2), "2027-03-01", "another provider's");
    as_host(fixture);
    set_date(fixture, PROVIDER_ONE, BEDFORD, "2027-01-01", CODE_PERMISSION_DENIED);
    cr_assert_eq(dates_listed(fixture), 2);
    as_provider(fixture, PROVIDER_ONE);
    cr_assert_eq(dates_listed(fixture), 2);
    as_provider(fixture, PROVIDER_TWO);
    cr_assert_eq(dates_listed(fixture), 0, "what is for others");
    as_officer(fixture, BEDFORD);
    set_date(fixture, PROVIDER_ONE, "", "", CODE_OK); /* the cycle's again */
    cr_assert_str_eq(application_due(fixture, 1), "2027-02-14");
    put_member(fixture, ESSEX, "Essex", 20, PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT);
    settle(fixture);
    as_officer(fixture, BEDFORD);
    cr_assert_str_eq(application_due(fixture, 1), "2027-03-01", "an LA that left binds nobody");
    fixture_end(fixture);
}

/* --- letters' texts ---------------------------------------------------------------------------------- */

Test(letter_texts, are_the_hosts)
{
    struct fixture *fixture = fixture_create();
    Pb__ListLetterTextsRequest list = PB__LIST_LETTER_TEXTS_REQUEST__INIT;
    as_officer(fixture, BEDFORD);
    const Pb__ListLetterTextsResponse *texts = call(fixture, CYCLES("ListLetterTexts"), &list.base, CODE_OK);
    cr_assert_eq(texts->n_texts, 4, "shipped, once");
    cr_assert_str_eq(texts->texts[0]->id, "consultation");
    Pb__UpdateLetterTextRequest request = PB__UPDATE_LETTER_TEXT_REQUEST__INIT;
    Pb__LetterText text = *texts->texts[0];
    Pb__RecordMeta read = PB__RECORD_META__INIT;
    read.version = 1, text.meta = &read, text.text = "Dear {{provider}},\n{{whoever}} writes.",
    request.text = &text;
    call(fixture, CYCLES("UpdateLetterText"), &request.base, CODE_PERMISSION_DENIED);
    as_host(fixture);
    call(fixture, CYCLES("UpdateLetterText"), &request.base, CODE_INVALID_ARGUMENT);
    cr_assert(strstr(fixture->status->message, "line 2"), "%s", fixture->status->message);
    text.text = "Dear {{provider}}";
    const Pb__UpdateLetterTextResponse *updated =
        call(fixture, CYCLES("UpdateLetterText"), &request.base, CODE_OK);
    cr_assert_eq(updated->text->meta->version, 2);
    call(fixture, CYCLES("UpdateLetterText"), &request.base, CODE_ABORTED);
    text.id = "farewell";
    call(fixture, CYCLES("UpdateLetterText"), &request.base, CODE_NOT_FOUND);
    pass_ms(fixture, 5000);
    cr_assert_str_eq(((Pb__LetterText *)stored(fixture, &fees_letter_texts, "consultation"))->text,
                     "Dear {{provider}}", "what the host changes stays so");
    fixture_end(fixture);
}
