#pragma once
/* Files beside answers: what they may be called, how they arrive, and what they are by what they hold. Pure.
 * Nothing is ever run, and a browser is only shown what cannot do anything: pictures and plain text. A PDF is
 * downloaded, since what it holds in compressed parts (scripts, launches) cannot be told by looking. */

#include "services/monitoring/refusal.h"

#include "common/base/arena.h"
#include "common/base/span.h"
#include "common/forms/forms.h"

#include "ccrag/v1/reports.pb-c.h"

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

/* --- names --------------------------------------------------------------------------------------------- */

/* The name without folders, control and direction characters, what file systems do not take, and blanks and
 * dots at its ends, at most EVIDENCE_NAME_BYTES_MAX at a whole character (its ending kept). NULL: nothing is
 * left, or past the arena's limit. */
const char *evidence_name(const char *given, struct arena *arena);
/* Does the name end as files of that kind do, or say nothing (no ending)? */
bool evidence_is_as_named(enum evidence_kind kind, const char *name);

/* Are the files that an answer names complete, and put beside its question? `evidence`: of its report. To be
 * asked when answers are kept, and of all of them before a report is sent. */
enum monitoring_refusal evidence_answer_check(const Pb__FormAnswer *answer, Pb__Evidence *const *evidence,
                                              size_t count);

/* --- arriving ------------------------------------------------------------------------------------------ */

/* May a file begin beside an answer of a draft on that form, with so many beside the answer and in the report
 * already? Its name is evidence_name's to judge. */
enum monitoring_refusal evidence_begin_check(const Pb__BeginEvidenceRequest *request,
                                             const Pb__FormTemplate *form, size_t beside, size_t in_report);
/* Is it the next part, and as long as it should be? */
enum monitoring_refusal evidence_chunk_check(const Pb__Evidence *evidence, uint32_t chunk, size_t size);

/* What a file is, found as its parts go by: look at each in order, then ask. Needs no memory of its own. */
struct evidence_look {
    uint64_t size;
    uint8_t head[128]; /* the first bytes, as many as there were */
    uint8_t last[96];  /* the end of what was looked at, for names that lie across two parts */
    size_t last_size;
    unsigned entries; /* what the names in an archive tell; see rules_evidence_look.c */
    bool is_text;
    uint8_t utf8_left, utf8_least, utf8_most; /* of a character that lies across two parts */
};
void evidence_look_init(struct evidence_look *look);
void evidence_look_at(struct evidence_look *look, struct span part);
enum evidence_kind evidence_look_kind(const struct evidence_look *look);

/* May the file be completed: all parts there, as long as was said, of a kind that is kept, and as its name
 * says? `digest`: of all parts; against the request's. On success the kind. */
enum monitoring_refusal evidence_finish_check(const Pb__Evidence *evidence, const struct evidence_look *look,
                                              struct span digest, struct span digest_sent,
                                              enum evidence_kind *ret_kind);
