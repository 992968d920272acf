#pragma once
/* What stands between an application and its submission, and the submission that comes of it (rules F3, F4).
 * Pure. */

#include "services/fees/rules_application.h"
#include "services/fees/rules_threshold.h"

#include "common/forms/evidence.h"

/* --- problems ---------------------------------------------------------------------------------------- */

/* Problems as they are found: at most FEE_PROBLEMS_MAX, and one more that counts those left out. */
struct fee_problems {
    struct arena *arena;
    Pb__FeeProblem **items;
    size_t count;
    size_t left_out;
};
/* `field` and `value` are copied. */
void fee_problem(struct fee_problems *problems, const char *field, const char *value, const char *reason, ...)
    __attribute__((format(printf, 4, 5)));
/* The same, of a cell of a sheet; each text may be "". */
struct fee_cell {
    uint32_t row;       /* from 1 */
    const char *column; /* its name */
    const char *field;  /* what it is, where that is known */
    const char *value;
};
void fee_problem_in_cell(struct fee_problems *problems, const struct fee_cell *cell, const char *reason, ...)
    __attribute__((format(printf, 3, 4)));
/* Ends the list with the count of those left out. RESOURCE_EXHAUSTED where the arena is full. */
enum code fee_problems_end(struct fee_problems *problems);

/* What an application is held against. Each borrowed. */
struct fee_setting {
    const Pb__FeeCycle *cycle;
    const Pb__FormTemplate *form;
    const struct form_files *files; /* beside its answers; NULL: none */
    struct date day;                /* of the application: dates of the form are held against it */
};

/* Every thing that is missing or wrong, services first, then the form's questions in their order, each with
 * the path of its field, what it says there, and what would be right (rule F3): splits to the penny, nothing
 * below nothing, the first day within the cycle. RESOURCE_EXHAUSTED where the arena is full. */
enum code fee_application_problems(const Pb__FeeApplication *application, const struct fee_setting *setting,
                                   struct arena *arena, struct fee_problems *ret_problems);
/* The same of a report's answers: questions of the form alone, under `answers[…]`. */
enum code fee_form_problems(const Pb__FormTemplate *form, const struct form_answers *answers,
                            const struct form_files *files, struct date day, struct fee_problems *problems);

/* --- increases (rule F4) ----------------------------------------------------------------------------- */

/* Is it charged for the first time? Then there is nothing to hold its fee against. */
bool fee_service_is_new(const Pb__FeeService *service);

/* The largest increase of the services, and how it stands. */
struct fee_increase {
    Pb__FeeLevel level;     /* UNSPECIFIED: every service is new */
    const char *service_id; /* of the first of the largest; "" where every service is new */
    const char *percent;    /* to four places, halves away from zero; "" likewise */
};
/* False past the arena's limit. New services are left out of it. */
bool fee_increase_of(Pb__FeeService *const *services, size_t count, const struct threshold_value *threshold,
                     struct arena *arena, struct fee_increase *ret_increase);

/* --- submission -------------------------------------------------------------------------------------- */

/* The application, submitted, and what it submits: held against the threshold in force today. Refused with
 * the first of its problems and the count of the others (APPLICATION_INCOMPLETE), without a threshold, or
 * where its indices have no value. `concerned`: who places or placed there. The submission's meta is the
 * service's to set; it borrows from the application. */
struct fee_concerned {
    const char *const *ids; /* GSS codes */
    size_t count;
};
enum fees_refusal fee_application_submit(const Pb__FeeApplication *stored, Pb__ConsultationState beside,
                                         const struct fee_setting *setting,
                                         const struct threshold_indices *indices,
                                         const struct fee_concerned *concerned, struct arena *arena,
                                         Pb__FeeApplication *ret_application,
                                         Pb__FeeSubmission *ret_submission, struct fault *ret_fault);
