#pragma once
/* `ccrag`, the command people type: what every subcommand is given, and how it asks the region.
 *
 * A subcommand is a row of a table (struct cli_command): its words, options and help, and a function that
 * runs it and returns an exit status of sysexits.h. Parsing, help, completion and the man page all read that
 * table. */

#include "common/base/arena.h"
#include "common/bus/client.h"
#include "common/wire/wire.h"

#include <stdio.h>
#include <sysexits.h>

struct cli;
struct region;

struct cli_option {
    const char *name;    /* without dashes: `postcode`; NULL ends a list */
    const char *value;   /* what it takes, for help: `P`; NULL: it is a flag */
    const char *meaning; /* one sentence */
    const char *field;   /* path of the request field it fills, for commands that are one call; NULL: none */
    bool required;
    bool list;           /* may be given again, or with several values */
    const char *choices; /* values for completion, blanks between; NULL: any */
    const char *sets;    /* what a flag puts into its field; NULL: yes */
};

/* A column of a table: a path into a message (`vacancy.free`), shown by the kind of its field, or words made
 * of several fields (derived.h). */
struct cli_column {
    const char *heading; /* NULL ends a list */
    const char *path;
    bool elastic; /* is cut first when the terminal is narrow */
};

struct cli_table;

/* A command that is one call of the API: options and arguments fill the request, the answer is printed. */
struct cli_call_plan {
    const char *method;       /* without the package: `ProvisionsService/ListProvisions` */
    const char *arguments[3]; /* request fields of the arguments, in order */
    const char *fixed[2];     /* a request field and what it is always filled with */
    const char *list;         /* repeated field of the response that is printed as a table; NULL: a record */
    const struct cli_column *columns;
    const char *read_method;   /* read first to fill `read_into`; NULL: nothing */
    const char *read_argument; /* the read request's field that takes the first argument */
    const char *read_from,
        *read_into;       /* path in what was read, path in the request: a version, or a whole record */
    const char *read_key; /* `read_from` is a list: the item whose field this is the first argument; without
                             one, its last item */
    const struct cli_call_plan *with_argument; /* the call that it is when an argument is given */
    bool reads_own_writes; /* what the registry stored before must be in the answer: fills `at_least` */
    uint32_t deadline_ms;  /* 0: as always */
    unsigned page_size;    /* of a list that is read whole; 0: as always */
    const char *none;      /* said of an empty list; NULL: that there are none */
    const char *inputs;    /* message that says what was reckoned with: a sheet of its own in XLSX */
    const struct cli_column *input_columns;
    /* Makes the table, where `columns` do not say it all; NULL: they do. */
    enum code (*tabulate)(struct cli *cli, const ProtobufCMessage *response, struct cli_table *ret_table);
    /* For people: in place of a table or record, and below it. Each may be NULL. */
    void (*show)(struct cli *cli, const ProtobufCMessage *response);
    void (*remark)(struct cli *cli, const ProtobufCMessage *response);
};

struct cli_command {
    const char *words;                /* `provision list`; NULL ends a list */
    const char *arguments;            /* for help: `FILE`, `METHOD [JSON]`; NULL: none */
    const char *summary;              /* one line */
    const char *details;              /* more, for help and the man page; may be NULL */
    const struct cli_option *options; /* may be NULL */
    unsigned least, most;             /* arguments */
    int (*run)(struct cli *cli);
    const char *service;              /* asked for what several serve (forms, files); NULL: by the method */
    const struct cli_call_plan *plan; /* for run = run_plan */
};

enum {
    CLI_ARGUMENTS_MAX = 64,
    CLI_GIVEN_MAX = 256,
    CLI_CLIENTS_MAX = 8,
    CLI_ARENA_BYTES = 512 * 1024 * 1024
};

struct cli_given {
    const struct cli_option *option;
    const char *value; /* "" for a flag */
};

struct cli {
    const char *program; /* argv[0] */
    const struct cli_command *command;
    const char *directory; /* of the region */
    bool json;
    const char *as; /* mailbox of the person to act as; NULL: the operator */
    const char *arguments[CLI_ARGUMENTS_MAX];
    size_t argument_count;
    struct cli_given given[CLI_GIVEN_MAX];
    size_t given_count;
    struct arena arena; /* for the whole run */
    struct world *world;
    struct region *region;
    struct roster *roster;
    struct {
        const char *service;
        struct client *client;
    } clients[CLI_CLIENTS_MAX];
    const Pb__SignedClaim *claim;
    const Pb__Conflict *conflict; /* of the last call, when it was refused as a stale edit */
    bool too_much;                /* the last call needs more than one may have, and will the next time */
};

/* Options that every command takes, and those that every command takes that prints a list. */
extern const struct cli_option CLI_GLOBAL_OPTIONS[], CLI_LIST_OPTIONS[];
/* Does the command print a list? */
bool cli_command_lists(const struct cli_command *command);
/* The commands in order of help; NULL past the last. */
const struct cli_command *cli_command_at(size_t index);
/* The command of these words; NULL: none. */
const struct cli_command *cli_command_find(const char *words);
/* The words of the command that is run, with another one last: for a hint. NULL past the arena's limit. */
const char *cli_words_beside(struct cli *cli, const char *last);

/* Reads the command line into `cli`. EX_OK: run cli->command; CLI_DONE: help or the like was printed;
 * otherwise the status to exit with, already complained of. */
enum { CLI_DONE = -1 };
int cli_parse(struct cli *cli, int argc, char **argv);
void cli_finish(struct cli *cli);

/* The last value given for an option; NULL: not given. A flag's value is "". */
const char *cli_option(const struct cli *cli, const char *name);
/* What --la names, as a GSS code; "" where it is not given, and what is no LA as it was typed. */
const char *cli_la(const struct cli *cli);
/* A whole number within [least, most]; `preset` when not given. False: complained of. */
bool cli_number(const struct cli *cli, const char *name, int64_t least, int64_t most, int64_t preset,
                int64_t *ret_number);

/* One clear sentence on stderr, `ccrag: …`; returns `status`. */
int cli_complain(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for what a service or a library refused: field, reason, what to do. Returns the status that its
 * code maps to. */
int cli_fail(const struct cli *cli, const struct fault *fault);
/* The exit status of a code. */
int cli_status_of(enum code code);

/* The world, made when first asked for; NULL: complained of. */
struct world *cli_world(struct cli *cli);
/* Opens the region under the operator's key, once. NOT_FOUND and others with what to do. */
enum code cli_open(struct cli *cli, struct fault *ret_fault);
/* A client to a service of the region, made when first asked for. UNAVAILABLE at once when it should run on
 * this machine and does not. */
enum code cli_client(struct cli *cli, const char *service, struct client **ret_client,
                     struct fault *ret_fault);
/* How calls are made: the claim of --as, where given, is fetched first. */
enum code cli_call_options(struct cli *cli, bool command, uint32_t deadline_ms,
                           struct call_options *ret_options, struct fault *ret_fault);

/* Calls and waits; the response lives in cli->arena. `method` without the package. `service` NULL: by the
 * method; INVALID_ARGUMENT where several serve it. */
enum code cli_call(struct cli *cli, const char *service, const char *method, const ProtobufCMessage *request,
                   const ProtobufCMessage **ret_response, struct fault *ret_fault);

/* The same with a deadline of its own; 0: as always. */
enum code cli_call_within(struct cli *cli, const char *service, const char *method,
                          const ProtobufCMessage *request, uint32_t deadline_ms,
                          const ProtobufCMessage **ret_response, struct fault *ret_fault);

/* Runs a command that is one call: its plan. */
int run_plan(struct cli *cli);
