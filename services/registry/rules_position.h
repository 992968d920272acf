#pragma once
/* Where something stands, from what is known of its address (rule X1: approximate is said, unknown is never
 * 0). Pure. */

#include "common/domain/postcode_table.h"
#include "services/registry/rules_text.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

struct place {
    struct position_e7 position; /* defined unless the quality is UNSPECIFIED */
    Pb__PositionQuality quality;
};

/* By postcode; else the middle of the local authority; else UNSPECIFIED. Both may be empty. */
struct place place_find(const struct postcode_table *table, const char *postcode, const char *authority_gss);

/* Puts the place found into a provision whose position was not stated; the point is in `arena`. True: it
 * differs from what was there (and was put). */
bool provision_place(const struct postcode_table *table, Pb__Provision *provision, struct arena *arena);
/* The same for an authority's head office; without a known postcode it stays unknown. */
bool authority_place(const struct postcode_table *table, Pb__Authority *authority, struct arena *arena);
