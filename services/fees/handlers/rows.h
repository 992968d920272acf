#pragma once
/* Pages of what is reckoned and kept nowhere. */

#include "services/fees/handlers/support.h"

/* The page of rows that is asked for. They are all there, in the order of `place`, which is another for each
 * row and does not change while nothing else does: a text in the arena, NULL past its limit. `ret_info` as
 * read_page. */
struct row_page {
    void **rows;
    size_t count;
};
enum code fees_page_rows(struct command *command, const Pb__PageRequest *request, void *const *rows,
                         size_t count, const char *(*place)(const void *row, struct arena *arena),
                         struct row_page *ret_page, Pb__PageInfo **ret_info);

/* The place of a row that comes by name, then identifier: of long ones as much as a place holds. */
const char *fees_name_place(const char *name, const char *id, struct arena *arena);
