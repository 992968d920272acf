/* Outcomes: recorded, and shown so that no group under five can be found out (rule M7). */

#include "services/monitoring/rules_outcomes.h"
#include "tests/unit/monitoring/rules_kit.h"

#include "common/base/limits.h"

#include <stdio.h>
#include <stdlib.h>

#define SAFETY    PB__OUTCOME_AREA__OUTCOME_AREA_SAFETY
#define HEALTH    PB__OUTCOME_AREA__OUTCOME_AREA_HEALTH
#define EDUCATION PB__OUTCOME_AREA__OUTCOME_AREA_EDUCATION
#define ENJOYMENT PB__OUTCOME_AREA__OUTCOME_AREA_ENJOYMENT
#define BETTER    PB__OUTCOME_PROGRESS__OUTCOME_PROGRESS_BETTER
#define INTENDED  PB__OUTCOME_PROGRESS__OUTCOME_PROGRESS_AS_INTENDED
#define LESS      PB__OUTCOME_PROGRESS__OUTCOME_PROGRESS_LESS
#define NONE      PB__OUTCOME_PROGRESS__OUTCOME_PROGRESS_NONE

enum { AREAS = ENJOYMENT };

Test(rules_outcomes, what_a_placement_is_for)
{
    const struct {
        Pb__OutcomeArea areas[3];
        size_t count;
        enum monitoring_refusal refusal;
    } cases[] = {
        {{SAFETY}, 1, REFUSAL_NONE},
        {{HEALTH, SAFETY, ENJOYMENT}, 3, REFUSAL_NONE},
        {{0}, 0, REFUSAL_OUTCOME_AREA_WRONG},
        {{SAFETY, SAFETY}, 2, REFUSAL_OUTCOME_AREA_WRONG},
        {{SAFETY, 0}, 2, REFUSAL_OUTCOME_AREA_WRONG},
        {{99}, 1, REFUSAL_OUTCOME_AREA_WRONG},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__SetIntendedOutcomesRequest request;
        Pb__OutcomeArea areas[3];
        pb__set_intended_outcomes_request__init(&request);
        memcpy(areas, cases[i].areas, sizeof areas);
        request.intended = areas, request.n_intended = cases[i].count;
        cr_assert(outcomes_intended_check(&request) == cases[i].refusal, "case %zu", i);
    }
}

