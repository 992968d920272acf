/* The answers of a sheet (rule F3). In: rows, over the answers that there are. Out: the answers as they would
 * stand, every right cell taken, every wrong one told. */

#include "services/fees/rules_sheet_inside.h"
#include "services/fees/rules_text.h"

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

/* --- taken ------------------------------------------------------------------------------------------- */

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
    if (!fee_row_has(row, column) || !fee_row_number(row, entry->question, option, field, &answer) ||
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
    if (!fee_row_has(row, COLUMN_ANSWER) ||
        !fee_row_answer(row, answers->setting->form, entry->question, entry->answer->text, field, &answer) ||
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

/* --- rows -------------------------------------------------------------------------------------------- */

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
