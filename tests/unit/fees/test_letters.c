/* Letters through the methods (rules F1, F7): whose they are to write, what is filled in, what is due and
 * late. */

#include "consulting.h"

#define KIND(k) PB__FEE_LETTER_KIND__FEE_LETTER_KIND_##k

static const Pb__FeeLetter *write_letter(struct fixture *fixture, unsigned home, Pb__FeeLetterKind kind,
                                         enum code expected)
{
    Pb__WriteLetterRequest request = PB__WRITE_LETTER_REQUEST__INIT;
    request.provision_id = home_id(fixture, home), request.kind = kind;
    const Pb__WriteLetterResponse *response =
        call(fixture, CONSULTATIONS("WriteLetter"), &request.base, expected);
    return response ? response->letter : NULL;
}

static const Pb__FeeLetter *record_letter(struct fixture *fixture, unsigned home, Pb__FeeLetterKind kind,
                                          const char *sent_on, const char *text, enum code expected)
{
    Pb__RecordLetterRequest request = PB__RECORD_LETTER_REQUEST__INIT;
    request.provision_id = home_id(fixture, home), request.kind = kind;
    request.sent_on = sent_on, request.text = text;
    const Pb__RecordLetterResponse *response =
        call(fixture, CONSULTATIONS("RecordLetter"), &request.base, expected);
    return response ? response->letter : NULL;
}

static const Pb__ListLettersResponse *list_letters(struct fixture *fixture, const char *gss, bool due_only,
                                                   Pb__PageRequest *page)
{
    Pb__ListLettersRequest request = PB__LIST_LETTERS_REQUEST__INIT;
    request.authority_id = gss, request.due_only = due_only, request.page = page;
    return call(fixture, CONSULTATIONS("ListLetters"), &request.base, CODE_OK);
}

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

Test(letters, are_filled_in)
{
    struct fixture *fixture = consulting_create();
    as_officer(fixture, BEDFORD);
    const Pb__FeeLetter *letter = write_letter(fixture, 1, KIND(NOT_LEADING), CODE_OK);
    cr_assert_str_eq(letter->due_on, "2026-12-31");
    cr_assert_str_eq(letter->title, "Home 1: fees for 2027-28");
    cr_assert(has(letter->text, "1 June 2026") && has(letter->text, "Oaks") &&
                  has(letter->text, "Hertfordshire") && has(letter->text, "above 3% is exceptional"),
              "%s", letter->text);
    cr_assert(!has(letter->text, "{{"));
    write_letter(fixture, 1, KIND(INVITATION), CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_NOT_LEAD);
    write_letter(fixture, 1, KIND(UNSPECIFIED), CODE_INVALID_ARGUMENT);
    write_letter(fixture, 1, KIND(DECISION), CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_LETTER_NOT_DECIDED);
    write_letter(fixture, 3, KIND(NOT_LEADING), CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_LETTER_NOT_PLACING);
    as_officer(fixture, HERTS);
    write_letter(fixture, 1, KIND(INVITATION), CODE_OK);
    write_letter(fixture, 1, KIND(NOT_LEADING), CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_LETTER_OF_OTHERS);
    write_letter(fixture, 1, KIND(CONSULTATION), CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_LETTER_NOT_BEGUN);
    submit(fixture, 1, 5000, 5500);
    begin(fixture, 1, CODE_OK);
    letter = write_letter(fixture, 1, KIND(CONSULTATION), CODE_OK);
    cr_assert(has(letter->text, "Residential, 52 weeks: £5,500.00 a week"), "%s", letter->text);
    fixture_end(fixture);
}

Test(letters, tell_a_decision)
{
    struct fixture *fixture = consulting_create();
    submit(fixture, 1, 5000, 5100);
    report_short(fixture, 505000);
    as_officer(fixture, BEDFORD);
    decide(fixture, 1, "", 1, DECIDE(PENDING), 0, "the panel meets in May", CODE_OK);
    write_letter(fixture, 1, KIND(DECISION), CODE_FAILED_PRECONDITION);
    decide(fixture, 1, "", 1, DECIDE(OTHER), 502000, "no more than that", CODE_OK);
    const Pb__FeeLetter *letter = write_letter(fixture, 1, KIND(DECISION), CODE_OK);
    cr_assert(has(letter->text, "£5,020.00") && has(letter->text, "no more than that") &&
                  has(letter->text, "another fee is agreed to"),
              "%s", letter->text);
    fixture_end(fixture);
}