Test(rules_outcomes, what_is_recorded_at_a_visit)
{
    Pb__OutcomeArea intended[] = {SAFETY, HEALTH};
    const struct {
        const char *provision;
        Pb__VisitState state;
        struct {
            Pb__OutcomeArea area;
            Pb__OutcomeProgress progress;
        } says[2];
        size_t count;
        enum monitoring_refusal refusal;
        size_t then;
    } cases[] = {
        {"home", PB__VISIT_STATE__VISIT_STATE_MADE, {{SAFETY, LESS}, {HEALTH, BETTER}}, 2, REFUSAL_NONE, 3},
        {"home", PB__VISIT_STATE__VISIT_STATE_MADE, {{SAFETY, LESS}}, 1, REFUSAL_NONE, 2},
        {"home", PB__VISIT_STATE__VISIT_STATE_MADE, {{0}}, 0, REFUSAL_OUTCOME_NOT_INTENDED, 0},
        {"home", PB__VISIT_STATE__VISIT_STATE_MADE, {{EDUCATION, LESS}}, 1, REFUSAL_OUTCOME_NOT_INTENDED, 0},
        {"home",
         PB__VISIT_STATE__VISIT_STATE_MADE,
         {{SAFETY, LESS}, {SAFETY, LESS}},
         2,
         REFUSAL_OUTCOME_NOT_INTENDED,
         0},
        {"home", PB__VISIT_STATE__VISIT_STATE_MADE, {{SAFETY, 0}}, 1, REFUSAL_OUTCOME_PROGRESS_MISSING, 0},
        {"home", PB__VISIT_STATE__VISIT_STATE_MADE, {{SAFETY, 9}}, 1, REFUSAL_OUTCOME_PROGRESS_MISSING, 0},
        {"home", PB__VISIT_STATE__VISIT_STATE_PLANNED, {{SAFETY, LESS}}, 1, REFUSAL_OUTCOME_VISIT_WRONG, 0},
        {"other", PB__VISIT_STATE__VISIT_STATE_MADE, {{SAFETY, LESS}}, 1, REFUSAL_OUTCOME_VISIT_WRONG, 0},
    };
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__OutcomeAt before[2], *recorded[] = {&before[0], &before[1]}, said[2],
                                 *list[] = {&said[0], &said[1]};
        Pb__PlacementOutcomes stored, next;
        Pb__RecordOutcomesRequest request;
        Pb__Visit visit;
        pb__placement_outcomes__init(&stored);
        stored.id = "placement", stored.provision_id = "home", stored.intended = intended;
        stored.n_intended = 2, stored.recorded = recorded, stored.n_recorded = 2;
        for (size_t j = 0; j < 2; j++) {
            pb__outcome_at__init(&before[j]);
            before[j].area = HEALTH, before[j].progress = NONE;
            before[j].visit_id = j ? "this" : "earlier"; /* the same visit's is written over */
            before[j].visited_on = j ? "2026-05-04" : "2025-05-04";
            pb__outcome_at__init(&said[j]);
            said[j].area = cases[i].says[j].area, said[j].progress = cases[i].says[j].progress;
        }
        pb__record_outcomes_request__init(&request);
        request.outcomes = list, request.n_outcomes = cases[i].count;
        pb__visit__init(&visit);
        visit.id = "this", visit.made_on = "2026-05-04", visit.provision_id = cases[i].provision;
        visit.state = cases[i].state;
        cr_assert(outcomes_record(&stored, &request, &visit, &arena, &next) == cases[i].refusal, "case %zu",
                  i);
        if (cases[i].refusal)
            continue;
        cr_assert(next.n_recorded == cases[i].then && stored.n_recorded == 2);
        cr_assert_str_eq(next.recorded[0]->visit_id, "earlier");
        cr_assert(next.recorded[1]->area == SAFETY && next.recorded[1]->progress == LESS);
        cr_assert_str_eq(next.recorded[1]->visited_on, "2026-05-04");
    }
    arena_finish(&arena);
}

Test(rules_outcomes, the_monitoring_year_begins_in_october)
{
    cr_assert(outcome_year(day("2025-09-30")) == 2024 && outcome_year(day("2025-10-01")) == 2025);
    cr_assert(outcome_year(day("2026-01-01")) == 2025);
}

/* --- the table --------------------------------------------------------------------------------------- */

enum { PLACEMENTS_MAX = 400, VISITS = 3 };

/* Placements made up, each with its own room. */
struct made_up {
    struct arena arena;
    Pb__PlacementOutcomes placements[PLACEMENTS_MAX];
    char ids[PLACEMENTS_MAX][16];
    size_t count;
};

static Pb__PlacementOutcomes *place(struct made_up *made, const char *provision)
{
    Pb__PlacementOutcomes *placement = &made->placements[made->count];
    cr_assert(made->count < PLACEMENTS_MAX);
    pb__placement_outcomes__init(placement);
    snprintf(made->ids[made->count], sizeof made->ids[0], "placement-%03zu", made->count);
    placement->id = made->ids[made->count++];
    placement->provision_id = provision;
    placement->recorded = arena_array(&made->arena, Pb__OutcomeAt *, AREAS * VISITS);
    return placement;
}

static void record(struct made_up *made, Pb__PlacementOutcomes *placement, Pb__OutcomeArea area,
                   Pb__OutcomeProgress progress, const char *visit, const char *on)
{
    Pb__OutcomeAt *at = arena_new(&made->arena, Pb__OutcomeAt);
    pb__outcome_at__init(at);
    at->area = area, at->progress = progress, at->visit_id = visit, at->visited_on = on;
    placement->recorded[placement->n_recorded++] = at;
}

