/* rules F3, S5: an application as a sheet, and the sheet read back: every right cell kept, every wrong one
 * told by its row and column. */

#include "services/fees/rules_sheet.h"
#include "tests/unit/fees/application_kit.h"

TestSuite(rules_sheet, .init = begin_arena, .fini = end_arena);

#define HEADING "part,item,detail,title,current,proposed,answer,remark\r\n"

static struct fee_sheet read_bytes(const Pb__FeeApplication *application, struct span csv)
{
    const struct fee_setting setting = kit_setting("1.5%");
    struct fee_sheet sheet = {0};
    cr_assert_eq(fee_sheet_read(csv, application, &setting, &arena, &sheet), CODE_OK);
    return sheet;
}

static struct fee_sheet read_sheet(const Pb__FeeApplication *application, const char *rows)
{
    return read_bytes(application, span_of_text(arena_format(&arena, HEADING "%s", rows)));
}

static const char *written(const Pb__FeeApplication *application)
{
    const struct fee_setting setting = kit_setting("1.5%");
    struct span csv;
    cr_assert_eq(fee_sheet_write(application, &setting, &arena, &csv), CODE_OK);
    return arena_format(&arena, "%.*s", (int)csv.size, (const char *)csv.data);
}

/* As it would be kept. */
static Pb__FeeApplication saved(const Pb__FeeApplication *application, struct fee_sheet *sheet,
                                bool *ret_changed)
{
    Pb__FeeApplication result;
    struct fault fault = {0};
    sheet->typed.version = application->meta->version;
    cr_assert_eq(fee_application_save(application, &sheet->typed, kit_form(), day("2027-03-01"), &arena,
                                      &result, ret_changed, &fault),
                 REFUSAL_NONE, "%s: %s", fault.field, fault.reason);
    return result;
}

/* --- written ----------------------------------------------------------------------------------------- */