/* What it was held against when it was submitted, and the day that it asks for. */
Test(letters, tell_the_terms_of_the_application_that_they_answer)
{
    struct fixture *fixture = consulting_create();
    Pb__SetThresholdRequest request = PB__SET_THRESHOLD_REQUEST__INIT;
    Pb__FeeThreshold threshold = PB__FEE_THRESHOLD__INIT;
    Pb__FeeSubmission *submission = (Pb__FeeSubmission *)(uintptr_t)submit(fixture, 1, 5000, 5500);
    submission = stored(fixture, &fees_submissions, submission->id);
    submission->effective_on = "2027-05-10";
    keep(fixture, &fees_submissions, &submission->base);
    to_day(fixture, "2026-06-03");
    request.cycle_id = CYCLE, request.threshold = &threshold;
    threshold.from = "2026-06-02", threshold.expression = "5%";
    as_host(fixture);
    call(fixture, CYCLES("SetThreshold"), &request.base, CODE_OK);
    as_officer(fixture, HERTS);
    begin(fixture, 1, CODE_OK);
    const Pb__FeeLetter *letter = write_letter(fixture, 1, KIND(CONSULTATION), CODE_OK);
    cr_assert(has(letter->text, "fees from 10 May 2027") && has(letter->text, "above\n3%, and so"), "%s",
              letter->text);
    as_officer(fixture, BEDFORD);
    letter = write_letter(fixture, 1, KIND(NOT_LEADING), CODE_OK);
    cr_assert(has(letter->text, "from 1 April 2027") && has(letter->text, "above 5% is"), "%s", letter->text);
    fixture_end(fixture);
}

/* A host's text may name what is long more often than a letter has room for. */
Test(letters, are_bounded_as_they_are_filled_in)
{
    struct fixture *fixture = consulting_create();
    Pb__UpdateLetterTextRequest request = PB__UPDATE_LETTER_TEXT_REQUEST__INIT;
    Pb__LetterText *text = stored(fixture, &fees_letter_texts, "consultation");
    enum { TIMES = 330 };
    char figures[TIMES * sizeof "{{figures}}"] = "";
    static char title[FEE_TITLE_BYTES_MAX + 1];
    Pb__FeeSubmission *submission = (Pb__FeeSubmission *)(uintptr_t)submit(fixture, 1, 5000, 5500);
    submission = stored(fixture, &fees_submissions, submission->id);
    memset(title, 'a', FEE_TITLE_BYTES_MAX);
    submission->services[0]->title = title;
    keep(fixture, &fees_submissions, &submission->base);
    for (int i = 0; i < TIMES; i++)
        strcat(figures, "{{figures}}");
    request.text = text, text->text = figures;
    as_host(fixture);
    call(fixture, CYCLES("UpdateLetterText"), &request.base, CODE_OK);
    as_officer(fixture, HERTS);
    begin(fixture, 1, CODE_OK);
    write_letter(fixture, 1, KIND(CONSULTATION), CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_LETTER_LONG);
    record_letter(fixture, 1, KIND(CONSULTATION), "", "", CODE_INVALID_ARGUMENT);
    record_letter(fixture, 1, KIND(CONSULTATION), "", "By hand.", CODE_OK);
    fixture_end(fixture);
}

Test(letters, tell_no_decision_about_what_was_submitted_before)
{
    struct fixture *fixture = consulting_create();
    submit(fixture, 1, 5000, 5100);
    report_short(fixture, 505000);
    as_officer(fixture, BEDFORD);
    decide(fixture, 1, "", 1, DECIDE(OTHER), 502000, "no more than that", CODE_OK);
    write_letter(fixture, 1, KIND(DECISION), CODE_OK);
    as_officer(fixture, HERTS);
    reopen(fixture, 1, "the provider asks for more", CODE_OK);
    submit(fixture, 1, 5000, 5200);
    as_officer(fixture, BEDFORD);
    write_letter(fixture, 1, KIND(DECISION), CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_LETTER_NOT_DECIDED);
    record_letter(fixture, 1, KIND(DECISION), "", "", CODE_FAILED_PRECONDITION);
    fixture_end(fixture);
}

/* Two officers of an LA record the same letter: the second, who read what was there before, is told. */
Test(letters, are_recorded_over_what_was_read_only) /* rule R10 */
{
    struct fixture *fixture = consulting_create();
    Pb__RecordLetterRequest request = PB__RECORD_LETTER_REQUEST__INIT;
    request.provision_id = home_id(fixture, 1), request.kind = KIND(NOT_LEADING);
    as_officer(fixture, BEDFORD);
    request.version = 1;
    call(fixture, CONSULTATIONS("RecordLetter"), &request.base, CODE_ABORTED);
    const Pb__FeeLetter *letter = record_letter(fixture, 1, KIND(NOT_LEADING), "", "The first.", CODE_OK);
    request.text = "The second.";
    call(fixture, CONSULTATIONS("RecordLetter"), &request.base, CODE_OK);
    request.text = "Of who read the first.";
    call(fixture, CONSULTATIONS("RecordLetter"), &request.base, CODE_ABORTED);
    letter = stored(fixture, &fees_letters, letter->id);
    cr_assert_str_eq(letter->text, "The second.");
    cr_assert_eq(list_letters(fixture, BEDFORD, false, NULL)->letters[0]->meta->version, 2, "as it is told");
    fixture_end(fixture);
}

