#pragma once
/* Pages of rows that were made, not stored. */

#include "common/service/handling.h"

struct rows {
    ProtobufCMessage **items; /* in the order of `compare` */
    size_t count;
    /* Of two pointers to rows, as qsort has it. */
    int (*compare)(const void *left, const void *right);
    /* What `compare` looks at of a row, and no more, in the arena; NULL past its limit. Packed it is the
     * place after that row. */
    const ProtobufCMessage *(*bare)(const ProtobufCMessage *row, struct arena *arena);
};

/* As read_page, of up to ROWS_PAGE_MAX: a page of them, and what follows. A place whose row is gone since is
 * still one. */
enum code page_of_rows(struct command *command, const struct rows *rows, const Pb__PageRequest *request,
                       struct page *ret_page, Pb__PageInfo **ret_info);
