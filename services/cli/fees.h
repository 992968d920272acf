#pragma once
/* Fees on the command line: what several of their commands need, and how they are shown (rules F1 to F8). */

#include "services/cli/table.h"

#include "ccrag/v1/fee_applications.pb-c.h"
#include "ccrag/v1/fee_consultations.pb-c.h"
#include "ccrag/v1/fee_cycles.pb-c.h"
#include "ccrag/v1/fee_lines.pb-c.h"
#include "ccrag/v1/fees.pb-c.h"
#include "ccrag/v1/placements.pb-c.h"

/* --- read first (fees.c) ----------------------------------------------------------------------------- */

/* A cycle by its name; NULL or "": the open one, else the last. NOT_FOUND: there is none. In cli->arena. */
enum code fees_cycle(struct cli *cli, const char *id, const Pb__FeeCycle **ret_cycle,
                     struct fault *ret_fault);
/* An application by its own UUID, or a provision's (UUID or URN) in the cycle that --cycle names. */
enum code fees_application(struct cli *cli, const char *application_or_provision,
                           const Pb__GetFeeApplicationResponse **ret_application, struct fault *ret_fault);
/* A provision's consultation in the cycle that --cycle names. */
enum code fees_consultation(struct cli *cli, const char *provision,
                            const Pb__GetConsultationResponse **ret_consultation, struct fault *ret_fault);

/* What --cycle names; "". */
const char *fees_cycle_typed(const struct cli *cli);

/* What was typed with --figure SERVICE=POUNDS, each. EX_OK, also for none; otherwise complained of. */
int fees_figures(struct cli *cli, Pb__FeeFigure ***ret_figures, size_t *ret_count);

/* `4000+500+0=4500`: social care, education, health and the total, in pounds. The total is taken as it is
 * said: whether it is the sum is the service's to check (rule F3). INVALID_ARGUMENT: how it is written. */
enum code fees_split_read(const char *text, struct arena *arena, Pb__FeeSplit *ret_split,
                          struct fault *ret_fault);

/* Problems of an application, a sheet or a report, one a line, on `out`. */
void fees_print_problems(FILE *out, Pb__FeeProblem *const *problems, size_t count);

/* The expression with a caret under a character of it (from 1), on `out`. */
void fees_print_caret(FILE *out, const char *expression, uint32_t column);

/* --- shown (show_fees*.c) ---------------------------------------------------------------------------- */

/* "£4,250.00"; also of nothing. In cli->arena. */
const char *fees_pounds(struct cli *cli, int64_t pence);
/* Does what the lead told count, or what is computed of the application (rule F4)? */
bool fees_told_counts(const Pb__Consultation *consultation);
/* Figures as `residential-52 £4,250.00, day £900.00`. */
const char *fees_figures_text(Pb__FeeFigure *const *figures, size_t count, struct arena *arena);

void show_fee_cycle(struct cli *cli, const ProtobufCMessage *response); /* one that holds a cycle */
void show_fee_date(struct cli *cli, const ProtobufCMessage *response);
void show_fee_application(struct cli *cli, const ProtobufCMessage *response); /* one that holds one */
void show_fee_application_whole(struct cli *cli, const ProtobufCMessage *response);
void show_consultation(struct cli *cli, const ProtobufCMessage *response); /* one that holds a consultation */
void show_consultation_whole(struct cli *cli, const ProtobufCMessage *response);
void show_log_entry(struct cli *cli, const ProtobufCMessage *response);
void show_letter(struct cli *cli, const ProtobufCMessage *response); /* one that was recorded */
void show_decision(struct cli *cli, const ProtobufCMessage *response);
void show_fee_line(struct cli *cli, const ProtobufCMessage *response);
void remark_fee_progress(struct cli *cli, const ProtobufCMessage *response);
void remark_fee_reminders(struct cli *cli, const ProtobufCMessage *response);
void remark_worth(struct cli *cli, const ProtobufCMessage *response);
void remark_benchmarks(struct cli *cli, const ProtobufCMessage *response);

enum code tabulate_fee_progress(struct cli *cli, const ProtobufCMessage *response,
                                struct cli_table *ret_table);
enum code tabulate_worth(struct cli *cli, const ProtobufCMessage *response, struct cli_table *ret_table);
enum code tabulate_fee_history(struct cli *cli, const ProtobufCMessage *response,
                               struct cli_table *ret_table);
enum code tabulate_benchmarks(struct cli *cli, const ProtobufCMessage *response, struct cli_table *ret_table);
enum code tabulate_indices(struct cli *cli, const ProtobufCMessage *response, struct cli_table *ret_table);
enum code tabulate_line_totals(struct cli *cli, const ProtobufCMessage *response,
                               struct cli_table *ret_table);

/* --- lines (fee_lines.c) ----------------------------------------------------------------------------- */

/* Placements of an LA, to find them by the LA's own references. */
struct fee_placements {
    Pb__Placement *const *items; /* by reference */
    size_t count;
};
/* Of the LA that --la names, or the caller's: ended ones too. In cli->arena. */
enum code fee_placements_read(struct cli *cli, struct fee_placements *ret_placements,
                              struct fault *ret_fault);
/* By the LA's reference, or by UUID. NULL: the LA has no such placement. */
const Pb__Placement *fee_placement_of(const struct fee_placements *placements, const char *reference);
const Pb__Placement *fee_placement_by_id(const struct fee_placements *placements, const char *id);

/* --- options that many commands take ----------------------------------------------------------------- */

#define FEE_CYCLE_OPTION                                                                                     \
    {                                                                                                        \
        .name = "cycle", .value = "CYCLE",                                                                   \
        .meaning = "Of this cycle (the one that is open, else the last).", .field = "cycle_id"               \
    }
#define FEE_LA_OPTION(what)                                                                                  \
    {                                                                                                        \
        .name = "la", .value = "LA", .meaning = what ", by its name or GSS code.", .field = "authority_id"   \
    }
#define FEE_SIZE_OPTION                                                                                      \
    {                                                                                                        \
        .name = "size", .value = "N", .meaning = "Only the first N (otherwise all).", .field = "page.size"   \
    }
#define FEE_PROVISION_DETAIL "PROVISION is its UUID or one of its URNs."

/* --- run functions of the tables --------------------------------------------------------------------- */

int run_fee_cycle_show(struct cli *cli);
int run_fee_cycle_open(struct cli *cli);
int run_fee_cycle_update(struct cli *cli);
int run_fee_index_set(struct cli *cli);
int run_threshold_preview(struct cli *cli);
int run_threshold_set(struct cli *cli);
int run_apply_show(struct cli *cli);
int run_apply_save(struct cli *cli);
int run_apply_sheet(struct cli *cli);
int run_apply_import(struct cli *cli);
int run_apply_submit(struct cli *cli);
int run_log_add(struct cli *cli);
int run_letter_write(struct cli *cli);
int run_letter_sent(struct cli *cli);
int run_letter_text(struct cli *cli);
int run_decide(struct cli *cli);
int run_fee_report_save(struct cli *cli);
int run_fee_report_publish(struct cli *cli);
int run_fee_report_show(struct cli *cli);
int run_fee_report_print(struct cli *cli);
int run_lines_import(struct cli *cli);
int run_lines_set(struct cli *cli);
int run_lines_delete(struct cli *cli);
int run_lines_erase(struct cli *cli);
