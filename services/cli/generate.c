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
        if (cli_command_lists(command))
            roff_options(out, CLI_LIST_OPTIONS);
    }
    fputs(".SH EXIT STATUS\nAs in sysexits.h: 0 done, 64 usage, 65 data refused, 66 no such region, file or "
          "record, "
          "69 not running, 70 fault of a service, 73 cannot create, 74 input or output, 75 try again, 77 no "
          "right, "
          "78 configuration.\n.SH ENVIRONMENT\n.TP\n.B CCRAG_REGION\nThe region's folder.\n.SH FILES\n"
          "$XDG_STATE_HOME/ccrag: sessions of people signed in, readable by their owner alone.\n",
          out);
}

/* Has an earlier command these first `length` characters, as whole words? */
static bool met_before(size_t index, const char *words, size_t length)
{
    for (size_t j = 0; j < index; j++) {
        const char *other = cli_command_at(j)->words;
        if (strncmp(other, words, length) == 0 && strchr(" ", other[length]))
            return true;
    }
    return false;
}

/* An empty subscript is none in bash: the first words follow this one. */
#define FIRST "ccrag"

/* `next["allocation cycle"]+=" open"`: each word that may follow the words before it, once. */
static void completion_words(FILE *out, size_t index, const char *words)
{
    for (size_t begin = 0;;) {
        size_t end = begin + strcspn(words + begin, " ");
        if (!met_before(index, words, end))
            fprintf(out, "    next[\"%.*s\"]+=\" %.*s\"\n", begin ? (int)begin - 1 : (int)strlen(FIRST),
                    begin ? words : FIRST, (int)(end - begin), words + begin);
        if (!words[end])
            return;
        begin = end + 1;
    }
}

static void completion_options(FILE *out, const char *words, const struct cli_option *list)
{
    for (const struct cli_option *o = list; o && o->name; o++) {
        fprintf(out, "    options[\"%s\"]+=\" --%s\"\n", words, o->name);
        if (o->choices)
            fprintf(out, "    choices[\"%s --%s\"]=\"%s\"\n", words, o->name, o->choices);
    }
}

/* The words that may follow, for bash: of a command its next word, its options, their choices. */
void help_completion(FILE *out)
{
    const struct cli_command *command;
    fputs("# bash completion for ccrag\n_ccrag() {\n    local cur=${COMP_WORDS[COMP_CWORD]} "
          "prev=${COMP_WORDS[COMP_CWORD-1]} key='' word='' skip=''\n    local global=\"",
          out);
    for (const struct cli_option *o = CLI_GLOBAL_OPTIONS; o->name; o++)
        fprintf(out, "--%s ", o->name);
    fputs("\"\n    declare -A next=() options=() choices=()\n", out);
    for (size_t i = 0; (command = cli_command_at(i)); i++) {
        completion_words(out, i, command->words);
        completion_options(out, command->words, command->options);
        if (cli_command_lists(command))
            completion_options(out, command->words, CLI_LIST_OPTIONS);
    }
    fputs("    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
          "        if [ -n \"$skip\" ]; then skip=; continue; fi\n"
          "        case $word in\n        --region|--as) skip=y ;;\n        -*) ;;\n"
          "        *) [[ \" ${next[\"${key:-ccrag}\"]:-} \" != *\" $word \"* ]] || key=\"${key:+$key "
          "}$word\" ;;\n"
          "        esac\n    done\n"
          "    case $prev in --region) mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); return ;; esac\n"
          "    if [ -n \"${choices[\"$key $prev\"]:-}\" ]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"${choices[\"$key $prev\"]}\" -- \"$cur\")\n"
          "    elif [[ $cur == -* ]]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"${options[\"${key:-ccrag}\"]:-} $global\" -- "
          "\"$cur\")\n"
          "    elif [ -n \"${next[\"${key:-ccrag}\"]:-}\" ]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"${next[\"${key:-ccrag}\"]}\" -- \"$cur\")\n"
          "    else\n        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n    fi\n}\n"
          "complete -F _ccrag ccrag\n",
          out);
}
