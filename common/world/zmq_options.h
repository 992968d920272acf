#pragma once
/* Every ZeroMQ option of the project, with its reason: nothing is left to a default that matters. Each
 * function returns CODE_OK, or CODE_INTERNAL when the library refuses one of them (a library built without
 * CURVE). */

#include "common/world/world.h"

/* Before the first socket of the context. */
enum code zmq_options_context(void *context, unsigned threads);

/* A ROUTER that is to be bound; `domain` names the link to the ZAP handler. */
enum code zmq_options_listener(void *socket, const struct listen_options *options, const char *domain);

/* A DEALER that is to be connected. */
enum code zmq_options_dialler(void *socket, const struct dial_options *options);

/* A socket inside the process: the ZAP handler, the reading end of a monitor. */
enum code zmq_options_inner(void *socket);
