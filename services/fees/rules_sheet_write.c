/* An application as a sheet (rule F3). In: an application, its form. Out: CSV, a row for each thing that can
 * be filled in, with what was so far. */

#include "services/fees/rules_sheet_inside.h"
#include "services/fees/rules_text.h"

#include "common/sheets/sheets.h"

/* Rows as they are written. */
struct writing {
    struct arena *arena;
    struct sheets_cell *cells;
    size_t rows, room;
};

/* --- rows -------------------------------------------------------------------------------------------- */

static struct sheets_cell text_cell(const char *text)
{
    return (struct sheets_cell){.stated = text && *text, .text = text ? text : ""};
}

/* The cells of another row, its first four filled. */
static struct sheets_cell *add_row(struct writing *writing, const char *part, const char *item,
                                   const char *detail, const char *title)
{
    struct sheets_cell *row = writing->cells + writing->rows++ * SHEET_COLUMNS;
    row[COLUMN_PART] = text_cell(part);
    row[COLUMN_ITEM] = text_cell(item);
    row[COLUMN_DETAIL] = text_cell(detail);
    row[COLUMN_TITLE] = text_cell(title);
    return row;
}

static void put_pence(struct sheets_cell *cell, int64_t pence)
{
    cell->stated = true;
    cell->money = money_pence(pence);
}

/* --- services ---------------------------------------------------------------------------------------- */

static void write_service(struct writing *writing, const Pb__FeeService *service, bool filled)
{
    struct arena *arena = writing->arena;
    const char *called = *service->title ? service->title : service->id;
    struct sheets_cell *row = add_row(writing, PART_SERVICE, service->id, DETAIL_TITLE,
                                      arena_format(arena, "%s: what people call it", called));
    row[COLUMN_ANSWER] = text_cell(service->title);
    row = add_row(writing, PART_SERVICE, service->id, DETAIL_ATTENDANCE,
                  arena_format(arena, "%s: charged for (day, 38 weeks or 52 weeks)", called));
    row[COLUMN_ANSWER] = text_cell(fee_attendance_word(service->attendance));
    for (unsigned part = FEE_SOCIAL_CARE; part < FEE_PARTS; part++) {
        row = add_row(writing, PART_SERVICE, service->id, fee_part_id(part),
                      arena_format(arena, "%s: %s, pounds a week", called, fee_part_name(part)));
        if (filled) {
            put_pence(&row[COLUMN_CURRENT], *fee_part_of(service->current, part));
            put_pence(&row[COLUMN_PROPOSED], *fee_part_of(service->proposed, part));
        }
    }
}

/* Where there is no service yet, the rows of one to be filled in. */
static bool write_services(struct writing *writing, const Pb__FeeApplication *application)
{
    Pb__FeeService first;
    Pb__FeeService **services =
        fee_services_whole(application->services, application->n_services, writing->arena);
    pb__fee_service__init(&first);
    first.id = "service-1";
    if (!services)
        return false;
    if (application->n_services == 0)
        write_service(writing, &first, false);
    for (size_t i = 0; i < application->n_services; i++)
        write_service(writing, services[i], true);
    return true;
}

/* --- answers ----------------------------------------------------------------------------------------- */

static const int64_t *number_of(const Pb__FormAnswer *answer, const char *option_id)
{
    for (size_t i = 0; answer && i < answer->n_numbers; i++)
        if (strcmp(answer->numbers[i]->option_id, option_id) == 0)
            return &answer->numbers[i]->value;
    return NULL;
}

