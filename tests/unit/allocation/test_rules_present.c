/* What holds beside the rule (rules A6, A7), as a table. */

#include "services/allocation/rules_present.h"

#include <criterion/criterion.h>

#define STATE(name) PB__TRANSFER_STATE__TRANSFER_STATE_##name
#define BASIS(name) PB__ALLOCATION_BASIS__ALLOCATION_BASIS_##name

Test(rules_present, what_holds_beside_the_rule_and_how_long)
{
    static const struct {
        const char *cycle, *transfer; /* of the allocation */
        Pb__AllocationBasis basis;
        bool lasts;
    } cases[] = {
        {"2026-27", "held", BASIS(TRANSFER), true},      {"2026-27", "ended", BASIS(TRANSFER), false},
        {"2026-27", "offered", BASIS(TRANSFER), false},  {"2026-27", "unknown", BASIS(TRANSFER), false},
        {"2025-26", "held", BASIS(TRANSFER), false},     {"2026-27", "", BASIS(HOST_CHOICE), true},
        {"2025-26", "", BASIS(HOST_CHOICE), false},      {"2026-27", "", BASIS(CLOSEST), false},
        {"2026-27", "ended", BASIS(HOST_CHOICE), false},
    };
    Pb__Transfer offered = PB__TRANSFER__INIT, ended = PB__TRANSFER__INIT, held = PB__TRANSFER__INIT;
    offered.id = "offered", offered.state = STATE(OFFERED);
    ended.id = "ended", ended.state = STATE(ENDED);
    held.id = "held", held.state = STATE(HELD);
    Pb__Transfer *const transfers[] = {&offered, &ended, &held};
    Pb__AllocationCycle cycle = PB__ALLOCATION_CYCLE__INIT;
    cycle.id = "2026-27";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Pb__Allocation allocation = PB__ALLOCATION__INIT;
        allocation.cycle_id = cases[i].cycle;
        allocation.transfer_id = cases[i].transfer;
        allocation.basis = cases[i].basis;
        cr_assert_eq(hold_lasts(&allocation, &cycle, transfers, 3), cases[i].lasts, "case %zu", i);
        cr_assert(!hold_lasts(&allocation, NULL, transfers, 3), "without a cycle nothing does");
    }
}
