/* Reads the command line against the table of commands: words, options, arguments. What is wrong is said in
 * one sentence with the nearest right one; nothing is run here. */

#include "services/cli/groups.h"
#include "services/cli/help.h"

#include "common/domain/gss.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_MAX = 64, WORDS_BYTES = 96, COMMAND_WORDS_MAX = 4 };

/* Levenshtein distance of short words; longer ones count as far apart. */
static size_t edits(const char *a, const char *b)
{
    enum { MOST = 40 };
    size_t n = strlen(a), m = strlen(b), row[MOST + 1];
    if (n > MOST || m > MOST)
        return MOST;
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t replace = corner + (a[i - 1] != b[j - 1]);
            corner = row[j];
            size_t least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            row[j] = replace < least ? replace : least;
        }
    }
    return row[m];
}

/* The first `count` words, with blanks between; false where there are not so many. */
static bool join_words(char **words, int left, int count, char ret_text[WORDS_BYTES])
{
    size_t used = 0;
    for (int i = 0; i < count; i++) {
        if (i >= left || (i && *words[i] == '-'))
            return false;
        used += (size_t)snprintf(ret_text + used, WORDS_BYTES - used, "%s%s", i ? " " : "", words[i]);
        if (used >= WORDS_BYTES)
            return false;
    }
    return true;
}

static int unknown_command(char **words, int left)
{
    size_t least = SIZE_MAX;
    int count_then = 0;
    const char *nearest = NULL;
    char typed[WORDS_BYTES];
    for (int count = 1; count <= COMMAND_WORDS_MAX && join_words(words, left, count, typed); count++) {
        const struct cli_command *command;
        for (size_t i = 0; (command = cli_command_at(i)); i++) {
            size_t distance = edits(typed, command->words);
            if (distance > least || (distance == least && count == count_then))
                continue;
            least = distance;
            count_then = count;
            nearest = command->words;
        }
    }
    if (!join_words(words, left, least <= 3 && count_then > 2 ? count_then : 2, typed))
        snprintf(typed, sizeof typed, "%s", words[0]);
    if (nearest && least <= 3)
        return cli_complain(EX_USAGE, "there is no command \"%s\"; did you mean `ccrag %s`?", typed, nearest);
    return cli_complain(EX_USAGE, "there is no command \"%s\"; `ccrag --help` lists those there are", typed);
}

/* Are there commands that begin with these words, and have more? */
static bool is_group(const char *words)
{
    size_t length = strlen(words);
    const struct cli_command *command;
    for (size_t i = 0; (command = cli_command_at(i)); i++)
        if (strncmp(command->words, words, length) == 0 && command->words[length] == ' ')
            return true;
    return false;
}

/* `allocation cycle open`: three words of a command before two, and two before one. `*index` moves past
 * them. */
static int find_command(struct cli *cli, int argc, char **argv, int *index)
{
    char words[WORDS_BYTES], **typed = argv + *index;
    int left = argc - *index;
    for (int count = COMMAND_WORDS_MAX; count > 0; count--) {
        cli->command = join_words(typed, left, count, words) ? cli_command_find(words) : NULL;
        if (!cli->command)
            continue;
        /* `allocation cycle opne` is no argument of `allocation cycle`, which takes none. */
        if (count < left && *typed[count] != '-' && cli->command->most == 0 && is_group(words))
            return unknown_command(typed, left);
        *index += count;
        return EX_OK;
    }
    for (int count = COMMAND_WORDS_MAX - 1; count > 0; count--) {
        bool last = count == left;
        if (!join_words(typed, left, count, words) || !is_group(words) ||
            (!last && strcmp(typed[count], "--help") != 0))
            continue;
        help_group(words);
        return last ? EX_USAGE : CLI_DONE;
    }
    return unknown_command(typed, left);
}

/* getopt's own table, from ours. The command's options come before the ones that every command takes. */
static size_t getopt_table(const struct cli_command *command, struct option *table,
                           const struct cli_option **ours)
{
    size_t count = 0;
    const struct cli_option *lists[] = {
        command ? command->options : NULL,
        command && cli_command_lists(command) ? CLI_LIST_OPTIONS : NULL,
        CLI_GLOBAL_OPTIONS,
    };
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (const struct cli_option *o = lists[l]; o && o->name && count + 1 < OPTIONS_MAX; o++) {
            ours[count] = o;
            table[count++] = (struct option){o->name, o->value ? required_argument : no_argument, NULL, 0};
        }
    table[count] = (struct option){0};
    return count;
}

static int keep(struct cli *cli, const struct cli_option *option, const char *value)
{
    if (cli->given_count == CLI_GIVEN_MAX)
        return cli_complain(EX_USAGE, "too many options are given");
    cli->given[cli->given_count++] = (struct cli_given){option, value ? value : ""};
    return EX_OK;
}

static int bad_option(const struct cli *cli, char **argv, int index, bool lacks_value)
{
    const char *words = cli->command ? cli->command->words : "";
    const char *space = cli->command ? " " : "";
    if (lacks_value)
        return cli_complain(EX_USAGE, "%s needs a value; see `ccrag%s%s --help`", argv[index], space, words);
    return cli_complain(EX_USAGE, "there is no option %s here; see `ccrag%s%s --help`", argv[index], space,
                        words);
}

