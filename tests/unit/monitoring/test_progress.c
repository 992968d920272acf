/* Progress and reminders (rule M6), as the program finds them in what it keeps and follows. */

#include "fixture.h"

#include "common/store/journal.h"
#include "services/monitoring/handlers/slim.h"

static const Pb__ReportProgressResponse *progress(struct fixture *fixture, Pb__ProgressOf of,
                                                  const char *cycle, enum code expected)
{
    Pb__ReportProgressRequest request = PB__REPORT_PROGRESS_REQUEST__INIT;
    request.of = of, request.cycle_id = cycle;
    return call(fixture, MONITORING("ReportProgress"), &request.base, expected);
}

static size_t reminders_of(struct fixture *fixture, Pb__ReminderKind kind, const char *gss)
{
    Pb__ListRemindersRequest request = PB__LIST_REMINDERS_REQUEST__INIT;
    request.authority_id = gss;
    const Pb__ListRemindersResponse *response =
        call(fixture, MONITORING("ListReminders"), &request.base, CODE_OK);
    size_t count = 0;
    for (size_t i = 0; i < response->n_reminders; i++)
        count += response->reminders[i]->kind == kind;
    return count;
}

#define OF_LAS        PB__PROGRESS_OF__PROGRESS_OF_AUTHORITIES
#define OF_PROVIDERS  PB__PROGRESS_OF__PROGRESS_OF_PROVIDERS
#define OF_PROVISIONS PB__PROGRESS_OF__PROGRESS_OF_PROVISIONS

Test(progress, of_a_cycle_under_way)
{
    struct fixture *fixture = fixture_create();
    const Pb__ReportProgressResponse *told = progress(fixture, OF_LAS, "", CODE_OK);
    cr_assert_str_eq(told->cycle_id, CYCLE);
    cr_assert(told->total->owed == 3 && told->total->pending == 3 && told->total->soles == 1);
    published_at(fixture, 1, HERTS);
    plan(fixture, 2, BEDFORD, QA, "2026-06-05", CODE_OK);
    const char *draft = draft_at(fixture, 3, ESSEX);
    to_day(fixture, "2026-06-08");
    told = progress(fixture, OF_LAS, "", CODE_OK);
    cr_assert(told->n_progress == 4);
    cr_assert_str_eq(told->progress[0]->name, "Bedford", "by name");
    cr_assert(told->progress[0]->overdue == 1);
    cr_assert(told->total->made == 2 && told->total->pending == 1 && told->total->published == 1 &&
              told->total->draft == 1);
    told = progress(fixture, OF_PROVIDERS, CYCLE, CODE_OK);
    cr_assert(told->n_progress == 2);
    cr_assert_str_eq(told->progress[0]->name, "Oaks");
    told = progress(fixture, OF_PROVISIONS, CYCLE, CODE_OK);
    cr_assert(told->n_progress == 4);
    cr_assert_str_eq(told->progress[0]->name, "Home 1");
    progress(fixture, OF_LAS, "1999-00", CODE_NOT_FOUND);

    cr_assert(reminders_of(fixture, PB__REMINDER_KIND__REMINDER_KIND_VISIT_LATE, "") == 1);
    cr_assert(reminders_of(fixture, PB__REMINDER_KIND__REMINDER_KIND_VISIT_LATE, HERTS) == 0);
    complete(fixture, draft);
    send_it(fixture, draft, CODE_OK);
    to_day(fixture, "2026-06-23");
    cr_assert(reminders_of(fixture, PB__REMINDER_KIND__REMINDER_KIND_NOTICE_DUE, ESSEX) == 1);
    fixture_end(fixture);
}

