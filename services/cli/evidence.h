#pragma once
/* Files beside answers, of any service that keeps them: sent in parts, fetched, taken away. */

#include "services/cli/cli.h"

#include "ccrag/v1/evidence.pb-c.h"

/* Sends a whole file to that service (`monitoring`), beside an answer of what has the UUID `of_id`. What was
 * begun and then refused is taken away again; where it cannot be, that is complained of. The response lives
 * in cli->arena. */
enum code evidence_send(struct cli *cli, const char *service, const char *of_id, const char *question_id,
                        const char *name, struct span bytes, const Pb__FinishEvidenceResponse **ret_response,
                        struct fault *ret_fault);

/* The commands on the files of one service: rows of its table. `group`: words before them, `monitoring
 * report`; `owner`: what the files belong to, as an argument is called, `REPORT`. */
#define EVIDENCE_COMMANDS(group, keeper, owner)                                                              \
    {.words = group " evidence add",                                                                         \
     .arguments = owner " QUESTION FILE",                                                                    \
     .summary = "Put a file beside an answer of a draft.",                                                   \
     .details = "At most 25 MB. Its kind is found by what it holds.",                                        \
     .options = EVIDENCE_ADD_OPTIONS,                                                                        \
     .least = 3,                                                                                             \
     .most = 3,                                                                                              \
     .run = run_evidence_add,                                                                                \
     .service = keeper},                                                                                     \
        {.words = group " evidence get",                                                                     \
         .arguments = "EVIDENCE [FILE]",                                                                     \
         .summary = "Fetch a file that stands beside an answer.",                                            \
         .least = 1,                                                                                         \
         .most = 2,                                                                                          \
         .run = run_evidence_get,                                                                            \
         .service = keeper},                                                                                 \
    {                                                                                                        \
        .words = group " evidence remove", .arguments = "EVIDENCE", .summary = "Take a file from a draft.",  \
        .least = 1, .most = 1, .run = run_plan, .service = keeper, .plan = &EVIDENCE_REMOVE                  \
    }
extern const struct cli_option EVIDENCE_ADD_OPTIONS[];
extern const struct cli_call_plan EVIDENCE_REMOVE;
int run_evidence_add(struct cli *cli);
int run_evidence_get(struct cli *cli);
