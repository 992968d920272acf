#pragma once
/* Many commands under way at one time, over one client, in order. For imports and the demonstration. */

#include "services/cli/cli.h"

enum { PIPELINE_WINDOW_MAX = 256 };

struct pipeline;

/* An answer: `response` is of the method's output type and valid during the call; `item` is what was given to
 * send. */
typedef void (*pipeline_done)(void *context, size_t item, const ProtobufCMessage *response);

struct pipeline_slot {
    struct pipeline *pipeline;
    pipeline_done done;
    void *context;
    size_t item;
    bool used;
};

struct pipeline {
    struct cli *cli;
    struct client *client;
    struct call_options options;
    size_t window, under_way;
    size_t answered;
    struct fault fault; /* of the first that failed; nothing is sent after it */
    size_t failed_item;
    struct pipeline_slot slots[PIPELINE_WINDOW_MAX];
};

/* Over the registry's client, at most `window` under way. */
enum code pipeline_init(struct pipeline *pipeline, struct cli *cli, size_t window, struct fault *ret_fault);

/* Sends when there is room, waiting for it. False: an earlier one failed. The request is packed at once. */
bool pipeline_send(struct pipeline *pipeline, const char *method, const ProtobufCMessage *request,
                   pipeline_done done, void *context, size_t item);

/* Waits until nothing is under way. False: one failed; its fault is in the pipeline. */
bool pipeline_drain(struct pipeline *pipeline);
