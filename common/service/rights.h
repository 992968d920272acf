#pragma once
/* The one table of rights (rule S1): who may call what. "Is it theirs" is asked of the rules; this is only
 * who may ask at all. A method without a row cannot be called, and a service with one does not start. */

#include "common/service/command.h"

/* Bits: people's roles by number, programs' roles above them. */
#define RIGHT_ROLE(role)      (UINT32_C(1) << (role))
#define RIGHT_PRINCIPAL(role) (UINT32_C(1) << (16 + (role)))

struct right {
    const char *method; /* "ccrag.v1.ProvisionsService/SetVacancy" */
    uint32_t allowed;
    bool restricted_read; /* a read whose audit line is committed before the answer leaves (rule S3) */
};

/* The row of a method; NULL: none. */
const struct right *right_find(const char *method);
const struct right *rights_table(size_t *ret_count);

/* May this caller call this method? PERMISSION_DENIED with the reason, naming who may. A person's roles
 * decide where a claim came along, and the program that carries it must be one that may (a gateway, the
 * operator's command line, a service, an LA's node for its own people); else the program's own role decides.
 * A gateway without a claim has no right but to the methods open to everyone (sign in, register, apply). */
enum code right_check(const struct right *right, const struct caller *caller, struct fault *ret_fault);
