/* Consultations (rules F1, F4, F6). In: what is stored, what happens, the day. Out: the consultation as it
 * shall be, or a refusal. Who leads is rules_lead.c's, the report rules_report.c's. */

#include "services/fees/rules_consultation.h"

#include "services/fees/rules_lead.h"
#include "services/fees/rules_text.h"

enum { CONSULTATION_STATES = PB__CONSULTATION_STATE__CONSULTATION_STATE_REPORTED + 1 };

#define NONE       PB__CONSULTATION_STATE__CONSULTATION_STATE_UNSPECIFIED
#define AWAITED    PB__CONSULTATION_STATE__CONSULTATION_STATE_AWAITED
#define APPLIED    PB__CONSULTATION_STATE__CONSULTATION_STATE_APPLIED
#define CONSULTING PB__CONSULTATION_STATE__CONSULTATION_STATE_CONSULTING
#define REPORTED   PB__CONSULTATION_STATE__CONSULTATION_STATE_REPORTED

#define UNKNOWN     PB__FEE_LEVEL__FEE_LEVEL_UNSPECIFIED
#define WITHIN      PB__FEE_LEVEL__FEE_LEVEL_WITHIN
#define EXCEPTIONAL PB__FEE_LEVEL__FEE_LEVEL_EXCEPTIONAL
#define REVIEW      PB__FEE_LEVEL__FEE_LEVEL_REVIEW

/* Every state by every event. */
static const struct {
    enum fees_refusal refusal;
    Pb__ConsultationState next;
} steps[CONSULTATION_STATES][CONSULTATION_EVENTS] = {
    [NONE] =
        {
            [CONSULTATION_SUBMIT] = NO(CONSULTATION_UNKNOWN),
            [CONSULTATION_RETURN] = NO(CONSULTATION_UNKNOWN),
            [CONSULTATION_WITHDRAW] = NO(CONSULTATION_UNKNOWN),
            [CONSULTATION_CORRECT] = NO(CONSULTATION_UNKNOWN),
            [CONSULTATION_TELL] = NO(CONSULTATION_UNKNOWN),
            [CONSULTATION_BEGIN] = NO(CONSULTATION_UNKNOWN),
            [CONSULTATION_WRITE] = NO(CONSULTATION_UNKNOWN),
            [CONSULTATION_PUBLISH] = NO(CONSULTATION_UNKNOWN),
            [CONSULTATION_REOPEN] = NO(CONSULTATION_UNKNOWN),
        },
    [AWAITED] =
        {
            [CONSULTATION_SUBMIT] = TO(APPLIED),
            [CONSULTATION_RETURN] = NO(CONSULTATION_AWAITED),
            [CONSULTATION_WITHDRAW] = TO(AWAITED),
            [CONSULTATION_CORRECT] = NO(CONSULTATION_AWAITED),
            [CONSULTATION_TELL] = TO(AWAITED),
            [CONSULTATION_BEGIN] = NO(CONSULTATION_AWAITED),
            [CONSULTATION_WRITE] = TO(AWAITED),
            [CONSULTATION_PUBLISH] = NO(CONSULTATION_AWAITED),
            [CONSULTATION_REOPEN] = NO(CONSULTATION_NOT_REPORTED),
        },
    [APPLIED] =
        {
            [CONSULTATION_SUBMIT] = TO(APPLIED),
            [CONSULTATION_RETURN] = TO(AWAITED),
            [CONSULTATION_WITHDRAW] = TO(AWAITED),
            [CONSULTATION_CORRECT] = TO(APPLIED),
            [CONSULTATION_TELL] = TO(APPLIED),
            [CONSULTATION_BEGIN] = TO(CONSULTING),
            [CONSULTATION_WRITE] = TO(APPLIED),
            [CONSULTATION_PUBLISH] = TO(REPORTED),
            [CONSULTATION_REOPEN] = NO(CONSULTATION_NOT_REPORTED),
        },
    [CONSULTING] =
        {
            [CONSULTATION_SUBMIT] = TO(CONSULTING),
            [CONSULTATION_RETURN] = TO(AWAITED),
            [CONSULTATION_WITHDRAW] = TO(AWAITED),
            [CONSULTATION_CORRECT] = TO(CONSULTING),
            [CONSULTATION_TELL] = TO(CONSULTING),
            [CONSULTATION_BEGIN] = NO(CONSULTATION_BEGUN),
            [CONSULTATION_WRITE] = TO(CONSULTING),
            [CONSULTATION_PUBLISH] = TO(REPORTED),
            [CONSULTATION_REOPEN] = NO(CONSULTATION_NOT_REPORTED),
        },
    [REPORTED] =
        {
            [CONSULTATION_SUBMIT] = NO(CONSULTATION_REPORTED),
            [CONSULTATION_RETURN] = NO(CONSULTATION_REPORTED),
            [CONSULTATION_WITHDRAW] = NO(CONSULTATION_REPORTED),
            [CONSULTATION_CORRECT] = NO(CONSULTATION_REPORTED),
            [CONSULTATION_TELL] = NO(CONSULTATION_REPORTED),
            [CONSULTATION_BEGIN] = NO(CONSULTATION_REPORTED),
            [CONSULTATION_WRITE] = NO(CONSULTATION_REPORTED),
            [CONSULTATION_PUBLISH] = NO(CONSULTATION_REPORTED),
            [CONSULTATION_REOPEN] = TO(APPLIED),
        },
};

