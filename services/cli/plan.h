#pragma once
/* Commands that are one call, in parts: for commands that make such calls among other things. */

#include "services/cli/cli.h"

#include <jansson.h>

enum { PLAN_PAGE_SIZE = 1000 };

/* Fills a request, as JSON under way, from the command line and what the plan says. */
enum code plan_request(struct cli *cli, const struct cli_call_plan *plan, const struct wire_method *method,
                       json_t *request, struct fault *ret_fault);

/* The plan of what was typed: that of the command, or the one it names for when there is an argument. */
const struct cli_call_plan *plan_chosen(const struct cli *cli, const struct cli_call_plan *plan);

/* Makes the call; lists whole, unless --size is given. The response lives in cli->arena. */
enum code plan_call(struct cli *cli, const struct cli_call_plan *plan, const ProtobufCMessage **ret_response,
                    struct fault *ret_fault);

/* A path in JSON made by wire_to_json, whose names are lowerCamelCase. NULL: nothing is there. */
json_t *plan_json_at(json_t *json, const char *path);
