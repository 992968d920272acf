/* Makes a proposal of a picture (rules A2 to A5, A8). In: what is so. Out: its rows, loads and digest, in the
 * arena; or why a balanced one cannot be. */

#include "services/allocation/handlers/propose.h"

#include <sodium.h>
#include <stdio.h>

bool would_change(const Pb__Allocation *allocation, const Pb__ProposedAllocation *row)
{
    if (row && !row_gives(row))
        return false;
    return allocation_differs(allocation, row);
}

/* --- given ------------------------------------------------------------------------------------------- */

/* "Hertfordshire, Bedford": as many as fit. */
static void name_offices(const struct picture *picture, const struct obstacle *obstacle, char *text,
                         size_t size)
{
    size_t used = 0;
    text[0] = 0;
    for (size_t i = 0; i < obstacle->office_count; i++) {
        const char *name = authority_name(picture, picture->facts.offices[obstacle->offices[i]].gss.text);
        size_t needed = strlen(name) + 2;
        if (used + needed + sizeof " and others" > size) {
            snprintf(text + used, size - used, " and others");
            return;
        }
        used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "", name);
    }
}

static enum code refuse_obstacle(struct command *command, const struct picture *picture,
                                 const struct obstacle *obstacle)
{
    char names[160];
    name_offices(picture, obstacle, names, sizeof names);
    if (obstacle->too_few)
        return refuse(
            command, CODE_FAILED_PRECONDITION, "tolerance_percent",
            "no balanced proposal exists: %s may take %u at most, and %u can be nobody else's; raise the "
            "tolerance",
            names, obstacle->bound, obstacle->sites);
    return refuse(
        command, CODE_FAILED_PRECONDITION, "tolerance_percent",
        "no balanced proposal exists: %s must take %u at least, and there are %u for them; raise the "
        "tolerance",
        names, obstacle->bound, obstacle->sites);
}

static enum code give(struct command *command, const struct picture *picture, const struct bounds *bounds,
                      struct making *making)
{
    const struct facts *facts = &picture->facts;
    struct obstacle obstacle = {0};
    if (making->method != PB__ALLOCATION_METHOD__ALLOCATION_METHOD_BALANCED)
        return give_closest(facts, command->arena, making->given) == CODE_OK ? CODE_OK : no_memory(command);
    TRY(check(command,
              give_balanced(facts, bounds, BALANCE_SECONDS_MAX, command->arena, making->given, &obstacle)));
    return obstacle.office_count ? refuse_obstacle(command, picture, &obstacle) : CODE_OK;
}

/* --- counted ----------------------------------------------------------------------------------------- */

static void count_row(struct making *making, const Pb__ProposedAllocation *row)
{
    switch (row->standing) {
    case PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK:
        making->links++;
        break;
    case PB__ALLOCATION_STANDING__ALLOCATION_STANDING_SOLE:
        making->soles++;
        break;
    case PB__ALLOCATION_STANDING__ALLOCATION_STANDING_UNSPECIFIED:
    case _PB__ALLOCATION_STANDING_IS_INT_SIZE:
        break;
    }
    making->attention += row->attention != PB__ALLOCATION_ATTENTION__ALLOCATION_ATTENTION_UNSPECIFIED;
}

static enum code make_each(struct command *command, const struct picture *picture, struct making *making)
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof making->digest);
    for (size_t i = 0; i < picture->facts.site_count; i++) {
        Pb__ProposedAllocation *row =
            proposed_row(&picture->facts, &picture->facts.sites[i], &making->given[i], command->arena);
        if (!row)
            return no_memory(command);
        struct arena_mark mark = arena_mark(command->arena);
        struct span packed = wire_pack(&row->base, command->arena);
        if (!packed.data)
            return no_memory(command);
        crypto_generichash_update(&state, packed.data, packed.size);
        arena_release(command->arena, mark);
        count_row(making, row);
        making->rows[making->row_count++] = row;
    }
    crypto_generichash_final(&state, making->digest, sizeof making->digest);
    return CODE_OK;
}

/* Sites are in the order of subjects; each subject that has one has the next row. */
static void count_changes(const struct picture *picture, struct making *making)
{
    size_t next = 0;
    for (size_t i = 0; i < picture->count; i++) {
        const Pb__ProposedAllocation *row = picture->subjects[i].site ? making->rows[next++] : NULL;
        picture->subjects[i].row = (Pb__ProposedAllocation *)(uintptr_t)row;
        making->changes += would_change(picture->subjects[i].allocation, row);
    }
}

