/* Fees on the command line: an LA's lines as a file, fees and figures as they are typed, the commands there
 * are, and when the demonstration's cycle begins. */

#include "services/cli/demo/fees.h"
#include "services/cli/derived.h"
#include "services/cli/fees.h"
#include "services/cli/readers/fee_lines.h"

#include <criterion/criterion.h>

#include <stdlib.h>

#define HEADINGS "reference,provision,service,attendance,current,proposed,effective_on,agreed,placement\n"
#define PLACED   "0170f0a5-8a8c-7a3c-9d8e-000000000001"

struct kit {
    struct arena arena;
    struct reading reading;
    struct fault fault;
};

static enum code read_lines(struct kit *kit, const char *text)
{
    *kit = (struct kit){0};
    arena_init(&kit->arena, 1024 * 1024);
    return fee_lines_read(span_of_text(text), &kit->arena, &kit->reading, &kit->fault);
}

Test(fees, a_file_of_lines_is_read)
{
    struct kit kit;
    cr_assert(read_lines(&kit,
                         HEADINGS "HX-1,ofsted:SC900001,residential-52,52 weeks,\"£4,250.00\",4337.505,,,\n"
                                  "HX-2,,,day,900,910.50,01/05/2027,905," PLACED "\n"
                                  ",,care,,10,11,,," PLACED "\n") == CODE_OK);
    cr_assert(kit.reading.count == 2 && kit.reading.rejects.count == 1, "half a penny is none");
    const struct fee_line_row *row = kit.reading.rows[0];
    cr_assert(row->row.row == 3 && strcmp(row->line.reference, "HX-2") == 0);
    cr_assert(row->line.attendance == PB__ATTENDANCE__ATTENDANCE_DAY && row->line.current_pence == 90000 &&
              row->line.proposed_pence == 91050);
    cr_assert(strcmp(row->line.effective_on, "2027-05-01") == 0 &&
              row->line.agreed_case == PB__FEE_LINE__AGREED_AGREED_PENCE && row->line.agreed_pence == 90500);
    row = kit.reading.rows[1];
    cr_assert(row->line.agreed_case == PB__FEE_LINE__AGREED__NOT_SET && *row->line.reference == 0 &&
              strcmp(row->line.placement_id, PLACED) == 0);
    cr_assert(row->line.attendance == PB__ATTENDANCE__ATTENDANCE_UNSPECIFIED, "it is the service's");
    arena_finish(&kit.arena);
}

/* Each is refused at its column, and no reason repeats the reference (rule S2). */
Test(fees, what_is_wrong_with_a_row_is_told_by_column)
{
    static const struct {
        const char *row, *field, *reason;
    } CASES[] = {
        {"HX-9,,,52,100,=1+1,,,", "proposed", "formula"},
        {"HX-9,,,52,@SUM(A1),101,,,", "current", "formula"},
        {"HX-9,,,52,+A1,101,,,", "current", "formula"},
        {"HX-9,,,52,-A1,101,,,", "current", "formula"},
        {"=HX-9,,,52,100,101,,,", "reference", "formula"},
        {"HX-9,,,52,-5,101,,,", "current", "below 0"},
        {"HX-9,,,52,100,3%,,,", "proposed", "3%"},
        {"HX-9,,,52,100,,,,", "proposed", "empty"},
        {"HX-9,,,53,100,101,,,", "attendance", "day, 38, 52"},
        {"HX-9,,,,100,101,,,", "attendance", "day, 38, 52"},
        {"HX-9,,,52,100,101,31/02/2027,,", "effective_on", "2027"},
        {"HX-9,SC9999999999,,52,100,101,,,", "provision", "SC9999999999"},
        {"HX-9,,,52,100,101,,1p,", "agreed", "1p"},
        {"HX-9,,,52,100,101,,,none", "placement", "UUID"},
        {",,,52,100,101,,,", "reference", "empty"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct kit kit;
        char text[512];
        snprintf(text, sizeof text, HEADINGS "\n%s\n", CASES[i].row);
        cr_assert(read_lines(&kit, text) == CODE_OK, "%s", CASES[i].row);
        cr_assert(kit.reading.count == 0 && kit.reading.rejects.count == 1, "%s", CASES[i].row);
        const struct reading_issue *issue = &kit.reading.rejects.items[0];
        cr_assert(issue->line == 3 && strcmp(issue->field, CASES[i].field) == 0, "%s: %s", CASES[i].row,
                  issue->field);
        cr_assert(strstr(issue->reason, CASES[i].reason), "%s: %s", CASES[i].row, issue->reason);
        cr_assert(!strstr(issue->reason, "HX-9"), "%s", issue->reason);
        arena_finish(&kit.arena);
    }
}

Test(fees, a_placement_has_one_line_in_a_file)
{
    struct kit kit;
    cr_assert(read_lines(&kit, HEADINGS "HX-1,,,52,100,101,,,\nHX-1,,,52,100,102,,,\n") == CODE_OK);
    cr_assert(kit.reading.count == 1 && kit.reading.rejects.count == 1);
    cr_assert(kit.reading.rejects.items[0].line == 3 && !strstr(kit.reading.rejects.items[0].reason, "HX-1"));
    arena_finish(&kit.arena);
}

Test(fees, what_is_no_list_of_lines_says_so)
{
    struct kit kit;
    cr_assert(read_lines(&kit, "reference,attendance,current\nHX-1,52,100\n") == CODE_INVALID_ARGUMENT);
    cr_assert(strstr(kit.fault.reason, "proposed"), "%s", kit.fault.reason);
    arena_finish(&kit.arena);
    cr_assert(read_lines(&kit, "\xff\xfe"
                               "r") == CODE_INVALID_ARGUMENT);
    cr_assert(strstr(kit.fault.reason, "UTF-16"), "%s", kit.fault.reason);
    arena_finish(&kit.arena);
}

/* --- typed ------------------------------------------------------------------------------------------- */

Test(fees, a_fee_is_typed_by_who_contributes)
{
    struct arena arena;
    struct fault fault = {0};
    Pb__FeeSplit split;
    arena_init(&arena, 1024 * 1024);
    cr_assert(fees_split_read("£4,000.50 + 500+0 = 4500.50", &arena, &split, &fault) == CODE_OK);
    cr_assert(split.social_care_pence == 400050 && split.education_pence == 50000 &&
              split.health_pence == 0 && split.total_pence == 450050);
    cr_assert(fees_split_read("1+1+1=4", &arena, &split, &fault) == CODE_OK,
              "that it is not the sum is told where it is kept");
    static const char *const WRONG[] = {"4500", "1+2=3", "1+2+3", "1+2+3=", "a+2+3=6", "1+2+3=6%", ""};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++)
        cr_assert(fees_split_read(WRONG[i], &arena, &split, &fault) == CODE_INVALID_ARGUMENT, "%s", WRONG[i]);
    cr_assert(strstr(fault.reason, "4000+500+0=4500"));
    arena_finish(&arena);
}

