/* What must hold of fees, once all is at rest (rules F2, F5, F6): submitted-once, read-before-decided,
 * adds-up, lead-places. */

#include "tests/sim/fees_inside.h"

#include "tests/sim/programs.h"
#include "tests/sim/promises_check.h"

#include "common/service/handling.h"
#include "services/fees/fees.h"
#include "services/fees/records.h"
#include "services/fees/rules_lead.h"
#include "services/fees/rules_lines.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* --- through the versions of a record ---------------------------------------------------------------- */

enum { ACTS_MAX = 2000 };

/* An act of submitting, or a submission. */
struct act {
    char application_id[ID_BYTES], provision_id[ID_BYTES];
    uint32_t number;
};
struct acts {
    struct act items[ACTS_MAX];
    unsigned count;
};
struct past {
    struct acts done, submitted;
};

static void add(struct acts *acts, const char *application_id, const char *provision_id, uint32_t number)
{
    assert(acts->count < ACTS_MAX);
    struct act *act = &acts->items[acts->count++];
    snprintf(act->application_id, sizeof act->application_id, "%s", application_id);
    snprintf(act->provision_id, sizeof act->provision_id, "%s", provision_id);
    act->number = number;
}

#define SUBMITTED PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_SUBMITTED

/* Each act has another number, and nothing else has one. */
static void look_at_application(struct checking *checking, ProtobufCMessage *const *versions, size_t count)
{
    struct past *past = checking->context;
    for (size_t i = 0; i < count; i++) {
        const Pb__FeeApplication *now = (const Pb__FeeApplication *)versions[i],
                                 *before = i ? (const Pb__FeeApplication *)versions[i - 1] : NULL;
        uint32_t number = before ? before->submission : 0;
        bool acted = now->state == SUBMITTED && (!before || before->state != SUBMITTED);
        if (acted)
            add(&past->done, now->id, now->provision_id, now->submission);
        if (acted ? now->submission <= number : now->submission != number)
            sim_fail(checking->sim, "submitted-once", "application %s has submission %u after %u", now->id,
                     now->submission, number);
    }
}

static void look_at_submission(struct checking *checking, ProtobufCMessage *const *versions, size_t count)
{
    struct past *past = checking->context;
    for (size_t i = 0; i < count; i++) {
        const Pb__FeeSubmission *now = (const Pb__FeeSubmission *)versions[i];
        if (i == 0 || ((const Pb__FeeSubmission *)versions[i - 1])->number != now->number)
            add(&past->submitted, now->id, now->provision_id, now->number);
    }
}

/* What was decided about is what had been read, as the reason says. */
static void look_at_decision(struct checking *checking, ProtobufCMessage *const *versions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const Pb__FeeDecision *decision = (const Pb__FeeDecision *)versions[i];
        unsigned order, read;
        if (sscanf(decision->reason, "t-%u read %u", &order, &read) == 2 && read != decision->submission)
            sim_fail(checking->sim, "read-before-decided", "%s decided on submission %u, and had read %u",
                     decision->authority_id, decision->submission, read);
    }
}

static bool look(struct checking *checking, const struct table *table, ProtobufCMessage *const *versions,
                 size_t count)
{
    if (table == &fees_applications)
        look_at_application(checking, versions, count);
    if (table == &fees_submissions)
        look_at_submission(checking, versions, count);
    if (table == &fees_decisions)
        look_at_decision(checking, versions, count);
    return false;
}

static unsigned times(const struct acts *acts, const struct act *act, bool of_provision)
{
    unsigned found = 0;
    for (unsigned i = 0; i < acts->count; i++)
        found += acts->items[i].number == act->number &&
                 strcmp(of_provision ? acts->items[i].provision_id : acts->items[i].application_id,
                        of_provision ? act->provision_id : act->application_id) == 0;
    return found;
}

/* A number is one act's alone of a provision, and left one submission. */
static void check_past(struct sim *sim, const struct past *past)
{
    for (unsigned i = 0; i < past->done.count; i++) {
        const struct act *act = &past->done.items[i];
        unsigned done = times(&past->done, act, true), submitted = times(&past->submitted, act, false);
        if (done != 1 || submitted != 1)
            sim_fail(sim, "submitted-once", "submission %u of %s is %u acts and %u submissions", act->number,
                     act->provision_id, done, submitted);
    }
    if (past->done.count != past->submitted.count)
        sim_fail(sim, "submitted-once", "%u acts left %u submissions", past->done.count,
                 past->submitted.count);
}

