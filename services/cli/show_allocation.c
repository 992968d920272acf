/* Allocations in words: what was proposed and published, why it changes, one provision with all that is known
 * of it. Responses come in, sentences and tables go out. */

#include "services/cli/show_allocation.h"

#include "services/cli/derived.h"
#include "services/cli/reflect.h"

#include <string.h>

#define WORDS_OF(table, number)                                                                              \
    ((unsigned)(number) < sizeof(table) / sizeof *(table) ? (table)[(unsigned)(number)] : "not known")

static const char *const CAUSES[] = {
    "",
    "it was nobody's before",
    "the provision closed, or is out of scope",
    "the provision moved, or its position is better known",
    "an LA began to place there",
    "an LA's last placement there ended",
    "a head office moved",
    "an LA joined the region",
    "an LA left the region",
    "a tie is settled otherwise",
    "proposed by another method",
    "a transfer, swap or choice holds, or holds no longer",
};
enum { CAUSES_COUNT = sizeof CAUSES / sizeof *CAUSES };

const char *allocation_cause_words(Pb__AllocationCause cause)
{
    return WORDS_OF(CAUSES, cause);
}

const char *allocation_basis_words(Pb__AllocationBasis basis)
{
    static const char *const WORDS[] = {
        "",
        "closest head office",
        "as close as another, with fewer allocations",
        "as close as another, with the lower GSS code",
        "the only one that places there",
        "balanced loads",
        "took it over",
        "exchanged for another",
        "the host's choice",
    };
    return WORDS_OF(WORDS, basis);
}

const char *allocation_attention_words(Pb__AllocationAttention attention)
{
    static const char *const WORDS[] = {
        "",
        "the provision's position is not known",
        "a placing LA's head office has no position",
        "its position is only that of its area: who is closest is not sure",
    };
    return WORDS_OF(WORDS, attention);
}

const char *allocation_task_words(Pb__AllocationTaskKind kind)
{
    static const char *const WORDS[] = {"", "should move", "should end", "needs attention",
                                        "transfer agreed"};
    return WORDS_OF(WORDS, kind);
}

const char *allocation_method_words(Pb__AllocationMethod method)
{
    static const char *const WORDS[] = {"", "closest office", "balanced"};
    return WORDS_OF(WORDS, method);
}

const char *allocation_tolerance_words(struct cli *cli, uint32_t percent)
{
    const char *text = percent ? arena_format(&cli->arena, "%u%% above or below", percent)
                               : "no more than the next whole provision above or below";
    return text ? text : "";
}

/* How many changes each cause brings, by the weightiest of each. */
static void print_causes(const Pb__CompareProposalResponse *response)
{
    size_t counts[CAUSES_COUNT] = {0};
    for (size_t i = 0; i < response->n_changes; i++) {
        const Pb__AllocationChange *change = response->changes[i];
        unsigned cause = change->n_causes ? (unsigned)change->causes[0] : 0;
        counts[cause < CAUSES_COUNT ? cause : 0]++;
    }
    for (size_t i = 0; i < CAUSES_COUNT; i++)
        if (counts[i])
            printf("%6zu  %s\n", counts[i], *CAUSES[i] ? CAUSES[i] : "for no cause that is known");
}

static void print_proposal(struct cli *cli, const Pb__AllocationProposal *proposal)
{
    printf("Proposal %s: %s, by the placements of %s.\n", proposal->id,
           allocation_method_words(proposal->method), proposal->as_of);
    if (proposal->method == PB__ALLOCATION_METHOD__ALLOCATION_METHOD_BALANCED)
        printf("A load may lie %s the fair share.\n",
               allocation_tolerance_words(cli, proposal->tolerance_percent));
    printf("%u provision%s with placements: %u link%s, %u sole%s; %u need%s attention.\n",
           proposal->provisions, show_plural(proposal->provisions), proposal->links,
           show_plural(proposal->links), proposal->soles, show_plural(proposal->soles), proposal->attention,
           proposal->attention == 1 ? "s" : "");
}

void show_proposed(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__AllocationProposal *proposal = ((const Pb__ProposeResponse *)(const void *)response)->proposal;
    const Pb__CompareProposalResponse *changes;
    struct fault fault = {0};
    if (!proposal)
        return;
    print_proposal(cli, proposal);
    if (allocation_compare(cli, &changes, &fault) != CODE_OK) {
        cli_fail(cli, &fault);
        return;
    }
    printf("\n%zu differ%s from what is published%c\n", changes->n_changes,
           changes->n_changes == 1 ? "s" : "", changes->n_changes ? ':' : '.');
    print_causes(changes);
    printf("\nLook at it: ccrag allocation diff %u\nPublish it: ccrag allocation publish %u\n",
           proposal->number, proposal->number);
}

void show_published(struct cli *cli, const ProtobufCMessage *response)
{
    (void)cli;
    const Pb__PublishProposalResponse *published =
        (const Pb__PublishProposalResponse *)(const void *)response;
    const Pb__AllocationCycle *cycle = published->cycle;
    if (!cycle || !cycle->published)
        return;
    printf(
        "Published %s/%u: %u allocation%s changed, %u task%s settled.\n\nLook at it: ccrag allocation show\n",
        cycle->id, cycle->published->proposal_number, published->changed, show_plural(published->changed),
        published->settled, show_plural(published->settled));
}

