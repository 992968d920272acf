/* Reads what is so. In: a transaction, as a command's. Out: facts for the rules, with what is published
 * beside them, in the command's arena. Nothing is decided or written here. */

#include "services/allocation/picture.h"

#include "common/base/limits.h"

/* --- cycle and transfers ----------------------------------------------------------------------------- */

enum code present_load(struct command *command, struct present *ret_present)
{
    struct collected cycles, transfers;
    struct walk open = {.table = &allocation_cycles, .index = INDEX_OPEN, .value = INDEX_OPEN_VALUE};
    TRY(collect(command, &open, NULL, NULL, &cycles));
    open.table = &allocation_transfers;
    TRY(collect(command, &open, NULL, NULL, &transfers));
    *ret_present = (struct present){
        .cycle = cycles.count ? (Pb__AllocationCycle *)cycles.items[0] : NULL,
        .transfers = (Pb__Transfer **)transfers.items,
        .transfer_count = transfers.count,
    };
    return CODE_OK;
}

bool present_is_published(const struct present *present)
{
    return present->cycle && present->cycle->state == PB__CYCLE_STATE__CYCLE_STATE_PUBLISHED;
}

/* --- facts ------------------------------------------------------------------------------------------- */

static bool is_active(void *context, const ProtobufCMessage *record)
{
    (void)context;
    return ((const Pb__Authority *)record)->state == PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
}

static bool is_in_scope(void *context, const ProtobufCMessage *record)
{
    (void)context;
    return provision_is_in_scope((const Pb__Provision *)record);
}

static bool lasts(void *context, const ProtobufCMessage *record)
{
    const struct date *as_of = context;
    return placement_lasts_on((const Pb__PlacementFact *)record, *as_of);
}

/* A builder that knows the members. */
static enum code begin(struct command *command, struct date as_of, struct picture *picture,
                       struct facts_builder **ret_builder)
{
    const struct walk members = {.table = &allocation_authorities};
    struct facts_builder *builder = facts_builder_create(as_of, command->arena);
    if (!builder)
        return no_memory(command);
    TRY(present_load(command, &picture->present));
    TRY(collect(command, &members, is_active, NULL, &picture->authorities));
    for (size_t i = 0; i < picture->authorities.count; i++)
        if (!facts_add_authority(builder, (const Pb__Authority *)picture->authorities.items[i]))
            return no_memory(command);
    *ret_builder = builder;
    return CODE_OK;
}

static enum code add_placements(struct command *command, struct facts_builder *builder,
                                const struct walk *walk, struct date as_of)
{
    struct collected placements;
    TRY(collect(command, walk, lasts, &as_of, &placements));
    for (size_t i = 0; i < placements.count; i++)
        if (!facts_add_placement(builder, (const Pb__PlacementFact *)placements.items[i]))
            return no_memory(command);
    return CODE_OK;
}

static bool add_subject(const struct picture *picture, struct facts_builder *builder,
                        const struct subject *subject)
{
    const struct present *present = &picture->present;
    if (subject->provision && !facts_add_provision(builder, subject->provision))
        return false;
    return !subject->allocation ||
           !hold_lasts(subject->allocation, present->cycle, present->transfers, present->transfer_count) ||
           facts_add_allocation(builder, subject->allocation, present->cycle->id);
}

/* Builds, and finds each subject's site. */
static enum code end(struct command *command, struct facts_builder *builder, struct picture *picture)
{
    for (size_t i = 0; i < picture->count; i++)
        if (!add_subject(picture, builder, &picture->subjects[i]))
            return no_memory(command);
    enum code code = facts_build(builder, &picture->facts);
    if (code != CODE_OK)
        return refuse(command, code, "", "the facts are more than can be allocated at once");
    for (size_t i = 0; i < picture->count; i++) {
        struct uuid id;
        if (uuid_parse(picture->subjects[i].id, &id))
            picture->subjects[i].site = site_of(&picture->facts, &id);
    }
    return CODE_OK;
}

/* --- whole ------------------------------------------------------------------------------------------- */

/* Provisions and allocations, both in the order of their keys, as one list. */
static bool merge(struct arena *arena, const struct collected *provisions,
                  const struct collected *allocations, struct picture *picture)
{
    size_t p = 0, a = 0, count = 0;
    struct subject *subjects = arena_array(arena, struct subject, provisions->count + allocations->count + 1);
    if (!subjects)
        return false;
    while (p < provisions->count || a < allocations->count) {
        Pb__Provision *provision = p < provisions->count ? (Pb__Provision *)provisions->items[p] : NULL;
        Pb__Allocation *allocation = a < allocations->count ? (Pb__Allocation *)allocations->items[a] : NULL;
        int order = !provision ? 1 : !allocation ? -1 : strcmp(provision->id, allocation->provision_id);
        struct subject *subject = &subjects[count++];
        *subject = (struct subject){.id = order <= 0 ? provision->id : allocation->provision_id};
        if (order <= 0) {
            subject->provision = provision;
            p++;
        }
        if (order >= 0) {
            subject->allocation = allocation;
            a++;
        }
    }
    picture->subjects = subjects;
    picture->count = count;
    return true;
}

