/* What a question says of itself. In: the lines under it. Out: the question, held against its own kind; what
 * it refers to is read_whole.c's. */

#include "common/forms/reader.h"
#include "common/domain/scan.h"

#include <stdlib.h>

static struct question_lines *lines_of(struct reader *reader)
{
    return &reader->lines[reader->all.count ? reader->all.count - 1 : 0];
}

/* A whole number of few digits at the front. */
static bool take_whole(struct span *text, int32_t *ret_number)
{
    char digits[8];
    size_t size = 0;
    while (size < text->size && size < sizeof digits - 1 &&
           (is_digit((char)text->data[size]) || (size == 0 && text->data[0] == '-'))) {
        digits[size] = (char)text->data[size];
        size++;
    }
    if (size == 0 || (size == 1 && digits[0] == '-') || size == sizeof digits - 1)
        return false;
    digits[size] = '\0';
    *ret_number = (int32_t)strtol(digits, NULL, 10);
    *text = form_trim(span_of(text->data + size, text->size - size));
    return true;
}

/* "1 to 5" */
static void take_scale(struct reader *reader, struct span value)
{
    Pb__FormQuestion *question = reader->question;
    int32_t least, most;
    if (!take_whole(&value, &least) || !form_phrase(value, "to", &value) || !take_whole(&value, &most) ||
        value.size > 0)
        TELL(reader, "a scale has two whole numbers: write \"answer: scale 1 to 5\"");
    else if (least >= most)
        TELL(reader, "the scale's bounds are upside down: write \"answer: scale %d to %d\"",
             most < least ? most : least, most < least ? least : least + 1);
    else if (least < -FORM_SCALE_MAX || most > FORM_SCALE_MAX)
        TELL(reader, "a scale is within %d and %d", -FORM_SCALE_MAX, FORM_SCALE_MAX);
    else {
        question->least = least;
        question->most = most;
    }
}

static void take_answer(struct reader *reader, struct span value)
{
    Pb__FormQuestion *question = reader->question;
    struct span rest;
    lines_of(reader)->answer = reader->line;
    if (form_phrase(value, "past", &rest))
        question->date_side = SIDE_PAST;
    else if (form_phrase(value, "coming", &rest))
        question->date_side = SIDE_COMING;
    if (question->date_side != SIDE_ANY) {
        question->kind = KIND_DATE;
        if (!form_phrase(rest, "date", &rest) || rest.size > 0)
            TELL(reader, "write \"past date\" or \"coming date\"");
        return;
    }
    if (!form_kind_of(value, &question->kind, &rest)) {
        question->kind = KIND_OTHER; /* told: no more is said of its kind */
        TELL(reader,
             "\"%.*s\" is no way to answer: text, yes or no, one of, any of, scale 1 to 5, numbers, "
             "money, date, past date, coming date, expiry, or grade and the grading",
             QUOTED(value));
    } else if (question->kind == KIND_SCALE) {
        take_scale(reader, rest);
    } else if (question->kind != KIND_GRADE) {
        if (rest.size > 0)
            TELL(reader, "\"%s\" stands alone, without \"%.*s\"", form_kind_name(question->kind),
                 QUOTED(rest));
    } else if (form_is_id(rest)) {
        question->grading_id = form_reader_copy(reader, rest);
    } else {
        TELL(reader, "says not which grading: write \"answer: grade standard\"");
    }
}

static void add_option(struct reader *reader, struct span value)
{
    Pb__FormQuestion *question = reader->question;
    Pb__FormOption *option = arena_new(reader->arena, Pb__FormOption);
    struct span words;
    if (!option)
        return;
    pb__form_option__init(option);
    if (!form_reader_identified(reader, "option", value, &option->id, &words))
        return;
    if (form_option(question->options, question->n_options, option->id, NULL))
        TELL(reader, "there is an option %s in this question already", option->id);
    else if (question->n_options >= FORM_OPTIONS_MAX)
        TELL(reader, "has more than %d options", FORM_OPTIONS_MAX);
    else if (form_push(reader->arena, &question->options, &question->n_options, option))
        form_reader_text(reader, &option->title, FORM_TITLE_BYTES_MAX, words);
}

static void take_evidence(struct reader *reader, struct span value)
{
    struct span rest;
    bool needed = form_phrase(value, "needed", &rest);
    if ((!needed && !form_phrase(value, "welcome", &rest)) || rest.size > 0) {
        TELL(reader, "evidence is \"welcome\" or \"needed\"");
        return;
    }
    reader->question->takes_evidence = true;
    reader->question->needs_evidence = needed;
}

static void take_only(struct reader *reader, struct span value)
{
    struct span rest;
    if (form_phrase(value, "on site", &rest) && rest.size == 0)
        reader->question->mode = MODE_ON_SITE;
    else if (form_phrase(value, "remote", &rest) && rest.size == 0)
        reader->question->mode = MODE_REMOTE;
    else
        TELL(reader, "is asked only \"on site\" or only \"remote\"; after another question's answer, write "
                     "\"only if: question is answer\"");
}

