/* Placements (rules R6, S2). In: a placement, what it refers to, and other stays. Out: whether it may be
 * kept, whether it is one too many, and what others may know of it. Free places are rules_vacancy.c's. */

#include "services/registry/rules_placement.h"

#include "common/base/limits.h"
#include "common/domain/codelist.h"

#include <ctype.h>
#include <stdlib.h>

enum { WEEKLY_FEE_PENCE_MAX = 10000000 };

enum registry_refusal reference_check(const char *reference)
{
    size_t size = strlen(reference);
    bool digit = false;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)reference[i];
        if (c >= 0x80 || (!isalnum(c) && !strchr("-_./", c)))
            return REFUSAL_REFERENCE_WRONG;
        digit = digit || isdigit(c);
    }
    return size > 0 && size <= REFERENCE_BYTES_MAX && digit ? REFUSAL_NONE : REFUSAL_REFERENCE_WRONG;
}

static enum registry_refusal dates_check(const Pb__Placement *placement)
{
    struct date start, end;
    if (!date_field(placement->start_on, &start) || date_is_none(start))
        return REFUSAL_START_MISSING;
    if (!date_field(placement->end_on, &end))
        return REFUSAL_END_WRONG;
    return !date_is_none(end) && date_compare(end, start) < 0 ? REFUSAL_END_BEFORE_START : REFUSAL_NONE;
}

/* What may not change: a placement is one child's at one provision (rule R10: a mistake is ended, not
 * rewritten). */
static bool has_moved(const Pb__Placement *placement, const Pb__Placement *stored)
{
    return strcmp(placement->authority_id, stored->authority_id) != 0 ||
           strcmp(placement->provision_id, stored->provision_id) != 0 ||
           strcmp(placement->reference, stored->reference) != 0;
}

enum registry_refusal placement_check(const Pb__Placement *placement, const struct placement_facts *facts)
{
    enum registry_refusal refusal = reference_check(placement->reference);
    if (!refusal)
        refusal = dates_check(placement);
    if (refusal)
        return refusal;
    if (facts->stored && has_moved(placement, facts->stored))
        return REFUSAL_PLACEMENT_MOVED;
    if (placement->weekly_fee_pence < 0 || placement->weekly_fee_pence > WEEKLY_FEE_PENCE_MAX)
        return REFUSAL_PLACEMENT_FEE_WRONG;
    if (facts->group && strcmp(facts->group->provision_id, facts->provision->id) != 0)
        return REFUSAL_GROUP_ELSEWHERE;
    if (placement->contract_id[0] && (!facts->contract || placement->contract_version == 0 ||
                                      placement->contract_version > facts->contract->contract_version))
        return REFUSAL_CONTRACT_UNKNOWN;
    if (placement->placement_code[0] &&
        !codelist_entry(codelist_find("ssda903-placement"), placement->placement_code))
        return REFUSAL_CODE_WRONG;
    return REFUSAL_NONE;
}

struct stay placement_stay(const Pb__Placement *placement)
{
    struct stay stay = {DATE_NONE, DATE_NONE};
    if (!date_field(placement->start_on, &stay.from) || !date_field(placement->end_on, &stay.until))
        return (struct stay){DATE_NONE, DATE_NONE};
    return stay;
}

bool stay_exceeds(struct stay stay, const struct stay *others, size_t count, uint32_t places)
{
    /* The fullest day of the stay is its first, or one on which another begins. */
    for (size_t i = 0; i <= count; i++) {
        struct date day = i == count ? stay.from : others[i].from;
        if (!date_is_within(day, stay.from, stay.until))
            continue;
        uint64_t together = 1;
        for (size_t j = 0; j < count; j++)
            together += date_is_within(day, others[j].from, others[j].until);
        if (together > places)
            return true;
    }
    return false;
}

enum registry_refusal placement_end(const Pb__Placement *placement, const char *end_on, const char *reason,
                                    bool any_version, bool *ret_same)
{
    struct date end;
    if (!date_field(end_on, &end) || date_is_none(end))
        return REFUSAL_END_WRONG;
    struct stay stay = placement_stay(placement);
    if (date_compare(end, stay.from) < 0)
        return REFUSAL_END_BEFORE_START;
    const char *before = placement->end_reason;
    bool same_day = date_compare(stay.until, end) == 0;
    bool same = same_day && (reason[0] == '\0' || strcmp(reason, before) == 0);
    bool added = same_day && before[0] == '\0';
    if (any_version && !same && !added && !date_is_none(stay.until))
        return REFUSAL_ENDED_ALREADY;
    *ret_same = same;
    return REFUSAL_NONE;
}

bool placement_is_live(const Pb__Placement *placement, struct date today)
{
    struct stay stay = placement_stay(placement);
    return date_is_none(stay.until) || date_compare(stay.until, today) >= 0;
}

bool local_notice_is_due(const Pb__Placement *placement, const Pb__Provision *provision)
{
    return provision->local_authority[0] && strcmp(provision->local_authority, placement->authority_id) != 0;
}

Pb__PlacementFact placement_fact_of(const Pb__Placement *placement)
{
    Pb__PlacementFact fact;
    pb__placement_fact__init(&fact);
    fact.id = placement->id;
    fact.authority_id = placement->authority_id;
    fact.provision_id = placement->provision_id;
    fact.start_on = placement->start_on;
    fact.end_on = placement->end_on;
    return fact;
}

Pb__LocalNotice local_notice_of(const Pb__Placement *placement, const Pb__Provision *provision)
{
    Pb__LocalNotice notice;
    pb__local_notice__init(&notice);
    notice.id = placement->id;
    notice.local_authority = provision->local_authority;
    notice.authority_id = placement->authority_id;
    notice.provision_id = placement->provision_id;
    notice.start_on = placement->start_on;
    notice.end_on = placement->end_on;
    return notice;
}
