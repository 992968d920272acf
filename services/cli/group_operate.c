/* `ccrag backup`, `restore`, `erase placement`, `audit show`, `audit verify`: what keeps a region's records
 * safe, and what they say of who did what. The first two are in files of their own. */

#include "services/cli/backup.h"
#include "services/cli/daemons.h"
#include "services/cli/erase.h"
#include "services/cli/groups.h"
#include "services/cli/reflect.h"
#include "services/cli/show.h"

#include "common/base/limits.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { AUDIT_COLUMNS = 7, AUDIT_LINES_DEFAULT = 50, AUDIT_LINES_MAX = 10 * 1000 * 1000 };

/* --- reading the log --------------------------------------------------------------------------------- */

static enum code read_page(struct cli *cli, const char *service, uint64_t first, int64_t size,
                           const Pb__ReadAuditResponse **ret_page, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__ReadAuditRequest request;
    pb__read_audit_request__init(&request);
    request.first = first;
    request.size = (uint32_t)(size < PAGE_SIZE_MAX ? size : PAGE_SIZE_MAX);
    enum code code = cli_call(cli, service, "OperateService/ReadAudit", &request.base, &response, ret_fault);
    if (code == CODE_OK)
        *ret_page = (const Pb__ReadAuditResponse *)(const void *)response;
    return code;
}

static void print_lines(struct cli *cli, const Pb__ReadAuditResponse *page)
{
    static const char *const PATHS[AUDIT_COLUMNS] = {"number",  "at_ms",   "by",    "method",
                                                     "outcome", "subject", "detail"};
    static const struct show_column COLUMNS[AUDIT_COLUMNS] = {
        {"Line", false, true},     {"When", false, false},   {"Who", true, false},   {"Method", true, false},
        {"Outcome", false, false}, {"Subject", true, false}, {"Detail", true, false}};
    const char **cells = arena_array(&cli->arena, const char *, page->n_lines *AUDIT_COLUMNS + 1);
    for (size_t i = 0; cells && i < page->n_lines; i++) {
        const Pb__AuditLine *line = page->lines[i];
        for (size_t c = 0; c < AUDIT_COLUMNS; c++)
            cells[i * AUDIT_COLUMNS + c] = reflect_text(&line->base, PATHS[c], &cli->arena);
        if (!*line->by)
            cells[i * AUDIT_COLUMNS + 2] = line->principal;
        if (strncmp(line->method, "ccrag.v1.", strlen("ccrag.v1.")) == 0)
            cells[i * AUDIT_COLUMNS + 3] = line->method + strlen("ccrag.v1.");
    }
    if (cells)
        show_table(stdout, COLUMNS, AUDIT_COLUMNS, cells, page->n_lines, "The log is empty.");
}

/* Lines of several pages, as one answer. */
static bool join(struct cli *cli, Pb__ReadAuditResponse *all, const Pb__ReadAuditResponse *page)
{
    Pb__AuditLine **lines = arena_array(&cli->arena, Pb__AuditLine *, all->n_lines + page->n_lines + 1);
    if (!lines)
        return false;
    if (all->n_lines)
        memcpy(lines, all->lines, all->n_lines * sizeof *lines);
    all->lines = lines;
    for (size_t i = 0; i < page->n_lines; i++)
        all->lines[all->n_lines++] = page->lines[i];
    all->newest = page->newest;
    return true;
}

