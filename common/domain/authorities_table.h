#pragma once
/* The tables behind gss.h. Private to common/domain. */

#include "common/domain/gss.h"

/* Ordered by GSS code. */
extern const struct authority authorities_table[];
extern const size_t authorities_table_count;

/* Another code of an area, or a name in the form to which authority_resolve brings it; ordered by `from`. */
struct authority_alias {
    const char *from, *gss;
};
extern const struct authority_alias authority_codes_table[], authority_names_table[];
extern const size_t authority_codes_table_count, authority_names_table_count;
