/* The text of a form, line by line (README.md). In: bytes that anybody wrote. Out: a template, or every
 * problem with its line. A line that is wrong is told and passed over; what follows is read as if it had been
 * right. */

#include "common/forms/reader.h"

const char *form_reader_question(const struct reader *reader)
{
    return reader->question ? reader->question->id : "";
}

const char *form_reader_copy(struct reader *reader, struct span value)
{
    char *copy = arena_alloc(reader->arena, value.size + 1);
    if (copy && value.size)
        memcpy(copy, value.data, value.size);
    return copy ? copy : "";
}

/* --- texts that go on over several lines ------------------------------------------------------------- */

void form_reader_text_end(struct reader *reader)
{
    if (reader->text && reader->text_size)
        *reader->text = form_reader_copy(reader, span_of(reader->text_bytes, reader->text_size));
    reader->text = NULL;
}

static void text_add(struct reader *reader, const char *between, struct span value)
{
    size_t size = reader->text_size ? strlen(between) : 0;
    if (reader->text_long || value.size == 0)
        return;
    if (reader->text_size + size + value.size > reader->text_most) {
        TELL(reader, "is longer than %zu bytes: say it in fewer words", reader->text_most);
        reader->text_long = true;
        return;
    }
    memcpy(reader->text_bytes + reader->text_size, between, size);
    reader->text_size += size;
    memcpy(reader->text_bytes + reader->text_size, value.data, value.size);
    reader->text_size += value.size;
}

void form_reader_text(struct reader *reader, const char **text, size_t most, struct span value)
{
    if (reader->text != text) {
        form_reader_text_end(reader);
        reader->text = text;
        reader->text_most = most;
        reader->text_long = false;
        reader->text_size = strlen(*text);
        memcpy(reader->text_bytes, *text, reader->text_size);
    }
    text_add(reader, "\n", value); /* said again: another paragraph */
}

/* --- lines ------------------------------------------------------------------------------------------- */

static void take_word(struct reader *reader, enum form_word word, struct span value)
{
    switch (word) {
    case WORD_FORM:
    case WORD_TITLE:
    case WORD_PURPOSE:
    case WORD_ABOUT:
    case WORD_GRADING:
    case WORD_GRADE:
    case WORD_SECTION:
    case WORD_QUESTION:
        form_reader_in_form(reader, word, value);
        return;
    case WORD_ANSWER:
    case WORD_OPTION:
    case WORD_HELP:
    case WORD_REQUIRED:
    case WORD_CARRIES_OVER:
    case WORD_EVIDENCE:
    case WORD_ONLY_IF:
    case WORD_ONLY:
    case WORD_SUM_OF:
    case WORD_MAY_BE_NEGATIVE:
        form_reader_in_question(reader, word, value);
        return;
    case WORD_COUNT:
        return;
    }
}

/* Where a word that stands in the wrong place belongs. */
static const char *place_of(unsigned places)
{
    if (places & IN_QUESTION)
        return places & IN_SECTION ? "after a section has begun" : "under a question";
    if (places & IN_GRADING)
        return places & IN_HEAD ? "before the first section" : "under a grading";
    return places & IN_SECTION ? "at the top, or under a section before its first question"
                               : "at the top, before the first grading and section";
}

static void question_end(struct reader *reader)
{
    if (reader->question)
        form_reader_question_end(reader);
    reader->question = NULL;
}

static void take_phrase(struct reader *reader, struct span line)
{
    enum form_word word;
    struct span value;
    if (!form_word_of(line, &word, &value)) {
        const char *near = form_word_near(line);
        form_reader_text_end(reader);
        if (near)
            TELL(reader, "\"%.*s\" begins with no word of a form; did you mean \"%s\"?", QUOTED(line), near);
        else
            TELL(reader,
                 "\"%.*s\" begins with no word of a form; a line that goes on begins with +, and a "
                 "remark with #",
                 QUOTED(line));
        return;
    }
    const struct form_word_row *row = &form_words[word];
    if (word != WORD_HELP && word != WORD_ABOUT)
        form_reader_text_end(reader); /* those go on in another paragraph */
    bool begins = word == WORD_SECTION || word == WORD_QUESTION || word == WORD_GRADING;
    if (!(row->places & (unsigned)reader->place))
        TELL(reader, "\"%s\" stands %s", row->text, place_of(row->places));
    else if (row->value && value.size == 0 && !begins)
        TELL(reader, "\"%s\" has nothing after it", row->text);
    else if (!row->value && value.size > 0)
        TELL(reader, "\"%s\" stands alone, without \"%.*s\"", row->text, QUOTED(value));
    else if (!row->again && reader->said[word])
        TELL(reader, "\"%s\" is said already in line %u", row->text, reader->said[word]);
    else {
        if (begins)
            question_end(reader);
        if (!row->again)
            reader->said[word] = reader->line;
        take_word(reader, word, value);
        return;
    }
    form_reader_text_end(reader);
}

/* Control characters would be lost on paper; a tab is a blank. */
static bool has_control(struct span line)
{
    for (size_t i = 0; i < line.size; i++)
        if ((line.data[i] < ' ' && line.data[i] != '\t') || line.data[i] == 0x7f)
            return true;
    return false;
}

static void take_line(struct reader *reader, struct span line)
{
    line = form_trim(line);
    if (line.size == 0 || line.data[0] == '#')
        return;
    if (!span_is_text(line))
        TELL(reader, "is not UTF-8: save the file with that encoding");
    else if (has_control(line))
        TELL(reader, "has a control character: take it out");
    else if (line.data[0] != '+')
        take_phrase(reader, line);
    else if (reader->text)
        text_add(reader, " ", form_trim(span_of(line.data + 1, line.size - 1)));
    else
        TELL(reader, "goes on with +, and the line before is no text that could");
}

static void take_lines(struct reader *reader, struct span text)
{
    static const uint8_t mark[] = {0xEF, 0xBB, 0xBF};
    if (span_has_prefix(text, span_of(mark, sizeof mark)))
        text = span_of(text.data + sizeof mark, text.size - sizeof mark);
    while (text.size > 0 && !reader->arena->exhausted) {
        const uint8_t *end = memchr(text.data, '\n', text.size);
        size_t size = end ? (size_t)(end - text.data) : text.size;
        reader->line++;
        take_line(reader, span_of(text.data, size));
        size += end != NULL;
        text = span_of(text.data + size, text.size - size);
    }
}

enum code form_read(struct span text, struct arena *arena, Pb__FormTemplate **ret_template,
                    struct form_problems *ret_problems)
{
    struct reader *reader = arena_new(arena, struct reader);
    Pb__FormTemplate *template = arena_new(arena, Pb__FormTemplate);
    if (!reader || !template)
        return CODE_RESOURCE_EXHAUSTED;
    pb__form_template__init(template);
    reader->arena = reader->found.arena = arena;
    reader->template = template;
    reader->place = IN_HEAD;
    if (text.size > FORM_SOURCE_BYTES_MAX) {
        TELL(reader, "the form is longer than %d bytes", FORM_SOURCE_BYTES_MAX);
    } else {
        take_lines(reader, text);
        form_reader_text_end(reader);
        question_end(reader);
        form_reader_whole(reader);
    }
    struct form_problems problems = {0};
    enum code code = form_found_all(&reader->found, &problems);
    if (code != CODE_OK)
        return code;
    *ret_problems = problems;
    if (problems.count > 0)
        return CODE_INVALID_ARGUMENT;
    *ret_template = template;
    return CODE_OK;
}
