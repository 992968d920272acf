/* Fills a stopped region's monitoring store with reports (visits.h), through the store itself, and reads what
 * progress is made from: the raw limit of that, as each record is unsealed and unpacked once, in the order of
 * its table, in one transaction. `bench_fill_visits REGION fill REPORTS` where a cycle is open and the forms
 * are shipped; `bench_fill_visits REGION scan`. */

#include "services/monitoring/records.h"
#include "tests/bench/filling.h"
#include "tests/bench/visits.h"

enum { ANSWERS = 24 };

struct filling_visits {
    struct filling filling;
    struct arena keeping;
    const Pb__AllocationCycle *cycle;
    Pb__FormAnswer *answers[ANSWERS];
};

/* --- put --------------------------------------------------------------------------------------------- */

static const char *authority(uint64_t number, struct arena *arena)
{
    return arena_format(arena, "E%08llu", 10000000ull + number % VISITS_AUTHORITIES);
}

static void put_authority(struct filling_visits *visits, uint64_t number)
{
    Pb__Authority member = PB__AUTHORITY__INIT;
    member.id = authority(number, &visits->filling.arena);
    member.name = arena_format(&visits->filling.arena, "Borough %02llu", (unsigned long long)number);
    member.state = PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
    filling_put(&visits->filling, &monitoring_authorities, &member.base);
}

/* A provision, and whose it is. */
static void put_provision(struct filling_visits *visits, const char *id, const char *name, const char *holder,
                          uint64_t number)
{
    Pb__Provision provision = PB__PROVISION__INIT;
    Pb__Allocation allocation = PB__ALLOCATION__INIT;
    provision.id = allocation.provision_id = id;
    provision.name = allocation.name = name;
    provision.provider_id = allocation.provider_id = visits_id(3, number / 4, &visits->filling.arena);
    allocation.authority_id = holder;
    allocation.standing = PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK;
    allocation.cycle_id = visits->cycle->id;
    allocation.since = visits->cycle->first_on;
    filling_put(&visits->filling, &monitoring_provisions, &provision.base);
    filling_put(&visits->filling, &monitoring_allocations, &allocation.base);
}

/* A day of the cycle's first month. */
static const char *day_of(struct filling_visits *visits, unsigned day)
{
    return arena_format(&visits->filling.arena, "%.8s%02u", visits->cycle->first_on, day);
}

/* A visit that was made, and its report. */
static void put_visit(struct filling_visits *visits, const char *provision_id, const char *name,
                      const char *by, uint64_t number, unsigned round)
{
    struct arena *arena = &visits->filling.arena;
    const char *officers[] = {"An Officer", "Another Officer"};
    Pb__Visit visit = PB__VISIT__INIT;
    Pb__Report report = PB__REPORT__INIT;
    Pb__PublishedReport published = PB__PUBLISHED_REPORT__INIT;
    visit.id = report.visit_id = visits_id(2, number * VISITS_ROUNDS + round, arena);
    visit.report_id = report.id = visits_report(number, round, arena);
    visit.provision_id = report.provision_id = provision_id;
    visit.name = report.name = name;
    visit.authority_id = report.authority_id = by;
    visit.cycle_id = report.cycle_id = visits->cycle->id;
    visit.provider_id = report.provider_id = visits_id(3, number / 4, arena);
    visit.purpose = report.purpose = PB__FORM_PURPOSE__FORM_PURPOSE_CONTRACTUAL_COMPLIANCE;
    visit.mode = report.mode = PB__VISIT_MODE__VISIT_MODE_ON_SITE;
    visit.duty = PB__VISIT_DUTY__VISIT_DUTY_LINK;
    visit.intended_on = visit.made_on = report.visited_on = day_of(visits, round + 1);
    visit.officers = officers;
    visit.n_officers = 2;
    visit.state = PB__VISIT_STATE__VISIT_STATE_MADE;
    report.form_id = VISITS_FORM;
    report.state = PB__REPORT_STATE__REPORT_STATE_DRAFT;
    if (round <= VISITS_PUBLISHED) {
        report.state = PB__REPORT_STATE__REPORT_STATE_SENT;
        report.sent_on = day_of(visits, round + 10);
        report.comment_by = day_of(visits, round + 20);
    }
    if (round < VISITS_PUBLISHED) {
        report.state = PB__REPORT_STATE__REPORT_STATE_PUBLISHED;
        report.published_on = day_of(visits, round + 21);
        report.commented_on = report.comment_by;
        report.comment = "The provider agrees with what was found, and has done what was asked of it.";
        published.id = report.id;
        published.report = &report;
        published.answers = visits->answers;
        published.n_answers = ANSWERS;
    }
    filling_put(&visits->filling, &monitoring_visits, &visit.base);
    filling_put(&visits->filling, &monitoring_reports, &report.base);
    report.meta = NULL;
    if (round < VISITS_PUBLISHED)
        filling_put(&visits->filling, &monitoring_published, &published.base);
    if (round == VISITS_PUBLISHED - 1) {
        Pb__ProvisionQuality quality = PB__PROVISION_QUALITY__INIT;
        quality.provision_id = provision_id;
        quality.visited_on = report.visited_on;
        quality.report_id = report.id;
        filling_put(&visits->filling, &monitoring_quality, &quality.base);
    }
}

