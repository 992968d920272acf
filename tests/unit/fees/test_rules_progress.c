/* How far a cycle has come (rule F7), and a provision's fees over the cycles (rule F8). */

#include "services/fees/rules_history.h"
#include "services/fees/rules_progress.h"
#include "tests/unit/fees/rules_sums_kit.h"

#define AWAITED    PB__CONSULTATION_STATE__CONSULTATION_STATE_AWAITED
#define APPLIED    PB__CONSULTATION_STATE__CONSULTATION_STATE_APPLIED
#define CONSULTING PB__CONSULTATION_STATE__CONSULTATION_STATE_CONSULTING
#define REPORTED   PB__CONSULTATION_STATE__CONSULTATION_STATE_REPORTED

#define LED       PB__FEE_SCOPE__FEE_SCOPE_LED
#define ALONE     PB__FEE_SCOPE__FEE_SCOPE_ALONE
#define SHARED    PB__FEE_SCOPE__FEE_SCOPE_SHARED
#define FORM_ONLY PB__FEE_SCOPE__FEE_SCOPE_FORM_ONLY
#define NONE      PB__FEE_SCOPE__FEE_SCOPE_NONE

#define WITHIN      PB__FEE_LEVEL__FEE_LEVEL_WITHIN
#define EXCEPTIONAL PB__FEE_LEVEL__FEE_LEVEL_EXCEPTIONAL

#define OF_AUTHORITIES PB__FEE_PROGRESS_OF__FEE_PROGRESS_OF_AUTHORITIES
#define OF_PROVIDERS   PB__FEE_PROGRESS_OF__FEE_PROGRESS_OF_PROVIDERS
#define OF_PROVISIONS  PB__FEE_PROGRESS_OF__FEE_PROGRESS_OF_PROVISIONS

/* A region of six homes on 25 March 2027; the first letter of each LA that decided on its first submission.
 */
static const struct {
    const char *id, *name, *provider;
    Pb__FeeScope scope;
    Pb__ConsultationState state;
    uint32_t submission;
    Pb__FeeLevel level, told;
    const char *lead;
    struct placed placed[4];
    const char *decided, *begun_on;
} homes[] = {
    {"a", "Ash", "p1", LED, AWAITED, 0, 0, 0, HERTS, {{ESSEX, 1}, {HERTS, 2}}, "", ""},
    {"b", "Birch", "p1", LED, APPLIED, 1, EXCEPTIONAL, 0, HERTS, {{ESSEX, 1}, {HERTS, 1}}, "", ""},
    {"c",
     "Cedar",
     "p2",
     LED,
     REPORTED,
     1,
     WITHIN,
     WITHIN,
     ESSEX,
     {{ESSEX, 1}, {HERTS, 1}, {KENT, 0}},
     "EK",
     ""},
    {"d", "Damson", "p2", SHARED, APPLIED, 2, WITHIN, 0, "", {{HERTS, 4}, {KENT, 1}}, "H", ""},
    {"e", "Elm", "", FORM_ONLY, APPLIED, 1, 0, 0, "", {{KENT, 1}}, "", ""},
    {"f", "Fir", "p2", NONE, AWAITED, 0, 0, 0, "", {{KENT, 0}}, "", ""},
    {"g", "Gorse", "p3", ALONE, CONSULTING, 1, WITHIN, EXCEPTIONAL, KENT, {{KENT, 3}}, "", "2027-03-20"},
};

static const char *code_of(char letter)
{
    return letter == 'E' ? ESSEX : letter == 'H' ? HERTS : KENT;
}

