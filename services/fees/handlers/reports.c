/* The lead's report (rule F6). In: what the lead types, and that it publishes. Out: a draft; the published
 * report, with the consultation's state and everybody's lines as they come to now, in one command. */

#define SERVICE_TYPE Pb__FeeConsultationsService_Service

#include "services/fees/handlers/totals.h"
#include "services/fees/rules_report.h"

/* The report of a place, with what it is held against. */
struct reporting {
    struct fee_place place;
    Pb__FeeReport *stored; /* NULL: it is not begun */
    Pb__FeeSubmission *submission;
    struct fee_report_facts facts;
};

/* The form it was begun on, else the one in use. */
static enum code load_form(struct command *command, struct reporting *reporting)
{
    const Pb__FormTemplate *form;
    if (reporting->stored) {
        reporting->facts.form = form = load_form_of(command, reporting->stored->form_id);
        return form ? CODE_OK : command->fault.code;
    }
    TRY(form_in_use(command, PB__FORM_PURPOSE__FORM_PURPOSE_FEE_REPORT, &form));
    reporting->facts.form = form;
    return check(command, form ? REFUSAL_NONE : REFUSAL_FORM_NONE);
}

static enum code load_stored(struct command *command, struct reporting *reporting)
{
    enum code code;
    const struct fee_place *place = &reporting->place;
    reporting->stored = load_if_any(command, &fees_reports, place->id, &code);
    TRY(code);
    TRY(fees_standing(command, place->consultation, &reporting->submission));
    reporting->facts = (struct fee_report_facts){.cycle = place->cycle,
                                                 .consultation = place->consultation,
                                                 .submission = reporting->submission,
                                                 .today = command->today};
    return CODE_OK;
}

/* For its lead, in a cycle that is open. */
static enum code begin(struct command *command, const char *provision, const char *cycle_id,
                       enum fee_consultation_event event, struct reporting *reporting)
{
    TRY(fees_place_to(command, provision, cycle_id, FEE_CYCLE_WORK, &reporting->place));
    TRY(fees_check_lead(command, reporting->place.consultation));
    TRY(check(command, fee_consultation_may(reporting->place.consultation, event)));
    TRY(load_stored(command, reporting));
    return load_form(command, reporting);
}

static enum code list_problems(struct command *command, const struct reporting *reporting,
                               const Pb__FeeReport *report, struct fee_problems *ret_problems)
{
    enum code code = fee_report_problems(report, &reporting->facts, command->arena, ret_problems);
    return code == CODE_OK ? CODE_OK : no_memory(command);
}

HANDLE(SaveFeeReport, save_fee_report)
{
    struct reporting reporting;
    struct fee_problems problems;
    Pb__FeeReport *report = arena_new(command->arena, Pb__FeeReport);
    TRY(check_record(command, &in->base));
    if (!report)
        return no_memory(command);
    TRY(begin(command, in->provision_id, in->cycle_id, CONSULTATION_WRITE, &reporting));
    const Pb__Consultation *consultation = reporting.place.consultation;
    TRY(decided(command, fee_report_save(reporting.stored, in, consultation->lead_id, &reporting.facts,
                                         command->arena, report, &command->fault)));
    report->id = consultation->id;
    report->meta = reporting.stored ? meta_again(command, reporting.stored->meta, false)
                                    : meta_like(command, consultation->meta);
    if (!report->meta)
        return no_memory(command);
    expect_version(report->meta, in->version);
    TRY(list_problems(command, &reporting, report, &problems));
    TRY(put(command, &fees_reports, report));
    out->report = report;
    out->problems = problems.items;
    out->n_problems = problems.count;
    return CODE_OK;
}

/* The first of what is missing or wrong, and how much there is. */
static enum code check_complete(struct command *command, const struct reporting *reporting)
{
    struct fee_problems problems;
    if (!reporting->stored)
        return check(command, REFUSAL_REPORT_INCOMPLETE);
    TRY(list_problems(command, reporting, reporting->stored, &problems));
    if (problems.count == 0)
        return CODE_OK;
    const struct refusal_facts *facts = fees_refusal_facts(REFUSAL_REPORT_INCOMPLETE);
    const Pb__FeeProblem *first = problems.items[0];
    return refuse(command, facts->code, facts->field, "%s (%zu): %.100s: %s", facts->text, problems.count,
                  first->field, first->reason);
}

HANDLE(PublishFeeReport, publish_fee_report)
{
    struct reporting reporting;
    struct fees_recount recount;
    Pb__Consultation consultation, *stored;
    Pb__FeeReport *report = arena_new(command->arena, Pb__FeeReport);
    if (!report)
        return no_memory(command);
    TRY(begin(command, in->provision_id, in->cycle_id, CONSULTATION_PUBLISH, &reporting));
    const struct fee_place *place = &reporting.place;
    if (in->submission)
        TRY(decided(command,
                    fee_submission_check(in->submission, place->consultation->submission, &command->fault)));
    TRY(check_complete(command, &reporting));
    TRY(check(command, fee_report_publish(reporting.stored, place->consultation->lead_id, &reporting.facts,
                                          command->arena, report, &consultation)));
    allow_memory(command, FEES_ARENA_BYTES);
    TRY(fees_recount_load(command, place->cycle->id, place->provision_id, "", &recount));
    report->meta = meta_again(command, reporting.stored->meta, false);
    if (!report->meta)
        return no_memory(command);
    expect_version(report->meta, in->version);
    TRY(put(command, &fees_reports, report));
    TRY(fees_put_consultation(command, &consultation, &stored));
    recount.report = report;
    TRY(fees_recount_put(command, &recount));
    out->report = report;
    return CODE_OK;
}

/* A draft is its lead's and the host's; of what is not to be seen there is none. */
static enum code check_reads(struct command *command, const struct reporting *reporting)
{
    struct fees_actor actor;
    const Pb__FeeReport *report = reporting->stored;
    const struct fee_whose whose = fees_whose(reporting->place.consultation, "");
    TRY(fees_load_actor(command, &actor));
    return fees_check_may(command, &actor,
                          report && report->published ? FEE_THING_REPORT : FEE_THING_REPORT_DRAFT, &whose,
                          SHARING_READ, REFUSAL_REPORT_UNKNOWN);
}

HANDLE(GetFeeReport, get_fee_report)
{
    struct reporting reporting;
    struct fee_problems problems;
    TRY(fees_place_to_read(command, in->provision_id, in->cycle_id, &reporting.place));
    TRY(load_stored(command, &reporting));
    TRY(check_reads(command, &reporting));
    if (!reporting.stored)
        return check(command, REFUSAL_REPORT_UNKNOWN);
    TRY(load_form(command, &reporting));
    out->report = reporting.stored;
    bool is_short = out->report->published ? out->report->short_form
                                           : fee_consultation_is_short(reporting.place.consultation);
    const Pb__FormTemplate *form =
        fee_report_form(reporting.facts.form, is_short, reporting.place.cycle, command->arena);
    if (!form || !(out->form = form_to_show(command, form)))
        return no_memory(command);
    TRY(list_problems(command, &reporting, out->report, &problems));
    out->problems = problems.items;
    out->n_problems = problems.count;
    return CODE_OK;
}
