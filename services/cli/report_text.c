/* Answers as people type them: one on the command line, many in a text. In: a form, words. Out: answers by
 * their questions' kinds, or what is wrong and what would be right. Pure: whether an answer fits the visit is
 * the service's to say. */

#include "services/cli/report.h"

#include "common/domain/date.h"
#include "common/domain/money.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define REFUSE(...) fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", __VA_ARGS__)

static const char *trimmed(const char *from, const char *to, struct arena *arena)
{
    while (from < to && isspace((unsigned char)*from))
        from++;
    while (to > from && isspace((unsigned char)to[-1]))
        to--;
    return arena_format(arena, "%.*s", (int)(to - from), from);
}

static const char *listed(Pb__FormOption *const *options, size_t count, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < count && text; i++)
        text = arena_format(arena, "%s%s%s", text, i ? ", " : "", options[i]->id);
    return text ? text : "";
}

static const Pb__FormOption *option_of(Pb__FormOption *const *options, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(options[i]->id, text) == 0 || strcasecmp(options[i]->title, text) == 0)
            return options[i];
    return NULL;
}

/* The options of a choice, or the grades of a grading. */
static void options_of(const Pb__FormTemplate *form, const Pb__FormQuestion *question,
                       Pb__FormOption ***ret_options, size_t *ret_count)
{
    *ret_options = question->options;
    *ret_count = question->n_options;
    for (size_t i = 0; question->kind == PB__ANSWER_KIND__ANSWER_KIND_GRADE && i < form->n_gradings; i++)
        if (strcmp(form->gradings[i]->id, question->grading_id) == 0) {
            *ret_options = form->gradings[i]->grades;
            *ret_count = form->gradings[i]->n_grades;
        }
}

static enum code read_options(const Pb__FormTemplate *form, const Pb__FormQuestion *question,
                              const char *value, struct arena *arena, Pb__FormAnswer *answer,
                              struct fault *ret_fault)
{
    Pb__FormOption **options;
    size_t count;
    bool several = question->kind == PB__ANSWER_KIND__ANSWER_KIND_CHOICES;
    options_of(form, question, &options, &count);
    answer->option_ids = arena_array(arena, const char *, strlen(value) + 1);
    for (const char *at = value; answer->option_ids && *at;) {
        const char *end = several ? at + strcspn(at, ",") : at + strlen(at);
        const char *word = trimmed(at, end, arena);
        const Pb__FormOption *option = word ? option_of(options, count, word) : NULL;
        if (!option)
            return REFUSE("\"%s\" is none of: %s", word ? word : "", listed(options, count, arena));
        answer->option_ids[answer->n_option_ids++] = option->id;
        at = *end ? end + 1 : end;
    }
    return answer->option_ids ? CODE_OK : CODE_RESOURCE_EXHAUSTED;
}

static enum code read_whole(const char *text, long long *ret_number, struct fault *ret_fault)
{
    char *end;
    long long number = strtoll(text, &end, 10);
    if (!*text || *end)
        return REFUSE("\"%s\" is no whole number", text);
    *ret_number = number;
    return CODE_OK;
}

/* `incidents=3, children=2`. */
static enum code read_numbers(const Pb__FormQuestion *question, const char *value, struct arena *arena,
                              Pb__FormAnswer *answer, struct fault *ret_fault)
{
    answer->numbers = arena_array(arena, Pb__NamedNumber *, strlen(value) + 1);
    for (const char *at = value; answer->numbers && *at;) {
        /* Pounds may hold commas of their own: an amount ends where the next name begins. */
        const char *end = at + strcspn(at, ",");
        while (*end && !isalpha((unsigned char)end[1 + strspn(end + 1, " ")]))
            end += 1 + strcspn(end + 1, ",");
        const char *equals = memchr(at, '=', (size_t)(end - at));
        const char *name = equals ? trimmed(at, equals, arena) : NULL;
        const char *text = equals ? trimmed(equals + 1, end, arena) : NULL;
        const Pb__FormOption *option = name ? option_of(question->options, question->n_options, name) : NULL;
        if (!option || !text)
            return REFUSE("each number stands behind its name, as in %s=3; names: %s",
                          question->n_options ? question->options[0]->id : "name",
                          listed(question->options, question->n_options, arena));
        Pb__NamedNumber *number = arena_new(arena, Pb__NamedNumber);
        long long whole = 0;
        struct money money = {0};
        if (!number)
            return CODE_RESOURCE_EXHAUSTED;
        pb__named_number__init(number);
        enum code code = question->kind == PB__ANSWER_KIND__ANSWER_KIND_MONEY
                             ? money_parse(text, &money, ret_fault)
                             : read_whole(text, &whole, ret_fault);
        if (code != CODE_OK)
            return code;
        number->option_id = option->id;
        number->value = question->kind == PB__ANSWER_KIND__ANSWER_KIND_MONEY ? money.pence : whole;
        answer->numbers[answer->n_numbers++] = number;
        at = *end ? end + 1 : end;
    }
    return answer->numbers ? CODE_OK : CODE_RESOURCE_EXHAUSTED;
}

