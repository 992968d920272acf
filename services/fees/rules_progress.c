/* How far a cycle has come (rule F7). In: consultations with their decisions and letters, one by one. Out: a
 * row for each LA, provider or provision, and the total. Only numbers and names are kept of what was told. */

#include "services/fees/rules_progress.h"

#include "common/domain/gss.h"
#include "services/fees/rules_consultation.h"
#include "services/fees/rules_decision.h"
#include "services/fees/rules_lead.h"
#include "services/fees/rules_rows.h"
#include "services/fees/rules_text.h"

#include <stdlib.h>

/* Numbers of one row, and its next task. */
struct numbers {
    uint32_t provisions, applications, awaited, exceptional, consulting, reports, reports_pending;
    uint32_t letters_due, letters_late, letters_sent, decisions, decisions_pending, late;
    struct date next_on; /* DATE_NONE: none */
    Pb__FeeTaskKind next_kind;
};
struct row {
    struct numbers numbers;
    const char *name;
};

struct fee_progress {
    struct arena *arena;
    Pb__FeeProgressOf of;
    const char *authority_id; /* only what is this one's; "": everything */
    struct date today;
    struct fee_rows rows;
    struct numbers total;
};

#define NO_NUMBERS                                                                                           \
    {                                                                                                        \
        .next_on = DATE_NONE                                                                                 \
    }

struct fee_progress *fee_progress_create(Pb__FeeProgressOf of, const char *authority_id, struct date today,
                                         struct arena *arena)
{
    struct fee_progress *progress = arena_new(arena, struct fee_progress);
    if (!progress)
        return NULL;
    progress->arena = arena;
    progress->of = of;
    progress->authority_id = authority_id;
    progress->today = today;
    progress->total = (struct numbers)NO_NUMBERS;
    fee_rows_init(&progress->rows, sizeof(struct row), arena);
    return progress;
}

/* --- adding up --------------------------------------------------------------------------------------- */

static void add_numbers(struct numbers *sum, const struct numbers *part)
{
    sum->provisions += part->provisions;
    sum->applications += part->applications;
    sum->awaited += part->awaited;
    sum->exceptional += part->exceptional;
    sum->consulting += part->consulting;
    sum->reports += part->reports;
    sum->reports_pending += part->reports_pending;
    sum->letters_due += part->letters_due;
    sum->letters_late += part->letters_late;
    sum->letters_sent += part->letters_sent;
    sum->decisions += part->decisions;
    sum->decisions_pending += part->decisions_pending;
    sum->late += part->late;
    if (date_is_none(part->next_on))
        return;
    int order = date_is_none(sum->next_on) ? -1 : date_compare(part->next_on, sum->next_on);
    if (order < 0 || (order == 0 && part->next_kind < sum->next_kind)) {
        sum->next_on = part->next_on;
        sum->next_kind = part->next_kind;
    }
}

/* What a row is of, and its name. "": there is no row for it. */
struct belongs {
    const char *id, *name;
};

static struct belongs belongs_to(const struct fee_progress *progress, const Pb__Consultation *consultation,
                                 const char *authority_id, const char *provider_name)
{
    const struct authority *authority;
    switch (progress->of) {
    case PB__FEE_PROGRESS_OF__FEE_PROGRESS_OF_PROVIDERS:
        return (struct belongs){consultation->provider_id, provider_name};
    case PB__FEE_PROGRESS_OF__FEE_PROGRESS_OF_PROVISIONS:
        return (struct belongs){consultation->provision_id, consultation->name};
    case PB__FEE_PROGRESS_OF__FEE_PROGRESS_OF_UNSPECIFIED:
    case PB__FEE_PROGRESS_OF__FEE_PROGRESS_OF_AUTHORITIES:
    case _PB__FEE_PROGRESS_OF_IS_INT_SIZE:
        break;
    }
    authority = authority_by_gss(authority_id);
    return (struct belongs){authority_id, authority ? authority->name : authority_id};
}

/* One provision, as it is being told. */
struct telling {
    struct fee_progress *progress;
    const struct fee_matter *matter;
    const char *provider_name;
};