enum fees_refusal fee_consultation_step(Pb__ConsultationState state, enum fee_consultation_event event,
                                        Pb__ConsultationState *ret_state)
{
    if ((unsigned)state >= CONSULTATION_STATES || event >= CONSULTATION_EVENTS)
        return REFUSAL_ENUM_UNKNOWN;
    if (steps[state][event].refusal == REFUSAL_NONE)
        *ret_state = steps[state][event].next;
    return steps[state][event].refusal;
}

/* --- may it be --------------------------------------------------------------------------------------- */

static bool is_above(Pb__FeeLevel level)
{
    return level == EXCEPTIONAL || level == REVIEW;
}

bool fee_consultation_is_exceptional(const Pb__Consultation *consultation)
{
    /* What was told before anybody had applied, and without a reason, gives way to what is applied for. */
    bool told = consultation->told_level != UNKNOWN &&
                (consultation->told_reason[0] || consultation->level == UNKNOWN);
    return is_above(told ? consultation->told_level : consultation->level);
}

bool fee_consultation_is_short(const Pb__Consultation *consultation)
{
    return consultation->state != CONSULTING && !fee_consultation_is_exceptional(consultation);
}

static bool is_leads(enum fee_consultation_event event)
{
    return event == CONSULTATION_TELL || event == CONSULTATION_BEGIN || event == CONSULTATION_WRITE ||
           event == CONSULTATION_PUBLISH || event == CONSULTATION_REOPEN;
}

enum fees_refusal fee_consultation_may(const Pb__Consultation *consultation,
                                       enum fee_consultation_event event)
{
    Pb__ConsultationState next;
    if (is_leads(event) && !fee_scope_is_led(consultation->scope))
        return REFUSAL_CONSULTATION_NOT_LED;
    enum fees_refusal refusal = fee_consultation_step(consultation->state, event, &next);
    if (refusal != REFUSAL_NONE || consultation->state != APPLIED)
        return refusal;
    bool exceptional = fee_consultation_is_exceptional(consultation);
    if (event == CONSULTATION_BEGIN && !exceptional)
        return REFUSAL_CONSULTATION_NOT_EXCEPTIONAL;
    return event == CONSULTATION_PUBLISH && exceptional ? REFUSAL_CONSULTATION_NOT_BEGUN : REFUSAL_NONE;
}

/* A copy in the state that the event leads to. */
static enum fees_refusal advance(const Pb__Consultation *stored, enum fee_consultation_event event,
                                 Pb__Consultation *ret_consultation)
{
    enum fees_refusal refusal = fee_consultation_may(stored, event);
    if (refusal != REFUSAL_NONE)
        return refusal;
    *ret_consultation = *stored;
    return fee_consultation_step(stored->state, event, &ret_consultation->state);
}

/* --- the steps --------------------------------------------------------------------------------------- */

