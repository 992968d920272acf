/* Fills a stopped region's fees store with lines and what they come to (fees.h), through the store itself,
 * and reads what worth and benchmarks are made from: the raw limit of those, as the totals of the open cycle
 * are unsealed and unpacked once each, in one transaction. `bench_fill_fees REGION fill LINES` where that
 * cycle is open and nothing else is there; `bench_fill_fees REGION scan`. */

#include "services/fees/records.h"
#include "services/fees/rules_lines.h"
#include "tests/bench/fees.h"
#include "tests/bench/filling.h"

struct filling_fees {
    struct filling filling;
    uint64_t provisions, placements;
};

/* --- copies ------------------------------------------------------------------------------------------ */

static void put_members(struct filling_fees *fees)
{
    struct arena *arena = &fees->filling.arena;
    for (uint64_t i = 0; i < FEES_SUB_REGIONS; i++) {
        Pb__SubRegion sub_region = PB__SUB_REGION__INIT;
        sub_region.id = fees_id(4, i, arena);
        sub_region.name = arena_format(arena, "Part %llu", (unsigned long long)i);
        filling_put(&fees->filling, &fees_sub_regions, &sub_region.base);
    }
    for (uint64_t i = 0; i < FEES_AUTHORITIES; i++) {
        Pb__Authority member = PB__AUTHORITY__INIT;
        member.id = fees_authority(i, arena);
        member.name = arena_format(arena, "Borough %02llu", (unsigned long long)i);
        member.sub_region_id = fees_id(4, i % FEES_SUB_REGIONS, arena);
        member.state = PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
        filling_put(&fees->filling, &fees_authorities, &member.base);
    }
}

static Pb__ProvisionKind kind_of(uint64_t provision)
{
    static const Pb__ProvisionKind kinds[] = {
        PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME,
        PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_SPECIAL_SCHOOL,
        PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY};
    return kinds[provision % 3];
}

static void put_provision(struct filling_fees *fees, uint64_t number)
{
    struct arena *arena = &fees->filling.arena;
    Pb__Provision provision = PB__PROVISION__INIT;
    provision.id = fees_provision(number, arena);
    provision.name = arena_format(arena, "Provision %06llu", (unsigned long long)number);
    provision.kind = kind_of(number);
    provision.provider_id = fees_id(3, number / 4, arena);
    provision.local_authority = fees_authority(number, arena);
    filling_put(&fees->filling, &fees_provisions, &provision.base);
    if (number % 4)
        return;
    Pb__Provider provider = PB__PROVIDER__INIT;
    provider.id = fees_id(3, number / 4, arena);
    provider.name = arena_format(arena, "Provider %05llu", (unsigned long long)number / 4);
    provider.ultimate_owner = arena_format(arena, "Owner %04llu", (unsigned long long)number / 40);
    filling_put(&fees->filling, &fees_providers, &provider.base);
}

static void put_placement(struct filling_fees *fees, const char *id, const char *provision_id,
                          const char *authority_id)
{
    Pb__PlacementFact fact = PB__PLACEMENT_FACT__INIT;
    fact.id = id;
    fact.provision_id = provision_id;
    fact.authority_id = authority_id;
    fact.start_on = "2017-01-02";
    filling_put(&fees->filling, &fees_placement_facts, &fact.base);
}

/* Of one LA, at a few provisions in the order of its files. */
static void put_files(struct filling_fees *fees)
{
    struct arena *arena = &fees->filling.arena;
    for (uint64_t file = 0; file < FEES_FILES; file++)
        for (uint64_t i = 0; i < FEES_FILE_LINES; i++) {
            uint64_t at = file * FEES_FILE_LINES / FEES_AT_ONE_PROVISION + i / FEES_AT_ONE_PROVISION;
            put_placement(fees, fees_filed_placement(file, i, arena),
                          fees_provision(at % fees->provisions, arena), fees_authority(0, arena));
            arena_reset(arena);
        }
}

/* --- a cycle ----------------------------------------------------------------------------------------- */