static void add_home(struct fee_progress *progress, size_t number, const char *today, struct arena *scratch)
{
    Pb__FeeDecision *decisions[3];
    Pb__FeeLetter letter, *letters[] = {&letter};
    struct fee_days days;
    Pb__FeeCycle *cycle = cycle_2027(scratch);
    Pb__Consultation *at =
        consultation(homes[number].scope, homes[number].state, homes[number].placed, scratch);
    struct fee_matter matter = {cycle, &days, at, decisions, 0, letters, 0, day(today)};
    fee_days_init(&days, cycle);
    at->provision_id = homes[number].id, at->name = homes[number].name;
    at->provider_id = homes[number].provider;
    at->submission = homes[number].submission, at->level = homes[number].level;
    at->told_level = homes[number].told, at->told_reason = homes[number].told ? "a third in two years" : "",
    at->lead_id = homes[number].lead;
    at->begun_on = homes[number].begun_on;
    if (number == 3)
        at->kind = PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY;
    for (const char *c = homes[number].decided; *c; c++) {
        Pb__FeeDecision *decision = decisions[matter.decision_count++] = arena_new(scratch, Pb__FeeDecision);
        pb__fee_decision__init(decision);
        decision->authority_id = code_of(*c), decision->submission = 1, decision->decided_on = "2027-03-20";
        decision->kind = PB__FEE_DECISION_KIND__FEE_DECISION_KIND_ACCEPT;
    }
    if (number == 0) { /* Essex has told Ash who leads */
        pb__fee_letter__init(&letter);
        letter.authority_id = ESSEX, letter.sent_on = "2026-12-20";
        letter.kind = PB__FEE_LETTER_KIND__FEE_LETTER_KIND_NOT_LEADING;
        matter.letter_count = 1;
    }
    cr_assert(fee_progress_add(progress, &matter, homes[number].provider[0] ? homes[number].provider : "",
                               scratch));
}

struct table {
    Pb__FeeProgress **rows, total;
    size_t count;
};

static struct table build(Pb__FeeProgressOf of, const char *authority_id, const char *today, bool backwards,
                          struct arena *arena)
{
    struct table table;
    struct arena scratch;
    struct fee_progress *progress = fee_progress_create(of, authority_id, day(today), arena);
    arena_init(&scratch, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(homes); i++) {
        add_home(progress, backwards ? COUNT(homes) - 1 - i : i, today, &scratch);
        arena_reset(&scratch); /* what is kept is copied */
    }
    arena_finish(&scratch);
    cr_assert(fee_progress_build(progress, &table.rows, &table.count, &table.total) == CODE_OK);
    return table;
}

static const Pb__FeeProgress *row_of(const struct table *table, const char *id)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->rows[i]->id, id) == 0)
            return table->rows[i];
    cr_assert(false, "no row %s", id);
    return NULL;
}

/* provisions, applications, awaited, exceptional, consulting, reports, pending; letters due, late, sent;
 * decisions, pending; late */
enum { NUMBERS = 13 };
static void numbers_of(const Pb__FeeProgress *row, uint32_t ret_numbers[NUMBERS])
{
    const uint32_t numbers[NUMBERS] = {
        row->provisions, row->applications,      row->awaited,     row->exceptional,  row->consulting,
        row->reports,    row->reports_pending,   row->letters_due, row->letters_late, row->letters_sent,
        row->decisions,  row->decisions_pending, row->late};
    memcpy(ret_numbers, numbers, sizeof numbers);
}

static void expect(const struct table *table, const char *id, const uint32_t expected[NUMBERS],
                   const char *next_on, int next_kind, uint32_t days_left)
{
    const Pb__FeeProgress *row = id ? row_of(table, id) : &table->total;
    uint32_t numbers[NUMBERS];
    numbers_of(row, numbers);
    for (int i = 0; i < NUMBERS; i++)
        cr_assert(numbers[i] == expected[i], "%s: number %d is %u, not %u", id ? id : "total", i, numbers[i],
                  expected[i]);
    cr_assert_str_eq(row->next_on, next_on, "%s: %s", id ? id : "total", row->next_on);
    cr_assert((int)row->next_kind == next_kind && row->days_left == days_left, "%s: %d %u", id ? id : "total",
              (int)row->next_kind, row->days_left);
}

