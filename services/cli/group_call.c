/* `ccrag call`: any method of the API by its name, so that nothing is out of reach; `ccrag methods` lists
 * them. Both read the descriptors, and know no method themselves. */

#include "services/cli/groups.h"
#include "services/cli/show.h"

#include "common/base/limits.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

/* `ProvisionsService/GetProvision`, `ccrag.v1.…`, or the last word alone where it is the only one. */
static const struct wire_method *find_method(const char *name)
{
    char full[160];
    const struct wire_method *found = wire_method_find(name);
    snprintf(full, sizeof full, "ccrag.v1.%s", name);
    if (!found)
        found = wire_method_find(full);
    size_t count, matches = 0;
    const struct wire_method *const *methods = wire_methods(&count);
    for (size_t i = 0; i < count && !strchr(name, '/') && matches < 2; i++) {
        const char *slash = strrchr(methods[i]->name, '/');
        if (slash && strcasecmp(slash + 1, name) == 0) {
            found = methods[i];
            matches++;
        }
    }
    return matches > 1 ? NULL : found;
}

/* All of stdin, for a request of `-`. */
static const char *read_input(struct cli *cli)
{
    char *text = arena_alloc(&cli->arena, FRAME_BYTES_MAX + 1);
    size_t size = text ? fread(text, 1, FRAME_BYTES_MAX, stdin) : 0;
    if (text)
        text[size] = 0;
    return text;
}

static int run_call(struct cli *cli)
{
    struct fault fault = {0};
    const struct wire_method *method = find_method(cli->arguments[0]);
    if (!method)
        return cli_complain(EX_USAGE,
                            "there is no method \"%s\", or several of that name; `ccrag methods` lists them",
                            cli->arguments[0]);
    if (method->server_streaming)
        return cli_complain(EX_USAGE, "%s is a stream; `ccrag follow` reads feeds", method->name);
    const char *json = cli->argument_count > 1 ? cli->arguments[1] : "{}";
    if (strcmp(json, "-") == 0)
        json = read_input(cli);
    ProtobufCMessage *request;
    const ProtobufCMessage *response;
    if (!json || wire_from_json(method->input, json, &cli->arena, &request, &fault) != CODE_OK) {
        cli_fail(cli, &fault);
        return EX_DATAERR;
    }
    if (cli_call(cli, cli_option(cli, "service"), method->name + strlen("ccrag.v1."), request, &response,
                 &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    return show_json(cli, response);
}

static int run_methods(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {{"Method", false, false}, {"What it does", true, false}};
    size_t count;
    const struct wire_method *const *methods = wire_methods(&count);
    const char **cells = arena_array(&cli->arena, const char *, count * 2 + 1);
    if (!cells)
        return EX_OSERR;
    for (size_t i = 0; i < count; i++) {
        char *comment = arena_text(&cli->arena, methods[i]->comment ? methods[i]->comment : "");
        for (char *c = comment; c && *c; c++)
            if (*c == '\n')
                *c = ' ';
        cells[i * 2] = methods[i]->name + strlen("ccrag.v1.");
        cells[i * 2 + 1] = comment ? comment + strspn(comment, " ") : "";
    }
    show_table(stdout, COLUMNS, 2, cells, count, "There are none.");
    return EX_OK;
}

static const struct cli_option CALL_OPTIONS[] = {
    {.name = "service",
     .value = "NAME",
     .meaning =
         "Ask this service; otherwise the one that serves the method (forms and their files: several do)."},
    {0},
};

const struct cli_command CALL_COMMANDS[] = {
    {.words = "call",
     .arguments = "METHOD [JSON]",
     .summary = "Call any method of the API.",
     .details = "METHOD is as `ccrag methods` lists it, or its last word. JSON is the request after the "
                "canonical mapping "
                "({} when not given; - reads it from the standard input). The answer is JSON.",
     .options = CALL_OPTIONS,
     .least = 1,
     .most = 2,
     .run = run_call},
    {.words = "methods", .summary = "List the methods of the API.", .run = run_methods},
    {0},
};
