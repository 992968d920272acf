/* The answers of a sheet (rule F3). In: rows, over the answers that there are. Out: the answers as they would
 * stand, every right cell taken, every wrong one told. */

#include "services/fees/rules_sheet_inside.h"
#include "services/fees/rules_text.h"

#include <strings.h>

/* A question that the sheet says something of. */
struct entry {
    const Pb__FormQuestion *question;
    Pb__FormAnswer *answer; /* as it would stand */
    uint32_t *rows;         /* of each of its options, and of itself after them; 0: nowhere yet */
    bool taken;             /* anything was */
};

struct fee_sheet_answers {
    const struct fee_setting *setting;
    struct form_answers stored;
    struct arena *arena;
    struct entry entries[FORM_QUESTIONS_MAX];
    size_t count;
};

struct fee_sheet_answers *fee_sheet_answers_create(const Pb__FeeApplication *application,
                                                   const struct fee_setting *setting, struct arena *arena)
{
    struct fee_sheet_answers *answers = arena_new(arena, struct fee_sheet_answers);
    if (!answers || !fee_application_answers(application, arena, &answers->stored))
        return NULL;
    answers->setting = setting;
    answers->arena = arena;
    return answers;
}

/* The entry of that question, begun from what is stored; NULL: there is no such question, or no room. */
static struct entry *entry_of(struct fee_sheet_answers *answers, const char *id)
{
    for (size_t i = 0; i < answers->count; i++)
        if (strcmp(answers->entries[i].question->id, id) == 0)
            return &answers->entries[i];
    const Pb__FormQuestion *question = form_question(answers->setting->form, id);
    const Pb__FormAnswer *stored = form_answer_of(&answers->stored, id);
    if (!question || answers->count == FORM_QUESTIONS_MAX)
        return NULL;
    struct entry entry = {.question = question,
                          .answer = arena_new(answers->arena, Pb__FormAnswer),
                          .rows = arena_array(answers->arena, uint32_t, question->n_options + 1)};
    if (!entry.answer || !entry.rows)
        return NULL;
    pb__form_answer__init(entry.answer);
    if (stored)
        *entry.answer = *stored;
    entry.answer->question_id = question->id;
    answers->entries[answers->count] = entry;
    return &answers->entries[answers->count++];
}