/* On 25 March 2027, with the days of the default: application, letters and levels are late, the report is due
 * on 30 April and decisions on 31 May. */
Test(rules_progress, of_authorities)
{
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    struct table table = build(OF_AUTHORITIES, "", "2027-03-25", false, &arena);
    cr_assert(table.count == 3);
    cr_assert_str_eq(table.rows[0]->name, "Essex");
    /* Essex leads Cedar, reported; has decided there, and owes that letter and the one about who leads to
     * Birch. */
    expect(&table, ESSEX, (uint32_t[]){1, 1, 0, 0, 0, 1, 0, /**/ 2, 1, 1, /**/ 1, 1, /**/ 1}, "2027-05-31", 2,
           67);
    /* Hertfordshire leads Ash, awaited, and Birch, exceptional and not begun: late are two levels, the
     * invitation to Ash, the letter to Cedar and the beginning at Birch. It decided on Damson's first
     * submission alone. */
    expect(&table, HERTS, (uint32_t[]){2, 1, 1, 1, 0, 0, 1, /**/ 2, 2, 0, /**/ 0, 3, /**/ 5}, "2027-04-30", 5,
           36);
    /* Kent leads Gorse by itself; it decided on Cedar, where it has nobody any more. */
    expect(&table, KENT, (uint32_t[]){1, 1, 0, 1, 1, 0, 1, /**/ 1, 1, 0, /**/ 1, 2, /**/ 1}, "2027-04-30", 5,
           36);
    /* The total has Damson and Elm as well, which nobody leads for, and Ash's application, which is the
     * provider's. */
    expect(&table, NULL, (uint32_t[]){6, 5, 1, 2, 1, 1, 2, /**/ 5, 4, 1, /**/ 2, 6, /**/ 8}, "2027-04-30", 5,
           36);
    arena_finish(&arena);
}

Test(rules_progress, of_providers_and_provisions)
{
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    struct table table = build(OF_PROVIDERS, "", "2027-03-25", false, &arena);
    cr_assert(table.count == 4);
    cr_assert_str_eq(table.rows[0]->id, ""); /* Elm's provider is not known */
    expect(&table, "p1", (uint32_t[]){2, 1, 1, 1, 0, 0, 1, /**/ 2, 2, 1, /**/ 0, 2, /**/ 6}, "2027-04-30", 5,
           36);
    table = build(OF_PROVISIONS, "", "2027-03-25", false, &arena);
    cr_assert(table.count == 6);
    cr_assert_str_eq(table.rows[0]->name, "Ash");
    expect(&table, "a", (uint32_t[]){1, 0, 1, 0, 0, 0, 0, /**/ 1, 1, 1, /**/ 0, 0, /**/ 3}, "", 0, 0);
    expect(&table, "e", (uint32_t[]){1, 1, 0, 0, 0, 0, 0, /**/ 0, 0, 0, /**/ 0, 0, /**/ 0}, "", 0, 0);
    arena_finish(&arena);
}

/* Rows of providers and of provisions add up to the total, whatever the day. */
Test(rules_progress, rows_add_up)
{
    const char *const days[] = {"2026-11-01", "2026-12-31", "2027-03-01",
                                "2027-03-25", "2027-05-31", "2028-01-01"};
    const Pb__FeeProgressOf ofs[] = {OF_PROVIDERS, OF_PROVISIONS};
    for (size_t i = 0; i < COUNT(days) * COUNT(ofs); i++) {
        struct arena arena;
        uint32_t sum[NUMBERS] = {0}, numbers[NUMBERS];
        arena_init(&arena, TEST_ARENA_BYTES);
        struct table table = build(ofs[i % 2], "", days[i / 2], false, &arena);
        struct table again = build(ofs[i % 2], "", days[i / 2], true, &arena);
        cr_assert(again.count == table.count, "the order makes no difference");
        for (size_t j = 0; j < table.count; j++) {
            uint32_t same[NUMBERS];
            numbers_of(table.rows[j], numbers);
            numbers_of(again.rows[j], same);
            cr_assert(memcmp(same, numbers, sizeof same) == 0);
            for (int k = 0; k < NUMBERS; k++)
                sum[k] += numbers[k];
        }
        numbers_of(&table.total, numbers);
        cr_assert(memcmp(sum, numbers, sizeof sum) == 0, "%s", days[i / 2]);
        arena_finish(&arena);
    }
}

