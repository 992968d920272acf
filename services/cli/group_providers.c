/* Commands on providers, who owns them (rule R8) and contracts (rule R7): each is one call of the API. */

#include "services/cli/groups.h"

static const struct cli_column PROVIDER_COLUMNS[] = {
    {"Provider", "id", false},
    {"Name", "name", true},
    {"State", "state", false},
    {"Owner", "ultimate_owner", true},
    {"Country", "owner_country", false},
    {"Risk", "financial_risk", false},
    {0},
};
static const struct cli_column EXPOSURE_COLUMNS[] = {
    {"Owner", "ultimate_owner", true},   {"Country", "owner_country", false},
    {"Risk", "financial_risk", false},   {"Providers", "providers", false},
    {"Provisions", "provisions", false}, {"Places", "places", false},
    {"Placements", "placements", false}, {0},
};
static const struct cli_column CONTRACT_COLUMNS[] = {
    {"Contract", "id", false},        {"Name", "name", true},   {"Version", "contract_version", false},
    {"From", "in_force_from", false}, {"Kinds", "kinds", true}, {0},
};

static const struct cli_option LIST_OPTIONS[] = {
    {.name = "name", .value = "BEGIN", .meaning = "Only those whose name begins so.", .field = "name_prefix"},
    {.name = "size", .value = "N", .meaning = "Only the first N (otherwise all).", .field = "page.size"},
    {0},
};
static const struct cli_option SET_OPTIONS[] = {
    {.name = "name", .value = "NAME", .meaning = "Its name.", .field = "provider.name"},
    {.name = "company",
     .value = "NUMBER",
     .meaning = "Companies House number.",
     .field = "provider.company_number"},
    {.name = "parent", .value = "NAME", .meaning = "Its direct parent company.", .field = "provider.parent"},
    {.name = "owner", .value = "NAME", .meaning = "Its ultimate owner.", .field = "provider.ultimate_owner"},
    {.name = "country",
     .value = "CC",
     .meaning = "The owner's country, two letters.",
     .field = "provider.owner_country"},
    {.name = "risk",
     .value = "yes|no",
     .meaning = "There is reason to doubt its finances.",
     .field = "provider.financial_risk",
     .choices = "yes no"},
    {.name = "risk-source",
     .value = "TEXT",
     .meaning = "Who says so.",
     .field = "provider.financial_risk_source"},
    {.name = "risk-on", .value = "DATE", .meaning = "Since when.", .field = "provider.financial_risk_on"},
    {.name = "mailbox", .value = "EMAIL", .meaning = "Its mailbox.", .field = "provider.email"},
    {0},
};
static const struct cli_option DECIDE_OPTIONS[] = {
    {.name = "state",
     .value = "STATE",
     .meaning = "approved or suspended.",
     .field = "state",
     .required = true,
     .choices = "approved suspended"},
    {0},
};
static const struct cli_option INVITE_OPTIONS[] = {
    {.name = "name",
     .value = "NAME",
     .meaning = "Name of the provider.",
     .field = "provider_name",
     .required = true},
    {0},
};
static const struct cli_option EXPOSURE_OPTIONS[] = {
    {.name = "owner",
     .value = "NAME",
     .meaning = "One ultimate owner; otherwise the ten with most placements.",
     .field = "ultimate_owner"},
    {0},
};
static const struct cli_option CONTRACT_OPTIONS[] = {
    {.name = "id",
     .value = "UUID",
     .meaning = "The contract of which this is a new version; without it one is made.",
     .field = "contract.id"},
    {.name = "version",
     .value = "N",
     .meaning = "The record's version that was read.",
     .field = "contract.meta.version"},
    {.name = "number",
     .value = "N",
     .meaning = "The contract's own version number, higher than the one before.",
     .field = "contract.contract_version",
     .required = true},
    {.name = "from", .value = "DATE", .meaning = "In force from.", .field = "contract.in_force_from"},
    {.name = "kind",
     .value = "KIND",
     .meaning = "Kinds of provision it is for.",
     .field = "contract.kinds",
     .list = true},
    {0},
};
static const struct cli_option USE_OPTIONS[] = {
    {.name = "used",
     .value = "yes|no",
     .meaning = "Uses it, or no more.",
     .field = "used",
     .required = true,
     .choices = "yes no"},
    {0},
};

