/* Lines that change together (rule F5). In: lines to keep or to drop, one by one. Out: each provision's lines
 * and totals, counted once, however many of its lines changed. */

#include "services/fees/handlers/line_changes.h"

/* Its last application is what lines may name services of, also where that was returned. */
static enum code load_submission(struct command *command, const struct line_changes *changes,
                                 struct touched *touched)
{
    enum code code;
    const char *id = fees_consultation_id(changes->cycle->id, touched->provision_id, command->arena);
    if (!id)
        return no_memory(command);
    touched->submission = touched->recount.submission;
    if (touched->submission)
        return CODE_OK;
    const Pb__Consultation *consultation = load_if_any(command, &fees_consultations, id, &code);
    TRY(code);
    if (consultation && consultation->application_id[0])
        touched->submission = load_if_any(command, &fees_submissions, consultation->application_id, &code);
    return code;
}

static bool make_room(struct line_changes *changes, struct arena *arena)
{
    if (changes->count < changes->room)
        return true;
    size_t room = changes->room ? 2 * changes->room : 16;
    struct touched **larger = arena_array(arena, struct touched *, room);
    if (!larger)
        return false;
    if (changes->count)
        memcpy(larger, changes->items, changes->count * sizeof(*larger));
    changes->items = larger;
    changes->room = room;
    return true;
}

enum code fees_touch(struct command *command, struct line_changes *changes, const char *provision_id,
                     struct touched **ret_touched)
{
    for (size_t i = 0; i < changes->count; i++) {
        *ret_touched = changes->items[i];
        if (strcmp((*ret_touched)->provision_id, provision_id) == 0)
            return CODE_OK;
    }
    struct touched *touched = arena_new(command->arena, struct touched);
    if (!touched || !make_room(changes, command->arena))
        return no_memory(command);
    *touched = (struct touched){.provision_id = provision_id};
    TRY(fees_recount_load(command, changes->cycle->id, provision_id, changes->authority_id,
                          &touched->recount));
    TRY(load_submission(command, changes, touched));
    touched->room = touched->recount.lines.count;
    changes->items[changes->count++] = touched;
    *ret_touched = touched;
    return CODE_OK;
}

/* Its number; the count: there is none. */
static size_t find(const struct collected *lines, const char *line_id)
{
    size_t at = 0;
    while (at < lines->count && strcmp(((const Pb__FeeLine *)lines->items[at])->id, line_id) != 0)
        at++;
    return at;
}

enum code fees_touched_keep(struct command *command, struct touched *touched, Pb__FeeLine *line)
{
    struct collected *lines = &touched->recount.lines;
    size_t at = find(lines, line->id);
    touched->changed = true;
    if (at == lines->count && lines->count == touched->room) {
        size_t room = touched->room ? 2 * touched->room : 16;
        ProtobufCMessage **larger = arena_array(command->arena, ProtobufCMessage *, room);
        if (!larger)
            return no_memory(command);
        if (lines->count)
            memcpy(larger, lines->items, lines->count * sizeof(*larger));
        lines->items = larger;
        touched->room = room;
    }
    lines->count += at == lines->count;
    lines->items[at] = &line->base;
    return CODE_OK;
}

void fees_touched_drop(struct touched *touched, const char *line_id)
{
    struct collected *lines = &touched->recount.lines;
    size_t at = find(lines, line_id);
    if (at == lines->count)
        return;
    lines->items[at] = lines->items[--lines->count];
    touched->changed = true;
}

enum code fees_changes_put(struct command *command, const struct line_changes *changes)
{
    for (size_t i = 0; i < changes->count; i++)
        if (changes->items[i]->changed)
            TRY(fees_recount_put(command, &changes->items[i]->recount));
    return CODE_OK;
}