/* --- at rest ----------------------------------------------------------------------------------------- */

struct resting {
    struct sim *sim;
    struct command command; /* to read with */
    struct collected consultations, decisions, lines, totals, facts;
};

static const Pb__Consultation *consultation_of(const struct resting *resting, const char *provision_id)
{
    for (size_t i = 0; i < resting->consultations.count; i++) {
        const Pb__Consultation *consultation = (const Pb__Consultation *)resting->consultations.items[i];
        if (strcmp(consultation->provision_id, provision_id) == 0)
            return consultation;
    }
    return NULL;
}

/* What a line's figures come from. */
static struct fee_line_basis basis_of(struct resting *resting, const char *provision_id,
                                      const char *authority_id)
{
    enum code code;
    struct fee_line_basis basis = {0};
    const Pb__Consultation *consultation = consultation_of(resting, provision_id);
    if (consultation && consultation->submission)
        basis.submission =
            load_if_any(&resting->command, &fees_submissions, consultation->application_id, &code);
    if (consultation)
        basis.report = load_if_any(&resting->command, &fees_reports, consultation->id, &code);
    for (size_t i = 0; i < resting->decisions.count; i++) {
        const Pb__FeeDecision *decision = (const Pb__FeeDecision *)resting->decisions.items[i];
        if (strcmp(decision->provision_id, provision_id) == 0 &&
            strcmp(decision->authority_id, authority_id) == 0)
            basis.decision = decision;
    }
    return basis;
}

static bool is_counted_by(const Pb__FeeLine *line, const Pb__FeeLineTotals *totals)
{
    return strcmp(line->provision_id, totals->provision_id) == 0 &&
           strcmp(line->authority_id, totals->authority_id) == 0;
}

/* Those that were erased, and every line that is there. */
static struct fee_line_sums sums_of(struct resting *resting, const Pb__FeeLineTotals *totals,
                                    size_t *ret_counted)
{
    struct fee_line_sums sums = fee_line_sums_begin(totals);
    const struct fee_line_basis basis = basis_of(resting, totals->provision_id, totals->authority_id);
    *ret_counted = 0;
    for (size_t i = 0; i < resting->lines.count; i++) {
        const Pb__FeeLine *line = (const Pb__FeeLine *)resting->lines.items[i];
        if (!is_counted_by(line, totals))
            continue;
        const struct fee_line_figures figures = fee_line_figures(line, &basis);
        fee_line_sums_add(&sums, line, &figures);
        ++*ret_counted;
    }
    return sums;
}

/* Was an older copy put in the place of fees' store? */
static bool was_restored(const struct sim *sim)
{
    for (unsigned i = 0; i < PARTS_MAX && sim->promises->others[i].part; i++)
        if (sim->promises->others[i].part == &fees_part)
            return true;
    return false;
}

/* They come to the totals. (What a restore erased again is counted, and told to be erased by what is counted
 * there next.) */
static size_t check_totals(struct resting *resting, const Pb__FeeLineTotals *totals)
{
    struct arena *arena = resting->command.arena;
    size_t counted;
    struct fee_line_sums sums = sums_of(resting, totals, &counted);
    const Pb__Consultation *consultation = consultation_of(resting, totals->provision_id);
    Pb__FeeLineTotals owned = *totals, again = *totals;
    bool whole = true;
    if (was_restored(resting->sim)) {
        whole = fee_line_sums_own_up(&sums, arena, &owned);
        sums = sums_of(resting, &owned, &counted);
    }
    whole = whole && fee_line_sums_put(&sums, arena, &again);
    owned.term_time = totals->term_time, owned.all_year = totals->all_year;
    sim_count(resting->sim, SIM_TOTALS);
    if (!whole || !span_equal(wire_pack(&owned.base, arena), wire_pack(&again.base, arena)))
        sim_fail(resting->sim, "adds-up", "the lines of %s at %s do not come to its totals",
                 totals->authority_id, totals->provision_id);
    if (strcmp(totals->lead_id, consultation ? consultation->lead_id : "") != 0)
        sim_fail(resting->sim, "adds-up", "%s reads the totals of %s, and does not lead", totals->lead_id,
                 totals->provision_id);
    return counted;
}

