#pragma once
/* Files beside the answers of forms that a service keeps (rules M2, F3, S3). A service that names a struct
 * evidence_keeping in its options serves EvidenceService; it must keep forms too. What a file belongs to (a
 * report, an application) and who may read and write it there is the service's own. */

#include "common/service/handling.h"

#include "ccrag/v1/evidence.pb-c.h"

/* What a file is to belong to, or belongs to. */
struct evidence_owner {
    const char *id;                         /* UUID */
    const Pb__RecordMeta *meta;             /* a file is generated where it is */
    const char *form_id;                    /* the form that its answers are on */
    const char *authority_id, *provider_id; /* who writes it: one of them; "" for the other */
};

struct evidence_keeping {
    const struct table *files; /* Evidence: of evidence_indexes, by key_by_uuid, with versions */
    const struct table *parts; /* EvidenceChunk: by key_by_text; in no journal and no history, so that a file
                                  that is taken away is gone */
    /* The owner, if the caller may put files there and take them away now; refused otherwise. */
    enum code (*load_owner)(struct command *command, const char *of_id, struct evidence_owner *ret_owner);
    /* May the caller read that file? Refused otherwise: then there is no such file for it. */
    enum code (*check_reader)(struct command *command, const Pb__Evidence *file);
    /* May that file be taken away, where the caller may take files away? NULL: any may. */
    enum code (*check_removal)(struct command *command, const Pb__Evidence *file);
};

/* --- for tables of files ----------------------------------------------------------------------------- */

#define INDEX_OF "of" /* those of one owner: its UUID */
enum { EVIDENCE_INDEXES = 1 };
extern const struct table_index evidence_indexes[EVIDENCE_INDEXES];

/* Of a part: `…/0003`; NULL past the arena's limit. */
const char *evidence_part_id(const char *evidence_id, uint32_t part, struct arena *arena);

/* --- for handlers ------------------------------------------------------------------------------------ */

/* Every file of an owner, complete or not (Pb__Evidence). Before the command's first write. */
enum code collect_evidence(struct command *command, const char *of_id, struct collected *ret_files);
