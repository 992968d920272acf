/* The one list of commands: each group's table, in the order of help. Parsing, help, completion and the man
 * page read nothing else. */

#include "services/cli/groups.h"

#include <string.h>

const struct cli_option CLI_GLOBAL_OPTIONS[] = {
    {.name = "region",
     .value = "DIR",
     .meaning = "The region's folder; otherwise CCRAG_REGION, otherwise ./region."},
    {.name = "json", .meaning = "Print the answer as JSON, after the canonical mapping of protobuf."},
    {.name = "as", .value = "EMAIL", .meaning = "Act as this person, signed in with `ccrag login`."},
    {.name = "help", .meaning = "Show how a command is used."},
    {.name = "version", .meaning = "Show the release."},
    {0},
};

const struct cli_option CLI_LIST_OPTIONS[] = {
    {.name = "format",
     .value = "FORMAT",
     .meaning = "Print the table as a csv or xlsx file, which carries no formula.",
     .choices = "csv xlsx"},
    {0},
};

bool cli_command_lists(const struct cli_command *command)
{
    return command->plan && command->plan->list;
}

static const struct cli_command *const GROUPS[] = {
    REGION_COMMANDS,    IMPORT_COMMANDS,     DEMO_COMMANDS,      MATCH_COMMANDS,       ALLOCATION_COMMANDS,
    TRANSFER_COMMANDS,  MONITORING_COMMANDS, TEMPLATE_COMMANDS,  REPORT_COMMANDS,      CONCERN_COMMANDS,
    FEE_COMMANDS,       FEE_CYCLE_COMMANDS,  FEE_APPLY_COMMANDS, FEE_CONSULT_COMMANDS, FEE_REPORT_COMMANDS,
    FEE_LINES_COMMANDS, PROVISION_COMMANDS,  PROVIDER_COMMANDS,  PLACEMENT_COMMANDS,   AUTHORITY_COMMANDS,
    PEOPLE_COMMANDS,    ROSTER_COMMANDS,     OPERATE_COMMANDS,   HISTORY_COMMANDS,     FOLLOW_COMMANDS,
    CALL_COMMANDS,
};

const struct cli_command *cli_command_at(size_t index)
{
    for (size_t g = 0; g < sizeof GROUPS / sizeof *GROUPS; g++)
        for (const struct cli_command *command = GROUPS[g]; command->words; command++)
            if (index-- == 0)
                return command;
    return NULL;
}

const struct cli_command *cli_command_find(const char *words)
{
    const struct cli_command *command;
    for (size_t i = 0; (command = cli_command_at(i)); i++)
        if (strcmp(command->words, words) == 0)
            return command;
    return NULL;
}

const char *cli_words_beside(struct cli *cli, const char *last)
{
    const char *words = cli->command->words, *blank = strrchr(words, ' ');
    return arena_format(&cli->arena, "%.*s %s", (int)(blank ? blank - words : 0), words, last);
}