static enum code read_yes_no(const char *value, Pb__FormAnswer *answer, struct fault *ret_fault)
{
    static const struct {
        const char *word;
        Pb__YesNo means;
    } WORDS[] = {
        {"yes", PB__YES_NO__YES_NO_YES},
        {"no", PB__YES_NO__YES_NO_NO},
        {"n/a", PB__YES_NO__YES_NO_NOT_APPLICABLE},
        {"does not apply", PB__YES_NO__YES_NO_NOT_APPLICABLE},
        {"not-applicable", PB__YES_NO__YES_NO_NOT_APPLICABLE},
    };
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (strcasecmp(value, WORDS[i].word) == 0) {
            answer->yes_no = WORDS[i].means;
            return CODE_OK;
        }
    return REFUSE("\"%s\" is none of: yes, no, n/a", value);
}

static enum code read_scale(const Pb__FormQuestion *question, const char *value, Pb__FormAnswer *answer,
                            struct fault *ret_fault)
{
    long long number = 0;
    enum code code = read_whole(value, &number, ret_fault);
    if (code == CODE_OK && (number < question->least || number > question->most))
        code = REFUSE("%lld is not from %d to %d", number, question->least, question->most);
    if (code != CODE_OK)
        return code;
    answer->scale_case = PB__FORM_ANSWER__SCALE_NUMBER;
    answer->number = (int32_t)number;
    return CODE_OK;
}

static enum code read_day(const char *value, struct arena *arena, Pb__FormAnswer *answer,
                          struct fault *ret_fault)
{
    struct date date;
    char text[DATE_TEXT_BYTES];
    enum code code = date_parse(value, &date, ret_fault);
    if (code != CODE_OK)
        return code;
    date_print(date, text);
    answer->date = arena_text(arena, text);
    return answer->date ? CODE_OK : CODE_RESOURCE_EXHAUSTED;
}

static enum code read_value(const Pb__FormTemplate *form, const Pb__FormQuestion *question, const char *value,
                            struct arena *arena, Pb__FormAnswer *answer, struct fault *ret_fault)
{
    switch (question->kind) {
    case PB__ANSWER_KIND__ANSWER_KIND_TEXT:
        answer->text = value;
        return CODE_OK;
    case PB__ANSWER_KIND__ANSWER_KIND_CHOICE:
    case PB__ANSWER_KIND__ANSWER_KIND_CHOICES:
    case PB__ANSWER_KIND__ANSWER_KIND_GRADE:
        return read_options(form, question, value, arena, answer, ret_fault);
    case PB__ANSWER_KIND__ANSWER_KIND_SCALE:
        return read_scale(question, value, answer, ret_fault);
    case PB__ANSWER_KIND__ANSWER_KIND_YES_NO:
        return read_yes_no(value, answer, ret_fault);
    case PB__ANSWER_KIND__ANSWER_KIND_NUMBERS:
    case PB__ANSWER_KIND__ANSWER_KIND_MONEY:
        return read_numbers(question, value, arena, answer, ret_fault);
    case PB__ANSWER_KIND__ANSWER_KIND_DATE:
    case PB__ANSWER_KIND__ANSWER_KIND_EXPIRY:
        return read_day(value, arena, answer, ret_fault);
    case PB__ANSWER_KIND__ANSWER_KIND_UNSPECIFIED:
    case _PB__ANSWER_KIND_IS_INT_SIZE:
        break;
    }
    return REFUSE("this program does not know how \"%s\" is answered", question->id);
}

