#pragma once
/* The forms of any service that keeps some: listed, previewed, imported, put into use, retired. */

#include "services/cli/cli.h"

/* The commands on the forms of one service: rows of a table, ended by the caller. `keeper`: the service, and
 * the word that they begin with; `of`: what its forms are of, `visits`; `form`: the name of one. */
#define TEMPLATES_OF(keeper, of, form)                                                                       \
    {.words = keeper " template",                                                                            \
     .summary = "List the forms of " of ", every version.",                                                  \
     .options = TEMPLATE_LIST_OPTIONS,                                                                       \
     .run = run_plan,                                                                                        \
     .service = keeper,                                                                                      \
     .plan = &TEMPLATE_LIST},                                                                                \
        {.words = keeper " template list",                                                                   \
         .summary = "List the forms of " of ", every version.",                                              \
         .options = TEMPLATE_LIST_OPTIONS,                                                                   \
         .run = run_plan,                                                                                    \
         .service = keeper,                                                                                  \
         .plan = &TEMPLATE_LIST},                                                                            \
        {.words = keeper " template show",                                                                   \
         .arguments = "FORM",                                                                                \
         .summary = "Show what a form asks.",                                                                \
         .details = "FORM is its name, for the version in use, or one version: " form "/2.",                 \
         .options = TEMPLATE_SHOW_OPTIONS,                                                                   \
         .least = 1,                                                                                         \
         .most = 1,                                                                                          \
         .run = run_template_show,                                                                           \
         .service = keeper},                                                                                 \
        {.words = keeper " template preview",                                                                \
         .arguments = "FILE",                                                                                \
         .summary = "Show what a form's text would be, and what is wrong with it; nothing is kept.",         \
         .details = "Problems are told as FILE:LINE.",                                                       \
         .least = 1,                                                                                         \
         .most = 1,                                                                                          \
         .run = run_template_preview,                                                                        \
         .service = keeper},                                                                                 \
        {.words = keeper " template import",                                                                 \
         .arguments = "FILE",                                                                                \
         .summary = "Keep a form's text as the draft of its next version.",                                  \
         .details = "Problems are told as FILE:LINE, and nothing is kept then.",                             \
         .options = TEMPLATE_IMPORT_OPTIONS,                                                                 \
         .least = 1,                                                                                         \
         .most = 1,                                                                                          \
         .run = run_template_import,                                                                         \
         .service = keeper},                                                                                 \
        {.words = keeper " template publish",                                                                \
         .arguments = "FORM",                                                                                \
         .summary = "Put a form's draft into use; what was begun on the version before goes on.",            \
         .least = 1,                                                                                         \
         .most = 1,                                                                                          \
         .run = run_plan,                                                                                    \
         .service = keeper,                                                                                  \
         .plan = &TEMPLATE_PUBLISH},                                                                         \
    {                                                                                                        \
        .words = keeper " template retire", .arguments = "FORM",                                             \
        .summary = "Retire a form: nothing new is begun on it.", .least = 1, .most = 1, .run = run_plan,     \
        .service = keeper, .plan = &TEMPLATE_RETIRE                                                          \
    }
extern const struct cli_option TEMPLATE_LIST_OPTIONS[], TEMPLATE_IMPORT_OPTIONS[], TEMPLATE_SHOW_OPTIONS[];
extern const struct cli_call_plan TEMPLATE_LIST, TEMPLATE_PUBLISH, TEMPLATE_RETIRE;
int run_template_show(struct cli *cli);
int run_template_preview(struct cli *cli);
int run_template_import(struct cli *cli);
