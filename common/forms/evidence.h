#pragma once
/* Files beside answers: what they may be called, how they arrive, and what they are by what they hold. Pure.
 * Nothing is ever run, and a browser is only shown what cannot do anything: pictures and plain text. A PDF is
 * downloaded, since what it holds in compressed parts (scripts, launches) cannot be told by looking. */

#include "common/forms/refusal.h"

#include "common/base/arena.h"
#include "common/base/span.h"
#include "common/forms/forms.h"

#include "ccrag/v1/evidence.pb-c.h"

/* X(name, media type, shown by a browser as it is, endings its name may have) */
#define EVIDENCE_KINDS(X)                                                                                    \
    /* anything else: refused */                                                                             \
    X(OTHER, "application/octet-stream", false, "")                                                          \
    X(PDF, "application/pdf", false, " pdf ")                                                                \
    X(PNG, "image/png", true, " png ")                                                                       \
    X(JPEG, "image/jpeg", true, " jpg jpeg jpe jfif ")                                                       \
    X(TEXT, "text/plain", true, " txt text csv tsv md log ")                                                 \
    X(DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", false, " docx ")      \
    X(XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false, " xlsx ")            \
    X(ODT, "application/vnd.oasis.opendocument.text", false, " odt ")                                        \
    X(ODS, "application/vnd.oasis.opendocument.spreadsheet", false, " ods ")                                 \
    /* an office document with macros: refused */                                                            \
    X(MACROS, "application/octet-stream", false, "")

enum evidence_kind {
#define X(name, media_type, safe_inline, endings) EVIDENCE_IS_##name,
    EVIDENCE_KINDS(X)
#undef X
};

struct evidence_facts {
    const char *media_type;
    bool safe_inline;
    const char *endings; /* small letters, a blank around each */
};
/* Never NULL. */
const struct evidence_facts *evidence_facts(enum evidence_kind kind);

/* --- names ------------------------------------------------------------------------------------------- */

/* The name without folders, control and direction characters, what file systems do not take, and blanks and
 * dots at its ends, at most EVIDENCE_NAME_BYTES_MAX at a whole character (its ending kept). NULL: nothing is
 * left, or past the arena's limit. */
const char *evidence_name(const char *given, struct arena *arena);
/* Does the name end as files of that kind do, or say nothing (no ending)? */
bool evidence_is_as_named(enum evidence_kind kind, const char *name);

/* --- beside answers ---------------------------------------------------------------------------------- */

/* The files of one report or application, in any order. Borrowed. */
struct form_files {
    Pb__Evidence *const *items;
    size_t count;
};

/* Are the files that an answer names complete, and put beside its question? To be asked when answers are
 * kept. */
bool evidence_is_there(const Pb__FormAnswer *answer, const struct form_files *files);

/* The answers as a form reads them, in the order of its questions: each with the files beside it, which only
 * the files themselves say, and those that have files alone. RESOURCE_EXHAUSTED: the arena is full. */
enum code evidence_beside(const Pb__FormTemplate *form, const struct form_answers *kept,
                          const struct form_files *files, struct arena *arena,
                          struct form_answers *ret_answers);

/* As form_complete, of such answers; and each file that is not complete, with what to do about it. */
enum code form_complete_with_files(const Pb__FormTemplate *form, const struct form_answers *answers,
                                   const struct form_files *files, const struct form_setting *setting,
                                   struct arena *arena, struct form_problems *ret_problems);

/* --- arriving ---------------------------------------------------------------------------------------- */

/* May a file begin beside an answer of a draft on that form, with so many beside the answer and in all
 * already? Its name is evidence_name's to judge. */
enum form_refusal evidence_begin_check(const Pb__BeginEvidenceRequest *request, const Pb__FormTemplate *form,
                                       size_t beside, size_t in_all);
/* Of how many parts it is. */
uint32_t evidence_parts(const Pb__Evidence *evidence);
/* Is it the next part, and as long as it should be? */
enum form_refusal evidence_chunk_check(const Pb__Evidence *evidence, uint32_t chunk, size_t size);

/* What a file is, found as its parts go by: look at each in order, then ask. Needs no memory of its own. */
struct evidence_look {
    uint64_t size;
    uint8_t head[128]; /* the first bytes, as many as there were */
    uint8_t last[96];  /* the end of what was looked at, for names that lie across two parts */
    size_t last_size;
    unsigned entries; /* what the names in an archive tell; see evidence_look.c */
    bool is_text;
    uint8_t utf8_left, utf8_least, utf8_most; /* of a character that lies across two parts */
};
void evidence_look_init(struct evidence_look *look);
void evidence_look_at(struct evidence_look *look, struct span part);
enum evidence_kind evidence_look_kind(const struct evidence_look *look);

/* May the file be completed: all parts there, as long as was said, of a kind that is kept, and as its name
 * says? `digest`: of all parts; against the request's. On success the kind. */
enum form_refusal evidence_finish_check(const Pb__Evidence *evidence, const struct evidence_look *look,
                                        struct span digest, struct span digest_sent,
                                        enum evidence_kind *ret_kind);
