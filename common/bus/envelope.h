#pragma once
/* The first part of every message, made and read within bounds. */

#include "common/base/arena.h"
#include "common/base/error.h"

#include "ccrag/v1/envelope.pb-c.h"

/* Reads a packed envelope into `arena`. INVALID_ARGUMENT: not an envelope, no kind, a request longer than
 * ENVELOPE_BYTES_MAX, without a method or call number, or with a key that is not of 16 bytes. */
enum code envelope_read(struct span packed, struct arena *arena, Pb__Envelope **ret_envelope,
                        struct fault *ret_fault);

/* The call number of a message that could not be read, so that it can be refused; 0 when there is none in it.
 */
uint64_t envelope_call(struct span packed);

/* These pack into `arena`; empty past its limit. `call` is not 0. */
struct span envelope_request(uint64_t call, const Pb__CallHeader *header, struct arena *arena);
struct span envelope_cancel(uint64_t call, struct arena *arena);

/* What an answer says besides its body. */
struct answer_head {
    const struct fault *fault; /* NULL or code OK: done */
    uint32_t retry_after_ms; /* with RESOURCE_EXHAUSTED or UNAVAILABLE, where asking again may help; 0: not */
    const Pb__Conflict *conflict; /* with ABORTED; left out where it would not fit a frame */
    bool more;                    /* more answers of the call follow */
    uint64_t epoch, sequence;     /* where the journal stands; 0, 0 without a store */
};
struct span envelope_answer(uint64_t call, const struct answer_head *head, struct arena *arena);
