/* Monitoring over the wire: how far a cycle has come, the latest report of provisions at random, and drafts
 * saved by authors each of whom has a report of its own. `bench_visits REGION REPORTS SECONDS RUNS OUT` where
 * the region was filled with REPORTS reports (visits.h). OUT.puts tells what one save puts (puts.h). */

#include "tests/bench/load.h"
#include "tests/bench/looked.h"
#include "tests/bench/visits.h"

#include "common/base/limits.h"
#include "common/wire/wire.h"

#include "ccrag/v1/monitoring.pb-c.h"
#include "ccrag/v1/reports.pb-c.h"

#include <string.h>

enum { WINDOW_MAX = VISITS_AUTHORS, SAMPLES_MAX = 2000000 };

enum asked { PROGRESS_OF_AUTHORITIES, PROGRESS_OF_PROVISIONS, REMINDERS, LATEST_REPORT, SAVED };
static const struct {
    const char *name, *method;
    bool command;
} kinds[] = {
    [PROGRESS_OF_AUTHORITIES] = {"progress", "ccrag.v1.MonitoringService/ReportProgress", false},
    [PROGRESS_OF_PROVISIONS] = {"progress_provisions", "ccrag.v1.MonitoringService/ReportProgress", false},
    [REMINDERS] = {"reminders", "ccrag.v1.MonitoringService/ListReminders", false},
    [LATEST_REPORT] = {"latest", "ccrag.v1.ReportsService/GetReport", false},
    [SAVED] = {"save", "ccrag.v1.ReportsService/SaveAnswers", true},
};

struct visiting {
    struct load load;
    struct arena arena;
    uint64_t provisions, state;
    struct slot {
        double began;
        uint64_t version; /* of its author's answer */
    } slots[WINDOW_MAX];
    uint64_t sent, answered, request_bytes, answer_bytes, answer_envelopes;
    double *took;
};

/* --- what is asked ----------------------------------------------------------------------------------- */

static struct span progress_request(struct visiting *visiting, Pb__ProgressOf of)
{
    Pb__ReportProgressRequest request = PB__REPORT_PROGRESS_REQUEST__INIT;
    Pb__PageRequest page = PB__PAGE_REQUEST__INIT;
    page.size = ROWS_PAGE_MAX;
    request.of = of;
    request.page = &page;
    return wire_pack(&request.base, &visiting->arena);
}

static struct span reminders_request(struct visiting *visiting)
{
    Pb__ListRemindersRequest request = PB__LIST_REMINDERS_REQUEST__INIT;
    Pb__PageRequest page = PB__PAGE_REQUEST__INIT;
    page.size = ROWS_PAGE_MAX;
    request.page = &page;
    return wire_pack(&request.base, &visiting->arena);
}

static struct span latest_request(struct visiting *visiting)
{
    Pb__GetReportRequest request = PB__GET_REPORT_REQUEST__INIT;
    visiting->state = visiting->state * 6364136223846793005u + 1442695040888963407u;
    request.provision_id = visits_provision((visiting->state >> 20) % visiting->provisions, &visiting->arena);
    return wire_pack(&request.base, &visiting->arena);
}

/* An answer in words, typed on since it was last saved; each author at a provision of its own. */
static struct span save_request(struct visiting *visiting, unsigned author)
{
    Pb__SaveAnswersRequest request = PB__SAVE_ANSWERS_REQUEST__INIT;
    Pb__ReportAnswer typed = PB__REPORT_ANSWER__INIT, *answers[] = {&typed};
    Pb__FormAnswer answer = PB__FORM_ANSWER__INIT;
    Pb__RecordMeta meta = PB__RECORD_META__INIT;
    answer.question_id = VISITS_QUESTION;
    answer.text =
        arena_format(&visiting->arena,
                     "The registered manager, the responsible individual, two of the support workers "
                     "on shift, the deputy who keeps the training record, and the cook. One child "
                     "showed us round, and another asked to be spoken to alone. Typed so far: %llu.",
                     (unsigned long long)visiting->sent);
    meta.version = visiting->slots[author].version;
    typed.meta = &meta;
    typed.answer = &answer;
    request.report_id = visits_report(author, VISITS_ROUNDS - 1, &visiting->arena);
    request.answers = answers;
    request.n_answers = 1;
    return wire_pack(&request.base, &visiting->arena);
}

static struct span request_of(struct visiting *visiting, enum asked asked, unsigned slot)
{
    switch (asked) {
    case PROGRESS_OF_AUTHORITIES:
        return progress_request(visiting, PB__PROGRESS_OF__PROGRESS_OF_AUTHORITIES);
    case PROGRESS_OF_PROVISIONS:
        return progress_request(visiting, PB__PROGRESS_OF__PROGRESS_OF_PROVISIONS);
    case REMINDERS:
        return reminders_request(visiting);
    case LATEST_REPORT:
        return latest_request(visiting);
    case SAVED:
        return save_request(visiting, slot);
    }
    return (struct span){0};
}

