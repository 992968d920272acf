#pragma once
/* Forms as data (rules M2, F3): a host officer writes one as a text (README.md beside this file), people
 * answer it, and what is wrong or missing is told question by question. For monitoring and for fees.
 *
 * Pure: no store, no clock, no I/O. Whatever is given back lives in the arena that was given, and what it was
 * made from is borrowed: a row may point into a template or an answer. Every function that answers `enum
 * code` fails with CODE_RESOURCE_EXHAUSTED where the arena is full, and leaves its `ret_…` untouched then.
 *
 * A template that did not come from form_read is never trusted to be whole: what it refers to and lacks
 * counts as not asked, and nothing is read past its lists. */

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/domain/date.h"

#include "ccrag/v1/forms.pb-c.h"
#include "ccrag/v1/reports.pb-c.h"

/* What is wrong: at most FORM_PROBLEMS_MAX, and one more that counts those left out. */
struct form_problems {
    Pb__FormProblem **items;
    size_t count;
};

/* Answers as they came or are stored, in any order. Borrowed. */
struct form_answers {
    Pb__FormAnswer *const *items;
    size_t count;
};

/* What answers are held against. */
struct form_setting {
    Pb__VisitMode mode; /* unspecified: every question is asked */
    struct date day;    /* of the visit, or of the application; DATE_NONE: no date is held against it */
};

/* --- the text of a form ------------------------------------------------------------------------------ */

/* Reads the text of a form. The template has name, purpose, titles, gradings and sections; identifier,
 * version, state and source are its keeper's to set. INVALID_ARGUMENT: it has problems, in order of their
 * lines, all of them; `ret_template` is untouched. Without problems `ret_problems` is empty. */
enum code form_read(struct span text, struct arena *arena, Pb__FormTemplate **ret_template,
                    struct form_problems *ret_problems);

/* The canonical text of a template that form_read made: reading it gives the same template (a form whose text
 * was almost FORM_SOURCE_BYTES_MAX long may come out longer, and is refused then). NULL past the arena's
 * limit. */
char *form_write(const Pb__FormTemplate *template, struct arena *arena);

/* --- questions and answers --------------------------------------------------------------------------- */

/* NULL: there is none. Of two answers to the same question, the first. */
const Pb__FormQuestion *form_question(const Pb__FormTemplate *template, const char *id);
Pb__FormAnswer *form_answer_of(const struct form_answers *answers, const char *question_id);

/* Has the answer what its question's kind asks for? A remark or a file alone is none. `answer` may be NULL.
 */
bool form_is_answered(const Pb__FormQuestion *question, const Pb__FormAnswer *answer);

/* Is the question asked, in that mode and after those answers (its condition's question must be asked
 * itself)?
 */
bool form_is_asked(const Pb__FormTemplate *template, const Pb__FormQuestion *question,
                   const struct form_answers *answers, Pb__VisitMode mode);

/* What is wrong with answers each by itself, as at every save: no such question, the same one twice, not
 * asked in this mode, another kind's answer, outside its choices or bounds, no date or one on the wrong side
 * of the day, files that nobody asked for. A draft may lack anything; an empty answer is none. */
enum code form_check(const Pb__FormTemplate *template, const struct form_answers *answers,
                     const struct form_setting *setting, struct arena *arena,
                     struct form_problems *ret_problems);

/* What stands between answers and a complete form, in the order of its questions: what form_check says, and
 * what is required, asked and not answered; numbers not all named; evidence that is missing; sums that do not
 * add up, with the difference (rule F3); what is answered although its condition no longer asks it. */
enum code form_complete(const Pb__FormTemplate *template, const struct form_answers *answers,
                        const struct form_setting *setting, struct arena *arena,
                        struct form_problems *ret_problems);

/* --- one form after another -------------------------------------------------------------------------- */

struct form_filled {
    const Pb__FormTemplate *template;
    struct form_answers answers;
};

/* The answers that a form begins with: those of the form before whose question carries over, is of a
 * compatible kind and was met (rule M2; README.md says what met means of each kind), marked as carried over
 * and without evidence. */
enum code form_begin(const Pb__FormTemplate *template, const struct form_filled *before,
                     const struct form_setting *setting, struct arena *arena,
                     struct form_answers *ret_answers);

/* Two filled forms side by side: the questions of the later one in its order, then those that the earlier one
 * alone has; each that is answered in one of them. Files and whether it was carried over make no change. */
enum code form_compare(const struct form_filled *earlier, const struct form_filled *later,
                       struct arena *arena, Pb__AnswerChange ***ret_rows, size_t *ret_count);

/* The grades that were given, in the order of the questions, with their rank. `report_id` and `visited_on`
 * are put in each row. */
enum code form_grades(const struct form_filled *filled, const char *report_id, const char *visited_on,
                      struct arena *arena, Pb__GradeAt ***ret_rows, size_t *ret_count);

/* A day on which something ends, from an expiry question. */
struct form_expiry {
    const Pb__FormQuestion *question;
    struct date on;
};
/* The expiries that were answered with a date, the first to end first. */
enum code form_expiries(const struct form_filled *filled, struct arena *arena,
                        struct form_expiry **ret_expiries, size_t *ret_count);

/* --- for people -------------------------------------------------------------------------------------- */

/* An answer as one line: "Yes: seen on site", "Incidents 3, Children 2", "Current £1,200.00", "12 March
 * 2025". Empty without an answer or a question; an option that is gone shows as its identifier. NULL past the
 * arena's limit.
 */
char *form_answer_text(const Pb__FormTemplate *template, const Pb__FormQuestion *question,
                       const Pb__FormAnswer *answer, struct arena *arena);

/* "yes or no", "one of", …: how a question of that kind is answered, as the text of a form says it. */
const char *form_kind_name(Pb__AnswerKind kind);
/* "quality visit". */
const char *form_purpose_name(Pb__FormPurpose purpose);

struct form_fact {
    const char *name, *value;
};

/* What a printed form shows. Texts may hold anything: they are escaped. */
struct form_page {
    const Pb__FormTemplate *template;
    struct form_answers answers;
    Pb__VisitMode mode;  /* only what is asked is shown */
    const char *heading; /* NULL: the form's title */
    const char
        *standing; /* in a box under it: "Draft", "Published without the provider's comment"; may be NULL */
    const struct form_fact *facts; /* provision, LA, day of the visit; in their order */
    size_t n_facts;
    const struct form_fact *notes; /* after the answers: the provider's comment, amendments */
    size_t n_notes;
    const struct form_fact *files; /* names of files by their identifiers; one not named shows as that */
    size_t n_files;
    bool blank; /* to be filled in by hand: guidance and choices are shown, and room is left */
};

/* A whole document in UTF-8 that needs nothing else: no scripts, nothing fetched, headings in order, styled
 * for paper. NULL past the arena's limit. */
char *form_html(const struct form_page *page, struct arena *arena);
