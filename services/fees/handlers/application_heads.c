/* Applications without their contents (rule S4), read on a thread of the pool: each may be a megabyte, and of
 * each a line is kept. In: which. Out: a page of those that the caller may see. */

#define SERVICE_TYPE Pb__FeeApplicationsService_Service

#include "common/service/slow_read.h"
#include "services/fees/handlers/support.h"
#include "services/fees/rules_application.h"

struct looking {
    struct slow_read read; /* first */
    const Pb__ListFeeApplicationsRequest *in;
    struct fees_actor actor;
    size_t size;
    Pb__FeeApplicationHead **heads;
    size_t count;
    Pb__PageInfo info;
};

/* --- one --------------------------------------------------------------------------------------------- */

static bool is_same_or_any(const char *wanted, const char *text)
{
    return !wanted[0] || strcmp(wanted, text) == 0;
}

static bool is_asked_for(const struct looking *looking, const Pb__FeeApplication *application)
{
    const Pb__ListFeeApplicationsRequest *in = looking->in;
    return is_same_or_any(in->cycle_id, application->cycle_id) &&
           is_same_or_any(in->provider_id, application->provider_id) &&
           (!in->state || in->state == application->state);
}

static bool is_concerned(const Pb__FeeSubmission *submission, const char *authority_id)
{
    for (size_t i = 0; submission && i < submission->n_concerned_ids; i++)
        if (strcmp(submission->concerned_ids[i], authority_id) == 0)
            return true;
    return false;
}

/* Whom it concerns is what was submitted for, which grows with the consultation's. */
static bool may_see(const struct looking *looking, const Pb__FeeApplication *application,
                    const Pb__FeeSubmission *submission)
{
    Pb__Consultation concerned = PB__CONSULTATION__INIT;
    if (submission) {
        concerned.concerned_ids = submission->concerned_ids;
        concerned.n_concerned_ids = submission->n_concerned_ids;
    }
    bool reads = fee_application_may(&looking->actor, FEE_ACT_READ, application, &concerned) == REFUSAL_NONE;
    return reads || fee_application_may(&looking->actor, FEE_ACT_READ_SUBMITTED, application, &concerned) ==
                        REFUSAL_NONE;
}

static bool keep_texts(Pb__FeeApplicationHead *head, struct arena *arena)
{
    const char **const texts[] = {
        &head->id,           &head->provision_id,    &head->name, &head->cycle_id, &head->provider_id,
        &head->submitted_on, &head->increase_percent};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (!(*texts[i] = arena_text(arena, *texts[i])))
            return false;
    return true;
}

/* In `scratch`, all but what is kept; `ret_head` NULL: not for the caller. */
static enum code look(struct looking *looking, const Pb__FeeApplication *application, struct arena *scratch,
                      Pb__FeeApplicationHead **ret_head)
{
    enum code code;
    struct command reading = looking->read.reading;
    *ret_head = NULL;
    if (!is_asked_for(looking, application))
        return CODE_OK;
    reading.arena = scratch;
    const Pb__FeeSubmission *submission = load_if_any(&reading, &fees_submissions, application->id, &code);
    TRY(code);
    bool asked = !looking->in->authority_id[0] || is_concerned(submission, looking->in->authority_id);
    if (!asked || !may_see(looking, application, submission))
        return CODE_OK;
    Pb__FeeApplicationHead *head = arena_new(looking->read.reading.arena, Pb__FeeApplicationHead);
    if (!head)
        return no_memory(&looking->read.reading);
    fee_application_head(application, submission, head);
    if (!keep_texts(head, looking->read.reading.arena))
        return no_memory(&looking->read.reading);
    *ret_head = head;
    return CODE_OK;
}

/* --- a page ------------------------------------------------------------------------------------------ */