/* Counts something of that LA's ("": of nobody's, or the provider's) in its row and in the total. */
static bool count(const struct telling *telling, const char *authority_id, const struct numbers *numbers)
{
    struct fee_progress *progress = telling->progress;
    struct belongs to =
        belongs_to(progress, telling->matter->consultation, authority_id, telling->provider_name);
    bool of_authorities = progress->of != PB__FEE_PROGRESS_OF__FEE_PROGRESS_OF_PROVIDERS &&
                          progress->of != PB__FEE_PROGRESS_OF__FEE_PROGRESS_OF_PROVISIONS;
    bool begun;
    add_numbers(&progress->total, numbers);
    if (of_authorities &&
        (!to.id[0] || (progress->authority_id[0] && strcmp(to.id, progress->authority_id) != 0)))
        return true;
    struct row *row = fee_rows_at(&progress->rows, to.id, &begun);
    if (!row)
        return false;
    if (begun) {
        row->numbers = (struct numbers)NO_NUMBERS;
        row->name = arena_text(progress->arena, to.name);
    }
    add_numbers(&row->numbers, numbers);
    return row->name;
}

/* --- what is counted --------------------------------------------------------------------------------- */

static struct numbers numbers_of_provision(const Pb__Consultation *consultation)
{
    struct numbers numbers = NO_NUMBERS;
    bool stands = consultation->submission != 0,
         reported = consultation->state == PB__CONSULTATION_STATE__CONSULTATION_STATE_REPORTED;
    numbers.provisions = 1;
    numbers.applications = stands;
    numbers.awaited = !stands;
    numbers.exceptional = stands && fee_consultation_is_exceptional(consultation);
    numbers.consulting = consultation->state == PB__CONSULTATION_STATE__CONSULTATION_STATE_CONSULTING;
    numbers.reports = reported;
    numbers.reports_pending = stands && !reported && fee_scope_is_led(consultation->scope);
    return numbers;
}

/* Is it of the LA that was asked for, or was none? */
static bool is_asked_for(const struct fee_progress *progress, const char *authority_id)
{
    return !progress->authority_id[0] || strcmp(progress->authority_id, authority_id) == 0;
}

static bool count_letters(const struct telling *telling, struct arena *scratch)
{
    struct fee_letter_due *letters;
    size_t letter_count;
    if (!fee_letters_due(telling->matter, scratch, &letters, &letter_count))
        return false;
    for (size_t i = 0; i < letter_count; i++) {
        struct numbers numbers = NO_NUMBERS;
        bool late =
            !date_is_none(letters[i].due_on) && date_compare(letters[i].due_on, telling->progress->today) < 0;
        numbers.letters_due = !letters[i].sent;
        numbers.letters_late = !letters[i].sent && late;
        if (is_asked_for(telling->progress, letters[i].authority_id) &&
            !count(telling, letters[i].authority_id, &numbers))
            return false;
    }
    for (size_t i = 0; i < telling->matter->letter_count; i++) {
        const Pb__FeeLetter *letter = telling->matter->letters[i];
        struct numbers numbers = NO_NUMBERS;
        numbers.letters_sent = 1;
        if (letter->sent_on[0] && is_asked_for(telling->progress, letter->authority_id) &&
            !count(telling, letter->authority_id, &numbers))
            return false;
    }
    return true;
}

/* Every LA that places there has a row, whatever it has done. */
static bool count_decisions(const struct telling *telling)
{
    const Pb__Consultation *consultation = telling->matter->consultation;
    bool decides = consultation->submission != 0 && consultation->scope != PB__FEE_SCOPE__FEE_SCOPE_FORM_ONLY;
    for (size_t i = 0; i < consultation->n_placing; i++) {
        const Pb__FeePlacing *placing = consultation->placing[i];
        const Pb__FeeDecision *decision = fee_matter_decision(telling->matter, placing->authority_id);
        struct numbers numbers = NO_NUMBERS;
        numbers.decisions = fee_decision_counts(decision, consultation->submission);
        numbers.decisions_pending = decides && placing->placements > 0 && !numbers.decisions;
        if (placing->placements == 0 && !numbers.decisions)
            continue;
        if (is_asked_for(telling->progress, placing->authority_id) &&
            !count(telling, placing->authority_id, &numbers))
            return false;
    }
    return true;
}

