/* What readers see (rule M4): published reports, one or two side by side, grades over time; and lists of the
 * reports that the caller may see. In: questions. Out: answers; nothing is written. */

#define SERVICE_TYPE Pb__ReportsService_Service

#include "services/monitoring/handlers/support.h"

/* --- which report is meant --------------------------------------------------------------------------- */

/* The published reports of a provision that the caller may read, the earliest first. */
static enum code readable_there(struct command *command, const char *provision_id,
                                struct collected *ret_reports)
{
    struct collected all, kept = {0};
    struct monitoring_actor actor;
    TRY(load_actor(command, &actor));
    const Pb__Provision *provision = known_provision(command, provision_id);
    if (!provision)
        return command->fault.code;
    actor_asks_about(&actor, provision);
    TRY(reports_there(command, provision->id, &all));
    kept.items = all.items;
    for (size_t i = 0; i < all.count; i++) {
        Pb__Report *report = (Pb__Report *)all.items[i];
        if (report->state != PB__REPORT_STATE__REPORT_STATE_PUBLISHED ||
            report_may(&actor, REPORT_ACT_READ, report) != REFUSAL_NONE)
            continue;
        size_t at = kept.count++;
        for (; at > 0 && report_is_later((Pb__Report *)kept.items[at - 1], report); at--)
            kept.items[at] = kept.items[at - 1];
        kept.items[at] = &report->base;
    }
    *ret_reports = kept;
    return CODE_OK;
}

/* The latest of them. Which is the latest of all is kept beside the provision's concerns. */
static enum code latest_there(struct command *command, const char *provision_id, const char **ret_id)
{
    struct collected there;
    struct monitoring_actor actor;
    enum code code;
    TRY(load_actor(command, &actor));
    const Pb__Provision *provision = known_provision(command, provision_id);
    if (!provision)
        return command->fault.code;
    actor_asks_about(&actor, provision);
    const Pb__ProvisionQuality *quality = load_if_any(command, &monitoring_quality, provision->id, &code);
    TRY(code);
    const Pb__Report *report =
        quality ? load_if_any(command, &monitoring_reports, quality->report_id, &code) : NULL;
    TRY(code);
    if (report && report_may(&actor, REPORT_ACT_READ, report) == REFUSAL_NONE) {
        *ret_id = report->id;
        return CODE_OK;
    }
    TRY(readable_there(command, provision->id, &there));
    TRY(check(command, there.count ? REFUSAL_NONE : REFUSAL_REPORT_UNKNOWN));
    *ret_id = ((const Pb__Report *)there.items[there.count - 1])->id;
    return CODE_OK;
}

HANDLE(GetReport, get_report)
{
    struct published published;
    const char *id = in->report_id;
    if (!id[0])
        TRY(latest_there(command, in->provision_id, &id));
    const Pb__Report *report = load_report(command, id, REPORT_ACT_READ);
    if (!report)
        return command->fault.code;
    TRY(load_published(command, report->id, &published));
    out->report = published.record;
    return show_form(command, published.form, &out->base, "form");
}

/* --- two of them ------------------------------------------------------------------------------------- */

/* The one named; else the one at that place, counted from 1, of those there. */
static const char *report_meant(const char *named, const struct collected *there, size_t place)
{
    if (named[0])
        return named;
    return place && place <= there->count ? ((const Pb__Report *)there->items[place - 1])->id : "";
}

/* Where a report stands among those, counted from 1; 0: nowhere. */
static size_t place_of(const struct collected *there, const char *id)
{
    size_t place = there->count;
    while (place && strcmp(((const Pb__Report *)there->items[place - 1])->id, id) != 0)
        place--;
    return place;
}

