/* Answers of every kind, as a cell of a sheet says them (rule F3). In: a row, a question. Out: an answer of
 * what the cell says and of nothing else. Whether it is right is the form's to say. */

#include "services/fees/rules_sheet_inside.h"
#include "services/fees/rules_text.h"

#include <strings.h>

/* The option that is called so, by its identifier or as people read it; what is none stays as it is, to be
 * told by the form. */
static const char *option_called(Pb__FormOption *const *options, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(options[i]->id, text) == 0 || strcasecmp(options[i]->title, text) == 0)
            return options[i]->id;
    return text;
}

static Pb__FormOption *const *options_of(const Pb__FormTemplate *form, const Pb__FormQuestion *question,
                                         size_t *ret_count)
{
    *ret_count = question->n_options;
    if (question->kind != PB__ANSWER_KIND__ANSWER_KIND_GRADE)
        return question->options;
    for (size_t i = 0; i < form->n_gradings; i++)
        if (strcmp(form->gradings[i]->id, question->grading_id) == 0) {
            *ret_count = form->gradings[i]->n_grades;
            return form->gradings[i]->grades;
        }
    *ret_count = 0;
    return NULL;
}

/* One of them, or several with `;` between. `text` is the arena's, and is taken apart. */
static bool read_options(const struct fee_row *row, const Pb__FormTemplate *form,
                         const Pb__FormQuestion *question, char *text, Pb__FormAnswer *answer)
{
    size_t count, room = 1;
    Pb__FormOption *const *options = options_of(form, question, &count);
    bool several = question->kind == PB__ANSWER_KIND__ANSWER_KIND_CHOICES;
    for (const char *at = text; several && *at; at++)
        room += *at == ';';
    answer->option_ids = arena_array(row->arena, const char *, room);
    if (!answer->option_ids)
        return false;
    char *rest = text;
    for (char *part = several ? strsep(&rest, ";") : text; part; part = several ? strsep(&rest, ";") : NULL) {
        part += strspn(part, " \t\r\n");
        for (size_t length = strlen(part); length && strchr(" \t\r\n", part[length - 1]); length--)
            part[length - 1] = '\0';
        if (*part)
            answer->option_ids[answer->n_option_ids++] = option_called(options, count, part);
    }
    return true;
}

static bool read_yes_no(struct fee_row *row, const char *field, Pb__FormAnswer *answer)
{
    static const struct {
        const char *word;
        Pb__YesNo yes_no;
    } words[] = {
        {"yes", PB__YES_NO__YES_NO_YES},
        {"no", PB__YES_NO__YES_NO_NO},
        {"does not apply", PB__YES_NO__YES_NO_NOT_APPLICABLE},
        {"not applicable", PB__YES_NO__YES_NO_NOT_APPLICABLE},
        {"n/a", PB__YES_NO__YES_NO_NOT_APPLICABLE},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(row->cells[COLUMN_ANSWER], words[i].word) == 0)
            answer->yes_no = words[i].yes_no;
    if (answer->yes_no == PB__YES_NO__YES_NO_UNSPECIFIED)
        fee_row_wrong(row, COLUMN_ANSWER, field, "answer yes, no or does not apply");
    return answer->yes_no != PB__YES_NO__YES_NO_UNSPECIFIED;
}

static bool read_scale(struct fee_row *row, const char *field, Pb__FormAnswer *answer)
{
    int64_t number;
    if (!fee_row_whole(row, COLUMN_ANSWER, field, &number))
        return false;
    answer->scale_case = PB__FORM_ANSWER__SCALE_NUMBER;
    /* Far outside every scale stays outside it. */
    answer->number = number > INT32_MAX ? INT32_MAX : number < INT32_MIN ? INT32_MIN : (int32_t)number;
    return true;
}

bool fee_row_answer(struct fee_row *row, const Pb__FormTemplate *form, const Pb__FormQuestion *question,
                    const char *before, const char *field, Pb__FormAnswer *answer)
{
    const char *text;
    switch (question->kind) {
    case PB__ANSWER_KIND__ANSWER_KIND_TEXT:
        return fee_row_words(row, COLUMN_ANSWER, field, before, &answer->text);
    case PB__ANSWER_KIND__ANSWER_KIND_CHOICE:
    case PB__ANSWER_KIND__ANSWER_KIND_CHOICES:
    case PB__ANSWER_KIND__ANSWER_KIND_GRADE:
        return fee_row_text(row, COLUMN_ANSWER, field, &text) &&
               read_options(row, form, question, (char *)(uintptr_t)text, answer);
    case PB__ANSWER_KIND__ANSWER_KIND_SCALE:
        return read_scale(row, field, answer);
    case PB__ANSWER_KIND__ANSWER_KIND_YES_NO:
        return read_yes_no(row, field, answer);
    case PB__ANSWER_KIND__ANSWER_KIND_DATE:
    case PB__ANSWER_KIND__ANSWER_KIND_EXPIRY:
        return fee_row_date(row, COLUMN_ANSWER, field, &answer->date);
    case PB__ANSWER_KIND__ANSWER_KIND_NUMBERS:
    case PB__ANSWER_KIND__ANSWER_KIND_MONEY:
    case PB__ANSWER_KIND__ANSWER_KIND_UNSPECIFIED:
    case _PB__ANSWER_KIND_IS_INT_SIZE:
        break;
    }
    fee_row_wrong(row, COLUMN_ANSWER, field,
                  "its amounts stand under current and proposed, or in rows of their own");
    return false;
}

bool fee_row_number(struct fee_row *row, const Pb__FormQuestion *question, size_t option, const char *field,
                    Pb__FormAnswer *answer)
{
    bool is_money = question->kind == PB__ANSWER_KIND__ANSWER_KIND_MONEY;
    enum sheet_column column = fee_sheet_column_of(question, option);
    Pb__NamedNumber *number = arena_new(row->arena, Pb__NamedNumber);
    Pb__NamedNumber **list = arena_array(row->arena, Pb__NamedNumber *, 1);
    struct money money;
    if (!number || !list)
        return false;
    pb__named_number__init(number);
    if (is_money ? !fee_row_money(row, column, field, &money)
                 : !fee_row_whole(row, column, field, &number->value))
        return false;
    if (is_money)
        number->value = money.pence;
    number->option_id = question->options[option]->id;
    list[0] = number;
    answer->numbers = list;
    answer->n_numbers = 1;
    return true;
}