static const struct cli_call_plan LIST = {
    .method = "ProvidersService/ListProviders", .list = "providers", .columns = PROVIDER_COLUMNS};
static const struct cli_call_plan SHOW = {.method = "ProvidersService/GetProvider",
                                          .arguments = {"provider_id"}};
static const struct cli_call_plan ADD = {.method = "ProvidersService/UpdateProvider",
                                         .arguments = {"provider.name"}};
static const struct cli_call_plan SET = {.method = "ProvidersService/UpdateProvider",
                                         .arguments = {"provider.id"},
                                         .read_method = "ProvidersService/GetProvider",
                                         .read_argument = "provider_id",
                                         .read_from = "provider",
                                         .read_into = "provider"};
static const struct cli_call_plan DECIDE = {.method = "ProvidersService/DecideProvider",
                                            .arguments = {"provider_id"},
                                            .read_method = "ProvidersService/GetProvider",
                                            .read_argument = "provider_id",
                                            .read_from = "provider.meta.version",
                                            .read_into = "version"};
static const struct cli_call_plan INVITE = {.method = "ProvidersService/InviteProvider",
                                            .arguments = {"email"}};
static const struct cli_call_plan EXPOSURE = {
    .method = "ProvidersService/ReportOwnerExposure", .list = "owners", .columns = EXPOSURE_COLUMNS};
static const struct cli_call_plan CONTRACTS = {
    .method = "ProvidersService/ListContracts", .list = "contracts", .columns = CONTRACT_COLUMNS};
static const struct cli_call_plan PUBLISH = {.method = "ProvidersService/PublishContract",
                                             .arguments = {"contract.name"}};
static const struct cli_call_plan USE = {.method = "ProvidersService/RecordContractUse",
                                         .arguments = {"contract_id", "authority_id"}};

const struct cli_command PROVIDER_COMMANDS[] = {
    {.words = "provider list",
     .summary = "List the providers, by name.",
     .options = LIST_OPTIONS,
     .run = run_plan,
     .plan = &LIST},
    {.words = "provider show",
     .arguments = "UUID",
     .summary = "Show one provider.",
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &SHOW},
    {.words = "provider add",
     .arguments = "NAME",
     .summary = "Add a provider, as the host.",
     .options = SET_OPTIONS + 1,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &ADD},
    {.words = "provider set",
     .arguments = "UUID",
     .summary = "Change a provider's particulars and ownership.",
     .options = SET_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &SET},
    {.words = "provider decide",
     .arguments = "UUID",
     .summary = "Approve or suspend a provider, as the host.",
     .options = DECIDE_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &DECIDE},
    {.words = "provider invite",
     .arguments = "EMAIL",
     .summary = "Invite a provider; the code is shown this once.",
     .options = INVITE_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &INVITE},
    {.words = "exposure",
     .summary = "Show what the region would lose if one owner failed.",
     .options = EXPOSURE_OPTIONS,
     .run = run_plan,
     .plan = &EXPOSURE},
    {.words = "contract list", .summary = "List the contracts.", .run = run_plan, .plan = &CONTRACTS},
    {.words = "contract publish",
     .arguments = "NAME",
     .summary = "Publish a contract, or a new version of one.",
     .options = CONTRACT_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &PUBLISH},
    {.words = "contract use",
     .arguments = "UUID GSS",
     .summary = "Say whether an LA uses a contract.",
     .options = USE_OPTIONS,
     .least = 2,
     .most = 2,
     .run = run_plan,
     .plan = &USE},
    {0},
};
