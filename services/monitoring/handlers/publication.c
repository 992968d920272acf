/* Publication and amendments (rules M3, R10). In: an LA's decision. Out, in one command, all of it or
 * nothing: the report published, what members read of it, and what searches are told of the provision. It
 * happens once: a report has one state, and its published record is made, never made again. */

#define SERVICE_TYPE Pb__ReportsService_Service

#include "services/monitoring/handlers/quality.h"
#include "services/monitoring/handlers/support.h"
#include "services/monitoring/rules_amendment.h"

/* The published record has no meta of the head's: it has its own. */
static Pb__Report *head_of(struct command *command, const Pb__Report *report)
{
    Pb__Report *head = COPY(command, report);
    if (head)
        head->meta = NULL;
    return head;
}

static enum code put_published(struct command *command, const struct draft *draft, const Pb__Report *report)
{
    Pb__PublishedReport *published = arena_new(command->arena, Pb__PublishedReport);
    if (!published)
        return no_memory(command);
    pb__published_report__init(published);
    published->id = report->id;
    published->meta = meta_like(command, report->meta);
    published->report = head_of(command, report);
    if (!published->meta || !published->report)
        return no_memory(command);
    published->answers = (Pb__FormAnswer **)(uintptr_t)draft->answers.items;
    published->n_answers = draft->answers.count;
    published->evidence = (Pb__Evidence **)draft->evidence.items;
    published->n_evidence = draft->evidence.count;
    TRY(check(command, protobuf_c_message_get_packed_size(&published->base) > REPORT_PUBLISHED_BYTES_MAX
                           ? REFUSAL_TOO_MANY
                           : REFUSAL_NONE));
    return put(command, &monitoring_published, published);
}

HANDLE(PublishReport, publish_report)
{
    struct draft draft;
    struct quality_facts quality;
    Pb__Report *stored = load_report_to(command, in->report_id, REPORT_PUBLISH);
    Pb__Report *report = arena_new(command->arena, Pb__Report);
    if (!stored)
        return command->fault.code;
    if (!report)
        return no_memory(command);
    TRY(check_day(command, report_publish(stored, command->today, command->arena, report),
                  REFUSAL_PUBLISH_EARLY, stored->may_publish_on));
    TRY(load_draft(command, stored, &draft));
    TRY(quality_load(command, stored->provision_id, &quality));
    expect_version(report->meta, in->version);
    TRY(put(command, &monitoring_reports, report));
    TRY(put_published(command, &draft, report));
    TRY(quality_put(command, &quality, NULL, report));
    out->report = report;
    return CODE_OK;
}

HANDLE(AmendReport, amend_report)
{
    struct published stored;
    struct form_problems problems;
    Pb__PublishedReport *published = arena_new(command->arena, Pb__PublishedReport);
    TRY(check_record(command, &in->base));
    Pb__Report *report = load_report_to(command, in->report_id, REPORT_AMEND);
    if (!report)
        return command->fault.code;
    if (!published)
        return no_memory(command);
    TRY(load_published(command, report->id, &stored));
    enum monitoring_refusal refusal =
        report_amend(stored.record, in, stored.form, caller_name(&command->caller), command->today,
                     command->arena, published, &problems);
    TRY(check_problems(command, &problems, refusal));
    TRY(check(command, refusal));
    expect_version(published->meta, in->version);
    report->amendments = published->report->amendments;
    TRY(put(command, &monitoring_published, published));
    TRY(put(command, &monitoring_reports, report));
    out->report = published;
    return CODE_OK;
}
