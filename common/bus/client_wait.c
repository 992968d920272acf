/* One call at a time, for programs without a loop.
 *
 * In: a request. Out: its answer, in the caller's arena. Other calls of the same client go on meanwhile. */

#include "common/bus/client_inside.h"

struct waiting {
    struct arena *arena;
    struct client_answer answer;
    bool done;
};

/* Into the caller's arena; NULL past its limit. */
static const ProtobufCMessage *copy_message(const ProtobufCMessage *message, struct arena *arena)
{
    ProtobufCMessage *copy = NULL;
    struct span packed = wire_pack(message, arena);
    if (!packed.data || wire_unpack(message->descriptor, packed, arena, &copy, NULL) != CODE_OK)
        return NULL;
    return copy;
}

static void keep_answer(void *context, const struct client_answer *answer)
{
    struct waiting *waiting = context;
    waiting->done = true;
    waiting->answer = *answer;
    waiting->answer.packed = arena_copy(waiting->arena, answer->packed);
    if (answer->response)
        waiting->answer.response = copy_message(answer->response, waiting->arena);
    if (answer->conflict)
        waiting->answer.conflict =
            (const Pb__Conflict *)(const void *)copy_message(&answer->conflict->base, waiting->arena);
    if (answer->response && !waiting->answer.response)
        fault_set(&waiting->answer.fault, CODE_RESOURCE_EXHAUSTED, "",
                  "the answer is too large for the caller");
}

enum code client_call_wait(struct client *client, const char *method, const ProtobufCMessage *request,
                           const struct call_options *options, struct arena *arena,
                           const ProtobufCMessage **ret_response, struct client_answer *ret_answer)
{
    struct waiting waiting = {.arena = arena};
    if (!wire_method_find(method))
        fault_set(&waiting.answer.fault, CODE_UNIMPLEMENTED, "", "there is no method %s", method);
    else if (client_call(client, method, request, options, keep_answer, &waiting) == 0)
        fault_set(&waiting.answer.fault, CODE_RESOURCE_EXHAUSTED, "", "too many calls are under way");
    else
        while (!waiting.done)
            if (!client_turn(client) && !waiting.done)
                world_wait(client->world, client_next_us(client));
    if (ret_answer)
        *ret_answer = waiting.answer;
    if (waiting.answer.fault.code == CODE_OK)
        *ret_response = waiting.answer.response;
    return waiting.answer.fault.code;
}
