#pragma once
/* Forms that were read lately, unpacked: every look at a report and every answer of a draft needs its form.
 */

#include "common/base/limits.h"
#include "common/service/command.h"

#include "ccrag/v1/forms.pb-c.h"

/* Private to form_cache.c, but for its size. Zeroed is empty. */
struct form_cache {
    struct kept_form {
        struct record_stamp stamp; /* of the record that it is */
        uint64_t used;             /* when, counted in uses; 0: nothing is here */
        const struct command *user;
        Pb__FormTemplate *form;
        struct span packed; /* headed by its length */
        struct arena arena;
    } kept[FORMS_KEPT_MAX];
    uint64_t uses;
};
void form_cache_finish(struct form_cache *cache);

/* The form of that identifier as the command's transaction has it, without the text it was read from; NULL:
 * there is none, or `ret_code` says what went wrong (always set). It is shared: not to be changed, and good
 * until the handler returns; slow work on a thread reads its own. */
const Pb__FormTemplate *form_cache_load(struct command *command, struct form_cache *cache, const char *id,
                                        enum code *ret_code);
/* A form that was loaded so, packed and headed by its length, as a field of a message is; empty: it is not
 * kept. */
struct span form_cache_packed(const struct form_cache *cache, const Pb__FormTemplate *form);
