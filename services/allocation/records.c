/* Allocation's tables: keys, indexes, audiences. In: a record. Out: where it is kept, how it is found, who
 * may see it in the feed (rule S1). It reads and writes nothing. */

#include "services/allocation/records.h"

#include "common/service/index_values.h"
#include "common/wire/wire.h"

static const struct table_index by_provision[] = {{.name = INDEX_PROVISION, .values = values_by_provision}};

/* What every member, the services and the host may see. */
static void seen_by_all(const ProtobufCMessage *record, struct audience *ret_audience)
{
    (void)record;
    ret_audience->groups = AUDIENCE_SERVICES | AUDIENCE_HOST | AUDIENCE_MEMBERS;
}

/* --- copies of the registry's records ---------------------------------------------------------------- */

const struct table allocation_regions = {
    .name = "regions", .type = &pb__region__descriptor, .key = key_by_text};
const struct table allocation_authorities = {
    .name = "authorities", .type = &pb__authority__descriptor, .key = key_by_text};

/* Not unique here: of a URN that wanders, its entries may be read in any order of provisions. */
static const struct table_index provision_indexes[] = {{.name = "urn", .values = values_by_urn}};

const struct table allocation_provisions = {
    .name = "provisions",
    .type = &pb__provision__descriptor,
    .key = key_by_uuid,
    .indexes = provision_indexes,
    .index_count = 1,
};

const struct table allocation_placement_facts = {
    .name = "placement_facts",
    .type = &pb__placement_fact__descriptor,
    .key = key_by_uuid,
    .indexes = by_provision,
    .index_count = 1,
};

const struct table *const allocation_copies[] = {&allocation_regions, &allocation_authorities,
                                                 &allocation_provisions, &allocation_placement_facts, NULL};

/* --- cycles and proposals (rule A7) ------------------------------------------------------------------ */

enum { KEPT = TABLE_VERSIONED | TABLE_JOURNAL | TABLE_HISTORY };

static void values_of_open_cycle(const ProtobufCMessage *record, struct arena *arena,
                                 struct index_values *ret_values)
{
    (void)arena;
    if (((const Pb__AllocationCycle *)record)->state != PB__CYCLE_STATE__CYCLE_STATE_CLOSED)
        index_add(ret_values, INDEX_OPEN_VALUE);
}

static const struct table_index cycle_indexes[] = {{.name = INDEX_OPEN, .values = values_of_open_cycle}};

const struct table allocation_cycles = {
    .name = "cycles",
    .type = &pb__allocation_cycle__descriptor,
    .flags = KEPT,
    .key = key_by_text,
    .indexes = cycle_indexes,
    .index_count = 1,
    .audience = seen_by_all,
};

/* The cycle, a zero byte, the number: so that 10 comes after 9. */
static void values_by_cycle(const ProtobufCMessage *record, struct arena *arena,
                            struct index_values *ret_values)
{
    const Pb__AllocationProposal *proposal = (const Pb__AllocationProposal *)record;
    size_t length = strlen(proposal->cycle_id) + 1;
    uint8_t *bytes = arena_alloc(arena, length + 4);
    if (!bytes)
        return;
    memcpy(bytes, proposal->cycle_id, length);
    put_u32_be(bytes + length, proposal->number);
    index_add(ret_values, span_of(bytes, length + 4));
}

static const struct table_index proposal_indexes[] = {{.name = INDEX_CYCLE, .values = values_by_cycle}};

const struct table allocation_proposals = {
    .name = "proposals",
    .type = &pb__allocation_proposal__descriptor,
    .flags = TABLE_VERSIONED | TABLE_JOURNAL, /* never changed */
    .key = key_by_text,
    .indexes = proposal_indexes,
    .index_count = 1,
    .audience = seen_by_all,
};

const struct table allocation_pages = {
    .name = "proposal_pages", .type = &pb__allocation_proposal_page__descriptor, .key = key_by_text};

/* --- the published allocation (rules A2 to A6) ------------------------------------------------------- */