static const char *cycle_id(unsigned cycle, struct arena *arena)
{
    unsigned first = 2028 - FEES_CYCLES + cycle;
    return arena_format(arena, "%u-%02u", first, (first + 1) % 100);
}

static void put_cycle(struct filling_fees *fees, unsigned number)
{
    struct arena *arena = &fees->filling.arena;
    Pb__FeeCycle cycle = PB__FEE_CYCLE__INIT;
    cycle.id = cycle_id(number, arena);
    cycle.first_on = arena_format(arena, "%.4s-04-01", cycle.id);
    cycle.last_on = arena_format(arena, "20%s-03-31", cycle.id + 5);
    cycle.state = PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_CLOSED;
    if (strcmp(cycle.id, FEES_OPEN_CYCLE) != 0)
        filling_put(&fees->filling, &fees_cycles, &cycle.base);
}

static void put_consultation(struct filling_fees *fees, const char *cycle, const char *provision_id,
                             uint64_t number, const char *const authorities[FEES_PLACING])
{
    struct arena *arena = &fees->filling.arena;
    Pb__Consultation consultation = PB__CONSULTATION__INIT;
    Pb__FeePlacing places[FEES_PLACING], *placing[FEES_PLACING];
    for (unsigned i = 0; i < FEES_PLACING; i++) {
        pb__fee_placing__init(&places[i]);
        places[i].authority_id = authorities[i];
        places[i].placements = FEES_EACH;
        placing[i] = &places[i];
    }
    consultation.id = fees_consultation_id(cycle, provision_id, arena);
    consultation.cycle_id = cycle;
    consultation.provision_id = provision_id;
    consultation.name = arena_format(arena, "Provision %06llu", (unsigned long long)number);
    consultation.kind = kind_of(number);
    consultation.provider_id = fees_id(3, number / 4, arena);
    consultation.scope = PB__FEE_SCOPE__FEE_SCOPE_LED;
    consultation.lead_id = authorities[0];
    consultation.placing = placing, consultation.n_placing = FEES_PLACING;
    consultation.concerned_ids = (const char **)(uintptr_t)authorities;
    consultation.n_concerned_ids = FEES_PLACING;
    consultation.state = PB__CONSULTATION_STATE__CONSULTATION_STATE_AWAITED;
    filling_put(&fees->filling, &fees_consultations, &consultation.base);
}

/* The lines of one LA at one provision, and what they come to. */
static void put_lines(struct filling_fees *fees, const char *cycle, const char *provision_id, uint64_t number,
                      unsigned placing, const char *authority_id, const char *lead_id)
{
    struct arena *arena = &fees->filling.arena;
    struct fee_line_sums sums = fee_line_sums_begin(NULL);
    Pb__FeeLineTotals totals = PB__FEE_LINE_TOTALS__INIT;
    for (unsigned i = 0; i < FEES_EACH; i++) {
        Pb__FeeLine line = PB__FEE_LINE__INIT;
        line.placement_id = fees_id(1, (number * FEES_PLACING + placing) * FEES_EACH + i, arena);
        line.id = fees_line_id(cycle, line.placement_id, arena);
        line.cycle_id = cycle, line.provision_id = provision_id, line.authority_id = authority_id;
        line.reference = arena_format(arena, "%llu/%u", (unsigned long long)number, placing * FEES_EACH + i);
        line.attendance = i ? PB__ATTENDANCE__ATTENDANCE_WEEKS_38 : PB__ATTENDANCE__ATTENDANCE_WEEKS_52;
        line.current_pence = 200000 + (int64_t)(number * 977 % 300000);
        line.proposed_pence = line.current_pence + line.current_pence / 25;
        line.effective_on = arena_format(arena, "%.4s-04-01", cycle);
        line.agreed_case = PB__FEE_LINE__AGREED_AGREED_PENCE;
        line.agreed_pence = line.current_pence + line.current_pence / 50;
        const struct fee_line_figures figures = fee_line_figures(&line, &(struct fee_line_basis){0});
        fee_line_fill(&line, &figures);
        fee_line_sums_add(&sums, &line, &figures);
        filling_put(&fees->filling, &fees_lines, &line.base);
    }
    totals.id = fees_of_authority_id(cycle, provision_id, authority_id, arena);
    totals.cycle_id = cycle, totals.provision_id = provision_id, totals.authority_id = authority_id;
    totals.lead_id = lead_id;
    BENCH_NEED(fee_line_sums_put(&sums, arena, &totals), "out of memory");
    filling_put(&fees->filling, &fees_line_totals, &totals.base);
}