/* Reads on until the page is full and one more is seen. */
static enum code fill(struct looking *looking, struct record_scan *scan, struct arena *scratch)
{
    struct command *command = &looking->read.reading;
    struct span last = {0};
    ProtobufCMessage *record;
    enum code code;
    while ((code = record_scan_next(scan, scratch, &record)) == CODE_OK) {
        Pb__FeeApplicationHead *head;
        TRY(look(looking, (const Pb__FeeApplication *)record, scratch, &head));
        if (head && looking->count == looking->size) {
            looking->info.next = (ProtobufCBinaryData){last.size, (uint8_t *)(uintptr_t)last.data};
            return CODE_OK;
        }
        if (head) {
            looking->heads[looking->count++] = head;
            last = arena_copy(command->arena, scan->place);
            if (!last.data)
                return no_memory(command);
        }
        arena_reset(scratch);
    }
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

/* A provider's are found by it; else a cycle's, else all. */
static struct record_scan scan_of(struct looking *looking)
{
    struct command *command = &looking->read.reading;
    const Pb__ListFeeApplicationsRequest *in = looking->in;
    const char *provider =
        actor_is_said(looking->actor.provider_id) ? looking->actor.provider_id : in->provider_id;
    struct record_scan scan = {.txn = command->txn, .table = &fees_applications};
    if (provider[0]) {
        scan.index = table_index_named(scan.table, INDEX_PROVIDER);
        scan.prefix = key_of_uuid(provider, command->arena);
    } else if (in->cycle_id[0]) {
        scan.index = table_index_named(scan.table, INDEX_CYCLE);
        scan.prefix = span_of_text(in->cycle_id);
    }
    scan.whole = scan.index != NULL;
    if (in->page && in->page->after.len) {
        scan.first = span_of(in->page->after.data, in->page->after.len);
        scan.after = true;
    }
    return scan;
}

static enum code work(struct slow_read *read)
{
    struct looking *looking = (struct looking *)(void *)read;
    struct arena scratch;
    struct record_scan scan = scan_of(looking);
    if (scan.whole && !scan.prefix.size)
        return CODE_OK; /* no identifier: nobody's */
    arena_init(&scratch, REQUEST_ARENA_BYTES);
    enum code code = fill(looking, &scan, &scratch);
    record_scan_finish(&scan);
    arena_finish(&scratch);
    return code;
}

static enum code finish(struct command *command, void *state, ProtobufCMessage *message)
{
    struct looking *looking = state;
    Pb__ListFeeApplicationsResponse *out = (Pb__ListFeeApplicationsResponse *)message;
    TRY(slow_read_result(command, &looking->read));
    out->applications = looking->heads;
    out->n_applications = looking->count;
    out->page = &looking->info;
    return CODE_OK;
}

static enum code check_page(struct command *command, const Pb__PageRequest *request, size_t *ret_size)
{
    *ret_size = request && request->size ? request->size : PAGE_SIZE_DEFAULT;
    if (*ret_size > PAGE_SIZE_MAX)
        return refuse(command, CODE_INVALID_ARGUMENT, "page.size", "a page has at most %d", PAGE_SIZE_MAX);
    if (request && request->after.len > STORE_KEY_BYTES_MAX)
        return refuse(command, CODE_INVALID_ARGUMENT, "page.after", "this is not the `next` of a page");
    return CODE_OK;
}

HANDLE(ListFeeApplications, list_fee_applications)
{
    (void)out;
    struct looking *looking = arena_new(command->arena, struct looking);
    if (!looking)
        return no_memory(command);
    *looking = (struct looking){.read = {.work = work}, .in = in};
    pb__page_info__init(&looking->info);
    TRY(check_page(command, in->page, &looking->size));
    TRY(fees_check_reader_or_provider(command, &looking->actor));
    if (strlen(in->cycle_id) > FEE_CYCLE_ID_BYTES_MAX)
        return check(command, REFUSAL_CYCLE_UNKNOWN);
    looking->heads = arena_array(command->arena, Pb__FeeApplicationHead *, looking->size + 1);
    if (!looking->heads)
        return no_memory(command);
    return defer_read(command, &looking->read, finish);
}