/* Who places there today, by looking at every placement. */
static uint32_t placements_of(struct resting *resting, const char *provision_id, const char *authority_id)
{
    enum code code;
    uint32_t count = 0;
    struct fee_placings placings;
    const Pb__Authority *member = load_if_any(&resting->command, &fees_authorities, authority_id, &code);
    fee_placings_init(&placings, resting->command.arena);
    for (size_t i = 0; i < resting->facts.count; i++) {
        const Pb__PlacementFact *fact = (const Pb__PlacementFact *)resting->facts.items[i];
        if (strcmp(fact->provision_id, provision_id) == 0 && strcmp(fact->authority_id, authority_id) == 0)
            fee_placings_add(&placings, fact, member, resting->command.today);
    }
    for (size_t i = 0; i < placings.count; i++)
        count += placings.items[i].placements;
    return count;
}

/* The lead places there; and who places there is told as it is. */
static void check_lead(struct resting *resting, const Pb__Consultation *consultation)
{
    bool led = fee_scope_is_led(consultation->scope);
    size_t placing = 0;
    sim_count(resting->sim, SIM_LEADS);
    resting->sim->counts[SIM_HANDED_OVER] += consultation->n_past_leads;
    for (size_t i = 0; i < consultation->n_placing; i++) {
        const Pb__FeePlacing *told = consultation->placing[i];
        uint32_t placements = placements_of(resting, consultation->provision_id, told->authority_id);
        placing += placements > 0;
        if (placements != told->placements)
            sim_fail(resting->sim, "lead-places", "%s is told to place %u at %s, and places %u",
                     told->authority_id, told->placements, consultation->provision_id, placements);
    }
    if (led != (consultation->lead_id[0] != '\0') ||
        (led && placements_of(resting, consultation->provision_id, consultation->lead_id) == 0))
        sim_fail(resting->sim, "lead-places", "%s leads for %s, and does not place there",
                 consultation->lead_id, consultation->provision_id);
    if (consultation->scope == PB__FEE_SCOPE__FEE_SCOPE_NONE && placing > 0)
        sim_fail(resting->sim, "lead-places", "nobody leads for %s, where %zu place",
                 consultation->provision_id, placing);
}

static bool rest_load(struct resting *resting, struct node *node)
{
    struct command *command = &resting->command;
    const struct walk consultations = {.table = &fees_consultations}, decisions = {.table = &fees_decisions},
                      lines = {.table = &fees_lines}, totals = {.table = &fees_line_totals},
                      facts = {.table = &fees_placement_facts};
    command->now_ms = world_wall_ms(&node->world.base);
    command->today = date_from_unix_ms_london(command->now_ms);
    return !node->down && store_read_begin(service_store(node->service), &command->txn) == CODE_OK &&
           collect(command, &consultations, NULL, NULL, &resting->consultations) == CODE_OK &&
           collect(command, &decisions, NULL, NULL, &resting->decisions) == CODE_OK &&
           collect(command, &lines, NULL, NULL, &resting->lines) == CODE_OK &&
           collect(command, &totals, NULL, NULL, &resting->totals) == CODE_OK &&
           collect(command, &facts, NULL, NULL, &resting->facts) == CODE_OK;
}

static void check_rest(struct resting *resting)
{
    size_t counted = 0;
    for (size_t i = 0; i < resting->totals.count; i++)
        counted += check_totals(resting, (const Pb__FeeLineTotals *)resting->totals.items[i]);
    if (counted != resting->lines.count)
        sim_fail(resting->sim, "adds-up", "of %zu lines %zu are in totals", resting->lines.count, counted);
    for (size_t i = 0; i < resting->consultations.count; i++)
        check_lead(resting, (const Pb__Consultation *)resting->consultations.items[i]);
}

void fees_check(struct sim *sim)
{
    struct past *past = calloc(1, sizeof *past);
    struct checking *checking = calloc(1, sizeof *checking);
    struct node *node = sim_node_named(sim, FEES_NAME);
    struct resting resting = {.sim = sim};
    struct arena arena;
    assert(past && checking);
    checking->record = look;
    checking->context = past;
    promises_check(sim, node, &fees_part, checking);
    check_past(sim, past);
    free(checking);
    free(past);
    arena_init(&arena, 64 * 1024 * 1024);
    resting.command.arena = &arena;
    sim->quiet = true;
    if (rest_load(&resting, node))
        check_rest(&resting);
    else
        sim_fail(sim, "settles", "fees' store cannot be read");
    store_end(resting.command.txn);
    sim->quiet = false;
    arena_finish(&arena);
}
