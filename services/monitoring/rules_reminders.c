/* What is due or late, for whom (rules M3, M6). In: what progress was told of, and what ends of published
 * reports (rules_reminders_told.c). Out: reminders, the earliest day first. Sending them, and remembering
 * what was sent, is the service's. */

#include "services/monitoring/rules_reminders.h"

#include "common/domain/working_days.h"
#include "services/monitoring/rules_progress_inside.h"

#include <stdlib.h>

#define REMIND(kind) PB__REMINDER_KIND__REMINDER_KIND_##kind

struct reminding {
    struct progress_builder *builder;
    const char *authority_id; /* only this one's; "": everybody's */
    struct entries list;      /* each a Pb__Reminder */
    bool failed;              /* the arena is full */
};

/* What a reminder is about, but for its kind and day. */
struct about {
    const char *authority_id, *provision_id, *name, *visit_id, *report_id;
};

/* "in 3 days", "today", "1 day ago". */
static const char *days_in_words(struct reminding *reminding, struct date on)
{
    int32_t days = on.day - reminding->builder->today.day;
    struct arena *arena = reminding->builder->arena;
    if (days == 0)
        return "today";
    return days > 0 ? arena_format(arena, "in %d day%s", days, days == 1 ? "" : "s")
                    : arena_format(arena, "%d day%s ago", -days, days == -1 ? "" : "s");
}

/* Where it is asked for. NULL: it is not, or the arena is full. */
static Pb__Reminder *remind(struct reminding *reminding, Pb__ReminderKind kind, struct about about,
                            struct date on, const char *what)
{
    struct arena *arena = reminding->builder->arena;
    if (reminding->authority_id[0] && strcmp(reminding->authority_id, about.authority_id) != 0)
        return NULL;
    Pb__Reminder *reminder = arena_new(arena, Pb__Reminder);
    const char *day = date_text(on, arena), *when = days_in_words(reminding, on);
    const char *detail = when ? arena_format(arena, "%s %s", what, when) : NULL;
    if (!reminder || !day || !detail ||
        !progress_push(arena, &reminding->list, (struct entry){.record = reminder})) {
        reminding->failed = true;
        return NULL;
    }
    pb__reminder__init(reminder);
    reminder->kind = kind;
    reminder->authority_id = about.authority_id;
    reminder->provision_id = about.provision_id;
    reminder->name = about.name;
    reminder->visit_id = about.visit_id;
    reminder->report_id = about.report_id;
    reminder->on = day;
    reminder->detail = detail;
    return reminder;
}

/* --- visits ------------------------------------------------------------------------------------------ */

static void remind_of_plan(struct reminding *reminding, const struct holding *holding)
{
    const struct progress_builder *builder = reminding->builder;
    struct date from;
    if (holding->standing != PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK ||
        date_is_none(builder->first_on) ||
        date_add_days(builder->first_on, REMIND_UNPLANNED_DAYS, &from) != CODE_OK ||
        date_compare(builder->today, from) < 0)
        return;
    struct shared_visit visit = progress_shared_visit(builder, holding);
    if (!visit.made && !visit.planned)
        remind(reminding, REMIND(VISIT_UNPLANNED),
               (struct about){holding->authority_id, holding->provision_id, holding->name, "", ""}, from,
               "no visit is planned yet; it was to be by");
}

static void remind_of_visit(struct reminding *reminding, const Pb__Visit *visit)
{
    struct date today = reminding->builder->today, on = stored_date(visit->intended_on);
    const struct about about = {visit->authority_id, visit->provision_id, visit->name, visit->id, ""};
    if (visit->state != PB__VISIT_STATE__VISIT_STATE_PLANNED || date_is_none(on))
        return;
    if (date_compare(on, today) >= 0 && on.day <= today.day + REMIND_VISIT_DAYS)
        remind(reminding, REMIND(VISIT_DUE), about, on, "the visit is planned");
    if (date_compare(on, today) < 0 && visit->duty != PB__VISIT_DUTY__VISIT_DUTY_SOLE)
        remind(reminding, REMIND(VISIT_LATE), about, on, "the visit was planned");
}

/* --- reports ----------------------------------------------------------------------------------------- */

static void remind_of_draft(struct reminding *reminding, const Pb__Report *report, struct about about)
{
    struct date on;
    if (add_working_days(stored_date(report->visited_on), REMIND_REPORT_WORKING_DAYS, &on) == CODE_OK &&
        date_compare(on, reminding->builder->today) < 0)
        remind(reminding, REMIND(REPORT_LATE), about, on, "the report is in draft; it was due");
}

static void remind_of_comment(struct reminding *reminding, const Pb__Report *report, struct about about)
{
    struct date today = reminding->builder->today, on = stored_date(report->comment_by);
    if (date_is_none(on))
        return;
    if (date_compare(on, today) < 0)
        remind(reminding, REMIND(NOTICE_DUE), about, on, "no comment came; its date was");
    else if (on.day <= today.day + REMIND_COMMENT_DAYS)
        remind(reminding, REMIND(COMMENT_DUE), about, on, "the provider's comment is due");
}

static void remind_of_publication(struct reminding *reminding, struct about about, const char *text,
                                  const char *what)
{
    struct date from = stored_date(text);
    if (!date_is_none(from) && date_compare(from, reminding->builder->today) <= 0)
        remind(reminding, REMIND(MAY_PUBLISH), about, from, what);
}