/* Everything of one provision in one cycle. */
static void put_matter(struct filling_fees *fees, const char *cycle, uint64_t number)
{
    char id[UUID_TEXT_BYTES], codes[FEES_PLACING][16];
    const char *authorities[FEES_PLACING];
    struct arena *arena = &fees->filling.arena;
    snprintf(id, sizeof id, "%s", fees_provision(number, arena));
    for (unsigned i = 0; i < FEES_PLACING; i++) {
        snprintf(codes[i], sizeof codes[i], "%s", fees_authority(1 + (number + 7 * i) % 39, arena));
        authorities[i] = codes[i];
    }
    put_consultation(fees, cycle, id, number, authorities);
    for (unsigned i = 0; i < FEES_PLACING; i++) {
        put_lines(fees, cycle, id, number, i, authorities[i], authorities[0]);
        arena_reset(arena);
    }
}

static void fill(struct filling_fees *fees, uint64_t lines)
{
    struct arena *arena = &fees->filling.arena;
    fees->provisions = lines / (FEES_CYCLES * FEES_PLACING * FEES_EACH);
    put_members(fees);
    for (uint64_t i = 0; i < fees->provisions; i++) {
        put_provision(fees, i);
        arena_reset(arena);
    }
    put_files(fees);
    for (unsigned cycle = 0; cycle < FEES_CYCLES; cycle++) {
        char id[16];
        put_cycle(fees, cycle);
        snprintf(id, sizeof id, "%s", cycle_id(cycle, arena));
        for (uint64_t i = 0; i < fees->provisions; i++)
            put_matter(fees, id, i);
    }
    filling_end_group(&fees->filling);
}

/* --- the raw limit of worth and benchmarks ----------------------------------------------------------- */

static void scan(struct filling_fees *fees)
{
    struct record_scan walk = {.table = &fees_line_totals,
                               .index = table_index_named(&fees_line_totals, INDEX_CYCLE),
                               .prefix = span_of_text(FEES_OPEN_CYCLE),
                               .whole = true};
    struct fee_totals sum = {0};
    ProtobufCMessage *record;
    uint64_t records = 0;
    enum code code;
    double began = bench_now(), cpu = bench_cpu();
    BENCH_NEED(store_read_begin(fees->filling.store, &walk.txn) == CODE_OK, "the store cannot be read");
    for (; (code = record_scan_next(&walk, &fees->filling.arena, &record)) == CODE_OK; records++) {
        const struct fee_totals all = fee_line_totals_all((const Pb__FeeLineTotals *)record);
        fee_totals_add(&sum, &all);
        arena_reset(&fees->filling.arena);
    }
    BENCH_NEED(code == CODE_NOT_FOUND, "a record cannot be read: %s", code_name(code));
    record_scan_finish(&walk);
    store_end(walk.txn);
    bench_say("scan_ms", 1e3 * (bench_now() - began));
    bench_say("scan_cpu_ms", 1e3 * (bench_cpu() - cpu));
    bench_say("scan_records", (double)records);
    bench_say("scan_lines", (double)sum.lines);
}

int main(int argc, char **argv)
{
    static struct filling_fees fees;
    BENCH_NEED(argc >= 3, "usage: bench_fill_fees REGION fill|scan [LINES]");
    filling_open(&fees.filling, argv[1], "fees", fees_tables);
    if (argc > 3)
        fill(&fees, strtoull(argv[3], NULL, 10));
    else
        scan(&fees);
    filling_close(&fees.filling);
    return 0;
}
