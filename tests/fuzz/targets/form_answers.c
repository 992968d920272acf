/* Answers to a form, as a stranger sends them.
 *
 * In: which of the forms that ship, how and when the visit was made, and a packed report. Held against: what
 * is wrong is told, each with its question; a complete form has nothing wrong; what a next form begins with
 * is right by itself and has no files; compared with itself nothing has changed; a page is text without a
 * script. */

#include "common/forms/forms.h"
#include "common/wire/wire.h"
#include "services/monitoring/forms/shipped.h"
#include "tests/fuzz/targets/fuzz.h"

/* Read once, and kept. */
static const Pb__FormTemplate *shipped_form(size_t which)
{
    enum { FORMS = 3 };
    static struct arena arena;
    static Pb__FormTemplate *read[FORMS];
    struct form_problems problems = {0};
    if (!arena.limit_bytes)
        arena_init(&arena, REQUEST_ARENA_BYTES);
    which %= FORMS;
    const struct shipped_form *shipped = &monitoring_shipped[which];
    require(shipped->name);
    if (!read[which])
        require(form_read(span_of(shipped->text, (size_t)(shipped->end - shipped->text)), &arena,
                          &read[which], &problems) == CODE_OK);
    return read[which];
}

static size_t problems_of(const Pb__FormTemplate *form, const struct form_answers *answers,
                          const struct form_setting *setting, bool complete, struct arena *arena)
{
    struct form_problems problems = {0};
    enum code code = complete ? form_complete(form, answers, setting, arena, &problems)
                              : form_check(form, answers, setting, arena, &problems);
    require(code == CODE_OK && problems.count <= FORM_PROBLEMS_MAX + 1);
    for (size_t i = 0; i < problems.count; i++)
        require(*problems.items[i]->reason && span_is_text(span_of_text(problems.items[i]->reason)));
    return problems.count;
}

static void check_begun(const struct form_filled *filled, const struct form_setting *setting,
                        struct arena *arena)
{
    struct form_answers begun = {0};
    require(form_begin(filled->template, filled, setting, arena, &begun) == CODE_OK);
    require(problems_of(filled->template, &begun, setting, false, arena) == 0);
    for (size_t i = 0; i < begun.count; i++)
        require(begun.items[i]->carried_over && begun.items[i]->n_evidence_ids == 0);
}

static void check_rows(const struct form_filled *filled, struct arena *arena)
{
    Pb__AnswerChange **changes = NULL;
    Pb__GradeAt **grades = NULL;
    struct form_expiry *expiries = NULL;
    size_t count = 0;
    require(form_compare(filled, filled, arena, &changes, &count) == CODE_OK);
    for (size_t i = 0; i < count; i++) {
        const Pb__FormQuestion *question = form_question(filled->template, changes[i]->question_id);
        char *line = form_answer_text(filled->template, question, changes[i]->after, arena);
        require(line && span_is_text(span_of_text(line)) && !strpbrk(line, "\n\r"));
    }
    require(form_grades(filled, "r", "2025-03-12", arena, &grades, &count) == CODE_OK);
    for (size_t i = 0; i < count; i++)
        require(grades[i]->rank >= 1 && grades[i]->rank <= grades[i]->of);
    require(form_expiries(filled, arena, &expiries, &count) == CODE_OK);
    for (size_t i = 1; i < count; i++)
        require(date_compare(expiries[i - 1].on, expiries[i].on) <= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    struct span left = span_of(data, size);
    const Pb__FormTemplate *form = shipped_form((size_t)take_number(&left, 1));
    struct form_setting setting = {.mode = (Pb__VisitMode)(take_number(&left, 1) % 3)};
    require(date_from_ymd(2025, 3, 12, &setting.day) == CODE_OK);
    ProtobufCMessage *message = NULL;
    struct fault fault;
    if (wire_unpack(&pb__published_report__descriptor, left, &arena, &message, &fault) == CODE_OK) {
        const Pb__PublishedReport *report = (const Pb__PublishedReport *)(const void *)message;
        const struct form_filled filled = {form, {report->answers, report->n_answers}};
        size_t wrong = problems_of(form, &filled.answers, &setting, false, &arena);
        size_t missing = problems_of(form, &filled.answers, &setting, true, &arena);
        require(missing > 0 || wrong == 0);
        check_begun(&filled, &setting, &arena);
        check_rows(&filled, &arena);
        const struct form_page page = {.template = form, .answers = filled.answers, .mode = setting.mode};
        char *html = form_html(&page, &arena);
        require(html && span_is_text(span_of_text(html)) && !strstr(html, "<script"));
    }
    arena_finish(&arena);
    return 0;
}
