#pragma once
/* Versioned lists of codes that a council's own systems use. A code has a time in which it may be used; an
 * old record keeps its code. */

#include "common/domain/date.h"

#include <stddef.h>

struct codelist_entry {
    const char *code;
    const char *description;
    struct date valid_from, valid_to; /* both days included; DATE_NONE: open */
};

struct codelist {
    const char *name;    /* "ssda903-placement" */
    const char *version; /* "2025-26" */
    const char *source;  /* who publishes it */
    const struct codelist_entry *entries;
    size_t count;
};

/* Every list there is: sen-need, cin-need, ssda903-placement, ssda903-provider, ofsted-judgement,
 * quality-standard. */
const struct codelist *codelists(size_t *ret_count);

/* NULL when there is none of that name. */
const struct codelist *codelist_find(const char *name);

/* The entry of a code in any case, whether or not it is valid now; NULL when the list has none. */
const struct codelist_entry *codelist_entry(const struct codelist *list, const char *code);

/* May the code be used on that day? CODE_NOT_FOUND: not in the list; CODE_FAILED_PRECONDITION: not on that
 * day. The caller names the field; `ret_fault` may be NULL. */
enum code codelist_check(const struct codelist *list, const char *code, struct date on,
                         struct fault *ret_fault);