Test(fees, a_caret_stands_under_the_character)
{
    static const struct {
        const char *expression;
        uint32_t column;
        const char *shown;
    } CASES[] = {
        {"CPI plus", 9, "  CPI plus\n          ^\n"},
        {"CPI", 1, "  CPI\n  ^\n"},
        {"\xc2\xa3"
         "5 of CPI",
         4,
         "  \xc2\xa3"
         "5 of CPI\n     ^\n"}, /* in characters, not in bytes */
        {"\tCPI", 2, "  \tCPI\n  \t^\n"},
        {"CPI", 0, "  CPI\n  ^\n"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);
        fees_print_caret(out, CASES[i].expression, CASES[i].column);
        fclose(out);
        cr_assert(strcmp(text, CASES[i].shown) == 0, "%s: %s", CASES[i].expression, text);
        free(text);
    }
}

Test(fees, words_that_no_field_says)
{
    struct arena arena;
    Pb__FeeReminder late, left;
    Pb__Consultation consultation;
    arena_init(&arena, 1024 * 1024);
    pb__fee_reminder__init(&late);
    pb__fee_reminder__init(&left);
    late.late = true;
    late.days = left.days = 1;
    late.authority_id = "E10000015";
    cr_assert(strcmp(derived_or_field(&late.base, "standing", &arena), "1 day late") == 0);
    cr_assert(strcmp(derived_or_field(&left.base, "standing", &arena), "1 day left") == 0);
    cr_assert(strcmp(derived_or_field(&late.base, "whose", &arena), "Hertfordshire") == 0);
    cr_assert(strcmp(derived_or_field(&left.base, "whose", &arena), "the provider") == 0);
    pb__consultation__init(&consultation);
    consultation.level = PB__FEE_LEVEL__FEE_LEVEL_EXCEPTIONAL;
    cr_assert(strcmp(derived_or_field(&consultation.base, "level_words", &arena), "exceptional") == 0);
    consultation.told_level = PB__FEE_LEVEL__FEE_LEVEL_WITHIN;
    cr_assert(strcmp(derived_or_field(&consultation.base, "level_words", &arena),
                     "exceptional, as computed (within as told before)") == 0);
    consultation.told_reason = "a new wing, not the fee";
    cr_assert(strcmp(derived_or_field(&consultation.base, "level_words", &arena),
                     "within, as told (exceptional as computed)") == 0);
    arena_finish(&arena);
}

Test(fees, there_is_a_command_for_each_step)
{
    static const char *const WORDS[] = {
        "cycle list",     "cycle open",
        "cycle update",   "cycle close",
        "index list",     "index set",
        "threshold set",  "threshold preview",
        "template list",  "date set",
        "date list",      "apply begin",
        "apply save",     "apply sheet",
        "apply import",   "apply submit",
        "apply return",   "apply correct",
        "apply withdraw", "apply show",
        "apply list",     "apply evidence add",
        "lines import",   "lines set",
        "lines delete",   "lines erase",
        "lines list",     "lines totals",
        "lead show",      "lead nominate",
        "level",          "begin",
        "reopen",         "log add",
        "log list",       "letter write",
        "letter sent",    "letter list",
        "letter text",    "report save",
        "report publish", "report show",
        "decide",         "decisions",
        "progress",       "reminders",
        "worth",          "history",
        "benchmark",
    };
    char words[64];
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        snprintf(words, sizeof words, "fees %s", WORDS[i]);
        cr_assert(cli_command_find(words), "%s", words);
    }
}

/* --- the demonstration ------------------------------------------------------------------------------- */

Test(fees, the_demonstrations_cycle_is_under_way)
{
    static const char *const CASES[][2] = {
        {"2026-11-26", "2027-04-01"}, {"2027-03-31", "2027-04-01"}, {"2027-04-01", "2027-04-01"},
        {"2027-06-30", "2027-04-01"}, {"2027-07-01", "2028-04-01"}, {"2028-01-01", "2028-04-01"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct date today;
        char text[DATE_TEXT_BYTES];
        date_parse(CASES[i][0], &today, NULL);
        date_print(demo_fees_start(today), text);
        cr_assert(strcmp(text, CASES[i][1]) == 0, "%s: %s", CASES[i][0], text);
    }
}
