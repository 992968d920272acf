#pragma once
/* The totals of every LA at every provision in a cycle, one by one, with whose they are: for tables of worth
 * and benchmarks. As many as a region has are never held at once. */

#include "services/fees/handlers/support.h"

/* What a provision was in that cycle: as its consultation has it, else as it is now. Borrowed for the call;
 * texts are never NULL. */
struct fees_totals_of {
    const char *name, *provider_id, *provider_name;
    const char *owner;              /* ultimate owner's name; "": the provider itself, or not known */
    const char *local_authority_id; /* GSS code of the LA in whose area it stands; "": not known */
    Pb__ProvisionKind kind;
};

struct fees_totals_walk {
    const char *cycle_id;
    enum code (*each)(void *context, const Pb__FeeLineTotals *totals, const struct fees_totals_of *of);
    void *context;
};
/* By provision, then LA. Ends early with the code that `each` returns. Before the command's first write. */
enum code fees_each_totals(struct command *command, const struct fees_totals_walk *walk);