enum code picture_load(struct command *command, struct date as_of, struct picture *ret_picture)
{
    struct picture picture = {0};
    struct facts_builder *builder;
    struct collected provisions, allocations;
    const struct walk all_provisions = {.table = &allocation_provisions},
                      all_placements = {.table = &allocation_placement_facts},
                      all_allocations = {.table = &allocation_allocations};
    TRY(begin(command, as_of, &picture, &builder));
    TRY(collect(command, &all_provisions, is_in_scope, NULL, &provisions));
    TRY(add_placements(command, builder, &all_placements, as_of));
    TRY(collect(command, &all_allocations, NULL, NULL, &allocations));
    if (!merge(command->arena, &provisions, &allocations, &picture))
        return no_memory(command);
    TRY(end(command, builder, &picture));
    if (picture.facts.site_count > ALLOCATION_SITES_MAX)
        return refuse_with(command, allocation_refusal_facts(REFUSAL_TOO_MANY), NULL);
    *ret_picture = picture;
    return CODE_OK;
}

/* --- of some ----------------------------------------------------------------------------------------- */

struct counts {
    const struct facts *facts;
    uint32_t *of_office;
};

static enum code count_allocation(void *context, const ProtobufCMessage *record)
{
    struct counts *counts = context;
    uint16_t office = office_of(counts->facts, ((const Pb__Allocation *)record)->authority_id);
    if (office != OFFICE_NONE)
        counts->of_office[office]++;
    return CODE_OK;
}

/* Rule A3's counts are read once, and only where a tie is to be settled; those given here count for the next.
 */
static enum code give_all(struct command *command, struct picture *picture)
{
    const struct facts *facts = &picture->facts;
    const struct walk all = {.table = &allocation_allocations};
    struct counts counts = {facts, arena_array(command->arena, uint32_t, facts->office_count + 1)};
    bool counted = false;
    for (size_t i = 0; counts.of_office && i < picture->count; i++) {
        struct subject *subject = &picture->subjects[i];
        if (!subject->site)
            continue;
        struct given given = give_now(facts, subject->site, subject->allocation, counts.of_office);
        if (given_by_counts(&given, subject->allocation, facts) && !counted) {
            counted = true;
            TRY(walk(command, &all, count_allocation, &counts));
            given = give_now(facts, subject->site, subject->allocation, counts.of_office);
        }
        if (!subject->allocation && given.office != OFFICE_NONE)
            counts.of_office[given.office]++;
        subject->row = proposed_row(facts, subject->site, &given, command->arena);
        if (!subject->row)
            return no_memory(command);
    }
    return counts.of_office ? CODE_OK : no_memory(command);
}

enum code picture_load_some(struct command *command, const char *const *ids, size_t count,
                            struct picture *ret_picture)
{
    struct picture picture = {.subjects = arena_array(command->arena, struct subject, count + 1),
                              .count = count};
    struct facts_builder *builder;
    enum code code;
    if (!picture.subjects)
        return no_memory(command);
    TRY(begin(command, command->today, &picture, &builder));
    for (size_t i = 0; i < count; i++) {
        struct subject *subject = &picture.subjects[i];
        struct walk there = {.table = &allocation_placement_facts, .index = INDEX_PROVISION};
        subject->id = ids[i];
        subject->provision = load_if_any(command, &allocation_provisions, ids[i], &code);
        TRY(code);
        subject->allocation = load_if_any(command, &allocation_allocations, ids[i], &code);
        TRY(code);
        there.value = key_of_uuid(ids[i], command->arena);
        if (there.value.size)
            TRY(add_placements(command, builder, &there, command->today));
    }
    TRY(end(command, builder, &picture));
    TRY(give_all(command, &picture));
    *ret_picture = picture;
    return CODE_OK;
}

const char *authority_name(const struct picture *picture, const char *gss)
{
    for (size_t i = 0; i < picture->authorities.count; i++) {
        const Pb__Authority *authority = (const Pb__Authority *)picture->authorities.items[i];
        if (strcmp(authority->id, gss) == 0 && authority->name[0])
            return authority->name;
    }
    return gss;
}
