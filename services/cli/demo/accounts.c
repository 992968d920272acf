/* Accounts for a demonstration, asked for with --accounts: each has a password that only the file written
 * here knows. */

#include "services/cli/demo/load.h"

#include "ccrag/v1/people.pb-c.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { PASSWORD_LENGTH = 20 };

static const struct {
    const char *email, *name, *authority;
    bool provider;
    Pb__Role role;
} ACCOUNTS[] = {
    {"host@demonstration.example", "Demonstration Host", "E10000015", false,
     PB__ROLE__ROLE_HOST_ADMINISTRATOR},
    {"auditor@demonstration.example", "Demonstration Auditor", "E10000015", false, PB__ROLE__ROLE_AUDITOR},
    {"placements@demonstration.example", "Demonstration Placement Officer", "E10000015", false,
     PB__ROLE__ROLE_PLACEMENT_OFFICER},
    {"quality@demonstration.example", "Demonstration Quality Officer", "E10000015", false,
     PB__ROLE__ROLE_QUALITY_OFFICER},
    {"fees@demonstration.example", "Demonstration Fees Officer", "E10000012", false,
     PB__ROLE__ROLE_FEES_OFFICER},
    {"la@demonstration.example", "Demonstration LA Administrator", "E06000032", false,
     PB__ROLE__ROLE_AUTHORITY_ADMINISTRATOR},
    {"provider@demonstration.example", "Demonstration Provider", "", true, PB__ROLE__ROLE_PROVIDER_USER},
};

/* From the machine's own randomness, never from the seed. */
static void password(struct world *world, char ret_text[PASSWORD_LENGTH + 1])
{
    static const char LETTERS[] = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789_-.:,+=!";
    uint8_t bytes[PASSWORD_LENGTH];
    world_random(world, bytes, sizeof bytes);
    for (size_t i = 0; i < PASSWORD_LENGTH; i++)
        ret_text[i] = LETTERS[bytes[i] % 64];
    ret_text[PASSWORD_LENGTH] = 0;
}

static enum code make_account(struct cli *cli, const struct demo *demo, size_t index, FILE *file,
                              struct fault *ret_fault)
{
    char text[PASSWORD_LENGTH + 1];
    Pb__Person person;
    Pb__UpdatePersonRequest request;
    Pb__Role role = ACCOUNTS[index].role;
    const ProtobufCMessage *response;
    pb__person__init(&person);
    pb__update_person_request__init(&request);
    password(cli->world, text);
    person.name = ACCOUNTS[index].name;
    person.email = ACCOUNTS[index].email;
    person.authority_id = ACCOUNTS[index].authority;
    person.provider_id = ACCOUNTS[index].provider ? demo->providers[2]->id : "";
    person.meta = demo->provisions[0]->meta;
    person.roles = &role;
    person.n_roles = 1;
    request.person = &person;
    request.password = text;
    enum code code = cli_call(cli, NULL, "PeopleService/UpdatePerson", &request.base, &response, ret_fault);
    if (code == CODE_OK)
        fprintf(file, "%s %s\n", ACCOUNTS[index].email, text);
    explicit_bzero(text, sizeof text);
    return code;
}

enum code demo_make_accounts(struct cli *cli, const struct demo *demo, const char *path,
                             struct fault *ret_fault)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (!file) {
        if (descriptor >= 0)
            close(descriptor);
        return fault_set(ret_fault, errno == EEXIST ? CODE_ALREADY_EXISTS : CODE_INTERNAL, "--accounts",
                         "%s cannot be made: %s", path, strerror(errno));
    }
    enum code code = CODE_OK;
    for (size_t i = 0; i < sizeof ACCOUNTS / sizeof *ACCOUNTS && code == CODE_OK; i++)
        code = make_account(cli, demo, i, file, ret_fault);
    bool failed = ferror(file) != 0;
    if ((fclose(file) != 0 || failed) && code == CODE_OK)
        code = fault_set(ret_fault, CODE_INTERNAL, "--accounts", "%s cannot be written", path);
    return code;
}