/* --- asked ------------------------------------------------------------------------------------------- */

static void send_one(struct visiting *visiting, enum asked asked, unsigned slot)
{
    arena_reset(&visiting->arena);
    struct span body = request_of(visiting, asked, slot);
    visiting->sent++;
    visiting->request_bytes = body.size;
    load_send(&visiting->load, visiting->load.link, kinds[asked].method, slot + 1, kinds[asked].command,
              body);
    visiting->slots[slot].began = visiting->load.sent_at;
}

/* Returns its slot. */
static unsigned take_one(struct visiting *visiting, enum asked asked)
{
    struct load_answer answer;
    load_take(&visiting->load, visiting->load.link, &answer);
    unsigned number = (unsigned)answer.call - 1;
    struct slot *slot = &visiting->slots[number];
    if (asked == SAVED)
        slot->version++;
    if (visiting->answered < SAMPLES_MAX)
        visiting->took[visiting->answered] = answer.taken_at - slot->began;
    visiting->answered++;
    visiting->answer_bytes += answer.body.size;
    visiting->answer_envelopes += answer.envelope_bytes;
    return number;
}

static void say(enum asked asked, unsigned window, const char *what, double value)
{
    char name[64];
    snprintf(name, sizeof name, "%s_w%u_%s", kinds[asked].name, window, what);
    bench_say(name, value);
}

static void tell(struct visiting *visiting, enum asked asked, unsigned window, double elapsed, double cpu)
{
    double count = (double)visiting->answered;
    size_t samples = visiting->answered < SAMPLES_MAX ? (size_t)visiting->answered : SAMPLES_MAX;
    say(asked, window, "per_s", count / elapsed);
    say(asked, window, "p50_us", 1e6 * bench_quantile(visiting->took, samples, 0.5));
    say(asked, window, "p99_us", 1e6 * bench_quantile(visiting->took, samples, 0.99));
    say(asked, window, "service_cpu_us", 1e6 * cpu / count);
    say(asked, window, "request_envelope", (double)visiting->load.envelope_bytes);
    say(asked, window, "request_body", (double)visiting->request_bytes);
    say(asked, window, "answer_envelope", (double)visiting->answer_envelopes / count);
    say(asked, window, "answer_body", (double)visiting->answer_bytes / count);
}

static void run(struct visiting *visiting, enum asked asked, unsigned window, double seconds)
{
    double began = bench_now(), ended = began, cpu = load_service_cpu(&visiting->load);
    visiting->sent = visiting->answered = 0;
    visiting->answer_bytes = visiting->answer_envelopes = 0;
    for (unsigned i = 0; i < window; i++)
        send_one(visiting, asked, i);
    while (visiting->answered < visiting->sent) {
        unsigned slot = take_one(visiting, asked);
        ended = bench_now();
        if (ended - began < seconds)
            send_one(visiting, asked, slot);
    }
    tell(visiting, asked, window, ended - began, load_service_cpu(&visiting->load) - cpu);
}

int main(int argc, char **argv)
{
    static struct visiting visiting = {.state = 13};
    static struct looked_store before;
    BENCH_NEED(argc == 6, "usage: bench_visits REGION REPORTS SECONDS RUNS OUT");
    double seconds = strtod(argv[3], NULL);
    visiting.provisions = strtoull(argv[2], NULL, 10) / VISITS_ROUNDS;
    visiting.took = malloc(SAMPLES_MAX * sizeof *visiting.took);
    BENCH_NEED(visiting.took && visiting.provisions >= VISITS_AUTHORS, "too few reports");
    arena_init(&visiting.arena, 4 * FRAME_BYTES_MAX);
    load_open(&visiting.load, argv[1], "monitoring");
    for (unsigned long i = strtoul(argv[4], NULL, 10); i > 0; i--) {
        run(&visiting, PROGRESS_OF_AUTHORITIES, 1, seconds);
        run(&visiting, PROGRESS_OF_PROVISIONS, 1, seconds);
        run(&visiting, REMINDERS, 1, seconds);
        load_apart(&visiting.load, true);
        run(&visiting, LATEST_REPORT, 1, seconds);
        load_apart(&visiting.load, false);
        run(&visiting, LATEST_REPORT, WINDOW_MAX, seconds);
        run(&visiting, SAVED, 1, seconds);
        look_at_store(argv[1], "monitoring", &before);
        run(&visiting, SAVED, VISITS_AUTHORS, seconds);
        looked_tell(argv[1], "monitoring", &before, "table:report_answers", visiting.answered, argv[5]);
    }
    bench_say("visits_service_mib", load_service_mib(&visiting.load));
    load_close(&visiting.load);
    arena_finish(&visiting.arena);
    free(visiting.took);
    return 0;
}
