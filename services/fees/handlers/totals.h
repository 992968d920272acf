#pragma once
/* What lines come to, kept in the same command as whatever it depends on: lines, decisions, reports, what was
 * submitted, who leads (rules F5, F8). */

#include "services/fees/handlers/support.h"

/* The lines of one LA, or of all of them, at one provision in one cycle, with what their figures come from.
 * Loaded before the command's first write; then what the command is about to write is put in place of what
 * was loaded. */
struct fees_recount {
    const char *cycle_id, *provision_id;
    const char *lead_id;                 /* "": nobody leads */
    const Pb__FeeSubmission *submission; /* that stands; NULL: none */
    const Pb__FeeReport *report;         /* published; NULL: none */
    struct collected decisions;          /* Pb__FeeDecision, of any LA */
    const Pb__FeeDecision *decision;     /* in place of the same LA's among these; NULL: none */
    struct collected lines;              /* Pb__FeeLine; meta of a new one has version 0 */
    struct collected totals;             /* Pb__FeeLineTotals, as they are stored */
};
/* `authority_id`: "" for every LA's. */
enum code fees_recount_load(struct command *command, const char *cycle_id, const char *provision_id,
                            const char *authority_id, struct fees_recount *ret_recount);

/* Fills the figures of each line and writes those that changed; then each LA's totals, exactly, those that
 * changed. A line that shall be counted no more is left out of `lines`. */
enum code fees_recount_put(struct command *command, const struct fees_recount *recount);
