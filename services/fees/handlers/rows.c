/* Pages of rows that were reckoned. In: all of them, in their order. Out: those after the place where the
 * page before ended; a row that came or went in between moves no other. */

#include "services/fees/handlers/rows.h"

/* The first row whose place is after `after`; `count`: none is. */
static enum code find_first(struct command *command, const char *after, void *const *rows, size_t count,
                            const char *(*place)(const void *row, struct arena *arena), size_t *ret_first)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct arena_mark mark = arena_mark(command->arena);
        const char *at = place(rows[middle], command->arena);
        if (!at)
            return no_memory(command);
        if (strcmp(at, after) <= 0)
            low = middle + 1;
        else
            high = middle;
        arena_release(command->arena, mark);
    }
    *ret_first = low;
    return CODE_OK;
}

static enum code place_after(struct command *command, const Pb__PageRequest *request, const char **ret_after)
{
    *ret_after = "";
    if (!request || !request->after.len)
        return CODE_OK;
    if (request->after.len > STORE_KEY_BYTES_MAX)
        return refuse(command, CODE_INVALID_ARGUMENT, "page.after", "this is not the `next` of a page");
    *ret_after =
        arena_format(command->arena, "%.*s", (int)request->after.len, (const char *)request->after.data);
    return *ret_after ? CODE_OK : no_memory(command);
}

enum code fees_page_rows(struct command *command, const Pb__PageRequest *request, void *const *rows,
                         size_t count, const char *(*place)(const void *row, struct arena *arena),
                         struct row_page *ret_page, Pb__PageInfo **ret_info)
{
    const char *after;
    size_t first = 0, size = request && request->size ? request->size : PAGE_SIZE_DEFAULT;
    Pb__PageInfo *info = arena_new(command->arena, Pb__PageInfo);
    if (size > PAGE_SIZE_MAX)
        return refuse(command, CODE_INVALID_ARGUMENT, "page.size", "a page has at most %d", PAGE_SIZE_MAX);
    if (!info)
        return no_memory(command);
    pb__page_info__init(info);
    TRY(place_after(command, request, &after));
    if (after[0])
        TRY(find_first(command, after, rows, count, place, &first));
    size_t given = count - first < size ? count - first : size;
    if (given < count - first) {
        const char *last = place(rows[first + given - 1], command->arena);
        if (!last)
            return no_memory(command);
        info->next = (ProtobufCBinaryData){strlen(last), (uint8_t *)(uintptr_t)last};
    }
    *ret_page = (struct row_page){(void **)(uintptr_t)(rows + first), given};
    *ret_info = info;
    return CODE_OK;
}

/* Nothing in a name comes before what stands between the two. */
const char *fees_name_place(const char *name, const char *id, struct arena *arena)
{
    enum { NAME_BYTES_MAX = 300, ID_BYTES_MAX = STORE_KEY_BYTES_MAX - NAME_BYTES_MAX - 1 };
    return arena_format(arena, "%.*s\x01%.*s", NAME_BYTES_MAX, name, ID_BYTES_MAX, id);
}
