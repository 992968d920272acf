/* The table of commands: every row is complete, every plan names what the API has, and the command line is
 * read by it. */

#include "services/cli/derived.h"
#include "services/cli/help.h"
#include "services/cli/show.h"

#include "common/service/region_services.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>

#include <stdlib.h>

static void quiet(void)
{
    cr_redirect_stdout();
    cr_redirect_stderr();
}

/* Reads a command line of words; the words must outlive `cli`. */
static int parse(struct cli *cli, char **words)
{
    int count = 0;
    while (words[count])
        count++;
    *cli = (struct cli){.program = "ccrag"};
    arena_init(&cli->arena, 1024 * 1024);
    return cli_parse(cli, count, words);
}

#define WORDS(...) ((char *[]){"ccrag", __VA_ARGS__, NULL})

Test(commands, every_command_is_complete)
{
    const struct cli_command *command;
    size_t count = 0;
    for (; (command = cli_command_at(count)); count++) {
        cr_assert(command->summary && *command->summary && command->run, "%s", command->words);
        cr_assert(command->summary[strlen(command->summary) - 1] == '.', "%s: %s", command->words,
                  command->summary);
        cr_assert((command->most > 0) == (command->arguments != NULL), "%s", command->words);
        cr_assert(cli_command_find(command->words) == command, "%s is there twice", command->words);
        for (const struct cli_option *o = command->options; o && o->name; o++) {
            cr_assert(o->meaning && *o->meaning, "%s --%s", command->words, o->name);
            cr_assert(!o->required || o->value || o->field, "%s --%s", command->words, o->name);
            for (const struct cli_option *other = command->options; other != o; other++)
                cr_assert(strcmp(other->name, o->name) != 0, "%s --%s is there twice", command->words,
                          o->name);
        }
    }
    cr_assert(count > 60);
}

static bool has_path(const ProtobufCMessageDescriptor *type, const char *path)
{
    char name[64];
    size_t length = strcspn(path, ".");
    snprintf(name, sizeof name, "%.*s", (int)length, path);
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(type, name);
    return field && (!path[length] || has_path(field->descriptor, path + length + 1));
}

static void check_columns(const char *words, const ProtobufCMessageDescriptor *type,
                          const struct cli_column *columns)
{
    size_t count = 0;
    for (const struct cli_column *c = columns; c->heading; c++, count++)
        cr_assert(has_path(type, c->path) || derived_find(type, c->path), "%s: %s", words, c->path);
    cr_assert(count <= SHOW_COLUMNS_MAX, "%s", words);
}

static void check_read_first(const char *words, const struct cli_call_plan *plan,
                             const struct wire_method *method)
{
    char full[128];
    snprintf(full, sizeof full, "ccrag.v1.%s", plan->read_method);
    const struct wire_method *read = wire_method_find(full);
    cr_assert(read && has_path(read->output, plan->read_from), "%s", words);
    cr_assert(!plan->read_argument || has_path(read->input, plan->read_argument), "%s", words);
    cr_assert(has_path(method->input, plan->read_into), "%s", words);
    if (!plan->read_key)
        return;
    const ProtobufCFieldDescriptor *list =
        protobuf_c_message_descriptor_get_field_by_name(read->output, plan->read_from);
    cr_assert(list->label == PROTOBUF_C_LABEL_REPEATED && has_path(list->descriptor, plan->read_key), "%s",
              words);
    cr_assert(has_path(read->input, "page.size"), "%s", words);
}

/* An option must be a field of one of the calls that the command may be. */
static bool is_field(const struct cli_call_plan *plan, const char *path)
{
    char full[128];
    snprintf(full, sizeof full, "ccrag.v1.%s", plan->method);
    const struct wire_method *method = wire_method_find(full);
    return (method && has_path(method->input, path)) ||
           (plan->with_argument && is_field(plan->with_argument, path));
}

static const char *full_name(const char *method)
{
    static char full[128];
    snprintf(full, sizeof full, "ccrag.v1.%s", method);
    return full;
}

