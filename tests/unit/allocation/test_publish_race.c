/* What happens between the two halves of a publication (rule A7): the picture is made on a thread of the
 * pool, and what it gives is written by a later command. What another command did meanwhile is not
 * overwritten, nothing is half done, and the same key may ask again. */

#include "fixture.h"

static struct uuid key_of_try(struct fixture *fixture, uint8_t number)
{
    const uint8_t random[10] = {number};
    return uuid_v7(fixture->wall_ms, random);
}

static const char publishing[] = ALLOCATION("PublishProposal");

/* Publishes up to the end of the first half. */
static void publish_half(struct fixture *fixture)
{
    Pb__PublishProposalRequest request = PB__PUBLISH_PROPOSAL_REQUEST__INIT;
    fixture->holds_job = true;
    ask(fixture, publishing, &request.base);
    cr_assert(!fixture->answered && fixture->job_ran);
}

/* What was done meanwhile is another call: its answer is the last one until the publication comes back. */
static const void *publish_the_rest(struct fixture *fixture, enum code expected)
{
    fixture->answered = false;
    fixture->holds_job = false;
    run(fixture);
    const void *response = answer_of(fixture, publishing, expected);
    return response;
}

static const void *publish_again(struct fixture *fixture, enum code expected)
{
    Pb__PublishProposalRequest request = PB__PUBLISH_PROPOSAL_REQUEST__INIT;
    return call(fixture, publishing, &request.base, expected);
}

/* Its provision is called otherwise: its allocation is written anew and moves nothing. */
static void rename_home(struct fixture *fixture, unsigned number, int north, const char *name)
{
    Pb__GeoPoint point = PB__GEO_POINT__INIT;
    Pb__Provision home = home_of(fixture, number, &point, north);
    home.name = name;
    source_put_quietly(fixture, &source_provisions, span_of(NULL, 0), &home.base);
    settle(fixture);
}

static uint32_t published_number(struct fixture *fixture)
{
    Pb__ListCyclesRequest list = PB__LIST_CYCLES_REQUEST__INIT;
    const Pb__ListCyclesResponse *all = call(fixture, ALLOCATION("ListCycles"), &list.base, CODE_OK);
    return all->cycles[0]->published ? all->cycles[0]->published->proposal_number : 0;
}

Test(publish_race, what_changed_meanwhile_is_not_overwritten)
{
    struct fixture *fixture = fixture_published();
    propose_now(fixture);
    struct uuid key = key_of_try(fixture, 1);
    fixture->key = &key;
    publish_half(fixture);
    fixture->key = NULL;
    rename_home(fixture, 1, 2, "The Willows");
    publish_the_rest(fixture, CODE_UNAVAILABLE);
    cr_assert(strstr(fixture->status->message, "changed while"), "%s", fixture->status->message);
    cr_assert(fixture->status->retry_after_ms, "it says when to ask again");
    cr_assert(published_number(fixture) == 1, "nothing of it is there");
    cr_assert_str_eq(allocation_at(fixture, 1)->allocation->name, "The Willows");
    for (unsigned home = 1; home <= 4; home++)
        cr_assert(allocation_at(fixture, home)->allocation->proposal_number == 1);

    fixture->key = &key; /* the same command: it was not decided */
    const Pb__PublishProposalResponse *published = publish_again(fixture, CODE_OK);
    cr_assert(published->cycle->published->proposal_number == 2 && published->changed == 0);
    uint64_t version = published->cycle->meta->version;
    published = publish_again(fixture, CODE_OK); /* now it was */
    cr_assert(published->cycle->meta->version == version);
    fixture->key = NULL;
    for (unsigned home = 1; home <= 4; home++)
        cr_assert(allocation_at(fixture, home)->allocation->proposal_number == 2 &&
                  allocation_at(fixture, home)->n_terms == 1);
    cr_assert_str_eq(allocation_at(fixture, 1)->allocation->name, "The Willows");
    fixture_end(fixture);
}

/* A choice of the host makes the proposal stale: asked again it is refused for good. */
Test(publish_race, what_the_host_chose_meanwhile_stands)
{
    struct fixture *fixture = fixture_published();
    propose_now(fixture);
    struct uuid key = key_of_try(fixture, 2);
    fixture->key = &key;
    publish_half(fixture);
    fixture->key = NULL;
    Pb__ChooseAllocationRequest choose = PB__CHOOSE_ALLOCATION_REQUEST__INIT;
    choose.provision_id = home_id(fixture, 2), choose.authority_id = ESSEX, choose.reason = "they know it";
    call(fixture, ALLOCATION("ChooseAllocation"), &choose.base, CODE_OK);
    publish_the_rest(fixture, CODE_UNAVAILABLE);
    cr_assert_str_eq(link_of(fixture, 2), ESSEX);

    fixture->key = &key;
    publish_again(fixture, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_PROPOSAL_STALE);
    publish_again(fixture, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_PROPOSAL_STALE);
    key = key_of_try(fixture, 3);
    fixture->key = NULL;
    propose_now(fixture);
    fixture->key = &key;
    publish_again(fixture, CODE_OK);
    fixture->key = NULL;
    cr_assert_str_eq(link_of(fixture, 2), ESSEX, "its choice holds");
    fixture_end(fixture);
}

/* The same command comes again while the first is under way: it waits, and is told the same. */
Test(publish_race, a_repeat_waits_for_the_first)
{
    struct fixture *fixture = fixture_create();
    open_a_cycle(fixture);
    propose_now(fixture);
    struct uuid key = key_of_try(fixture, 4);
    fixture->key = &key;
    publish_half(fixture);
    Pb__PublishProposalRequest request = PB__PUBLISH_PROPOSAL_REQUEST__INIT;
    ask(fixture, publishing, &request.base);
    cr_assert(!fixture->answered);
    const Pb__PublishProposalResponse *published = publish_the_rest(fixture, CODE_OK);
    cr_assert(published->changed == 4 && published->cycle->meta->version == 2 + 1);
    fixture->key = NULL;
    cr_assert(published_number(fixture) == 1);
    cr_assert(allocation_at(fixture, 1)->n_terms == 1);
    fixture_end(fixture);
}

/* The cycle ends meanwhile: nothing is published into it. */
Test(publish_race, a_cycle_that_was_closed_meanwhile)
{
    struct fixture *fixture = fixture_create();
    open_a_cycle(fixture);
    propose_now(fixture);
    publish_half(fixture);
    Pb__CloseCycleRequest close = PB__CLOSE_CYCLE_REQUEST__INIT;
    call(fixture, ALLOCATION("CloseCycle"), &close.base, CODE_OK);
    publish_the_rest(fixture, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_NO_CYCLE);
    cr_assert(published_number(fixture) == 0);
    cr_assert_str_eq(link_of(fixture, 1), "");
    fixture_end(fixture);
}
