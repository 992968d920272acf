#pragma once
/* Every "no" of forms and files that a service keeps, and what it is on the wire. */

#include "common/base/refusal.h"

/* X(name, canonical code, field, text for people). One line above each that needs it says when. */
#define FORM_REFUSALS(X)                                                                                     \
    /* nothing is refused */                                                                                 \
    X(NONE, OK, "", "")                                                                                      \
    X(STATE_UNKNOWN, INVALID_ARGUMENT, "", "this is none of the values there are")                           \
    /* --- forms: rule M2 */                                                                                 \
    X(UNKNOWN, NOT_FOUND, "form_id", "there is no such form")                                                \
    X(NO_DRAFT, FAILED_PRECONDITION, "form_id", "this version is no draft: import the next one")             \
    X(NOT_IN_USE, FAILED_PRECONDITION, "form_id", "this form is not in use")                                 \
    /* --- files beside answers */                                                                           \
    X(EVIDENCE_UNKNOWN, NOT_FOUND, "evidence_id", "there is no such file, or none that you may read")        \
    X(EVIDENCE_QUESTION, INVALID_ARGUMENT, "question_id", "no question of this form takes a file there")     \
    X(EVIDENCE_MANY, RESOURCE_EXHAUSTED, "question_id", "an answer has at most 20 files, a form 200")        \
    X(EVIDENCE_SIZE, INVALID_ARGUMENT, "size", "a file has from 1 byte to 25 MiB")                           \
    X(EVIDENCE_NAME, INVALID_ARGUMENT, "name", "a file has a name")                                          \
    X(EVIDENCE_CHUNK, INVALID_ARGUMENT, "chunk",                                                             \
      "parts come in order from 0, each of 512 KiB, the last with what is left")                             \
    X(EVIDENCE_WHOLE, FAILED_PRECONDITION, "evidence_id", "this file is complete")                           \
    X(EVIDENCE_PARTS_MISSING, FAILED_PRECONDITION, "evidence_id", "parts of this file are still missing")    \
    X(EVIDENCE_DIGEST, INVALID_ARGUMENT, "digest", "what arrived is not what was sent: its digest differs")  \
    X(EVIDENCE_KIND, INVALID_ARGUMENT, "name",                                                               \
      "only PDF, PNG, JPEG, plain text (UTF-8), DOCX, XLSX, ODT and ODS files are kept")                     \
    X(EVIDENCE_MACROS, INVALID_ARGUMENT, "name", "this document holds macros: save it without")              \
    X(EVIDENCE_NOT_AS_NAMED, INVALID_ARGUMENT, "name", "this file is not what its name says")

enum form_refusal {
#define X(name, code, field, text) FORM_REFUSAL_##name,
    FORM_REFUSALS(X)
#undef X
};

/* What a refusal is on the wire. Never NULL. */
const struct refusal_facts *form_refusal_facts(enum form_refusal refusal);