Test(rules_sheet, has_a_row_for_each_thing)
{
    Pb__FeeApplication application = complete_application();
    const char *csv = written(&application);
    static const char *const rows[] = {
        "\xef\xbb\xbf\"part\",\"item\",\"detail\",\"title\",\"current\",\"proposed\",\"answer\","
        "\"remark\"\r\n",
        "\"application\",\"effective-on\",,\"First day of the new fee [a date; empty: 2027-04-01]\",,,,\r\n",
        "\"service\",\"residential-52\",\"title\",\"Service residential-52: what people call it\",,,"
        "\"Service residential-52\",\r\n",
        "\"service\",\"residential-52\",\"attendance\",\"Service residential-52: charged for (day, 38 weeks "
        "or 52 "
        "weeks)\",,,\"52 weeks\",\r\n",
        "\"service\",\"residential-52\",\"social-care\",\"Service residential-52: social care, pounds a "
        "week\",2000.00,2050.00,,\r\n",
        "\"service\",\"residential-52\",\"total\",\"Service residential-52: total, pounds a "
        "week\",3000.00,3060.00,,\r\n",
        "\"service\",\"day\",\"health\",\"Service day: health, pounds a week\",0.00,0.00,,\r\n",
        "\"answer\",\"staffing\",,\"Staffing [pounds]\",600000.00,630000.00,,\r\n",
        "\"answer\",\"surplus\",,\"Surplus [pounds]\",-5000.00,0.00,,\r\n",
        "\"answer\",\"claims\",,\"Claims [pounds]\",,,,\r\n",
        "\"answer\",\"claims\",\"claimed\",\"Claimed\",,,,\r\n",
        "\"answer\",\"places\",\"filled\",\"Filled\",,,,\r\n",
        "\"answer\",\"why\",,\"Why?\",,,\"Pay rises.\",\r\n",
        "\"answer\",\"owner\",,\"Owner [one of: charity; company]\",,,,\r\n",
        "\"answer\",\"papers\",,\"Papers [any of, with ; between: accounts; rent]\",,,,\r\n",
        "\"answer\",\"rent\",,\"Is rent paid? [yes, no or does not apply]\",,,,\r\n",
        "\"answer\",\"full\",,\"How full? [from 1 to 10]\",,,,\r\n",
        "\"answer\",\"managed\",,\"Managed? [one of: well; badly]\",,,,\r\n",
        "\"answer\",\"since\",,\"Since when? [a date: 2027-04-01]\",,,,\r\n",
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        cr_assert(strstr(csv, rows[i]), "%s\nis not in\n%s", rows[i], csv);
}

Test(rules_sheet, of_an_empty_application_has_a_service_to_be_filled_in)
{
    Pb__FeeApplication application = complete_application();
    application.n_services = 0;
    const char *csv = written(&application);
    cr_assert(strstr(csv, "\"service\",\"service-1\",\"total\",\"service-1: total, pounds a week\",,,,\r\n"));
    struct fee_sheet sheet = read_bytes(&application, span_of_text(csv));
    cr_assert(!sheet.typed.services_given && sheet.typed.n_services == 0, "left empty it is none");
}

Test(rules_sheet, a_name_for_the_file)
{
    static const struct {
        const char *name, *file;
    } cases[] = {
        {"Oak House", "fees-2027-28-oak-house.csv"},
        {"St Anne's (The Oaks) - Girls!", "fees-2027-28-st-annes-the-oaks-girls.csv"},
        {"", "fees-2027-28.csv"},
        {"é", "fees-2027-28.csv"},
        {"../../etc/passwd", "fees-2027-28-etc-passwd.csv"},
        {"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
         "fees-2027-28-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.csv"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeApplication application = complete_application();
        application.name = cases[i].name;
        cr_assert_str_eq(fee_sheet_name(&application, &arena), cases[i].file);
    }
}

/* What is written and read again changes nothing, whatever the answers hold; no cell is a formula. */
Test(rules_sheet, written_and_read_it_is_the_same)
{
    Pb__FeeApplication application = complete_application();
    static const char *const texts[] = {
        "plain",
        "=1+1",
        "-5",
        "- a list\n- of two",
        "+44 20 7946 0000",
        "@home",
        "'quoted'",
        "'=not one",
        "£1,000",
        "a, \"b\"\r\nc",
        "  blanks around ",
        "\xef\xbc\x9dwide",
        "héllo — dash",
        "\ttab in front",
        "ends\r\n",
    };
    static const char *const papers[] = {"accounts", "rent"}, *const owner[] = {"company"},
                             *const grade[] = {"badly"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        Pb__FormAnswer *answers[] = {
            costs("staffing", 1, 2),
            costs("surplus", -100, -1),
            in_words("why", texts[i]),
            amounts("claims", "claimed", 123456, "accepted", 0),
            answer_of("papers"),
            answer_of("owner"),
            answer_of("rent"),
            answer_of("full"),
            answer_of("managed"),
            answer_of("since"),
            amounts("places", "registered", 12, NULL, 0),
        };
        answers[0]->text = texts[i]; /* a remark */
        answers[4]->option_ids = (const char **)(uintptr_t)papers, answers[4]->n_option_ids = 2;
        answers[5]->option_ids = (const char **)(uintptr_t)owner, answers[5]->n_option_ids = 1;
        answers[6]->yes_no = PB__YES_NO__YES_NO_NOT_APPLICABLE;
        answers[7]->scale_case = PB__FORM_ANSWER__SCALE_NUMBER, answers[7]->number = 7;
        answers[8]->option_ids = (const char **)(uintptr_t)grade, answers[8]->n_option_ids = 1;
        answers[9]->date = "2026-02-28";
        put_answers(&application, answers, COUNT(answers), 3);
        application.effective_on = "2027-09-01";
        const char *csv = written(&application);
        struct fee_sheet sheet = read_bytes(&application, span_of_text(csv));
        cr_assert_str_eq(problems_of(&sheet.problems), "", "%s:\n%s", texts[i], csv);
        bool changed = true;
        saved(&application, &sheet, &changed);
        cr_assert_not(changed, "%s:\n%s", texts[i], csv);
        /* effective-on, 2 services of 2 + 2 * 4 cells, and 2 + 1, 2, 1, 2, 1 × 6, 1 of answers */
        cr_assert_eq(sheet.cells_kept, 1 + 2 * 10 + 15, "%u", sheet.cells_kept);
    }
}

/* --- read -------------------------------------------------------------------------------------------- */

Test(rules_sheet, what_is_filled_in_is_taken)
{
    Pb__FeeApplication application = complete_application();
    struct fee_sheet sheet =
        read_sheet(&application, "Application,effective-on,,,,,01/09/2027,\r\n"
                                 "service,day,social-care,,\"1,000.00\",\"£1,050.50\",,\r\n"
                                 "service,day,total,,1000,1050.5,,\r\n"
                                 "SERVICE,respite,title,,,,Respite,\r\n"
                                 "service,respite,attendance,,,,38 Weeks,\r\n"
                                 "service,respite,total,,,700,,\r\n"
                                 "answer,staffing,,,,640000,,All posts\r\n"
                                 "answer,claims,accepted,,,,55.5,\r\n"
                                 "answer,places,registered,,,,\"1,200\",\r\n"
                                 "answer,owner,,,,,A Charity,in part\r\n"
                                 "answer,papers,,,,,\"accounts; Rent, lease ;\",\r\n"
                                 "answer,rent,,,,,N/A,\r\n"
                                 "answer,full,,,,,9,\r\n"
                                 "answer,managed,,,,,Well done,\r\n"
                                 "answer,since,,,,,28/02/2026,\r\n"
                                 "answer,why,,,,,\"Pay, mostly.\",\r\n");
    bool changed;
    cr_assert_str_eq(problems_of(&sheet.problems), "");
    cr_assert_eq(sheet.cells_kept, 1 + 4 + 3 + 2 + 1 + 1 + 2 + 1 + 1 + 1 + 1 + 1 + 1, "%u", sheet.cells_kept);
    Pb__FeeApplication result = saved(&application, &sheet, &changed);
    cr_assert(changed);
    cr_assert_str_eq(result.effective_on, "2027-09-01");
    cr_assert_eq(result.n_services, 3);
    cr_assert_eq(result.services[0]->proposed->total_pence, 306000, "as it was");
    cr_assert_eq(result.services[1]->proposed->total_pence, 105050);
    cr_assert_str_eq(result.services[2]->title, "Respite");
    cr_assert_eq(result.services[2]->attendance, PB__ATTENDANCE__ATTENDANCE_WEEKS_38);
    cr_assert(result.services[2]->current->total_pence == 0 &&
              result.services[2]->proposed->total_pence == 70000);
    const struct form_answers answers = {result.answers, result.n_answers};
    const Pb__FormAnswer *staffing = form_answer_of(&answers, "staffing");
    cr_assert(staffing->numbers[0]->value == 60000000 && staffing->numbers[1]->value == 64000000,
              "an empty cell changes nothing");
    cr_assert_str_eq(staffing->text, "All posts");
    cr_assert_eq(form_answer_of(&answers, "claims")->numbers[0]->value, 5550);
    cr_assert_eq(form_answer_of(&answers, "places")->numbers[0]->value, 1200);
    cr_assert_str_eq(form_answer_of(&answers, "owner")->option_ids[0], "charity");
    cr_assert_eq(form_answer_of(&answers, "papers")->n_option_ids, 2);
    cr_assert_str_eq(form_answer_of(&answers, "papers")->option_ids[1], "rent");
    cr_assert_eq(form_answer_of(&answers, "rent")->yes_no, PB__YES_NO__YES_NO_NOT_APPLICABLE);
    cr_assert_eq(form_answer_of(&answers, "full")->number, 9);
    cr_assert_str_eq(form_answer_of(&answers, "managed")->option_ids[0], "well");
    cr_assert_str_eq(form_answer_of(&answers, "since")->date, "2026-02-28");
    cr_assert_str_eq(form_answer_of(&answers, "why")->text, "Pay, mostly.");
}

/* One row with something wrong, between two that are right: those are kept, and the cell is told. */
Test(rules_sheet, a_wrong_cell_is_told_and_costs_no_other)
{
    static const struct {
        const char *row, *problem;
        unsigned kept; /* of the row itself */
    } cases[] = {
        {"service,day,social-care,,3%,1000,,",
         "3.current services[day].current.social_care = 3%: this is a percentage: write the weekly amount in "
         "pounds\n",
         1},
        {"service,day,social-care,,1000,about 1000,,",
         "3.proposed services[day].proposed.social_care = about 1000: \"about 1000\" is not an amount in "
         "pounds: write "
         "pounds, as 1234.56 or £1,234.56\n",
         1},
        {"service,day,social-care,,1000.005,1000,,",
         "3.current services[day].current.social_care = 1000.005: \"1000.005\" has a part of a penny: write "
         "pounds, as "
         "1234.56 or £1,234.56\n",
         1},
        {"service,day,social-care,,\"1,00,000\",1000,,",
         "3.current services[day].current.social_care = 1,00,000: \"1,00,000\" has a comma that is not "
         "between groups "
         "of three digits: write pounds, as 1234.56 or £1,234.56\n",
         1},
        {"service,day,social-care,,\"1.000,50\",1000,,",
         "3.current services[day].current.social_care = 1.000,50: \"1.000,50\" has a part of a penny: write "
         "pounds, as "
         "1234.56 or £1,234.56\n",
         1},
        {"service,day,social-care,,-5,1000,,",
         "3.current services[day].current.social_care = -5: a weekly fee is from nothing to £1000000\n", 1},
        {"service,day,social-care,,1000000.01,1000,,",
         "3.current services[day].current.social_care = 1000000.01: a weekly fee is from nothing to "
         "£1000000\n",
         1},
        {"service,day,social-care,,=B2*1.03,1000,,",
         "3.current services[day].current.social_care = =B2*1.03: this is a formula, or begins like one: "
         "write what it "
         "comes to, or an apostrophe before it\n",
         1},
        {"service,day,social-care,,+1000,1000,,",
         "3.current services[day].current.social_care = +1000: this is a formula, or begins like one: write "
         "what it "
         "comes to, or an apostrophe before it\n",
         1},
        {"service,day,social-care,,@SUM(A1),1000,,",
         "3.current services[day].current.social_care = @SUM(A1): this is a formula, or begins like one: "
         "write what it "
         "comes to, or an apostrophe before it\n",
         1},
        {"service,day,social-care,,-B2,1000,,",
         "3.current services[day].current.social_care = -B2: this is a formula, or begins like one: write "
         "what it comes "
         "to, or an apostrophe before it\n",
         1},
        {"answer,accounts,,,,,-see file,",
         "3.answer answers[accounts] = -see file: this is a formula, or begins like one: write what it comes "
         "to, or an "
         "apostrophe before it\n",
         0},
        {"service,day,food,,1,2,,",
         "3.detail = food: a row of a service is about: title, attendance, social-care, education, health or "
         "total\n",
         0},
        {"service,Day,total,,1,2,,",
         "3.item = Day: a service is called by small letters, digits and hyphens, a letter first, 40 at "
         "most\n",
         0},
        {"service,day,attendance,,,,40 weeks,",
         "3.answer = 40 weeks: a service is charged for: day, 38 weeks or 52 weeks\n", 0},
        {"service,day,total,,1,2,3,4",
         "3.answer = 3: nothing belongs here in this row\n3.remark = 4: nothing belongs here in this row\n",
         2},
        {"answer,wherefore,,,,,x,", "3.item = wherefore: there is no such question in this form\n", 0},
        {"answer,claims,asked,,,,5,", "3.detail = asked: this question has no row of that name\n", 0},
        {"answer,staffing,current,,,,5,", "3.detail = current: this question has no row of that name\n", 0},
        {"answer,staffing,,,-5,10,,",
         "3.current answers[staffing].current = -5: Current: -£5.00 is below nothing\n", 1},
        {"answer,staffing,,,,,5,",
         "3.answer answers[staffing] = 5: its amounts stand under current and proposed, or in rows of their "
         "own\n",
         0},
        {"answer,claims,,,5,,,", "3.current = 5: nothing belongs here in this row\n", 0},
        {"answer,places,filled,,,,7.5,", "3.answer answers[places].filled = 7.5: this is no whole number\n",
         0},
        {"answer,places,filled,,,,£7,", "3.answer answers[places].filled = £7: this is no whole number\n", 0},
        {"answer,places,filled,,,,-7,",
         "3.answer answers[places].filled = -7: Filled: -7 is not a whole number from 0 to 1000000\n", 0},
        {"answer,owner,,,,,the bank,",
         "3.answer answers[owner] = the bank: \"the bank\" is none of its answers: charity, company\n", 0},
        {"answer,papers,,,,,accounts;accounts,",
         "3.answer answers[papers] = accounts;accounts: accounts is chosen twice\n", 0},
        {"answer,rent,,,,,maybe,", "3.answer answers[rent] = maybe: answer yes, no or does not apply\n", 0},
        {"answer,full,,,,,11,", "3.answer answers[full] = 11: 11 is outside its scale: from 1 to 10\n", 0},
        {"answer,full,,,,,99999999999,",
         "3.answer answers[full] = 99999999999: 2147483647 is outside its scale: from 1 to 10\n", 0},
        {"answer,since,,,,,=TODAY(),",
         "3.answer answers[since] = =TODAY(): this is a formula, or begins like one: write what it comes to, "
         "or an apostrophe before it\n",
         0},
        {"application,effective-on,,,,,=TODAY(),",
         "3.answer effective_on = =TODAY(): this is a formula, or begins like one: write what it comes to, "
         "or an apostrophe before it\n",
         0},
        {"answer,since,,,,,yesterday,",
         "3.answer answers[since] = yesterday: this is no date: write the year, month and day as "
         "2027-04-01\n",
         0},
        {"answer,since,,,,,2027-03-02,of course",
         "3.answer answers[since] = 2027-03-02: 2027-03-02 is after 1 March 2027: it asks when something "
         "happened\n",
         1},
        {"answer,why,,,,,Pay, mostly.", "3.remark = mostly.: nothing belongs here in this row\n", 1},
        {"answer,why,,,,,a,b,c",
         "3. = c: this stands behind the last column: a text with a comma in it stands in quotes\n", 0},
        {"answers,why,,,,,x,", "3.part = answers: a row is of the application, a service or an answer\n", 0},
        {",why,,,,,x,", "3.part = : a row is of the application, a service or an answer\n", 0},
        {"application,until,,,,,x,", "3.item = until: of the application itself there is: effective-on\n", 0},
        {"application,effective-on,,,,,soon,",
         "3.answer effective_on = soon: this is no date: write the year, month and day as 2027-04-01\n", 0},
        {"answer,accounts,,,,,caf\xe9 bill,",
         "3.answer = caf? bill: the byte E9 is not UTF-8; in Windows-1252 it is \"é\": save the sheet as "
         "\"CSV UTF-8\"\n",
         0},
        {"service,day,social-care,,\xa3"
         "1000,1000,,",
         "3.current = ?1000: the byte A3 is not UTF-8; in Windows-1252 it is \"£\": save the sheet as \"CSV "
         "UTF-8\"\n",
         1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeApplication application = complete_application();
        struct fee_sheet sheet = read_sheet(&application, arena_format(&arena,
                                                                       "answer,premises,,,7,8,,\r\n%s\r\n"
                                                                       "answer,surplus,,,9,10,,\r\n",
                                                                       cases[i].row));
        cr_assert_str_eq(problems_of(&sheet.problems), cases[i].problem, "case %zu: %s", i,
                         problems_of(&sheet.problems));
        cr_assert_eq(sheet.cells_kept, 4 + cases[i].kept, "case %zu: %u", i, sheet.cells_kept);
        const struct form_answers typed = {sheet.typed.answers, sheet.typed.n_answers};
        cr_assert_eq(form_answer_of(&typed, "premises")->numbers[1]->value, 800);
        cr_assert_eq(form_answer_of(&typed, "surplus")->numbers[0]->value, 900);
    }
}

Test(rules_sheet, the_same_thing_twice_is_told)
{
    static const struct {
        const char *rows, *problem;
    } cases[] = {
        {"service,day,total,,1,2,,\r\nservice,day,total,,3,4,,\r\n",
         "3.detail = total: row 2 says this of the same service already\n"},
        {"answer,why,,,,,a,\r\n\r\nanswer,why,,,,,b,\r\n", "4.item = why: row 2 answers the same already\n"},
        {"answer,claims,claimed,,,,1,\r\nanswer,claims,accepted,,,,2,\r\nanswer,claims,claimed,,,,3,\r\n",
         "4.item = claims: row 2 answers the same already\n"},
        {"answer,why,,,,,,\r\nanswer,why,,,,,b,\r\n", ""}, /* a blank one says nothing */
        {"application,effective-on,,,,,2027-04-01,\r\napplication,effective-on,,,,,2027-05-01,\r\n",
         "3.answer effective_on = 2027-05-01: row 2 says this already\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeApplication application = complete_application();
        struct fee_sheet sheet = read_sheet(&application, cases[i].rows);
        cr_assert_str_eq(problems_of(&sheet.problems), cases[i].problem, "case %zu: %s", i,
                         problems_of(&sheet.problems));
    }
}

Test(rules_sheet, headings)
{
    static const struct {
        const char *csv, *problems;
        unsigned kept;
    } cases[] = {
        {"answer,part,item\nx,answer,why\n",
         "1.detail = : the heading lacks this column\n1.current = : the heading lacks this column\n"
         "1.proposed = : the heading lacks this column\n1.remark = : the heading lacks this column\n",
         1},
        {" Part ,ITEM,detail,title,current,Proposed,answer,remark\nanswer,why,,,,,x,\n", "", 1},
        {"part,item,detail,title,current,proposed,answer,remark,notes\nanswer,why,,,,,x,,mine\n",
         "1.notes = notes: there is no column of that name: it is not read\n", 1},
        {"part,item,detail,title,current,proposed,answer,remark,answer\nanswer,why,,,,,x,,y\n",
         "1.answer = answer: this column is there already: it is not read again\n", 1},
        {"part,item,detail,title,current,proposed,answer,remark,,\nanswer,why,,,,,x,,,\n", "", 1},
        {"part,item,detail,title,current,proposed,answer,remark,,\nanswer,why,,,,,x, y,,z\n",
         "2. = z: this stands behind the last column: a text with a comma in it stands in quotes\n", 0},
        {"part,item,,detail,title,current,proposed,answer,remark\nanswer,why,lost,,,,,x,\n",
         "1. = : a column without a heading is not read\n", 1},
        {"part,detail,title,current,proposed,answer,remark\nanswer,why,,,,x,\n",
         "1.item = : the heading lacks this column\n", 0},
        {"part;item;detail;title;current;proposed;answer;remark\nanswer;why;;;;;x;\n",
         "1. = part;item;detail;title;current;proposed;answer;remark: its cells have semicolons or tabs "
         "between: save "
         "the sheet as \"CSV UTF-8\", with commas\n",
         0},
        {"", "1. = : this file is empty\n", 0},
        {"\n\n,,\n", "1. = : this file is empty\n", 0},
        {"PK\x03\x04zip",
         "1. = : nothing of this file is read: it is a workbook or an archive; save the sheet as \"CSV "
         "UTF-8\" and "
         "import that\n",
         0},
        {"\xff\xfep",
         "1. = : nothing of this file is read: it is UTF-16; save it as \"CSV UTF-8\" and import that\n", 0},
        {HEADING "answer,why,,,,,x,\nanswer,\"owner,,,,,charity,\n",
         "3. = : line 3: a cell begins with a quote that is never closed; what follows is not read\n", 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeApplication application = complete_application();
        struct fee_sheet sheet = read_bytes(&application, span_of_text(cases[i].csv));
        cr_assert_str_eq(problems_of(&sheet.problems), cases[i].problems, "case %zu: %s", i,
                         problems_of(&sheet.problems));
        cr_assert_eq(sheet.cells_kept, cases[i].kept, "case %zu", i);
    }
}

Test(rules_sheet, is_bounded)
{
    Pb__FeeApplication application = complete_application();
    char *rows = arena_text(&arena, "");
    for (int i = 0; i < FEE_SERVICES_MAX; i++)
        rows = arena_format(&arena, "%sservice,s%d,total,,1,2,,\n", rows, i);
    struct fee_sheet sheet = read_sheet(&application, rows);
    cr_assert_eq(sheet.typed.n_services, FEE_SERVICES_MAX);
    cr_assert_eq(sheet.cells_kept, 2 * (FEE_SERVICES_MAX - 2), "two were there already");
    cr_assert_str_eq(problems_of(&sheet.problems), "40.item = s38: an application has at most 40 services\n"
                                                   "41.item = s39: an application has at most 40 services\n");
    /* More rows than any application has: told once, and what came before is kept. */
    char *many = arena_alloc(&arena, FEE_SHEET_ROWS_MAX * 2 + 200),
         *at = stpcpy(many, HEADING "answer,why,,,,,x,\n");
    for (int i = 0; i < FEE_SHEET_ROWS_MAX; i++)
        at = stpcpy(at, "y\n");
    sheet = read_bytes(&application, span_of_text(many));
    cr_assert_eq(sheet.cells_kept, 1);
    cr_assert_eq(sheet.problems.count, FEE_PROBLEMS_MAX + 1);
}

/* A new service of which nothing can be taken is none. */
Test(rules_sheet, a_service_that_cannot_be_read_is_not_begun)
{
    Pb__FeeApplication application = complete_application();
    struct fee_sheet sheet =
        read_sheet(&application, "service,respite,total,,x,y,,\r\nservice,day,title,,,,Day places,\r\n");
    cr_assert_eq(sheet.typed.n_services, 2);
    cr_assert_eq(sheet.problems.count, 2);
    cr_assert_str_eq(sheet.typed.services[1]->title, "Day places");
}
