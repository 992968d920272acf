#pragma once
/* The services of an application, and paths of its fields. Pure. */

#include "services/fees/refusal.h"

#include "common/base/arena.h"

#include "ccrag/v1/fee_applications.pb-c.h"

/* Small letters, digits and hyphens, a letter first, at most FEE_SERVICE_ID_BYTES_MAX. */
bool fee_service_is_id(const char *text);

/* Are there as many as may be, each with an identifier of its own? What else is wrong with one is told before
 * it is submitted, and no reason not to keep it. */
enum fees_refusal fee_services_check(Pb__FeeService *const *services, size_t count, struct fault *ret_fault);

/* Copies in which no split is missing; texts are borrowed. NULL past the arena's limit. */
Pb__FeeService **fee_services_whole(Pb__FeeService *const *services, size_t count, struct arena *arena);

/* The same services, in the same order, with the same titles and fees? None may lack a split. */
bool fee_services_same(Pb__FeeService *const *a, size_t a_count, Pb__FeeService *const *b, size_t b_count);

/* "residential-52 £3,000.00 to £3,100.00, day £1,000.00 to £1,000.00". NULL past the arena's limit. */
char *fee_services_text(Pb__FeeService *const *services, size_t count, struct arena *arena);

/* The parts of a split, in their order. */
enum fee_part { FEE_SOCIAL_CARE, FEE_EDUCATION, FEE_HEALTH, FEE_TOTAL, FEE_PARTS };
/* "social_care", as in a path; "social-care", as in a sheet; "social care", as people say. */
const char *fee_part_path(enum fee_part part);
const char *fee_part_id(enum fee_part part);
const char *fee_part_name(enum fee_part part);
/* Its amount, in pence, to be read or changed. */
int64_t *fee_part_of(Pb__FeeSplit *split, enum fee_part part);

/* `services[residential-52].proposed.total`; `part` FEE_PARTS: without it,
 * `services[residential-52].proposed`.
 */
void fee_service_field(const char *service_id, bool proposed, enum fee_part part,
                       char ret_field[FAULT_FIELD_BYTES]);
/* `answers[staffing].current`; `answers[staffing]` without an option; "answers" without a question. */
void fee_answer_field(const char *question_id, const char *option_id, char ret_field[FAULT_FIELD_BYTES]);
