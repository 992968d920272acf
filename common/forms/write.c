/* The canonical text of a form. In: a template that form_read made. Out: lines that read as the same
 * template. */

#include "common/forms/inside.h"

/* A text of several paragraphs: the word again before each. */
static void put_text(struct form_out *out, const char *indent, const char *word, const char *text)
{
    while (*text) {
        size_t size = strcspn(text, "\n");
        form_put_format(out, "%s%s: %.*s\n", indent, word, (int)size, text);
        text += size + (text[size] == '\n');
    }
}

static void put_answer(struct form_out *out, const Pb__FormQuestion *question)
{
    const char *side = question->date_side == SIDE_PAST     ? "past "
                       : question->date_side == SIDE_COMING ? "coming "
                                                            : "";
    form_put_format(out, "  answer: %s%s", side, form_kind_name(question->kind));
    if (question->kind == KIND_SCALE)
        form_put_format(out, " %d to %d", question->least, question->most);
    if (question->kind == KIND_GRADE)
        form_put_format(out, " %s", question->grading_id);
    form_put(out, "\n");
    for (size_t i = 0; i < question->n_options; i++)
        form_put_format(out, "  option: %s: %s\n", question->options[i]->id, question->options[i]->title);
}

static void put_question(struct form_out *out, const Pb__FormQuestion *question)
{
    form_put_format(out, "\nquestion: %s: %s\n", question->id, question->title);
    put_answer(out, question);
    if (question->required)
        form_put(out, "  required\n");
    if (question->carries_over)
        form_put(out, "  carries over\n");
    if (question->may_be_negative)
        form_put(out, "  may be negative\n");
    if (question->takes_evidence)
        form_put_format(out, "  evidence: %s\n", question->needs_evidence ? "needed" : "welcome");
    if (question->mode != MODE_ANY)
        form_put_format(out, "  only: %s\n", question->mode == MODE_REMOTE ? "remote" : "on site");
    if (*question->only_if_question)
        form_put_format(out, "  only if: %s is %s\n", question->only_if_question, question->only_if_answer);
    for (size_t i = 0; i < question->n_sum_of; i++)
        form_put_format(out, "%s%s%s", i ? ", " : "  sum of: ", question->sum_of[i],
                        i + 1 < question->n_sum_of ? "" : "\n");
    put_text(out, "  ", "help", question->guidance);
}

char *form_write(const Pb__FormTemplate *template, struct arena *arena)
{
    struct form_out out = {.arena = arena};
    form_put_format(&out, "form: %s\ntitle: %s\npurpose: %s\n", template->name, template->title,
                    form_purpose_name(template->purpose));
    put_text(&out, "", "about", template->guidance);
    for (size_t i = 0; i < template->n_gradings; i++) {
        const Pb__FormGrading *grading = template->gradings[i];
        form_put_format(&out, "\ngrading: %s\n", grading->id);
        for (size_t j = 0; j < grading->n_grades; j++)
            form_put_format(&out, "  grade: %s: %s\n", grading->grades[j]->id, grading->grades[j]->title);
    }
    for (size_t i = 0; i < template->n_sections; i++) {
        const Pb__FormSection *section = template->sections[i];
        form_put_format(&out, "\nsection: %s: %s\n", section->id, section->title);
        put_text(&out, "", "about", section->guidance);
        for (size_t j = 0; j < section->n_questions; j++)
            put_question(&out, section->questions[j]);
    }
    return form_put_end(&out);
}
