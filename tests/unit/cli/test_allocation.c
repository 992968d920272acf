/* Commands of allocation: what is typed as requests, answers as tables and files. */

#include "services/cli/derived.h"
#include "services/cli/plan.h"
#include "services/cli/reflect.h"
#include "services/cli/show_allocation.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>

#include <stdlib.h>

static struct cli cli;

static void setup(void)
{
    cli = (struct cli){.program = "ccrag"};
    arena_init(&cli.arena, 16 * 1024 * 1024);
}

static void teardown(void)
{
    cli_finish(&cli);
}

TestSuite(allocation, .init = setup, .fini = teardown);

/* --- requests ---------------------------------------------------------------------------------------- */

#define WORDS(...) ((const char *const[]){"ccrag", "allocation", __VA_ARGS__, NULL})

/* The request that a command line makes, as sorted JSON; "refused" with the fault's field. */
static const char *request_of(const char *const *words)
{
    char *argv[16];
    int argc = 0;
    for (; words[argc]; argc++)
        argv[argc] = (char *)(uintptr_t)words[argc];
    argv[argc] = NULL;
    cli.argument_count = cli.given_count = 0;
    cli.command = NULL;
    cr_assert(cli_parse(&cli, argc, argv) == EX_OK, "%s", words[2]);
    struct cli_call_plan plan = *plan_chosen(&cli, cli.command->plan);
    /* What asks a region is tested with one. */
    plan.reads_own_writes = false;
    plan.read_method = NULL;
    const struct wire_method *method = wire_method_find(arena_format(&cli.arena, "ccrag.v1.%s", plan.method));
    struct fault fault = {0};
    json_t *request = json_object();
    const char *answer;
    if (plan_request(&cli, &plan, method, request, &fault) == CODE_OK) {
        char *text = json_dumps(request, JSON_COMPACT | JSON_SORT_KEYS);
        answer = arena_text(&cli.arena, text);
        free(text);
    } else
        answer = arena_format(&cli.arena, "refused %s", fault.field);
    json_decref(request);
    return answer;
}

