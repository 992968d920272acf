/* Follows the registry: keeps copies of its region, members, provisions and placements' existence, and in the
 * command of each copy notes what must be looked at again: the provision that changed, or all of them where a
 * member came, went or moved its office. What comes of it is look.c's. */

#include "common/service/copies.h"
#include "services/allocation/allocation.h"
#include "services/allocation/picture.h"

static enum code mark(struct command *command, const char *provision_id)
{
    Pb__AllocationCheck check = PB__ALLOCATION_CHECK__INIT;
    struct uuid id;
    if (!uuid_parse(provision_id, &id))
        return CODE_OK;
    check.provision_id = provision_id;
    return put(command, &allocation_checks, &check);
}

static bool points_equal(const Pb__GeoPoint *a, const Pb__GeoPoint *b)
{
    if (!a || !b)
        return a == b;
    return a->latitude_e7 == b->latitude_e7 && a->longitude_e7 == b->longitude_e7;
}

/* Is an office, or its absence, another one now? */
static bool office_changed(const Pb__Authority *before, const Pb__Authority *now)
{
    const Pb__MembershipState active = PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
    bool was = before && before->state == active, is = now && now->state == active;
    if (was != is)
        return true;
    return was && (!points_equal(before->head_office, now->head_office) ||
                   before->head_office_quality != now->head_office_quality);
}

/* Does it matter to anybody's allocation, or to what an allocation tells of its provision? */
static bool provision_changed(const Pb__Provision *before, const Pb__Provision *now)
{
    if (!before || !now)
        return true;
    return before->kind != now->kind || before->status != now->status ||
           before->position_quality != now->position_quality ||
           !points_equal(before->position, now->position) ||
           strcmp(before->provider_id, now->provider_id) != 0 || strcmp(before->name, now->name) != 0;
}

static enum code note(struct command *command, const struct copied *copied)
{
    const ProtobufCMessage *before = copied->before;
    if (copied->table == &allocation_authorities)
        return office_changed((const Pb__Authority *)before, (const Pb__Authority *)copied->record)
                   ? look_at_all(command)
                   : CODE_OK;
    if (copied->table != &allocation_provisions && copied->table != &allocation_placement_facts)
        return CODE_OK;
    /* While all is read from the beginning, all will be looked at. */
    if (!service_cursor(command->service, ALLOCATION_SOURCE).read_at_ms)
        return look_at_all(command);
    if (copied->table == &allocation_placement_facts) {
        if (before)
            TRY(mark(command, ((const Pb__PlacementFact *)before)->provision_id));
        return copied->record ? mark(command, ((const Pb__PlacementFact *)copied->record)->provision_id)
                              : CODE_OK;
    }
    const Pb__Provision *was = (const Pb__Provision *)before, *is = (const Pb__Provision *)copied->record;
    if (!provision_changed(was, is) || (!was && !is))
        return CODE_OK;
    return mark(command, is ? is->id : was->id);
}

static enum code apply(struct command *command, const Pb__JournalEntry *entry)
{
    struct copied copied;
    TRY(copies_change(command, allocation_copies, entry, &copied));
    return copied.table ? note(command, &copied) : CODE_OK;
}

static enum code start_over(struct command *command)
{
    TRY(copies_drop(command, allocation_copies));
    return command->again ? CODE_OK : look_at_all(command);
}

static void applied(struct service *service, void *context)
{
    (void)context;
    service_timer_soon(service, ALLOCATION_LOOKING);
}

const struct follow allocation_follows[] = {
    {.service = ALLOCATION_SOURCE, .apply = apply, .start_over = start_over, .applied = applied},
    {.service = NULL},
};
