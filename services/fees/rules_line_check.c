/* Rows of files of lines (rule F5). In: rows, the cycle, each row's placement and what was applied for there.
 * Out: lines to keep, and every field that is wrong with why. No reason repeats what the row says of a child.
 */

#include "services/fees/rules_lines.h"

#include "services/fees/rules_cycle.h"
#include "services/fees/rules_text.h"

#include <ctype.h>
#include <stdlib.h>

enum { PROBLEMS_FIRST = 16 };

/* --- telling ----------------------------------------------------------------------------------------- */

void fee_line_problems_init(struct fee_line_problems *problems, struct arena *arena)
{
    *problems = (struct fee_line_problems){.arena = arena};
}

static bool make_room(struct fee_line_problems *problems)
{
    size_t capacity = problems->capacity ? 2 * problems->capacity : PROBLEMS_FIRST;
    if (problems->count < problems->capacity)
        return true;
    Pb__FeeLineProblem **items = arena_array(problems->arena, Pb__FeeLineProblem *, capacity);
    if (!items)
        return false;
    if (problems->count > 0)
        memcpy(items, problems->items, problems->count * sizeof *items);
    problems->items = items;
    problems->capacity = capacity;
    return true;
}

void fee_line_problem(struct fee_line_problems *problems, uint32_t row, const char *field, const char *reason)
{
    Pb__FeeLineProblem *problem = arena_new(problems->arena, Pb__FeeLineProblem);
    if (!problem || !reason || !make_room(problems)) {
        problems->full = true;
        return;
    }
    pb__fee_line_problem__init(problem);
    problem->row = row;
    problem->field = field;
    problem->reason = reason;
    problems->items[problems->count++] = problem;
}

/* --- fields ------------------------------------------------------------------------------------------ */

/* As the registry takes it: never a name (rule S2). */
static bool is_reference(const char *text)
{
    size_t size = strlen(text);
    bool digit = false;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x80 || (!isalnum(c) && !strchr("-_./", c)))
            return false;
        digit = digit || isdigit(c);
    }
    return size > 0 && size <= REFERENCE_BYTES_MAX && digit;
}

static const char *placement_wrong(const Pb__FeeLine *line, const struct fee_line_facts *facts)
{
    if (!line->placement_id[0])
        return "name the placement";
    if (!facts->placement || strcmp(facts->placement->authority_id, facts->authority_id) != 0)
        return "your authority has no such placement";
    return NULL;
}

static const char *service_wrong(const Pb__FeeLine *line, const struct fee_services *services)
{
    if (!line->service_id[0])
        return NULL;
    if (services->count == 0)
        return "nothing was applied for there yet: leave the service out";
    return fee_service(services, line->service_id)
               ? NULL
               : "the application there has no such service: name one of its services, or none";
}

static const char *fee_wrong(int64_t pence)
{
    if (pence < 0)
        return "a weekly fee is never below nothing";
    return pence > FEE_WEEKLY_PENCE_MAX ? "a weekly fee is at most 1 million pounds: give pence a week"
                                        : NULL;
}

static const char *current_wrong(const Pb__FeeLine *line)
{
    return line->current_pence == 0 ? "say what is paid a week now" : fee_wrong(line->current_pence);
}

static const char *proposed_wrong(const Pb__FeeLine *line)
{
    return line->proposed_pence == 0
               ? "say what is asked for; what is paid now, where nothing else is asked for"
               : fee_wrong(line->proposed_pence);
}

static const char *agreed_wrong(const Pb__FeeLine *line)
{
    return line->agreed_case == PB__FEE_LINE__AGREED_AGREED_PENCE ? fee_wrong(line->agreed_pence) : NULL;
}

static const char *attendance_wrong(Pb__Attendance attendance)
{
    return attendance == PB__ATTENDANCE__ATTENDANCE_DAY ||
                   attendance == PB__ATTENDANCE__ATTENDANCE_WEEKS_38 ||
                   attendance == PB__ATTENDANCE__ATTENDANCE_WEEKS_52
               ? NULL
               : "say for how much of the year it is paid: day, 38 or 52 weeks";
}

/* What the line leaves out of it, its service says. */
static Pb__Attendance attendance_of(const Pb__FeeLine *line, const struct fee_services *services)
{
    const Pb__FeeService *service =
        line->attendance == PB__ATTENDANCE__ATTENDANCE_UNSPECIFIED && line->service_id[0]
            ? fee_service(services, line->service_id)
            : NULL;
    return service ? service->attendance : line->attendance;
}

/* --- a row ------------------------------------------------------------------------------------------- */

