#pragma once
/* What the files of sheets share. */

#include "services/fees/rules_service.h"
#include "services/fees/rules_sheet.h"

enum sheet_column {
    COLUMN_PART,
    COLUMN_ITEM,
    COLUMN_DETAIL,
    COLUMN_TITLE,
    COLUMN_CURRENT,
    COLUMN_PROPOSED,
    COLUMN_ANSWER,
    COLUMN_REMARK,
    SHEET_COLUMNS,
};
/* "part", …: what stands in the heading. */
extern const char *const fee_sheet_columns[SHEET_COLUMNS];

/* The words of the first three columns. */
#define PART_APPLICATION  "application"
#define PART_SERVICE      "service"
#define PART_ANSWER       "answer"
#define ITEM_EFFECTIVE    "effective-on"
#define DETAIL_TITLE      "title"
#define DETAIL_ATTENDANCE "attendance"

/* Under which column an option of a money question stands: of those called current, and proposed or forecast,
 * the first each; COLUMN_ANSWER: in a row of its own, as all options of numbers. */
enum sheet_column fee_sheet_column_of(const Pb__FormQuestion *question, size_t option);

/* "38 weeks": how a sheet says for how much of the year a service is charged; "" for not said. */
const char *fee_attendance_word(Pb__Attendance attendance);
bool fee_attendance_of(const char *word, Pb__Attendance *ret_attendance);

/* What a question asks, and how it is answered in a sheet; what stands under `answer`; a number in a row of
 * its own. In the arena; NULL past its limit. */
const char *fee_sheet_title(const Pb__FormTemplate *form, const Pb__FormQuestion *question,
                            struct arena *arena);
const char *fee_sheet_answer(const Pb__FormQuestion *question, const Pb__FormAnswer *answer,
                             struct arena *arena);
const char *fee_sheet_number(const Pb__FormQuestion *question, int64_t value, struct arena *arena);

/* --- cells ------------------------------------------------------------------------------------------- */

/* One row under way. */
struct fee_row {
    struct fee_sheet *sheet;
    struct arena *arena;
    uint32_t row;
    const char *cells[SHEET_COLUMNS]; /* "" where there is none, or nothing of it can be used */
    bool used[SHEET_COLUMNS];         /* somebody has asked for it */
};

/* Is there something in it? Asking for it uses it. */
bool fee_row_has(struct fee_row *row, enum sheet_column column);
/* What is wrong with a cell; `field` may be "". */
void fee_row_wrong(struct fee_row *row, enum sheet_column column, const char *field, const char *reason, ...)
    __attribute__((format(printf, 4, 5)));

/* What a cell says, in the arena. False where it cannot be taken, and then it was told: a formula, a
 * percentage where pounds belong, an amount that is none. */
bool fee_row_text(struct fee_row *row, enum sheet_column column, const char *field, const char **ret_text);
bool fee_row_money(struct fee_row *row, enum sheet_column column, const char *field, struct money *ret_money);
bool fee_row_date(struct fee_row *row, enum sheet_column column, const char *field, const char **ret_date);
/* A whole number; thousands may be set apart by commas. */
bool fee_row_whole(struct fee_row *row, enum sheet_column column, const char *field, int64_t *ret_number);

/* As fee_row_text; what says the same as before stays as it was written. */
bool fee_row_words(struct fee_row *row, enum sheet_column column, const char *field, const char *before,
                   const char **ret_text);

/* What stands under `answer`, by the kind of its question, and one number or amount, put into `answer`.
 * `before`: the words that were the answer so far. */
bool fee_row_answer(struct fee_row *row, const Pb__FormTemplate *form, const Pb__FormQuestion *question,
                    const char *before, const char *field, Pb__FormAnswer *answer);
bool fee_row_number(struct fee_row *row, const Pb__FormQuestion *question, size_t option, const char *field,
                    Pb__FormAnswer *answer);

/* Do two texts differ only in blanks at their ends and in how their lines end? */
bool fee_same_text(const char *a, const char *b);

/* --- parts ------------------------------------------------------------------------------------------- */

struct fee_sheet_services;
struct fee_sheet_answers;

/* Services and answers as they would stand; NULL past the arena's limit. */
struct fee_sheet_services *fee_sheet_services_create(const Pb__FeeApplication *application,
                                                     struct arena *arena);
struct fee_sheet_answers *fee_sheet_answers_create(const Pb__FeeApplication *application,
                                                   const struct fee_setting *setting, struct arena *arena);
/* Takes what a row says. */
void fee_sheet_services_row(struct fee_sheet_services *services, struct fee_row *row);
void fee_sheet_answers_row(struct fee_sheet_answers *answers, struct fee_row *row);
/* Puts what was taken into what was typed. False past the arena's limit. */
bool fee_sheet_services_end(const struct fee_sheet_services *services, struct arena *arena,
                            Pb__SaveFeeApplicationRequest *typed);
bool fee_sheet_answers_end(const struct fee_sheet_answers *answers, struct arena *arena,
                           Pb__SaveFeeApplicationRequest *typed);
