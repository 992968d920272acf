/* The published allocation (rules A5, A8). In: requests. Out: allocations and who had them; the host's
 * choice. */

#define SERVICE_TYPE Pb__AllocationService_Service

#include "services/allocation/handlers/support.h"

static enum code terms_of(struct command *command, const char *provision_id, Pb__GetAllocationResponse *out)
{
    struct collected terms;
    const struct walk there = {.table = &allocation_terms,
                               .index = INDEX_PROVISION,
                               .value = key_of_uuid(provision_id, command->arena)};
    TRY(collect(command, &there, NULL, NULL, &terms));
    for (size_t i = 0; i < terms.count / 2; i++) { /* newest first */
        ProtobufCMessage *swapped = terms.items[i];
        terms.items[i] = terms.items[terms.count - 1 - i];
        terms.items[terms.count - 1 - i] = swapped;
    }
    out->terms = (Pb__AllocationTerm **)terms.items;
    out->n_terms = terms.count < TERMS_SHOWN_MAX ? terms.count : TERMS_SHOWN_MAX;
    return CODE_OK;
}

/* A provider's people see their own provisions alone, and of them who has them: not who else places there,
 * nor what the LAs have to settle. */
static bool is_provider(const struct command *command)
{
    return caller_has_role(&command->caller, PB__ROLE__ROLE_PROVIDER_USER);
}

HANDLE(GetAllocation, get_allocation)
{
    struct picture picture;
    enum code code;
    TRY(check_reader(command));
    const Pb__Provision *provision = known_provision(command, in->provision_id);
    if (!provision)
        return command->fault.code;
    bool provider = is_provider(command);
    if (provider && !caller_acts_for_provider(&command->caller, provision->provider_id))
        return check(command, REFUSAL_NOT_YOUR_PROVISION);
    TRY(terms_of(command, provision->id, out));
    const char *const ids[] = {provision->id};
    TRY(picture_load_some(command, ids, 1, &picture));
    out->allocation = picture.subjects[0].allocation;
    if (provider)
        return CODE_OK;
    out->present = picture.subjects[0].row;
    Pb__AllocationTask *task = load_if_any(command, &allocation_tasks, provision->id, &code);
    bool settled = task && task->state == PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_SETTLED;
    out->task = settled ? NULL : task;
    return code;
}

static bool is_of_standing(void *context, const ProtobufCMessage *record)
{
    const Pb__AllocationStanding *standing = context;
    return *standing == PB__ALLOCATION_STANDING__ALLOCATION_STANDING_UNSPECIFIED ||
           ((const Pb__Allocation *)record)->standing == *standing;
}

HANDLE(ListAllocations, list_allocations)
{
    struct page page;
    TRY(check_reader(command));
    Pb__AllocationStanding standing = in->standing;
    const struct walk wanted = {
        .table = &allocation_allocations,
        .index = in->authority_id[0] ? INDEX_AUTHORITY : NULL,
        .value = span_of_text(in->authority_id),
    };
    TRY(read_page(command, &wanted, in->page, is_of_standing, &standing, &page, &out->page));
    out->allocations = (Pb__Allocation **)page.records;
    out->n_allocations = page.count;
    return CODE_OK;
}

HANDLE(ListAllocationTerms, list_allocation_terms)
{
    struct page page;
    TRY(check_reader(command));
    TRY(check(command, !in->authority_id[0] != !in->provision_id[0] ? REFUSAL_NONE : REFUSAL_NAME_ONE));
    struct walk wanted = {
        .table = &allocation_terms, .index = INDEX_AUTHORITY, .value = span_of_text(in->authority_id)};
    if (in->provision_id[0]) {
        const Pb__Provision *provision = known_provision(command, in->provision_id);
        if (!provision)
            return command->fault.code;
        wanted.index = INDEX_PROVISION;
        wanted.value = key_of_uuid(provision->id, command->arena);
    }
    TRY(read_page(command, &wanted, in->page, NULL, NULL, &page, &out->page));
    out->terms = (Pb__AllocationTerm **)page.records;
    out->n_terms = page.count;
    return CODE_OK;
}

/* --- the host's choice (rule A8) --------------------------------------------------------------------- */

/* Its row as it shall be: given to that LA, which places there. */
static enum code choose(struct command *command, const struct picture *picture, const char *authority_id,
                        Pb__ProposedAllocation **ret_row)
{
    const struct subject *subject = &picture->subjects[0];
    if (!subject->provision || !provision_is_in_scope(subject->provision))
        return check(command, REFUSAL_OUT_OF_SCOPE);
    uint16_t office = office_of(&picture->facts, authority_id);
    TRY(check(command, office == OFFICE_NONE ? REFUSAL_NOT_MEMBER : REFUSAL_NONE));
    Pb__ProposedAllocation *row =
        subject->site ? row_given_to(&picture->facts, subject->site, office, command->arena) : NULL;
    if (!row && subject->site && places_at(&picture->facts, subject->site, office))
        return no_memory(command);
    TRY(check(command, row ? REFUSAL_NONE : REFUSAL_NOT_PLACING));
    *ret_row = row;
    return CODE_OK;
}

HANDLE(ChooseAllocation, choose_allocation)
{
    struct picture picture;
    Pb__ProposedAllocation *row = NULL;
    const Pb__Provision *provision = known_provision(command, in->provision_id);
    if (!provision)
        return command->fault.code;
    TRY(check_record(command, &in->base));
    TRY(check(command, in->reason[0] ? REFUSAL_NONE : REFUSAL_REASON_MISSING));
    const char *const ids[] = {provision->id};
    TRY(picture_load_some(command, ids, 1, &picture));
    TRY(check_published(command, &picture.present));
    TRY(choose(command, &picture, in->authority_id, &row));
    struct subject *subject = &picture.subjects[0];
    bool same = subject->allocation && strcmp(subject->allocation->authority_id, in->authority_id) == 0;
    TRY(check(command, same ? REFUSAL_CHOICE_SAME : REFUSAL_NONE));
    command->subject = provision->id;
    if (subject->allocation)
        expect_version(subject->allocation->meta, in->version);
    const struct assignment assignment = {
        .subject = subject,
        .row = row,
        .basis = PB__ALLOCATION_BASIS__ALLOCATION_BASIS_HOST_CHOICE,
        .transfer_id = "",
        .reason = in->reason,
    };
    TRY(assign(command, &picture.present, &assignment, &out->allocation));
    return task_settle(command, provision->id, "the host chose", NULL);
}