/* "sprinklers is no" */
static void take_only_if(struct reader *reader, struct span value)
{
    Pb__FormQuestion *question = reader->question;
    size_t size = 0;
    struct span answer = span_of(NULL, 0);
    while (size < value.size && !is_blank((char)value.data[size]))
        size++;
    struct span id = span_of(value.data, size),
                rest = form_trim(span_of(value.data + size, value.size - size));
    lines_of(reader)->only_if = reader->line;
    if (!form_phrase(rest, "is", &answer) || !form_is_id(id)) {
        TELL(reader, "write a question and its answer: \"only if: sprinklers is no\"");
        return;
    }
    char lower[FORM_ID_BYTES_MAX + 1] = "";
    for (size_t i = 0; i < answer.size && i < FORM_ID_BYTES_MAX; i++)
        lower[i] = to_lower((char)answer.data[i]);
    if (!form_is_id(span_of(lower, answer.size))) {
        TELL(reader, "\"%.*s\" is no answer's identifier: yes, no, or that of an option or a grade",
             QUOTED(answer));
        return;
    }
    question->only_if_question = form_reader_copy(reader, id);
    question->only_if_answer = form_reader_copy(reader, span_of(lower, answer.size));
}

static bool sums_already(const Pb__FormQuestion *question, const char *id)
{
    for (size_t i = 0; i < question->n_sum_of; i++)
        if (strcmp(question->sum_of[i], id) == 0)
            return true;
    return false;
}

static void add_part(struct reader *reader, struct span part)
{
    Pb__FormQuestion *question = reader->question;
    const char *id = form_reader_copy(reader, part);
    if (!form_is_id(part))
        TELL(reader,
             "\"%.*s\" is no identifier: name the questions with commas between, as \"sum of: care, "
             "staffing\"",
             QUOTED(part));
    else if (sums_already(question, id))
        TELL(reader, "%s is in the sum twice", id);
    else if (question->n_sum_of >= FORM_SUM_MAX)
        TELL(reader, "has more than %d questions in its sum", FORM_SUM_MAX);
    else
        form_push(reader->arena, &question->sum_of, &question->n_sum_of, (void *)(uintptr_t)id);
}

static void take_sum(struct reader *reader, struct span value)
{
    lines_of(reader)->sum_of = reader->line;
    for (;;) {
        const uint8_t *comma = memchr(value.data, ',', value.size);
        size_t size = comma ? (size_t)(comma - value.data) : value.size;
        add_part(reader, form_trim(span_of(value.data, size)));
        if (!comma)
            return;
        value = span_of(comma + 1, value.size - size - 1);
        if (value.size == 0) {
            TELL(reader, "ends with a comma: name one more question, or take it out");
            return;
        }
    }
}

void form_reader_in_question(struct reader *reader, enum form_word word, struct span value)
{
    Pb__FormQuestion *question = reader->question;
    if (word == WORD_ANSWER)
        take_answer(reader, value);
    else if (word == WORD_OPTION)
        add_option(reader, value);
    else if (word == WORD_HELP)
        form_reader_text(reader, &question->guidance, FORM_GUIDANCE_BYTES_MAX, value);
    else if (word == WORD_REQUIRED)
        question->required = true;
    else if (word == WORD_CARRIES_OVER)
        question->carries_over = true;
    else if (word == WORD_EVIDENCE)
        take_evidence(reader, value);
    else if (word == WORD_ONLY_IF)
        take_only_if(reader, value);
    else if (word == WORD_ONLY)
        take_only(reader, value);
    else if (word == WORD_SUM_OF)
        take_sum(reader, value);
    else if (word == WORD_MAY_BE_NEGATIVE)
        question->may_be_negative = true;
}

/* The least number of options that its kind needs; none where it takes none. */
static size_t options_needed(Pb__AnswerKind kind)
{
    switch (kind) {
    case KIND_CHOICE:
    case KIND_CHOICES:
        return 2;
    case KIND_NUMBERS:
    case KIND_MONEY:
        return 1;
    case KIND_TEXT:
    case KIND_SCALE:
    case KIND_YES_NO:
    case KIND_DATE:
    case KIND_EXPIRY:
    case KIND_GRADE:
    case KIND_UNSPECIFIED:
    case KIND_OTHER:
        break;
    }
    return 0;
}

void form_reader_question_end(struct reader *reader)
{
    const Pb__FormQuestion *question = reader->question;
    const struct question_lines *lines = lines_of(reader);
    const char *name = form_kind_name(question->kind);
    size_t needed = options_needed(question->kind);
    struct form_found *found = &reader->found;
    if (question->kind == KIND_UNSPECIFIED)
        form_problem(found, lines->begins, question->id,
                     "says not how it is answered: add a line \"answer: yes or no\", or another kind");
    if (question->kind == KIND_UNSPECIFIED || question->kind == KIND_OTHER)
        return;
    if (question->n_options < needed)
        form_problem(found, lines->answer, question->id, "\"%s\" has too few options: add %s", name,
                     needed == 1 ? "at least one line \"option: children: Children\""
                                 : "at least two lines \"option: weekly: Every week\"");
    if (needed == 0 && question->n_options > 0)
        form_problem(found, lines->answer, question->id,
                     "\"%s\" takes no options; they belong to one of, any of, numbers and money", name);
    if (question->n_sum_of > 0 && question->kind != KIND_NUMBERS && question->kind != KIND_MONEY)
        form_problem(found, lines->sum_of, question->id, "only numbers and money are sums");
    if (question->may_be_negative && question->kind != KIND_MONEY)
        form_problem(found, lines->answer, question->id, "only money may be negative");
}
