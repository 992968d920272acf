#pragma once
/* The words of a form's text: which there are, and where each may stand. */

#include "common/forms/inside.h"

/* Where a line stands: what was begun last. */
enum form_place {
    IN_HEAD = 1 << 0,
    IN_GRADING = 1 << 1,
    IN_SECTION = 1 << 2, /* before its first question */
    IN_QUESTION = 1 << 3,
    ANYWHERE = IN_HEAD | IN_GRADING | IN_SECTION | IN_QUESTION,
};

/* X(word, text, where it may stand, has something after it, may be said again) */
#define FORM_WORDS(X)                                                                                        \
    X(FORM, "form", IN_HEAD, true, false)                                                                    \
    X(TITLE, "title", IN_HEAD, true, false)                                                                  \
    X(PURPOSE, "purpose", IN_HEAD, true, false)                                                              \
    X(ABOUT, "about", IN_HEAD | IN_SECTION, true, true)                                                      \
    X(GRADING, "grading", IN_HEAD | IN_GRADING, true, true)                                                  \
    X(GRADE, "grade", IN_GRADING, true, true)                                                                \
    X(SECTION, "section", ANYWHERE, true, true)                                                              \
    X(QUESTION, "question", IN_SECTION | IN_QUESTION, true, true)                                            \
    X(ANSWER, "answer", IN_QUESTION, true, false)                                                            \
    X(OPTION, "option", IN_QUESTION, true, true)                                                             \
    X(HELP, "help", IN_QUESTION, true, true)                                                                 \
    X(REQUIRED, "required", IN_QUESTION, false, false)                                                       \
    X(CARRIES_OVER, "carries over", IN_QUESTION, false, false)                                               \
    X(EVIDENCE, "evidence", IN_QUESTION, true, false)                                                        \
    X(ONLY_IF, "only if", IN_QUESTION, true, false)                                                          \
    X(ONLY, "only", IN_QUESTION, true, false)                                                                \
    X(SUM_OF, "sum of", IN_QUESTION, true, false)                                                            \
    X(MAY_BE_NEGATIVE, "may be negative", IN_QUESTION, false, false)

enum form_word {
#define X(word, text, places, value, again) WORD_##word,
    FORM_WORDS(X)
#undef X
        WORD_COUNT
};

struct form_word_row {
    const char *text;
    unsigned places;
    bool value, again;
};
extern const struct form_word_row form_words[WORD_COUNT];

/* The word that a line begins with, in any case, and what follows it, without blanks around and without a
 * colon between. False: none. */
bool form_word_of(struct span line, enum form_word *ret_word, struct span *ret_value);
/* The word that a line perhaps meant to begin with; NULL: none comes near. */
const char *form_word_near(struct span line);

/* How a question is answered, as after `answer`: the words alone, without bounds or a grading. */
bool form_kind_of(struct span value, Pb__AnswerKind *ret_kind, struct span *ret_rest);
bool form_purpose_of(struct span value, Pb__FormPurpose *ret_purpose);

/* Without blanks at its ends. */
struct span form_trim(struct span text);
/* Does `text` begin with that phrase, in any case, any blanks between its words, and end there or go on after
 * a blank or a colon? */
bool form_phrase(struct span text, const char *phrase, struct span *ret_rest);
/* Small letters, digits and hyphens, a letter first, at most FORM_ID_BYTES_MAX. */
bool form_is_id(struct span text);
