#pragma once
/* The inside of the demonstration's fees, shared by its files (fees*.c). */

#include "services/cli/demo/fees.h"
#include "services/cli/demo/happenings.h"

#include "ccrag/v1/fee_applications.pb-c.h"
#include "ccrag/v1/fee_consultations.pb-c.h"
#include "ccrag/v1/fee_cycles.pb-c.h"
#include "ccrag/v1/fee_lines.pb-c.h"

#include <string.h>

enum { FEES_PLACING_MAX = 64, FEES_SERVICES = 2 };

/* One provision, and what is told of it. */
struct fee_tale {
    const Pb__Provision *provision;
    int64_t weekly_pence[FEES_SERVICES]; /* of each of its services, at the beginning of the cycle */
    bool school;                         /* it charges for boarding and for days; otherwise for one service */
    /* Of the cycle under way, as fees has it. */
    const char *lead; /* ""; nobody leads */
    const char *placing[FEES_PLACING_MAX];
    size_t placing_count;
    const char *application_id;
    int32_t basis_points; /* asked for */
    uint32_t submission;
};

/* How an application stands that is told of. */
enum fee_standing { FEES_DRAFT, FEES_SUBMITTED, FEES_RETURNED, FEES_CORRECTING };

/* Where the telling stands. */
struct fees_telling {
    struct cli *cli;
    struct demo demo;  /* a copy with randomness of its own */
    struct date first; /* of the cycle under way */
    struct happenings all;
    struct fee_tale tales[DEMO_FEES_LED + 2]; /* the last two: an IFA, supported accommodation */
    size_t led;                               /* of those, with a lead */
    struct fee_tale *agency, *supported;      /* NULL: there is none */
    struct fault *fault;
};

static inline enum code fees_call(struct fees_telling *telling, const char *method,
                                  const ProtobufCMessage *request, const ProtobufCMessage **ret_response)
{
    return cli_call(telling->cli, "fees", method, request, ret_response, telling->fault);
}

static inline size_t fees_services(const struct fee_tale *tale)
{
    return tale->school ? 2 : 1;
}
/* Does a provision of that kind charge for boarding and for days? */
bool fees_is_school(Pb__ProvisionKind kind);
/* Its identifier in every application. */
const char *fees_service_id(const struct fee_tale *tale, size_t index);
/* A fee with so many hundredths of a per cent added, to the penny. */
int64_t fees_raised(int64_t pence, int32_t basis_points);

/* fees_choose.c: which provisions; and what fees makes of one in the open cycle, once it has. */
void fees_choose(struct fees_telling *telling);
enum code fees_await(struct fees_telling *telling, struct fee_tale *tale);
/* Until fees has read what the registry and allocation have stored, and has its forms and letters. */
enum code fees_await_facts(struct fees_telling *telling);

/* fees_apply.c: an application that asks for so many basis points more, as far as `standing`; a draft's total
 * is off by `pence_off`. */
enum code fees_apply(struct fees_telling *telling, struct fee_tale *tale, int32_t basis_points,
                     enum fee_standing standing, int64_t pence_off);

/* fees_consult.c */
enum code fees_tell_level(struct fees_telling *telling, const struct fee_tale *tale, Pb__FeeLevel level);
/* A letter of the lead's, or of each LA that does not lead. */
enum code fees_send_letters(struct fees_telling *telling, const struct fee_tale *tale, Pb__FeeLetterKind kind,
                            int32_t days_ago);
enum code fees_consult(struct fees_telling *telling, const struct fee_tale *tale, int32_t offered,
                       int32_t countered);
/* The report: with basis points from the fee now, negotiated, or with `recommendation` alone. */
enum code fees_report(struct fees_telling *telling, const struct fee_tale *tale,
                      Pb__FeeRecommendation recommendation, int32_t basis_points);
enum code fees_decide(struct fees_telling *telling, const struct fee_tale *tale, const char *authority,
                      Pb__FeeDecisionKind kind, int32_t basis_points);

/* fees_lines.c: lines of every live placement of some LAs; `tales_only`: at the provisions that are told of.
 */
enum code fees_tell_lines(struct fees_telling *telling, bool tales_only);
