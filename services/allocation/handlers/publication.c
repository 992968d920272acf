/* Publication (rule A7). In: the host's request; everything that is so, on a thread of the pool. Out: every
 * allocation that the proposal gives, with its terms and tasks, and the cycle, in one command: all of it or
 * nothing. A proposal that the facts no longer give is refused. */

#define SERVICE_TYPE Pb__AllocationService_Service

#include "services/allocation/handlers/propose.h"

struct publishing {
    struct whole whole; /* first */
    const Pb__AllocationProposal *proposal;
    uint64_t version; /* of the cycle, as the caller read it */
    struct making making;
};

/* --- is it what the facts give? ---------------------------------------------------------------------- */

static bool gives_the_same(const Pb__ProposedAllocation *a, const Pb__ProposedAllocation *b)
{
    return a->standing == b->standing && strcmp(a->authority_id, b->authority_id) == 0;
}

/* Who is given what, and as what: a further child at a provision changes a row, and nothing of that. */
static size_t count_stale(const struct rows *proposed, const struct making *now)
{
    size_t stale = 0, p = 0, n = 0;
    while (p < proposed->count || n < now->row_count) {
        const Pb__ProposedAllocation *was = p < proposed->count ? proposed->items[p] : NULL;
        const Pb__ProposedAllocation *is = n < now->row_count ? now->rows[n] : NULL;
        int order = !was ? 1 : !is ? -1 : strcmp(was->provision_id, is->provision_id);
        stale += order != 0 || !gives_the_same(was, is);
        p += order <= 0;
        n += order >= 0;
    }
    return stale;
}

static enum code work_publish(struct whole *whole)
{
    struct publishing *publishing = (struct publishing *)(void *)whole;
    struct command *command = &whole->read.reading;
    const Pb__AllocationProposal *proposal = publishing->proposal;
    struct rows proposed;
    publishing->making.method = proposal->method;
    publishing->making.tolerance_percent = proposal->tolerance_percent;
    TRY(make_rows(command, &whole->picture, &publishing->making));
    if (proposal->digest.len == sizeof publishing->making.digest &&
        memcmp(proposal->digest.data, publishing->making.digest, proposal->digest.len) == 0)
        return CODE_OK;
    TRY(load_rows(command, proposal, &proposed));
    size_t stale = count_stale(&proposed, &publishing->making);
    if (stale == 0)
        return CODE_OK;
    const struct refusal_facts *facts = allocation_refusal_facts(REFUSAL_PROPOSAL_STALE);
    return refuse(command, facts->code, facts->field, "%s (%zu of its provisions)", facts->text, stale);
}

/* --- published --------------------------------------------------------------------------------------- */

/* What another command gave meanwhile is not overwritten: it was not in the picture. */
static enum code check_unchanged(struct command *command, const struct subject *subject)
{
    enum code code;
    const Pb__Allocation *now = load_if_any(command, &allocation_allocations, subject->id, &code);
    TRY(code);
    uint64_t version = now ? now->meta->version : 0;
    uint64_t seen = subject->allocation ? subject->allocation->meta->version : 0;
    if (version == seen)
        return CODE_OK;
    return refuse(command, CODE_UNAVAILABLE, "", "an allocation changed while the proposal was looked at");
}

static enum code raise_attention(struct command *command, const struct publishing *publishing,
                                 const struct subject *subject)
{
    const struct picture *picture = &publishing->whole.picture;
    struct causes causes = change_causes(subject->allocation, subject->row, picture->present.cycle->published,
                                         &picture->facts, subject->provision, publishing->proposal->method);
    const struct raise raise = {subject->id, PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_ATTENTION,
                                subject, subject->row, &causes};
    return task_raise(command, &raise, NULL);
}

static enum code publish_one(struct command *command, const struct publishing *publishing,
                             const struct present *present, const struct subject *subject,
                             Pb__PublishProposalResponse *out)
{
    Pb__Allocation *allocation;
    bool settled;
    if (!subject->row && !subject->allocation)
        return CODE_OK;
    TRY(check_unchanged(command, subject));
    if (subject->row && !row_gives(subject->row))
        return raise_attention(command, publishing, subject);
    const struct assignment assignment = assignment_of(subject, publishing->proposal->number);
    out->changed += would_change(subject->allocation, subject->row);
    TRY(assign(command, present, &assignment, &allocation));
    TRY(task_settle(command, subject->id, "a proposal was published", &settled));
    out->settled += settled;
    return CODE_OK;
}