/* Page by page it is the same as at once, with the total of all on each. */
Test(progress, in_pages)
{
    struct fixture *fixture = fixture_create();
    Pb__ReportProgressRequest request = PB__REPORT_PROGRESS_REQUEST__INIT;
    Pb__PageRequest page = PB__PAGE_REQUEST__INIT;
    const Pb__ReportProgressResponse *whole = progress(fixture, OF_PROVISIONS, CYCLE, CODE_OK), *part;
    cr_assert(whole->n_progress == 4 && whole->page->next.len == 0);
    request.of = OF_PROVISIONS, request.cycle_id = CYCLE, request.page = &page;
    for (unsigned size = 1; size <= 4; size++) {
        size_t seen = 0;
        page = (Pb__PageRequest)PB__PAGE_REQUEST__INIT;
        page.size = size;
        do {
            part = call(fixture, MONITORING("ReportProgress"), &request.base, CODE_OK);
            cr_assert(part->n_progress == (4 - seen < size ? 4 - seen : size) && part->total->owed == 3);
            for (size_t i = 0; i < part->n_progress; i++)
                cr_assert_str_eq(part->progress[i]->id, whole->progress[seen++]->id);
            page.after = part->page->next;
        } while (page.after.len);
        cr_assert_eq(seen, 4);
    }
    page.size = ROWS_PAGE_MAX + 1;
    call(fixture, MONITORING("ReportProgress"), &request.base, CODE_INVALID_ARGUMENT);
    page.size = 1, page.after = (ProtobufCBinaryData){4, (uint8_t *)(uintptr_t) "none"};
    call(fixture, MONITORING("ReportProgress"), &request.base, CODE_INVALID_ARGUMENT);
    cr_assert_str_eq(fixture->status->field, "page.after");
    fixture_end(fixture);
}

Test(progress, reminders_in_pages)
{
    struct fixture *fixture = fixture_create();
    Pb__ListRemindersRequest request = PB__LIST_REMINDERS_REQUEST__INIT;
    Pb__PageRequest page = PB__PAGE_REQUEST__INIT;
    plan(fixture, 2, BEDFORD, QA, "2026-06-05", CODE_OK);
    draft_at(fixture, 3, ESSEX);
    to_day(fixture, "2026-07-08");
    const Pb__ListRemindersResponse *whole =
        call(fixture, MONITORING("ListReminders"), &request.base, CODE_OK);
    cr_assert(whole->n_reminders >= 3 && whole->page->next.len == 0);
    request.page = &page, page.size = 1;
    for (size_t i = 0; i < whole->n_reminders; i++) {
        const Pb__ListRemindersResponse *part =
            call(fixture, MONITORING("ListReminders"), &request.base, CODE_OK);
        cr_assert(part->n_reminders == 1 && (part->page->next.len == 0) == (i + 1 == whole->n_reminders));
        cr_assert_str_eq(part->reminders[0]->detail, whole->reminders[i]->detail);
        cr_assert_str_eq(part->reminders[0]->provision_id, whole->reminders[i]->provision_id);
        page.after = part->page->next;
    }
    fixture_end(fixture);
}

/* A cycle that is over counts who had it then, though others have it now. */
Test(progress, of_a_cycle_that_is_over)
{
    struct fixture *fixture = fixture_create();
    published_at(fixture, 1, HERTS);
    to_day(fixture, "2026-10-05");
    put_cycle(fixture, CYCLE, "2025-10-01", "2026-09-30", PB__CYCLE_STATE__CYCLE_STATE_CLOSED);
    put_cycle(fixture, "2026-27", "2026-10-01", "2027-09-30", PB__CYCLE_STATE__CYCLE_STATE_PUBLISHED);
    put_allocation(fixture, 1, KENT, false, 2, "2026-10-03");
    settle(fixture);
    const Pb__ReportProgressResponse *told = progress(fixture, OF_LAS, CYCLE, CODE_OK);
    cr_assert(told->total->owed == 3 && told->total->overdue == 2 && told->total->published == 1);
    for (size_t i = 0; i < told->n_progress; i++)
        if (strcmp(told->progress[i]->id, KENT) == 0)
            cr_assert(told->progress[i]->owed == 0 && told->progress[i]->soles == 1);
    told = progress(fixture, OF_LAS, "", CODE_OK);
    cr_assert_str_eq(told->cycle_id, "2026-27");
    cr_assert(told->total->owed == 3 && told->total->published == 0);
    fixture_end(fixture);
}

/* What a published report says expires is reminded of. */
Test(progress, expiries)
{
    struct fixture *fixture = fixture_create();
    const char *id = draft_at(fixture, 1, HERTS);
    Pb__SaveAnswersRequest request = PB__SAVE_ANSWERS_REQUEST__INIT;
    Pb__ReportAnswer kept = PB__REPORT_ANSWER__INIT, *list[] = {&kept};
    Pb__FormAnswer answer = PB__FORM_ANSWER__INIT;
    answer.question_id = "licence", answer.date = "2026-07-10";
    kept.answer = &answer;
    request.report_id = id, request.answers = list, request.n_answers = 1;
    call(fixture, REPORTS("SaveAnswers"), &request.base, CODE_OK);
    complete(fixture, id);
    send_it(fixture, id, CODE_OK);
    comment_it(fixture, id, "thanks", CODE_OK);
    cr_assert(reminders_of(fixture, PB__REMINDER_KIND__REMINDER_KIND_EXPIRY, "") == 0);
    publish_it(fixture, id, CODE_OK);
    cr_assert(reminders_of(fixture, PB__REMINDER_KIND__REMINDER_KIND_EXPIRY, "") == 1);
    fixture_end(fixture);
}