enum fees_refusal fee_consultation_submit(const Pb__Consultation *stored, const Pb__FeeSubmission *submission,
                                          Pb__Consultation *ret_consultation)
{
    if (strcmp(stored->provider_id, submission->provider_id) != 0)
        return REFUSAL_APPLICATION_HANDED_OVER;
    enum fees_refusal refusal = advance(stored, CONSULTATION_SUBMIT, ret_consultation);
    if (refusal != REFUSAL_NONE)
        return refusal;
    ret_consultation->application_id = submission->id;
    ret_consultation->submission = submission->number;
    ret_consultation->level = submission->level;
    return REFUSAL_NONE;
}

enum fees_refusal fee_consultation_take_back(const Pb__Consultation *stored,
                                             enum fee_consultation_event event,
                                             Pb__Consultation *ret_consultation)
{
    if (event != CONSULTATION_RETURN && event != CONSULTATION_WITHDRAW)
        return REFUSAL_ENUM_UNKNOWN;
    enum fees_refusal refusal = advance(stored, event, ret_consultation);
    if (refusal != REFUSAL_NONE)
        return refusal;
    if (event == CONSULTATION_WITHDRAW)
        ret_consultation->application_id = "";
    ret_consultation->submission = 0;
    ret_consultation->level = UNKNOWN;
    ret_consultation->begun_on = "";
    return REFUSAL_NONE;
}

enum fees_refusal fee_consultation_tell(const Pb__Consultation *stored, Pb__FeeLevel level,
                                        const char *reason, struct date today, struct arena *arena,
                                        Pb__Consultation *ret_consultation)
{
    Pb__Consultation told;
    enum fees_refusal refusal = advance(stored, CONSULTATION_TELL, &told);
    bool differs = stored->level != UNKNOWN && is_above(level) != is_above(stored->level);
    if (refusal != REFUSAL_NONE)
        return refusal;
    if (level != WITHIN && level != EXCEPTIONAL)
        return REFUSAL_LEVEL_WRONG;
    if (differs || reason[0]) {
        refusal = text_check(reason, differs ? REFUSAL_REASON_MISSING : REFUSAL_NONE);
        if (refusal != REFUSAL_NONE)
            return refusal;
    }
    told.told_level = level;
    told.told_reason = reason;
    told.told_on = date_text(today, arena);
    if (!told.told_on)
        return REFUSAL_TOO_MANY;
    *ret_consultation = told;
    return REFUSAL_NONE;
}

enum fees_refusal fee_consultation_begin(const Pb__Consultation *stored, struct date today,
                                         struct arena *arena, Pb__Consultation *ret_consultation)
{
    Pb__Consultation begun;
    enum fees_refusal refusal = advance(stored, CONSULTATION_BEGIN, &begun);
    if (refusal != REFUSAL_NONE)
        return refusal;
    begun.begun_on = date_text(today, arena);
    if (!begun.begun_on)
        return REFUSAL_TOO_MANY;
    *ret_consultation = begun;
    return REFUSAL_NONE;
}

enum fees_refusal fee_consultation_reopen(const Pb__Consultation *stored, const char *reason,
                                          Pb__Consultation *ret_consultation)
{
    Pb__Consultation open;
    enum fees_refusal refusal = advance(stored, CONSULTATION_REOPEN, &open);
    if (refusal == REFUSAL_NONE)
        refusal = text_check(reason, REFUSAL_REASON_MISSING);
    if (refusal != REFUSAL_NONE)
        return refusal;
    open.begun_on = "";
    open.reported_on = "";
    *ret_consultation = open;
    return REFUSAL_NONE;
}

enum fees_refusal fee_submission_check(uint32_t read, uint32_t stands, struct fault *ret_fault)
{
    if (read == stands)
        return REFUSAL_NONE;
    if (stands == 0)
        return fees_refuse(ret_fault, REFUSAL_SUBMISSION_OTHER, NULL,
                           "submission %u was read; it was returned or given up since, and none stands",
                           read);
    return fees_refuse(ret_fault, REFUSAL_SUBMISSION_OTHER, NULL,
                       "submission %u was read; submission %u stands: read that first", read, stands);
}