static void tell_if(struct fee_line_problems *problems, uint32_t row, const char *field, const char *wrong)
{
    if (wrong)
        fee_line_problem(problems, row, field, wrong);
}

bool fee_line_check(const Pb__FeeLineRow *row, const struct fee_line_facts *facts,
                    struct fee_line_problems *problems, Pb__FeeLine *ret_line)
{
    static const Pb__FeeLine none = PB__FEE_LINE__INIT;
    const Pb__FeeLine *line = row->line ? row->line : &none;
    const struct fee_services services = fee_services_of(facts->submission);
    Pb__Attendance attendance = attendance_of(line, &services);
    size_t before = problems->count;
    struct date on = DATE_NONE;
    tell_if(problems, row->row, "placement_id", placement_wrong(line, facts));
    if (!is_reference(line->reference))
        fee_line_problem(
            problems, row->row, "reference",
            "a reference is letters, digits, - _ . and /, at least one digit, at most 64; never a name");
    tell_if(problems, row->row, "service_id", service_wrong(line, &services));
    tell_if(problems, row->row, "attendance", attendance_wrong(attendance));
    tell_if(problems, row->row, "current_pence", current_wrong(line));
    tell_if(problems, row->row, "proposed_pence", proposed_wrong(line));
    if (!fee_cycle_effective(facts->cycle, line->effective_on, &on))
        fee_line_problem(problems, row->row, "effective_on",
                         arena_format(problems->arena, "the first day is written YYYY-MM-DD, from %s to %s",
                                      facts->cycle->first_on, facts->cycle->last_on));
    tell_if(problems, row->row, "agreed_pence", agreed_wrong(line));
    if (problems->full || problems->count > before)
        return false;
    const char *effective_on = date_text(on, problems->arena);
    if (!effective_on) {
        problems->full = true;
        return false;
    }
    *ret_line = *line;
    ret_line->id = "";
    ret_line->meta = NULL;
    ret_line->cycle_id = facts->cycle->id;
    ret_line->provision_id = facts->placement->provision_id;
    ret_line->authority_id = facts->authority_id;
    ret_line->attendance = attendance;
    ret_line->effective_on = effective_on;
    ret_line->negotiated_pence = ret_line->decided_pence = 0;
    ret_line->decided = false;
    return true;
}

/* --- rows beside each other -------------------------------------------------------------------------- */

struct numbered {
    const char *placement_id;
    size_t number;
};

/* By placement, then in the order of the file. */
static int compare_numbered(const void *left, const void *right)
{
    const struct numbered *a = left, *b = right;
    int order = strcmp(a->placement_id, b->placement_id);
    return order ? order : ORDER(a->number, b->number);
}

enum code fee_lines_twice(Pb__FeeLineRow *const *rows, size_t count, struct fee_line_problems *problems,
                          bool *ret_twice)
{
    struct numbered *sorted = arena_array(problems->arena, struct numbered, count + 1);
    size_t first = 0;
    if (!sorted)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < count; i++)
        sorted[i] = (struct numbered){rows[i]->line ? rows[i]->line->placement_id : "", i};
    qsort(sorted, count, sizeof *sorted, compare_numbered);
    memset(ret_twice, 0, count * sizeof *ret_twice);
    for (size_t i = 1; i < count; i++) {
        if (!sorted[i].placement_id[0] || strcmp(sorted[i].placement_id, sorted[first].placement_id) != 0) {
            first = i;
            continue;
        }
        ret_twice[sorted[i].number] = true;
    }
    for (size_t i = 0; i < count; i++)
        if (ret_twice[i])
            fee_line_problem(problems, rows[i]->row, "placement_id",
                             "a row before has this placement already");
    return problems->full ? CODE_RESOURCE_EXHAUSTED : CODE_OK;
}

bool fee_line_same(const Pb__FeeLine *kept, const Pb__FeeLine *given)
{
    return strcmp(kept->provision_id, given->provision_id) == 0 &&
           strcmp(kept->authority_id, given->authority_id) == 0 &&
           strcmp(kept->reference, given->reference) == 0 &&
           strcmp(kept->service_id, given->service_id) == 0 && kept->attendance == given->attendance &&
           kept->current_pence == given->current_pence && kept->proposed_pence == given->proposed_pence &&
           strcmp(kept->effective_on, given->effective_on) == 0 && kept->agreed_case == given->agreed_case &&
           (kept->agreed_case != PB__FEE_LINE__AGREED_AGREED_PENCE ||
            kept->agreed_pence == given->agreed_pence);
}