Test(letters, are_recorded_as_they_were_sent)
{
    struct fixture *fixture = consulting_create();
    as_officer(fixture, BEDFORD);
    record_letter(fixture, 1, KIND(NOT_LEADING), "2026-06-02", "", CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_LETTER_DAY_WRONG);
    const Pb__FeeLetter *letter = record_letter(fixture, 1, KIND(NOT_LEADING), "2026-05-30", "", CODE_OK);
    cr_assert_str_eq(letter->sent_on, "2026-05-30");
    cr_assert(has(letter->text, "Hertfordshire") && has(letter->text, "30 May 2026"), "%s", letter->text);
    letter = record_letter(fixture, 1, KIND(NOT_LEADING), "", "By hand.", CODE_OK);
    cr_assert_str_eq(letter->text, "By hand.");
    cr_assert_eq(letter->meta->version, 2, "what was sent before is in its past");
    char *text = arena_alloc(&fixture->arena, FEE_LETTER_BYTES_MAX + 2);
    memset(text, 'a', FEE_LETTER_BYTES_MAX + 1);
    record_letter(fixture, 1, KIND(NOT_LEADING), "", text, CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_LETTER_LONG);
    text[FEE_LETTER_BYTES_MAX] = '\0';
    record_letter(fixture, 1, KIND(NOT_LEADING), "", text, CODE_OK);
    fixture_end(fixture);
}

/* Home 1: Bedford's letter and Hertfordshire's invitation; home 2: Essex's and Bedford's; home 3:
 * Hertfordshire's and Essex's; home 4: Kent's invitation. */
Test(letters, are_due_until_they_were_sent)
{
    struct fixture *fixture = consulting_create();
    as_operator(fixture);
    const Pb__ListLettersResponse *list = list_letters(fixture, "", true, NULL);
    cr_assert_eq(list->n_letters, 7, "%zu", list->n_letters);
    cr_assert(!list->letters[0]->late && list->letters[0]->text[0] == '\0');
    as_officer(fixture, BEDFORD);
    cr_assert_eq(list_letters(fixture, "", false, NULL)->n_letters, 2, "its own alone");
    record_letter(fixture, 1, KIND(NOT_LEADING), "", "", CODE_OK);
    cr_assert_eq(list_letters(fixture, "", true, NULL)->n_letters, 1);
    list = list_letters(fixture, "", false, NULL);
    cr_assert_eq(list->n_letters, 2);
    cr_assert_str_eq(list->letters[0]->sent_on, "2026-06-01");
    as_provider(fixture, PROVIDER_ONE);
    cr_assert_eq(list_letters(fixture, "", false, NULL)->n_letters, 1, "what was sent to it");
    as_provider(fixture, PROVIDER_TWO);
    cr_assert_eq(list_letters(fixture, "", false, NULL)->n_letters, 0);
    to_day(fixture, "2027-01-01");
    as_host(fixture);
    list = list_letters(fixture, KENT, true, NULL);
    cr_assert(list->n_letters == 1 && list->letters[0]->late);
    fixture_end(fixture);
}

Test(letters, come_in_pages)
{
    struct fixture *fixture = consulting_create();
    Pb__PageRequest page = PB__PAGE_REQUEST__INIT;
    size_t count = 0, pages = 0;
    const char *last = "";
    page.size = 3;
    as_operator(fixture);
    for (;;) {
        const Pb__ListLettersResponse *list = list_letters(fixture, "", false, &page);
        for (size_t i = 0; i < list->n_letters; i++, count++) {
            cr_assert(strcmp(list->letters[i]->id, last) > 0);
            last = list->letters[i]->id;
        }
        pages++;
        if (list->page->next.len == 0)
            break;
        page.after = list->page->next;
    }
    cr_assert(count == 7 && pages == 3, "%zu in %zu", count, pages);
    Pb__ListLettersRequest request = PB__LIST_LETTERS_REQUEST__INIT;
    page.size = PAGE_SIZE_MAX + 1, request.page = &page;
    call(fixture, CONSULTATIONS("ListLetters"), &request.base, CODE_INVALID_ARGUMENT);
    fixture_end(fixture);
}
