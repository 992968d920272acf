#pragma once
/* One application, with what it is held against (rules F3, S4). */

#include "services/fees/handlers/support.h"
#include "services/fees/rules_application.h"
#include "services/fees/rules_consultation.h"
#include "services/fees/rules_submission.h"

struct applying {
    Pb__FeeApplication *stored;
    Pb__FeeCycle *cycle;
    Pb__Consultation *consultation; /* NULL: the provision has none in that cycle */
    struct fees_actor actor;
    /* of fees_load_setting */
    struct collected files; /* Pb__Evidence */
    struct form_files beside;
    struct fee_setting setting; /* points into the others */
};
/* The application of that identifier, if the caller may do that with it. Sets command->subject. */
enum code fees_load_applying(struct command *command, const char *id, enum fee_act act,
                             struct applying *ret_applying);
/* The same, to be changed: in a cycle that is open. */
enum code fees_load_applying_to(struct command *command, const char *id, enum fee_act act,
                                struct applying *ret_applying);
/* Its form and the files beside its answers. Before the command's first write. */
enum code fees_load_setting(struct command *command, struct applying *applying);
/* What is missing or wrong with it, as it is or is to be kept. */
enum code fees_list_problems(struct command *command, const struct applying *applying,
                             const Pb__FeeApplication *application, Pb__FeeProblem ***ret_problems,
                             size_t *ret_count);
/* What its consultation says of it; UNSPECIFIED without one. */
Pb__ConsultationState fees_state_beside(const struct applying *applying);
/* Puts an application that was returned or given up, with all that follows: what was submitted stands no
 * longer, decisions on it count no more, and `consultation` is as it is stored then. */
enum code fees_take_back(struct command *command, Pb__FeeApplication *application,
                         enum fee_consultation_event event, Pb__Consultation **consultation);
/* The application of a provision in a cycle that was not given up. NULL, and CODE_OK: there is none. */
enum code fees_standing_application(struct command *command, const char *consultation_id,
                                    Pb__FeeApplication **ret_application);
