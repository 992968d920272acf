/* What the build generates from the table of commands: the man page ccrag(1) and the completion for bash. */

#include "services/cli/help.h"

#include "services/cli/groups.h"

#include <string.h>

/* Roff: a line may not begin with a dot or a quote, and dashes and backslashes are escaped. */
static void roff(FILE *out, const char *text)
{
    bool begin = true;
    for (; *text; text++) {
        if (begin && (*text == '.' || *text == '\''))
            fputs("\\&", out);
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else if (*text == '\n')
            fputs("\n.br", out), fputc('\n', out);
        else
            fputc(*text, out);
        begin = *text == '\n';
    }
    fputc('\n', out);
}

static void roff_options(FILE *out, const struct cli_option *list)
{
    for (const struct cli_option *o = list; o && o->name; o++) {
        fputs(".TP\n\\fB", out);
        fputs("\\-\\-", out);
        for (const char *c = o->name; *c; c++)
            fputs(*c == '-' ? "\\-" : (char[2]){*c, 0}, out);
        fprintf(out, "\\fR%s%s%s\n", o->value ? " \\fI" : "", o->value ? o->value : "",
                o->value ? "\\fR" : "");
        roff(out, o->meaning);
    }
}

void help_man(FILE *out)
{
    const struct cli_command *command;
    fputs(".TH CCRAG 1 \"\" \"ccrag " CCRAG_VERSION
          "\" \"User Commands\"\n.SH NAME\nccrag \\- run and ask a region\n"
          ".SH SYNOPSIS\n.B ccrag\n[\\fB\\-\\-region\\fR \\fIDIR\\fR] [\\fB\\-\\-json\\fR] [\\fB\\-\\-as\\fR "
          "\\fIEMAIL\\fR] \\fICOMMAND\\fR ...\n.SH OPTIONS\n",
          out);
    roff_options(out, CLI_GLOBAL_OPTIONS);
    fputs(".SH COMMANDS\n", out);
    for (size_t i = 0; (command = cli_command_at(i)); i++) {
        fprintf(out, ".SS %s%s%s\n", command->words, command->arguments ? " " : "",
                command->arguments ? command->arguments : "");
        roff(out, command->summary);
        if (command->details) {
            fputs(".PP\n", out);
            roff(out, command->details);
        }
        roff_options(out, command->options);
    }
    fputs(".SH EXIT STATUS\nAs in sysexits.h: 0 done, 64 usage, 65 data refused, 66 no such region, file or "
          "record, "
          "69 not running, 70 fault of a service, 73 cannot create, 74 input or output, 75 try again, 77 no "
          "right, "
          "78 configuration.\n.SH ENVIRONMENT\n.TP\n.B CCRAG_REGION\nThe region's folder.\n.SH FILES\n"
          "$XDG_STATE_HOME/ccrag: sessions of people signed in, readable by their owner alone.\n",
          out);
}

/* The words that may follow, for bash: first words, second words of each, options of each command, their
 * choices. */
void help_completion(FILE *out)
{
    const struct cli_command *command;
    fputs("# bash completion for ccrag\n_ccrag() {\n    local cur=${COMP_WORDS[COMP_CWORD]} "
          "prev=${COMP_WORDS[COMP_CWORD-1]} words=() word skip=\n"
          "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
          "        if [ -n \"$skip\" ]; then skip=; continue; fi\n"
          "        case $word in --region|--as) skip=y ;; -*) ;; *) words+=(\"$word\") ;; esac\n    done\n"
          "    case $prev in --region) mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); return ;; esac\n"
          "    local first=\"",
          out);
    for (size_t i = 0; (command = cli_command_at(i)); i++) {
        size_t length = strcspn(command->words, " ");
        bool met = false;
        for (size_t j = 0; j < i && !met; j++)
            met = strncmp(cli_command_at(j)->words, command->words, length) == 0 &&
                  strchr(" ", cli_command_at(j)->words[length]);
        if (!met)
            fprintf(out, "%s%.*s", i ? " " : "", (int)length, command->words);
    }
    fputs("\" global=\"", out);
    for (const struct cli_option *o = CLI_GLOBAL_OPTIONS; o->name; o++)
        fprintf(out, "--%s ", o->name);
    fputs("\"\n    declare -A second=() options=() choices=()\n", out);
    for (size_t i = 0; (command = cli_command_at(i)); i++) {
        const char *space = strchr(command->words, ' ');
        if (space)
            fprintf(out, "    second[%.*s]+=\" %s\"\n", (int)(space - command->words), command->words,
                    space + 1);
        for (const struct cli_option *o = command->options; o && o->name; o++) {
            fprintf(out, "    options[\"%s\"]+=\" --%s\"\n", command->words, o->name);
            if (o->choices)
                fprintf(out, "    choices[\"%s --%s\"]=\"%s\"\n", command->words, o->name, o->choices);
        }
    }
    fputs("    local key=\"${words[0]:-} ${words[1]:-}\"\n"
          "    [ -n \"${words[0]:-}\" ] && [ -n \"${second[${words[0]}]:-}\" ] || key=\"${words[0]:-}\"\n"
          "    if [ -n \"${choices[\"$key $prev\"]:-}\" ]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"${choices[\"$key $prev\"]}\" -- \"$cur\")\n"
          "    elif [[ $cur == -* ]]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"${options[\"$key\"]:-} $global\" -- \"$cur\")\n"
          "    elif [ ${#words[@]} -eq 0 ]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"$first\" -- \"$cur\")\n"
          "    elif [ ${#words[@]} -eq 1 ] && [ -n \"${second[${words[0]}]:-}\" ]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"${second[${words[0]}]}\" -- \"$cur\")\n"
          "    else\n        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n    fi\n}\n"
          "complete -F _ccrag ccrag\n",
          out);
}
