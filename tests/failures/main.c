/* Each method of a service, with its N-th allocation, slice of an arena, step of the disk and call to LMDB
 * failing, N rising until nothing fails any more; and each change that it follows (feeds.c). Before that with
 * requests that nobody means (odd.c).
 *
 * In: one honest request for each method that the descriptors have (a method without one fails). What must
 * hold of each try: it is refused with a code that says so, or done as it is without the failure; of a
 * refused one nothing is in the store but its audit line, or all of it is; and the same command then
 * succeeds, once. Where it was a sync that failed, the service is started anew before that is looked at.
 * LeakSanitizer looks after each method. A try that is not answered at all is counted: its
 * caller's deadline is what is left. */

#include "tests/failures/calls.h"
#include "tests/failures/digest.h"
#include "tests/failures/feeds.h"
#include "tests/failures/odd.h"

#include "tests/service/tap.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif
#include <stdlib.h>

static struct host host;
static unsigned tries, refused, tolerated, silent;

static const char *const failing_names[] = {
#define X(name, what) what,
    FAILING(X)
#undef X
};

/* What a method does when nothing fails. */
struct expected {
    struct answer answer;
    char journal[ANSWER_TEXT_BYTES];
    uint64_t entries;
    bool varies;
};

static char why[4096];

__attribute__((format(printf, 1, 2))) static bool wrong(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    return false;
}

static bool same_digest(struct store_digest a, struct store_digest b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

/* Is the store as the whole command leaves it? */
static bool is_done(const struct expected *expected, uint64_t before)
{
    static char journal[ANSWER_TEXT_BYTES];
    if (journal_end(&host) != before + expected->entries)
        return wrong("the journal has %lu entries more, not %lu",
                     (unsigned long)(journal_end(&host) - before), (unsigned long)expected->entries);
    journal_text(&host, before, journal);
    if (strcmp(journal, expected->journal) != 0)
        return wrong("the journal differs: %.1500s\nnot: %.1500s", journal, expected->journal);
    return true;
}

/* Is it answered as it is when nothing fails? */
static bool is_as_meant(const struct asked *asked, const struct answer *answer)
{
    if (asked->open || !answer->came)
        return asked->open && !answer->came;
    return strcmp(code_name(answer->fault.code), asked->refused[0] ? asked->refused : code_name(CODE_OK)) ==
           0;
}

static bool is_whole(const struct answer *answer, const struct expected *expected)
{
    if (expected->varies || strcmp(answer->text, expected->answer.text) == 0)
        return true;
    return wrong("the answer is %.1500s\nnot: %.1500s", answer->text, expected->answer.text);
}

static bool may_refuse(enum code code)
{
    return code == CODE_RESOURCE_EXHAUSTED || code == CODE_UNAVAILABLE || code == CODE_INTERNAL ||
           code == CODE_DATA_LOSS || /* what the store says of a disk that cannot be read */
           (code == CODE_UNKNOWN && fail_was_sync());
}

/* One try that failed somewhere. `ret_done`: the command is done all the same, and answered so. */
static bool check_failed(const struct call *call, const struct expected *expected,
                         const struct answer *answer, struct store_digest before, uint64_t end,
                         bool *ret_done)
{
    struct answer *again = calloc(1, sizeof *again);
    bool good = true;
    *ret_done = false;
    if (is_as_meant(call->request, answer)) {
        tolerated++;
        *ret_done = true;
        free(again);
        return is_whole(answer, expected) && is_done(expected, end);
    }
    if (answer->came && !may_refuse(answer->fault.code))
        good = wrong("refused as %s %s: %s", code_name(answer->fault.code), answer->fault.field,
                     answer->fault.reason);
    refused += answer->came;
    silent += !answer->came;
    struct store_digest after = store_digest_of(service_store(host.service));
    if (good && !same_digest(before, after)) { /* then it is done, and its repeat is told so */
        good = is_done(expected, end);
        call_run(&host, call, false, again);
        if (good && !is_as_meant(call->request, again))
            good = wrong("it is done, but its repeat is %s", code_name(again->fault.code));
        good = good && is_whole(again, expected);
        if (good && !same_digest(after, store_digest_of(service_store(host.service))))
            good = wrong("its repeat changed something");
        *ret_done = true;
    }
    free(again);
    return good;
}

/* N rises until nothing fails. */
enum {
    SILENT_MOST = 2
}; /* nothing can be said where the request itself, or the head of its answer, finds no room */

static bool fail_each(struct call *call, const struct expected *expected, enum failing kind,
                      unsigned *ret_most)
{
    static struct answer answer;
    bool good = true, happened = true;
    unsigned silent_before = silent;
    call->key = new_key(&host);
    for (unsigned at = 1; good && happened; at++) {
        bool done = false;
        host_settle(&host, call->request->wait_s);
        uint64_t end = journal_end(&host);
        struct store_digest before = store_digest_of(service_store(host.service));
        fail_set(kind, at);
        call_run(&host, call, true, &answer);
        happened = fail_happened();
        if (fail_was_sync())
            host_restart(&host);
        tries++;
        *ret_most = at;
        if (happened) {
            good = check_failed(call, expected, &answer, before, end, &done);
        } else if (!is_as_meant(call->request, &answer)) {
            good = wrong("in the end it is %s: %s", answer.came ? code_name(answer.fault.code) : "silent",
                         answer.fault.reason);
        } else {
            good = is_whole(&answer, expected) && is_done(expected, end);
        }
        if (good && happened && done && !call->method->reads_only) {
            host_restore(&host);
            call->key = new_key(&host);
        }
    }
    if (good && silent - silent_before > SILENT_MOST)
        good = wrong("%u tries were not answered", silent - silent_before);
    return good;
}

/* One that is only to be there for later ones. */
static bool do_once(struct call *call)
{
    static struct answer answer;
    host_settle(&host, call->request->wait_s);
    call->key = new_key(&host);
    call_run(&host, call, false, &answer);
    bool good = is_as_meant(call->request, &answer);
    if (good && call->request->keep[0])
        keep_field(call, call->request->keep);
    return good || tap(false, "%s: the honest request is %s %s: %s", call->method->name,
                       answer.came ? code_name(answer.fault.code) : "not answered", answer.fault.field,
                       answer.fault.reason);
}

static bool has_leaked(void)
{
#ifdef __SANITIZE_ADDRESS__
    return __lsan_do_recoverable_leak_check() != 0;
#else
    return false;
#endif
}

static void try_odd(struct call *call)
{
    unsigned asked = 0;
    host_settle(&host, call->request->wait_s);
    host_remember(&host);
    const char *what = odd_each(&host, call, &asked);
    host_restore(&host);
    tap(!what && !has_leaked(), "%s: %u odd requests%s%s", call->method->name, asked, what ? ": " : "",
        what ? what : "");
}

static bool try_method(struct call *call)
{
    static struct expected expected;
    bool good = true;
    host_settle(&host, call->request->wait_s);
    host_remember(&host);
    uint64_t end = journal_end(&host);
    call->key = new_key(&host);
    call_run(&host, call, false, &expected.answer);
    if (!is_as_meant(call->request, &expected.answer))
        return tap(false, "%s: the honest request is %s %s: %s", call->method->name,
                   expected.answer.came ? code_name(expected.answer.fault.code) : "not answered",
                   expected.answer.fault.field, expected.answer.fault.reason);
    expected.varies = call->request->varies;
    expected.entries = journal_end(&host) - end;
    journal_text(&host, end, expected.journal);
    char most[100] = "";
    for (enum failing kind = 0; kind < FAIL_KINDS && good; kind++) {
        unsigned at = 0;
        if (!call->method->reads_only)
            host_restore(&host);
        good = fail_each(call, &expected, kind, &at);
        snprintf(most + strlen(most), sizeof most - strlen(most), " %u", at - 1);
        if (!good) {
            tap(false, "%s: %s %u: %s", call->method->name, failing_names[kind], at, why);
            host_restore(&host);
            do_once(call);
            return false;
        }
    }
    if (call->request->keep[0])
        keep_field(call, call->request->keep);
    return tap(!has_leaked(), "%s: failing%s", call->method->name, most);
}

static void try_all(struct call *call)
{
    try_odd(call);
    try_method(call);
}

static bool has_request(const struct requests *requests, const char *method)
{
    for (size_t i = 0; i < requests->count; i++)
        if (strcmp(requests->list[i].method, method) == 0)
            return true;
    return false;
}

static bool is_served(const struct service_options *options, const char *service)
{
    const struct {
        const char *name;
        bool is_served;
    } frames[] = {{"ccrag.v1.FeedService", true},
                  {"ccrag.v1.OperateService", true},
                  {"ccrag.v1.FormsService", options->forms != NULL},
                  {"ccrag.v1.EvidenceService", options->evidence != NULL}};
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++)
        if (strcmp(frames[i].name, service) == 0)
            return frames[i].is_served;
    const struct api *api = options->apis;
    while (api->descriptor && strcmp(api->descriptor->name, service) != 0)
        api++;
    return api->descriptor != NULL;
}

