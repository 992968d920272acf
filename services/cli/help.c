/* Help texts from the table of commands; they go to a stream and nowhere else. */

#include "services/cli/help.h"

#include "services/cli/groups.h"

#include <string.h>

enum { NAME_COLUMN = 28, TEXT_COLUMNS = 100 };

/* Prints words wrapped, each line after the first indented. */
static void wrapped(FILE *out, const char *text, int column, int indent)
{
    while (*text) {
        size_t word = strcspn(text, " \n");
        if (column > indent && column + (int)word > TEXT_COLUMNS) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        }
        fwrite(text, 1, word, out);
        column += (int)word;
        text += word;
        if (*text == '\n') {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
            text++;
        } else if (*text == ' ') {
            fputc(' ', out);
            column++;
            text++;
        }
    }
    fputc('\n', out);
}

static void term(FILE *out, const char *name, const char *meaning)
{
    int length = fprintf(out, "  %s", name);
    if (length >= NAME_COLUMN - 1) {
        fputc('\n', out);
        length = 0;
    }
    fprintf(out, "%*s", NAME_COLUMN - length, "");
    wrapped(out, meaning, NAME_COLUMN, NAME_COLUMN);
}

static void options(FILE *out, const struct cli_option *list)
{
    for (const struct cli_option *o = list; o && o->name; o++) {
        char name[96];
        snprintf(name, sizeof name, "--%s%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "",
                 o->list ? "..." : "");
        term(out, name, o->meaning);
    }
}

void help_all(FILE *out)
{
    const struct cli_command *command;
    fputs("Usage: ccrag [--region DIR] [--json] [--as EMAIL] COMMAND …\n\n"
          "Runs and asks a region: children's placements of a group of local authorities.\n\nCommands:\n",
          out);
    for (size_t i = 0; (command = cli_command_at(i)); i++)
        term(out, command->words, command->summary);
    fputs("\nOptions:\n", out);
    options(out, CLI_GLOBAL_OPTIONS);
    fputs("\n`ccrag COMMAND --help` tells all of a command. Errors end with a status of sysexits.h.\n", out);
}

void help_command(FILE *out, const struct cli_command *command)
{
    fprintf(out, "Usage: ccrag %s%s%s%s\n\n", command->words, command->arguments ? " " : "",
            command->arguments ? command->arguments : "", command->options ? " [OPTIONS]" : "");
    wrapped(out, command->summary, 0, 0);
    if (command->details) {
        fputc('\n', out);
        wrapped(out, command->details, 0, 0);
    }
    if (command->options) {
        fputs("\nOptions:\n", out);
        options(out, command->options);
    }
    if (cli_command_lists(command)) {
        fputs("\nOptions of every list:\n", out);
        options(out, CLI_LIST_OPTIONS);
    }
    fputs("\nOptions of every command:\n", out);
    options(out, CLI_GLOBAL_OPTIONS);
}

void help_group(const char *words)
{
    size_t length = strlen(words);
    const struct cli_command *command;
    printf("Usage: ccrag %s …\n\n", words);
    for (size_t i = 0; (command = cli_command_at(i)); i++)
        if (strncmp(command->words, words, length) == 0 && strchr(" ", command->words[length]))
            term(stdout, command->words, command->summary);
}
