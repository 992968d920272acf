#pragma once
/* The tables of commands, one per file, each ended by NULL words. */

#include "services/cli/cli.h"

extern const struct cli_command REGION_COMMANDS[];     /* up, down, status, config */
extern const struct cli_command IMPORT_COMMANDS[];     /* import … */
extern const struct cli_command DEMO_COMMANDS[];       /* demo */
extern const struct cli_command MATCH_COMMANDS[];      /* match, matching workers */
extern const struct cli_command ALLOCATION_COMMANDS[]; /* allocation: cycles, proposals, what is published */
extern const struct cli_command TRANSFER_COMMANDS[]; /* allocation: tasks, transfers, load, savings, export */
extern const struct cli_command MONITORING_COMMANDS[]; /* monitoring: visits, progress, reminders */
extern const struct cli_command CONCERN_COMMANDS[];    /* monitoring concern …, outcomes … */
extern const struct cli_command TEMPLATE_COMMANDS[];   /* monitoring template … */
extern const struct cli_command REPORT_COMMANDS[];     /* monitoring report … */
extern const struct cli_command FEE_COMMANDS[];        /* fees: progress, worth, benchmarks, forms */
extern const struct cli_command FEE_CYCLE_COMMANDS[]; /* fees cycle …, index …, threshold …, date … */
extern const struct cli_command FEE_APPLY_COMMANDS[]; /* fees apply … */
extern const struct cli_command FEE_CONSULT_COMMANDS[]; /* fees lead …, level, begin, log …, letter … */
extern const struct cli_command FEE_REPORT_COMMANDS[];  /* fees report …, decide, decisions */
extern const struct cli_command FEE_LINES_COMMANDS[];   /* fees lines … */
extern const struct cli_command PROVISION_COMMANDS[]; /* provision …, place-group …, vacancy set, claim … */
extern const struct cli_command PROVIDER_COMMANDS[];  /* provider …, exposure, contract … */
extern const struct cli_command PLACEMENT_COMMANDS[]; /* placement …, notice list */
extern const struct cli_command AUTHORITY_COMMANDS[]; /* authority …, sub-region …, subscription … */
extern const struct cli_command PEOPLE_COMMANDS[];    /* login, logout, person … */
extern const struct cli_command ROSTER_COMMANDS[];    /* roster … */
extern const struct cli_command FOLLOW_COMMANDS[];    /* follow */
extern const struct cli_command HISTORY_COMMANDS[];   /* history */
extern const struct cli_command OPERATE_COMMANDS[];   /* backup, restore, erase placement, audit … */
extern const struct cli_command CALL_COMMANDS[];      /* call, methods */