static Pb__Publication *publication_of(struct command *command, const struct publishing *publishing)
{
    const struct facts *facts = &publishing->whole.picture.facts;
    char today[DATE_TEXT_BYTES];
    Pb__Publication *publication = arena_new(command->arena, Pb__Publication);
    Pb__MemberOffice **list = arena_array(command->arena, Pb__MemberOffice *, facts->office_count + 1);
    Pb__MemberOffice *offices = arena_array(command->arena, Pb__MemberOffice, facts->office_count + 1);
    Pb__GeoPoint *points = arena_array(command->arena, Pb__GeoPoint, facts->office_count + 1);
    date_print(command->today, today);
    const char *published_on = arena_text(command->arena, today);
    if (!publication || !list || !offices || !points || !published_on)
        return NULL;
    pb__publication__init(publication);
    publication->proposal_number = publishing->proposal->number;
    publication->published_on = published_on;
    publication->offices = list;
    publication->n_offices = facts->office_count;
    for (size_t i = 0; i < facts->office_count; i++) {
        const struct office *office = &facts->offices[i];
        list[i] = &offices[i];
        pb__member_office__init(&offices[i]);
        pb__geo_point__init(&points[i]);
        offices[i].authority_id = office->gss.text;
        offices[i].position = office->placed ? &points[i] : NULL;
        points[i].latitude_e7 = office->position.latitude;
        points[i].longitude_e7 = office->position.longitude;
    }
    return publication;
}

/* The open cycle still, and not another one. */
static enum code check_cycle(struct command *command, const struct publishing *publishing,
                             Pb__AllocationCycle *cycle)
{
    bool same = cycle && strcmp(cycle->id, publishing->proposal->cycle_id) == 0;
    TRY(check(command, same    ? cycle_step(cycle->state, CYCLE_PUBLISH, &cycle->state)
                       : cycle ? REFUSAL_CYCLE_CLOSED
                               : REFUSAL_NO_CYCLE));
    expect_version(cycle->meta, publishing->version);
    return CODE_OK;
}

static enum code finish_publish(struct command *command, void *state, ProtobufCMessage *message)
{
    struct publishing *publishing = state;
    const struct picture *picture = &publishing->whole.picture;
    Pb__PublishProposalResponse *out = (Pb__PublishProposalResponse *)message;
    struct present present;
    TRY(whole_result(command, &publishing->whole));
    TRY(present_load(command, &present));
    Pb__AllocationCycle *cycle = present.cycle;
    TRY(check_cycle(command, publishing, cycle));
    cycle->published = publication_of(command, publishing);
    if (!cycle->published)
        return no_memory(command);
    command->subject = publishing->proposal->id;
    TRY(put(command, &allocation_cycles, cycle));
    for (size_t i = 0; i < picture->count; i++)
        TRY(publish_one(command, publishing, &present, &picture->subjects[i], out));
    TRY(look_at_all(command)); /* what came in since the picture was made */
    out->cycle = cycle;
    return CODE_OK;
}

/* A proposal of a day to come shows what will be; what is published is what is so. */
static enum code check_day(struct command *command, const Pb__AllocationProposal *proposal)
{
    struct date as_of;
    bool ahead = date_field(proposal->as_of, &as_of) && date_compare(as_of, command->today) > 0;
    return check(command, ahead ? REFUSAL_PROPOSAL_AHEAD : REFUSAL_NONE);
}

HANDLE(PublishProposal, publish_proposal)
{
    (void)out;
    struct present present;
    Pb__CycleState next;
    struct publishing *publishing = arena_new(command->arena, struct publishing);
    if (!publishing)
        return no_memory(command);
    TRY(present_load(command, &present));
    TRY(check(command,
              present.cycle ? cycle_step(present.cycle->state, CYCLE_PUBLISH, &next) : REFUSAL_NO_CYCLE));
    publishing->proposal = load_proposal(command, present.cycle, in->number);
    if (!publishing->proposal)
        return command->fault.code;
    TRY(check_day(command, publishing->proposal));
    publishing->version = in->version;
    publishing->whole.as_of = command->today;
    publishing->whole.work = work_publish;
    return defer_whole(command, &publishing->whole, finish_publish);
}
