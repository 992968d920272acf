/* What is still to be done, and which letters are due (rules F1, F7). In: one consultation with its decisions
 * and letters, the days of its provider's tasks. Out: open tasks and letters, each with whose it is and its
 * day. */

#include "services/fees/rules_tasks.h"

#include "services/fees/rules_consultation.h"
#include "services/fees/rules_decision.h"
#include "services/fees/rules_lead.h"
#include "services/fees/rules_letter.h"
#include "services/fees/rules_text.h"

#define LEVEL_TOLD  PB__FEE_TASK_KIND__FEE_TASK_KIND_LEVEL_TOLD
#define LETTER_SENT PB__FEE_TASK_KIND__FEE_TASK_KIND_LETTER_SENT
#define APPLICATION PB__FEE_TASK_KIND__FEE_TASK_KIND_APPLICATION
#define BEGUN       PB__FEE_TASK_KIND__FEE_TASK_KIND_CONSULTATION_BEGUN
#define REPORT      PB__FEE_TASK_KIND__FEE_TASK_KIND_REPORT
#define DECISION    PB__FEE_TASK_KIND__FEE_TASK_KIND_DECISION

enum { LETTER_KINDS = PB__FEE_LETTER_KIND__FEE_LETTER_KIND_DECISION };

const Pb__FeeDecision *fee_matter_decision(const struct fee_matter *matter, const char *authority_id)
{
    for (size_t i = 0; i < matter->decision_count; i++)
        if (strcmp(matter->decisions[i]->authority_id, authority_id) == 0)
            return matter->decisions[i];
    return NULL;
}

static bool cycle_is_open(const struct fee_matter *matter)
{
    return matter->cycle->state != PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_CLOSED;
}

static bool is_reported(const Pb__Consultation *consultation)
{
    return consultation->state == PB__CONSULTATION_STATE__CONSULTATION_STATE_REPORTED;
}

static bool has_decided(const struct fee_matter *matter, const char *authority_id)
{
    return fee_decision_counts(fee_matter_decision(matter, authority_id), matter->consultation->submission);
}

/* --- letters ----------------------------------------------------------------------------------------- */

struct date fee_letter_day(const struct fee_days *days, Pb__FeeLetterKind kind)
{
    const struct fee_letter_facts *letter = fee_letter_of_kind(kind);
    return letter ? days->of[letter->task].on : DATE_NONE;
}

/* Does that LA, which places there, owe such a letter? Then it is about what was so since that day, "" for
 * whenever; NULL: it owes none. */
static const char *owed_since(const struct fee_matter *matter, const char *authority_id,
                              Pb__FeeLetterKind kind)
{
    const Pb__Consultation *consultation = matter->consultation;
    bool leads = strcmp(consultation->lead_id, authority_id) == 0;
    switch (kind) {
    case PB__FEE_LETTER_KIND__FEE_LETTER_KIND_NOT_LEADING:
        return consultation->scope == PB__FEE_SCOPE__FEE_SCOPE_LED && !leads ? "" : NULL;
    case PB__FEE_LETTER_KIND__FEE_LETTER_KIND_INVITATION:
        return leads && consultation->submission == 0 ? "" : NULL;
    case PB__FEE_LETTER_KIND__FEE_LETTER_KIND_CONSULTATION:
        return leads && consultation->begun_on[0] ? consultation->begun_on : NULL;
    case PB__FEE_LETTER_KIND__FEE_LETTER_KIND_DECISION:
        return has_decided(matter, authority_id) ? fee_matter_decision(matter, authority_id)->decided_on
                                                 : NULL;
    case PB__FEE_LETTER_KIND__FEE_LETTER_KIND_UNSPECIFIED:
    case _PB__FEE_LETTER_KIND_IS_INT_SIZE:
        break;
    }
    return NULL;
}

/* A letter about what was before does not tell of what has come since. */
static bool was_sent(const struct fee_matter *matter, const char *authority_id, Pb__FeeLetterKind kind,
                     const char *since)
{
    for (size_t i = 0; i < matter->letter_count; i++) {
        const Pb__FeeLetter *letter = matter->letters[i];
        if (letter->kind == kind && strcmp(letter->authority_id, authority_id) == 0)
            return letter->sent_on[0] && strcmp(letter->sent_on, since) >= 0;
    }
    return false;
}

