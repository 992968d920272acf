/* An answer as one line, for tables. In: a question and its answer. Out: words. */

#include "common/domain/money.h"
#include "common/forms/inside.h"

#include <inttypes.h>

/* Line ends and tabs become blanks, also in what a stranger gave as an identifier or a date. */
static void put_line(struct form_out *out, const char *text)
{
    while (*text) {
        size_t size = strcspn(text, "\r\n\t"), gap = strspn(text + size, "\r\n\t ");
        form_put_format(out, "%.*s", (int)size, text);
        text += size + gap;
        if (gap && *text)
            form_put(out, " ");
    }
}

static void put_options(struct form_out *out, const Pb__FormTemplate *template,
                        const Pb__FormQuestion *question, const Pb__FormAnswer *answer)
{
    size_t count;
    Pb__FormOption *const *options = form_options_of(template, question, &count);
    for (size_t i = 0; i < answer->n_option_ids; i++) {
        const Pb__FormOption *option = form_option(options, count, answer->option_ids[i], NULL);
        form_put(out, i ? ", " : "");
        put_line(out, option ? option->title : answer->option_ids[i]);
    }
}

static void put_number(struct form_out *out, Pb__AnswerKind kind, const char *title, int64_t value)
{
    char amount[MONEY_TEXT_BYTES];
    money_print(money_pence(value), amount);
    put_line(out, title);
    if (kind == KIND_MONEY)
        form_put_format(out, " %s", amount);
    else
        form_put_format(out, " %" PRId64, value);
}

/* In the order of the question's options, whatever order they were given in; then what it does not name. */
static void put_numbers(struct form_out *out, const Pb__FormQuestion *question, const Pb__FormAnswer *answer)
{
    const char *between = "";
    for (size_t i = 0; i < question->n_options; i++) {
        const Pb__NamedNumber *number = form_number(answer, question->options[i]->id);
        if (!number)
            continue;
        form_put(out, between);
        put_number(out, question->kind, question->options[i]->title, number->value);
        between = ", ";
    }
    for (size_t i = 0; i < answer->n_numbers; i++) {
        const Pb__NamedNumber *number = answer->numbers[i];
        if (form_option(question->options, question->n_options, number->option_id, NULL))
            continue;
        form_put(out, between);
        put_number(out, question->kind, number->option_id, number->value);
        between = ", ";
    }
}

static void put_date(struct form_out *out, const char *text)
{
    struct date date;
    char words[DATE_LONG_TEXT_BYTES];
    if (!date_field(text, &date)) {
        put_line(out, text);
        return;
    }
    date_print_long(date, words);
    form_put(out, words);
}

static void put_value(struct form_out *out, const Pb__FormTemplate *template,
                      const Pb__FormQuestion *question, const Pb__FormAnswer *answer)
{
    switch (question->kind) {
    case KIND_CHOICE:
    case KIND_CHOICES:
    case KIND_GRADE:
        put_options(out, template, question, answer);
        return;
    case KIND_SCALE:
        form_put_format(out, "%d of %d", answer->number, question->most);
        return;
    case KIND_YES_NO:
        form_put(out, answer->yes_no == YES_NO_YES  ? "Yes"
                      : answer->yes_no == YES_NO_NO ? "No"
                                                    : "Does not apply");
        return;
    case KIND_NUMBERS:
    case KIND_MONEY:
        put_numbers(out, question, answer);
        return;
    case KIND_DATE:
    case KIND_EXPIRY:
        put_date(out, answer->date);
        return;
    case KIND_TEXT:
    case KIND_UNSPECIFIED:
    case KIND_OTHER:
        return;
    }
}

char *form_answer_text(const Pb__FormTemplate *template, const Pb__FormQuestion *question,
                       const Pb__FormAnswer *answer, struct arena *arena)
{
    struct form_out out = {.arena = arena};
    bool valued = question && question->kind != KIND_TEXT && form_is_answered(question, answer);
    if (valued)
        put_value(&out, template, question, answer);
    if (question && answer && *answer->text) {
        form_put(&out, valued ? ": " : "");
        put_line(&out, answer->text);
    }
    return form_put_end(&out);
}