HANDLE(CompareReports, compare_reports)
{
    struct collected there;
    struct published earlier, later;
    TRY(readable_there(command, in->provision_id, &there));
    const char *later_id = report_meant(in->later_report_id, &there, there.count);
    size_t place = place_of(&there, later_id);
    const char *earlier_id = report_meant(in->earlier_report_id, &there, place ? place - 1 : 0);
    TRY(check(command, place && place_of(&there, earlier_id) ? REFUSAL_NONE : REFUSAL_REPORT_UNKNOWN));
    TRY(load_published(command, earlier_id, &earlier));
    TRY(load_published(command, later_id, &later));
    if (form_compare(&earlier.filled, &later.filled, command->arena, &out->changes, &out->n_changes) !=
        CODE_OK)
        return no_memory(command);
    out->earlier = earlier.record->report;
    out->later = later.record->report;
    return CODE_OK;
}

/* --- all of them ------------------------------------------------------------------------------------- */

static enum code add_grades(struct command *command, const char *id, Pb__ListGradesResponse *out)
{
    struct published published;
    Pb__GradeAt **rows;
    size_t count;
    TRY(load_published(command, id, &published));
    if (form_grades(&published.filled, id, published.record->report->visited_on, command->arena, &rows,
                    &count) != CODE_OK)
        return no_memory(command);
    Pb__GradeAt **all = arena_array(command->arena, Pb__GradeAt *, out->n_grades + count + 1);
    if (!all)
        return no_memory(command);
    for (size_t i = 0; i < out->n_grades; i++)
        all[i] = out->grades[i];
    for (size_t i = 0; i < count; i++)
        all[out->n_grades++] = rows[i];
    out->grades = all;
    return CODE_OK;
}

HANDLE(ListGrades, list_grades)
{
    struct collected there;
    TRY(readable_there(command, in->provision_id, &there));
    for (size_t i = 0; i < there.count; i++)
        TRY(add_grades(command, ((const Pb__Report *)there.items[i])->id, out));
    return CODE_OK;
}

struct listing {
    const Pb__ListReportsRequest *in;
    struct monitoring_actor actor;
};

static bool is_wanted(void *context, const ProtobufCMessage *record)
{
    const struct listing *listing = context;
    const Pb__ListReportsRequest *in = listing->in;
    const Pb__Report *report = (const Pb__Report *)record;
    return report_may(&listing->actor, REPORT_ACT_READ, report) == REFUSAL_NONE &&
           (!in->authority_id[0] || strcmp(in->authority_id, report->authority_id) == 0) &&
           (!in->cycle_id[0] || strcmp(in->cycle_id, report->cycle_id) == 0) &&
           (!in->state || in->state == report->state);
}

/* The narrowest index that what is asked for has. Without a provision a provider is shown what was sent to
 * itself; what was sent to who ran a home before, where that home is named. */
static enum code reports_asked(struct command *command, struct listing *listing, struct walk *ret_walk)
{
    const Pb__ListReportsRequest *in = listing->in;
    const char *provider_id = listing->actor.provider_id;
    struct walk asked = {.table = &monitoring_reports};
    if (in->provision_id[0]) {
        const Pb__Provision *provision = known_provision(command, in->provision_id);
        if (!provision)
            return command->fault.code;
        actor_asks_about(&listing->actor, provision);
        asked.index = INDEX_PROVISION;
        asked.value = key_of_uuid(provision->id, command->arena);
    } else if (provider_id[0]) {
        asked.index = INDEX_PROVIDER;
        asked.value = key_of_uuid(provider_id, command->arena);
    } else if (in->authority_id[0]) {
        asked.index = INDEX_AUTHORITY;
        asked.value = span_of_text(in->authority_id);
    } else if (in->cycle_id[0]) {
        asked.index = INDEX_CYCLE;
        asked.value = span_of_text(in->cycle_id);
    }
    *ret_walk = asked;
    return CODE_OK;
}

HANDLE(ListReports, list_reports)
{
    struct page page;
    struct walk asked;
    struct listing listing = {.in = in};
    TRY(check_record(command, &in->base));
    TRY(load_actor(command, &listing.actor));
    TRY(reports_asked(command, &listing, &asked));
    TRY(read_page(command, &asked, in->page, is_wanted, &listing, &page, &out->page));
    out->reports = (Pb__Report **)page.records;
    out->n_reports = page.count;
    return CODE_OK;
}
