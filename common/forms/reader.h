#pragma once
/* A form's text while it is read: read.c takes the lines apart, read_form.c and read_question.c take what
 * they say, read_whole.c holds the whole against itself. */

#include "common/forms/words.h"

/* Lines at which a question says what may turn out wrong later. */
struct question_lines {
    uint32_t begins, answer, only_if, sum_of;
};

struct reader {
    struct arena *arena;
    struct form_found found;
    Pb__FormTemplate *template;
    Pb__FormGrading *grading;   /* the one that is open */
    Pb__FormSection *section;   /* the same */
    Pb__FormQuestion *question; /* the same */
    enum form_place place;
    uint32_t line;
    uint32_t said[WORD_COUNT]; /* in which line: of the head, or of the question that is open; 0: not yet */
    /* The text that may go on in the next line: kept here until it ends. */
    const char **text;
    size_t text_size, text_most;
    bool text_long; /* told already */
    char text_bytes[FORM_GUIDANCE_BYTES_MAX + 1];
    struct form_questions all; /* of every section, also of one that is wrong itself */
    struct question_lines lines[FORM_QUESTIONS_MAX];
    uint32_t grading_lines[FORM_GRADINGS_MAX], section_lines[FORM_SECTIONS_MAX];
};

/* Identifier of the question that is open; "" for none. */
const char *form_reader_question(const struct reader *reader);
#define TELL(reader, ...)                                                                                    \
    form_problem(&(reader)->found, (reader)->line, form_reader_question(reader), __VA_ARGS__)

/* For "%.*s": as much of a stranger's text as one quotes. */
#define QUOTED(span) (int)((span).size < 40 ? (span).size : 40), (const char *)(span).data

/* Begins a text of at most `most` bytes that goes to `text`; more of the same text goes on after a line's
 * end.
 */
void form_reader_text(struct reader *reader, const char **text, size_t most, struct span value);
/* Puts the text that is begun where it belongs. */
void form_reader_text_end(struct reader *reader);
/* Takes "identifier: words" apart; false, and told, where it is none. */
bool form_reader_identified(struct reader *reader, const char *word, struct span value, const char **ret_id,
                            struct span *ret_words);
/* In the arena; "" past its limit. */
const char *form_reader_copy(struct reader *reader, struct span value);

/* Takes a line that is of no question, or begins one. */
void form_reader_in_form(struct reader *reader, enum form_word word, struct span value);
/* Takes a line of a question. */
void form_reader_in_question(struct reader *reader, enum form_word word, struct span value);
/* Holds a question that has ended against its kind. */
void form_reader_question_end(struct reader *reader);
/* Holds the whole against itself: what is missing, and what refers to what. */
void form_reader_whole(struct reader *reader);
