#pragma once
/* An application as a sheet to be filled in offline, and the sheet read back (rule F3). Pure.
 *
 *     part,item,detail,title,current,proposed,answer,remark
 *
 * A row for each contribution of a service, and for each question of the form. Money stands under `current`
 * and `proposed` (of a question, its amounts of those names; a `forecast` stands under proposed); everything
 * else, and amounts of other names in rows of their own, under `answer`. Titles are for people and not read.
 * An empty cell changes nothing. A new identifier among the services is another service. */

#include "services/fees/rules_submission.h"

/* The sheet as it stands, UTF-8 with a mark, no cell a formula. RESOURCE_EXHAUSTED where the arena is full.
 */
enum code fee_sheet_write(const Pb__FeeApplication *application, const struct fee_setting *setting,
                          struct arena *arena, struct span *ret_csv);
/* "fees-2027-28-oak-house.csv"; NULL past the arena's limit. */
char *fee_sheet_name(const Pb__FeeApplication *application, struct arena *arena);

/* What a sheet says. */
struct fee_sheet {
    Pb__SaveFeeApplicationRequest typed; /* as if it had been typed: for fee_application_save; its version is
                                            the caller's to set */
    uint32_t cells_kept;                 /* filled in and right, also where it says what was there already */
    struct fee_problems problems;        /* of every other cell, by row and column */
};

/* Reads a sheet over the application that it was written from. Every right cell is in `typed`, every wrong
 * one in `problems`; a file that is no CSV at all is one problem, and keeps nothing. RESOURCE_EXHAUSTED where
 * the arena is full. */
enum code fee_sheet_read(struct span csv, const Pb__FeeApplication *application,
                         const struct fee_setting *setting, struct arena *arena, struct fee_sheet *ret_sheet);
