/* Envelopes: the first part of every message.
 *
 * In: headers as messages, or a stranger's bytes. Out: packed bytes, or an envelope whose fields are within
 * bounds. Who sent it and whether it may be asked is not known here. */

#include "common/bus/envelope.h"

#include "common/base/limits.h"
#include "common/base/uuid.h"
#include "common/wire/wire.h"

/* A conflict carries two records; what is left of a frame is enough for the rest. */
enum { CONFLICT_BYTES_MAX = FRAME_BYTES_MAX - ENVELOPE_BYTES_MAX };

static enum code check_request(const Pb__CallHeader *header, struct span packed, struct fault *ret_fault)
{
    if (packed.size > ENVELOPE_BYTES_MAX)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "an envelope of %zu bytes is longer than %d",
                         packed.size, (int)ENVELOPE_BYTES_MAX);
    if (!header->method[0])
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "request.method", "the request names no method");
    if (header->idempotency_key.len != 0 && header->idempotency_key.len != UUID_BYTES)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "request.idempotency_key",
                         "the key is not a UUID of %d bytes", (int)UUID_BYTES);
    return CODE_OK;
}

enum code envelope_read(struct span packed, struct arena *arena, Pb__Envelope **ret_envelope,
                        struct fault *ret_fault)
{
    ProtobufCMessage *message;
    enum code code = wire_unpack(&pb__envelope__descriptor, packed, arena, &message, ret_fault);
    if (code != CODE_OK)
        return code;
    Pb__Envelope *envelope = (Pb__Envelope *)(void *)message;
    if (envelope->call == 0)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "call", "the envelope has no call number");
    switch (envelope->kind_case) {
    case PB__ENVELOPE__KIND_REQUEST:
        code = check_request(envelope->request, packed, ret_fault);
        break;
    case PB__ENVELOPE__KIND_RESPONSE:
        if (!envelope->response->status)
            code = fault_set(ret_fault, CODE_INVALID_ARGUMENT, "response.status", "the answer has no status");
        break;
    case PB__ENVELOPE__KIND_CANCEL:
        break;
    case PB__ENVELOPE__KIND__NOT_SET:
    case _PB__ENVELOPE__KIND__CASE_IS_INT_SIZE:
        code = fault_set(ret_fault, CODE_INVALID_ARGUMENT, "kind",
                         "the envelope is neither request, answer nor cancel");
        break;
    }
    if (code == CODE_OK)
        *ret_envelope = envelope;
    return code;
}

uint64_t envelope_call(struct span packed)
{
    uint64_t call = 0;
    if (packed.size < 2 || packed.data[0] != 1 << 3)
        return 0;
    for (size_t i = 1; i < packed.size && i <= 10; i++) {
        call |= (uint64_t)(packed.data[i] & 0x7f) << (7 * (i - 1));
        if (packed.data[i] < 0x80)
            return call;
    }
    return 0;
}

struct span envelope_request(uint64_t call, const Pb__CallHeader *header, struct arena *arena)
{
    Pb__Envelope envelope = PB__ENVELOPE__INIT;
    Pb__CallHeader copy = *header;
    envelope.call = call;
    envelope.kind_case = PB__ENVELOPE__KIND_REQUEST;
    envelope.request = &copy;
    return wire_pack(&envelope.base, arena);
}

struct span envelope_cancel(uint64_t call, struct arena *arena)
{
    Pb__Envelope envelope = PB__ENVELOPE__INIT;
    Pb__CancelHeader cancel = PB__CANCEL_HEADER__INIT;
    envelope.call = call;
    envelope.kind_case = PB__ENVELOPE__KIND_CANCEL;
    envelope.cancel = &cancel;
    return wire_pack(&envelope.base, arena);
}

struct span envelope_answer(uint64_t call, const struct answer_head *head, struct arena *arena)
{
    Pb__Envelope envelope = PB__ENVELOPE__INIT;
    Pb__AnswerHeader answer = PB__ANSWER_HEADER__INIT;
    Pb__Status status = PB__STATUS__INIT;
    Pb__Position position = PB__POSITION__INIT;
    Pb__Conflict conflict;
    envelope.call = call;
    envelope.kind_case = PB__ENVELOPE__KIND_RESPONSE;
    envelope.response = &answer;
    answer.status = &status;
    answer.more = head->more;
    if (head->fault) {
        status.code = (uint32_t)head->fault->code;
        status.message = head->fault->reason;
        status.field = head->fault->field;
    }
    status.retry_after_ms = head->retry_after_ms;
    if (head->conflict && protobuf_c_message_get_packed_size(&head->conflict->base) <= CONFLICT_BYTES_MAX) {
        conflict = *head->conflict;
        status.conflict = &conflict;
    }
    if (head->epoch != 0) {
        position.epoch = head->epoch;
        position.sequence = head->sequence;
        answer.position = &position;
    }
    return wire_pack(&envelope.base, arena);
}