Test(allocation, what_is_typed_fills_the_request)
{
    const struct {
        const char *const *words;
        const char *request;
    } CASES[] = {
        {WORDS("propose"), "{}"},
        {WORDS("propose", "--balanced", "--tolerance", "15", "--as-of", "1/10/2026"),
         "{\"as_of\":\"2026-10-01\",\"method\":\"ALLOCATION_METHOD_BALANCED\",\"tolerance_percent\":15}"},
        {WORDS("diff", "3", "--la", "Hertfordshire"), "{\"authority_id\":\"E10000015\",\"number\":3}"},
        {WORDS("publish"), "{}"},
        {WORDS("publish", "two"), "refused "},
        {WORDS("show", "--standing", "sole", "--la", "e10000012"),
         "{\"authority_id\":\"E10000012\",\"standing\":\"ALLOCATION_STANDING_SOLE\"}"},
        {WORDS("show", "ofsted:SC900001"), "{\"provision_id\":\"ofsted:SC900001\"}"},
        {WORDS("show", "ofsted:SC900001", "--la", "Essex"), "refused --la"},
        {WORDS("task", "apply", "ofsted:SC900001"), "{\"apply\":true,\"task_id\":\"ofsted:SC900001\"}"},
        {WORDS("task", "keep", "x", "--reason", "agreed"),
         "{\"apply\":false,\"reason\":\"agreed\",\"task_id\":\"x\"}"},
        {WORDS("swap", "offer", "a", "--to", "Essex", "--for", "b"),
         "{\"provision_id\":\"a\",\"return_provision_id\":\"b\",\"to_authority_id\":\"E10000012\"}"},
        {WORDS("transfer", "decline", "x", "--reason", "no room"),
         "{\"accept\":false,\"answer\":\"no room\",\"transfer_id\":\"x\"}"},
        {WORDS("load"), "{}"},
        {WORDS("load", "2", "--cycle", "2026-27"), "{\"cycle_id\":\"2026-27\",\"number\":2}"},
        {WORDS("savings", "--salary", "41,500.50", "--pence-per-mile", "45"),
         "{\"costs\":{\"officer_salary_pence\":4150050,\"pence_per_mile\":45}}"},
        {WORDS("cycle", "open", "2027-28", "--tolerance", "20"),
         "{\"cycle\":{\"id\":\"2027-28\",\"tolerance_percent\":20}}"},
        {WORDS("history", "--la", "County Durham"), "{\"authority_id\":\"E06000047\"}"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *request = request_of(CASES[i].words);
        cr_assert(strcmp(request, CASES[i].request) == 0, "case %zu: %s", i, request);
    }
}

/* --- tables ------------------------------------------------------------------------------------------ */

static const struct cli_call_plan *plan_of(const char *words)
{
    const struct cli_command *command = cli_command_find(words);
    cr_assert(command && command->plan, "%s", words);
    return command->plan;
}

static const char *csv_of(const ProtobufCMessage *response, const struct cli_call_plan *plan)
{
    struct cli_table table;
    struct span file;
    cr_assert(table_of_response(&cli, response, plan, &table) == CODE_OK);
    cr_assert(sheets_csv(&table.sheet, &cli.arena, &file, NULL) == CODE_OK);
    return arena_format(&cli.arena, "%.*s", (int)file.size - 3, (const char *)file.data + 3);
}

Test(allocation, a_change_is_told_in_words)
{
    Pb__AllocationCause causes[] = {PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_PLACEMENT_ENDED,
                                    PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_TIE};
    Pb__AllocationChange change, *changes[] = {&change};
    Pb__CompareProposalResponse response;
    pb__allocation_change__init(&change);
    pb__compare_proposal_response__init(&response);
    change.provision_id = "p";
    change.name = "=The Oaks";
    change.kind = PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
    change.from_authority_id = "E10000015";
    change.from_standing = PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK;
    change.to_authority_id = "E10000012";
    change.to_standing = PB__ALLOCATION_STANDING__ALLOCATION_STANDING_SOLE;
    change.causes = causes;
    change.n_causes = 2;
    change.distance_metres = 16093;
    response.changes = changes;
    response.n_changes = 1;
    cr_assert_str_eq(csv_of(&response.base, plan_of("allocation diff")),
                     "\"Provision\",\"Kind\",\"From\",\"Was\",\"To\",\"Is\",\"Miles\",\"Why\",\"Id\"\r\n"
                     "\"'=The Oaks\",\"children's home\",\"Hertfordshire\",\"link\",\"Essex\",\"sole\",10.0,"
                     "\"an LA's last placement there ended; a tie is settled otherwise\",\"p\"\r\n");
}

Test(allocation, every_word_has_its_number)
{
    for (unsigned i = 0; i < pb__allocation_cause__descriptor.n_values; i++)
        cr_assert(strcmp(allocation_cause_words((Pb__AllocationCause)i), "not known") != 0, "%u", i);
    for (unsigned i = 0; i < pb__allocation_basis__descriptor.n_values; i++)
        cr_assert(strcmp(allocation_basis_words((Pb__AllocationBasis)i), "not known") != 0, "%u", i);
    for (unsigned i = 0; i < pb__allocation_attention__descriptor.n_values; i++)
        cr_assert(strcmp(allocation_attention_words((Pb__AllocationAttention)i), "not known") != 0, "%u", i);
    for (unsigned i = 0; i < pb__allocation_task_kind__descriptor.n_values; i++)
        cr_assert(strcmp(allocation_task_words((Pb__AllocationTaskKind)i), "not known") != 0, "%u", i);
    for (unsigned i = 0; i < pb__allocation_method__descriptor.n_values; i++)
        cr_assert(strcmp(allocation_method_words((Pb__AllocationMethod)i), "not known") != 0, "%u", i);
    cr_assert_str_eq(allocation_cause_words((Pb__AllocationCause)99), "not known");
    cr_assert_str_eq(allocation_cause_words((Pb__AllocationCause)-1), "not known");
}

/* rule A7: what a task asks for, of another LA and of the same */
Test(allocation, a_task_says_what_it_asks)
{
    Pb__AllocationTask task;
    Pb__ProposedAllocation proposed;
    pb__allocation_task__init(&task);
    pb__proposed_allocation__init(&proposed);
    task.kind = PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_REALLOCATE;
    task.authority_id = "E10000015";
    task.settlement = "kept by the host";
    task.proposed = &proposed;
    proposed.authority_id = "E10000012";
    proposed.standing = PB__ALLOCATION_STANDING__ALLOCATION_STANDING_SOLE;
    cr_assert_str_eq(derived_or_field(&task.base, "asks", &cli.arena), "should move");
    cr_assert_str_eq(derived_or_field(&task.base, "authority_id", &cli.arena), "Hertfordshire");
    proposed.authority_id = "E10000015";
    cr_assert_str_eq(derived_or_field(&task.base, "asks", &cli.arena), "should be its sole");
    task.kind = PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_ATTENTION;
    proposed.attention = PB__ALLOCATION_ATTENTION__ALLOCATION_ATTENTION_PROVISION_UNPLACED;
    cr_assert_str_eq(derived_or_field(&task.base, "asks", &cli.arena), "needs attention");
    cr_assert_str_eq(derived_or_field(&task.base, "why", &cli.arena),
                     "the provision's position is not known; kept by the host");
    cr_assert_str_eq(derived_or_field(&task.base, "no_such", &cli.arena), "");
}

static Pb__Transfer transfer_in(Pb__TransferState state)
{
    Pb__Transfer transfer;
    pb__transfer__init(&transfer);
    transfer.id = "t";
    transfer.name = "The Oaks";
    transfer.from_authority_id = "E10000015";
    transfer.to_authority_id = "E10000012";
    transfer.answer_by = "2026-12-09";
    transfer.state = state;
    return transfer;
}

/* rule A6 */
Test(allocation, a_transfer_is_told_in_a_sentence)
{
    cr_redirect_stdout();
    Pb__Transfer offered = transfer_in(PB__TRANSFER_STATE__TRANSFER_STATE_OFFERED),
                 swapped = transfer_in(PB__TRANSFER_STATE__TRANSFER_STATE_HELD);
    Pb__OfferTransferResponse offer;
    Pb__AnswerTransferResponse answer;
    pb__offer_transfer_response__init(&offer);
    pb__answer_transfer_response__init(&answer);
    offer.transfer = &offered;
    answer.transfer = &swapped;
    swapped.return_provision_id = "p";
    swapped.return_name = "The Elms";
    show_transfer(&cli, &offer.base);
    show_transfer(&cli, &answer.base);
    fflush(stdout);
    cr_assert_stdout_eq_str(
        "Hertfordshire asks Essex to take The Oaks over, until 2026-12-09.\n"
        "It is answered with: ccrag allocation transfer accept t, or decline\n"
        "Essex has The Oaks now, and Hertfordshire has The Elms: until the cycle closes, or it "
        "stops placing there.\n");
}

static Pb__AuthorityLoad load(const char *gss, uint32_t visits, uint64_t metres, uint64_t minutes,
                              int64_t pence)
{
    Pb__AuthorityLoad one;
    pb__authority_load__init(&one);
    one.authority_id = gss;
    one.placements = 12;
    one.fair_share_milli = 3450;
    one.visits = one.links = visits;
    one.travel_metres = metres;
    one.travel_minutes = minutes;
    one.cost_pence = pence;
    return one;
}

/* rule A8: both methods side by side, with the difference */
Test(allocation, a_balanced_load_stands_beside_the_rule)
{
    Pb__AuthorityLoad balanced = load("E10000015", 3, 160934, 150, 60000),
                      total = load("", 3, 160934, 150, 60000),
                      rule = load("E10000015", 5, 321869, 300, 100050),
                      rules = load("", 5, 321869, 300, 100050);
    Pb__AuthorityLoad *loads[] = {&balanced}, *closest[] = {&rule};
    Pb__ReportLoadResponse response;
    pb__report_load_response__init(&response);
    response.loads = loads;
    response.n_loads = 1;
    response.total = &total;
    cr_assert_str_eq(
        csv_of(&response.base, plan_of("allocation load")),
        "\"LA\",\"Placements\",\"Provisions used\",\"Links\",\"Soles\",\"Fair share\",\"Visits\","
        "\"Miles\",\"Hours\",\"Cost\"\r\n"
        "\"Hertfordshire\",12,0,3,0,3.5,3,100.0,2.5,600.00\r\n"
        "\"Region\",12,0,3,0,3.5,3,100.0,2.5,600.00\r\n");
    response.closest_loads = closest;
    response.n_closest_loads = 1;
    response.closest_total = &rules;
    cr_assert_str_eq(
        csv_of(&response.base, plan_of("allocation load")),
        "\"LA\",\"Placements\",\"Fair share\",\"Visits\",\"Visits balanced\",\"Visits ±\",\"Miles\","
        "\"Miles balanced\",\"Miles ±\",\"Hours\",\"Hours balanced\",\"Hours ±\",\"Cost\","
        "\"Cost balanced\",\"Cost ±\"\r\n"
        "\"Hertfordshire\",12,3.5,5,3,-2,200.0,100.0,-100.0,5.0,2.5,-2.5,1000.50,600.00,-400.50\r\n"
        "\"Region\",12,3.5,5,3,-2,200.0,100.0,-100.0,5.0,2.5,-2.5,1000.50,600.00,-400.50\r\n");
}

/* rule A9: the inputs are shown */
Test(allocation, savings_say_what_they_were_reckoned_with)
{
    cr_redirect_stdout();
    Pb__AuthoritySaving one, total;
    Pb__AuthoritySaving *savings[] = {&one};
    Pb__VisitCosts costs;
    Pb__ReportSavingsResponse response;
    pb__authority_saving__init(&one);
    pb__authority_saving__init(&total);
    pb__visit_costs__init(&costs);
    pb__report_savings_response__init(&response);
    one.authority_id = "E10000012";
    one.provisions_used = total.provisions_used = 10;
    one.without_pence = total.without_pence = 202462;
    one.saving_pence = total.saving_pence = 202462;
    costs.officer_salary_pence = 3600000;
    costs.working_days = 260;
    costs.return_miles = 160;
    costs.pence_per_mile = 40;
    response.savings = savings;
    response.n_savings = 1;
    response.total = &total;
    response.costs = &costs;
    response.visit_pence = 20246;
    cr_assert_str_eq(
        csv_of(&response.base, plan_of("allocation savings")),
        "\"LA\",\"Provisions used\",\"Allocated\",\"Visiting all\",\"Visiting its own\",\"Saving\"\r\n"
        "\"Essex\",10,0,2024.62,0.00,2024.62\r\n\"Region\",10,0,2024.62,0.00,2024.62\r\n");
    remark_savings(&cli, &response.base);
    fflush(stdout);
    cr_assert_stdout_eq_str(
        "\nA visit costs £202.46: £36,000.00 a year over 260 working days, and 160 miles at "
        "40p.\nBy sharing visits the region saves £2,024.62 a year.\n");
}

Test(allocation, cells_are_of_the_kind_of_their_field)
{
    static const struct {
        const ProtobufCMessageDescriptor *type;
        const char *path;
        enum sheets_kind kind;
    } CASES[] = {
        {&pb__allocation__descriptor, "since", SHEETS_DATE},
        {&pb__allocation__descriptor, "distance_metres", SHEETS_MILES},
        {&pb__allocation__descriptor, "meta.version", SHEETS_WHOLE},
        {&pb__allocation__descriptor, "meta.changed_at_ms", SHEETS_TEXT},
        {&pb__allocation__descriptor, "placing", SHEETS_TEXT},
        {&pb__allocation__descriptor, "standing", SHEETS_TEXT},
        {&pb__allocation__descriptor, "measured", SHEETS_TEXT},
        {&pb__proposed_allocation__descriptor, "margin_metres", SHEETS_MILES},
        {&pb__authority_load__descriptor, "travel_minutes", SHEETS_TENTHS},
        {&pb__authority_load__descriptor, "cost_pence", SHEETS_MONEY},
        {&pb__allocation__descriptor, "no_such", SHEETS_TEXT},
    };
    Pb__ProposedAllocation row;
    pb__proposed_allocation__init(&row);
    row.margin_metres = -16093;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        cr_assert_eq(reflect_kind(CASES[i].type, CASES[i].path), CASES[i].kind, "%s", CASES[i].path);
    cr_assert(reflect_cell(&row.base, "margin_metres", &cli.arena).metres == -16093);
    cr_assert(!reflect_cell(&row.base, "distance_metres", &cli.arena).stated, "0 is not stated");
    cr_assert(!reflect_cell(&row.base, "position.latitude_e7", &cli.arena).stated);
}