enum code answer_read(const Pb__FormTemplate *form, const char *question_id, const char *value,
                      const char *remark, struct arena *arena, Pb__FormAnswer *ret_answer,
                      struct fault *ret_fault)
{
    const Pb__FormQuestion *question = form_question(form, question_id);
    Pb__FormAnswer answer;
    pb__form_answer__init(&answer);
    if (!question)
        return REFUSE("%s asks no question \"%s\"", form->id, question_id);
    answer.question_id = question->id;
    if (*remark && question->kind == PB__ANSWER_KIND__ANSWER_KIND_TEXT)
        return REFUSE("\"%s\" is answered in words: a remark has no place beside them", question->id);
    if (*remark)
        answer.text = remark;
    enum code code = *value ? read_value(form, question, value, arena, &answer, ret_fault) : CODE_OK;
    if (code == CODE_OK)
        *ret_answer = answer;
    return code;
}

/* --- a text of answers ------------------------------------------------------------------------------- */

/* What a text has said of one question so far. */
struct said {
    const char *question, *value, *remark;
    uint32_t line;
};

struct reading {
    const Pb__FormTemplate *form;
    struct arena *arena;
    struct said *said; /* room for a line each */
    size_t count;
    Pb__FormProblem **problems;
    size_t problem_count;
};

static void problem(struct reading *reading, uint32_t line, const char *question, const char *reason)
{
    Pb__FormProblem *found = arena_new(reading->arena, Pb__FormProblem);
    if (!found)
        return;
    pb__form_problem__init(found);
    found->line = line;
    found->question_id = question;
    found->reason = arena_text(reading->arena, reason);
    if (found->reason)
        reading->problems[reading->problem_count++] = found;
}

static void read_line(struct reading *reading, const char *line, const char *end, uint32_t number)
{
    struct said *last = reading->count ? &reading->said[reading->count - 1] : NULL;
    const char *text = trimmed(line, end, reading->arena);
    if (!text || !*text || *text == '#')
        return;
    if (*text == '+' || *text == '>') {
        const char *more = text + 1 + strspn(text + 1, " ");
        if (!last)
            problem(reading, number, "", "it goes on with nothing: the first line is \"question: answer\"");
        else if (*text == '>')
            last->remark = *last->remark ? arena_format(reading->arena, "%s %s", last->remark, more) : more;
        else
            last->value = arena_format(reading->arena, "%s %s", last->value, more);
        return;
    }
    const char *colon = strchr(text, ':');
    if (!colon) {
        problem(reading, number, "",
                "a line is \"question: answer\", or begins with + (more words), > (a "
                "remark) or #");
        return;
    }
    const char *question = trimmed(text, colon, reading->arena);
    for (size_t i = 0; question && i < reading->count; i++)
        if (strcmp(reading->said[i].question, question) == 0)
            problem(reading, number, question, "this question was answered above already");
    reading->said[reading->count++] =
        (struct said){question ? question : "", colon + 1 + strspn(colon + 1, " "), "", number};
}

enum code answers_read(const Pb__FormTemplate *form, const char *text, struct arena *arena,
                       Pb__FormAnswer ***ret_answers, size_t *ret_count, struct form_problems *ret_problems)
{
    size_t lines = 1;
    for (const char *at = text; *at; at++)
        lines += *at == '\n';
    struct reading reading = {.form = form,
                              .arena = arena,
                              .said = arena_array(arena, struct said, lines),
                              .problems = arena_array(arena, Pb__FormProblem *, 2 * lines)};
    Pb__FormAnswer **answers = arena_array(arena, Pb__FormAnswer *, lines);
    if (!reading.said || !reading.problems || !answers)
        return CODE_RESOURCE_EXHAUSTED;
    uint32_t number = 1;
    for (const char *line = text; *line; number++) {
        const char *end = line + strcspn(line, "\n");
        read_line(&reading, line, end, number);
        line = *end ? end + 1 : end;
    }
    for (size_t i = 0; i < reading.count; i++) {
        const struct said *said = &reading.said[i];
        struct fault fault = {0};
        answers[i] = arena_new(arena, Pb__FormAnswer);
        if (!answers[i])
            return CODE_RESOURCE_EXHAUSTED;
        if (answer_read(form, said->question, said->value ? said->value : "",
                        said->remark ? said->remark : "", arena, answers[i], &fault) != CODE_OK)
            problem(&reading, said->line, said->question, fault.reason);
    }
    if (arena->exhausted)
        return CODE_RESOURCE_EXHAUSTED;
    *ret_problems = (struct form_problems){reading.problems, reading.problem_count};
    *ret_answers = answers;
    *ret_count = reading.problem_count ? 0 : reading.count;
    return CODE_OK;
}