static void remind_of_report(struct reminding *reminding, const Pb__Report *report)
{
    const struct about about = {report->authority_id, report->provision_id, report->name, report->visit_id,
                                report->id};
    switch (report->state) {
    case PB__REPORT_STATE__REPORT_STATE_DRAFT:
        remind_of_draft(reminding, report, about);
        break;
    case PB__REPORT_STATE__REPORT_STATE_SENT:
        remind_of_comment(reminding, report, about);
        break;
    case PB__REPORT_STATE__REPORT_STATE_COMMENTED:
        remind_of_publication(reminding, about, report->commented_on, "to be published: its comment came");
        break;
    case PB__REPORT_STATE__REPORT_STATE_NOTICE_GIVEN:
        remind_of_publication(reminding, about, report->may_publish_on,
                              "it may be published without comment, since");
        break;
    case PB__REPORT_STATE__REPORT_STATE_PUBLISHED:
    case PB__REPORT_STATE__REPORT_STATE_UNSPECIFIED:
    case PB__REPORT_STATE__REPORT_STATE_DISCARDED:
    case _PB__REPORT_STATE_IS_INT_SIZE:
        break;
    }
}

/* --- what expires ------------------------------------------------------------------------------------ */

static int compare_published(const void *left, const void *right)
{
    const Pb__Report *one = &((const struct told_report *)((const struct entry *)left)->record)->head;
    const Pb__Report *other = &((const struct told_report *)((const struct entry *)right)->record)->head;
    int order = strcmp(one->provision_id, other->provision_id);
    if (order)
        return order;
    return report_is_later(one, other) ? -1 : report_is_later(other, one) ? 1 : 0;
}

static void remind_of_endings(struct reminding *reminding, const struct told_report *told)
{
    const struct progress_builder *builder = reminding->builder;
    const Pb__Report *report = &told->head;
    const struct holding *holder = progress_holding(builder, report->provision_id);
    const struct about about = {holder ? holder->authority_id : report->authority_id, report->provision_id,
                                report->name, report->visit_id, report->id};
    for (size_t i = 0; i < told->count; i++) {
        const struct ending *ending = &told->endings[i];
        bool past = date_compare(ending->on, builder->today) < 0;
        const char *what = arena_format(builder->arena, "%s: %s", ending->title, past ? "ended" : "ends");
        Pb__Reminder *reminder = remind(reminding, REMIND(EXPIRY), about, ending->on, what ? what : "");
        if (reminder)
            reminder->question_id = ending->question_id;
    }
}

/* Of each provision the latest report: what an earlier one says has been looked at again since. */
static void remind_of_published(struct reminding *reminding)
{
    struct entries *published = &reminding->builder->published;
    const char *provision_id = NULL;
    struct entry *items = arena_array(reminding->builder->arena, struct entry, published->count + 1);
    if (!items) {
        reminding->failed = true;
        return;
    }
    if (published->count > 0)
        memcpy(items, published->items, published->count * sizeof *items);
    qsort(items, published->count, sizeof *items, compare_published);
    for (size_t i = 0; i < published->count; i++) {
        const struct told_report *told = items[i].record;
        if (!provision_id || strcmp(provision_id, told->head.provision_id) != 0)
            remind_of_endings(reminding, told);
        provision_id = told->head.provision_id;
    }
}

/* --- all --------------------------------------------------------------------------------------------- */

int reminder_compare(const void *left, const void *right)
{
    const Pb__Reminder *a = *(const Pb__Reminder *const *)left, *b = *(const Pb__Reminder *const *)right;
    const int orders[] = {
        strcmp(a->on, b->on),
        ORDER(a->kind, b->kind),
        strcmp(a->authority_id, b->authority_id),
        strcmp(a->provision_id, b->provision_id),
        strcmp(a->visit_id, b->visit_id),
        strcmp(a->report_id, b->report_id),
        strcmp(a->question_id, b->question_id),
    };
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
        if (orders[i])
            return orders[i];
    return 0;
}

enum code progress_reminders(struct progress_builder *builder, const char *authority_id,
                             Pb__Reminder ***ret_reminders, size_t *ret_count)
{
    struct reminding reminding = {.builder = builder, .authority_id = authority_id};
    enum code code = progress_settle(builder);
    if (code != CODE_OK)
        return code;
    for (size_t i = 0; i < builder->holding_count; i++)
        remind_of_plan(&reminding, &builder->holdings[i]);
    for (size_t i = 0; i < builder->visits.count; i++)
        remind_of_visit(&reminding, builder->visits.items[i].record);
    for (size_t i = 0; i < builder->reports.count; i++)
        remind_of_report(&reminding, builder->reports.items[i].record);
    remind_of_published(&reminding);
    const Pb__Reminder **list = arena_array(builder->arena, const Pb__Reminder *, reminding.list.count + 1);
    if (reminding.failed || !list)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < reminding.list.count; i++)
        list[i] = reminding.list.items[i].record;
    qsort(list, reminding.list.count, sizeof *list, reminder_compare);
    *ret_reminders = (Pb__Reminder **)list;
    *ret_count = reminding.list.count;
    return CODE_OK;
}

const Pb__Reminder *reminder_bare(const Pb__Reminder *reminder, struct arena *arena)
{
    Pb__Reminder *bare = arena_new(arena, Pb__Reminder);
    if (!bare)
        return NULL;
    *bare = *reminder;
    bare->name = bare->detail = "";
    return bare;
}