/* --- what a cell says, as an answer of nothing else ---------------------------------------------------- */

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
static bool read_options(const struct fee_sheet_answers *answers, const Pb__FormQuestion *question,
                         char *text, Pb__FormAnswer *answer)
{
    size_t count, room = 1;
    Pb__FormOption *const *options = options_of(answers->setting->form, question, &count);
    bool several = question->kind == PB__ANSWER_KIND__ANSWER_KIND_CHOICES;
    for (const char *at = text; several && *at; at++)
        room += *at == ';';
    answer->option_ids = arena_array(answers->arena, const char *, room);
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

/* The cell under `answer`, by the kind of its question. */
static bool read_answer(struct fee_sheet_answers *answers, const struct entry *entry, struct fee_row *row,
                        const char *field, Pb__FormAnswer *answer)
{
    const char *text;
    switch (entry->question->kind) {
    case PB__ANSWER_KIND__ANSWER_KIND_TEXT:
        return fee_row_words(row, COLUMN_ANSWER, field, entry->answer->text, &answer->text);
    case PB__ANSWER_KIND__ANSWER_KIND_CHOICE:
    case PB__ANSWER_KIND__ANSWER_KIND_CHOICES:
    case PB__ANSWER_KIND__ANSWER_KIND_GRADE:
        return fee_row_text(row, COLUMN_ANSWER, field, &text) &&
               read_options(answers, entry->question, (char *)(uintptr_t)text, answer);
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

static bool read_number(struct fee_sheet_answers *answers, const struct entry *entry, size_t option,
                        struct fee_row *row, const char *field, Pb__FormAnswer *answer)
{
    bool is_money = entry->question->kind == PB__ANSWER_KIND__ANSWER_KIND_MONEY;
    enum sheet_column column = fee_sheet_column_of(entry->question, option);
    Pb__NamedNumber *number = arena_new(answers->arena, Pb__NamedNumber);
    Pb__NamedNumber **list = arena_array(answers->arena, Pb__NamedNumber *, 1);
    struct money money;
    if (!number || !list)
        return false;
    pb__named_number__init(number);
    if (is_money ? !fee_row_money(row, column, field, &money)
                 : !fee_row_whole(row, column, field, &number->value))
        return false;
    if (is_money)
        number->value = money.pence;
    number->option_id = entry->question->options[option]->id;
    list[0] = number;
    answer->numbers = list;
    answer->n_numbers = 1;
    return true;
}

/* --- taken --------------------------------------------------------------------------------------------- */

/* Is it right by itself? */
static bool check(struct fee_sheet_answers *answers, struct fee_row *row, enum sheet_column column,
                  const char *field, Pb__FormAnswer *answer)
{
    Pb__FormAnswer *list[] = {answer};
    const struct form_answers one = {list, 1};
    const struct form_setting setting = {.day = answers->setting->day};
    struct form_problems problems;
    if (form_check(answers->setting->form, &one, &setting, answers->arena, &problems) != CODE_OK)
        return false;
    if (problems.count)
        fee_row_wrong(row, column, field, "%s", problems.items[0]->reason);
    return problems.count == 0;
}

/* Puts a number over the one of its name, or after the others. */
static bool lay_number(struct fee_sheet_answers *answers, Pb__FormAnswer *over, Pb__NamedNumber *number)
{
    Pb__NamedNumber **list = arena_array(answers->arena, Pb__NamedNumber *, over->n_numbers + 1);
    size_t at = 0;
    if (!list)
        return false;
    while (at < over->n_numbers && strcmp(over->numbers[at]->option_id, number->option_id) != 0)
        at++;
    if (over->n_numbers)
        memcpy(list, over->numbers, over->n_numbers * sizeof *list);
    list[at] = number;
    over->n_numbers += at == over->n_numbers;
    over->numbers = list;
    return true;
}

static void take_option(struct fee_sheet_answers *answers, struct entry *entry, size_t option,
                        struct fee_row *row)
{
    enum sheet_column column = fee_sheet_column_of(entry->question, option);
    char field[FAULT_FIELD_BYTES];
    Pb__FormAnswer answer;
    pb__form_answer__init(&answer);
    answer.question_id = entry->question->id;
    fee_answer_field(entry->question->id, entry->question->options[option]->id, field);
    if (!fee_row_has(row, column) || !read_number(answers, entry, option, row, field, &answer) ||
        !check(answers, row, column, field, &answer) ||
        !lay_number(answers, entry->answer, answer.numbers[0]))
        return;
    entry->taken = true;
    row->sheet->cells_kept++;
}

/* Everything but words and numbers goes over as it is. */
static void lay_answer(Pb__FormAnswer *over, const Pb__FormAnswer *answer, bool is_text)
{
    if (is_text) {
        over->text = answer->text;
        return;
    }
    over->option_ids = answer->option_ids;
    over->n_option_ids = answer->n_option_ids;
    over->scale_case = answer->scale_case;
    over->number = answer->number;
    over->yes_no = answer->yes_no;
    over->date = answer->date;
}

static void take_answer(struct fee_sheet_answers *answers, struct entry *entry, struct fee_row *row)
{
    char field[FAULT_FIELD_BYTES];
    Pb__FormAnswer answer;
    pb__form_answer__init(&answer);
    answer.question_id = entry->question->id;
    fee_answer_field(entry->question->id, "", field);
    if (!fee_row_has(row, COLUMN_ANSWER) || !read_answer(answers, entry, row, field, &answer) ||
        !check(answers, row, COLUMN_ANSWER, field, &answer))
        return;
    lay_answer(entry->answer, &answer, entry->question->kind == PB__ANSWER_KIND__ANSWER_KIND_TEXT);
    entry->taken = true;
    row->sheet->cells_kept++;
}

static void take_remark(struct fee_sheet_answers *answers, struct entry *entry, struct fee_row *row)
{
    char field[FAULT_FIELD_BYTES];
    Pb__FormAnswer answer;
    pb__form_answer__init(&answer);
    answer.question_id = entry->question->id;
    fee_answer_field(entry->question->id, "", field);
    if (entry->question->kind == PB__ANSWER_KIND__ANSWER_KIND_TEXT || !fee_row_has(row, COLUMN_REMARK) ||
        !fee_row_words(row, COLUMN_REMARK, field, entry->answer->text, &answer.text) ||
        !check(answers, row, COLUMN_REMARK, field, &answer))
        return;
    entry->answer->text = answer.text;
    entry->taken = true;
    row->sheet->cells_kept++;
}

/* --- rows ---------------------------------------------------------------------------------------------- */

/* The place of the option that a row of its own is about; the count of options where the row is the
 * question's own. False: there is no such, and it was told. */
static bool place_of(const struct entry *entry, struct fee_row *row, size_t *ret_place)
{
    const Pb__FormQuestion *question = entry->question;
    const char *detail = row->cells[COLUMN_DETAIL];
    size_t at = 0;
    if (!fee_row_has(row, COLUMN_DETAIL)) {
        *ret_place = question->n_options;
        return true;
    }
    bool names = question->kind == PB__ANSWER_KIND__ANSWER_KIND_NUMBERS ||
                 question->kind == PB__ANSWER_KIND__ANSWER_KIND_MONEY;
    while (names && at < question->n_options && strcmp(question->options[at]->id, detail) != 0)
        at++;
    if (!names || at == question->n_options || fee_sheet_column_of(question, at) != COLUMN_ANSWER) {
        fee_row_wrong(row, COLUMN_DETAIL, "", "this question has no row of that name");
        return false;
    }
    *ret_place = at;
    return true;
}

/* The question's own row: what stands under current and proposed, its answer, its remark. */
static void take_main_row(struct fee_sheet_answers *answers, struct entry *entry, struct fee_row *row)
{
    bool is_money = entry->question->kind == PB__ANSWER_KIND__ANSWER_KIND_MONEY;
    for (size_t i = 0; is_money && i < entry->question->n_options; i++)
        if (fee_sheet_column_of(entry->question, i) != COLUMN_ANSWER)
            take_option(answers, entry, i, row);
    take_answer(answers, entry, row);
    take_remark(answers, entry, row);
}

static bool is_filled(const struct fee_row *row)
{
    return row->cells[COLUMN_CURRENT][0] || row->cells[COLUMN_PROPOSED][0] || row->cells[COLUMN_ANSWER][0] ||
           row->cells[COLUMN_REMARK][0];
}

void fee_sheet_answers_row(struct fee_sheet_answers *answers, struct fee_row *row)
{
    size_t place = 0;
    fee_row_has(row, COLUMN_ITEM);
    struct entry *entry = entry_of(answers, row->cells[COLUMN_ITEM]);
    if (!entry && !answers->arena->exhausted)
        fee_row_wrong(row, COLUMN_ITEM, "", "there is no such question in this form");
    if (!entry || !place_of(entry, row, &place)) {
        memset(row->used, true, sizeof row->used);
        return;
    }
    if (!is_filled(row))
        return;
    if (entry->rows[place]) {
        fee_row_wrong(row, COLUMN_ITEM, "", "row %u answers the same already", entry->rows[place]);
        memset(row->used, true, sizeof row->used);
        return;
    }
    entry->rows[place] = row->row;
    if (place == entry->question->n_options)
        take_main_row(answers, entry, row);
    else
        take_option(answers, entry, place, row);
}

bool fee_sheet_answers_end(const struct fee_sheet_answers *answers, struct arena *arena,
                           Pb__SaveFeeApplicationRequest *typed)
{
    typed->answers = arena_array(arena, Pb__FormAnswer *, answers->count + 1);
    for (size_t i = 0; typed->answers && i < answers->count; i++)
        if (answers->entries[i].taken)
            typed->answers[typed->n_answers++] = answers->entries[i].answer;
    return typed->answers != NULL;
}
