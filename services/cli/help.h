#pragma once
/* Help, man page and completion, all from the table of commands. */

#include "services/cli/cli.h"

/* The overview: every command with its summary. */
void help_all(FILE *out);
/* One command: usage, options, details. */
void help_command(FILE *out, const struct cli_command *command);
/* The commands that begin with these words, on stdout. */
void help_group(const char *words);
/* ccrag(1) as roff, and the completion for bash. */
void help_man(FILE *out);
void help_completion(FILE *out);
