#pragma once
/* Monitoring as quality officers and the host read it. */

#include "services/cli/table.h"

#include "ccrag/v1/concerns.pb-c.h"
#include "ccrag/v1/monitoring.pb-c.h"
#include "ccrag/v1/reports.pb-c.h"

/* `12 March 2025`; what is no date as it is. In cli->arena. */
const char *monitoring_day(struct cli *cli, const char *text);
/* A field of a message, in words. */
const char *monitoring_words(struct cli *cli, const ProtobufCMessage *message, const char *field);
/* What a reminder is of: "visit not planned yet". */
const char *reminder_words(Pb__ReminderKind kind);

/* The answers of commands (cli_call_plan.show and .remark), and what to type next. */
void show_visit(struct cli *cli, const ProtobufCMessage *response);   /* one that holds a visit */
void show_concern(struct cli *cli, const ProtobufCMessage *response); /* one that holds a concern */
void show_outcomes(struct cli *cli, const ProtobufCMessage *response);
void show_outcomes_erased(struct cli *cli, const ProtobufCMessage *response);
void remark_found(struct cli *cli, const ProtobufCMessage *response);
void remark_progress(struct cli *cli, const ProtobufCMessage *response);
void remark_reminders(struct cli *cli, const ProtobufCMessage *response);
void remark_outcomes(struct cli *cli, const ProtobufCMessage *response);

/* Progress by LA, provider or provision, with the total below. */
enum code tabulate_progress(struct cli *cli, const ProtobufCMessage *response, struct cli_table *ret_table);

/* Reports (show_reports.c). */
void show_report(struct cli *cli, const ProtobufCMessage *response);           /* one that holds a Report */
void show_amended(struct cli *cli, const ProtobufCMessage *response);          /* AmendReportResponse */
void show_draft(struct cli *cli, const ProtobufCMessage *response);            /* GetDraftResponse */
void show_published_report(struct cli *cli, const ProtobufCMessage *response); /* GetReportResponse */
enum code tabulate_changes(struct cli *cli, const ProtobufCMessage *response, struct cli_table *ret_table);
void remark_changed(struct cli *cli, const ProtobufCMessage *response);