static void place_many(struct made_up *made, const char *provision, unsigned children, unsigned as_intended)
{
    for (unsigned i = 0; i < children; i++)
        record(made, place(made, provision), SAFETY, i < as_intended ? INTENDED : LESS, "v", "2026-05-04");
}

/* Each provision's. */
struct tallies {
    Pb__OutcomeTally items[PLACEMENTS_MAX];
    size_t count;
};

static Pb__OutcomeTally *count_in(struct tallies *tallies, const Pb__PlacementOutcomes *before,
                                  const Pb__PlacementOutcomes *after, struct arena *arena)
{
    Pb__OutcomeTally next;
    size_t at = 0;
    while (at < tallies->count && strcmp(tallies->items[at].id, after->provision_id) != 0)
        at++;
    cr_assert(outcomes_tally(at < tallies->count ? &tallies->items[at] : NULL, before, after, arena, &next) ==
              CODE_OK);
    tallies->count += at == tallies->count;
    tallies->items[at] = next;
    return &tallies->items[at];
}

struct table {
    Pb__OutcomeRow **rows;
    size_t count;
};

/* Of a provision, or (NULL) of the region. */
static struct table table_of(struct made_up *made, const char *provision)
{
    struct table table = {0};
    struct outcomes_builder *builder = outcomes_create(&made->arena);
    static struct tallies tallies;
    tallies.count = 0;
    for (size_t i = 0; i < made->count; i++)
        count_in(&tallies, NULL, &made->placements[i], &made->arena);
    for (size_t i = 0; i < tallies.count; i++)
        cr_assert(outcomes_add_tally(builder, &tallies.items[i]));
    cr_assert((provision ? outcomes_of_provision(builder, provision, &table.rows, &table.count)
                         : outcomes_of_region(builder, &table.rows, &table.count)) == CODE_OK);
    return table;
}

