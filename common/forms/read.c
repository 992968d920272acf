/* The text of a form, line by line (README.md). In: bytes that anybody wrote. Out: a template, or every
 * problem with its line. A line that is wrong is told and passed over; what follows is read as if it had been
 * right. */

#include "common/forms/reader.h"
#include "common/domain/scan.h"

const char *reader_question(const struct reader *reader)
{
    return reader->question ? reader->question->id : "";
}

const char *reader_copy(struct reader *reader, struct span value)
{
    char *copy = arena_alloc(reader->arena, value.size + 1);
    if (copy && value.size)
        memcpy(copy, value.data, value.size);
    return copy ? copy : "";
}

/* --- texts that go on over several lines --------------------------------------------------------------- */

void reader_text_end(struct reader *reader)
{
    if (reader->text && reader->text_size)
        *reader->text = reader_copy(reader, span_of(reader->text_bytes, reader->text_size));
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

void reader_text(struct reader *reader, const char **text, size_t most, struct span value)
{
    if (reader->text != text) {
        reader_text_end(reader);
        reader->text = text;
        reader->text_most = most;
        reader->text_long = false;
        reader->text_size = strlen(*text);
        memcpy(reader->text_bytes, *text, reader->text_size);
    }
    text_add(reader, "\n", value); /* said again: another paragraph */
}

/* --- what begins something ----------------------------------------------------------------------------- */

/* An identifier that the words of a question would give. */
static void suggest_id(struct span words, char ret_id[FORM_ID_BYTES_MAX + 1])
{
    enum { SUGGESTED_MOST = 30 };
    size_t size = 0;
    for (size_t i = 0; i < words.size && size < SUGGESTED_MOST; i++) {
        char c = to_lower((char)words.data[i]);
        bool part = (c >= 'a' && c <= 'z') || (size > 0 && is_digit(c));
        if (part)
            ret_id[size++] = c;
        else if (size > 0 && ret_id[size - 1] != '-')
            ret_id[size++] = '-';
    }
    while (size > 0 && ret_id[size - 1] == '-')
        size--;
    if (size == 0)
        ret_id[size++] = 'a';
    ret_id[size] = '\0';
}

bool reader_identified(struct reader *reader, const char *word, struct span value, const char **ret_id,
                       struct span *ret_words)
{
    char suggested[FORM_ID_BYTES_MAX + 1];
    const uint8_t *colon = value.size ? memchr(value.data, ':', value.size) : NULL;
    struct span id = form_trim(span_of(value.data, colon ? (size_t)(colon - value.data) : 0));
    struct span words =
        colon ? form_trim(span_of(colon + 1, (size_t)(value.data + value.size - colon - 1))) : value;
    suggest_id(colon ? id : words, suggested);
    if (!colon)
        TELL(reader, "has no identifier before its words: write \"%s: %s: %.*s\"", word, suggested,
             QUOTED(words));
    else if (!form_is_id(id))
        TELL(reader, "\"%.*s\" is no identifier: small letters, digits and hyphens, at most %d, as \"%s\"",
             QUOTED(id), FORM_ID_BYTES_MAX, suggested);
    else if (words.size == 0)
        TELL(reader, "has no words: write \"%s: %.*s: …\"", word, QUOTED(id));
    else {
        *ret_id = reader_copy(reader, id);
        *ret_words = words;
        return true;
    }
    return false;
}

static void begin_grading(struct reader *reader, struct span value)
{
    Pb__FormTemplate *template = reader->template;
    Pb__FormGrading *grading = arena_new(reader->arena, Pb__FormGrading);
    if (!grading)
        return;
    pb__form_grading__init(grading);
    reader->grading = grading;
    reader->place = IN_GRADING;
    const char *id = reader_copy(reader, value);
    if (!form_is_id(value))
        TELL(reader, "\"%.*s\" is no identifier: small letters, digits and hyphens, as \"standard\"",
             QUOTED(value));
    else if (form_grading(template, id))
        TELL(reader, "there is a grading %s already", id);
    if (template->n_gradings >= FORM_GRADINGS_MAX) {
        TELL(reader, "has more than %d gradings", FORM_GRADINGS_MAX);
        return;
    }
    grading->id = id;
    if (form_push(reader->arena, &template->gradings, &template->n_gradings, grading))
        reader->grading_lines[template->n_gradings - 1] = reader->line;
}

static void add_grade(struct reader *reader, struct span value)
{
    Pb__FormGrading *grading = reader->grading;
    Pb__FormOption *grade = arena_new(reader->arena, Pb__FormOption);
    struct span words;
    if (!grade)
        return;
    pb__form_option__init(grade);
    if (!reader_identified(reader, "grade", value, &grade->id, &words))
        return;
    if (form_option(grading->grades, grading->n_grades, grade->id, NULL))
        TELL(reader, "there is a grade %s in this grading already", grade->id);
    else if (grading->n_grades >= FORM_GRADES_MAX)
        TELL(reader, "has more than %d grades", FORM_GRADES_MAX);
    else if (form_push(reader->arena, &grading->grades, &grading->n_grades, grade))
        reader_text(reader, &grade->title, FORM_TITLE_BYTES_MAX, words);
}

static bool has_section(const Pb__FormTemplate *template, const char *id)
{
    for (size_t i = 0; i < template->n_sections; i++)
        if (strcmp(template->sections[i]->id, id) == 0)
            return true;
    return false;
}

static void begin_section(struct reader *reader, struct span value)
{
    Pb__FormTemplate *template = reader->template;
    Pb__FormSection *section = arena_new(reader->arena, Pb__FormSection);
    const char *id = "";
    struct span words = span_of(NULL, 0);
    if (!section)
        return;
    pb__form_section__init(section);
    reader->section = section;
    reader->place = IN_SECTION;
    bool identified = reader_identified(reader, "section", value, &id, &words);
    if (identified && has_section(template, id))
        TELL(reader, "there is a section %s already", id);
    if (template->n_sections >= FORM_SECTIONS_MAX) {
        TELL(reader, "has more than %d sections", FORM_SECTIONS_MAX);
        return;
    }
    section->id = id;
    if (form_push(reader->arena, &template->sections, &template->n_sections, section))
        reader->section_lines[template->n_sections - 1] = reader->line;
    if (identified)
        reader_text(reader, &section->title, FORM_TITLE_BYTES_MAX, words);
}

static void begin_question(struct reader *reader, struct span value)
{
    Pb__FormSection *section = reader->section;
    Pb__FormQuestion *question = arena_new(reader->arena, Pb__FormQuestion);
    const char *id = "";
    struct span words = span_of(NULL, 0);
    if (!question)
        return;
    pb__form_question__init(question);
    bool identified = reader_identified(reader, "question", value, &id, &words);
    question->id = id;
    reader->question = question;
    reader->place = IN_QUESTION;
    for (unsigned word = 0; word < WORD_COUNT; word++)
        if (form_words[word].places == IN_QUESTION)
            reader->said[word] = 0;
    for (size_t i = 0; identified && i < reader->all.count; i++)
        if (strcmp(reader->all.items[i]->id, id) == 0)
            TELL(reader, "there is a question %s already, in line %u", id, reader->lines[i].begins);
    if (reader->all.count >= FORM_QUESTIONS_MAX) {
        TELL(reader, "is one more than the %d questions that a form can have", FORM_QUESTIONS_MAX);
        return;
    }
    /* One that has no identifier, or another's, is kept in its place until the end: its lines are read. */
    form_push(reader->arena, &section->questions, &section->n_questions, question);
    reader->lines[reader->all.count].begins = reader->line;
    reader->all.items[reader->all.count++] = question;
    if (identified)
        reader_text(reader, &question->title, FORM_TITLE_BYTES_MAX, words);
}

/* --- lines --------------------------------------------------------------------------------------------- */

static void in_head(struct reader *reader, enum form_word word, struct span value)
{
    Pb__FormTemplate *template = reader->template;
    if (word == WORD_TITLE) {
        reader_text(reader, &template->title, FORM_TITLE_BYTES_MAX, value);
    } else if (word == WORD_PURPOSE) {
        if (!form_purpose_of(value, &template->purpose))
            TELL(reader,
                 "\"%.*s\" is no purpose: contractual compliance, quality visit, quality assurance or "
                 "fee application",
                 QUOTED(value));
    } else if (form_is_id(value)) {
        template->name = reader_copy(reader, value);
    } else {
        TELL(reader, "\"%.*s\" is no name: small letters, digits and hyphens, as \"quality-visit\"",
             QUOTED(value));
    }
}

static void take_word(struct reader *reader, enum form_word word, struct span value)
{
    switch (word) {
    case WORD_FORM:
    case WORD_TITLE:
    case WORD_PURPOSE:
        in_head(reader, word, value);
        return;
    case WORD_ABOUT:
        reader_text(reader, reader->section ? &reader->section->guidance : &reader->template->guidance,
                    FORM_GUIDANCE_BYTES_MAX, value);
        return;
    case WORD_GRADING:
        begin_grading(reader, value);
        return;
    case WORD_GRADE:
        add_grade(reader, value);
        return;
    case WORD_SECTION:
        begin_section(reader, value);
        return;
    case WORD_QUESTION:
        begin_question(reader, value);
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
        reader_in_question(reader, word, value);
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

static void take_phrase(struct reader *reader, struct span line)
{
    enum form_word word;
    struct span value;
    if (!form_word_of(line, &word, &value)) {
        const char *near = form_word_near(line);
        reader_text_end(reader);
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
        reader_text_end(reader); /* those go on in another paragraph */
    if (word == WORD_SECTION || word == WORD_QUESTION || word == WORD_GRADING) {
        if (reader->question)
            reader_question_end(reader);
        reader->question = NULL;
    }
    if (!(row->places & (unsigned)reader->place))
        TELL(reader, "\"%s\" stands %s", row->text, place_of(row->places));
    else if (row->value && value.size == 0)
        TELL(reader, "\"%s\" has nothing after it", row->text);
    else if (!row->value && value.size > 0)
        TELL(reader, "\"%s\" stands alone, without \"%.*s\"", row->text, QUOTED(value));
    else if (!row->again && reader->said[word])
        TELL(reader, "\"%s\" is said already in line %u", row->text, reader->said[word]);
    else {
        if (!row->again)
            reader->said[word] = reader->line;
        take_word(reader, word, value);
        return;
    }
    reader_text_end(reader);
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
    *reader = (struct reader){.arena = arena, .found = {.arena = arena}, .template = template};
    reader->place = IN_HEAD;
    if (text.size > FORM_SOURCE_BYTES_MAX) {
        TELL(reader, "the form is longer than %d bytes", FORM_SOURCE_BYTES_MAX);
    } else {
        take_lines(reader, text);
        reader_text_end(reader);
        if (reader->question)
            reader_question_end(reader);
        reader->question = NULL;
        reader_whole(reader);
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