/* One pass of getopt. Before the command it stops at the first word; after it, options and arguments may mix.
 */
static int parse_options(struct cli *cli, int argc, char **argv)
{
    struct option table[OPTIONS_MAX];
    const struct cli_option *ours[OPTIONS_MAX];
    getopt_table(cli->command, table, ours);
    optind = 0;
    opterr = 0;
    for (;;) {
        int index = 0, at = optind ? optind : 1;
        int found = getopt_long(argc, argv, cli->command ? "-:h" : "+:h", table, &index);
        if (found == -1)
            break;
        if (found == 1) {
            if (cli->argument_count == CLI_ARGUMENTS_MAX)
                return cli_complain(EX_USAGE, "too many arguments are given");
            cli->arguments[cli->argument_count++] = optarg;
            continue;
        }
        if (found == '?' || found == ':')
            return bad_option(cli, argv, optind > 1 ? optind - 1 : at, found == ':');
        if (found == 'h') {
            keep(cli, &CLI_GLOBAL_OPTIONS[3], NULL);
            continue;
        }
        int status = keep(cli, ours[index], optarg);
        /* `--need SEMH ASD`: where a command takes no arguments, more words belong to a list. */
        while (status == EX_OK && ours[index]->list && cli->command && cli->command->most == 0 &&
               optind < argc && *argv[optind] != '-')
            status = keep(cli, ours[index], argv[optind++]);
        if (status != EX_OK)
            return status;
    }
    while (cli->command && optind < argc && cli->argument_count < CLI_ARGUMENTS_MAX)
        cli->arguments[cli->argument_count++] = argv[optind++];
    return EX_OK;
}

static int check(const struct cli *cli)
{
    const struct cli_command *command = cli->command;
    /* First: it may be what an option that is missing was to have. */
    if (cli->argument_count > command->most)
        return cli_complain(EX_USAGE, "\"%s\" is one argument too many; see `ccrag %s --help`",
                            cli->arguments[command->most], command->words);
    for (const struct cli_option *o = command->options; o && o->name; o++)
        if (o->required && !cli_option(cli, o->name))
            return cli_complain(EX_USAGE, "--%s %s is needed; see `ccrag %s --help`", o->name,
                                o->value ? o->value : "", command->words);
    if (cli->argument_count < command->least)
        return cli_complain(EX_USAGE, "%s is needed; see `ccrag %s --help`", command->arguments,
                            command->words);
    return EX_OK;
}

/* The options that every command takes. */
static void take_globals(struct cli *cli)
{
    const char *directory = cli_option(cli, "region");
    if (!directory)
        directory = getenv("CCRAG_REGION");
    cli->directory = directory && *directory ? directory : "region";
    cli->json = cli_option(cli, "json") != NULL;
    cli->as = cli_option(cli, "as");
}

/* Output that is made at build time, from the same table; not in the help. */
static int generated(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--man") == 0) {
        help_man(stdout);
        return CLI_DONE;
    }
    if (argc == 3 && strcmp(argv[1], "--completion") == 0 && strcmp(argv[2], "bash") == 0) {
        help_completion(stdout);
        return CLI_DONE;
    }
    return EX_OK;
}

int cli_parse(struct cli *cli, int argc, char **argv)
{
    int status = generated(argc, argv);
    if (status == EX_OK)
        status = parse_options(cli, argc, argv);
    if (status != EX_OK)
        return status;
    if (cli_option(cli, "version")) {
        puts("ccrag " CCRAG_VERSION);
        return CLI_DONE;
    }
    int index = optind;
    bool asked = cli_option(cli, "help") != NULL;
    if (index < argc && strcmp(argv[index], "help") == 0) {
        asked = true;
        index++;
    }
    if (index >= argc) {
        help_all(asked ? stdout : stderr);
        return asked ? CLI_DONE : EX_USAGE;
    }
    status = find_command(cli, argc, argv, &index);
    if (status != EX_OK)
        return status;
    status = parse_options(cli, argc - index + 1, argv + index - 1);
    if (status == EX_OK && (asked || cli_option(cli, "help"))) {
        help_command(stdout, cli->command);
        return CLI_DONE;
    }
    if (status == EX_OK)
        status = check(cli);
    take_globals(cli);
    return status;
}

const char *cli_option(const struct cli *cli, const char *name)
{
    for (size_t i = cli->given_count; i-- > 0;)
        if (strcmp(cli->given[i].option->name, name) == 0)
            return cli->given[i].value;
    return NULL;
}

const char *cli_la(const struct cli *cli)
{
    const char *la = cli_option(cli, "la");
    const struct authority *authority;
    if (!la)
        return "";
    return authority_resolve(la, &authority, NULL) == CODE_OK ? authority->gss.text : la;
}

bool cli_number(const struct cli *cli, const char *name, int64_t least, int64_t most, int64_t preset,
                int64_t *ret_number)
{
    const char *text = cli_option(cli, name);
    if (!text) {
        *ret_number = preset;
        return true;
    }
    char *end;
    long long number = strtoll(text, &end, 10);
    if (!*text || *end || number < least || number > most) {
        cli_complain(EX_USAGE, "--%s: \"%s\" is no whole number from %lld to %lld", name, text,
                     (long long)least, (long long)most);
        return false;
    }
    *ret_number = number;
    return true;
}
