/* The first part of every message, from whoever can reach a port.
 *
 * In: packed bytes. Held against: what is read is within its bounds, and the frame's own packing of the same
 * content reads back as the same envelope with the same call number. */

#include "common/base/uuid.h"
#include "common/bus/envelope.h"
#include "tests/fuzz/targets/messages.h"

/* What we pack ourselves is read again, alike. */
static void check_packed(struct span packed, const Pb__Envelope *expected, struct arena *arena)
{
    Pb__Envelope *envelope = NULL;
    struct fault fault;
    require(packed.data);
    require(envelope_read(packed, arena, &envelope, &fault) == CODE_OK);
    require(envelope_call(packed) == expected->call);
    require(same_text(must_print(&envelope->base, false, arena), must_print(&expected->base, false, arena)));
}

static void check_request(const Pb__Envelope *envelope, struct span packed, struct arena *arena)
{
    const Pb__CallHeader *header = envelope->request;
    require(packed.size <= ENVELOPE_BYTES_MAX && header->method[0]);
    require(header->idempotency_key.len == 0 || header->idempotency_key.len == UUID_BYTES);
    check_packed(envelope_request(envelope->call, header, arena), envelope, arena);
}

/* An answer as a service would give it, with this one's content. */
static void check_answer(Pb__Envelope *envelope, struct arena *arena)
{
    Pb__AnswerHeader *answer = envelope->response;
    Pb__Status *status = answer->status;
    require(status);
    struct fault fault;
    fault_set(&fault, code_from_number(status->code), status->field, "%s", status->message);
    struct answer_head head = {
        .fault = &fault,
        .retry_after_ms = status->retry_after_ms,
        .conflict = status->conflict,
        .more = answer->more,
        .epoch = answer->position ? answer->position->epoch : 0,
        .sequence = answer->position ? answer->position->sequence : 0,
    };
    status->code = (uint32_t)fault.code;
    status->field = fault.field;
    status->message = fault.reason;
    if (head.epoch == 0)
        answer->position = NULL;
    check_packed(envelope_answer(envelope->call, &head, arena), envelope, arena);
}

static void check_envelope(Pb__Envelope *envelope, struct span packed, struct arena *arena)
{
    require(envelope->call != 0 && envelope->kind_case != PB__ENVELOPE__KIND__NOT_SET);
    switch (envelope->kind_case) {
    case PB__ENVELOPE__KIND_REQUEST:
        check_request(envelope, packed, arena);
        return;
    case PB__ENVELOPE__KIND_RESPONSE:
        check_answer(envelope, arena);
        return;
    case PB__ENVELOPE__KIND_CANCEL:
        check_packed(envelope_cancel(envelope->call, arena), envelope, arena);
        return;
    case PB__ENVELOPE__KIND__NOT_SET:
    case _PB__ENVELOPE__KIND__CASE_IS_INT_SIZE:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span packed = span_of(data, size);
    struct arena arena;
    Pb__Envelope untouched, *envelope = &untouched;
    struct fault fault;
    arena_init(&arena, REQUEST_ARENA_BYTES);

    (void)envelope_call(packed);
    enum code code = envelope_read(packed, &arena, &envelope, &fault);
    if (code == CODE_OK) {
        check_envelope(envelope, packed, &arena);
    } else {
        require(code == CODE_INVALID_ARGUMENT && envelope == &untouched);
        require_fault(code, &fault);
    }
    arena_finish(&arena);
    return 0;
}
