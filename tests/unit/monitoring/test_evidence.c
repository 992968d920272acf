/* Evidence: in parts, checked by what it holds, beside its answer, gone when it is taken away (rules M4, S3).
 */

#include "fixture.h"

#include "common/service/evidence_keeping.h"

static const char png_head[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

static const Pb__Evidence *begin(struct fixture *fixture, const char *report, const char *question,
                                 const char *name, size_t size, enum code expected)
{
    Pb__BeginEvidenceRequest request = PB__BEGIN_EVIDENCE_REQUEST__INIT;
    request.of_id = report, request.question_id = question, request.name = name, request.size = size;
    const Pb__BeginEvidenceResponse *response =
        call(fixture, EVIDENCE("BeginEvidence"), &request.base, expected);
    return response ? response->evidence : NULL;
}

static void append(struct fixture *fixture, const char *id, uint32_t chunk, struct span data,
                   enum code expected)
{
    Pb__AppendEvidenceRequest request = PB__APPEND_EVIDENCE_REQUEST__INIT;
    request.evidence_id = id, request.chunk = chunk;
    request.data = (ProtobufCBinaryData){data.size, (uint8_t *)(uintptr_t)data.data};
    call(fixture, EVIDENCE("AppendEvidence"), &request.base, expected);
}

static const Pb__Evidence *finish(struct fixture *fixture, const char *id, struct span whole,
                                  enum code expected)
{
    Pb__FinishEvidenceRequest request = PB__FINISH_EVIDENCE_REQUEST__INIT;
    uint8_t digest[32];
    crypto_generichash(digest, sizeof digest, whole.data, whole.size, NULL, 0);
    request.evidence_id = id, request.digest = (ProtobufCBinaryData){sizeof digest, digest};
    const Pb__FinishEvidenceResponse *response =
        call(fixture, EVIDENCE("FinishEvidence"), &request.base, expected);
    return response ? response->evidence : NULL;
}

static const Pb__ReadEvidenceResponse *read_part(struct fixture *fixture, const char *id, uint32_t chunk,
                                                 enum code expected)
{
    Pb__ReadEvidenceRequest request = PB__READ_EVIDENCE_REQUEST__INIT;
    request.evidence_id = id, request.chunk = chunk;
    return call(fixture, EVIDENCE("ReadEvidence"), &request.base, expected);
}

/* A picture of so many bytes. */
static struct span picture(struct fixture *fixture, size_t size)
{
    uint8_t *bytes = arena_alloc(&fixture->arena, size);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(i * 7);
    memcpy(bytes, png_head, sizeof png_head - 1);
    return span_of(bytes, size);
}

static const char *attach(struct fixture *fixture, const char *report, struct span whole)
{
    const char *id = begin(fixture, report, "care", "room.png", whole.size, CODE_OK)->id;
    for (uint32_t i = 0; i * (size_t)BLOB_CHUNK_BYTES < whole.size; i++) {
        size_t from = i * (size_t)BLOB_CHUNK_BYTES, left = whole.size - from;
        append(fixture, id, i, span_of(whole.data + from, left < BLOB_CHUNK_BYTES ? left : BLOB_CHUNK_BYTES),
               CODE_OK);
    }
    return id;
}

Test(evidence, in_parts_beside_its_answer_and_published)
{
    struct fixture *fixture = fixture_create();
    const char *report = draft_at(fixture, 1, HERTS);
    struct span whole = picture(fixture, BLOB_CHUNK_BYTES + 1000);
    const char *id = attach(fixture, report, whole);
    read_part(fixture, id, 0, CODE_FAILED_PRECONDITION);
    complete(fixture, report);
    send_it(fixture, report, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_REPORT_INCOMPLETE);
    cr_assert(strstr(fixture->status->message, "care: the file room.png"), "%s", fixture->status->message);
    const Pb__Evidence *evidence = finish(fixture, id, whole, CODE_OK);
    cr_assert(evidence->complete && evidence->safe_inline && evidence->chunks == 2);
    cr_assert_str_eq(evidence->media_type, "image/png");
    finish(fixture, id, whole, CODE_FAILED_PRECONDITION);
    const Pb__ReadEvidenceResponse *part = read_part(fixture, id, 1, CODE_OK);
    cr_assert(part->data.len == 1000 && memcmp(part->data.data, whole.data + BLOB_CHUNK_BYTES, 1000) == 0);
    read_part(fixture, id, 2, CODE_INVALID_ARGUMENT);
    cr_assert_str_eq(draft_of(fixture, report)->answers[0]->answer->evidence_ids[0], id);
    send_it(fixture, report, CODE_OK);
    append(fixture, id, 2, whole, CODE_FAILED_PRECONDITION);
    as_officer(fixture, KENT);
    read_part(fixture, id, 0, CODE_NOT_FOUND);
    said_of_form(fixture, FORM_REFUSAL_EVIDENCE_UNKNOWN);
    as_provider(fixture, PROVIDER_TWO);
    read_part(fixture, id, 0, CODE_NOT_FOUND);
    as_provider(fixture, PROVIDER_ONE);
    read_part(fixture, id, 0, CODE_OK);
    comment_it(fixture, report, "thanks", CODE_OK);
    as_officer(fixture, HERTS);
    publish_it(fixture, report, CODE_OK);
    as_officer(fixture, KENT);
    read_part(fixture, id, 0, CODE_OK);
    const Pb__PublishedReport *published = report_of(fixture, report, CODE_OK)->report;
    cr_assert(published->n_evidence == 1 && published->answers[0]->n_evidence_ids == 1);
    cr_assert_str_eq(published->answers[0]->evidence_ids[0], id);
    fixture_end(fixture);
}

Test(evidence, what_is_not_what_it_says_is_refused_and_nothing_is_lost)
{
    struct fixture *fixture = fixture_create();
    const char *report = draft_at(fixture, 1, HERTS);
    begin(fixture, report, "seen", "a.png", 10, CODE_INVALID_ARGUMENT);
    said_of_form(fixture, FORM_REFUSAL_EVIDENCE_QUESTION);
    begin(fixture, report, "care", "a.png", EVIDENCE_BYTES_MAX + 1, CODE_INVALID_ARGUMENT);
    said_of_form(fixture, FORM_REFUSAL_EVIDENCE_SIZE);
    struct span whole = picture(fixture, 200), other = picture(fixture, 199);
    const char *id = begin(fixture, report, "care", "room.pdf", whole.size, CODE_OK)->id;
    finish(fixture, id, whole, CODE_FAILED_PRECONDITION);
    said_of_form(fixture, FORM_REFUSAL_EVIDENCE_PARTS_MISSING);
    append(fixture, id, 1, whole, CODE_INVALID_ARGUMENT);
    append(fixture, id, 0, other, CODE_INVALID_ARGUMENT);
    append(fixture, id, 0, whole, CODE_OK);
    finish(fixture, id, other, CODE_INVALID_ARGUMENT);
    said_of_form(fixture, FORM_REFUSAL_EVIDENCE_DIGEST);
    finish(fixture, id, whole, CODE_INVALID_ARGUMENT);
    said_of_form(fixture, FORM_REFUSAL_EVIDENCE_NOT_AS_NAMED);
    cr_assert(draft_of(fixture, report)->n_evidence == 1);
    fixture_end(fixture);
}

static bool has_problem(const Pb__GetDraftResponse *draft, const char *question, const char *reason)
{
    for (size_t i = 0; i < draft->n_problems; i++)
        if (strcmp(draft->problems[i]->question_id, question) == 0 &&
            strcmp(draft->problems[i]->reason, reason) == 0)
            return true;
    return false;
}

/* What stands in the way of sending is among the draft's problems, until it is taken away. */
Test(evidence, what_was_not_accepted_is_told_with_the_draft)
{
    struct fixture *fixture = fixture_create();
    const char *report = draft_at(fixture, 1, HERTS);
    struct span whole = picture(fixture, 200);
    complete(fixture, report);
    const char *id = begin(fixture, report, "care", "room.pdf", whole.size, CODE_OK)->id;
    cr_assert(has_problem(draft_of(fixture, report), "care",
                          "the file room.pdf is not complete: send the rest of it, or take it away"));
    append(fixture, id, 0, whole, CODE_OK);
    finish(fixture, id, whole, CODE_INVALID_ARGUMENT);
    cr_assert(
        has_problem(draft_of(fixture, report), "care", "the file room.pdf was not accepted: take it away"));
    send_it(fixture, report, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_REPORT_INCOMPLETE);
    Pb__RemoveEvidenceRequest remove = PB__REMOVE_EVIDENCE_REQUEST__INIT;
    remove.evidence_id = id;
    call(fixture, EVIDENCE("RemoveEvidence"), &remove.base, CODE_OK);
    cr_assert(draft_of(fixture, report)->n_problems == 0);
    send_it(fixture, report, CODE_OK);
    fixture_end(fixture);
}

/* rules M4, S1: a provider may put files beside its own forms, and beside no report. */
Test(evidence, a_provider_puts_none_beside_a_report)
{
    struct fixture *fixture = fixture_create();
    const char *report = draft_at(fixture, 1, HERTS);
    struct span whole = picture(fixture, 200);
    complete(fixture, report);
    const char *id = attach(fixture, report, whole);
    Pb__RemoveEvidenceRequest remove = PB__REMOVE_EVIDENCE_REQUEST__INIT;
    remove.evidence_id = id;
    as_provider(fixture, PROVIDER_ONE);
    begin(fixture, report, "care", "a.png", 10, CODE_NOT_FOUND);
    said(fixture, REFUSAL_REPORT_UNKNOWN);
    cr_assert_str_eq(fixture->status->field, "of_id");
    append(fixture, id, 0, whole, CODE_NOT_FOUND);
    finish(fixture, id, whole, CODE_NOT_FOUND);
    call(fixture, EVIDENCE("RemoveEvidence"), &remove.base, CODE_NOT_FOUND);
    as_officer(fixture, HERTS);
    finish(fixture, id, whole, CODE_OK);
    send_it(fixture, report, CODE_OK);
    as_provider(fixture, PROVIDER_ONE); /* who reads it now */
    begin(fixture, report, "care", "a.png", 10, CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_REPORT_NOT_YOURS);
    call(fixture, EVIDENCE("RemoveEvidence"), &remove.base, CODE_PERMISSION_DENIED);
    fixture_end(fixture);
}

Test(evidence, taken_away_is_gone)
{
    struct fixture *fixture = fixture_create();
    const char *report = draft_at(fixture, 1, HERTS);
    struct span whole = picture(fixture, 200);
    const char *id = attach(fixture, report, whole);
    finish(fixture, id, whole, CODE_OK);
    cr_assert(stored(fixture, &monitoring_evidence_parts, evidence_part_id(id, 0, &fixture->arena)));
    Pb__RemoveEvidenceRequest remove = PB__REMOVE_EVIDENCE_REQUEST__INIT;
    remove.evidence_id = id;
    as_officer(fixture, KENT);
    call(fixture, EVIDENCE("RemoveEvidence"), &remove.base, CODE_NOT_FOUND);
    as_officer(fixture, HERTS);
    call(fixture, EVIDENCE("RemoveEvidence"), &remove.base, CODE_OK);
    cr_assert(!stored(fixture, &monitoring_evidence_parts, evidence_part_id(id, 0, &fixture->arena)));
    read_part(fixture, id, 0, CODE_NOT_FOUND);
    cr_assert(draft_of(fixture, report)->n_evidence == 0);
    fixture_end(fixture);
}

/* Which files are beside an answer is the files' to say; an answer that names others is refused. */
Test(evidence, an_answer_names_its_own_files)
{
    struct fixture *fixture = fixture_create();
    const char *report = draft_at(fixture, 1, HERTS), *grade = "good";
    struct span whole = picture(fixture, 200);
    const char *id = attach(fixture, report, whole);
    Pb__SaveAnswersRequest request = PB__SAVE_ANSWERS_REQUEST__INIT;
    Pb__ReportAnswer kept = PB__REPORT_ANSWER__INIT, *list[] = {&kept};
    Pb__FormAnswer answer = PB__FORM_ANSWER__INIT;
    answer.question_id = "care", answer.option_ids = &grade, answer.n_option_ids = 1;
    answer.evidence_ids = &id, answer.n_evidence_ids = 1;
    kept.answer = &answer;
    request.report_id = report, request.answers = list, request.n_answers = 1;
    call(fixture, REPORTS("SaveAnswers"), &request.base, CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_EVIDENCE_NOT_THERE);
    finish(fixture, id, whole, CODE_OK);
    call(fixture, REPORTS("SaveAnswers"), &request.base, CODE_OK);
    Pb__RemoveEvidenceRequest remove = PB__REMOVE_EVIDENCE_REQUEST__INIT;
    remove.evidence_id = id;
    call(fixture, EVIDENCE("RemoveEvidence"), &remove.base, CODE_OK);
    cr_assert(draft_of(fixture, report)->answers[0]->answer->n_evidence_ids == 0);
    fixture_end(fixture);
}

/* A published report keeps its files. */
Test(evidence, published_stays)
{
    struct fixture *fixture = fixture_create();
    const char *report = draft_at(fixture, 1, HERTS);
    struct span whole = picture(fixture, 200);
    const char *id = attach(fixture, report, whole);
    finish(fixture, id, whole, CODE_OK);
    complete(fixture, report);
    send_it(fixture, report, CODE_OK);
    comment_it(fixture, report, "thanks", CODE_OK);
    publish_it(fixture, report, CODE_OK);
    Pb__RemoveEvidenceRequest remove = PB__REMOVE_EVIDENCE_REQUEST__INIT;
    remove.evidence_id = id;
    call(fixture, EVIDENCE("RemoveEvidence"), &remove.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_REPORT_PUBLISHED);
    fixture_end(fixture);
}
