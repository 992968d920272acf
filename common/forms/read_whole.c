/* The whole of a form held against itself, after its last line. In: what was read, and where. Out: what is
 * missing, and what refers to what is not there, stands after it, or can never be. */

#include "common/forms/reader.h"

enum { NOT_THERE = FORM_QUESTIONS_MAX };

static size_t place_of(const struct reader *reader, const char *id)
{
    for (size_t i = 0; i < reader->all.count; i++)
        if (*id && strcmp(reader->all.items[i]->id, id) == 0)
            return i;
    return NOT_THERE;
}

static void whole_head(struct reader *reader)
{
    const Pb__FormTemplate *template = reader->template;
    struct form_found *found = &reader->found;
    if (!reader->said[WORD_FORM])
        form_problem(found, 1, "", "says not its name: begin with \"form: quality-visit\"");
    if (!reader->said[WORD_TITLE])
        form_problem(found, 1, "", "has no title: add \"title: …\" at the top");
    if (!reader->said[WORD_PURPOSE])
        form_problem(found, 1, "", "says not what it is for: add \"purpose: quality visit\" at the top");
    if (reader->all.count == 0)
        form_problem(found, reader->line, "", "asks nothing: add a section and questions");
    for (size_t i = 0; i < template->n_gradings; i++)
        if (template->gradings[i]->n_grades < 2)
            form_problem(found, reader->grading_lines[i], "",
                         "the grading %s has fewer than two grades: add \"grade: good: Good\" under it",
                         template->gradings[i]->id);
    for (size_t i = 0; i < template->n_sections && reader->all.count > 0; i++)
        if (template->sections[i]->n_questions == 0)
            form_problem(found, reader->section_lines[i], "", "the section %s asks nothing",
                         template->sections[i]->id);
}

/* Does waiting, from question to question, come back to where it began? */
static bool in_circle(const struct reader *reader, size_t from)
{
    size_t at = from;
    for (size_t steps = 0; steps < reader->all.count; steps++) {
        at = place_of(reader, reader->all.items[at]->only_if_question);
        if (at == NOT_THERE || at == from)
            return at == from;
    }
    return false;
}

/* Can an answer to that question be the one that is waited for? */
static bool can_be(const struct reader *reader, const Pb__FormQuestion *question, const char *answer)
{
    size_t count;
    if (question->kind == KIND_YES_NO)
        return strcmp(answer, "yes") == 0 || strcmp(answer, "no") == 0;
    Pb__FormOption *const *options = form_options_of(reader->template, question, &count);
    return form_option(options, count, answer, NULL);
}

static bool can_be_waited_for(Pb__AnswerKind kind)
{
    return kind == KIND_YES_NO || kind == KIND_CHOICE || kind == KIND_CHOICES || kind == KIND_GRADE;
}

/* `modes` says of each question before how it is asked at all; that of this one is set. */
static void whole_condition(struct reader *reader, size_t place, Pb__VisitMode modes[FORM_QUESTIONS_MAX])
{
    const Pb__FormQuestion *question = reader->all.items[place];
    const char *other = question->only_if_question;
    uint32_t line = reader->lines[place].only_if;
    struct form_found *found = &reader->found;
    modes[place] = question->mode;
    if (!*other)
        return;
    size_t before = place_of(reader, other);
    if (before == NOT_THERE)
        form_problem(found, line, question->id, "there is no question %s", other);
    else if (before == place)
        form_problem(found, line, question->id, "waits for its own answer");
    else if (before > place && in_circle(reader, place))
        form_problem(found, line, question->id, "waits for %s, which waits for this one: a circle", other);
    else if (before > place)
        form_problem(found, line, question->id,
                     "waits for %s, which stands after it in line %u: move that one before", other,
                     reader->lines[before].begins);
    else if (!can_be_waited_for(reader->all.items[before]->kind))
        form_problem(found, line, question->id,
                     "only yes or no, one of, any of and grade can be waited for; %s "
                     "is answered otherwise",
                     other);
    else if (!can_be(reader, reader->all.items[before], question->only_if_answer))
        form_problem(found, line, question->id, "%s is never answered \"%s\"", other,
                     question->only_if_answer);
    else if (!form_mode_asks(question->mode, modes[before]))
        form_problem(found, line, question->id, "is never asked: %s is asked only %s", other,
                     modes[before] == MODE_REMOTE ? "remote" : "on site");
    else if (question->mode == MODE_ANY)
        modes[place] = modes[before];
}

static void whole_part(struct reader *reader, size_t place, const char *part)
{
    const Pb__FormQuestion *question = reader->all.items[place];
    uint32_t line = reader->lines[place].sum_of;
    struct form_found *found = &reader->found;
    size_t before = place_of(reader, part);
    if (before == NOT_THERE) {
        form_problem(found, line, question->id, "there is no question %s", part);
        return;
    }
    const Pb__FormQuestion *other = reader->all.items[before];
    if (before == place)
        form_problem(found, line, question->id, "is a sum of itself");
    else if (before > place)
        form_problem(found, line, question->id,
                     "adds %s, which stands after it in line %u: move that one before", part,
                     reader->lines[before].begins);
    else if (other->kind != question->kind)
        form_problem(found, line, question->id, "adds %s, which is answered by %s and not by %s", part,
                     form_kind_name(other->kind), form_kind_name(question->kind));
    else
        for (size_t i = 0; i < question->n_options; i++)
            if (!form_option(other->options, other->n_options, question->options[i]->id, NULL))
                form_problem(found, line, question->id, "adds %s, which has no option %s", part,
                             question->options[i]->id);
}

void form_reader_whole(struct reader *reader)
{
    Pb__VisitMode modes[FORM_QUESTIONS_MAX];
    whole_head(reader);
    for (size_t i = 0; i < reader->all.count; i++) {
        const Pb__FormQuestion *question = reader->all.items[i];
        if (question->kind == KIND_GRADE && *question->grading_id &&
            !form_grading(reader->template, question->grading_id))
            form_problem(&reader->found, reader->lines[i].answer, question->id,
                         "there is no grading %s: begin one before the first section", question->grading_id);
        whole_condition(reader, i, modes);
        for (size_t j = 0; j < question->n_sum_of; j++)
            whole_part(reader, i, question->sum_of[j]);
    }
}
