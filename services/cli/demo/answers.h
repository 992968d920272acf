#pragma once
/* What generated officers write: answers to any form, from a seed. Pure. */

#include "common/forms/forms.h"
#include "services/cli/demo/random.h"

/* How a visit went; or what an application or a report says. */
struct demo_visited {
    Pb__VisitMode mode;
    struct date day;
    unsigned percent_good;    /* of answers that say that a requirement is met */
    struct date expires;      /* the first certificate's end; DATE_NONE: a year or two from the visit */
    const char *const *words; /* what texts say, ended by NULL; NULL: as of a visit */
};

/* An answer to each question that such a visit asks, in the form's order, without files. NULL past the
 * arena's limit. */
Pb__FormAnswer **demo_answers(const Pb__FormTemplate *form, const struct demo_visited *visited,
                              struct random *random, struct arena *arena, size_t *ret_count);

/* Must files stand beside that answer? */
bool demo_needs_file(const Pb__FormQuestion *question, const Pb__FormAnswer *answer);
