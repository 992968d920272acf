/* Commands on placements and the notices to the local LA (rules R5, R6): each is one call of the API. */

#include "services/cli/groups.h"

static const struct cli_column PLACEMENT_COLUMNS[] = {
    {"LA", "authority_id", false},
    {"Reference", "reference", false},
    {"Provision", "provision_id", false},
    {"From", "start_on", false},
    {"To", "end_on", false},
    {"Weekly fee", "weekly_fee_pence", false},
    {"Code", "placement_code", false},
    {"Over", "over_capacity", false},
    {0},
};
static const struct cli_column NOTICE_COLUMNS[] = {
    {"Local LA", "local_authority", false},
    {"Placing LA", "authority_id", false},
    {"Provision", "provision_id", false},
    {"From", "start_on", false},
    {"To", "end_on", false},
    {0},
};

static const struct cli_option ADD_OPTIONS[] = {
    {.name = "la",
     .value = "GSS",
     .meaning = "The placing LA.",
     .field = "placement.authority_id",
     .required = true},
    {.name = "at",
     .value = "URN|UUID",
     .meaning = "The provision.",
     .field = "placement.provision_id",
     .required = true},
    {.name = "group", .value = "UUID", .meaning = "The place group.", .field = "placement.place_group_id"},
    {.name = "start",
     .value = "DATE",
     .meaning = "First day.",
     .field = "placement.start_on",
     .required = true},
    {.name = "end",
     .value = "DATE",
     .meaning = "Last day; not given while it lasts.",
     .field = "placement.end_on"},
    {.name = "fee",
     .value = "POUNDS",
     .meaning = "Weekly fee agreed.",
     .field = "placement.weekly_fee_pence"},
    {.name = "code",
     .value = "CODE",
     .meaning = "SSDA903 placement code: K2, S1, …",
     .field = "placement.placement_code"},
    {.name = "contract",
     .value = "UUID",
     .meaning = "The contract it is on.",
     .field = "placement.contract_id"},
    {.name = "contract-version",
     .value = "N",
     .meaning = "Its version.",
     .field = "placement.contract_version"},
    {0},
};
static const struct cli_option END_OPTIONS[] = {
    {.name = "la",
     .value = "GSS",
     .meaning = "The placing LA, needed with a reference.",
     .field = "authority_id"},
    {.name = "on", .value = "DATE", .meaning = "Last day.", .field = "end_on", .required = true},
    {.name = "reason", .value = "TEXT", .meaning = "Why it ended.", .field = "reason"},
    {0},
};
static const struct cli_option LIST_OPTIONS[] = {
    {.name = "la", .value = "GSS", .meaning = "The placing LA.", .field = "authority_id"},
    {.name = "at", .value = "UUID", .meaning = "Only at this provision.", .field = "provision_id"},
    {.name = "ended", .meaning = "Ended ones too.", .field = "with_ended"},
    {.name = "size", .value = "N", .meaning = "Only the first N (otherwise all).", .field = "page.size"},
    {0},
};
static const struct cli_option SHOW_OPTIONS[] = {
    {.name = "la",
     .value = "GSS",
     .meaning = "The placing LA, needed with a reference.",
     .field = "authority_id"},
    {0},
};
static const struct cli_option NOTICE_OPTIONS[] = {
    {.name = "la", .value = "GSS", .meaning = "The LA that is told.", .field = "authority_id"},
    {.name = "size", .value = "N", .meaning = "Only the first N (otherwise all).", .field = "page.size"},
    {0},
};

static const struct cli_call_plan ADD = {.method = "PlacementsService/RecordPlacement",
                                         .arguments = {"placement.reference"}};
static const struct cli_call_plan TAKE = {.method = "PlacementsService/TakePlace",
                                          .arguments = {"placement.reference"}};
static const struct cli_call_plan END = {.method = "PlacementsService/EndPlacement",
                                         .arguments = {"placement_id"}};
static const struct cli_call_plan SHOW = {.method = "PlacementsService/GetPlacement",
                                          .arguments = {"placement_id"}};
static const struct cli_call_plan LIST = {
    .method = "PlacementsService/ListPlacements", .list = "placements", .columns = PLACEMENT_COLUMNS};
static const struct cli_call_plan NOTICES = {
    .method = "PlacementsService/ListLocalNotices", .list = "notices", .columns = NOTICE_COLUMNS};

const struct cli_command PLACEMENT_COMMANDS[] = {
    {.words = "placement add",
     .arguments = "REFERENCE",
     .summary = "Record a placement that exists.",
     .details = "REFERENCE is the LA's own pseudonymous one, never a name. It is never refused for lack of "
                "places, only "
                "flagged.",
     .options = ADD_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &ADD},
    {.words = "placement take",
     .arguments = "REFERENCE",
     .summary = "Take a free place, and lower its vacancy with it.",
     .details = "Refused when no place of the group is free from the first day on. --group is needed.",
     .options = ADD_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &TAKE},
    {.words = "placement end",
     .arguments = "REFERENCE|UUID",
     .summary = "End a placement.",
     .options = END_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &END},
    {.words = "placement show",
     .arguments = "REFERENCE|UUID",
     .summary = "Show a placement of one's own LA.",
     .options = SHOW_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &SHOW},
    {.words = "placement list",
     .summary = "List placements of one LA.",
     .options = LIST_OPTIONS,
     .run = run_plan,
     .plan = &LIST},
    {.words = "notice list",
     .summary = "List children placed in an LA's area by others; it names no child.",
     .options = NOTICE_OPTIONS,
     .run = run_plan,
     .plan = &NOTICES},
    {0},
};
