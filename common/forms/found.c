/* Problems as they are found, and the lists of this folder. In: reasons, in any order. Out: a list in order
 * of lines, bounded, that a response can take as it is. It decides nothing about what is a problem. */

#include "common/forms/inside.h"

#include <stdio.h>
#include <stdlib.h>

bool form_push(struct arena *arena, void *list, size_t *count, void *item)
{
    void **items;
    memcpy(&items, list, sizeof items); /* lists of any type of pointer */
    /* Full at every power of two. */
    if ((*count & (*count - 1)) == 0) {
        void **grown = arena_array(arena, void *, *count ? 2 * *count : 1);
        if (!grown)
            return false;
        if (*count)
            memcpy(grown, items, *count * sizeof *grown);
        items = grown;
        memcpy(list, &items, sizeof items);
    }
    items[(*count)++] = item;
    return true;
}

static void add(struct form_found *found, uint32_t line, const char *question, const char *option,
                char *reason)
{
    Pb__FormProblem *problem = arena_new(found->arena, Pb__FormProblem);
    if (!problem || !reason)
        return;
    text_mend(reason);
    pb__form_problem__init(problem);
    problem->line = line;
    problem->question_id = question;
    problem->option_id = option;
    problem->reason = reason;
    form_push(found->arena, &found->list.items, &found->list.count, problem);
}

static void __attribute__((format(printf, 5, 0)))
tell(struct form_found *found, uint32_t line, const char *question, const char *option, const char *reason,
     va_list arguments)
{
    char text[FAULT_REASON_BYTES];
    if (found->list.count >= FORM_PROBLEMS_MAX) {
        found->left_out++;
        return;
    }
    vsnprintf(text, sizeof text, reason, arguments);
    add(found, line, question, option, arena_text(found->arena, text));
}

void form_problem(struct form_found *found, uint32_t line, const char *question, const char *reason, ...)
{
    va_list arguments;
    va_start(arguments, reason);
    tell(found, line, question, "", reason, arguments);
    va_end(arguments);
}

void form_problem_of(struct form_found *found, const char *question, const char *option, const char *reason,
                     ...)
{
    va_list arguments;
    va_start(arguments, reason);
    tell(found, 0, question, option, reason, arguments);
    va_end(arguments);
}

/* Stable: of one line, as they were found. */
static void sort_by_line(struct form_problems *list)
{
    for (size_t i = 1; i < list->count; i++) {
        Pb__FormProblem *moved = list->items[i];
        size_t at = i;
        for (; at > 0 && list->items[at - 1]->line > moved->line; at--)
            list->items[at] = list->items[at - 1];
        list->items[at] = moved;
    }
}

enum code form_found_all(struct form_found *found, struct form_problems *ret_problems)
{
    sort_by_line(&found->list);
    if (found->left_out)
        add(found, 0, "", "", arena_format(found->arena, "and %zu more", found->left_out));
    if (found->arena->exhausted)
        return CODE_RESOURCE_EXHAUSTED;
    *ret_problems = found->list;
    return CODE_OK;
}
