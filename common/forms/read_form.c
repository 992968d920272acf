/* What a form says of itself above its questions, and what begins: gradings, sections, questions. In: a word
 * and what follows it. Out: a template that grows. What is wrong begins all the same, so that what stands
 * under it is read as if it had been right. */

#include "common/forms/reader.h"
#include "common/domain/scan.h"

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

bool form_reader_identified(struct reader *reader, const char *word, struct span value, const char **ret_id,
                            struct span *ret_words)
{
    char suggested[FORM_ID_BYTES_MAX + 1];
    const uint8_t *colon = value.size ? memchr(value.data, ':', value.size) : NULL;
    struct span id = form_trim(span_of(value.data, colon ? (size_t)(colon - value.data) : 0));
    struct span words =
        colon ? form_trim(span_of(colon + 1, (size_t)(value.data + value.size - colon - 1))) : value;
    suggest_id(colon ? id : words, suggested);
    if (value.size == 0)
        TELL(reader, "\"%s\" has nothing after it: write an identifier, a colon and the words", word);
    else if (!colon)
        TELL(reader, "has no identifier before its words: write \"%s: %s: %.*s\"", word, suggested,
             QUOTED(words));
    else if (!form_is_id(id))
        TELL(reader, "\"%.*s\" is no identifier: small letters, digits and hyphens, at most %d, as \"%s\"",
             QUOTED(id), FORM_ID_BYTES_MAX, suggested);
    else if (words.size == 0)
        TELL(reader, "has no words: write \"%s: %.*s: …\"", word, QUOTED(id));
    else {
        *ret_id = form_reader_copy(reader, id);
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
    const char *id = form_reader_copy(reader, value);
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
    if (!form_reader_identified(reader, "grade", value, &grade->id, &words))
        return;
    if (form_option(grading->grades, grading->n_grades, grade->id, NULL))
        TELL(reader, "there is a grade %s in this grading already", grade->id);
    else if (grading->n_grades >= FORM_GRADES_MAX)
        TELL(reader, "has more than %d grades", FORM_GRADES_MAX);
    else if (form_push(reader->arena, &grading->grades, &grading->n_grades, grade))
        form_reader_text(reader, &grade->title, FORM_TITLE_BYTES_MAX, words);
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
    bool identified = form_reader_identified(reader, "section", value, &id, &words);
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
        form_reader_text(reader, &section->title, FORM_TITLE_BYTES_MAX, words);
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
    bool identified = form_reader_identified(reader, "question", value, &id, &words);
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
        form_reader_text(reader, &question->title, FORM_TITLE_BYTES_MAX, words);
}

static void in_head(struct reader *reader, enum form_word word, struct span value)
{
    Pb__FormTemplate *template = reader->template;
    if (word == WORD_TITLE) {
        form_reader_text(reader, &template->title, FORM_TITLE_BYTES_MAX, value);
    } else if (word == WORD_PURPOSE) {
        if (!form_purpose_of(value, &template->purpose))
            TELL(reader,
                 "\"%.*s\" is no purpose: contractual compliance, quality visit, quality assurance, "
                 "fee application or fee report",
                 QUOTED(value));
    } else if (form_is_id(value)) {
        template->name = form_reader_copy(reader, value);
    } else {
        TELL(reader, "\"%.*s\" is no name: small letters, digits and hyphens, as \"quality-visit\"",
             QUOTED(value));
    }
}

void form_reader_in_form(struct reader *reader, enum form_word word, struct span value)
{
    if (word == WORD_ABOUT)
        form_reader_text(reader, reader->section ? &reader->section->guidance : &reader->template->guidance,
                         FORM_GUIDANCE_BYTES_MAX, value);
    else if (word == WORD_GRADING)
        begin_grading(reader, value);
    else if (word == WORD_GRADE)
        add_grade(reader, value);
    else if (word == WORD_SECTION)
        begin_section(reader, value);
    else if (word == WORD_QUESTION)
        begin_question(reader, value);
    else
        in_head(reader, word, value);
}
