/* An application as a sheet (rule F3). In: an application, its form. Out: CSV, a row for each thing that can
 * be filled in, with what was so far. */

#include "services/fees/rules_sheet_inside.h"
#include "services/fees/rules_text.h"

#include "common/sheets/sheets.h"

#include <strings.h>

const char *const fee_sheet_columns[SHEET_COLUMNS] = {
    [COLUMN_PART] = "part",     [COLUMN_ITEM] = "item",       [COLUMN_DETAIL] = "detail",
    [COLUMN_TITLE] = "title",   [COLUMN_CURRENT] = "current", [COLUMN_PROPOSED] = "proposed",
    [COLUMN_ANSWER] = "answer", [COLUMN_REMARK] = "remark",
};

/* Rows as they are written. */
struct writing {
    struct arena *arena;
    struct sheets_cell *cells;
    size_t rows, room;
};

/* --- rows ---------------------------------------------------------------------------------------------- */

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

/* --- services ------------------------------------------------------------------------------------------ */

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

/* --- answers ------------------------------------------------------------------------------------------- */

enum sheet_column fee_sheet_column_of(const Pb__FormQuestion *question, size_t option)
{
    const char *id = question->options[option]->id;
    if (question->kind != PB__ANSWER_KIND__ANSWER_KIND_MONEY)
        return COLUMN_ANSWER;
    if (strcmp(id, "current") == 0)
        return COLUMN_CURRENT;
    if (strcmp(id, "proposed") != 0 && strcmp(id, "forecast") != 0)
        return COLUMN_ANSWER;
    for (size_t i = 0; i < option; i++)
        if (strcmp(question->options[i]->id, "proposed") == 0 ||
            strcmp(question->options[i]->id, "forecast") == 0)
            return COLUMN_ANSWER;
    return COLUMN_PROPOSED;
}

const char *fee_attendance_word(Pb__Attendance attendance)
{
    static const char *const words[] = {"", "day", "38 weeks", "52 weeks"};
    return (unsigned)attendance < sizeof words / sizeof *words ? words[attendance] : "";
}

bool fee_attendance_of(const char *word, Pb__Attendance *ret_attendance)
{
    static const struct {
        const char *word;
        Pb__Attendance attendance;
    } words[] = {
        {"day", PB__ATTENDANCE__ATTENDANCE_DAY},     {"38 weeks", PB__ATTENDANCE__ATTENDANCE_WEEKS_38},
        {"38", PB__ATTENDANCE__ATTENDANCE_WEEKS_38}, {"52 weeks", PB__ATTENDANCE__ATTENDANCE_WEEKS_52},
        {"52", PB__ATTENDANCE__ATTENDANCE_WEEKS_52},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(word, words[i].word) == 0) {
            *ret_attendance = words[i].attendance;
            return true;
        }
    }
    return false;
}

static const Pb__FormGrading *grading_of(const Pb__FormTemplate *form, const Pb__FormQuestion *question)
{
    for (size_t i = 0; i < form->n_gradings; i++)
        if (strcmp(form->gradings[i]->id, question->grading_id) == 0)
            return form->gradings[i];
    return NULL;
}

/* "weekly; monthly". */
static const char *list_options(Pb__FormOption *const *options, size_t count, struct arena *arena)
{
    const char *list = "";
    for (size_t i = 0; list && i < count; i++)
        list = arena_format(arena, "%s%s%s", list, i ? "; " : "", options[i]->id);
    return list;
}

