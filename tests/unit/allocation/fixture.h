#pragma once
/* Allocation in this process, following a registry that the test writes. */

#include "tests/unit/followed_region.h"

#include "services/allocation/records.h"
#include "services/allocation/refusal.h"

/* The page that names what allocation serves, without its program. */
#define main allocation_main
int allocation_main(int argc, char **argv);
#include "services/allocation/main.c"
#undef main

#define ALLOCATION(m) "ccrag.v1.AllocationService/" m
#define TRANSFERS(m)  "ccrag.v1.TransfersService/" m

/* --- the program ------------------------------------------------------------------------------------- */

static inline struct fixture *fixture_create(void)
{
    struct fixture *fixture = fixture_new(ALLOCATION_NAME);
    fixture->program = calloc(1, sizeof(struct allocation));
    fixture->options = allocation_options(fixture->program);
    source_begin(fixture, source_tables);
    put_region(fixture);
    fixture_start(fixture);
    settle(fixture);
    return fixture;
}

static inline void fixture_end(struct fixture *fixture)
{
    source_end(fixture);
    fixture_destroy(fixture);
}

static inline void said(const struct fixture *fixture, enum allocation_refusal refusal)
{
    const struct refusal_facts *facts = allocation_refusal_facts(refusal);
    cr_assert(fixture->status && strncmp(fixture->status->message, facts->text, strlen(facts->text)) == 0,
              "said: %s", fixture->status ? fixture->status->message : "nothing");
}

static inline const Pb__AllocationCycle *open_a_cycle(struct fixture *fixture)
{
    Pb__OpenCycleRequest request = PB__OPEN_CYCLE_REQUEST__INIT;
    Pb__OpenCycleResponse *response = call(fixture, ALLOCATION("OpenCycle"), &request.base, CODE_OK);
    return response->cycle;
}

static inline const Pb__AllocationProposal *propose_now(struct fixture *fixture)
{
    Pb__ProposeRequest request = PB__PROPOSE_REQUEST__INIT;
    Pb__ProposeResponse *response = call(fixture, ALLOCATION("Propose"), &request.base, CODE_OK);
    return response->proposal;
}

static inline const Pb__PublishProposalResponse *publish_now(struct fixture *fixture)
{
    Pb__PublishProposalRequest request = PB__PUBLISH_PROPOSAL_REQUEST__INIT;
    const void *response = call(fixture, ALLOCATION("PublishProposal"), &request.base, CODE_OK);
    settle(fixture); /* what publishing asks to be looked at */
    return response;
}

/* The region with a cycle in which a proposal by the rule is published. */
static inline struct fixture *fixture_published(void)
{
    struct fixture *fixture = fixture_create();
    open_a_cycle(fixture);
    propose_now(fixture);
    publish_now(fixture);
    return fixture;
}

static inline const Pb__GetAllocationResponse *allocation_at(struct fixture *fixture, unsigned home)
{
    Pb__GetAllocationRequest request = PB__GET_ALLOCATION_REQUEST__INIT;
    request.provision_id = home_id(fixture, home);
    return call(fixture, ALLOCATION("GetAllocation"), &request.base, CODE_OK);
}

/* Who has it; "" for nobody. */
static inline const char *link_of(struct fixture *fixture, unsigned home)
{
    const Pb__GetAllocationResponse *response = allocation_at(fixture, home);
    return response->allocation ? response->allocation->authority_id : "";
}

static inline const Pb__AllocationTask *task_of(struct fixture *fixture, unsigned home)
{
    return allocation_at(fixture, home)->task;
}

static inline size_t open_tasks(struct fixture *fixture)
{
    Pb__ListAllocationTasksRequest request = PB__LIST_ALLOCATION_TASKS_REQUEST__INIT;
    const Pb__ListAllocationTasksResponse *response =
        call(fixture, ALLOCATION("ListAllocationTasks"), &request.base, CODE_OK);
    return response->n_tasks;
}
