#pragma once
/* A rule's "no", as it is on the wire. Each service keeps its own list (an X-macro of name, code, field and
 * text in its refusal.h) and turns it into rows with REFUSAL_ROW. */

#include "common/base/error.h"

struct refusal_facts {
    const char *name; /* "NO_PLACE_FREE" */
    enum code code;
    const char *field; /* of the request; may be empty */
    const char *text;
};

#define REFUSAL_ROW(name, code, field, text) {#name, CODE_##code, field, text},
