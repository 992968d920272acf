#pragma once
/* The lists that can be imported, one reader each. Every reader takes a whole file as published and gives a
 * reading whose rows are messages of the API, in the arena given. INVALID_ARGUMENT: it is not that list
 * (which heading is missing), or no text; RESOURCE_EXHAUSTED: too large for the arena. A bad row is a reject
 * of the reading, never a failure. */

#include "common/domain/postcode_table.h"
#include "services/cli/readers/reading.h"

/* Ofsted's social care providers, any year: rows are Pb__Provision keyed by `ofsted:URN`. */
enum code ofsted_read(struct span bytes, struct arena *arena, struct reading *ret_reading,
                      struct fault *ret_fault);

/* The DfE performance tables' school spine: rows are Pb__Provision keyed by `dfe:URN`. */
enum code dfe_schools_read(struct span bytes, struct arena *arena, struct reading *ret_reading,
                           struct fault *ret_fault);

/* An extract of Get Information About Schools: rows are Pb__Provision keyed by `dfe:URN`. */
enum code gias_read(struct span bytes, struct arena *arena, struct reading *ret_reading,
                    struct fault *ret_fault);

/* The region's LAs with their head offices: rows are Pb__Authority keyed by GSS code. */
enum code authorities_read(struct span bytes, struct arena *arena, struct reading *ret_reading,
                           struct fault *ret_fault);

/* An LA's placements: rows are Pb__Placement keyed by LA and reference; provision_id is a URN or a UUID as
 * the file gives it, place_group_id the group's UUID or name. */
enum code placements_read(struct span bytes, struct arena *arena, struct reading *ret_reading,
                          struct fault *ret_fault);

/* What is free: one row for each period of a group. */
struct vacancy_row {
    const char *provision;    /* a URN or a UUID, as the file gives it */
    const char *group;        /* the group's UUID or name; "": the provision's only one */
    const char *from, *until; /* `YYYY-MM-DD`; until "" is open */
    uint32_t places;          /* 0: nothing is free */
    const char *confirmed_on; /* `YYYY-MM-DD`; "": not said */
};
enum code vacancies_read(struct span bytes, struct arena *arena, struct reading *ret_reading,
                         struct fault *ret_fault);

/* All postcodes of a list, sorted, each once: what postcode_table_write takes. */
struct postcode_reading {
    struct reading reading;         /* counts, rejects and remarks; it has no rows */
    struct postcode_entry *entries; /* in the arena */
    size_t count;
    size_t without_position; /* positional quality 90: the list knows no position */
    size_t repeated;         /* rows dropped because their postcode stands in another row */
};
/* Code-Point Open as published (no headings; a whole one or a part), or a list with the headings postcode,
 * easting and northing. OUT_OF_RANGE: more than POSTCODE_TABLE_ENTRIES_MAX; otherwise as the others. */
enum code postcodes_read(struct span bytes, struct arena *arena, struct postcode_reading *ret_reading,
                         struct fault *ret_fault);