static void check_plan(const char *words, const struct cli_call_plan *plan)
{
    const struct wire_method *method = wire_method_find(full_name(plan->method));
    cr_assert(method, "%s: %s", words, plan->method);
    for (size_t a = 0; a < 3 && plan->arguments[a]; a++)
        cr_assert(has_path(method->input, plan->arguments[a]), "%s: %s", words, plan->arguments[a]);
    cr_assert(!plan->fixed[0] || (has_path(method->input, plan->fixed[0]) && plan->fixed[1]), "%s", words);
    cr_assert(!plan->reads_own_writes || has_path(method->input, "at_least.service"), "%s", words);
    if (plan->list) {
        const ProtobufCFieldDescriptor *list =
            protobuf_c_message_descriptor_get_field_by_name(method->output, plan->list);
        cr_assert(list && list->label == PROTOBUF_C_LABEL_REPEATED, "%s", words);
        cr_assert((plan->columns != NULL) != (plan->tabulate != NULL), "%s", words);
        if (plan->columns)
            check_columns(words, list->descriptor, plan->columns);
    }
    if (plan->inputs) {
        const ProtobufCFieldDescriptor *inputs =
            protobuf_c_message_descriptor_get_field_by_name(method->output, plan->inputs);
        cr_assert(inputs, "%s", words);
        check_columns(words, inputs->descriptor, plan->input_columns);
    }
    if (plan->read_method)
        check_read_first(words, plan, method);
    if (plan->with_argument)
        check_plan(words, plan->with_argument);
}

Test(commands, plans_name_what_the_api_has)
{
    const struct cli_command *command;
    for (size_t i = 0; (command = cli_command_at(i)); i++) {
        cr_assert((command->plan != NULL) == (command->run == run_plan), "%s", command->words);
        if (!command->plan)
            continue;
        check_plan(command->words, command->plan);
        const char *of = region_service_of(full_name(command->plan->method));
        cr_assert((of == NULL) == (command->service != NULL), "%s: whom it asks", command->words);
        for (const struct cli_option *o = command->options; o && o->name; o++) {
            cr_assert(!o->field || is_field(command->plan, o->field), "%s --%s: %s", command->words, o->name,
                      o->field);
            cr_assert(!o->sets || (!o->value && o->field), "%s --%s", command->words, o->name);
        }
    }
}

Test(commands, an_allocation_has_its_commands)
{
    static const char *const WORDS[] = {"cycle", "propose",  "diff", "publish", "show",
                                        "tasks", "transfer", "load", "savings", "export"};
    char words[64];
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        snprintf(words, sizeof words, "allocation %s", WORDS[i]);
        cr_assert(cli_command_find(words), "%s", words);
    }
    cr_assert(cli_command_find("allocation swap offer"));
}

Test(commands, a_command_line_is_read, .init = quiet)
{
    struct cli cli;
    cr_assert(parse(&cli, WORDS("--region", "/r", "match", "--postcode", "SG13 8DQ", "--age=12", "--need",
                                "SEMH", "ASD", "--kind", "childrens-home", "--json")) == EX_OK);
    cr_assert(strcmp(cli.command->words, "match") == 0 && strcmp(cli.directory, "/r") == 0 && cli.json);
    cr_assert(strcmp(cli_option(&cli, "postcode"), "SG13 8DQ") == 0 &&
              strcmp(cli_option(&cli, "age"), "12") == 0);
    size_t needs = 0;
    for (size_t i = 0; i < cli.given_count; i++)
        needs += strcmp(cli.given[i].option->name, "need") == 0;
    cr_assert(needs == 2, "several values may follow one --need");
    arena_finish(&cli.arena);
    cr_assert(parse(&cli, WORDS("provision", "show", "ofsted:SC012345", "--as", "a@example.org")) == EX_OK);
    cr_assert(strcmp(cli.command->words, "provision show") == 0 && cli.argument_count == 1);
    cr_assert(strcmp(cli.arguments[0], "ofsted:SC012345") == 0 && strcmp(cli.as, "a@example.org") == 0);
    arena_finish(&cli.arena);
    cr_assert(parse(&cli, WORDS("allocation", "cycle", "open", "2026-27", "--tolerance", "10")) == EX_OK);
    cr_assert(strcmp(cli.command->words, "allocation cycle open") == 0 && cli.argument_count == 1);
    arena_finish(&cli.arena);
    cr_assert(parse(&cli, WORDS("allocation", "cycle", "--format", "xlsx")) == EX_OK,
              "every list has a format");
    cr_assert(strcmp(cli.command->words, "allocation cycle") == 0 &&
              strcmp(cli_option(&cli, "format"), "xlsx") == 0);
    arena_finish(&cli.arena);
}

Test(commands, the_region_is_found, .init = quiet)
{
    struct cli cli;
    setenv("CCRAG_REGION", "/from/environment", 1);
    cr_assert(parse(&cli, WORDS("status")) == EX_OK && strcmp(cli.directory, "/from/environment") == 0);
    arena_finish(&cli.arena);
    cr_assert(parse(&cli, WORDS("status", "--region", "here")) == EX_OK &&
              strcmp(cli.directory, "here") == 0);
    arena_finish(&cli.arena);
    unsetenv("CCRAG_REGION");
    cr_assert(parse(&cli, WORDS("status")) == EX_OK && strcmp(cli.directory, "region") == 0);
    arena_finish(&cli.arena);
}

