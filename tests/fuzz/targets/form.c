/* The text of a form, as a host's officer would import it.
 *
 * In: a text. Held against: it is read, or every problem is told, in order of lines, and nothing else is
 * touched; what was read is within the bounds of a record, refers only to what stands before it, and is
 * written as a text that reads as the same form. */

#include "common/forms/forms.h"
#include "common/wire/wire.h"
#include "tests/fuzz/targets/fuzz.h"

static void check_problems(const struct form_problems *problems)
{
    require(problems->count > 0 && problems->count <= FORM_PROBLEMS_MAX + 1);
    for (size_t i = 0; i < problems->count; i++) {
        const Pb__FormProblem *problem = problems->items[i];
        require(*problem->reason && span_is_text(span_of_text(problem->reason)));
        require(span_is_text(span_of_text(problem->question_id)));
        require(i == 0 || i == FORM_PROBLEMS_MAX || problem->line >= problems->items[i - 1]->line);
    }
}

/* What a question refers to is there, and before it. */
static void check_references(const Pb__FormTemplate *form)
{
    const Pb__FormQuestion *before[FORM_QUESTIONS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < form->n_sections; i++) {
        for (size_t j = 0; j < form->sections[i]->n_questions; j++) {
            const Pb__FormQuestion *question = form->sections[i]->questions[j];
            require(count < FORM_QUESTIONS_MAX && form_question(form, question->id) == question);
            size_t condition = 0;
            while (condition < count && strcmp(before[condition]->id, question->only_if_question) != 0)
                condition++;
            require(!*question->only_if_question || condition < count);
            for (size_t part = 0; part < question->n_sum_of; part++) {
                size_t at = 0;
                while (at < count && strcmp(before[at]->id, question->sum_of[part]) != 0)
                    at++;
                require(at < count && before[at]->kind == question->kind);
            }
            before[count++] = question;
        }
    }
    require(count > 0);
}

static void check_form(const Pb__FormTemplate *form, struct arena *arena)
{
    struct fault fault;
    struct form_problems problems = {0};
    Pb__FormTemplate *again = NULL;
    require(wire_check_bounds(&form->base, &fault) == CODE_OK);
    check_references(form);
    char *text = form_write(form, arena);
    require(text && span_is_text(span_of_text(text)));
    if (strlen(text) <= FORM_SOURCE_BYTES_MAX) {
        require(form_read(span_of_text(text), arena, &again, &problems) == CODE_OK);
        require(span_equal(wire_pack(&form->base, arena), wire_pack(&again->base, arena)));
        require(strcmp(form_write(again, arena), text) == 0);
    }
    const struct form_page page = {.template = form, .blank = true};
    char *html = form_html(&page, arena);
    require(html && span_is_text(span_of_text(html)) && !strstr(html, "<script"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    Pb__FormTemplate *form = NULL;
    struct form_problems problems = {0};
    enum code code = form_read(span_of(data, size), &arena, &form, &problems);
    if (code == CODE_OK) {
        require(form && problems.count == 0);
        check_form(form, &arena);
    } else {
        require(code == CODE_INVALID_ARGUMENT && !form);
        check_problems(&problems);
    }
    arena_finish(&arena);
    return 0;
}