/* rule M7: five or more, rounded to five; the part shown where neither it nor the rest is a small group. */
Test(rules_outcomes, groups_of_five_or_more_rounded_to_five)
{
    const struct {
        unsigned children, as_intended;
        bool suppressed, part_suppressed;
        unsigned shown, shown_part;
    } cases[] = {
        {1, 0, true, true, 0, 0},     {4, 4, true, true, 0, 0},     {5, 0, false, false, 5, 0},
        {5, 5, false, false, 5, 5},   {5, 1, false, true, 5, 0},    {7, 7, false, false, 5, 5},
        {8, 8, false, false, 10, 10}, {9, 5, false, true, 10, 0},   {10, 5, false, false, 10, 5},
        {12, 4, false, true, 10, 0},  {13, 6, false, false, 15, 5}, {33, 28, false, false, 35, 30},
        {33, 32, false, true, 35, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        static struct made_up made;
        made.count = 0;
        arena_init(&made.arena, TEST_ARENA_BYTES);
        place_many(&made, "home", cases[i].children, cases[i].as_intended);
        struct table table = table_of(&made, "home");
        cr_assert(table.count == AREAS, "every area of the year, so that none tells by being left out");
        const Pb__OutcomeRow *row = table.rows[0];
        cr_assert(row->year == 2025 && row->area == SAFETY);
        cr_assert(row->suppressed == cases[i].suppressed && row->children == cases[i].shown, "case %zu", i);
        cr_assert(row->as_intended_suppressed == cases[i].part_suppressed, "case %zu", i);
        cr_assert(row->as_intended == cases[i].shown_part, "case %zu", i);
        for (size_t j = 1; j < table.count; j++)
            cr_assert(table.rows[j]->suppressed && table.rows[j]->children == 0);
        arena_finish(&made.arena);
    }
}

/* rule M7: a child counts once per year and area, with the last that was recorded; in any order. */
Test(rules_outcomes, a_child_counts_once_per_year_and_area)
{
    static struct made_up made;
    arena_init(&made.arena, TEST_ARENA_BYTES);
    for (unsigned i = 0; i < 10; i++) {
        Pb__PlacementOutcomes *placement = place(&made, "home");
        record(&made, placement, SAFETY, BETTER, "v2", "2026-05-04");
        record(&made, placement, SAFETY, NONE, "v1", "2025-10-01");
        record(&made, placement, SAFETY, NONE, "v0", "2025-09-30"); /* the year before */
    }
    struct table table = table_of(&made, "home");
    cr_assert(table.count == 2 * AREAS && table.rows[0]->year == 2024 && table.rows[AREAS]->year == 2025);
    cr_assert(table.rows[0]->children == 10 && table.rows[0]->as_intended == 0);
    cr_assert(table.rows[AREAS]->children == 10 && table.rows[AREAS]->as_intended == 10);
    cr_assert(table_of(&made, "another").count == 0);
    arena_finish(&made.arena);
}

/* rule M7, complementary: what provisions hide may not be the region less what they show. */
Test(rules_outcomes, the_region_does_not_tell_what_provisions_hide)
{
    const struct {
        struct {
            unsigned children, as_intended;
        } homes[3];
        bool suppressed, part_suppressed;
    } cases[] = {
        {{{10, 10}, {20, 20}, {0, 0}}, false, false},
        {{{10, 10}, {20, 20}, {3, 3}}, true, true},   /* 33 less 30 */
        {{{10, 10}, {4, 4}, {4, 4}}, true, true},     /* two hide all they can: four each */
        {{{10, 10}, {4, 4}, {3, 3}}, false, false},   /* two hide seven */
        {{{10, 10}, {2, 2}, {1, 1}}, true, true},     /* two hide three */
        {{{20, 18}, {20, 20}, {0, 0}}, false, true},  /* one hides two that did not */
        {{{20, 18}, {20, 17}, {0, 0}}, false, false}, /* two hide five that did not, 35 that did */
        {{{20, 3}, {20, 20}, {0, 0}}, false, true},   /* one hides three that did */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        static struct made_up made;
        const char *const names[] = {"a", "b", "c"};
        made.count = 0;
        arena_init(&made.arena, TEST_ARENA_BYTES);
        for (size_t j = 0; j < 3; j++)
            place_many(&made, names[j], cases[i].homes[j].children, cases[i].homes[j].as_intended);
        const Pb__OutcomeRow *row = table_of(&made, NULL).rows[0];
        cr_assert(row->suppressed == cases[i].suppressed, "case %zu", i);
        cr_assert(row->as_intended_suppressed == cases[i].part_suppressed, "case %zu", i);
        arena_finish(&made.arena);
    }
}

/* --- nobody can find a small group out --------------------------------------------------------------- */

enum { HOMES = 3, MOST = 13 };

/* What is shown of one cell: numbers, or -1. */
struct shown {
    int children, part;
};

static struct shown shown_of(const Pb__OutcomeRow *row)
{
    return (struct shown){row->suppressed ? -1 : (int)row->children,
                          row->as_intended_suppressed ? -1 : (int)row->as_intended};
}

struct picture {
    struct shown homes[HOMES], region;
};

/* A child's worth of numbers for one table: children and those as intended, of each home. */
struct truth {
    unsigned children[HOMES], part[HOMES];
};

static struct picture picture_of(const struct truth *truth)
{
    static struct made_up made;
    static const char *const names[] = {"a", "b", "c"};
    struct picture picture;
    made.count = 0;
    arena_init(&made.arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < HOMES; i++)
        place_many(&made, names[i], truth->children[i], truth->part[i]);
    for (size_t i = 0; i < HOMES; i++) {
        struct table table = table_of(&made, names[i]);
        picture.homes[i] = table.count ? shown_of(table.rows[0]) : (struct shown){-1, -1};
    }
    struct table region = table_of(&made, NULL);
    picture.region = region.count ? shown_of(region.rows[0]) : (struct shown){-1, -1};
    arena_finish(&made.arena);
    return picture;
}

/* An attacker who is told the exact numbers behind everything shown (so, more than the rounding lets anyone
 * know) subtracts what homes show from what the region shows. */
static unsigned difference(const struct truth *truth, const struct picture *picture, int what)
{
    unsigned all = 0;
    bool by_part = what > 0;
    for (size_t i = 0; i < HOMES; i++) {
        unsigned number = what == 0   ? truth->children[i]
                          : what == 1 ? truth->part[i]
                                      : truth->children[i] - truth->part[i];
        bool shown = by_part ? picture->homes[i].part >= 0 : picture->homes[i].children >= 0;
        all += shown ? 0 : number;
    }
    return all;
}

/* rule M7: over random regions, no shown cell is a group of one to four, nor is any difference. */
Test(rules_outcomes, no_small_group_can_be_found_out)
{
    unsigned seed = 20260501, small_seen = 0, region_shown = 0;
    for (int round = 0; round < 1500; round++) {
        struct truth truth;
        for (size_t i = 0; i < HOMES; i++) {
            truth.children[i] = (unsigned)rand_r(&seed) % (rand_r(&seed) % 3 ? MOST : 2 * MOST);
            truth.part[i] = truth.children[i] ? (unsigned)rand_r(&seed) % (truth.children[i] + 1) : 0;
        }
        struct picture picture = picture_of(&truth);
        for (size_t i = 0; i < HOMES; i++) {
            unsigned rest = truth.children[i] - truth.part[i];
            bool small = truth.children[i] > 0 && truth.children[i] < 5;
            bool part_small = (truth.part[i] > 0 && truth.part[i] < 5) || (rest > 0 && rest < 5);
            small_seen += small;
            cr_assert(picture.homes[i].children < 0 || (!small && picture.homes[i].children % 5 == 0));
            cr_assert(picture.homes[i].part < 0 || (!part_small && picture.homes[i].part % 5 == 0));
            cr_assert(picture.homes[i].children < 0 || picture.homes[i].children >= 5);
        }
        for (int what = 0; what < 3; what++) {
            bool shown = what ? picture.region.part >= 0 : picture.region.children >= 0;
            unsigned rest = difference(&truth, &picture, what);
            region_shown += shown;
            cr_assert(!shown || rest == 0 || rest >= 5, "round %d: %u", round, rest);
        }
    }
    cr_assert(small_seen > 300 && region_shown > 300, "%u %u: the test saw too little", small_seen,
              region_shown);
}

/* A region of two homes, and what is shown of it. */
struct case_of_two {
    struct truth truth;
    struct picture picture;
};

static int compare_pictures(const void *left, const void *right)
{
    const struct case_of_two *a = left, *b = right;
    return memcmp(&a->picture, &b->picture, sizeof a->picture);
}

/* Of the cases that show the same: does a home's number (0 children, 1 as intended, 2 the others) differ? */
static bool is_open(const struct case_of_two *cases, size_t count, int home, int what)
{
    unsigned least = UINT32_MAX, most = 0;
    for (size_t i = 0; i < count; i++) {
        const struct truth *truth = &cases[i].truth;
        unsigned numbers[] = {truth->children[home], truth->part[home],
                              truth->children[home] - truth->part[home]};
        least = numbers[what] < least ? numbers[what] : least;
        most = numbers[what] > most ? numbers[what] : most;
    }
    return least < most;
}

/* rule M7: every region of two homes with up to so many children: from all that is shown together, rounding
 * and region included, no group of one to four can be worked out. */
Test(rules_outcomes, a_hidden_number_has_more_than_one_explanation)
{
    enum { CHILDREN = 11, STATES = (CHILDREN + 1) * (CHILDREN + 2) / 2 };
    static struct case_of_two cases[STATES * STATES];
    size_t count = 0, small = 0;
    for (unsigned i = 0; i < (CHILDREN + 1) * (CHILDREN + 1); i++)
        for (unsigned j = 0; j < (CHILDREN + 1) * (CHILDREN + 1); j++) {
            struct truth truth = {.children = {i / (CHILDREN + 1), j / (CHILDREN + 1)},
                                  .part = {i % (CHILDREN + 1), j % (CHILDREN + 1)}};
            if (truth.part[0] <= truth.children[0] && truth.part[1] <= truth.children[1])
                cases[count++] = (struct case_of_two){truth, picture_of(&truth)};
        }
    cr_assert(count == STATES * STATES);
    qsort(cases, count, sizeof cases[0], compare_pictures);
    for (size_t from = 0, next; from < count; from = next) {
        for (next = from; next < count && compare_pictures(&cases[from], &cases[next]) == 0;)
            next++;
        for (int home = 0; home < 2; home++)
            for (int what = 0; what < 3; what++) {
                const struct truth *truth = &cases[from].truth;
                unsigned numbers[] = {truth->children[home], truth->part[home],
                                      truth->children[home] - truth->part[home]};
                if (is_open(&cases[from], next - from, home, what))
                    continue;
                cr_assert(numbers[what] == 0 || numbers[what] >= 5, "%u/%u beside %u/%u: home %d, number %d",
                          truth->part[0], truth->children[0], truth->part[1], truth->children[1], home, what);
            }
        small += next - from;
    }
    cr_assert(small == count);
}

/* What was recorded of a placement is counted in place of what had been: as if it had been so at once. */
Test(rules_outcomes, what_is_recorded_anew_is_counted_in_place_of_what_was)
{
    static struct made_up made;
    static struct tallies tallies;
    arena_init(&made.arena, TEST_ARENA_BYTES);
    place_many(&made, "home", 12, 7);
    for (size_t i = 0; i < made.count; i++)
        count_in(&tallies, NULL, &made.placements[i], &made.arena);
    Pb__PlacementOutcomes *before = &made.placements[0], *after = place(&made, "home");
    record(&made, after, SAFETY, LESS, "v", "2026-05-04"); /* it was as intended */
    record(&made, after, HEALTH, BETTER, "w", "2025-01-01");
    const Pb__OutcomeTally *tally = count_in(&tallies, before, after, &made.arena);
    cr_assert_str_eq(tally->id, "home");
    cr_assert_eq(tally->n_rows, 2);
    cr_assert(tally->rows[0]->area == HEALTH && tally->rows[0]->year == 2024);
    cr_assert(tally->rows[0]->children == 1 && tally->rows[0]->as_intended == 1);
    cr_assert(tally->rows[1]->children == 12 && tally->rows[1]->as_intended == 6);
    tally = count_in(&tallies, after, before, &made.arena);
    cr_assert_eq(tally->n_rows, 1, "a row of nobody is none");
    cr_assert(tally->rows[0]->children == 12 && tally->rows[0]->as_intended == 7);
    arena_finish(&made.arena);
}

/* An area that this version does not have is passed over, and a full arena is told. */
Test(rules_outcomes, strange_records_and_no_room)
{
    static struct made_up made;
    arena_init(&made.arena, TEST_ARENA_BYTES);
    Pb__PlacementOutcomes *placement = place(&made, "home");
    record(&made, placement, 0, BETTER, "v", "2026-05-04");
    record(&made, placement, 77, BETTER, "v", "2026-05-04");
    record(&made, placement, SAFETY, BETTER, "v", "someday");
    cr_assert(table_of(&made, "home").count == 0 && table_of(&made, NULL).count == 0);
    struct arena none;
    arena_init(&none, 0);
    cr_assert(!outcomes_create(&none));
    arena_finish(&none);
    arena_finish(&made.arena);
}
