#pragma once
/* What published registers say of a provision: newer, older, the same, joined, gone. Pure.
 *
 * Each register's last word is kept beside the provision (RegisterFact); kind, status and closing follow from
 * all of them. The DfE's lists (gias, dfe-schools) speak of the school, Ofsted's of the social care
 * registration: where both speak of one establishment, the DfE's newest list leads for its name and address,
 * and a special school that is a children's home too is dual registered. */

#include "common/domain/urn.h"
#include "services/registry/rules_text.h"

#include "ccrag/v1/provisions.pb-c.h"

/* One publication of one register. */
struct publication {
    const char *register_name; /* static: "dfe-schools", "gias", "ofsted" */
    enum regulator regulator;  /* whose URNs its rows carry */
    struct date as_of;
};

/* REGISTER_UNKNOWN, or AS_OF_WRONG: no date, or later than today. */
enum registry_refusal publication_read(const char *register_name, const char *as_of, struct date today,
                                       struct publication *ret_publication);

/* A row as it is judged and stored: shallow copy with what is not read left out, and a withheld name said so.
 */
Pb__Provision register_row(const Pb__Provision *row);
/* provision_check, and at least one URN of the register's own regulator (URN_MISSING). */
enum registry_refusal register_row_check(const Pb__Provision *row, const struct publication *publication);

enum register_outcome {
    REGISTER_ADDED,
    REGISTER_CHANGED,
    REGISTER_CONFIRMED, /* says what is known, of a later day: only that day is written */
    REGISTER_UNCHANGED, /* nothing to write */
    REGISTER_HISTORY,   /* older than what is held: kept as a past state only */
};

/* What follows from a row for `stored` (NULL: no provision has any of its URNs). `ret_provision` is what to
 * write: the new state, or the past one; lists in `arena`, texts borrowed. Position is left as stored.
 * `digest`: of the row. CODE_RESOURCE_EXHAUSTED past the arena's limit. */
enum code register_take(const Pb__Provision *stored, const Pb__Provision *row,
                        const struct publication *publication, struct span digest, struct arena *arena,
                        enum register_outcome *ret_outcome, Pb__Provision *ret_provision);

/* What is left of an older row in the present: URNs that nobody has find the provision from then on.
 * `ret_more`: there are some, and `ret_provision` is to be written. CODE_RESOURCE_EXHAUSTED as above. */
enum code register_remember(const Pb__Provision *stored, const Pb__Provision *row, struct arena *arena,
                            bool *ret_more, Pb__Provision *ret_provision);

/* A row that was refused names its provision all the same, which is not gone then: held open as of that
 * publication, as it was said to be. `ret_more`: that is news, and `ret_provision` is to be written.
 * CODE_RESOURCE_EXHAUSTED as above. */
enum code register_still_names(const Pb__Provision *stored, const struct publication *publication,
                               struct arena *arena, bool *ret_more, Pb__Provision *ret_provision);

/* The newest word of a regulator's lists (of two of one day, GIAS's); NULL where none has spoken. */
const Pb__RegisterFact *register_newest(const Pb__Provision *provision, enum regulator regulator);

/* Does that register hold it open? `ret_named`: this or a later publication named it. */
bool register_holds_open(const Pb__Provision *stored, const struct publication *publication, bool *ret_named);

/* It is named no more: closed there as of the publication; closed altogether where no other register holds it
 * open. */
enum code register_close(const Pb__Provision *stored, const struct publication *publication,
                         struct arena *arena, Pb__Provision *ret_provision);

/* May that many be closed? REGISTER_TOO_SMALL where fewer than half of the open ones were named, or taken. */
enum registry_refusal register_finish_check(uint32_t rows_taken, uint32_t open, uint32_t named);

/* The kind of an establishment of which two registers say these kinds. */
Pb__ProvisionKind kinds_joined(Pb__ProvisionKind a, Pb__ProvisionKind b);