static void write_question(struct writing *writing, const Pb__FormTemplate *form,
                           const Pb__FormQuestion *question, const Pb__FormAnswer *answer)
{
    bool names = question->kind == PB__ANSWER_KIND__ANSWER_KIND_NUMBERS ||
                 question->kind == PB__ANSWER_KIND__ANSWER_KIND_MONEY;
    struct sheets_cell *row =
        add_row(writing, PART_ANSWER, question->id, "", fee_sheet_title(form, question, writing->arena));
    if (answer)
        row[COLUMN_ANSWER] = text_cell(fee_sheet_answer(question, answer, writing->arena));
    if (answer && question->kind != PB__ANSWER_KIND__ANSWER_KIND_TEXT)
        row[COLUMN_REMARK] = text_cell(answer->text);
    for (size_t i = 0; names && i < question->n_options; i++) {
        const Pb__FormOption *option = question->options[i];
        enum sheet_column column = fee_sheet_column_of(question, i);
        const int64_t *number = number_of(answer, option->id);
        if (column != COLUMN_ANSWER && number) {
            put_pence(&row[column], *number);
        } else if (column == COLUMN_ANSWER) {
            struct sheets_cell *own = add_row(writing, PART_ANSWER, question->id, option->id, option->title);
            own[COLUMN_ANSWER] = text_cell(number ? fee_sheet_number(question, *number, writing->arena) : "");
        }
    }
}

static bool write_answers(struct writing *writing, const Pb__FeeApplication *application,
                          const Pb__FormTemplate *form)
{
    struct form_answers answers;
    if (!fee_application_answers(application, writing->arena, &answers))
        return false;
    for (size_t i = 0; i < form->n_sections; i++)
        for (size_t j = 0; j < form->sections[i]->n_questions; j++) {
            const Pb__FormQuestion *question = form->sections[i]->questions[j];
            write_question(writing, form, question, form_answer_of(&answers, question->id));
        }
    return true;
}

/* --- the whole --------------------------------------------------------------------------------------- */

static size_t rows_at_most(const Pb__FeeApplication *application, const Pb__FormTemplate *form)
{
    size_t rows = 1 + (application->n_services + 1) * (2 + FEE_PARTS);
    for (size_t i = 0; i < form->n_sections; i++)
        for (size_t j = 0; j < form->sections[i]->n_questions; j++)
            rows += 1 + form->sections[i]->questions[j]->n_options;
    return rows;
}

enum code fee_sheet_write(const Pb__FeeApplication *application, const struct fee_setting *setting,
                          struct arena *arena, struct span *ret_csv)
{
    struct sheets_column columns[SHEET_COLUMNS];
    for (unsigned i = 0; i < SHEET_COLUMNS; i++)
        columns[i] = (struct sheets_column){
            fee_sheet_columns[i], i == COLUMN_CURRENT || i == COLUMN_PROPOSED ? SHEETS_MONEY : SHEETS_TEXT};
    struct writing writing = {.arena = arena, .room = rows_at_most(application, setting->form)};
    writing.cells = arena_array(arena, struct sheets_cell, writing.room * SHEET_COLUMNS);
    if (!writing.cells)
        return CODE_RESOURCE_EXHAUSTED;
    struct sheets_cell *row = add_row(
        &writing, PART_APPLICATION, ITEM_EFFECTIVE, "",
        arena_format(arena, "First day of the new fee [a date; empty: %s]", setting->cycle->first_on));
    row[COLUMN_ANSWER] = text_cell(application->effective_on);
    if (!write_services(&writing, application) || !write_answers(&writing, application, setting->form) ||
        arena->exhausted)
        return CODE_RESOURCE_EXHAUSTED;
    const struct sheets_table table = {"Application", columns, SHEET_COLUMNS, writing.cells, writing.rows};
    return sheets_csv(&table, arena, ret_csv, NULL);
}

char *fee_sheet_name(const Pb__FeeApplication *application, struct arena *arena)
{
    char name[61];
    size_t length = 0;
    /* Letters and digits in small; everything else is one hyphen. */
    for (const char *at = application->name; *at && length + 1 < sizeof name; at++) {
        char c = *at >= 'A' && *at <= 'Z' ? (char)(*at | 0x20) : *at;
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain)
            name[length++] = c;
        else if (length && name[length - 1] != '-' && c != '\'')
            name[length++] = '-';
    }
    while (length && name[length - 1] == '-')
        length--;
    name[length] = '\0';
    return arena_format(arena, "fees-%s%s%s.csv", application->cycle_id, length ? "-" : "", name);
}
