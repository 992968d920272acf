/* Commands on consultations: who leads (rule F2), what it tells the region (F1, F4), the log, letters. */

#include "services/cli/fees.h"
#include "services/cli/groups.h"

static const struct cli_column CONSULTATION_COLUMNS[] = {
    {"Provision", "name", true},
    {"Kind", "kind", true},
    {"Scope", "scope", false},
    {"Lead", "lead_id", true},
    {"Why", "lead_basis", true},
    {"Placing", "placing_words", false},
    {"State", "state", false},
    {"Level", "level_words", true},
    {"Reported", "reported_on", false},
    {"Provision id", "provision_id", false},
    {0},
};
static const struct cli_column LOG_COLUMNS[] = {
    {"On", "on", false},     {"LA", "authority_id", true},
    {"What", "kind", false}, {"Figures", "figures_words", true},
    {"Text", "text", true},  {0},
};
static const struct cli_column LETTER_COLUMNS[] = {
    {"Provision", "name", true},
    {"LA", "authority_id", true},
    {"Letter", "kind", false},
    {"Due", "due_on", false},
    {"Sent", "sent_on", false},
    {"Late", "late", false},
    {"Provision id", "provision_id", false},
    {0},
};

#define OPEN_CYCLE_OPTION                                                                                    \
    {                                                                                                        \
        .name = "cycle", .value = "CYCLE", .meaning = "In this cycle (the open one).", .field = "cycle_id"   \
    }
static const struct cli_option LEAD_OPTIONS[] = {
    {.name = "lead",
     .value = "LA",
     .meaning = "Only where this LA leads, by its name or GSS code.",
     .field = "lead_id"},
    FEE_LA_OPTION("Only where this LA places or placed"),
    {.name = "provider", .value = "UUID", .meaning = "Only of this provider.", .field = "provider_id"},
    {.name = "state",
     .value = "S",
     .meaning = "Only those that are so.",
     .field = "state",
     .choices = "awaited applied consulting reported"},
    FEE_CYCLE_OPTION,
    FEE_SIZE_OPTION,
    {0},
};
static const struct cli_option NOMINATE_OPTIONS[] = {
    {.name = "la",
     .value = "LA",
     .meaning = "Who leads: an LA that places there, by its name or GSS code.",
     .field = "authority_id"},
    {.name = "default", .meaning = "Whoever leads by default again.", .field = "authority_id", .sets = ""},
    {.name = "reason", .value = "TEXT", .meaning = "Why.", .field = "reason"},
    OPEN_CYCLE_OPTION,
    {0},
};
static const struct cli_option LEVEL_OPTIONS[] = {
    {.name = "reason",
     .value = "TEXT",
     .meaning = "Why; needed where it differs from what is computed.",
     .field = "reason"},
    OPEN_CYCLE_OPTION,
    {0},
};
static const struct cli_option BEGIN_OPTIONS[] = {OPEN_CYCLE_OPTION, {0}};
static const struct cli_option REOPEN_OPTIONS[] = {
    {.name = "reason", .value = "TEXT", .meaning = "Why.", .field = "reason", .required = true},
    OPEN_CYCLE_OPTION,
    {0},
};
static const struct cli_option LOG_OPTIONS[] = {FEE_CYCLE_OPTION, FEE_SIZE_OPTION, {0}};
static const struct cli_option LOG_ADD_OPTIONS[] = {
    {.name = "kind",
     .value = "KIND",
     .meaning = "meeting, offer, counter-offer or note.",
     .choices = "meeting offer counter-offer note",
     .required = true},
    {.name = "text", .value = "TEXT", .meaning = "What was said.", .required = true},
    {.name = "on", .value = "DATE", .meaning = "When it was (today)."},
    {.name = "figure",
     .value = "SERVICE=POUNDS",
     .meaning = "Of an offer or counter-offer, a service's weekly fee; may be given again."},
    {.name = "la", .value = "LA", .meaning = "Whose entry it is (the caller's), by its name or GSS code."},
    {.name = "cycle", .value = "CYCLE", .meaning = "In this cycle (the open one)."},
    {0},
};
#define LETTER_OPTIONS                                                                                       \
    {.name = "la", .value = "LA", .meaning = "Who sends it (the caller's), by its name or GSS code."},       \
    {                                                                                                        \
        .name = "cycle", .value = "CYCLE", .meaning = "In this cycle (the open one)."                        \
    }
static const struct cli_option WRITE_OPTIONS[] = {
    {.name = "out", .value = "FILE", .meaning = "Write it there (otherwise to standard output)."},
    LETTER_OPTIONS,
    {0},
};
static const struct cli_option SENT_OPTIONS[] = {
    {.name = "on", .value = "DATE", .meaning = "When it was sent (today)."},
    {.name = "file",
     .value = "FILE",
     .meaning = "Its text, where it was changed by hand (as it is written)."},
    {.name = "version",
     .value = "N",
     .meaning = "The version that was read, of what was recorded before (whatever it is)."},
    LETTER_OPTIONS,
    {0},
};
static const struct cli_option LETTER_LIST_OPTIONS[] = {
    FEE_LA_OPTION("Only this LA's"),
    {.name = "provider", .value = "UUID", .meaning = "Only to this provider.", .field = "provider_id"},
    {.name = "due", .meaning = "Only those that were not sent.", .field = "due_only"},
    FEE_CYCLE_OPTION,
    FEE_SIZE_OPTION,
    {0},
};
static const struct cli_option TEXT_OPTIONS[] = {
    {.name = "file", .value = "FILE", .meaning = "The text that it is to have."},
    {.name = "title", .value = "TEXT", .meaning = "The heading that it is to have."},
    {0},
};

