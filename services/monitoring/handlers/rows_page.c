/* Pages of rows that were made, not stored. In: all rows, in order, and which page. Out: some of them. */

#include "services/monitoring/handlers/rows_page.h"

#include "common/base/limits.h"

/* How many rows are not after that place. */
static size_t rows_until(const struct rows *rows, const ProtobufCMessage *place)
{
    size_t from = 0, until = rows->count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (rows->compare(&rows->items[middle], &place) <= 0)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

static enum code begin_of(struct command *command, const struct rows *rows, const Pb__PageRequest *request,
                          size_t *ret_begin)
{
    ProtobufCMessage *place;
    *ret_begin = 0;
    if (!request || request->after.len == 0 || rows->count == 0)
        return CODE_OK;
    if (request->after.len > STORE_KEY_BYTES_MAX ||
        wire_unpack(rows->items[0]->descriptor, span_of(request->after.data, request->after.len),
                    command->arena, &place, NULL) != CODE_OK)
        return refuse(command, CODE_INVALID_ARGUMENT, "page.after", "this is not the `next` of a page");
    *ret_begin = rows_until(rows, place);
    return CODE_OK;
}

enum code page_of_rows(struct command *command, const struct rows *rows, const Pb__PageRequest *request,
                       struct page *ret_page, Pb__PageInfo **ret_info)
{
    size_t size = request && request->size ? request->size : PAGE_SIZE_DEFAULT, begin;
    Pb__PageInfo *info = arena_new(command->arena, Pb__PageInfo);
    if (size > ROWS_PAGE_MAX)
        return refuse(command, CODE_INVALID_ARGUMENT, "page.size", "a page has at most %d", ROWS_PAGE_MAX);
    if (!info)
        return no_memory(command);
    pb__page_info__init(info);
    TRY(begin_of(command, rows, request, &begin));
    size_t left = rows->count - begin, count = left < size ? left : size;
    if (count < left) {
        const ProtobufCMessage *last = rows->bare(rows->items[begin + count - 1], command->arena);
        struct span next = last ? wire_pack(last, command->arena) : span_of(NULL, 0);
        if (!next.data)
            return no_memory(command);
        info->next = (ProtobufCBinaryData){next.size, (uint8_t *)(uintptr_t)next.data};
    }
    *ret_page = (struct page){rows->items + begin, count};
    *ret_info = info;
    return CODE_OK;
}