bool fee_letters_due(const struct fee_matter *matter, struct arena *arena,
                     struct fee_letter_due **ret_letters, size_t *ret_count)
{
    const Pb__Consultation *consultation = matter->consultation;
    size_t placing = cycle_is_open(matter) ? consultation->n_placing : 0, count = 0;
    struct fee_letter_due *letters = arena_array(arena, struct fee_letter_due, LETTER_KINDS * placing + 1);
    if (!letters)
        return false;
    for (size_t i = 0; i < placing; i++) {
        const char *authority_id = consultation->placing[i]->authority_id;
        for (int number = 1; number <= LETTER_KINDS && consultation->placing[i]->placements > 0; number++) {
            Pb__FeeLetterKind kind = (Pb__FeeLetterKind)number;
            const char *since = owed_since(matter, authority_id, kind);
            if (since)
                letters[count++] =
                    (struct fee_letter_due){authority_id, kind, fee_letter_day(matter->days, kind),
                                            was_sent(matter, authority_id, kind, since)};
        }
    }
    *ret_letters = letters;
    *ret_count = count;
    return true;
}

/* --- tasks ------------------------------------------------------------------------------------------- */

struct open_tasks {
    const struct fee_matter *matter;
    struct fee_task *items;
    size_t count;
};

/* A task that has no day in this cycle is none. */
static void add_task(struct open_tasks *open, Pb__FeeTaskKind kind, const char *authority_id,
                     struct fee_day day)
{
    if (!date_is_none(day.on))
        open->items[open->count++] = (struct fee_task){kind, authority_id, day};
}

static void add_task_if(struct open_tasks *open, bool is_open, Pb__FeeTaskKind kind, const char *authority_id)
{
    if (is_open)
        add_task(open, kind, authority_id, open->matter->days->of[kind]);
}

static void add_letters(struct open_tasks *open, const struct fee_letter_due *letters, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!letters[i].sent)
            add_task(open, LETTER_SENT, letters[i].authority_id,
                     open->matter->days->of[fee_letter_of_kind(letters[i].kind)->task]);
}

static void add_decisions(struct open_tasks *open)
{
    const struct fee_matter *matter = open->matter;
    const Pb__Consultation *consultation = matter->consultation;
    struct date report_on = fee_cycle_due(matter->cycle, REPORT);
    if (fee_decision_is_open(consultation, report_on, matter->today) != REFUSAL_NONE)
        return;
    for (size_t i = 0; i < consultation->n_placing; i++) {
        const char *authority_id = consultation->placing[i]->authority_id;
        add_task_if(open, consultation->placing[i]->placements > 0 && !has_decided(matter, authority_id),
                    DECISION, authority_id);
    }
}

/* What is to be done before the cycle is closed. */
static void add_steps(struct open_tasks *open, const struct fee_letter_due *letters, size_t letter_count)
{
    const Pb__Consultation *consultation = open->matter->consultation;
    const char *lead_id = consultation->lead_id;
    bool led = fee_scope_is_led(consultation->scope), applied = consultation->submission != 0,
         told = consultation->told_level != PB__FEE_LEVEL__FEE_LEVEL_UNSPECIFIED;
    add_task_if(open, led && !told && !is_reported(consultation), LEVEL_TOLD, lead_id);
    add_letters(open, letters, letter_count);
    add_task_if(open, !applied, APPLICATION, "");
    add_task_if(open, led && fee_consultation_may(consultation, CONSULTATION_BEGIN) == REFUSAL_NONE, BEGUN,
                lead_id);
    add_task_if(open, led && applied && !is_reported(consultation), REPORT, lead_id);
}

bool fee_tasks_open(const struct fee_matter *matter, struct arena *arena, struct fee_task **ret_tasks,
                    size_t *ret_count)
{
    const Pb__Consultation *consultation = matter->consultation;
    struct open_tasks open = {.matter = matter};
    struct fee_letter_due *letters;
    size_t letter_count;
    if (!fee_letters_due(matter, arena, &letters, &letter_count))
        return false;
    open.items = arena_array(arena, struct fee_task, letter_count + consultation->n_placing + FEE_TASK_KINDS);
    if (!open.items)
        return false;
    if (consultation->scope != PB__FEE_SCOPE__FEE_SCOPE_NONE) {
        if (cycle_is_open(matter))
            add_steps(&open, letters, letter_count);
        add_decisions(&open);
    }
    *ret_tasks = open.items;
    *ret_count = open.count;
    return true;
}

bool fee_task_is_late(const struct fee_task *task, struct date today)
{
    return date_compare(task->day.on, today) < 0;
}
