/* A window of commands over one client: the next is sent as soon as one is answered. The first refusal ends
 * it. */

#include "services/cli/pipeline.h"

enum { PIPELINE_DEADLINE_MS = 120 * 1000 };

enum code pipeline_init(struct pipeline *pipeline, struct cli *cli, size_t window, struct fault *ret_fault)
{
    *pipeline =
        (struct pipeline){.cli = cli, .window = window < PIPELINE_WINDOW_MAX ? window : PIPELINE_WINDOW_MAX};
    enum code code = cli_client(cli, "registry", &pipeline->client, ret_fault);
    if (code == CODE_OK)
        code = cli_call_options(cli, true, PIPELINE_DEADLINE_MS, &pipeline->options, ret_fault);
    return code;
}

static void on_answer(void *context, const struct client_answer *answer)
{
    struct pipeline_slot *slot = context;
    struct pipeline *pipeline = slot->pipeline;
    slot->used = false;
    pipeline->under_way--;
    pipeline->answered++;
    if (answer->fault.code == CODE_OK && answer->response) {
        if (slot->done)
            slot->done(slot->context, slot->item, answer->response);
    } else if (pipeline->fault.code == CODE_OK) {
        pipeline->fault = answer->fault;
        pipeline->failed_item = slot->item;
    }
}

static void turn(struct pipeline *pipeline)
{
    if (!client_turn(pipeline->client))
        world_wait(pipeline->cli->world, client_next_us(pipeline->client));
}

bool pipeline_send(struct pipeline *pipeline, const char *method, const ProtobufCMessage *request,
                   pipeline_done done, void *context, size_t item)
{
    while (pipeline->under_way >= pipeline->window)
        turn(pipeline);
    if (pipeline->fault.code != CODE_OK)
        return false;
    struct pipeline_slot *slot = pipeline->slots;
    while (slot->used)
        slot++;
    *slot = (struct pipeline_slot){pipeline, done, context, item, true};
    pipeline->under_way++;
    if (client_call(pipeline->client, method, request, &pipeline->options, on_answer, slot) != 0)
        return true;
    slot->used = false;
    pipeline->under_way--;
    fault_set(&pipeline->fault, CODE_UNIMPLEMENTED, "", "there is no method %s", method);
    return false;
}

bool pipeline_drain(struct pipeline *pipeline)
{
    while (pipeline->under_way > 0)
        turn(pipeline);
    return pipeline->fault.code == CODE_OK;
}
