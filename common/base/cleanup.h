#pragma once
/* Cleanup by scope: `_cleanup_(thing_destroyp) struct thing *t = NULL;` ends with the block. */

#define _cleanup_(function) __attribute__((cleanup(function)))

/* Defines `name_p(type **)` for a destroy function that takes NULL. */
#define DEFINE_CLEANUP(type, destroy)                                                                        \
    static inline void destroy##p(type **pointer)                                                            \
    {                                                                                                        \
        destroy(*pointer);                                                                                   \
        *pointer = (type *)0;                                                                                \
    }