static void check_complete(const struct requests *requests)
{
    size_t count;
    unsigned missing = 0, served = 0;
    const struct wire_method *const *methods = wire_methods(&count);
    for (size_t i = 0; i < count; i++) {
        if (!is_served(&host.options, methods[i]->service))
            continue;
        served++;
        if (!has_request(requests, methods[i]->name)) {
            missing++;
            printf("# no request for %s\n", methods[i]->name);
        }
    }
    tap(missing == 0, "%s: each of %u methods has its request", subject.service, served);
}

static void try_feed(const struct fed *fed)
{
    static const char *const words[] = {
        [FED_PUT] = "comes", [FED_GONE] = "is gone", [FED_ANEW] = "is all that is left"};
    unsigned most[FAIL_KINDS] = {0};
    const char *what = feed_each(&host, fed, most);
    if (what)
        tap(false, "%s: %s of %s %s: %s", subject.service, fed->type, fed->source, words[fed->as], what);
    else
        tap(!has_leaked(), "%s: %s of %s %s: failing %u %u %u %u", subject.service, fed->type, fed->source,
            words[fed->as], most[FAIL_MEMORY], most[FAIL_ARENA], most[FAIL_DISK], most[FAIL_STORE]);
}

int main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : "";
    char path[400];
    struct requests requests;
    snprintf(path, sizeof path, "%s/%s.requests", FAILURES_DIR, subject.service);
    requests_read(path, &requests);
    if (subject.name)
        subject.name();
    host_init(&host, &subject);
    check_complete(&requests);
    for (size_t i = 0; i < requests.count; i++) {
        struct call call = {.method = wire_method_find(requests.list[i].method),
                            .request = &requests.list[i]};
        if (!call.method)
            tap(false, "%s is no method", requests.list[i].method);
        else if (requests.list[i].once || !strstr(call.method->name, only))
            do_once(&call);
        else
            try_all(&call);
    }
    for (size_t i = 0; i < subject.feed_count; i++)
        if (strstr(subject.feeds[i].type, only))
            try_feed(&subject.feeds[i]);
    printf("# %u tries: %u refused, %u done all the same, %u not answered\n", tries, refused, tolerated,
           silent);
    host_finish(&host);
    free(requests.list);
    return tap_failures > 0;
}