/* --- what is there already --------------------------------------------------------------------------- */

static void read_cycle(struct filling_visits *visits)
{
    ProtobufCMessage *record = NULL;
    struct record_scan scan = {.table = &monitoring_cycles};
    BENCH_NEED(store_read_begin(visits->filling.store, &scan.txn) == CODE_OK, "the store cannot be read");
    BENCH_NEED(record_scan_next(&scan, &visits->keeping, &record) == CODE_OK, "no cycle is open");
    record_scan_finish(&scan);
    store_end(scan.txn);
    visits->cycle = (const Pb__AllocationCycle *)record;
}

static void make_answers(struct filling_visits *visits)
{
    struct arena *arena = &visits->keeping;
    for (unsigned i = 0; i < ANSWERS; i++) {
        Pb__FormAnswer *answer = visits->answers[i] = arena_new(arena, Pb__FormAnswer);
        BENCH_NEED(answer, "out of memory");
        pb__form_answer__init(answer);
        answer->question_id = arena_format(arena, "question-%u", i + 1);
        answer->yes_no = PB__YES_NO__YES_NO_YES;
        answer->text = "What was seen and heard at the visit, in as many words as an officer has time for "
                       "between two of them.";
    }
}

static void fill(struct filling_visits *visits, uint64_t reports)
{
    char id[UUID_TEXT_BYTES], name[64], holder[16];
    read_cycle(visits);
    make_answers(visits);
    for (uint64_t i = 0; i < VISITS_AUTHORITIES; i++)
        put_authority(visits, i);
    for (uint64_t i = 0; i < reports / VISITS_ROUNDS; i++) {
        arena_reset(&visits->filling.arena);
        snprintf(id, sizeof id, "%s", visits_provision(i, &visits->filling.arena));
        snprintf(holder, sizeof holder, "%s", authority(i, &visits->filling.arena));
        snprintf(name, sizeof name, "Provision %06llu", (unsigned long long)i);
        put_provision(visits, id, name, holder, i);
        for (unsigned round = 0; round < VISITS_ROUNDS; round++) {
            arena_reset(&visits->filling.arena);
            put_visit(visits, id, name, holder, i, round);
        }
    }
    filling_end_group(&visits->filling);
}

/* --- the raw limit of progress ----------------------------------------------------------------------- */

static uint64_t read_table(struct filling_visits *visits, struct store_txn *txn, const struct table *table)
{
    struct record_scan walk = {.txn = txn, .table = table};
    struct arena *arena = &visits->filling.arena;
    ProtobufCMessage *record, *published;
    enum code code;
    uint64_t records = 0;
    for (; (code = record_scan_next(&walk, arena, &record)) == CODE_OK; records++) {
        const char *report_id =
            table == &monitoring_quality ? ((const Pb__ProvisionQuality *)record)->report_id : "";
        BENCH_NEED(!report_id[0] || record_get(txn, &monitoring_published, key_of_uuid(report_id, arena),
                                               arena, &published) == CODE_OK,
                   "a published report is missing");
        arena_reset(arena);
    }
    BENCH_NEED(code == CODE_NOT_FOUND, "a record cannot be read: %s", code_name(code));
    record_scan_finish(&walk);
    return records;
}

/* What progress is made from, and then what reminders need besides: the latest report of each provision. */
static void scan(struct filling_visits *visits)
{
    struct store_txn *txn;
    double began = bench_now(), cpu = bench_cpu();
    BENCH_NEED(store_read_begin(visits->filling.store, &txn) == CODE_OK, "the store cannot be read");
    uint64_t records = read_table(visits, txn, &monitoring_allocations) +
                       read_table(visits, txn, &monitoring_visits) +
                       read_table(visits, txn, &monitoring_reports);
    bench_say("scan_ms", 1e3 * (bench_now() - began));
    bench_say("scan_cpu_ms", 1e3 * (bench_cpu() - cpu));
    bench_say("scan_records", (double)records);
    read_table(visits, txn, &monitoring_quality);
    bench_say("scan_latest_ms", 1e3 * (bench_now() - began));
    store_end(txn);
}

int main(int argc, char **argv)
{
    static struct filling_visits visits;
    BENCH_NEED(argc >= 3, "usage: bench_fill_visits REGION fill|scan [REPORTS]");
    filling_open(&visits.filling, argv[1], "monitoring", monitoring_tables);
    arena_init(&visits.keeping, 1u << 20);
    if (argc > 3)
        fill(&visits, strtoull(argv[3], NULL, 10));
    else
        scan(&visits);
    filling_close(&visits.filling);
    arena_finish(&visits.keeping);
    return 0;
}
