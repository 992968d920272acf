/* Ofsted's grades and the many ways in which they are published. In: a text or a number. Out: a grade, or
 * that the text is none we know. Which of several judgements counts is not decided here. */

#include "common/domain/judgement.h"
#include "common/domain/scan.h"

#include <stddef.h>
#include <string.h>

const char *judgement_words(enum judgement judgement)
{
    switch (judgement) {
    case JUDGEMENT_NOT_JUDGED:
        return "Not judged";
    case JUDGEMENT_OUTSTANDING:
        return "Outstanding";
    case JUDGEMENT_GOOD:
        return "Good";
    case JUDGEMENT_REQUIRES_IMPROVEMENT:
        return "Requires improvement to be good";
    case JUDGEMENT_INADEQUATE:
        return "Inadequate";
    }
    return "Not judged";
}

const char *judgement_name(enum judgement judgement)
{
    switch (judgement) {
    case JUDGEMENT_NOT_JUDGED:
        return "not-judged";
    case JUDGEMENT_OUTSTANDING:
        return "outstanding";
    case JUDGEMENT_GOOD:
        return "good";
    case JUDGEMENT_REQUIRES_IMPROVEMENT:
        return "requires-improvement";
    case JUDGEMENT_INADEQUATE:
        return "inadequate";
    }
    return "not-judged";
}

enum judgement judgement_from_number(int64_t number)
{
    return number >= 0 && number <= JUDGEMENT_INADEQUATE ? (enum judgement)number : JUDGEMENT_NOT_JUDGED;
}

enum code judgement_parse(const char *text, enum judgement *ret_judgement, struct fault *ret_fault)
{
    static const struct {
        const char *text;
        enum judgement judgement;
    } published[] = {
        {"outstanding", JUDGEMENT_OUTSTANDING},
        {"1", JUDGEMENT_OUTSTANDING},
        {"good", JUDGEMENT_GOOD},
        {"2", JUDGEMENT_GOOD},
        {"requires improvement to be good", JUDGEMENT_REQUIRES_IMPROVEMENT},
        {"requires improvement", JUDGEMENT_REQUIRES_IMPROVEMENT},
        {"ri", JUDGEMENT_REQUIRES_IMPROVEMENT},
        {"3", JUDGEMENT_REQUIRES_IMPROVEMENT},
        {"adequate", JUDGEMENT_REQUIRES_IMPROVEMENT},     /* grade 3 of social care until 2015 */
        {"satisfactory", JUDGEMENT_REQUIRES_IMPROVEMENT}, /* grade 3 of schools until 2012 */
        {"inadequate", JUDGEMENT_INADEQUATE},
        {"4", JUDGEMENT_INADEQUATE},
        {"special measures", JUDGEMENT_INADEQUATE},
        {"serious weaknesses", JUDGEMENT_INADEQUATE},
        {"", JUDGEMENT_NOT_JUDGED},
        {"0", JUDGEMENT_NOT_JUDGED},
        {"9", JUDGEMENT_NOT_JUDGED}, /* "does not apply" in management information */
        {"not judged", JUDGEMENT_NOT_JUDGED},
        {"not applicable", JUDGEMENT_NOT_JUDGED},
        {"n/a", JUDGEMENT_NOT_JUDGED},
        {"null", JUDGEMENT_NOT_JUDGED},
        {"none", JUDGEMENT_NOT_JUDGED},
        {"not yet inspected", JUDGEMENT_NOT_JUDGED},
        {"insufficient evidence", JUDGEMENT_NOT_JUDGED},
        {"met", JUDGEMENT_NOT_JUDGED},
        {"not met", JUDGEMENT_NOT_JUDGED},
        /* Supported accommodation, from 2024: a scale of its own. */
        {"consistently strong service delivery", JUDGEMENT_NOT_JUDGED},
        {"inconsistent quality of service delivery", JUDGEMENT_NOT_JUDGED},
        {"serious or widespread weaknesses", JUDGEMENT_NOT_JUDGED},
    };
    char normal[64];
    scan_normalise(text, sizeof normal, normal);
    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++) {
        if (strcmp(normal, published[i].text) == 0) {
            *ret_judgement = published[i].judgement;
            return CODE_OK;
        }
    }
    return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "",
                     "\"%.60s\" is not a judgement that Ofsted publishes", text);
}
