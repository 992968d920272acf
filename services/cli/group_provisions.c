/* Commands on provisions, their place groups, vacancies and claims (rules R3 to R5): all but `vacancy set`
 * are one call of the API. */

#include "services/cli/groups.h"
#include "services/cli/vacancy.h"

#define KIND_CHOICES                                                                                         \
    "independent-special-school non-maintained-special-school childrens-home dual-registered "               \
    "independent-fostering-agency supported-accommodation secure-childrens-home other"
#define NEED_CHOICES "SPLD MLD SLD PMLD SEMH SLCN HI VI MSI PD ASD DS OTH"

static const struct cli_column PROVISION_COLUMNS[] = {
    {"URNs", "urns", false},           {"Name", "name", true},          {"Kind", "kind", false},
    {"LA", "local_authority", false},  {"Postcode", "postcode", false}, {"Status", "status", false},
    {"Judgement", "judgement", false}, {"Places", "capacity", false},   {0},
};
static const struct cli_column CLAIM_COLUMNS[] = {
    {"Claim", "id", false},
    {"Version", "meta.version", false},
    {"Provision", "provision_id", false},
    {"Provider", "provider_id", false},
    {"State", "state", false},
    {"Evidence", "evidence", true},
    {0},
};

static const struct cli_option LIST_OPTIONS[] = {
    {.name = "kind",
     .value = "KIND",
     .meaning = "Only these kinds.",
     .field = "kinds",
     .list = true,
     .choices = KIND_CHOICES},
    {.name = "in", .value = "GSS", .meaning = "Only in this LA's area.", .field = "local_authority"},
    {.name = "provider", .value = "UUID", .meaning = "Only this provider's.", .field = "provider_id"},
    {.name = "name", .value = "TEXT", .meaning = "Only names that hold this text.", .field = "name_contains"},
    {.name = "closed", .meaning = "Closed ones too.", .field = "with_closed"},
    {.name = "size", .value = "N", .meaning = "Only the first N (otherwise all).", .field = "page.size"},
    {0},
};
#define PROVISION_OPTIONS                                                                                    \
    {.name = "kind",                                                                                         \
     .value = "KIND",                                                                                        \
     .meaning = "What it is.",                                                                               \
     .field = "provision.kind",                                                                              \
     .choices = KIND_CHOICES},                                                                               \
        {.name = "provider",                                                                                 \
         .value = "UUID",                                                                                    \
         .meaning = "The provider that runs it.",                                                            \
         .field = "provision.provider_id"},                                                                  \
        {.name = "urn",                                                                                      \
         .value = "URN",                                                                                     \
         .meaning = "Its URNs, the live ones first.",                                                        \
         .field = "provision.urns",                                                                          \
         .list = true},                                                                                      \
        {.name = "postcode",                                                                                 \
         .value = "P",                                                                                       \
         .meaning = "Its postcode; its position follows.",                                                   \
         .field = "provision.postcode"},                                                                     \
        {.name = "in",                                                                                       \
         .value = "GSS",                                                                                     \
         .meaning = "The LA in whose area it stands.",                                                       \
         .field = "provision.local_authority"},                                                              \
        {.name = "status",                                                                                   \
         .value = "STATUS",                                                                                  \
         .meaning = "Its registration.",                                                                     \
         .field = "provision.status",                                                                        \
         .choices = "active suspended closed proposed"},                                                     \
        {.name = "places",                                                                                   \
         .value = "N",                                                                                       \
         .meaning = "Places it is registered for.",                                                          \
         .field = "provision.capacity"},                                                                     \
        {.name = "judgement",                                                                                \
         .value = "J",                                                                                       \
         .meaning = "The regulator's last judgement.",                                                       \
         .field = "provision.judgement",                                                                     \
         .choices = "outstanding good requires-improvement inadequate"},                                     \
        {.name = "judged-on",                                                                                \
         .value = "DATE",                                                                                    \
         .meaning = "When it was made.",                                                                     \
         .field = "provision.judged_on"},                                                                    \
        {.name = "fee",                                                                                      \
         .value = "POUNDS",                                                                                  \
         .meaning = "Standard weekly fee.",                                                                  \
         .field = "provision.standard_weekly_fee_pence"},                                                    \
    {                                                                                                        \
        .name = "services", .value = "TEXT", .meaning = "Services, for people to read.",                     \
        .field = "provision.services"                                                                        \
    }
