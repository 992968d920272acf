/* Signing in and out, and people's accounts. A password never stands on a command line; what is kept of a
 * session is its token, in a file of one's own. */

#include "services/cli/groups.h"
#include "services/cli/reflect.h"
#include "services/cli/secret_input.h"
#include "services/cli/sessions.h"
#include "services/cli/show.h"

#include "ccrag/v1/people.pb-c.h"

#include <string.h>

#define ROLE_CHOICES                                                                                         \
    "host-administrator auditor authority-administrator placement-officer quality-officer fees-officer "     \
    "provider-user"

static int run_login(struct cli *cli)
{
    struct fault fault = {0};
    const ProtobufCMessage *response;
    Pb__LoginRequest request;
    pb__login_request__init(&request);
    if (cli_open(cli, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    char *password = secret_ask(cli, "Password", cli_option(cli, "password-fd"));
    if (!password)
        return EX_USAGE;
    request.email = cli->arguments[0];
    request.password = password;
    if (cli_option(cli, "code"))
        request.one_time_code = cli_option(cli, "code");
    cli->as = NULL;
    enum code code = cli_call(cli, NULL, "PeopleService/Login", &request.base, &response, &fault);
    secret_forget(password);
    if (code != CODE_OK)
        return cli_fail(cli, &fault);
    const Pb__LoginResponse *login = (const Pb__LoginResponse *)response;
    struct span token = span_of(login->session_token.data, login->session_token.len);
    if (session_keep(cli, cli->arguments[0], token, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    if (cli->json && login->person)
        return show_json(cli, &login->person->base);
    printf("Signed in as %s. Use --as %s with any command.\n",
           login->person ? login->person->name : cli->arguments[0], cli->arguments[0]);
    return EX_OK;
}

static int run_logout(struct cli *cli)
{
    struct fault fault = {0};
    struct span token;
    const ProtobufCMessage *response;
    if (session_read(cli, cli->arguments[0], &token, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    Pb__LogoutRequest request;
    pb__logout_request__init(&request);
    request.session_token.data = (uint8_t *)(uintptr_t)token.data;
    request.session_token.len = token.size;
    cli->as = NULL;
    enum code code = cli_call(cli, NULL, "PeopleService/Logout", &request.base, &response, &fault);
    struct fault forgotten = {0};
    if (session_forget(cli, cli->arguments[0], &forgotten) != CODE_OK)
        return cli_fail(cli, &forgotten);
    if (code != CODE_OK && code != CODE_NOT_FOUND && code != CODE_UNAUTHENTICATED)
        return cli_fail(cli, &fault);
    puts("Signed out.");
    return EX_OK;
}

/* A new account, with a password where one is handed over; an administrator may set it later. */
static int run_person_add(struct cli *cli)
{
    static const struct cli_call_plan SHOWN = {.method = "PeopleService/UpdatePerson"};
    const char *descriptor = cli_option(cli, "password-fd");
    struct fault fault = {0};
    Pb__Person person;
    Pb__UpdatePersonRequest request;
    pb__person__init(&person);
    pb__update_person_request__init(&request);
    char *password = descriptor ? secret_ask(cli, "Password", descriptor) : NULL;
    if (descriptor && !password)
        return EX_USAGE;
    Pb__Role roles[8];
    for (size_t i = 0; i < cli->given_count && person.n_roles < 8; i++) {
        if (strcmp(cli->given[i].option->name, "role") != 0)
            continue;
        const char *name = reflect_enum_name(&pb__role__descriptor, cli->given[i].value);
        if (!name)
            return cli_complain(EX_USAGE, "--role: \"%s\" is none of: %s", cli->given[i].value,
                                reflect_enum_choices(&pb__role__descriptor, &cli->arena));
        roles[person.n_roles++] =
            (Pb__Role)protobuf_c_enum_descriptor_get_value_by_name(&pb__role__descriptor, name)->value;
    }
    person.roles = roles;
    person.email = cli->arguments[0];
    person.name = cli_option(cli, "name");
    person.authority_id = cli_option(cli, "la") ? cli_option(cli, "la") : "";
    person.provider_id = cli_option(cli, "provider") ? cli_option(cli, "provider") : "";
    request.person = &person;
    request.password = password ? password : "";
    const ProtobufCMessage *response;
    enum code code = cli_call(cli, NULL, "PeopleService/UpdatePerson", &request.base, &response, &fault);
    secret_forget(password);
    return code == CODE_OK ? show_response(cli, response, &SHOWN) : cli_fail(cli, &fault);
}

static int run_password(struct cli *cli)
{
    struct fault fault = {0};
    const ProtobufCMessage *response;
    Pb__SetPasswordRequest request;
    pb__set_password_request__init(&request);
    char *old = cli->as ? secret_ask(cli, "Present password", cli_option(cli, "old-password-fd")) : NULL;
    char *fresh = cli->as && !old ? NULL : secret_ask(cli, "New password", cli_option(cli, "password-fd"));
    if (!fresh)
        return EX_USAGE;
    request.person_id = cli->arguments[0];
    request.old_password = old ? old : "";
    request.new_password = fresh;
    enum code code = cli_call(cli, NULL, "PeopleService/SetPassword", &request.base, &response, &fault);
    secret_forget(old);
    secret_forget(fresh);
    if (code != CODE_OK)
        return cli_fail(cli, &fault);
    puts("The password is set; sessions with the old one have ended.");
    return EX_OK;
}

static const struct cli_column PERSON_COLUMNS[] = {
    {"Person", "id", false},
    {"Name", "name", true},
    {"Mailbox", "email", true},
    {"LA", "authority_id", false},
    {"Roles", "roles", true},
    {"Disabled", "disabled", false},
    {0},
};
static const struct cli_call_plan LIST = {
    .method = "PeopleService/ListPeople", .list = "people", .columns = PERSON_COLUMNS};
static const struct cli_call_plan SHOW = {.method = "PeopleService/GetPerson", .arguments = {"person_id"}};
static const struct cli_call_plan SET = {.method = "PeopleService/UpdatePerson",
                                         .arguments = {"person.id"},
                                         .read_method = "PeopleService/GetPerson",
                                         .read_argument = "person_id",
                                         .read_from = "person",
                                         .read_into = "person"};
static const struct cli_call_plan CODES = {.method = "PeopleService/EnrolOneTimeCode",
                                           .arguments = {"person_id"}};

static const struct cli_option LOGIN_OPTIONS[] = {
    {.name = "password-fd",
     .value = "N",
     .meaning = "Read the password from this descriptor, not from the terminal."},
    {.name = "code", .value = "DIGITS", .meaning = "One-time code, where the account has them."},
    {0},
};
static const struct cli_option LIST_OPTIONS[] = {
    {.name = "size", .value = "N", .meaning = "Only the first N (otherwise all).", .field = "page.size"},
    {0},
};
static const struct cli_option ADD_OPTIONS[] = {
    {.name = "name", .value = "NAME", .meaning = "Their name.", .required = true},
    {.name = "la", .value = "GSS", .meaning = "Their LA."},
    {.name = "provider", .value = "UUID", .meaning = "Their provider."},
    {.name = "role",
     .value = "ROLE",
     .meaning = "What they may act as.",
     .list = true,
     .choices = ROLE_CHOICES},
    {.name = "password-fd", .value = "N", .meaning = "Read their first password from this descriptor."},
    {0},
};
static const struct cli_option SET_OPTIONS[] = {
    {.name = "name", .value = "NAME", .meaning = "Their name.", .field = "person.name"},
    {.name = "role",
     .value = "ROLE",
     .meaning = "What they may act as, in place of what it was.",
     .field = "person.roles",
     .list = true,
     .choices = ROLE_CHOICES},
    {.name = "disabled",
     .value = "yes|no",
     .meaning = "They may not sign in.",
     .field = "person.disabled",
     .choices = "yes no"},
    {0},
};
static const struct cli_option PASSWORD_OPTIONS[] = {
    {.name = "password-fd", .value = "N", .meaning = "Read the new password from this descriptor."},
    {.name = "old-password-fd",
     .value = "N",
     .meaning = "Read the present one, with --as, from this descriptor."},
    {0},
};

const struct cli_command PEOPLE_COMMANDS[] = {
    {.words = "login",
     .arguments = "EMAIL",
     .summary = "Sign in, to act with --as EMAIL.",
     .details = "Asks for the password without showing it. What is kept is a session's token, in a file that "
                "you alone "
                "can read.",
     .options = LOGIN_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_login},
    {.words = "logout",
     .arguments = "EMAIL",
     .summary = "End a session.",
     .least = 1,
     .most = 1,
     .run = run_logout},
    {.words = "person list",
     .summary = "List accounts: the host sees all.",
     .options = LIST_OPTIONS,
     .run = run_plan,
     .plan = &LIST},
    {.words = "person show",
     .arguments = "UUID",
     .summary = "Show one account.",
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &SHOW},
    {.words = "person add",
     .arguments = "EMAIL",
     .summary = "Make an account.",
     .options = ADD_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_person_add},
    {.words = "person set",
     .arguments = "UUID",
     .summary = "Change an account's name, roles or state.",
     .options = SET_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &SET},
    {.words = "person password",
     .arguments = "UUID",
     .summary = "Set a password.",
     .options = PASSWORD_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_password},
    {.words = "person codes",
     .arguments = "UUID",
     .summary = "Begin one-time codes; the secret is shown this once.",
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &CODES},
    {0},
};