static enum code make_loads(struct command *command, const struct picture *picture,
                            const struct bounds *bounds, struct making *making)
{
    const struct facts *facts = &picture->facts;
    const Pb__AllocationCycle *cycle = picture->present.cycle;
    TRY(check(command, visit_costs(NULL, cycle ? cycle->costs : NULL, &making->costs)));
    making->load_count = facts->office_count;
    making->loads = loads_report(facts, making->given, bounds, &making->costs, command->arena);
    if (!making->loads)
        return no_memory(command);
    if (making->method != PB__ALLOCATION_METHOD__ALLOCATION_METHOD_BALANCED)
        return CODE_OK;
    struct given *closest = arena_array(command->arena, struct given, facts->site_count + 1);
    if (!closest || give_closest(facts, command->arena, closest) != CODE_OK)
        return no_memory(command);
    making->closest_loads = loads_report(facts, closest, bounds, &making->costs, command->arena);
    return making->closest_loads ? CODE_OK : no_memory(command);
}

enum code make_rows(struct command *command, const struct picture *picture, struct making *making)
{
    const struct facts *facts = &picture->facts;
    struct bounds *bounds = arena_array(command->arena, struct bounds, facts->office_count + 1);
    making->given = arena_array(command->arena, struct given, facts->site_count + 1);
    making->rows = arena_array(command->arena, Pb__ProposedAllocation *, facts->site_count + 1);
    if (!bounds || !making->given || !making->rows)
        return no_memory(command);
    fair_bounds(facts, making->tolerance_percent, bounds, NULL);
    TRY(give(command, picture, bounds, making));
    TRY(make_each(command, picture, making));
    count_changes(picture, making);
    return make_loads(command, picture, bounds, making);
}

Pb__AllocationProposal *proposal_of(struct command *command, const struct whole *whole,
                                    const struct making *making)
{
    char as_of[DATE_TEXT_BYTES];
    Pb__AllocationProposal *proposal = arena_new(command->arena, Pb__AllocationProposal);
    if (!proposal)
        return NULL;
    bool balanced = making->method == PB__ALLOCATION_METHOD__ALLOCATION_METHOD_BALANCED;
    date_print(whole->as_of, as_of);
    pb__allocation_proposal__init(proposal);
    proposal->method = making->method;
    proposal->as_of = arena_text(command->arena, as_of);
    proposal->made_from = whole->made_from;
    proposal->digest = (ProtobufCBinaryData){sizeof making->digest, (uint8_t *)(uintptr_t)making->digest};
    proposal->provisions = (uint32_t)making->row_count;
    proposal->links = making->links;
    proposal->soles = making->soles;
    proposal->attention = making->attention;
    proposal->loads = making->loads;
    proposal->n_loads = making->load_count;
    proposal->closest_loads = making->closest_loads;
    proposal->n_closest_loads = balanced ? making->load_count : 0;
    proposal->tolerance_percent = balanced ? making->tolerance_percent : 0;
    proposal->changes = making->changes;
    proposal->costs = (Pb__VisitCosts *)(uintptr_t)&making->costs;
    return proposal->as_of ? proposal : NULL;
}

/* --- lists by identifier of the provision ------------------------------------------------------------ */

enum code listing_begin(struct command *command, const Pb__PageRequest *page, struct listing *ret_listing)
{
    struct listing listing = {.size = page && page->size ? page->size : PAGE_SIZE_DEFAULT};
    if (listing.size > PAGE_SIZE_MAX)
        return refuse(command, CODE_INVALID_ARGUMENT, "page.size", "a page has at most %d", PAGE_SIZE_MAX);
    if (page && page->after.len) {
        struct uuid id;
        if (page->after.len != UUID_BYTES)
            return refuse(command, CODE_INVALID_ARGUMENT, "page.after", "this is not the `next` of a page");
        memcpy(id.bytes, page->after.data, UUID_BYTES);
        uuid_print(&id, listing.after);
    }
    listing.items = arena_array(command->arena, void *, listing.size);
    if (!listing.items)
        return no_memory(command);
    *ret_listing = listing;
    return CODE_OK;
}

bool listing_is_before(const struct listing *listing, const char *provision_id)
{
    return strcmp(provision_id, listing->after) <= 0;
}

bool listing_add(struct listing *listing, const char *provision_id, void *item)
{
    if (listing_is_before(listing, provision_id))
        return true;
    listing->more = listing->count == listing->size;
    if (listing->more)
        return false;
    listing->items[listing->count++] = item;
    listing->last = provision_id;
    return true;
}

Pb__PageInfo *listing_end(struct command *command, const struct listing *listing)
{
    Pb__PageInfo *info = arena_new(command->arena, Pb__PageInfo);
    if (!info)
        return NULL;
    pb__page_info__init(info);
    if (!listing->more)
        return info;
    struct span next = key_of_uuid(listing->last, command->arena);
    info->next = (ProtobufCBinaryData){next.size, (uint8_t *)(uintptr_t)next.data};
    return next.size ? info : NULL;
}
