#pragma once
/* What every handler of monitoring needs besides common/service/handling.h. */

#include "common/base/limits.h"
#include "common/forms/evidence.h"
#include "common/service/evidence_keeping.h"
#include "common/service/form_keeping.h"
#include "common/service/handling.h"
#include "services/monitoring/monitoring.h"
#include "services/monitoring/records.h"
#include "services/monitoring/refusal.h"
#include "services/monitoring/rules_report.h"

#include "ccrag/v1/handlers.h"

/* CODE_OK for REFUSAL_NONE; otherwise the request is refused as monitoring_refusal_facts says. */
static inline enum code check(struct command *command, enum monitoring_refusal refusal)
{
    return refuse_with(command, monitoring_refusal_facts(refusal), NULL);
}

/* A provision by its UUID or any of its URNs; NULL: refused. */
static inline Pb__Provision *known_provision(struct command *command, const char *id_or_urn)
{
    return load_by_urn(command, &monitoring_provisions, id_or_urn);
}

/* The same of a refusal for being too early, which says the day that it waits for; any other as it is. */
enum code check_day(struct command *command, enum monitoring_refusal refusal, enum monitoring_refusal early,
                    const char *day);

/* As load, for what people do not call by the table's name: NULL, and refused so. */
static inline void *load_known(struct command *command, const struct table *table, const char *id,
                               enum monitoring_refusal unknown)
{
    return load_or_refuse(command, table, id, monitoring_refusal_facts(unknown));
}

/* --- who asks ---------------------------------------------------------------------------------------- */

/* The caller as the rules see it. */
enum code load_actor(struct command *command, struct monitoring_actor *ret_actor);
/* The same, of reports about that provision (borrowed; NULL: it is not known any more). */
void actor_asks_about(struct monitoring_actor *actor, const Pb__Provision *provision);
/* What members share is for the host, auditors, services and active members (rule R1). */
enum code check_reader(struct command *command);
/* The LA that is meant: the one named, else the caller's own; "" for none. */
const char *authority_meant(const struct command *command, const char *named);
/* May the caller visit and write for that LA: its own people or node, or the operator (a host administrator
 * for the host's LA alone), and is it an active member? `otherwise` where it is not the caller's. */
enum code check_own(struct command *command, const char *authority_id, enum monitoring_refusal otherwise);

/* --- reports ----------------------------------------------------------------------------------------- */

/* The report, if the caller may do that with it (rule M4). NULL: refused. */
Pb__Report *load_report(struct command *command, const char *id, enum report_act act);
/* The same, for a change that `event` makes, where the state allows it. */
Pb__Report *load_report_to(struct command *command, const char *id, enum report_event event);

/* What a report holds besides its head: its answers as they are kept, its files, and from both the answers as
 * the form reads them, each with the files beside it. In the command's arena. */
struct draft {
    const Pb__Report *report;
    const Pb__FormTemplate *form;
    struct collected kept;     /* Pb__ReportAnswer */
    struct collected evidence; /* Pb__Evidence */
    struct form_answers answers;
};
enum code load_draft(struct command *command, const Pb__Report *report, struct draft *ret_draft);
/* Files as they were collected, as forms take them. */
static inline struct form_files files_of(const struct collected *evidence)
{
    return (struct form_files){(Pb__Evidence **)evidence->items, evidence->count};
}
struct form_setting setting_of(const Pb__Report *report);
/* What stands between a draft and a complete form, files that are not complete too. */
enum code draft_problems(struct command *command, const struct draft *draft,
                         struct form_problems *ret_problems);
/* Refuses as `refusal` does, and says the first of the problems. CODE_OK without any. */
enum code check_problems(struct command *command, const struct form_problems *problems,
                         enum monitoring_refusal refusal);

/* Every report of a provision. */
enum code reports_there(struct command *command, const char *provision_id, struct collected *ret_reports);
/* The latest published one of them; NULL: none. */
Pb__Report *latest_published(const struct collected *reports);
/* A published report with its answers as they read now. */
struct published {
    Pb__PublishedReport *record;
    const Pb__FormTemplate *form;
    struct form_filled filled;
};
/* The form as load_form_of has it. */
enum code load_published(struct command *command, const char *id, struct published *ret_published);
