/* What of a published report is reminded of. In: the report, whole, and its form. Out: a copy of its head and
 * of what ends soon in it, so that many can be told one after the other. */

#include "services/monitoring/rules_amendment.h"
#include "services/monitoring/rules_progress_inside.h"

/* The head without what no reminder says. */
static bool copy_head(const Pb__Report *report, struct arena *arena, Pb__Report *ret_head)
{
    pb__report__init(ret_head);
    ret_head->id = arena_text(arena, report->id);
    ret_head->visit_id = arena_text(arena, report->visit_id);
    ret_head->provision_id = arena_text(arena, report->provision_id);
    ret_head->name = arena_text(arena, report->name);
    ret_head->authority_id = arena_text(arena, report->authority_id);
    ret_head->visited_on = arena_text(arena, report->visited_on);
    ret_head->published_on = arena_text(arena, report->published_on);
    return !arena->exhausted;
}

static bool ends_soon(const struct progress_builder *builder, const struct form_expiry *expiry)
{
    return expiry->on.day <= builder->today.day + REMIND_EXPIRY_DAYS;
}

static bool copy_endings(const struct progress_builder *builder, const struct form_expiry *expiries,
                         size_t count, struct told_report *told)
{
    size_t soon = 0;
    for (size_t i = 0; i < count; i++)
        soon += ends_soon(builder, &expiries[i]);
    told->endings = arena_array(builder->arena, struct ending, soon + 1);
    for (size_t i = 0; i < count && told->endings; i++)
        if (ends_soon(builder, &expiries[i]))
            told->endings[told->count++] =
                (struct ending){.question_id = arena_text(builder->arena, expiries[i].question->id),
                                .title = arena_text(builder->arena, expiries[i].question->title),
                                .on = expiries[i].on};
    return !builder->arena->exhausted;
}

bool progress_add_published(struct progress_builder *builder, const Pb__PublishedReport *published,
                            const Pb__FormTemplate *form, struct arena *scratch)
{
    struct told_report *told = arena_new(builder->arena, struct told_report);
    struct form_filled filled = {.template = form};
    struct form_expiry *expiries;
    size_t count;
    return told && report_applied(published, scratch, &filled.answers) == CODE_OK &&
           form_expiries(&filled, scratch, &expiries, &count) == CODE_OK &&
           copy_head(published->report, builder->arena, &told->head) &&
           copy_endings(builder, expiries, count, told) &&
           progress_add_told(builder, told, published->meta ? published->meta->version : 0);
}
