#pragma once
/* One call, its answer, and what it left in the store, in forms that can be compared. */

#include "tests/failures/failures.h"

#include "common/base/uuid.h"
#include "common/wire/wire.h"

enum { ANSWER_TEXT_BYTES = 256 * 1024 };

struct answer {
    bool came;
    struct fault fault;
    char text[ANSWER_TEXT_BYTES]; /* the response, without what differs each time: identifiers, moments,
                                     secrets */
};

struct call {
    const struct wire_method *method;
    const struct asked *request;
    struct uuid key;  /* the same for every try of a command */
    struct span body; /* in place of the honest one; no data: none */
};

struct uuid new_key(const struct host *host);

/* Asks once and runs to the answer, if one comes; what is set to fail fails while `failing`. */
void call_run(struct host *host, const struct call *call, bool failing, struct answer *ret_answer);

uint64_t journal_end(const struct host *host);
/* The journal's entries after that one, in the form of answers. */
void journal_text(struct host *host, uint64_t after, char ret_text[ANSWER_TEXT_BYTES]);

/* Every record of every table, in the same form; at most STATE_TEXT_BYTES. */
enum { STATE_TEXT_BYTES = 4 * 1024 * 1024 };
void state_text(struct host *host, char *ret_text);

/* Remembers a field of the last answer for $name in later requests. */
void keep_field(const struct call *call, const char *name);
