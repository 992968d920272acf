#pragma once
/* Letters of a cycle (rule F1): which there are, who sends them, and their texts, in which `{{names}}` are
 * filled in. Pure. */

#include "services/fees/refusal.h"

#include "common/base/arena.h"

#include "ccrag/v1/fee_consultations.pb-c.h"
#include "ccrag/v1/fee_cycles.pb-c.h"

/* X(name, as it is written between the brackets, what it is) */
#define FEE_LETTER_NAMES(X)                                                                                  \
    X(AUTHORITY, "authority", "the LA that sends it")                                                        \
    X(PROVIDER, "provider", "the provider it goes to")                                                       \
    X(PROVISION, "provision", "the provision it is about")                                                   \
    X(ADDRESS, "address", "that provision's address")                                                        \
    X(CYCLE, "cycle", "the cycle: 2027-28")                                                                  \
    X(FIRST_DAY, "first day", "the new fee's first day: the cycle's, or what the application asks for")      \
    X(LEAD, "lead", "the LA that leads")                                                                     \
    X(APPLICATION_DUE, "application due", "by when the provider applies")                                    \
    X(REPORT_DUE, "report due", "by when the lead reports")                                                  \
    X(DECISION_DUE, "decision due", "by when LAs decide")                                                    \
    X(TODAY, "today", "the letter's day")                                                                    \
    X(THRESHOLD, "threshold", "above what an increase is exceptional")                                       \
    X(INCREASE, "increase", "the largest increase asked for")                                                \
    X(FIGURES, "figures", "the weekly figures, a line for each service")                                     \
    X(DECISION, "decision", "what was decided")                                                              \
    X(REASON, "reason", "why")

enum fee_letter_name {
#define X(name, written, what) FEE_LETTER_##name,
    FEE_LETTER_NAMES(X)
#undef X
        FEE_LETTER_NAME_COUNT
};

/* Their values; NULL or "": not known, and shown as a gap to be filled in by hand: "[application due]". */
struct fee_letter_values {
    const char *of[FEE_LETTER_NAME_COUNT];
};

/* Where a text cannot be filled in. */
struct fee_letter_problem {
    uint32_t line, column; /* from 1; the column in characters */
    char reason[FAULT_REASON_BYTES];
};

/* LETTER_TEXT_WRONG: a name that there is not, brackets that are not closed or close nothing. */
enum fees_refusal fee_letter_check(const char *text, struct fee_letter_problem *ret_problem);

/* The text with its names filled in; a text that fee_letter_check refuses keeps what is wrong as it stands.
 * NULL past the arena's limit. */
char *fee_letter_fill(const char *text, const struct fee_letter_values *values, struct arena *arena);

/* --- which there are --------------------------------------------------------------------------------- */

enum fee_letter_sender {
    FEE_LETTER_FROM_OTHERS, /* from each LA that places there and does not lead */
    FEE_LETTER_FROM_LEAD,
    FEE_LETTER_FROM_EACH, /* from each LA that places there */
};

struct fee_letter_facts {
    Pb__FeeLetterKind kind;
    const char *id;   /* `not-leading`; also the name of its shipped text */
    const char *name; /* "who leads": how people call it */
    enum fee_letter_sender sender;
    Pb__FeeTaskKind task; /* by whose day it is due */
};
/* NULL: there is no such letter. */
const struct fee_letter_facts *fee_letter_of_kind(Pb__FeeLetterKind kind);
const struct fee_letter_facts *fee_letter_of_id(const char *id);

/* A letter's text as it shall be: the asked heading and text over the stored one. Meta is the service's to
 * set; texts are borrowed. The fault names line and column of what is wrong. */
enum fees_refusal fee_letter_update(const Pb__LetterText *stored, const Pb__LetterText *asked,
                                    Pb__LetterText *ret_text, struct fault *ret_fault);

/* A shipped text, taken apart: its first line is the heading, what follows an empty line the text. False past
 * the arena's limit. Identifier and kind are of its name. */
bool fee_letter_read(const char *id, struct span shipped, struct arena *arena, Pb__LetterText *ret_text);