/* Of one LA: only where it places or placed, and of letters, decisions and tasks only its own. */
Test(rules_progress, of_one_authority)
{
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    struct table table = build(OF_AUTHORITIES, ESSEX, "2027-03-25", false, &arena);
    cr_assert(table.count == 1);
    expect(&table, ESSEX, (uint32_t[]){1, 1, 0, 0, 0, 1, 0, /**/ 2, 1, 1, /**/ 1, 1, /**/ 1}, "2027-05-31", 2,
           67);
    expect(&table, NULL, (uint32_t[]){3, 2, 1, 1, 0, 1, 1, /**/ 2, 1, 1, /**/ 1, 1, /**/ 1}, "2027-05-31", 2,
           67);
    table = build(OF_PROVISIONS, KENT, "2027-03-25", false, &arena);
    cr_assert(table.count == 4); /* Cedar, Damson, Elm, Gorse */
    cr_assert_str_eq(table.rows[0]->id, "c");
    cr_assert(table.rows[0]->decisions == 1 && table.rows[0]->letters_due == 0);
    arena_finish(&arena);
}

/* --- history ----------------------------------------------------------------------------------------- */

static Pb__FeeIndex *cpi(struct arena *arena)
{
    static const char *const from[] = {"2026-03-18", "2027-03-17", "2027-04-21"}, *const percent[] = {
                                                                                      "2.5", "3.25", "4"};
    Pb__FeeIndex *index = arena_new(arena, Pb__FeeIndex);
    pb__fee_index__init(index);
    index->id = "CPI";
    index->values = arena_array(arena, Pb__FeeIndexValue *, COUNT(from));
    for (size_t i = 0; i < COUNT(from); i++) {
        Pb__FeeIndexValue *value = index->values[index->n_values++] = arena_new(arena, Pb__FeeIndexValue);
        pb__fee_index_value__init(value);
        value->from = from[i], value->percent = percent[i];
    }
    return index;
}