/* What a question asks, and how it is answered in a sheet. */
static const char *title_of(const Pb__FormTemplate *form, const Pb__FormQuestion *question,
                            struct arena *arena)
{
    const Pb__FormGrading *grading = grading_of(form, question);
    switch (question->kind) {
    case PB__ANSWER_KIND__ANSWER_KIND_CHOICE:
        return arena_format(arena, "%s [one of: %s]", question->title,
                            list_options(question->options, question->n_options, arena));
    case PB__ANSWER_KIND__ANSWER_KIND_CHOICES:
        return arena_format(arena, "%s [any of, with ; between: %s]", question->title,
                            list_options(question->options, question->n_options, arena));
    case PB__ANSWER_KIND__ANSWER_KIND_GRADE:
        return arena_format(arena, "%s [one of: %s]", question->title,
                            grading ? list_options(grading->grades, grading->n_grades, arena) : "");
    case PB__ANSWER_KIND__ANSWER_KIND_SCALE:
        return arena_format(arena, "%s [from %d to %d]", question->title, question->least, question->most);
    case PB__ANSWER_KIND__ANSWER_KIND_YES_NO:
        return arena_format(arena, "%s [yes, no or does not apply]", question->title);
    case PB__ANSWER_KIND__ANSWER_KIND_DATE:
    case PB__ANSWER_KIND__ANSWER_KIND_EXPIRY:
        return arena_format(arena, "%s [a date: 2027-04-01]", question->title);
    case PB__ANSWER_KIND__ANSWER_KIND_MONEY:
        return arena_format(arena, "%s [pounds]", question->title);
    case PB__ANSWER_KIND__ANSWER_KIND_TEXT:
    case PB__ANSWER_KIND__ANSWER_KIND_NUMBERS:
    case PB__ANSWER_KIND__ANSWER_KIND_UNSPECIFIED:
    case _PB__ANSWER_KIND_IS_INT_SIZE:
        break;
    }
    return question->title;
}

/* What stands under `answer`. */
static const char *answer_word(const Pb__FormQuestion *question, const Pb__FormAnswer *answer,
                               struct arena *arena)
{
    static const char *const yes_no[] = {"", "yes", "no", "does not apply"};
    const char *list = "";
    switch (question->kind) {
    case PB__ANSWER_KIND__ANSWER_KIND_TEXT:
        return answer->text;
    case PB__ANSWER_KIND__ANSWER_KIND_CHOICE:
    case PB__ANSWER_KIND__ANSWER_KIND_CHOICES:
    case PB__ANSWER_KIND__ANSWER_KIND_GRADE:
        for (size_t i = 0; list && i < answer->n_option_ids; i++)
            list = arena_format(arena, "%s%s%s", list, i ? "; " : "", answer->option_ids[i]);
        return list;
    case PB__ANSWER_KIND__ANSWER_KIND_SCALE:
        return answer->scale_case == PB__FORM_ANSWER__SCALE_NUMBER ? arena_format(arena, "%d", answer->number)
                                                                   : "";
    case PB__ANSWER_KIND__ANSWER_KIND_YES_NO:
        return (unsigned)answer->yes_no < sizeof yes_no / sizeof *yes_no ? yes_no[answer->yes_no] : "";
    case PB__ANSWER_KIND__ANSWER_KIND_DATE:
    case PB__ANSWER_KIND__ANSWER_KIND_EXPIRY:
        return answer->date;
    case PB__ANSWER_KIND__ANSWER_KIND_NUMBERS:
    case PB__ANSWER_KIND__ANSWER_KIND_MONEY:
    case PB__ANSWER_KIND__ANSWER_KIND_UNSPECIFIED:
    case _PB__ANSWER_KIND_IS_INT_SIZE:
        break;
    }
    return "";
}

static const int64_t *number_of(const Pb__FormAnswer *answer, const char *option_id)
{
    for (size_t i = 0; answer && i < answer->n_numbers; i++)
        if (strcmp(answer->numbers[i]->option_id, option_id) == 0)
            return &answer->numbers[i]->value;
    return NULL;
}

/* "1234.50", "-3": a number in a row of its own. */
static const char *number_word(const Pb__FormQuestion *question, int64_t value, struct arena *arena)
{
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    if (question->kind != PB__ANSWER_KIND__ANSWER_KIND_MONEY)
        return arena_format(arena, "%lld", (long long)value);
    return arena_format(arena, "%s%llu.%02d", value < 0 ? "-" : "", (unsigned long long)(size / 100),
                        (int)(size % 100));
}

static void write_question(struct writing *writing, const Pb__FormTemplate *form,
                           const Pb__FormQuestion *question, const Pb__FormAnswer *answer)
{
    bool names = question->kind == PB__ANSWER_KIND__ANSWER_KIND_NUMBERS ||
                 question->kind == PB__ANSWER_KIND__ANSWER_KIND_MONEY;
    struct sheets_cell *row =
        add_row(writing, PART_ANSWER, question->id, "", title_of(form, question, writing->arena));
    if (answer)
        row[COLUMN_ANSWER] = text_cell(answer_word(question, answer, writing->arena));
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
            own[COLUMN_ANSWER] = text_cell(number ? number_word(question, *number, writing->arena) : "");
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

/* --- the whole ----------------------------------------------------------------------------------------- */

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
