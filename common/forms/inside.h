#pragma once
/* What the files of this folder share. */

#include "common/base/limits.h"
#include "common/forms/forms.h"

#define KIND_UNSPECIFIED PB__ANSWER_KIND__ANSWER_KIND_UNSPECIFIED
#define KIND_TEXT        PB__ANSWER_KIND__ANSWER_KIND_TEXT
#define KIND_CHOICE      PB__ANSWER_KIND__ANSWER_KIND_CHOICE
#define KIND_CHOICES     PB__ANSWER_KIND__ANSWER_KIND_CHOICES
#define KIND_SCALE       PB__ANSWER_KIND__ANSWER_KIND_SCALE
#define KIND_YES_NO      PB__ANSWER_KIND__ANSWER_KIND_YES_NO
#define KIND_NUMBERS     PB__ANSWER_KIND__ANSWER_KIND_NUMBERS
#define KIND_DATE        PB__ANSWER_KIND__ANSWER_KIND_DATE
#define KIND_EXPIRY      PB__ANSWER_KIND__ANSWER_KIND_EXPIRY
#define KIND_GRADE       PB__ANSWER_KIND__ANSWER_KIND_GRADE
#define KIND_MONEY       PB__ANSWER_KIND__ANSWER_KIND_MONEY
#define KIND_OTHER       _PB__ANSWER_KIND_IS_INT_SIZE

#define MODE_ANY     PB__VISIT_MODE__VISIT_MODE_UNSPECIFIED
#define MODE_ON_SITE PB__VISIT_MODE__VISIT_MODE_ON_SITE
#define MODE_REMOTE  PB__VISIT_MODE__VISIT_MODE_REMOTE

#define SIDE_ANY    PB__DATE_SIDE__DATE_SIDE_UNSPECIFIED
#define SIDE_PAST   PB__DATE_SIDE__DATE_SIDE_PAST
#define SIDE_COMING PB__DATE_SIDE__DATE_SIDE_COMING

#define YES_NO_YES PB__YES_NO__YES_NO_YES
#define YES_NO_NO  PB__YES_NO__YES_NO_NO
#define YES_NO_NA  PB__YES_NO__YES_NO_NOT_APPLICABLE

/* Puts an item at the end of a list of pointers in the arena; `list` is the address of the list. False past
 * the arena's limit. */
bool form_push(struct arena *arena, void *list, size_t *count, void *item);

/* Problems as they are found. */
struct form_found {
    struct arena *arena;
    struct form_problems list;
    size_t left_out;
};
/* `question` may be "". */
void form_problem(struct form_found *found, uint32_t line, const char *question, const char *reason, ...)
    __attribute__((format(printf, 4, 5)));
/* The same, of one number or amount of an answer. */
void form_problem_of(struct form_found *found, const char *question, const char *option, const char *reason,
                     ...) __attribute__((format(printf, 4, 5)));
/* In order of lines, with the count of those left out. RESOURCE_EXHAUSTED where the arena is full. */
enum code form_found_all(struct form_found *found, struct form_problems *ret_problems);

/* Every question of a template, in order; at most FORM_QUESTIONS_MAX. */
struct form_questions {
    const Pb__FormQuestion *items[FORM_QUESTIONS_MAX];
    size_t count;
};
void form_questions_of(const Pb__FormTemplate *template, struct form_questions *ret_questions);

const Pb__FormGrading *form_grading(const Pb__FormTemplate *template, const char *id);
/* The option of that identifier, and its place from 0; NULL: none. */
const Pb__FormOption *form_option(Pb__FormOption *const *options, size_t count, const char *id,
                                  size_t *ret_place);
/* What a question's answers name: its options, or the grades of its grading. NULL and 0 of other kinds. */
Pb__FormOption *const *form_options_of(const Pb__FormTemplate *template, const Pb__FormQuestion *question,
                                       size_t *ret_count);
/* The amount of that name; NULL: it is not named. */
const Pb__NamedNumber *form_number(const Pb__FormAnswer *answer, const char *option_id);

/* Which questions are asked, by their places. */
void form_asked(const struct form_questions *questions, const struct form_answers *answers,
                Pb__VisitMode mode, bool ret_asked[FORM_QUESTIONS_MAX]);
/* Is a question of that mode asked on such a visit? */
bool form_mode_asks(Pb__VisitMode asked, Pb__VisitMode visit);

/* What is wrong with one answer to a question that is there; the number of problems found. */
size_t form_check_answer(const Pb__FormTemplate *template, const Pb__FormQuestion *question,
                         const Pb__FormAnswer *answer, const struct form_setting *setting,
                         struct form_found *found);
/* Answers to questions that are not there, and second answers. */
void form_check_questions(const Pb__FormTemplate *template, const struct form_answers *answers,
                          struct form_found *found);

/* A text that grows in an arena. After the arena is full nothing is added. */
struct form_out {
    struct arena *arena;
    char *data;
    size_t size, capacity;
};
void form_put(struct form_out *out, const char *text);
void form_put_format(struct form_out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* NUL-ended; NULL where the arena was full. */
char *form_put_end(struct form_out *out);
