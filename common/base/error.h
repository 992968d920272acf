#pragma once
/* The one enum of failures, and what a failure says of itself.
 *
 * The codes are the canonical ones (the numbers gRPC and Connect use), so that an error is the same from
 * rule to wire to HTTP to page. A function that can fail returns `enum code`; one that stands at a border,
 * where a person must be told, also fills a `struct fault`. */

#include <stdarg.h>
#include <stdbool.h>

/* X(name, number, http status, what it means to the caller) */
#define CODES(X)                                                                                             \
    X(OK, 0, 200, "done")                                                                                    \
    X(CANCELLED, 1, 499, "the caller withdrew the request")                                                  \
    X(UNKNOWN, 2, 500, "an error of unknown kind")                                                           \
    X(INVALID_ARGUMENT, 3, 400, "the request itself is wrong, whatever the state")                           \
    X(DEADLINE_EXCEEDED, 4, 504, "time ran out; a command may or may not have been done")                    \
    X(NOT_FOUND, 5, 404, "no such record, or none the caller may see")                                       \
    X(ALREADY_EXISTS, 6, 409, "a record with that identity exists")                                          \
    X(PERMISSION_DENIED, 7, 403, "the caller is known and has no right to this")                             \
    X(RESOURCE_EXHAUSTED, 8, 429, "a bound is reached; ask for less at a time, or ask the operator")         \
    X(FAILED_PRECONDITION, 9, 400, "the state does not allow it")                                            \
    X(ABORTED, 10, 409, "the record changed since it was read; both versions are given")                     \
    X(OUT_OF_RANGE, 11, 400, "past the end of what exists")                                                  \
    X(UNIMPLEMENTED, 12, 501, "no such method")                                                              \
    X(INTERNAL, 13, 500, "a fault of the service; it is in its log")                                         \
    X(UNAVAILABLE, 14, 503, "not reachable or not ready; safe to try again")                                 \
    X(DATA_LOSS, 15, 500, "stored data does not verify")                                                     \
    X(UNAUTHENTICATED, 16, 401, "no valid claim or key")

enum code {
#define X(name, number, http, meaning) CODE_##name = number,
    CODES(X)
#undef X
};

enum {
    FAULT_FIELD_BYTES = 96,
    FAULT_REASON_BYTES = 320,
};

/* Why something was refused: which field, and a reason a person can act on. `field` may be empty. */
struct fault {
    enum code code;
    char field[FAULT_FIELD_BYTES];
    char reason[FAULT_REASON_BYTES];
};

/* "INVALID_ARGUMENT". Never NULL; a number that is no code gives "UNKNOWN". */
const char *code_name(enum code code);

/* One clause for people, from the table above. */
const char *code_meaning(enum code code);

/* The HTTP status that carries this code, as the Connect protocol maps it. */
int code_http_status(enum code code);

/* The code of that number; CODE_UNKNOWN where there is none. */
enum code code_from_number(unsigned number);

/* Is asking again, unchanged, sensible? (UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED) */
bool code_is_retryable(enum code code);

/* Fill `ret_fault` (which may be NULL) and return `code`, so that a caller writes `return fault_set(…)`.
 * The reason is cut, at a whole UTF-8 character, when it is longer than its array. What is quoted may be any
 * bytes, or cut within a character: both texts are made UTF-8, since a message with anything else is refused
 * by whoever receives it. */
enum code fault_set(struct fault *ret_fault, enum code code, const char *field, const char *reason, ...)
    __attribute__((format(printf, 4, 5)));
