/* Who sees and writes what (rules S1, S4, F5, F6): the whole table, and who is what to it. */

#include "services/fees/rules_sharing.h"

#include <criterion/criterion.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* By sharing, in its order: `r` reads, `w` reads and writes, `-` neither. */
Test(sharing, table)
{
    static const struct {
        enum fee_thing thing;
        const char *rights;
    } rows[] = {
        /*                         mclohap: member concerned lead own host auditor provider */
        {FEE_THING_HEAD, "rrr-rrr"},
        {FEE_THING_LOG, "-ww-rr-"},
        {FEE_THING_REPORT_DRAFT, "--w-r--"},
        {FEE_THING_REPORT, "rrr-rr-"},
        {FEE_THING_DECISION_PENDING, "-rrwrr-"},
        {FEE_THING_DECISION, "-rrwrrr"},
        {FEE_THING_LETTER, "---wrrr"},
        {FEE_THING_LINES, "---w---"},
        {FEE_THING_LINE_TOTALS, "--rrrr-"},
    };
    cr_assert_eq(COUNT(rows), FEE_THINGS);
    for (size_t i = 0; i < COUNT(rows); i++)
        for (unsigned sharing = 0; sharing < SHARINGS; sharing++) {
            char right = rows[i].rights[sharing];
            enum sharing as = (enum sharing)sharing;
            cr_assert_eq(sharing_right(rows[i].thing, as, SHARING_READ), right != '-', "thing %zu, %u", i,
                         sharing);
            cr_assert_eq(sharing_right(rows[i].thing, as, SHARING_WRITE), right == 'w', "thing %zu, %u", i,
                         sharing);
        }
    cr_assert(!sharing_right(FEE_THINGS, SHARING_HOST, SHARING_READ));
    cr_assert(!sharing_right(FEE_THING_HEAD, SHARINGS, SHARING_READ));
    cr_assert(!sharing_right(FEE_THING_HEAD, SHARING_HOST, SHARING_ACTS));
}

static const char *const concerned[] = {"E1", "E2"};
static const struct fee_whose whose = {.lead_id = "E1",
                                       .concerned_ids = concerned,
                                       .concerned_count = 2,
                                       .authority_id = "E2",
                                       .provider_id = "P"};

/* In the order of sharings: m c l o h a p. */
static const char *sharings(const struct fees_actor *actor, const struct fee_whose *of)
{
    static char text[SHARINGS + 1];
    static const char letters[] = "mclohap";
    size_t size = 0;
    unsigned set = sharings_of(actor, of);
    for (unsigned i = 0; i < SHARINGS; i++)
        if (set & 1u << i)
            text[size++] = letters[i];
    text[size] = '\0';
    return text;
}

Test(sharing, who_is_what)
{
    static const struct {
        struct fees_actor actor;
        const char *is;
    } rows[] = {
        {{.authority_id = "E1", .is_active_member = true}, "mcl"},
        {{.authority_id = "E2", .is_active_member = true}, "mco"},
        {{.authority_id = "E3", .is_active_member = true}, "m"},
        {{.authority_id = "E1"}, ""}, /* it left (rule R1) */
        {{.authority_id = "E3", .is_active_member = true, .is_host = true}, "mh"},
        {{.authority_id = "E1", .is_active_member = true, .is_host = true}, "mclh"},
        {{.reads_all = true}, "a"},
        {{.is_service = true}, "m"},
        {{.provider_id = "P"}, "p"},
        {{.provider_id = "Q"}, ""},
        {{.is_operator = true}, "mclohp"},
        {{.authority_id = "", .provider_id = ""}, ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        cr_assert_str_eq(sharings(&rows[i].actor, &whose), rows[i].is, "row %zu", i);
    const struct fee_whose nobody = {.lead_id = "", .authority_id = "", .provider_id = ""};
    cr_assert_str_eq(sharings(&rows[0].actor, &nobody), "m");
    cr_assert_str_eq(sharings(&(struct fees_actor){.is_operator = true}, &nobody), "mh");
}

Test(sharing, one_of_several_is_enough)
{
    const struct fees_actor host_that_leads = {.authority_id = "E1",
                                               .is_active_member = true,
                                               .is_host = true},
                            host = {.authority_id = "E3", .is_active_member = true, .is_host = true};
    cr_assert(sharing_may(&host_that_leads, FEE_THING_REPORT_DRAFT, &whose, SHARING_WRITE));
    cr_assert(!sharing_may(&host, FEE_THING_REPORT_DRAFT, &whose, SHARING_WRITE));
    cr_assert(sharing_may(&host, FEE_THING_REPORT_DRAFT, &whose, SHARING_READ));
    cr_assert(!sharing_may(&host, FEE_THING_LINES, &whose, SHARING_READ), "child-level (rule F5)");
}
