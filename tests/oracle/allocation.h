#pragma once
/* A second opinion on who is given which provision by the closest office: rules A1 to A6 alone, by asking
 * every LA about every provision. It shares no line with the rules; numbers of enums are those of the API. */

#include <stdbool.h>
#include <stddef.h>

struct oracle_member {
    const char *gss;
    bool active, has_position;
    int latitude_e7, longitude_e7;
};

struct oracle_home {
    const char *id;
    int kind, status;
    bool has_position;
    int latitude_e7, longitude_e7;
    const char *held_by; /* GSS code of who took it over in this cycle; NULL: nobody */
    int held_as;         /* AllocationBasis */
};

/* Each placement once. */
struct oracle_placement {
    const char *gss, *home_id, *start_on, *end_on;
};

struct oracle_region {
    const struct oracle_member *members;
    const struct oracle_home *homes;
    const struct oracle_placement *placements;
    size_t member_count, home_count, placement_count;
    const char *today; /* `YYYY-MM-DD` */
};

struct oracle_link {
    const char *gss; /* NULL: nobody */
    int standing, basis;
    bool used;        /* somebody places there, and it is in scope */
    long long metres; /* -1: not known */
};

/* One for each home, in their order. */
void oracle_allocate(const struct oracle_region *region, struct oracle_link *ret_links);
