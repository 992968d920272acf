/* `ccrag import …`: one command for each published list. */

#include "services/cli/groups.h"
#include "services/cli/import.h"

#include "common/base/limits.h"

#include <string.h>

typedef enum code (*provision_reader)(struct span, struct arena *, struct reading *, struct fault *);

static int run_import(struct cli *cli)
{
    static const struct {
        const char *kind;
        provision_reader read; /* of a register of provisions; otherwise … */
        int (*import)(struct import *import);
    } KINDS[] = {
        {"ofsted", ofsted_read, NULL},
        {"dfe-schools", dfe_schools_read, NULL},
        {"gias", gias_read, NULL},
        {"authorities", NULL, import_authorities},
        {"postcodes", NULL, import_postcodes},
        {"placements", NULL, import_placements},
        {"vacancies", NULL, import_vacancies},
    };
    struct fault fault = {0};
    struct arena arena;
    struct import import = {
        .cli = cli, .kind = strchr(cli->command->words, ' ') + 1, .path = cli->arguments[0]};
    if (import_load(&import, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    arena_init(&arena, IMPORT_ARENA_BYTES);
    import.reading.arena = &arena;
    int status = EX_SOFTWARE;
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (strcmp(KINDS[i].kind, import.kind) == 0)
            status = KINDS[i].read ? import_provisions(&import, KINDS[i].read) : KINDS[i].import(&import);
    import_finish(&import);
    arena_finish(&arena);
    return status;
}

static const struct cli_option DATED_OPTIONS[] = {
    {.name = "as-of",
     .value = "DATE",
     .meaning = "The date of the publication, where neither title nor file name says it."},
    {.name = "rejects",
     .value = "FILE",
     .meaning = "Write the rejected rows there, as CSV: file, line, field, reason."},
    {.name = "strict",
     .meaning =
         "End with status 65 when a row was rejected, as without it when all were; good rows are taken "
         "all the same."},
    {0},
};
static const struct cli_option PLACEMENT_OPTIONS[] = {
    {.name = "la", .value = "GSS", .meaning = "The placing LA of rows that name none."},
    {.name = "rejects",
     .value = "FILE",
     .meaning = "Write the rejected rows there, as CSV: file, line, field, reason."},
    {.name = "strict",
     .meaning =
         "End with status 65 when a row was rejected, as without it when all were; good rows are taken "
         "all the same."},
    {0},
};

#define REGISTER_DETAILS                                                                                     \
    "FILE is as published, gzip or not; columns are found by their headings. A newer list updates what is "  \
    "held and closes what it names no more (nothing at all where a row's URN cannot be read: mend it and "   \
    "import the list again); an older one fills history only; the same one again adds nothing. Kinds that "  \
    "the region does not place in are kept as other."

const struct cli_command IMPORT_COMMANDS[] = {
    {.words = "import authorities",
     .arguments = "FILE",
     .summary = "Take the region's LAs with their head offices.",
     .details =
         "Headings: la_name, gss_code, hq_postcode; also seed_name (the partner: LAs with the same one owe "
         "one "
         "subscription), dfe_la_code, hq_address, lat and lon, easting and northing, placement_team_email.",
     .options = DATED_OPTIONS + 1,
     .least = 1,
     .most = 1,
     .run = run_import},
    {.words = "import postcodes",
     .arguments = "FILE",
     .summary = "Take a list of postcodes with their grid positions.",
     .details = "Code-Point Open as published, or a CSV with the headings postcode, easting, northing; gzip "
                "or not. The "
                "whole list becomes a new version; the same list again is unchanged.",
     .options = DATED_OPTIONS + 1,
     .least = 1,
     .most = 1,
     .run = run_import},
    {.words = "import dfe-schools",
     .arguments = "FILE",
     .summary = "Take the spine of the DfE's performance tables.",
     .details = REGISTER_DETAILS,
     .options = DATED_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_import},
    {.words = "import gias",
     .arguments = "FILE",
     .summary = "Take an extract of Get Information About Schools.",
     .details = REGISTER_DETAILS,
     .options = DATED_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_import},
    {.words = "import ofsted",
     .arguments = "FILE",
     .summary = "Take Ofsted's social care providers, of any year.",
     .details = REGISTER_DETAILS " A home whose address is withheld stands at its local authority's centre, "
                                 "approximately.",
     .options = DATED_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_import},
    {.words = "import placements",
     .arguments = "FILE",
     .summary = "Take an LA's placements.",
     .details = "Headings, named as in the SSDA903 return: REFERENCE (the LA's own pseudonymous one), URN "
                "(or UUID of the "
                "provision), DECOM and DEC (first and last day); also LA (GSS code or name), PLACE "
                "(placement code: K2), "
                "PLACE_GROUP (UUID or name), WEEKLY_FEE (pounds), CONTRACT and CONTRACT_VERSION, "
                "REASON_PLACE_CEASED.",
     .options = PLACEMENT_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_import},
    {.words = "import vacancies",
     .arguments = "FILE",
     .summary = "Take what is free in place groups.",
     .details = "Headings: URN (or UUID of the provision), PLACES (0: nothing is free); also PLACE_GROUP "
                "(UUID or name, "
                "where there are several), FROM, UNTIL (not given: open), CONFIRMED_ON. The rows of one "
                "group are one "
                "statement.",
     .options = DATED_OPTIONS + 1,
     .least = 1,
     .most = 1,
     .run = run_import},
    {0},
};