static int run_audit_show(struct cli *cli)
{
    const char *service = cli->argument_count ? cli->arguments[0] : "registry";
    int64_t first, size;
    struct fault fault = {0};
    Pb__ReadAuditResponse all;
    pb__read_audit_response__init(&all);
    if (!cli_number(cli, "first", 1, INT64_MAX, 0, &first) ||
        !cli_number(cli, "size", 1, AUDIT_LINES_MAX, AUDIT_LINES_DEFAULT, &size))
        return EX_USAGE;
    const Pb__ReadAuditResponse *page = NULL;
    enum code code = CODE_OK;
    if (first == 0 && size > PAGE_SIZE_MAX) { /* the newest of so many begin where? */
        code = read_page(cli, service, 0, 1, &page, &fault);
        first = code == CODE_OK && page->newest > (uint64_t)size ? (int64_t)page->newest - size + 1 : 1;
    }
    for (int64_t left = size; left > 0 && code == CODE_OK;) {
        code = read_page(cli, service, (uint64_t)first, left, &page, &fault);
        if (code != CODE_OK || page->n_lines == 0)
            break;
        if (!join(cli, &all, page))
            return cli_complain(EX_SOFTWARE, "the log is too long to print; give --size");
        left -= (int64_t)page->n_lines;
        first = (int64_t)page->lines[page->n_lines - 1]->number + 1;
    }
    if (code != CODE_OK)
        return cli_fail(cli, &fault);
    if (cli->json)
        return show_json(cli, &all.base);
    print_lines(cli, &all);
    return EX_OK;
}

/* --- checking it ------------------------------------------------------------------------------------- */

static enum code verify(struct cli *cli, const char *service, const Pb__VerifyAuditResponse **ret_found,
                        struct fault *ret_fault)
{
    struct client *client;
    struct call_options options;
    const ProtobufCMessage *response;
    struct client_answer answer = {0};
    Pb__VerifyAuditRequest request;
    pb__verify_audit_request__init(&request);
    enum code code = cli_client(cli, service, &client, ret_fault);
    if (code == CODE_OK)
        code = cli_call_options(cli, false, DEADLINE_MS_MAX, &options, ret_fault);
    if (code != CODE_OK)
        return code;
    code = client_call_wait(client, "ccrag.v1.OperateService/VerifyAudit", &request.base, &options,
                            &cli->arena, &response, &answer);
    if (code == CODE_OK)
        *ret_found = (const Pb__VerifyAuditResponse *)(const void *)response;
    else
        *ret_fault = answer.fault;
    return code;
}

static void say_found(struct cli *cli, const char *service, const Pb__VerifyAuditResponse *found,
                      json_t *list)
{
    if (cli->json) {
        const char *text = wire_to_json(&found->base, false, &cli->arena);
        json_t *one = text ? json_loads(text, 0, NULL) : json_object();
        json_object_set_new(one, "service", json_string(service));
        json_array_append_new(list, one);
    } else if (found->bad_line) {
        printf("%s: line %" PRIu64
               " does not follow from the one before: it was altered, or taken away. %" PRIu64
               " line%s before it hold%s.\n",
               service, found->bad_line, found->lines, found->lines == 1 ? "" : "s",
               found->lines == 1 ? "s" : "");
    } else {
        const char *head = reflect_text(&found->base, "head", &cli->arena);
        printf("%s: %" PRIu64 " line%s, each following from the one before.%s%s\n", service, found->lines,
               found->lines == 1 ? "" : "s", *head && found->lines ? " Head: " : "",
               found->lines ? head : "");
    }
}

static int run_audit_verify(struct cli *cli)
{
    struct fault fault = {0};
    const char *only = cli->argument_count ? cli->arguments[0] : NULL, *service;
    bool whole = true;
    size_t count = 0;
    enum code code = cli_open(cli, &fault);
    json_t *list = json_array();
    for (size_t i = 0; (service = daemon_at(i)) && code == CODE_OK; i++) {
        const Pb__VerifyAuditResponse *found;
        if (only ? strcmp(only, service) != 0 : !daemon_runs(cli->directory, service, NULL))
            continue;
        code = verify(cli, service, &found, &fault);
        if (code == CODE_OK) {
            say_found(cli, service, found, list);
            whole = whole && found->bad_line == 0;
        } else if (code == CODE_UNIMPLEMENTED && !only) {
            code = CODE_OK; /* it keeps no store */
        }
        count++;
    }
    json_t *all = json_pack("{s:o}", "services", list);
    char *text = cli->json && code == CODE_OK ? json_dumps(all, JSON_INDENT(2)) : NULL;
    if (text)
        puts(text);
    free(text);
    json_decref(all);
    if (code != CODE_OK)
        return cli_fail(cli, &fault);
    if (count == 0 && only)
        return cli_complain(EX_USAGE, "there is no service \"%s\"", only);
    if (count == 0)
        return cli_complain(EX_UNAVAILABLE, "no service runs here; start the region with `ccrag up`");
    return whole ? EX_OK : cli_complain(EX_IOERR, "an audit log was altered; compare it with a backup's");
}

