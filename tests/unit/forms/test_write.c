/* The canonical text of a form reads as the same form, whatever the form. */

#include "tests/unit/forms/form_tests.h"

#include <stdio.h>

TestSuite(write, .init = begin_test, .fini = end_test);

/* --- forms at random --------------------------------------------------------------------------------- */

static uint64_t state;

static unsigned below(unsigned bound)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(state >> 33) % bound;
}

/* Words that could be taken for something else, and any characters that a text may have. */
static const char *some_words(void)
{
    static const char *const parts[] = {
        "help:",  "# no remark", "+", ":",  "a: b", "café", "\xF0\x9F\x8F\xA0", "required",
        "%s \\n", "a  b",        ",", "\"", "<b>",  "is",   "question: x: y"};
    const char *text = parts[below(sizeof parts / sizeof *parts)];
    for (unsigned more = below(4); more > 0; more--)
        text = arena_format(&arena, "%s %s", text, parts[below(sizeof parts / sizeof *parts)]);
    return text;
}

static const char *some_paragraphs(void)
{
    const char *text = below(3) ? some_words() : "";
    for (unsigned more = *text ? below(3) : 0; more > 0; more--)
        text = arena_format(&arena, "%s\n%s", text, some_words());
    return text;
}

static Pb__FormOption **some_options(size_t count)
{
    Pb__FormOption **options = arena_array(&arena, Pb__FormOption *, count);
    for (size_t i = 0; i < count; i++) {
        options[i] = arena_new(&arena, Pb__FormOption);
        pb__form_option__init(options[i]);
        options[i]->id = arena_format(&arena, "o%zu", i);
        options[i]->title = some_words();
    }
    return options;
}

/* Refers to what stands before it. */
static void refer_back(Pb__FormQuestion *question, Pb__FormQuestion *const *before, size_t count)
{
    if (count == 0)
        return;
    const Pb__FormQuestion *other = before[below((unsigned)count)];
    if (other->kind == PB__ANSWER_KIND__ANSWER_KIND_YES_NO && other->mode == 0 && !*other->only_if_question) {
        question->only_if_question = other->id;
        question->only_if_answer = below(2) ? "yes" : "no";
    } else if (other->kind == question->kind && other->n_options >= question->n_options &&
               (question->kind == PB__ANSWER_KIND__ANSWER_KIND_MONEY ||
                question->kind == PB__ANSWER_KIND__ANSWER_KIND_NUMBERS)) {
        question->n_sum_of = 1;
        question->sum_of = arena_array(&arena, const char *, 1);
        question->sum_of[0] = other->id;
    }
}

static Pb__FormQuestion *some_question(size_t number, Pb__FormQuestion *const *before)
{
    Pb__FormQuestion *question = arena_new(&arena, Pb__FormQuestion);
    pb__form_question__init(question);
    question->id = arena_format(&arena, "q-%zu", number);
    question->title = some_words();
    question->guidance = some_paragraphs();
    question->kind = (Pb__AnswerKind)(1 + below(10));
    question->required = below(2) != 0;
    question->carries_over = below(2) != 0;
    question->takes_evidence = below(2) != 0;
    question->needs_evidence = question->takes_evidence && below(2) != 0;
    question->mode = (Pb__VisitMode)below(3);
    switch ((unsigned)question->kind) {
    case PB__ANSWER_KIND__ANSWER_KIND_CHOICE:
    case PB__ANSWER_KIND__ANSWER_KIND_CHOICES:
    case PB__ANSWER_KIND__ANSWER_KIND_NUMBERS:
    case PB__ANSWER_KIND__ANSWER_KIND_MONEY:
        question->n_options = 2 + below(4);
        question->options = some_options(question->n_options);
        question->may_be_negative = question->kind == PB__ANSWER_KIND__ANSWER_KIND_MONEY && below(2) != 0;
        break;
    case PB__ANSWER_KIND__ANSWER_KIND_SCALE:
        question->least = (int32_t)below(20) - 10;
        question->most = question->least + 1 + (int32_t)below(20);
        break;
    case PB__ANSWER_KIND__ANSWER_KIND_DATE:
        question->date_side = (Pb__DateSide)below(3);
        break;
    case PB__ANSWER_KIND__ANSWER_KIND_GRADE:
        question->grading_id = "g";
        break;
    }
    refer_back(question, before, number);
    return question;
}

