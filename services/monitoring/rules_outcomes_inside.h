#pragma once
/* What counting outcomes and showing them share. */

#include "services/monitoring/rules_outcomes.h"
#include "services/monitoring/rules_text.h"

enum {
    AREA_FIRST = PB__OUTCOME_AREA__OUTCOME_AREA_SAFETY,
    AREA_LAST = PB__OUTCOME_AREA__OUTCOME_AREA_ENJOYMENT,
};

/* Children of one provision, year and area. */
struct count {
    const char *provision_id;
    uint32_t year;
    Pb__OutcomeArea area;
    uint32_t children, as_intended;
};
struct counts {
    struct count *items;
    size_t count, capacity;
};

/* The arena of a builder. */
struct arena *outcomes_arena(const struct outcomes_builder *builder);

/* Everything that was told, by year, area and provision; only of one provision, or (NULL)
 * of all. False past the arena's limit. */
bool outcomes_count(struct outcomes_builder *builder, const char *provision_id, struct counts *counts);

/* By year, then area. */
int outcomes_compare_cells(const struct count *a, const struct count *b);