static const struct cli_option ADD_OPTIONS[] = {PROVISION_OPTIONS, {0}};
static const struct cli_option SET_OPTIONS[] = {
    {.name = "name", .value = "NAME", .meaning = "Its name.", .field = "provision.name"},
    PROVISION_OPTIONS,
    {0},
};
static const struct cli_option GROUP_OPTIONS[] = {
    {.name = "id",
     .value = "UUID",
     .meaning = "The group to change; without it one is made.",
     .field = "place_group.id"},
    {.name = "version",
     .value = "N",
     .meaning = "The version that was read.",
     .field = "place_group.meta.version"},
    {.name = "name", .value = "NAME", .meaning = "Its name: Main house.", .field = "place_group.name"},
    {.name = "places",
     .value = "N",
     .meaning = "How many places.",
     .field = "place_group.places",
     .required = true},
    {.name = "need",
     .value = "CODE",
     .meaning = "Needs each place meets.",
     .field = "place_group.needs",
     .list = true,
     .choices = NEED_CHOICES},
    {.name = "age-min", .value = "N", .meaning = "Youngest age.", .field = "place_group.age_min"},
    {.name = "age-max", .value = "N", .meaning = "Oldest age.", .field = "place_group.age_max"},
    {.name = "gender",
     .value = "G",
     .meaning = "Whom they are for; not given: anyone.",
     .field = "place_group.gender",
     .choices = "female male"},
    {.name = "attendance",
     .value = "A",
     .meaning = "day, 38 or 52 weeks.",
     .field = "place_group.attendances",
     .list = true,
     .choices = "day 38 52"},
    {.name = "adaptation",
     .value = "A",
     .meaning = "What they are fitted for.",
     .field = "place_group.adaptations",
     .list = true,
     .choices = "wheelchair hoist sensory ground-floor waking-night"},
    {.name = "solo", .meaning = "Can be given as a place alone.", .field = "place_group.solo"},
    {.name = "fee", .value = "POUNDS", .meaning = "Weekly fee.", .field = "place_group.weekly_fee_pence"},
    {0},
};
static const struct cli_option VERSION_OPTIONS[] = {
    {.name = "version",
     .value = "N",
     .meaning = "The version that was read.",
     .field = "version",
     .required = true},
    {0},
};
static const struct cli_option VACANCY_OPTIONS[] = {
    {.name = "group",
     .value = "NAME",
     .meaning = "The place group, by name or UUID; needed where there are several."},
    {.name = "places", .value = "N", .meaning = "How many are free.", .required = true},
    {.name = "from", .value = "DATE", .meaning = "From when (today)."},
    {.name = "until", .value = "DATE", .meaning = "To when; not given: open."},
    {0},
};
static const struct cli_option CLAIM_OPTIONS[] = {
    {.name = "evidence", .value = "TEXT", .meaning = "What shows that it is theirs.", .field = "evidence"},
    {0},
};
static const struct cli_option CLAIMS_OPTIONS[] = {
    {.name = "waiting", .meaning = "Only those that wait.", .field = "waiting_only"},
    {.name = "size", .value = "N", .meaning = "Only the first N (otherwise all).", .field = "page.size"},
    {0},
};
static const struct cli_option DECIDE_OPTIONS[] = {
    {.name = "version",
     .value = "N",
     .meaning = "The version that `claim list` shows.",
     .field = "version",
     .required = true},
    {.name = "approve", .meaning = "Approve it; without this it is declined.", .field = "approve"},
    {.name = "reason", .value = "TEXT", .meaning = "Why; needed to decline.", .field = "reason"},
    {0},
};

static const struct cli_call_plan LIST = {
    .method = "ProvisionsService/ListProvisions", .list = "provisions", .columns = PROVISION_COLUMNS};
static const struct cli_call_plan SHOW = {.method = "ProvisionsService/GetProvision",
                                          .arguments = {"provision_id"}};
static const struct cli_call_plan ADD = {.method = "ProvisionsService/UpdateProvision",
                                         .arguments = {"provision.name"}};
static const struct cli_call_plan SET = {.method = "ProvisionsService/UpdateProvision",
                                         .read_method = "ProvisionsService/GetProvision",
                                         .read_argument = "provision_id",
                                         .read_from = "provision",
                                         .read_into = "provision"};
static const struct cli_call_plan GROUP = {.method = "ProvisionsService/UpdatePlaceGroup",
                                           .arguments = {NULL},
                                           .read_method = "ProvisionsService/GetProvision",
                                           .read_argument = "provision_id",
                                           .read_from = "provision.id",
                                           .read_into = "place_group.provision_id"};
static const struct cli_call_plan GROUP_REMOVE = {.method = "ProvisionsService/DeletePlaceGroup",
                                                  .arguments = {"place_group_id"}};
static const struct cli_call_plan CLAIM = {.method = "ProvisionsService/ClaimProvision",
                                           .arguments = {"provision_id"}};
static const struct cli_call_plan CLAIMS = {
    .method = "ProvisionsService/ListProvisionClaims", .list = "claims", .columns = CLAIM_COLUMNS};
static const struct cli_call_plan DECIDE = {.method = "ProvisionsService/DecideProvisionClaim",
                                            .arguments = {"claim_id"}};

const struct cli_command PROVISION_COMMANDS[] = {
    {.words = "provision list",
     .summary = "List provisions.",
     .options = LIST_OPTIONS,
     .run = run_plan,
     .plan = &LIST},
    {.words = "provision show",
     .arguments = "URN|UUID",
     .summary = "Show one provision with its places and vacancies.",
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &SHOW},
    {.words = "provision add",
     .arguments = "NAME",
     .summary = "Add a provision.",
     .options = ADD_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &ADD},
    {.words = "provision set",
     .arguments = "URN|UUID",
     .summary = "Change a provision's particulars.",
     .options = SET_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &SET},
    {.words = "place-group set",
     .arguments = "URN|UUID",
     .summary = "Make or change a group of like places of a provision.",
     .options = GROUP_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &GROUP},
    {.words = "place-group remove",
     .arguments = "UUID",
     .summary = "Remove a group that has no live placement.",
     .options = VERSION_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &GROUP_REMOVE},
    {.words = "vacancy set",
     .arguments = "URN|UUID",
     .summary = "State what is free in a place group, or confirm it anew.",
     .details = "It reaches every member's placement team at once. 0 places: nothing is free.",
     .options = VACANCY_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_vacancy_set},
    {.words = "claim make",
     .arguments = "URN|UUID",
     .summary = "Claim a provision for one's own provider.",
     .options = CLAIM_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &CLAIM},
    {.words = "claim list",
     .summary = "List claims on provisions, oldest first.",
     .options = CLAIMS_OPTIONS,
     .run = run_plan,
     .plan = &CLAIMS},
    {.words = "claim decide",
     .arguments = "UUID",
     .summary = "Approve or decline a claim.",
     .options = DECIDE_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &DECIDE},
    {0},
};