/* A year as those who are concerned see it, as other members do, and before anything has come. */
Test(rules_progress, a_year_of_a_history)
{
    const struct charge charges[SERVICES] = {{"bed", 300000, 330000}, {"day", 90000, 91000}};
    const struct figure reported[SERVICES] = {{"bed", 315000}, {"day", 90000}};
    for (int seen = 0; seen < 3; seen++) { /* by those concerned, by members, by nobody yet */
        struct arena arena;
        arena_init(&arena, TEST_ARENA_BYTES);
        Pb__FeeIndex *indices[] = {cpi(&arena), arena_new(&arena, Pb__FeeIndex)};
        Pb__FeeSubmission *applied = submission(1, charges, &arena);
        struct fee_figures figures = figures_of(reported, &arena);
        Pb__Consultation *at = consultation(LED, REPORTED, NULL, &arena);
        Pb__FeeReport report;
        Pb__FeeDecision decision;
        Pb__FeeLineTotals own;
        pb__fee_index__init(indices[1]);
        indices[1]->id = "NLW"; /* no value yet */
        applied->increase_service_id = "bed", applied->increase_percent = "10";
        at->level = EXCEPTIONAL;
        pb__fee_report__init(&report);
        report.figures = figures.items, report.n_figures = 2;
        report.services = applied->services, report.n_services = 2;
        pb__fee_decision__init(&decision);
        decision.kind = PB__FEE_DECISION_KIND__FEE_DECISION_KIND_ACCEPT;
        at->submission = report.submission = decision.submission = applied->number;
        pb__fee_line_totals__init(&own);
        const struct fee_history_facts facts = {
            .cycle = cycle_2027(&arena),
            .consultation = seen < 2 ? at : NULL,
            .submission = seen < 1 ? applied : NULL,
            .report = seen < 2 ? &report : NULL,
            .own = seen < 1 ? &own : NULL,
            .decision = seen < 1 ? &decision : NULL,
            .indices = indices,
            .index_count = COUNT(indices),
        };
        const Pb__FeeHistoryYear *year = fee_history_year(&facts, &arena);
        cr_assert_str_eq(year->cycle_id, CYCLE);
        cr_assert(year->n_indices == 1 && year->n_services == (seen < 2 ? 2 : 0));
        cr_assert_str_eq(year->indices[0]->percent, "3.25"); /* as it was known on 1 April */
        cr_assert_str_eq(year->indices[0]->from, "2027-03-17");
        cr_assert((year->own != NULL) == (seen < 1) && (year->decision != 0) == (seen < 1));
        cr_assert_str_eq(year->requested_percent, seen < 1 ? "10" : "");
        cr_assert_str_eq(year->negotiated_percent, seen < 1 ? "5.0000" : "");
        cr_assert(year->level == (seen < 2 ? EXCEPTIONAL : 0));
        if (seen < 2) {
            cr_assert(year->services[0]->current_pence == 300000 &&
                      year->services[0]->proposed_pence == 330000);
            cr_assert(year->services[0]->negotiated_pence == 315000);
        }
        arena_finish(&arena);
    }
}

/* What was reported and decided about an application before it counts no more: another one came. */
Test(rules_progress, a_year_in_which_another_application_came)
{
    const struct charge charges[SERVICES] = {{"bed", 300000, 330000}, {"day", 90000, 91000}};
    const struct figure reported[SERVICES] = {{"bed", 315000}, {"day", 90000}};
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    Pb__FeeSubmission *applied = submission(2, charges, &arena);
    struct fee_figures figures = figures_of(reported, &arena);
    Pb__Consultation *at = consultation(LED, REPORTED, NULL, &arena);
    Pb__FeeReport report = PB__FEE_REPORT__INIT;
    Pb__FeeDecision decision = PB__FEE_DECISION__INIT;
    applied->increase_service_id = "bed", applied->increase_percent = "10";
    at->submission = applied->number;
    report.submission = decision.submission = 1;
    report.figures = figures.items, report.n_figures = 2;
    decision.kind = PB__FEE_DECISION_KIND__FEE_DECISION_KIND_ACCEPT;
    const struct fee_history_facts facts = {.cycle = cycle_2027(&arena),
                                            .consultation = at,
                                            .submission = applied,
                                            .report = &report,
                                            .decision = &decision};
    const Pb__FeeHistoryYear *year = fee_history_year(&facts, &arena);
    cr_assert_eq(year->decision, PB__FEE_DECISION_KIND__FEE_DECISION_KIND_PENDING);
    cr_assert_eq(year->services[0]->negotiated_pence, 0);
    cr_assert_str_eq(year->requested_percent, "10");
    cr_assert_str_eq(year->negotiated_percent, "");
    arena_finish(&arena);
}

Test(rules_progress, the_oldest_year_first)
{
    const char *const first_on[] = {"2027-04-01", "2025-04-01", "2026-04-01"};
    Pb__FeeHistoryYear years[COUNT(first_on)], *list[COUNT(first_on)];
    for (size_t i = 0; i < COUNT(first_on); i++) {
        pb__fee_history_year__init(&years[i]);
        years[i].first_on = first_on[i], list[i] = &years[i];
    }
    fee_history_sort(list, COUNT(list));
    for (size_t i = 1; i < COUNT(list); i++)
        cr_assert(strcmp(list[i - 1]->first_on, list[i]->first_on) < 0);
    fee_history_sort(NULL, 0);
}
