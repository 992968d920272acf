#pragma once
/* The forms that ship with the system, as their texts stand in this folder (NAME.form), in order of names. */

struct shipped_form {
    const char *name;
    const char *text, *end; /* NUL-ended at `end` */
};

/* A row without a name ends it. */
extern const struct shipped_form shipped_forms[];