static Pb__FormTemplate *some_form(void)
{
    Pb__FormTemplate *form = arena_new(&arena, Pb__FormTemplate);
    Pb__FormQuestion **questions = arena_array(&arena, Pb__FormQuestion *, 40);
    size_t count = 0;
    pb__form_template__init(form);
    form->name = "generated";
    form->title = some_words();
    form->guidance = some_paragraphs();
    form->purpose = (Pb__FormPurpose)(1 + below(4));
    form->n_gradings = 1;
    form->gradings = arena_array(&arena, Pb__FormGrading *, 1);
    form->gradings[0] = arena_new(&arena, Pb__FormGrading);
    pb__form_grading__init(form->gradings[0]);
    form->gradings[0]->id = "g";
    form->gradings[0]->n_grades = 2 + below(4);
    form->gradings[0]->grades = some_options(form->gradings[0]->n_grades);
    form->n_sections = 1 + below(4);
    form->sections = arena_array(&arena, Pb__FormSection *, form->n_sections);
    for (size_t i = 0; i < form->n_sections; i++) {
        Pb__FormSection *section = form->sections[i] = arena_new(&arena, Pb__FormSection);
        pb__form_section__init(section);
        section->id = arena_format(&arena, "s-%zu", i);
        section->title = some_words();
        section->guidance = some_paragraphs();
        section->n_questions = 1 + below(10);
        section->questions = &questions[count];
        for (size_t j = 0; j < section->n_questions; j++, count++)
            questions[count] = some_question(count, questions);
    }
    return form;
}

static struct span packed(const Pb__FormTemplate *form)
{
    size_t size = protobuf_c_message_get_packed_size(&form->base);
    uint8_t *bytes = arena_alloc(&arena, size);
    protobuf_c_message_pack(&form->base, bytes);
    return span_of(bytes, size);
}

Test(write, whatever_the_form_its_text_reads_as_the_same)
{
    size_t conditions = 0, sums = 0;
    for (uint64_t seed = 1; seed <= 800; seed++) {
        state = seed;
        const Pb__FormTemplate *form = some_form(), *again;
        const char *text = form_write(form, &arena);
        cr_assert_not_null(text);
        again = must_read(text);
        cr_assert(span_equal(packed(form), packed(again)), "seed %zu:\n%s", (size_t)seed, text);
        cr_assert_str_eq(form_write(again, &arena), text);
        conditions += strstr(text, "only if: ") != NULL;
        sums += strstr(text, "sum of: ") != NULL;
        arena_reset(&arena);
    }
    cr_assert_gt(conditions, 100);
    cr_assert_gt(sums, 100);
}

Test(write, the_canonical_text)
{
    const char *text =
        "form: f\ntitle: T\npurpose: quality visit\nabout: One\nabout: Two\n"
        "\ngrading: g\n  grade: a: A\n  grade: b: B\n"
        "\nsection: s: S\nabout: Of s\n"
        "\nquestion: q: Q?\n  answer: yes or no\n  required\n  carries over\n  evidence: needed\n"
        "\nquestion: p: P?\n  answer: past date\n  only: on site\n  only if: q is yes\n  help: H\n";
    cr_assert_str_eq(form_write(must_read(text), &arena), text);
}

Test(write, a_full_arena_gives_nothing)
{
    const Pb__FormTemplate *form = must_read(HEAD "section: s: S\nquestion: q: Q?\nanswer: text\n");
    struct arena small;
    arena_init(&small, 64);
    cr_assert_null(form_write(form, &small));
    arena_finish(&small);
}