/* A follower that begins again keeps what it knew of terms, and answers only once it has read anew. */
Test(progress, a_source_begins_anew)
{
    struct fixture *fixture = fixture_create();
    const char *id = published_at(fixture, 1, HERTS);
    source_end_at(fixture, 1);
    source_begin_at(fixture, 1, allocation_source_tables);
    put_cycle(fixture, CYCLE, "2025-10-01", "2026-09-30", PB__CYCLE_STATE__CYCLE_STATE_PUBLISHED);
    put_allocation(fixture, 2, BEDFORD, false, 1, "2025-10-01");
    pass_ms(fixture, 60 * 1000);
    settle(fixture);
    const Pb__ReportProgressResponse *told = progress(fixture, OF_LAS, "", CODE_OK);
    cr_assert(told->total->owed == 1 && told->total->published == 1);
    cr_assert_str_eq(report_of(fixture, id, CODE_OK)->report->id, id);
    cr_assert(stored(fixture, &monitoring_terms, "01979df0-0000-7000-8000-000000003011"));
    fixture_end(fixture);
}

/* What is told outlives the record it was read from, and takes no more room than is needed. */
Test(progress, slim_copies)
{
    const char *officers[] = {"An Officer"};
    char id[] = "a report", by[] = "somebody", comment[] = "long";
    struct arena arena;
    Pb__RecordMeta meta = PB__RECORD_META__INIT;
    Pb__Report report = PB__REPORT__INIT;
    Pb__Visit visit = PB__VISIT__INIT;
    arena_init(&arena, 1 << 16);
    meta.version = 7, meta.changed_by = by;
    report.id = id, report.meta = &meta, report.comment = comment, report.discarded_because = comment;
    report.state = PB__REPORT_STATE__REPORT_STATE_SENT;
    visit.officers = officers, visit.n_officers = 1, visit.reason = comment;
    const Pb__Report *kept = (const Pb__Report *)(const void *)slim_copy(&report.base, &arena);
    const Pb__Visit *seen = (const Pb__Visit *)(const void *)slim_copy(&visit.base, &arena);
    cr_assert(kept && seen);
    id[0] = comment[0] = by[0] = '?';
    cr_assert_str_eq(kept->id, "a report");
    cr_assert(kept->meta->version == 7 && kept->state == PB__REPORT_STATE__REPORT_STATE_SENT);
    cr_assert_str_empty(kept->meta->changed_by);
    cr_assert_str_empty(kept->comment);
    cr_assert_str_empty(kept->discarded_because);
    cr_assert_str_empty(seen->reason);
    cr_assert(seen->n_officers == 0 && !seen->officers);
    arena_finish(&arena);
    arena_init(&arena, sizeof report + 64);
    report.meta = NULL, report.name = "no room for this name, which is longer than what is left of the arena";
    cr_assert_null(slim_copy(&report.base, &arena));
    arena_finish(&arena);
}

/* --- a source that begins anew ------------------------------------------------------------------------- */

/* Between the request's turn and its work on the pool: nothing of the registry has been read yet. */
static bool begins_anew(struct world *world)
{
    struct fixture *fixture = fixture_of(world);
    struct store_txn *txn;
    if (!fixture->job)
        return false;
    cr_assert(store_write_begin(service_store(fixture->service), &txn) == CODE_OK);
    cr_assert(cursor_put(txn, "registry", &(struct cursor){.position = {9, 0}}) == CODE_OK);
    cr_assert(store_commit(txn) == CODE_OK);
    return world_finishes_jobs(world);
}

Test(progress, what_is_reckoned_apart_is_not_from_half_a_copy)
{
    static struct world_ops ops;
    struct fixture *fixture = fixture_create();
    cr_assert(progress(fixture, OF_LAS, "", CODE_OK) != NULL);
    ops = *fixture->world.ops;
    ops.jobs_finish = begins_anew;
    fixture->world.ops = &ops;
    progress(fixture, OF_LAS, "", CODE_UNAVAILABLE);
    cr_assert(strstr(fixture->status->message, "registry"), "%s", fixture->status->message);
    fixture_end(fixture);
}
