#pragma once
/* Forms that ship with a service: the texts of its folder `forms/` (NAME.form), linked in as they stand by
 * ccrag_shipped_forms (services/CMakeLists.txt). */

struct shipped_form {
    const char *name;       /* NULL ends a list */
    const char *text, *end; /* NUL-ended at `end` */
};