/* --- the table --------------------------------------------------------------------------------------- */

static const struct cli_option BACKUP_OPTIONS[] = {
    {.name = "to",
     .value = "DIR",
     .meaning = "Where the backups go, a folder for each service.",
     .required = true},
    {0},
};
static const struct cli_option RESTORE_OPTIONS[] = {
    {.name = "from", .value = "DIR", .meaning = "Where `ccrag backup` put them.", .required = true},
    {0},
};
static const struct cli_option ERASE_OPTIONS[] = {
    {.name = "la",
     .value = "GSS",
     .meaning = "The placing LA, needed with a reference.",
     .field = "authority_id"},
    {0},
};
static const struct cli_option SHOW_OPTIONS[] = {
    {.name = "first", .value = "N", .meaning = "Begin with this line; otherwise the newest are shown."},
    {.name = "size", .value = "N", .meaning = "At most so many lines (50)."},
    {0},
};

const struct cli_command OPERATE_COMMANDS[] = {
    {.words = "backup",
     .arguments = "[SERVICE]",
     .summary = "Copy the stores of the services of this machine, while they run.",
     .details = "Each is DIR/SERVICE/data.mdb, sealed as it lies, with a manifest beside it that restoring "
                "checks. A "
                "backup is never written over. It is of no use without keys/: keep those, region.conf, "
                "region.pub and "
                "the roster somewhere else, and copy store/*.erased, the lists of destroyed keys, more often "
                "than you "
                "back up: what they name stays erased when an older backup is restored.",
     .options = BACKUP_OPTIONS,
     .most = 1,
     .run = run_backup},
    {.words = "restore",
     .arguments = "[SERVICE]",
     .summary = "Put backups in the place of the stores of services that are stopped.",
     .details =
         "Without SERVICE everything of which DIR has a backup. All are checked and opened before the first "
         "store is touched; a store that is replaced is kept beside it as store/SERVICE.before-TIME. When "
         "they "
         "start, the services erase again what was erased since the backup, and whoever follows them reads "
         "them anew. `ccrag status` says for 30 days what the restored store lacks.",
     .options = RESTORE_OPTIONS,
     .most = 1,
     .run = run_restore},
    {.words = "erase placement",
     .arguments = "REFERENCE|UUID",
     .summary = "Erase a placement that has ended, its lines of fees and its outcomes, for ever.",
     .details =
         "Their keys are destroyed: they can be read nowhere again, in no history and no copy that is "
         "restored. That it existed, and what was counted of it, still counts. There is no way back. Given "
         "again with the UUID, it erases what is left.",
     .options = ERASE_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_erase_placement},
    {.words = "audit show",
     .arguments = "[SERVICE]",
     .summary = "Show lines of a service's audit log: changes, refusals, reads of what is restricted.",
     .details = "SERVICE is registry when it is not given.",
     .options = SHOW_OPTIONS,
     .most = 1,
     .run = run_audit_show},
    {.words = "audit verify",
     .arguments = "[SERVICE]",
     .summary = "Check that no line of an audit log was altered or taken away.",
     .details = "Without SERVICE the logs of all that run here. Names the first line that does not follow "
                "from the one "
                "before, and ends with status 74 then. The head is the hash of the last line: a backup's "
                "manifest holds "
                "the one of its day.",
     .most = 1,
     .run = run_audit_verify},
    {0},
};