void remark_changes(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__CompareProposalResponse *changes = (const Pb__CompareProposalResponse *)(const void *)response;
    if (!changes->proposal)
        return;
    if (changes->n_changes)
        puts("");
    print_proposal(cli, changes->proposal);
    if (!changes->n_changes)
        return;
    printf("\n%zu change%s against what is published, by the weightiest cause:\n", changes->n_changes,
           show_plural(changes->n_changes));
    print_causes(changes);
    printf("\nPublish it: ccrag allocation publish %u\n", changes->proposal->number);
}

void remark_proposal(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__AllocationProposal *proposal =
        ((const Pb__GetProposalResponse *)(const void *)response)->proposal;
    if (proposal) {
        puts("");
        print_proposal(cli, proposal);
    }
}

void remark_tasks(struct cli *cli, const ProtobufCMessage *response)
{
    (void)cli;
    if (((const Pb__ListAllocationTasksResponse *)(const void *)response)->n_tasks)
        puts("\nDo as a task proposes: ccrag allocation task apply TASK\n"
             "Keep things as they are: ccrag allocation task keep TASK --reason TEXT");
}

void remark_transfers(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__ListTransfersResponse *list = (const Pb__ListTransfersResponse *)(const void *)response;
    (void)cli;
    for (size_t i = 0; i < list->n_transfers; i++)
        if (list->transfers[i]->state == PB__TRANSFER_STATE__TRANSFER_STATE_OFFERED) {
            puts("\nThe LA that is asked answers: ccrag allocation transfer accept TRANSFER, or decline");
            return;
        }
}

/* --- one provision ----------------------------------------------------------------------------------- */

static const struct cli_column PLACING_COLUMNS[] = {{"LA", "authority_id", true},
                                                    {"Placements", "placements", false},
                                                    {"Miles", "distance_metres", false},
                                                    {0}};
static const struct cli_column TERM_COLUMNS[] = {{"LA", "authority_id", true},
                                                 {"As", "standing", false},
                                                 {"From", "from", false},
                                                 {"Until", "until", false},
                                                 {"Cycle", "cycle_id", false},
                                                 {"Why", "why", true},
                                                 {0}};

static void print_list(struct cli *cli, const char *title, const ProtobufCMessage *holder, const char *list,
                       const struct cli_column *columns)
{
    ProtobufCMessage *const *items;
    size_t count;
    struct cli_table table;
    if (!holder || !reflect_list(holder, list, &items, &count) || count == 0 ||
        table_of(cli, items[0]->descriptor, items, count, columns, &table) != CODE_OK)
        return;
    printf("\n%s\n", title);
    table_print(cli, &table, "");
}

static const char *words(struct cli *cli, const ProtobufCMessage *message, const char *field)
{
    const char *text = derived_or_field(message, field, &cli->arena);
    return *text ? text : "nobody";
}

static void print_allocation(struct cli *cli, const Pb__Allocation *allocation)
{
    printf("%s (%s), %s\n", allocation->name, words(cli, &allocation->base, "kind"),
           allocation->provision_id);
    printf("%s, %s since %s: %s", words(cli, &allocation->base, "authority_id"),
           words(cli, &allocation->base, "standing"), allocation->since,
           words(cli, &allocation->base, "why"));
    if (allocation->measured)
        printf(" (%s)", words(cli, &allocation->base, "distance_metres"));
    puts(".");
    if (allocation->proposal_number)
        printf("Published as %s/%u.\n", allocation->cycle_id, allocation->proposal_number);
}

static void print_task(struct cli *cli, const Pb__AllocationTask *task)
{
    printf("\nTask (%s): it %s", words(cli, &task->base, "state"), words(cli, &task->base, "asks"));
    if (task->proposed && *task->proposed->authority_id &&
        strcmp(task->proposed->authority_id, task->authority_id) != 0)
        printf(" to %s", words(cli, &task->base, "proposed.authority_id"));
    printf(": %s.\nDo so with `ccrag allocation task apply %s`, or keep it: `task keep … --reason TEXT`.\n",
           words(cli, &task->base, "why"), task->id);
}

void show_provision(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__GetAllocationResponse *found = (const Pb__GetAllocationResponse *)(const void *)response;
    const Pb__ProposedAllocation *present = found->present;
    if (found->allocation)
        print_allocation(cli, found->allocation);
    else if (present)
        printf("%s (%s), %s\nNobody has it.\n", present->name, words(cli, &present->base, "kind"),
               present->provision_id);
    else
        puts("Nobody has it, and nobody places there.");
    if (found->task)
        print_task(cli, found->task);
    if (present)
        printf("\nBy the present facts: %s%s%s (%s).\n", words(cli, &present->base, "authority_id"),
               present->standing ? ", " : "", present->standing ? words(cli, &present->base, "standing") : "",
               words(cli, &present->base, "why"));
    if (present)
        print_list(cli, "Who places there:", &present->base, "placing", PLACING_COLUMNS);
    print_list(cli, "Who had it, newest first:", response, "terms", TERM_COLUMNS);
}
