/* An LA's lines of fees: references, fees now and asked for. Bytes come in, lines go out; whether a placement
 * is there is not known here, and no reason repeats a reference (rule S2). */

#include "services/cli/readers/fee_lines.h"

#include "common/base/limits.h"
#include "common/base/uuid.h"
#include "common/domain/money.h"
#include "common/domain/urn.h"

enum field {
    REFERENCE,
    PLACEMENT,
    PROVISION,
    SERVICE,
    ATTENDANCE,
    CURRENT,
    PROPOSED,
    EFFECTIVE,
    AGREED,
    LINE_FIELDS
};

static const struct heading HEADINGS[LINE_FIELDS] = {
    [REFERENCE] = {"reference", "reference|childref|placementreference", false},
    [PLACEMENT] = {"placement", "placement|placementid", false},
    [PROVISION] = {"provision", "provision|urn|provisionid", false},
    [SERVICE] = {"service", "service|serviceid", false},
    [ATTENDANCE] = {"attendance", "attendance", false},
    [CURRENT] = {"current", "current|currentfee|currentweeklyfee|currentpence", true},
    [PROPOSED] = {"proposed", "proposed|proposedfee|proposedweeklyfee", true},
    [EFFECTIVE] = {"effective_on", "effectiveon|effective|effectivedate|from", false},
    [AGREED] = {"agreed", "agreed|agreedfee|agreedweeklyfee", false},
};

/* What a spreadsheet would reckon: `=A1+B1`, `@SUM(…)`, `+A1`, `-A1`; a number with a sign is none. */
static bool is_formula(const char *cell)
{
    struct money money;
    if (*cell == '=' || *cell == '@')
        return true;
    return (*cell == '+' || *cell == '-') && money_parse(cell + 1, &money, NULL) != CODE_OK;
}

static void check_formulas(struct row_reader *row)
{
    for (unsigned field = 0; field < LINE_FIELDS; field++) {
        struct fault fault = {0};
        if (!is_formula(row_cell(row, field)))
            continue;
        fault_set(&fault, CODE_INVALID_ARGUMENT, "",
                  "it is a formula: save the file with values in place of formulas");
        row_reject(row, field, &fault, NULL);
    }
}

static int64_t read_pounds(struct row_reader *row, unsigned field)
{
    struct fault fault = {0};
    struct money money = {0};
    if (!*row_cell(row, field))
        row_reject(row, field, NULL, "is empty: a weekly fee in pounds is wanted, as in 4250.00");
    else if (money_parse(row_cell(row, field), &money, &fault) != CODE_OK)
        row_reject(row, field, &fault, NULL);
    else if (money.pence < 0)
        row_reject(row, field, NULL, "is below 0");
    return money.pence;
}

static Pb__Attendance read_attendance(struct row_reader *row)
{
    static const struct {
        const char *words[3];
        Pb__Attendance means;
    } KNOWN[] = {
        {{"day", "days", "day pupil"}, PB__ATTENDANCE__ATTENDANCE_DAY},
        {{"38", "38 weeks", "weeks 38"}, PB__ATTENDANCE__ATTENDANCE_WEEKS_38},
        {{"52", "52 weeks", "weeks 52"}, PB__ATTENDANCE__ATTENDANCE_WEEKS_52},
    };
    /* Left out, it is the service's. */
    if (!*row_cell(row, ATTENDANCE) && *row_cell(row, SERVICE))
        return PB__ATTENDANCE__ATTENDANCE_UNSPECIFIED;
    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
        for (size_t w = 0; w < 3; w++)
            if (text_alike(row_cell(row, ATTENDANCE), KNOWN[i].words[w]))
                return KNOWN[i].means;
    row_reject(row, ATTENDANCE, NULL, "is none of: day, 38, 52");
    return PB__ATTENDANCE__ATTENDANCE_UNSPECIFIED;
}

static const char *read_day(struct row_reader *row)
{
    const char *cell = row_cell(row, EFFECTIVE);
    struct fault fault = {0};
    struct date date;
    char text[DATE_TEXT_BYTES];
    if (!*cell)
        return "";
    if (date_parse(cell, &date, &fault) != CODE_OK) {
        row_reject(row, EFFECTIVE, &fault, NULL);
        return "";
    }
    date_print(date, text);
    return arena_text(row->reading->arena, text);
}

/* The placement's UUID, where the file has it; the LA's reference otherwise. */
static void read_placement(struct row_reader *row, Pb__FeeLine *line)
{
    struct uuid uuid;
    char text[UUID_TEXT_BYTES];
    const char *cell = row_cell(row, PLACEMENT);
    line->reference = row_cell(row, REFERENCE);
    if (!*cell && !*line->reference)
        row_reject(row, REFERENCE, NULL, "is empty: say the LA's own reference of the placement");
    if (!*cell)
        return;
    if (!uuid_parse(cell, &uuid)) {
        row_reject(row, PLACEMENT, NULL, "is no UUID");
        return;
    }
    uuid_print(&uuid, text);
    line->placement_id = arena_text(row->reading->arena, text);
}

static const char *read_provision(struct row_reader *row)
{
    const char *cell = row_cell(row, PROVISION);
    struct fault fault = {0};
    struct urn urn;
    struct uuid uuid;
    char text[UUID_TEXT_BYTES] = "";
    static_assert((int)URN_TEXT_BYTES <= (int)UUID_TEXT_BYTES, "either fits");
    if (!*cell)
        return "";
    if (uuid_parse(cell, &uuid))
        uuid_print(&uuid, text);
    else if (urn_parse(cell, &urn, &fault) == CODE_OK)
        urn_print(&urn, text);
    else
        row_reject(row, PROVISION, &fault, NULL);
    return arena_text(row->reading->arena, text);
}

/* Two lines of one placement; the reason says where the first is, and not whose it is. */
static void keep(struct row_reader *row, struct fee_line_row *read)
{
    struct reading *reading = row->reading;
    const char *key = *read->line.reference ? read->line.reference : read->line.placement_id;
    size_t rejects = reading->rejects.count;
    if (reading_take(reading, row->row->line, HEADINGS[REFERENCE].field, key, read))
        return;
    if (reading->rejects.count > rejects)
        reading->rejects.items[rejects].reason = "this placement has a line already, further up in the file";
}

static void read_line(struct row_reader *row)
{
    struct fee_line_row *read = arena_new(row->reading->arena, struct fee_line_row);
    if (!read)
        return;
    pb__fee_line_row__init(&read->row);
    pb__fee_line__init(&read->line);
    check_formulas(row);
    read_placement(row, &read->line);
    read->provision = read_provision(row);
    read->line.service_id = row_cell(row, SERVICE);
    read->line.attendance = read_attendance(row);
    read->line.current_pence = read_pounds(row, CURRENT);
    read->line.proposed_pence = read_pounds(row, PROPOSED);
    read->line.effective_on = read_day(row);
    if (*row_cell(row, AGREED)) {
        read->line.agreed_case = PB__FEE_LINE__AGREED_AGREED_PENCE;
        read->line.agreed_pence = read_pounds(row, AGREED);
    }
    read->row.row = row->row->line;
    read->row.line = &read->line;
    if (!row->rejected)
        keep(row, read);
}

enum code fee_lines_read(struct span bytes, struct arena *arena, struct reading *ret_reading,
                         struct fault *ret_fault)
{
    static const struct row_plan PLAN = {HEADINGS, LINE_FIELDS, read_line};
    return reading_run(bytes, &PLAN, arena, ret_reading, ret_fault);
}