Test(commands, what_is_wrong_is_usage, .init = quiet)
{
    char **cases[] = {
        WORDS("statsu"),
        WORDS("provision", "shwo", "x"),
        WORDS("match", "--age", "12"),
        WORDS("match", "--postcode"),
        WORDS("match", "--postcode", "x", "--age", "1", "--agee", "2"),
        WORDS("provision", "show"),
        WORDS("provision", "show", "a", "b"),
        WORDS("provision"),
        WORDS("allocation"),
        WORDS("allocation", "swap"),
        WORDS("allocation", "cycle", "opne"),
        WORDS("allocation", "publish", "1", "2"),
        WORDS("allocation", "publish", "--format", "csv"),
        WORDS("--nonsense", "status"),
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cli cli;
        cr_assert(parse(&cli, cases[i]) == EX_USAGE, "case %zu", i);
        arena_finish(&cli.arena);
    }
}

Test(commands, help_is_no_error, .init = quiet)
{
    char **cases[] = {WORDS("--help"),
                      WORDS("match", "--help"),
                      WORDS("help", "roster", "add"),
                      WORDS("provision", "--help"),
                      WORDS("allocation", "swap", "--help"),
                      WORDS("allocation", "cycle", "--help"),
                      WORDS("--version"),
                      WORDS("status", "-h")};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cli cli;
        cr_assert(parse(&cli, cases[i]) == CLI_DONE, "case %zu", i);
        arena_finish(&cli.arena);
    }
}

Test(commands, man_and_completion_know_every_command)
{
    char *man = NULL, *completion = NULL;
    size_t size;
    FILE *out = open_memstream(&man, &size);
    help_man(out);
    fclose(out);
    out = open_memstream(&completion, &size);
    help_completion(out);
    fclose(out);
    const struct cli_command *command;
    for (size_t i = 0; (command = cli_command_at(i)); i++) {
        char heading[128];
        snprintf(heading, sizeof heading, ".SS %s", command->words);
        cr_assert(strstr(man, heading), "%s", command->words);
        for (const struct cli_option *o = command->options; o && o->name; o++) {
            snprintf(heading, sizeof heading, "options[\"%s\"]+=\" --%s\"", command->words, o->name);
            cr_assert(strstr(completion, heading), "%s --%s", command->words, o->name);
        }
    }
    free(man);
    free(completion);
}

Test(commands, numbers_are_bounded, .init = quiet)
{
    static const struct {
        const char *text;
        bool good;
    } CASES[] = {{"1", true},  {"20", true},  {"0", false}, {"201", false},
                 {"x", false}, {"3x", false}, {"", false}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct cli cli;
        int64_t number = -1;
        char size[64];
        snprintf(size, sizeof size, "--size=%s", CASES[i].text);
        cr_assert(parse(&cli, WORDS("match", "--postcode", "x", "--age", "1", size)) == EX_OK);
        cr_assert(cli_number(&cli, "size", 1, 200, 20, &number) == CASES[i].good, "%s", CASES[i].text);
        arena_finish(&cli.arena);
    }
}

Test(commands, codes_map_to_sysexits)
{
    cr_assert(cli_status_of(CODE_OK) == EX_OK);
    cr_assert(cli_status_of(CODE_INVALID_ARGUMENT) == EX_DATAERR);
    cr_assert(cli_status_of(CODE_NOT_FOUND) == EX_NOINPUT);
    cr_assert(cli_status_of(CODE_PERMISSION_DENIED) == EX_NOPERM);
    cr_assert(cli_status_of(CODE_UNAVAILABLE) == EX_UNAVAILABLE);
    cr_assert(cli_status_of(CODE_RESOURCE_EXHAUSTED) == EX_TEMPFAIL);
    cr_assert(cli_status_of(CODE_INTERNAL) == EX_SOFTWARE);
    cr_assert(cli_status_of(CODE_DATA_LOSS) == EX_IOERR);
}

Test(commands, a_word_too_many_is_named_before_an_option_that_is_missing)
{
    struct cli cli;
    char said[200] = "";
    quiet();
    cr_assert(parse(&cli, WORDS("match", "SG13 8DQ", "--age", "14")) == EX_USAGE);
    arena_finish(&cli.arena);
    fflush(stderr);
    FILE *file = cr_get_redirected_stderr();
    cr_assert(fgets(said, sizeof said, file));
    cr_assert(strstr(said, "\"SG13 8DQ\" is one argument too many"), "%s", said);
}
