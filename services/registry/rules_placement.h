#pragma once
/* Placements (rules R5, R6, X6, S2). Pure. */

#include "services/registry/rules_text.h"

#include "ccrag/v1/placements.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

/* What a placement is judged against; each borrowed. */
struct placement_facts {
    const Pb__Provision *provision;
    const Pb__PlaceGroup *group;  /* NULL: none named */
    const Pb__Contract *contract; /* NULL: none named, or none of that identifier */
    const Pb__Placement *stored;  /* NULL: it is new */
};

/* Is the placement itself right? Never refused for lack of places (rule R6): that is only flagged. */
enum registry_refusal placement_check(const Pb__Placement *placement, const struct placement_facts *facts);

/* Rule S2: an LA's own reference, which is never a name. */
enum registry_refusal reference_check(const char *reference);

/* A stay: the days a placement lasts, `until` DATE_NONE while it does. */
struct stay {
    struct date from, until;
};

/* A stay as stored; its dates were checked when it was written. */
struct stay placement_stay(const Pb__Placement *placement);

/* Would this stay, with those, on any of its days be more than `places`? (rule R6: a flag, never a refusal)
 */
bool stay_exceeds(struct stay stay, const struct stay *others, size_t count, uint32_t places);

/* May it end on that day, for that reason ("": none is given)? `any_version`: the caller named no version, so
 * that once it has ended only the same answer again is allowed, and a reason where there was none.
 * `ret_same`: it ended so already, nothing is to be written. */
enum registry_refusal placement_end(const Pb__Placement *placement, const char *end_on, const char *reason,
                                    bool any_version, bool *ret_same);

/* Lasts it on that day, or begins later? */
bool placement_is_live(const Pb__Placement *placement, struct date today);

/* Must the LA in whose area the provision stands be told? Where that LA is known and is not the placing one
 * (R6). */
bool local_notice_is_due(const Pb__Placement *placement, const Pb__Provision *provision);

/* What others may know of a placement: that it exists. Texts are borrowed; meta is left out. */
Pb__PlacementFact placement_fact_of(const Pb__Placement *placement);
/* The notice to the local LA; it names no child, nor the LA's reference for one. */
Pb__LocalNotice local_notice_of(const Pb__Placement *placement, const Pb__Provision *provision);
