#pragma once
/* Lines of one LA that change together, provision by provision, so that each provision's totals are counted
 * once (rule F5). Everything is loaded before the command's first write. */

#include "services/fees/handlers/totals.h"
#include "services/fees/rules_lines.h"

/* What changes at one provision. */
struct touched {
    const char *provision_id;
    const Pb__FeeSubmission *submission; /* its last, standing or not; NULL: none */
    struct fees_recount recount;
    size_t room; /* of recount.lines */
    bool changed;
};

struct line_changes {
    const Pb__FeeCycle *cycle;
    const char *authority_id;
    struct touched **items;
    size_t count, room;
};

/* That provision's lines of the LA, loaded once. Borrows `provision_id`. */
enum code fees_touch(struct command *command, struct line_changes *changes, const char *provision_id,
                     struct touched **ret_touched);
/* The line is so from now on: in place of the one with its identifier, or another one. */
enum code fees_touched_keep(struct command *command, struct touched *touched, Pb__FeeLine *line);
/* It is counted no more. */
void fees_touched_drop(struct touched *touched, const char *line_id);
/* Writes what changed. */
enum code fees_changes_put(struct command *command, const struct line_changes *changes);