static const struct table_index by_authority[] = {{.name = INDEX_AUTHORITY, .values = values_by_authority}};

/* The provider too: who its link LA is, it may know. */
static void seen_by_all_and_provider(const ProtobufCMessage *record, struct audience *ret_audience)
{
    seen_by_all(record, ret_audience);
    audience_add(ret_audience, ((const Pb__Allocation *)record)->provider_id);
}

const struct table allocation_allocations = {
    .name = "allocations",
    .type = &pb__allocation__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .indexes = by_authority,
    .index_count = 1,
    .audience = seen_by_all_and_provider,
};

static const struct table_index term_indexes[] = {
    {.name = INDEX_PROVISION, .values = values_by_provision},
    {.name = INDEX_AUTHORITY, .values = values_by_authority},
};

const struct table allocation_terms = {
    .name = "terms",
    .type = &pb__allocation_term__descriptor,
    .flags = TABLE_VERSIONED,
    .key = key_by_uuid,
    .indexes = term_indexes,
    .index_count = 2,
};

/* --- what waits (rules A6, A7) ----------------------------------------------------------------------- */

static void values_of_open_task(const ProtobufCMessage *record, struct arena *arena,
                                struct index_values *ret_values)
{
    (void)arena;
    if (((const Pb__AllocationTask *)record)->state == PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_OPEN)
        index_add(ret_values, INDEX_OPEN_VALUE);
}

static void values_of_task_authorities(const ProtobufCMessage *record, struct arena *arena,
                                       struct index_values *ret_values)
{
    (void)arena;
    const Pb__AllocationTask *task = (const Pb__AllocationTask *)record;
    index_add(ret_values, span_of_text(task->authority_id));
    if (task->proposed && strcmp(task->proposed->authority_id, task->authority_id) != 0)
        index_add(ret_values, span_of_text(task->proposed->authority_id));
}

static const struct table_index task_indexes[] = {
    {.name = INDEX_OPEN, .values = values_of_open_task},
    {.name = INDEX_AUTHORITY, .values = values_of_task_authorities},
};

const struct table allocation_tasks = {
    .name = "tasks",
    .type = &pb__allocation_task__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .indexes = task_indexes,
    .index_count = 2,
    .audience = seen_by_all,
};

static void values_of_open_transfer(const ProtobufCMessage *record, struct arena *arena,
                                    struct index_values *ret_values)
{
    (void)arena;
    Pb__TransferState state = ((const Pb__Transfer *)record)->state;
    if (state == PB__TRANSFER_STATE__TRANSFER_STATE_OFFERED ||
        state == PB__TRANSFER_STATE__TRANSFER_STATE_HELD)
        index_add(ret_values, INDEX_OPEN_VALUE);
}

static const struct table_index transfer_indexes[] = {
    {.name = INDEX_OPEN, .values = values_of_open_transfer}};

const struct table allocation_transfers = {
    .name = "transfers",
    .type = &pb__transfer__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .indexes = transfer_indexes,
    .index_count = 1,
    .audience = seen_by_all,
};

/* Found again by following, so it has no journal. */
const struct table allocation_checks = {
    .name = "checks", .type = &pb__allocation_check__descriptor, .key = key_by_uuid};

const struct table *const allocation_tables[] = {
    &allocation_regions,
    &allocation_authorities,
    &allocation_provisions,
    &allocation_placement_facts,
    &allocation_cycles,
    &allocation_proposals,
    &allocation_pages,
    &allocation_allocations,
    &allocation_terms,
    &allocation_tasks,
    &allocation_transfers,
    &allocation_checks,
    NULL,
};

/* --- identifiers ------------------------------------------------------------------------------------- */

const char *proposal_id(const char *cycle_id, uint32_t number, struct arena *arena)
{
    return arena_format(arena, "%s/%u", cycle_id, number);
}

const char *page_id(const char *proposal_id, uint32_t page, struct arena *arena)
{
    return arena_format(arena, "%s/%u", proposal_id, page);
}
