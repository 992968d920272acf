/* Envelopes: what is made can be read; what a stranger sends is bounded. */

#include "common/bus/envelope.h"

#include "common/base/limits.h"
#include "common/wire/wire.h"

#include <criterion/criterion.h>

static struct arena arena;

static void set_up(void)
{
    arena_init(&arena, 16 << 20);
}

static void tear_down(void)
{
    arena_finish(&arena);
}

TestSuite(envelope, .init = set_up, .fini = tear_down);

Test(envelope, a_request_comes_back_whole)
{
    Pb__CallHeader header = PB__CALL_HEADER__INIT;
    uint8_t key[16] = {1, 2, 3};
    header.method = "ccrag.v1.FeedService/Follow";
    header.time_left_ms = 5;
    header.idempotency_key = (ProtobufCBinaryData){.len = 16, .data = key};
    Pb__Envelope *envelope = NULL;
    struct span packed = envelope_request(UINT64_MAX, &header, &arena);
    cr_assert_eq(envelope_read(packed, &arena, &envelope, NULL), CODE_OK);
    cr_assert_eq(envelope->kind_case, PB__ENVELOPE__KIND_REQUEST);
    cr_assert_eq(envelope->call, UINT64_MAX);
    cr_assert_str_eq(envelope->request->method, header.method);
    cr_assert_eq(envelope->request->idempotency_key.len, 16);
    cr_assert_eq(envelope_call(packed), UINT64_MAX);
}

Test(envelope, an_answer_comes_back_whole)
{
    struct fault fault;
    Pb__Conflict conflict = PB__CONFLICT__INIT;
    conflict.record_type = "ccrag.v1.Provision";
    fault_set(&fault, CODE_ABORTED, "a.b", "changed");
    const struct answer_head head = {
        .fault = &fault, .retry_after_ms = 9, .conflict = &conflict, .more = true, .epoch = 3, .sequence = 4};
    Pb__Envelope *envelope = NULL;
    cr_assert_eq(envelope_read(envelope_answer(300, &head, &arena), &arena, &envelope, NULL), CODE_OK);
    cr_assert_eq(envelope->kind_case, PB__ENVELOPE__KIND_RESPONSE);
    const Pb__AnswerHeader *answer = envelope->response;
    cr_assert(answer->more);
    cr_assert_eq(answer->status->code, CODE_ABORTED);
    cr_assert_str_eq(answer->status->field, "a.b");
    cr_assert_str_eq(answer->status->message, "changed");
    cr_assert_eq(answer->status->retry_after_ms, 9);
    cr_assert_str_eq(answer->status->conflict->record_type, "ccrag.v1.Provision");
    cr_assert_eq(answer->position->epoch, 3);
    cr_assert_eq(answer->position->sequence, 4);

    const struct answer_head plain = {0};
    cr_assert_eq(envelope_read(envelope_answer(1, &plain, &arena), &arena, &envelope, NULL), CODE_OK);
    cr_assert_eq(envelope->response->status->code, CODE_OK);
    cr_assert_null(envelope->response->position);
}

Test(envelope, a_conflict_that_would_not_fit_a_frame_is_left_out)
{
    struct fault fault;
    Pb__Conflict conflict = PB__CONFLICT__INIT;
    conflict.stored =
        (ProtobufCBinaryData){.len = FRAME_BYTES_MAX, .data = arena_alloc(&arena, FRAME_BYTES_MAX)};
    fault_set(&fault, CODE_ABORTED, "", "changed");
    const struct answer_head head = {.fault = &fault, .conflict = &conflict};
    struct span packed = envelope_answer(1, &head, &arena);
    cr_assert(packed.data && packed.size < ENVELOPE_BYTES_MAX, "%zu", packed.size);
}

Test(envelope, a_cancel_comes_back)
{
    Pb__Envelope *envelope = NULL;
    cr_assert_eq(envelope_read(envelope_cancel(7, &arena), &arena, &envelope, NULL), CODE_OK);
    cr_assert_eq(envelope->kind_case, PB__ENVELOPE__KIND_CANCEL);
    cr_assert_eq(envelope->call, 7);
}

#define BYTES(text) text, sizeof(text) - 1

Test(envelope, what_is_not_one_is_refused)
{
    static const struct {
        const char *what, *bytes;
        size_t size;
        const char *field;
        uint64_t call; /* as far as it can be told */
    } cases[] = {
        {"nothing", BYTES(""), "call", 0},
        {"no kind", BYTES("\x08\x05"), "kind", 5},
        {"no call number", BYTES("\x22\x00"), "call", 0},
        {"call number 0", BYTES("\x08\x00\x22\x00"), "call", 0},
        {"no method", BYTES("\x08\x05\x12\x02\x10\x01"), "request.method", 5},
        {"an empty request", BYTES("\x08\x05\x12\x00"), "request.method", 5},
        {"a short key", BYTES("\x08\x05\x12\x06\x0a\x01m\x22\x01k"), "request.idempotency_key", 5},
        {"a long key",
         BYTES("\x08\x05\x12\x16\x0a\x01m\x22\x11"
               "12345678901234567"),
         "request.idempotency_key", 5},
        {"an answer without status", BYTES("\x08\x85\x01\x1a\x00"), "response.status", 133},
        {"rubbish behind a number", BYTES("\x08\x05\xff"), "", 5},
        {"a cut number", BYTES("\x08\x85"), "", 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        Pb__Envelope *envelope = NULL;
        struct fault fault = {0};
        struct span packed = span_of(cases[i].bytes, cases[i].size);
        cr_assert_eq(envelope_read(packed, &arena, &envelope, &fault), CODE_INVALID_ARGUMENT, "%s",
                     cases[i].what);
        cr_assert_str_eq(fault.field, cases[i].field, "%s: '%s'", cases[i].what, fault.field);
        cr_assert_null(envelope);
        cr_assert_eq(envelope_call(packed), cases[i].call, "%s", cases[i].what);
    }
}

Test(envelope, a_request_is_bounded)
{
    Pb__CallHeader header = PB__CALL_HEADER__INIT;
    Pb__Envelope *envelope = NULL;
    char *method = arena_alloc(&arena, ENVELOPE_BYTES_MAX + 1);
    memset(method, 'm', ENVELOPE_BYTES_MAX);
    header.method = method;
    cr_assert_eq(envelope_read(envelope_request(1, &header, &arena), &arena, &envelope, NULL),
                 CODE_INVALID_ARGUMENT);
    method[ENVELOPE_BYTES_MAX - 16] = '\0';
    cr_assert_eq(envelope_read(envelope_request(1, &header, &arena), &arena, &envelope, NULL), CODE_OK);
}