static const struct cli_call_plan ONE = {.method = "FeeConsultationsService/GetConsultation",
                                         .arguments = {"provision_id"},
                                         .show = show_consultation_whole};
static const struct cli_call_plan LEADS = {.method = "FeeConsultationsService/ListConsultations",
                                           .list = "consultations",
                                           .columns = CONSULTATION_COLUMNS,
                                           .with_argument = &ONE,
                                           .none = "No provision is dealt with in this cycle."};
static const struct cli_call_plan NOMINATE = {.method = "FeeConsultationsService/NominateLead",
                                              .arguments = {"provision_id"},
                                              .show = show_consultation};
static const struct cli_call_plan LEVEL = {.method = "FeeConsultationsService/TellLevel",
                                           .arguments = {"provision_id", "level"},
                                           .show = show_consultation};
static const struct cli_call_plan BEGIN = {.method = "FeeConsultationsService/BeginConsultation",
                                           .arguments = {"provision_id"},
                                           .show = show_consultation};
static const struct cli_call_plan REOPEN = {.method = "FeeConsultationsService/ReopenConsultation",
                                            .arguments = {"provision_id"},
                                            .show = show_consultation};
static const struct cli_call_plan LOG = {.method = "FeeConsultationsService/ListLogEntries",
                                         .arguments = {"provision_id"},
                                         .list = "entries",
                                         .columns = LOG_COLUMNS,
                                         .none = "Nothing is in this log yet."};
static const struct cli_call_plan LETTERS = {.method = "FeeConsultationsService/ListLetters",
                                             .list = "letters",
                                             .columns = LETTER_COLUMNS,
                                             .none = "There are none."};

const struct cli_command FEE_CONSULT_COMMANDS[] = {
    {.words = "fees lead",
     .arguments = "[PROVISION]",
     .summary = "Show who leads where, or one provision's consultation whole.",
     .details = FEE_PROVISION_DETAIL " Without it, every one of the cycle.",
     .options = LEAD_OPTIONS,
     .most = 1,
     .run = run_plan,
     .plan = &LEADS},
    {.words = "fees lead show",
     .arguments = "[PROVISION]",
     .summary = "Show who leads where, or one provision's consultation whole.",
     .details = FEE_PROVISION_DETAIL " Without it, every one of the cycle.",
     .options = LEAD_OPTIONS,
     .most = 1,
     .run = run_plan,
     .plan = &LEADS},
    {.words = "fees lead nominate",
     .arguments = "PROVISION",
     .summary = "Nominate another LA that places there to lead, as the host.",
     .options = NOMINATE_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &NOMINATE},
    {.words = "fees level",
     .arguments = "PROVISION LEVEL",
     .summary = "Tell the region whether an increase is exceptional, as the lead.",
     .details = "LEVEL is within or exceptional. " FEE_PROVISION_DETAIL,
     .options = LEVEL_OPTIONS,
     .least = 2,
     .most = 2,
     .run = run_plan,
     .plan = &LEVEL},
    {.words = "fees begin",
     .arguments = "PROVISION",
     .summary = "Tell the region that consultation has begun, as the lead.",
     .options = BEGIN_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &BEGIN},
    {.words = "fees reopen",
     .arguments = "PROVISION",
     .summary = "Open a consultation whose report is published again, as the lead.",
     .options = REOPEN_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &REOPEN},
    {.words = "fees log list",
     .arguments = "PROVISION",
     .summary = "Show a consultation's log: meetings, offers, counter-offers, notes.",
     .options = LOG_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &LOG},
    {.words = "fees log add",
     .arguments = "PROVISION",
     .summary = "Add to a consultation's log; nothing is taken from it.",
     .options = LOG_ADD_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_log_add},
    {.words = "fees letter",
     .summary = "List letters that are due and that were sent.",
     .options = LETTER_LIST_OPTIONS,
     .run = run_plan,
     .plan = &LETTERS},
    {.words = "fees letter list",
     .summary = "List letters that are due and that were sent.",
     .options = LETTER_LIST_OPTIONS,
     .run = run_plan,
     .plan = &LETTERS},
    {.words = "fees letter write",
     .arguments = "PROVISION LETTER",
     .summary = "Write a letter with the LA's and the provider's particulars; nothing is kept.",
     .details = "LETTER is not-leading, invitation, consultation or decision.",
     .options = WRITE_OPTIONS,
     .least = 2,
     .most = 2,
     .run = run_letter_write},
    {.words = "fees letter sent",
     .arguments = "PROVISION LETTER",
     .summary = "Record that a letter was sent, with its text.",
     .details = "LETTER is not-leading, invitation, consultation or decision.",
     .options = SENT_OPTIONS,
     .least = 2,
     .most = 2,
     .run = run_letter_sent},
    {.words = "fees letter text",
     .arguments = "[LETTER]",
     .summary = "Show the texts of letters, or change one, as the host.",
     .details = "What stands in {{...}} is filled in: services/fees/README.md has the names.",
     .options = TEXT_OPTIONS,
     .most = 1,
     .run = run_letter_text},
    {0},
};