static bool count_tasks(const struct telling *telling, struct arena *scratch)
{
    struct fee_task *tasks;
    size_t task_count;
    if (!fee_tasks_open(telling->matter, scratch, &tasks, &task_count))
        return false;
    for (size_t i = 0; i < task_count; i++) {
        struct numbers numbers = NO_NUMBERS;
        numbers.late = fee_task_is_late(&tasks[i], telling->progress->today);
        if (!numbers.late) {
            numbers.next_on = tasks[i].day.on;
            numbers.next_kind = tasks[i].kind;
        }
        if (is_asked_for(telling->progress, tasks[i].authority_id) &&
            !count(telling, tasks[i].authority_id, &numbers))
            return false;
    }
    return true;
}

static bool concerns(const Pb__Consultation *consultation, const char *authority_id)
{
    if (!authority_id[0])
        return true;
    for (size_t i = 0; i < consultation->n_placing; i++)
        if (strcmp(consultation->placing[i]->authority_id, authority_id) == 0)
            return true;
    return false;
}

bool fee_progress_add(struct fee_progress *progress, const struct fee_matter *matter,
                      const char *provider_name, struct arena *scratch)
{
    const struct telling telling = {progress, matter, provider_name};
    const Pb__Consultation *consultation = matter->consultation;
    if (consultation->scope == PB__FEE_SCOPE__FEE_SCOPE_NONE ||
        !concerns(consultation, progress->authority_id))
        return true;
    const struct numbers numbers = numbers_of_provision(consultation);
    return count(&telling, consultation->lead_id, &numbers) && count_letters(&telling, scratch) &&
           count_decisions(&telling) && count_tasks(&telling, scratch);
}

/* --- rows -------------------------------------------------------------------------------------------- */

static bool show(const struct fee_progress *progress, const struct numbers *numbers, Pb__FeeProgress *row)
{
    row->provisions = numbers->provisions;
    row->applications = numbers->applications;
    row->awaited = numbers->awaited;
    row->exceptional = numbers->exceptional;
    row->consulting = numbers->consulting;
    row->reports = numbers->reports;
    row->reports_pending = numbers->reports_pending;
    row->letters_due = numbers->letters_due;
    row->letters_late = numbers->letters_late;
    row->letters_sent = numbers->letters_sent;
    row->decisions = numbers->decisions;
    row->decisions_pending = numbers->decisions_pending;
    row->late = numbers->late;
    if (date_is_none(numbers->next_on))
        return true;
    row->next_kind = numbers->next_kind;
    row->days_left = (uint32_t)(numbers->next_on.day - progress->today.day);
    row->next_on = date_text(numbers->next_on, progress->arena);
    return row->next_on;
}

static int compare_rows(const void *left, const void *right)
{
    const Pb__FeeProgress *a = *(const Pb__FeeProgress *const *)left,
                          *b = *(const Pb__FeeProgress *const *)right;
    int order = strcmp(a->name, b->name);
    return order ? order : strcmp(a->id, b->id);
}

enum code fee_progress_build(struct fee_progress *progress, Pb__FeeProgress ***ret_rows, size_t *ret_count,
                             Pb__FeeProgress *ret_total)
{
    size_t row_count = progress->rows.count;
    Pb__FeeProgress **rows = arena_array(progress->arena, Pb__FeeProgress *, row_count + 1);
    Pb__FeeProgress *room = arena_array(progress->arena, Pb__FeeProgress, row_count + 1), total;
    if (!rows || !room)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < row_count; i++) {
        const struct row *row = fee_rows_get(&progress->rows, i);
        rows[i] = &room[i];
        pb__fee_progress__init(rows[i]);
        rows[i]->id = progress->rows.ids[i];
        rows[i]->name = row->name;
        if (!show(progress, &row->numbers, rows[i]))
            return CODE_RESOURCE_EXHAUSTED;
    }
    pb__fee_progress__init(&total);
    if (!show(progress, &progress->total, &total))
        return CODE_RESOURCE_EXHAUSTED;
    qsort(rows, row_count, sizeof *rows, compare_rows);
    *ret_rows = rows;
    *ret_count = row_count;
    *ret_total = total;
    return CODE_OK;
}
