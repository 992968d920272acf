/* `ccrag follow`: a service's journal as JSON lines, as it grows. */

#include "services/cli/groups.h"
#include "services/cli/journal.h"

#include "common/base/limits.h"

#include <stdlib.h>

enum { AGAIN_US = 500 * 1000 };

struct follower {
    struct cli *cli;
    Pb__Position after;
    uint64_t entitlement, epoch;
    int64_t left;  /* entries still to print; negative: no end */
    bool ended;    /* the call has ended: ask again */
    bool once;     /* end when there is nothing more for now */
    bool learning; /* the first batch only tells the entitlement to read under */
    int status;
    struct fault fault;
};

static void print_entry(const Pb__JournalEntry *entry)
{
    struct arena arena;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    json_t *line = journal_entry_json(entry, &arena);
    char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
    if (text)
        puts(text);
    free(text);
    json_decref(line);
    arena_finish(&arena);
}

static void on_batch(void *context, const struct client_answer *answer)
{
    struct follower *follower = context;
    if (!answer->more)
        follower->ended = true;
    if (answer->fault.code != CODE_OK) {
        follower->fault = answer->fault;
        /* A lease that ran out, or a service that was away for a moment, is asked again. */
        if (!code_is_retryable(answer->fault.code))
            follower->status = cli_status_of(answer->fault.code);
        return;
    }
    const Pb__FollowResponse *batch = (const Pb__FollowResponse *)answer->response;
    if (!batch)
        return;
    follower->entitlement = batch->entitlement;
    follower->epoch = batch->through ? batch->through->epoch : 0;
    if (follower->learning) {
        follower->learning = false;
        follower->ended = true;
        return;
    }
    for (size_t i = 0; i < batch->n_entries && follower->left != 0; i++) {
        print_entry(batch->entries[i]);
        follower->left -= follower->left > 0;
    }
    fflush(stdout);
    if (batch->through) {
        follower->after.epoch = batch->through->epoch;
        follower->after.sequence = batch->through->sequence;
        if (follower->once && batch->through->sequence >= batch->newest)
            follower->left = 0;
    }
}

/* One lease of the feed. */
static enum code follow_once(struct follower *follower, struct client *client)
{
    struct cli *cli = follower->cli;
    struct call_options options;
    enum code code = cli_call_options(cli, false, FEED_LEASE_MS, &options, &follower->fault);
    if (code != CODE_OK)
        return code;
    Pb__FollowRequest request;
    pb__follow_request__init(&request);
    request.after = &follower->after;
    request.credit = follower->left > 0 && follower->left < 4096 ? (uint32_t)follower->left : 4096;
    request.entitlement = follower->entitlement;
    follower->ended = false;
    uint64_t call =
        client_call(client, "ccrag.v1.FeedService/Follow", &request.base, &options, on_batch, follower);
    if (call == 0)
        return fault_set(&follower->fault, CODE_UNIMPLEMENTED, "", "the feed cannot be asked for");
    while (!follower->ended && follower->left != 0 && follower->status == EX_OK)
        if (!client_turn(client))
            world_wait(cli->world, client_next_us(client));
    client_cancel(client, call);
    return CODE_OK;
}

/* A source reads from 0 to whoever comes under another entitlement than it has for them, so that is learned
 * first. */
static enum code begin_after(struct follower *follower, struct client *client, uint64_t sequence)
{
    follower->learning = true;
    enum code code = follow_once(follower, client);
    if (code != CODE_OK || follower->fault.code != CODE_OK)
        return code != CODE_OK ? code : follower->fault.code;
    follower->after.epoch = follower->epoch;
    follower->after.sequence = sequence;
    return CODE_OK;
}

static int run_follow(struct cli *cli)
{
    struct follower follower = {.cli = cli};
    struct client *client;
    const char *service = cli->argument_count ? cli->arguments[0] : "registry";
    int64_t after, count;
    pb__position__init(&follower.after);
    if (!cli_number(cli, "after", 0, INT64_MAX, 0, &after) ||
        !cli_number(cli, "count", 1, INT64_MAX, -1, &count))
        return EX_USAGE;
    follower.left = count;
    follower.once = cli_option(cli, "once") != NULL;
    if (cli_client(cli, service, &client, &follower.fault) != CODE_OK)
        return cli_fail(cli, &follower.fault);
    follower.fault = (struct fault){0};
    if (after && begin_after(&follower, client, (uint64_t)after) != CODE_OK)
        return cli_fail(cli, &follower.fault);
    while (follower.left != 0 && follower.status == EX_OK) {
        if (follow_once(&follower, client) != CODE_OK)
            return cli_fail(cli, &follower.fault);
        if (follower.fault.code != CODE_OK && follower.status == EX_OK && follower.left != 0)
            world_wait(cli->world, world_mono_us(cli->world) + AGAIN_US);
    }
    return follower.status == EX_OK ? EX_OK : cli_fail(cli, &follower.fault);
}

static const struct cli_option FOLLOW_OPTIONS[] = {
    {.name = "after",
     .value = "SEQ",
     .meaning = "Begin after this number of the journal (0: the whole present state)."},
    {.name = "count", .value = "N", .meaning = "End after N entries; otherwise it goes on."},
    {.name = "once", .meaning = "End when everything up to now is printed."},
    {0},
};

const struct cli_command FOLLOW_COMMANDS[] = {
    {.words = "follow",
     .arguments = "[SERVICE]",
     .summary = "Print a service's feed as JSON lines, as it grows.",
     .details = "SERVICE is registry when it is not given. What is printed is what this principal may see.",
     .options = FOLLOW_OPTIONS,
     .most = 1,
     .run = run_follow},
    {0},
};
