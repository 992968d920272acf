/* The words of a sheet (rule F3): its columns, how questions are put and how answers are written. In:
 * questions and answers. Out: what stands in a cell. */

#include "services/fees/rules_sheet_inside.h"

#include <strings.h>

const char *const fee_sheet_columns[SHEET_COLUMNS] = {
    [COLUMN_PART] = "part",     [COLUMN_ITEM] = "item",       [COLUMN_DETAIL] = "detail",
    [COLUMN_TITLE] = "title",   [COLUMN_CURRENT] = "current", [COLUMN_PROPOSED] = "proposed",
    [COLUMN_ANSWER] = "answer", [COLUMN_REMARK] = "remark",
};

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

const char *fee_sheet_title(const Pb__FormTemplate *form, const Pb__FormQuestion *question,
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

const char *fee_sheet_answer(const Pb__FormQuestion *question, const Pb__FormAnswer *answer,
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

const char *fee_sheet_number(const Pb__FormQuestion *question, int64_t value, struct arena *arena)
{
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    if (question->kind != PB__ANSWER_KIND__ANSWER_KIND_MONEY)
        return arena_format(arena, "%lld", (long long)value);
    return arena_format(arena, "%s%llu.%02d", value < 0 ? "-" : "", (unsigned long long)(size / 100),
                        (int)(size % 100));
}
